//! Attributes of load balancers, listeners and target groups.

use crate::{Place, attributes, refuses, value};
use serde_json::{Value, json};

fn set(name: &str, arn: &str, key: &str, value: &str) -> Value {
    json!({ name: arn, "Attributes": [{ "Key": key, "Value": value }] })
}

/// A bucket in another Region.
pub(crate) fn far(place: &Place, name: &str) {
    let wish = "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    let s3 = place.server.client("s3").region("eu-west-1");
    s3.request("PUT", &format!("/{name}")).body(wish).send().ok();
}

#[test]
fn each_kind_of_load_balancer_has_its_attributes() {
    let place = Place::new();
    for (kind, count, cross_zone, has, lacks) in [
        ("application", 23, "true", "idle_timeout.timeout_seconds", "dns_record.client_routing_policy"),
        ("network", 9, "false", "dns_record.client_routing_policy", "idle_timeout.timeout_seconds"),
        ("gateway", 2, "false", "deletion_protection.enabled", "access_logs.s3.enabled"),
    ] {
        let arn = place.balancer(kind, kind);
        let all = place.v2.call("DescribeLoadBalancerAttributes", &json!({ "LoadBalancerArn": arn })).ok();
        let all = attributes(&all, "DescribeLoadBalancerAttributesResult");
        assert_eq!(all.len(), count, "{kind} {all:?}");
        assert_eq!(value(&all, "load_balancing.cross_zone.enabled").as_deref(), Some(cross_zone), "{kind}");
        assert!(value(&all, has).is_some() && value(&all, lacks).is_none(), "{kind}");
        let sentence = format!(
            "Load balancer attribute key '{lacks}' is not supported on load balancers with type '{kind}'"
        );
        let other = set("LoadBalancerArn", &arn, lacks, "false");
        refuses(
            &place.v2,
            &[("ModifyLoadBalancerAttributes", other, "InvalidConfigurationRequest", &sentence)],
        );
    }
}

#[test]
fn attributes_of_load_balancers_are_checked() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let op = "ModifyLoadBalancerAttributes";
    let one = |key: &str, value: &str| set("LoadBalancerArn", &arn, key, value);
    let answer = place.v2.call(op, &one("idle_timeout.timeout_seconds", "120")).ok();
    let all = attributes(&answer, "ModifyLoadBalancerAttributesResult");
    assert_eq!(value(&all, "idle_timeout.timeout_seconds").as_deref(), Some("120"));
    assert_eq!(all.len(), 23, "all are answered");
    let (validation, configuration) = ("ValidationError", "InvalidConfigurationRequest");
    refuses(
        &place.v2,
        &[
            (
                op,
                one("no.such.key", "1"),
                validation,
                "Load balancer attribute key 'no.such.key' is not recognized",
            ),
            (
                op,
                one("idle_timeout.timeout_seconds", "4001"),
                validation,
                "The value of 'idle_timeout.timeout_seconds' must be between '1-4000' inclusive",
            ),
            (
                op,
                one("routing.http2.enabled", "yes"),
                validation,
                "'routing.http2.enabled' must be one of [true, false]",
            ),
            (op, one("access_logs.s3.enabled", "true"), validation, "S3Bucket name cannot be empty"),
            (
                op,
                one("access_logs.s3.prefix", "a/AWSLogs"),
                validation,
                "The value 'a/AWSLogs' is not valid as a prefix of access logs",
            ),
            (
                op,
                one("load_balancing.cross_zone.enabled", "false"),
                configuration,
                "Cross-zone load balancing cannot be disabled for Application Load Balancers",
            ),
        ],
    );
    let log = |bucket: &str| {
        json!({ "LoadBalancerArn": arn, "Attributes": [
            { "Key": "access_logs.s3.enabled", "Value": "true" },
            { "Key": "access_logs.s3.bucket", "Value": bucket },
        ]})
    };
    let denied = "Access Denied for bucket: nowhere. Please check S3bucket permission";
    refuses(&place.v2, &[(op, log("nowhere"), configuration, denied)]);
    place.server.client("s3").request("PUT", "/logs").send().ok();
    place.v2.call(op, &log("logs")).ok();
    // A bucket that was named before is looked at when the log is switched on.
    let named = json!({ "LoadBalancerArn": arn, "Attributes": [
        { "Key": "connection_logs.s3.bucket", "Value": "later" },
    ]});
    place.v2.call(op, &named).ok();
    let on = one("connection_logs.s3.enabled", "true");
    let denied = "Access Denied for bucket: later. Please check S3bucket permission";
    refuses(&place.v2, &[(op, on.clone(), configuration, denied)]);
    place.server.client("s3").request("PUT", "/later").send().ok();
    place.v2.call(op, &on).ok();
    far(&place, "far");
    let elsewhere = "S3Bucket: far is not located in the same region with ELB: web";
    refuses(&place.v2, &[(op, log("far"), configuration, elsewhere)]);
    // Who says nothing of logs is not held up by them.
    place.server.client("s3").request("DELETE", "/later").send().ok();
    place.v2.call(op, &one("idle_timeout.timeout_seconds", "61")).ok();
    let net = place.balancer("network", "net");
    let more = |value: &str| set("LoadBalancerArn", &net, "secondary_ips.auto_assigned.per_subnet", value);
    place.v2.call(op, &more("2")).ok();
    let lowered = "The number of secondary IP addresses cannot be decreased";
    refuses(&place.v2, &[(op, more("1"), configuration, lowered)]);
}

