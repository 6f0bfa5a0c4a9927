//! Classic load balancers: created, placed, described, deleted.

use crate::{Place, refuses, with};
use serde_json::{Value, json};

const SHOWN: &str = "DescribeLoadBalancersResult.LoadBalancerDescriptions.member";

fn http(port: i32) -> Value {
    json!({ "Protocol": "http", "LoadBalancerPort": port, "InstancePort": 8080 })
}

/// What creates one in the first two subnets.
pub(crate) fn wish(place: &Place, name: &str) -> Value {
    json!({ "LoadBalancerName": name, "Listeners": [http(80)], "Subnets": place.two() })
}

fn named(name: &str) -> Value {
    json!({ "LoadBalancerNames": [name] })
}

#[test]
fn a_classic_load_balancer_is_shown_as_aws_shows_it() {
    let place = Place::new();
    let made = place.v1.call("CreateLoadBalancer", &wish(&place, "Web")).ok();
    let dns = made.text("CreateLoadBalancerResult.DNSName");
    assert!(dns.starts_with("Web-") && dns.ends_with(".us-east-1.elb.amazonaws.com"), "{dns}");
    let shown = place.v1.call("DescribeLoadBalancers", &named("Web")).ok();
    for (member, want) in [
        ("LoadBalancerName", "Web"),
        ("DNSName", &*dns),
        ("CanonicalHostedZoneName", &*dns),
        ("CanonicalHostedZoneNameID", "Z35SXDOTRQ7X7K"),
        ("VPCId", &*place.vpc),
        ("Scheme", "internet-facing"),
        ("ListenerDescriptions.member.Listener.Protocol", "HTTP"),
        ("ListenerDescriptions.member.Listener.InstanceProtocol", "HTTP"),
        ("ListenerDescriptions.member.Listener.InstancePort", "8080"),
        ("HealthCheck.Target", "TCP:8080"),
        ("HealthCheck.HealthyThreshold", "10"),
        ("SourceSecurityGroup.OwnerAlias", "000000000000"),
        ("SourceSecurityGroup.GroupName", "default"),
    ] {
        assert_eq!(shown.text(&format!("{SHOWN}.{member}")), want, "{member}");
    }
    let zones = shown.texts(&format!("{SHOWN}.AvailabilityZones.member"));
    assert_eq!(zones, ["us-east-1a", "us-east-1b"]);
    assert_eq!(place.interfaces("ELB Web", "requesterId"), ["amazon-elb", "amazon-elb"]);
    // The same settings answer the same; names of the two APIs do not meet.
    let again = place.v1.call("CreateLoadBalancer", &wish(&place, "Web")).ok();
    assert_eq!(again.text("CreateLoadBalancerResult.DNSName"), dns);
    place.balancer("application", "Web");
    for other in place.elsewhere("elb") {
        assert!(other.call("DescribeLoadBalancers", &json!({})).ok().texts(SHOWN).is_empty());
    }
    place.v1.call("DeleteLoadBalancer", &json!({ "LoadBalancerName": "Web" })).ok();
    place.v1.call("DeleteLoadBalancer", &json!({ "LoadBalancerName": "Web" })).ok();
    assert!(place.interfaces("ELB Web", "networkInterfaceId").is_empty());
    let sentence = "There is no ACTIVE Load Balancer named 'Web'";
    refuses(&place.v1, &[("DescribeLoadBalancers", named("Web"), "LoadBalancerNotFound", sentence)]);
}

