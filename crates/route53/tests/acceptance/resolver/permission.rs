//! What tags decide, where policies are enforced.

use serde_json::{Value, json};
use testkit::{Client, Options, Server};

/// A user with a policy, signed with the root's key of `server`.
pub(super) fn user(server: &Server, statements: &Value) -> Client {
    let iam = server.client("iam").key("000000000000", "secret", None);
    iam.call("CreateUser", &json!({ "UserName": "anna" })).ok();
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    let put = json!({ "UserName": "anna", "PolicyName": "p", "PolicyDocument": policy.to_string() });
    iam.call("PutUserPolicy", &put).ok();
    let key = iam.call("CreateAccessKey", &json!({ "UserName": "anna" })).ok();
    let of = |member: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{member}"));
    server.client("route53resolver").key(&of("AccessKeyId"), &of("SecretAccessKey"), None)
}

/// How a resource is made, of what, where its id is told, and how it is asked for by which member.
type Kind<'a> = (&'a str, &'a dyn Fn(&str) -> Value, &'a str, &'a str, &'a str);

#[test]
fn tags_decide_what_policies_allow() {
    let server = Server::start_with(Options::default().flags(&[
        "--iam",
        "enforce",
        "--bootstrap-key",
        "000000000000:secret",
    ]));
    let root = server.client("route53resolver").key("000000000000", "secret", None);
    let anna = user(
        &server,
        &json!([{
            "Effect": "Allow", "Action": "route53resolver:*", "Resource": "*",
            "Condition": { "StringEquals": { "aws:ResourceTag/team": "red" } },
        }]),
    );
    let rule =
        |team: &str| json!({ "RuleType": "SYSTEM", "DomainName": "a.example", "CreatorRequestId": team });
    let log =
        |team: &str| json!({ "Name": team, "DestinationArn": "arn:aws:s3:::logs", "CreatorRequestId": team });
    let named = |team: &str| json!({ "Name": team, "CreatorRequestId": team });
    let kinds: [Kind<'_>; 4] = [
        ("CreateResolverRule", &rule, "ResolverRule.Id", "GetResolverRule", "ResolverRuleId"),
        (
            "CreateResolverQueryLogConfig",
            &log,
            "ResolverQueryLogConfig.Id",
            "GetResolverQueryLogConfig",
            "ResolverQueryLogConfigId",
        ),
        (
            "CreateFirewallDomainList",
            &named,
            "FirewallDomainList.Id",
            "GetFirewallDomainList",
            "FirewallDomainListId",
        ),
        (
            "CreateFirewallRuleGroup",
            &named,
            "FirewallRuleGroup.Id",
            "GetFirewallRuleGroup",
            "FirewallRuleGroupId",
        ),
    ];
    for (create, wish, path, get, member) in kinds {
        let made = |team: &str| {
            let mut wish = wish(team);
            wish["Tags"] = json!([{ "Key": "team", "Value": team }]);
            root.call(create, &wish).ok().text(path)
        };
        let (red, blue) = (made("red"), made("blue"));
        anna.call(get, &json!({ member: red })).ok();
        let refusal = anna.call(get, &json!({ member: blue })).refusal();
        assert_eq!((refusal.status, refusal.code.as_str()), (400, "AccessDeniedException"), "{get}");
    }
    // Tags are those of now.
    let blue = root.call("CreateFirewallRuleGroup", &named("green")).ok();
    let (id, arn) = (blue.text("FirewallRuleGroup.Id"), blue.text("FirewallRuleGroup.Arn"));
    let get = json!({ "FirewallRuleGroupId": id });
    assert_eq!(anna.call("GetFirewallRuleGroup", &get).refusal().code, "AccessDeniedException");
    let tag = json!({ "ResourceArn": arn, "Tags": [{ "Key": "team", "Value": "red" }] });
    root.call("TagResource", &tag).ok();
    anna.call("GetFirewallRuleGroup", &get).ok();
}

/// Seen of AWS; the code is that of what a caller may not do.
#[test]
fn whoever_associates_a_group_may_see_vpcs() {
    let server = Server::start_with(Options::default().flags(&[
        "--iam",
        "enforce",
        "--bootstrap-key",
        "000000000000:secret",
    ]));
    let root = server.client("route53resolver").key("000000000000", "secret", None);
    let anna = user(&server, &json!([{ "Effect": "Allow", "Action": "route53resolver:*", "Resource": "*" }]));
    let group = json!({ "Name": "g", "CreatorRequestId": "g" });
    let group = root.call("CreateFirewallRuleGroup", &group).ok().text("FirewallRuleGroup.Id");
    let ec2 = server.client("ec2").key("000000000000", "secret", None);
    let vpc = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
    let associate = json!({
        "CreatorRequestId": "a", "FirewallRuleGroupId": group, "VpcId": vpc, "Priority": 101, "Name": "a",
    });
    let sentence = "[RSLVR-02309] You don't have a permission to call ec2:describe-vpcs";
    super::refuses(
        &anna,
        &[("AssociateFirewallRuleGroup", associate.clone(), "AccessDeniedException", sentence)],
    );
    root.call("AssociateFirewallRuleGroup", &associate).ok();
}
