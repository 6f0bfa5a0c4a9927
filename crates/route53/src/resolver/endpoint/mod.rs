//! Resolver endpoints: addresses in subnets through which questions come in or go out.

pub(super) mod address;

use super::Resolver;
use super::rule::Rule;
use super::shared::{Asked, Looks, Requested, STATE_MILLIS, again, announce, arn, filter, home, tags, trace};
use crate::error::ResolverError as Error;
use address::Address;
use base::{Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53resolver as resolver_api;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// Addresses of an endpoint: at least, and at the most. Groups at the most.
/// Source: Route 53 Developer Guide, "Quotas on Route 53 Resolver".
const FEWEST: usize = 2;
pub(super) const MOST: usize = 6;
const MOST_GROUPS: usize = 10;

/// How far an endpoint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    Creating,
    Updating,
    Operational,
    Deleting,
}

/// An endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Endpoint {
    pub(super) id: String,
    pub(super) home: String,
    request: String,
    digest: String,
    name: Option<String>,
    groups: Vec<String>,
    pub(super) direction: String,
    /// `IPV4`, `IPV6` or `DUALSTACK`.
    kind: String,
    pub(super) protocols: Vec<String>,
    vpc: String,
    addresses: Vec<Address>,
    state: State,
    message: String,
    pub(super) tags: Tags,
    has_interface_metrics: bool,
    has_target_metrics: bool,
    created_at: Timestamp,
    changed_at: Timestamp,
}

impl Record for Endpoint {
    const TABLE: &'static str = "route53_resolver_endpoint";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER, Self::REQUEST];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Requested for Endpoint {
    const REQUEST: Index<Self> =
        Index { name: "request", keys: |own| vec![format!("{}/{}", own.home, own.request)] };

    fn digest(&self) -> &str {
        &self.digest
    }
}

impl Endpoint {
    pub(super) const OWNER: Index<Self> = Index { name: "owner", keys: |own| vec![own.home.clone()] };

    pub(super) fn own(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Arc<Self>, Error> {
        let id = id.unwrap_or_default();
        let found = rows.row::<Self>(id).filter(|found| found.home == home(cx));
        found.ok_or_else(|| Error::NoEndpoint(id.to_owned()))
    }

    pub(super) fn arn(&self) -> String {
        arn(&self.home, &format!("resolver-endpoint/{}", self.id))
    }

    /// Whether it is being deleted: nothing can lead through it any more.
    pub(super) fn is_leaving(&self) -> bool {
        self.state == State::Deleting
    }

    /// The caller's own one, to be changed: one that is being deleted stays so.
    fn changeable(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Self, Error> {
        let own = Self::own(rows, cx, id)?;
        if own.is_leaving() { Err(Error::LeavingEndpoint) } else { Ok((*own).clone()) }
    }

    /// Whether questions come into the VPC by it.
    pub(super) fn is_inbound_in(&self, vpc: &str) -> bool {
        self.direction == "INBOUND" && self.vpc == vpc && !self.is_leaving()
    }

    /// Whether one of its addresses is one of these.
    pub(super) fn has_address(&self, ipv4: Option<Ipv4Addr>, ipv6: Option<Ipv6Addr>) -> bool {
        self.addresses.iter().any(|own| own.is_any(ipv4, ipv6))
    }

    fn status(&self) -> &'static str {
        match self.state {
            State::Creating => "CREATING",
            State::Updating => "UPDATING",
            State::Operational => "OPERATIONAL",
            State::Deleting => "DELETING",
        }
    }

    fn shape(&self) -> resolver_api::ResolverEndpoint {
        resolver_api::ResolverEndpoint {
            id: Some(self.id.clone()),
            creator_request_id: Some(self.request.clone()),
            arn: Some(self.arn()),
            name: self.name.clone(),
            security_group_ids: Some(self.groups.clone()),
            direction: Some(self.direction.clone()),
            ip_address_count: i32::try_from(self.addresses.len()).ok(),
            host_vpc_id: Some(self.vpc.clone()),
            status: Some(self.status().to_owned()),
            status_message: Some(self.message.clone()),
            creation_time: Some(self.created_at.rfc3339()),
            modification_time: Some(self.changed_at.rfc3339()),
            resolver_endpoint_type: Some(self.kind.clone()),
            protocols: Some(self.protocols.clone()),
            rni_enhanced_metrics_enabled: self.has_interface_metrics.then_some(true),
            target_name_server_metrics_enabled: self.has_target_metrics.then_some(true),
            ..resolver_api::ResolverEndpoint::default()
        }
    }

    /// The endpoint on its way to another state.
    fn moved(self, cx: &Cx, state: State, message: &str) -> Self {
        let message = format!("[Trace id: {}] {message}", trace(cx));
        Self { state, message, changed_at: cx.now(), ..self }
    }
}

/// Writes an endpoint that changes, and what follows.
fn settle(tx: &mut Tx, endpoint: Endpoint) -> resolver_api::ResolverEndpoint {
    announce(tx, "ResolverEndpointChanged", endpoint.arn());
    tx.after(STATE_MILLIS, Settle { id: endpoint.id.clone() });
    let shape = endpoint.shape();
    tx.put(endpoint);
    shape
}

/// A state comes to its end.
#[derive(Serialize, Deserialize)]
pub(super) struct Settle {
    id: String,
}

impl Job for Settle {
    const KIND: &'static str = "route53_resolver.endpoint";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(endpoint) = tx.get::<Endpoint>(&self.id) else { return Ok(()) };
        let mut endpoint = (*endpoint).clone();
        let message = match endpoint.state {
            State::Deleting => {
                tx.delete::<Endpoint>(&self.id);
                return Ok(());
            }
            State::Operational => return Ok(()),
            State::Creating => "Successfully created the Resolver Endpoint",
            State::Updating => "Successfully updated the Resolver Endpoint",
        };
        let trace = endpoint.message.split_inclusive(']').next().unwrap_or_default().to_owned();
        endpoint.message = format!("{trace} {message}");
        endpoint.state = State::Operational;
        endpoint.addresses.iter_mut().for_each(Address::attach);
        tx.put(endpoint);
        Ok(())
    }
}

