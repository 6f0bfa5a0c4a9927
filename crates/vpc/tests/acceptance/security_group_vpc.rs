//! Security groups in further VPCs, and rules that name groups of other networks.

use crate::{advance, found, golden, nowhere, refuses, start, subnet, vpc};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::{filter, pages, start_real, with};

const SET: &str = "securityGroupVpcAssociationSet.item";
const FOR_VPC: &str = "securityGroupForVpcSet.item.groupId";

#[track_caller]
fn group(ec2: &Client, vpc: &str, name: &str) -> String {
    let create = json!({ "VpcId": vpc, "GroupName": name, "GroupDescription": "d" });
    ec2.call("CreateSecurityGroup", &create).ok().text("groupId")
}

/// An active peering connection between two VPCs.
#[track_caller]
fn peered(ec2: &Client, home: &str, away: &str) -> Value {
    let asked = json!({ "VpcId": home, "PeerVpcId": away });
    let made = ec2.call("CreateVpcPeeringConnection", &asked).ok();
    let named = json!({ "VpcPeeringConnectionId": made.text("vpcPeeringConnection.vpcPeeringConnectionId") });
    ec2.call("AcceptVpcPeeringConnection", &named).ok();
    named
}

fn pair(group: &str, vpc: &str) -> Value {
    json!({ "GroupId": group, "VpcId": vpc })
}

#[test]
fn a_group_serves_further_vpcs() {
    let (server, ec2) = start();
    let mut golden = golden("security-group-vpc");
    let (home, away) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let web = group(&ec2, &home, "web");
    let far = subnet(&ec2, &away, "10.1.1.0/24");
    let create = json!({ "SubnetId": far, "SecurityGroupId": [web] });
    let other = "You have specified two resources that belong to different networks.";
    refuses(&ec2, &[("CreateNetworkInterface", create.clone(), "InvalidGroup.NotFound", other)]);
    let made = ec2.call("AssociateSecurityGroupVpc", &pair(&web, &away));
    golden.note("AssociateSecurityGroupVpc", made).ok();
    let described = ec2.call("DescribeSecurityGroupVpcAssociations", &json!({}));
    golden.note("DescribeSecurityGroupVpcAssociations", described).ok();
    let of_away = json!({ "VpcId": away, "Filter": [filter("group-id", &web)] });
    golden.note("GetSecurityGroupsForVpc", ec2.call("GetSecurityGroupsForVpc", &of_away)).ok();
    for (name, value) in [
        ("group-id", web.as_str()),
        ("group-owner-id", "000000000000"),
        ("state", "associated"),
        ("vpc-id", &away),
        ("vpc-owner-id", "000000000000"),
    ] {
        let path = format!("{SET}.vpcId");
        let operation = "DescribeSecurityGroupVpcAssociations";
        assert_eq!(found(&ec2, operation, (name, value), &path), std::slice::from_ref(&away), "{name}");
        assert!(found(&ec2, operation, (name, "other"), &path).is_empty(), "{name}");
    }
    let elsewhere = server.client("ec2").region("eu-west-1");
    let stranger = server.client("ec2").key("111111111111", "test", None);
    for client in [elsewhere, stranger] {
        let all = client.call("DescribeSecurityGroupVpcAssociations", &json!({})).ok();
        assert!(all.texts(&format!("{SET}.vpcId")).is_empty());
    }
    let card = ec2.call("CreateNetworkInterface", &create).ok().text("networkInterface.networkInterfaceId");
    // Rules of the group say what passes there as well.
    let rule =
        json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "Groups": [{ "GroupId": web }] }]);
    ec2.call("AuthorizeSecurityGroupIngress", &json!({ "GroupId": web, "IpPermissions": rule })).ok();
    let peer = ec2.call("CreateNetworkInterface", &create).ok().text("networkInterface.networkInterfaceId");
    let page = format!("/_angae/net/explain?from={peer}&to={card}&port=443");
    assert_eq!(server.page("GET", &page, &Value::Null)["allowed"], true);
    let stale = ec2.call("DescribeStaleSecurityGroups", &json!({ "VpcId": away })).ok();
    assert!(stale.texts("staleSecurityGroupSet.item.groupId").is_empty());
    let dependent = format!("resource {web} has a dependent object");
    refuses(
        &ec2,
        &[
            ("DisassociateSecurityGroupVpc", pair(&web, &away), "DependencyViolation", &dependent),
            ("DeleteSecurityGroup", json!({ "GroupId": web }), "DependencyViolation", &dependent),
        ],
    );
    for id in [card, peer] {
        ec2.call("DeleteNetworkInterface", &json!({ "NetworkInterfaceId": id })).ok();
    }
    refuses(&ec2, &[("DeleteSecurityGroup", json!({ "GroupId": web }), "DependencyViolation", &dependent)]);
    let ended = ec2.call("DisassociateSecurityGroupVpc", &pair(&web, &away));
    golden.note("DisassociateSecurityGroupVpc", ended).ok();
    golden.check();
    refuses(&ec2, &[("CreateNetworkInterface", create, "InvalidGroup.NotFound", other)]);
    ec2.call("DeleteSecurityGroup", &json!({ "GroupId": web })).ok();
}

