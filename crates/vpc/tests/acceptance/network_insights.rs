use crate::{attached_gateway, found, golden, interface, nowhere, refuses, start, subnet, vpc};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use testkit::{Answer, Client, Options, Server};

/// A client token that no other call has: clients send one with every call.
fn token() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed).to_string()
}

/// Two subnets of a VPC with an interface each.
pub(crate) struct Site {
    pub(crate) network: String,
    pub(crate) client: String,
    pub(crate) server: String,
    pub(crate) group: String,
}

pub(crate) fn site(ec2: &Client) -> Site {
    let network = vpc(ec2, "10.0.0.0/16");
    let (near, far) = (subnet(ec2, &network, "10.0.0.0/24"), subnet(ec2, &network, "10.0.1.0/24"));
    let group = json!({ "GroupName": "web", "GroupDescription": "web", "VpcId": network });
    let group = ec2.call("CreateSecurityGroup", &group).ok().text("groupId");
    let server = json!({ "SubnetId": far, "SecurityGroupId": [group] });
    let server = ec2.call("CreateNetworkInterface", &server).ok().text("networkInterface.networkInterfaceId");
    Site { client: interface(ec2, &near), network, server, group }
}

/// Parameters, and more of them.
fn with(mut own: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().into_iter().flatten() {
        own[name] = value.clone();
    }
    own
}

#[track_caller]
pub(crate) fn path(ec2: &Client, parameters: &Value) -> String {
    let own = with(json!({ "Protocol": "tcp", "ClientToken": token() }), parameters);
    ec2.call("CreateNetworkInsightsPath", &own).ok().text("networkInsightsPath.networkInsightsPathId")
}

/// Analyses a path and says what was found.
#[track_caller]
pub(crate) fn analysed(ec2: &Client, path: &str) -> Answer {
    analysed_with(ec2, &json!({ "NetworkInsightsPathId": path }))
}

#[track_caller]
pub(crate) fn analysed_with(ec2: &Client, parameters: &Value) -> Answer {
    let parameters = with(json!({ "ClientToken": token() }), parameters);
    let id = ec2.call("StartNetworkInsightsAnalysis", &parameters).ok();
    let id = id.text("networkInsightsAnalysis.networkInsightsAnalysisId");
    ec2.call("DescribeNetworkInsightsAnalyses", &json!({ "NetworkInsightsAnalysisId": [id] })).ok()
}

/// Explanation codes of an answer.
pub(crate) fn codes(answer: &Answer) -> Vec<String> {
    answer.texts("networkInsightsAnalysisSet.item.explanationSet.item.explanationCode")
}

#[track_caller]
pub(crate) fn is_found(answer: &Answer) -> bool {
    let text = answer.text("networkInsightsAnalysisSet.item.networkPathFound");
    text == "true"
}

#[track_caller]
pub(crate) fn allow(ec2: &Client, group: &str, port: u16, peer: Value) {
    let permission = with(json!({ "IpProtocol": "tcp", "FromPort": port, "ToPort": port }), &peer);
    let parameters = json!({ "GroupId": group, "IpPermissions": [permission] });
    ec2.call("AuthorizeSecurityGroupIngress", &parameters).ok();
}

