//! The blocks of pools. Whether a block can be had is found out after the call was answered, as AWS does.

use super::allocation::IpamPoolAllocation;
use super::block::{Block, Family};
use super::instance::Ipam;
use super::pool::{self, IpamPool};
use super::space::Space;
use super::{anywhere, block, length, lent, long_id};
use crate::error::{Error, IpamRefusal, Kind, Noun};
use crate::event::Changed;
use crate::filter::Filters;
use crate::resource::{self, Resource, required, take};
use crate::{Vpc as Service, home, token};
use base::{Scope, Tags};
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Claim, Index, Job, JobError, Record, Repeatable, Rows, Tx};

/// How long AWS takes to provision or to take back, in milliseconds.
const MILLIS: u32 = 10_000;
const PREFIX: &str = "ipam-pool-cidr-";

/// A block of a pool.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct IpamPoolCidr {
    scope: Scope,
    id: String,
    pool_id: String,
    /// None until it is found, where a length alone was asked for.
    pub(super) block: Option<Block>,
    length: u8,
    state: State,
    /// What Amazon lends: known from the call on, and told once it is provisioned.
    #[serde(default)]
    pub(super) lent: Option<Block>,
    /// The id of the allocation that the pool above makes of it.
    allocation: String,
    /// Code and sentence.
    failure: Option<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Provisioning,
    Provisioned,
    Failed,
    Deprovisioning,
    /// It could not be taken back.
    Kept,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Provisioning => "pending-provision",
            Self::Provisioned => "provisioned",
            Self::Failed => "failed-provision",
            Self::Deprovisioning => "pending-deprovision",
            Self::Kept => "failed-deprovision",
        }
    }
}

impl IpamPoolCidr {
    /// Those of a pool.
    pub(super) const POOL: Index<Self> =
        Index { name: "pool", keys: |own| vec![resource::key(&own.scope, &own.pool_id)] };

    /// Those that Amazon lends in the world, by family.
    pub(super) const LENT: Index<Self> = Index {
        name: "lent",
        keys: |own| own.lent.iter().map(|block| block.family().word().to_owned()).collect(),
    };

    /// Whether something may be allocated of it.
    pub(super) fn is_there(&self) -> bool {
        matches!(self.state, State::Provisioned | State::Kept)
    }

    /// Whether the pool never had it.
    pub(super) fn has_failed(&self) -> bool {
        self.state == State::Failed
    }

    /// The pool above has it again.
    pub(super) fn give_back(&self, tx: &mut Tx, pool: &IpamPool) {
        if pool.source.is_some() {
            tx.delete::<IpamPoolAllocation>(&resource::key(&self.scope, &self.allocation));
        }
    }

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "cidr" => self.block.iter().map(ToString::to_string).collect(),
            "ipam-pool-cidr-id" => vec![self.id.clone()],
            "netmask-length" => vec![self.length.to_string()],
            "state" => vec![self.state.word().to_owned()],
            _ => Vec::new(),
        }
    }
}

impl Record for IpamPoolCidr {
    const TABLE: &'static str = "vpc_ipam_pool_cidr";
    const INDEXES: &'static [Index<Self>] = &[Self::POOL, Self::LENT];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, &self.id)
    }
}

