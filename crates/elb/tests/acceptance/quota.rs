//! Quotas: what there may be so many of, and one more is refused.

use crate::{Place, fixed, forward, refuses, with};
use serde_json::{Value, json};
use std::ops::Range;

const ACTIONS: &str = "You've reached the limit on the number of actions per rule.";
const GROUPS: &str = "You've reached the limit on the number of unique target groups per load balancer across all listeners. If a target group is used by multiple actions for a load balancer, it is counted as only one use.";
const REGISTRATIONS: &str =
    "You've reached the limit on the number of times a target can be registered with a load balancer.";

fn listener(balancer: &str, port: u16, actions: &Value) -> Value {
    json!({ "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": port, "DefaultActions": actions })
}

fn rule(listener: &str, priority: u16, actions: &Value) -> Value {
    json!({
        "ListenerArn": listener, "Priority": priority, "Actions": actions,
        "Conditions": [{ "Field": "path-pattern", "Values": ["/x"] }],
    })
}

/// Every operation that takes actions, refused because of them; with a listener and a rule that answer by themselves.
#[track_caller]
pub(crate) fn refuses_actions(
    place: &Place,
    balancer: &str,
    actions: &Value,
    (code, sentence): (&str, &str),
) {
    let made = place.v2.call("CreateListener", &listener(balancer, 9001, &json!([fixed()]))).ok();
    let bare = made.text("CreateListenerResult.Listeners.member.ListenerArn");
    let made = place.v2.call("CreateRule", &rule(&bare, 1, &json!([fixed()]))).ok();
    let own = made.text("CreateRuleResult.Rules.member.RuleArn");
    refuses(
        &place.v2,
        &[
            ("CreateListener", listener(balancer, 9002, actions), code, sentence),
            ("ModifyListener", json!({ "ListenerArn": bare, "DefaultActions": actions }), code, sentence),
            ("CreateRule", rule(&bare, 2, actions), code, sentence),
            ("ModifyRule", json!({ "RuleArn": own, "Actions": actions }), code, sentence),
        ],
    );
    place.v2.call("DeleteListener", &json!({ "ListenerArn": bare })).ok();
}

#[test]
fn there_are_fifty_load_balancers_and_fifty_listeners_of_one() {
    let place = Place::new();
    let arns: Vec<String> = (0..50).map(|n| place.balancer("application", &format!("web-{n}"))).collect();
    let more = json!({ "Name": "more", "Subnets": place.two() });
    let balancers = "The maximum number of load balancers has been reached";
    refuses(&place.v2, &[("CreateLoadBalancer", more, "TooManyLoadBalancers", balancers)]);
    // Each kind is counted by itself.
    place.balancer("network", "net");
    for port in 1..=50 {
        place.v2.call("CreateListener", &listener(&arns[0], port, &json!([fixed()]))).ok();
    }
    let more = listener(&arns[0], 51, &json!([fixed()]));
    let listeners = "You've reached the limit on the number of listeners per load balancer.";
    refuses(&place.v2, &[("CreateListener", more, "TooManyListeners", listeners)]);
    place.v2.call("CreateListener", &listener(&arns[1], 51, &json!([fixed()]))).ok();
}

#[test]
fn there_are_twenty_classic_load_balancers_and_a_hundred_policies_of_one() {
    let place = Place::new();
    for n in 0..20 {
        place.v1.call("CreateLoadBalancer", &crate::classic::wish(&place, &format!("web-{n}"))).ok();
    }
    let more = crate::classic::wish(&place, "more");
    let sentence = "The quota for the number of load balancers has been reached.";
    refuses(&place.v1, &[("CreateLoadBalancer", more, "TooManyLoadBalancers", sentence)]);
    let policy = |name: &str| json!({ "LoadBalancerName": "web-0", "PolicyName": name });
    for n in 0..100 {
        place.v1.call("CreateLBCookieStickinessPolicy", &policy(&format!("p-{n}"))).ok();
    }
    let more = policy("more");
    let proxy = json!({
        "PolicyTypeName": "ProxyProtocolPolicyType",
        "PolicyAttributes": [{ "AttributeName": "ProxyProtocol", "AttributeValue": "true" }],
    });
    let (code, sentence) =
        ("TooManyPolicies", "The quota for the number of policies for this load balancer has been reached.");
    refuses(
        &place.v1,
        &[
            ("CreateLBCookieStickinessPolicy", more.clone(), code, sentence),
            ("CreateAppCookieStickinessPolicy", with(&more, &json!({ "CookieName": "c" })), code, sentence),
            ("CreateLoadBalancerPolicy", with(&more, &proxy), code, sentence),
        ],
    );
}

#[test]
fn there_are_a_hundred_target_groups_of_wrapped_packets() {
    let place = Place::new();
    let wish = |n: usize| json!({ "Name": format!("g-{n}"), "Protocol": "GENEVE", "Port": 6081, "VpcId": place.vpc });
    for n in 0..100 {
        place.v2.call("CreateTargetGroup", &wish(n)).ok();
    }
    let sentence = "The maximum number of target groups has been reached";
    refuses(&place.v2, &[("CreateTargetGroup", wish(100), "TooManyTargetGroups", sentence)]);
    place.group("web", "HTTP", &json!({}));
}

