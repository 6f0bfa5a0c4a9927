//! Traffic mirroring.

use crate::{dry_runs, found, interface, nowhere, refuses, start, subnet, unseen_elsewhere, vpc};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::{pages, with};

/// An interface that is mirrored, and a target and a filter for it.
struct Site {
    source: String,
    target: String,
    filter: String,
}

fn site(ec2: &Client) -> Site {
    let subnet = subnet(ec2, &vpc(ec2, "10.0.0.0/16"), "10.0.0.0/24");
    let source = interface(ec2, &subnet);
    Site { target: target(ec2, &interface(ec2, &subnet)), filter: filter(ec2), source }
}

fn target(ec2: &Client, interface: &str) -> String {
    let made = ec2.call("CreateTrafficMirrorTarget", &json!({ "NetworkInterfaceId": interface })).ok();
    made.text("trafficMirrorTarget.trafficMirrorTargetId")
}

fn filter(ec2: &Client) -> String {
    let made = ec2.call("CreateTrafficMirrorFilter", &json!({})).ok();
    made.text("trafficMirrorFilter.trafficMirrorFilterId")
}

fn rule(filter: &str, number: i32) -> Value {
    json!({
        "TrafficMirrorFilterId": filter, "TrafficDirection": "ingress", "RuleNumber": number, "RuleAction": "accept",
        "SourceCidrBlock": "0.0.0.0/0", "DestinationCidrBlock": "10.0.0.0/16"
    })
}

impl Site {
    fn session(&self, number: i32) -> Value {
        json!({
            "NetworkInterfaceId": self.source, "TrafficMirrorTargetId": self.target,
            "TrafficMirrorFilterId": self.filter, "SessionNumber": number
        })
    }
}

#[test]
fn the_life_of_targets() {
    let (server, ec2) = start();
    let interface = interface(&ec2, &subnet(&ec2, &vpc(&ec2, "10.0.0.0/16"), "10.0.0.0/24"));
    let tags = json!([{ "ResourceType": "traffic-mirror-target", "Tag": [{ "Key": "n", "Value": "1" }] }]);
    let create = json!({
        "NetworkInterfaceId": interface, "Description": "ids", "ClientToken": "t", "TagSpecification": tags
    });
    let made = ec2.call("CreateTrafficMirrorTarget", &create).ok();
    let id = made.text("trafficMirrorTarget.trafficMirrorTargetId");
    assert!(id.starts_with("tmt-"), "{id}");
    let of = |name: &str| made.text(&format!("trafficMirrorTarget.{name}"));
    assert_eq!((of("type"), of("networkInterfaceId")), ("network-interface".to_owned(), interface));
    assert_eq!((of("description"), of("ownerId")), ("ids".to_owned(), "000000000000".to_owned()));
    assert_eq!(made.text("clientToken"), "t");
    let again = ec2.call("CreateTrafficMirrorTarget", &create).ok();
    assert_eq!(again.text("trafficMirrorTarget.trafficMirrorTargetId"), id);
    let arn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/one/0123456789abcdef";
    let balancer = ec2.call("CreateTrafficMirrorTarget", &json!({ "NetworkLoadBalancerArn": arn })).ok();
    assert_eq!(balancer.text("trafficMirrorTarget.networkLoadBalancerArn"), arn);
    let endpoint = json!({ "GatewayLoadBalancerEndpointId": "vpce-0123456789abcdef0" });
    let endpoint = ec2.call("CreateTrafficMirrorTarget", &endpoint).ok();
    assert_eq!(endpoint.text("trafficMirrorTarget.type"), "gateway-load-balancer-endpoint");
    let name = "DescribeTrafficMirrorTargets";
    let path = "trafficMirrorTargetSet.item.trafficMirrorTargetId";
    for (filter, value, count) in [
        ("description", "ids", 1),
        ("network-load-balancer-arn", arn, 1),
        ("owner-id", "000000000000", 3),
        ("traffic-mirror-target-id", id.as_str(), 1),
        ("tag:n", "1", 1),
        ("network-interface-id", "eni-0", 0),
    ] {
        assert_eq!(found(&ec2, name, (filter, value), path).len(), count, "{filter}");
    }
    unseen_elsewhere(&server, &[(name, path)]);
    let delete = json!({ "TrafficMirrorTargetId": id });
    dry_runs(&ec2, &[("CreateTrafficMirrorTarget", &create), ("DeleteTrafficMirrorTarget", &delete)]);
    let deleted = ec2.call("DeleteTrafficMirrorTarget", &delete).ok();
    assert_eq!(deleted.text("trafficMirrorTargetId"), id);
    let gone = format!("The trafficMirrorTarget ID '{id}' does not exist");
    let code = "InvalidTrafficMirrorTargetId.NotFound";
    refuses(
        &ec2,
        &[
            ("DeleteTrafficMirrorTarget", delete, code, &gone),
            (name, json!({ "TrafficMirrorTargetId": [id] }), code, &gone),
        ],
    );
}

