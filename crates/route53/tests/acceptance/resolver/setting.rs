//! Query logging, settings of VPCs, and Outposts, of which there are none.

use super::{network, pages, refuses, start, start_real};
use serde_json::json;
use testkit::ec2::advance;

#[test]
fn a_vpc_logs_by_a_configuration() {
    let (server, client) = start_real();
    let vpc = network(&server).vpc;
    let create = json!({ "Name": "log", "DestinationArn": "arn:aws:s3:::logs", "CreatorRequestId": "one" });
    let made = client.call("CreateResolverQueryLogConfig", &create).ok();
    let id = made.text("ResolverQueryLogConfig.Id");
    let told = |member: &str| made.text(&format!("ResolverQueryLogConfig.{member}"));
    assert_eq!((told("Status"), told("AssociationCount")), ("CREATING".to_owned(), "0".to_owned()));
    advance(&server, "61s");
    let of = json!({ "ResolverQueryLogConfigId": id });
    let got = client.call("GetResolverQueryLogConfig", &of).ok();
    assert_eq!(got.text("ResolverQueryLogConfig.Status"), "CREATED");
    let pair = json!({ "ResolverQueryLogConfigId": id, "ResourceId": vpc });
    let associated = client.call("AssociateResolverQueryLogConfig", &pair).ok();
    let association = associated.text("ResolverQueryLogConfigAssociation.Id");
    advance(&server, "61s");
    let of_association = json!({ "ResolverQueryLogConfigAssociationId": association });
    let got = client.call("GetResolverQueryLogConfigAssociation", &of_association).ok();
    assert_eq!(got.text("ResolverQueryLogConfigAssociation.Status"), "ACTIVE");
    let list = client.call("ListResolverQueryLogConfigs", &json!({ "SortBy": "Name" })).ok();
    assert_eq!(
        (list.text("TotalCount"), list.text("ResolverQueryLogConfigs.AssociationCount")),
        ("1".to_owned(), "1".to_owned())
    );
    let found = pages(
        &client,
        "ListResolverQueryLogConfigAssociations",
        &json!({}),
        "ResolverQueryLogConfigAssociations.Id",
    );
    assert_eq!(found, [association]);
    refuses(
        &client,
        &[
            (
                "DeleteResolverQueryLogConfig",
                of.clone(),
                "InvalidRequestException",
                "[RSLVR-01603] The query logging configuration is associated with VPCs. Disassociate it first.",
            ),
            (
                "AssociateResolverQueryLogConfig",
                pair.clone(),
                "ResourceExistsException",
                "[RSLVR-01604] The query logging configuration is already associated with the VPC.",
            ),
            (
                "CreateResolverQueryLogConfig",
                json!({ "Name": "log", "DestinationArn": "arn:aws:sqs:us-east-1:000000000000:q", "CreatorRequestId": "two" }),
                "InvalidParameterException",
                "[RSLVR-01408] The destination ARN \"arn:aws:sqs:us-east-1:000000000000:q\" is not valid.",
            ),
            (
                "GetResolverQueryLogConfig",
                json!({ "ResolverQueryLogConfigId": "none" }),
                "ResourceNotFoundException",
                "[RSLVR-01601] The specified query logging configuration doesn't exist.",
            ),
        ],
    );
    client.call("DisassociateResolverQueryLogConfig", &pair).ok();
    advance(&server, "61s");
    client.call("DeleteResolverQueryLogConfig", &of).ok();
}

#[test]
fn a_vpc_has_settings() {
    let (server, client) = start_real();
    let vpc = network(&server).vpc;
    let of = json!({ "ResourceId": vpc });
    let reverse = || client.call("GetResolverConfig", &of).ok().text("ResolverConfig.AutodefinedReverse");
    let validation =
        || client.call("GetResolverDnssecConfig", &of).ok().text("ResolverDNSSECConfig.ValidationStatus");
    let fail_open = || client.call("GetFirewallConfig", &of).ok().text("FirewallConfig.FirewallFailOpen");
    assert_eq!([reverse(), validation(), fail_open()], ["ENABLED", "DISABLED", "DISABLED"]);
    assert!(client.call("ListResolverConfigs", &json!({})).ok().texts("ResolverConfigs.Id").is_empty());
    let changed = json!({ "ResourceId": vpc, "AutodefinedReverseFlag": "DISABLE" });
    let changed = client.call("UpdateResolverConfig", &changed).ok();
    assert_eq!(changed.text("ResolverConfig.AutodefinedReverse"), "DISABLING");
    let changed = json!({ "ResourceId": vpc, "Validation": "ENABLE" });
    let changed = client.call("UpdateResolverDnssecConfig", &changed).ok();
    assert_eq!(changed.text("ResolverDNSSECConfig.ValidationStatus"), "ENABLING");
    client.call("UpdateFirewallConfig", &json!({ "ResourceId": vpc, "FirewallFailOpen": "ENABLED" })).ok();
    advance(&server, "61s");
    assert_eq!([reverse(), validation(), fail_open()], ["DISABLED", "ENABLED", "ENABLED"]);
    for (operation, path) in [
        ("ListResolverConfigs", "ResolverConfigs.ResourceId"),
        ("ListResolverDnssecConfigs", "ResolverDnssecConfigs.ResourceId"),
        ("ListFirewallConfigs", "FirewallConfigs.ResourceId"),
    ] {
        assert_eq!(client.call(operation, &json!({})).ok().texts(path), [vpc.as_str()], "{operation}");
    }
    let none = json!({ "ResourceId": "vpc-00000000000000000" });
    let sentence = "The vpc ID 'vpc-00000000000000000' does not exist";
    refuses(&client, &[("GetResolverConfig", none, "InvalidParameterException", sentence)]);
}

