//! Route tables of gateways: what enters a VPC by one is led by its own table.

use crate::{attached_gateway, found, interface, launched, nowhere, refuses, start, subnet, vpc};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::filter;

const ASSOCIATION: &str = "routeTableSet.item.associationSet.item";

#[track_caller]
fn table(ec2: &Client, vpc: &str) -> String {
    ec2.call("CreateRouteTable", &json!({ "VpcId": vpc })).ok().text("routeTable.routeTableId")
}

#[track_caller]
fn main_table(ec2: &Client, vpc: &str) -> String {
    let main = json!({ "Filter": [filter("vpc-id", vpc), filter("association.main", "true")] });
    ec2.call("DescribeRouteTables", &main).ok().text("routeTableSet.item.routeTableId")
}

#[track_caller]
fn attached_private(ec2: &Client, vpc: &str) -> String {
    let made = ec2.call("CreateVpnGateway", &json!({ "Type": "ipsec.1" })).ok();
    let id = made.text("vpnGateway.vpnGatewayId");
    ec2.call("AttachVpnGateway", &json!({ "VpnGatewayId": id, "VpcId": vpc })).ok();
    id
}

#[track_caller]
fn associated(ec2: &Client, table: &str, gateway: &str) -> String {
    let asked = json!({ "RouteTableId": table, "GatewayId": gateway });
    ec2.call("AssociateRouteTable", &asked).ok().text("associationId")
}

/// The tables of that gateway.
#[track_caller]
fn tables_of(ec2: &Client, gateway: &str) -> Vec<String> {
    let own = ("association.gateway-id", gateway);
    found(ec2, "DescribeRouteTables", own, "routeTableSet.item.routeTableId")
}

#[test]
fn a_gateway_has_a_table_of_its_own() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let (internet, private) = (attached_gateway(&ec2, &network), attached_private(&ec2, &network));
    let (one, two) = (table(&ec2, &network), table(&ec2, &network));
    for gateway in [&internet, &private] {
        let id = associated(&ec2, &one, gateway);
        assert_eq!(associated(&ec2, &one, gateway), id, "once more");
        let told = ec2.call("DescribeRouteTables", &json!({ "RouteTableId": [one] })).ok();
        let of = |name: &str| told.texts(&format!("{ASSOCIATION}.{name}"));
        assert_eq!(of("gatewayId"), [gateway.as_str()]);
        assert_eq!((of("routeTableAssociationId"), of("subnetId")), (vec![id.clone()], Vec::new()));
        assert_eq!(
            (of("main"), of("associationState.state")),
            (vec!["false".into()], vec!["associated".into()])
        );
        assert_eq!(tables_of(&ec2, gateway), [one.as_str()]);
        let conflict =
            format!("the specified association for route table {two} conflicts with an existing association");
        let dependent = format!("The routeTable '{one}' has dependencies and cannot be deleted.");
        refuses(
            &ec2,
            &[
                (
                    "AssociateRouteTable",
                    json!({ "RouteTableId": two, "GatewayId": gateway }),
                    "Resource.AlreadyAssociated",
                    &conflict,
                ),
                ("DeleteRouteTable", json!({ "RouteTableId": one }), "DependencyViolation", &dependent),
            ],
        );
        let moved = json!({ "AssociationId": id, "RouteTableId": two });
        let moved = ec2.call("ReplaceRouteTableAssociation", &moved).ok().text("newAssociationId");
        assert_eq!(tables_of(&ec2, gateway), [two.as_str()]);
        ec2.call("DisassociateRouteTable", &json!({ "AssociationId": moved })).ok();
        assert!(tables_of(&ec2, gateway).is_empty());
    }
    // Nothing stays of a gateway that leaves.
    associated(&ec2, &one, &internet);
    associated(&ec2, &two, &private);
    ec2.call("DetachInternetGateway", &json!({ "InternetGatewayId": internet, "VpcId": network })).ok();
    ec2.call("DetachVpnGateway", &json!({ "VpnGatewayId": private, "VpcId": network })).ok();
    for id in [one, two] {
        ec2.call("DeleteRouteTable", &json!({ "RouteTableId": id })).ok();
    }
}

