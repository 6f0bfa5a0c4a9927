//! Allocations: who has which block of a pool.

use super::block::{Block, Family};
use super::pool::{self, IpamPool};
use super::{anywhere, arn, block, description, length, long_id};
use crate::error::{Error, IpamRefusal, Kind, Noun};
use crate::event::Changed;
use crate::filter::Filters;
use crate::resource::{self, Resource, required, tag_set};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use base::{ParseIdError, Scope, Tags};
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Index, Record, Rows, Tx};

const KIND: Kind = Kind::Noun(Noun::IPAM_ALLOCATION);

/// An allocation.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct IpamPoolAllocation {
    /// That of the pool.
    pub(crate) scope: Scope,
    pub(crate) id: String,
    pub(super) pool_id: String,
    pub(super) block: Block,
    pub(super) description: Option<String>,
    /// Whose it is; nobody's that AWS knows for `custom` ones.
    pub(super) holder: Option<String>,
    /// `custom`, `eip`, `vpc`, `subnet` or `ipam-pool`.
    pub(super) kind: String,
    pub(super) region: Option<String>,
    pub(crate) tags: Tags,
}

impl IpamPoolAllocation {
    /// Those of a pool.
    pub(super) const POOL: Index<Self> =
        Index { name: "pool", keys: |own| vec![resource::key(&own.scope, &own.pool_id)] };
    /// Those of a resource, whatever Region it is in.
    pub(super) const HOLDER: Index<Self> =
        Index { name: "holder", keys: |own| own.holder.iter().map(|id| anywhere(&own.scope, id)).collect() };
}

impl Record for IpamPoolAllocation {
    const TABLE: &'static str = "vpc_ipam_pool_allocation";
    const INDEXES: &'static [Index<Self>] = &[Self::POOL, Self::HOLDER];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, &self.id)
    }
}

impl Resource for IpamPoolAllocation {
    const TYPE: &'static str = "ipam-pool-allocation";
    const PREFIX: &'static str = "ipam-pool-alloc-";
    const KIND: Kind = KIND;
    const FILTERS: &'static [&'static str] = &[
        "cidr",
        "description",
        "ipam-pool-allocation-id",
        "resource-id",
        "resource-owner",
        "resource-region",
        "resource-type",
    ];

    crate::resource::own_members!();

    fn arn(&self) -> String {
        arn(&self.scope, Self::TYPE, &self.id)
    }

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "cidr" => vec![self.block.to_string()],
            "description" => self.description.iter().cloned().collect(),
            "ipam-pool-allocation-id" => vec![self.id.clone()],
            "resource-id" => self.holder.iter().cloned().collect(),
            "resource-owner" => vec![self.scope.account.to_string()],
            "resource-region" => self.region.iter().cloned().collect(),
            "resource-type" => vec![self.kind.clone()],
            _ => Vec::new(),
        }
    }
}

/// What is asked of a pool.
pub(super) struct Ask {
    pub(super) block: Option<Block>,
    pub(super) length: Option<u8>,
    pub(super) allowed: Vec<Block>,
    pub(super) excluded: Vec<Block>,
}

/// The block that a pool gives.
pub(super) fn draw(rows: &impl Rows, pool: &IpamPool, ask: &Ask) -> Result<Block, Error> {
    pool.state.require_settled(pool.id.as_str())?;
    let mut space = pool.space(rows);
    space.taken.extend(&ask.excluded);
    match (ask.block, ask.length.or(pool.rules.default)) {
        (Some(_), Some(_)) if ask.length.is_some() => Err(IpamRefusal::BlockAndLength.into()),
        (None, None) => Err(IpamRefusal::NoLength.into()),
        (Some(block), _) => {
            pool.rules.require_length(block.prefix(), pool.family)?;
            if !space.blocks.iter().any(|own| own.covers(block)) {
                let reason = format!("It is not provisioned to the pool {}.", pool.id);
                return Err(IpamRefusal::Block(block.to_string(), reason).into());
            }
            if !space.is_free(block) {
                let reason = format!("It overlaps an allocation of the pool {}.", pool.id);
                return Err(IpamRefusal::Block(block.to_string(), reason).into());
            }
            Ok(block)
        }
        (None, Some(length)) => {
            super::length("netmaskLength", length.into(), pool.family)?;
            pool.rules.require_length(length, pool.family)?;
            space.first(length, &ask.allowed).ok_or_else(|| IpamRefusal::TooBig.into())
        }
    }
}

