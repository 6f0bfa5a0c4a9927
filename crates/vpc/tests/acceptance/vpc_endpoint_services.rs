use crate::{found, refuses, start};
use serde_json::{Value, json};
use testkit::ec2::pages;

const S3: &str = "com.amazonaws.us-east-1.s3";
const EC2: &str = "com.amazonaws.us-east-1.ec2";

#[test]
fn services_of_aws_are_found_by_every_filter() {
    let (server, ec2) = start();
    let details = |wish: Value, path: &str| {
        let found = ec2.call("DescribeVpcEndpointServices", &wish).ok();
        found.texts(&format!("serviceDetailSet.item.{path}"))
    };
    let named = json!({ "ServiceName": [S3] });
    assert_eq!(details(named.clone(), "serviceType.item.serviceType"), ["Gateway", "Interface"]);
    assert_eq!(details(named.clone(), "owner"), ["amazon", "amazon"]);
    let zones = details(json!({ "ServiceName": [EC2] }), "availabilityZoneSet.item");
    assert_eq!((zones.len(), zones[0].as_str()), (6, "us-east-1a"));
    assert_eq!(details(json!({ "ServiceName": [EC2] }), "privateDnsName"), ["ec2.us-east-1.amazonaws.com"]);
    assert_eq!(
        details(json!({ "ServiceName": [EC2] }), "baseEndpointDnsNameSet.item"),
        ["ec2.us-east-1.vpce.amazonaws.com"]
    );
    let found_ = |name: &str, value: &str| {
        found(&ec2, "DescribeVpcEndpointServices", (name, value), "serviceDetailSet.item.serviceName")
    };
    let gateways = ["dynamodb", "s3", "s3express"].map(|name| format!("com.amazonaws.us-east-1.{name}"));
    assert_eq!(found_("service-type", "Gateway"), gateways);
    assert_eq!(
        found_("service-name", "*.ecr.???"),
        ["com.amazonaws.us-east-1.ecr.api", "com.amazonaws.us-east-1.ecr.dkr"]
    );
    let all = found_("owner", "amazon");
    assert!(all.len() > 200);
    assert_eq!(
        (found_("service-region", "us-east-1").len(), found_("service-region", "eu-west-1").len()),
        (all.len(), 0)
    );
    assert_eq!(
        (
            found_("supported-ip-address-types", "ipv4").len(),
            found_("supported-ip-address-types", "ipv6").len()
        ),
        (all.len(), 0)
    );
    assert_eq!((found_("owner", "000000000000").len(), found_("tag-key", "x").len()), (0, 0));
    let wish = json!({ "MaxResults": 100 });
    let (names, count) =
        pages(&ec2, "DescribeVpcEndpointServices", &wish, "serviceDetailSet.item.serviceName");
    assert_eq!((names, count), (all.clone(), all.len().div_ceil(100)));
    let west = server.client("ec2").region("eu-west-1");
    let sentence = format!("The Vpc Endpoint Service '{S3}' does not exist");
    refuses(&west, &[("DescribeVpcEndpointServices", named, "InvalidServiceName", &sentence)]);
    let filter = json!({ "Filter": [{ "Name": "vpc-id", "Value": ["x"] }] });
    refuses(
        &ec2,
        &[("DescribeVpcEndpointServices", filter, "InvalidFilter", "The filter 'vpc-id' is invalid")],
    );
}
