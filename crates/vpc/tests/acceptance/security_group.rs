use crate::{found, golden, nowhere, refuses, start, vpc};
use serde_json::{Value, json};
use testkit::Client;

fn group(ec2: &Client, vpc: &str, name: &str) -> String {
    let create = json!({ "VpcId": vpc, "GroupName": name, "GroupDescription": name });
    ec2.call("CreateSecurityGroup", &create).ok().text("groupId")
}

/// Ingress of TCP from everywhere.
fn tcp(group: &str, from: i32, to: i32) -> Value {
    let ranges = json!([{ "CidrIp": "0.0.0.0/0" }]);
    json!({ "GroupId": group, "IpPermissions": [{ "IpProtocol": "tcp", "FromPort": from, "ToPort": to, "IpRanges": ranges }] })
}

#[test]
fn the_life_of_a_security_group() {
    let (_server, ec2) = start();
    let mut golden = golden("security-group");
    let network = vpc(&ec2, "10.0.0.0/16");
    let create = json!({ "VpcId": network, "GroupName": "web", "GroupDescription": "Web servers" });
    let id =
        golden.note("CreateSecurityGroup", ec2.call("CreateSecurityGroup", &create)).ok().text("groupId");
    let permissions = json!([
        { "IpProtocol": "6", "FromPort": 443, "ToPort": 443,
          "IpRanges": [{ "CidrIp": "10.0.0.5/24", "Description": "office" }],
          "Ipv6Ranges": [{ "CidrIpv6": "2001:db8::/32" }] },
        { "IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] },
        { "IpProtocol": "all", "Groups": [{ "GroupId": id }] },
        { "IpProtocol": "50", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] },
    ]);
    let ingress = json!({ "GroupId": id, "IpPermissions": permissions });
    let authorized = ec2.call("AuthorizeSecurityGroupIngress", &ingress);
    let rules = golden.note("AuthorizeSecurityGroupIngress", authorized).ok();
    let egress = tcp(&id, 80, 80);
    golden.note("AuthorizeSecurityGroupEgress", ec2.call("AuthorizeSecurityGroupEgress", &egress)).ok();
    golden
        .note("DescribeSecurityGroups", ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [id] })))
        .ok();
    let of_group = json!({ "Filter": [{ "Name": "group-id", "Value": [id] }] });
    let listed = ec2.call("DescribeSecurityGroupRules", &of_group).ok();
    assert_eq!(listed.texts("securityGroupRuleSet.item.securityGroupRuleId").len(), 7, "five in, two out");
    let first = rules.texts("securityGroupRuleSet.item.securityGroupRuleId").remove(0);
    let by_id = json!({ "GroupId": id, "SecurityGroupRuleId": [first] });
    golden.note("RevokeSecurityGroupIngress", ec2.call("RevokeSecurityGroupIngress", &by_id)).ok();
    golden.note("RevokeSecurityGroupEgress", ec2.call("RevokeSecurityGroupEgress", &egress)).ok();
    golden.note("what is left", ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [id] }))).ok();
    golden.note("DeleteSecurityGroup", ec2.call("DeleteSecurityGroup", &json!({ "GroupId": id }))).ok();
    golden.check();
}