#[test]
fn what_cannot_be_a_classic_load_balancer_is_refused() {
    let place = Place::new();
    place.v1.call("CreateLoadBalancer", &wish(&place, "taken")).ok();
    let own = |more: Value| with(&wish(&place, "web"), &more);
    let listener = |more: Value| own(json!({ "Listeners": [with(&http(80), &more)] }));
    let v = "ValidationError";
    let op = "CreateLoadBalancer";
    refuses(
        &place.v1,
        &[
            (
                op,
                with(&wish(&place, "taken"), &json!({ "Scheme": "internal" })),
                "DuplicateLoadBalancerName",
                "Load balancer taken already exists and it is configured with different parameters.",
            ),
            (op, own(json!({ "LoadBalancerName": "a_b" })), v, "The load balancer name 'a_b' is not valid"),
            (
                op,
                own(json!({ "AvailabilityZones": ["us-east-1a"] })),
                v,
                "Only one of SubnetIds or AvailabilityZones may be specified",
            ),
            (
                op,
                json!({ "LoadBalancerName": "web", "Listeners": [http(80)] }),
                v,
                "Either AvailabilityZones or SubnetIds must be specified",
            ),
            (
                op,
                own(json!({ "Subnets": ["subnet-0"] })),
                "SubnetNotFound",
                "Could not find subnets: subnet-0",
            ),
            (
                op,
                own(json!({ "SecurityGroups": ["sg-0"] })),
                "InvalidSecurityGroup",
                "One or more of the specified security groups do not exist.",
            ),
            (
                op,
                listener(json!({ "Protocol": "HTTPS" })),
                v,
                "Secure Listeners need to specify a SSLCertificateId",
            ),
            (
                op,
                listener(json!({ "Protocol": "HTTPS", "SSLCertificateId": "arn:x" })),
                "CertificateNotFound",
                "Server Certificate not found for the key: arn:x",
            ),
            (
                op,
                listener(json!({ "Protocol": "UDP" })),
                v,
                "Listener protocol 'UDP' must be one of 'HTTP, HTTPS, TCP, SSL'",
            ),
            (op, listener(json!({ "LoadBalancerPort": 0 })), v, "Port 0 must be in the range of 1-65535"),
        ],
    );
    let layers = place.v1.call(op, &listener(json!({ "InstanceProtocol": "TCP" })));
    layers.refused(
        409,
        "InvalidConfigurationRequest",
        "Protocols HTTP and TCP do not operate on the same layer",
    );
    let scheme = place.v1.call(op, &own(json!({ "Scheme": "x" }))).refusal();
    assert_eq!(scheme.code, "InvalidScheme");
}

#[test]
fn zones_of_the_default_vpc_are_enough() {
    let place = Place::new();
    let wish = json!({
        "LoadBalancerName": "web", "Listeners": [http(80)], "AvailabilityZones": ["us-east-1a", "us-east-1b"],
    });
    place.v1.call("CreateLoadBalancer", &wish).ok();
    let own = json!({ "LoadBalancerName": "web", "AvailabilityZones": ["us-east-1c"] });
    let answer = place.v1.call("EnableAvailabilityZonesForLoadBalancer", &own).ok();
    let path = "EnableAvailabilityZonesForLoadBalancerResult.AvailabilityZones.member";
    assert_eq!(answer.texts(path), ["us-east-1a", "us-east-1b", "us-east-1c"]);
    assert_eq!(place.interfaces("ELB web", "networkInterfaceId").len(), 3);
    let answer = place.v1.call("DisableAvailabilityZonesForLoadBalancer", &own).ok();
    let path = "DisableAvailabilityZonesForLoadBalancerResult.AvailabilityZones.member";
    assert_eq!(answer.texts(path), ["us-east-1a", "us-east-1b"]);
    let all = json!({ "LoadBalancerName": "web", "AvailabilityZones": ["us-east-1a", "us-east-1b"] });
    let last = "A load balancer must stay in at least one Availability Zone.";
    place.v1.call("DisableAvailabilityZonesForLoadBalancer", &all).refused(
        409,
        "InvalidConfigurationRequest",
        last,
    );
    let nowhere = json!({ "LoadBalancerName": "web", "AvailabilityZones": ["us-east-1z"] });
    let sentence = "Invalid Availability Zone: us-east-1z";
    refuses(&place.v1, &[("EnableAvailabilityZonesForLoadBalancer", nowhere, "ValidationError", sentence)]);
}

#[test]
fn subnets_and_groups_change() {
    let place = Place::new();
    place.v1.call("CreateLoadBalancer", &wish(&place, "web")).ok();
    let own = |more: Value| with(&json!({ "LoadBalancerName": "web" }), &more);
    let third = own(json!({ "Subnets": [place.subnets[2]] }));
    let answer = place.v1.call("AttachLoadBalancerToSubnets", &third).ok();
    assert_eq!(answer.texts("AttachLoadBalancerToSubnetsResult.Subnets.member"), place.subnets);
    let answer = place.v1.call("DetachLoadBalancerFromSubnets", &third).ok();
    assert_eq!(answer.texts("DetachLoadBalancerFromSubnetsResult.Subnets.member"), place.subnets[..2]);
    let group = json!({ "GroupName": "web", "GroupDescription": "web", "VpcId": place.vpc });
    let group = place.ec2.call("CreateSecurityGroup", &group).ok().text("groupId");
    let apply = own(json!({ "SecurityGroups": [group] }));
    let answer = place.v1.call("ApplySecurityGroupsToLoadBalancer", &apply).ok();
    assert_eq!(answer.text("ApplySecurityGroupsToLoadBalancerResult.SecurityGroups.member"), group);
    let shown = place.v1.call("DescribeLoadBalancers", &named("web")).ok();
    assert_eq!(shown.text(&format!("{SHOWN}.SourceSecurityGroup.GroupName")), "web");
    let wish = json!({ "VpcId": place.vpc, "CidrBlock": "10.0.9.0/24", "AvailabilityZone": "us-east-1a" });
    let twin = place.ec2.call("CreateSubnet", &wish).ok().text("subnet.subnetId");
    let twice = "A load balancer cannot be attached to multiple subnets in the same Availability Zone.";
    place.v1.call("AttachLoadBalancerToSubnets", &own(json!({ "Subnets": [twin] }))).refused(
        409,
        "InvalidConfigurationRequest",
        twice,
    );
    refuses(
        &place.v1,
        &[(
            "ApplySecurityGroupsToLoadBalancer",
            own(json!({ "SecurityGroups": ["sg-0"] })),
            "InvalidSecurityGroup",
            "One or more of the specified security groups do not exist.",
        )],
    );
}

