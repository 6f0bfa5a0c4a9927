use crate::{advance, golden, nowhere, refuses, start, start_real, vpc};
use serde_json::{Value, json};
use testkit::ec2::{filter, found, pages};
use testkit::{Client, Server};

/// Another account.
const OTHER: &str = "123456789012";
const OWN: &str = "000000000000";
const SET: &str = "vpcPeeringConnectionSet.item";

fn other(server: &Server) -> Client {
    server.client("ec2").key(OTHER, "x", None)
}

#[track_caller]
fn request(ec2: &Client, parameters: &Value) -> String {
    let created = ec2.call("CreateVpcPeeringConnection", parameters).ok();
    created.text("vpcPeeringConnection.vpcPeeringConnectionId")
}

#[track_caller]
fn call(ec2: &Client, operation: &str, id: &str) {
    ec2.call(operation, &json!({ "VpcPeeringConnectionId": id })).ok();
}

/// The state of a connection.
#[track_caller]
fn state(ec2: &Client, id: &str) -> String {
    let own = json!({ "VpcPeeringConnectionId": [id] });
    ec2.call("DescribeVpcPeeringConnections", &own).ok().text(&format!("{SET}.status.code"))
}

/// An active connection of two networks of the account.
#[track_caller]
fn active(ec2: &Client, one: &str, two: &str) -> String {
    let id = request(ec2, &json!({ "VpcId": one, "PeerVpcId": two }));
    call(ec2, "AcceptVpcPeeringConnection", &id);
    id
}

#[test]
fn the_life_of_a_peering_connection() {
    let (server, ec2) = start();
    let mut golden = golden("vpc-peering-connection");
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let tags =
        json!([{ "ResourceType": "vpc-peering-connection", "Tag": [{ "Key": "Name", "Value": "one" }] }]);
    let create = json!({ "VpcId": one, "PeerVpcId": two, "TagSpecification": tags });
    let name = "CreateVpcPeeringConnection";
    let created = golden.note(name, ec2.call(name, &create)).ok();
    let id = created.text("vpcPeeringConnection.vpcPeeringConnectionId");
    // Asked again, from either side, it is the same.
    assert_eq!(request(&ec2, &create), id);
    assert_eq!(request(&ec2, &json!({ "VpcId": two, "PeerVpcId": one })), id);
    let own = json!({ "VpcPeeringConnectionId": [id] });
    let named = json!({ "VpcPeeringConnectionId": id });
    golden.note("asked", ec2.call("DescribeVpcPeeringConnections", &own)).ok();
    golden.note("accept", ec2.call("AcceptVpcPeeringConnection", &named)).ok();
    let options = json!({
        "VpcPeeringConnectionId": id,
        "RequesterPeeringConnectionOptions": { "AllowDnsResolutionFromRemoteVpc": true },
        "AccepterPeeringConnectionOptions": { "AllowDnsResolutionFromRemoteVpc": false },
    });
    golden.note("options", ec2.call("ModifyVpcPeeringConnectionOptions", &options)).ok();
    golden.note("active", ec2.call("DescribeVpcPeeringConnections", &own)).ok();
    let table = ec2.call("CreateRouteTable", &json!({ "VpcId": one })).ok().text("routeTable.routeTableId");
    let route = json!({
        "RouteTableId": table, "DestinationCidrBlock": "10.1.0.0/16", "VpcPeeringConnectionId": id
    });
    ec2.call("CreateRoute", &route).ok();
    let of_table = json!({ "RouteTableId": [table] });
    golden.note("the way to it", ec2.call("DescribeRouteTables", &of_table)).ok();
    let by_id = ("route.vpc-peering-connection-id", id.as_str());
    assert_eq!(found(&ec2, "DescribeRouteTables", by_id, "routeTableSet.item.routeTableId"), [table]);
    let sentence = format!("The vpc '{two}' has dependencies and cannot be deleted.");
    refuses(&ec2, &[("DeleteVpc", json!({ "VpcId": two }), "DependencyViolation", &sentence)]);
    golden.note("delete", ec2.call("DeleteVpcPeeringConnection", &named)).ok();
    golden.note("deleted", ec2.call("DescribeVpcPeeringConnections", &own)).ok();
    golden.note("the way to nowhere", ec2.call("DescribeRouteTables", &of_table)).ok();
    ec2.call("DeleteVpc", &json!({ "VpcId": two })).ok();
    advance(&server, "7201s");
    let sentence = format!("The vpcPeeringConnection ID '{id}' does not exist");
    let name = "DescribeVpcPeeringConnections";
    refuses(&ec2, &[(name, own, "InvalidVpcPeeringConnectionID.NotFound", &sentence)]);
    golden.check();
}

