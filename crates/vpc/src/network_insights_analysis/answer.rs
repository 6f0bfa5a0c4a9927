//! How an analysis is answered. The order and the members of components follow the recorded answers in the Reachability
//! Analyzer guide, "Getting started using the AWS CLI".

use super::model::{Finding, NetworkInsightsAnalysis};
use crate::network::Owners;
use crate::resource::{Resource, tag_set};
use base::Scope;
use reach::told::{Header, Rule, Step, Told};
use shapes_ec2 as ec2;

/// Who asks, and whose the parts are that are another's.
#[derive(Clone, Copy)]
pub(crate) struct Whose<'a> {
    pub(crate) asking: &'a Scope,
    pub(crate) owners: &'a Owners,
}

/// The analysis as it may be told.
pub(super) fn shape(own: &NetworkInsightsAnalysis) -> ec2::NetworkInsightsAnalysis {
    let answer = ec2::NetworkInsightsAnalysis {
        network_insights_analysis_id: Some(own.id.to_string()),
        network_insights_analysis_arn: Some(own.arn()),
        network_insights_path_id: Some(own.path_id.to_string()),
        additional_accounts: Some(own.accounts.clone()).filter(|list| !list.is_empty()),
        filter_in_arns: Some(own.filter_in.clone()).filter(|list| !list.is_empty()),
        filter_out_arns: Some(own.filter_out.clone()).filter(|list| !list.is_empty()),
        start_date: Some(own.started_at.into()),
        status: Some(own.status().to_owned()),
        network_path_found: own.is_found(),
        tags: tag_set(&own.tags),
        ..ec2::NetworkInsightsAnalysis::default()
    };
    if own.is_running {
        return answer;
    }
    let whose = Whose { asking: &own.scope, owners: &own.owners };
    match &own.finding {
        Finding::Failed(sentence) => {
            ec2::NetworkInsightsAnalysis { status_message: Some(sentence.clone()), ..answer }
        }
        Finding::NoPath(code, component) => {
            let explanations = Some(vec![said(whose, code, component.as_ref())]);
            ec2::NetworkInsightsAnalysis { explanations, ..answer }
        }
        Finding::Walked { unfit: Some((code, component)), .. } => {
            let explanations = Some(vec![said(whose, code, component.as_ref())]);
            ec2::NetworkInsightsAnalysis { explanations, ..answer }
        }
        Finding::Walked { told, unfit: None } if told.allowed => ec2::NetworkInsightsAnalysis {
            forward_path_components: Some(components(whose, told, "forward")),
            return_path_components: Some(components(whose, told, "return")),
            ..answer
        },
        Finding::Walked { told, unfit: None } => {
            let blocking = told.hops.iter().filter_map(|step| explanation(whose, step));
            ec2::NetworkInsightsAnalysis { explanations: Some(blocking.collect()), ..answer }
        }
    }
}

fn component(whose: Whose<'_>, kind: &str, id: &str) -> ec2::AnalysisComponent {
    let arn = Some(whose.owners.arn(whose.asking, kind, id));
    ec2::AnalysisComponent { id: Some(id.to_owned()), arn, ..ec2::AnalysisComponent::default() }
}

fn maybe(whose: Whose<'_>, kind: &str, id: Option<&String>) -> Option<ec2::AnalysisComponent> {
    id.map(|id| component(whose, kind, id))
}

/// An explanation of the whole.
fn said(whose: Whose<'_>, code: &str, about: Option<&(String, String)>) -> ec2::Explanation {
    ec2::Explanation {
        explanation_code: Some(code.to_owned()),
        component: about.map(|(kind, id)| component(whose, kind, id)),
        ..ec2::Explanation::default()
    }
}

/// What is passed on one way, numbered from one.
pub(crate) fn components(whose: Whose<'_>, told: &Told, leg: &str) -> Vec<ec2::PathComponent> {
    let steps: Vec<&Step> = told.hops.iter().filter(|step| step.leg == leg && step.id.is_some()).collect();
    let mut components = Vec::new();
    for (position, step) in steps.iter().enumerate() {
        let (is_first, is_last) = (position == 0, position + 1 == steps.len());
        let own = ec2::PathComponent {
            outbound_header: step.becomes.as_ref().or(Some(&step.packet)).filter(|_| is_first).map(header),
            inbound_header: Some(&step.packet).filter(|_| is_last).map(header),
            ..passed(whose, step)
        };
        let instance = step.instance.as_ref().map(|id| ec2::PathComponent {
            component: Some(component(whose, "instance", id)),
            outbound_header: own.outbound_header.clone(),
            inbound_header: own.inbound_header.clone(),
            ..empty()
        });
        match instance {
            Some(instance) if is_first => components.extend([instance, own]),
            Some(instance) if is_last => components.extend([own, instance]),
            Some(_) | None => components.push(own),
        }
    }
    for (number, own) in (1..).zip(&mut components) {
        own.sequence_number = Some(number);
    }
    components
}

