//! Target groups.

use crate::{NOTHING, Place, refuses, with};
use serde_json::{Value, json};

const MADE: &str = "CreateTargetGroupResult.TargetGroups.member";
const SHOWN: &str = "DescribeTargetGroupsResult.TargetGroups.member";

/// Members and what they are to be; an empty text is an absent member.
#[track_caller]
fn check(answer: &testkit::Answer, path: &str, want: &[(&str, &str)]) {
    for (member, want) in want {
        let found = answer.texts(&format!("{path}.{member}")).join(",");
        assert_eq!(found, *want, "{member} in {}", answer.body_text());
    }
}

#[test]
fn each_kind_is_shown_with_its_defaults() {
    let place = Place::new();
    let own = |name: &str, more: Value| with(&json!({ "Name": name, "VpcId": place.vpc, "Port": 80 }), &more);
    for (wish, want) in [
        (
            own("http", json!({ "Protocol": "HTTP" })),
            [
                ("ProtocolVersion", "HTTP1"),
                ("HealthCheckProtocol", "HTTP"),
                ("HealthCheckPort", "traffic-port"),
                ("HealthCheckPath", "/"),
                ("HealthCheckIntervalSeconds", "30"),
                ("HealthCheckTimeoutSeconds", "5"),
                ("Matcher.HttpCode", "200"),
                ("IpAddressType", "ipv4"),
                ("TargetType", "instance"),
            ],
        ),
        (
            own("grpc", json!({ "Protocol": "HTTP", "ProtocolVersion": "GRPC", "TargetType": "ip" })),
            [
                ("ProtocolVersion", "GRPC"),
                ("HealthCheckProtocol", "HTTP"),
                ("HealthCheckPort", "traffic-port"),
                ("HealthCheckPath", "/AWS.ALB/healthcheck"),
                ("HealthCheckIntervalSeconds", "30"),
                ("HealthCheckTimeoutSeconds", "5"),
                ("Matcher.GrpcCode", "12"),
                ("IpAddressType", "ipv4"),
                ("TargetType", "ip"),
            ],
        ),
        (
            own("tcp", json!({ "Protocol": "TCP" })),
            [
                ("ProtocolVersion", ""),
                ("HealthCheckProtocol", "TCP"),
                ("HealthCheckPort", "traffic-port"),
                ("HealthCheckPath", ""),
                ("HealthCheckIntervalSeconds", "30"),
                ("HealthCheckTimeoutSeconds", "10"),
                ("Matcher", ""),
                ("IpAddressType", "ipv4"),
                ("TargetType", "instance"),
            ],
        ),
        (
            own("geneve", json!({ "Protocol": "GENEVE", "Port": 6081 })),
            [
                ("ProtocolVersion", ""),
                ("HealthCheckProtocol", "TCP"),
                ("HealthCheckPort", "80"),
                ("HealthCheckPath", ""),
                ("HealthCheckIntervalSeconds", "10"),
                ("HealthCheckTimeoutSeconds", "5"),
                ("Matcher", ""),
                ("IpAddressType", ""),
                ("TargetType", "instance"),
            ],
        ),
        (
            own("alb", json!({ "Protocol": "TCP", "TargetType": "alb" })),
            [
                ("ProtocolVersion", ""),
                ("HealthCheckProtocol", "HTTP"),
                ("HealthCheckPort", "traffic-port"),
                ("HealthCheckPath", "/"),
                ("HealthCheckIntervalSeconds", "30"),
                ("HealthCheckTimeoutSeconds", "6"),
                ("Matcher.HttpCode", "200-399"),
                ("IpAddressType", "ipv4"),
                ("TargetType", "alb"),
            ],
        ),
        (
            json!({ "Name": "lambda", "TargetType": "lambda" }),
            [
                ("Protocol", ""),
                ("HealthCheckProtocol", ""),
                ("HealthCheckPort", ""),
                ("HealthCheckPath", "/"),
                ("HealthCheckIntervalSeconds", "35"),
                ("HealthCheckTimeoutSeconds", "30"),
                ("HealthCheckEnabled", "false"),
                ("VpcId", ""),
                ("TargetType", "lambda"),
            ],
        ),
    ] {
        let made = place.v2.call("CreateTargetGroup", &wish).ok();
        check(&made, MADE, &want);
        let arn = made.text(&format!("{MADE}.TargetGroupArn"));
        let again = place.v2.call("CreateTargetGroup", &wish).ok();
        assert_eq!(again.text(&format!("{MADE}.TargetGroupArn")), arn, "equal settings answer the same");
    }
}

