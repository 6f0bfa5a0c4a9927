//! The routes of a table.

use super::fitting::require_fitting;
use super::{Origin, Route, RouteTable, Target, attached, id};
use crate::egress_only_internet_gateway::EgressOnlyInternetGateway;
use crate::error::{Endpoint, Error, Kind, PrefixList};
use crate::event::Changed;
use crate::id::{PrefixListId, VpcEndpointId, VpcId};
use crate::internet_gateway::InternetGateway;
use crate::nat_gateway::NatGateway;
use crate::network_interface::{self, NetworkInterface};
use crate::prefix_list;
use crate::resource::{Resource, take};
use crate::vpc_endpoint::{EndpointKind, VpcEndpoint, endpoint_id};
use crate::vpc_peering_connection::VpcPeeringConnection;
use crate::vpn_gateway::VpnGateway;
use crate::{Vpc as Service, home, vpc};
use base::{Ipv4Block, Ipv6Block};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use store::Tx;

/// What a call names as targets, by parameter.
struct Targets {
    gateway: Option<String>,
    nat_gateway: Option<String>,
    instance: Option<String>,
    interface: Option<String>,
    egress_only: Option<String>,
    peering: Option<String>,
    transit_gateway: Option<String>,
    /// Kinds whose resources cannot exist yet.
    others: Vec<(&'static str, String)>,
}

/// `CreateRoute`: one destination, one target.
pub(crate) fn create_route(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateRouteRequest,
) -> Result<ec2::CreateRouteResult, Error> {
    let id = id(input.route_table_id)?;
    let destination = destination(
        input.destination_cidr_block,
        input.destination_ipv6_cidr_block,
        input.destination_prefix_list_id,
    )?;
    let targets = Targets {
        gateway: input.gateway_id,
        nat_gateway: input.nat_gateway_id,
        instance: input.instance_id,
        interface: input.network_interface_id,
        egress_only: input.egress_only_internet_gateway_id,
        peering: input.vpc_peering_connection_id,
        transit_gateway: input.transit_gateway_id,
        others: others([
            ("vpcEndpointId", input.vpc_endpoint_id),
            ("localGatewayId", input.local_gateway_id),
            ("carrierGatewayId", input.carrier_gateway_id),
            ("coreNetworkArn", input.core_network_arn),
        ]),
    };
    home::write(cx, |tx| {
        let mut table: RouteTable = take(tx, cx.scope(), id.as_str())?;
        if destination.starts_with("pl-") {
            prefix_list::find(tx, cx.scope(), &destination)?;
        }
        let target = target(tx, cx, &table, &targets)?;
        require_fitting(tx, &table, &destination, &target)?;
        if table.routes.iter().any(|route| route.destination == destination) {
            return Err(Error::RouteExists(destination.clone()));
        }
        table.routes.push(Route { destination: destination.clone(), target, origin: Origin::CreateRoute });
        if !prefix_list::routes_fit(tx, &table) {
            return Err(PrefixList::RouteLimit.into());
        }
        tx.emit(&Changed { kind: "RouteTableChanged", resource: table.arn() });
        tx.put(table);
        Ok(())
    })?;
    Ok(ec2::CreateRouteResult { return_: Some(true) })
}

/// `ReplaceRoute`: gives a destination another target; `LocalTarget` gives a local route its own back. Within the VPC
/// other routes may become local as well.
pub(crate) fn replace_route(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ReplaceRouteRequest,
) -> Result<Empty, Error> {
    let id = id(input.route_table_id)?;
    let destination = destination(
        input.destination_cidr_block,
        input.destination_ipv6_cidr_block,
        input.destination_prefix_list_id,
    )?;
    let local = input.local_target == Some(true);
    let targets = Targets {
        gateway: input.gateway_id,
        nat_gateway: input.nat_gateway_id,
        instance: input.instance_id,
        interface: input.network_interface_id,
        egress_only: input.egress_only_internet_gateway_id,
        peering: input.vpc_peering_connection_id,
        transit_gateway: input.transit_gateway_id,
        others: others([
            ("vpcEndpointId", input.vpc_endpoint_id),
            ("localGatewayId", input.local_gateway_id),
            ("carrierGatewayId", input.carrier_gateway_id),
            ("coreNetworkArn", input.core_network_arn),
        ]),
    };
    home::write(cx, |tx| {
        let mut table: RouteTable = take(tx, cx.scope(), id.as_str())?;
        let position = table.routes.iter().position(|route| route.destination == destination);
        let position = position.ok_or_else(|| {
            let sentence = format!(
                "There is no route defined for '{destination}' in the route table. Use CreateRoute instead."
            );
            Error::Parameter(sentence)
        })?;
        require_replaceable(&table, &table.routes[position])?;
        let target = if local { Target::Local } else { target(tx, cx, &table, &targets)? };
        require_fitting(tx, &table, &destination, &target)?;
        table.routes[position].target = target;
        tx.emit(&Changed { kind: "RouteTableChanged", resource: table.arn() });
        tx.put(table);
        Ok(Empty {})
    })
}

/// `DeleteRoute`: those that came with the table stay, wherever they lead.
pub(crate) fn delete_route(cx: &Cx, _svc: &Service, input: ec2::DeleteRouteRequest) -> Result<Empty, Error> {
    let id = id(input.route_table_id)?;
    let destination = destination(
        input.destination_cidr_block,
        input.destination_ipv6_cidr_block,
        input.destination_prefix_list_id,
    )?;
    home::write(cx, |tx| {
        let mut table: RouteTable = take(tx, cx.scope(), id.as_str())?;
        let found = table.routes.iter().find(|route| route.destination == destination);
        let route = found.ok_or_else(|| Error::RouteMissing(destination.clone(), id.to_string()))?;
        if route.origin == Origin::CreateRouteTable {
            let sentence = format!("cannot remove local route {destination} in route table {id}");
            return Err(Error::Parameter(sentence));
        }
        require_replaceable(&table, route)?;
        table.routes.retain(|route| route.destination != destination);
        tx.emit(&Changed { kind: "RouteTableChanged", resource: table.arn() });
        tx.put(table);
        Ok(Empty {})
    })
}

/// The routes of a gateway endpoint come and go with it.
fn require_replaceable(table: &RouteTable, route: &Route) -> Result<(), Error> {
    let is_own = matches!(&route.target, Target::Gateway(id) if id.starts_with(VpcEndpointId::PREFIX));
    if is_own && route.destination.starts_with(PrefixListId::PREFIX) {
        return Err(Endpoint::OwnRoute(route.destination.clone(), table.id.to_string()).into());
    }
    Ok(())
}

/// The one destination, in its canonical form.
fn destination(v4: Option<String>, v6: Option<String>, list: Option<String>) -> Result<String, Error> {
    match (v4, v6, list) {
        (Some(text), None, None) => {
            let block: Ipv4Block =
                text.parse().map_err(|_| vpc::not_a_block("destinationCidrBlock", &text))?;
            Ok(block.to_string())
        }
        (None, Some(text), None) => {
            ipv6_block(&text).ok_or_else(|| vpc::not_a_block("destinationIpv6CidrBlock", &text))
        }
        (None, None, Some(list)) => match PrefixListId::parse(&list) {
            Ok(id) => Ok(id.to_string()),
            Err(error) => Err(Error::Malformed(Kind::PrefixList, error.given, error.prefix)),
        },
        (None, None, None) => Err(Error::Missing("destinationCidrBlock")),
        _ => {
            let sentence = "Only one of destinationCidrBlock, destinationIpv6CidrBlock and destinationPrefixListId can be specified";
            Err(Error::Combination(sentence.to_owned()))
        }
    }
}

/// An IPv6 block with its host bits cleared.
fn ipv6_block(text: &str) -> Option<String> {
    text.parse().ok().map(|block: Ipv6Block| block.to_string())
}

fn others<const N: usize>(given: [(&'static str, Option<String>); N]) -> Vec<(&'static str, String)> {
    given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The one target, which must exist and belong to the table's network.
fn target(tx: &Tx, cx: &Cx, table: &RouteTable, targets: &Targets) -> Result<Target, Error> {
    let Targets { gateway, nat_gateway, instance, interface, egress_only, peering, transit_gateway, others } =
        targets;
    let named = [gateway, nat_gateway, instance, interface, egress_only, peering, transit_gateway];
    let named = named.into_iter().flatten().count() + others.len();
    if named != 1 {
        let sentence = "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId, \
                        egressOnlyInternetGatewayId, transitGatewayId, localGatewayId, carrierGatewayId, vpcEndpointId, coreNetworkArn or instanceId";
        return Err(Error::MissingOneOf(sentence));
    }
    if let Some(id) = nat_gateway {
        return nat_target(tx, cx, table, id);
    }
    if let Some(id) = instance {
        let card = network_interface::only(tx, cx.scope(), id)?;
        require_same(table, &card.vpc_id, "interface", card.id.as_str())?;
        return Ok(Target::Interface(card.id.to_string()));
    }
    if let Some(id) = interface {
        let found: NetworkInterface = take(tx, cx.scope(), id)?;
        require_same(table, &found.vpc_id, "interface", id)?;
        return Ok(Target::Interface(id.clone()));
    }
    if let Some(id) = egress_only {
        let found: EgressOnlyInternetGateway = take(tx, cx.scope(), id)?;
        require_same(table, &found.vpc_id, "network gateway", id)?;
        return Ok(Target::EgressOnly(id.clone()));
    }
    if let Some(id) = peering {
        return peering_target(tx, cx, table, id);
    }
    if let Some(id) = transit_gateway {
        let found = attached(tx, table, id);
        let missing = || Error::NotFound(Kind::RouteTransitGateway, vec![id.clone()]);
        return found.map(|_| Target::TransitGateway(id.clone())).ok_or_else(missing);
    }
    let endpoint = others.iter().find(|(name, _)| *name == "vpcEndpointId").map(|(_, id)| id);
    let endpoint = endpoint.or(gateway.as_ref().filter(|id| id.starts_with(VpcEndpointId::PREFIX)));
    if let Some(id) = endpoint {
        return endpoint_target(tx, cx, table, id);
    }
    if let Some((name, id)) = others.first() {
        return Err(Error::Value(name, id.clone(), "It does not exist.".to_owned()));
    }
    let id = gateway.as_deref().unwrap_or_default();
    if id == "local" {
        return Ok(Target::Local);
    }
    require_gateway(tx, cx, table, id)?;
    Ok(Target::Gateway(id.to_owned()))
}

/// An internet gateway or a virtual private one that is attached to the table's network.
pub(super) fn require_gateway(tx: &Tx, cx: &Cx, table: &RouteTable, id: &str) -> Result<(), Error> {
    let internet =
        take::<InternetGateway>(tx, cx.scope(), id).map(|own| own.vpc_id.as_ref() == Some(&table.vpc_id));
    let private = take::<VpnGateway>(tx, cx.scope(), id).map(|own| own.serves(&table.vpc_id));
    let serves =
        internet.or(private).map_err(|_| Error::NotFound(Kind::RouteGateway, vec![id.to_owned()]))?;
    if serves {
        return Ok(());
    }
    let sentence = format!("route table {} and network gateway {id} belong to different networks", table.id);
    Err(Error::Parameter(sentence))
}

/// A peering connection of the table's network that has not ended; it need not be active yet.
fn peering_target(tx: &Tx, cx: &Cx, table: &RouteTable, id: &str) -> Result<Target, Error> {
    let found: VpcPeeringConnection = take(tx, cx.scope(), id)?;
    if !found.state.lives() {
        return Err(Error::NotFound(Kind::VpcPeeringConnection, vec![id.to_owned()]));
    }
    if found.across(&table.scope, &table.vpc_id).is_none() {
        let sentence = format!("route table {} and interface {id} belong to different networks", table.id);
        return Err(Error::Parameter(sentence));
    }
    Ok(Target::Peering(id.to_owned()))
}

/// An endpoint of Gateway Load Balancers; no others are targets of routes that users make.
fn endpoint_target(tx: &Tx, cx: &Cx, table: &RouteTable, id: &str) -> Result<Target, Error> {
    let found: VpcEndpoint = take(tx, cx.scope(), endpoint_id(id.to_owned())?.as_str())?;
    if found.kind != EndpointKind::GatewayLoadBalancer {
        return Err(Endpoint::NoTarget(id.to_owned()).into());
    }
    require_same(table, &found.vpc_id, "interface", id)?;
    Ok(Target::Gateway(id.to_owned()))
}

/// A NAT gateway that is there or about to be.
fn nat_target(tx: &Tx, cx: &Cx, table: &RouteTable, id: &str) -> Result<Target, Error> {
    let found: Option<NatGateway> = take(tx, cx.scope(), id).ok();
    let found = found.filter(|own| own.state.leads());
    let found = found.ok_or_else(|| Error::NotFound(Kind::RouteNatGateway, vec![id.to_owned()]))?;
    require_same(table, &found.vpc_id, "interface", id)?;
    Ok(Target::NatGateway(id.to_owned()))
}

fn require_same(table: &RouteTable, vpc: &VpcId, kind: &str, id: &str) -> Result<(), Error> {
    if *vpc == table.vpc_id {
        return Ok(());
    }
    let sentence = format!("route table {} and {kind} {id} belong to different networks", table.id);
    Err(Error::Parameter(sentence))
}

#[cfg(test)]
mod tests {
    use super::ipv6_block;

    #[test]
    fn ipv6_blocks_are_canonical() {
        for (text, want) in [
            ("::/0", Some("::/0")),
            ("2001:db8::1/32", Some("2001:db8::/32")),
            ("2001:db8::1/128", Some("2001:db8::1/128")),
            ("2001:db8::/129", None),
            ("10.0.0.0/8", None),
        ] {
            assert_eq!(ipv6_block(text).as_deref(), want, "{text}");
        }
    }
}
