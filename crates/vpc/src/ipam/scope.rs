//! Scopes: spaces of addresses that do not overlap. Two come with an IPAM, a public one and a private one.

use super::instance::{self, Ipam};
use super::state::{State, Stateful, Which, begin};
use super::{IpamPool, arn, description};
use crate::error::{Error, IpamRefusal, Kind, Noun};
use crate::id::{IpamId, IpamScopeId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, named, tag_set, take, truth};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use base::{Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Index, Record, Tx, View};

const KIND: Kind = Kind::Noun(Noun::IPAM_SCOPE);

/// A scope.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct IpamScope {
    pub(crate) scope: Scope,
    pub(crate) id: IpamScopeId,
    pub(super) ipam_id: IpamId,
    pub(super) is_public: bool,
    pub(super) is_default: bool,
    state: State,
    description: Option<String>,
    pub(crate) tags: Tags,
}

impl IpamScope {
    /// Those of an IPAM.
    pub(super) const IPAM: Index<Self> =
        Index { name: "ipam", keys: |own| vec![resource::key(&own.scope, own.ipam_id.as_str())] };

    pub(super) fn word(&self) -> &'static str {
        if self.is_public { "public" } else { "private" }
    }
}

impl Record for IpamScope {
    const TABLE: &'static str = "vpc_ipam_scope";
    const INDEXES: &'static [Index<Self>] = &[Self::IPAM];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for IpamScope {
    const TYPE: &'static str = "ipam-scope";
    const PREFIX: &'static str = IpamScopeId::PREFIX;
    const KIND: Kind = KIND;
    const FILTERS: &'static [&'static str] = &[
        "description",
        "ipam-arn",
        "ipam-id",
        "ipam-region",
        "ipam-scope-arn",
        "ipam-scope-id",
        "ipam-scope-type",
        "is-default",
        "owner-id",
        "state",
    ];

    crate::resource::own_members!();

    fn arn(&self) -> String {
        arn(&self.scope, Self::TYPE, self.id.as_str())
    }

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "description" => self.description.iter().cloned().collect(),
            "ipam-arn" => vec![arn(&self.scope, Ipam::TYPE, self.ipam_id.as_str())],
            "ipam-id" => vec![self.ipam_id.to_string()],
            "ipam-region" => vec![self.scope.region.to_string()],
            "ipam-scope-arn" => vec![self.arn()],
            "ipam-scope-id" => vec![self.id.to_string()],
            "ipam-scope-type" => vec![self.word().to_owned()],
            "is-default" => truth(self.is_default),
            "owner-id" => vec![self.scope.account.to_string()],
            "state" => vec![self.state.word().to_owned()],
            _ => Vec::new(),
        }
    }
}

impl Stateful for IpamScope {
    const WHICH: Which = Which::Scope;

    fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

/// A scope that comes with an IPAM.
pub(super) fn make_default(tx: &mut Tx, cx: &Cx, ipam: &IpamId, is_public: bool) -> IpamScopeId {
    let own = IpamScope {
        scope: cx.scope().clone(),
        id: IpamScopeId::new(cx.ids()),
        ipam_id: ipam.clone(),
        is_public,
        is_default: true,
        state: State::Created,
        description: None,
        tags: Tags::default(),
    };
    let id = own.id.clone();
    tx.put(own);
    id
}

/// `CreateIpamScope`: a further private one. The same client token gives the same scope.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateIpamScopeRequest,
) -> Result<ec2::CreateIpamScopeResult, Error> {
    let digest = token::digest(&input);
    if input.external_authority_configuration.is_some() {
        return Err(IpamRefusal::Unsupported("An external authority of a scope").into());
    }
    let ipam_id = instance::id(input.ipam_id)?;
    let description = description(input.description)?;
    let tags = tag::of_specifications(input.tag_specifications, IpamScope::TYPE)?;
    let call = Once { operation: "CreateIpamScope", token: input.client_token.as_deref(), digest: &digest };
    let own = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let ipam: Ipam = take(tx, cx.scope(), ipam_id.as_str())?;
            ipam.state.require_settled(ipam_id.as_str())?;
            let own = IpamScope {
                scope: cx.scope().clone(),
                id: IpamScopeId::new(cx.ids()),
                ipam_id: ipam.id,
                is_public: false,
                is_default: false,
                state: State::Creating,
                description: description.clone(),
                tags: tags.clone(),
            };
            begin(tx, own.clone(), "IpamScopeCreated");
            Ok(own)
        })
    })?;
    Ok(ec2::CreateIpamScopeResult { ipam_scope: Some(cx.read(|view| shape(view, &own))) })
}