#[test]
fn connections_cross_accounts_and_regions() {
    let (mut server, ec2) = start();
    let mut golden = golden("vpc-peering-connection-across");
    let dublin = other(&server).region("eu-west-1");
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), vpc(&dublin, "10.1.0.0/16"));
    let create = json!({ "VpcId": one, "PeerVpcId": two, "PeerOwnerId": OTHER, "PeerRegion": "eu-west-1" });
    let id = request(&ec2, &create);
    let own = json!({ "VpcPeeringConnectionId": [id] });
    let name = "DescribeVpcPeeringConnections";
    golden.note("asked, as the other sees it", dublin.call(name, &own)).ok();
    // Tags are each side's own.
    let tag = json!({ "ResourceId": [id], "Tag": [{ "Key": "side", "Value": "theirs" }] });
    dublin.call("CreateTags", &tag).ok();
    let sentence = format!("User ({OWN}) cannot accept peering {id}");
    let named = json!({ "VpcPeeringConnectionId": id });
    refuses(&ec2, &[("AcceptVpcPeeringConnection", named.clone(), "OperationNotPermitted", &sentence)]);
    let sentence = format!("User ({OTHER}) cannot delete peering {id}");
    refuses(&dublin, &[("DeleteVpcPeeringConnection", named.clone(), "OperationNotPermitted", &sentence)]);
    call(&dublin, "AcceptVpcPeeringConnection", &id);
    server.kill();
    server.restart();
    let ec2 = server.client("ec2");
    let dublin = other(&server).region("eu-west-1");
    golden.note("active, as the one sees it", ec2.call(name, &own)).ok();
    golden.note("active, as the other sees it", dublin.call(name, &own)).ok();
    let sentence = format!("User ({OWN}) cannot modify the accepter options of peering {id}");
    let options = json!({
        "VpcPeeringConnectionId": id,
        "AccepterPeeringConnectionOptions": { "AllowDnsResolutionFromRemoteVpc": true },
    });
    let name = "ModifyVpcPeeringConnectionOptions";
    refuses(&ec2, &[(name, options.clone(), "OperationNotPermitted", &sentence)]);
    dublin.call(name, &options).ok();
    call(&dublin, "DeleteVpcPeeringConnection", &id);
    // Who deletes it sees it for two hours, the other for two days.
    advance(&server, "7201s");
    assert_eq!(state(&ec2, &id), "deleted");
    let left = dublin.call("DescribeVpcPeeringConnections", &json!({})).ok();
    assert_eq!(left.texts(&format!("{SET}.vpcPeeringConnectionId")), [""; 0]);
    // Nobody else ever sees it.
    let third = server.client("ec2").key("111111111111", "x", None);
    let theirs = third.call("DescribeVpcPeeringConnections", &json!({})).ok();
    assert_eq!(theirs.texts(&format!("{SET}.vpcPeeringConnectionId")), [""; 0]);
    golden.check();
}

#[test]
fn a_connection_is_accepted_in_its_region() {
    let (server, ec2) = start();
    let dublin = server.client("ec2").region("eu-west-1");
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), vpc(&dublin, "10.1.0.0/16"));
    let create = json!({ "VpcId": one, "PeerVpcId": two, "PeerRegion": "eu-west-1" });
    let id = request(&ec2, &create);
    let named = json!({ "VpcPeeringConnectionId": id });
    for (operation, what) in
        [("AcceptVpcPeeringConnection", "accepted"), ("RejectVpcPeeringConnection", "accepted or rejected")]
    {
        let sentence = format!(
            "Incorrect region (us-east-1) specified for this request. VPC peering connection {id} must be {what} in region eu-west-1"
        );
        refuses(&ec2, &[(operation, named.clone(), "OperationNotPermitted", &sentence)]);
    }
    call(&dublin, "RejectVpcPeeringConnection", &id);
    assert_eq!((state(&ec2, &id), state(&dublin, &id)), ("rejected".to_owned(), "rejected".to_owned()));
    let sentence =
        format!("Invalid state transition for {id}, attempted to transition from rejected to deleting");
    refuses(&ec2, &[("DeleteVpcPeeringConnection", named, "InvalidStateTransition", &sentence)]);
}

/// At AWS's pace the states can be seen.
#[test]
fn states_take_their_time() {
    let (server, ec2) = start_real();
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let id = request(&ec2, &json!({ "VpcId": one, "PeerVpcId": two }));
    assert_eq!(state(&ec2, &id), "initiating-request");
    advance(&server, "3s");
    assert_eq!(state(&ec2, &id), "pending-acceptance");
    call(&ec2, "AcceptVpcPeeringConnection", &id);
    assert_eq!(state(&ec2, &id), "provisioning");
    advance(&server, "3s");
    assert_eq!(state(&ec2, &id), "active");
    call(&ec2, "DeleteVpcPeeringConnection", &id);
    assert_eq!(state(&ec2, &id), "deleting");
    advance(&server, "3s");
    assert_eq!(state(&ec2, &id), "deleted");
}