/// `ProvisionIpamPoolCidr`: a block of the pool above, or of nobody's where there is none. The same client token gives
/// the same block.
pub(crate) fn provision(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ProvisionIpamPoolCidrRequest,
) -> Result<ec2::ProvisionIpamPoolCidrResult, Error> {
    let digest = token::digest(&input);
    let pool_id = pool::id(input.ipam_pool_id)?;
    if input.cidr_authorization_context.is_some()
        || input.verification_method.is_some()
        || input.ipam_external_resource_verification_token_id.is_some()
    {
        return Err(IpamRefusal::Unsupported("A block of public addresses of one's own").into());
    }
    let asked = input.cidr.as_deref().map(|text| block("cidr", text)).transpose()?;
    let given = input.netmask_length.map(|own| length("netmaskLength", own, Family::V6)).transpose()?;
    let width = match (asked, given) {
        (Some(_), Some(_)) => return Err(IpamRefusal::BlockAndLength.into()),
        (None, None) => return Err(Error::Missing("cidr")),
        (Some(asked), None) => asked.prefix(),
        (None, Some(given)) => given,
    };
    let client_token = input.client_token.unwrap_or_else(|| cx.ids().uuid());
    let scope = cx.scope().to_string();
    let operation = "ProvisionIpamPoolCidr";
    let call = Repeatable { service: "vpc", operation, scope: &scope, token: &client_token, digest: &digest };
    let own = home::write(cx, |tx| {
        if let Claim::Replay(id) = tx.claim(&call)? {
            let found = tx.get::<IpamPoolCidr>(&resource::key(cx.scope(), &id));
            return found.map(|own| (*own).clone()).ok_or(Error::TokenMismatch);
        }
        let pool: IpamPool = take(tx, cx.scope(), pool_id.as_str())?;
        pool.state.require_settled(pool_id.as_str())?;
        length("netmaskLength", width.into(), pool.family)?;
        if let Some(asked) = asked.filter(|asked| asked.family() != pool.family) {
            let reason = format!("It is no block of the address family {}.", pool.family.word());
            return Err(IpamRefusal::Block(asked.to_string(), reason).into());
        }
        let lent = if pool.source.is_none() { of_amazon(tx, cx, &pool, asked, width)? } else { None };
        if asked.is_none() && lent.is_none() && pool.source.is_none() {
            return Err(Error::Missing("cidr"));
        }
        let own = IpamPoolCidr {
            scope: cx.scope().clone(),
            id: long_id(cx.ids(), PREFIX),
            pool_id: pool_id.to_string(),
            block: asked,
            length: width,
            lent,
            state: State::Provisioning,
            allocation: long_id(cx.ids(), IpamPoolAllocation::PREFIX),
            failure: None,
        };
        tx.after(MILLIS, SettleCidr { scope: own.scope.clone(), id: own.id.clone() });
        tx.emit(&Changed { kind: "IpamPoolCidrProvisioning", resource: pool.arn() });
        tx.remember(&call, &own.id);
        tx.put(own.clone());
        Ok(own)
    })?;
    Ok(ec2::ProvisionIpamPoolCidrResult { ipam_pool_cidr: Some(shape(&own)) })
}

/// What Amazon lends to a pool on top of the public scope; nothing to others. A block of one's own is refused.
fn of_amazon(
    tx: &Tx,
    cx: &Cx,
    pool: &IpamPool,
    asked: Option<Block>,
    width: u8,
) -> Result<Option<Block>, Error> {
    if !pool.is_public {
        return Ok(None);
    }
    if !pool.is_lent() {
        return Err(IpamRefusal::Unsupported("A block of public addresses of one's own").into());
    }
    if let Some(asked) = asked {
        let reason = "Amazon chooses the block: give a netmaskLength.".to_owned();
        return Err(IpamRefusal::Block(asked.to_string(), reason).into());
    }
    let lengths = lent::lengths(pool.family);
    if !lengths.contains(&width) {
        let words: Vec<String> = lengths.iter().map(ToString::to_string).collect();
        let reason = format!("Valid values are {}.", words.join(", "));
        return Err(Error::Value("netmaskLength", width.to_string(), reason));
    }
    let drawn = lent::draw(tx, cx.ids(), pool.family, width);
    drawn.map(Some).ok_or_else(|| IpamRefusal::TooBig.into())
}

