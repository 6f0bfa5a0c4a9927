//! VPN connections.

mod configuration;
mod model;
mod tunnel;

pub(crate) use model::{End, VpnConnection};

use crate::address::pool;
use crate::error::{Connect, Elastic, Error, Kind};
use crate::event::Changed;
use crate::id::{TransitGatewayId, VpnConnectionId, VpnGatewayId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::staged::step_after;
use crate::{Vpc as Service, customer_gateway, home, tag, transit_gateway, vpc, vpn_gateway};
use base::Ipv4Block;
use model::State;
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use std::net::Ipv4Addr;
use store::{Tx, View};
use tunnel::{Tunnel, Wished};

/// How long AWS makes, changes or ends a connection, in milliseconds.
const STEP_MILLIS: u32 = 180_000;
/// Every address: what may pass where nothing is said.
const ALL: &str = "0.0.0.0/0";

/// The gateway that a call names as Amazon's end.
#[derive(Clone)]
enum Asked {
    VpnGateway(VpnGatewayId),
    TransitGateway(TransitGatewayId),
}

/// What a call asks for.
struct Asks {
    end: Asked,
    is_static: bool,
    is_accelerated: bool,
    local: String,
    remote: String,
    tunnels: [Wished; 2],
}

/// `CreateVpnConnection`: with a virtual private gateway or a transit gateway.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateVpnConnectionRequest,
) -> Result<ec2::CreateVpnConnectionResult, Error> {
    vpn_gateway::require_type(input.type_)?;
    if input.vpn_concentrator_id.is_some()
        || input.pre_shared_key_storage.is_some_and(|own| own != "Standard")
    {
        let sentence = "VPN concentrators and keys in Secrets Manager are not built yet";
        return Err(Error::Parameter(sentence.to_owned()));
    }
    let customer = customer_gateway::id(input.customer_gateway_id)?;
    let tags = tag::of_specifications(input.tag_specifications, VpnConnection::TYPE)?;
    let end = asked(input.vpn_gateway_id, input.transit_gateway_id)?.ok_or(Error::MissingOneOf(
        "The request must contain exactly one of vpnGatewayId, transitGatewayId",
    ))?;
    let asks = asks(end, input.options.unwrap_or_default())?;
    let connection = home::write(cx, |tx| {
        customer_gateway::there(tx, cx.scope(), &customer)?;
        let id = VpnConnectionId::new(cx.ids());
        let end = lead(tx, cx, &asks.end, &id)?;
        let mut taken = taken(tx, cx, &end);
        let mut tunnels = Vec::new();
        for wished in &asks.tunnels {
            let outside = outside(tx, cx, &tunnels)?;
            let tunnel = Tunnel::new(cx.ids(), wished.clone(), outside, &taken)?;
            taken.push(tunnel.inside);
            tunnels.push(tunnel);
        }
        let connection = VpnConnection {
            scope: cx.scope().clone(),
            id,
            state: State::Pending,
            customer_gateway: customer.clone(),
            end,
            is_static: asks.is_static,
            is_accelerated: asks.is_accelerated,
            local: asks.local.clone(),
            remote: asks.remote.clone(),
            tunnels,
            routes: Vec::new(),
            created_at: cx.now(),
            tags: tags.clone(),
        };
        step_after(tx, &connection, STEP_MILLIS);
        tx.emit(&Changed { kind: "VpnConnectionCreated", resource: connection.arn() });
        tx.put(connection.clone());
        Ok(connection)
    })?;
    let connection = cx.read(|view| shape(view, &connection));
    Ok(ec2::CreateVpnConnectionResult { vpn_connection: Some(connection) })
}

/// The one gateway that is named, if one is.
fn asked(vpn: Option<String>, transit: Option<String>) -> Result<Option<Asked>, Error> {
    match (vpn, transit) {
        (Some(_), Some(_)) => Err(Error::Combination(
            "The request must not contain both parameter vpnGatewayId and transitGatewayId".to_owned(),
        )),
        (Some(id), None) => Ok(Some(Asked::VpnGateway(vpn_gateway::id(Some(id))?))),
        (None, Some(id)) => Ok(Some(Asked::TransitGateway(transit_gateway::id(Some(id))?))),
        (None, None) => Ok(None),
    }
}

