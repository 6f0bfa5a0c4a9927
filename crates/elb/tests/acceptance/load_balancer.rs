//! Load balancers: created, described, deleted.

use crate::{NOTHING, Place, refuses, with};
use serde_json::json;
use testkit::ec2::advance;

const MADE: &str = "CreateLoadBalancerResult.LoadBalancers.member";
const SHOWN: &str = "DescribeLoadBalancersResult.LoadBalancers.member";

#[test]
fn an_application_load_balancer_is_shown_as_aws_shows_it() {
    let place = Place::new();
    let made = place.v2.call("CreateLoadBalancer", &json!({ "Name": "Web", "Subnets": place.two() })).ok();
    let arn = made.text(&format!("{MADE}.LoadBalancerArn"));
    let front = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/Web/";
    assert!(arn.starts_with(front) && arn.len() == front.len() + 16, "{arn}");
    let dns = made.text(&format!("{MADE}.DNSName"));
    assert!(dns.starts_with("Web-") && dns.ends_with(".us-east-1.elb.amazonaws.com"), "{dns}");
    for (member, want) in [
        ("CanonicalHostedZoneId", "Z35SXDOTRQ7X7K"),
        ("LoadBalancerName", "Web"),
        ("Scheme", "internet-facing"),
        ("VpcId", &*place.vpc),
        ("State.Code", "provisioning"),
        ("Type", "application"),
        ("IpAddressType", "ipv4"),
    ] {
        assert_eq!(made.text(&format!("{MADE}.{member}")), want, "{member}");
    }
    let groups = made.texts(&format!("{MADE}.SecurityGroups.member"));
    assert!(groups.len() == 1 && groups[0].starts_with("sg-"), "the default group: {groups:?}");
    let zones = made.texts(&format!("{MADE}.AvailabilityZones.member.ZoneName"));
    assert_eq!(zones, ["us-east-1a", "us-east-1b"]);
    let shown = place.v2.call("DescribeLoadBalancers", &json!({ "Names": ["Web"] })).ok();
    assert_eq!(shown.text(&format!("{SHOWN}.State.Code")), "active");
    assert_eq!(shown.text(&format!("{SHOWN}.LoadBalancerArn")), arn);
    for other in place.elsewhere("elbv2") {
        assert!(other.call("DescribeLoadBalancers", &json!({})).ok().texts(SHOWN).is_empty());
        let refusal = other.call("DescribeLoadBalancers", &json!({ "LoadBalancerArns": [arn] })).refusal();
        assert_eq!(refusal.message, format!("'{arn}' is not a valid load balancer ARN"));
    }
}

#[test]
fn network_and_gateway_load_balancers_differ() {
    let place = Place::new();
    let wish = json!({ "Name": "net", "Type": "network", "Subnets": place.two(), "Scheme": "internal" });
    let net = place.v2.call("CreateLoadBalancer", &wish).ok();
    let arn = net.text(&format!("{MADE}.LoadBalancerArn"));
    let id = arn.rsplit('/').next().unwrap();
    assert_eq!(net.text(&format!("{MADE}.DNSName")), format!("net-{id}.elb.us-east-1.amazonaws.com"));
    assert_eq!(net.text(&format!("{MADE}.CanonicalHostedZoneId")), "Z26RNL4JYFTOTI");
    assert_eq!(net.text(&format!("{MADE}.EnablePrefixForIpv6SourceNat")), "off");
    assert!(net.texts(&format!("{MADE}.SecurityGroups")).is_empty());
    let wish = json!({ "Name": "gwy", "Type": "gateway", "Subnets": [place.subnets[0]] });
    let gwy = place.v2.call("CreateLoadBalancer", &wish).ok();
    for absent in ["DNSName", "CanonicalHostedZoneId", "Scheme", "SecurityGroups"] {
        assert!(gwy.texts(&format!("{MADE}.{absent}")).is_empty(), "{absent}");
    }
    assert!(gwy.text(&format!("{MADE}.LoadBalancerArn")).contains(":loadbalancer/gwy/gwy/"));
}

#[test]
fn a_load_balancer_is_provisioned_for_two_minutes() {
    let place = Place::at("real");
    place.balancer("application", "web");
    let state = || {
        let shown = place.v2.call("DescribeLoadBalancers", &json!({})).ok();
        shown.text(&format!("{SHOWN}.State.Code"))
    };
    assert_eq!(state(), "provisioning");
    advance(&place.server, "119s");
    assert_eq!(state(), "provisioning");
    advance(&place.server, "2s");
    assert_eq!(state(), "active");
}

