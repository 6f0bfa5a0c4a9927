//! What no client should send, and what many clients send at once.

use crate::apart::{ARN, Made, about, classic_rows, rows};
use crate::{Place, fixed, refuses, with};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use testkit::{Answer, Client};

/// Values that fit nowhere, or hardly anywhere.
const VALUES: [&str; 14] = [
    "",
    " ",
    "\0",
    "-1",
    "2147483648",
    "99999999999999999999",
    "1.5",
    "NaN",
    "maybe",
    "null",
    "<a>&amp;</a>",
    "../../etc/passwd",
    "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app//",
    "안개 \u{202e}\u{feff}",
];

/// Parameters as a form has them.
fn flat(name: &str, value: &Value, into: &mut Vec<(String, String)>) {
    let below = |step: &str| if name.is_empty() { step.to_owned() } else { format!("{name}.{step}") };
    match value {
        Value::Object(members) => members.iter().for_each(|(step, own)| flat(&below(step), own, into)),
        Value::Array(list) => {
            list.iter().zip(1..).for_each(|(own, n)| flat(&below(&format!("member.{n}")), own, into));
        }
        Value::String(text) => into.push((name.to_owned(), text.clone())),
        other => into.push((name.to_owned(), other.to_string())),
    }
}

fn send(client: &Client, version: &str, operation: &str, pairs: &[(String, String)]) -> Answer {
    let quoted = |text: &str| {
        let mut all = String::with_capacity(text.len());
        for byte in text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => all.push(char::from(byte)),
                _ => all.push_str(&format!("%{byte:02X}")),
            }
        }
        all
    };
    let own = [("Action".to_owned(), operation.to_owned()), ("Version".to_owned(), version.to_owned())];
    let body: Vec<String> =
        own.iter().chain(pairs).map(|(name, value)| format!("{}={}", quoted(name), quoted(value))).collect();
    let request = client.request("POST", "/").header("content-type", "application/x-www-form-urlencoded");
    request.body(body.join("&")).send()
}

/// What a request is turned into: one value is another, missing, huge, twice, or in the wrong place.
fn turned(pairs: &[(String, String)]) -> Vec<Vec<(String, String)>> {
    let huge = "x".repeat(200_000);
    let mut all = Vec::new();
    for at in 0..pairs.len() {
        let (name, value) = &pairs[at];
        let put = |new: &[(String, String)]| [&pairs[..at], new, &pairs[at + 1..]].concat();
        for other in VALUES.iter().copied().chain([huge.as_str()]) {
            all.push(put(&[(name.clone(), other.to_owned())]));
        }
        all.push(put(&[]));
        all.push(put(&[(name.clone(), value.clone()), (name.clone(), "x".to_owned())]));
        all.push(put(&[(format!("{name}.member.1"), value.clone())]));
        all.push(put(&[(name.replace(".member.1", ".member.4294967296"), value.clone())]));
        all.push(put(&[(name.replace(".member.1", ".member.0"), value.clone())]));
        all.push(put(&[(name.replace(".member.1", ".member.-1"), value.clone())]));
        all.push(put(&[(name.replace(".member.1", ""), value.clone())]));
        all.push(put(&[(format!("{name}{}", ".member.1".repeat(200)), value.clone())]));
    }
    let mut backwards = pairs.to_vec();
    backwards.reverse();
    all.push(backwards);
    all
}

/// Sends every turn of every row: each is answered, and none as a failure of the server's.
fn refuse_all(client: &Client, version: &str, rows: &[(&str, Value)]) {
    for (operation, parameters) in rows {
        let mut pairs = Vec::new();
        flat("", parameters, &mut pairs);
        for turn in turned(&pairs) {
            let answer = send(client, version, operation, &turn);
            let what = || {
                let short: Vec<String> =
                    turn.iter().map(|(name, value)| format!("{name:.80}={value:.80}")).collect();
                format!("{operation} {}: {} {}", short.join("&"), answer.status, answer.body_text())
            };
            assert!(answer.status == 200 || (400..500).contains(&answer.status), "{}", what());
            if answer.status != 200 {
                let refusal = answer.refusal();
                assert!(!refusal.code.is_empty() && !refusal.message.is_empty(), "{}", what());
            }
        }
    }
}

