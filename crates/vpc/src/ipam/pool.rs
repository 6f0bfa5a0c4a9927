//! Pools.

use super::allocation::IpamPoolAllocation;
use super::block::Family;
use super::cidr::IpamPoolCidr;
use super::instance::Ipam;
use super::rules::{self, Rules};
use super::scope::{self, IpamScope};
use super::space::Space;
use super::state::{State, Stateful, Which, begin};
use super::{anywhere, arn, description};
use crate::error::{Error, IpamRefusal, Kind, Noun};
use crate::id::{IpamId, IpamPoolId, IpamScopeId, VpcId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, named, required, tag_set, take, truth};
use crate::token::{self, Once, once};
use crate::vpc::Vpc;
use crate::{Vpc as Service, home, tag, vpc};
use base::{Region, Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Index, Record, Rows, Tx};

const KIND: Kind = Kind::Noun(Noun::IPAM_POOL);
/// How many pools lie within each other at the most: VPC IPAM guide, "Quotas for your IPAM".
const DEEPEST: u32 = 10;
/// Who lends the blocks of a pool.
const AMAZON: &str = "amazon";
/// Who brings them.
const BYOIP: &str = "byoip";

/// A pool.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct IpamPool {
    pub(crate) scope: Scope,
    pub(crate) id: IpamPoolId,
    pub(super) ipam_id: IpamId,
    pub(super) scope_id: IpamScopeId,
    pub(super) is_public: bool,
    #[serde(default)]
    pub(super) family: Family,
    /// Of one in the public scope: `amazon`, or `byoip` for addresses of one's own.
    #[serde(default)]
    public_source: Option<String>,
    /// The service that may use it.
    #[serde(default)]
    service: Option<String>,
    /// The pool that its blocks come out of.
    pub(super) source: Option<IpamPoolId>,
    /// The network whose subnets it plans.
    pub(super) network: Option<VpcId>,
    depth: u32,
    /// Where it may be used; nowhere but by other pools without one.
    pub(super) locale: Option<Region>,
    description: Option<String>,
    /// Whether what lies in it already is taken to be allocated.
    pub(super) imports: bool,
    pub(super) rules: Rules,
    pub(super) state: State,
    pub(crate) tags: Tags,
}

impl IpamPool {
    /// The pool of an id, whatever Region asks.
    pub(super) const ANYWHERE: Index<Self> =
        Index { name: "anywhere", keys: |own| vec![anywhere(&own.scope, own.id.as_str())] };
    /// Those of an IPAM.
    pub(super) const IPAM: Index<Self> =
        Index { name: "ipam", keys: |own| vec![resource::key(&own.scope, own.ipam_id.as_str())] };
    /// Those in a scope.
    pub(super) const SCOPE: Index<Self> =
        Index { name: "scope", keys: |own| vec![resource::key(&own.scope, own.scope_id.as_str())] };
    /// Those within a pool.
    pub(super) const SOURCE: Index<Self> = Index {
        name: "source",
        keys: |own| own.source.iter().map(|id| resource::key(&own.scope, id.as_str())).collect(),
    };
    /// Those that import what lies in a Region.
    pub(super) const IMPORTS: Index<Self> = Index {
        name: "imports",
        keys: |own| {
            let locale = own.locale.iter().filter(|_| own.imports);
            locale.map(|region| anywhere(&own.scope, region.as_str())).collect()
        },
    };

    /// What it holds, and what of it is taken.
    pub(super) fn space(&self, rows: &impl Rows) -> Space {
        let blocks = rows.listed(&IpamPoolCidr::POOL, &self.key());
        let taken = rows.listed(&IpamPoolAllocation::POOL, &self.key());
        Space {
            blocks: blocks.iter().filter(|own| own.is_there()).filter_map(|own| own.block).collect(),
            taken: taken.iter().map(|own| own.block).collect(),
        }
    }

    /// Takes all its blocks and allocations away.
    pub(super) fn clear(&self, tx: &mut Tx) {
        for own in tx.listed(&IpamPoolAllocation::POOL, &self.key()) {
            tx.delete::<IpamPoolAllocation>(&own.key());
        }
        for own in tx.listed(&IpamPoolCidr::POOL, &self.key()) {
            own.give_back(tx, self);
            tx.delete::<IpamPoolCidr>(&own.key());
        }
    }

