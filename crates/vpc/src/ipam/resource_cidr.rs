//! What IPAM sees of an account's networks: the blocks of its VPCs and subnets, and whether they are as pools want them.

use super::allocation::IpamPoolAllocation;
use super::anywhere;
use super::block::Block;
use super::cidr::ipam_of;
use super::instance::Ipam;
use super::pool::{self, IpamPool};
use super::scope::{self, IpamScope};
use crate::address::Address;
use crate::error::{Error, Kind, Noun};
use crate::filter::Filters;
use crate::resource::{self, tag_set};
use crate::subnet::Subnet;
use crate::vpc::Vpc;
use crate::{Vpc as Service, home};
use base::{Ipv4Block, Scope, Tags};
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use shapes_ec2 as ec2;
use store::{Rows, View};

/// The kinds there may be.
const KINDS: [&str; 7] = ["vpc", "subnet", "eip", "public-ipv4-pool", "ipv6-pool", "eni", "anycast-ip-list"];

/// One block.
struct Found {
    kind: &'static str,
    id: String,
    network: String,
    zone: Option<String>,
    region: String,
    block: Block,
    /// Which part of it is used, where that is known.
    usage: Option<f64>,
    pool: Option<std::sync::Arc<IpamPool>>,
    tags: Tags,
}

/// `GetIpamResourceCidrs`: of the operating Regions, in the default scopes: IPv4 blocks of networks in the private one, IPv6
/// blocks and elastic addresses in the public one. Nothing is moved to other scopes.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetIpamResourceCidrsRequest,
) -> Result<ec2::GetIpamResourceCidrsResult, Error> {
    let scope_id = scope::id(input.ipam_scope_id)?;
    let pool_id = input.ipam_pool_id.map(|text| pool::id(Some(text))).transpose()?;
    let filters = Filters::parse(
        input.filters,
        &[
            "compliance-status",
            "management-state",
            "overlap-status",
            "resource-cidr",
            "resource-id",
            "resource-region",
            "resource-type",
        ],
    )?;
    let limit = page_size(input.max_results, (5, 1_000))?;
    if let Some(kind) = input.resource_type.as_ref().filter(|kind| !KINDS.contains(&kind.as_str())) {
        let reason = format!("Valid values are {}.", KINDS.join(", "));
        return Err(Error::Value("resourceType", kind.clone(), reason));
    }
    let (kind, id, owner) = (input.resource_type, input.resource_id, input.resource_owner);
    let tag = input.resource_tag.and_then(|own| Some((own.key?, own.value)));
    home::read(cx, |view| {
        let missing = |noun: Noun, id: &str| Error::NotFound(Kind::Noun(noun), vec![id.to_owned()]);
        let scope = view.row::<IpamScope>(&resource::key(cx.scope(), scope_id.as_str()));
        let scope = scope.ok_or_else(|| missing(Noun::IPAM_SCOPE, scope_id.as_str()))?;
        if let Some(id) = &pool_id {
            let found = view.row::<IpamPool>(&resource::key(cx.scope(), id.as_str()));
            found.ok_or_else(|| missing(Noun::IPAM_POOL, id.as_str()))?;
        }
        let ipam = view.row::<Ipam>(&resource::key(cx.scope(), scope.ipam_id.as_str()));
        let ipam = ipam.filter(|_| scope.is_default);
        let all = ipam.as_ref().map(|ipam| found(view, ipam, scope.is_public)).unwrap_or_default();
        let is_asked = |own: &Found| {
            kind.as_deref().is_none_or(|kind| kind == own.kind)
                && id.as_deref().is_none_or(|id| id == own.id)
                && owner.as_deref().is_none_or(|owner| owner == cx.account().to_string())
                && pool_id.as_ref().is_none_or(|id| own.pool.as_ref().is_some_and(|pool| pool.id == *id))
                && tag.as_ref().is_none_or(|(key, value)| {
                    own.tags.get(key).is_some_and(|have| value.as_deref().is_none_or(|value| value == have))
                })
        };
        let shapes: Vec<ec2::IpamResourceCidr> = all
            .iter()
            .filter(|own| is_asked(own))
            .map(|own| shape(&scope, own, &all))
            .filter(|own| filters.pass(&Tags::default(), |name| filtered(own, name)))
            .collect();
        let asked = format!("{scope_id}{pool_id:?}{kind:?}{id:?}{owner:?}{tag:?}{filters:?}");
        let call = ["GetIpamResourceCidrs", &cx.scope().to_string(), &asked];
        let place = |own: &ec2::IpamResourceCidr| {
            let part = |text: &Option<String>| text.clone().unwrap_or_default();
            format!("{} {} {}", part(&own.resource_region), part(&own.resource_id), part(&own.resource_cidr))
        };
        let (rows, next_token) = cut(cx, &call, shapes, place, (input.next_token, limit))?;
        Ok(ec2::GetIpamResourceCidrsResult { ipam_resource_cidrs: Some(rows), next_token })
    })
}

