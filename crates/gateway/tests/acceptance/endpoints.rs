//! VPC endpoints and their services, where policies are enforced: what decisions know of them.

use crate::enforce::{allow, denied, root, server, user};
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

/// A document of statements about everybody.
fn endpoint_policy(statements: &[Value]) -> Value {
    let of_all = statements.iter().cloned().map(|mut statement| {
        statement["Principal"] = json!("*");
        statement
    });
    json!({ "Version": "2012-10-17", "Statement": of_all.collect::<Vec<_>>() })
}

/// An interface endpoint to a service of AWS: its id, and the first of its names.
fn endpoint(server: &Server, service: &str, policy: &Value) -> (String, String) {
    let ec2 = root(server, "ec2");
    let subnets = ec2.call("DescribeSubnets", &json!({})).ok();
    let first = |path: &str| subnets.texts(path).swap_remove(0);
    let wish = json!({
        "VpcId": first("subnetSet.item.vpcId"), "SubnetId": [first("subnetSet.item.subnetId")],
        "VpcEndpointType": "Interface", "ServiceName": format!("com.amazonaws.us-east-1.{service}"),
        "PolicyDocument": policy.to_string(), "PrivateDnsEnabled": false,
    });
    let made = ec2.call("CreateVpcEndpoint", &wish).ok();
    let name = made.texts("vpcEndpoint.dnsEntrySet.item.dnsName").swap_remove(0);
    (made.text("vpcEndpoint.vpcEndpointId"), name)
}

/// PrivateLink guide, "Control access to VPC endpoints using endpoint policies"; the sentences as recorded.
#[test]
fn through_an_endpoint_passes_what_its_policy_allows() {
    let server = server("enforce");
    let policy = endpoint_policy(&[
        json!({ "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*" }),
        json!({ "Effect": "Deny", "Action": "ec2:DescribeSubnets", "Resource": "*" }),
    ]);
    let (id, name) = endpoint(&server, "ec2", &policy);
    assert!(name.starts_with(&format!("{id}-")), "{name}");
    let vpc = json!({ "CidrBlock": "10.0.0.0/16" });
    let nothing = json!({});
    // The endpoint binds root too.
    let anna = user(&server, "anna", &allow("ec2:*", "*"));
    for (client, caller) in [(anna("ec2"), "user/anna"), (root(&server, "ec2"), "root")] {
        let passing = client.host(&name);
        passing.call("DescribeVpcs", &nothing).ok();
        let caller = format!("arn:aws:iam::000000000000:{caller}");
        for (operation, wish, resource, reason) in [
            ("CreateVpc", &vpc, "vpc/*", "because no VPC endpoint policy allows the ec2:CreateVpc action"),
            ("DescribeSubnets", &nothing, "", "with an explicit deny in a VPC endpoint policy"),
        ] {
            let resource = if resource.is_empty() { "*".to_owned() } else { format!("{PREFIX}:{resource}") };
            let sentence = format!(
                "You are not authorized to perform this operation. User: {caller} is not authorized to perform: \
                 ec2:{operation} on resource: {resource} {reason}. Encoded authorization failure message: "
            );
            let told = denied(&passing.call(operation, wish), 403, "UnauthorizedOperation");
            assert!(told.starts_with(&sentence), "{told}");
        }
    }
    // Beside it nothing is bound.
    anna("ec2").call("CreateVpc", &vpc).ok();
    anna("ec2").call("DescribeSubnets", &nothing).ok();
    // What the endpoint lets pass others may still deny.
    let bob = user(&server, "bob", &allow("s3:*", "*"));
    let told = denied(&bob("ec2").host(&name).call("DescribeVpcs", &nothing), 403, "UnauthorizedOperation");
    assert!(told.contains("because no identity-based policy allows the ec2:DescribeVpcs action"), "{told}");
}

/// Amazon S3 User Guide, "Controlling access from VPC endpoints with bucket policies"; IAM User Guide, `aws:SourceIp`.
#[test]
fn a_bucket_is_reached_through_its_endpoint_alone() {
    let server = server("enforce");
    let all = endpoint_policy(&[json!({ "Effect": "Allow", "Action": "*", "Resource": "*" })]);
    let (id, starred) = endpoint(&server, "s3", &all);
    let (other, elsewhere) = endpoint(&server, "s3", &all);
    assert_ne!(id, other);
    let s3 = root(&server, "s3");
    s3.request("PUT", "/photos").send().ok();
    s3.request("PUT", "/photos/cat").body("miaow").send().ok();
    let policy = endpoint_policy(&[json!({
        "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*",
        "Condition": { "StringNotEquals": { "aws:SourceVpce": id } },
    })]);
    s3.request("PUT", "/photos?policy").body(policy.to_string()).send().ok();
    let anna = user(&server, "anna", &allow("s3:*", "*"));
    let through = |name: &str, before: &str| anna("s3").host(&name.replacen('*', before, 1));
    assert_eq!(through(&starred, "bucket").request("GET", "/photos/cat").send().ok().body, &b"miaow"[..]);
    assert_eq!(through(&starred, "photos.bucket").request("GET", "/cat").send().ok().body, &b"miaow"[..]);
    for outside in [anna("s3"), through(&elsewhere, "bucket")] {
        denied(&outside.request("GET", "/photos/cat").send(), 403, "AccessDenied");
    }
    // The address is another key there.
    for (name, key, inside, outside) in
        [("by-address", "aws:SourceIp", false, true), ("by-vpc-address", "aws:VpcSourceIp", true, false)]
    {
        let own = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*",
                "Condition": { "IpAddress": { key: "127.0.0.0/8" } },
            }],
        });
        let own = user(&server, name, &own);
        for (client, passes) in
            [(own("s3").host(&starred.replacen('*', "bucket", 1)), inside), (own("s3"), outside)]
        {
            let answer = client.request("GET", "/photos").send();
            assert_eq!(answer.status, if passes { 200 } else { 403 }, "{name}");
        }
    }
}
