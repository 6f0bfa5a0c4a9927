use crate::{attached_gateway, found, golden, interface, nowhere, refuses, start, subnet, vpc};
use serde_json::json;
use testkit::Client;

fn table(ec2: &Client, vpc: &str) -> String {
    ec2.call("CreateRouteTable", &json!({ "VpcId": vpc })).ok().text("routeTable.routeTableId")
}

#[test]
fn the_life_of_a_route_table() {
    let (_server, ec2) = start();
    let mut golden = golden("route-table");
    let network = vpc(&ec2, "10.0.0.0/16");
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let gateway = attached_gateway(&ec2, &network);
    let created = golden.note("CreateRouteTable", ec2.call("CreateRouteTable", &json!({ "VpcId": network })));
    let id = created.ok().text("routeTable.routeTableId");
    let own = json!({ "RouteTableId": [id] });
    let route = json!({ "RouteTableId": id, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway });
    golden.note("CreateRoute", ec2.call("CreateRoute", &route)).ok();
    let route = json!({ "RouteTableId": id, "DestinationIpv6CidrBlock": "::/0", "GatewayId": gateway });
    golden.note("CreateRoute of IPv6", ec2.call("CreateRoute", &route)).ok();
    let associate = json!({ "RouteTableId": id, "SubnetId": subnet });
    let associated = golden.note("AssociateRouteTable", ec2.call("AssociateRouteTable", &associate)).ok();
    golden.note("DescribeRouteTables", ec2.call("DescribeRouteTables", &own)).ok();
    ec2.call("DetachInternetGateway", &json!({ "InternetGatewayId": gateway, "VpcId": network })).ok();
    golden.note("blackholes", ec2.call("DescribeRouteTables", &own)).ok();
    let local = json!({ "RouteTableId": id, "DestinationCidrBlock": "10.0.0.0/16", "LocalTarget": true });
    golden.note("ReplaceRoute", ec2.call("ReplaceRoute", &local)).ok();
    let other = table(&ec2, &network);
    let moved = json!({ "AssociationId": associated.text("associationId"), "RouteTableId": other });
    let moved =
        golden.note("ReplaceRouteTableAssociation", ec2.call("ReplaceRouteTableAssociation", &moved)).ok();
    let association = json!({ "AssociationId": moved.text("newAssociationId") });
    golden.note("DisassociateRouteTable", ec2.call("DisassociateRouteTable", &association)).ok();
    let gone = json!({ "RouteTableId": id, "DestinationIpv6CidrBlock": "::/0" });
    golden.note("DeleteRoute", ec2.call("DeleteRoute", &gone)).ok();
    golden.note("DeleteRouteTable", ec2.call("DeleteRouteTable", &json!({ "RouteTableId": id }))).ok();
    golden.check();
}

#[test]
fn a_client_token_makes_one_table() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let create = json!({ "VpcId": network, "ClientToken": "t" });
    let first = ec2.call("CreateRouteTable", &create).ok().text("routeTable.routeTableId");
    assert_eq!(ec2.call("CreateRouteTable", &create).ok().text("routeTable.routeTableId"), first);
    let other = json!({ "VpcId": vpc(&ec2, "10.1.0.0/16"), "ClientToken": "t" });
    let sentence =
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).";
    refuses(&ec2, &[("CreateRouteTable", other, "IdempotentParameterMismatch", sentence)]);
}

