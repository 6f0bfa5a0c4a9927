use crate::{advance, found, golden, nowhere, refuses, start, subnet, vpc};
use serde_json::{Value, json};
use testkit::ec2::{pages, start_real, with};
use testkit::{Client, Options, Server};

#[track_caller]
fn create(ec2: &Client, more: &Value) -> String {
    let own = json!({ "PrefixListName": "list", "AddressFamily": "IPv4", "MaxEntries": 5 });
    ec2.call("CreateManagedPrefixList", &with(&own, more)).ok().text("prefixList.prefixListId")
}

/// What a Describe of one list says at `path`.
#[track_caller]
fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let path = format!("prefixListSet.item.{path}");
    ec2.call("DescribeManagedPrefixLists", &json!({ "PrefixListId": [id] })).ok().texts(&path)
}

#[track_caller]
fn blocks(ec2: &Client, id: &str, version: Option<i64>) -> Vec<String> {
    let wish = json!({ "PrefixListId": id, "TargetVersion": version });
    ec2.call("GetManagedPrefixListEntries", &wish).ok().texts("entrySet.item.cidr")
}

fn entry(cidr: &str, description: &str) -> Value {
    json!({ "Cidr": cidr, "Description": description })
}

#[test]
fn the_life_of_a_prefix_list() {
    let (_server, ec2) = start();
    let mut golden = golden("prefix-list");
    let tags = json!([{ "ResourceType": "prefix-list", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let wish = json!({
        "PrefixListName": "offices", "AddressFamily": "IPv4", "MaxEntries": 3, "TagSpecification": tags,
        "Entry": [entry("203.0.113.7/24", "north"), entry("198.51.100.0/24", "")],
    });
    let created = golden.note("CreateManagedPrefixList", ec2.call("CreateManagedPrefixList", &wish)).ok();
    let id = created.text("prefixList.prefixListId");
    let own = json!({ "PrefixListId": [id] });
    golden.note("DescribeManagedPrefixLists", ec2.call("DescribeManagedPrefixLists", &own)).ok();
    let of = json!({ "PrefixListId": id });
    golden.note("GetManagedPrefixListEntries", ec2.call("GetManagedPrefixListEntries", &of)).ok();
    let change = json!({
        "PrefixListId": id, "CurrentVersion": 1,
        "AddEntry": [entry("192.0.2.0/24", "south"), entry("203.0.113.0/24", "far north")],
        "RemoveEntry": [{ "Cidr": "198.51.100.0/24" }],
    });
    golden.note("ModifyManagedPrefixList", ec2.call("ModifyManagedPrefixList", &change)).ok();
    golden.note("modified", ec2.call("DescribeManagedPrefixLists", &own)).ok();
    golden.note("its entries", ec2.call("GetManagedPrefixListEntries", &of)).ok();
    assert_eq!(blocks(&ec2, &id, Some(1)), ["198.51.100.0/24", "203.0.113.0/24"]);
    let back = json!({ "PrefixListId": id, "CurrentVersion": 2, "PreviousVersion": 1 });
    golden.note("Restore…", ec2.call("RestoreManagedPrefixListVersion", &back)).ok();
    golden.note("restored", ec2.call("DescribeManagedPrefixLists", &own)).ok();
    assert_eq!(blocks(&ec2, &id, None), ["198.51.100.0/24", "203.0.113.0/24"]);
    golden.note("DeleteManagedPrefixList", ec2.call("DeleteManagedPrefixList", &of)).ok();
    let sentence = format!("The prefix list ID '{id}' does not exist");
    refuses(&ec2, &[("DescribeManagedPrefixLists", own, "InvalidPrefixListID.NotFound", &sentence)]);
    golden.check();
}

/// At AWS's pace the states can be seen, and what is asked for holds only at their end.
#[test]
fn a_list_shows_what_is_being_done_to_it() {
    let (server, ec2) = start_real();
    let id = create(&ec2, &json!({ "Entry": [entry("10.0.0.0/8", "")] }));
    let add = json!({ "PrefixListId": id, "CurrentVersion": 1, "AddEntry": [entry("11.0.0.0/8", "")] });
    for (operation, parameters, doing, done, version) in [
        ("", json!({}), "create-in-progress", "create-complete", "1"),
        ("ModifyManagedPrefixList", add, "modify-in-progress", "modify-complete", "2"),
        (
            "RestoreManagedPrefixListVersion",
            json!({ "PrefixListId": id, "CurrentVersion": 2, "PreviousVersion": 1 }),
            "restore-in-progress",
            "restore-complete",
            "3",
        ),
        (
            "ModifyManagedPrefixList",
            json!({ "PrefixListId": id, "MaxEntries": 7, "PrefixListName": "other" }),
            "modify-in-progress",
            "modify-complete",
            "3",
        ),
    ] {
        if !operation.is_empty() {
            let before = said(&ec2, &id, "version");
            let answer = ec2.call(operation, &parameters).ok();
            assert_eq!(
                (answer.text("prefixList.state"), answer.texts("prefixList.version")),
                (doing.to_owned(), before)
            );
        }
        assert_eq!(said(&ec2, &id, "state"), [doing]);
        let sentence = format!(
            "The request cannot be completed while the prefix list ({id}) is in the current state ({doing})."
        );
        let gone = json!({ "PrefixListId": id });
        refuses(&ec2, &[("DeleteManagedPrefixList", gone, "IncorrectState", &sentence)]);
        advance(&server, "6s");
        assert_eq!(
            (said(&ec2, &id, "state"), said(&ec2, &id, "version")),
            (vec![done.to_owned()], vec![version.to_owned()])
        );
    }
    assert_eq!(
        (said(&ec2, &id, "maxEntries"), said(&ec2, &id, "prefixListName")),
        (vec!["7".to_owned()], vec!["other".to_owned()])
    );
    ec2.call("DeleteManagedPrefixList", &json!({ "PrefixListId": id })).ok();
    assert_eq!(said(&ec2, &id, "state"), ["delete-in-progress"]);
    advance(&server, "6s");
    let left = ec2.call("DescribeManagedPrefixLists", &json!({})).ok();
    assert!(!left.texts("prefixListSet.item.prefixListId").contains(&id));
}

#[test]
fn aws_has_lists_of_its_own() {
    let (server, ec2) = start();
    let all = ec2.call("DescribeManagedPrefixLists", &json!({})).ok();
    let mut names = all.texts("prefixListSet.item.prefixListName");
    names.sort();
    assert_eq!(
        names,
        [
            "com.amazonaws.global.cloudfront.origin-facing",
            "com.amazonaws.us-east-1.dynamodb",
            "com.amazonaws.us-east-1.ec2-instance-connect",
            "com.amazonaws.us-east-1.s3",
        ]
    );
    assert_eq!(said(&ec2, "pl-63a5400a", "prefixListName"), ["com.amazonaws.us-east-1.s3"]);
    assert_eq!(
        said(&ec2, "pl-63a5400a", "prefixListArn"),
        ["arn:aws:ec2:us-east-1:aws:prefix-list/pl-63a5400a"]
    );
    assert_eq!(said(&ec2, "pl-63a5400a", "ownerId"), ["AWS"]);
    assert_eq!(
        (said(&ec2, "pl-63a5400a", "version"), said(&ec2, "pl-63a5400a", "maxEntries")),
        (vec![], vec![])
    );
    assert_eq!(blocks(&ec2, "pl-63a5400a", None), ["52.216.0.0/15", "54.231.0.0/17"]);
    let old = ec2.call("DescribePrefixLists", &json!({})).ok();
    assert_eq!(old.texts("prefixListSet.item.prefixListId"), ["pl-02cd2c6b", "pl-63a5400a"]);
    assert_eq!(
        found(&ec2, "DescribePrefixLists", ("prefix-list-name", "*.s3"), "prefixListSet.item.cidrSet.item"),
        ["54.231.0.0/17", "52.216.0.0/15"]
    );
    assert_eq!(
        found(&ec2, "DescribePrefixLists", ("prefix-list-id", "pl-02*"), "prefixListSet.item.prefixListName"),
        ["com.amazonaws.us-east-1.dynamodb"]
    );
    let west = server.client("ec2").region("us-west-2");
    assert_eq!(said(&west, "pl-68a54001", "prefixListName"), ["com.amazonaws.us-west-2.s3"]);
    let (of_aws, own) = ("pl-63a5400a", create(&ec2, &json!({})));
    let sentence = format!("The prefix list ({of_aws}) is managed by AWS and cannot be modified.");
    for (operation, parameters) in [
        ("DeleteManagedPrefixList", json!({ "PrefixListId": of_aws })),
        ("ModifyManagedPrefixList", json!({ "PrefixListId": of_aws, "PrefixListName": "mine" })),
    ] {
        refuses(&ec2, &[(operation, parameters, "UnsupportedOperation", &sentence)]);
    }
    let missing = format!("The prefix list ID '{own}' does not exist");
    let wish = json!({ "PrefixListId": [own] });
    refuses(&ec2, &[("DescribePrefixLists", wish, "InvalidPrefixListID.NotFound", &missing)]);
}

#[test]
fn every_filter_finds_one_list_and_not_the_other() {
    let (server, ec2) = start();
    let tags = json!([{ "ResourceType": "prefix-list", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let id = create(&ec2, &json!({ "PrefixListName": "red", "TagSpecification": tags }));
    create(&ec2, &json!({ "PrefixListName": "blue" }));
    for (name, value) in [
        ("prefix-list-id", id.as_str()),
        ("prefix-list-name", "r*d"),
        ("tag:team", "red"),
        ("tag-key", "team"),
    ] {
        let path = "prefixListSet.item.prefixListId";
        assert_eq!(found(&ec2, "DescribeManagedPrefixLists", (name, value), path), [id.as_str()], "{name}");
    }
    let owners = |value: &str| {
        found(&ec2, "DescribeManagedPrefixLists", ("owner-id", value), "prefixListSet.item.ownerId").len()
    };
    assert_eq!((owners("AWS"), owners("000000000000")), (4, 2));
    let wish = json!({ "MaxResults": 2 });
    let (ids, count) = pages(&ec2, "DescribeManagedPrefixLists", &wish, "prefixListSet.item.prefixListId");
    assert_eq!((ids.len(), count), (6, 3));
    assert!(ids.is_sorted());
    let elsewhere = server.client("ec2").region("eu-west-1");
    let sentence = format!("The prefix list ID '{id}' does not exist");
    let own = json!({ "PrefixListId": [id] });
    refuses(&elsewhere, &[("DescribeManagedPrefixLists", own, "InvalidPrefixListID.NotFound", &sentence)]);
}

#[test]
fn entries_and_associations_have_pages() {
    let (_server, ec2) = start();
    let entries: Vec<Value> = (0..5).map(|n| entry(&format!("10.{n}.0.0/16"), "")).collect();
    let id = create(&ec2, &json!({ "Entry": entries }));
    let wish = json!({ "PrefixListId": id, "MaxResults": 2 });
    let (blocks, count) = pages(&ec2, "GetManagedPrefixListEntries", &wish, "entrySet.item.cidr");
    assert_eq!((blocks.len(), count), (5, 3));
    let network = vpc(&ec2, "10.0.0.0/16");
    for number in 0..6 {
        let group = json!({ "GroupName": format!("g{number}"), "GroupDescription": "g", "VpcId": network });
        let group = ec2.call("CreateSecurityGroup", &group).ok().text("groupId");
        let rule = json!({ "GroupId": group, "IpPermissions": [permission(&id)] });
        ec2.call("AuthorizeSecurityGroupIngress", &rule).ok();
    }
    let path = "prefixListAssociationSet.item.resourceId";
    let wish = json!({ "PrefixListId": id, "MaxResults": 5 });
    let (ids, count) = pages(&ec2, "GetManagedPrefixListAssociations", &wish, path);
    assert_eq!((ids.len(), count), (6, 2));
    assert!(ids.is_sorted() && ids.iter().all(|id| id.starts_with("sg-")));
}

fn permission(list: &str) -> Value {
    json!({
        "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
        "PrefixListIds": [{ "PrefixListId": list, "Description": "offices" }],
    })
}

/// A group and a route table of the default VPC's like.
fn users(ec2: &Client) -> (String, String, String) {
    let network = vpc(ec2, "10.0.0.0/16");
    let group = json!({ "GroupName": "g", "GroupDescription": "g", "VpcId": network });
    let group = ec2.call("CreateSecurityGroup", &group).ok().text("groupId");
    let table =
        ec2.call("CreateRouteTable", &json!({ "VpcId": network })).ok().text("routeTable.routeTableId");
    let gateway = crate::attached_gateway(ec2, &network);
    let route =
        |list: &str| json!({ "RouteTableId": table, "DestinationPrefixListId": list, "GatewayId": gateway });
    ec2.call("CreateRoute", &route("pl-63a5400a")).ok();
    (group, table, gateway)
}

#[test]
fn rules_and_routes_name_lists_which_then_stay() {
    let (_server, ec2) = start();
    let (group, table, gateway) = users(&ec2);
    let id = create(&ec2, &json!({ "Entry": [entry("203.0.113.0/24", "")] }));
    let rule = json!({ "GroupId": group, "IpPermissions": [permission(&id)] });
    let made = ec2.call("AuthorizeSecurityGroupIngress", &rule).ok();
    assert_eq!(made.texts("securityGroupRuleSet.item.prefixListId"), [id.as_str()]);
    let described = ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [group] })).ok();
    let path = "securityGroupInfo.item.ipPermissions.item.prefixListIds.item.";
    assert_eq!(described.texts(&format!("{path}prefixListId")), [id.as_str()]);
    assert_eq!(described.texts(&format!("{path}description")), ["offices"]);
    let by_list = ("ip-permission.prefix-list-id", id.as_str());
    let groups = found(&ec2, "DescribeSecurityGroups", by_list, "securityGroupInfo.item.groupId");
    assert_eq!(groups, [group.as_str()]);
    let sentence =
        format!("the specified rule \"peer: {id}, TCP, from port: 443, to port: 443, ALLOW\" already exists");
    refuses(
        &ec2,
        &[("AuthorizeSecurityGroupIngress", rule.clone(), "InvalidPermission.Duplicate", &sentence)],
    );
    let of = json!({ "RouteTableId": [table] });
    let path = "routeTableSet.item.routeSet.item.destinationPrefixListId";
    assert_eq!(ec2.call("DescribeRouteTables", &of).ok().texts(path), ["pl-63a5400a"]);
    let own = json!({ "PrefixListId": id });
    let deleted = ec2.call("DeleteManagedPrefixList", &own).ok();
    assert_eq!(deleted.text("prefixList.state"), "delete-in-progress");
    assert_eq!(said(&ec2, &id, "state"), ["delete-failed"]);
    assert_eq!(said(&ec2, &id, "stateMessage"), ["The prefix list is in use by other resources."]);
    ec2.call("RevokeSecurityGroupIngress", &rule).ok();
    ec2.call("DeleteManagedPrefixList", &own).ok();
    let none = nowhere("pl");
    let missing = &format!("The prefix list ID '{none}' does not exist");
    let rule = json!({ "GroupId": group, "IpPermissions": [permission(&none)] });
    let route = json!({ "RouteTableId": table, "DestinationPrefixListId": none, "GatewayId": gateway });
    let again =
        json!({ "RouteTableId": table, "DestinationPrefixListId": "pl-63a5400a", "GatewayId": gateway });
    let exists = "The route identified by pl-63a5400a already exists.";
    let of_aws = json!({ "PrefixListId": "pl-63a5400a" });
    refuses(
        &ec2,
        &[
            ("AuthorizeSecurityGroupEgress", rule, "InvalidPrefixListID.NotFound", missing),
            ("CreateRoute", route, "InvalidPrefixListID.NotFound", missing),
            ("CreateRoute", again, "RouteAlreadyExists", exists),
        ],
    );
    let uses = ec2.call("GetManagedPrefixListAssociations", &of_aws).ok();
    assert_eq!(uses.texts("prefixListAssociationSet.item.resourceId"), [table.as_str()]);
    assert_eq!(uses.texts("prefixListAssociationSet.item.resourceOwner"), ["000000000000"]);
}

/// VPC user guide, "Prefix lists": a list counts as the entries that it may have.
#[test]
fn a_list_weighs_what_it_may_have() {
    let (_server, ec2) = start();
    let (group, table, gateway) = users(&ec2);
    let id = create(&ec2, &json!({ "MaxEntries": 1_000 }));
    let rule = json!({ "GroupId": group, "IpPermissions": [permission(&id)] });
    let limit = "The maximum number of rules per security group has been reached.";
    let routes = "The maximum number of routes has been reached.";
    let route = json!({ "RouteTableId": table, "DestinationPrefixListId": id, "GatewayId": gateway });
    refuses(
        &ec2,
        &[
            // The rule that lets everything out is the one too many.
            ("AuthorizeSecurityGroupEgress", rule.clone(), "RulesPerSecurityGroupLimitExceeded", limit),
            ("CreateRoute", route, "RouteLimitExceeded", routes),
        ],
    );
    ec2.call("AuthorizeSecurityGroupIngress", &rule).ok();
    let small = create(&ec2, &json!({}));
    let more = json!({ "GroupId": group, "IpPermissions": [permission(&small)] });
    refuses(
        &ec2,
        &[("AuthorizeSecurityGroupIngress", more.clone(), "RulesPerSecurityGroupLimitExceeded", limit)],
    );
    ec2.call("ModifyManagedPrefixList", &json!({ "PrefixListId": id, "MaxEntries": 995 })).ok();
    ec2.call("AuthorizeSecurityGroupIngress", &more).ok();
    ec2.call("ModifyManagedPrefixList", &json!({ "PrefixListId": small, "MaxEntries": 6 })).ok();
    assert_eq!(
        (said(&ec2, &small, "state"), said(&ec2, &small, "maxEntries")),
        (vec!["modify-failed".to_owned()], vec!["5".to_owned()])
    );
    let sentence =
        "The maximum number of entries exceeds the quota of a resource that references the prefix list.";
    assert_eq!(said(&ec2, &small, "stateMessage"), [sentence]);
    ec2.call("ModifyManagedPrefixList", &json!({ "PrefixListId": small, "MaxEntries": 4 })).ok();
    assert_eq!(
        (said(&ec2, &small, "state"), said(&ec2, &small, "stateMessage")),
        (vec!["modify-complete".to_owned()], vec![])
    );
}

#[test]
fn rules_of_lists_are_changed_and_keep_their_kind() {
    let (_server, ec2) = start();
    let (group, ..) = users(&ec2);
    let (one, two) = (create(&ec2, &json!({})), create(&ec2, &json!({})));
    let rule = json!({ "GroupId": group, "IpPermissions": [permission(&one)] });
    let id = ec2
        .call("AuthorizeSecurityGroupIngress", &rule)
        .ok()
        .text("securityGroupRuleSet.item.securityGroupRuleId");
    let change = |rule: Value| {
        let rule = with(&json!({ "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80 }), &rule);
        json!({ "GroupId": group, "SecurityGroupRule": [{ "SecurityGroupRuleId": id, "SecurityGroupRule": rule }] })
    };
    ec2.call("ModifySecurityGroupRules", &change(json!({ "PrefixListId": two }))).ok();
    let rules = ec2.call("DescribeSecurityGroupRules", &json!({ "SecurityGroupRuleId": [id] })).ok();
    assert_eq!(rules.texts("securityGroupRuleSet.item.prefixListId"), [two]);
    let sentence = format!(
        "Invalid rule type for security group rule '{id}'. You may not specify CidrIpv4 for an existing prefix list rule."
    );
    let other = change(json!({ "CidrIpv4": "0.0.0.0/0" }));
    refuses(&ec2, &[("ModifySecurityGroupRules", other, "InvalidParameterValue", &sentence)]);
}

/// What a list has decides who may ask, and where the packet goes.
#[test]
fn lists_decide_about_packets() {
    let (server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let group = |name: &str| {
        let group = json!({ "GroupName": name, "GroupDescription": "g", "VpcId": network });
        ec2.call("CreateSecurityGroup", &group).ok().text("groupId")
    };
    let (clients, servers) = (group("clients"), group("servers"));
    let id = create(&ec2, &json!({ "Entry": [entry("10.0.1.0/28", "")] }));
    let rule = json!({ "GroupId": servers, "IpPermissions": [permission(&id)] });
    ec2.call("AuthorizeSecurityGroupIngress", &rule).ok();
    let card = |group: &str| {
        let wish = json!({ "SubnetId": subnet, "SecurityGroupId": [group] });
        ec2.call("CreateNetworkInterface", &wish).ok().text("networkInterface.networkInterfaceId")
    };
    let (client, target) = (card(&clients), card(&servers));
    let asked = || {
        let page = format!("/_angae/net/explain?from={client}&to={target}&port=443");
        server.page("GET", &page, &Value::Null)
    };
    let answer = asked();
    assert_eq!(answer["allowed"], json!(true), "{answer}");
    assert!(answer.to_string().contains(&format!("\"peer\":\"{id}\"")), "{answer}");
    let empty =
        json!({ "PrefixListId": id, "CurrentVersion": 1, "RemoveEntry": [{ "Cidr": "10.0.1.0/28" }] });
    ec2.call("ModifyManagedPrefixList", &empty).ok();
    assert_eq!(asked()["allowed"], json!(false));
}

#[test]
fn lists_outlive_a_crash() {
    let mut server = Server::start_with(Options::default());
    let ec2 = server.client("ec2");
    let id = create(&ec2, &json!({ "Entry": [entry("10.0.0.0/8", "ten")] }));
    let add = json!({ "PrefixListId": id, "CurrentVersion": 1, "AddEntry": [entry("11.0.0.0/8", "")] });
    ec2.call("ModifyManagedPrefixList", &add).ok();
    server.kill();
    server.restart();
    let ec2 = server.client("ec2");
    assert_eq!(
        (blocks(&ec2, &id, Some(1)), blocks(&ec2, &id, None)),
        (vec!["10.0.0.0/8".to_owned()], vec!["10.0.0.0/8".to_owned(), "11.0.0.0/8".to_owned()])
    );
}

#[test]
fn what_prefix_lists_refuse() {
    let (_server, ec2) = start();
    let id = create(&ec2, &json!({ "Entry": [entry("10.0.0.0/8", "ten")], "ClientToken": "t" }));
    assert_eq!(create(&ec2, &json!({ "Entry": [entry("10.0.0.0/8", "ten")], "ClientToken": "t" })), id);
    let new = |more: Value| {
        with(&json!({ "PrefixListName": "list", "AddressFamily": "IPv4", "MaxEntries": 5 }), &more)
    };
    let of = |more: Value| with(&json!({ "PrefixListId": id }), &more);
    let many: Vec<Value> = (0..101).map(|n| entry(&format!("10.{n}.0.0/16"), "")).collect();
    let few = &many[..6];
    let (create_, modify) = ("CreateManagedPrefixList", "ModifyManagedPrefixList");
    let value = "InvalidParameterValue";
    let none = nowhere("pl");
    let missing = &format!("The prefix list ID '{none}' does not exist");
    let size = "Must specify a max size between 1 and 1000";
    let full = "You have exceeded the maximum number of entries for the prefix list.";
    let low = "The specified value for version is not valid. The value must be greater than (1).";
    let reserved = "The prefix list name cannot begin with (com.amazonaws., com.amazon., com.aws.).";
    let both = "You cannot modify the entries and the maximum number of entries for the prefix list in the same request.";
    let one = json!([entry("11.0.0.0/8", "")]);
    for name in ["com.amazonaws.probe", "com.amazon.probe", "com.aws.probe"] {
        refuses(&ec2, &[(create_, new(json!({ "PrefixListName": name })), value, reserved)]);
    }
    create(&ec2, &json!({ "PrefixListName": "com.amazonaws-probe" }));
    refuses(
        &ec2,
        &[
            (create_, new(json!({ "MaxEntries": 0 })), value, size),
            (create_, new(json!({ "MaxEntries": 1001 })), value, size),
            (
                create_,
                new(json!({ "Entry": many })),
                value,
                "The number of entries per request cannot exceeds limit (100).",
            ),
            (create_, new(json!({ "Entry": few })), "PrefixListMaxEntriesExceeded", full),
            (
                create_,
                new(json!({ "AddressFamily": "IPv5" })),
                value,
                "Value (IPv5) for parameter AddressFamily is invalid. Valid values are IPv4 and IPv6.",
            ),
            (
                create_,
                new(json!({ "Entry": [entry("fd00::/8", "")] })),
                value,
                "Value (fd00::/8) for parameter Cidr is invalid. It is no IPv4 block.",
            ),
            (
                create_,
                new(json!({ "ClientToken": "t" })),
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
            ),
            (
                modify,
                of(json!({ "AddEntry": one, "CurrentVersion": 2 })),
                "PrefixListVersionMismatch",
                "The prefix list has the incorrect version number.",
            ),
            (modify, of(json!({ "AddEntry": one, "CurrentVersion": 0 })), value, low),
            (
                modify,
                of(json!({ "AddEntry": one })),
                "MissingParameter",
                "The request must contain the parameter CurrentVersion",
            ),
            (
                modify,
                of(json!({ "AddEntry": one, "CurrentVersion": 1, "MaxEntries": 9 })),
                "InvalidParameterCombination",
                both,
            ),
            (
                modify,
                of(json!({ "AddEntry": few, "CurrentVersion": 1 })),
                "PrefixListMaxEntriesExceeded",
                full,
            ),
            (
                modify,
                of(json!({ "AddEntry": [entry("10.0.0.0/8", "ten")], "CurrentVersion": 1 })),
                "InvalidPrefixListModification",
                "An entry with the CIDR (10.0.0.0/8) and description (ten) already exists.",
            ),
            (
                modify,
                of(json!({ "RemoveEntry": [{ "Cidr": "11.0.0.0/8" }], "CurrentVersion": 1 })),
                "InvalidPrefixListModification",
                "An entry with the CIDR (11.0.0.0/8) does not exist.",
            ),
            (modify, of(json!({ "PrefixListName": "com.aws.x" })), value, reserved),
            (
                modify,
                of(json!({})),
                "MissingParameter",
                "The request must contain at least one of: PrefixListName, AddEntries, RemoveEntries or MaxEntries",
            ),
            (
                modify,
                of(json!({ "IpamPrefixListResolverSyncEnabled": true })),
                value,
                "Value (true) for parameter IpamPrefixListResolverSyncEnabled is invalid. The prefix list is the target of no IPAM prefix list resolver.",
            ),
            (
                modify,
                json!({ "PrefixListId": none, "PrefixListName": "x" }),
                "InvalidPrefixListID.NotFound",
                missing,
            ),
            (
                "RestoreManagedPrefixListVersion",
                of(json!({ "CurrentVersion": 1, "PreviousVersion": 7 })),
                value,
                "The specified value for version is not valid. The prefix list has no version (7).",
            ),
            (
                "RestoreManagedPrefixListVersion",
                of(json!({ "CurrentVersion": 2, "PreviousVersion": 1 })),
                "PrefixListVersionMismatch",
                "The prefix list has the incorrect version number.",
            ),
            (
                "GetManagedPrefixListEntries",
                of(json!({ "TargetVersion": 2 })),
                value,
                "The specified value for version is not valid. The prefix list has no version (2).",
            ),
            (
                "GetManagedPrefixListEntries",
                json!({ "PrefixListId": none }),
                "InvalidPrefixListID.NotFound",
                missing,
            ),
            (
                "GetManagedPrefixListAssociations",
                json!({ "PrefixListId": none }),
                "InvalidPrefixListID.NotFound",
                missing,
            ),
            (
                "DeleteManagedPrefixList",
                json!({ "PrefixListId": none }),
                "InvalidPrefixListID.NotFound",
                missing,
            ),
            (
                "DeleteManagedPrefixList",
                json!({ "PrefixListId": "list" }),
                "InvalidPrefixListId.Malformed",
                "Invalid id: \"list\" (expecting \"pl-...\")",
            ),
            (
                "DescribeManagedPrefixLists",
                json!({ "Filter": [{ "Name": "vpc-id", "Value": ["x"] }] }),
                value,
                "The filter 'vpc-id' is invalid",
            ),
        ],
    );
    let dry = ec2.call(create_, &new(json!({ "DryRun": true }))).refusal();
    assert_eq!(dry.code, "DryRunOperation");
}