fn empty() -> ec2::PathComponent {
    ec2::PathComponent {
        additional_details: Some(Vec::new()),
        explanations: Some(Vec::new()),
        ..ec2::PathComponent::default()
    }
}

/// One component. What it translates is told by the headers on both of its sides.
fn passed(whose: Whose<'_>, step: &Step) -> ec2::PathComponent {
    let (acl, group, route) = rules(step);
    let has_place = matches!(step.kind.as_str(), "network-interface" | "natgateway");
    let has_vpc = has_place
        || matches!(step.kind.as_str(), "internet-gateway" | "egress-only-internet-gateway" | "vpc-endpoint");
    ec2::PathComponent {
        component: maybe(whose, &step.kind, step.id.as_ref()),
        attached_to: maybe(whose, "instance", step.instance.as_ref()),
        subnet: maybe(whose, "subnet", step.subnet.as_ref()).filter(|_| has_place),
        vpc: maybe(whose, "vpc", step.vpc.as_ref()).filter(|_| has_vpc),
        acl_rule: acl,
        security_group_rule: group,
        route_table_route: route,
        transit_gateway_route_table_route: transit_route(step),
        inbound_header: step.becomes.as_ref().map(|_| header(&step.packet)),
        outbound_header: step.becomes.as_ref().map(header),
        ..empty()
    }
}

/// A packet's header; a single address is a block of its own.
fn header(own: &Header) -> ec2::AnalysisPacketHeader {
    let block = |address: &String| Some(vec![format!("{address}/32")]);
    let range = |port: u16| {
        let port = Some(i32::from(port));
        vec![ec2::PortRange { from: port, to: port }]
    };
    ec2::AnalysisPacketHeader {
        source_addresses: block(&own.source),
        destination_addresses: block(&own.destination),
        protocol: Some(own.protocol.to_string()),
        source_port_ranges: own.ports.map(|(from, _)| range(from)),
        destination_port_ranges: own.ports.map(|(_, to)| range(to)),
    }
}

type Rules = (
    Option<ec2::AnalysisAclRule>,
    Option<ec2::AnalysisSecurityGroupRule>,
    Option<ec2::AnalysisRouteTableRoute>,
);

/// What decided at a step, as the API has it.
fn rules(step: &Step) -> Rules {
    let range = |ports: Option<(u16, u16)>| {
        ports.map(|(from, to)| ec2::PortRange { from: Some(from.into()), to: Some(to.into()) })
    };
    match &step.rule {
        None | Some(Rule::Tracked | Rule::TransitGatewayRouteTable { .. }) => (None, None, None),
        Some(Rule::NetworkAcl { number, allows, cidr, protocol, ports }) => {
            let rule = ec2::AnalysisAclRule {
                cidr: Some(cidr.clone()),
                egress: Some(step.direction.as_deref() == Some("egress")),
                port_range: range(*ports),
                protocol: Some(protocol.clone()),
                rule_action: Some(if *allows { "allow" } else { "deny" }.to_owned()),
                rule_number: Some(*number),
            };
            (Some(rule), None, None)
        }
        Some(Rule::SecurityGroup { peer, protocol, ports, .. }) => {
            let (is_group, is_list) = (peer.starts_with("sg-"), peer.starts_with("pl-"));
            let rule = ec2::AnalysisSecurityGroupRule {
                cidr: Some(peer.clone()).filter(|_| !is_group && !is_list),
                security_group_id: Some(peer.clone()).filter(|_| is_group),
                direction: step.direction.clone(),
                port_range: range(*ports),
                protocol: Some(protocol.clone()),
                prefix_list_id: Some(peer.clone()).filter(|_| is_list),
            };
            (None, Some(rule), None)
        }
        Some(Rule::RouteTable { destination, target, active }) => {
            (None, None, Some(route(destination, target, *active)))
        }
    }
}