#[test]
fn what_routes_refuse() {
    let (_server, ec2) = start();
    let (network, elsewhere) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let gateway = attached_gateway(&ec2, &network);
    let foreign = attached_gateway(&ec2, &elsewhere);
    let id = table(&ec2, &network);
    ec2.call(
        "CreateRoute",
        &json!({ "RouteTableId": id, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway }),
    )
    .ok();
    let to = |destination: &str, name: &str, target: &str| json!({ "RouteTableId": id, "DestinationCidrBlock": destination, name: target });
    let one_target = "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, \
                      vpcPeeringConnectionId, egressOnlyInternetGatewayId, transitGatewayId, localGatewayId, \
                      carrierGatewayId, vpcEndpointId, coreNetworkArn or instanceId";
    let one_destination = "Only one of destinationCidrBlock, destinationIpv6CidrBlock and destinationPrefixListId can be specified";
    let two_destinations = json!({
        "RouteTableId": id, "DestinationCidrBlock": "8.8.8.8/32", "DestinationIpv6CidrBlock": "::/0", "GatewayId": gateway,
    });
    let nothing = nowhere("pl");
    let list = json!({ "RouteTableId": id, "DestinationPrefixListId": nothing, "GatewayId": gateway });
    let bad_ipv6 = json!({ "RouteTableId": id, "DestinationIpv6CidrBlock": "::/129", "GatewayId": gateway });
    refuses(
        &ec2,
        &[
            (
                "CreateRoute",
                to("0.0.0.0/0", "GatewayId", &gateway),
                "RouteAlreadyExists",
                "The route identified by 0.0.0.0/0 already exists.",
            ),
            (
                "CreateRoute",
                to("10.0.0.0/16", "GatewayId", "local"),
                "RouteAlreadyExists",
                "The route identified by 10.0.0.0/16 already exists.",
            ),
            (
                "CreateRoute",
                to("8.8.8.8/32", "GatewayId", &foreign),
                "InvalidParameterValue",
                &format!("route table {id} and network gateway {foreign} belong to different networks"),
            ),
            (
                "CreateRoute",
                to("8.8.8.8/32", "GatewayId", "igw-0"),
                "InvalidGatewayID.NotFound",
                "The gateway ID 'igw-0' does not exist",
            ),
            (
                "CreateRoute",
                to("8.8.8.8/32", "NatGatewayId", "nat-0"),
                "InvalidNatGatewayID.NotFound",
                "The natGateway ID 'nat-0' does not exist",
            ),
            (
                "CreateRoute",
                to("8.8.8.8/32", "InstanceId", "i-00000000000000000"),
                "InvalidInstanceID.NotFound",
                "The instance ID 'i-00000000000000000' does not exist",
            ),
            (
                "CreateRoute",
                to("8.8.8.8/32", "NetworkInterfaceId", "eni-0"),
                "InvalidNetworkInterfaceID.NotFound",
                "The networkInterface ID 'eni-0' does not exist",
            ),
            (
                "CreateRoute",
                to("8.8.8.8/32", "TransitGatewayId", "tgw-0"),
                "InvalidTransitGatewayID.NotFound",
                "The transitGateway ID 'tgw-0' does not exist.",
            ),
            (
                "CreateRoute",
                json!({ "RouteTableId": id, "DestinationCidrBlock": "8.8.8.8/32" }),
                "MissingParameter",
                one_target,
            ),
            (
                "CreateRoute",
                json!({ "RouteTableId": id, "GatewayId": gateway }),
                "MissingParameter",
                "The request must contain the parameter destinationCidrBlock",
            ),
            ("CreateRoute", two_destinations, "InvalidParameterCombination", one_destination),
            (
                "CreateRoute",
                list,
                "InvalidPrefixListID.NotFound",
                &format!("The prefix list ID '{nothing}' does not exist"),
            ),
            (
                "CreateRoute",
                to("8.8.8.8", "GatewayId", &gateway),
                "InvalidParameterValue",
                "Value (8.8.8.8) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.",
            ),
            (
                "CreateRoute",
                bad_ipv6,
                "InvalidParameterValue",
                "Value (::/129) for parameter destinationIpv6CidrBlock is invalid. This is not a valid CIDR block.",
            ),
            (
                "ReplaceRoute",
                to("8.8.8.8/32", "GatewayId", &gateway),
                "InvalidParameterValue",
                "There is no route defined for '8.8.8.8/32' in the route table. Use CreateRoute instead.",
            ),
            (
                "DeleteRoute",
                json!({ "RouteTableId": id, "DestinationCidrBlock": "8.8.8.8/32" }),
                "InvalidRoute.NotFound",
                &format!("no route with destination-cidr-block 8.8.8.8/32 in route table {id}"),
            ),
            (
                "DeleteRoute",
                json!({ "RouteTableId": id, "DestinationCidrBlock": "10.0.0.0/16" }),
                "InvalidParameterValue",
                &format!("cannot remove local route 10.0.0.0/16 in route table {id}"),
            ),
        ],
    );
}

