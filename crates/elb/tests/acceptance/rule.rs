//! Rules: conditions, priorities, transforms.

use crate::{EMPTY, NOTHING, Place, fixed, forward, refuses, with};
use serde_json::{Value, json};

const MADE: &str = "CreateRuleResult.Rules.member";
const SHOWN: &str = "DescribeRulesResult.Rules.member";

/// A network, a listener there, and its target group.
fn start() -> (Place, String, String) {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let group = place.group("web", "HTTP", &json!({}));
    let listener = place.listener(&arn, "HTTP", 80, &group);
    (place, listener, group)
}

fn path(values: &[&str]) -> Value {
    json!({ "Field": "path-pattern", "Values": values })
}

fn wish(listener: &str, priority: i32, conditions: Value) -> Value {
    json!({ "ListenerArn": listener, "Priority": priority, "Conditions": conditions, "Actions": [fixed()] })
}

#[track_caller]
fn rule(place: &Place, listener: &str, priority: i32) -> String {
    let wish = wish(listener, priority, json!([path(&[&format!("/{priority}")])]));
    place.v2.call("CreateRule", &wish).ok().text(&format!("{MADE}.RuleArn"))
}

#[test]
fn every_condition_is_shown_as_aws_shows_it() {
    let (place, listener, _) = start();
    for (priority, condition, path, want) in [
        (1, path(&["/a*", "/b"]), "Values.member", vec!["/a*", "/b"]),
        (
            2,
            json!({ "Field": "path-pattern", "PathPatternConfig": { "Values": ["/c"] } }),
            "Values.member",
            vec!["/c"],
        ),
        (
            3,
            json!({ "Field": "host-header", "HostHeaderConfig": { "Values": ["*.example.com", "my_app.example.com"] } }),
            "HostHeaderConfig.Values.member",
            vec!["*.example.com", "my_app.example.com"],
        ),
        (
            4,
            json!({ "Field": "http-header", "HttpHeaderConfig": { "HttpHeaderName": "X-A", "Values": ["b"] } }),
            "HttpHeaderConfig.HttpHeaderName",
            vec!["X-A"],
        ),
        (
            5,
            json!({ "Field": "http-request-method", "HttpRequestMethodConfig": { "Values": ["GET"] } }),
            "HttpRequestMethodConfig.Values.member",
            vec!["GET"],
        ),
        (
            6,
            json!({ "Field": "query-string", "QueryStringConfig": { "Values": [{ "Key": "k", "Value": "v" }, { "Value": "w" }] } }),
            "QueryStringConfig.Values.member.Value",
            vec!["v", "w"],
        ),
        (
            7,
            json!({ "Field": "source-ip", "SourceIpConfig": { "Values": ["10.0.0.0/8", "2001:db8::/32"] } }),
            "SourceIpConfig.Values.member",
            vec!["10.0.0.0/8", "2001:db8::/32"],
        ),
        (
            8,
            json!({ "Field": "path-pattern", "PathPatternConfig": { "RegexValues": ["^/x$"] } }),
            "PathPatternConfig.RegexValues.member",
            vec!["^/x$"],
        ),
    ] {
        let made = place.v2.call("CreateRule", &wish(&listener, priority, json!([condition]))).ok();
        let own = made.texts(&format!("{MADE}.Conditions.member.{path}"));
        assert_eq!(own, want, "{priority}");
        assert_eq!(made.text(&format!("{MADE}.Priority")), priority.to_string());
        assert_eq!(made.text(&format!("{MADE}.IsDefault")), "false");
    }
    let all = place.v2.call("DescribeRules", &json!({ "ListenerArn": listener })).ok();
    let priorities = all.texts(&format!("{SHOWN}.Priority"));
    assert_eq!(priorities, ["1", "2", "3", "4", "5", "6", "7", "8", "default"]);
    let page = place.v2.call("DescribeRules", &json!({ "ListenerArn": listener, "PageSize": 4 })).ok();
    let marker = page.text("DescribeRulesResult.NextMarker");
    let next = json!({ "ListenerArn": listener, "PageSize": 5, "Marker": marker });
    let page = place.v2.call("DescribeRules", &next).ok();
    assert_eq!(page.texts(&format!("{SHOWN}.Priority")), ["5", "6", "7", "8", "default"]);
}

