//! Traffic policies and their instances.

use crate::{change_refused, other, refuses, set, sets, start, start_real, zone};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::advance;

const NO_POLICY: &str = "No traffic policy exists with the specified ID.";
const NO_INSTANCE: &str = "No traffic policy instance exists with the specified ID.";

/// A document of one address.
fn document(kind: &str, value: &str) -> String {
    json!({
        "AWSPolicyFormatVersion": "2015-10-01", "RecordType": kind, "StartEndpoint": "e",
        "Endpoints": { "e": { "Type": "value", "Value": value } },
    })
    .to_string()
}

fn policy(client: &Client, name: &str) -> String {
    let create = json!({ "Name": name, "Document": document("A", "192.0.2.1") });
    client.call("CreateTrafficPolicy", &create).ok().text("TrafficPolicy.Id")
}

fn instance(zone: &str, name: &str, policy: &str, version: i64) -> Value {
    json!({
        "HostedZoneId": zone, "Name": name, "TTL": 60,
        "TrafficPolicyId": policy, "TrafficPolicyVersion": version,
    })
}

#[test]
fn a_policy_has_versions() {
    let (server, client) = start();
    let create = json!({ "Name": "p", "Document": document("A", "192.0.2.1"), "Comment": "one" });
    let made = client.call("CreateTrafficPolicy", &create).ok();
    let id = made.text("TrafficPolicy.Id");
    let told = [
        made.text("TrafficPolicy.Version"),
        made.text("TrafficPolicy.Type"),
        made.text("TrafficPolicy.Comment"),
    ];
    assert_eq!((made.status, told), (201, ["1".to_owned(), "A".to_owned(), "one".to_owned()]));
    let location = format!("https://route53.amazonaws.com/2013-04-01/trafficpolicy/{id}/1");
    assert_eq!(made.header("location"), Some(location.as_str()));
    let version = json!({ "Id": id, "Document": document("A", "192.0.2.2") });
    assert_eq!(client.call("CreateTrafficPolicyVersion", &version).ok().text("TrafficPolicy.Version"), "2");
    let commented = json!({ "Id": id, "Version": 2, "Comment": "two" });
    client.call("UpdateTrafficPolicyComment", &commented).ok();
    let got = client.call("GetTrafficPolicy", &json!({ "Id": id, "Version": 2 })).ok();
    assert_eq!(got.text("TrafficPolicy.Comment"), "two");
    assert_eq!(got.text("TrafficPolicy.Document"), document("A", "192.0.2.2"));
    let list = client.call("ListTrafficPolicies", &json!({})).ok();
    let path = "TrafficPolicySummaries.TrafficPolicySummary";
    let told =
        [list.text(&format!("{path}.LatestVersion")), list.text(&format!("{path}.TrafficPolicyCount"))];
    assert_eq!(told, ["2", "2"]);
    let first = client.call("ListTrafficPolicyVersions", &json!({ "Id": id, "MaxItems": "1" })).ok();
    assert_eq!(first.text("TrafficPolicyVersionMarker"), "2");
    let rest = json!({ "Id": id, "TrafficPolicyVersionMarker": "2" });
    let rest = client.call("ListTrafficPolicyVersions", &rest).ok();
    assert_eq!(rest.text("TrafficPolicies.TrafficPolicy.Version"), "2");
    // A number is not used twice.
    client.call("DeleteTrafficPolicy", &json!({ "Id": id, "Version": 2 })).ok();
    assert_eq!(client.call("CreateTrafficPolicyVersion", &version).ok().text("TrafficPolicy.Version"), "3");
    let missing = json!({ "Id": id, "Version": 2 });
    refuses(
        &client,
        &[
            ("GetTrafficPolicy", missing.clone(), 404, "NoSuchTrafficPolicy", NO_POLICY),
            ("DeleteTrafficPolicy", missing, 404, "NoSuchTrafficPolicy", NO_POLICY),
            (
                "CreateTrafficPolicy",
                create,
                409,
                "TrafficPolicyAlreadyExists",
                "A traffic policy that has the same value for Name already exists.",
            ),
        ],
    );
    let refusal = client.call("CreateTrafficPolicy", &json!({ "Name": "q", "Document": "{}" })).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (400, "InvalidTrafficPolicyDocument"));
    refuses(
        &other(&server),
        &[("GetTrafficPolicy", json!({ "Id": id, "Version": 1 }), 404, "NoSuchTrafficPolicy", NO_POLICY)],
    );
}