/// Refuses a pool that is for another Region.
pub(super) fn require_locale(cx: &Cx, pool: &IpamPool) -> Result<(), IpamRefusal> {
    match &pool.locale {
        Some(locale) if locale != cx.region() => {
            Err(IpamRefusal::Locale(pool.id.to_string(), locale.to_string()))
        }
        _ => Ok(()),
    }
}

/// `AllocateIpamPoolCidr`: a block that is nobody's in AWS. A preview takes nothing. The same client token gives the same
/// allocation.
pub(crate) fn allocate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AllocateIpamPoolCidrRequest,
) -> Result<ec2::AllocateIpamPoolCidrResult, Error> {
    let digest = token::digest(&input);
    let pool_id = pool::id(input.ipam_pool_id)?;
    let tags = tag::of_specifications(input.tag_specifications, IpamPoolAllocation::TYPE)?;
    let blocks = |name: &'static str, list: Option<Vec<String>>| {
        list.unwrap_or_default().iter().map(|text| block(name, text)).collect::<Result<Vec<_>, _>>()
    };
    let ask = Ask {
        block: input.cidr.as_deref().map(|text| block("cidr", text)).transpose()?,
        // Whether the family has such a length is the pool's to say.
        length: input.netmask_length.map(|own| length("netmaskLength", own, Family::V6)).transpose()?,
        allowed: blocks("allowedCidr", input.allowed_cidrs)?,
        excluded: blocks("disallowedCidr", input.disallowed_cidrs)?,
    };
    let description = description(input.description)?;
    if input.preview_next_cidr == Some(true) {
        let block = cx.read(|view| {
            let pool = pool::find(view, cx.scope(), &pool_id)?;
            require_locale(cx, &pool)?;
            draw(view, &pool, &ask)
        })?;
        let shape = ec2::IpamPoolAllocation {
            cidr: Some(block.to_string()),
            resource_type: Some("custom".to_owned()),
            resource_owner: Some(cx.account().to_string()),
            ..ec2::IpamPoolAllocation::default()
        };
        return Ok(ec2::AllocateIpamPoolCidrResult { ipam_pool_allocation: Some(shape) });
    }
    let operation = "AllocateIpamPoolCidr";
    let call = Once { operation, token: input.client_token.as_deref(), digest: &digest };
    let own = home::write(cx, |tx| {
        let pool = pool::find(tx, cx.scope(), &pool_id)?;
        once(tx, &pool.scope, &call, |tx| {
            require_locale(cx, &pool)?;
            let own = IpamPoolAllocation {
                scope: pool.scope.clone(),
                id: long_id(cx.ids(), IpamPoolAllocation::PREFIX),
                pool_id: pool_id.to_string(),
                block: draw(tx, &pool, &ask)?,
                description: description.clone(),
                holder: None,
                kind: "custom".to_owned(),
                region: None,
                tags: tags.clone(),
            };
            tx.emit(&Changed { kind: "IpamPoolAllocationCreated", resource: own.arn() });
            tx.put(own.clone());
            Ok(own)
        })
    })?;
    Ok(ec2::AllocateIpamPoolCidrResult { ipam_pool_allocation: Some(shape(&own)) })
}