#[test]
fn filters_hold_their_rules_by_number() {
    let (mut server, ec2) = start();
    let id = filter(&ec2);
    for (number, way) in [(200, "ingress"), (100, "ingress"), (100, "egress")] {
        let rule = with(&rule(&id, number), &json!({ "TrafficDirection": way }));
        ec2.call("CreateTrafficMirrorFilterRule", &rule).ok();
    }
    let services = json!({ "TrafficMirrorFilterId": id, "AddNetworkService": ["amazon-dns"] });
    let changed = ec2.call("ModifyTrafficMirrorFilterNetworkServices", &services).ok();
    assert_eq!(changed.texts("trafficMirrorFilter.networkServiceSet.item"), ["amazon-dns"]);
    server.restart();
    let ec2 = server.client("ec2");
    let told = ec2.call("DescribeTrafficMirrorFilters", &json!({})).ok();
    let numbers =
        |way: &str| told.texts(&format!("trafficMirrorFilterSet.item.{way}FilterRuleSet.item.ruleNumber"));
    assert_eq!(
        (numbers("ingress"), numbers("egress")),
        (vec!["100".to_owned(), "200".to_owned()], vec!["100".to_owned()])
    );
    assert_eq!(told.texts("trafficMirrorFilterSet.item.networkServiceSet.item"), ["amazon-dns"]);
    let remove = json!({ "TrafficMirrorFilterId": id, "RemoveNetworkService": ["amazon-dns"] });
    let changed = ec2.call("ModifyTrafficMirrorFilterNetworkServices", &remove).ok();
    assert!(changed.texts("trafficMirrorFilter.networkServiceSet.item").is_empty());
    let path = "trafficMirrorFilterRuleSet.item.trafficMirrorFilterRuleId";
    let rules = ec2.call("DescribeTrafficMirrorFilterRules", &json!({ "TrafficMirrorFilterId": id })).ok();
    assert_eq!(rules.texts(path).len(), 3);
    dry_runs(&ec2, &[("ModifyTrafficMirrorFilterNetworkServices", &services)]);
    ec2.call("DeleteTrafficMirrorFilter", &json!({ "TrafficMirrorFilterId": id })).ok();
    assert!(ec2.call("DescribeTrafficMirrorFilterRules", &json!({})).ok().texts(path).is_empty());
}