    /// Whether Amazon lends what it holds.
    pub(super) fn is_lent(&self) -> bool {
        self.is_public && self.public_source.as_deref() == Some(AMAZON)
    }

    fn word(&self) -> &'static str {
        if self.is_public { "public" } else { "private" }
    }

    fn locale_word(&self) -> String {
        self.locale.as_ref().map_or_else(|| "None".to_owned(), ToString::to_string)
    }
}

impl Record for IpamPool {
    const TABLE: &'static str = "vpc_ipam_pool";
    const INDEXES: &'static [Index<Self>] =
        &[Self::ANYWHERE, Self::IPAM, Self::SCOPE, Self::SOURCE, Self::IMPORTS];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for IpamPool {
    const TYPE: &'static str = "ipam-pool";
    const PREFIX: &'static str = IpamPoolId::PREFIX;
    const KIND: Kind = KIND;
    const FILTERS: &'static [&'static str] = &[
        "address-family",
        "auto-import",
        "description",
        "ipam-arn",
        "ipam-id",
        "ipam-pool-arn",
        "ipam-pool-id",
        "ipam-region",
        "ipam-scope-arn",
        "ipam-scope-id",
        "ipam-scope-type",
        "locale",
        "owner-id",
        "pool-depth",
        "source-ipam-pool-id",
        "state",
    ];

    crate::resource::own_members!();

    fn arn(&self) -> String {
        arn(&self.scope, Self::TYPE, self.id.as_str())
    }

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "address-family" => vec![self.family.word().to_owned()],
            "auto-import" => truth(self.imports),
            "description" => self.description.iter().cloned().collect(),
            "ipam-arn" => vec![arn(&self.scope, Ipam::TYPE, self.ipam_id.as_str())],
            "ipam-id" => vec![self.ipam_id.to_string()],
            "ipam-pool-arn" => vec![self.arn()],
            "ipam-pool-id" => vec![self.id.to_string()],
            "ipam-region" => vec![self.scope.region.to_string()],
            "ipam-scope-arn" => vec![arn(&self.scope, IpamScope::TYPE, self.scope_id.as_str())],
            "ipam-scope-id" => vec![self.scope_id.to_string()],
            "ipam-scope-type" => vec![self.word().to_owned()],
            "locale" => vec![self.locale_word()],
            "owner-id" => vec![self.scope.account.to_string()],
            "pool-depth" => vec![self.depth.to_string()],
            "source-ipam-pool-id" => self.source.iter().map(ToString::to_string).collect(),
            "state" => vec![self.state.word().to_owned()],
            _ => Vec::new(),
        }
    }
}

impl Stateful for IpamPool {
    const WHICH: Which = Which::Pool;

    fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

/// What a call asks for.
struct Asks {
    scope: IpamScopeId,
    family: Family,
    public_source: Option<String>,
    service: Option<String>,
    source: Option<IpamPoolId>,
    network: Option<VpcId>,
    locale: Option<Region>,
    description: Option<String>,
    imports: bool,
    rules: Rules,
    tags: Tags,
}

fn asks(cx: &Cx, input: ec2::CreateIpamPoolRequest) -> Result<Asks, Error> {
    let family = match required(input.address_family, "addressFamily")?.as_str() {
        "ipv4" => Family::V4,
        "ipv6" => Family::V6,
        other => {
            let reason = "Valid values are ipv4, ipv6.".to_owned();
            return Err(Error::Value("addressFamily", other.to_owned(), reason));
        }
    };
    let public_source = input.public_ip_source.filter(|word| !word.is_empty());
    if let Some(word) = public_source.as_ref().filter(|word| ![AMAZON, BYOIP].contains(&word.as_str())) {
        let reason = "Valid values are amazon, byoip.".to_owned();
        return Err(Error::Value("publicIpSource", word.clone(), reason));
    }
    if input.publicly_advertisable.is_some()
        && (family == Family::V4 || public_source.as_deref() == Some(AMAZON))
    {
        return Err(IpamRefusal::Advertisable.into());
    }
    let service = input.aws_service.filter(|word| !word.is_empty());
    match service.as_deref() {
        None | Some("ec2") => {}
        Some("global-services") => return Err(IpamRefusal::Unsupported("A pool of anycast addresses").into()),
        Some(other) => {
            let reason = "Valid values are ec2, global-services.".to_owned();
            return Err(Error::Value("awsService", other.to_owned(), reason));
        }
    }
    let locale = match input.locale.as_deref() {
        None | Some("" | "None") => None,
        Some(name) => match Region::parse(name).filter(|region| region.facts().is_some()) {
            Some(region) => Some(region),
            None => return Err(no_locale(name)),
        },
    };
    let imports = input.auto_import == Some(true);
    if imports && locale.is_none() {
        let sentence = "AutoImport can be used only with a Locale";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let rule = |name, given| rules::rule(name, given, family);
    let rules = Rules {
        least: rule("allocationMinNetmaskLength", input.allocation_min_netmask_length)?,
        most: rule("allocationMaxNetmaskLength", input.allocation_max_netmask_length)?,
        default: rule("allocationDefaultNetmaskLength", input.allocation_default_netmask_length)?,
        tags: rules::tags(input.allocation_resource_tags)?,
    };
    rules.check(family)?;
    Ok(Asks {
        scope: scope::id(input.ipam_scope_id)?,
        family,
        public_source,
        service,
        source: input
            .source_ipam_pool_id
            .map(|text| named(Some(text), "sourceIpamPoolId", KIND, IpamPoolId::parse))
            .transpose()?,
        network: input.source_resource.map(|own| network(cx, own)).transpose()?,
        locale,
        description: description(input.description)?,
        imports,
        rules,
        tags: tag::of_specifications(input.tag_specifications, IpamPool::TYPE)?,
    })
}

fn no_locale(name: &str) -> Error {
    let reason = "The locale must be an operating Region of the IPAM.".to_owned();
    Error::Value("locale", name.to_owned(), reason)
}

/// The network whose subnets a pool plans: one of the caller's, in the Region of the call.
fn network(cx: &Cx, own: ec2::IpamPoolSourceResourceRequest) -> Result<VpcId, Error> {
    let is_here = own.resource_type.as_deref() == Some("vpc")
        && own.resource_region.as_deref() == Some(cx.region().as_str())
        && own.resource_owner.as_deref() == Some(cx.account().to_string().as_str());
    if is_here {
        return vpc::id(own.resource_id);
    }
    let reason = "It must be a VPC of the account in the Region of the call.".to_owned();
    Err(Error::Value("sourceResource", own.resource_id.unwrap_or_default(), reason))
}

/// `CreateIpamPool`: on top of a scope, or within a pool. The same client token gives the same pool.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateIpamPoolRequest,
) -> Result<ec2::CreateIpamPoolResult, Error> {
    let digest = token::digest(&input);
    let client_token = input.client_token.clone();
    let asks = asks(cx, input)?;
    let call = Once { operation: "CreateIpamPool", token: client_token.as_deref(), digest: &digest };
    let pool = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let pool = made(tx, cx, &asks)?;
            begin(tx, pool.clone(), "IpamPoolCreated");
            Ok(pool)
        })
    })?;
    Ok(ec2::CreateIpamPoolResult { ipam_pool: Some(shape(&pool)) })
}

fn made(tx: &Tx, cx: &Cx, asks: &Asks) -> Result<IpamPool, Error> {
    let scope: IpamScope = take(tx, cx.scope(), asks.scope.as_str())?;
    let ipam: Ipam = take(tx, cx.scope(), scope.ipam_id.as_str())?;
    if let Some(locale) = asks.locale.as_ref().filter(|locale| !ipam.regions.contains(*locale)) {
        return Err(no_locale(locale.as_str()));
    }
    let source = match &asks.source {
        None => None,
        Some(id) => Some(take::<IpamPool>(tx, cx.scope(), id.as_str())?),
    };
    let depth = source.as_ref().map_or(1, |source| source.depth + 1);
    if let Some(source) = &source {
        source.state.require_settled(source.id.as_str())?;
        let refused =
            |reason: &str| Error::Value("sourceIpamPoolId", source.id.to_string(), reason.to_owned());
        if source.scope_id != scope.id {
            return Err(refused("The source pool must be in the same scope."));
        }
        if source.locale.is_some() && source.locale != asks.locale {
            return Err(refused("The pool must have the locale of its source pool."));
        }
        if depth > DEEPEST {
            return Err(refused("The pool would lie too deep."));
        }
        if source.family != asks.family {
            return Err(refused("The source pool must have the same address family."));
        }
    }
    let public_source = of_scope(asks, scope.is_public, source.as_ref())?;
    if let Some(id) = &asks.network {
        let _network: Vpc = take(tx, cx.scope(), id.as_str())?;
        if source.is_none() || asks.locale.as_ref() != Some(cx.region()) {
            let sentence =
                "A pool with a SourceResource must have a SourceIpamPoolId and the Locale of the resource";
            return Err(Error::Combination(sentence.to_owned()));
        }
    }
    Ok(IpamPool {
        scope: cx.scope().clone(),
        id: IpamPoolId::new(cx.ids()),
        ipam_id: ipam.id,
        scope_id: scope.id,
        is_public: scope.is_public,
        family: asks.family,
        public_source,
        service: asks.service.clone(),
        source: asks.source.clone(),
        network: asks.network.clone(),
        depth,
        locale: asks.locale.clone(),
        description: asks.description.clone(),
        imports: asks.imports,
        rules: asks.rules.clone(),
        state: State::Creating,
        tags: asks.tags.clone(),
    })
}

