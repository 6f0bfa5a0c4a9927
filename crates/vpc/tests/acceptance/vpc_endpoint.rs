use crate::{advance, found, golden, nowhere, refuses, start, subnet, vpc};
use serde_json::{Value, json};
use testkit::ec2::{pages, start_real, with};
use testkit::{Client, Options, Server};

const S3: &str = "com.amazonaws.us-east-1.s3";
const EC2: &str = "com.amazonaws.us-east-1.ec2";

#[track_caller]
fn create(ec2: &Client, parameters: &Value) -> String {
    ec2.call("CreateVpcEndpoint", parameters).ok().text("vpcEndpoint.vpcEndpointId")
}

/// What a Describe of one endpoint says at `path`.
#[track_caller]
fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let path = format!("vpcEndpointSet.item.{path}");
    ec2.call("DescribeVpcEndpoints", &json!({ "VpcEndpointId": [id] })).ok().texts(&path)
}

/// A VPC in which private names can be had.
#[track_caller]
fn named_vpc(ec2: &Client, block: &str) -> String {
    let id = vpc(ec2, block);
    let wish = json!({ "VpcId": id, "EnableDnsHostnames": { "Value": true } });
    ec2.call("ModifyVpcAttribute", &wish).ok();
    id
}

#[track_caller]
fn subnet_in(ec2: &Client, vpc: &str, block: &str, zone: &str) -> String {
    let wish = json!({ "VpcId": vpc, "CidrBlock": block, "AvailabilityZone": zone });
    ec2.call("CreateSubnet", &wish).ok().text("subnet.subnetId")
}

#[track_caller]
fn table(ec2: &Client, vpc: &str) -> String {
    ec2.call("CreateRouteTable", &json!({ "VpcId": vpc })).ok().text("routeTable.routeTableId")
}

#[track_caller]
fn group(ec2: &Client, vpc: &str, name: &str) -> String {
    let wish = json!({ "GroupName": name, "GroupDescription": "g", "VpcId": vpc });
    ec2.call("CreateSecurityGroup", &wish).ok().text("groupId")
}

#[track_caller]
fn delete(ec2: &Client, id: &str) -> Vec<String> {
    let deleted = ec2.call("DeleteVpcEndpoints", &json!({ "VpcEndpointId": [id] })).ok();
    deleted.texts("unsuccessful.item.error.code")
}

/// Destinations by prefix list and gateways of a table's routes.
#[track_caller]
fn gateway_routes(ec2: &Client, table: &str) -> (Vec<String>, Vec<String>) {
    let found = ec2.call("DescribeRouteTables", &json!({ "RouteTableId": [table] })).ok();
    let of = |path: &str| found.texts(&format!("routeTableSet.item.routeSet.item.{path}"));
    (of("destinationPrefixListId"), of("gatewayId"))
}

#[test]
fn the_life_of_a_gateway_endpoint() {
    let (_server, ec2) = start();
    let mut golden = golden("vpc-endpoint-gateway");
    let network = vpc(&ec2, "10.0.0.0/16");
    let (one, two) = (table(&ec2, &network), table(&ec2, &network));
    let wish = json!({ "VpcId": network, "ServiceName": S3, "RouteTableId": [one] });
    let created = golden.note("CreateVpcEndpoint", ec2.call("CreateVpcEndpoint", &wish)).ok();
    let id = created.text("vpcEndpoint.vpcEndpointId");
    golden.note("its route", ec2.call("DescribeRouteTables", &json!({ "RouteTableId": [one] }))).ok();
    let change = json!({ "VpcEndpointId": id, "AddRouteTableId": [two], "RemoveRouteTableId": [one] });
    golden.note("ModifyVpcEndpoint", ec2.call("ModifyVpcEndpoint", &change)).ok();
    assert_eq!(gateway_routes(&ec2, &one), (vec![], vec!["local".to_owned()]));
    assert_eq!(gateway_routes(&ec2, &two).0, ["pl-63a5400a"]);
    let own = json!({ "VpcEndpointId": [id] });
    golden.note("DescribeVpcEndpoints", ec2.call("DescribeVpcEndpoints", &own)).ok();
    let sentence = format!("cannot remove VPC endpoint route pl-63a5400a in route table {two}");
    let route = json!({ "RouteTableId": two, "DestinationPrefixListId": "pl-63a5400a" });
    let other = with(&route, &json!({ "GatewayId": "local" }));
    refuses(
        &ec2,
        &[
            ("DeleteRoute", route, "InvalidParameterValue", &sentence),
            ("ReplaceRoute", other, "InvalidParameterValue", &sentence),
        ],
    );
    golden.note("DeleteVpcEndpoints", ec2.call("DeleteVpcEndpoints", &own)).ok();
    assert_eq!(gateway_routes(&ec2, &two), (vec![], vec!["local".to_owned()]));
    let sentence = format!("The Vpc Endpoint Id '{id}' does not exist");
    refuses(&ec2, &[("DescribeVpcEndpoints", own, "InvalidVpcEndpointId.NotFound", &sentence)]);
    ec2.call("DeleteRouteTable", &json!({ "RouteTableId": one })).ok();
    golden.check();
}

