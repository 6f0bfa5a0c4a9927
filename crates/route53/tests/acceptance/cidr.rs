//! CIDR collections.

use crate::{change, other, refuses, set, start, with, zone};
use serde_json::{Value, json};
use testkit::Client;

const NO_COLLECTION: &str = "The CIDR collection you specified, doesn't exist.";

fn collection(client: &Client, name: &str) -> String {
    let create = json!({ "Name": name, "CallerReference": name });
    client.call("CreateCidrCollection", &create).ok().text("Collection.Id")
}

fn put(id: &str, location: &str, blocks: &[&str]) -> Value {
    json!({ "Id": id, "Changes": [{ "LocationName": location, "Action": "PUT", "CidrList": blocks }] })
}

#[test]
fn a_collection_counts_its_changes() {
    let (server, client) = start();
    let create = json!({ "Name": "offices", "CallerReference": "one" });
    let made = client.call("CreateCidrCollection", &create).ok();
    let id = made.text("Collection.Id");
    assert_eq!((made.status, made.text("Collection.Version")), (201, "1".to_owned()));
    assert_eq!(made.text("Collection.Arn"), format!("arn:aws:route53:::cidrcollection/{id}"));
    assert_eq!(client.call("CreateCidrCollection", &create).ok().text("Collection.Id"), id);
    let mut first = put(&id, "paris", &["192.0.2.7/24", "2001:db8::/48"]);
    first["CollectionVersion"] = 1.into();
    client.call("ChangeCidrCollection", &first).ok();
    let conflict = "The CIDR collection version you provided, doesn't match the one in the ListCidrCollections operation.";
    let exists =
        "A CIDR collection with this name and a different caller reference already exists in this account.";
    refuses(
        &client,
        &[
            ("ChangeCidrCollection", first, 409, "CidrCollectionVersionMismatchException", conflict),
            (
                "ChangeCidrCollection",
                put(&id, "rome", &["192.0.2.0/24"]),
                400,
                "CidrBlockInUseException",
                "This CIDR block is already in use.",
            ),
            (
                "ChangeCidrCollection",
                put(&id, "rome", &["192.0.2.0/25"]),
                400,
                "InvalidInput",
                "Invalid CIDR block: 192.0.2.0/25",
            ),
            (
                "ChangeCidrCollection",
                put("00000000-0000-0000-0000-000000000000", "rome", &["192.0.2.0/24"]),
                404,
                "NoSuchCidrCollectionException",
                NO_COLLECTION,
            ),
            (
                "CreateCidrCollection",
                json!({ "Name": "offices", "CallerReference": "two" }),
                400,
                "CidrCollectionAlreadyExistsException",
                exists,
            ),
            (
                "ListCidrBlocks",
                json!({ "CollectionId": id, "LocationName": "rome" }),
                404,
                "NoSuchCidrLocationException",
                "The CIDR collection location doesn't match any locations in your account.",
            ),
        ],
    );
    let collections = client.call("ListCidrCollections", &json!({})).ok();
    assert_eq!(collections.text("CidrCollections.member.Version"), "2");
    let blocks = client.call("ListCidrBlocks", &json!({ "CollectionId": id })).ok();
    assert_eq!(blocks.texts("CidrBlocks.member.CidrBlock"), ["192.0.2.0/24", "2001:db8::/48"]);
    let theirs = json!({ "CollectionId": id });
    refuses(
        &other(&server),
        &[("ListCidrLocations", theirs, 404, "NoSuchCidrCollectionException", NO_COLLECTION)],
    );
}

#[test]
fn lists_come_in_pages() {
    let (_server, client) = start();
    let id = collection(&client, "offices");
    client.call("ChangeCidrCollection", &put(&id, "a", &["192.0.2.0/24"])).ok();
    client.call("ChangeCidrCollection", &put(&id, "b", &["198.51.100.0/24", "203.0.113.0/24"])).ok();
    let first = client.call("ListCidrLocations", &json!({ "CollectionId": id, "MaxResults": "1" })).ok();
    assert_eq!(first.texts("CidrLocations.member.LocationName"), ["a"]);
    let next = json!({ "CollectionId": id, "NextToken": first.text("NextToken") });
    let rest = client.call("ListCidrLocations", &next).ok();
    assert_eq!(rest.texts("CidrLocations.member.LocationName"), ["b"]);
    let asked = json!({ "CollectionId": id, "LocationName": "b", "MaxResults": "1" });
    let blocks = client.call("ListCidrBlocks", &asked).ok();
    assert_eq!(blocks.texts("CidrBlocks.member.CidrBlock"), ["198.51.100.0/24"]);
    collection(&client, "others");
    let page = client.call("ListCidrCollections", &json!({ "MaxResults": "1" })).ok();
    assert_eq!(page.texts("CidrCollections.member.Id").len(), 1);
    let next = json!({ "NextToken": page.text("NextToken") });
    assert_eq!(client.call("ListCidrCollections", &next).ok().texts("CidrCollections.member.Id").len(), 1);
}

#[test]
fn a_collection_goes_when_nothing_needs_it() {
    let (_server, client) = start();
    let (zone, id) = (zone(&client, "example.com"), collection(&client, "offices"));
    let policy =
        json!({ "SetIdentifier": "x", "CidrRoutingConfig": { "CollectionId": id, "LocationName": "*" } });
    let set = |action: &str| with(set(action, "a.example.com", "A", "192.0.2.1"), &policy);
    change(&client, &zone, &[set("CREATE")]);
    let in_use = "This CIDR collection is in use, and isn't empty.";
    let refused = |client: &Client| {
        refuses(
            client,
            &[("DeleteCidrCollection", json!({ "Id": id }), 400, "CidrCollectionInUseException", in_use)],
        );
    };
    refused(&client);
    change(&client, &zone, &[set("DELETE")]);
    client.call("ChangeCidrCollection", &put(&id, "a", &["192.0.2.0/24"])).ok();
    refused(&client);
    let gone = json!({ "Id": id, "Changes": [
        { "LocationName": "a", "Action": "DELETE_IF_EXISTS", "CidrList": ["192.0.2.0/24", "198.51.100.0/24"] },
    ] });
    client.call("ChangeCidrCollection", &gone).ok();
    client.call("DeleteCidrCollection", &json!({ "Id": id })).ok();
    refuses(
        &client,
        &[("DeleteCidrCollection", json!({ "Id": id }), 404, "NoSuchCidrCollectionException", NO_COLLECTION)],
    );
}

#[test]
fn blocks_come_in_pages() {
    let (_server, client) = start();
    let create = json!({ "Name": "c", "CallerReference": "c" });
    let id = client.call("CreateCidrCollection", &create).ok().text("Collection.Id");
    let blocks = ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"];
    let put = json!({ "Id": id, "Changes": [{ "LocationName": "x", "Action": "PUT", "CidrList": blocks }] });
    client.call("ChangeCidrCollection", &put).ok();
    let (mut found, mut asked) = (Vec::new(), json!({ "CollectionId": id, "MaxResults": "2" }));
    loop {
        let page = client.call("ListCidrBlocks", &asked).ok();
        found.extend(page.texts("CidrBlocks.member.CidrBlock"));
        match page.texts("NextToken").pop() {
            Some(next) => asked["NextToken"] = next.into(),
            None => break,
        }
    }
    assert_eq!(found, blocks);
}