/// `DescribeIpamScopes`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeIpamScopesRequest,
) -> Result<ec2::DescribeIpamScopesResult, Error> {
    let wish = Wish {
        ids: input.ipam_scope_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeIpamScopes", wish, shape)?;
    Ok(ec2::DescribeIpamScopesResult { ipam_scopes: Some(page.items), next_token: page.next_token })
}

/// `ModifyIpamScope`: its description.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyIpamScopeRequest,
) -> Result<ec2::ModifyIpamScopeResult, Error> {
    let id = id(input.ipam_scope_id)?;
    if input.external_authority_configuration.is_some()
        || input.remove_external_authority_configuration == Some(true)
    {
        return Err(IpamRefusal::Unsupported("An external authority of a scope").into());
    }
    let description = description(input.description)?;
    if description.is_none() {
        return Err(IpamRefusal::NoChange("ipam scope").into());
    }
    let own = home::write(cx, |tx| {
        let own: IpamScope = take(tx, cx.scope(), id.as_str())?;
        own.state.require_settled(id.as_str())?;
        let own = IpamScope { description: description.clone(), state: State::Modifying, ..own };
        begin(tx, own.clone(), "IpamScopeChanged");
        Ok::<_, Error>(own)
    })?;
    Ok(ec2::ModifyIpamScopeResult { ipam_scope: Some(cx.read(|view| shape(view, &own))) })
}

/// `DeleteIpamScope`: no default one, and not while it has pools.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteIpamScopeRequest,
) -> Result<ec2::DeleteIpamScopeResult, Error> {
    let id = id(input.ipam_scope_id)?;
    let own = home::write(cx, |tx| {
        let own: IpamScope = take(tx, cx.scope(), id.as_str())?;
        if own.is_default {
            return Err(IpamRefusal::DefaultScope(id.to_string()).into());
        }
        own.state.require_settled(id.as_str())?;
        if tx.by(&IpamPool::SCOPE, &own.key()).next().is_some() {
            return Err(IpamRefusal::InUse(id.to_string(), "pools in the scope").into());
        }
        let own = IpamScope { state: State::Deleting, ..own };
        begin(tx, own.clone(), "IpamScopeDeleted");
        Ok(own)
    })?;
    Ok(ec2::DeleteIpamScopeResult { ipam_scope: Some(cx.read(|view| shape(view, &own))) })
}

/// A scope's id.
pub(super) fn id(text: Option<String>) -> Result<IpamScopeId, Error> {
    named(text, "ipamScopeId", KIND, IpamScopeId::parse)
}

fn shape(view: &View, own: &IpamScope) -> ec2::IpamScope {
    let pools = view.by(&IpamPool::SCOPE, &own.key()).count();
    ec2::IpamScope {
        owner_id: Some(own.scope.account.to_string()),
        ipam_scope_id: Some(own.id.to_string()),
        ipam_scope_arn: Some(own.arn()),
        ipam_arn: Some(arn(&own.scope, Ipam::TYPE, own.ipam_id.as_str())),
        ipam_region: Some(own.scope.region.to_string()),
        ipam_scope_type: Some(own.word().to_owned()),
        is_default: Some(own.is_default),
        description: own.description.clone(),
        pool_count: i32::try_from(pools).ok(),
        state: Some(own.state.word().to_owned()),
        tags: tag_set(&own.tags),
        ..ec2::IpamScope::default()
    }
}