#[test]
fn groups_for_a_vpc_are_filtered_and_paged() {
    let (_server, ec2) = start();
    let (home, away) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let mut ids: Vec<String> = (0..5).map(|n| group(&ec2, &away, &format!("own-{n}"))).collect();
    let guest = group(&ec2, &home, "guest");
    ec2.call("AssociateSecurityGroupVpc", &pair(&guest, &away)).ok();
    ec2.call("CreateTags", &json!({ "ResourceId": [guest], "Tag": [{ "Key": "a", "Value": "b" }] })).ok();
    let default = json!({ "VpcId": away, "Filter": [filter("group-name", "default")] });
    ids.extend(ec2.call("GetSecurityGroupsForVpc", &default).ok().texts(FOR_VPC));
    ids.push(guest.clone());
    ids.sort();
    let (listed, count) =
        pages(&ec2, "GetSecurityGroupsForVpc", &json!({ "VpcId": away, "MaxResults": 5 }), FOR_VPC);
    assert_eq!((listed, count), (ids, 2));
    for (name, value, many) in [
        ("primary-vpc-id", home.as_str(), 1),
        ("primary-vpc-id", &away, 6),
        ("group-name", "own-*", 5),
        ("description", "d", 6),
        ("owner-id", "000000000000", 7),
        ("tag:a", "b", 1),
    ] {
        let wish = json!({ "VpcId": away, "Filter": [filter(name, value)] });
        assert_eq!(
            ec2.call("GetSecurityGroupsForVpc", &wish).ok().texts(FOR_VPC).len(),
            many,
            "{name} {value}"
        );
    }
    let missing = "The vpc ID 'vpc-00000000000000000' does not exist";
    let unknown = json!({ "VpcId": away, "Filter": [filter("colour", "red")] });
    refuses(
        &ec2,
        &[
            ("GetSecurityGroupsForVpc", json!({ "VpcId": nowhere("vpc") }), "InvalidVpcID.NotFound", missing),
            ("GetSecurityGroupsForVpc", unknown, "InvalidParameterValue", "The filter 'colour' is invalid"),
        ],
    );
}

