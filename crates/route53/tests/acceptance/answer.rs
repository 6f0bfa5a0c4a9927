//! `TestDNSAnswer`: a zone asked as a resolver would ask it.

use crate::{change, refuses, set, start, vpc, with, zone};
use serde_json::{Value, json};
use testkit::Answer;

fn ask(client: &testkit::Client, zone: &str, name: &str, kind: &str, more: &Value) -> Answer {
    let mut asked = json!({ "HostedZoneId": zone, "RecordName": name, "RecordType": kind });
    for (key, value) in more.as_object().into_iter().flatten() {
        asked[key] = value.clone();
    }
    client.call("TestDNSAnswer", &asked).ok()
}

#[test]
fn names_answer_what_stands_in_the_zone() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let alias = json!({ "Action": "CREATE", "ResourceRecordSet": { "Name": "alias.example.com", "Type": "A",
        "AliasTarget": { "HostedZoneId": id, "DNSName": "www.example.com", "EvaluateTargetHealth": true } } });
    change(
        &client,
        &id,
        &[
            set("CREATE", "www.example.com", "A", "192.0.2.1"),
            set("CREATE", "*.wild.example.com", "A", "192.0.2.2"),
            set("CREATE", "c.example.com", "CNAME", "www.example.com"),
            alias,
        ],
    );
    let none = json!({});
    for (name, kind, code, data) in [
        ("www.example.com", "A", "NOERROR", vec!["192.0.2.1"]),
        ("any.wild.example.com", "A", "NOERROR", vec!["192.0.2.2"]),
        ("alias.example.com", "A", "NOERROR", vec!["192.0.2.1"]),
        ("c.example.com", "A", "NOERROR", vec!["www.example.com", "192.0.2.1"]),
        ("www.example.com", "AAAA", "NOERROR", vec![]),
        ("none.example.com", "A", "NXDOMAIN", vec![]),
    ] {
        let answer = ask(&client, &id, name, kind, &none);
        assert_eq!(answer.texts("RecordData.RecordDataEntry"), data, "{name}");
        let told = [answer.text("ResponseCode"), answer.text("RecordName"), answer.text("Protocol")];
        assert_eq!(told, [code, name, "UDP"]);
        assert!(answer.text("Nameserver").starts_with("ns-"));
    }
}

#[test]
fn whoever_asks_is_answered_by_the_policy() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let collection = json!({ "Name": "c", "CallerReference": "c" });
    let collection = client.call("CreateCidrCollection", &collection).ok().text("Collection.Id");
    let put = json!({ "Id": collection, "Changes": [
        { "LocationName": "office", "Action": "PUT", "CidrList": ["203.0.113.0/24"] },
    ] });
    client.call("ChangeCidrCollection", &put).ok();
    let routed = |name: &str, value: &str, policy: Value| {
        let routed = with(set("CREATE", name, "A", value), &json!({ "SetIdentifier": value }));
        with(routed, &policy)
    };
    let cidr = |location: &str| json!({ "CidrRoutingConfig": { "CollectionId": collection, "LocationName": location } });
    change(
        &client,
        &id,
        &[
            routed("geo.example.com", "192.0.2.1", json!({ "GeoLocation": { "CountryCode": "US" } })),
            routed("geo.example.com", "192.0.2.2", json!({ "GeoLocation": { "CountryCode": "*" } })),
            routed("near.example.com", "192.0.2.3", json!({ "Region": "us-east-2" })),
            routed("near.example.com", "192.0.2.4", json!({ "Region": "ap-northeast-1" })),
            routed("cidr.example.com", "192.0.2.5", cidr("office")),
            routed("cidr.example.com", "192.0.2.6", cidr("*")),
        ],
    );
    let (nobody, office) =
        (json!({}), json!({ "EDNS0ClientSubnetIP": "203.0.113.9", "EDNS0ClientSubnetMask": "24" }));
    let elsewhere = json!({ "ResolverIP": "198.51.100.1" });
    for (name, asker, want) in [
        ("geo.example.com", &nobody, "192.0.2.1"),
        ("geo.example.com", &elsewhere, "192.0.2.2"),
        ("near.example.com", &nobody, "192.0.2.3"),
        ("cidr.example.com", &office, "192.0.2.5"),
        ("cidr.example.com", &elsewhere, "192.0.2.6"),
    ] {
        assert_eq!(ask(&client, &id, name, "A", asker).text("RecordData.RecordDataEntry"), want, "{name}");
    }
}

/// The sentences of these are not recorded.
#[test]
fn what_cannot_be_asked_is_refused() {
    let (server, client) = start();
    let id = zone(&client, "example.com");
    let vpc = vpc(&server, "us-east-1");
    let private = json!({ "Name": "corp.example", "CallerReference": "one",
        "VPC": { "VPCRegion": "us-east-1", "VPCId": vpc } });
    let private = crate::bare(&client.call("CreateHostedZone", &private).ok().text("HostedZone.Id"));
    let of = |zone: &str, name: &str| json!({ "HostedZoneId": zone, "RecordName": name, "RecordType": "A" });
    let mut nobody = of(&id, "a.example.com");
    nobody["ResolverIP"] = "somewhere".into();
    refuses(
        &client,
        &[
            (
                "TestDNSAnswer",
                of(&private, "a.corp.example"),
                400,
                "InvalidInput",
                "TestDNSAnswer is not supported for private hosted zones",
            ),
            (
                "TestDNSAnswer",
                of(&id, "a.example.org"),
                400,
                "InvalidInput",
                "The record name a.example.org. is not in the hosted zone example.com.",
            ),
            (
                "TestDNSAnswer",
                of("Z0", "a.example.com"),
                404,
                "NoSuchHostedZone",
                "No hosted zone found with ID: Z0",
            ),
        ],
    );
    assert_eq!(client.call("TestDNSAnswer", &nobody).refusal().code, "InvalidInput");
}