/// The route of a transit gateway that decided at a step.
fn transit_route(step: &Step) -> Option<ec2::TransitGatewayRouteTableRoute> {
    let Some(Rule::TransitGatewayRouteTable { destination, attachment, is_static, .. }) = &step.rule else {
        return None;
    };
    Some(ec2::TransitGatewayRouteTableRoute {
        destination_cidr: Some(destination.clone()),
        state: Some(if attachment.is_some() { "active" } else { "blackhole" }.to_owned()),
        route_origin: Some(if *is_static { "static" } else { "propagated" }.to_owned()),
        attachment_id: attachment.clone(),
        ..ec2::TransitGatewayRouteTableRoute::default()
    })
}

fn route(destination: &str, target: &str, is_active: bool) -> ec2::AnalysisRouteTableRoute {
    let of = |prefixes: &[&str]| {
        Some(target.to_owned()).filter(|id| prefixes.iter().any(|prefix| id.starts_with(prefix)))
    };
    let is_list = destination.starts_with("pl-");
    let origin = if target == "local" { "createroutetable" } else { "createroute" };
    ec2::AnalysisRouteTableRoute {
        destination_cidr: Some(destination.to_owned()).filter(|_| !is_list),
        destination_prefix_list_id: Some(destination.to_owned()).filter(|_| is_list),
        gateway_id: of(&["local", "igw-", "vgw-", "vpce-"]),
        egress_only_internet_gateway_id: of(&["eigw-"]),
        nat_gateway_id: of(&["nat-"]),
        network_interface_id: of(&["eni-"]),
        transit_gateway_id: of(&["tgw-"]),
        vpc_peering_connection_id: of(&["pcx-"]),
        origin: Some(origin.to_owned()),
        state: Some(if is_active { "active" } else { "blackhole" }.to_owned()),
        ..ec2::AnalysisRouteTableRoute::default()
    }
}

/// Why a step blocks; none where it does not.
fn explanation(whose: Whose<'_>, step: &Step) -> Option<ec2::Explanation> {
    let blocked = step.blocked.as_ref()?;
    let (acl_rule, _, route_table_route) = rules(step);
    let own = maybe(whose, &step.kind, step.id.as_ref());
    let of = |kind: &str| own.clone().filter(|_| step.kind == kind);
    let direction = match (step.direction.clone(), step.kind.as_str()) {
        (Some(direction), _) => Some(direction),
        (None, "internet") => Some("ingress".to_owned()),
        // What blocks both ways says nothing of the direction.
        (None, "internet-gateway") if blocked.code.starts_with("VPC_BLOCK_PUBLIC_ACCESS") => None,
        (None, "internet-gateway") => {
            let is_egress = blocked.code.contains("EGRESS");
            Some(if is_egress { "egress" } else { "ingress" }.to_owned())
        }
        (None, _) => None,
    };
    let is_table = step.kind == "route-table";
    let groups = step.groups.iter().map(|id| component(whose, "security-group", id)).collect();
    let card = maybe(whose, "network-interface", step.interface.as_ref());
    Some(ec2::Explanation {
        explanation_code: Some(blocked.code.clone()),
        direction,
        acl: of("network-acl"),
        acl_rule,
        security_groups: Some(groups).filter(|_| step.kind == "security-group"),
        network_interface: of("network-interface").or(card),
        route_table: of("route-table"),
        route_table_route,
        internet_gateway: of("internet-gateway"),
        nat_gateway: of("natgateway"),
        vpc_peering_connection: of("vpc-peering-connection"),
        transit_gateway_attachment: of("transit-gateway-attachment"),
        transit_gateway_route_table: match &step.rule {
            Some(Rule::TransitGatewayRouteTable { table, .. }) => {
                Some(component(whose, "transit-gateway-route-table", table))
            }
            _ => None,
        },
        transit_gateway_route_table_route: transit_route(step),
        vpn_gateway: of("vpn-gateway"),
        vpn_connection: of("vpn-connection"),
        vpc_endpoint: of("vpc-endpoint"),
        component: of("egress-only-internet-gateway").or_else(|| of("vpc")),
        subnet: maybe(whose, "subnet", step.subnet.as_ref()),
        vpc: maybe(whose, "vpc", step.vpc.as_ref()),
        packet_field: blocked.field.clone(),
        address: Some(step.packet.destination.clone()).filter(|_| is_table),
        ..ec2::Explanation::default()
    })
}