#[test]
fn what_cannot_be_a_target_group_is_refused() {
    let place = Place::new();
    place.group("taken", "HTTP", &json!({}));
    let own = |more: Value| {
        with(&json!({ "Name": "web", "VpcId": place.vpc, "Port": 80, "Protocol": "HTTP" }), &more)
    };
    let long = "a".repeat(33);
    let (v, configuration) = ("ValidationError", "InvalidConfigurationRequest");
    let op = "CreateTargetGroup";
    refuses(
        &place.v2,
        &[
            (
                op,
                own(json!({ "Name": long })),
                v,
                &format!("Target group name '{long}' cannot be longer than '32' characters"),
            ),
            (
                op,
                own(json!({ "Name": "a_b" })),
                v,
                "Target group name 'a_b' can only contain characters that are alphanumeric characters or hyphens(-)",
            ),
            (op, own(json!({ "Name": "-a" })), v, "Target group name '-a' cannot begin or end with '-'"),
            (
                op,
                own(json!({ "Name": "a--b" })),
                v,
                "1 validation error detected: Value 'a--b' at 'targetGroup.targetGroupArn.targetGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!.*--)(?!^-)(?!.*-$)^[A-Za-z0-9-]+$",
            ),
            (op, json!({ "Name": "web" }), v, "A protocol must be specified"),
            (op, json!({ "Name": "web", "HealthCheckPath": "/" }), v, "A protocol must be specified"),
            (
                op,
                json!({ "Name": "web", "ProtocolVersion": "HTTP1", "Matcher": { "HttpCode": "200" } }),
                v,
                "A protocol must be specified",
            ),
            (
                op,
                own(json!({ "Protocol": "HTTP", "TargetType": "alb" })),
                configuration,
                "Protocol 'HTTP' is not supported for target groups with target type 'alb'",
            ),
            (
                op,
                own(json!({ "ProtocolVersion": "GRPC", "Matcher": { "GrpcCode": "100" } })),
                "InvalidParameterValue",
                "GrpcCode must be like 0 | 0-99 | 0,1 ...",
            ),
            (
                op,
                own(json!({ "Matcher": { "GrpcCode": "0" } })),
                configuration,
                "The matcher is not supported for the protocol version of the target group",
            ),
            (op, json!({ "Name": "web", "Protocol": "HTTP" }), v, "A port must be specified"),
            (op, json!({ "Name": "web", "Protocol": "HTTP", "Port": 80 }), v, "A VPC ID must be specified"),
            (
                op,
                json!({ "Name": "web", "TargetType": "lambda", "Port": 80 }),
                v,
                "Port cannot be specified for target groups with target type 'lambda'",
            ),
            (op, own(json!({ "VpcId": "vpc-0" })), v, "The VPC ID 'vpc-0' is not found"),
            (
                op,
                own(json!({ "HealthCheckTimeoutSeconds": 30, "HealthCheckIntervalSeconds": 30 })),
                v,
                "Health check timeout '30' must be smaller than the interval '30'",
            ),
            (
                op,
                own(
                    json!({ "Protocol": "TCP", "HealthCheckTimeoutSeconds": 31, "HealthCheckIntervalSeconds": 30 }),
                ),
                v,
                "Health check timeout '31' must be smaller than or equal to the interval '30'",
            ),
            (
                op,
                own(json!({ "Matcher": { "HttpCode": "2xx" } })),
                "InvalidParameterValue",
                "HttpCode must be like 200 | 200-399 | 200,201 ...",
            ),
            (
                op,
                own(json!({ "Protocol": "TCP", "HealthCheckPath": "/" })),
                configuration,
                "Health check paths are not supported for TCP health checks",
            ),
            (
                op,
                own(json!({ "Protocol": "TCP", "Matcher": { "HttpCode": "200" } })),
                configuration,
                "Health check matchers are not supported for TCP health checks",
            ),
            (
                op,
                own(json!({ "Name": "taken", "Port": 81 })),
                "DuplicateTargetGroupName",
                "A target group with the same name 'taken' exists, but with different settings",
            ),
            (
                op,
                own(json!({ "HealthCheckEnabled": false })),
                configuration,
                "Health check enabled must be true for target groups with target type 'instance', 'ip' or 'alb'",
            ),
            (
                op,
                own(json!({ "HealthCheckIntervalSeconds": 4 })),
                v,
                "1 validation error detected: Value '4' at 'healthCheckIntervalSeconds' failed to satisfy constraint: Member must have value greater than or equal to 5",
            ),
        ],
    );
}