#[test]
fn the_life_of_an_interface_endpoint() {
    let (_server, ec2) = start();
    let mut golden = golden("vpc-endpoint-interface");
    let network = named_vpc(&ec2, "10.0.0.0/16");
    let one = subnet_in(&ec2, &network, "10.0.1.0/24", "us-east-1a");
    let two = subnet_in(&ec2, &network, "10.0.2.0/24", "us-east-1b");
    let wish = json!({
        "VpcId": network, "ServiceName": EC2, "VpcEndpointType": "Interface", "SubnetId": [one],
        "SubnetConfiguration": [{ "SubnetId": one, "Ipv4": "10.0.1.77" }],
    });
    let created = golden.note("CreateVpcEndpoint", ec2.call("CreateVpcEndpoint", &wish)).ok();
    let id = created.text("vpcEndpoint.vpcEndpointId");
    golden
        .note("DescribeVpcEndpoints", ec2.call("DescribeVpcEndpoints", &json!({ "VpcEndpointId": [id] })))
        .ok();
    golden.note("its interface", ec2.call("DescribeNetworkInterfaces", &json!({}))).ok();
    let closed = group(&ec2, &network, "closed");
    let default = said(&ec2, &id, "groupSet.item.groupId");
    let change = json!({
        "VpcEndpointId": id, "AddSubnetId": [two], "AddSecurityGroupId": [closed], "RemoveSecurityGroupId": default,
    });
    ec2.call("ModifyVpcEndpoint", &change).ok();
    golden.note("modified", ec2.call("DescribeVpcEndpoints", &json!({ "VpcEndpointId": [id] }))).ok();
    let cards = found(
        &ec2,
        "DescribeNetworkInterfaces",
        ("group-id", &closed),
        "networkInterfaceSet.item.description",
    );
    assert_eq!(cards, [format!("VPC Endpoint Interface {id}"), format!("VPC Endpoint Interface {id}")]);
    for (operation, parameters, sentence) in [
        (
            "DeleteSubnet",
            json!({ "SubnetId": two }),
            format!("The subnet '{two}' has dependencies and cannot be deleted."),
        ),
        (
            "DeleteSecurityGroup",
            json!({ "GroupId": closed }),
            format!("resource {closed} has a dependent object"),
        ),
    ] {
        refuses(&ec2, &[(operation, parameters, "DependencyViolation", &sentence)]);
    }
    ec2.call("ModifyVpcEndpoint", &json!({ "VpcEndpointId": id, "RemoveSubnetId": [two] })).ok();
    ec2.call("DeleteSubnet", &json!({ "SubnetId": two })).ok();
    ec2.call("ModifyVpcEndpoint", &json!({ "VpcEndpointId": id, "PrivateDnsEnabled": false })).ok();
    let names = said(&ec2, &id, "dnsEntrySet.item.dnsName");
    assert_eq!(names.len(), 2);
    assert!(
        names.iter().all(|name| name.starts_with(&id) && name.ends_with(".ec2.us-east-1.vpce.amazonaws.com"))
    );
    assert_eq!(delete(&ec2, &id), [""; 0]);
    assert_eq!(
        ec2.call("DescribeNetworkInterfaces", &json!({}))
            .ok()
            .texts("networkInterfaceSet.item.networkInterfaceId"),
        [""; 0]
    );
    golden.check();
}