#[test]
fn conditions_that_are_none_are_refused() {
    let (place, listener, _) = start();
    let long = "a".repeat(129);
    let header = |name: &str| json!({ "Field": "http-header", "HttpHeaderConfig": { "HttpHeaderName": name, "Values": ["a"] } });
    for (conditions, sentence) in [
        (json!([{ "Values": ["a"] }]), "A condition field must be specified"),
        (
            json!([{ "Field": "path" , "Values": ["/"] }]),
            "Condition field 'path' must be one of '[path-pattern,host-header,http-header,http-request-method,query-string,source-ip]'",
        ),
        (json!([{ "Field": "path-pattern" }]), "A condition value must be specified"),
        (
            json!([{ "Field": "http-header", "Values": ["a"] }]),
            "The 'Values' field is not compatible with 'http-header'",
        ),
        (
            json!([{ "Field": "path-pattern", "Values": ["/"], "PathPatternConfig": { "Values": ["/"] } }]),
            "You cannot provide both Values and 'PathPatternConfig' for a condition of type 'path-pattern'",
        ),
        (json!([{ "Field": "http-header" }]), "A 'HttpHeaderConfig' must be specified with 'http-header'"),
        (
            json!([{ "Field": "http-request-method" }]),
            "A 'HttpRequestMethodConfig' must be specified with 'http-request-method'",
        ),
        (json!([{ "Field": "query-string" }]), "A 'QueryStringConfig' must be specified with 'query-string'"),
        (json!([{ "Field": "source-ip" }]), "A 'SourceIpConfig' must be specified with 'source-ip'"),
        (json!([path(&[&long])]), "The 'path-pattern' value is too long; the limit is '128'"),
        (
            json!([{ "Field": "host-header", "Values": [long] }]),
            "The 'host-header' value is too long; the limit is '128'",
        ),
        (json!([header(&"h".repeat(41))]), "The 'HttpHeaderName' value is too long; the limit is '40'"),
        (json!([header("Host")]), "The 'HttpHeaderName' value 'Host' is invalid"),
        (
            json!([{ "Field": "http-request-method", "HttpRequestMethodConfig": { "Values": ["get"] } }]),
            "The 'http-request-method' value is invalid; the allowed characters are A-Z, hyphen and underscore",
        ),
        (
            json!([{ "Field": "query-string", "QueryStringConfig": { "Values": [{ "Key": "k" }] } }]),
            "A 'Value' must be specified in 'QueryStringKeyValuePair'",
        ),
        (
            json!([{ "Field": "source-ip", "SourceIpConfig": { "Values": ["10.0.0.1"] } }]),
            "The 'source-ip' value '10.0.0.1' must be in CIDR format",
        ),
        (
            json!([{ "Field": "source-ip", "SourceIpConfig": { "Values": ["255.255.255.255/32"] } }]),
            "The 'source-ip' value '255.255.255.255/32' must be in CIDR format",
        ),
        (
            json!([{ "Field": "source-ip", "SourceIpConfig": { "Values": EMPTY } }]),
            "A 'source-ip' value must be specified",
        ),
        // Recorded: convox/rack issue 2598.
        (
            json!([{ "Field": "host-header", "Values": ["localhost"] }]),
            "Condition value for field 'host-header' must be a valid hostname",
        ),
        (
            json!([{ "Field": "host-header", "HostHeaderConfig": { "Values": ["a.b1"] } }]),
            "Condition value for field 'host-header' must be a valid hostname",
        ),
        (json!([path(&["/1", "/2", "/3", "/4", "/5", "/6"])]), "A rule can only have '5' condition values"),
        (json!([path(&["/1"]), path(&["/2"])]), "A rule can only have one 'path-pattern' condition"),
        (json!([path(&["/******"])]), "A rule can only have '5' condition wildcards"),
    ] {
        refuses(&place.v2, &[("CreateRule", wish(&listener, 1, conditions), "ValidationError", sentence)]);
    }
}

#[test]
fn a_hundred_rules_change_their_order_at_once() {
    let (place, listener, _) = start();
    let rules: Vec<String> = (1..=100).map(|priority| rule(&place, &listener, priority)).collect();
    let full = wish(&listener, 101, json!([path(&["/x"])]));
    let limit = "You've reached the limit on the number of rules per load balancer.";
    refuses(&place.v2, &[("CreateRule", full, "TooManyRules", limit)]);
    let turned: Vec<Value> = rules
        .iter()
        .rev()
        .zip(1..)
        .map(|(arn, priority)| json!({ "RuleArn": arn, "Priority": priority }))
        .collect();
    let answer = place.v2.call("SetRulePriorities", &json!({ "RulePriorities": turned })).ok();
    assert_eq!(answer.texts("SetRulePrioritiesResult.Rules.member.RuleArn").len(), 100);
    let order = || {
        let shown = place.v2.call("DescribeRules", &json!({ "ListenerArn": listener })).ok();
        let mut arns = shown.texts(&format!("{SHOWN}.RuleArn"));
        arns.pop();
        arns
    };
    let want: Vec<String> = rules.iter().rev().cloned().collect();
    assert_eq!(order(), want);
    // The last of these is taken, and none moves.
    let pairs = json!([
        { "RuleArn": rules[0], "Priority": 200 },
        { "RuleArn": rules[1], "Priority": 50 },
    ]);
    let taken = json!({ "RulePriorities": pairs });
    refuses(&place.v2, &[("SetRulePriorities", taken, "PriorityInUse", "Priority '50' is currently in use")]);
    assert_eq!(order(), want);
}

