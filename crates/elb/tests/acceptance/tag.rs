//! Tags of everything that has them, and what they mean to policies.

use crate::{NOTHING, Place, fixed, refuses};
use serde_json::{Value, json};
use testkit::Server;

#[test]
fn everything_has_tags() {
    let place = Place::new();
    let tags = json!([{ "Key": "team", "Value": "red" }]);
    let balancer = place.made(&json!({ "Name": "web", "Subnets": place.two(), "Tags": tags }));
    let group = place.group("web", "HTTP", &json!({ "Tags": tags }));
    let listener = place.listener(&balancer, "HTTP", 80, &group);
    let wish = json!({
        "ListenerArn": listener, "Priority": 1, "Actions": [fixed()], "Tags": tags,
        "Conditions": [{ "Field": "path-pattern", "Values": ["/"] }],
    });
    let rule = place.v2.call("CreateRule", &wish).ok().text("CreateRuleResult.Rules.member.RuleArn");
    let rules = place.v2.call("DescribeRules", &json!({ "ListenerArn": listener })).ok();
    let default = rules.texts("DescribeRulesResult.Rules.member.RuleArn").pop().unwrap();
    let all = [&balancer, &group, &listener, &rule, &default];
    let path = "DescribeTagsResult.TagDescriptions.member";
    let shown = place.v2.call("DescribeTags", &json!({ "ResourceArns": all })).ok();
    assert_eq!(shown.texts(&format!("{path}.ResourceArn")), all.map(String::clone));
    assert_eq!(shown.texts(&format!("{path}.Tags.member.Value")), ["red", "red", "red"]);
    let more = json!({ "ResourceArns": all, "Tags": [{ "Key": "a", "Value": "1" }] });
    place.v2.call("AddTags", &more).ok();
    place.v2.call("RemoveTags", &json!({ "ResourceArns": all, "TagKeys": ["team", "absent"] })).ok();
    let shown = place.v2.call("DescribeTags", &json!({ "ResourceArns": all })).ok();
    assert_eq!(shown.texts(&format!("{path}.Tags.member.Key")), ["a"; 5]);
    for other in place.elsewhere("elbv2") {
        let refusal = other.call("DescribeTags", &json!({ "ResourceArns": [group] })).refusal();
        assert_eq!(refusal.code, "ValidationError");
    }
}

#[test]
fn tags_that_cannot_be_set_are_refused() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let twice = json!([{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }]);
    let many: Vec<Value> = (0..51).map(|n| json!({ "Key": n.to_string(), "Value": "" })).collect();
    let own = |tags: Value| json!({ "ResourceArns": [arn], "Tags": tags });
    let nothing = format!("{}/{NOTHING}", arn.rsplit_once('/').unwrap().0);
    let gone = format!("Load balancer '{nothing}' not found");
    let store = format!("arn:aws:elasticloadbalancing:us-east-1:000000000000:truststore/x/{NOTHING}");
    let quota = "The quota for the number of tags that can be assigned to a load balancer has been reached";
    refuses(
        &place.v2,
        &[
            ("AddTags", own(twice), "DuplicateTagKeys", "A tag key was specified more than once."),
            ("AddTags", own(json!(many)), "TooManyTags", quota),
            (
                "AddTags",
                own(json!([{ "Key": "aws:x", "Value": "" }])),
                "ValidationError",
                "aws: prefixed tag key names are not allowed for external use.",
            ),
            ("DescribeTags", json!({ "ResourceArns": [nothing] }), "LoadBalancerNotFound", &gone),
            (
                "DescribeTags",
                json!({ "ResourceArns": [store] }),
                "TrustStoreNotFound",
                "The specified trust store does not exist.",
            ),
        ],
    );
}

#[test]
fn tags_decide_what_policies_allow() {
    let server = Server::enforcing();
    let anna = server.user(
        "anna",
        &[json!({
            "Effect": "Allow", "Action": "elasticloadbalancing:DeleteTargetGroup", "Resource": "*",
            "Condition": { "StringEquals": { "aws:ResourceTag/team": "red" } },
        })],
    );
    let anna = anna.client("elbv2");
    let group = |name: &str, team: &str| {
        let wish = json!({
            "Name": name, "TargetType": "lambda", "Tags": [{ "Key": "team", "Value": team }],
        });
        let made = server.root("elbv2").call("CreateTargetGroup", &wish).ok();
        made.text("CreateTargetGroupResult.TargetGroups.member.TargetGroupArn")
    };
    let (red, blue) = (group("red", "red"), group("blue", "blue"));
    anna.call("DeleteTargetGroup", &json!({ "TargetGroupArn": red })).ok();
    let refusal = anna.call("DeleteTargetGroup", &json!({ "TargetGroupArn": blue })).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (403, "AccessDenied"));
}