/// Where the blocks of a pool come from, as its scope has it: those of the public scope are lent by Amazon, or brought.
///
/// Source: EC2 API reference, CreateIpamPool: PublicIpSource and AwsService are for public scopes, and what nobody says is
/// `byoip`.
fn of_scope(asks: &Asks, is_public: bool, source: Option<&IpamPool>) -> Result<Option<String>, Error> {
    if !is_public {
        if asks.family == Family::V6 {
            return Err(IpamRefusal::Unsupported("A private pool of IPv6 addresses").into());
        }
        if asks.public_source.is_some() || asks.service.is_some() {
            let sentence = "PublicIpSource and AwsService can be used only in a public scope";
            return Err(Error::Combination(sentence.to_owned()));
        }
        return Ok(None);
    }
    let inherited = source.and_then(|source| source.public_source.clone());
    let word = inherited.or_else(|| asks.public_source.clone()).unwrap_or_else(|| BYOIP.to_owned());
    if word == BYOIP && asks.family == Family::V6 {
        return Err(IpamRefusal::Unsupported("A pool of IPv6 addresses of one's own").into());
    }
    if word == AMAZON && asks.locale.is_none() {
        let sentence = "A pool with the PublicIpSource amazon must have a Locale";
        return Err(Error::Combination(sentence.to_owned()));
    }
    Ok(Some(word))
}

/// `DescribeIpamPools`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeIpamPoolsRequest,
) -> Result<ec2::DescribeIpamPoolsResult, Error> {
    let wish = Wish {
        ids: input.ipam_pool_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeIpamPools", wish, |_, row: &IpamPool| shape(row))?;
    Ok(ec2::DescribeIpamPoolsResult { ipam_pools: Some(page.items), next_token: page.next_token })
}

/// `ModifyIpamPool`: what is not said stays. What is allocated already stays as it is.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyIpamPoolRequest,
) -> Result<ec2::ModifyIpamPoolResult, Error> {
    let id = id(input.ipam_pool_id)?;
    let (least, most, default) = (
        input.allocation_min_netmask_length,
        input.allocation_max_netmask_length,
        input.allocation_default_netmask_length,
    );
    let clears = input.clear_allocation_default_netmask_length == Some(true);
    let (added, removed) = (
        rules::tags(input.add_allocation_resource_tags)?,
        rules::tags(input.remove_allocation_resource_tags)?,
    );
    let description = description(input.description)?;
    let lengths = [least, most, default].iter().any(Option::is_some);
    let says = description.is_some() || input.auto_import.is_some() || clears || lengths;
    if !says && added.is_empty() && removed.is_empty() {
        return Err(IpamRefusal::NoChange("ipam pool").into());
    }
    let pool = home::write(cx, |tx| {
        let mut pool: IpamPool = take(tx, cx.scope(), id.as_str())?;
        pool.state.require_settled(id.as_str())?;
        pool.description = description.clone().or(pool.description);
        pool.imports = input.auto_import.unwrap_or(pool.imports);
        if pool.imports && pool.locale.is_none() {
            let sentence = "AutoImport can be used only with a Locale";
            return Err(Error::Combination(sentence.to_owned()));
        }
        let rule = |name, given| rules::rule(name, given, pool.family);
        let (least, most, default) = (
            rule("allocationMinNetmaskLength", least)?,
            rule("allocationMaxNetmaskLength", most)?,
            rule("allocationDefaultNetmaskLength", default)?,
        );
        pool.rules.least = least.or(pool.rules.least);
        pool.rules.most = most.or(pool.rules.most);
        pool.rules.default = default.or(pool.rules.default).filter(|_| !clears);
        pool.rules.tags.retain(|key, value| removed.get(key) != Some(value));
        pool.rules.tags.extend(added.clone());
        pool.rules.check(pool.family)?;
        pool.state = State::Modifying;
        begin(tx, pool.clone(), "IpamPoolChanged");
        super::take::import(tx, cx, &pool);
        Ok(pool)
    })?;
    Ok(ec2::ModifyIpamPoolResult { ipam_pool: Some(shape(&pool)) })
}

