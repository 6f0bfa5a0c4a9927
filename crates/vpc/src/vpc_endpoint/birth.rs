//! How an endpoint comes to be, and what belongs to it.

use super::catalogue::Offer;
use super::model::{Dns, EndpointKind, Place, State, VpcEndpoint};
use super::service::{self, Found};
use super::wish::{DnsWish, Spot, Wish, refused};
use super::work::Open;
use crate::error::{Endpoint, Error, Part};
use crate::event::Changed;
use crate::id::{RouteTableId, VpcEndpointConnectionId, VpcEndpointId};
use crate::network_interface::{self, Birth, Draw, Plan, Requester};
use crate::prefix_list;
use crate::resource::{self, Resource};
use crate::route_table::{Origin, Route, RouteTable, Target};
use crate::subnet::Subnet;
use crate::vpc::Vpc;
use base::{Scope, Tags, Zone};
use ports::Cx;
use store::{Tx, View};

/// How long AWS shows a new endpoint as `pending`, in milliseconds.
const PENDING_MILLIS: u32 = 60_000;
/// What the attachments of its interfaces call the service.
const SERVICE: &str = "amazon-aws";
/// Interface and Gateway Load Balancer endpoints of a VPC at the most: the quota that an account begins with.
const MOST_OF_VPC: usize = 50;
/// Gateway endpoints of a Region at the most.
const MOST_GATEWAYS: usize = 20;

/// Makes the endpoint.
pub(super) fn make(tx: &mut Tx, cx: &Cx, wish: &Wish, tags: Tags) -> Result<VpcEndpoint, Error> {
    let scope = cx.scope();
    let vpc = tx.get::<Vpc>(&resource::key(scope, wish.vpc.as_str()));
    let vpc = vpc.ok_or_else(|| Endpoint::Missing(Part::Vpc, wish.vpc.to_string()))?;
    let service = service::find(tx, cx, &wish.service_name, wish.kind)?;
    require_room(tx, scope, wish)?;
    if wish.policy.is_some() && !has_policy(&service) {
        return refused("The VPC endpoint service does not support endpoint policies.");
    }
    let groups = match wish.kind {
        EndpointKind::Interface => network_interface::groups_of(tx, scope, &wish.vpc, &wish.groups)?,
        EndpointKind::Gateway | EndpointKind::GatewayLoadBalancer => Vec::new(),
    };
    let needs_acceptance = matches!(&service, Found::Customer(own) if own.acceptance_required);
    let mut endpoint = VpcEndpoint {
        scope: scope.clone(),
        id: VpcEndpointId::new(cx.ids()),
        vpc_id: wish.vpc.clone(),
        kind: wish.kind,
        state: match wish.kind {
            EndpointKind::Gateway => State::Available,
            _ if needs_acceptance => State::PendingAcceptance,
            EndpointKind::Interface | EndpointKind::GatewayLoadBalancer => State::Pending,
        },
        created_at: cx.now(),
        service_name: wish.service_name.clone(),
        service_owner: Some(service.owner()),
        connection: match &service {
            Found::Aws(_) => None,
            Found::Customer(own) => Some((own.id.clone(), VpcEndpointConnectionId::new(cx.ids()))),
        },
        policy: has_policy(&service)
            .then(|| wish.policy.clone().unwrap_or_else(|| default_policy(wish.kind).to_owned())),
        tables: Vec::new(),
        places: Vec::new(),
        groups,
        dns: dns(tx, cx, (&vpc, &service), wish)?,
        tags,
    };
    for spot in &wish.subnets {
        add_place(tx, cx, &mut endpoint, &service.zones(scope), spot)?;
    }
    for table in &wish.tables {
        add_table(tx, &mut endpoint, table).map_err(|failure| failure.said(Endpoint::RouteExists))?;
    }
    if endpoint.state == State::Pending {
        open_later(tx, &endpoint);
    }
    tx.emit(&Changed { kind: "VpcEndpointCreated", resource: endpoint.arn() });
    tx.put(endpoint.clone());
    Ok(endpoint)
}

/// The end of `pending` comes.
pub(crate) fn open_later(tx: &mut Tx, endpoint: &VpcEndpoint) {
    let job = Open { scope: endpoint.scope.clone(), id: endpoint.id.clone() };
    tx.after(PENDING_MILLIS, job);
}

fn has_policy(service: &Found) -> bool {
    matches!(service, Found::Aws(offer) if offer.has_policy)
}

/// What AWS answers where no policy was given: everything, in the words of either type.
pub(super) fn default_policy(kind: EndpointKind) -> &'static str {
    match kind {
        EndpointKind::Gateway => {
            "{\"Version\":\"2008-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}"
        }
        EndpointKind::Interface | EndpointKind::GatewayLoadBalancer => {
            "{\n  \"Statement\": [\n    {\n      \"Action\": \"*\", \n      \"Effect\": \"Allow\", \n      \"Principal\": \"*\", \n      \"Resource\": \"*\"\n    }\n  ]\n}"
        }
    }
}

