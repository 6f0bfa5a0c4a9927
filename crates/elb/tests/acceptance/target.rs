//! Targets and how they are.

use crate::{Place, forward, refuses};
use serde_json::{Value, json};
use testkit::ec2::advance;

const HEALTH: &str = "DescribeTargetHealthResult.TargetHealthDescriptions.member";

fn targets(group: &str, list: Value) -> Value {
    json!({ "TargetGroupArn": group, "Targets": list })
}

/// States and reasons of what is registered, or of what is named.
#[track_caller]
fn health(place: &Place, group: &str, list: Value) -> Vec<(String, String)> {
    let shown = place.v2.call("DescribeTargetHealth", &targets(group, list)).ok();
    let tree = shown.tree();
    let members = tree.pointer("/DescribeTargetHealthResult/TargetHealthDescriptions/member");
    let members = members.or(tree.pointer("/DescribeTargetHealthResult/TargetHealthDescriptions"));
    let list = match members {
        Some(Value::Array(list)) => list.clone(),
        Some(own @ Value::Object(_)) => vec![own.clone()],
        _ => Vec::new(),
    };
    let text = |own: &Value, name: &str| {
        own.pointer(&format!("/TargetHealth/{name}")).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    list.iter().map(|own| (text(own, "State"), text(own, "Reason"))).collect()
}

fn is(found: &[(String, String)], want: &[(&str, &str)]) -> bool {
    found.iter().map(|(state, reason)| (state.as_str(), reason.as_str())).eq(want.iter().copied())
}

#[test]
fn instances_are_registered_drained_and_gone() {
    let place = Place::at("real");
    let balancer = place.balancer("application", "web");
    let group = place.group("web", "HTTP", &json!({}));
    let id = place.instance(&place.subnets[0]);
    advance(&place.server, "60s");
    let own = json!([{ "Id": id }]);
    place.v2.call("RegisterTargets", &targets(&group, own.clone())).ok();
    place.v2.call("RegisterTargets", &targets(&group, own.clone())).ok();
    let now = |list: Value| health(&place, &group, list);
    assert!(is(&now(json!([])), &[("unused", "Target.NotInUse")]));
    place.listener(&balancer, "HTTP", 80, &group);
    assert!(is(&now(json!([])), &[("initial", "Elb.RegistrationInProgress")]));
    advance(&place.server, "31s");
    assert!(is(&now(json!([])), &[("healthy", "")]));
    place.v2.call("DeregisterTargets", &targets(&group, own.clone())).ok();
    place.v2.call("DeregisterTargets", &targets(&group, own.clone())).ok();
    assert!(is(&now(json!([])), &[("draining", "Target.DeregistrationInProgress")]));
    advance(&place.server, "299s");
    assert!(is(&now(json!([])), &[("draining", "Target.DeregistrationInProgress")]));
    advance(&place.server, "2s");
    assert!(is(&now(json!([])), &[]));
    assert!(is(&now(own.clone()), &[("unused", "Target.NotRegistered")]));
    place.v2.call("DeregisterTargets", &targets(&group, own)).ok();
}

#[test]
fn instances_that_do_not_run_are_not_served() {
    let place = Place::new();
    let balancer = place.balancer("application", "web");
    let group = place.group("web", "HTTP", &json!({}));
    place.listener(&balancer, "HTTP", 80, &group);
    let (one, far) = (place.instance(&place.subnets[0]), place.instance(&place.subnets[2]));
    let both = json!([{ "Id": one }, { "Id": far, "Port": 81 }]);
    place.v2.call("RegisterTargets", &targets(&group, both)).ok();
    let at = |id: &str| health(&place, &group, json!([{ "Id": id }]));
    assert!(is(&at(&one), &[("healthy", "")]));
    assert!(is(&at(&far), &[("unused", "Target.NotInUse")]), "its zone is not enabled");
    let shown = place.v2.call("DescribeTargetHealth", &targets(&group, json!([{ "Id": one }]))).ok();
    assert_eq!(shown.text(&format!("{HEALTH}.Target.Port")), "80");
    assert_eq!(shown.text(&format!("{HEALTH}.HealthCheckPort")), "80");
    place.ec2.call("StopInstances", &json!({ "InstanceId": [one] })).ok();
    assert!(is(&at(&one), &[("unused", "Target.InvalidState")]));
    place.ec2.call("StartInstances", &json!({ "InstanceId": [one] })).ok();
    assert!(is(&at(&one), &[("healthy", "")]));
    place.ec2.call("TerminateInstances", &json!({ "InstanceId": [one] })).ok();
    assert_eq!(health(&place, &group, json!([])).len(), 1, "one that has ended leaves the list");
    assert!(is(&at(&one), &[("draining", "Target.DeregistrationInProgress")]));
    let stopped = place.instance(&place.subnets[0]);
    place.ec2.call("StopInstances", &json!({ "InstanceId": [stopped] })).ok();
    let idle =
        format!("The following targets are not in a running state and cannot be registered: '{stopped}'");
    let other = place.ec2.call("CreateVpc", &json!({ "CidrBlock": "10.9.0.0/16" })).ok().text("vpc.vpcId");
    let elsewhere = json!({ "Name": "other", "Protocol": "HTTP", "Port": 80, "VpcId": other });
    let elsewhere = place.v2.call("CreateTargetGroup", &elsewhere).ok();
    let elsewhere = elsewhere.text("CreateTargetGroupResult.TargetGroups.member.TargetGroupArn");
    let outside = format!("The following targets are not in the target group VPC '{other}': '{far}'");
    let op = "RegisterTargets";
    refuses(
        &place.v2,
        &[
            (op, targets(&group, json!([{ "Id": stopped }])), "InvalidTarget", &idle),
            (op, targets(&elsewhere, json!([{ "Id": far }])), "InvalidTarget", &outside),
            (
                op,
                targets(&group, json!([{ "Id": "i-0" }])),
                "ValidationError",
                "Instance ID 'i-0' is not valid",
            ),
        ],
    );
}

#[test]
fn addresses_are_in_the_vpc_or_private() {
    let place = Place::new();
    let group = place.group("ip", "HTTP", &json!({ "TargetType": "ip" }));
    let own = json!([{ "Id": "10.0.1.9" }, { "Id": "192.168.0.1", "AvailabilityZone": "all", "Port": 8080 }]);
    place.v2.call("RegisterTargets", &targets(&group, own)).ok();
    let shown = place.v2.call("DescribeTargetHealth", &json!({ "TargetGroupArn": group })).ok();
    assert_eq!(shown.texts(&format!("{HEALTH}.Target.AvailabilityZone")), ["us-east-1a", "all"]);
    let op = "RegisterTargets";
    refuses(
        &place.v2,
        &[
            (
                op,
                targets(&group, json!([{ "Id": "192.168.0.2" }])),
                "ValidationError",
                "The Availability Zone is required for IP address '192.168.0.2' because it is not in the VPC",
            ),
            (
                op,
                targets(&group, json!([{ "Id": "10.0.1.8", "AvailabilityZone": "all" }])),
                "ValidationError",
                "The IP address '10.0.1.8' is within the VPC, and cannot have its Availability Zone overridden to 'all' from 'us-east-1a'",
            ),
            (
                op,
                targets(&group, json!([{ "Id": "8.8.8.8", "AvailabilityZone": "all" }])),
                "ValidationError",
                "The IP address '8.8.8.8' is not a valid private IPv4 address",
            ),
        ],
    );
    let zone_less = json!([{ "Id": "10.0.1.9" }]);
    place.v2.call("DeregisterTargets", &targets(&group, zone_less)).ok();
    let shown = place.v2.call("DescribeTargetHealth", &json!({ "TargetGroupArn": group })).ok();
    assert_eq!(shown.texts(&format!("{HEALTH}.Target.Id")), ["192.168.0.1"]);
}

#[test]
fn a_load_balancer_stands_behind_another() {
    let place = Place::new();
    let (web, net) = (place.balancer("application", "web"), place.balancer("network", "net"));
    let http = place.group("http", "HTTP", &json!({}));
    let listener = place.listener(&web, "HTTP", 80, &http);
    let group = place.group("alb", "TCP", &json!({ "TargetType": "alb" }));
    place.v2.call("RegisterTargets", &targets(&group, json!([{ "Id": web }]))).ok();
    place.listener(&net, "TCP", 80, &group);
    assert!(is(&health(&place, &group, json!([])), &[("healthy", "")]));
    let sentence = format!(
        "Load balancer '{web}' cannot be deleted because it is currently associated with another service"
    );
    refuses(
        &place.v2,
        &[("DeleteLoadBalancer", json!({ "LoadBalancerArn": web }), "ResourceInUse", &sentence)],
    );
    let other = place.group("other", "TCP", &json!({ "TargetType": "alb", "Port": 81 }));
    let model = "The specified target does not exist, is not in the same VPC as the target group, or has an unsupported instance type.";
    let nobody = "arn:aws:lambda:us-east-1:000000000000:function:f";
    let lambda = place.v2.call("CreateTargetGroup", &json!({ "Name": "fn", "TargetType": "lambda" })).ok();
    let lambda = lambda.text("CreateTargetGroupResult.TargetGroups.member.TargetGroupArn");
    let denied = format!(
        "elasticloadbalancing principal does not have permission to invoke {nobody} from target group {lambda}"
    );
    let op = "RegisterTargets";
    refuses(
        &place.v2,
        &[
            (op, targets(&other, json!([{ "Id": web }])), "InvalidTarget", model),
            (op, targets(&lambda, json!([{ "Id": nobody }])), "AccessDenied", &denied),
        ],
    );
    // Recorded: hashicorp/terraform-provider-aws issue 34860.
    let reached = format!("Listener port '80' is in use by registered target '{web}' and cannot be removed.");
    let delete = json!({ "ListenerArn": listener });
    refuses(&place.v2, &[("DeleteListener", delete.clone(), "ResourceInUse", &reached)]);
    let aside = place.listener(&web, "HTTP", 81, &http);
    place.v2.call("DeleteListener", &json!({ "ListenerArn": aside })).ok();
    place.v2.call("DeregisterTargets", &targets(&group, json!([{ "Id": web }]))).ok();
    place.v2.call("DeleteListener", &delete).ok();
}

#[test]
fn a_target_is_known_by_its_port() {
    let place = Place::new();
    let balancer = place.balancer("network", "net");
    let group = place.group("tcp", "TCP", &json!({}));
    let wish = json!({ "LoadBalancerArn": balancer, "Protocol": "TCP", "Port": 80, "DefaultActions": [forward(&group)] });
    place.v2.call("CreateListener", &wish).ok();
    let id = place.instance(&place.subnets[1]);
    let three = json!([{ "Id": id }, { "Id": id, "Port": 81 }, { "Id": id, "Port": 82 }]);
    place.v2.call("RegisterTargets", &targets(&group, three)).ok();
    assert_eq!(health(&place, &group, json!([])).len(), 3);
    place.v2.call("DeregisterTargets", &targets(&group, json!([{ "Id": id, "Port": 81 }]))).ok();
    assert_eq!(health(&place, &group, json!([])).len(), 2);
    // Recorded: chaostoolkit-incubator/chaostoolkit-aws issue 60. Who names no port means the group's.
    place.v2.call("DeregisterTargets", &targets(&group, json!([{ "Id": id }]))).ok();
    let shown = place.v2.call("DescribeTargetHealth", &json!({ "TargetGroupArn": group })).ok();
    assert_eq!(shown.texts(&format!("{HEALTH}.Target.Port")), ["82"]);
    place.v2.call("DeregisterTargets", &targets(&group, json!([{ "Id": id }]))).ok();
    assert_eq!(health(&place, &group, json!([])).len(), 1, "what is not registered is no error");
}

#[test]
fn a_target_is_registered_a_hundred_times_at_the_most() {
    let place = Place::new();
    let group = place.group("ip", "TCP", &json!({ "TargetType": "ip" }));
    let on = |ports: std::ops::RangeInclusive<u16>| {
        let list: Vec<Value> = ports.map(|port| json!({ "Id": "10.0.1.9", "Port": port })).collect();
        targets(&group, json!(list))
    };
    place.v2.call("RegisterTargets", &on(1..=100)).ok();
    let sentence =
        "You've reached the limit on the number of times a target can be registered with a load balancer.";
    refuses(&place.v2, &[("RegisterTargets", on(101..=101), "TooManyRegistrationsForTargetId", sentence)]);
    assert_eq!(health(&place, &group, json!([])).len(), 100, "what is refused leaves nothing behind");
}

#[test]
fn addresses_of_load_balancers_are_no_targets() {
    let place = Place::new();
    let (web, net) = (place.balancer("application", "web"), place.balancer("network", "net"));
    let group = place.group("ip", "TCP", &json!({ "TargetType": "ip" }));
    place.listener(&net, "TCP", 80, &group);
    let own = place.interfaces("ELB app/web/*", "privateIpAddress").remove(0);
    let list = json!([{ "Id": own }]);
    place.v2.call("RegisterTargets", &targets(&group, list.clone())).ok();
    let shown = place.v2.call("DescribeTargetHealth", &targets(&group, list.clone())).ok();
    for (member, want) in [
        ("State", "unused"),
        ("Reason", "Target.IpUnusable"),
        ("Description", "The IP address cannot be used as a target, as it is in use by a load balancer"),
    ] {
        assert_eq!(shown.text(&format!("{HEALTH}.TargetHealth.{member}")), want);
    }
    place.v2.call("DeleteLoadBalancer", &json!({ "LoadBalancerArn": web })).ok();
    assert!(is(&health(&place, &group, list), &[("healthy", "")]), "nobody has the address any longer");
}

#[test]
fn instances_that_have_ended_do_not_count_and_are_forgotten() {
    let place = Place::new();
    let balancer = place.balancer("application", "web");
    let group = place.group("web", "HTTP", &json!({}));
    let more = place.group("more", "HTTP", &json!({}));
    place.listener(&balancer, "HTTP", 80, &group);
    let id = place.instance(&place.subnets[0]);
    let on = |group: &str, id: &str, ports: std::ops::Range<u16>| {
        let list: Vec<Value> = ports.map(|port| json!({ "Id": id, "Port": port })).collect();
        targets(group, json!(list))
    };
    place.v2.call("RegisterTargets", &on(&group, &id, 1..101)).ok();
    place.v2.call("RegisterTargets", &on(&more, &id, 101..102)).ok();
    let sentence =
        "You've reached the limit on the number of times a target can be registered with a load balancer.";
    let wish = json!({ "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 81, "DefaultActions": [forward(&more)] });
    refuses(&place.v2, &[("CreateListener", wish.clone(), "TooManyRegistrationsForTargetId", sentence)]);
    place.ec2.call("TerminateInstances", &json!({ "InstanceId": [id] })).ok();
    place.v2.call("CreateListener", &wish).ok();
    // An hour later EC2 knows the instance no longer. Source: EC2 user guide, "Terminate Amazon EC2 instances".
    advance(&place.server, "2h");
    let shown = place.ec2.call("DescribeInstances", &json!({})).ok();
    assert!(shown.texts("reservationSet.item.instancesSet.item.instanceId").is_empty());
    assert!(is(&health(&place, &group, json!([{ "Id": id }])), &[("unused", "Target.NotRegistered")]));
    let next = place.instance(&place.subnets[0]);
    place.v2.call("RegisterTargets", &on(&group, &next, 1..101)).ok();
    assert_eq!(health(&place, &group, json!([])).len(), 100);
}

#[test]
fn targets_have_the_form_of_their_group() {
    let place = Place::new();
    let quic = place.group("quic", "QUIC", &json!({ "TargetType": "ip" }));
    let tcp = place.group("tcp", "TCP", &json!({ "TargetType": "ip" }));
    let web = [place.balancer("application", "one"), place.balancer("application", "other")];
    for (arn, name) in web.iter().zip(["one", "other"]) {
        place.listener(arn, "HTTP", 80, &place.group(name, "HTTP", &json!({})));
    }
    let alb = place.group("alb", "TCP", &json!({ "TargetType": "alb" }));
    place.v2.call("RegisterTargets", &targets(&alb, json!([{ "Id": web[0] }]))).ok();
    let server = |id: &str| json!([{ "Id": "10.0.1.9", "QuicServerId": id }]);
    place.v2.call("RegisterTargets", &targets(&quic, server("0x0123456789abcdef"))).ok();
    let op = "RegisterTargets";
    let bad = |id: &str| format!("The QUIC server ID '{id}' is not valid");
    refuses(
        &place.v2,
        &[
            (op, targets(&quic, server("0x0123")), "ValidationError", &bad("0x0123")),
            (op, targets(&tcp, server("0x0123456789abcdef")), "ValidationError", &bad("0x0123456789abcdef")),
            (
                op,
                targets(&alb, json!([{ "Id": web[1] }])),
                "TooManyTargets",
                "You've reached the limit on the number of targets.",
            ),
        ],
    );
}