fn require_built(dns64: Option<bool>, internet: Option<bool>) -> Result<(), Error> {
    if dns64 == Some(true) || internet == Some(true) {
        return Err(Error::NotBuilt("DNS64 of a resolver endpoint"));
    }
    Ok(())
}

/// Questions go out by DNS over HTTPS, and not by its kind for FIPS.
/// Source: Route 53 API Reference, `CreateResolverEndpoint`, `Protocols`.
fn require_protocols(direction: &str, protocols: Option<&[String]>) -> Result<(), Error> {
    let is_fips = |protocol: &String| protocol == "DoH-FIPS";
    if direction == "OUTBOUND" && protocols.unwrap_or_default().iter().any(is_fips) {
        return Err(Error::NotOutboundProtocol);
    }
    Ok(())
}

/// `CreateResolverEndpoint`.
pub(super) fn create(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::CreateResolverEndpointRequest,
) -> Result<resolver_api::CreateResolverEndpointResponse, Error> {
    require_built(input.dns64_enabled, input.ipv6_internet_access_enabled)?;
    if let Some(outpost) = input.outpost_arn {
        return Err(Error::NoOutpost(outpost));
    }
    let wanted = input.ip_addresses.unwrap_or_default();
    let groups = input.security_group_ids.unwrap_or_default();
    let direction = input.direction.unwrap_or_default();
    let request = input.creator_request_id.unwrap_or_default();
    let of_address = |own: &resolver_api::IpAddressRequest| {
        [&own.subnet_id, &own.ip, &own.ipv6].map(|text| text.clone().unwrap_or_default()).join("/")
    };
    let addresses: Vec<String> = wanted.iter().map(of_address).collect();
    let mut digest = format!("{direction} {} {} {:?}", addresses.join(","), groups.join(","), input.name);
    if input.resolver_endpoint_type.is_some() || input.protocols.is_some() {
        digest.push_str(&format!(" {:?} {:?}", input.resolver_endpoint_type, input.protocols));
    }
    require_protocols(&direction, input.protocols.as_deref())?;
    if wanted.len() < FEWEST {
        return Err(Error::FewAddresses);
    }
    if wanted.len() > MOST {
        return Err(Error::ManyAddresses);
    }
    if groups.len() > MOST_GROUPS {
        return Err(Error::TooManyGroups);
    }
    if let Some(bad) = groups.iter().find(|id| !id.starts_with("sg-")) {
        return Err(Error::BadGroup(bad.clone()));
    }
    let tags = tags(input.tags.as_deref())?;
    let prefix = if direction == "OUTBOUND" { "rslvr-out-" } else { "rslvr-in-" };
    let id = cx.ids().hex_id(prefix);
    let shape = cx.write(|tx| {
        let home = home(cx);
        if let Some(found) = again::<Endpoint>(tx, &home, (&request, &digest), Error::EndpointExists)? {
            return Ok::<_, Error>(found.shape());
        }
        for group in &groups {
            svc.networks.group(tx, cx.scope(), group).ok_or_else(|| Error::NoGroup(group.clone()))?;
        }
        let mut endpoint = Endpoint {
            id: id.clone(),
            home,
            request: request.clone(),
            digest: digest.clone(),
            name: input.name.clone(),
            groups: groups.clone(),
            direction: direction.clone(),
            kind: input.resolver_endpoint_type.clone().unwrap_or_else(|| "IPV4".to_owned()),
            protocols: input.protocols.clone().unwrap_or_else(|| vec!["Do53".to_owned()]),
            vpc: String::new(),
            addresses: Vec::new(),
            state: State::Creating,
            message: String::new(),
            tags: tags.clone(),
            has_interface_metrics: input.rni_enhanced_metrics_enabled.unwrap_or_default(),
            has_target_metrics: input.target_name_server_metrics_enabled.unwrap_or_default(),
            created_at: cx.now(),
            changed_at: cx.now(),
        };
        for address in &wanted {
            address::place(cx, svc, tx, &mut endpoint, address)?;
        }
        Ok(settle(tx, endpoint.moved(cx, State::Creating, "Creating the Resolver Endpoint")))
    })?;
    Ok(resolver_api::CreateResolverEndpointResponse { resolver_endpoint: Some(shape) })
}

