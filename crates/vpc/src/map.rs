//! What a network looks like: the description that pictures are drawn from.

use crate::internet_gateway::InternetGateway;
use crate::nat_gateway::NatGateway;
use crate::network::compiled;
use crate::network_interface::NetworkInterface;
use crate::resource::{Resource, key, prefix};
use crate::security_group::SecurityGroup;
use crate::subnet::Subnet;
use crate::vpc::Vpc;
use base::Scope;
use ec2_resource::metadata::{MachineFacts, Whereabouts};
use ec2_resource::neighbour::InstanceState;
use net_map::{Gateway, GatewayKind, Group, Map, Member, MemberKind, Route, SubnetKind, Zone};
use ports::{NetworkMaps, World};
use reach::network::{Interface, Network, Target};
use reach::told::target_id;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::sync::Arc;
use store::View;

/// Describes the networks of a world.
pub(crate) struct Maps {
    pub(crate) machines: Arc<dyn MachineFacts>,
}

impl NetworkMaps for Maps {
    fn map(&self, world: &World, scope: &Scope, vpc: Option<&str>) -> Option<Map> {
        let view = world.store.view();
        let machines = self.machines.machines(&view).into_iter().filter(|own| own.scope == *scope);
        let machines = machines.map(|own| (own.id.to_string(), own)).collect();
        let all = prefix(scope);
        let mut vpcs: Vec<&Arc<Vpc>> = view
            .range::<Vpc>(&all)
            .filter(|own| vpc.is_none_or(|wanted| own.id.as_str() == wanted))
            .collect();
        if vpc.is_some() && vpcs.is_empty() {
            return None;
        }
        vpcs.sort_by_key(|own| !own.is_default);
        let network = compiled(&view, scope);
        let sight = Sight { view: &view, scope, network: &network, machines };
        Some(Map {
            title: format!("Networks of {} in {}", scope.account, scope.region.as_str()),
            networks: vpcs.into_iter().map(|own| sight.vpc(own)).collect(),
        })
    }
}

/// What is looked at.
struct Sight<'s> {
    view: &'s View,
    scope: &'s Scope,
    network: &'s Network,
    machines: BTreeMap<String, Whereabouts>,
}

fn name(own: &impl Resource) -> Option<String> {
    own.tags().get("Name").filter(|name| !name.is_empty()).map(str::to_owned)
}