fn filtered(own: &ec2::IpamResourceCidr, name: &str) -> Vec<String> {
    let value = match name {
        "compliance-status" => &own.compliance_status,
        "management-state" => &own.management_state,
        "overlap-status" => &own.overlap_status,
        "resource-cidr" => &own.resource_cidr,
        "resource-id" => &own.resource_id,
        "resource-region" => &own.resource_region,
        "resource-type" => &own.resource_type,
        _ => &None,
    };
    value.iter().cloned().collect()
}

/// Everything that an IPAM sees in one of its default scopes, in the order of Regions, ids and blocks.
fn found(view: &View, ipam: &Ipam, is_public: bool) -> Vec<Found> {
    let mut all = Vec::new();
    for region in &ipam.regions {
        let there = Scope::new(ipam.scope.account, region.clone());
        if is_public {
            all.extend(public(view, ipam, &there));
            continue;
        }
        let prefix = resource::prefix(&there);
        let subnets = view.below::<Subnet>(&prefix);
        for network in view.below::<Vpc>(&prefix) {
            for block in network.blocks() {
                let own = subnets.iter().filter(|own| own.vpc_id == network.id).filter_map(|own| own.block);
                let used: u64 = own.filter(|own| block.covers(*own)).map(|own| own.size()).sum();
                all.push(Found {
                    kind: "vpc",
                    id: network.id.to_string(),
                    network: network.id.to_string(),
                    zone: None,
                    region: region.to_string(),
                    block: block.into(),
                    usage: Some(share(used, block)),
                    pool: pool_of(view, &there, ipam, network.id.as_str(), block.into()),
                    tags: network.tags.clone(),
                });
            }
        }
        for (own, block) in subnets.iter().filter_map(|own| Some((own, own.block?))) {
            let free = u64::try_from(own.free_addresses()).unwrap_or_default();
            all.push(Found {
                kind: "subnet",
                id: own.id.to_string(),
                network: own.vpc_id.to_string(),
                zone: Some(own.zone.id.clone()),
                region: region.to_string(),
                block: block.into(),
                usage: Some(share(block.size() - free, block)),
                pool: pool_of(view, &there, ipam, own.id.as_str(), block.into()),
                tags: own.tags.clone(),
            });
        }
    }
    all.sort_by(|a, b| (&a.region, &a.id, a.block.to_string()).cmp(&(&b.region, &b.id, b.block.to_string())));
    all
}