#[test]
fn attributes_of_listeners_are_checked() {
    let place = Place::new();
    let (arn, net) = (place.balancer("application", "web"), place.balancer("network", "net"));
    let (http, tcp) = (place.group("http", "HTTP", &json!({})), place.group("tcp", "TCP", &json!({})));
    let web = place.listener(&arn, "HTTP", 80, &http);
    let net = place.listener(&net, "TCP", 80, &tcp);
    let op = "ModifyListenerAttributes";
    let answer = place.v2.call(op, &set("ListenerArn", &net, "tcp.idle_timeout.seconds", "600")).ok();
    let all = attributes(&answer, "ModifyListenerAttributesResult");
    assert_eq!(all, [("tcp.idle_timeout.seconds".to_owned(), "600".to_owned())]);
    let shown = place.v2.call("DescribeListenerAttributes", &json!({ "ListenerArn": web })).ok();
    let all = attributes(&shown, "DescribeListenerAttributesResult");
    assert_eq!(value(&all, "routing.http.response.server.enabled").as_deref(), Some("true"));
    assert_eq!(all.len(), 10, "{all:?}");
    let kind = "Listener attribute key 'tcp.idle_timeout.seconds' is not supported on this listener";
    let range = "The value of 'tcp.idle_timeout.seconds' must be between '60-6000' inclusive";
    refuses(
        &place.v2,
        &[
            (
                op,
                set("ListenerArn", &web, "tcp.idle_timeout.seconds", "600"),
                "InvalidConfigurationRequest",
                kind,
            ),
            (op, set("ListenerArn", &net, "tcp.idle_timeout.seconds", "59"), "ValidationError", range),
            (
                op,
                set("ListenerArn", &net, "x", "59"),
                "ValidationError",
                "Listener attribute key 'x' is not recognized",
            ),
            (
                "DescribeListenerAttributes",
                json!({ "ListenerArn": "x" }),
                "ValidationError",
                "'x' is not a valid listener ARN",
            ),
        ],
    );
}

#[test]
fn each_kind_of_target_group_has_its_attributes() {
    let place = Place::new();
    let lambda = place.v2.call("CreateTargetGroup", &json!({ "Name": "fn", "TargetType": "lambda" })).ok();
    let lambda = lambda.text("CreateTargetGroupResult.TargetGroups.member.TargetGroupArn");
    let groups = [
        (place.group("http", "HTTP", &json!({})), "lb_cookie", 14),
        (place.group("tcp", "TCP", &json!({ "TargetType": "ip" })), "source_ip", 13),
        (place.group("udp", "UDP", &json!({})), "source_ip", 11),
        (place.group("gwy", "GENEVE", &json!({ "Port": 6081 })), "source_ip_dest_ip_proto", 5),
        (lambda.clone(), "lb_cookie", 11),
    ];
    for (arn, stickiness, count) in &groups {
        let shown = place.v2.call("DescribeTargetGroupAttributes", &json!({ "TargetGroupArn": arn })).ok();
        let all = attributes(&shown, "DescribeTargetGroupAttributesResult");
        assert_eq!(value(&all, "stickiness.type").as_deref(), Some(*stickiness), "{arn}");
        assert_eq!(all.len(), *count, "{arn} {all:?}");
    }
    let of = |index: usize, key: &str| {
        let own = json!({ "TargetGroupArn": groups[index].0 });
        let shown = place.v2.call("DescribeTargetGroupAttributes", &own).ok();
        value(&attributes(&shown, "DescribeTargetGroupAttributesResult"), key)
    };
    assert_eq!(of(1, "preserve_client_ip.enabled").as_deref(), Some("false"));
    assert_eq!(of(2, "preserve_client_ip.enabled").as_deref(), Some("true"));
    assert_eq!(of(2, "deregistration_delay.connection_termination.enabled").as_deref(), Some("true"));
}