#[test]
fn rules_change_and_go() {
    let (server, ec2) = start();
    let id = filter(&ec2);
    let tags =
        json!([{ "ResourceType": "traffic-mirror-filter-rule", "Tag": [{ "Key": "n", "Value": "1" }] }]);
    let create = with(
        &rule(&id, 10),
        &json!({
            "Protocol": 6, "SourcePortRange": { "FromPort": 1024, "ToPort": 65535 },
            "DestinationPortRange": { "FromPort": 443 }, "Description": "web", "TagSpecification": tags,
            "ClientToken": "t"
        }),
    );
    let made = ec2.call("CreateTrafficMirrorFilterRule", &create).ok();
    let of = |name: &str| made.text(&format!("trafficMirrorFilterRule.{name}"));
    let own = of("trafficMirrorFilterRuleId");
    assert!(own.starts_with("tmfr-"), "{own}");
    assert_eq!(
        (of("destinationPortRange.fromPort"), of("destinationPortRange.toPort")),
        ("443".to_owned(), "443".to_owned())
    );
    let again = ec2.call("CreateTrafficMirrorFilterRule", &create).ok();
    assert_eq!(again.text("trafficMirrorFilterRule.trafficMirrorFilterRuleId"), own);
    let name = "DescribeTrafficMirrorFilterRules";
    let path = "trafficMirrorFilterRuleSet.item.trafficMirrorFilterRuleId";
    ec2.call("CreateTrafficMirrorFilterRule", &with(&rule(&id, 20), &json!({ "RuleAction": "reject" }))).ok();
    for (filter, value, count) in [
        ("description", "web", 1),
        ("destination-cidr-block", "10.0.0.0/16", 2),
        ("protocol", "6", 1),
        ("rule-action", "reject", 1),
        ("rule-number", "10", 1),
        ("source-cidr-block", "10.*", 0),
        ("traffic-direction", "egress", 0),
        ("traffic-mirror-filter-id", id.as_str(), 2),
        ("traffic-mirror-filter-rule-id", own.as_str(), 1),
        ("tag:n", "1", 1),
    ] {
        assert_eq!(found(&ec2, name, (filter, value), path).len(), count, "{filter}");
    }
    unseen_elsewhere(&server, &[(name, path)]);
    let change = json!({
        "TrafficMirrorFilterRuleId": own, "RuleNumber": 11, "RuleAction": "reject", "TrafficDirection": "egress",
        "RemoveField": ["source-port-range", "description"]
    });
    dry_runs(&ec2, &[("ModifyTrafficMirrorFilterRule", &change), ("CreateTrafficMirrorFilterRule", &create)]);
    let changed = ec2.call("ModifyTrafficMirrorFilterRule", &change).ok();
    let of = |name: &str| changed.texts(&format!("trafficMirrorFilterRule.{name}"));
    assert_eq!((of("ruleNumber"), of("ruleAction")), (vec!["11".to_owned()], vec!["reject".to_owned()]));
    assert!(of("sourcePortRange.fromPort").is_empty() && of("description").is_empty());
    assert_eq!(of("protocol"), ["6"]);
    let ports = json!({ "TrafficMirrorFilterRuleId": own, "RemoveField": ["protocol"] });
    let delete = json!({ "TrafficMirrorFilterRuleId": own });
    refuses(
        &ec2,
        &[(
            "ModifyTrafficMirrorFilterRule",
            ports,
            "InvalidParameterCombination",
            "Port ranges can be specified only with protocol 6 (TCP) or 17 (UDP)",
        )],
    );
    dry_runs(&ec2, &[("DeleteTrafficMirrorFilterRule", &delete)]);
    ec2.call("DeleteTrafficMirrorFilterRule", &delete).ok();
    let gone = format!("The trafficMirrorFilterRule ID '{own}' does not exist");
    refuses(
        &ec2,
        &[("DeleteTrafficMirrorFilterRule", delete, "InvalidTrafficMirrorFilterRuleId.NotFound", &gone)],
    );
}

