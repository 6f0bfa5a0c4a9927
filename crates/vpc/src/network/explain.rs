//! What the gateway asks: what becomes of a flow, and why; and whether it passes, which counts.

use super::compile::compiled;
use crate::flow_log::Counts;
use base::Scope;
use ports::{AskedFlow, Carried, FlowProblem, Flows, World};
use reach::address::Address;
use reach::flow::{End, Flow, Judged, Unclear, judge};
use reach::network::Network;
use reach::packet::{ICMP, ICMPV6, TCP, UDP};
use reach::seen::seen;
use reach::told::{Step, Told, told};
use serde_json::{Value, json};
use std::sync::Arc;

/// Judges flows of the networks in a world.
pub(crate) struct Explains {
    /// Where carried flows are counted.
    pub(crate) counts: Arc<Counts>,
}

impl Flows for Explains {
    fn explain(&self, world: &World, scope: &Scope, asked: &AskedFlow<'_>) -> Result<Value, FlowProblem> {
        let network = compiled(&world.store.view(), scope);
        let judged = judged(&network, asked, None)?;
        let told = told(&network, &judged);
        let mut answer = serde_json::to_value(&told).unwrap_or_default();
        answer["from"] = json!(asked.from);
        answer["to"] = json!(asked.to);
        Ok(answer)
    }

    fn judge(
        &self,
        world: &World,
        scope: &Scope,
        asked: &AskedFlow<'_>,
        carried: Option<&Carried>,
    ) -> Result<Value, FlowProblem> {
        let view = world.store.view();
        let network = compiled(&view, scope);
        let judged = judged(&network, asked, carried.and_then(|own| own.from_port))?;
        if let Some(carried) = carried {
            self.counts.add(world, &view, scope, &network, &seen(&network, &judged), carried);
        }
        Ok(brief(&told(&network, &judged)))
    }
}

/// The verdict and what decided it.
fn brief(told: &Told) -> Value {
    let mut answer = json!({ "allowed": told.allowed, "packet": told.packet });
    if let Some(end) = &told.arrives_at {
        answer["arrives_at"] = json!(end);
    }
    let blocking = |step: &Step| {
        let blocked = step.blocked.as_ref()?;
        Some(json!({
            "leg": step.leg,
            "kind": step.kind,
            "id": step.id,
            "code": blocked.code,
            "because": blocked.because,
        }))
    };
    if let Some(blocked) = told.hops.iter().find_map(blocking) {
        answer["blocked"] = blocked;
    }
    answer
}

/// Judges what is asked for.
fn judged(network: &Network, asked: &AskedFlow<'_>, from_port: Option<u16>) -> Result<Judged, FlowProblem> {
    let protocol = protocol(asked.protocol)?;
    // An address that several VPCs have is looked for beside the other end.
    let from = end(network, asked.from, None)?;
    let to = end(network, asked.to, Some(from))?;
    let from = end(network, asked.from, Some(to))?;
    let ported = |port: Option<u16>| port.filter(|_| matches!(protocol, TCP | UDP)).map(|port| (port, port));
    let address = |text: &str| text.parse::<Address>().ok();
    // What is asked by a public address is met by that address.
    let (destination, is_v6) = (address(asked.to), address(asked.to).is_some_and(|own| !own.is_v4()));
    let (from_ports, to_ports) = (ported(from_port), ported(asked.port));
    let protocol = if protocol == ICMP && is_v6 { ICMPV6 } else { protocol };
    let source = address(asked.from).filter(|own| network.behind(*own).is_none());
    let flow = Flow { from, to, source, destination, protocol, from_ports, to_ports };
    judge(network, &flow).map_err(|unclear| {
        FlowProblem::NoFlow(match unclear {
            Unclear::Outside => "neither end is in a network of this account and Region".to_owned(),
            Unclear::Families => "the ends have no addresses of one family".to_owned(),
        })
    })
}

fn protocol(text: &str) -> Result<u8, FlowProblem> {
    match text.to_ascii_lowercase().as_str() {
        "tcp" => Ok(TCP),
        "udp" => Ok(UDP),
        "icmp" => Ok(ICMP),
        other => other
            .parse()
            .map_err(|_| FlowProblem::NoFlow(format!("{text:?} is no protocol: tcp, udp, icmp or a number"))),
    }
}

fn end(network: &Network, text: &str, beside: Option<End>) -> Result<End, FlowProblem> {
    let parts = &network.parts;
    if text == "internet" {
        return Ok(End::Internet);
    }
    if let Ok(address) = text.parse::<Address>() {
        return Ok(End::of(network, address, beside));
    }
    let unknown = || FlowProblem::Unknown(text.to_owned());
    if text.starts_with("igw-") {
        let found = parts.internet_gateways.iter().any(|own| own.id == text);
        return if found { Ok(End::Internet) } else { Err(unknown()) };
    }
    if let Some(position) = parts.customers.iter().position(|own| own.id == text) {
        return Ok(End::Customer(position));
    }
    let is_it = |own: &reach::network::Interface| own.id == text || own.instance.as_deref() == Some(text);
    parts.interfaces.iter().position(is_it).map(End::Interface).ok_or_else(unknown)
}
