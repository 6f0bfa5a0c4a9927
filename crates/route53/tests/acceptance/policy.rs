//! Routing policies of records: what goes together, and how each is answered back.

use crate::{change, change_refused, refuses, set, start, with, zone};
use serde_json::{Value, json};

/// A set under a policy.
fn routed(action: &str, name: &str, identifier: &str, policy: &Value) -> Value {
    let routed = with(set(action, name, "A", "192.0.2.1"), &json!({ "SetIdentifier": identifier }));
    with(routed, policy)
}

#[test]
fn every_policy_is_told_of_as_it_was_given() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let collection = json!({ "Name": "offices", "CallerReference": "one" });
    let collection = client.call("CreateCidrCollection", &collection).ok().text("Collection.Id");
    let put = json!({ "Id": collection, "Changes": [
        { "LocationName": "paris", "Action": "PUT", "CidrList": ["192.0.2.0/24"] },
    ] });
    client.call("ChangeCidrCollection", &put).ok();
    let policies = [
        ("cidr", json!({ "CidrRoutingConfig": { "CollectionId": collection, "LocationName": "paris" } })),
        ("continent", json!({ "GeoLocation": { "ContinentCode": "EU" } })),
        ("country", json!({ "GeoLocation": { "CountryCode": "DE" } })),
        ("everywhere", json!({ "GeoLocation": { "CountryCode": "*" } })),
        ("failover", json!({ "Failover": "PRIMARY" })),
        ("latency", json!({ "Region": "eu-west-1" })),
        ("multivalue", json!({ "MultiValueAnswer": true })),
        ("near", json!({ "GeoProximityLocation": { "AWSRegion": "us-east-1", "Bias": -10 } })),
        (
            "point",
            json!({ "GeoProximityLocation": { "Coordinates": { "Latitude": "49.22", "Longitude": "-74.01" } } }),
        ),
        ("state", json!({ "GeoLocation": { "CountryCode": "US", "SubdivisionCode": "WA" } })),
        ("weighted", json!({ "Weight": 0 })),
    ];
    let changes: Vec<Value> = policies
        .iter()
        .map(|(name, policy)| routed("CREATE", &format!("{name}.example.com"), name, policy))
        .collect();
    change(&client, &id, &changes);
    for (name, policy) in &policies {
        let asked =
            json!({ "HostedZoneId": id, "StartRecordName": format!("{name}.example.com"), "MaxItems": "1" });
        let tree = client.call("ListResourceRecordSets", &asked).ok().tree();
        let found = &tree["ResourceRecordSets"]["ResourceRecordSet"];
        assert_eq!(found["SetIdentifier"], *name);
        for (member, value) in policy.as_object().unwrap() {
            assert_eq!(as_text(&found[member]), with_defaults(&as_text(value)), "{name}");
        }
    }
}

/// A value with its scalars as text: XML knows no others.
fn as_text(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), as_text(value))).collect())
        }
        Value::String(text) => Value::String(text.clone()),
        other => Value::String(other.to_string()),
    }
}

/// A bias is told where none was given.
fn with_defaults(value: &Value) -> Value {
    let mut value = value.clone();
    if value.get("Coordinates").is_some() {
        value["Bias"] = "0".into();
    }
    value
}

