//! The network of an account in a Region, compiled from its records.

use super::connect::{self, Connections, Places, Positions, rows};
use crate::address::Address as ElasticAddress;
use crate::egress_only_internet_gateway::EgressOnlyInternetGateway;
use crate::id::VpcEndpointId;
use crate::internet_gateway::InternetGateway;
use crate::nat_gateway::NatGateway;
use crate::network_acl::{self, NetworkAcl};
use crate::network_interface::NetworkInterface;
use crate::prefix_list;
use crate::public_access;
use crate::resource::prefix;
use crate::route_table::{self, RouteTable};
use crate::security_group::{Peer, Rule, SecurityGroup};
use crate::subnet::Subnet;
use crate::vpc::Vpc;
use crate::vpc_endpoint::{EndpointKind, VpcEndpoint};
use base::Scope;
use reach::address::{Address, Block};
use reach::network::{self, Network, Parts};
use reach::packet::{ICMP, ICMPV6, TCP, UDP};
use reach::rules::Traffic;
use store::View;

/// Compiles everything that a scope has, and what its networks are connected with.
pub(crate) fn compiled(view: &View, scope: &Scope) -> Network {
    let scopes = connect::scopes(view, scope);
    let mut parts = Parts::default();
    let vpcs = collect(&rows::<Vpc>(view, &scopes), &mut parts.vpcs, |own| {
        let blocks = own.blocks().map(Into::into).chain(own.ipv6_blocks().map(Into::into)).collect();
        Some((own.id.to_string(), network::Vpc { id: own.id.to_string(), blocks, has_dns: own.dns_support }))
    });
    let acls = collect(&rows::<NetworkAcl>(view, &scopes), &mut parts.acls, |own| {
        let entries =
            |egress| own.entries.iter().filter(|entry| entry.egress == egress).filter_map(entry).collect();
        let acl = network::Acl { id: own.id.to_string(), ingress: entries(false), egress: entries(true) };
        Some((own.id.to_string(), acl))
    });
    // Routes are read once what they lead to is known.
    let tables = collect(&rows::<RouteTable>(view, &scopes), &mut parts.tables, |own| {
        Some((own.id.to_string(), network::Table { id: own.id.to_string(), routes: Vec::new() }))
    });
    let holders = Holders { vpcs: &vpcs, acls: &acls, tables: &tables };
    let subnets = collect(&rows::<Subnet>(view, &scopes), &mut parts.subnets, |own| {
        Some((own.id.to_string(), subnet(view, own, &holders)?))
    });
    let groups = collect(&rows::<SecurityGroup>(view, &scopes), &mut parts.groups, |own| {
        Some((own.id.to_string(), network::Group { id: own.id.to_string(), ..network::Group::default() }))
    });
    let endpoints = endpoints(view, &scopes, &vpcs, &mut parts);
    let lists = lists(view, &scopes, &mut parts);
    fill_groups(&rows::<Rule>(view, &scopes), (&groups, &lists), &mut parts);
    let interfaces = collect(&rows::<NetworkInterface>(view, &scopes), &mut parts.interfaces, |own| {
        Some((own.id.to_string(), interface(own, &subnets, &groups)?))
    });
    for own in rows::<ElasticAddress>(view, &scopes) {
        let Some(association) = &own.association else { continue };
        if let Some(position) = interfaces.get(association.interface.as_str()) {
            let pair = (association.private_ip.into(), own.public_ip.into());
            parts.interfaces[*position].public.push(pair);
        }
    }
    let gateways = collect(&rows::<InternetGateway>(view, &scopes), &mut parts.internet_gateways, |own| {
        let id = own.id.to_string();
        let vpc = own.vpc_id.as_ref().and_then(|id| vpcs.get(id.as_str())).copied();
        let table = own.vpc_id.as_ref().and_then(|vpc| connect::edge(view, (&own.scope, vpc), &id, &tables));
        Some((id.clone(), network::Gateway { id, vpc, table }))
    });
    let outward = collect(&rows::<EgressOnlyInternetGateway>(view, &scopes), &mut parts.egress_only, |own| {
        let vpc = vpcs.get(own.vpc_id.as_str()).copied();
        Some((own.id.to_string(), network::Gateway { id: own.id.to_string(), vpc, table: None }))
    });
    let middleboxes = middleboxes(view, &scopes, &interfaces, &mut parts);
    let nats = collect(&rows::<NatGateway>(view, &scopes), &mut parts.nats, |own| {
        let interface = own.interface.as_ref().and_then(|id| interfaces.get(id.as_str())).copied();
        let nat = network::Nat { id: own.id.to_string(), interface, works: own.is_available() };
        Some((own.id.to_string(), nat))
    });
    let places = Places { vpcs: &vpcs, subnets: &subnets, interfaces: &interfaces, tables: &tables };
    let connections = Connections::compile(view, &scopes, &mut parts, places);
    let ends = Ends {
        gateways: &gateways,
        outward: &outward,
        nats: &nats,
        interfaces: &interfaces,
        lists: &lists,
        endpoints: &endpoints,
        middleboxes: &middleboxes,
        connections: &connections,
    };
    for own in rows::<RouteTable>(view, &scopes) {
        if let Some(position) = tables.get(own.id.as_str()) {
            parts.tables[*position].routes = routes(view, &own, &ends, &parts.lists);
        }
    }
    Network::new(parts)
}

