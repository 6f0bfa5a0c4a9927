//! Hosted zones and their delegation sets.

use crate::{bare, change, other, refuses, set, sets, start, start_real, zone};
use serde_json::json;
use testkit::ec2::advance;

#[test]
fn a_new_zone_is_told_of_with_its_servers() {
    let (_server, client) = start();
    let create = json!({
        "Name": "Example.COM", "CallerReference": "one", "HostedZoneConfig": { "Comment": "of mine" },
    });
    let made = client.call("CreateHostedZone", &create).ok();
    assert_eq!(made.status, 201);
    let id = made.text("HostedZone.Id");
    let own = bare(&id);
    assert!(id.starts_with("/hostedzone/Z") && own.len() <= 32, "{id}");
    let location = format!("https://route53.amazonaws.com/2013-04-01/hostedzone/{own}");
    assert_eq!(made.header("location"), Some(location.as_str()));
    for (path, want) in [
        ("HostedZone.Name", "example.com."),
        ("HostedZone.CallerReference", "one"),
        ("HostedZone.Config.Comment", "of mine"),
        ("HostedZone.Config.PrivateZone", "false"),
        ("HostedZone.ResourceRecordSetCount", "2"),
        ("ChangeInfo.Status", "PENDING"),
    ] {
        assert_eq!(made.text(path), want, "{path}");
    }
    assert!(made.texts("DelegationSet.Id").is_empty());
    let mut servers = made.texts("DelegationSet.NameServers.NameServer");
    servers.sort_by_key(|server| server.rsplit('.').next().map(str::to_owned));
    let ends: Vec<bool> = [".com", ".net", ".org", ".co.uk"]
        .iter()
        .map(|end| servers.iter().filter(|server| server.ends_with(end)).count() == 1)
        .collect();
    assert_eq!(ends, [true; 4], "{servers:?}");
    for given in [&own, &id[1..]] {
        let got = client.call("GetHostedZone", &json!({ "Id": bare(given) })).ok();
        assert_eq!(got.text("HostedZone.Name"), "example.com.");
        assert_eq!(got.texts("DelegationSet.NameServers.NameServer").len(), 4);
        assert!(got.texts("VPCs.VPC.VPCId").is_empty());
    }
    assert_eq!(sets(&client, &own), ["example.com. NS", "example.com. SOA"]);
    let list = client.call("ListResourceRecordSets", &json!({ "HostedZoneId": own })).ok();
    let values = list.texts("ResourceRecordSets.ResourceRecordSet.ResourceRecords.ResourceRecord.Value");
    assert!(values[0].starts_with("ns-") && values[0].ends_with('.'));
    let authority = format!("{} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400", values[0]);
    assert_eq!(values[4], authority);
    assert_eq!(list.texts("ResourceRecordSets.ResourceRecordSet.TTL"), ["172800", "900"]);
}

#[test]
fn a_private_zone_has_no_delegation_set() {
    let (server, client) = start();
    let set = client.call("CreateReusableDelegationSet", &json!({ "CallerReference": "one" })).ok();
    let place = json!({ "VPCId": crate::vpc(&server, "us-east-1"), "VPCRegion": "us-east-1" });
    let create = json!({ "Name": "corp.example", "CallerReference": "two", "VPC": place,
        "DelegationSetId": bare(&set.text("DelegationSet.Id")) });
    let sentence = "You cannot specify both a delegation set ID and a VPC.";
    refuses(&client, &[("CreateHostedZone", create, 400, "InvalidInput", sentence)]);
}