#[test]
fn the_life_of_a_path() {
    let (_server, ec2) = start();
    let mut golden = golden("network-insights");
    let site = site(&ec2);
    let tags =
        json!([{ "ResourceType": "network-insights-path", "Tag": [{ "Key": "Name", "Value": "web" }] }]);
    let create = json!({
        "Source": site.client, "Destination": site.server, "Protocol": "TCP", "DestinationPort": 443,
        "TagSpecification": tags, "ClientToken": "once",
    });
    let name = "CreateNetworkInsightsPath";
    let created = golden.note(name, ec2.call(name, &create)).ok();
    let id = created.text("networkInsightsPath.networkInsightsPathId");
    assert_eq!(ec2.call(name, &create).ok().text("networkInsightsPath.networkInsightsPathId"), id);
    let of_path = json!({ "NetworkInsightsPathId": id });
    let start = "StartNetworkInsightsAnalysis";
    let begin = || ec2.call(start, &json!({ "NetworkInsightsPathId": id, "ClientToken": token() }));
    let started = golden.note(start, begin()).ok();
    let describe = |answer: &Answer| {
        let id = answer.text("networkInsightsAnalysis.networkInsightsAnalysisId");
        ec2.call("DescribeNetworkInsightsAnalyses", &json!({ "NetworkInsightsAnalysisId": [id] }))
    };
    golden.note("nothing lets it in", describe(&started)).ok();
    allow(&ec2, &site.group, 443, json!({ "IpRanges": [{ "CidrIp": "10.0.0.0/24" }] }));
    let again = begin().ok();
    golden.note("a rule lets it in", describe(&again)).ok();
    let sentence = format!("The networkInsightsPath '{id}' has analyses and cannot be deleted.");
    let code = "AnalysisExistsForNetworkInsightsPath";
    refuses(&ec2, &[("DeleteNetworkInsightsPath", of_path.clone(), code, &sentence)]);
    for analysis in [started, again] {
        let own = analysis.text("networkInsightsAnalysis.networkInsightsAnalysisId");
        let own = json!({ "NetworkInsightsAnalysisId": own });
        golden.note("analysis deleted", ec2.call("DeleteNetworkInsightsAnalysis", &own)).ok();
    }
    golden.note("path deleted", ec2.call("DeleteNetworkInsightsPath", &of_path)).ok();
    golden.check();
}

/// At AWS's pace it runs for a while, and is kept for 120 days.
#[test]
fn an_analysis_runs_and_is_forgotten() {
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let ec2 = server.client("ec2");
    let site = site(&ec2);
    let id = path(&ec2, &json!({ "Source": site.client, "Destination": site.server }));
    let answer = analysed(&ec2, &id);
    let status = |answer: &Answer| answer.texts("networkInsightsAnalysisSet.item.status");
    assert_eq!(status(&answer), ["running"]);
    assert_eq!(codes(&answer), [""; 0]);
    assert_eq!(answer.texts("networkInsightsAnalysisSet.item.networkPathFound"), [""; 0]);
    let advance = |by: &str| server.page("POST", "/_angae/clock", &json!({ "advance": by }));
    advance("31s");
    let answer = ec2.call("DescribeNetworkInsightsAnalyses", &json!({ "NetworkInsightsPathId": id })).ok();
    assert_eq!(status(&answer), ["succeeded"]);
    assert_eq!(codes(&answer), ["SG_HAS_NO_RULES"]);
    for _ in 0..5 {
        advance("24d");
    }
    let answer = ec2.call("DescribeNetworkInsightsAnalyses", &json!({ "NetworkInsightsPathId": id })).ok();
    assert_eq!(status(&answer), [""; 0]);
    ec2.call("DeleteNetworkInsightsPath", &json!({ "NetworkInsightsPathId": id })).ok();
}

/// Every kind of component, there and back, and what translates.
#[test]
fn a_path_by_a_nat_gateway() {
    let (_server, ec2) = start();
    let mut golden = golden("network-insights-nat");
    let network = vpc(&ec2, "10.0.0.0/16");
    let gateway = attached_gateway(&ec2, &network);
    let (public, private) = (subnet(&ec2, &network, "10.0.0.0/24"), subnet(&ec2, &network, "10.0.1.0/24"));
    let allocation = ec2.call("AllocateAddress", &json!({})).ok().text("allocationId");
    let nat = json!({ "SubnetId": public, "AllocationId": allocation });
    let nat = ec2.call("CreateNatGateway", &nat).ok().text("natGateway.natGatewayId");
    let lead = |subnet: &str, target: Value| {
        let table = ec2.call("CreateRouteTable", &json!({ "VpcId": network })).ok();
        let table = table.text("routeTable.routeTableId");
        ec2.call("AssociateRouteTable", &json!({ "RouteTableId": table, "SubnetId": subnet })).ok();
        let route = with(json!({ "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0" }), &target);
        ec2.call("CreateRoute", &route).ok();
        table
    };
    lead(&public, json!({ "GatewayId": gateway }));
    lead(&private, json!({ "NatGatewayId": nat }));
    let card = interface(&ec2, &private);
    let out = path(&ec2, &json!({ "Source": card, "Destination": gateway, "DestinationPort": 443 }));
    golden.note("out by the NAT gateway", analysed(&ec2, &out)).ok();
    let passing =
        |filter: Value| analysed_with(&ec2, &with(json!({ "NetworkInsightsPathId": out }), &filter));
    let arn = |kind: &str, id: &str| format!("arn:aws:ec2:us-east-1:000000000000:{kind}/{id}");
    let by_nat = arn("natgateway", &nat);
    assert!(is_found(&passing(json!({ "FilterInArn": [by_nat] }))));
    let by_other = passing(json!({ "FilterInArn": [arn("natgateway", &nowhere("nat"))] }));
    assert_eq!(
        (is_found(&by_other), codes(&by_other)),
        (false, vec!["COMPONENT_FILTER_RESTRICTION".to_owned()])
    );
    let barred = passing(json!({ "FilterOutArn": [by_nat] }));
    assert_eq!(codes(&barred), ["COMPONENT_FILTER_RESTRICTION_REMOVED_COMPONENT"]);
    let inward = path(&ec2, &json!({ "Source": gateway, "Destination": card, "DestinationPort": 443 }));
    golden.note("nothing comes in", analysed(&ec2, &inward)).ok();
    ec2.call("DeleteNatGateway", &json!({ "NatGatewayId": nat })).ok();
    golden.note("the NAT gateway is gone", analysed(&ec2, &out)).ok();
    golden.check();
}