/// What a subnet belongs to.
struct Holders<'p> {
    vpcs: &'p Positions,
    acls: &'p Positions,
    tables: &'p Positions,
}

fn subnet(view: &View, own: &Subnet, holders: &Holders<'_>) -> Option<network::Subnet> {
    let prefix = prefix(&own.scope);
    let acl = view.range::<NetworkAcl>(&prefix).find(|acl| acl.has_subnet(&own.id))?;
    let of_vpc = || view.range::<RouteTable>(&prefix).filter(|table| table.vpc_id == own.vpc_id);
    let table = of_vpc().find(|table| table.has_subnet(&own.id));
    let table = table.or_else(|| of_vpc().find(|table| table.is_main()))?;
    Some(network::Subnet {
        id: own.id.to_string(),
        vpc: *holders.vpcs.get(own.vpc_id.as_str())?,
        blocks: own.block.map(Into::into).into_iter().chain(own.ipv6_block().map(Into::into)).collect(),
        acl: *holders.acls.get(acl.id.as_str())?,
        table: *holders.tables.get(table.id.as_str())?,
        access: match public_access::access(view, &own.scope, &own.vpc_id, Some(&own.id)) {
            public_access::Access::Open => network::Access::Open,
            public_access::Access::Outward => network::Access::Outward,
            public_access::Access::Shut => network::Access::Shut,
        },
    })
}

/// What routes lead to.
struct Ends<'p> {
    gateways: &'p Positions,
    outward: &'p Positions,
    nats: &'p Positions,
    interfaces: &'p Positions,
    lists: &'p Positions,
    endpoints: &'p Positions,
    middleboxes: &'p Positions,
    connections: &'p Connections,
}

/// Gateway endpoints.
fn endpoints(view: &View, scopes: &[Scope], vpcs: &Positions, parts: &mut Parts) -> Positions {
    collect(&rows::<VpcEndpoint>(view, scopes), &mut parts.endpoints, |own| {
        let vpc = *vpcs.get(own.vpc_id.as_str())?;
        let endpoint = network::Endpoint { id: own.id.to_string(), vpc, works: own.works() };
        (own.kind == EndpointKind::Gateway).then(|| (own.id.to_string(), endpoint))
    })
}

/// Gateway Load Balancer endpoints. All others are interfaces.
fn middleboxes(view: &View, scopes: &[Scope], interfaces: &Positions, parts: &mut Parts) -> Positions {
    collect(&rows::<VpcEndpoint>(view, scopes), &mut parts.middleboxes, |own| {
        let place = own.places.first().filter(|_| own.kind == EndpointKind::GatewayLoadBalancer)?;
        let interface = *interfaces.get(place.interface.as_str())?;
        let id = own.id.to_string();
        Some((id.clone(), network::Middlebox { id, interface, works: own.works() }))
    })
}

/// The prefix lists of the accounts, and those of AWS.
fn lists(view: &View, scopes: &[Scope], parts: &mut Parts) -> Positions {
    let all = scopes.iter().flat_map(|scope| prefix_list::all(view, scope));
    let all: Vec<_> = all.map(std::sync::Arc::new).collect();
    collect(&all, &mut parts.lists, |own| {
        let blocks = own.blocks().iter().filter_map(|block| block.parse().ok()).collect();
        Some((own.id().to_owned(), network::List { id: own.id().to_owned(), blocks }))
    })
}