fn asks(end: Asked, options: ec2::VpnConnectionOptionsSpecification) -> Result<Asks, Error> {
    let is_accelerated = options.enable_acceleration == Some(true);
    if is_accelerated && matches!(end, Asked::VpnGateway(_)) {
        let sentence = "Acceleration is only supported by VPN connections with a transit gateway";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let is_other = |given: Option<&String>, word: &str| given.is_some_and(|given| given != word);
    if is_other(options.tunnel_inside_ip_version.as_ref(), "ipv4")
        || is_other(options.outside_ip_address_type.as_ref(), "PublicIpv4")
        || is_other(options.tunnel_bandwidth.as_ref(), "standard")
        || options.local_ipv6_network_cidr.is_some()
        || options.remote_ipv6_network_cidr.is_some()
    {
        let sentence = "Tunnels of IPv6, over private addresses or of a larger bandwidth are not built yet";
        return Err(Error::Parameter(sentence.to_owned()));
    }
    let given = options.tunnel_options.unwrap_or_default();
    if given.len() > 2 {
        return Err(Error::Parameter("A VPN connection has two tunnels".to_owned()));
    }
    let mut tunnels = [Wished::default(), Wished::default()];
    for (own, given) in tunnels.iter_mut().zip(given) {
        *own = tunnel::wished_at_birth(given)?;
    }
    Ok(Asks {
        end,
        is_static: options.static_routes_only == Some(true),
        is_accelerated,
        local: block("localIpv4NetworkCidr", options.local_ipv4_network_cidr)?
            .unwrap_or_else(|| ALL.to_owned()),
        remote: block("remoteIpv4NetworkCidr", options.remote_ipv4_network_cidr)?
            .unwrap_or_else(|| ALL.to_owned()),
        tunnels,
    })
}

fn block(name: &'static str, text: Option<String>) -> Result<Option<String>, Error> {
    let read = |text: String| {
        let block: Result<Ipv4Block, _> = text.parse();
        block.map(|block| block.to_string()).map_err(|_| vpc::not_a_block(name, &text))
    };
    text.map(read).transpose()
}

/// Leads a connection to a gateway that is there.
fn lead(tx: &mut Tx, cx: &Cx, asked: &Asked, id: &VpnConnectionId) -> Result<End, Error> {
    Ok(match asked {
        Asked::VpnGateway(gateway) => {
            vpn_gateway::there(tx, cx.scope(), gateway)?;
            End::VpnGateway(gateway.clone())
        }
        Asked::TransitGateway(gateway) => {
            let attachment = transit_gateway::attach_vpn(tx, cx, gateway, id)?;
            End::TransitGateway(gateway.clone(), attachment)
        }
    })
}

/// An address of Amazon's that no other tunnel has.
fn outside(tx: &Tx, cx: &Cx, tunnels: &[Tunnel]) -> Result<Ipv4Addr, Error> {
    loop {
        let address = pool::draw(tx, cx.ids()).ok_or(Elastic::PoolEmpty)?;
        if tunnels.iter().all(|tunnel| tunnel.outside != address) {
            return Ok(address);
        }
    }
}

/// The blocks inside of the tunnels of a gateway.
fn taken(tx: &Tx, cx: &Cx, end: &End) -> Vec<Ipv4Block> {
    let of = resource::key(cx.scope(), end.gateway());
    let connections = tx.by(&VpnConnection::GATEWAY, &of);
    connections.flat_map(|own| own.tunnels.iter().map(|tunnel| tunnel.inside)).collect()
}

/// `DescribeVpnConnections`: in one page.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpnConnectionsRequest,
) -> Result<ec2::DescribeVpnConnectionsResult, Error> {
    let wish = Wish { ids: input.vpn_connection_ids, filters: input.filters, ..Wish::default() };
    let page = listing::list(cx, "DescribeVpnConnections", wish, shape)?;
    Ok(ec2::DescribeVpnConnectionsResult { vpn_connections: Some(page.items) })
}

/// `DeleteVpnConnection`: it is shown for a while as deleted.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteVpnConnectionRequest,
) -> Result<Empty, Error> {
    let id = id(input.vpn_connection_id)?;
    home::write(cx, |tx| {
        let mut connection: VpnConnection = take(tx, cx.scope(), id.as_str())?;
        match connection.state {
            State::Pending | State::Available | State::Modifying => {
                connection.state = State::Deleting;
                step_after(tx, &connection, STEP_MILLIS);
                tx.emit(&Changed { kind: "VpnConnectionChanged", resource: connection.arn() });
                tx.put(connection);
            }
            State::Deleting | State::Deleted => {}
        }
        Ok(Empty {})
    })
}