#[test]
fn what_blocks_is_named() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    let Site { network, client, server, group } = &site;
    let to_server = path(&ec2, &json!({ "Source": client, "Destination": server, "DestinationPort": 22 }));
    let explained = |path: &str| {
        let answer = analysed(&ec2, path);
        assert!(!is_found(&answer));
        codes(&answer)
    };
    assert_eq!(explained(&to_server), ["SG_HAS_NO_RULES"]);
    allow(&ec2, group, 80, json!({ "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }));
    assert_eq!(explained(&to_server), ["ENI_SG_RULES_MISMATCH"]);
    // A NACL and a group at once are told together.
    let acl =
        found(&ec2, "DescribeNetworkAcls", ("vpc-id", network), "networkAclSet.item.networkAclId").concat();
    let entry = json!({
        "NetworkAclId": acl, "RuleNumber": 50, "Protocol": "6", "RuleAction": "deny", "Egress": "false",
        "CidrBlock": "10.0.0.0/24", "PortRange": { "From": 22, "To": 22 },
    });
    ec2.call("CreateNetworkAclEntry", &entry).ok();
    assert_eq!(explained(&to_server), ["SUBNET_ACL_RESTRICTION", "ENI_SG_RULES_MISMATCH"]);
    let answer = analysed(&ec2, &to_server);
    let text =
        |name: &str| answer.texts(&format!("networkInsightsAnalysisSet.item.explanationSet.item.{name}"));
    assert_eq!(text("acl.id"), [acl.as_str()]);
    assert_eq!(text("aclRule.ruleNumber"), ["50"]);
    assert_eq!(text("networkInterface.id"), [server.as_str()]);
    assert_eq!(text("securityGroupSet.item.id"), [group.as_str()]);
    assert_eq!(text("direction"), ["ingress", "ingress"]);
    // Without a port, any that passes will do.
    let any = path(&ec2, &json!({ "Source": client, "Destination": server }));
    assert!(is_found(&analysed(&ec2, &any)));
    let out = |address: &str| {
        let filter = json!({ "DestinationAddress": address });
        path(&ec2, &json!({ "Source": client, "FilterAtSource": filter, "DestinationPort": 443 }))
    };
    assert_eq!(explained(&out("203.0.113.9")), ["NO_ROUTE_TO_DESTINATION"]);
    assert_eq!(explained(&out("10.0.1.77")), ["NO_POSSIBLE_DESTINATION"]);
    assert!(is_found(&analysed(
        &ec2,
        &path(
            &ec2,
            &json!({
                "Source": client, "FilterAtSource": { "DestinationAddress": "10.0.1.4" }, "DestinationPort": 80,
            })
        )
    )));
    let gateway = attached_gateway(&ec2, network);
    let main =
        found(&ec2, "DescribeRouteTables", ("vpc-id", network), "routeTableSet.item.routeTableId").concat();
    let route = json!({ "RouteTableId": main, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway });
    ec2.call("CreateRoute", &route).ok();
    assert_eq!(explained(&out("203.0.113.9")), ["IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"]);
    let inward = path(&ec2, &json!({ "Source": gateway, "Destination": server, "DestinationPort": 80 }));
    assert_eq!(explained(&inward), ["IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"]);
    for card in [client, server] {
        let allocation = ec2.call("AllocateAddress", &json!({})).ok().text("allocationId");
        ec2.call("AssociateAddress", &json!({ "AllocationId": allocation, "NetworkInterfaceId": card })).ok();
    }
    assert!(is_found(&analysed(&ec2, &inward)));
    assert!(is_found(&analysed(&ec2, &out("203.0.113.9"))));
    // From one interface to the public address of another the gateway lies in the middle.
    let public = found(
        &ec2,
        "DescribeNetworkInterfaces",
        ("network-interface-id", server),
        "networkInterfaceSet.item.association.publicIp",
    );
    let reflected = path(
        &ec2,
        &json!({
            "Source": client, "FilterAtSource": { "DestinationAddress": public.concat() }, "DestinationPort": 80,
        }),
    );
    assert_eq!(explained(&reflected), ["IGW_NAT_REFLECTION"]);
    ec2.call("DetachInternetGateway", &json!({ "InternetGatewayId": gateway, "VpcId": network })).refusal();
}

#[test]
fn ends_that_have_nothing_to_do_with_each_other() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    let other = vpc(&ec2, "10.9.0.0/16");
    let stranger = interface(&ec2, &subnet(&ec2, &other, "10.9.0.0/24"));
    let gateway = ec2.call("CreateInternetGateway", &json!({})).ok();
    let gateway = gateway.text("internetGateway.internetGatewayId");
    let far = attached_gateway(&ec2, &other);
    for (source, destination, code) in [
        (site.client.as_str(), stranger.as_str(), "DISCONNECTED_VPCS"),
        (&site.client, &far, "DISCONNECTED_VPCS"),
        (&site.client, &gateway, "UNASSOCIATED_COMPONENT"),
        (&site.client, "eni-00000000000000000", "NO_SOURCE_OR_DESTINATION"),
        ("i-00000000000000000", &site.client, "NO_SOURCE_OR_DESTINATION"),
        (&far, &far, "NO_PATH"),
    ] {
        let own = path(&ec2, &json!({ "Source": source, "Destination": destination }));
        let answer = analysed(&ec2, &own);
        assert_eq!(
            (is_found(&answer), codes(&answer)),
            (false, vec![code.to_owned()]),
            "{source} {destination}"
        );
    }
    let own = path(&ec2, &json!({ "Source": "tgw-00000000000000000", "Destination": site.client }));
    let answer = analysed(&ec2, &own);
    assert_eq!(answer.text("networkInsightsAnalysisSet.item.status"), "failed");
    assert_eq!(
        answer.text("networkInsightsAnalysisSet.item.statusMessage"),
        "Paths from and to tgw-00000000000000000 are not analysed yet."
    );
    // What is asked of packets as they arrive.
    allow(&ec2, &site.group, 80, json!({ "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }));
    for (filter, code) in [
        (json!({ "SourceAddress": "10.0.0.99" }), "FILTER_AT_DESTINATION_SOURCE_ADDRESS"),
        (
            json!({ "SourcePortRange": { "FromPort": 1, "ToPort": 9 } }),
            "FILTER_AT_DESTINATION_SOURCE_PORT_RANGE",
        ),
        (json!({ "DestinationAddress": "10.0.0.99" }), "FILTER_AT_DESTINATION_DESTINATION_ADDRESS"),
        (
            json!({ "DestinationPortRange": { "FromPort": 81, "ToPort": 82 } }),
            "FILTER_AT_DESTINATION_DESTINATION_PORT_RANGE",
        ),
    ] {
        let own = json!({
            "Source": site.client, "Destination": site.server, "DestinationPort": 80,
            "FilterAtDestination": filter,
        });
        assert_eq!(codes(&analysed(&ec2, &path(&ec2, &own))), [code], "{filter}");
    }
}

#[test]
fn every_filter_finds_one_and_not_the_other() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    let filter = |last: u8| {
        json!({
            "SourceAddress": format!("10.0.0.{last}"), "DestinationAddress": format!("10.0.1.{last}"),
            "SourcePortRange": { "FromPort": last, "ToPort": 9000 },
            "DestinationPortRange": { "FromPort": last, "ToPort": 90 },
        })
    };
    let tags =
        json!([{ "ResourceType": "network-insights-path", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let one = path(
        &ec2,
        &json!({
            "Source": site.client, "Destination": site.server, "TagSpecification": tags,
            "FilterAtSource": filter(4), "FilterAtDestination": filter(5),
        }),
    );
    let two = ec2.call("CreateNetworkInsightsPath", &json!({
        "Protocol": "udp", "ClientToken": token(), "Source": site.server, "Destination": site.client, "FilterAtSource": filter(6),
    })).ok().text("networkInsightsPath.networkInsightsPathId");
    for (name, value) in [
        ("source", site.client.as_str()),
        ("destination", &site.server),
        ("protocol", "tcp"),
        ("filter-at-source.source-address", "10.0.0.4"),
        ("filter-at-source.source-port-range", "4-9000"),
        ("filter-at-source.destination-address", "10.0.1.4"),
        ("filter-at-source.destination-port-range", "4-90"),
        ("filter-at-destination.source-address", "10.0.0.5"),
        ("filter-at-destination.source-port-range", "5-9000"),
        ("filter-at-destination.destination-address", "10.0.1.5"),
        ("filter-at-destination.destination-port-range", "5-90"),
        ("tag:team", "red"),
        ("tag-key", "team"),
    ] {
        let path = "networkInsightsPathSet.item.networkInsightsPathId";
        assert_eq!(
            found(&ec2, "DescribeNetworkInsightsPaths", (name, value), path),
            [one.as_str()],
            "{name}"
        );
    }
    let tag = json!({ "ResourceId": [two], "Tag": [{ "Key": "team", "Value": "blue" }] });
    ec2.call("CreateTags", &tag).ok();
    let path_of = |filter: (&str, &str)| {
        found(
            &ec2,
            "DescribeNetworkInsightsAnalyses",
            filter,
            "networkInsightsAnalysisSet.item.networkInsightsPathId",
        )
    };
    analysed(&ec2, &one);
    allow(&ec2, &site.group, 90, json!({ "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }));
    let open =
        path(&ec2, &json!({ "Source": site.client, "Destination": site.server, "DestinationPort": 90 }));
    analysed(&ec2, &open);
    assert_eq!(path_of(("path-found", "true")), [open.as_str()]);
    assert_eq!(path_of(("path-found", "false")), [one.as_str()]);
    assert_eq!(path_of(("status", "succeeded")).len(), 2);
    assert_eq!(path_of(("status", "running")), [""; 0]);
    let describe = |parameters: Value| {
        let answer = ec2.call("DescribeNetworkInsightsAnalyses", &parameters).ok();
        answer.texts("networkInsightsAnalysisSet.item.networkInsightsPathId").len()
    };
    assert_eq!(describe(json!({ "NetworkInsightsPathId": open })), 1);
    assert_eq!(describe(json!({ "AnalysisStartTime": "2020-01-01T00:00:00Z" })), 2);
    assert_eq!(describe(json!({ "AnalysisEndTime": "2020-01-01T00:00:00Z" })), 0);
    let first = ec2.call("DescribeNetworkInsightsPaths", &json!({ "MaxResults": 2 })).ok();
    let next = json!({ "MaxResults": 2, "NextToken": first.text("nextToken") });
    let second = ec2.call("DescribeNetworkInsightsPaths", &next).ok();
    let ids = |answer: &Answer| answer.texts("networkInsightsPathSet.item.networkInsightsPathId").len();
    assert_eq!((ids(&first), ids(&second)), (2, 1));
}

#[test]
fn what_paths_and_analyses_refuse() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    let (nip, nia) = (nowhere("nip"), nowhere("nia"));
    let no_path = &format!("The networkInsightsPath ID '{nip}' does not exist");
    let no_analysis = &format!("The networkInsightsAnalysis ID '{nia}' does not exist");
    let own = |extra: Value| {
        let both = json!({ "Source": site.client, "Destination": site.server, "Protocol": "tcp" });
        with(with(both, &json!({ "ClientToken": token() })), &extra)
    };
    let create = "CreateNetworkInsightsPath";
    let (value, path_missing) = ("InvalidParameterValue", "InvalidNetworkInsightsPathId.NotFound");
    let first = own(json!({ "ClientToken": "once" }));
    ec2.call(create, &first).ok();
    refuses(
        &ec2,
        &[
            (
                create,
                json!({ "Source": site.client, "Protocol": "tcp", "DestinationIp": "10.0.1.4", "ClientToken": "d" }),
                "MissingParameter",
                "The request must include either the Destination parameter or the FilterAtSource.DestinationAddress parameter. Add the required parameter and retry the request.",
            ),
            (
                create,
                own(json!({ "Source": "subnet-1" })),
                value,
                "Value (subnet-1) for parameter source is invalid. The resource type is not supported.",
            ),
            (
                create,
                own(json!({ "Destination": "arn:aws:s3:::bucket" })),
                value,
                "Value (arn:aws:s3:::bucket) for parameter destination is invalid. The resource type is not supported.",
            ),
            (
                create,
                own(json!({ "Protocol": "icmp" })),
                value,
                "Value (icmp) for parameter protocol is invalid. Valid values are tcp and udp.",
            ),
            (
                create,
                own(json!({ "DestinationIp": "10.0.0.999" })),
                value,
                "Value (10.0.0.999) for parameter destinationIp is invalid. It is not an IPv4 address.",
            ),
            (
                create,
                own(json!({ "FilterAtSource": { "SourcePortRange": { "FromPort": 9, "ToPort": 8 } } })),
                value,
                "Value (9-8) for parameter filterAtSource is invalid. The first port must not be above the last.",
            ),
            (
                create,
                own(json!({ "ClientToken": "once", "DestinationPort": 1 })),
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
            ),
            (
                "StartNetworkInsightsAnalysis",
                json!({ "NetworkInsightsPathId": nip, "ClientToken": "d" }),
                path_missing,
                no_path,
            ),
            ("DeleteNetworkInsightsPath", json!({ "NetworkInsightsPathId": nip }), path_missing, no_path),
            (
                "DescribeNetworkInsightsPaths",
                json!({ "NetworkInsightsPathId": [nip] }),
                path_missing,
                no_path,
            ),
            (
                "DescribeNetworkInsightsAnalyses",
                json!({ "NetworkInsightsPathId": nip }),
                path_missing,
                no_path,
            ),
            (
                "DescribeNetworkInsightsAnalyses",
                json!({ "NetworkInsightsAnalysisId": [nia] }),
                "InvalidNetworkInsightsAnalysisId.NotFound",
                no_analysis,
            ),
            (
                "DeleteNetworkInsightsAnalysis",
                json!({ "NetworkInsightsAnalysisId": nia }),
                "InvalidNetworkInsightsAnalysisId.NotFound",
                no_analysis,
            ),
            (
                "DeleteNetworkInsightsAnalysis",
                json!({ "NetworkInsightsAnalysisId": "one" }),
                "InvalidNetworkInsightsAnalysisId.Malformed",
                "Invalid id: \"one\" (expecting \"nia-...\")",
            ),
            (
                "DeleteNetworkInsightsPath",
                json!({ "NetworkInsightsPathId": "one" }),
                "InvalidNetworkInsightsPathId.Malformed",
                "Invalid id: \"one\" (expecting \"nip-...\")",
            ),
        ],
    );
    let sentence = "Request would have succeeded, but DryRun flag is set.";
    ec2.call(create, &own(json!({ "DryRun": true }))).refused(412, "DryRunOperation", sentence);
    // An ARN is as good as an id.
    let arn = format!("arn:aws:ec2:us-east-1:000000000000:network-interface/{}", site.client);
    let made = ec2.call(create, &own(json!({ "Source": arn }))).ok();
    assert_eq!(made.text("networkInsightsPath.source"), site.client);
    assert_eq!(made.text("networkInsightsPath.sourceArn"), arn);
}
