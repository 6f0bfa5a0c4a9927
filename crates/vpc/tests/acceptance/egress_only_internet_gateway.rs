use crate::{golden, nowhere, refuses, start, vpc};
use serde_json::{Value, json};

#[test]
fn the_life_of_an_egress_only_internet_gateway() {
    let (_server, ec2) = start();
    let mut golden = golden("egress-only-internet-gateway");
    let network = vpc(&ec2, "10.0.0.0/16");
    let tags = json!([{ "ResourceType": "egress-only-internet-gateway", "Tag": [{ "Key": "Name", "Value": "one" }] }]);
    let create = json!({ "VpcId": network, "TagSpecification": tags, "ClientToken": "t" });
    let name = "CreateEgressOnlyInternetGateway";
    let created = golden.note(name, ec2.call(name, &create)).ok();
    let path = "egressOnlyInternetGateway.egressOnlyInternetGatewayId";
    let id = created.text(path);
    assert_eq!(ec2.call(name, &create).ok().text(path), id);
    let both = json!({ "EgressOnlyInternetGatewayId": [id, nowhere("eigw")] });
    let name = "DescribeEgressOnlyInternetGateways";
    golden.note("without what is not there", ec2.call(name, &both)).ok();
    let table =
        ec2.call("CreateRouteTable", &json!({ "VpcId": network })).ok().text("routeTable.routeTableId");
    let route = json!({
        "RouteTableId": table, "DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": id
    });
    ec2.call("CreateRoute", &route).ok();
    let of_table = json!({ "RouteTableId": [table] });
    golden.note("the way to it", ec2.call("DescribeRouteTables", &of_table)).ok();
    let dependent = format!("The vpc '{network}' has dependencies and cannot be deleted.");
    refuses(&ec2, &[("DeleteVpc", json!({ "VpcId": network }), "DependencyViolation", &dependent)]);
    let delete = json!({ "EgressOnlyInternetGatewayId": id });
    golden.note("Delete", ec2.call("DeleteEgressOnlyInternetGateway", &delete)).ok();
    golden.note("the way to nowhere", ec2.call("DescribeRouteTables", &of_table)).ok();
    golden.check();
}

#[test]
fn filters_and_pages_of_egress_only_internet_gateways() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    for n in 0..7 {
        let tags = json!([{ "ResourceType": "egress-only-internet-gateway", "Tag": [{ "Key": "n", "Value": n.to_string() }] }]);
        let create = json!({ "VpcId": network, "TagSpecification": tags });
        ec2.call("CreateEgressOnlyInternetGateway", &create).ok();
    }
    let describe = |parameters: &Value| ec2.call("DescribeEgressOnlyInternetGateways", parameters).ok();
    let path = "egressOnlyInternetGatewaySet.item.egressOnlyInternetGatewayId";
    let first = describe(&json!({ "MaxResults": 5 }));
    let second = describe(&json!({ "MaxResults": 5, "NextToken": first.text("nextToken") }));
    assert_eq!((first.texts(path).len(), second.texts(path).len()), (5, 2));
    let tagged = describe(&json!({ "Filter": [{ "Name": "tag:n", "Value": ["3"] }] }));
    assert_eq!(tagged.texts(path).len(), 1);
    let name = "DescribeEgressOnlyInternetGateways";
    refuses(
        &ec2,
        &[
            (
                name,
                json!({ "MaxResults": 256 }),
                "InvalidParameterValue",
                "Value ( 256 ) for parameter maxResults is invalid. Expecting a value less than or equal to 255",
            ),
            (
                name,
                json!({ "Filter": [{ "Name": "vpc-id", "Value": ["x"] }] }),
                "InvalidParameterValue",
                "The filter 'vpc-id' is invalid",
            ),
            (
                "DeleteEgressOnlyInternetGateway",
                json!({ "EgressOnlyInternetGatewayId": nowhere("eigw") }),
                "InvalidGatewayID.NotFound",
                "The eigw ID 'eigw-00000000000000000' does not exist",
            ),
            (
                "CreateEgressOnlyInternetGateway",
                json!({ "VpcId": nowhere("vpc") }),
                "InvalidVpcID.NotFound",
                "The vpc ID 'vpc-00000000000000000' does not exist",
            ),
        ],
    );
}