#[test]
fn sessions_change_and_go_with_their_interface() {
    let (server, ec2) = start();
    let site = site(&ec2);
    let tags = json!([{ "ResourceType": "traffic-mirror-session", "Tag": [{ "Key": "n", "Value": "1" }] }]);
    let create = with(
        &site.session(1),
        &json!({ "PacketLength": 100, "VirtualNetworkId": 7, "Description": "d", "TagSpecification": tags, "ClientToken": "t" }),
    );
    let made = ec2.call("CreateTrafficMirrorSession", &create).ok();
    let id = made.text("trafficMirrorSession.trafficMirrorSessionId");
    assert!(id.starts_with("tms-"), "{id}");
    let again = ec2.call("CreateTrafficMirrorSession", &create).ok();
    assert_eq!(again.text("trafficMirrorSession.trafficMirrorSessionId"), id);
    let name = "DescribeTrafficMirrorSessions";
    let path = "trafficMirrorSessionSet.item.trafficMirrorSessionId";
    for (filter, value) in [
        ("description", "d"),
        ("network-interface-id", site.source.as_str()),
        ("owner-id", "000000000000"),
        ("packet-length", "100"),
        ("session-number", "1"),
        ("traffic-mirror-filter-id", site.filter.as_str()),
        ("traffic-mirror-session-id", id.as_str()),
        ("traffic-mirror-target-id", site.target.as_str()),
        ("virtual-network-id", "7"),
        ("tag:n", "1"),
    ] {
        assert_eq!(found(&ec2, name, (filter, value), path), [id.as_str()], "{filter}");
        assert!(found(&ec2, name, (filter, "none"), path).is_empty(), "{filter}");
    }
    unseen_elsewhere(&server, &[(name, path)]);
    let change = json!({
        "TrafficMirrorSessionId": id, "SessionNumber": 2, "RemoveField": ["packet-length", "description"]
    });
    let delete = json!({ "TrafficMirrorSessionId": id });
    dry_runs(
        &ec2,
        &[
            ("CreateTrafficMirrorSession", &create),
            ("ModifyTrafficMirrorSession", &change),
            ("DeleteTrafficMirrorSession", &delete),
        ],
    );
    let changed = ec2.call("ModifyTrafficMirrorSession", &change).ok();
    let of = |name: &str| changed.texts(&format!("trafficMirrorSession.{name}"));
    assert_eq!((of("sessionNumber"), of("virtualNetworkId")), (vec!["2".to_owned()], vec!["7".to_owned()]));
    assert!(of("packetLength").is_empty() && of("description").is_empty());
    let used =
        |what: &str, id: &str, session: &str| format!("Cannot delete {id}. {what} is in use by {session}");
    refuses(
        &ec2,
        &[
            (
                "DeleteTrafficMirrorTarget",
                json!({ "TrafficMirrorTargetId": site.target }),
                "TrafficMirrorTargetInUse",
                &used("Target", &site.target, &id),
            ),
            (
                "DeleteTrafficMirrorFilter",
                json!({ "TrafficMirrorFilterId": site.filter }),
                "TrafficMirrorFilterInUse",
                &used("Filter", &site.filter, &id),
            ),
        ],
    );
    ec2.call("DeleteTrafficMirrorSession", &delete).ok();
    let gone = format!("The trafficMirrorSession ID '{id}' does not exist");
    refuses(&ec2, &[("DeleteTrafficMirrorSession", delete, "InvalidTrafficMirrorSessionId.NotFound", &gone)]);
    ec2.call("CreateTrafficMirrorSession", &site.session(3)).ok();
    ec2.call("DeleteNetworkInterface", &json!({ "NetworkInterfaceId": site.source })).ok();
    assert!(ec2.call(name, &json!({})).ok().texts(path).is_empty());
}