impl Sight<'_> {
    fn row<R: Resource + store::Record<Key = String>>(&self, id: &str) -> Option<Arc<R>> {
        self.view.get::<R>(&key(self.scope, id))
    }

    fn vpc(&self, own: &Vpc) -> net_map::Network {
        let parts = &self.network.parts;
        let of = parts.vpcs.iter().position(|known| known.id == own.id.as_str());
        let in_vpc = |group: &SecurityGroup| group.vpc_id == own.id;
        let mut known: Vec<(usize, Arc<SecurityGroup>)> = parts
            .groups
            .iter()
            .enumerate()
            .filter_map(|(position, group)| Some((position, self.row::<SecurityGroup>(&group.id)?)))
            .filter(|(_, group)| in_vpc(group))
            .collect();
        known.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
        let groups: BTreeMap<usize, usize> =
            known.iter().enumerate().map(|(drawn, (position, _))| (*position, drawn)).collect();
        let group = |(position, group): &(usize, Arc<SecurityGroup>)| Group {
            id: group.id.to_string(),
            name: group.name.clone(),
            rules: (parts.groups[*position].ingress.len(), parts.groups[*position].egress.len()),
        };
        net_map::Network {
            id: own.id.to_string(),
            name: name(own),
            is_default: own.is_default,
            blocks: of.iter().flat_map(|of| &parts.vpcs[*of].blocks).map(ToString::to_string).collect(),
            gateways: of.map(|of| self.gateways(of)).unwrap_or_default(),
            zones: of.map(|of| self.zones(of, &groups)).unwrap_or_default(),
            groups: known.iter().map(group).collect(),
        }
    }

    /// Its gateways, and what else its routes lead to.
    fn gateways(&self, vpc: usize) -> Vec<Gateway> {
        let parts = &self.network.parts;
        let own = parts.internet_gateways.iter().chain(&parts.egress_only);
        let mut ids: BTreeSet<String> =
            own.filter(|gateway| gateway.vpc == Some(vpc)).map(|gateway| gateway.id.clone()).collect();
        let tables = parts.subnets.iter().filter(|subnet| subnet.vpc == vpc).map(|subnet| subnet.table);
        for route in tables.flat_map(|table| &parts.tables[table].routes) {
            let id = target_id(self.network, &route.target);
            let is_outside = matches!(
                GatewayKind::of(&id),
                GatewayKind::Peering | GatewayKind::Transit | GatewayKind::Vpn | GatewayKind::Endpoint
            );
            if is_outside {
                ids.insert(id);
            }
        }
        let gateway = |id: String| Gateway {
            kind: GatewayKind::of(&id),
            name: self.row::<InternetGateway>(&id).and_then(|own| name(&*own)),
            id,
        };
        let mut gateways: Vec<Gateway> = ids.into_iter().map(gateway).collect();
        gateways.sort_by_key(|own| own.kind);
        gateways
    }

    /// Its subnets, by zone, kind and address.
    fn zones(&self, vpc: usize, groups: &BTreeMap<usize, usize>) -> Vec<Zone> {
        let parts = &self.network.parts;
        let mut zones: BTreeMap<String, Vec<(SubnetKind, u32, net_map::Subnet)>> = BTreeMap::new();
        for (position, own) in parts.subnets.iter().enumerate().filter(|(_, own)| own.vpc == vpc) {
            let Some(row) = self.row::<Subnet>(&own.id) else { continue };
            let routes = self.routes(own.table);
            let kind = kind(&routes);
            let subnet = net_map::Subnet {
                id: own.id.clone(),
                name: name(&*row),
                blocks: own.blocks.iter().map(ToString::to_string).collect(),
                kind,
                table: parts.tables[own.table].id.clone(),
                routes,
                members: self.members(position, groups),
            };
            // Those of IPv6 alone come first.
            let first = row.block.map_or(0, |block| block.network().into());
            zones.entry(row.zone.name.clone()).or_default().push((kind, first, subnet));
        }
        let zone = |(name, mut subnets): (String, Vec<(SubnetKind, u32, net_map::Subnet)>)| {
            subnets.sort_by_key(|(kind, first, _)| (*kind, *first));
            Zone { name, subnets: subnets.into_iter().map(|(_, _, own)| own).collect() }
        };
        zones.into_iter().map(zone).collect()
    }

    /// The routes of a table that leave the VPC.
    fn routes(&self, table: usize) -> Vec<Route> {
        let outward =
            self.network.parts.tables[table].routes.iter().filter(|own| own.target != Target::Local);
        outward
            .map(|own| Route {
                destination: own.destination.to_string(),
                target: target_id(self.network, &own.target),
                leads: own.leads,
            })
            .collect()
    }

    fn members(&self, subnet: usize, groups: &BTreeMap<usize, usize>) -> Vec<Member> {
        let own = self.network.parts.interfaces.iter().enumerate().filter(|(_, own)| own.subnet == subnet);
        let mut members: Vec<Member> =
            own.filter_map(|(position, own)| self.member(position, own, groups)).collect();
        let address = |own: &Member| own.address.as_ref()?.parse::<Ipv4Addr>().ok();
        let place = |own: &Member| (own.kind, own.name.clone(), address(own));
        members.sort_by_cached_key(|own| (place(own), own.id.clone()));
        members
    }

    fn member(&self, position: usize, own: &Interface, groups: &BTreeMap<usize, usize>) -> Option<Member> {
        let row = self.row::<NetworkInterface>(&own.id)?;
        let plain = Member {
            kind: MemberKind::Interface,
            id: own.id.clone(),
            name: name(&*row),
            state: None,
            detail: None,
            address: own.addresses.first().map(|block| block.network().to_string()),
            public: own.public.first().map(|(_, public)| public.to_string()),
            groups: own.groups.iter().filter_map(|group| groups.get(group)).copied().collect(),
        };
        if let Some(nat) = self.network.parts.nats.iter().find(|nat| nat.interface == Some(position)) {
            let gateway = self.row::<NatGateway>(&nat.id)?;
            let state = (!nat.works).then(|| gateway.state.word().to_owned());
            let (kind, id) = (MemberKind::Nat, nat.id.clone());
            return Some(Member { kind, id, name: name(&*gateway), state, ..plain });
        }
        let index = row.attachment.as_ref().map(|attachment| attachment.device_index);
        match (&own.instance, index) {
            (Some(instance), Some(0)) => {
                let machine = self.machines.get(instance);
                let state = machine.map(|machine| machine.state);
                Some(Member {
                    kind: MemberKind::Instance,
                    id: instance.clone(),
                    name: machine.and_then(|machine| machine.name.clone()),
                    state: state
                        .filter(|state| *state != InstanceState::Running)
                        .map(|state| state.word().to_owned()),
                    detail: machine.map(|machine| machine.instance_type.clone()),
                    ..plain
                })
            }
            (Some(instance), _) => Some(Member { detail: Some(format!("of {instance}")), ..plain }),
            (None, _) if row.requester.is_service => {
                Some(Member { kind: MemberKind::Service, detail: Some(row.kind.clone()), ..plain })
            }
            (None, _) => Some(plain),
        }
    }
}

/// What a subnet is by its routes. One to a service alone does not lead out.
fn kind(routes: &[Route]) -> SubnetKind {
    let leading = routes.iter().filter(|own| own.leads).map(|own| GatewayKind::of(&own.target));
    let kinds: Vec<GatewayKind> = leading.filter(|own| *own != GatewayKind::Endpoint).collect();
    match kinds.as_slice() {
        [] => SubnetKind::Isolated,
        kinds if kinds.contains(&GatewayKind::Internet) => SubnetKind::Public,
        _ => SubnetKind::Private,
    }
}

#[cfg(test)]
mod tests {
    use super::kind;
    use net_map::{Route, SubnetKind};

    #[test]
    fn a_subnet_is_what_its_routes_make_it() {
        let route = |(target, leads): &(&str, bool)| Route {
            destination: "0.0.0.0/0".to_owned(),
            target: (*target).to_owned(),
            leads: *leads,
        };
        for (routes, want) in [
            (&[][..], SubnetKind::Isolated),
            (&[("igw-1", true)], SubnetKind::Public),
            (&[("igw-1", false)], SubnetKind::Isolated),
            (&[("nat-1", true)], SubnetKind::Private),
            (&[("vpce-1", true)], SubnetKind::Isolated),
            (&[("pcx-1", true), ("igw-1", true)], SubnetKind::Public),
            (&[("eigw-1", true)], SubnetKind::Private),
        ] {
            let routes: Vec<Route> = routes.iter().map(route).collect();
            assert_eq!(kind(&routes), want, "{routes:?}");
        }
    }
}