#[test]
fn a_request_expires_after_a_week() {
    let (server, ec2) = start();
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let id = request(&ec2, &json!({ "VpcId": one, "PeerVpcId": two }));
    let kept = active(&ec2, &one, &vpc(&ec2, "10.2.0.0/16"));
    advance(&server, "604799s");
    assert_eq!(state(&ec2, &id), "pending-acceptance");
    advance(&server, "2s");
    assert_eq!((state(&ec2, &id), state(&ec2, &kept)), ("expired".to_owned(), "active".to_owned()));
    let sentence =
        format!("Invalid state transition for {id}, attempted to transition from expired to provisioning");
    let named = json!({ "VpcPeeringConnectionId": id });
    refuses(&ec2, &[("AcceptVpcPeeringConnection", named, "InvalidStateTransition", &sentence)]);
    // There is room for another request.
    assert_ne!(request(&ec2, &json!({ "VpcId": one, "PeerVpcId": two })), id);
}

#[test]
fn networks_that_cannot_be_connected_fail() {
    let (server, ec2) = start();
    let far = other(&server);
    let one = vpc(&ec2, "10.0.0.0/16");
    let overlapping = vpc(&ec2, "10.0.128.0/17");
    for parameters in [
        json!({ "VpcId": one, "PeerVpcId": overlapping }),
        json!({ "VpcId": one, "PeerVpcId": nowhere("vpc"), "PeerOwnerId": OTHER }),
        json!({ "VpcId": one, "PeerVpcId": overlapping, "PeerRegion": "eu-west-1" }),
    ] {
        let id = request(&ec2, &parameters);
        let own = json!({ "VpcPeeringConnectionId": [id] });
        let failed = ec2.call("DescribeVpcPeeringConnections", &own).ok();
        assert_eq!(failed.text(&format!("{SET}.status.code")), "failed", "{parameters}");
        assert_eq!(
            failed.text(&format!("{SET}.status.message")),
            "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range"
        );
    }
    let theirs = far.call("DescribeVpcPeeringConnections", &json!({})).ok();
    assert_eq!(theirs.texts(&format!("{SET}.vpcPeeringConnectionId")), [""; 0]);
}

#[test]
fn rules_name_groups_across_a_peering_connection() {
    let (server, ec2) = start();
    let theirs = other(&server);
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), vpc(&theirs, "10.1.0.0/16"));
    let create = json!({ "VpcId": one, "PeerVpcId": two, "PeerOwnerId": OTHER });
    let id = request(&ec2, &create);
    call(&theirs, "AcceptVpcPeeringConnection", &id);
    let group = |ec2: &Client, vpc: &str| {
        let create = json!({ "GroupName": "web", "GroupDescription": "web", "VpcId": vpc });
        ec2.call("CreateSecurityGroup", &create).ok().text("groupId")
    };
    let (mine, named) = (group(&ec2, &one), group(&theirs, &two));
    let permission = json!({
        "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "Groups": [{ "UserId": OTHER, "GroupId": named }],
    });
    let rule = json!({ "GroupId": mine, "IpPermissions": [permission] });
    ec2.call("AuthorizeSecurityGroupIngress", &rule).ok();
    let told = || {
        let own = ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [mine] })).ok();
        let pair = "securityGroupInfo.item.ipPermissions.item.groups.item";
        let of_rules = json!({ "Filter": [filter("group-id", &mine)] });
        let rules = ec2.call("DescribeSecurityGroupRules", &of_rules).ok();
        let rule = "securityGroupRuleSet.item.referencedGroupInfo";
        ["vpcId", "vpcPeeringConnectionId", "peeringStatus"].map(|name| {
            let text = own.text(&format!("{pair}.{name}"));
            assert_eq!(rules.text(&format!("{rule}.{name}")), text);
            text
        })
    };
    assert_eq!(told(), [two.clone(), id.clone(), "active".to_owned()]);
    call(&ec2, "DeleteVpcPeeringConnection", &id);
    // The rule is stale, and can be revoked as any.
    assert_eq!(told(), [two, id, "deleted".to_owned()]);
    ec2.call("RevokeSecurityGroupIngress", &rule).ok();
}