fn id(text: Option<String>) -> Result<String, Error> {
    let is_id = |text: &str| {
        let digits = text.strip_prefix(IpamPoolAllocation::PREFIX);
        digits.is_some_and(|own| matches!(own.len(), 17 | 33) && own.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    resource::named(text, "ipamPoolAllocationId", KIND, |text| {
        let prefix = IpamPoolAllocation::PREFIX;
        if is_id(text) { Ok(text.to_owned()) } else { Err(ParseIdError { given: text.to_owned(), prefix }) }
    })
}

/// `ReleaseIpamPoolAllocation`: of what is nobody's; a resource's goes with it.
pub(crate) fn release(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ReleaseIpamPoolAllocationRequest,
) -> Result<ec2::ReleaseIpamPoolAllocationResult, Error> {
    let pool_id = pool::id(input.ipam_pool_id)?;
    let asked = block("cidr", &required(input.cidr, "cidr")?)?;
    let id = id(input.ipam_pool_allocation_id)?;
    home::write(cx, |tx| {
        let pool = pool::find(tx, cx.scope(), &pool_id)?;
        let found = tx.get::<IpamPoolAllocation>(&resource::key(&pool.scope, &id));
        let found = found.filter(|own| own.pool_id == pool_id.as_str() && own.block == asked);
        let own = found.ok_or_else(|| Error::NotFound(KIND, vec![id.clone()]))?;
        if own.holder.is_some() {
            return Err(IpamRefusal::Managed(id.clone()).into());
        }
        forget(tx, &own);
        Ok(ec2::ReleaseIpamPoolAllocationResult { success: Some(true) })
    })
}

/// Takes an allocation away.
pub(super) fn forget(tx: &mut Tx, own: &IpamPoolAllocation) {
    tx.delete::<IpamPoolAllocation>(&own.key());
    tx.emit(&Changed { kind: "IpamPoolAllocationReleased", resource: own.arn() });
}

/// `GetIpamPoolAllocations`: all, or one.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetIpamPoolAllocationsRequest,
) -> Result<ec2::GetIpamPoolAllocationsResult, Error> {
    let pool_id = pool::id(input.ipam_pool_id)?;
    let wanted = input.ipam_pool_allocation_id.map(|text| id(Some(text))).transpose()?;
    let filters = Filters::parse(input.filters, IpamPoolAllocation::FILTERS)?;
    let limit = page_size(input.max_results, (1_000, 100_000))?;
    cx.read(|view| {
        let pool = pool::find(view, cx.scope(), &pool_id)?;
        let mut rows = view.listed(&IpamPoolAllocation::POOL, &pool.key());
        if let Some(id) = &wanted {
            rows.retain(|own| own.id == *id);
            if rows.is_empty() {
                return Err(Error::NotFound(KIND, vec![id.clone()]));
            }
        }
        rows.retain(|own| filters.pass(&own.tags, |name| own.filter(name)));
        let asked = format!("{pool_id}{wanted:?}{filters:?}");
        let call = ["GetIpamPoolAllocations", &cx.scope().to_string(), &asked];
        let (rows, next_token) = cut(cx, &call, rows, |own| own.id.clone(), (input.next_token, limit))?;
        let ipam_pool_allocations = Some(rows.iter().map(|own| shape(own)).collect());
        Ok(ec2::GetIpamPoolAllocationsResult { ipam_pool_allocations, next_token })
    })
}

fn shape(own: &IpamPoolAllocation) -> ec2::IpamPoolAllocation {
    ec2::IpamPoolAllocation {
        cidr: Some(own.block.to_string()),
        ipam_pool_allocation_id: Some(own.id.clone()),
        description: own.description.clone(),
        resource_id: own.holder.clone(),
        resource_type: Some(own.kind.clone()),
        resource_region: own.region.clone(),
        resource_owner: Some(own.scope.account.to_string()),
        tags: Some(tag_set(&own.tags).unwrap_or_default()).filter(|tags| !tags.is_empty()),
    }
}
