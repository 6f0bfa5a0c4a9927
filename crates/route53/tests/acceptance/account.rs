//! Tags, limits and places.

use crate::{change, other, refuses, set, start, zone};
use serde_json::{Value, json};
use testkit::Client;

fn tags(client: &Client, kind: &str, id: &str) -> Vec<(String, String)> {
    let list = json!({ "ResourceType": kind, "ResourceId": id });
    let list = client.call("ListTagsForResource", &list).ok();
    assert_eq!(list.text("ResourceTagSet.ResourceId"), id);
    let (keys, values) =
        (list.texts("ResourceTagSet.Tags.Tag.Key"), list.texts("ResourceTagSet.Tags.Tag.Value"));
    keys.into_iter().zip(values).collect()
}

fn check(client: &Client) -> String {
    let config = json!({ "Type": "TCP", "IPAddress": "198.51.100.1", "Port": 80 });
    let create = json!({ "CallerReference": "one", "HealthCheckConfig": config });
    client.call("CreateHealthCheck", &create).ok().text("HealthCheck.Id")
}

#[test]
fn zones_and_health_checks_have_tags() {
    let (server, client) = start();
    for (kind, id) in [("hostedzone", zone(&client, "example.com")), ("healthcheck", check(&client))] {
        assert!(tags(&client, kind, &id).is_empty());
        let add = json!({ "ResourceType": kind, "ResourceId": id, "AddTags": [
            { "Key": "b", "Value": "2" }, { "Key": "a", "Value": "1" }, { "Key": "c", "Value": "" },
        ] });
        client.call("ChangeTagsForResource", &add).ok();
        let change = json!({ "ResourceType": kind, "ResourceId": id,
            "AddTags": [{ "Key": "b", "Value": "3" }], "RemoveTagKeys": ["c", "none"] });
        client.call("ChangeTagsForResource", &change).ok();
        let want = [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "3".to_owned())];
        assert_eq!(tags(&client, kind, &id), want);
        let many = json!({ "ResourceType": kind, "ResourceIds": [id] });
        let many = client.call("ListTagsForResources", &many).ok();
        assert_eq!(many.texts("ResourceTagSets.ResourceTagSet.Tags.Tag.Key"), ["a", "b"]);
        let theirs = json!({ "ResourceType": kind, "ResourceId": id });
        let refusal = other(&server).call("ListTagsForResource", &theirs).refusal();
        assert!(["AccessDenied", "NoSuchHealthCheck"].contains(&refusal.code.as_str()), "{}", refusal.code);
    }
    let long = "Z".repeat(33);
    let sentence = format!(
        "1 validation error detected: Value '{long}' at 'resourceId' failed to satisfy constraint: Member must have length less than or equal to 32"
    );
    let of = |kind: &str, id: &str| json!({ "ResourceType": kind, "ResourceId": id });
    refuses(
        &client,
        &[
            ("ListTagsForResource", of("hostedzone", &long), 400, "InvalidInput", &sentence),
            (
                "ListTagsForResource",
                of("hostedzone", "Z0"),
                404,
                "NoSuchHostedZone",
                "No hosted zone found with ID: Z0",
            ),
            (
                "ListTagsForResource",
                of("healthcheck", "none"),
                404,
                "NoSuchHealthCheck",
                "A health check with id none does not exist.",
            ),
        ],
    );
}

#[test]
fn limits_say_how_much_is_used() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    check(&client);
    change(&client, &id, &[set("CREATE", "a.example.com", "A", "192.0.2.1")]);
    for (kind, value, count) in [
        ("MAX_HOSTED_ZONES_BY_OWNER", "500", "1"),
        ("MAX_HEALTH_CHECKS_BY_OWNER", "200", "1"),
        ("MAX_REUSABLE_DELEGATION_SETS_BY_OWNER", "100", "0"),
        ("MAX_TRAFFIC_POLICIES_BY_OWNER", "50", "0"),
        ("MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER", "5", "0"),
    ] {
        let told = client.call("GetAccountLimit", &json!({ "Type": kind })).ok();
        assert_eq!(
            (told.text("Limit.Value").as_str(), told.text("Count").as_str()),
            (value, count),
            "{kind}"
        );
    }
    let told = json!({ "HostedZoneId": id, "Type": "MAX_RRSETS_BY_ZONE" });
    let told = client.call("GetHostedZoneLimit", &told).ok();
    assert_eq!((told.text("Limit.Value"), told.text("Count")), ("10000".to_owned(), "3".to_owned()));
}

#[test]
fn places_are_known_by_their_codes() {
    let (_server, client) = start();
    for (asked, member, name) in [
        (json!({ "ContinentCode": "EU" }), "ContinentName", "Europe"),
        (json!({ "CountryCode": "DE" }), "CountryName", "Germany"),
        (json!({ "CountryCode": "*" }), "CountryName", "Default"),
        (json!({ "CountryCode": "US", "SubdivisionCode": "WA" }), "SubdivisionName", "Washington"),
    ] {
        let told = client.call("GetGeoLocation", &asked).ok();
        assert_eq!(told.text(&format!("GeoLocationDetails.{member}")), name);
    }
    let sentence = "Amazon Route 53 doesn't support the specified geographic location. For a list of supported geolocation codes, see the GeoLocation data type.";
    for asked in [json!({ "CountryCode": "XX" }), json!({ "ContinentCode": "EU", "CountryCode": "DE" })] {
        refuses(&client, &[("GetGeoLocation", asked, 404, "NoSuchGeoLocation", sentence)]);
    }
    let (mut found, mut asked) = (Vec::new(), json!({ "MaxItems": "90" }));
    let path = "GeoLocationDetailsList.GeoLocationDetails";
    loop {
        let page = client.call("ListGeoLocations", &asked).ok();
        let tree = page.tree();
        found.extend(tree["GeoLocationDetailsList"]["GeoLocationDetails"].as_array().unwrap().clone());
        if page.text("IsTruncated") == "false" {
            break;
        }
        asked = json!({ "MaxItems": "90" });
        for kind in ["Continent", "Country", "Subdivision"] {
            if let Some(next) = page.texts(&format!("Next{kind}Code")).pop() {
                asked[format!("Start{kind}Code")] = next.into();
            }
        }
    }
    let codes: Vec<&Value> = found.iter().filter(|place| place.get("SubdivisionCode").is_some()).collect();
    assert_eq!(codes.len(), 51 + 27);
    let all = client.call("ListGeoLocations", &json!({ "MaxItems": "7" })).ok();
    assert_eq!(all.texts(&format!("{path}.ContinentCode")), ["AF", "AN", "AS", "EU", "NA", "OC", "SA"]);
}