#[test]
fn an_instance_answers_for_a_name() {
    let (server, client) = start_real();
    let (zone, policy) = (zone(&client, "example.com"), policy(&client, "p"));
    let made =
        client.call("CreateTrafficPolicyInstance", &instance(&zone, "www.example.com", &policy, 1)).ok();
    let id = made.text("TrafficPolicyInstance.Id");
    let state = || {
        let got = client.call("GetTrafficPolicyInstance", &json!({ "Id": id })).ok();
        got.text("TrafficPolicyInstance.State")
    };
    assert_eq!((made.status, state()), (201, "Creating".to_owned()));
    advance(&server, "61s");
    assert_eq!(state(), "Applied");
    assert_eq!(sets(&client, &zone).last().map(String::as_str), Some("www.example.com. A"));
    let asked = json!({ "HostedZoneId": zone, "RecordName": "www.example.com", "RecordType": "A" });
    let answer = || client.call("TestDNSAnswer", &asked).ok().text("RecordData.RecordDataEntry");
    assert_eq!(answer(), "192.0.2.1");
    let version = json!({ "Id": policy, "Document": document("A", "192.0.2.2") });
    client.call("CreateTrafficPolicyVersion", &version).ok();
    let update = |version: i64| json!({ "Id": id, "TTL": 30, "TrafficPolicyId": policy, "TrafficPolicyVersion": version });
    let updated = client.call("UpdateTrafficPolicyInstance", &update(2)).ok();
    assert_eq!(updated.text("TrafficPolicyInstance.State"), "Updating");
    assert_eq!(answer(), "192.0.2.2");
    let text = json!({ "Id": policy, "Document": document("TXT", "\"x\"") });
    client.call("CreateTrafficPolicyVersion", &text).ok();
    refuses(
        &client,
        &[
            (
                "UpdateTrafficPolicyInstance",
                update(3),
                400,
                "ConflictingTypes",
                "You tried to update a traffic policy instance by using a traffic policy version that has a different DNS type than the current type for the instance.",
            ),
            (
                "CreateTrafficPolicyInstance",
                instance(&zone, "www.example.com", &policy, 1),
                409,
                "TrafficPolicyInstanceAlreadyExists",
                "There is already a traffic policy instance with the specified ID.",
            ),
            (
                "CreateTrafficPolicyInstance",
                instance(&zone, "x.example.com", &policy, 9),
                404,
                "NoSuchTrafficPolicy",
                NO_POLICY,
            ),
            (
                "CreateTrafficPolicyInstance",
                instance(&zone, "x.example.org", &policy, 1),
                400,
                "InvalidInput",
                "RRSet with DNS name x.example.org. is not permitted in zone example.com.",
            ),
            (
                "DeleteTrafficPolicy",
                json!({ "Id": policy, "Version": 2 }),
                400,
                "TrafficPolicyInUse",
                "One or more traffic policy instances were created by using the specified traffic policy.",
            ),
        ],
    );
    change_refused(
        &client,
        &zone,
        &[set("UPSERT", "www.example.com", "A", "192.0.2.9")],
        &[
            "Tried to update resource record set [name='www.example.com.', type='A'] but it was created by a traffic policy instance",
        ],
    );
    client.call("DeleteTrafficPolicyInstance", &json!({ "Id": id })).ok();
    assert_eq!(sets(&client, &zone).len(), 2);
    refuses(
        &client,
        &[("GetTrafficPolicyInstance", json!({ "Id": id }), 404, "NoSuchTrafficPolicyInstance", NO_INSTANCE)],
    );
    client.call("DeleteHostedZone", &json!({ "Id": zone })).ok();
}

#[test]
fn instances_are_listed_by_zone_and_name() {
    let (server, client) = start();
    let (first, second) = (zone(&client, "a.com"), zone(&client, "b.com"));
    let policy = policy(&client, "p");
    for (zone, name) in [(&first, "z.a.com"), (&first, "a.a.com"), (&second, "x.b.com")] {
        client.call("CreateTrafficPolicyInstance", &instance(zone, name, &policy, 1)).ok();
    }
    let path = "TrafficPolicyInstances.TrafficPolicyInstance.Name";
    let (mut found, mut asked) = (Vec::new(), json!({ "MaxItems": "1" }));
    loop {
        let page = client.call("ListTrafficPolicyInstances", &asked).ok();
        found.extend(page.texts(path));
        if page.text("IsTruncated") == "false" {
            break;
        }
        asked = json!({
            "MaxItems": "1",
            "HostedZoneIdMarker": page.text("HostedZoneIdMarker"),
            "TrafficPolicyInstanceNameMarker": page.text("TrafficPolicyInstanceNameMarker"),
            "TrafficPolicyInstanceTypeMarker": page.text("TrafficPolicyInstanceTypeMarker"),
        });
    }
    found.sort();
    assert_eq!(found, ["a.a.com.", "x.b.com.", "z.a.com."]);
    let by_zone =
        client.call("ListTrafficPolicyInstancesByHostedZone", &json!({ "HostedZoneId": first })).ok();
    assert_eq!(by_zone.texts(path), ["a.a.com.", "z.a.com."]);
    let by_policy = json!({ "TrafficPolicyId": policy, "TrafficPolicyVersion": 1 });
    let by_policy = client.call("ListTrafficPolicyInstancesByPolicy", &by_policy).ok();
    assert_eq!(by_policy.texts(path).len(), 3);
    let count = client.call("GetTrafficPolicyInstanceCount", &json!({})).ok();
    assert_eq!(count.text("TrafficPolicyInstanceCount"), "3");
    let none = other(&server).call("ListTrafficPolicyInstances", &json!({})).ok();
    assert!(none.texts(path).is_empty());
    let missing =
        json!({ "TrafficPolicyId": "00000000-0000-0000-0000-000000000000", "TrafficPolicyVersion": 1 });
    refuses(
        &client,
        &[("ListTrafficPolicyInstancesByPolicy", missing, 404, "NoSuchTrafficPolicy", NO_POLICY)],
    );
}