#[test]
fn attributes_of_target_groups_are_checked() {
    let place = Place::new();
    let lambda = place.v2.call("CreateTargetGroup", &json!({ "Name": "fn", "TargetType": "lambda" })).ok();
    let lambda = lambda.text("CreateTargetGroupResult.TargetGroups.member.TargetGroupArn");
    let (http, tcp, tls) = (
        place.group("http", "HTTP", &json!({})),
        place.group("tcp", "TCP", &json!({})),
        place.group("tls", "TLS", &json!({})),
    );
    let gwy = place.group("gwy", "GENEVE", &json!({ "Port": 6081 }));
    let one = |arn: &str, key: &str, value: &str| set("TargetGroupArn", arn, key, value);
    let (validation, configuration) = ("ValidationError", "InvalidConfigurationRequest");
    let op = "ModifyTargetGroupAttributes";
    refuses(
        &place.v2,
        &[
            (op, one(&http, "x", "1"), validation, "Target group attribute key 'x' is not recognized"),
            (
                op,
                one(&lambda, "deregistration_delay.timeout_seconds", "1"),
                configuration,
                "A target group with target type 'lambda' does not support the attribute deregistration_delay.timeout_seconds",
            ),
            (
                op,
                one(&tcp, "slow_start.duration_seconds", "30"),
                configuration,
                "The provided target group attribute is not supported",
            ),
            (
                op,
                one(&http, "deregistration_delay.timeout_seconds", "3601"),
                validation,
                "'deregistration_delay.timeout_seconds' value '3601' must be between '0-3600' inclusive",
            ),
            (
                op,
                one(&tcp, "stickiness.type", "lb_cookie"),
                configuration,
                "Stickiness type 'lb_cookie' is not supported for target groups with the TCP protocol",
            ),
            (
                op,
                one(&http, "stickiness.type", "source_ip"),
                configuration,
                "Stickiness type 'source_ip' is not supported for target groups with the HTTP protocol",
            ),
            (
                op,
                one(&tls, "stickiness.enabled", "true"),
                configuration,
                "You cannot enable stickiness on target groups with the TLS protocol",
            ),
            (
                op,
                one(&http, "stickiness.type", "cookie"),
                validation,
                "'Stickiness type' must be one of [app_cookie, lb_cookie, source_ip]",
            ),
            (
                op,
                one(&gwy, "stickiness.type", "cookie"),
                validation,
                "'cookie' must be one of [source_ip_dest_ip_proto, source_ip_dest_ip]",
            ),
            (
                op,
                one(&gwy, "target_failover.on_unhealthy", "rebalance"),
                configuration,
                "'target_failover.on_deregistration' and 'target_failover.on_unhealthy' must have the same value",
            ),
            (
                op,
                one(&http, "load_balancing.algorithm.anomaly_mitigation", "on"),
                configuration,
                "Anomaly mitigation is supported only with the 'weighted_random' load balancing algorithm",
            ),
        ],
    );
    let both = |arn: &str, [one, other]: [(&str, &str); 2]| {
        json!({ "TargetGroupArn": arn, "Attributes": [
            { "Key": one.0, "Value": one.1 }, { "Key": other.0, "Value": other.1 },
        ]})
    };
    let slow = both(
        &http,
        [
            ("slow_start.duration_seconds", "30"),
            ("load_balancing.algorithm.type", "least_outstanding_requests"),
        ],
    );
    let drained = "target_health_state.unhealthy.draining_interval_seconds";
    let draining = one(&tcp, drained, "1");
    let front = "target_group_health";
    let counts = |dns: &str, routing: &str| {
        let key = |action: &str| format!("{front}.{action}.minimum_healthy_targets.count");
        let (one, other) = (key("dns_failover"), key("unhealthy_state_routing"));
        both(&http, [(one.as_str(), dns), (other.as_str(), routing)])
    };
    let thresholds = format!(
        "'{front}.dns_failover.minimum_healthy_targets.count' must be greater than or equal to '{front}.unhealthy_state_routing.minimum_healthy_targets.count'"
    );
    refuses(
        &place.v2,
        &[
            (
                op,
                slow,
                configuration,
                "Slow start mode is supported only with the 'round_robin' load balancing algorithm",
            ),
            (
                op,
                draining,
                configuration,
                "You cannot set an unhealthy draining interval when unhealthy connection termination is enabled",
            ),
            (op, counts("2", "3"), configuration, &thresholds),
        ],
    );
    place.v2.call(op, &counts("3", "3")).ok();
    place.v2.call(op, &counts("off", "3")).ok();
    let ends = "target_health_state.unhealthy.connection_termination.enabled";
    place.v2.call(op, &both(&tcp, [(ends, "false"), (drained, "1")])).ok();
    let sticky = json!({ "TargetGroupArn": http, "Attributes": [
        { "Key": "stickiness.enabled", "Value": "true" },
        { "Key": "stickiness.type", "Value": "app_cookie" },
    ]});
    let name = "You must set an application cookie name to enable stickiness of type 'app_cookie'";
    refuses(&place.v2, &[(op, sticky.clone(), configuration, name)]);
    place.v2.call(op, &one(&http, "stickiness.app_cookie.cookie_name", "session")).ok();
    let answer = place.v2.call(op, &sticky).ok();
    let all = attributes(&answer, "ModifyTargetGroupAttributesResult");
    assert_eq!(value(&all, "stickiness.app_cookie.cookie_name").as_deref(), Some("session"));
    assert_eq!(value(&all, "stickiness.enabled").as_deref(), Some("true"));
}
