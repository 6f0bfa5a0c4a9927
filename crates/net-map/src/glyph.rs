//! Signs of what is drawn, each in a field of 16 by 16, with its colour.

use crate::map::{GatewayKind, MemberKind};

/// A server: two drawers.
const SERVER: &str = "M2.5 2.5h11v4.6h-11zM2.5 8.9h11v4.6h-11zM5 4.8h.1M5 11.2h.1M8.5 4.8h2.6M8.5 11.2h2.6";
/// Two ways, one above the other.
const EXCHANGE: &str = "M2 5.5h11M10.2 2.7 13 5.5l-2.8 2.8M14 10.8H3M5.8 8 3 10.8l2.8 2.8";
/// A plug.
const PLUG: &str = "M5.5 2v3.5M10.5 2v3.5M3.5 5.5h9v2.6a4.5 4.5 0 0 1-9 0zM8 12.6V15";
/// A globe.
pub(crate) const GLOBE: &str =
    "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M1.5 8h13M8 1.5c4 3.6 4 9.4 0 13M8 1.5c-4 3.6-4 9.4 0 13";
/// An arrow out of a door.
const DOOR: &str = "M9.5 2.5h-6v11h6M6.5 8h8M11.7 5.2 14.5 8l-2.8 2.8";
/// Two rings.
const RINGS: &str = "M6 4.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M10 4.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7";
/// A hub.
const HUB: &str = "M8 5.6a2.4 2.4 0 1 0 0 4.8a2.4 2.4 0 1 0 0-4.8M8 1.5v4.1M8 10.4v4.1M1.5 8h4.1M10.4 8h4.1";
/// A lock.
const LOCK: &str = "M3.5 7h9v6.5h-9zM5.3 7V5a2.7 2.7 0 0 1 5.4 0v2M8 9.6v1.5";
/// A service: a hexagon.
const HEXAGON: &str = "M8 1.8 13.4 5v6L8 14.2 2.6 11V5zM8 6.2v3.6M6.2 8h3.6";

/// Sign and colour of what is in a subnet.
pub(crate) fn of_member(kind: MemberKind) -> (&'static str, &'static str) {
    match kind {
        MemberKind::Nat => (EXCHANGE, "#3b6fc4"),
        MemberKind::Service => (HEXAGON, "#0f766e"),
        MemberKind::Instance => (SERVER, "#c2620c"),
        MemberKind::Interface => (PLUG, "#64748b"),
    }
}

/// Sign and colour of what leads out.
pub(crate) fn of_gateway(kind: GatewayKind) -> (&'static str, &'static str) {
    match kind {
        GatewayKind::Internet => (GLOBE, "#2b8a57"),
        GatewayKind::EgressOnly => (DOOR, "#2b8a57"),
        GatewayKind::Peering => (RINGS, "#7c3aed"),
        GatewayKind::Transit => (HUB, "#7c3aed"),
        GatewayKind::Vpn => (LOCK, "#7c3aed"),
        GatewayKind::Endpoint => (HEXAGON, "#0f766e"),
        GatewayKind::Other => (DOOR, "#64748b"),
    }
}

/// Sign and colour of a step of a packet, by its kind as the engine calls it.
pub(crate) fn of_step(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "network-interface" => (PLUG, "#475569"),
        "security-group" => (LOCK, "#b4540a"),
        "network-acl" => (LOCK, "#0f766e"),
        "route-table" => (HUB, "#3b6fc4"),
        "natgateway" | "nat-gateway" => (EXCHANGE, "#3b6fc4"),
        "internet-gateway" | "internet" => (GLOBE, "#2b8a57"),
        "egress-only-internet-gateway" => (DOOR, "#2b8a57"),
        _ => (HEXAGON, "#64748b"),
    }
}

/// The colour of a security group, by its position. They come again after ten.
pub(crate) fn of_group(position: usize) -> &'static str {
    const COLOURS: [&str; 10] = [
        "#2563eb", "#d97706", "#059669", "#db2777", "#7c3aed", "#0891b2", "#65a30d", "#dc2626", "#92400e",
        "#475569",
    ];
    COLOURS[position % COLOURS.len()]
}
