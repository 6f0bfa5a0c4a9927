//! Every operation of the Resolver from another account, from another Region, without permission, and with what does not fit.

use super::{Network, network, start};
use crate::refuses_too_long;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Client, Server};

/// What is told where there is nothing of what the parameters name.
enum Elsewhere {
    /// It is answered.
    Answered,
    /// It is answered, and finds nothing at a path of the answer.
    Nothing(&'static str),
    /// Code and sentence, up to the trace.
    Refused(&'static str, String),
}

use Elsewhere::{Answered, Nothing};

fn absent(sentence: String) -> Elsewhere {
    Elsewhere::Refused("ResourceNotFoundException", sentence)
}

fn no_endpoint(id: &str) -> Elsewhere {
    absent(format!("Resolver endpoint with ID '{id}' does not exist"))
}

fn no_rule(id: &str) -> Elsewhere {
    absent(format!("[RSLVR-00703] Resolver rule with ID \"{id}\" does not exist."))
}

fn no_log() -> Elsewhere {
    absent("[RSLVR-01601] The specified query logging configuration doesn't exist.".to_owned())
}

fn no_log_association() -> Elsewhere {
    absent("[RSLVR-01602] The specified query logging configuration association doesn't exist.".to_owned())
}

fn no_firewall(id: &str) -> Elsewhere {
    absent(format!("[RSLVR-02025] Can’t find the resource with ID \"{id}\"."))
}

fn no_vpc(id: &str) -> Elsewhere {
    Elsewhere::Refused("InvalidParameterException", format!("The vpc ID '{id}' does not exist"))
}

fn unknown(arn: &str) -> Elsewhere {
    Elsewhere::Refused("UnknownResourceException", format!("The resource '{arn}' does not exist"))
}

fn no_outpost(id: &str) -> Elsewhere {
    absent(format!("The specified Outpost resource {id} doesn't exist."))
}

/// One of each that an account can have.
struct World {
    network: Network,
    /// A VPC with nothing of the Resolver.
    other_vpc: String,
    endpoint: String,
    /// One that no rule leads through.
    other_endpoint: String,
    rule: String,
    rule_arn: String,
    rule_association: String,
    log: String,
    log_arn: String,
    log_association: String,
    list: String,
    /// A list that no rule names.
    other_list: String,
    group: String,
    group_arn: String,
    /// A group without rules.
    other_group: String,
    association: String,
}

const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

fn endpoint(network: &Network, request: &str) -> Value {
    json!({
        "CreatorRequestId": request, "Direction": "OUTBOUND", "SecurityGroupIds": [network.group],
        "IpAddresses": [{ "SubnetId": network.subnets[0] }, { "SubnetId": network.subnets[1] }],
    })
}

fn forward(endpoint: &str, request: &str, domain: &str) -> Value {
    json!({
        "CreatorRequestId": request, "RuleType": "FORWARD", "DomainName": domain,
        "ResolverEndpointId": endpoint, "TargetIps": [{ "Ip": "192.0.2.1" }],
    })
}

fn log(request: &str) -> Value {
    json!({ "CreatorRequestId": request, "Name": request, "DestinationArn": "arn:aws:s3:::logs" })
}

fn named(request: &str) -> Value {
    json!({ "CreatorRequestId": request, "Name": request })
}

fn firewall_rule(group: &str, list: &str) -> Value {
    json!({
        "CreatorRequestId": list, "FirewallRuleGroupId": group, "FirewallDomainListId": list,
        "Priority": 10, "Action": "ALERT", "Name": "r",
    })
}

fn associate(group: &str, vpc: &str, priority: i32) -> Value {
    json!({
        "CreatorRequestId": vpc, "FirewallRuleGroupId": group, "VpcId": vpc, "Priority": priority, "Name": "x",
    })
}

fn world(server: &Server, client: &Client) -> World {
    let text =
        |operation: &str, parameters: &Value, path: &str| client.call(operation, parameters).ok().text(path);
    let network = network(server);
    let other_vpc = json!({ "CidrBlock": "10.1.0.0/16" });
    let other_vpc = server.client("ec2").call("CreateVpc", &other_vpc).ok().text("vpc.vpcId");
    let endpoint = text("CreateResolverEndpoint", &self::endpoint(&network, "one"), "ResolverEndpoint.Id");
    let other_endpoint =
        text("CreateResolverEndpoint", &self::endpoint(&network, "two"), "ResolverEndpoint.Id");
    let made = client.call("CreateResolverRule", &forward(&endpoint, "one", "corp.example")).ok();
    let (rule, rule_arn) = (made.text("ResolverRule.Id"), made.text("ResolverRule.Arn"));
    let pair = json!({ "ResolverRuleId": rule, "VPCId": network.vpc });
    let rule_association = text("AssociateResolverRule", &pair, "ResolverRuleAssociation.Id");
    let made = client.call("CreateResolverQueryLogConfig", &self::log("one")).ok();
    let (log, log_arn) = (made.text("ResolverQueryLogConfig.Id"), made.text("ResolverQueryLogConfig.Arn"));
    let pair = json!({ "ResolverQueryLogConfigId": log, "ResourceId": network.vpc });
    let path = "ResolverQueryLogConfigAssociation.Id";
    let log_association = text("AssociateResolverQueryLogConfig", &pair, path);
    let [list, other_list] =
        ["one", "two"].map(|name| text("CreateFirewallDomainList", &named(name), "FirewallDomainList.Id"));
    let made = client.call("CreateFirewallRuleGroup", &named("one")).ok();
    let (group, group_arn) = (made.text("FirewallRuleGroup.Id"), made.text("FirewallRuleGroup.Arn"));
    let other_group = text("CreateFirewallRuleGroup", &named("two"), "FirewallRuleGroup.Id");
    client.call("CreateFirewallRule", &firewall_rule(&group, &list)).ok();
    let made = associate(&group, &network.vpc, 101);
    let association = text("AssociateFirewallRuleGroup", &made, "FirewallRuleGroupAssociation.Id");
    server.client("s3").request("PUT", "/lists").send().ok();
    server.client("s3").request("PUT", "/lists/bad.txt").body("bad.example\n").send().ok();
    World {
        network,
        other_vpc,
        endpoint,
        other_endpoint,
        rule,
        rule_arn,
        rule_association,
        log,
        log_arn,
        log_association,
        list,
        other_list,
        group,
        group_arn,
        other_group,
        association,
    }
}

/// Operation, parameters that name what the owner has, and what is told elsewhere. The owner's calls follow each other: what
/// goes goes last.
type Row = (&'static str, Value, Elsewhere);

fn endpoints(world: &World) -> Vec<Row> {
    let World { network, endpoint: id, rule, rule_arn, rule_association, other_vpc, .. } = world;
    let of = json!({ "ResolverEndpointId": id });
    let address = json!({ "ResolverEndpointId": id, "IpAddress": { "SubnetId": network.subnets[0], "Ip": "10.0.0.77" } });
    let pair = json!({ "ResolverRuleId": rule, "VPCId": other_vpc });
    let put = json!({ "Arn": rule_arn, "ResolverRulePolicy": POLICY });
    let rename = json!({ "ResolverRuleId": rule, "Config": { "Name": "n" } });
    let tags = json!({ "ResourceArn": rule_arn, "Tags": [{ "Key": "a", "Value": "1" }] });
    let keys = json!({ "ResourceArn": rule_arn, "TagKeys": ["a"] });
    let no_tagged = || absent(format!("The resource '{rule_arn}' does not exist"));
    vec![
        (
            "CreateResolverEndpoint",
            self::endpoint(network, "new"),
            Elsewhere::Refused(
                "InvalidParameterException",
                format!("The security group '{}' does not exist", network.group),
            ),
        ),
        ("GetResolverEndpoint", of.clone(), no_endpoint(id)),
        ("UpdateResolverEndpoint", json!({ "ResolverEndpointId": id, "Name": "n" }), no_endpoint(id)),
        ("ListResolverEndpoints", json!({}), Nothing("ResolverEndpoints.Id")),
        ("AssociateResolverEndpointIpAddress", address.clone(), no_endpoint(id)),
        ("ListResolverEndpointIpAddresses", of.clone(), no_endpoint(id)),
        ("DisassociateResolverEndpointIpAddress", address, no_endpoint(id)),
        ("CreateResolverRule", forward(id, "new", "new.example"), no_endpoint(id)),
        ("GetResolverRule", json!({ "ResolverRuleId": rule }), no_rule(rule)),
        ("UpdateResolverRule", rename, no_rule(rule)),
        (
            "ListResolverRules",
            json!({ "Filters": [{ "Name": "Type", "Values": ["FORWARD"] }] }),
            Nothing("ResolverRules.Id"),
        ),
        ("AssociateResolverRule", pair.clone(), no_rule(rule)),
        (
            "GetResolverRuleAssociation",
            json!({ "ResolverRuleAssociationId": rule_association }),
            absent(format!("ResolverRuleAssociation '{rule_association}' does not Exist")),
        ),
        ("ListResolverRuleAssociations", json!({}), Nothing("ResolverRuleAssociations.Id")),
        ("PutResolverRulePolicy", put, unknown(rule_arn)),
        ("GetResolverRulePolicy", json!({ "Arn": rule_arn }), unknown(rule_arn)),
        ("TagResource", tags, no_tagged()),
        ("ListTagsForResource", json!({ "ResourceArn": rule_arn }), no_tagged()),
        ("UntagResource", keys, no_tagged()),
        ("DisassociateResolverRule", pair, no_rule(rule)),
        ("DisassociateResolverRule", json!({ "ResolverRuleId": rule, "VPCId": network.vpc }), no_rule(rule)),
        ("DeleteResolverRule", json!({ "ResolverRuleId": rule }), no_rule(rule)),
    ]
}

fn logs(world: &World) -> Vec<Row> {
    let World { network, log: id, log_arn, log_association, .. } = world;
    let pair = json!({ "ResolverQueryLogConfigId": id, "ResourceId": network.vpc });
    let of_association = json!({ "ResolverQueryLogConfigAssociationId": log_association });
    let put = json!({ "Arn": log_arn, "ResolverQueryLogConfigPolicy": POLICY });
    let path = "ResolverQueryLogConfigAssociations.Id";
    vec![
        ("CreateResolverQueryLogConfig", log("new"), Answered),
        ("GetResolverQueryLogConfig", json!({ "ResolverQueryLogConfigId": id }), no_log()),
        (
            "ListResolverQueryLogConfigs",
            json!({ "Filters": [{ "Name": "Name", "Values": ["one"] }] }),
            Nothing("ResolverQueryLogConfigs.Id"),
        ),
        ("GetResolverQueryLogConfigAssociation", of_association, no_log_association()),
        ("ListResolverQueryLogConfigAssociations", json!({}), Nothing(path)),
        ("PutResolverQueryLogConfigPolicy", put, unknown(log_arn)),
        ("GetResolverQueryLogConfigPolicy", json!({ "Arn": log_arn }), unknown(log_arn)),
        ("DisassociateResolverQueryLogConfig", pair.clone(), no_log()),
        ("AssociateResolverQueryLogConfig", pair.clone(), no_log()),
        ("DisassociateResolverQueryLogConfig", pair, no_log()),
        ("DeleteResolverQueryLogConfig", json!({ "ResolverQueryLogConfigId": id }), no_log()),
    ]
}

fn settings(world: &World) -> Vec<Row> {
    let vpc = &world.network.vpc;
    let of = json!({ "ResourceId": vpc });
    let outpost = json!({ "Id": "rslvr-op-1" });
    vec![
        (
            "UpdateResolverConfig",
            json!({ "ResourceId": vpc, "AutodefinedReverseFlag": "DISABLE" }),
            no_vpc(vpc),
        ),
        ("GetResolverConfig", of.clone(), no_vpc(vpc)),
        ("ListResolverConfigs", json!({}), Nothing("ResolverConfigs.Id")),
        ("UpdateResolverDnssecConfig", json!({ "ResourceId": vpc, "Validation": "ENABLE" }), no_vpc(vpc)),
        ("GetResolverDnssecConfig", of.clone(), no_vpc(vpc)),
        ("ListResolverDnssecConfigs", json!({}), Nothing("ResolverDnssecConfigs.Id")),
        (
            "UpdateFirewallConfig",
            json!({ "ResourceId": vpc, "FirewallFailOpen": "ENABLED" }),
            no_firewall(vpc),
        ),
        ("GetFirewallConfig", of, no_firewall(vpc)),
        ("ListFirewallConfigs", json!({}), Nothing("FirewallConfigs.Id")),
        ("ListOutpostResolvers", json!({}), Nothing("OutpostResolvers.Id")),
        ("GetOutpostResolver", outpost.clone(), no_outpost("rslvr-op-1")),
        ("UpdateOutpostResolver", outpost.clone(), no_outpost("rslvr-op-1")),
        ("DeleteOutpostResolver", outpost, no_outpost("rslvr-op-1")),
        (
            "CreateOutpostResolver",
            json!({ "CreatorRequestId": "o", "Name": "o", "PreferredInstanceType": "m5.large", "OutpostArn": OUTPOST }),
            no_outpost(OUTPOST),
        ),
    ]
}

const OUTPOST: &str = "arn:aws:outposts:us-east-1:000000000000:outpost/op-0123456789abcdef0";

fn firewalls(world: &World) -> Vec<Row> {
    let World { network, other_vpc, list, other_list, group, group_arn, association, .. } = world;
    let of_list = json!({ "FirewallDomainListId": list });
    let of_group = json!({ "FirewallRuleGroupId": group });
    let update = json!({ "FirewallDomainListId": list, "Operation": "ADD", "Domains": ["bad.example"] });
    let import = json!({ "FirewallDomainListId": list, "Operation": "REPLACE", "DomainFileUrl": "s3://lists/bad.txt" });
    let put = json!({ "Arn": group_arn, "FirewallRuleGroupPolicy": POLICY });
    let rule = json!({ "FirewallRuleGroupId": group, "FirewallDomainListId": other_list });
    let mut changed = rule.clone();
    changed["Priority"] = 20.into();
    let of_association = json!({ "FirewallRuleGroupAssociationId": association });
    let mut new = firewall_rule(group, other_list);
    new["Priority"] = 30.into();
    vec![
        ("CreateFirewallDomainList", named("new"), Answered),
        ("GetFirewallDomainList", of_list.clone(), no_firewall(list)),
        ("ListFirewallDomainLists", json!({}), Answered),
        ("UpdateFirewallDomains", update, no_firewall(list)),
        ("ImportFirewallDomains", import, no_firewall(list)),
        ("ListFirewallDomains", of_list.clone(), no_firewall(list)),
        ("CreateFirewallRuleGroup", named("new"), Answered),
        ("GetFirewallRuleGroup", of_group.clone(), no_firewall(group)),
        ("ListFirewallRuleGroups", json!({}), Answered),
        ("PutFirewallRuleGroupPolicy", put, no_firewall(group_arn)),
        ("GetFirewallRuleGroupPolicy", json!({ "Arn": group_arn }), no_firewall(group_arn)),
        ("CreateFirewallRule", new.clone(), no_firewall(group)),
        ("UpdateFirewallRule", changed.clone(), no_firewall(group)),
        ("ListFirewallRules", of_group.clone(), no_firewall(group)),
        ("DeleteFirewallRule", rule.clone(), no_firewall(group)),
        (
            "BatchCreateFirewallRule",
            json!({ "CreateFirewallRuleEntries": [new] }),
            Nothing("CreatedFirewallRules.Name"),
        ),
        (
            "BatchUpdateFirewallRule",
            json!({ "UpdateFirewallRuleEntries": [changed] }),
            Nothing("UpdatedFirewallRules.Name"),
        ),
        (
            "BatchDeleteFirewallRule",
            json!({ "DeleteFirewallRuleEntries": [rule] }),
            Nothing("DeletedFirewallRules.Name"),
        ),
        ("AssociateFirewallRuleGroup", associate(group, other_vpc, 101), no_firewall(group)),
        ("GetFirewallRuleGroupAssociation", of_association.clone(), no_firewall(association)),
        (
            "UpdateFirewallRuleGroupAssociation",
            json!({ "FirewallRuleGroupAssociationId": association, "Priority": 200 }),
            no_firewall(association),
        ),
        (
            "ListFirewallRuleGroupAssociations",
            json!({ "VpcId": network.vpc }),
            Nothing("FirewallRuleGroupAssociations.Id"),
        ),
        ("DisassociateFirewallRuleGroup", of_association, no_firewall(association)),
        ("DeleteFirewallDomainList", json!({ "FirewallDomainListId": other_list }), no_firewall(other_list)),
    ]
}

/// What nothing names.
fn last(world: &World) -> Vec<Row> {
    let World { other_endpoint: endpoint, other_group: group, .. } = world;
    vec![
        ("DeleteFirewallRuleGroup", json!({ "FirewallRuleGroupId": group }), no_firewall(group)),
        ("DeleteResolverEndpoint", json!({ "ResolverEndpointId": endpoint }), no_endpoint(endpoint)),
    ]
}

fn rows(world: &World) -> Vec<Row> {
    [endpoints(world), logs(world), settings(world), firewalls(world), last(world)]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn what_an_account_has_in_a_region_is_nowhere_else() {
    let (server, client) = start();
    let world = world(&server, &client);
    let others = [
        server.client("route53resolver").key("111111111111", "of nobody", None),
        server.client("route53resolver").region("eu-west-1"),
    ];
    for other in &others {
        for (operation, parameters, want) in rows(&world) {
            let answer = other.call(operation, &parameters);
            match want {
                Answered => drop(answer.ok()),
                Nothing(path) => assert!(answer.ok().texts(path).is_empty(), "{operation} {parameters}"),
                Elsewhere::Refused(code, sentence) => {
                    let refusal = answer.refusal();
                    let told = refusal.message.split(" Trace Id: ").next().unwrap_or_default();
                    let found = (refusal.status, refusal.code.as_str(), told);
                    assert_eq!(found, (400, code, sentence.as_str()), "{operation} {parameters}");
                }
            }
        }
    }
    // Nothing of it was changed by the others, and the owner can do it all.
    let mut seen = BTreeSet::new();
    for (operation, parameters, _) in rows(&world) {
        seen.insert(operation);
        if !operation.contains("Outpost") || operation.starts_with("List") {
            client.call(operation, &parameters).ok();
        }
    }
    assert_eq!(seen.len(), 71);
}

#[test]
fn whatever_a_member_is_the_server_is_not_at_fault() {
    let (server, client) = start();
    let world = world(&server, &client);
    let calls: Vec<_> =
        rows(&world).into_iter().map(|(operation, parameters, _)| (operation, parameters)).collect();
    crate::hostile::mangled(&client, &calls);
}

#[test]
fn without_permission_nothing_is_told() {
    let (mut server, client) = start();
    let world = world(&server, &client);
    let iam = server.client("iam");
    iam.call("CreateUser", &json!({ "UserName": "anna" })).ok();
    let key = iam.call("CreateAccessKey", &json!({ "UserName": "anna" })).ok();
    let of = |member: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{member}"));
    let (id, secret) = (of("AccessKeyId"), of("SecretAccessKey"));
    server.restart_with(&["--iam", "enforce"]);
    let anna = server.client("route53resolver").key(&id, &secret, None);
    for (operation, parameters, _) in rows(&world) {
        let refusal = anna.call(operation, &parameters).refusal();
        assert_eq!((refusal.status, refusal.code.as_str()), (400, "AccessDeniedException"), "{operation}");

        let sentence = format!(
            "User: arn:aws:iam::000000000000:user/anna is not authorized to perform: route53resolver:{operation} "
        );
        assert!(refusal.message.starts_with(&sentence), "{operation}: {}", refusal.message);
    }
}

#[test]
fn every_operation_of_dns_firewall_refuses_what_is_too_long() {
    let (_server, client) = start();
    let none = json!({});
    let group = json!({ "FirewallRuleGroupId": "g" });
    let rule = json!({ "CreatorRequestId": "r", "Priority": 1, "Action": "ALERT", "Name": "r" });
    let association = json!({ "FirewallRuleGroupId": "g", "VpcId": "v", "Priority": 101, "Name": "a" });
    let update = json!({ "Operation": "ADD", "Domains": ["a.example"] });
    let import = json!({ "Operation": "REPLACE", "DomainFileUrl": "s3://a/b" });
    let outpost =
        json!({ "CreatorRequestId": "o", "PreferredInstanceType": "m5.large", "OutpostArn": OUTPOST });
    refuses_too_long(
        &client,
        "ValidationException",
        &[
            ("AssociateFirewallRuleGroup", association, "CreatorRequestId", 255),
            ("CreateFirewallDomainList", json!({ "Name": "l" }), "CreatorRequestId", 255),
            ("CreateFirewallRule", rule, "FirewallRuleGroupId", 64),
            ("CreateFirewallRuleGroup", json!({ "Name": "l" }), "CreatorRequestId", 255),
            ("CreateOutpostResolver", outpost, "Name", 255),
            ("DeleteFirewallDomainList", none.clone(), "FirewallDomainListId", 64),
            ("DeleteFirewallRule", none.clone(), "FirewallRuleGroupId", 64),
            ("DeleteFirewallRuleGroup", none.clone(), "FirewallRuleGroupId", 64),
            ("DeleteOutpostResolver", none.clone(), "Id", 64),
            ("DisassociateFirewallRuleGroup", none.clone(), "FirewallRuleGroupAssociationId", 64),
            ("GetFirewallConfig", none.clone(), "ResourceId", 64),
            ("GetFirewallDomainList", none.clone(), "FirewallDomainListId", 64),
            ("GetFirewallRuleGroup", none.clone(), "FirewallRuleGroupId", 64),
            ("GetFirewallRuleGroupAssociation", none.clone(), "FirewallRuleGroupAssociationId", 64),
            ("GetFirewallRuleGroupPolicy", none.clone(), "Arn", 255),
            ("GetOutpostResolver", none.clone(), "Id", 64),
            ("GetResolverConfig", none.clone(), "ResourceId", 64),
            ("ImportFirewallDomains", import, "FirewallDomainListId", 64),
            ("ListFirewallDomains", none.clone(), "FirewallDomainListId", 64),
            ("ListFirewallRuleGroupAssociations", none.clone(), "VpcId", 64),
            ("ListFirewallRules", none.clone(), "FirewallRuleGroupId", 64),
            ("PutFirewallRuleGroupPolicy", json!({ "FirewallRuleGroupPolicy": "{}" }), "Arn", 255),
            ("UpdateFirewallConfig", json!({ "FirewallFailOpen": "ENABLED" }), "ResourceId", 64),
            ("UpdateFirewallDomains", update, "FirewallDomainListId", 64),
            ("UpdateFirewallRule", group, "FirewallDomainListId", 64),
            ("UpdateFirewallRuleGroupAssociation", none.clone(), "FirewallRuleGroupAssociationId", 64),
            ("UpdateOutpostResolver", none.clone(), "Id", 64),
            ("UpdateResolverConfig", json!({ "AutodefinedReverseFlag": "ENABLE" }), "ResourceId", 64),
        ],
    );
    let wrong = |value: &str, path: &str, rule: &str| {
        format!(
            "1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {rule}"
        )
    };
    let long = "a".repeat(65);
    let of_rule = json!({ "CreatorRequestId": "r", "FirewallRuleGroupId": long, "Priority": 1, "Action": "ALERT", "Name": "r" });
    let outposts = r"Member must satisfy regular expression pattern: ^arn:aws([a-z-]+)?:outposts:[a-z\d-]+:\d{12}:outpost/op-[a-f0-9]{17}$";
    let most = "Member must have value less than or equal to";
    let most_letters = "Member must have length less than or equal to 64";
    for (operation, parameters, sentence) in [
        (
            "BatchCreateFirewallRule",
            json!({ "CreateFirewallRuleEntries": [of_rule] }),
            wrong(&long, "createFirewallRuleEntries.1.member.firewallRuleGroupId", most_letters),
        ),
        (
            "BatchUpdateFirewallRule",
            json!({ "UpdateFirewallRuleEntries": [{ "FirewallRuleGroupId": long }] }),
            wrong(&long, "updateFirewallRuleEntries.1.member.firewallRuleGroupId", most_letters),
        ),
        (
            "BatchDeleteFirewallRule",
            json!({ "DeleteFirewallRuleEntries": [{ "FirewallRuleGroupId": long }] }),
            wrong(&long, "deleteFirewallRuleEntries.1.member.firewallRuleGroupId", most_letters),
        ),
        (
            "ListFirewallConfigs",
            json!({ "MaxResults": 11 }),
            wrong("11", "maxResults", &format!("{most} 10")),
        ),
        (
            "ListFirewallDomainLists",
            json!({ "MaxResults": 101 }),
            wrong("101", "maxResults", &format!("{most} 100")),
        ),
        (
            "ListFirewallRuleGroups",
            json!({ "MaxResults": 101 }),
            wrong("101", "maxResults", &format!("{most} 100")),
        ),
        (
            "ListResolverConfigs",
            json!({ "MaxResults": 101 }),
            wrong("101", "maxResults", &format!("{most} 100")),
        ),
        ("ListOutpostResolvers", json!({ "OutpostArn": "none" }), wrong("none", "outpostArn", outposts)),
    ] {
        client.call(operation, &parameters).refused(400, "ValidationException", &sentence);
    }
}