#[test]
fn policies_are_kept_and_reset() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let id = create(&ec2, &json!({ "VpcId": network, "ServiceName": S3 }));
    let everything = said(&ec2, &id, "policyDocument");
    let own = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}";
    ec2.call("ModifyVpcEndpoint", &json!({ "VpcEndpointId": id, "PolicyDocument": own })).ok();
    assert_eq!(said(&ec2, &id, "policyDocument"), [own]);
    ec2.call("ModifyVpcEndpoint", &json!({ "VpcEndpointId": id, "ResetPolicy": true })).ok();
    assert_eq!(said(&ec2, &id, "policyDocument"), everything);
    let both = json!({ "VpcEndpointId": id, "PolicyDocument": own, "ResetPolicy": true });
    let sentence = "The parameter PolicyDocument cannot be used with the parameter ResetPolicy";
    let bad = json!({ "VpcEndpointId": id, "PolicyDocument": "no policy" });
    let syntax = "The Policy Document is not valid. Syntax error at position (1,1)";
    let long = json!({ "VpcEndpointId": id, "PolicyDocument": " ".repeat(20_481) });
    let size =
        "The Policy Document is not valid. The document is too large. Maximum size is 20480 characters.";
    refuses(
        &ec2,
        &[
            ("ModifyVpcEndpoint", both, "InvalidParameterCombination", sentence),
            ("ModifyVpcEndpoint", bad, "InvalidPolicyDocument", syntax),
            ("ModifyVpcEndpoint", long, "InvalidPolicyDocument", size),
        ],
    );
}

/// At AWS's pace the states can be seen.
#[test]
fn an_interface_endpoint_is_pending_then_available_then_deleting() {
    let (server, ec2) = start_real();
    let network = named_vpc(&ec2, "10.0.0.0/16");
    let one = subnet_in(&ec2, &network, "10.0.1.0/24", "us-east-1a");
    let two = subnet_in(&ec2, &network, "10.0.2.0/24", "us-east-1b");
    let wish =
        json!({ "VpcId": network, "ServiceName": EC2, "VpcEndpointType": "Interface", "SubnetId": [one] });
    let id = create(&ec2, &wish);
    assert_eq!(said(&ec2, &id, "state"), ["pending"]);
    assert_eq!(said(&ec2, &id, "networkInterfaceIdSet.item").len(), 1);
    advance(&server, "61s");
    assert_eq!(said(&ec2, &id, "state"), ["available"]);
    ec2.call("ModifyVpcEndpoint", &json!({ "VpcEndpointId": id, "AddSubnetId": [two] })).ok();
    assert_eq!(said(&ec2, &id, "state"), ["pending"]);
    advance(&server, "61s");
    assert_eq!(said(&ec2, &id, "state"), ["available"]);
    delete(&ec2, &id);
    assert_eq!(said(&ec2, &id, "state"), ["deleting"]);
    assert_eq!(delete(&ec2, &id), [""; 0]);
    let sentence = format!("The request cannot be completed while {id} is in the current state (deleting).");
    let change = json!({ "VpcEndpointId": id, "PrivateDnsEnabled": false });
    refuses(&ec2, &[("ModifyVpcEndpoint", change, "IncorrectState", &sentence)]);
    let kept = format!("The vpc '{network}' has dependencies and cannot be deleted.");
    refuses(&ec2, &[("DeleteVpc", json!({ "VpcId": network }), "DependencyViolation", &kept)]);
    advance(&server, "61s");
    for subnet in [one, two] {
        ec2.call("DeleteSubnet", &json!({ "SubnetId": subnet })).ok();
    }
    ec2.call("DeleteVpc", &json!({ "VpcId": network })).ok();
}

#[test]
fn a_vpc_stays_while_it_has_endpoints() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let table = table(&ec2, &network);
    let id = create(&ec2, &json!({ "VpcId": network, "ServiceName": S3, "RouteTableId": [table] }));
    // A table goes with its routes, and the endpoint has it no longer.
    ec2.call("DeleteRouteTable", &json!({ "RouteTableId": table })).ok();
    assert_eq!(said(&ec2, &id, "routeTableIdSet.item"), [""; 0]);
    let sentence = format!("The vpc '{network}' has dependencies and cannot be deleted.");
    refuses(&ec2, &[("DeleteVpc", json!({ "VpcId": network }), "DependencyViolation", &sentence)]);
    delete(&ec2, &id);
    ec2.call("DeleteVpc", &json!({ "VpcId": network })).ok();
}

