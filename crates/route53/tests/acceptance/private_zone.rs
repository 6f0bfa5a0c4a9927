//! Private zones: their VPCs, and those of other accounts.

use crate::{bare, other, refuses, start, vpc};
use serde_json::{Value, json};
use testkit::Client;

fn in_vpc(name: &str, reference: &str, region: &str, vpc: &str) -> Value {
    json!({ "Name": name, "CallerReference": reference, "VPC": { "VPCRegion": region, "VPCId": vpc } })
}

fn pair(zone: &str, region: &str, vpc: &str) -> Value {
    json!({ "HostedZoneId": zone, "VPC": { "VPCRegion": region, "VPCId": vpc } })
}

fn vpcs(client: &Client, zone: &str) -> Vec<String> {
    client.call("GetHostedZone", &json!({ "Id": zone })).ok().texts("VPCs.VPC.VPCId")
}

#[test]
fn a_zone_with_a_vpc_is_private() {
    let (server, client) = start();
    let (first, second) = (vpc(&server, "us-east-1"), vpc(&server, "eu-west-1"));
    let made = client.call("CreateHostedZone", &in_vpc("corp.example", "one", "us-east-1", &first)).ok();
    assert_eq!(made.text("HostedZone.Config.PrivateZone"), "true");
    assert_eq!((made.text("VPC.VPCId"), made.text("VPC.VPCRegion")), (first.clone(), "us-east-1".to_owned()));
    assert!(made.texts("DelegationSet.NameServers.NameServer").is_empty());
    let id = bare(&made.text("HostedZone.Id"));
    client.call("AssociateVPCWithHostedZone", &pair(&id, "eu-west-1", &second)).ok();
    assert_eq!(vpcs(&client, &id), [first.clone(), second.clone()]);
    let listed = json!({ "VPCId": second, "VPCRegion": "eu-west-1" });
    let listed = client.call("ListHostedZonesByVPC", &listed).ok();
    assert_eq!(listed.text("HostedZoneSummaries.HostedZoneSummary.HostedZoneId"), id);
    assert_eq!(listed.text("HostedZoneSummaries.HostedZoneSummary.Owner.OwningAccount"), "000000000000");
    assert_eq!(listed.text("MaxItems"), "100");
    let again = format!(
        "The VPC {second} in region eu-west-1 has already been associated with the hosted zone {id} with the same domain name."
    );
    let twin = format!(
        "The VPC {first} in region us-east-1 has already been associated with the hosted zone {id} with the same domain name."
    );
    refuses(
        &client,
        &[
            (
                "AssociateVPCWithHostedZone",
                pair(&id, "eu-west-1", &second),
                400,
                "ConflictingDomainExists",
                &again,
            ),
            (
                "CreateHostedZone",
                in_vpc("corp.example", "two", "us-east-1", &first),
                400,
                "ConflictingDomainExists",
                &twin,
            ),
            (
                "CreateHostedZone",
                in_vpc("x.example", "two", "us-east-1", "vpc-00000000000000000"),
                400,
                "InvalidVPCId",
                "The VPC ID is invalid.",
            ),
            (
                "CreateHostedZone",
                in_vpc("x.example", "two", "eu-west-1", &first),
                400,
                "InvalidVPCId",
                "The VPC ID is invalid.",
            ),
            (
                "DisassociateVPCFromHostedZone",
                pair(&id, "us-east-1", "vpc-00000000000000000"),
                404,
                "VPCAssociationNotFound",
                "The specified VPC and hosted zone are not currently associated.",
            ),
        ],
    );
    // Names may lie within each other.
    client.call("CreateHostedZone", &in_vpc("a.corp.example", "three", "us-east-1", &first)).ok();
    client.call("DisassociateVPCFromHostedZone", &pair(&id, "us-east-1", &first)).ok();
    let sentence = "The VPC that you're trying to disassociate from the private hosted zone is the last VPC that is associated with the hosted zone. Amazon Route 53 doesn't support disassociating the last VPC from a hosted zone.";
    refuses(
        &client,
        &[(
            "DisassociateVPCFromHostedZone",
            pair(&id, "eu-west-1", &second),
            400,
            "LastVPCAssociation",
            sentence,
        )],
    );
    let private = json!({ "HostedZoneType": "PrivateHostedZone" });
    let private = client.call("ListHostedZones", &private).ok();
    assert_eq!(private.texts("HostedZones.HostedZone.Id").len(), 2);
}