/// `ModifyVpnConnection`: another gateway at either end.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVpnConnectionRequest,
) -> Result<ec2::ModifyVpnConnectionResult, Error> {
    let id = id(input.vpn_connection_id)?;
    let end = asked(input.vpn_gateway_id, input.transit_gateway_id)?;
    let customer = input.customer_gateway_id.map(|text| customer_gateway::id(Some(text))).transpose()?;
    if end.is_none() && customer.is_none() {
        return Err(Error::MissingOneOf(
            "The request must contain one of customerGatewayId, transitGatewayId, vpnGatewayId",
        ));
    }
    let vpn_connection = change(cx, &id, |tx, own| {
        if let Some(customer) = &customer {
            customer_gateway::there(tx, cx.scope(), customer)?;
            own.customer_gateway = customer.clone();
        }
        let Some(asked) = &end else { return Ok(()) };
        let new = match asked {
            Asked::VpnGateway(id) => id.as_str(),
            Asked::TransitGateway(id) => id.as_str(),
        };
        if new == own.end.gateway() {
            return Ok(());
        }
        let lead = lead(tx, cx, asked, &own.id)?;
        if let End::TransitGateway(_, attachment) = std::mem::replace(&mut own.end, lead) {
            transit_gateway::end_vpn(tx, cx.scope(), &attachment);
        }
        Ok(())
    })?;
    Ok(ec2::ModifyVpnConnectionResult { vpn_connection })
}

/// `ModifyVpnConnectionOptions`: what may pass.
pub(crate) fn modify_options(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVpnConnectionOptionsRequest,
) -> Result<ec2::ModifyVpnConnectionOptionsResult, Error> {
    let id = id(input.vpn_connection_id)?;
    if input.local_ipv6_network_cidr.is_some()
        || input.remote_ipv6_network_cidr.is_some()
        || input.tunnel_bandwidth.is_some_and(|own| own != "standard")
    {
        let sentence = "Tunnels of IPv6, over private addresses or of a larger bandwidth are not built yet";
        return Err(Error::Parameter(sentence.to_owned()));
    }
    let local = block("localIpv4NetworkCidr", input.local_ipv4_network_cidr)?;
    let remote = block("remoteIpv4NetworkCidr", input.remote_ipv4_network_cidr)?;
    let vpn_connection = change(cx, &id, |_, own| {
        own.local = local.clone().unwrap_or_else(|| own.local.clone());
        own.remote = remote.clone().unwrap_or_else(|| own.remote.clone());
        Ok(())
    })?;
    Ok(ec2::ModifyVpnConnectionOptionsResult { vpn_connection })
}

/// `ModifyVpnTunnelOptions`: of the tunnel with that address outside.
pub(crate) fn modify_tunnel(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVpnTunnelOptionsRequest,
) -> Result<ec2::ModifyVpnTunnelOptionsResult, Error> {
    let id = id(input.vpn_connection_id)?;
    let outside = required(input.vpn_tunnel_outside_ip_address, "vpnTunnelOutsideIpAddress")?;
    let options = input.tunnel_options.ok_or(Error::Missing("tunnelOptions"))?;
    if input.pre_shared_key_storage.is_some_and(|own| own != "Standard") {
        return Err(Error::Parameter("Keys in Secrets Manager are not built yet".to_owned()));
    }
    let wished = tunnel::wished(options)?;
    let vpn_connection = change(cx, &id, |tx, own| {
        let taken = taken(tx, cx, &own.end);
        let tunnel = own.tunnels.iter_mut().find(|tunnel| tunnel.outside.to_string() == outside);
        let tunnel = tunnel.ok_or_else(|| {
            let reason = "The VPN connection has no such tunnel.".to_owned();
            Error::Value("vpnTunnelOutsideIpAddress", outside.clone(), reason)
        })?;
        tunnel.change(wished.clone(), &taken)
    })?;
    Ok(ec2::ModifyVpnTunnelOptionsResult { vpn_connection })
}

/// Changes a connection that is available.
fn change(
    cx: &Cx,
    id: &VpnConnectionId,
    change: impl Fn(&mut Tx, &mut VpnConnection) -> Result<(), Error>,
) -> Result<Option<ec2::VpnConnection>, Error> {
    let connection = home::write(cx, |tx| {
        let mut own: VpnConnection = take(tx, cx.scope(), id.as_str())?;
        if own.state != State::Available {
            return Err(Connect::State(id.to_string()).into());
        }
        change(tx, &mut own)?;
        own.state = State::Modifying;
        step_after(tx, &own, STEP_MILLIS);
        tx.emit(&Changed { kind: "VpnConnectionChanged", resource: own.arn() });
        tx.put(own.clone());
        Ok(own)
    })?;
    Ok(Some(cx.read(|view| shape(view, &connection))))
}

