//! VPC endpoints and their services, where policies are enforced: what decisions know of them.

use crate::enforce::{denied, root, server, user};
use serde_json::{Value, json};
use testkit::Server;

const PREFIX: &str = "arn:aws:ec2:us-east-1:000000000000";

/// Allows endpoints in every network, and those that meet a condition.
fn endpoints(condition: &Value) -> Value {
    let places: Vec<String> = ["vpc/*", "security-group/*", "subnet/*", "route-table/*"]
        .map(|kind| format!("{PREFIX}:{kind}"))
        .to_vec();
    json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": "ec2:CreateVpcEndpoint", "Resource": places },
            {
                "Effect": "Allow", "Action": ["ec2:CreateVpcEndpoint", "ec2:DeleteVpcEndpoints"],
                "Resource": format!("{PREFIX}:vpc-endpoint/*"), "Condition": condition,
            },
        ],
    })
}

/// A service of the account's own: its name, and a subnet that it is in, with its VPC.
fn service(server: &Server) -> (String, String, String) {
    let ec2 = root(server, "ec2");
    let subnets = ec2.call("DescribeSubnets", &json!({})).ok();
    let (subnet, vpc) = (
        subnets.texts("subnetSet.item.subnetId").swap_remove(0),
        subnets.texts("subnetSet.item.vpcId").swap_remove(0),
    );
    let wish = json!({ "Name": "net", "Type": "network", "Scheme": "internal", "Subnets": [subnet] });
    let made = root(server, "elbv2").call("CreateLoadBalancer", &wish).ok();
    let balancer = made.text("CreateLoadBalancerResult.LoadBalancers.member.LoadBalancerArn");
    let made = ec2
        .call("CreateVpcEndpointServiceConfiguration", &json!({ "NetworkLoadBalancerArn": [balancer] }))
        .ok();
    (made.text("serviceConfiguration.serviceName"), subnet, vpc)
}

/// PrivateLink guide, "Control VPC endpoints creation based on the service owner" and "Control the service names that can be
/// specified for VPC endpoint services".
#[test]
fn an_endpoint_is_made_to_whose_service_a_policy_allows() {
    let server = server("enforce");
    let (own, subnet, vpc) = service(&server);
    let s3 = "com.amazonaws.us-east-1.s3";
    let gateway = |name: &str| json!({ "VpcId": vpc, "ServiceName": name });
    let interface =
        || json!({ "VpcId": vpc, "VpcEndpointType": "Interface", "ServiceName": own, "SubnetId": [subnet] });
    let equals = |key: &str, value: &str| json!({ "StringEquals": { key: value } });
    for (name, condition, to_aws, to_own) in [
        ("amazon", equals("ec2:VpceServiceOwner", "amazon"), true, false),
        ("own", equals("ec2:VpceServiceOwner", "000000000000"), false, true),
        ("nobody", equals("ec2:VpceServiceOwner", "111111111111"), false, false),
        ("by-name", equals("ec2:VpceServiceName", s3), true, false),
        (
            "by-pattern",
            json!({ "StringLike": { "ec2:VpceServiceName": "com.amazonaws.vpce.*" } }),
            false,
            true,
        ),
        ("region", equals("ec2:VpceServiceRegion", "us-east-1"), true, true),
        ("elsewhere", equals("ec2:VpceServiceRegion", "eu-west-1"), false, false),
    ] {
        let anna = user(&server, name, &endpoints(&condition))("ec2");
        for (wish, passes) in [(gateway(s3), to_aws), (interface(), to_own)] {
            let mut dry = wish.clone();
            dry["DryRun"] = json!(true);
            if passes {
                denied(&anna.call("CreateVpcEndpoint", &dry), 412, "DryRunOperation");
            } else {
                let told = denied(&anna.call("CreateVpcEndpoint", &dry), 403, "UnauthorizedOperation");
                let resource = format!(" on resource: {PREFIX}:vpc-endpoint/* because no");
                assert!(told.contains(&resource), "{name}: {told}");
            }
        }
        // Nobody owns a service that is not there.
        let nothing = gateway("com.amazonaws.us-east-1.nothing");
        let refusal = anna.call("CreateVpcEndpoint", &nothing).refusal();
        let want = if name == "region" { "InvalidServiceName" } else { "UnauthorizedOperation" };
        assert_eq!(refusal.code, want, "{name}");
    }
    // What was made tells the same of itself.
    let made = root(&server, "ec2").call("CreateVpcEndpoint", &gateway(s3)).ok();
    let id = made.text("vpcEndpoint.vpcEndpointId");
    for (name, condition, passes) in [
        ("not-it", equals("ec2:VpceServiceName", &own), false),
        ("it", equals("ec2:VpceServiceName", s3), true),
    ] {
        let bob = user(&server, name, &endpoints(&condition))("ec2");
        let answer = bob.call("DeleteVpcEndpoints", &json!({ "VpcEndpointId": [id] }));
        if passes {
            answer.ok();
        } else {
            denied(&answer, 403, "UnauthorizedOperation");
        }
    }
}

/// PrivateLink guide, "Control the private DNS names that can be specified for VPC endpoint services".
#[test]
fn a_private_name_is_given_by_whom_may_give_it() {
    let server = server("enforce");
    let (own, ..) = service(&server);
    let anna = user(
        &server,
        "anna",
        &json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow", "Action": "ec2:ModifyVpcEndpointServiceConfiguration",
                "Resource": format!("{PREFIX}:vpc-endpoint-service/*"),
                "Condition": { "StringLike": { "ec2:VpceServicePrivateDnsName": ["*.example.com"] } },
            }],
        }),
    )("ec2");
    let id = own.rsplit('.').next().unwrap_or_default().to_owned();
    let named = |name: &str| json!({ "ServiceId": id, "PrivateDnsName": name });
    denied(
        &anna.call("ModifyVpcEndpointServiceConfiguration", &named("api.example.net")),
        403,
        "UnauthorizedOperation",
    );
    denied(
        &anna.call("ModifyVpcEndpointServiceConfiguration", &json!({ "ServiceId": id })),
        403,
        "UnauthorizedOperation",
    );
    anna.call("ModifyVpcEndpointServiceConfiguration", &named("api.example.com")).ok();
}
