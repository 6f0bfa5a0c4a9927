//! Records as text. Source: VPC user guide, "Flow log records".

use super::count::{Row, Tally, Window};
use super::format::names;
use super::model::FlowLog;
use crate::network_interface::NetworkInterface;
use std::sync::Arc;

/// What stands for a value that there is none of.
const NONE: &str = "-";

/// One record: its interface, and the fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) interface: String,
    pub(super) text: String,
}

/// What a record tells of.
enum Told<'w> {
    /// A flow.
    Flow(&'w Row, &'w Tally),
    /// Nothing passed by.
    NoData,
    /// Something was skipped.
    SkipData,
}

/// The names of the fields: the first line of a file.
pub(super) fn header(log: &FlowLog) -> String {
    names(&log.format).collect::<Vec<_>>().join(" ")
}

/// The records of a window, by interface; `covered` are the interfaces that there are.
pub(super) fn lines(log: &FlowLog, window: &Window, covered: &[Arc<NetworkInterface>]) -> Vec<Line> {
    let of = |card: &NetworkInterface, told: &Told<'_>| Line {
        interface: card.id.to_string(),
        text: text(log, window, card, told),
    };
    let mut lines: Vec<Line> = Vec::new();
    for (row, tally) in &window.rows {
        lines.push(of(&tally.card, &Told::Flow(row, tally)));
    }
    for card in covered {
        if window.skipped.contains(card.id.as_str()) {
            lines.push(of(card, &Told::SkipData));
        } else if !window.rows.keys().any(|row| row.interface == card.id.as_str()) {
            lines.push(of(card, &Told::NoData));
        }
    }
    lines.sort_by(|a, b| a.interface.cmp(&b.interface));
    lines
}

fn text(log: &FlowLog, window: &Window, card: &NetworkInterface, told: &Told<'_>) -> String {
    let value = |name| field(log, window, card, told, name).unwrap_or_else(|| NONE.to_owned());
    names(&log.format).map(value).collect::<Vec<_>>().join(" ")
}

/// What a field says; none where it has nothing to say.
fn field(
    log: &FlowLog,
    window: &Window,
    card: &NetworkInterface,
    told: &Told<'_>,
    name: &str,
) -> Option<String> {
    let seconds = |millis: i64| Some(millis.div_euclid(1_000).to_string());
    match (name, told) {
        ("version", _) => Some(log.version().to_string()),
        ("account-id", _) => Some(card.scope.account.to_string()),
        ("interface-id", _) => Some(card.id.to_string()),
        ("log-status", Told::Flow(..)) => Some("OK".to_owned()),
        ("log-status", Told::NoData) => Some("NODATA".to_owned()),
        ("log-status", Told::SkipData) => Some("SKIPDATA".to_owned()),
        ("start", Told::Flow(_, tally)) => seconds(tally.first_at.millis),
        ("end", Told::Flow(_, tally)) => seconds(tally.last_at.millis),
        ("start", _) => seconds(window.start_at.millis),
        ("end", _) => seconds(window.end_at.millis),
        ("vpc-id", _) => Some(card.vpc_id.to_string()),
        ("subnet-id", _) => Some(card.subnet_id.to_string()),
        ("instance-id", _) => card.attachment.as_ref().and_then(|own| own.instance_id.clone()),
        ("region", _) => Some(card.scope.region.to_string()),
        ("az-id", _) => Some(card.zone.id.clone()),
        (_, Told::Flow(row, tally)) => of_flow(card, row, tally, name),
        (_, Told::NoData | Told::SkipData) => None,
    }
}

/// What a field says of a flow. On its own side the interface's primary address stands for it; the `pkt-` fields have the
/// packet's own.
fn of_flow(card: &NetworkInterface, row: &Row, tally: &Tally, name: &str) -> Option<String> {
    let primary = card.addresses.first().filter(|_| row.source.is_ipv4()).map(ToString::to_string);
    let own = |packet: String| primary.clone().unwrap_or(packet);
    match name {
        "srcaddr" if row.is_egress => Some(own(row.source.to_string())),
        "srcaddr" | "pkt-srcaddr" => Some(row.source.to_string()),
        "dstaddr" if !row.is_egress => Some(own(row.destination.to_string())),
        "dstaddr" | "pkt-dstaddr" => Some(row.destination.to_string()),
        "srcport" => Some(row.ports.0.to_string()),
        "dstport" => Some(row.ports.1.to_string()),
        "protocol" => Some(row.protocol.to_string()),
        "packets" => Some(tally.packets.to_string()),
        // VPC user guide, "Monitor VPC BPA with flow logs": what it rejects has none.
        "bytes" => Some(tally.bytes.to_string()).filter(|_| row.reason.is_none()),
        "action" => Some(if row.accepted { "ACCEPT" } else { "REJECT" }.to_owned()),
        "reject-reason" => row.reason.map(str::to_owned),
        "tcp-flags" => Some(tally.tcp_flags.to_string()),
        "type" => Some(if row.source.is_ipv4() { "IPv4" } else { "IPv6" }.to_owned()),
        "flow-direction" => Some(if row.is_egress { "egress" } else { "ingress" }.to_owned()),
        "traffic-path" => tally.path.filter(|_| row.accepted).map(|path| path.to_string()),
        _ => None,
    }
}