#[test]
fn what_peering_refuses() {
    let (_server, ec2) = start();
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let id = request(&ec2, &json!({ "VpcId": one, "PeerVpcId": two }));
    let third = vpc(&ec2, "10.2.0.0/16");
    let table = ec2.call("CreateRouteTable", &json!({ "VpcId": third })).ok().text("routeTable.routeTableId");
    let missing = nowhere("pcx");
    let unknown = format!("The vpcPeeringConnection ID '{missing}' does not exist");
    let code = "InvalidVpcPeeringConnectionID.NotFound";
    let named = json!({ "VpcPeeringConnectionId": missing });
    let itself = format!("The VPC {one} cannot be peered with itself");
    let inactive =
        format!("Peering {id} is not active. Peering options can be added only to active peerings.");
    let elsewhere = format!("route table {table} and interface {id} belong to different networks");
    let create = "CreateVpcPeeringConnection";
    let vpc_missing = "The vpc ID 'vpc-00000000000000000' does not exist";
    let options = json!({ "AllowDnsResolutionFromRemoteVpc": true });
    let modify = json!({ "VpcPeeringConnectionId": id, "RequesterPeeringConnectionOptions": options });
    refuses(
        &ec2,
        &[
            ("AcceptVpcPeeringConnection", named.clone(), code, &unknown),
            ("RejectVpcPeeringConnection", named.clone(), code, &unknown),
            ("DeleteVpcPeeringConnection", named, code, &unknown),
            (
                "DeleteVpcPeeringConnection",
                json!({ "VpcPeeringConnectionId": "pcx-z" }),
                "InvalidVpcPeeringConnectionId.Malformed",
                "Invalid id: \"pcx-z\" (expecting \"pcx-...\")",
            ),
            (
                create,
                json!({ "VpcId": nowhere("vpc"), "PeerVpcId": two }),
                "InvalidVpcID.NotFound",
                vpc_missing,
            ),
            (
                create,
                json!({ "VpcId": one, "PeerVpcId": nowhere("vpc") }),
                "InvalidVpcID.NotFound",
                vpc_missing,
            ),
            (create, json!({ "VpcId": one, "PeerVpcId": one }), "InvalidParameterValue", &itself),
            (
                create,
                json!({ "VpcId": one }),
                "MissingParameter",
                "The request must contain the parameter peerVpcId",
            ),
            ("ModifyVpcPeeringConnectionOptions", modify, "OperationNotPermitted", &inactive),
            (
                "CreateRoute",
                json!({ "RouteTableId": table, "DestinationCidrBlock": "10.1.0.0/16", "VpcPeeringConnectionId": id }),
                "InvalidParameterValue",
                &elsewhere,
            ),
            (
                "CreateRoute",
                json!({ "RouteTableId": table, "DestinationCidrBlock": "10.1.0.0/16", "VpcPeeringConnectionId": missing }),
                code,
                &unknown,
            ),
        ],
    );
    let dry = json!({ "VpcId": one, "PeerVpcId": two, "DryRun": true });
    let sentence = "Request would have succeeded, but DryRun flag is set.";
    ec2.call(create, &dry).refused(412, "DryRunOperation", sentence);
}

#[test]
fn peering_connections_are_filtered_and_paged() {
    let (_server, ec2) = start();
    let one = vpc(&ec2, "10.0.0.0/16");
    let ids: Vec<String> = (1..8)
        .map(|n| {
            let two = vpc(&ec2, &format!("10.{n}.0.0/16"));
            request(&ec2, &json!({ "VpcId": one, "PeerVpcId": two }))
        })
        .collect();
    let own = json!({ "VpcPeeringConnectionId": [ids[3]] });
    let asked = ec2.call("DescribeVpcPeeringConnections", &own).ok();
    let (expires, two) =
        (asked.text(&format!("{SET}.expirationTime")), asked.text(&format!("{SET}.accepterVpcInfo.vpcId")));
    call(&ec2, "AcceptVpcPeeringConnection", &ids[4]);
    let path = format!("{SET}.vpcPeeringConnectionId");
    for (name, value, want) in [
        ("accepter-vpc-info.cidr-block", "10.5.0.0/16", 1),
        ("accepter-vpc-info.cidr-block", "10.4.0.0/16", 0),
        ("accepter-vpc-info.owner-id", OWN, 7),
        ("accepter-vpc-info.vpc-id", &two, 1),
        ("expiration-time", &expires, 6),
        ("requester-vpc-info.cidr-block", "10.0.0.0/16", 7),
        ("requester-vpc-info.owner-id", OTHER, 0),
        ("requester-vpc-info.vpc-id", &one, 7),
        ("status-code", "active", 1),
        ("status-message", "Pending Acceptance by *", 6),
        ("vpc-peering-connection-id", &ids[0], 1),
    ] {
        let found = found(&ec2, "DescribeVpcPeeringConnections", (name, value), &path);
        assert_eq!(found.len(), want, "{name} {value}");
    }
    let (all, count) = pages(&ec2, "DescribeVpcPeeringConnections", &json!({ "MaxResults": 5 }), &path);
    assert_eq!((all.len(), count), (7, 2));
    refuses(
        &ec2,
        &[(
            "DescribeVpcPeeringConnections",
            json!({ "Filter": [filter("colour", "red")] }),
            "InvalidParameterValue",
            "The filter 'colour' is invalid",
        )],
    );
}