fn require_room(tx: &Tx, scope: &Scope, wish: &Wish) -> Result<(), Endpoint> {
    let prefix = resource::prefix(scope);
    let full = match wish.kind {
        EndpointKind::Gateway => {
            let own = tx.range::<VpcEndpoint>(&prefix).filter(|own| own.kind == EndpointKind::Gateway);
            own.count() >= MOST_GATEWAYS
        }
        EndpointKind::Interface | EndpointKind::GatewayLoadBalancer => {
            let of = resource::key(scope, wish.vpc.as_str());
            let own = tx.by(&VpcEndpoint::VPC, &of).filter(|own| own.kind != EndpointKind::Gateway);
            own.count() >= MOST_OF_VPC
        }
    };
    if full { Err(Endpoint::TooMany) } else { Ok(()) }
}

/// The names of a new endpoint. Those of the service itself are private unless the call says otherwise, but for S3,
/// whose gateways answer to them. Source: PrivateLink guide, "Private DNS"; S3 guide, "AWS PrivateLink for Amazon S3".
fn dns(tx: &Tx, cx: &Cx, (vpc, service): (&Vpc, &Found), wish: &Wish) -> Result<Dns, Error> {
    let (base, is_starred, private_names) = match service {
        Found::Aws(Offer { base, is_starred, private_names, .. }) => {
            (base.clone(), *is_starred, private_names.clone())
        }
        Found::Customer(own) => (own.base(), false, Vec::new()),
    };
    let mut dns = Dns {
        base,
        is_starred,
        label: cx.ids().text(b"abcdefghijklmnopqrstuvwxyz0123456789", 8),
        is_private: false,
        private_names,
        zone_id: format!("Z{}", cx.ids().text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 20)),
        record_type: match wish.kind {
            EndpointKind::Gateway => "service-defined".to_owned(),
            EndpointKind::Interface | EndpointKind::GatewayLoadBalancer => "ipv4".to_owned(),
        },
        only_inbound: None,
    };
    let has_private = wish.kind == EndpointKind::Interface && !dns.private_names.is_empty();
    let by_default = has_private && !dns.is_starred;
    let asked = DnsWish { is_private: wish.dns.is_private.or(Some(by_default)), ..wish.dns.clone() };
    name(tx, (vpc, &wish.service_name), None, &mut dns, &asked)?;
    Ok(dns)
}

/// Gives an endpoint the names that are asked for. `own` is its id, where it has one already.
pub(super) fn name(
    tx: &Tx,
    (vpc, service): (&Vpc, &str),
    own: Option<&VpcEndpointId>,
    dns: &mut Dns,
    wish: &DnsWish,
) -> Result<(), Error> {
    let of = resource::key(&vpc.scope, vpc.id.as_str());
    let others = || {
        tx.by(&VpcEndpoint::VPC, &of)
            .filter(move |other| Some(&other.id) != own && other.service_name == service)
    };
    if let Some(record_type) = &wish.record_type {
        dns.record_type.clone_from(record_type);
    }
    if wish.only_inbound.is_some() && !dns.is_starred {
        return refused("PrivateDnsOnlyForInboundResolverEndpoint not supported for this service.");
    }
    dns.is_private = wish.is_private.unwrap_or(dns.is_private);
    if !dns.is_private {
        dns.only_inbound = None;
        return Ok(());
    }
    let Some(name) = dns.private_names.first() else {
        let sentence = format!(
            "Private DNS can't be enabled because the service {service} does not provide a private DNS name."
        );
        return refused(&sentence);
    };
    if !(vpc.dns_support && vpc.dns_hostnames) {
        let sentence = format!(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {}",
            vpc.id
        );
        return refused(&sentence);
    }
    if others().any(|other| other.dns.is_private) {
        let sentence = format!(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for {} in the VPC {}",
            name.trim_start_matches("*."),
            vpc.id
        );
        return refused(&sentence);
    }
    if dns.is_starred {
        let only_inbound = wish.only_inbound.or(dns.only_inbound).unwrap_or(true);
        if only_inbound && !others().any(|other| other.kind == EndpointKind::Gateway) {
            let sentence = format!(
                "To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC {} must have a Gateway endpoint for the service.",
                vpc.id
            );
            return refused(&sentence);
        }
        dns.only_inbound = Some(only_inbound);
    }
    Ok(())
}