#[test]
fn health_checks_change() {
    let place = Place::new();
    let arn = place.group("web", "TCP", &json!({}));
    let modify = |more: Value| with(&json!({ "TargetGroupArn": arn }), &more);
    let path = "ModifyTargetGroupResult.TargetGroups.member";
    let http = json!({ "HealthCheckProtocol": "HTTP", "HealthCheckPath": "/up", "HealthyThresholdCount": 3 });
    let answer = place.v2.call("ModifyTargetGroup", &modify(http)).ok();
    check(
        &answer,
        path,
        &[
            ("HealthCheckProtocol", "HTTP"),
            ("HealthCheckPath", "/up"),
            ("HealthyThresholdCount", "3"),
            ("Matcher.HttpCode", "200-399"),
            ("Protocol", "TCP"),
        ],
    );
    let answer = place.v2.call("ModifyTargetGroup", &modify(json!({ "HealthCheckProtocol": "TCP" }))).ok();
    check(&answer, path, &[("HealthCheckProtocol", "TCP"), ("HealthCheckPath", ""), ("Matcher", "")]);
    let nothing = format!("{}/{NOTHING}", arn.rsplit_once('/').unwrap().0);
    let gone = format!("Target group '{nothing}' not found");
    refuses(
        &place.v2,
        &[
            ("ModifyTargetGroup", json!({ "TargetGroupArn": nothing }), "TargetGroupNotFound", &gone),
            (
                "ModifyTargetGroup",
                json!({ "TargetGroupArn": "x" }),
                "ValidationError",
                "'x' is not a valid target group ARN",
            ),
            (
                "ModifyTargetGroup",
                modify(json!({ "HealthCheckPath": "/" })),
                "InvalidConfigurationRequest",
                "Health check paths are not supported for TCP health checks",
            ),
        ],
    );
}

#[test]
fn target_groups_are_chosen_paged_and_deleted() {
    let place = Place::new();
    let arns: Vec<String> = ["c", "a", "b"].map(|name| place.group(name, "HTTP", &json!({}))).to_vec();
    let page = place.v2.call("DescribeTargetGroups", &json!({ "PageSize": 2 })).ok();
    assert_eq!(page.texts(&format!("{SHOWN}.TargetGroupName")), ["a", "b"]);
    let marker = page.text("DescribeTargetGroupsResult.NextMarker");
    let page = place.v2.call("DescribeTargetGroups", &json!({ "Marker": marker })).ok();
    assert_eq!(page.texts(&format!("{SHOWN}.TargetGroupName")), ["c"]);
    let balancer = place.balancer("application", "web");
    let none = place.v2.call("DescribeTargetGroups", &json!({ "LoadBalancerArn": balancer })).ok();
    assert!(none.texts(SHOWN).is_empty());
    let nothing = format!("{}/{NOTHING}", arns[0].rsplit_once('/').unwrap().0);
    let both =
        "Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time";
    let op = "DescribeTargetGroups";
    refuses(
        &place.v2,
        &[
            (op, json!({ "Names": ["a"], "TargetGroupArns": [arns[0]] }), "ValidationError", both),
            (
                op,
                json!({ "Names": ["a", "z"] }),
                "TargetGroupNotFound",
                "One or more target groups not found",
            ),
            (
                op,
                json!({ "TargetGroupArns": [nothing] }),
                "TargetGroupNotFound",
                "One or more target groups not found",
            ),
        ],
    );
    for other in place.elsewhere("elbv2") {
        assert!(other.call(op, &json!({})).ok().texts(SHOWN).is_empty());
    }
    let own = json!({ "TargetGroupArn": arns[0] });
    place.v2.call("DeleteTargetGroup", &own).ok();
    place.v2.call("DeleteTargetGroup", &own).ok();
    let left = place.v2.call(op, &json!({})).ok();
    assert_eq!(left.texts(&format!("{SHOWN}.TargetGroupName")), ["a", "b"]);
}