#[test]
fn what_tables_of_gateways_refuse() {
    let (_server, ec2) = start();
    let (network, elsewhere) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let (internet, foreign) = (attached_gateway(&ec2, &network), attached_gateway(&ec2, &elsewhere));
    let private = attached_private(&ec2, &network);
    let own = subnet(&ec2, &network, "10.0.1.0/24");
    let (edge, outward, main) = (table(&ec2, &network), table(&ec2, &network), main_table(&ec2, &network));
    let out = |table: &str| json!({ "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": internet });
    ec2.call("CreateRoute", &out(&outward)).ok();
    associated(&ec2, &edge, &internet);
    let of_main = json!({ "Filter": [filter("route-table-id", &main)] });
    let main_association = ec2.call("DescribeRouteTables", &of_main).ok();
    let main_association = main_association.text(&format!("{ASSOCIATION}.routeTableAssociationId"));
    let with = |table: &str, gateway: &str| json!({ "RouteTableId": table, "GatewayId": gateway });
    let conflict =
        |gateway: &str| format!("Route table has a conflicting association with the gateway {gateway}");
    let card = interface(&ec2, &own);
    let beyond =
        json!({ "RouteTableId": edge, "DestinationCidrBlock": "8.8.8.0/24", "NetworkInterfaceId": card });
    let both = json!({ "RouteTableId": edge, "GatewayId": internet, "SubnetId": own });
    refuses(
        &ec2,
        &[
            (
                "AssociateRouteTable",
                with(&edge, "igw-0"),
                "InvalidGatewayID.NotFound",
                "The gateway ID 'igw-0' does not exist",
            ),
            (
                "AssociateRouteTable",
                with(&edge, &nowhere("vgw")),
                "InvalidGatewayID.NotFound",
                "The gateway ID 'vgw-00000000000000000' does not exist",
            ),
            (
                "AssociateRouteTable",
                with(&edge, &foreign),
                "InvalidParameterValue",
                &format!("route table {edge} and network gateway {foreign} belong to different networks"),
            ),
            (
                "AssociateRouteTable",
                both,
                "InvalidParameterCombination",
                "The parameter SubnetId cannot be used with the parameter GatewayId",
            ),
            (
                "AssociateRouteTable",
                with(&main, &private),
                "InvalidParameterValue",
                &format!("The main route table {main} cannot be a gateway route table."),
            ),
            ("AssociateRouteTable", with(&outward, &private), "RouteConflict", &conflict(&private)),
            ("CreateRoute", out(&edge), "RouteConflict", &conflict(&internet)),
            ("CreateRoute", beyond, "RouteConflict", &conflict(&internet)),
            (
                "ReplaceRouteTableAssociation",
                json!({ "AssociationId": main_association, "RouteTableId": edge }),
                "InvalidParameterValue",
                &format!("The gateway route table {edge} cannot be the main route table."),
            ),
            ("EnableVgwRoutePropagation", with(&edge, &private), "RouteConflict", &conflict(&internet)),
        ],
    );
    // Within the VPC it leads to interfaces, and its local route as well.
    let inward =
        json!({ "RouteTableId": edge, "DestinationCidrBlock": "10.0.1.0/24", "NetworkInterfaceId": card });
    ec2.call("CreateRoute", &inward).ok();
    let local =
        json!({ "RouteTableId": edge, "DestinationCidrBlock": "10.0.0.0/16", "NetworkInterfaceId": card });
    ec2.call("ReplaceRoute", &local).ok();
}

#[test]
fn what_enters_is_led_by_the_table_of_the_gateway() {
    let (server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let gateway = attached_gateway(&ec2, &network);
    let main = main_table(&ec2, &network);
    let out = json!({ "RouteTableId": main, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway });
    ec2.call("CreateRoute", &out).ok();
    let (outer, inner) = (subnet(&ec2, &network, "10.0.1.0/24"), subnet(&ec2, &network, "10.0.2.0/24"));
    let (_, appliance) = launched(&ec2, &outer);
    let unchecked = json!({ "NetworkInterfaceId": appliance, "SourceDestCheck": { "Value": false } });
    ec2.call("ModifyNetworkInterfaceAttribute", &unchecked).ok();
    let web = interface(&ec2, &inner);
    let public = |card: &str| {
        let address = ec2.call("AllocateAddress", &json!({})).ok().text("allocationId");
        let both = json!({ "AllocationId": address, "NetworkInterfaceId": card });
        ec2.call("AssociateAddress", &both).ok();
    };
    public(&web);
    let group = ec2.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [web] })).ok();
    let group = group.text("networkInterfaceSet.item.groupSet.item.groupId");
    let all = json!([{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }]);
    ec2.call("AuthorizeSecurityGroupIngress", &json!({ "GroupId": group, "IpPermissions": all })).ok();
    let asked = |from: &str, to: &str| {
        let page = format!("/_angae/net/explain?from={from}&to={to}&port=443");
        server.page("GET", &page, &Value::Null)
    };
    let hops = |answer: &Value| answer["hops"].as_array().expect("hops").clone();
    let passes_by = |answer: &Value, id: &str| hops(answer).iter().any(|hop| hop["id"] == id);
    let blocked = |answer: &Value| {
        let last = hops(answer).pop().expect("a hop");
        (last["leg"].clone(), last["id"].clone(), last["blocked"]["code"].clone())
    };
    assert_eq!(asked("internet", &web)["allowed"], true);
    let edge = table(&ec2, &network);
    associated(&ec2, &edge, &gateway);
    assert_eq!(asked("internet", &web)["allowed"], true, "its local route");
    let by = |table: &str, to: &str| json!({ "RouteTableId": table, "DestinationCidrBlock": to, "NetworkInterfaceId": appliance });
    ec2.call("CreateRoute", &by(&edge, "10.0.2.0/24")).ok();
    let answer = asked("internet", &web);
    let want = ("forward", edge.as_str(), "INGRESS_RTB_NO_PUBLIC_IP");
    assert_eq!(blocked(&answer), (json!(want.0), json!(want.1), json!(want.2)), "{answer}");
    public(&appliance);
    // There by the appliance; the answer may not go straight.
    let answer = asked("internet", &web);
    assert!(passes_by(&answer, &appliance), "{answer}");
    let want = ("return", gateway.as_str(), "INGRESS_RTB_TRAFFIC_REDIRECTION");
    assert_eq!(blocked(&answer), (json!(want.0), json!(want.1), json!(want.2)), "{answer}");
    let back = table(&ec2, &network);
    ec2.call("CreateRoute", &by(&back, "0.0.0.0/0")).ok();
    ec2.call("AssociateRouteTable", &json!({ "RouteTableId": back, "SubnetId": inner })).ok();
    for (from, to) in [("internet", web.as_str()), (&web, "internet")] {
        let answer = asked(from, to);
        assert_eq!(answer["allowed"], true, "{answer}");
        assert!(passes_by(&answer, &appliance), "{answer}");
    }
}