#[test]
fn sets_of_one_name_follow_one_policy() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let (one, weighted) = (json!({ "Weight": 1 }), json!({ "Weight": 2 }));
    change(
        &client,
        &id,
        &[
            routed("CREATE", "w.example.com", "one", &one),
            routed("CREATE", "l.example.com", "east", &json!({ "Region": "us-east-1" })),
            set("CREATE", "s.example.com", "A", "192.0.2.1"),
        ],
    );
    let mut longer = routed("CREATE", "w.example.com", "three", &weighted);
    longer["ResourceRecordSet"]["TTL"] = 61.into();
    change_refused(
        &client,
        &id,
        &[
            routed("CREATE", "s.example.com", "one", &one),
            routed("CREATE", "l.example.com", "two", &json!({ "Region": "us-east-1" })),
            routed("CREATE", "l.example.com", "three", &json!({ "Failover": "PRIMARY" })),
            longer,
            routed("CREATE", "s.example.com", "many", &json!({ "MultiValueAnswer": true })),
            routed("CREATE", "w.example.com", "one", &one),
            routed("DELETE", "w.example.com", "gone", &one),
        ],
        &[
            "Tried to create resource record set [name='w.example.com.', type='A', set-identifier='one'] but it already exists",
            "Tried to delete resource record set [name='w.example.com.', type='A', set-identifier='gone'] but it was not found",
            "RRSet with DNS name s.example.com., type A, SetIdentifier one cannot be created as a non-weighted set exists with the same name and type.",
            "RRSet with DNS name l.example.com., type A, SetIdentifier two cannot be created as a non-latency set exists with the same name and type.",
            "RRSet with DNS name l.example.com., type A, SetIdentifier three cannot be created as a non-failover set exists with the same name and type.",
            "RRSet with DNS name w.example.com. and type A, SetIdentifier three cannot be created as weighted sets must contain the same TTL.",
            "RRSet with DNS name s.example.com., type A, SetIdentifier \"many\" cannot be created because a non multivalue answer rrset exists with the same name and type.",
        ],
    );
    change_refused(
        &client,
        &id,
        &[
            routed("CREATE", "l.example.com", "two", &json!({ "Region": "us-east-1" })),
            set("CREATE", "w.example.com", "A", "192.0.2.1"),
        ],
        &[
            "RRSet with DNS name l.example.com., type A, SetIdentifier two, and Region Name=us-east-1 cannot be created because a latency RRSet with the same name, type and region already exists.",
            "RRSet with DNS name w.example.com., type A cannot be created as other RRSets exist with the same name and type.",
        ],
    );
    // A policy changes where nothing of the old one remains.
    change(
        &client,
        &id,
        &[
            routed("DELETE", "w.example.com", "one", &one),
            routed("CREATE", "w.example.com", "one", &json!({ "Failover": "PRIMARY" })),
        ],
    );
}

/// API reference, `ResourceRecordSet`, `Region`; what AWS answers is not recorded.
#[test]
fn a_latency_set_has_one_value() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let mut two = routed("CREATE", "a.example.com", "x", &json!({ "Region": "us-east-1" }));
    two["ResourceRecordSet"]["ResourceRecords"] = json!([{ "Value": "192.0.2.1" }, { "Value": "192.0.2.2" }]);
    let sentence = "Invalid request: You can only specify one ResourceRecord per latency resource record set in Change with [Action=CREATE, Name=a.example.com, Type=A, SetIdentifier=x]";
    client.call("ChangeResourceRecordSets", &crate::batch(&id, &[two])).refused(
        400,
        "InvalidInput",
        sentence,
    );
}

#[test]
fn policies_name_what_is_there() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let label = "in Change with [Action=CREATE, Name=a.example.com, Type=A, SetIdentifier=x]";
    for (policy, sentence) in [
        (json!({ "GeoLocation": { "CountryCode": "XX" } }), "Invalid GeoLocation"),
        (json!({ "GeoLocation": { "ContinentCode": "EU", "CountryCode": "DE" } }), "Invalid GeoLocation"),
        (json!({ "GeoProximityLocation": { "Bias": 1 } }), "Invalid GeoProximityLocation"),
    ] {
        let asked = crate::batch(&id, &[routed("CREATE", "a.example.com", "x", &policy)]);
        let sentence = format!("Invalid request: {sentence} {label}");
        client.call("ChangeResourceRecordSets", &asked).refused(400, "InvalidInput", &sentence);
    }
    let cidr = |collection: &str| {
        let policy = json!({ "CidrRoutingConfig": { "CollectionId": collection, "LocationName": "x" } });
        crate::batch(&id, &[routed("CREATE", "a.example.com", "x", &policy)])
    };
    let made = client.call("CreateCidrCollection", &json!({ "Name": "c", "CallerReference": "c" })).ok();
    refuses(
        &client,
        &[
            (
                "ChangeResourceRecordSets",
                cidr("00000000-0000-0000-0000-000000000000"),
                404,
                "NoSuchCidrCollectionException",
                "The CIDR collection you specified, doesn't exist.",
            ),
            (
                "ChangeResourceRecordSets",
                cidr(&made.text("Collection.Id")),
                404,
                "NoSuchCidrLocationException",
                "The CIDR collection location doesn't match any locations in your account.",
            ),
        ],
    );
}