/// `DeprovisionIpamPoolCidr`.
pub(crate) fn deprovision(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeprovisionIpamPoolCidrRequest,
) -> Result<ec2::DeprovisionIpamPoolCidrResult, Error> {
    let pool_id = pool::id(input.ipam_pool_id)?;
    let text = required(input.cidr, "cidr")?;
    let asked = block("cidr", &text)?;
    let own = home::write(cx, |tx| {
        let pool: IpamPool = take(tx, cx.scope(), pool_id.as_str())?;
        let listed = tx.listed(&IpamPoolCidr::POOL, &pool.key());
        let found = listed.into_iter().find(|own| own.block == Some(asked) && own.state != State::Failed);
        let found = found.filter(|own| own.is_there()).ok_or_else(|| {
            IpamRefusal::Block(text.clone(), format!("It is not provisioned to the pool {pool_id}."))
        })?;
        let own = IpamPoolCidr { state: State::Deprovisioning, failure: None, ..(*found).clone() };
        tx.after(MILLIS, SettleCidr { scope: own.scope.clone(), id: own.id.clone() });
        tx.emit(&Changed { kind: "IpamPoolCidrDeprovisioning", resource: pool.arn() });
        tx.put(own.clone());
        Ok::<_, Error>(own)
    })?;
    Ok(ec2::DeprovisionIpamPoolCidrResult { ipam_pool_cidr: Some(shape(&own)) })
}

/// The end of the states that pass.
#[derive(Serialize, Deserialize)]
pub(crate) struct SettleCidr {
    scope: Scope,
    id: String,
}

impl Job for SettleCidr {
    const KIND: &'static str = "vpc.ipam-pool-cidr-settle";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<IpamPoolCidr>(&resource::key(&self.scope, &self.id));
        let Some(mut own) = found.map(|own| (*own).clone()) else { return Ok(()) };
        let pool = tx.get::<IpamPool>(&resource::key(&self.scope, &own.pool_id));
        let Some(pool) = pool.map(|own| (*own).clone()) else { return Ok(()) };
        match own.state {
            State::Provisioning => match had(tx, &pool, &own) {
                Some(block) => {
                    own.block = Some(block);
                    own.state = State::Provisioned;
                    // What plans a network holds what that has already.
                    if let Some(source) = pool.source.as_ref().filter(|_| pool.network.is_none()) {
                        tx.put(IpamPoolAllocation {
                            scope: own.scope.clone(),
                            id: own.allocation.clone(),
                            pool_id: source.to_string(),
                            block,
                            description: None,
                            holder: Some(pool.id.to_string()),
                            kind: "ipam-pool".to_owned(),
                            region: Some(pool.scope.region.to_string()),
                            tags: Tags::default(),
                        });
                    }
                }
                None => {
                    own.state = State::Failed;
                    let sentence = "The CIDR is not available.".to_owned();
                    own.failure = Some(("cidr-not-available".to_owned(), sentence));
                }
            },
            State::Deprovisioning => {
                let block = own.block;
                let is_used = |other: &IpamPoolAllocation| block.is_some_and(|own| own.overlaps(other.block));
                if tx.listed(&IpamPoolAllocation::POOL, &pool.key()).iter().any(|other| is_used(other)) {
                    own.state = State::Kept;
                    let sentence = "The CIDR has one or more allocations.".to_owned();
                    own.failure = Some((String::new(), sentence));
                } else {
                    own.give_back(tx, &pool);
                    tx.delete::<IpamPoolCidr>(&own.key());
                    return Ok(());
                }
            }
            State::Provisioned | State::Failed | State::Kept => return Ok(()),
        }
        tx.emit(&Changed { kind: "IpamPoolCidrChanged", resource: pool.arn() });
        tx.put(own);
        Ok(())
    }
}