/// `CreateVpnConnectionRoute`: where routes are listed.
pub(crate) fn create_route(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateVpnConnectionRouteRequest,
) -> Result<Empty, Error> {
    let id = id(input.vpn_connection_id)?;
    let to =
        block("destinationCidrBlock", Some(required(input.destination_cidr_block, "destinationCidrBlock")?))?;
    home::write(cx, |tx| {
        let mut own = there(tx, cx, &id)?;
        if !own.is_static {
            let sentence = format!("The VPN connection {id} does not have static routes only");
            return Err(Error::Parameter(sentence));
        }
        own.routes.extend(to.clone().filter(|to| !own.routes.contains(to)));
        tx.emit(&Changed { kind: "VpnConnectionChanged", resource: own.arn() });
        tx.put(own);
        Ok(Empty {})
    })
}

/// `DeleteVpnConnectionRoute`.
pub(crate) fn delete_route(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteVpnConnectionRouteRequest,
) -> Result<Empty, Error> {
    let id = id(input.vpn_connection_id)?;
    let to = required(input.destination_cidr_block, "destinationCidrBlock")?;
    let to = block("destinationCidrBlock", Some(to))?.unwrap_or_default();
    home::write(cx, |tx| {
        let mut own = there(tx, cx, &id)?;
        if !own.routes.contains(&to) {
            return Err(Connect::NoVpnRoute(id.to_string(), to.clone()).into());
        }
        own.routes.retain(|route| *route != to);
        tx.emit(&Changed { kind: "VpnConnectionChanged", resource: own.arn() });
        tx.put(own);
        Ok(Empty {})
    })
}

/// The connection, if it is not deleted.
fn there(tx: &Tx, cx: &Cx, id: &VpnConnectionId) -> Result<VpnConnection, Error> {
    let own: VpnConnection = take(tx, cx.scope(), id.as_str())?;
    if own.state == State::Deleted {
        return Err(Error::NotFound(Kind::VpnConnection, vec![id.to_string()]));
    }
    Ok(own)
}

fn id(text: Option<String>) -> Result<VpnConnectionId, Error> {
    let text = required(text, "vpnConnectionId")?;
    VpnConnectionId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::VpnConnection, error.given, error.prefix))
}

fn shape(view: &View, own: &VpnConnection) -> ec2::VpnConnection {
    let (vpn_gateway_id, transit_gateway_id) = match &own.end {
        End::VpnGateway(id) => (Some(id.to_string()), None),
        End::TransitGateway(id, _) => (None, Some(id.to_string())),
    };
    let route = |to: &String| ec2::VpnStaticRoute {
        destination_cidr_block: Some(to.clone()),
        state: Some("available".to_owned()),
        ..ec2::VpnStaticRoute::default()
    };
    let is_shown = own.state != State::Deleted;
    let telemetry = |tunnel: &Tunnel| ec2::VgwTelemetry {
        accepted_route_count: Some(0),
        last_status_change: Some(own.created_at.into()),
        outside_ip_address: Some(tunnel.outside.to_string()),
        status: Some("DOWN".to_owned()),
        status_message: Some("IPSEC IS DOWN".to_owned()),
        ..ec2::VgwTelemetry::default()
    };
    ec2::VpnConnection {
        vpn_connection_id: Some(own.id.to_string()),
        state: Some(own.state.word().to_owned()),
        type_: Some(vpn_gateway::IPSEC.to_owned()),
        category: Some("VPN".to_owned()),
        customer_gateway_id: Some(own.customer_gateway.to_string()),
        vpn_gateway_id,
        transit_gateway_id,
        gateway_association_state: Some("associated".to_owned()),
        customer_gateway_configuration: configuration::of(view, own).filter(|_| is_shown),
        options: Some(ec2::VpnConnectionOptions {
            enable_acceleration: Some(own.is_accelerated),
            static_routes_only: Some(own.is_static),
            local_ipv4_network_cidr: Some(own.local.clone()),
            remote_ipv4_network_cidr: Some(own.remote.clone()),
            outside_ip_address_type: Some("PublicIpv4".to_owned()),
            tunnel_inside_ip_version: Some("ipv4".to_owned()),
            tunnel_options: Some(own.tunnels.iter().map(Tunnel::shape).collect()),
            ..ec2::VpnConnectionOptions::default()
        }),
        routes: Some(own.routes.iter().map(route).collect()),
        vgw_telemetry: Some(own.tunnels.iter().map(telemetry).collect()),
        tags: tag_set(&own.tags),
        ..ec2::VpnConnection::default()
    }
}