#[test]
fn rules_that_name_groups_of_other_networks_are_stale() {
    let (_server, ec2) = start();
    let mut golden = golden("stale-security-group");
    let (home, away) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let (web, db) = (group(&ec2, &home, "web"), group(&ec2, &away, "db"));
    let rule = |group: &str, port: u16| json!([{ "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "Groups": [{ "GroupId": group }] }]);
    let authorize = |peer: &str, port: u16| json!({ "GroupId": db, "IpPermissions": rule(peer, port) });
    let peering = peered(&ec2, &home, &away);
    ec2.call("AuthorizeSecurityGroupIngress", &authorize(&web, 5432)).ok();
    ec2.call("AuthorizeSecurityGroupEgress", &authorize(&web, 80)).ok();
    ec2.call("AuthorizeSecurityGroupIngress", &authorize(&db, 22)).ok();
    ec2.call("DeleteVpcPeeringConnection", &peering).ok();
    let stale = ec2.call("DescribeStaleSecurityGroups", &json!({ "VpcId": away }));
    golden.note("DescribeStaleSecurityGroups", stale).ok();
    let references = ec2.call("DescribeSecurityGroupReferences", &json!({ "GroupId": [web] }));
    golden.note("DescribeSecurityGroupReferences", references).ok();
    golden.check();
    let none = |vpc: &str| {
        let all = ec2.call("DescribeStaleSecurityGroups", &json!({ "VpcId": vpc })).ok();
        all.texts("staleSecurityGroupSet.item.groupId").is_empty()
    };
    assert!(none(&home));
    // Where the group serves the VPC, its rules are in reach.
    ec2.call("AssociateSecurityGroupVpc", &pair(&web, &away)).ok();
    assert!(none(&away));
    let references = ec2.call("DescribeSecurityGroupReferences", &json!({ "GroupId": [web, db] })).ok();
    assert!(references.texts("securityGroupReferenceSet.item.groupId").is_empty());
    ec2.call("DisassociateSecurityGroupVpc", &pair(&web, &away)).ok();
    let peering = peered(&ec2, &home, &away);
    for name in ["a", "b", "c", "d", "e"] {
        let own = group(&ec2, &away, name);
        let rule = json!({ "GroupId": own, "IpPermissions": rule(&web, 1) });
        ec2.call("AuthorizeSecurityGroupIngress", &rule).ok();
    }
    ec2.call("DeleteVpcPeeringConnection", &peering).ok();
    let wish = json!({ "VpcId": away, "MaxResults": 5 });
    let (found, count) =
        pages(&ec2, "DescribeStaleSecurityGroups", &wish, "staleSecurityGroupSet.item.groupId");
    assert_eq!((found.len(), count), (6, 2));
    let missing = "The vpc ID 'vpc-00000000000000000' does not exist";
    let unknown = "The security group 'sg-00000000000000000' does not exist";
    refuses(
        &ec2,
        &[
            (
                "DescribeStaleSecurityGroups",
                json!({ "VpcId": nowhere("vpc") }),
                "InvalidVpcID.NotFound",
                missing,
            ),
            (
                "DescribeSecurityGroupReferences",
                json!({ "GroupId": [nowhere("sg")] }),
                "InvalidGroup.NotFound",
                unknown,
            ),
        ],
    );
}

#[test]
fn what_associations_of_groups_refuse() {
    let (_server, ec2) = start();
    let (home, away) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let web = group(&ec2, &home, "web");
    let default = json!({ "VpcId": home, "Filter": [filter("group-name", "default")] });
    let default = ec2.call("GetSecurityGroupsForVpc", &default).ok().text(FOR_VPC);
    let already = |vpc: &str| format!("The security group {web} is already associated with the VPC {vpc}");
    let associate = "AssociateSecurityGroupVpc";
    let gone = format!("The security group VPC association '{web}/{away}' does not exist");
    refuses(
        &ec2,
        &[
            (associate, pair(&web, &home), "Resource.AlreadyAssociated", &already(&home)),
            (
                associate,
                pair(&default, &away),
                "InvalidParameterValue",
                &format!("The default security group {default} cannot be associated with a VPC"),
            ),
            (
                associate,
                pair(&nowhere("sg"), &away),
                "InvalidGroup.NotFound",
                "The security group 'sg-00000000000000000' does not exist",
            ),
            (
                associate,
                pair(&web, &nowhere("vpc")),
                "InvalidVpcID.NotFound",
                "The vpc ID 'vpc-00000000000000000' does not exist",
            ),
            (
                associate,
                pair("web", &away),
                "InvalidGroupId.Malformed",
                "Invalid id: \"web\" (expecting \"sg-...\")",
            ),
            (
                "DisassociateSecurityGroupVpc",
                pair(&web, &away),
                "InvalidSecurityGroupVpcAssociation.NotFound",
                &gone,
            ),
        ],
    );
    let would = "Request would have succeeded, but DryRun flag is set.";
    let dry = with(&pair(&web, &away), &json!({ "DryRun": true }));
    ec2.call(associate, &dry).refused(412, "DryRunOperation", would);
    ec2.call(associate, &pair(&web, &away)).ok();
    refuses(&ec2, &[(associate, pair(&web, &away), "Resource.AlreadyAssociated", &already(&away))]);
    // With the VPC goes the association.
    ec2.call("DeleteVpc", &json!({ "VpcId": away })).ok();
    let all = ec2.call("DescribeSecurityGroupVpcAssociations", &json!({})).ok();
    assert!(all.texts(&format!("{SET}.vpcId")).is_empty());
}

/// At AWS's pace the states can be seen.
#[test]
fn associations_of_groups_take_their_time() {
    let (server, ec2) = start_real();
    let (home, away) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let web = group(&ec2, &home, "web");
    let state = || {
        let all = ec2.call("DescribeSecurityGroupVpcAssociations", &json!({})).ok();
        all.texts(&format!("{SET}.state"))
    };
    ec2.call("AssociateSecurityGroupVpc", &pair(&web, &away)).ok();
    assert_eq!(state(), ["associating"]);
    advance(&server, "5s");
    assert_eq!(state(), ["associated"]);
    ec2.call("DisassociateSecurityGroupVpc", &pair(&web, &away)).ok();
    assert_eq!(state(), ["disassociating"]);
    advance(&server, "5s");
    assert!(state().is_empty());
}

#[test]
fn rules_reach_across_a_peering_connection_while_it_leads() {
    let (_server, ec2) = start();
    let (home, away) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let (web, db) = (group(&ec2, &home, "web"), group(&ec2, &away, "db"));
    let peering = json!({ "VpcId": home, "PeerVpcId": away });
    let peering = ec2.call("CreateVpcPeeringConnection", &peering).ok();
    let peering = peering.text("vpcPeeringConnection.vpcPeeringConnectionId");
    let named = json!({ "VpcPeeringConnectionId": peering });
    let rule =
        json!([{ "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "Groups": [{ "GroupId": web }] }]);
    let authorize = json!({ "GroupId": db, "IpPermissions": rule });
    let other = "You have specified two resources that belong to different networks.";
    let apart = [("AuthorizeSecurityGroupIngress", authorize.clone(), "InvalidGroup.NotFound", other)];
    refuses(&ec2, &apart);
    ec2.call("AcceptVpcPeeringConnection", &named).ok();
    let rules = ec2.call("AuthorizeSecurityGroupIngress", &authorize).ok();
    let rule_id = rules.text("securityGroupRuleSet.item.securityGroupRuleId");
    let stale = || {
        let found = ec2.call("DescribeStaleSecurityGroups", &json!({ "VpcId": away })).ok();
        found.texts("staleSecurityGroupSet.item.groupId")
    };
    assert_eq!(stale(), [""; 0]);
    let references = ec2.call("DescribeSecurityGroupReferences", &json!({ "GroupId": [web] })).ok();
    let texts = |path: &str| references.texts(&format!("securityGroupReferenceSet.item.{path}"));
    assert_eq!(texts("referencingVpcId"), [away.as_str()]);
    assert_eq!(texts("vpcPeeringConnectionId"), [peering.as_str()]);
    ec2.call("DeleteVpcPeeringConnection", &named).ok();
    assert_eq!(stale(), [db.as_str()]);
    let rule = json!({ "SecurityGroupRuleId": rule_id, "SecurityGroupRule": {
        "IpProtocol": "tcp", "FromPort": 5433, "ToPort": 5433, "ReferencedGroupId": web } });
    let modify = json!({ "GroupId": db, "SecurityGroupRule": [rule] });
    refuses(&ec2, &[apart[0].clone(), ("ModifySecurityGroupRules", modify, "InvalidGroup.NotFound", other)]);
}

#[test]
fn rules_reach_across_a_transit_gateway_where_both_sides_let_them() {
    let (server, ec2) = start();
    let (home, away) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let (web, db) = (group(&ec2, &home, "web"), group(&ec2, &away, "db"));
    let gateway = json!({ "Options": { "SecurityGroupReferencingSupport": "enable" } });
    let gateway = ec2.call("CreateTransitGateway", &gateway).ok().text("transitGateway.transitGatewayId");
    let attach = |vpc: &str, block: &str, support: &str| {
        let options = json!({ "SecurityGroupReferencingSupport": support });
        let subnets = [subnet(&ec2, vpc, block)];
        let asked =
            json!({ "TransitGatewayId": gateway, "VpcId": vpc, "SubnetIds": subnets, "Options": options });
        let made = ec2.call("CreateTransitGatewayVpcAttachment", &asked).ok();
        made.text("transitGatewayVpcAttachment.transitGatewayAttachmentId")
    };
    attach(&home, "10.0.1.0/24", "enable");
    let far = attach(&away, "10.1.1.0/24", "disable");
    let rule =
        |group: &Value| json!([{ "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "Groups": [group] }]);
    let named = json!({ "GroupId": db, "IpPermissions": rule(&json!({ "GroupId": web })) });
    let other = "You have specified two resources that belong to different networks.";
    let operation = "AuthorizeSecurityGroupIngress";
    refuses(&ec2, &[(operation, named.clone(), "InvalidGroup.NotFound", other)]);
    let options = json!({ "SecurityGroupReferencingSupport": "enable" });
    let changed = json!({ "TransitGatewayAttachmentId": far, "Options": options });
    ec2.call("ModifyTransitGatewayVpcAttachment", &changed).ok();
    ec2.call(operation, &named).ok();
    // A group of another account must be there too.
    let stranger = server.client("ec2").key("111111111111", "test", None);
    let theirs = group(&stranger, &vpc(&stranger, "10.2.0.0/16"), "theirs");
    let of = |id: &str| {
        let pair = json!({ "GroupId": id, "UserId": "111111111111" });
        json!({ "GroupId": db, "IpPermissions": rule(&pair) })
    };
    let none = nowhere("sg");
    let missing = format!("The security group '{none}' does not exist");
    refuses(
        &ec2,
        &[
            (operation, of(&none), "InvalidGroup.NotFound", &missing),
            (operation, of(&theirs), "InvalidGroup.NotFound", other),
        ],
    );
}