#[test]
fn zones_are_refused_as_aws_refuses_them() {
    let (server, client) = start();
    let id = zone(&client, "example.com");
    let create = |name: &str, reference: &str| json!({ "Name": name, "CallerReference": reference });
    refuses(
        &client,
        &[
            (
                "CreateHostedZone",
                create("other.com", "zone example.com"),
                409,
                "HostedZoneAlreadyExists",
                "A hosted zone has already been created with the specified caller reference.",
            ),
            (
                "CreateHostedZone",
                create("s3.amazonaws.com", "two"),
                400,
                "InvalidDomainName",
                "s3.amazonaws.com is reserved by AWS!",
            ),
            (
                "CreateHostedZone",
                create("a..com", "two"),
                400,
                "InvalidDomainName",
                "The domain name a..com is not valid",
            ),
            (
                "CreateHostedZone",
                json!({ "Name": "x.com", "CallerReference": "two", "DelegationSetId": "N0" }),
                400,
                "NoSuchDelegationSet",
                "N0",
            ),
            (
                "GetHostedZone",
                json!({ "Id": "Z0" }),
                404,
                "NoSuchHostedZone",
                "No hosted zone found with ID: Z0",
            ),
            (
                "DeleteHostedZone",
                json!({ "Id": "Z0" }),
                404,
                "NoSuchHostedZone",
                "No hosted zone found with ID: Z0",
            ),
            (
                "UpdateHostedZoneComment",
                json!({ "Id": "Z0" }),
                404,
                "NoSuchHostedZone",
                "No hosted zone found with ID: Z0",
            ),
        ],
    );
    // Another account may use the reference, and sees nothing of this one's zones.
    let other = other(&server);
    let theirs = zone(&other, "example.com");
    assert_ne!(theirs, id);
    let sentence = "User: arn:aws:iam::111111111111:root is not authorized to access this resource";
    refuses(&other, &[("GetHostedZone", json!({ "Id": id }), 403, "AccessDenied", sentence)]);
    assert_eq!(other.call("GetHostedZoneCount", &json!({})).ok().text("HostedZoneCount"), "1");
    // Whatever Region a call is signed for, there is one Route 53.
    let elsewhere = server.client("route53").region("eu-west-1");
    assert_eq!(
        elsewhere.call("GetHostedZone", &json!({ "Id": id })).ok().text("HostedZone.Name"),
        "example.com."
    );
}

#[test]
fn a_zone_goes_when_it_is_empty() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    change(&client, &id, &[set("CREATE", "www.example.com", "A", "192.0.2.1")]);
    let sentence =
        "The specified hosted zone contains non-required resource record sets and so cannot be deleted.";
    refuses(&client, &[("DeleteHostedZone", json!({ "Id": id }), 400, "HostedZoneNotEmpty", sentence)]);
    change(&client, &id, &[set("DELETE", "www.example.com", "A", "192.0.2.1")]);
    let gone = client.call("DeleteHostedZone", &json!({ "Id": id })).ok();
    assert_eq!(gone.text("ChangeInfo.Status"), "PENDING");
    let sentence = format!("No hosted zone found with ID: {id}");
    refuses(
        &client,
        &[("ListResourceRecordSets", json!({ "HostedZoneId": id }), 404, "NoSuchHostedZone", &sentence)],
    );
}

#[test]
fn a_comment_goes_where_none_is_given() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let commented = json!({ "Id": id, "Comment": "new" });
    let told = client.call("UpdateHostedZoneComment", &commented).ok();
    assert_eq!(told.text("HostedZone.Config.Comment"), "new");
    client.call("UpdateHostedZoneComment", &json!({ "Id": id })).ok();
    let got = client.call("GetHostedZone", &json!({ "Id": id })).ok();
    assert!(got.texts("HostedZone.Config.Comment").is_empty());
}

#[test]
fn a_change_is_in_sync_after_a_while() {
    let (server, client) = start_real();
    let create = json!({ "Name": "example.com", "CallerReference": "one" });
    let id = client.call("CreateHostedZone", &create).ok().text("ChangeInfo.Id");
    let status = || client.call("GetChange", &json!({ "Id": bare(&id) })).ok().text("ChangeInfo.Status");
    assert!(id.starts_with("/change/C"));
    assert_eq!(status(), "PENDING");
    advance(&server, "61s");
    assert_eq!(status(), "INSYNC");
    let sentence = "A change with the specified change ID does not exist.";
    refuses(&client, &[("GetChange", json!({ "Id": "C0" }), 404, "NoSuchChange", sentence)]);
}