#[test]
fn the_same_settings_answer_the_same_load_balancer() {
    let place = Place::new();
    let wish = json!({ "Name": "web", "Subnets": place.two() });
    let arn = place.made(&wish);
    assert_eq!(place.made(&wish), arn);
    assert_eq!(place.made(&with(&wish, &json!({ "Tags": [{ "Key": "a", "Value": "1" }] }))), arn);
    let sentence = "A load balancer with the same name 'web' exists, but with different settings";
    for other in [
        json!({ "Scheme": "internal" }),
        json!({ "Type": "network" }),
        json!({ "Subnets": [place.subnets[0], place.subnets[2]] }),
    ] {
        let other = with(&wish, &other);
        refuses(&place.v2, &[("CreateLoadBalancer", other, "DuplicateLoadBalancerName", sentence)]);
    }
}

#[test]
fn what_cannot_be_created_is_refused() {
    let place = Place::new();
    let lonely = place.ec2.call("CreateVpc", &json!({ "CidrBlock": "10.9.0.0/16" })).ok().text("vpc.vpcId");
    let subnet = |block: &str, zone: &str| {
        let wish = json!({ "VpcId": lonely, "CidrBlock": block, "AvailabilityZone": zone });
        place.ec2.call("CreateSubnet", &wish).ok().text("subnet.subnetId")
    };
    let (closed, beside) = (subnet("10.9.1.0/24", "us-east-1a"), subnet("10.9.2.0/24", "us-east-1b"));
    let wish = json!({ "VpcId": place.vpc, "CidrBlock": "10.0.9.0/24", "AvailabilityZone": "us-east-1a" });
    let twin = place.ec2.call("CreateSubnet", &wish).ok().text("subnet.subnetId");
    let own = |more: serde_json::Value| with(&json!({ "Name": "web", "Subnets": place.two() }), &more);
    let two = "At least two subnets in two different Availability Zones must be specified";
    let twice = "A load balancer cannot be attached to multiple subnets in the same Availability Zone";
    let long = "a".repeat(33);
    let too_long = format!("The load balancer name '{long}' cannot be longer than '32' characters");
    let no_gateway = format!("VPC {lonely} has no internet gateway");
    let sg = "sg-00000000000000000";
    let both = json!([{ "SubnetId": place.subnets[0] }]);
    let (validation, configuration) = ("ValidationError", "InvalidConfigurationRequest");
    let op = "CreateLoadBalancer";
    refuses(
        &place.v2,
        &[
            (op, own(json!({ "Name": long })), validation, &too_long),
            (
                op,
                own(json!({ "Name": "-a" })),
                validation,
                "The load balancer name '-a' cannot begin or end with '-'",
            ),
            (
                op,
                own(json!({ "Name": "internal-a" })),
                validation,
                "The load balancer name 'internal-a' cannot begin with 'internal-'",
            ),
            (
                op,
                own(json!({ "Name": "a_b" })),
                validation,
                "The load balancer name 'a_b' can only contain characters that are alphanumeric characters and hyphens(-)",
            ),
            (op, json!({ "Name": "web" }), validation, "At least one subnet must be specified"),
            (
                op,
                own(json!({ "SubnetMappings": both })),
                validation,
                "You can specify either subnets or subnet mappings, not both",
            ),
            (op, own(json!({ "Subnets": [place.subnets[0]] })), validation, two),
            (op, own(json!({ "Subnets": [place.subnets[0], twin] })), configuration, twice),
            (
                op,
                own(json!({ "Subnets": [place.subnets[0], beside] })),
                configuration,
                "All subnets must belong to the same VPC",
            ),
            (
                op,
                own(json!({ "Subnets": ["subnet-0", place.subnets[0]] })),
                "SubnetNotFound",
                "The subnet ID 'subnet-0' does not exist",
            ),
            (op, own(json!({ "Subnets": [closed, beside] })), "InvalidSubnet", &no_gateway),
            (
                op,
                own(json!({ "SecurityGroups": [sg] })),
                "InvalidSecurityGroup",
                "Security group 'sg-00000000000000000' does not exist",
            ),
            (
                op,
                own(json!({ "Type": "gateway", "Scheme": "internal" })),
                validation,
                "A scheme cannot be specified for gateway load balancers",
            ),
            (
                op,
                own(json!({ "IpAddressType": "dualstack" })),
                "InvalidSubnet",
                &format!("The subnet '{}' does not have an IPv6 CIDR block", place.subnets[0]),
            ),
        ],
    );
    let refusal = place.v2.call(op, &own(json!({ "Type": "classic" }))).refusal();
    assert_eq!(refusal.code, "ValidationError");
    assert!(
        refusal.message.contains("Value 'classic' at 'type' failed to satisfy constraint"),
        "{}",
        refusal.message
    );
}