fn routes(view: &View, own: &RouteTable, ends: &Ends<'_>, lists: &[network::List]) -> Vec<network::Route> {
    let near = |target: &route_table::Target| match target {
        route_table::Target::Local => network::Target::Local,
        route_table::Target::Gateway(id) if id.starts_with(VpcEndpointId::PREFIX) => {
            match ends.middleboxes.get(id) {
                Some(position) => network::Target::Middlebox(*position),
                None => known(ends.endpoints, id, network::Target::Endpoint),
            }
        }
        route_table::Target::Gateway(id) => known(ends.gateways, id, network::Target::InternetGateway),
        route_table::Target::EgressOnly(id) => known(ends.outward, id, network::Target::EgressOnly),
        route_table::Target::NatGateway(id) => known(ends.nats, id, network::Target::Nat),
        route_table::Target::Interface(id) => known(ends.interfaces, id, network::Target::Interface),
        route_table::Target::Peering(id) | route_table::Target::TransitGateway(id) => {
            network::Target::Other(id.clone())
        }
    };
    let route = |route: &route_table::Route| {
        let list = ends.lists.get(&route.destination).copied();
        let blocks = match list {
            Some(list) => lists[list].blocks.clone(),
            None => route.destination.parse().into_iter().collect(),
        };
        let target = ends.connections.target(view, own, &route.target).unwrap_or_else(|| near(&route.target));
        let leads = route_table::leads(view, own, route);
        let one = move |destination| network::Route { destination, list, target: target.clone(), leads };
        blocks.into_iter().map(one).collect::<Vec<_>>()
    };
    own.routes.iter().flat_map(route).collect()
}

/// Makes the parts of one kind.
fn collect<R, P>(
    rows: &[std::sync::Arc<R>],
    parts: &mut Vec<P>,
    part: impl Fn(&R) -> Option<(String, P)>,
) -> Positions {
    let mut positions = Positions::new();
    for (id, part) in rows.iter().filter_map(|row| part(row)) {
        positions.insert(id, parts.len());
        parts.push(part);
    }
    positions
}

/// What is there by its position, what is not by its id.
fn known(positions: &Positions, id: &str, of: fn(usize) -> network::Target) -> network::Target {
    positions.get(id).map_or_else(|| network::Target::Other(id.to_owned()), |position| of(*position))
}

fn interface(own: &NetworkInterface, subnets: &Positions, groups: &Positions) -> Option<network::Interface> {
    let alone = |address: &std::net::Ipv4Addr| Address::from(*address).alone();
    let prefixes = own.prefixes.iter().copied().map(Block::from);
    let v6 = own.ipv6_addresses.iter().map(|address| Address::from(*address).alone());
    let v6 = v6.chain(own.ipv6_prefixes.iter().copied().map(Block::from));
    Some(network::Interface {
        id: own.id.to_string(),
        subnet: *subnets.get(own.subnet_id.as_str())?,
        addresses: own.addresses.iter().map(alone).chain(prefixes).chain(v6).collect(),
        // What AWS lends leads to the primary address; elastic addresses come beside it.
        public: own.lent.iter().filter_map(|lent| Some((own.primary()?.into(), (*lent).into()))).collect(),
        groups: own.groups.iter().filter_map(|group| groups.get(group.id.as_str())).copied().collect(),
        checks: own.source_dest_check,
        instance: own.attachment.as_ref().and_then(|attachment| attachment.instance_id.clone()),
    })
}

/// The rules of all groups, each group's in the order they were made.
fn fill_groups(rules: &[std::sync::Arc<Rule>], (groups, lists): (&Positions, &Positions), parts: &mut Parts) {
    let mut rules: Vec<_> = rules.iter().collect();
    rules.sort_by_key(|rule| rule.number);
    for rule in rules {
        let Some(position) = groups.get(rule.group_id.as_str()) else { continue };
        let peer = match &rule.peer {
            Peer::Ipv4(block) | Peer::Ipv6(block) => match block.parse() {
                Ok(block) => network::Peer::Block(block),
                Err(_) => continue,
            },
            Peer::Group { id, .. } => {
                groups.get(id.as_str()).map_or(network::Peer::Nobody, |group| network::Peer::Group(*group))
            }
            Peer::PrefixList(id) => {
                lists.get(id.as_str()).map_or(network::Peer::Nobody, |list| network::Peer::List(*list))
            }
        };
        let Some(traffic) = traffic(&rule.traffic.protocol, rule.traffic.ports, rule.traffic.ports) else {
            continue;
        };
        let own = &mut parts.groups[*position];
        let rules = if rule.egress { &mut own.egress } else { &mut own.ingress };
        rules.push(network::Rule { id: rule.id.to_string(), traffic, peer });
    }
}

fn entry(own: &network_acl::Entry) -> Option<network::Entry> {
    Some(network::Entry {
        number: own.number,
        allows: own.allow,
        traffic: traffic(&own.protocol, own.ports, own.icmp)?,
        block: own.block.parse().ok()?,
    })
}