#[test]
fn what_groups_refuse() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let (web, used) = (group(&ec2, &network, "web"), group(&ec2, &network, "used"));
    let peer =
        json!({ "GroupId": web, "IpPermissions": [{ "IpProtocol": "-1", "Groups": [{ "GroupId": used }] }] });
    ec2.call("AuthorizeSecurityGroupIngress", &peer).ok();
    let filter = json!({ "Filter": [{ "Name": "vpc-id", "Value": [network] }, { "Name": "group-name", "Value": ["default"] }] });
    let default = ec2.call("DescribeSecurityGroups", &filter).text("securityGroupInfo.item.groupId");
    let none = nowhere("sg");
    let missing = &format!("The security group '{none}' does not exist");
    let create =
        |name: &str, text: &str| json!({ "VpcId": network, "GroupName": name, "GroupDescription": text });
    let long = "x".repeat(256);
    let nobody = format!(
        "The security group 'nobody' does not exist in default VPC '{}'",
        found(&ec2, "DescribeVpcs", ("is-default", "true"), "vpcSet.item.vpcId")[0]
    );
    refuses(
        &ec2,
        &[
            (
                "CreateSecurityGroup",
                create("WEB", "x"),
                "InvalidGroup.Duplicate",
                &format!("The security group 'WEB' already exists for VPC '{network}'"),
            ),
            (
                "CreateSecurityGroup",
                create("default", "x"),
                "InvalidParameterValue",
                "Cannot use reserved security group name: default",
            ),
            (
                "CreateSecurityGroup",
                create("sg-x", "x"),
                "InvalidParameterValue",
                "Value (sg-x) for parameter groupName is invalid. Names are at most 255 characters and do not begin with sg-.",
            ),
            (
                "CreateSecurityGroup",
                create("a", "é"),
                "InvalidParameterValue",
                "Value (é) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.",
            ),
            (
                "CreateSecurityGroup",
                create("a", &long),
                "InvalidParameterValue",
                &format!(
                    "Value ({long}) for parameter GroupDescription is invalid. Descriptions are at most 255 characters."
                ),
            ),
            (
                "CreateSecurityGroup",
                json!({ "VpcId": network, "GroupName": "a" }),
                "MissingParameter",
                "The request must contain the parameter GroupDescription",
            ),
            (
                "DeleteSecurityGroup",
                json!({ "GroupId": default }),
                "CannotDelete",
                &format!("the specified group: \"{default}\" name: \"default\" cannot be deleted by a user"),
            ),
            (
                "DeleteSecurityGroup",
                json!({ "GroupId": used }),
                "DependencyViolation",
                &format!("resource {used} has a dependent object"),
            ),
            ("DeleteSecurityGroup", json!({ "GroupId": none }), "InvalidGroup.NotFound", missing),
            ("DeleteSecurityGroup", json!({ "GroupName": "nobody" }), "InvalidGroup.NotFound", &nobody),
            (
                "DeleteSecurityGroup",
                json!({}),
                "MissingParameter",
                "The request must contain the parameter groupName or groupId",
            ),
            (
                "DeleteSecurityGroup",
                json!({ "GroupId": "web" }),
                "InvalidGroupId.Malformed",
                "Invalid id: \"web\" (expecting \"sg-...\")",
            ),
            ("DescribeSecurityGroups", json!({ "GroupId": [none] }), "InvalidGroup.NotFound", missing),
            ("DescribeSecurityGroups", json!({ "GroupName": ["nobody"] }), "InvalidGroup.NotFound", &nobody),
            (
                "DescribeSecurityGroupRules",
                json!({ "SecurityGroupRuleId": [nowhere("sgr")] }),
                "InvalidSecurityGroupRuleId.NotFound",
                "The security group rule ID 'sgr-00000000000000000' does not exist",
            ),
        ],
    );
}