/// `DeleteIpamPool`: not while blocks are provisioned to it; `Cascade` takes them along.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteIpamPoolRequest,
) -> Result<ec2::DeleteIpamPoolResult, Error> {
    let id = id(input.ipam_pool_id)?;
    let cascade = input.cascade == Some(true);
    let pool = home::write(cx, |tx| {
        let mut pool: IpamPool = take(tx, cx.scope(), id.as_str())?;
        pool.state.require_settled(id.as_str())?;
        if tx.by(&IpamPool::SOURCE, &pool.key()).any(|own| own.state != State::Deleting) {
            return Err(IpamRefusal::InUse(id.to_string(), "pools sourced from the pool").into());
        }
        if !cascade && tx.by(&IpamPoolCidr::POOL, &pool.key()).any(|own| !own.has_failed()) {
            return Err(IpamRefusal::InUse(id.to_string(), "pool cidrs provisioned in the pool").into());
        }
        pool.clear(tx);
        pool.state = State::Deleting;
        begin(tx, pool.clone(), "IpamPoolDeleted");
        Ok(pool)
    })?;
    Ok(ec2::DeleteIpamPoolResult { ipam_pool: Some(shape(&pool)) })
}

/// A pool's id.
pub(super) fn id(text: Option<String>) -> Result<IpamPoolId, Error> {
    named(text, "ipamPoolId", KIND, IpamPoolId::parse)
}

/// The pool of an id, in whatever Region of the account.
pub(super) fn find(rows: &impl Rows, scope: &Scope, id: &IpamPoolId) -> Result<IpamPool, Error> {
    let found = rows.first(&IpamPool::ANYWHERE, &anywhere(scope, id.as_str()));
    found.map(|own| (*own).clone()).ok_or_else(|| Error::NotFound(KIND, vec![id.to_string()]))
}

fn shape(pool: &IpamPool) -> ec2::IpamPool {
    let length = |own: Option<u8>| own.map(i32::from);
    let tag = |(key, value): (&String, &String)| ec2::IpamResourceTag {
        key: Some(key.clone()),
        value: Some(value.clone()),
    };
    ec2::IpamPool {
        owner_id: Some(pool.scope.account.to_string()),
        ipam_pool_id: Some(pool.id.to_string()),
        source_ipam_pool_id: pool.source.as_ref().map(ToString::to_string),
        ipam_pool_arn: Some(pool.arn()),
        ipam_scope_arn: Some(arn(&pool.scope, IpamScope::TYPE, pool.scope_id.as_str())),
        ipam_scope_type: Some(pool.word().to_owned()),
        ipam_arn: Some(arn(&pool.scope, Ipam::TYPE, pool.ipam_id.as_str())),
        ipam_region: Some(pool.scope.region.to_string()),
        locale: Some(pool.locale_word()),
        pool_depth: i32::try_from(pool.depth).ok(),
        state: Some(pool.state.word().to_owned()),
        description: pool.description.clone(),
        auto_import: Some(pool.imports),
        address_family: Some(pool.family.word().to_owned()),
        public_ip_source: pool.public_source.clone(),
        aws_service: pool.service.clone(),
        allocation_min_netmask_length: length(pool.rules.least),
        allocation_max_netmask_length: length(pool.rules.most),
        allocation_default_netmask_length: length(pool.rules.default),
        allocation_resource_tags: Some(pool.rules.tags.iter().map(tag).collect()),
        tags: tag_set(&pool.tags),
        source_resource: pool.network.as_ref().map(|id| ec2::IpamPoolSourceResource {
            resource_id: Some(id.to_string()),
            resource_type: Some("vpc".to_owned()),
            resource_region: Some(pool.scope.region.to_string()),
            resource_owner: Some(pool.scope.account.to_string()),
        }),
        ..ec2::IpamPool::default()
    }
}