#[test]
fn what_tables_and_associations_refuse() {
    let (_server, ec2) = start();
    let (network, elsewhere) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let own = subnet(&ec2, &network, "10.0.1.0/24");
    let foreign = subnet(&ec2, &elsewhere, "10.1.1.0/24");
    let (one, two, other) = (table(&ec2, &network), table(&ec2, &network), table(&ec2, &elsewhere));
    let associate = json!({ "RouteTableId": one, "SubnetId": own });
    let association = ec2.call("AssociateRouteTable", &associate).ok().text("associationId");
    assert_eq!(
        ec2.call("AssociateRouteTable", &associate).ok().text("associationId"),
        association,
        "once more"
    );
    let main = json!({ "Filter": [{ "Name": "vpc-id", "Value": [network] }, { "Name": "association.main", "Value": ["true"] }] });
    let main = ec2.call("DescribeRouteTables", &main);
    let main_association = main.text("routeTableSet.item.associationSet.item.routeTableAssociationId");
    let main = main.text("routeTableSet.item.routeTableId");
    let none = nowhere("rtb");
    let missing = &format!("The routeTable ID '{none}' does not exist");
    let no_association = nowhere("rtbassoc");
    refuses(
        &ec2,
        &[
            (
                "AssociateRouteTable",
                json!({ "RouteTableId": two, "SubnetId": own }),
                "Resource.AlreadyAssociated",
                &format!(
                    "the specified association for route table {two} conflicts with an existing association"
                ),
            ),
            (
                "AssociateRouteTable",
                json!({ "RouteTableId": two, "SubnetId": foreign }),
                "InvalidParameterValue",
                &format!("route table {two} and subnet {foreign} belong to different networks"),
            ),
            (
                "AssociateRouteTable",
                json!({ "RouteTableId": two }),
                "MissingParameter",
                "The request must contain the parameter subnetId",
            ),
            (
                "AssociateRouteTable",
                json!({ "RouteTableId": none, "SubnetId": own }),
                "InvalidRouteTableID.NotFound",
                missing,
            ),
            (
                "ReplaceRouteTableAssociation",
                json!({ "AssociationId": association, "RouteTableId": other }),
                "InvalidParameterValue",
                &format!("route table {other} and network {network} belong to different networks"),
            ),
            (
                "DisassociateRouteTable",
                json!({ "AssociationId": no_association }),
                "InvalidAssociationID.NotFound",
                &format!("The association ID '{no_association}' does not exist"),
            ),
            (
                "DisassociateRouteTable",
                json!({ "AssociationId": "x" }),
                "InvalidAssociationID.Malformed",
                "Invalid id: \"x\" (expecting \"rtbassoc-...\")",
            ),
            (
                "DisassociateRouteTable",
                json!({ "AssociationId": main_association }),
                "InvalidParameterValue",
                &format!("cannot disassociate the main route table association {main_association}"),
            ),
            (
                "DeleteRouteTable",
                json!({ "RouteTableId": one }),
                "DependencyViolation",
                &format!("The routeTable '{one}' has dependencies and cannot be deleted."),
            ),
            (
                "DeleteRouteTable",
                json!({ "RouteTableId": main }),
                "DependencyViolation",
                &format!("The routeTable '{main}' has dependencies and cannot be deleted."),
            ),
            ("DeleteRouteTable", json!({ "RouteTableId": none }), "InvalidRouteTableID.NotFound", missing),
            (
                "DeleteRouteTable",
                json!({ "RouteTableId": "rtb-" }),
                "InvalidRouteTableID.NotFound",
                "The routeTable ID 'rtb-' does not exist",
            ),
            (
                "AssociateRouteTable",
                json!({ "RouteTableId": "vpc-0123456789abcdef0", "SubnetId": own }),
                "InvalidRouteTableId.Malformed",
                "Invalid id: \"vpc-0123456789abcdef0\" (expecting \"rtb-...\")",
            ),
            (
                "AssociateRouteTable",
                json!({ "RouteTableId": "aws_route_table.own.id", "SubnetId": own }),
                "InvalidRouteTableID.NotFound",
                "The routeTable ID 'aws_route_table.own.id' does not exist",
            ),
        ],
    );
    ec2.call("DeleteSubnet", &json!({ "SubnetId": own })).ok();
    let left = found(
        &ec2,
        "DescribeRouteTables",
        ("association.subnet-id", &own),
        "routeTableSet.item.routeTableId",
    );
    assert_eq!(left, [""; 0], "the association goes with its subnet");
}

