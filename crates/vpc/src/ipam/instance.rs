//! IPAMs themselves.

use super::scope::{self, IpamScope};
use super::state::{State, Stateful, Which, begin};
use super::{IpamPool, arn, description};
use crate::error::{Error, IpamRefusal, Kind, Noun};
use crate::id::{IpamId, IpamResourceDiscoveryAssociationId, IpamResourceDiscoveryId, IpamScopeId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, named, tag_set, take};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use base::{Region, Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::collections::BTreeSet;
use store::{Record, Tx, View};

const KIND: Kind = Kind::Noun(Noun::IPAM);

/// An IPAM.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Ipam {
    pub(crate) scope: Scope,
    pub(crate) id: IpamId,
    pub(super) state: State,
    description: Option<String>,
    /// Where its pools may be used; the home Region is one of them.
    pub(super) regions: BTreeSet<Region>,
    pub(super) private_scope: IpamScopeId,
    pub(super) public_scope: IpamScopeId,
    discovery: IpamResourceDiscoveryId,
    association: IpamResourceDiscoveryAssociationId,
    tier: String,
    has_private_gua: bool,
    metered_account: String,
    pub(crate) tags: Tags,
}

impl Record for Ipam {
    const TABLE: &'static str = "vpc_ipam";
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for Ipam {
    const TYPE: &'static str = "ipam";
    const PREFIX: &'static str = IpamId::PREFIX;
    const KIND: Kind = KIND;
    const FILTERS: &'static [&'static str] = &[
        "description",
        "ipam-arn",
        "ipam-id",
        "ipam-region",
        "owner-id",
        "private-default-scope-id",
        "public-default-scope-id",
        "state",
        "tier",
    ];

    crate::resource::own_members!();

    fn arn(&self) -> String {
        arn(&self.scope, Self::TYPE, self.id.as_str())
    }

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "description" => self.description.iter().cloned().collect(),
            "ipam-arn" => vec![self.arn()],
            "ipam-id" => vec![self.id.to_string()],
            "ipam-region" => vec![self.scope.region.to_string()],
            "owner-id" => vec![self.scope.account.to_string()],
            "private-default-scope-id" => vec![self.private_scope.to_string()],
            "public-default-scope-id" => vec![self.public_scope.to_string()],
            "state" => vec![self.state.word().to_owned()],
            "tier" => vec![self.tier.clone()],
            _ => Vec::new(),
        }
    }
}

impl Stateful for Ipam {
    const WHICH: Which = Which::Ipam;

    fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }

    fn gone(&self, tx: &mut Tx) {
        let scopes: Vec<_> = tx.by(&IpamScope::IPAM, &self.key()).map(|own| own.key()).collect();
        for key in scopes {
            tx.delete::<IpamScope>(&key);
        }
    }
}

/// Regions by their names.
fn regions<'n>(names: impl Iterator<Item = &'n Option<String>>) -> Result<BTreeSet<Region>, Error> {
    let region = |name: &Option<String>| {
        let name = name.clone().ok_or(Error::Missing("regionName"))?;
        let known = Region::parse(&name).filter(|region| region.facts().is_some());
        known.ok_or_else(|| Error::Value("regionName", name, "There is no such Region.".to_owned()))
    };
    names.map(region).collect()
}

fn one_of(name: &'static str, text: String, known: &[&str]) -> Result<String, Error> {
    if known.contains(&text.as_str()) {
        return Ok(text);
    }
    Err(Error::Value(name, text, format!("Valid values are {}.", known.join(", "))))
}

/// `CreateIpam`: with its two scopes. The same client token gives the same IPAM.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateIpamRequest,
) -> Result<ec2::CreateIpamResult, Error> {
    let digest = token::digest(&input);
    let mut regions =
        regions(input.operating_regions.unwrap_or_default().iter().map(|own| &own.region_name))?;
    regions.insert(cx.region().clone());
    let tags = tag::of_specifications(input.tag_specifications, Ipam::TYPE)?;
    let description = description(input.description)?;
    let tier = one_of("tier", input.tier.unwrap_or_else(|| "advanced".to_owned()), &["free", "advanced"])?;
    let metered = input.metered_account.unwrap_or_else(|| "ipam-owner".to_owned());
    let metered_account = one_of("meteredAccount", metered, &["ipam-owner", "resource-owner"])?;
    let call = Once { operation: "CreateIpam", token: input.client_token.as_deref(), digest: &digest };
    let ipam = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let id = IpamId::new(cx.ids());
            let ipam = Ipam {
                scope: cx.scope().clone(),
                state: State::Creating,
                description: description.clone(),
                regions: regions.clone(),
                private_scope: scope::make_default(tx, cx, &id, false),
                public_scope: scope::make_default(tx, cx, &id, true),
                id,
                discovery: IpamResourceDiscoveryId::new(cx.ids()),
                association: IpamResourceDiscoveryAssociationId::new(cx.ids()),
                tier: tier.clone(),
                has_private_gua: input.enable_private_gua == Some(true),
                metered_account: metered_account.clone(),
                tags: tags.clone(),
            };
            begin(tx, ipam.clone(), "IpamCreated");
            Ok(ipam)
        })
    })?;
    Ok(ec2::CreateIpamResult { ipam: Some(cx.read(|view| shape(view, &ipam))) })
}