/// Protocol, ports, and type and code, as records spell them: by the words of groups or by number, -1 being all.
fn traffic(protocol: &str, ports: Option<(i32, i32)>, icmp: Option<(i32, i32)>) -> Option<Traffic> {
    let number = match protocol {
        "-1" => return Some(Traffic::ALL),
        "tcp" => TCP,
        "udp" => UDP,
        "icmp" => ICMP,
        "icmpv6" => ICMPV6,
        other => other.parse().ok()?,
    };
    if matches!(number, ICMP | ICMPV6) {
        let (kind, code) = icmp.unwrap_or((-1, -1));
        return Some(Traffic::icmp(number, u8::try_from(kind).ok(), u8::try_from(code).ok()));
    }
    let port = |port| u16::try_from(port).ok();
    Some(match ports {
        Some((low, high)) => Traffic::ports(number, port(low)?, port(high)?),
        None => Traffic::of(number),
    })
}

#[cfg(test)]
mod tests {
    use super::{compiled, traffic};
    use base::{AccountId, Region, Scope};
    use ec2_resource::neighbour::NoInstances;
    use ports::{Caller, Cx, NoLogBuckets};
    use reach::address::Address;
    use reach::decide;
    use reach::network::{Network, Target};
    use reach::packet::{Packet, TCP};
    use reach::rules::Traffic;
    use reach::verdict::{Arrival, Origin, Verdict};
    use shapes_ec2 as ec2;
    use std::sync::Arc;
    use testkit::Local;

    #[test]
    fn protocols_and_ports_are_read_as_records_spell_them() {
        for (protocol, ports, icmp, want) in [
            ("-1", None, None, Some(Traffic::ALL)),
            ("tcp", Some((80, 81)), None, Some(Traffic::ports(TCP, 80, 81))),
            ("6", Some((80, 81)), None, Some(Traffic::ports(TCP, 80, 81))),
            ("udp", None, None, Some(Traffic::of(17))),
            ("50", None, None, Some(Traffic::of(50))),
            ("icmp", Some((8, 0)), Some((8, 0)), Some(Traffic::icmp(1, Some(8), Some(0)))),
            ("1", None, Some((3, -1)), Some(Traffic::icmp(1, Some(3), None))),
            ("icmpv6", None, None, Some(Traffic::of(58))),
            ("tcp", Some((-1, 80)), None, None),
            ("gre", None, None, None),
        ] {
            assert_eq!(traffic(protocol, ports, icmp), want, "{protocol}");
        }
    }

    /// An interface of the default VPC in its default group, by its position and its address.
    #[track_caller]
    fn interface(local: &Local, cx: &Cx, subnet: &str) -> (String, Address) {
        let create = ec2::CreateNetworkInterfaceRequest {
            subnet_id: Some(subnet.to_owned()),
            ..ec2::CreateNetworkInterfaceRequest::default()
        };
        let made = local.call_with::<ec2::CreateNetworkInterface>(cx, create).unwrap();
        let made = made.network_interface.unwrap();
        (made.network_interface_id.unwrap(), made.private_ip_address.unwrap().parse().unwrap())
    }

    fn position(network: &Network, id: &str) -> usize {
        network.parts.interfaces.iter().position(|own| own.id == id).unwrap()
    }

    #[test]
    fn the_default_vpc_lets_its_own_speak_and_leads_out() {
        let local = Local::new(|registry| {
            crate::install(registry, Arc::new(NoInstances), Vec::new(), Arc::new(NoLogBuckets));
        });
        let cx = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
        let subnets = local.call_with::<ec2::DescribeSubnets>(&cx, ec2::DescribeSubnetsRequest::default());
        let subnets = subnets.unwrap().subnets.unwrap();
        let of = |number: usize| subnets[number].subnet_id.clone().unwrap();
        let (one, own) = interface(&local, &cx, &of(0));
        let (two, other) = interface(&local, &cx, &of(1));
        let scope = Scope::new(AccountId::DEFAULT, Region::us_east_1());
        let network = cx.read(|view| compiled(view, &scope));
        let (one, two) = (position(&network, &one), position(&network, &two));
        let verdict = decide(&network, Origin::Interface(one), Packet::tcp(own, other, 22), &mut ());
        assert_eq!(verdict, Verdict::Allowed(Arrival::Interface(two)));
        // Nobody else may ask, and everything leads to the gateway.
        assert_eq!((network.parts.groups.len(), network.parts.acls.len()), (1, 1));
        let routes = &network.parts.tables[0].routes;
        assert_eq!(routes[1].target, Target::InternetGateway(0));
        assert_eq!((routes.len(), routes[1].leads), (2, true));
        assert_eq!(network.parts.subnets.len(), subnets.len());
        let elsewhere = Scope::new(AccountId::DEFAULT, Region::parse("eu-west-1").unwrap());
        assert_eq!(cx.read(|view| compiled(view, &elsewhere)).parts.vpcs.len(), 0);
    }
}