#[test]
fn what_fits_nowhere_is_refused_and_changes_nothing() {
    let place = Place::new();
    let made = Made::new(&place);
    let subnets = json!({ "Subnets": place.two() });
    let mut all: Vec<(&str, Value)> = rows()
        .into_iter()
        // Whatever is still a request to delete it is carried out, as it should be.
        .filter(|(operation, ..)| !operation.starts_with("Delete"))
        .map(|(operation, kind, parameters)| (operation, about(&parameters, made.arn(kind))))
        .collect();
    all.push(("CreateLoadBalancer", with(&json!({ "Name": "web" }), &subnets)));
    let group = json!({ "Name": "web", "Protocol": "HTTP", "Port": 80, "VpcId": place.vpc });
    all.push((
        "CreateTargetGroup",
        with(&group, &json!({ "HealthCheckIntervalSeconds": 30, "Matcher": { "HttpCode": "200" } })),
    ));
    all.push(("DescribeLoadBalancers", json!({ "Names": ["web"], "PageSize": 1, "Marker": "x" })));
    all.push(("DescribeAccountLimits", json!({ "PageSize": 1, "Marker": "x" })));
    refuse_all(&place.v2, "2015-12-01", &all);
    // Deletions, of what there is none of.
    let nothing = format!("{}x", made.group);
    let deletions: Vec<(&str, Value)> = rows()
        .into_iter()
        .filter(|(operation, ..)| operation.starts_with("Delete"))
        .map(|(operation, _, parameters)| (operation, about(&parameters, &nothing)))
        .collect();
    refuse_all(&place.v2, "2015-12-01", &deletions);
    let shown = place.v2.call("DescribeLoadBalancers", &json!({ "Names": ["web"] })).ok();
    assert_eq!(shown.text("DescribeLoadBalancersResult.LoadBalancers.member.LoadBalancerArn"), made.balancer);
    let shown = place.v2.call("DescribeRules", &json!({ "RuleArns": [made.rule] })).ok();
    assert_eq!(shown.text("DescribeRulesResult.Rules.member.RuleArn"), made.rule);
}

#[test]
fn what_fits_nowhere_is_refused_by_the_older_api_too() {
    let place = Place::new();
    let wish = crate::classic::wish(&place, "web");
    place.v1.call("CreateLoadBalancer", &wish).ok();
    let mut all = classic_rows();
    all.push(("CreateLoadBalancer", with(&wish, &json!({ "LoadBalancerName": "other" }))));
    all.push(("DescribeLoadBalancers", json!({ "PageSize": 1, "Marker": "x" })));
    all.push(("DeleteLoadBalancer", json!({ "LoadBalancerName": "nothing" })));
    refuse_all(&place.v1, "2012-06-01", &all);
    let named = json!({ "LoadBalancerNames": ["web"] });
    place.v1.call("DescribeLoadBalancers", &named).ok();
}

#[test]
fn what_stands_twice_is_one_or_refused() {
    let place = Place::new();
    let made = Made::new(&place);
    let group = place.group("ip", "HTTP", &json!({ "TargetType": "ip" }));
    let twice = json!([{ "Id": "10.0.1.9" }, { "Id": "10.0.1.9", "Port": 80 }, { "Id": "10.0.1.9" }]);
    let own = json!({ "TargetGroupArn": group, "Targets": twice });
    place.v2.call("RegisterTargets", &own).ok();
    let health = place.v2.call("DescribeTargetHealth", &json!({ "TargetGroupArn": group })).ok();
    let path = "DescribeTargetHealthResult.TargetHealthDescriptions.member.Target.Id";
    assert_eq!(health.texts(path), ["10.0.1.9"]);
    let same = json!([place.subnets[0], place.subnets[0]]);
    let zones = "A load balancer cannot be attached to multiple subnets in the same Availability Zone";
    let code = "InvalidConfigurationRequest";
    refuses(
        &place.v2,
        &[
            ("CreateLoadBalancer", json!({ "Name": "x", "Subnets": same }), code, zones),
            ("SetSubnets", json!({ "LoadBalancerArn": made.balancer, "Subnets": same }), code, zones),
        ],
    );
    let named = json!({ "LoadBalancerArns": [made.balancer, made.balancer] });
    let shown = place.v2.call("DescribeLoadBalancers", &named).ok();
    assert_eq!(
        shown.texts("DescribeLoadBalancersResult.LoadBalancers.member.LoadBalancerArn"),
        [made.balancer]
    );
}

/// How many clients call at once.
const CROWD: usize = 64;

/// What each of a crowd is answered, all of them calling at the same moment.
fn crowd(place: &Place, service: &str, call: impl Fn(&Client, usize) -> Answer + Sync) -> Vec<Answer> {
    let address = place.server.address();
    let (together, call) = (&Barrier::new(CROWD), &call);
    std::thread::scope(|threads| {
        let one = |n: usize| {
            threads.spawn(move || {
                let client = Client::new(address, service);
                together.wait();
                call(&client, n)
            })
        };
        let all: Vec<_> = (0..CROWD).map(one).collect();
        all.into_iter().map(|thread| thread.join().expect("a client comes to its end")).collect()
    })
}