#[test]
fn priorities_that_cannot_be_set_are_refused() {
    let (place, listener, _) = start();
    let (one, two) = (rule(&place, &listener, 1), rule(&place, &listener, 2));
    let shown = place.v2.call("DescribeRules", &json!({ "ListenerArn": listener })).ok();
    let default = shown.texts(&format!("{SHOWN}.RuleArn")).pop().unwrap();
    let nothing = format!("{}/{NOTHING}", one.rsplit_once('/').unwrap().0);
    let pair = |arn: &str, priority: i32| json!({ "RuleArn": arn, "Priority": priority });
    let set = |pairs: Value| json!({ "RulePriorities": pairs });
    let op = "SetRulePriorities";
    refuses(
        &place.v2,
        &[
            (
                op,
                set(json!([pair(&one, 9), pair(&two, 9)])),
                "ValidationError",
                "Priority '9' was provided multiple times",
            ),
            (op, set(json!([pair(&one, 2)])), "PriorityInUse", "Priority '2' is currently in use"),
            (op, set(json!([pair(&nothing, 2)])), "RuleNotFound", "One or more rules not found"),
            (
                op,
                set(json!([pair(&default, 2)])),
                "OperationNotPermitted",
                "You cannot set the priority for the default rule",
            ),
            (
                "CreateRule",
                wish(&listener, 1, json!([path(&["/1"])])),
                "PriorityInUse",
                "Priority '1' is currently in use",
            ),
            (
                "DeleteRule",
                json!({ "RuleArn": default }),
                "OperationNotPermitted",
                &format!("Default rule '{default}' cannot be deleted"),
            ),
            (
                "ModifyRule",
                json!({ "RuleArn": default, "Actions": [fixed()] }),
                "OperationNotPermitted",
                &format!("Default rule '{default}' cannot be modified"),
            ),
            (
                "DescribeRules",
                json!({}),
                "ValidationError",
                "You must specify either listener rule ARNs or a listener ARN",
            ),
            (
                "DescribeRules",
                json!({ "ListenerArn": listener, "RuleArns": [one] }),
                "ValidationError",
                "Listener rule ARNs and a listener ARN cannot be specified at the same time",
            ),
            (
                "DescribeRules",
                json!({ "RuleArns": [nothing] }),
                "RuleNotFound",
                "One or more rules not found",
            ),
        ],
    );
    // Two that change places need no third.
    let swapped = set(json!([pair(&one, 2), pair(&two, 1)]));
    place.v2.call(op, &swapped).ok();
    for other in place.elsewhere("elbv2") {
        let refusal = other.call("DescribeRules", &json!({ "RuleArns": [one] })).refusal();
        assert_eq!(refusal.message, format!("'{one}' is not a valid listener rule ARN"));
    }
    let net = place.balancer("network", "net");
    let tcp = place.group("tcp", "TCP", &json!({}));
    let bare = place.listener(&net, "TCP", 80, &tcp);
    let sentence = "Rules are unsupported for Network Load Balancer listeners";
    let wish = wish(&bare, 1, json!([path(&["/1"])]));
    refuses(&place.v2, &[("CreateRule", wish, "UnsupportedProtocol", sentence)]);
}

#[test]
fn what_is_given_of_a_rule_replaces_what_was_there() {
    let (place, listener, group) = start();
    let arn = rule(&place, &listener, 1);
    let own = |more: Value| with(&json!({ "RuleArn": arn }), &more);
    let made = "ModifyRuleResult.Rules.member";
    let answer = place.v2.call("ModifyRule", &own(json!({ "Actions": [forward(&group)] }))).ok();
    assert_eq!(answer.text(&format!("{made}.Actions.member.TargetGroupArn")), group);
    assert_eq!(answer.text(&format!("{made}.Conditions.member.Values.member")), "/1");
    let rewrite = json!([{ "Type": "url-rewrite", "UrlRewriteConfig": { "Rewrites": [{ "Regex": "^/a", "Replace": "/b" }] } }]);
    let answer = place.v2.call("ModifyRule", &own(json!({ "Transforms": rewrite }))).ok();
    let path = format!("{made}.Transforms.member.UrlRewriteConfig.Rewrites.member.Replace");
    assert_eq!(answer.text(&path), "/b");
    let answer = place.v2.call("ModifyRule", &own(json!({ "ResetTransforms": true }))).ok();
    assert!(answer.texts(&format!("{made}.Transforms")).is_empty());
    let twice = json!([rewrite[0], rewrite[0]]);
    let bare = json!([{ "Type": "url-rewrite" }]);
    let op = "ModifyRule";
    refuses(
        &place.v2,
        &[
            (op, own(json!({})), "ValidationError", "Either conditions or actions must be specified"),
            (
                op,
                own(json!({ "Transforms": twice })),
                "ValidationError",
                "A rule can have only one transform of type 'url-rewrite'",
            ),
            (
                op,
                own(json!({ "Transforms": bare })),
                "ValidationError",
                "A 'UrlRewriteConfig' with one rewrite must be specified with 'url-rewrite'",
            ),
        ],
    );
    place.v2.call("DeleteRule", &own(json!({}))).ok();
    refuses(&place.v2, &[("DeleteRule", own(json!({})), "RuleNotFound", "One or more rules not found")]);
}
