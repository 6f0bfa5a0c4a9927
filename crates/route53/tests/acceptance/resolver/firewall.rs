//! DNS Firewall.

use super::{network, pages, refuses, start, start_real};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::advance;

fn list(client: &Client, name: &str) -> String {
    let create = json!({ "Name": name, "CreatorRequestId": name });
    client.call("CreateFirewallDomainList", &create).ok().text("FirewallDomainList.Id")
}

fn group(client: &Client, name: &str) -> String {
    let create = json!({ "Name": name, "CreatorRequestId": name });
    client.call("CreateFirewallRuleGroup", &create).ok().text("FirewallRuleGroup.Id")
}

fn rule(group: &str, list: &str, priority: i64, more: &Value) -> Value {
    let mut rule = json!({
        "CreatorRequestId": "r", "FirewallRuleGroupId": group, "FirewallDomainListId": list,
        "Priority": priority, "Action": "ALLOW", "Name": "rule",
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        rule[key] = value.clone();
    }
    rule
}

#[test]
fn a_list_keeps_domains() {
    let (server, client) = start_real();
    let id = list(&client, "bad");
    assert_eq!(list(&client, "bad"), id);
    let update = |operation: &str, domains: &[&str]| json!({ "FirewallDomainListId": id, "Operation": operation, "Domains": domains });
    let added = client
        .call("UpdateFirewallDomains", &update("ADD", &["B.example.", "*.a.example", "c.example"]))
        .ok();
    assert_eq!(added.text("Status"), "UPDATING");
    advance(&server, "61s");
    let of = json!({ "FirewallDomainListId": id });
    let got = client.call("GetFirewallDomainList", &of).ok();
    let told = |member: &str| got.text(&format!("FirewallDomainList.{member}"));
    assert_eq!(
        [told("Status"), told("DomainCount"), told("StatusMessage")],
        ["COMPLETE", "3", "Finished domain list update"]
    );
    assert_eq!(
        pages(&client, "ListFirewallDomains", &of, "Domains"),
        ["*.a.example.", "b.example.", "c.example."]
    );
    client.call("UpdateFirewallDomains", &update("REMOVE", &["c.example"])).ok();
    let unknown = format!(
        "[RSLVR-02502] The following domains don't exist in the DNS Firewall domain list '{id}'. You can't delete a domain that isn't in a domain list. Example unknown domain: 'd.example'."
    );
    refuses(
        &client,
        &[
            (
                "UpdateFirewallDomains",
                update("REMOVE", &["d.example"]),
                "ResourceNotFoundException",
                &unknown,
            ),
            (
                "UpdateFirewallDomains",
                update("ADD", &["a..b"]),
                "ValidationException",
                "Invalid domain: a..b",
            ),
            (
                "GetFirewallDomainList",
                json!({ "FirewallDomainListId": "none" }),
                "ResourceNotFoundException",
                "[RSLVR-02025] Can’t find the resource with ID \"none\".",
            ),
        ],
    );
    // Recorded: terraform-provider-aws, issue 23543 and pull request 23545; braintrustdata, pull request 372.
    client.call("UpdateFirewallDomains", &update("REPLACE", &["e.example", "*"])).ok();
    assert_eq!(pages(&client, "ListFirewallDomains", &of, "Domains"), ["*.", "e.example."]);
    list(&client, "worse");
    let lists = client.call("ListFirewallDomainLists", &json!({})).ok();
    let names = lists.texts("FirewallDomainLists.Name");
    assert_eq!(names.iter().filter(|name| ["bad", "worse"].contains(&name.as_str())).count(), 2);
    client.call("DeleteFirewallDomainList", &of).ok();
}

/// Names, owner and ids: AWS CLI, `list-firewall-domain-lists`, example; AWS CDK, README of aws-route53resolver.
/// What whoever changes or reads them is told is not recorded.
#[test]
fn aws_keeps_lists_that_rules_can_name() {
    let (server, client) = start();
    let own = list(&client, "own");
    let lists = client.call("ListFirewallDomainLists", &json!({})).ok();
    assert_eq!(
        pages(&client, "ListFirewallDomainLists", &json!({}), "FirewallDomainLists.Id"),
        lists.texts("FirewallDomainLists.Id")
    );
    let mut names = lists.texts("FirewallDomainLists.Name");
    names.sort();
    assert_eq!(
        names,
        [
            "AWSManagedDomainsAggregateThreatList",
            "AWSManagedDomainsAmazonGuardDutyThreatList",
            "AWSManagedDomainsBotnetCommandandControl",
            "AWSManagedDomainsMalwareDomainList",
            "own",
        ]
    );
    let owners = lists.texts("FirewallDomainLists.ManagedOwnerName");
    assert_eq!(owners, vec!["Route 53 Resolver DNS Firewall"; 4]);
    let malware = "rslvr-fdl-2c46f2ecbfec4dcc";
    let of = json!({ "FirewallDomainListId": malware });
    let got = client.call("GetFirewallDomainList", &of).ok();
    for (member, want) in [
        ("Name", "AWSManagedDomainsMalwareDomainList"),
        ("CreatorRequestId", "AWSManagedDomainsMalwareDomainList"),
        ("ManagedOwnerName", "Route 53 Resolver DNS Firewall"),
        ("Status", "COMPLETE"),
    ] {
        assert_eq!(got.text(&format!("FirewallDomainList.{member}")), want, "{member}");
    }
    let group = group(&client, "g");
    let made =
        client.call("CreateFirewallRule", &rule(&group, malware, 10, &json!({ "Action": "ALERT" }))).ok();
    assert_eq!(made.text("FirewallRule.FirewallDomainListId"), malware);
    client.call("CreateFirewallRule", &rule(&group, &own, 20, &json!({}))).ok();
    let denied = "The current account doesn't have the IAM permissions required to perform the specified Resolver operation.";
    let update = json!({ "FirewallDomainListId": malware, "Operation": "ADD", "Domains": ["a.example"] });
    let import =
        json!({ "FirewallDomainListId": malware, "Operation": "REPLACE", "DomainFileUrl": "s3://a/b" });
    refuses(
        &client,
        &[
            ("ListFirewallDomains", of.clone(), "AccessDeniedException", denied),
            ("DeleteFirewallDomainList", of.clone(), "AccessDeniedException", denied),
            ("UpdateFirewallDomains", update, "AccessDeniedException", denied),
            ("ImportFirewallDomains", import, "AccessDeniedException", denied),
        ],
    );
    let arn = got.text("FirewallDomainList.Arn");
    let tag = json!({ "ResourceArn": arn, "Tags": [{ "Key": "a", "Value": "1" }] });
    let absent = format!("The resource '{arn}' does not exist");
    refuses(&client, &[("TagResource", tag, "ResourceNotFoundException", &absent)]);
    // Another Region has lists of its own.
    let elsewhere = server.client("route53resolver").region("eu-west-1");
    let absent = format!("[RSLVR-02025] Can’t find the resource with ID \"{malware}\".");
    refuses(&elsewhere, &[("GetFirewallDomainList", of, "ResourceNotFoundException", &absent)]);
    assert_eq!(pages(&elsewhere, "ListFirewallDomainLists", &json!({}), "FirewallDomainLists.Id").len(), 4);
}

#[test]
fn a_group_judges_by_its_rules() {
    let (_server, client) = start();
    let (first, second, group) = (list(&client, "a"), list(&client, "b"), group(&client, "g"));
    let block = json!({
        "Action": "BLOCK", "BlockResponse": "OVERRIDE", "BlockOverrideDomain": "sink.example",
        "BlockOverrideDnsType": "CNAME", "BlockOverrideTtl": 60,
    });
    let made = client.call("CreateFirewallRule", &rule(&group, &first, 20, &block)).ok();
    assert_eq!(made.text("FirewallRule.FirewallDomainRedirectionAction"), "INSPECT_REDIRECTION_DOMAIN");
    assert_eq!(made.text("FirewallRule.BlockOverrideDomain"), "sink.example");
    client.call("CreateFirewallRule", &rule(&group, &second, 10, &json!({}))).ok();
    let of = json!({ "FirewallRuleGroupId": group });
    assert_eq!(pages(&client, "ListFirewallRules", &of, "FirewallRules.Priority"), ["10", "20"]);
    let got = client.call("GetFirewallRuleGroup", &of).ok();
    assert_eq!(got.text("FirewallRuleGroup.RuleCount"), "2");
    let update = json!({ "FirewallRuleGroupId": group, "FirewallDomainListId": second, "Priority": 30, "Action": "ALERT" });
    assert_eq!(client.call("UpdateFirewallRule", &update).ok().text("FirewallRule.Action"), "ALERT");
    let third = list(&client, "c");
    let in_use = format!("The firewall domain list '{first}' is in use by firewall rules.");
    let not_empty = format!("The firewall rule group '{group}' contains firewall rules.");
    refuses(
        &client,
        &[
            (
                "CreateFirewallRule",
                rule(&group, &third, 20, &json!({})),
                "ValidationException",
                "The priority '20' is already used by another rule of the firewall rule group.",
            ),
            (
                "CreateFirewallRule",
                rule(&group, &third, 40, &json!({ "Action": "BLOCK" })),
                "ValidationException",
                "BlockResponse is required for the action BLOCK.",
            ),
            (
                "CreateFirewallRule",
                rule(&group, &third, 40, &json!({ "BlockResponse": "NODATA" })),
                "ValidationException",
                "BlockResponse is only allowed for the action BLOCK.",
            ),
            (
                "CreateFirewallRule",
                rule(
                    &group,
                    &third,
                    40,
                    &json!({
                        "Action": "BLOCK", "BlockResponse": "OVERRIDE", "BlockOverrideDomain": "sink.example",
                        "BlockOverrideDnsType": "CNAME",
                    }),
                ),
                "ValidationException",
                "BlockOverrideDomain, BlockOverrideDnsType and BlockOverrideTtl are required for the response OVERRIDE.",
            ),
            (
                "DeleteFirewallDomainList",
                json!({ "FirewallDomainListId": first }),
                "ConflictException",
                &in_use,
            ),
            ("DeleteFirewallRuleGroup", of.clone(), "ConflictException", &not_empty),
        ],
    );
    for list in [&first, &second] {
        let of = json!({ "FirewallRuleGroupId": group, "FirewallDomainListId": list });
        client.call("DeleteFirewallRule", &of).ok();
    }
    client.call("DeleteFirewallRuleGroup", &of).ok();
}

#[test]
fn a_vpc_has_groups_by_priority() {
    let (server, client) = start_real();
    let vpc = network(&server).vpc;
    let (first, second) = (group(&client, "a"), group(&client, "b"));
    let associate = |group: &str, priority: i64| json!({ "CreatorRequestId": "x", "FirewallRuleGroupId": group, "VpcId": vpc, "Priority": priority, "Name": "x" });
    let made = client.call("AssociateFirewallRuleGroup", &associate(&first, 101)).ok();
    let id = made.text("FirewallRuleGroupAssociation.Id");
    assert_eq!(made.text("FirewallRuleGroupAssociation.MutationProtection"), "DISABLED");
    advance(&server, "61s");
    let of = json!({ "FirewallRuleGroupAssociationId": id });
    let got = client.call("GetFirewallRuleGroupAssociation", &of).ok();
    assert_eq!(got.text("FirewallRuleGroupAssociation.Status"), "COMPLETE");
    let reserved = "[RSLVR-02017] The priority value you provided is reserved. Provide a number between \"100\" and \"9900\".";
    let taken = "The priority '101' is already used by another firewall rule group of the VPC.";
    refuses(
        &client,
        &[
            ("AssociateFirewallRuleGroup", associate(&second, 100), "ValidationException", reserved),
            ("AssociateFirewallRuleGroup", associate(&second, 9900), "ValidationException", reserved),
            ("AssociateFirewallRuleGroup", associate(&second, 101), "ValidationException", taken),
        ],
    );
    let protect =
        json!({ "FirewallRuleGroupAssociationId": id, "MutationProtection": "ENABLED", "Priority": 200 });
    let protected = client.call("UpdateFirewallRuleGroupAssociation", &protect).ok();
    assert_eq!(protected.text("FirewallRuleGroupAssociation.Priority"), "200");
    let sentence = "The firewall rule group association is protected from changes.";
    refuses(&client, &[("DisassociateFirewallRuleGroup", of.clone(), "ValidationException", sentence)]);
    let by_vpc = json!({ "VpcId": vpc });
    let path = "FirewallRuleGroupAssociations.Id";
    assert_eq!(pages(&client, "ListFirewallRuleGroupAssociations", &by_vpc, path), [id.as_str()]);
    let free = json!({ "FirewallRuleGroupAssociationId": id, "MutationProtection": "DISABLED" });
    client.call("UpdateFirewallRuleGroupAssociation", &free).ok();
    client.call("DisassociateFirewallRuleGroup", &of).ok();
    advance(&server, "61s");
    assert!(pages(&client, "ListFirewallRuleGroupAssociations", &by_vpc, path).is_empty());
    let arn = got.text("FirewallRuleGroupAssociation.Arn");
    assert!(arn.contains(":firewall-rule-group-association/rslvr-frgassoc-"), "{arn}");
}

#[test]
fn several_rules_are_done_each_for_itself() {
    let (_server, client) = start();
    let (first, second, group) = (list(&client, "a"), list(&client, "b"), group(&client, "g"));
    let entries = [rule(&group, &first, 10, &json!({})), rule(&group, &second, 10, &json!({}))];
    let made = client.call("BatchCreateFirewallRule", &json!({ "CreateFirewallRuleEntries": entries })).ok();
    assert_eq!(made.texts("CreatedFirewallRules.FirewallDomainListId"), [first.as_str()]);
    assert_eq!(made.texts("CreateErrors.Code"), ["ValidationException"]);
    assert_eq!(made.texts("CreateErrors.FirewallRule.FirewallDomainListId"), [second.as_str()]);
    let named = |list: &str| json!({ "FirewallRuleGroupId": group, "FirewallDomainListId": list });
    let mut changed = named(&first);
    changed["Priority"] = 20.into();
    let updated = json!({ "UpdateFirewallRuleEntries": [changed, named(&second)] });
    let updated = client.call("BatchUpdateFirewallRule", &updated).ok();
    assert_eq!(updated.texts("UpdatedFirewallRules.Priority"), ["20"]);
    assert_eq!(updated.texts("UpdateErrors.Code"), ["ResourceNotFoundException"]);
    let deleted = json!({ "DeleteFirewallRuleEntries": [named(&first), named(&second)] });
    let deleted = client.call("BatchDeleteFirewallRule", &deleted).ok();
    assert_eq!(deleted.texts("DeletedFirewallRules.FirewallDomainListId"), [first]);
    assert_eq!(deleted.texts("DeleteErrors.Code"), ["ResourceNotFoundException"]);
}