/// Of a crowd that wants one name for different things one has it.
#[track_caller]
fn one_wins(answers: &[Answer], code: &str) {
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    let lost = answers.iter().filter(|answer| answer.status == 400).map(Answer::refusal);
    let codes: BTreeSet<String> = lost.map(|refusal| refusal.code).collect();
    assert_eq!((won, codes), (1, BTreeSet::from([code.to_owned()])));
}

#[test]
fn of_many_who_want_one_name_one_has_it() {
    let place = Place::new();
    Made::new(&place);
    let port = |n: usize| 1000 + n;
    let answers = crowd(&place, "elbv2", |client, n| {
        let wish = json!({ "Name": "crowd", "Protocol": "HTTP", "Port": port(n), "VpcId": place.vpc });
        client.call("CreateTargetGroup", &wish)
    });
    one_wins(&answers, "DuplicateTargetGroupName");
    let answers = crowd(&place, "elbv2", |client, n| {
        let kind = if n % 2 == 0 { "application" } else { "network" };
        let scheme = if n % 4 < 2 { "internal" } else { "internet-facing" };
        let pairs = [[0, 1], [1, 2], [0, 2]][n % 3].map(|at| place.subnets[at].clone());
        client.call(
            "CreateLoadBalancer",
            &json!({ "Name": "crowd", "Type": kind, "Scheme": scheme, "Subnets": pairs }),
        )
    });
    // Those who want the very same are answered with it.
    let arns: BTreeSet<String> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.text("CreateLoadBalancerResult.LoadBalancers.member.LoadBalancerArn"))
        .collect();
    assert_eq!(arns.len(), 1);
    let refused = answers.iter().filter(|answer| answer.status != 200);
    let codes: BTreeSet<String> = refused.map(|answer| answer.refusal().code).collect();
    assert_eq!(codes, BTreeSet::from(["DuplicateLoadBalancerName".to_owned()]));
    assert_eq!(place.interfaces("ELB */crowd/*", "networkInterfaceId").len(), 2, "nobody else left anything");
    let two = place.two();
    let answers = crowd(&place, "elb", |client, n| {
        let listener = json!({ "Protocol": "HTTP", "LoadBalancerPort": port(n), "InstancePort": 80 });
        let wish = json!({ "LoadBalancerName": "crowd", "Listeners": [listener], "Subnets": two });
        client.call("CreateLoadBalancer", &wish)
    });
    one_wins(&answers, "DuplicateLoadBalancerName");
    let answers = crowd(&place, "elbv2", |client, _| {
        let wish = json!({
            "Name": "crowd", "CaCertificatesBundleS3Bucket": "trust", "CaCertificatesBundleS3Key": "bundle.pem",
        });
        client.call("CreateTrustStore", &wish)
    });
    one_wins(&answers, "DuplicateTrustStoreName");
}

#[test]
fn of_many_who_want_one_port_or_priority_one_has_it() {
    let place = Place::new();
    let made = Made::new(&place);
    let answer = |n: usize| {
        json!([with(&fixed(), &json!({ "FixedResponseConfig": { "StatusCode": (400 + n).to_string() } }))])
    };
    let answers = crowd(&place, "elbv2", |client, n| {
        let wish = json!({ "LoadBalancerArn": made.balancer, "Protocol": "HTTP", "Port": 81, "DefaultActions": answer(n) });
        client.call("CreateListener", &wish)
    });
    one_wins(&answers, "DuplicateListener");
    let answers = crowd(&place, "elbv2", |client, n| {
        let wish = json!({
            "ListenerArn": made.listener, "Priority": 9, "Actions": answer(n),
            "Conditions": [{ "Field": "path-pattern", "Values": [format!("/{n}")] }],
        });
        client.call("CreateRule", &wish)
    });
    one_wins(&answers, "PriorityInUse");
}