/// `GetResolverEndpoint`.
pub(super) fn get(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::GetResolverEndpointRequest,
) -> Result<resolver_api::GetResolverEndpointResponse, Error> {
    let endpoint = cx.read(|view| Endpoint::own(view, cx, input.resolver_endpoint_id.as_deref()))?;
    Ok(resolver_api::GetResolverEndpointResponse { resolver_endpoint: Some(endpoint.shape()) })
}

/// `UpdateResolverEndpoint`.
pub(super) fn update(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::UpdateResolverEndpointRequest,
) -> Result<resolver_api::UpdateResolverEndpointResponse, Error> {
    require_built(input.dns64_enabled, input.ipv6_internet_access_enabled)?;
    if input.update_ip_addresses.is_some() {
        return Err(Error::NotBuilt("UpdateIpAddresses"));
    }
    let shape = cx.write(|tx| {
        let mut endpoint = Endpoint::changeable(tx, cx, input.resolver_endpoint_id.as_deref())?;
        require_protocols(&endpoint.direction, input.protocols.as_deref())?;
        endpoint.name = input.name.clone().or(endpoint.name);
        endpoint.kind = input.resolver_endpoint_type.clone().unwrap_or(endpoint.kind);
        endpoint.protocols = input.protocols.clone().unwrap_or(endpoint.protocols);
        if let Some(wanted) = input.rni_enhanced_metrics_enabled {
            endpoint.has_interface_metrics = wanted;
        }
        if let Some(wanted) = input.target_name_server_metrics_enabled {
            endpoint.has_target_metrics = wanted;
        }
        let moved = endpoint.moved(cx, State::Updating, "Updating the Resolver Endpoint");
        Ok::<_, Error>(settle(tx, moved))
    })?;
    Ok(resolver_api::UpdateResolverEndpointResponse { resolver_endpoint: Some(shape) })
}

/// `DeleteResolverEndpoint`: of one that no rule leads through. Its interfaces go at once.
pub(super) fn delete(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::DeleteResolverEndpointRequest,
) -> Result<resolver_api::DeleteResolverEndpointResponse, Error> {
    let shape = cx.write(|tx| {
        let endpoint = Endpoint::changeable(tx, cx, input.resolver_endpoint_id.as_deref())?;
        let rules = tx.listed(&Rule::ENDPOINT, &endpoint.id);
        if !rules.is_empty() {
            let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
            return Err(Error::EndpointInUse(ids.join(",")));
        }
        for address in &endpoint.addresses {
            address.leave(cx, svc, tx);
        }
        let moved = endpoint.moved(cx, State::Deleting, "Deleting the Resolver Endpoint");
        Ok(settle(tx, moved))
    })?;
    Ok(resolver_api::DeleteResolverEndpointResponse { resolver_endpoint: Some(shape) })
}

/// `ListResolverEndpoints`, by id.
pub(super) fn list(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListResolverEndpointsRequest,
) -> Result<resolver_api::ListResolverEndpointsResponse, Error> {
    const LOOKS: [Looks<Arc<Endpoint>>; 5] = [
        (&["CreatorRequestId", "CREATOR_REQUEST_ID"], |own| vec![own.request.clone()]),
        (&["Direction", "DIRECTION"], |own| vec![own.direction.clone()]),
        (&["HostVPCId", "HOST_VPC_ID"], |own| vec![own.vpc.clone()]),
        (&["Name", "NAME"], |own| own.name.iter().cloned().collect()),
        (&["Status", "STATUS"], |own| vec![own.status().to_owned()]),
    ];
    const GROUPS: Looks<Arc<Endpoint>> =
        (&["SecurityGroupIds", "SECURITY_GROUP_IDS"], |own| own.groups.clone());
    let mut all = cx.read(|view| view.listed(&Endpoint::OWNER, &home(cx)));
    filter(&mut all, input.filters.as_deref(), &[&LOOKS[..], &[GROUPS]].concat())?;
    let asked = Asked {
        call: &["ListResolverEndpoints"],
        token: input.next_token.as_deref(),
        most: input.max_results,
    };
    let (page, next_token) = asked.page(cx, all, |own| own.id.clone())?;
    Ok(resolver_api::ListResolverEndpointsResponse {
        next_token,
        max_results: i32::try_from(asked.limit()).ok(),
        resolver_endpoints: Some(page.iter().map(|own| own.shape()).collect()),
    })
}