#[test]
fn every_filter_finds_one_endpoint_and_not_the_other() {
    let (server, ec2) = start();
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), named_vpc(&ec2, "10.1.0.0/16"));
    let tags = json!([{ "ResourceType": "vpc-endpoint", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let id = create(&ec2, &json!({ "VpcId": one, "ServiceName": S3, "TagSpecification": tags }));
    create(&ec2, &json!({ "VpcId": two, "ServiceName": EC2, "VpcEndpointType": "Interface" }));
    let path = "vpcEndpointSet.item.vpcEndpointId";
    for (name, value) in [
        ("service-name", S3),
        ("vpc-id", one.as_str()),
        ("vpc-endpoint-id", id.as_str()),
        ("vpc-endpoint-type", "Gateway"),
        ("tag:team", "red"),
        ("tag-key", "team"),
    ] {
        assert_eq!(found(&ec2, "DescribeVpcEndpoints", (name, value), path), [id.as_str()], "{name}");
    }
    for (name, value, other) in [
        ("vpc-endpoint-state", "available", "pending"),
        ("ip-address-type", "ipv4", "ipv6"),
        ("service-region", "us-east-1", "eu-west-1"),
    ] {
        let count = |value| found(&ec2, "DescribeVpcEndpoints", (name, value), path).len();
        assert_eq!((count(value), count(other)), (2, 0), "{name}");
    }
    for _ in 0..5 {
        create(&ec2, &json!({ "VpcId": one, "ServiceName": "com.amazonaws.us-east-1.dynamodb" }));
    }
    let (ids, count) = pages(&ec2, "DescribeVpcEndpoints", &json!({ "MaxResults": 5 }), path);
    assert_eq!((ids.len(), count), (7, 2));
    assert!(ids.is_sorted());
    let sentence = format!("The Vpc Endpoint Id '{id}' does not exist");
    let west = server.client("ec2").region("eu-west-1");
    let own = json!({ "VpcEndpointId": [id] });
    refuses(&west, &[("DescribeVpcEndpoints", own.clone(), "InvalidVpcEndpointId.NotFound", &sentence)]);
    let associations = ec2.call("DescribeVpcEndpointAssociations", &own).ok();
    assert_eq!(associations.texts("vpcEndpointAssociationSet.item.id"), [""; 0]);
    refuses(&west, &[("DescribeVpcEndpointAssociations", own, "InvalidVpcEndpointId.NotFound", &sentence)]);
}

#[test]
fn private_names_are_had_once() {
    let (_server, ec2) = start();
    let (bare, network) = (vpc(&ec2, "10.1.0.0/16"), named_vpc(&ec2, "10.0.0.0/16"));
    let wish = |vpc: &str, service: &str, more: Value| {
        with(&json!({ "VpcId": vpc, "ServiceName": service, "VpcEndpointType": "Interface" }), &more)
    };
    let private = json!({ "PrivateDnsEnabled": true });
    let inbound = |only: bool| json!({ "PrivateDnsEnabled": true, "DnsOptions": { "PrivateDnsOnlyForInboundResolverEndpoint": only } });
    create(&ec2, &wish(&network, EC2, json!({})));
    let create_ = "CreateVpcEndpoint";
    let attributes = format!(
        "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {bare}"
    );
    let conflict = format!(
        "private-dns-enabled cannot be set because there is already a conflicting DNS domain for ec2.us-east-1.amazonaws.com in the VPC {network}"
    );
    let gateway = format!(
        "To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC {network} must have a Gateway endpoint for the service."
    );
    let only_s3 = "PrivateDnsOnlyForInboundResolverEndpoint not supported for this service.";
    let none = "Private DNS can't be enabled because the service com.amazonaws.us-east-1.dynamodb does not provide a private DNS name.";
    refuses(
        &ec2,
        &[
            (create_, wish(&bare, EC2, json!({})), "InvalidParameter", &attributes),
            (create_, wish(&network, EC2, json!({})), "InvalidParameter", &conflict),
            (create_, wish(&network, S3, private.clone()), "InvalidParameter", &gateway),
            (
                create_,
                wish(&network, "com.amazonaws.us-east-1.sts", inbound(true)),
                "InvalidParameter",
                only_s3,
            ),
            (
                create_,
                wish(&network, "com.amazonaws.us-east-1.dynamodb", private.clone()),
                "InvalidParameter",
                none,
            ),
        ],
    );
    create(&ec2, &wish(&bare, EC2, json!({ "PrivateDnsEnabled": false })));
    let plain = create(&ec2, &wish(&network, S3, json!({})));
    assert_eq!(said(&ec2, &plain, "privateDnsEnabled"), ["false"]);
    let names = said(&ec2, &plain, "dnsEntrySet.item.dnsName");
    assert!(names[0].starts_with(&format!("*.{plain}-")), "{names:?}");
    delete(&ec2, &plain);
    create(&ec2, &json!({ "VpcId": network, "ServiceName": S3 }));
    let id = create(&ec2, &wish(&network, S3, private));
    assert_eq!(said(&ec2, &id, "dnsOptions.privateDnsOnlyForInboundResolverEndpoint"), ["true"]);
    ec2.call("ModifyVpcEndpoint", &with(&json!({ "VpcEndpointId": id }), &inbound(false))).ok();
    assert_eq!(said(&ec2, &id, "dnsOptions.privateDnsOnlyForInboundResolverEndpoint"), ["false"]);
    assert!(said(&ec2, &id, "dnsEntrySet.item.dnsName").contains(&"*.s3.us-east-1.amazonaws.com".to_owned()));
}

/// The engine leads to the service by the gateway, and tells by which route and list.
#[test]
fn a_gateway_endpoint_decides_about_packets() {
    let (server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let card = crate::interface(&ec2, &subnet);
    let table = table(&ec2, &network);
    ec2.call("AssociateRouteTable", &json!({ "RouteTableId": table, "SubnetId": subnet })).ok();
    let asked = |protocol: &str| {
        let page = format!("/_angae/net/explain?from={card}&to=52.216.0.1&port=443&protocol={protocol}");
        server.page("GET", &page, &Value::Null)
    };
    assert_eq!(asked("tcp")["allowed"], json!(false));
    let id = create(&ec2, &json!({ "VpcId": network, "ServiceName": S3, "RouteTableId": [table] }));
    let answer = asked("tcp");
    assert_eq!((&answer["allowed"], &answer["arrives_at"]), (&json!(true), &json!(id)), "{answer}");
    assert!(answer.to_string().contains("\"destination\":\"pl-63a5400a\""), "{answer}");
    let blocked = asked("udp");
    assert_eq!(blocked["allowed"], json!(false));
    assert!(blocked.to_string().contains("VPCE_GATEWAY_PROTOCOL_RESTRICTION"), "{blocked}");
    delete(&ec2, &id);
    assert_eq!(asked("tcp")["allowed"], json!(false));
}

#[test]
fn endpoints_outlive_a_crash() {
    let mut server = Server::start_with(Options::default());
    let ec2 = server.client("ec2");
    let network = named_vpc(&ec2, "10.0.0.0/16");
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let wish =
        json!({ "VpcId": network, "ServiceName": EC2, "VpcEndpointType": "Interface", "SubnetId": [subnet] });
    let id = create(&ec2, &wish);
    let names = said(&ec2, &id, "dnsEntrySet.item.dnsName");
    server.kill();
    server.restart();
    let ec2 = server.client("ec2");
    assert_eq!(said(&ec2, &id, "dnsEntrySet.item.dnsName"), names);
    assert_eq!(delete(&ec2, &id), [""; 0]);
    ec2.call("DeleteSubnet", &json!({ "SubnetId": subnet })).ok();
}

#[test]
fn what_endpoints_refuse() {
    let (_server, ec2) = start();
    let (network, other) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let one = subnet_in(&ec2, &network, "10.0.1.0/24", "us-east-1a");
    let two = subnet_in(&ec2, &network, "10.0.2.0/24", "us-east-1a");
    let far = subnet(&ec2, &other, "10.1.1.0/24");
    let (table_, far_table) = (table(&ec2, &network), table(&ec2, &other));
    let group_ = group(&ec2, &network, "g");
    let gateway = |more: Value| with(&json!({ "VpcId": network, "ServiceName": S3 }), &more);
    let interface = |more: Value| {
        let own = json!({ "VpcId": network, "ServiceName": EC2, "VpcEndpointType": "Interface", "PrivateDnsEnabled": false });
        with(&own, &more)
    };
    let token = gateway(json!({ "ClientToken": "t", "RouteTableId": [table_] }));
    let id = create(&ec2, &token);
    assert_eq!(create(&ec2, &token), id);
    let none = nowhere("vpce");
    let missing = &format!("The Vpc Endpoint Id '{none}' does not exist");
    let create_ = "CreateVpcEndpoint";
    let parameter = "InvalidParameter";
    let exists =
        &format!("route table {table_} already has a route with destination-prefix-list-id pl-63a5400a");
    let same_zone = &format!(
        "Found another VPC endpoint subnet in the availability zone of {two}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service."
    );
    let far_subnet = &format!("The subnet {far} does not belong to the VPC {network}.");
    let far_tables = &format!("The route table {far_table} does not belong to the VPC {network}.");
    let mismatch =
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).";
    let malformed = |word: &str, prefix: &str| {
        format!(
            "Invalid {word} Id: 'x' (expecting '{prefix}-...; the Id may only contain lowercase alphanumeric characters and a single dash')"
        )
    };
    refuses(
        &ec2,
        &[
            (
                create_,
                gateway(json!({ "ServiceName": "com.amazonaws.us-east-1.nothing" })),
                "InvalidServiceName",
                "The Vpc Endpoint Service 'com.amazonaws.us-east-1.nothing' does not exist",
            ),
            (
                create_,
                gateway(json!({ "ServiceName": EC2 })),
                parameter,
                "Endpoint type (Gateway) does not match service type (Interface).",
            ),
            (create_, gateway(json!({ "RouteTableId": [table_] })), "RouteAlreadyExists", exists),
            (create_, gateway(json!({ "RouteTableId": [far_table] })), parameter, far_tables),
            (
                create_,
                gateway(json!({ "RouteTableId": [nowhere("rtb")] })),
                "InvalidRouteTableId.NotFound",
                &format!("The RouteTable Id {} does not exist", nowhere("rtb")),
            ),
            (
                create_,
                gateway(json!({ "RouteTableId": ["x"] })),
                "InvalidRouteTableId.Malformed",
                &malformed("RouteTable", "rtb"),
            ),
            (
                create_,
                gateway(json!({ "SubnetId": [one] })),
                parameter,
                "Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints.",
            ),
            (
                create_,
                gateway(json!({ "SecurityGroupId": [group_] })),
                parameter,
                "Security group IDs are only supported for Interface type VPC Endpoint.",
            ),
            (
                create_,
                gateway(json!({ "PrivateDnsEnabled": true })),
                parameter,
                "Private DNS can only be enabled for Interface type VPC Endpoint.",
            ),
            (
                create_,
                gateway(json!({ "DnsOptions": { "PrivateDnsOnlyForInboundResolverEndpoint": false } })),
                parameter,
                "DnsOptions PrivateDnsOnlyForInboundResolverEndpoint is applicable only to Interface VPC Endpoints.",
            ),
            (
                create_,
                gateway(json!({ "VpcId": nowhere("vpc") })),
                "InvalidVpcId.NotFound",
                &format!("The Vpc Id {} does not exist", nowhere("vpc")),
            ),
            (create_, gateway(json!({ "VpcId": "x" })), "InvalidVpcId.Malformed", &malformed("Vpc", "vpc")),
            (create_, gateway(json!({ "ClientToken": "t" })), "IdempotentParameterMismatch", mismatch),
            (
                create_,
                json!({ "VpcId": network }),
                "MissingParameter",
                "The request must contain the parameter ServiceName",
            ),
            (
                create_,
                interface(json!({ "RouteTableId": [table_] })),
                parameter,
                "Route table IDs are only supported for Gateway type VPC Endpoint.",
            ),
            (create_, interface(json!({ "SubnetId": [one, two] })), "DuplicateSubnetsInSameZone", same_zone),
            (create_, interface(json!({ "SubnetId": [far] })), parameter, far_subnet),
            (
                create_,
                interface(json!({ "SubnetId": [nowhere("subnet")] })),
                "InvalidSubnetId.NotFound",
                &format!("The Subnet Id {} does not exist", nowhere("subnet")),
            ),
            (
                create_,
                interface(json!({ "SubnetId": ["x"] })),
                "InvalidSubnetId.Malformed",
                &malformed("Subnet", "subnet"),
            ),
            (
                create_,
                interface(json!({ "SecurityGroupId": [nowhere("sg")] })),
                "InvalidGroup.NotFound",
                &format!("The security group '{}' does not exist", nowhere("sg")),
            ),
            (
                create_,
                interface(json!({ "IpAddressType": "dualstack" })),
                parameter,
                "The IP address type (dualstack) is not supported by the VPC endpoint service.",
            ),
            (
                create_,
                interface(json!({ "DnsOptions": { "DnsRecordIpType": "ipv6" } })),
                parameter,
                "The DNS record IP type (ipv6) is not supported for an endpoint of IP address type ipv4.",
            ),
            (
                create_,
                interface(json!({ "SubnetConfiguration": [{ "SubnetId": one, "Ipv4": "10.0.2.4" }] })),
                "InvalidParameterValue",
                "Address does not fall within the subnet's address range",
            ),
            (
                create_,
                gateway(json!({ "VpcEndpointType": "Resource" })),
                parameter,
                "VPC endpoints of type Resource are not built yet",
            ),
            ("ModifyVpcEndpoint", json!({ "VpcEndpointId": none }), "InvalidVpcEndpointId.NotFound", missing),
            (
                "ModifyVpcEndpoint",
                json!({ "VpcEndpointId": "x" }),
                "InvalidVpcEndpointId.Malformed",
                &malformed("VpcEndpoint", "vpce"),
            ),
            (
                "ModifyVpcEndpoint",
                json!({ "VpcEndpointId": id, "AddRouteTableId": [table_] }),
                parameter,
                exists,
            ),
            (
                "ModifyVpcEndpoint",
                json!({ "VpcEndpointId": id, "RemoveRouteTableId": [far_table] }),
                "InvalidRouteTableId.NotFound",
                &format!("The RouteTable Id {far_table} does not exist"),
            ),
            (
                "ModifyVpcEndpoint",
                json!({ "VpcEndpointId": id, "AddSubnetId": [one] }),
                parameter,
                "Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints.",
            ),
            (
                "DescribeVpcEndpoints",
                json!({ "VpcEndpointId": [none] }),
                "InvalidVpcEndpointId.NotFound",
                missing,
            ),
            (
                "DescribeVpcEndpoints",
                json!({ "Filter": [{ "Name": "colour", "Value": ["x"] }] }),
                "InvalidFilter",
                "The filter 'colour' is invalid",
            ),
            (
                "CreateRoute",
                json!({ "RouteTableId": table_, "DestinationCidrBlock": "0.0.0.0/0", "VpcEndpointId": id }),
                "RouteNotSupported",
                &format!(
                    "Route table contains unsupported route target: {id}. VPC Endpoints of this type cannot be used as route targets."
                ),
            ),
            (
                "CreateRoute",
                json!({ "RouteTableId": table_, "DestinationCidrBlock": "0.0.0.0/0", "VpcEndpointId": none }),
                "InvalidVpcEndpointId.NotFound",
                missing,
            ),
        ],
    );
    let made = create(&ec2, &interface(json!({ "SubnetId": [one] })));
    let last = said(&ec2, &made, "groupSet.item.groupId");
    let sentence = "VPC endpoints of type Interface must have at least one security group.";
    let change = json!({ "VpcEndpointId": made, "RemoveSecurityGroupId": last });
    refuses(&ec2, &[("ModifyVpcEndpoint", change, parameter, sentence)]);
    let both = ec2.call("DeleteVpcEndpoints", &json!({ "VpcEndpointId": [none, made] })).ok();
    assert_eq!(both.texts("unsuccessful.item.resourceId"), [none.as_str()]);
    assert_eq!(both.texts("unsuccessful.item.error.code"), ["InvalidVpcEndpoint.NotFound"]);
    assert_eq!(both.texts("unsuccessful.item.error.message"), [missing.as_str()]);
    let dry = ec2.call(create_, &gateway(json!({ "DryRun": true }))).refusal();
    assert_eq!(dry.code, "DryRunOperation");
    for _ in 1..20 {
        create(&ec2, &gateway(json!({})));
    }
    let limit = "The maximum number of VPC endpoints has been reached.";
    refuses(&ec2, &[(create_, gateway(json!({})), "VpcEndpointLimitExceeded", limit)]);
}