/// Puts an interface of the endpoint into a subnet.
pub(super) fn add_place(
    tx: &mut Tx,
    cx: &Cx,
    endpoint: &mut VpcEndpoint,
    zones: &[Zone],
    spot: &Spot,
) -> Result<(), Error> {
    let id = spot.subnet.to_string();
    let subnet = tx.get::<Subnet>(&resource::key(&endpoint.scope, &id));
    let subnet = subnet.ok_or_else(|| Endpoint::Missing(Part::Subnet, id.clone()))?;
    if subnet.vpc_id != endpoint.vpc_id {
        let sentence = format!("The subnet {id} does not belong to the VPC {}.", endpoint.vpc_id);
        return refused(&sentence);
    }
    if !zones.iter().any(|zone| zone.name == subnet.zone.name) {
        let sentence = format!(
            "The VPC endpoint service {} does not support the availability zone of the subnet: {id}.",
            endpoint.service_name
        );
        return refused(&sentence);
    }
    if endpoint.places.iter().any(|place| place.zone.name == subnet.zone.name) {
        return Err(Endpoint::SameZone(id).into());
    }
    let is_interface = endpoint.kind == EndpointKind::Interface;
    let birth = Birth {
        draw: Draw::new(cx.ids()),
        subnet: spot.subnet.clone(),
        plan: Plan { primary: spot.address, ..Plan::default() },
        groups: endpoint.groups.clone(),
        kind: if is_interface { "vpc_endpoint" } else { "gateway_load_balancer_endpoint" }.to_owned(),
        description: format!("VPC Endpoint Interface {}", endpoint.id),
        source_dest_check: is_interface,
        requester: Requester { id: SERVICE.to_owned(), is_service: true },
        tags: Tags::default(),
    };
    let interface = network_interface::make_managed(tx, &endpoint.scope, SERVICE, birth)?;
    let zone = subnet.zone.clone();
    endpoint.places.push(Place { subnet: spot.subnet.clone(), zone, interface: interface.id });
    Ok(())
}

/// Lets a table lead to a gateway; table and prefix list where it leads elsewhere already.
pub(super) fn add_table(
    tx: &mut Tx,
    endpoint: &mut VpcEndpoint,
    id: &RouteTableId,
) -> Result<(), AddFailure> {
    let found = tx.get::<RouteTable>(&resource::key(&endpoint.scope, id.as_str()));
    let missing = || Error::from(Endpoint::Missing(Part::RouteTable, id.to_string()));
    let mut table = (*found.ok_or_else(|| AddFailure::Other(missing()))?).clone();
    if table.vpc_id != endpoint.vpc_id {
        let sentence = format!("The route table {id} does not belong to the VPC {}.", endpoint.vpc_id);
        return Err(AddFailure::Other(Endpoint::Parameter(sentence).into()));
    }
    let Some(list) = prefix_list::of_service(&endpoint.scope, &endpoint.service_name) else {
        endpoint.tables.push(id.clone());
        return Ok(());
    };
    if table.routes.iter().any(|route| route.destination == list) {
        return Err(AddFailure::Exists(id.to_string(), list));
    }
    let target = Target::Gateway(endpoint.id.to_string());
    table.routes.push(Route { destination: list, target, origin: Origin::CreateRoute });
    tx.emit(&Changed { kind: "RouteTableChanged", resource: table.arn() });
    tx.put(table);
    endpoint.tables.push(id.clone());
    Ok(())
}

/// Why a table cannot lead to a gateway.
pub(super) enum AddFailure {
    /// It leads to the same service already: table and prefix list.
    Exists(String, String),
    /// Anything else.
    Other(Error),
}

impl AddFailure {
    /// As the operation says it.
    pub(super) fn said(self, exists: fn(String, String) -> Endpoint) -> Error {
        match self {
            Self::Exists(table, list) => exists(table, list).into(),
            Self::Other(error) => error,
        }
    }
}

/// Lets a table lead to the gateway no longer.
pub(super) fn drop_table(tx: &mut Tx, endpoint: &mut VpcEndpoint, id: &RouteTableId) {
    endpoint.tables.retain(|own| own != id);
    let target = Target::Gateway(endpoint.id.to_string());
    if let Some(found) = tx.get::<RouteTable>(&resource::key(&endpoint.scope, id.as_str())) {
        let mut table = (*found).clone();
        table.routes.retain(|route| route.target != target);
        tx.emit(&Changed { kind: "RouteTableChanged", resource: table.arn() });
        tx.put(table);
    }
}

/// A table has gone: no endpoint has it any longer.
pub(crate) fn forget_table(tx: &mut Tx, table: &RouteTable) {
    let of = resource::key(&table.scope, table.vpc_id.as_str());
    let endpoints: Vec<_> = tx.by(&VpcEndpoint::VPC, &of).cloned().collect();
    for own in endpoints.iter().filter(|own| own.tables.contains(&table.id)) {
        let mut endpoint = (**own).clone();
        endpoint.tables.retain(|id| *id != table.id);
        tx.put(endpoint);
    }
}

/// Whether something leads to an endpoint of a VPC by it.
pub(crate) fn leads(view: &View, scope: &Scope, id: &str) -> bool {
    view.get::<VpcEndpoint>(&resource::key(scope, id)).is_some_and(|own| own.works())
}
