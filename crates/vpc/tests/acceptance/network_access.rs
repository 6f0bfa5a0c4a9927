//! Network Access Analyzer.

use crate::{attached_gateway, dry_runs, interface, nowhere, refuses, start, subnet, unseen_elsewhere, vpc};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::{found, pages, start_real, with};

/// A public web server whose group lets in 443, and a database behind it.
struct Site {
    gateway: String,
    web: String,
    database: String,
}

fn site(ec2: &Client) -> Site {
    let network = vpc(ec2, "10.0.0.0/16");
    let gateway = attached_gateway(ec2, &network);
    let near = subnet(ec2, &network, "10.0.0.0/24");
    let tables = found(ec2, "DescribeRouteTables", ("vpc-id", &network), "routeTableSet.item.routeTableId");
    let way = json!({ "RouteTableId": tables[0], "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway });
    ec2.call("CreateRoute", &way).ok();
    let group = |name: &str, port: i32, block: &str| {
        let create = json!({ "GroupName": name, "GroupDescription": name, "VpcId": network });
        let id = ec2.call("CreateSecurityGroup", &create).ok().text("groupId");
        let rule = json!([{ "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{ "CidrIp": block }] }]);
        ec2.call("AuthorizeSecurityGroupIngress", &json!({ "GroupId": id, "IpPermissions": rule })).ok();
        id
    };
    let card = |group: String| {
        let create = json!({ "SubnetId": near, "SecurityGroupId": [group] });
        ec2.call("CreateNetworkInterface", &create).ok().text("networkInterface.networkInterfaceId")
    };
    let web = card(group("web", 443, "0.0.0.0/0"));
    let database = card(group("database", 5432, "10.0.0.0/24"));
    let address = ec2.call("AllocateAddress", &json!({})).ok().text("allocationId");
    ec2.call("AssociateAddress", &json!({ "AllocationId": address, "NetworkInterfaceId": web })).ok();
    Site { gateway, web, database }
}

fn types(word: &str) -> Value {
    json!({ "ResourceStatement": { "ResourceType": [word] } })
}

/// From the internet to interfaces.
fn inward() -> Value {
    json!([{ "Source": types("AWS::EC2::InternetGateway"), "Destination": types("AWS::EC2::NetworkInterface") }])
}

#[track_caller]
fn scope(ec2: &Client, parameters: &Value) -> String {
    let made = ec2.call("CreateNetworkInsightsAccessScope", &tokened(parameters)).ok();
    made.text("networkInsightsAccessScope.networkInsightsAccessScopeId")
}

/// Clients send a token with every call.
fn tokened(parameters: &Value) -> Value {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    with(&json!({ "ClientToken": NEXT.fetch_add(1, Ordering::Relaxed).to_string() }), parameters)
}

/// Analyses a scope: the analysis, and the components of each finding.
#[track_caller]
fn analysed(ec2: &Client, parameters: &Value) -> (String, Vec<Vec<String>>) {
    let own = scope(ec2, parameters);
    let start = tokened(&json!({ "NetworkInsightsAccessScopeId": own }));
    let path = "networkInsightsAccessScopeAnalysis.networkInsightsAccessScopeAnalysisId";
    let id = ec2.call("StartNetworkInsightsAccessScopeAnalysis", &start).ok().text(path);
    let asked = json!({ "NetworkInsightsAccessScopeAnalysisId": id });
    let findings = ec2.call("GetNetworkInsightsAccessScopeAnalysisFindings", &asked).ok().tree();
    let list = findings["analysisFindingSet"]["item"].as_array().cloned().unwrap_or_default();
    let ids = |finding: &Value| {
        let components = finding["findingComponentSet"]["item"].as_array().expect("a list");
        components.iter().map(|own| own["component"]["id"].as_str().expect("an id").to_owned()).collect()
    };
    (id, list.iter().map(ids).collect())
}

#[test]
fn the_life_of_a_scope_and_its_analyses() {
    let (mut server, ec2) = start();
    let site = site(&ec2);
    let tags = |kind: &str| json!([{ "ResourceType": kind, "Tag": [{ "Key": "n", "Value": "1" }] }]);
    let create = json!({
        "MatchPath": inward(), "ClientToken": "t", "TagSpecification": tags("network-insights-access-scope")
    });
    let made = ec2.call("CreateNetworkInsightsAccessScope", &create).ok();
    let id = made.text("networkInsightsAccessScope.networkInsightsAccessScopeId");
    assert!(id.starts_with("nis-"), "{id}");
    let again = ec2.call("CreateNetworkInsightsAccessScope", &create).ok();
    assert_eq!(again.text("networkInsightsAccessScope.networkInsightsAccessScopeId"), id);
    let start = json!({
        "NetworkInsightsAccessScopeId": id, "ClientToken": "t",
        "TagSpecification": tags("network-insights-access-scope-analysis")
    });
    let started = ec2.call("StartNetworkInsightsAccessScopeAnalysis", &start).ok();
    let of = |name: &str| started.text(&format!("networkInsightsAccessScopeAnalysis.{name}"));
    assert_eq!((of("status"), of("findingsFound")), ("running".to_owned(), "unknown".to_owned()));
    let analysis = of("networkInsightsAccessScopeAnalysisId");
    server.restart();
    let ec2 = server.client("ec2");
    let own = json!({ "NetworkInsightsAccessScopeId": id });
    let content = ec2.call("GetNetworkInsightsAccessScopeContent", &own).ok();
    let path =
        "networkInsightsAccessScopeContent.matchPathSet.item.source.resourceStatement.resourceTypeSet.item";
    assert_eq!(content.texts(path), ["AWS::EC2::InternetGateway"]);
    let told = ec2.call("DescribeNetworkInsightsAccessScopeAnalyses", &own).ok();
    let of = |name: &str| told.text(&format!("networkInsightsAccessScopeAnalysisSet.item.{name}"));
    assert_eq!(
        (of("status"), of("findingsFound"), of("analyzedEniCount")),
        ("succeeded".to_owned(), "true".to_owned(), "2".to_owned())
    );
    let asked = json!({ "NetworkInsightsAccessScopeAnalysisId": analysis });
    let findings = ec2.call("GetNetworkInsightsAccessScopeAnalysisFindings", &asked).ok();
    assert_eq!(findings.text("analysisStatus"), "succeeded");
    assert_eq!(findings.text("analysisFindingSet.item.findingId"), "AnalysisFinding-1");
    let components = findings.texts("analysisFindingSet.item.findingComponentSet.item.component.id");
    assert_eq!((components.first(), components.last()), (Some(&site.gateway), Some(&site.web)));
    let (scopes, analyses) = (
        (
            "DescribeNetworkInsightsAccessScopes",
            "networkInsightsAccessScopeSet.item.networkInsightsAccessScopeId",
        ),
        (
            "DescribeNetworkInsightsAccessScopeAnalyses",
            "networkInsightsAccessScopeAnalysisSet.item.networkInsightsAccessScopeAnalysisId",
        ),
    );
    for (operation, path) in [scopes, analyses] {
        assert_eq!(found(&ec2, operation, ("tag:n", "1"), path).len(), 1, "{operation}");
        assert!(found(&ec2, operation, ("tag:n", "2"), path).is_empty(), "{operation}");
    }
    unseen_elsewhere(&server, &[scopes, analyses]);
    dry_runs(
        &ec2,
        &[
            ("CreateNetworkInsightsAccessScope", &create),
            ("StartNetworkInsightsAccessScopeAnalysis", &start),
            ("GetNetworkInsightsAccessScopeContent", &own),
            ("GetNetworkInsightsAccessScopeAnalysisFindings", &asked),
            ("DeleteNetworkInsightsAccessScope", &own),
            ("DeleteNetworkInsightsAccessScopeAnalysis", &asked),
        ],
    );
    let has = format!("The networkInsightsAccessScope '{id}' has analyses and cannot be deleted.");
    let code = "AnalysisExistsForNetworkInsightsAccessScope";
    refuses(&ec2, &[("DeleteNetworkInsightsAccessScope", own.clone(), code, &has)]);
    ec2.call("DeleteNetworkInsightsAccessScopeAnalysis", &asked).ok();
    ec2.call("DeleteNetworkInsightsAccessScope", &own).ok();
    let (no_scope, no_analysis) = (
        format!("The networkInsightsAccessScope ID '{id}' does not exist"),
        format!("The networkInsightsAccessScopeAnalysis ID '{analysis}' does not exist"),
    );
    let code = "InvalidNetworkInsightsAccessScopeId.NotFound";
    let of_analysis = "InvalidNetworkInsightsAccessScopeAnalysisId.NotFound";
    refuses(
        &ec2,
        &[
            ("GetNetworkInsightsAccessScopeContent", own.clone(), code, &no_scope),
            ("StartNetworkInsightsAccessScopeAnalysis", tokened(&own), code, &no_scope),
            ("DescribeNetworkInsightsAccessScopeAnalyses", own.clone(), code, &no_scope),
            ("DeleteNetworkInsightsAccessScope", own, code, &no_scope),
            ("GetNetworkInsightsAccessScopeAnalysisFindings", asked.clone(), of_analysis, &no_analysis),
            ("DeleteNetworkInsightsAccessScopeAnalysis", asked, of_analysis, &no_analysis),
        ],
    );
}

#[test]
fn paths_are_matched_and_excluded() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    let named = |id: &str| json!({ "ResourceStatement": { "Resource": [id] } });
    let header = |part: &str, value: &str| json!({ "PacketHeaderStatement": { part: [value] } });
    let ends = |paths: &[Vec<String>]| -> Vec<(String, String)> {
        paths.iter().map(|own| (own[0].clone(), own[own.len() - 1].clone())).collect()
    };
    let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let web_to_database = json!([{ "Source": named(&site.web), "Destination": named(&site.database) }]);
    for (asked, want) in [
        (json!({ "MatchPath": inward() }), vec![pair(&site.gateway, &site.web)]),
        (
            json!({ "MatchPath": inward(), "ExcludePath": [{ "Destination": header("DestinationPort", "443") }] }),
            Vec::new(),
        ),
        (
            json!({ "MatchPath": inward(), "ExcludePath": [{ "Destination": header("DestinationPort", "80") }] }),
            vec![pair(&site.gateway, &site.web)],
        ),
        (json!({ "MatchPath": inward(), "ExcludePath": [{ "Destination": named(&site.web) }] }), Vec::new()),
        (json!({ "MatchPath": web_to_database }), vec![pair(&site.web, &site.database)]),
        (
            json!({ "MatchPath": [{ "Source": named(&site.database), "Destination": named(&site.web) }] }),
            vec![pair(&site.database, &site.web)],
        ),
        (
            json!({ "MatchPath": [with(&web_to_database[0], &json!({ "ThroughResource": [types("AWS::EC2::NatGateway")] }))] }),
            Vec::new(),
        ),
        (
            json!({ "MatchPath": [{ "Source": with(&named(&site.web), &header("Protocol", "udp")), "Destination": named(&site.database) }] }),
            Vec::new(),
        ),
        (
            json!({ "MatchPath": [{ "Source": named(&site.web), "Destination": with(&named(&site.database), &header("DestinationPort", "22")) }] }),
            Vec::new(),
        ),
        (
            json!({ "MatchPath": [{ "Source": with(&types("AWS::EC2::InternetGateway"), &header("SourceAddress", "198.51.100.0/24")), "Destination": named(&site.web) }] }),
            vec![pair(&site.gateway, &site.web)],
        ),
        (json!({ "MatchPath": [{ "Source": types("AWS::EC2::Instance") }] }), Vec::new()),
        (
            json!({ "MatchPath": [{ "Source": types("AWS::EC2::InternetGateway"), "Destination": named(&site.database) }] }),
            Vec::new(),
        ),
    ] {
        let (_, paths) = analysed(&ec2, &asked);
        assert_eq!(ends(&paths), want, "{asked}");
    }
}

#[test]
fn an_analysis_runs_for_a_while_at_the_real_pace() {
    let (_server, ec2) = start_real();
    site(&ec2);
    let (id, paths) = analysed(&ec2, &json!({ "MatchPath": inward() }));
    assert!(paths.is_empty());
    let asked = json!({ "NetworkInsightsAccessScopeAnalysisId": [id] });
    let told = ec2.call("DescribeNetworkInsightsAccessScopeAnalyses", &asked).ok();
    assert_eq!(told.text("networkInsightsAccessScopeAnalysisSet.item.status"), "running");
}

#[test]
fn pages_of_scopes_analyses_and_findings() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let near = subnet(&ec2, &network, "10.0.0.0/24");
    let cards: Vec<String> = (0..3).map(|_| interface(&ec2, &near)).collect();
    let all = json!({ "MatchPath": [{ "Source": { "ResourceStatement": { "Resource": cards } }, "Destination": types("AWS::EC2::NetworkInterface") }] });
    let (id, paths) = analysed(&ec2, &all);
    // Each to the two others, by TCP and by UDP.
    assert_eq!(paths.len(), 12);
    let asked = json!({ "NetworkInsightsAccessScopeAnalysisId": id, "MaxResults": 5 });
    let path = "analysisFindingSet.item.findingId";
    let (ids, count) = pages(&ec2, "GetNetworkInsightsAccessScopeAnalysisFindings", &asked, path);
    assert_eq!((ids.len(), count), (12, 3));
    analysed(&ec2, &all);
    for (operation, path) in [
        (
            "DescribeNetworkInsightsAccessScopes",
            "networkInsightsAccessScopeSet.item.networkInsightsAccessScopeId",
        ),
        (
            "DescribeNetworkInsightsAccessScopeAnalyses",
            "networkInsightsAccessScopeAnalysisSet.item.networkInsightsAccessScopeAnalysisId",
        ),
    ] {
        let (ids, count) = pages(&ec2, operation, &json!({ "MaxResults": 1 }), path);
        assert_eq!((ids.len(), count), (2, 2), "{operation}");
    }
}

#[test]
fn what_scopes_refuse() {
    let (_server, ec2) = start();
    let name = "CreateNetworkInsightsAccessScope";
    let matching = |path: Value| tokened(&json!({ "MatchPath": [path] }));
    let header = |part: &str, value: &str| {
        matching(json!({ "Source": { "PacketHeaderStatement": { part: [value] } } }))
    };
    let (value, combination) = ("InvalidParameterValue", "InvalidParameterCombination");
    let known = "AWS::EC2::EgressOnlyInternetGateway, AWS::EC2::Instance, AWS::EC2::InternetGateway, AWS::EC2::NatGateway, AWS::EC2::NetworkAcl, AWS::EC2::NetworkInterface, AWS::EC2::RouteTable, AWS::EC2::SecurityGroup, AWS::EC2::Subnet, AWS::EC2::TransitGatewayAttachment, AWS::EC2::VPC, AWS::EC2::VPCPeeringConnection, AWS::EC2::VPNGateway";
    refuses(
        &ec2,
        &[
            (
                name,
                tokened(&json!({})),
                "MissingParameter",
                "The request must contain the parameter matchPath",
            ),
            (
                name,
                matching(json!({ "Source": types("AWS::Moon") })),
                value,
                &format!(
                    "Value (AWS::Moon) for parameter resourceType is invalid. Valid values are {known}."
                ),
            ),
            (
                name,
                matching(
                    json!({ "Source": { "ResourceStatement": { "ResourceType": ["AWS::EC2::VPC"], "Resource": ["x"] } } }),
                ),
                combination,
                "A resource statement must have either resources or resource types",
            ),
            (
                name,
                header("SourceAddress", "x"),
                value,
                "Value (x) for parameter sourceAddress is invalid. It is no address and no CIDR block.",
            ),
            (
                name,
                header("DestinationPort", "9-1"),
                value,
                "Value (9-1) for parameter destinationPort is invalid. It is no port and no range of ports.",
            ),
            (
                name,
                header("Protocol", "icmp"),
                value,
                "Value (icmp) for parameter protocol is invalid. Valid values are tcp, udp.",
            ),
            (
                name,
                header("SourcePrefixList", "pl-1"),
                value,
                "Prefix lists of packet header statements are not built yet: give addresses",
            ),
            (
                "DeleteNetworkInsightsAccessScope",
                json!({ "NetworkInsightsAccessScopeId": nowhere("nis") }),
                "InvalidNetworkInsightsAccessScopeId.NotFound",
                "The networkInsightsAccessScope ID 'nis-00000000000000000' does not exist",
            ),
            (
                "DeleteNetworkInsightsAccessScope",
                json!({ "NetworkInsightsAccessScopeId": "nis" }),
                "InvalidNetworkInsightsAccessScopeId.Malformed",
                "Invalid id: \"nis\" (expecting \"nis-...\")",
            ),
            (
                "DescribeNetworkInsightsAccessScopes",
                json!({ "Filter": [{ "Name": "x", "Value": ["y"] }] }),
                value,
                "The filter 'x' is invalid",
            ),
        ],
    );
}
