//! What is found about a path.

use super::model::Finding;
use crate::network::{Owners, compiled};
use crate::network_insights_path::{End as PathEnd, NetworkInsightsPath};
use reach::Network;
use reach::address::Address;
use reach::flow::{End, Flow, Unclear, judge};
use reach::packet::{TCP, UDP};
use reach::told::{Header, Told, told};
use std::net::Ipv4Addr;
use store::View;

/// What cannot be: an explanation code, and the component's kind and id.
type Cause = (String, Option<(String, String)>);

fn cause(code: &str, component: Option<(&str, &str)>) -> Cause {
    (code.to_owned(), component.map(|(kind, id)| (kind.to_owned(), id.to_owned())))
}

/// Analyses a path in the network as the view has it; answers whose that is which the finding names, too.
pub(super) fn find(
    view: &View,
    path: &NetworkInsightsPath,
    filter_in: &[String],
    filter_out: &[String],
) -> (Finding, Owners) {
    let mut owners = Owners::default();
    let finding = search(view, path, (filter_in, filter_out), &mut owners);
    let named = match &finding {
        Finding::NoPath(_, component) | Finding::Walked { unfit: Some((_, component)), .. } => {
            component.as_ref()
        }
        Finding::Walked { unfit: None, .. } | Finding::Failed(_) => None,
    };
    let named = named.map(|(kind, id)| (kind.as_str(), id.as_str()));
    let named = Owners::of(view, &path.scope, named);
    (finding, owners.and(named))
}

fn search(
    view: &View,
    path: &NetworkInsightsPath,
    (filter_in, filter_out): (&[String], &[String]),
    owners: &mut Owners,
) -> Finding {
    let network = compiled(view, &path.scope);
    let ends = end(&network, &path.source).and_then(|from| Ok((from, destination(&network, path, from)?)));
    let (from, to) = match ends {
        Ok(ends) => ends,
        Err(finding) => return finding,
    };
    if let Some((code, component)) = apart(&network, path, from, to) {
        return Finding::NoPath(code, component);
    }
    let at_source = path.at_source.unwrap_or_default();
    let address = |one: Option<Ipv4Addr>, other: Option<Ipv4Addr>| one.or(other).map(Address::from);
    let flow = Flow {
        from,
        to,
        source: address(at_source.source, path.source_ip),
        destination: address(at_source.destination, path.destination_ip),
        protocol: if path.protocol == "udp" { UDP } else { TCP },
        from_ports: at_source.source_ports,
        to_ports: at_source.destination_ports.or(path.destination_port.map(|port| (port, port))),
    };
    match judge(&network, &flow) {
        Err(Unclear::Outside | Unclear::Families) => {
            let (code, component) = cause("NO_PATH", None);
            Finding::NoPath(code, component)
        }
        Ok(judged) => {
            let told = told(&network, &judged);
            *owners = Owners::of_told(view, &path.scope, [&told]);
            let unfit =
                Unfit { told: &told, path, owners, filter_in, filter_out }.cause().filter(|_| told.allowed);
            Finding::Walked { told: Box::new(told), unfit }
        }
    }
}

/// An end that is there.
fn end(network: &Network, own: &PathEnd) -> Result<End, Finding> {
    let parts = &network.parts;
    let missing = || {
        let (code, component) = cause("NO_SOURCE_OR_DESTINATION", None);
        Finding::NoPath(code, component)
    };
    let id = own.id.as_str();
    if id.starts_with("eni-") {
        let found = parts.interfaces.iter().position(|interface| interface.id == id);
        return found.map(End::Interface).ok_or_else(missing);
    }
    if id.starts_with("i-") {
        let found = parts.interfaces.iter().position(|interface| interface.instance.as_deref() == Some(id));
        return found.map(End::Interface).ok_or_else(missing);
    }
    if id.starts_with("igw-") {
        let found = parts.internet_gateways.iter().find(|gateway| gateway.id == id).ok_or_else(missing)?;
        let unattached = || {
            let (code, component) = cause("UNASSOCIATED_COMPONENT", Some(("internet-gateway", id)));
            Finding::NoPath(code, component)
        };
        return found.vpc.map(|_| End::Internet).ok_or_else(unattached);
    }
    if id.starts_with("vgw-") {
        let position = parts.customers.iter().position(|own| own.id == id).ok_or_else(missing)?;
        let unattached = || {
            let (code, component) = cause("UNASSOCIATED_COMPONENT", Some(("vpn-gateway", id)));
            Finding::NoPath(code, component)
        };
        return parts.customers[position].vpc.map(|_| End::Customer(position)).ok_or_else(unattached);
    }
    Err(Finding::Failed(format!("Paths from and to {id} are not analysed yet.")))
}