#[test]
fn what_rules_refuse() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let id = group(&ec2, &network, "web");
    ec2.call("AuthorizeSecurityGroupIngress", &tcp(&id, 80, 80)).ok();
    let with = |permission: Value| json!({ "GroupId": id, "IpPermissions": [permission] });
    let block = |text: &str| with(json!({ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": text }] }));
    let authorize = "AuthorizeSecurityGroupIngress";
    let all = |protocol: &str| json!({ "IpProtocol": protocol, "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] });
    let all_v6 = json!({ "IpProtocol": "-1", "Ipv6Ranges": [{ "CidrIpv6": "10.0.0.0/8" }] });
    let nothing = nowhere("pl");
    let list = json!({ "IpProtocol": "-1", "PrefixListIds": [{ "PrefixListId": nothing }] });
    let owner = json!({ "IpProtocol": "-1", "Groups": [{ "GroupId": id, "UserId": "me" }] });
    refuses(
        &ec2,
        &[
            (
                authorize,
                tcp(&id, 80, 80),
                "InvalidPermission.Duplicate",
                "the specified rule \"peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW\" already exists",
            ),
            (
                "AuthorizeSecurityGroupEgress",
                block("0.0.0.0/0"),
                "InvalidPermission.Duplicate",
                "the specified rule \"peer: 0.0.0.0/0, ALL, ALLOW\" already exists",
            ),
            (authorize, tcp(&id, 90, 80), "InvalidParameterValue", "Invalid TCP/UDP port range (90:80)"),
            (
                authorize,
                with(all("tcp")),
                "InvalidParameterValue",
                "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
            ),
            (
                authorize,
                with(all("foo")),
                "InvalidParameterValue",
                "Invalid value 'foo' for IP protocol. Unknown protocol.",
            ),
            (
                authorize,
                with(json!({ "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] })),
                "InvalidParameterValue",
                "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.",
            ),
            (authorize, block("::/0"), "InvalidParameterValue", "CIDR block ::/0 is malformed"),
            (authorize, with(all_v6), "InvalidParameterValue", "CIDR block 10.0.0.0/8 is malformed"),
            (
                authorize,
                with(list),
                "InvalidPrefixListID.NotFound",
                &format!("The prefix list ID '{nothing}' does not exist"),
            ),
            (
                authorize,
                with(owner),
                "InvalidParameterValue",
                "Value (me) for parameter userId is invalid. Account ids are twelve digits.",
            ),
            (
                authorize,
                with(json!({ "IpProtocol": "-1" })),
                "MissingParameter",
                "Missing source specification: include source security group or CIDR information",
            ),
            (
                authorize,
                json!({ "GroupId": id }),
                "MissingParameter",
                "The request must contain the parameter ipPermissions",
            ),
            (
                "RevokeSecurityGroupIngress",
                tcp(&id, 81, 81),
                "InvalidPermission.NotFound",
                "The specified rule does not exist in this security group.",
            ),
            (
                "RevokeSecurityGroupIngress",
                json!({ "GroupId": id, "SecurityGroupRuleId": [nowhere("sgr")] }),
                "InvalidSecurityGroupRuleId.NotFound",
                "The security group rule ID 'sgr-00000000000000000' does not exist",
            ),
            (
                "RevokeSecurityGroupIngress",
                json!({ "GroupId": id }),
                "MissingParameter",
                "The request must contain the parameter ipPermissions",
            ),
        ],
    );
}

#[test]
fn a_refused_authorize_adds_no_rule_at_all() {
    let (_server, ec2) = start();
    let id = group(&ec2, &vpc(&ec2, "10.0.0.0/16"), "web");
    ec2.call("AuthorizeSecurityGroupIngress", &tcp(&id, 80, 80)).ok();
    let ranges = json!([{ "CidrIp": "0.0.0.0/0" }]);
    let two = json!({ "GroupId": id, "IpPermissions": [
        { "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges },
        { "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": ranges },
    ] });
    assert_eq!(ec2.call("AuthorizeSecurityGroupIngress", &two).refusal().code, "InvalidPermission.Duplicate");
    let described = ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [id] }));
    assert_eq!(described.texts("securityGroupInfo.item.ipPermissions.item.fromPort"), ["80"]);
}

#[test]
fn the_thousand_and_first_rule_is_refused() {
    let (_server, ec2) = start();
    let id = group(&ec2, &vpc(&ec2, "10.0.0.0/16"), "web");
    let rules = |from: usize, to: usize| {
        let permission = |port: usize| json!({ "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] });
        json!({ "GroupId": id, "IpPermissions": (from..=to).map(permission).collect::<Vec<_>>() })
    };
    ec2.call("AuthorizeSecurityGroupIngress", &rules(1, 1000)).ok();
    let sentence = "The maximum number of rules per security group has been reached.";
    refuses(
        &ec2,
        &[(
            "AuthorizeSecurityGroupIngress",
            rules(1001, 1001),
            "RulesPerSecurityGroupLimitExceeded",
            sentence,
        )],
    );
}

#[test]
fn rules_change_and_keep_their_ids() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let group = json!({ "VpcId": network, "GroupName": "web", "GroupDescription": "d" });
    let group = ec2.call("CreateSecurityGroup", &group).ok().text("groupId");
    let open = |port: i32, block: &str| {
        let range = json!([{ "CidrIp": block, "Description": "old" }]);
        let permission = json!({ "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": range });
        let call = json!({ "GroupId": group, "IpPermissions": [permission] });
        let made = ec2.call("AuthorizeSecurityGroupIngress", &call).ok();
        made.text("securityGroupRuleSet.item.securityGroupRuleId")
    };
    let (one, two) = (open(80, "0.0.0.0/0"), open(443, "10.0.0.0/8"));
    let said = |id: &str, path: &str| {
        let own = json!({ "SecurityGroupRuleId": [id] });
        let path = format!("securityGroupRuleSet.item.{path}");
        ec2.call("DescribeSecurityGroupRules", &own).ok().texts(&path)
    };
    let modify = |id: &str, rule: serde_json::Value| {
        let update = json!({ "SecurityGroupRuleId": id, "SecurityGroupRule": rule });
        json!({ "GroupId": group, "SecurityGroupRule": [update] })
    };
    let rule = json!({ "IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8081, "CidrIpv4": "10.1.2.3/16", "Description": "new" });
    ec2.call("ModifySecurityGroupRules", &modify(&one, rule)).ok();
    for (path, want) in
        [("fromPort", "8080"), ("toPort", "8081"), ("cidrIpv4", "10.1.0.0/16"), ("description", "new")]
    {
        assert_eq!(said(&one, path), [want], "{path}");
    }
    let range = json!([{ "CidrIp": "10.0.0.0/8", "Description": "named" }]);
    let permission = json!({ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": range });
    let describe = json!({ "GroupId": group, "IpPermissions": [permission] });
    ec2.call("UpdateSecurityGroupRuleDescriptionsIngress", &describe).ok();
    assert_eq!(said(&two, "description"), ["named"]);
    let by_id = json!({ "GroupId": group, "SecurityGroupRuleDescription": [{ "SecurityGroupRuleId": two }] });
    ec2.call("UpdateSecurityGroupRuleDescriptionsIngress", &by_id).ok();
    assert_eq!(said(&two, "description"), [""; 0]);
    let all = json!({ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0", "Description": "out" }] });
    let egress = json!({ "GroupId": group, "IpPermissions": [all] });
    ec2.call("UpdateSecurityGroupRuleDescriptionsEgress", &egress).ok();
    let filter = ("egress.ip-permission.protocol", "-1");
    let path = "securityGroupInfo.item.ipPermissionsEgress.item.ipRanges.item.description";
    assert_eq!(found(&ec2, "DescribeSecurityGroups", filter, path), ["out"]);
    let none = nowhere("sgr");
    let tcp = |extra: (&str, &str)| json!({ "IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8081, extra.0: extra.1 });
    let both = json!({ "IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "CidrIpv4": "10.0.0.0/8", "CidrIpv6": "::/0" });
    refuses(
        &ec2,
        &[
            (
                "ModifySecurityGroupRules",
                modify(&none, tcp(("CidrIpv4", "10.0.0.0/8"))),
                "InvalidSecurityGroupRuleId.NotFound",
                &format!("The security group rule ID '{none}' does not exist"),
            ),
            (
                "ModifySecurityGroupRules",
                modify(&one, tcp(("CidrIpv6", "::/0"))),
                "InvalidParameterValue",
                &format!(
                    "Invalid rule type for security group rule '{one}'. You may not specify CidrIpv6 for an existing IPv4 CIDR rule."
                ),
            ),
            (
                "ModifySecurityGroupRules",
                modify(&two, tcp(("CidrIpv4", "10.1.0.0/16"))),
                "InvalidPermission.Duplicate",
                "the specified rule \"peer: 10.1.0.0/16, TCP, from port: 8080, to port: 8081, ALLOW\" already exists",
            ),
            (
                "ModifySecurityGroupRules",
                modify(&one, both),
                "InvalidParameterCombination",
                "Only one of cidrIp, cidrIpv6, prefixListId, or referencedGroupId can be specified",
            ),
            (
                "ModifySecurityGroupRules",
                modify(&one, json!({ "IpProtocol": "-1" })),
                "MissingParameter",
                "The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId",
            ),
            (
                "UpdateSecurityGroupRuleDescriptionsEgress",
                describe,
                "InvalidPermission.NotFound",
                "The specified rule does not exist in this security group.",
            ),
        ],
    );
}
