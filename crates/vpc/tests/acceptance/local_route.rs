//! Routes within a VPC: its local ones, and more specific ones.

use crate::{attached_gateway, found, interface, refuses, start, subnet, vpc};
use serde_json::{Value, json};
use testkit::Client;

const INVALID: &str = "InvalidParameterValue";

#[track_caller]
fn table(ec2: &Client, vpc: &str) -> String {
    ec2.call("CreateRouteTable", &json!({ "VpcId": vpc })).ok().text("routeTable.routeTableId")
}

fn to(table: &str, destination: &str, name: &str, target: &str) -> Value {
    json!({ "RouteTableId": table, "DestinationCidrBlock": destination, name: target })
}

/// What the routes of a table say at `path`.
#[track_caller]
fn routes(ec2: &Client, table: &str, path: &str) -> Vec<String> {
    let path = format!("routeTableSet.item.routeSet.item.{path}");
    found(ec2, "DescribeRouteTables", ("route-table-id", table), &path)
}

#[test]
fn routes_within_a_vpc_lead_to_interfaces_and_whole_subnets() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let gateway = attached_gateway(&ec2, &network);
    let card = interface(&ec2, &subnet(&ec2, &network, "10.0.1.0/24"));
    let id = table(&ec2, &network);
    let unsupported =
        "Route target is not supported. This route only supports interface and instance targets.";
    let outside = "Value (8.8.8.8/32) for parameter destinationCidrBlock is invalid. Only destinations within the VPC are local.";
    ec2.call("CreateRoute", &to(&id, "9.9.9.0/24", "GatewayId", &gateway)).ok();
    let local = json!({ "RouteTableId": id, "DestinationCidrBlock": "9.9.9.0/24", "LocalTarget": true });
    let replaced = "Value (9.9.9.0/24) for parameter destinationCidrBlock is invalid. Only destinations within the VPC are local.";
    let list = json!({ "RouteTableId": id, "DestinationPrefixListId": "pl-63a5400a", "GatewayId": "local" });
    let of_list = "Value (pl-63a5400a) for parameter destinationPrefixListId is invalid. Only destinations within the VPC are local.";
    refuses(
        &ec2,
        &[
            ("CreateRoute", to(&id, "8.8.8.8/32", "GatewayId", "local"), INVALID, outside),
            ("ReplaceRoute", local, INVALID, replaced),
            ("CreateRoute", list, INVALID, of_list),
            ("CreateRoute", to(&id, "10.0.0.0/16", "GatewayId", &gateway), INVALID, unsupported),
            ("CreateRoute", to(&id, "10.0.1.0/24", "GatewayId", &gateway), INVALID, unsupported),
            ("CreateRoute", to(&id, "10.0.9.0/24", "GatewayId", &gateway), INVALID, unsupported),
            ("ReplaceRoute", to(&id, "10.0.0.0/16", "GatewayId", &gateway), INVALID, unsupported),
            (
                "CreateRoute",
                to(&id, "10.0.9.0/24", "NetworkInterfaceId", &card),
                INVALID,
                "Route destination doesn't match any subnet CIDR blocks.",
            ),
        ],
    );
    ec2.call("CreateRoute", &to(&id, "10.0.1.0/24", "NetworkInterfaceId", &card)).ok();
    let own = json!({ "RouteTableId": id, "DestinationCidrBlock": "10.0.1.0/24" });
    ec2.call("DeleteRoute", &own).ok();
}

#[test]
fn the_local_route_stays_wherever_it_leads() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let more = json!({ "VpcId": network, "CidrBlock": "10.2.0.0/16" });
    let more = ec2.call("AssociateVpcCidrBlock", &more).ok().text("cidrBlockAssociation.associationId");
    let card = interface(&ec2, &subnet(&ec2, &network, "10.0.1.0/24"));
    let id = table(&ec2, &network);
    for block in ["10.0.0.0/16", "10.2.0.0/16"] {
        ec2.call("ReplaceRoute", &to(&id, block, "NetworkInterfaceId", &card)).ok();
        let sentence = format!("cannot remove local route {block} in route table {id}");
        let gone = json!({ "RouteTableId": id, "DestinationCidrBlock": block });
        refuses(&ec2, &[("DeleteRoute", gone, INVALID, &sentence)]);
    }
    assert_eq!(routes(&ec2, &id, "networkInterfaceId"), [card.as_str(), &card]);
    assert_eq!(routes(&ec2, &id, "origin"), ["CreateRouteTable", "CreateRouteTable"]);
    let local = json!({ "RouteTableId": id, "DestinationCidrBlock": "10.0.0.0/16", "LocalTarget": true });
    ec2.call("ReplaceRoute", &local).ok();
    assert_eq!(routes(&ec2, &id, "gatewayId"), ["local"]);
    ec2.call("DisassociateVpcCidrBlock", &json!({ "AssociationId": more })).ok();
    assert_eq!(routes(&ec2, &id, "destinationCidrBlock"), ["10.0.0.0/16"], "it goes with its block");
}