#[test]
fn a_listener_has_twenty_five_further_certificates() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let all: Vec<Value> =
        (0..27).map(|n| json!({ "CertificateArn": place.certificate(&format!("c-{n}")) })).collect();
    let wish = with(
        &listener(&arn, 443, &json!([fixed()])),
        &json!({ "Protocol": "HTTPS", "Certificates": [all[0]] }),
    );
    let made = place.v2.call("CreateListener", &wish).ok();
    let own = made.text("CreateListenerResult.Listeners.member.ListenerArn");
    let add = |of: Range<usize>| json!({ "ListenerArn": own, "Certificates": all[of] });
    place.v2.call("AddListenerCertificates", &add(1..26)).ok();
    let sentence = "You've reached the limit on the number of certificates per load balancer";
    refuses(&place.v2, &[("AddListenerCertificates", add(26..27), "TooManyCertificates", sentence)]);
}

#[test]
fn a_rule_has_five_actions() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let six: Vec<Value> = (1..=6).map(|order| with(&fixed(), &json!({ "Order": order }))).collect();
    refuses_actions(&place, &arn, &json!(six), ("TooManyActions", ACTIONS));
}

#[test]
fn a_load_balancer_leads_to_a_hundred_target_groups() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let groups: Vec<String> = (0..101).map(|n| place.group(&format!("g-{n}"), "HTTP", &json!({}))).collect();
    let to = |of: Range<usize>| {
        let list: Vec<Value> = groups[of].iter().map(|arn| json!({ "TargetGroupArn": arn })).collect();
        json!([{ "Type": "forward", "ForwardConfig": { "TargetGroups": list } }])
    };
    let mut first = String::new();
    for n in 0..20 {
        let wish = listener(&arn, 100 + u16::try_from(n).expect("it is small"), &to(5 * n..5 * n + 5));
        let made = place.v2.call("CreateListener", &wish).ok();
        first = made.text("CreateListenerResult.Listeners.member.ListenerArn");
    }
    refuses_actions(&place, &arn, &to(100..101), ("TooManyUniqueTargetGroupsPerLoadBalancer", GROUPS));
    // One that takes another's place is none more.
    let other = json!({ "ListenerArn": first, "DefaultActions": to(96..101) });
    place.v2.call("ModifyListener", &other).ok();
}

#[test]
fn a_target_is_registered_a_hundred_times_with_one_load_balancer() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let group = |name: &str| place.group(name, "HTTP", &json!({ "TargetType": "ip" }));
    let (full, more) = (group("full"), group("more"));
    let on = |group: &str, ports: Range<u16>| {
        let list: Vec<Value> = ports.map(|port| json!({ "Id": "10.0.1.9", "Port": port })).collect();
        json!({ "TargetGroupArn": group, "Targets": list })
    };
    place.v2.call("RegisterTargets", &on(&full, 1..101)).ok();
    place.v2.call("RegisterTargets", &on(&more, 101..102)).ok();
    place.listener(&arn, "HTTP", 80, &full);
    refuses_actions(
        &place,
        &arn,
        &json!([forward(&more)]),
        ("TooManyRegistrationsForTargetId", REGISTRATIONS),
    );
    let other = json!({ "TargetGroupArn": more, "Targets": [{ "Id": "10.0.1.9", "Port": 101 }] });
    place.v2.call("DeregisterTargets", &other).ok();
    place.listener(&arn, "HTTP", 81, &more);
    let again = on(&more, 101..102);
    refuses(&place.v2, &[("RegisterTargets", again, "TooManyRegistrationsForTargetId", REGISTRATIONS)]);
}

#[test]
fn a_load_balancer_has_a_thousand_targets() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let group = |name: &str| place.group(name, "HTTP", &json!({ "TargetType": "ip" }));
    let (full, more) = (group("full"), group("more"));
    let on = |group: &str, of: Range<u32>| {
        let address = |n: u32| format!("192.168.{}.{}", n / 250, n % 250 + 1);
        let one = |n: u32| json!({ "Id": address(n), "AvailabilityZone": "all" });
        json!({ "TargetGroupArn": group, "Targets": of.map(one).collect::<Vec<Value>>() })
    };
    place.v2.call("RegisterTargets", &on(&full, 0..1000)).ok();
    place.v2.call("RegisterTargets", &on(&more, 1000..1001)).ok();
    place.listener(&arn, "HTTP", 80, &full);
    let sentence = format!(
        "The maximum number of targets per load balancer '1000' has been reached on load balancer '{arn}'"
    );
    refuses_actions(&place, &arn, &json!([forward(&more)]), ("TooManyTargets", &sentence));
    refuses(&place.v2, &[("RegisterTargets", on(&full, 1001..1002), "TooManyTargets", &sentence)]);
}
