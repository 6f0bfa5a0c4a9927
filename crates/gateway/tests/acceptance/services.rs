//! Calls that services make: by their caller's credentials, and as themselves.

use crate::enforce::{denied, root, server, user};
use serde_json::{Value, json};

/// Allows everything of the Resolver, and to read objects under a condition.
fn importing(condition: &Value) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": "route53resolver:*", "Resource": "*" },
            { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition },
        ],
    })
}

/// IAM User Guide, "AWS global condition context keys", `aws:CalledVia`, `aws:ViaAWSService`: what a service reads with the
/// credentials of its caller is told from what the caller reads itself.
#[test]
fn what_a_service_does_for_its_caller_is_told_apart() {
    let server = server("enforce");
    let s3 = root(&server, "s3");
    s3.request("PUT", "/lists").send().ok();
    s3.request("PUT", "/lists/bad.txt").body("example.com").send().ok();
    let resolver = "route53resolver.amazonaws.com";
    for (name, condition, directly, by_service) in [
        ("plain", json!({}), true, true),
        ("direct", json!({ "Bool": { "aws:ViaAWSService": "false" } }), true, false),
        ("via", json!({ "Bool": { "aws:ViaAWSService": "true" } }), false, true),
        ("called-via", json!({ "ForAnyValue:StringEquals": { "aws:CalledVia": [resolver] } }), false, true),
        ("first", json!({ "StringEquals": { "aws:CalledViaFirst": resolver } }), false, true),
        (
            "last",
            json!({ "StringEquals": { "aws:CalledViaLast": "cloudformation.amazonaws.com" } }),
            false,
            false,
        ),
    ] {
        let anna = user(&server, name, &importing(&condition));
        let read = anna("s3").request("GET", "/lists/bad.txt").send();
        assert_eq!(read.status, if directly { 200 } else { 403 }, "{name}");
        let list = json!({ "CreatorRequestId": name, "Name": name });
        let list = anna("route53resolver").call("CreateFirewallDomainList", &list).ok();
        let import = json!({
            "FirewallDomainListId": list.text("FirewallDomainList.Id"), "Operation": "REPLACE",
            "DomainFileUrl": "s3://lists/bad.txt",
        });
        let answer = anna("route53resolver").call("ImportFirewallDomains", &import);
        if by_service {
            answer.ok();
        } else {
            denied(&answer, 400, "AccessDeniedException");
        }
    }
}

/// IAM User Guide, "The confused deputy problem": a role that trusts a service for one account alone is not lent to another.
#[test]
fn a_service_tells_for_which_account_it_acts() {
    let server = server("enforce");
    let subnets = root(&server, "ec2").call("DescribeSubnets", &json!({})).ok();
    let subnets: Vec<String> = subnets.texts("subnetSet.item.subnetId").into_iter().take(2).collect();
    for (account, is_lent) in [("111111111111", false), ("000000000000", true)] {
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow", "Principal": { "Service": "eks.amazonaws.com" },
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Condition": { "StringEquals": { "aws:SourceAccount": account } },
            }],
        });
        let name = format!("for-{account}");
        let role = json!({ "RoleName": name, "AssumeRolePolicyDocument": trust.to_string() });
        root(&server, "iam").call("CreateRole", &role).ok();
        let role = format!("arn:aws:iam::000000000000:role/{name}");
        let wish = json!({ "name": "c", "roleArn": role, "resourcesVpcConfig": { "subnetIds": subnets } });
        let answer = root(&server, "eks").call("CreateCluster", &wish);
        if is_lent {
            answer.ok();
        } else {
            let told = denied(&answer, 400, "InvalidParameterException");
            assert_eq!(
                told,
                format!(
                    "Role with arn: {role}, could not be assumed because it does not exist or the trusted entity is not \
                     correct"
                )
            );
        }
    }
}