#[test]
fn lists_are_chosen_and_paged() {
    let place = Place::new();
    for name in ["a", "b", "c"] {
        place.balancer("application", name);
    }
    let page = place.v2.call("DescribeLoadBalancers", &json!({ "PageSize": 2 })).ok();
    assert_eq!(page.texts(&format!("{SHOWN}.LoadBalancerName")), ["a", "b"]);
    let marker = page.text("DescribeLoadBalancersResult.NextMarker");
    let page = place.v2.call("DescribeLoadBalancers", &json!({ "PageSize": 2, "Marker": marker })).ok();
    assert_eq!(page.texts(&format!("{SHOWN}.LoadBalancerName")), ["c"]);
    assert!(page.texts("DescribeLoadBalancersResult.NextMarker").is_empty());
    let front = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/x/";
    let nothing = format!("{front}{NOTHING}");
    let names = "Load balancer names and load balancer ARNs cannot be specified at the same time";
    let gone = format!("Load balancers '[{nothing}]' not found");
    let op = "DescribeLoadBalancers";
    refuses(
        &place.v2,
        &[
            (
                op,
                json!({ "Names": ["a", "z"] }),
                "LoadBalancerNotFound",
                "One or more load balancers not found",
            ),
            (op, json!({ "LoadBalancerArns": [nothing] }), "LoadBalancerNotFound", &gone),
            (op, json!({ "Names": ["a"], "LoadBalancerArns": [nothing] }), "ValidationError", names),
            (
                op,
                json!({ "LoadBalancerArns": ["x"] }),
                "ValidationError",
                "'x' is not a valid load balancer ARN",
            ),
            (
                op,
                json!({ "Marker": marker, "Names": ["a"] }),
                "ValidationError",
                "The specified marker is not valid",
            ),
        ],
    );
    let refusal = place.v2.call(op, &json!({ "PageSize": 401 })).refusal();
    assert!(
        refusal.message.contains("Member must have value less than or equal to 400"),
        "{}",
        refusal.message
    );
}

#[test]
fn a_load_balancer_goes_with_everything_it_has() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let group = place.group("web", "HTTP", &json!({}));
    place.listener(&arn, "HTTP", 80, &group);
    assert_eq!(place.interfaces("ELB app/web/*", "status"), ["in-use", "in-use"]);
    let on = json!({
        "LoadBalancerArn": arn, "Attributes": [{ "Key": "deletion_protection.enabled", "Value": "true" }],
    });
    place.v2.call("ModifyLoadBalancerAttributes", &on).ok();
    let own = json!({ "LoadBalancerArn": arn });
    let sentence = format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled");
    refuses(&place.v2, &[("DeleteLoadBalancer", own.clone(), "OperationNotPermitted", &sentence)]);
    let off = json!({
        "LoadBalancerArn": arn, "Attributes": [{ "Key": "deletion_protection.enabled", "Value": "false" }],
    });
    place.v2.call("ModifyLoadBalancerAttributes", &off).ok();
    place.v2.call("DeleteLoadBalancer", &own).ok();
    place.v2.call("DeleteLoadBalancer", &own).ok();
    assert!(place.interfaces("ELB *", "networkInterfaceId").is_empty());
    let gone = format!("Load balancer '{arn}' not found");
    refuses(&place.v2, &[("DescribeLoadBalancerAttributes", own.clone(), "LoadBalancerNotFound", &gone)]);
    let listeners = place.v2.call("DescribeListeners", &own).refusal();
    assert_eq!(listeners.code, "LoadBalancerNotFound");
    // The target group stays, and nothing leads to it.
    place.v2.call("DeleteTargetGroup", &json!({ "TargetGroupArn": group })).ok();
}