/// The block that a pool gets: free in the pool above, or overlapping nothing on top of the scope; of the network that it
/// plans.
fn had(tx: &Tx, pool: &IpamPool, own: &IpamPoolCidr) -> Option<Block> {
    if own.lent.is_some() {
        return own.lent;
    }
    let given = |space: &Space| match own.block {
        Some(block) => Some(block).filter(|block| space.is_free(*block)),
        None => space.first(own.length, &[]),
    };
    match (&pool.network, &pool.source) {
        (Some(network), _) => given(&planned(tx, pool, network.as_str())),
        (None, Some(source)) => {
            let source = tx.get::<IpamPool>(&resource::key(&pool.scope, source.as_str()))?;
            given(&source.space(tx))
        }
        (None, None) => {
            let block = own.block?;
            let of_scope = resource::key(&pool.scope, pool.scope_id.as_str());
            let mut tops = tx.by(&IpamPool::SCOPE, &of_scope).filter(|other| other.source.is_none());
            let overlaps = |other: &IpamPool| other.space(tx).blocks.iter().any(|own| own.overlaps(block));
            if tops.any(|other| overlaps(other)) { None } else { Some(block) }
        }
    }
}

/// What the pools that plan a network may hold: the blocks that the network has of the pool above, but for those that one
/// of them has already.
fn planned(tx: &Tx, pool: &IpamPool, network: &str) -> Space {
    let held = tx.listed(&IpamPoolAllocation::HOLDER, &anywhere(&pool.scope, network));
    let of_source =
        held.iter().filter(|own| pool.source.as_ref().is_some_and(|id| id.as_str() == own.pool_id));
    let source = pool.source.as_ref().map(|id| resource::key(&pool.scope, id.as_str())).unwrap_or_default();
    let siblings = tx.by(&IpamPool::SOURCE, &source).filter(|other| other.network == pool.network);
    Space {
        blocks: of_source.map(|own| own.block).collect(),
        taken: siblings.flat_map(|other| other.space(tx).blocks).collect(),
    }
}

/// `GetIpamPoolCidrs`.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetIpamPoolCidrsRequest,
) -> Result<ec2::GetIpamPoolCidrsResult, Error> {
    let id = pool::id(input.ipam_pool_id)?;
    let known = ["cidr", "ipam-pool-cidr-id", "netmask-length", "state"];
    let filters = Filters::tagless(input.filters, &known)?;
    let limit = page_size(input.max_results, (5, 1_000))?;
    cx.read(|view| {
        let pool = view.row::<IpamPool>(&resource::key(cx.scope(), id.as_str()));
        let missing = || Error::NotFound(Kind::Noun(Noun::IPAM_POOL), vec![id.to_string()]);
        let pool = pool.ok_or_else(missing)?;
        let mut rows = view.listed(&IpamPoolCidr::POOL, &pool.key());
        rows.retain(|own| filters.pass(&Tags::default(), |name| own.filter(name)));
        let call = ["GetIpamPoolCidrs", &cx.scope().to_string(), &format!("{id}{filters:?}")];
        let (rows, next_token) = cut(cx, &call, rows, |own| own.id.clone(), (input.next_token, limit))?;
        let ipam_pool_cidrs = Some(rows.iter().map(|own| shape(own)).collect());
        Ok(ec2::GetIpamPoolCidrsResult { ipam_pool_cidrs, next_token })
    })
}

fn shape(own: &IpamPoolCidr) -> ec2::IpamPoolCidr {
    ec2::IpamPoolCidr {
        cidr: own.block.map(|block| block.to_string()),
        state: Some(own.state.word().to_owned()),
        failure_reason: own.failure.as_ref().map(|(code, message)| ec2::IpamPoolCidrFailureReason {
            code: Some(code.clone()).filter(|code| !code.is_empty()),
            message: Some(message.clone()),
        }),
        ipam_pool_cidr_id: Some(own.id.clone()),
        netmask_length: Some(own.length.into()),
    }
}

/// The IPAM of a pool, where the account still has it.
pub(super) fn ipam_of(rows: &impl Rows, pool: &IpamPool) -> Option<std::sync::Arc<Ipam>> {
    rows.row::<Ipam>(&resource::key(&pool.scope, pool.ipam_id.as_str()))
}
