//! What comes into being with a VPC.
//!
//! Source: EC2 user guide, "VPC basics" and "Default VPCs"; the order of the default subnets is that of the zones.

use super::{CidrAssociation, State, Vpc};
use crate::dhcp_options;
use crate::id::VpcId;
use crate::internet_gateway::InternetGateway;
use crate::network_acl::NetworkAcl;
use crate::resource;
use crate::route_table::{Origin, Route, RouteTable, Target};
use crate::security_group;
use crate::subnet::{self, Subnet};
use base::{Ids, Ipv4Block, Scope, Tags};
use std::net::Ipv4Addr;
use store::Tx;

/// Makes a VPC with its main route table, default network ACL and default security group.
pub(crate) fn vpc(
    tx: &mut Tx,
    scope: &Scope,
    ids: &Ids,
    block: Ipv4Block,
    tenancy: &str,
    is_default: bool,
    tags: Tags,
) -> Vpc {
    let options = dhcp_options::of_region(tx, scope);
    let vpc = Vpc {
        scope: scope.clone(),
        id: VpcId::new(ids),
        associations: vec![CidrAssociation::new(ids, block)],
        ipv6: Vec::new(),
        state: if is_default { State::Available } else { State::Pending },
        is_default,
        tenancy: tenancy.to_owned(),
        dhcp_options: options.map_or_else(|| "default".to_owned(), |id| id.to_string()),
        dns_support: true,
        dns_hostnames: is_default,
        address_metrics: false,
        tags,
    };
    tx.put(RouteTable::main(&vpc, ids));
    tx.put(NetworkAcl::default_of(&vpc, ids));
    security_group::make_default(tx, &vpc, ids);
    tx.put(vpc.clone());
    vpc
}

/// Makes the default VPC: 172.31.0.0/16, a public /20 in each zone, an internet gateway and the way to it.
pub(crate) fn default_vpc(tx: &mut Tx, scope: &Scope, ids: &Ids) -> Vpc {
    let block = Ipv4Block::new(Ipv4Addr::new(172, 31, 0, 0), 16).unwrap_or(Ipv4Block::ANYWHERE);
    let vpc = vpc(tx, scope, ids, block, "default", true, Tags::default());
    let gateway = InternetGateway::attached(scope, ids, &vpc.id);
    let of = resource::key(scope, vpc.id.as_str());
    let main = tx.by(&RouteTable::VPC, &of).next().map(|table| (**table).clone());
    if let Some(mut main) = main {
        main.routes.push(Route {
            destination: Ipv4Block::ANYWHERE.to_string(),
            target: Target::Gateway(gateway.id.to_string()),
            origin: Origin::CreateRoute,
        });
        tx.put(main);
    }
    tx.put(gateway);
    for (zone, third) in scope.region.zones().into_iter().zip((0..=240_u8).step_by(16)) {
        if let Some(block) = Ipv4Block::new(Ipv4Addr::new(172, 31, third, 0), 20) {
            let mut subnet = Subnet::new(ids, &vpc, Some(block), zone, Tags::default());
            subnet.default_for_az = true;
            subnet.map_public_ip = true;
            subnet.state = State::Available;
            subnet::join_default_acl(tx, &subnet, ids);
            tx.put(subnet);
        }
    }
    vpc
}

/// Gives every route table of the VPC a local route for each block.
pub(crate) fn add_local_routes(tx: &mut Tx, vpc: &Vpc) {
    for mut table in tables(tx, vpc) {
        for to in vpc.block_texts() {
            if !table.routes.iter().any(|route| route.destination == to) {
                let is_own = |route: &&Route| route.origin == Origin::CreateRouteTable;
                let locals = table.routes.iter().take_while(is_own).count();
                table.routes.insert(locals, Route::local(&to));
            }
        }
        tx.put(table);
    }
}

/// Takes the local route of a block out of every route table, wherever it leads by now.
pub(crate) fn remove_local_routes(tx: &mut Tx, vpc: &Vpc, to: &str) {
    for mut table in tables(tx, vpc) {
        table.routes.retain(|route| !(route.destination == to && route.origin == Origin::CreateRouteTable));
        tx.put(table);
    }
}

fn tables(tx: &Tx, vpc: &Vpc) -> Vec<RouteTable> {
    let of = resource::key(&vpc.scope, vpc.id.as_str());
    tx.by(&RouteTable::VPC, &of).map(|table| (**table).clone()).collect()
}
