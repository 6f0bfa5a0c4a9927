//! Which routes a table may have: within its VPC they lead to what passes packets on, and in a gateway's table all do.
//!
//! Sources: VPC user guide, "Local route", "Gateway route tables"; answers to CreateRoute quoted in public issue threads.

use super::model::{Origin, Route, RouteTable, Target};
use crate::error::{Connect, Error};
use crate::id::{PrefixListId, VpcEndpointId};
use crate::resource;
use crate::subnet::Subnet;
use crate::vpc::Vpc;
use base::{Ipv4Block, Ipv6Block};
use store::Tx;

/// Recorded: hashicorp/terraform issue 26018. It comes before the destination is looked at.
const UNSUPPORTED: &str =
    "Route target is not supported. This route only supports interface and instance targets.";
/// Recorded with the same code in logs of Terraform (CreateRoute of 10.0.1.0/24 in a VPC of 10.0.0.0/16).
const NO_SUBNET: &str = "Route destination doesn't match any subnet CIDR blocks.";

/// Where a destination lies, seen from the table's VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Elsewhere, or beyond one of the VPC's blocks; that of a prefix list.
    Outside,
    /// It is one of the VPC's blocks, or the whole of a subnet's.
    Whole,
    /// Within a block of the VPC, but no subnet's.
    Between,
}

/// Places a destination among the blocks of the VPC and of its subnets, all as text.
fn place(destination: &str, of_vpc: &[String], of_subnets: &[String]) -> Place {
    if of_vpc.iter().chain(of_subnets).any(|block| block == destination) {
        return Place::Whole;
    }
    let lies_in = |block: &String| match (destination.parse::<Ipv4Block>(), block.parse::<Ipv4Block>()) {
        (Ok(own), Ok(block)) => block.covers(own),
        _ => match (destination.parse::<Ipv6Block>(), block.parse::<Ipv6Block>()) {
            (Ok(own), Ok(block)) => block.covers(own),
            _ => false,
        },
    };
    if of_vpc.iter().any(lies_in) { Place::Between } else { Place::Outside }
}

fn place_of(tx: &Tx, table: &RouteTable, destination: &str) -> Place {
    let of = resource::key(&table.scope, table.vpc_id.as_str());
    let of_vpc: Vec<String> = tx.get::<Vpc>(&of).iter().flat_map(|vpc| vpc.block_texts()).collect();
    let of_subnets: Vec<String> = tx
        .by(&Subnet::VPC, &of)
        .flat_map(|own| {
            let v4 = own.block.map(|block| block.to_string());
            v4.into_iter().chain(own.ipv6_block().map(|block| block.to_string()))
        })
        .collect();
    place(destination, &of_vpc, &of_subnets)
}

/// Whether a target passes packets on to where they are for.
fn is_middlebox(target: &Target) -> bool {
    match target {
        Target::Local | Target::Interface(_) => true,
        Target::Gateway(id) => id.starts_with(VpcEndpointId::PREFIX),
        Target::EgressOnly(_) | Target::NatGateway(_) | Target::Peering(_) | Target::TransitGateway(_) => {
            false
        }
    }
}

/// Refuses a route that the table cannot have.
pub(super) fn require_fitting(
    tx: &Tx,
    table: &RouteTable,
    destination: &str,
    target: &Target,
) -> Result<(), Error> {
    let place = place_of(tx, table, destination);
    if let Some(gateway) = table.gateways().next()
        && (place == Place::Outside || !is_middlebox(target))
    {
        return Err(Connect::EdgeConflict(gateway.to_owned()).into());
    }
    match place {
        Place::Outside if *target == Target::Local => Err(not_local(destination)),
        Place::Outside => Ok(()),
        Place::Whole | Place::Between
            if !(is_middlebox(target) || matches!(target, Target::NatGateway(_))) =>
        {
            Err(Error::Parameter(UNSUPPORTED.to_owned()))
        }
        Place::Between => Err(Error::Parameter(NO_SUBNET.to_owned())),
        Place::Whole => Ok(()),
    }
}

fn not_local(destination: &str) -> Error {
    let reason = "Only destinations within the VPC are local.".to_owned();
    let name = match destination {
        list if list.starts_with(PrefixListId::PREFIX) => "destinationPrefixListId",
        block if block.contains(':') => "destinationIpv6CidrBlock",
        _ => "destinationCidrBlock",
    };
    Error::Value(name, destination.to_owned(), reason)
}

/// Refuses a gateway where the table is the main one or has routes that lead anywhere else. Source: VPC user guide, "Main
/// route table", "Gateway route tables".
pub(super) fn require_fitting_gateway(tx: &Tx, table: &RouteTable, gateway: &str) -> Result<(), Error> {
    if table.is_main() {
        let sentence = format!("The main route table {} cannot be a gateway route table.", table.id);
        return Err(Error::Parameter(sentence));
    }
    let fits = |route: &Route| {
        is_middlebox(&route.target)
            && (route.origin == Origin::CreateRouteTable
                || place_of(tx, table, &route.destination) != Place::Outside)
    };
    if table.propagating.is_empty() && table.routes.iter().all(fits) {
        return Ok(());
    }
    Err(Connect::EdgeConflict(gateway.to_owned()).into())
}

#[cfg(test)]
mod tests {
    use super::{Place, place};

    #[test]
    fn destinations_are_placed_among_blocks_of_their_family() {
        let of_vpc = ["10.0.0.0/16", "10.2.0.0/16", "2001:db8::/56"].map(str::to_owned);
        let of_subnets = ["10.0.1.0/24", "2001:db8:0:1::/64"].map(str::to_owned);
        for (destination, want) in [
            ("10.0.0.0/16", Place::Whole),
            ("10.2.0.0/16", Place::Whole),
            ("10.0.1.0/24", Place::Whole),
            ("10.0.1.0/25", Place::Between),
            ("10.0.2.0/24", Place::Between),
            ("10.0.0.0/15", Place::Outside),
            ("0.0.0.0/0", Place::Outside),
            ("10.1.0.0/16", Place::Outside),
            ("2001:db8::/56", Place::Whole),
            ("2001:db8:0:1::/64", Place::Whole),
            ("2001:db8:0:2::/64", Place::Between),
            ("::/0", Place::Outside),
            ("pl-0123456789abcdef0", Place::Outside),
        ] {
            assert_eq!(place(destination, &of_vpc, &of_subnets), want, "{destination}");
        }
    }
}