#[test]
fn there_are_no_outposts() {
    let (_server, client) = start();
    assert!(client.call("ListOutpostResolvers", &json!({})).ok().texts("OutpostResolvers.Id").is_empty());
    let none = "The specified Outpost resource rslvr-op-1 doesn't exist.";
    let of = json!({ "Id": "rslvr-op-1" });
    refuses(&client, &[("GetOutpostResolver", of, "ResourceNotFoundException", none)]);
}

#[test]
fn every_list_comes_in_pages() {
    let (server, client) = start();
    let ec2 = server.client("ec2");
    let vpcs: Vec<String> = (0..6)
        .map(|n| {
            let create = json!({ "CidrBlock": format!("10.{n}.0.0/16") });
            ec2.call("CreateVpc", &create).ok().text("vpc.vpcId")
        })
        .collect();
    let rule = json!({ "CreatorRequestId": "r", "RuleType": "SYSTEM", "DomainName": "a.example",
        "Tags": [{ "Key": "a", "Value": "" }, { "Key": "b", "Value": "" }] });
    let rule = client.call("CreateResolverRule", &rule).ok();
    let (rule, arn) = (rule.text("ResolverRule.Id"), rule.text("ResolverRule.Arn"));
    let mut logs = Vec::new();
    for name in ["l", "m"] {
        let log = json!({ "CreatorRequestId": name, "Name": name, "DestinationArn": "arn:aws:s3:::logs" });
        logs.push(client.call("CreateResolverQueryLogConfig", &log).ok().text("ResolverQueryLogConfig.Id"));
    }
    let group = |name: &str| {
        let create = json!({ "CreatorRequestId": name, "Name": name });
        client.call("CreateFirewallRuleGroup", &create).ok().text("FirewallRuleGroup.Id")
    };
    let groups = [group("g"), group("h")];
    for vpc in &vpcs {
        let of = |more: (&str, &str)| json!({ "ResourceId": vpc, more.0: more.1 });
        client.call("UpdateResolverConfig", &of(("AutodefinedReverseFlag", "DISABLE"))).ok();
        client.call("UpdateResolverDnssecConfig", &of(("Validation", "ENABLE"))).ok();
        client.call("UpdateFirewallConfig", &of(("FirewallFailOpen", "ENABLED"))).ok();
        client.call("AssociateResolverRule", &json!({ "ResolverRuleId": rule, "VPCId": vpc })).ok();
        let pair = json!({ "ResolverQueryLogConfigId": logs[0], "ResourceId": vpc });
        client.call("AssociateResolverQueryLogConfig", &pair).ok();
        let associate = json!({ "CreatorRequestId": vpc, "FirewallRuleGroupId": groups[0], "VpcId": vpc,
            "Priority": 101, "Name": "a" });
        client.call("AssociateFirewallRuleGroup", &associate).ok();
    }
    for (operation, asked, path, most, all) in [
        ("ListResolverConfigs", json!({}), "ResolverConfigs.Id", 5, 6),
        ("ListResolverDnssecConfigs", json!({}), "ResolverDnssecConfigs.Id", 5, 6),
        ("ListFirewallConfigs", json!({}), "FirewallConfigs.Id", 5, 6),
        ("ListResolverRuleAssociations", json!({}), "ResolverRuleAssociations.Id", 1, 6),
        ("ListResolverQueryLogConfigs", json!({}), "ResolverQueryLogConfigs.Id", 1, 2),
        ("ListResolverQueryLogConfigAssociations", json!({}), "ResolverQueryLogConfigAssociations.Id", 4, 6),
        ("ListFirewallRuleGroups", json!({}), "FirewallRuleGroups.Id", 1, 2),
        ("ListFirewallRuleGroupAssociations", json!({}), "FirewallRuleGroupAssociations.Id", 4, 6),
        ("ListTagsForResource", json!({ "ResourceArn": arn }), "Tags.Key", 1, 2),
    ] {
        let (mut found, mut asked) = (std::collections::BTreeSet::new(), asked);
        asked["MaxResults"] = most.into();
        loop {
            let page = client.call(operation, &asked).ok();
            found.extend(page.texts(path));
            match page.texts("NextToken").pop() {
                Some(next) => asked["NextToken"] = next.into(),
                None => break,
            }
        }
        assert_eq!(found.len(), all, "{operation}");
    }
}
