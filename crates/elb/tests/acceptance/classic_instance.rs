//! Instances of classic load balancers, and how they are.

use crate::classic::wish;
use crate::{Place, refuses, with};
use serde_json::{Value, json};
use testkit::ec2::advance;

fn own(more: Value) -> Value {
    with(&json!({ "LoadBalancerName": "web" }), &more)
}

fn instances(ids: &[&String]) -> Value {
    let list: Vec<Value> = ids.iter().map(|id| json!({ "InstanceId": id })).collect();
    own(json!({ "Instances": list }))
}

#[track_caller]
fn states(place: &Place) -> Vec<String> {
    let shown = place.v1.call("DescribeInstanceHealth", &own(json!({}))).ok();
    shown.texts("DescribeInstanceHealthResult.InstanceStates.member.Description")
}

#[test]
fn instances_come_into_service_and_leave_it() {
    let place = Place::at("real");
    place.v1.call("CreateLoadBalancer", &wish(&place, "web")).ok();
    let (one, far) = (place.instance(&place.subnets[0]), place.instance(&place.subnets[2]));
    advance(&place.server, "60s");
    let answer = place.v1.call("RegisterInstancesWithLoadBalancer", &instances(&[&one])).ok();
    let path = "RegisterInstancesWithLoadBalancerResult.Instances.member.InstanceId";
    assert_eq!(answer.texts(path), [one.as_str()]);
    assert_eq!(states(&place), ["Instance registration is still in progress."]);
    advance(&place.server, "31s");
    assert_eq!(states(&place), ["N/A"]);
    place.v1.call("RegisterInstancesWithLoadBalancer", &instances(&[&far])).ok();
    let zone = "Instance is in the EC2 Availability Zone for which LoadBalancer is not configured to route traffic to.";
    assert!(states(&place).contains(&zone.to_owned()));
    let drains = own(
        json!({ "LoadBalancerAttributes": { "ConnectionDraining": { "Enabled": true, "Timeout": 60 } } }),
    );
    place.v1.call("ModifyLoadBalancerAttributes", &drains).ok();
    let answer = place.v1.call("DeregisterInstancesFromLoadBalancer", &instances(&[&one])).ok();
    let path = "DeregisterInstancesFromLoadBalancerResult.Instances.member.InstanceId";
    assert_eq!(answer.texts(path), [far.as_str()]);
    assert!(states(&place).contains(&"Instance deregistration currently in progress.".to_owned()));
    advance(&place.server, "61s");
    assert_eq!(states(&place), [zone]);
    place.v1.call("DeregisterInstancesFromLoadBalancer", &instances(&[&one])).ok();
    let gone = "Could not find EC2 instance i-00000000000000000.";
    let nothing = "i-00000000000000000".to_owned();
    refuses(
        &place.v1,
        &[
            ("RegisterInstancesWithLoadBalancer", instances(&[&nothing]), "InvalidInstance", gone),
            ("DeregisterInstancesFromLoadBalancer", instances(&[&nothing]), "InvalidInstance", gone),
            ("DescribeInstanceHealth", instances(&[&nothing]), "InvalidInstance", gone),
        ],
    );
}

#[test]
fn what_was_put_off_for_an_earlier_registration_is_void() {
    let place = Place::at("real");
    place.v1.call("CreateLoadBalancer", &wish(&place, "web")).ok();
    let one = place.instance(&place.subnets[0]);
    advance(&place.server, "60s");
    let register = || place.v1.call("RegisterInstancesWithLoadBalancer", &instances(&[&one])).ok();
    let deregister = || place.v1.call("DeregisterInstancesFromLoadBalancer", &instances(&[&one])).ok();
    register();
    advance(&place.server, "20s");
    deregister();
    register();
    advance(&place.server, "11s");
    assert_eq!(states(&place), ["Instance registration is still in progress."]);
    advance(&place.server, "20s");
    assert_eq!(states(&place), ["N/A"]);
    let drains = own(
        json!({ "LoadBalancerAttributes": { "ConnectionDraining": { "Enabled": true, "Timeout": 60 } } }),
    );
    place.v1.call("ModifyLoadBalancerAttributes", &drains).ok();
    deregister();
    advance(&place.server, "30s");
    register();
    advance(&place.server, "1s");
    deregister();
    advance(&place.server, "31s");
    assert_eq!(states(&place), ["Instance deregistration currently in progress."]);
    advance(&place.server, "31s");
    assert!(states(&place).is_empty());
}

#[test]
fn instances_are_of_the_vpc_of_their_load_balancer() {
    let place = Place::new();
    place.v1.call("CreateLoadBalancer", &wish(&place, "web")).ok();
    let other = place.ec2.call("CreateVpc", &json!({ "CidrBlock": "10.9.0.0/16" })).ok().text("vpc.vpcId");
    let subnet = json!({ "VpcId": other, "CidrBlock": "10.9.1.0/24", "AvailabilityZone": "us-east-1a" });
    let far = place.instance(&place.ec2.call("CreateSubnet", &subnet).ok().text("subnet.subnetId"));
    let sentence = format!("EC2 instance {far} is not in the same VPC as ELB.");
    let op = "RegisterInstancesWithLoadBalancer";
    refuses(&place.v1, &[(op, instances(&[&far]), "InvalidInstance", &sentence)]);
}

#[test]
fn stopped_instances_are_out_of_service() {
    let place = Place::new();
    place.v1.call("CreateLoadBalancer", &wish(&place, "web")).ok();
    let id = place.instance(&place.subnets[0]);
    place.v1.call("RegisterInstancesWithLoadBalancer", &instances(&[&id])).ok();
    assert_eq!(states(&place), ["N/A"]);
    place.ec2.call("StopInstances", &json!({ "InstanceId": [id] })).ok();
    assert_eq!(states(&place), ["Instance is in stopped state."]);
}

#[test]
fn health_checks_have_a_target() {
    let place = Place::new();
    place.v1.call("CreateLoadBalancer", &wish(&place, "web")).ok();
    let check = |target: &str, interval: i32, timeout: i32| {
        own(json!({ "HealthCheck": {
            "Target": target, "Interval": interval, "Timeout": timeout,
            "UnhealthyThreshold": 2, "HealthyThreshold": 2,
        }}))
    };
    let answer = place.v1.call("ConfigureHealthCheck", &check("HTTP:80/up", 10, 5)).ok();
    assert_eq!(answer.text("ConfigureHealthCheckResult.HealthCheck.Target"), "HTTP:80/up");
    let op = "ConfigureHealthCheck";
    refuses(
        &place.v1,
        &[
            (
                op,
                check("FTP:80", 10, 5),
                "ValidationError",
                "HealthCheck Target must begin with one of HTTP, TCP, HTTPS, SSL",
            ),
            (
                op,
                check("HTTP:80", 10, 5),
                "ValidationError",
                "HealthCheck HTTP Target must specify a port followed by a path that begins with a slash. e.g. HTTP:80/ping/this/path",
            ),
            (
                op,
                check("TCP:80", 10, 10),
                "ValidationError",
                "HealthCheck timeout must be less than interval",
            ),
        ],
    );
}
