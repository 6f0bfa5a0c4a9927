//! Lists of zones and records, page by page.

use crate::{bare, change, refuses, set, sets, start, zone};
use serde_json::{Value, json};

#[test]
fn zones_are_listed_by_id_and_by_name() {
    let (_server, client) = start();
    let names = ["b.com", "a.b.com", "a.com", "c.net"];
    for name in names {
        zone(&client, name);
    }
    let (mut found, mut marker) = (Vec::new(), None);
    loop {
        let page = client.call("ListHostedZones", &json!({ "MaxItems": "3", "Marker": marker })).ok();
        found.extend(page.texts("HostedZones.HostedZone.Id"));
        assert_eq!(page.text("MaxItems"), "3");
        match page.texts("NextMarker").pop() {
            Some(next) => marker = Some(next),
            None => break,
        }
    }
    assert_eq!(found.len(), names.len());
    assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
    let all = client.call("ListHostedZonesByName", &json!({})).ok();
    assert_eq!(all.texts("HostedZones.HostedZone.Name"), ["a.com.", "b.com.", "a.b.com.", "c.net."]);
    let page = client.call("ListHostedZonesByName", &json!({ "DNSName": "b.com", "MaxItems": "1" })).ok();
    assert_eq!(page.texts("HostedZones.HostedZone.Name"), ["b.com."]);
    assert_eq!(
        (page.text("IsTruncated"), page.text("NextDNSName")),
        ("true".to_owned(), "a.b.com.".to_owned())
    );
    let next = json!({ "DNSName": page.text("NextDNSName"), "HostedZoneId": page.text("NextHostedZoneId") });
    let rest = client.call("ListHostedZonesByName", &next).ok();
    assert_eq!(rest.texts("HostedZones.HostedZone.Name"), ["a.b.com.", "c.net."]);
    refuses(
        &client,
        &[
            (
                "ListHostedZonesByName",
                json!({ "DNSName": "a..b" }),
                400,
                "InvalidDomainName",
                "The domain name a..b is not valid",
            ),
            ("ListHostedZones", json!({ "DelegationSetId": "N0" }), 400, "NoSuchDelegationSet", "N0"),
        ],
    );
}

#[test]
fn delegation_sets_are_listed_by_id() {
    let (_server, client) = start();
    for reference in ["a", "b", "c"] {
        client.call("CreateReusableDelegationSet", &json!({ "CallerReference": reference })).ok();
    }
    let first = client.call("ListReusableDelegationSets", &json!({ "MaxItems": "2" })).ok();
    assert_eq!(first.texts("DelegationSets.DelegationSet.Id").len(), 2);
    let next = json!({ "Marker": first.text("NextMarker") });
    let rest = client.call("ListReusableDelegationSets", &next).ok();
    assert_eq!(rest.texts("DelegationSets.DelegationSet.Id").len(), 1);
    assert_eq!(bare(&rest.text("DelegationSets.DelegationSet.Id")), first.text("NextMarker"));
}

/// The order counts the dots: a name with a hyphen comes before the one it begins with. An asterisk is listed by its
/// escape. Source: Route 53 API Reference, `ListResourceRecordSets`.
#[test]
fn records_are_listed_from_the_root_down() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let names = [
        "b.a.example.com",
        "a-b.example.com",
        "a.example.com",
        "*.example.com",
        "1.example.com",
        "z.example.com",
    ];
    let mut changes: Vec<Value> = names.iter().map(|name| set("CREATE", name, "A", "192.0.2.1")).collect();
    changes.push(set("CREATE", "a.example.com", "TXT", "\"x\""));
    changes.push(set("CREATE", "example.com", "A", "192.0.2.1"));
    change(&client, &id, &changes);
    let want = [
        "example.com. A",
        "example.com. NS",
        "example.com. SOA",
        "1.example.com. A",
        "\\052.example.com. A",
        "a-b.example.com. A",
        "a.example.com. A",
        "a.example.com. TXT",
        "b.a.example.com. A",
        "z.example.com. A",
    ];
    assert_eq!(sets(&client, &id), want);
    let (mut found, mut asked) = (Vec::new(), json!({ "HostedZoneId": id, "MaxItems": "3" }));
    loop {
        let page = client.call("ListResourceRecordSets", &asked).ok();
        let path = "ResourceRecordSets.ResourceRecordSet";
        let names = page.texts(&format!("{path}.Name"));
        found.extend(
            names
                .iter()
                .zip(page.texts(&format!("{path}.Type")))
                .map(|(name, kind)| format!("{name} {kind}")),
        );
        if page.text("IsTruncated") == "false" {
            break;
        }
        asked["StartRecordName"] = page.text("NextRecordName").into();
        asked["StartRecordType"] = page.text("NextRecordType").into();
    }
    assert_eq!(found, want);
    // As Terraform asks for one set.
    let one = json!({
        "HostedZoneId": id, "StartRecordName": "*.example.com", "StartRecordType": "A", "MaxItems": "1",
    });
    let one = client.call("ListResourceRecordSets", &one).ok();
    assert_eq!(one.text("ResourceRecordSets.ResourceRecordSet.Name"), "\\052.example.com.");
    refuses(
        &client,
        &[
            (
                "ListResourceRecordSets",
                json!({ "HostedZoneId": id, "StartRecordType": "A" }),
                400,
                "InvalidInput",
                "The input is not valid",
            ),
            (
                "ListResourceRecordSets",
                json!({ "HostedZoneId": id, "StartRecordName": "a.example.com", "StartRecordIdentifier": "x" }),
                400,
                "InvalidInput",
                "The input is not valid",
            ),
        ],
    );
}