#[test]
fn routes_lead_to_what_is_in_their_network_and_turn_black_without_it() {
    let (_server, ec2) = start();
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let (near, far) = (subnet(&ec2, &one, "10.0.1.0/24"), subnet(&ec2, &two, "10.1.1.0/24"));
    let nat = |subnet: &str| {
        let private = json!({ "SubnetId": subnet, "ConnectivityType": "private" });
        ec2.call("CreateNatGateway", &private).ok().text("natGateway.natGatewayId")
    };
    let egress = |vpc: &str| {
        let made = ec2.call("CreateEgressOnlyInternetGateway", &json!({ "VpcId": vpc })).ok();
        made.text("egressOnlyInternetGateway.egressOnlyInternetGatewayId")
    };
    let id = table(&ec2, &one);
    let (near_nat, far_nat) = (nat(&near), nat(&far));
    let (near_card, far_card) = (interface(&ec2, &near), interface(&ec2, &far));
    let (near_egress, far_egress) = (egress(&one), egress(&two));
    let foreign = |kind: &str, target: &str| {
        format!("route table {id} and {kind} {target} belong to different networks")
    };
    let v4 = |block: &str, name: &str, target: &str| json!({ "RouteTableId": id, "DestinationCidrBlock": block, name: target });
    let v6 = |name: &str, target: &str| json!({ "RouteTableId": id, "DestinationIpv6CidrBlock": "::/0", name: target });
    let gone = nat(&near);
    ec2.call("DeleteNatGateway", &json!({ "NatGatewayId": gone })).ok();
    let invalid = "InvalidParameterValue";
    refuses(
        &ec2,
        &[
            (
                "CreateRoute",
                v4("8.8.0.0/16", "NatGatewayId", &far_nat),
                invalid,
                &foreign("interface", &far_nat),
            ),
            (
                "CreateRoute",
                v4("8.8.0.0/16", "NetworkInterfaceId", &far_card),
                invalid,
                &foreign("interface", &far_card),
            ),
            (
                "CreateRoute",
                v6("EgressOnlyInternetGatewayId", &far_egress),
                invalid,
                &foreign("network gateway", &far_egress),
            ),
            (
                "CreateRoute",
                v4("8.8.0.0/16", "NatGatewayId", &gone),
                "InvalidNatGatewayID.NotFound",
                &format!("The natGateway ID '{gone}' does not exist"),
            ),
            (
                "CreateRoute",
                v6("EgressOnlyInternetGatewayId", &nowhere("eigw")),
                "InvalidGatewayID.NotFound",
                "The eigw ID 'eigw-00000000000000000' does not exist",
            ),
        ],
    );
    ec2.call("CreateRoute", &v4("8.8.0.0/16", "NatGatewayId", &near_nat)).ok();
    // Nothing runs behind the interface.
    ec2.call("CreateRoute", &v4("9.9.0.0/16", "NetworkInterfaceId", &near_card)).ok();
    ec2.call("CreateRoute", &v6("EgressOnlyInternetGatewayId", &near_egress)).ok();
    for (name, value) in [
        ("route.nat-gateway-id", near_nat.as_str()),
        ("route.egress-only-internet-gateway-id", &near_egress),
        ("route.state", "blackhole"),
    ] {
        let path = "routeTableSet.item.routeTableId";
        assert_eq!(found(&ec2, "DescribeRouteTables", (name, value), path), [id.as_str()], "{name}");
    }
    let routes = |path: &str| {
        let path = format!("routeTableSet.item.routeSet.item.{path}");
        found(&ec2, "DescribeRouteTables", ("route-table-id", &id), &path)
    };
    assert_eq!(routes("state"), ["active", "active", "blackhole", "active"]);
    assert_eq!(routes("networkInterfaceId"), [near_card]);
    ec2.call("DeleteNatGateway", &json!({ "NatGatewayId": near_nat })).ok();
    ec2.call("DeleteEgressOnlyInternetGateway", &json!({ "EgressOnlyInternetGatewayId": near_egress })).ok();
    assert_eq!(routes("state"), ["active", "blackhole", "blackhole", "blackhole"]);
    let other = v4("8.8.0.0/16", "NetworkInterfaceId", &interface(&ec2, &near));
    ec2.call("ReplaceRoute", &other).ok();
    assert_eq!(routes("natGatewayId"), [""; 0]);
}