#[test]
fn lists_tags_and_quotas() {
    let place = Place::new();
    for name in ["a", "b", "c"] {
        let tags = json!({ "Tags": [{ "Key": "name", "Value": name }] });
        place.v1.call("CreateLoadBalancer", &with(&wish(&place, name), &tags)).ok();
    }
    let page = place.v1.call("DescribeLoadBalancers", &json!({ "PageSize": 2 })).ok();
    assert_eq!(page.texts(&format!("{SHOWN}.LoadBalancerName")), ["a", "b"]);
    let marker = page.text("DescribeLoadBalancersResult.NextMarker");
    let page = place.v1.call("DescribeLoadBalancers", &json!({ "Marker": marker })).ok();
    assert_eq!(page.texts(&format!("{SHOWN}.LoadBalancerName")), ["c"]);
    let add = json!({ "LoadBalancerNames": ["a"], "Tags": [{ "Key": "x", "Value": "1" }] });
    place.v1.call("AddTags", &add).ok();
    let remove = json!({ "LoadBalancerNames": ["a"], "Tags": [{ "Key": "name" }] });
    place.v1.call("RemoveTags", &remove).ok();
    let shown = place.v1.call("DescribeTags", &json!({ "LoadBalancerNames": ["b", "a"] })).ok();
    let path = "DescribeTagsResult.TagDescriptions.member";
    assert_eq!(shown.texts(&format!("{path}.LoadBalancerName")), ["b", "a"]);
    assert_eq!(shown.texts(&format!("{path}.Tags.member.Key")), ["name", "x"]);
    let twice = json!([{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }]);
    let sentence = "There is no ACTIVE Load Balancer named 'z'";
    refuses(
        &place.v1,
        &[
            (
                "AddTags",
                json!({ "LoadBalancerNames": ["a"], "Tags": twice }),
                "DuplicateTagKeys",
                "A tag key was specified more than once.",
            ),
            ("DescribeTags", json!({ "LoadBalancerNames": ["z"] }), "LoadBalancerNotFound", sentence),
        ],
    );
    let limits = place.v1.call("DescribeAccountLimits", &json!({})).ok();
    assert_eq!(limits.texts("DescribeAccountLimitsResult.Limits.member.Max"), ["20", "100", "1000"]);
}