#[test]
fn accelerated_recovery_is_a_feature_of_public_zones() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let wanted = json!({ "HostedZoneId": id, "EnableAcceleratedRecovery": true });
    client.call("UpdateHostedZoneFeatures", &wanted).ok();
    let got = client.call("GetHostedZone", &json!({ "Id": id })).ok();
    assert_eq!(got.text("HostedZone.Features.AcceleratedRecoveryStatus"), "ENABLED");
}

#[test]
fn zones_share_a_reusable_delegation_set() {
    let (server, client) = start();
    let made = client.call("CreateReusableDelegationSet", &json!({ "CallerReference": "one" })).ok();
    assert_eq!(made.status, 201);
    let id = bare(&made.text("DelegationSet.Id"));
    let servers = made.texts("DelegationSet.NameServers.NameServer");
    let create =
        |name: &str, set: &str| json!({ "Name": name, "CallerReference": name, "DelegationSetId": set });
    let zone_made = client.call("CreateHostedZone", &create("a.com", &id)).ok();
    assert_eq!(zone_made.texts("DelegationSet.NameServers.NameServer"), servers);
    assert_eq!(zone_made.text("DelegationSet.CallerReference"), "one");
    let conflict = format!(
        "Cannot create hosted zone with DelegationSetId DelegationSetId:{id} as the DNSName b.a.com. conflicts with existing ones sharing the delegation set"
    );
    let again = json!({ "CallerReference": "one" });
    let of_zone = |zone: &str| json!({ "CallerReference": "two", "HostedZoneId": zone });
    let zone_id = bare(&zone_made.text("HostedZone.Id"));
    refuses(
        &client,
        &[
            ("CreateHostedZone", create("b.a.com", &id), 400, "ConflictingDomainExists", &conflict),
            (
                "CreateReusableDelegationSet",
                again,
                400,
                "DelegationSetAlreadyCreated",
                "A delegation set with the same owner and caller reference combination has already been created.",
            ),
            (
                "CreateReusableDelegationSet",
                of_zone(&zone_id),
                400,
                "DelegationSetAlreadyReusable",
                "The specified delegation set has already been marked as reusable.",
            ),
            (
                "CreateReusableDelegationSet",
                of_zone("Z0"),
                400,
                "HostedZoneNotFound",
                "The specified HostedZone can't be found.",
            ),
            (
                "DeleteReusableDelegationSet",
                json!({ "Id": id }),
                400,
                "DelegationSetInUse",
                "The specified delegation contains associated hosted zones which must be deleted before the reusable delegation set can be deleted.",
            ),
        ],
    );
    let limit = json!({ "DelegationSetId": id, "Type": "MAX_ZONES_BY_REUSABLE_DELEGATION_SET" });
    let limit = client.call("GetReusableDelegationSetLimit", &limit).ok();
    assert_eq!((limit.text("Limit.Value"), limit.text("Count")), ("100".to_owned(), "1".to_owned()));
    // The servers of a zone become a set.
    let plain = zone(&client, "b.com");
    let set = client.call("CreateReusableDelegationSet", &of_zone(&plain)).ok();
    let got = client.call("GetHostedZone", &json!({ "Id": plain })).ok();
    assert_eq!(got.text("DelegationSet.Id"), set.text("DelegationSet.Id"));
    // Another account sees none of them.
    refuses(
        &other(&server),
        &[("GetReusableDelegationSet", json!({ "Id": id }), 400, "NoSuchDelegationSet", &id)],
    );
    client.call("DeleteHostedZone", &json!({ "Id": zone_id })).ok();
    client.call("DeleteReusableDelegationSet", &json!({ "Id": id })).ok();
    refuses(&client, &[("GetReusableDelegationSet", json!({ "Id": id }), 400, "NoSuchDelegationSet", &id)]);
}