#[test]
fn many_who_register_targets_lose_none() {
    let place = Place::new();
    let made = Made::new(&place);
    let group = place.group("ip", "HTTP", &json!({ "TargetType": "ip" }));
    place.listener(&made.balancer, "HTTP", 81, &group);
    let id = |n: usize| format!("10.0.1.{}", 100 + n);
    let targets = |n: usize| json!({ "TargetGroupArn": group, "Targets": [{ "Id": id(n) }] });
    for answer in crowd(&place, "elbv2", |client, n| client.call("RegisterTargets", &targets(n))) {
        answer.ok();
    }
    let there = || {
        let shown = place.v2.call("DescribeTargetHealth", &json!({ "TargetGroupArn": group })).ok();
        shown.texts("DescribeTargetHealthResult.TargetHealthDescriptions.member.Target.Id")
    };
    let want: BTreeSet<String> = (0..CROWD).map(id).collect();
    assert_eq!(there().into_iter().collect::<BTreeSet<_>>(), want);
    // Half of them go and the others come once more.
    for answer in crowd(&place, "elbv2", |client, n| {
        let operation = if n % 2 == 0 { "DeregisterTargets" } else { "RegisterTargets" };
        client.call(operation, &targets(n))
    }) {
        answer.ok();
    }
    let shown = place.v2.call("DescribeTargetHealth", &json!({ "TargetGroupArn": group })).ok();
    let states = shown.texts("DescribeTargetHealthResult.TargetHealthDescriptions.member.TargetHealth.State");
    let healthy = states.iter().filter(|state| *state == "healthy").count();
    assert_eq!(healthy, CROWD / 2, "{states:?}");
    let tags = |n: usize| json!({ "ResourceArns": [made.balancer], "Tags": [{ "Key": format!("k-{}", n % 50), "Value": n.to_string() }] });
    for answer in crowd(&place, "elbv2", |client, n| client.call("AddTags", &tags(n))) {
        answer.ok();
    }
    let shown = place.v2.call("DescribeTags", &json!({ "ResourceArns": [made.balancer] })).ok();
    assert_eq!(shown.texts("DescribeTagsResult.TagDescriptions.member.Tags.member.Key").len(), 50);
}

#[test]
fn whoever_reads_rules_sees_one_order_or_the_other() {
    let place = Place::new();
    let balancer = place.balancer("application", "web");
    let group = place.group("web", "HTTP", &json!({}));
    let listener = place.listener(&balancer, "HTTP", 80, &group);
    let rule = |priority: usize| {
        let wish = json!({
            "ListenerArn": listener, "Priority": priority, "Actions": [fixed()],
            "Conditions": [{ "Field": "path-pattern", "Values": [format!("/{priority}")] }],
        });
        place.v2.call("CreateRule", &wish).ok().text("CreateRuleResult.Rules.member.RuleArn")
    };
    let one: Vec<String> = (1..=100).map(rule).collect();
    let other: Vec<String> = one.iter().rev().cloned().collect();
    let order = |arns: &[String]| {
        let pairs: Vec<Value> =
            arns.iter().zip(1..).map(|(arn, n)| json!({ "RuleArn": arn, "Priority": n })).collect();
        json!({ "RulePriorities": pairs })
    };
    let address = place.server.address();
    let is_over = AtomicBool::new(false);
    let (one, other, is_over, listener) = (&one, &other, &is_over, listener.as_str());
    let seen = std::thread::scope(|threads| {
        let reader = threads.spawn(move || {
            let client = Client::new(address, "elbv2");
            let mut seen = 0;
            loop {
                let is_last = is_over.load(Ordering::Acquire);
                let shown = client.call("DescribeRules", &json!({ "ListenerArn": listener })).ok();
                let mut arns = shown.texts("DescribeRulesResult.Rules.member.RuleArn");
                arns.pop();
                assert!(arns == *one || arns == *other, "{arns:?}");
                seen += 1;
                if is_last {
                    return seen;
                }
            }
        });
        for turn in 0..30 {
            let arns = if turn % 2 == 0 { other } else { one };
            place.v2.call("SetRulePriorities", &order(arns)).ok();
        }
        is_over.store(true, Ordering::Release);
        reader.join().expect("the reader comes to its end")
    });
    assert!(seen > 1, "the reader read while the order changed");
    let shown = place.v2.call("DescribeRules", &json!({ "ListenerArn": listener })).ok();
    let mut arns = shown.texts("DescribeRulesResult.Rules.member.RuleArn");
    arns.pop();
    assert_eq!(arns, *one);
}

#[test]
fn an_arn_is_taken_apart_before_it_is_looked_for() {
    let place = Place::new();
    let made = Made::new(&place);
    for turn in [
        made.balancer.replace(":loadbalancer/", ":loadbalancer//"),
        made.balancer.replace("arn:aws:", "arn:aws-cn:"),
        made.balancer.replace(":elasticloadbalancing:", ":ec2:"),
        made.balancer.replace("/app/", "/net/../app/"),
        format!("{}/", made.balancer),
        format!(" {}", made.balancer),
        made.balancer.to_uppercase(),
        made.group.clone(),
        ARN.to_owned(),
    ] {
        let sentence = format!("'{turn}' is not a valid load balancer ARN");
        let named = json!({ "LoadBalancerArn": turn });
        refuses(&place.v2, &[("DescribeLoadBalancerAttributes", named, "ValidationError", &sentence)]);
    }
}