#[test]
fn attributes_of_classic_load_balancers() {
    let place = Place::new();
    place.v1.call("CreateLoadBalancer", &wish(&place, "web")).ok();
    let own = |more: Value| json!({ "LoadBalancerName": "web", "LoadBalancerAttributes": more });
    let path = "DescribeLoadBalancerAttributesResult.LoadBalancerAttributes";
    let shown = place.v1.call("DescribeLoadBalancerAttributes", &json!({ "LoadBalancerName": "web" })).ok();
    for (member, want) in [
        ("CrossZoneLoadBalancing.Enabled", "false"),
        ("AccessLog.Enabled", "false"),
        ("ConnectionDraining.Enabled", "false"),
        ("ConnectionDraining.Timeout", "300"),
        ("ConnectionSettings.IdleTimeout", "60"),
        ("AdditionalAttributes.member.Value", "defensive"),
    ] {
        assert_eq!(shown.text(&format!("{path}.{member}")), want, "{member}");
    }
    let change = own(json!({
        "CrossZoneLoadBalancing": { "Enabled": true }, "ConnectionSettings": { "IdleTimeout": 90 },
    }));
    let answer = place.v1.call("ModifyLoadBalancerAttributes", &change).ok();
    let path = "ModifyLoadBalancerAttributesResult.LoadBalancerAttributes";
    assert_eq!(answer.text(&format!("{path}.CrossZoneLoadBalancing.Enabled")), "true");
    assert_eq!(answer.text(&format!("{path}.ConnectionSettings.IdleTimeout")), "90");
    let log = |bucket: Value| own(json!({ "AccessLog": { "Enabled": true, "S3BucketName": bucket } }));
    let op = "ModifyLoadBalancerAttributes";
    // Source: hashicorp/terraform-provider-aws pull request 1861; ELB user guide, "Configure the idle timeout".
    let idle = |seconds: i32| own(json!({ "ConnectionSettings": { "IdleTimeout": seconds } }));
    let answer = place.v1.call(op, &idle(4000)).ok();
    assert_eq!(answer.text(&format!("{path}.ConnectionSettings.IdleTimeout")), "4000");
    let often = json!({ "AccessLog": { "Enabled": true, "S3BucketName": "near", "EmitInterval": 6 } });
    let extra = own(json!({ "AdditionalAttributes": [{ "Key": "x", "Value": "y" }] }));
    refuses(
        &place.v1,
        &[
            (op, log(Value::Null), "ValidationError", "S3Bucket name cannot be empty"),
            (op, own(often), "ValidationError", "EmitInterval must be 5 or 60"),
            (
                op,
                idle(4001),
                "ValidationError",
                "1 validation error detected: Value '4001' at 'loadBalancerAttributes.connectionSettings.idleTimeout' failed to satisfy constraint: Member must have value less than or equal to 4000",
            ),
            (
                op,
                extra,
                "LoadBalancerAttributeNotFound",
                "The specified load balancer attribute does not exist.",
            ),
        ],
    );
    let denied = "Access Denied for bucket: nowhere. Please check S3bucket permission";
    place.v1.call(op, &log(json!("nowhere"))).refused(409, "InvalidConfigurationRequest", denied);
    crate::attribute::far(&place, "far");
    // Recorded: hashicorp/terraform issue 12010.
    let elsewhere = "S3Bucket: far is not located in the same region with ELB: web";
    place.v1.call(op, &log(json!("far"))).refused(409, "InvalidConfigurationRequest", elsewhere);
    place.server.client("s3").request("PUT", "/near").send().ok();
    place.v1.call(op, &log(json!("near"))).ok();
    let again = own(json!({ "AccessLog": { "Enabled": true, "EmitInterval": 5 } }));
    let answer = place.v1.call(op, &again).ok();
    assert_eq!(answer.text(&format!("{path}.AccessLog.S3BucketName")), "near", "what is not given stays");
}

#[test]
fn the_default_vpc_has_a_group_that_is_open_on_the_ports_of_the_first() {
    let place = Place::new();
    let wish = |name: &str, port: i32| json!({ "LoadBalancerName": name, "Listeners": [http(port)], "AvailabilityZones": ["us-east-1a"] });
    let groups = |name: &str| {
        let shown = place.v1.call("DescribeLoadBalancers", &named(name)).ok();
        (
            shown.text(&format!("{SHOWN}.SecurityGroups.member")),
            shown.text(&format!("{SHOWN}.SourceSecurityGroup.GroupName")),
        )
    };
    place.v1.call("CreateLoadBalancer", &wish("one", 80)).ok();
    let (id, name) = groups("one");
    assert!(name.starts_with("default_elb_"), "{name}");
    let shown = place.ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [id] })).ok();
    let path = "securityGroupInfo.item";
    let description = "ELB created security group used when no security group is specified during ELB creation - modifications could impact traffic to future ELBs";
    for (member, want) in [
        ("groupName", name.as_str()),
        ("groupDescription", description),
        ("ipPermissions.item.ipProtocol", "tcp"),
        ("ipPermissions.item.fromPort", "80"),
        ("ipPermissions.item.toPort", "80"),
        ("ipPermissions.item.ipRanges.item.cidrIp", "0.0.0.0/0"),
        ("ipPermissionsEgress.item.ipProtocol", "-1"),
    ] {
        assert_eq!(shown.text(&format!("{path}.{member}")), want, "{member}");
    }
    // Later ones share it as it is, and it stays when they go.
    place.v1.call("CreateLoadBalancer", &wish("one", 80)).ok();
    place.v1.call("CreateLoadBalancer", &wish("two", 81)).ok();
    assert_eq!(groups("two"), (id.clone(), name));
    for name in ["one", "two"] {
        place.v1.call("DeleteLoadBalancer", &json!({ "LoadBalancerName": name })).ok();
    }
    let left = place.ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [id] })).ok();
    assert_eq!(left.text(&format!("{path}.ipPermissions.item.toPort")), "80");
    place.ec2.call("DeleteSecurityGroup", &json!({ "GroupId": id })).ok();
    place.v1.call("CreateLoadBalancer", &wish("three", 82)).ok();
    assert_ne!(groups("three").0, id, "one that was deleted is made again");
}