/// The end that packets are for: a resource, or whoever has the address.
fn destination(network: &Network, path: &NetworkInsightsPath, from: End) -> Result<End, Finding> {
    let asked = path.at_source.and_then(|own| own.destination).or(path.destination_ip);
    match (&path.destination, asked) {
        (Some(own), _) => end(network, own),
        (None, Some(address)) => Ok(End::of(network, address.into(), Some(from))),
        (None, None) => {
            let (code, component) = cause("NO_SOURCE_OR_DESTINATION", None);
            Err(Finding::NoPath(code, component))
        }
    }
}

/// Why the ends have nothing to do with each other.
fn apart(network: &Network, path: &NetworkInsightsPath, from: End, to: End) -> Option<Cause> {
    let gateway_vpc = |own: &PathEnd| {
        network.parts.internet_gateways.iter().find(|gateway| gateway.id == own.id).and_then(|own| own.vpc)
    };
    let vpc = |end: End, own: Option<&PathEnd>| match end {
        End::Interface(interface) => Some(network.vpc_of(interface)),
        End::Internet => own.and_then(gateway_vpc),
        End::Customer(customer) => network.parts.customers[customer].vpc,
        End::Address(_) => None,
    };
    let (one, two) = (vpc(from, Some(&path.source))?, vpc(to, path.destination.as_ref())?);
    (!network.meet(one, two)).then(|| cause("DISCONNECTED_VPCS", Some(("vpc", &network.parts.vpcs[one].id))))
}

/// Why a path that was found is none of those that are asked for.
struct Unfit<'a> {
    told: &'a Told,
    path: &'a NetworkInsightsPath,
    owners: &'a Owners,
    filter_in: &'a [String],
    filter_out: &'a [String],
}

impl Unfit<'_> {
    fn cause(&self) -> Option<Cause> {
        self.reflected().or_else(|| self.at_destination()).or_else(|| self.by_component())
    }

    /// A gateway in the middle, which the analyzer does not support.
    fn reflected(&self) -> Option<Cause> {
        let forward = self.told.hops.iter().filter(|step| step.leg == "forward" && step.kind != "internet");
        let gateways: Vec<_> = forward.filter(|step| step.kind == "internet-gateway").collect();
        let id = gateways.first().filter(|_| gateways.len() > 1)?.id.as_deref()?;
        Some(cause("IGW_NAT_REFLECTION", Some(("internet-gateway", id))))
    }

    /// What is asked of packets as they arrive.
    fn at_destination(&self) -> Option<Cause> {
        let asked = self.path.at_destination?;
        let last = self.told.hops.iter().rfind(|step| step.leg == "forward")?;
        let Header { source, destination, ports, .. } = last.becomes.as_ref().unwrap_or(&last.packet);
        let differs =
            |asked: Option<Ipv4Addr>, has: &str| asked.is_some_and(|asked| asked.to_string() != has);
        let (from, to) = ports.unwrap_or_default();
        let misses = |asked: Option<(u16, u16)>, has: u16| {
            asked.is_some_and(|(low, high)| !(low..=high).contains(&has))
        };
        let code = match () {
            () if differs(asked.source, source) => "FILTER_AT_DESTINATION_SOURCE_ADDRESS",
            () if misses(asked.source_ports, from) => "FILTER_AT_DESTINATION_SOURCE_PORT_RANGE",
            () if differs(asked.destination, destination) => "FILTER_AT_DESTINATION_DESTINATION_ADDRESS",
            () if misses(asked.destination_ports, to) => "FILTER_AT_DESTINATION_DESTINATION_PORT_RANGE",
            () => return None,
        };
        Some(cause(code, None))
    }

    /// What has to be passed, and what must not.
    fn by_component(&self) -> Option<Cause> {
        let passes = |arn: &str| {
            self.told.hops.iter().any(|step| {
                let of = |kind: &str, id: &Option<String>| {
                    id.as_ref().is_some_and(|id| self.owners.arn(&self.path.scope, kind, id) == arn)
                };
                of(&step.kind, &step.id) || of("vpc", &step.vpc) || of("subnet", &step.subnet)
            })
        };
        let missing = self.filter_in.iter().find(|arn| !passes(arn));
        let of = |arn: &str| {
            let resource = arn.rsplit(':').next().unwrap_or_default();
            resource.split_once('/').map(|(kind, id)| (kind.to_owned(), id.to_owned()))
        };
        if let Some(arn) = missing {
            return Some(("COMPONENT_FILTER_RESTRICTION".to_owned(), of(arn)));
        }
        let barred = self.filter_out.iter().find(|arn| passes(arn))?;
        Some(("COMPONENT_FILTER_RESTRICTION_REMOVED_COMPONENT".to_owned(), of(barred)))
    }
}