#[test]
fn what_traffic_mirroring_refuses() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    for number in 1..4 {
        ec2.call("CreateTrafficMirrorSession", &site.session(number)).ok();
    }
    ec2.call("CreateTrafficMirrorFilterRule", &rule(&site.filter, 1)).ok();
    let own_target = target(&ec2, &site.source);
    let of_rule = |more: Value| with(&rule(&site.filter, 2), &more);
    let of_session = |more: Value| with(&site.session(4), &more);
    let (value, combination) = ("InvalidParameterValue", "InvalidParameterCombination");
    let long = "d".repeat(256);
    let create = "CreateTrafficMirrorFilterRule";
    let session = "CreateTrafficMirrorSession";
    refuses(
        &ec2,
        &[
            (
                create,
                of_rule(json!({ "RuleNumber": 1 })),
                "TrafficMirrorFilterRuleAlreadyExists",
                "The ingress rule with number 1 already exists.",
            ),
            (
                create,
                of_rule(json!({ "RuleNumber": 0 })),
                value,
                "Value (0) for parameter ruleNumber is invalid. Valid values are 1 to 32766.",
            ),
            (
                create,
                of_rule(json!({ "RuleAction": "drop" })),
                value,
                "Value (drop) for parameter ruleAction is invalid. Valid values are accept, reject.",
            ),
            (
                create,
                of_rule(json!({ "TrafficDirection": "up" })),
                value,
                "Value (up) for parameter trafficDirection is invalid. Valid values are ingress, egress.",
            ),
            (
                create,
                of_rule(json!({ "Protocol": 256 })),
                value,
                "Value (256) for parameter protocol is invalid. Valid values are 0 to 255.",
            ),
            (
                create,
                of_rule(json!({ "SourceCidrBlock": "x" })),
                value,
                "Value (x) for parameter sourceCidrBlock is invalid. This is not a valid CIDR block.",
            ),
            (
                create,
                of_rule(json!({ "SourceCidrBlock": "::/0" })),
                combination,
                "SourceCidrBlock and DestinationCidrBlock must both be IPv4 ranges or IPv6 ranges",
            ),
            (
                create,
                of_rule(json!({ "SourcePortRange": { "FromPort": 2, "ToPort": 1 }, "Protocol": 6 })),
                value,
                "Value (2-1) for parameter sourcePortRange is invalid. Ports are 0 to 65535, the first not above the last.",
            ),
            (
                create,
                of_rule(json!({ "DestinationPortRange": { "FromPort": 2 } })),
                combination,
                "Port ranges can be specified only with protocol 6 (TCP) or 17 (UDP)",
            ),
            (
                create,
                of_rule(json!({ "TrafficMirrorFilterId": nowhere("tmf") })),
                "InvalidTrafficMirrorFilterId.NotFound",
                "The trafficMirrorFilter ID 'tmf-00000000000000000' does not exist",
            ),
            (
                create,
                of_rule(json!({ "TrafficMirrorFilterId": "tmf" })),
                "InvalidTrafficMirrorFilterId.Malformed",
                "Invalid id: \"tmf\" (expecting \"tmf-...\")",
            ),
            (
                create,
                of_rule(json!({ "Description": long })),
                value,
                &format!(
                    "Value ({long}) for parameter description is invalid. Descriptions are at most 255 characters."
                ),
            ),
            (
                "CreateTrafficMirrorTarget",
                json!({}),
                "MissingParameter",
                "The request must contain the parameter networkInterfaceId, networkLoadBalancerArn or gatewayLoadBalancerEndpointId",
            ),
            (
                "CreateTrafficMirrorTarget",
                json!({ "NetworkInterfaceId": nowhere("eni"), "NetworkLoadBalancerArn": "x" }),
                combination,
                "The request must contain exactly one of networkInterfaceId, networkLoadBalancerArn and gatewayLoadBalancerEndpointId",
            ),
            (
                "CreateTrafficMirrorTarget",
                json!({ "NetworkLoadBalancerArn": "x" }),
                value,
                "Value (x) for parameter networkLoadBalancerArn is invalid. It is not the ARN of a Network Load Balancer.",
            ),
            (
                "CreateTrafficMirrorTarget",
                json!({ "GatewayLoadBalancerEndpointId": "x" }),
                value,
                "Value (x) for parameter gatewayLoadBalancerEndpointId is invalid. It is not the ID of an endpoint.",
            ),
            (
                "CreateTrafficMirrorTarget",
                json!({ "NetworkInterfaceId": nowhere("eni") }),
                "InvalidNetworkInterfaceID.NotFound",
                "The networkInterface ID 'eni-00000000000000000' does not exist",
            ),
            (
                session,
                of_session(json!({})),
                "TrafficMirrorSessionsPerInterfaceLimitExceeded",
                &format!(
                    "The maximum number of Traffic Mirror sessions for {} has been reached.",
                    site.source
                ),
            ),
            (
                session,
                of_session(json!({ "SessionNumber": 1 })),
                value,
                &format!(
                    "Value (1) for parameter sessionNumber is invalid. {} has a session with that number.",
                    site.source
                ),
            ),
            (
                session,
                of_session(json!({ "SessionNumber": 32767 })),
                value,
                "Value (32767) for parameter sessionNumber is invalid. Valid values are 1 to 32766.",
            ),
            (
                session,
                of_session(json!({ "PacketLength": 0 })),
                value,
                "Value (0) for parameter packetLength is invalid. Valid values are 1 to 8500.",
            ),
            (
                session,
                of_session(json!({ "VirtualNetworkId": 16_777_216 })),
                value,
                "Value (16777216) for parameter virtualNetworkId is invalid. Valid values are 0 to 16777215.",
            ),
            (
                session,
                of_session(json!({ "TrafficMirrorTargetId": own_target })),
                value,
                &format!(
                    "Value ({}) for parameter networkInterfaceId is invalid. The source and the target of a session cannot be the same network interface.",
                    site.source
                ),
            ),
            (
                session,
                of_session(json!({ "TrafficMirrorTargetId": nowhere("tmt") })),
                "InvalidTrafficMirrorTargetId.NotFound",
                "The trafficMirrorTarget ID 'tmt-00000000000000000' does not exist",
            ),
            (
                "ModifyTrafficMirrorSession",
                json!({ "TrafficMirrorSessionId": nowhere("tms"), "RemoveField": ["x"] }),
                value,
                "Value (x) for parameter removeField is invalid. Valid values are packet-length, description, virtual-network-id.",
            ),
            (
                "ModifyTrafficMirrorSession",
                json!({ "TrafficMirrorSessionId": nowhere("tms") }),
                "InvalidTrafficMirrorSessionId.NotFound",
                "The trafficMirrorSession ID 'tms-00000000000000000' does not exist",
            ),
            (
                "ModifyTrafficMirrorFilterNetworkServices",
                json!({ "TrafficMirrorFilterId": site.filter, "AddNetworkService": ["x"] }),
                value,
                "Value (x) for parameter addNetworkService is invalid. Valid values are amazon-dns.",
            ),
            (
                "ModifyTrafficMirrorFilterNetworkServices",
                json!({ "TrafficMirrorFilterId": site.filter, "AddNetworkService": ["amazon-dns"], "RemoveNetworkService": ["amazon-dns"] }),
                combination,
                "A network service cannot be added and removed in one request",
            ),
            (
                "DescribeTrafficMirrorFilterRules",
                json!({ "TrafficMirrorFilterId": nowhere("tmf") }),
                "InvalidTrafficMirrorFilterId.NotFound",
                "The trafficMirrorFilter ID 'tmf-00000000000000000' does not exist",
            ),
            (
                "DescribeTrafficMirrorFilters",
                json!({ "Filter": [{ "Name": "x", "Value": ["y"] }] }),
                value,
                "The filter 'x' is invalid",
            ),
        ],
    );
}

#[test]
fn pages_of_traffic_mirroring() {
    let (_server, ec2) = start();
    let ids: Vec<String> = (0..7).map(|_| filter(&ec2)).collect();
    for number in 1..8 {
        ec2.call("CreateTrafficMirrorFilterRule", &rule(&ids[0], number)).ok();
    }
    for (operation, path) in [
        ("DescribeTrafficMirrorFilters", "trafficMirrorFilterSet.item.trafficMirrorFilterId"),
        ("DescribeTrafficMirrorFilterRules", "trafficMirrorFilterRuleSet.item.trafficMirrorFilterRuleId"),
    ] {
        let (found, count) = pages(&ec2, operation, &json!({ "MaxResults": 5 }), path);
        assert_eq!((found.len(), count), (7, 2), "{operation}");
    }
}