/// What has public addresses in a Region: networks and subnets by their IPv6 blocks, and elastic addresses.
fn public(view: &View, ipam: &Ipam, there: &Scope) -> Vec<Found> {
    let prefix = resource::prefix(there);
    let subnets = view.below::<Subnet>(&prefix);
    let mut all = Vec::new();
    for network in view.below::<Vpc>(&prefix) {
        for block in network.ipv6_blocks() {
            let own =
                subnets.iter().filter(|own| own.vpc_id == network.id).filter_map(|own| own.ipv6_block());
            let own = own.filter(|own| block.covers(*own));
            let used: f64 = own.map(|own| 0.5_f64.powi(i32::from(own.prefix() - block.prefix()))).sum();
            all.push(Found {
                kind: "vpc",
                id: network.id.to_string(),
                network: network.id.to_string(),
                zone: None,
                region: there.region.to_string(),
                block: block.into(),
                usage: Some((used * 10_000.0).floor() / 10_000.0),
                pool: pool_of(view, there, ipam, network.id.as_str(), block.into()),
                tags: network.tags.clone(),
            });
        }
    }
    for (own, block) in subnets.iter().filter_map(|own| Some((own, own.ipv6_block()?))) {
        all.push(Found {
            kind: "subnet",
            id: own.id.to_string(),
            network: own.vpc_id.to_string(),
            zone: Some(own.zone.id.clone()),
            region: there.region.to_string(),
            block: block.into(),
            usage: None,
            pool: None,
            tags: own.tags.clone(),
        });
    }
    for own in view.below::<Address>(&prefix) {
        let block = Block::from(own.public_ip);
        all.push(Found {
            kind: "eip",
            id: own.id.to_string(),
            network: own.association.as_ref().map(|own| own.vpc_id.to_string()).unwrap_or_default(),
            zone: None,
            region: there.region.to_string(),
            block,
            usage: Some(if own.association.is_some() { 1.0 } else { 0.0 }),
            pool: pool_of(view, there, ipam, own.id.as_str(), block),
            tags: own.tags.clone(),
        });
    }
    all
}

/// Which part of a block is used, to a hundredth of a percent.
fn share(used: u64, block: Ipv4Block) -> f64 {
    let parts = used.saturating_mul(10_000) / block.size().max(1);
    f64::from(u32::try_from(parts).unwrap_or(u32::MAX)) / 10_000.0
}

/// The pool of this IPAM that a resource has a block from.
fn pool_of(
    view: &View,
    there: &Scope,
    ipam: &Ipam,
    holder: &str,
    block: Block,
) -> Option<std::sync::Arc<IpamPool>> {
    let held = view.listed(&IpamPoolAllocation::HOLDER, &anywhere(there, holder));
    let own = held.into_iter().find(|own| own.block == block)?;
    let pool = view.row::<IpamPool>(&resource::key(&own.scope, &own.pool_id))?;
    ipam_of(view, &pool).filter(|own| own.id == ipam.id).map(|_| pool)
}

fn shape(scope: &IpamScope, own: &Found, all: &[Found]) -> ec2::IpamResourceCidr {
    let overlaps = |other: &Found| {
        other.kind == "vpc" && other.network != own.network && other.block.overlaps(own.block)
    };
    let compliance = match &own.pool {
        None => "unmanaged",
        Some(pool) if pool.rules.are_kept(own.block, &own.tags) => "compliant",
        Some(_) => "noncompliant",
    };
    let tag = |own: ec2::Tag| ec2::IpamResourceTag { key: own.key, value: own.value };
    let tags = tag_set(&own.tags).unwrap_or_default();
    ec2::IpamResourceCidr {
        ipam_id: Some(scope.ipam_id.to_string()),
        ipam_scope_id: Some(scope.id.to_string()),
        ipam_pool_id: own.pool.as_ref().map(|pool| pool.id.to_string()),
        resource_region: Some(own.region.clone()),
        resource_owner_id: Some(scope.scope.account.to_string()),
        resource_id: Some(own.id.clone()),
        resource_name: own.tags.get("Name").map(str::to_owned),
        resource_cidr: Some(own.block.to_string()),
        resource_type: Some(own.kind.to_owned()),
        resource_tags: Some(tags.into_iter().map(tag).collect()),
        ip_usage: own.usage,
        compliance_status: Some(compliance.to_owned()),
        management_state: Some(if own.pool.is_some() { "managed" } else { "unmanaged" }.to_owned()),
        overlap_status: Some(
            if all.iter().any(overlaps) { "overlapping" } else { "nonoverlapping" }.to_owned(),
        ),
        vpc_id: Some(own.network.clone()).filter(|id| !id.is_empty()),
        availability_zone_id: own.zone.clone(),
    }
}