#[test]
fn public_zones_have_no_vpcs() {
    let (server, client) = start();
    let (id, vpc) = (crate::zone(&client, "example.com"), vpc(&server, "us-east-1"));
    let sentence = "You're trying to associate a VPC with a public hosted zone. Amazon Route 53 doesn't support associating a VPC with a public hosted zone.";
    let limit = json!({ "HostedZoneId": id, "Type": "MAX_VPCS_ASSOCIATED_BY_ZONE" });
    let not_private = "The specified hosted zone is a public hosted zone, not a private hosted zone.";
    refuses(
        &client,
        &[
            (
                "AssociateVPCWithHostedZone",
                pair(&id, "us-east-1", &vpc),
                400,
                "PublicZoneVPCAssociation",
                sentence,
            ),
            ("GetHostedZoneLimit", limit, 400, "HostedZoneNotPrivate", not_private),
        ],
    );
    let private =
        json!({ "Name": "x.example", "CallerReference": "x", "HostedZoneConfig": { "PrivateZone": true } });
    let sentence = "When you're creating a private hosted zone (when you specify true for PrivateZone), you must also specify values for VPCId and VPCRegion.";
    refuses(&client, &[("CreateHostedZone", private, 400, "InvalidInput", sentence)]);
}

#[test]
fn another_accounts_vpc_is_let_in_first() {
    let (server, client) = start();
    let own = vpc(&server, "us-east-1");
    let stranger = other(&server);
    let ec2 = server.client("ec2").key("111111111111", "of nobody", None);
    let theirs = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.1.0.0/16" })).ok().text("vpc.vpcId");
    let made = client.call("CreateHostedZone", &in_vpc("corp.example", "one", "us-east-1", &own)).ok();
    let id = bare(&made.text("HostedZone.Id"));
    let pair = pair(&id, "us-east-1", &theirs);
    let sentence = format!("The VPC: {theirs} has not authorized to associate with your hosted zone.");
    for caller in [&client, &stranger] {
        caller.call("AssociateVPCWithHostedZone", &pair).refused(401, "NotAuthorizedException", &sentence);
    }
    let none = "The VPC that you specified is not authorized to be associated with the hosted zone.";
    refuses(
        &client,
        &[(
            "DeleteVPCAssociationAuthorization",
            pair.clone(),
            404,
            "VPCAssociationAuthorizationNotFound",
            none,
        )],
    );
    for _ in 0..2 {
        let let_in = client.call("CreateVPCAssociationAuthorization", &pair).ok();
        assert_eq!((let_in.text("HostedZoneId"), let_in.text("VPC.VPCId")), (id.clone(), theirs.clone()));
    }
    let list = json!({ "HostedZoneId": id });
    let listed = client.call("ListVPCAssociationAuthorizations", &list).ok();
    assert_eq!(listed.texts("VPCs.VPC.VPCId"), std::slice::from_ref(&theirs));
    stranger.call("AssociateVPCWithHostedZone", &pair).ok();
    client.call("DeleteVPCAssociationAuthorization", &pair).ok();
    assert_eq!(vpcs(&client, &id), [own, theirs.clone()]);
    let listed =
        stranger.call("ListHostedZonesByVPC", &json!({ "VPCId": theirs, "VPCRegion": "us-east-1" })).ok();
    assert_eq!(listed.text("HostedZoneSummaries.HostedZoneSummary.Name"), "corp.example.");
    stranger.call("DisassociateVPCFromHostedZone", &pair).ok();
}

#[test]
fn authorizations_come_in_pages() {
    let (server, client) = start();
    let own = vpc(&server, "us-east-1");
    let made = client.call("CreateHostedZone", &in_vpc("corp.example", "one", "us-east-1", &own)).ok();
    let id = bare(&made.text("HostedZone.Id"));
    for number in 0..3 {
        let vpc = format!("vpc-0000000000000000{number}");
        client.call("CreateVPCAssociationAuthorization", &pair(&id, "us-east-1", &vpc)).ok();
    }
    let first = json!({ "HostedZoneId": id, "MaxResults": "2" });
    let first = client.call("ListVPCAssociationAuthorizations", &first).ok();
    assert_eq!(first.texts("VPCs.VPC.VPCId").len(), 2);
    let next = json!({ "HostedZoneId": id, "NextToken": first.text("NextToken") });
    let rest = client.call("ListVPCAssociationAuthorizations", &next).ok();
    assert_eq!(rest.texts("VPCs.VPC.VPCId"), ["vpc-00000000000000002"]);
    let bad = json!({ "HostedZoneId": id, "NextToken": "of another list" });
    let sentence = "The value that you specified to get the second or subsequent page of results is invalid.";
    refuses(&client, &[("ListVPCAssociationAuthorizations", bad, 400, "InvalidPaginationToken", sentence)]);
}