/// `DescribeIpams`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeIpamsRequest,
) -> Result<ec2::DescribeIpamsResult, Error> {
    let wish = Wish {
        ids: input.ipam_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeIpams", wish, shape)?;
    Ok(ec2::DescribeIpamsResult { ipams: Some(page.items), next_token: page.next_token })
}

/// `ModifyIpam`: a Region in which pools are used stays.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyIpamRequest,
) -> Result<ec2::ModifyIpamResult, Error> {
    let id = id(input.ipam_id)?;
    let added = input.add_operating_regions.unwrap_or_default();
    let removed = input.remove_operating_regions.unwrap_or_default();
    let added = regions(added.iter().map(|own| &own.region_name))?;
    let removed = regions(removed.iter().map(|own| &own.region_name))?;
    let description = description(input.description)?;
    let tier = input.tier.map(|text| one_of("tier", text, &["free", "advanced"])).transpose()?;
    let known = ["ipam-owner", "resource-owner"];
    let metered = input.metered_account.map(|text| one_of("meteredAccount", text, &known)).transpose()?;
    let is_empty = added.is_empty() && removed.is_empty() && description.is_none() && tier.is_none();
    if is_empty && metered.is_none() && input.enable_private_gua.is_none() {
        return Err(IpamRefusal::NoChange("ipam").into());
    }
    let ipam = home::write(cx, |tx| {
        let mut ipam: Ipam = take(tx, cx.scope(), id.as_str())?;
        ipam.state.require_settled(id.as_str())?;
        if removed.contains(&ipam.scope.region) {
            let reason = "The home Region of the IPAM stays an operating Region.".to_owned();
            return Err(Error::Value("regionName", ipam.scope.region.to_string(), reason));
        }
        let mut pools = tx.by(&IpamPool::IPAM, &ipam.key());
        if pools.any(|pool| pool.locale.as_ref().is_some_and(|locale| removed.contains(locale))) {
            let what = "pools with the locale of an operating Region that is removed";
            return Err(IpamRefusal::InUse(id.to_string(), what).into());
        }
        drop(pools);
        ipam.regions.extend(added.iter().cloned());
        ipam.regions.retain(|region| !removed.contains(region));
        ipam.description = description.clone().or(ipam.description);
        ipam.tier = tier.clone().unwrap_or(ipam.tier);
        ipam.metered_account = metered.clone().unwrap_or(ipam.metered_account);
        ipam.has_private_gua = input.enable_private_gua.unwrap_or(ipam.has_private_gua);
        ipam.state = State::Modifying;
        begin(tx, ipam.clone(), "IpamChanged");
        Ok(ipam)
    })?;
    Ok(ec2::ModifyIpamResult { ipam: Some(cx.read(|view| shape(view, &ipam))) })
}

/// `DeleteIpam`: not while it has pools or further scopes; `Cascade` takes the private ones along.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteIpamRequest,
) -> Result<ec2::DeleteIpamResult, Error> {
    let id = id(input.ipam_id)?;
    let cascade = input.cascade == Some(true);
    let ipam = home::write(cx, |tx| {
        let mut ipam: Ipam = take(tx, cx.scope(), id.as_str())?;
        ipam.state.require_settled(id.as_str())?;
        let is_live = |pool: &&std::sync::Arc<IpamPool>| pool.state != State::Deleting;
        let pools: Vec<_> = tx.by(&IpamPool::IPAM, &ipam.key()).filter(is_live).cloned().collect();
        let has_scopes = tx.by(&IpamScope::IPAM, &ipam.key()).any(|own| !own.is_default);
        if !cascade && !pools.is_empty() {
            return Err(IpamRefusal::InUse(id.to_string(), "pools in its scopes").into());
        }
        if !cascade && has_scopes {
            return Err(IpamRefusal::InUse(id.to_string(), "scopes in the IPAM").into());
        }
        for pool in pools {
            pool.clear(tx);
            tx.delete::<IpamPool>(&pool.key());
        }
        ipam.state = State::Deleting;
        begin(tx, ipam.clone(), "IpamDeleted");
        Ok(ipam)
    })?;
    Ok(ec2::DeleteIpamResult { ipam: Some(cx.read(|view| shape(view, &ipam))) })
}

/// An IPAM's id.
pub(super) fn id(text: Option<String>) -> Result<IpamId, Error> {
    named(text, "ipamId", KIND, IpamId::parse)
}

fn shape(view: &View, ipam: &Ipam) -> ec2::Ipam {
    let scopes = view.by(&IpamScope::IPAM, &ipam.key()).count();
    let region = |own: &Region| ec2::IpamOperatingRegion { region_name: Some(own.to_string()) };
    ec2::Ipam {
        owner_id: Some(ipam.scope.account.to_string()),
        ipam_id: Some(ipam.id.to_string()),
        ipam_arn: Some(ipam.arn()),
        ipam_region: Some(ipam.scope.region.to_string()),
        public_default_scope_id: Some(ipam.public_scope.to_string()),
        private_default_scope_id: Some(ipam.private_scope.to_string()),
        scope_count: i32::try_from(scopes).ok(),
        description: ipam.description.clone(),
        operating_regions: Some(ipam.regions.iter().map(region).collect()),
        state: Some(ipam.state.word().to_owned()),
        tags: tag_set(&ipam.tags),
        default_resource_discovery_id: Some(ipam.discovery.to_string()),
        default_resource_discovery_association_id: Some(ipam.association.to_string()),
        resource_discovery_association_count: Some(1),
        tier: Some(ipam.tier.clone()),
        enable_private_gua: Some(ipam.has_private_gua),
        metered_account: Some(ipam.metered_account.clone()),
        ..ec2::Ipam::default()
    }
}
