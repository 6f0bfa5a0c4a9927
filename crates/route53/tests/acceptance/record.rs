//! Batches of changes: all or nothing, and everything that is wrong told at once. The sentences were recorded from AWS in
//! bug reports of its clients, as the specification marks them.

use crate::{batch, change, change_refused, refuses, set, sets, start, with, zone};
use serde_json::{Value, json};

#[test]
fn a_batch_is_carried_out_in_order_and_as_a_whole() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let commented = json!({ "HostedZoneId": id, "ChangeBatch": { "Comment": "one", "Changes": [
        set("CREATE", "a.example.com", "A", "192.0.2.1"),
        set("UPSERT", "b.example.com", "A", "192.0.2.1"),
    ] } });
    let made = client.call("ChangeResourceRecordSets", &commented).ok();
    assert_eq!(made.text("ChangeInfo.Comment"), "one");
    change(
        &client,
        &id,
        &[
            set("DELETE", "a.example.com", "A", "192.0.2.1"),
            set("CREATE", "a.example.com", "A", "192.0.2.2"),
            set("UPSERT", "b.example.com", "A", "192.0.2.2"),
        ],
    );
    let list = client.call("ListResourceRecordSets", &json!({ "HostedZoneId": id })).ok();
    let values = list.texts("ResourceRecordSets.ResourceRecordSet.ResourceRecords.ResourceRecord.Value");
    assert_eq!(values.iter().filter(|value| *value == "192.0.2.2").count(), 2);
    // One wrong change, and nothing happens.
    change_refused(
        &client,
        &id,
        &[
            set("CREATE", "c.example.com", "A", "192.0.2.1"),
            set("CREATE", "a.example.com", "A", "192.0.2.1"),
            set("DELETE", "d.example.com", "A", "192.0.2.1"),
            set("DELETE", "b.example.com", "A", "192.0.2.9"),
        ],
        &[
            "Tried to create resource record set [name='a.example.com.', type='A'] but it already exists",
            "Tried to delete resource record set [name='d.example.com.', type='A'] but it was not found",
            "Tried to delete resource record set [name='b.example.com.', type='A'] but the values provided do not match the current values",
        ],
    );
    assert_eq!(
        sets(&client, &id),
        ["example.com. NS", "example.com. SOA", "a.example.com. A", "b.example.com. A"]
    );
    let got = client.call("GetHostedZone", &json!({ "Id": id })).ok();
    assert_eq!(got.text("HostedZone.ResourceRecordSetCount"), "4");
    change_refused(
        &client,
        &id,
        &[
            set("CREATE", "e.example.com", "CNAME", "a.example.com"),
            set("CREATE", "e.example.com", "CNAME", "b.example.com"),
        ],
        &["The request contains an invalid set of changes for a resource record set 'CNAME e.example.com.'"],
    );
}

#[test]
fn names_and_types_stand_where_they_may() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    change(
        &client,
        &id,
        &[
            set("CREATE", "a.example.com", "A", "192.0.2.1"),
            set("CREATE", "c.example.com", "CNAME", "a.example.com"),
        ],
    );
    change_refused(
        &client,
        &id,
        &[
            set("CREATE", "a.example.com", "CNAME", "b.example.com"),
            set("CREATE", "c.example.com", "A", "192.0.2.1"),
            set("CREATE", "example.com", "CNAME", "a.example.com"),
            set("CREATE", "www.example.org", "A", "192.0.2.1"),
        ],
        &[
            "RRSet with DNS name www.example.org. is not permitted in zone example.com.",
            "RRSet of type CNAME with DNS name a.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.",
            "RRSet of type A with DNS name c.example.com. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example.com.",
            "RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.",
            "RRSet of type CNAME with DNS name example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.",
        ],
    );
    let apex = client.call("ListResourceRecordSets", &json!({ "HostedZoneId": id, "MaxItems": "2" })).ok();
    let tree = apex.tree();
    let listed = tree["ResourceRecordSets"]["ResourceRecordSet"].as_array().unwrap().clone();
    let delete = |set: &Value| {
        let records = set["ResourceRecords"]["ResourceRecord"].clone();
        let records = if records.is_array() { records } else { json!([records]) };
        json!({ "Action": "DELETE", "ResourceRecordSet": {
            "Name": set["Name"], "Type": set["Type"],
            "TTL": set["TTL"].as_str().unwrap().parse::<i64>().unwrap(), "ResourceRecords": records,
        } })
    };
    change_refused(
        &client,
        &id,
        &listed.iter().map(delete).collect::<Vec<_>>(),
        &[
            "A HostedZone must contain exactly one SOA record.",
            "A HostedZone must contain at least one NS record for the zone itself.",
        ],
    );
}

#[test]
fn a_cname_that_remains_is_in_the_way() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let weighted = |action: &str, identifier: &str| {
        let routed = json!({ "SetIdentifier": identifier, "Weight": 1 });
        with(set(action, "c.example.com", "CNAME", "www.example.net"), &routed)
    };
    change(&client, &id, &[weighted("CREATE", "w1"), weighted("CREATE", "w2")]);
    let address = || set("CREATE", "c.example.com", "A", "192.0.2.1");
    change_refused(
        &client,
        &id,
        &[weighted("DELETE", "w1"), address()],
        &[
            "RRSet of type A with DNS name c.example.com. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example.com.",
        ],
    );
    change(&client, &id, &[weighted("DELETE", "w1"), weighted("DELETE", "w2"), address()]);
}

#[test]
fn values_are_judged_together() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let long = format!("\"{}\"", "a".repeat(256));
    let mut twice = set("CREATE", "d.example.com", "A", "192.0.2.1");
    twice["ResourceRecordSet"]["ResourceRecords"] =
        json!([{ "Value": "192.0.2.1" }, { "Value": "192.0.2.1" }]);
    change_refused(
        &client,
        &id,
        &[
            set("CREATE", "a.example.com", "A", "www.example.com"),
            set("CREATE", "b.example.com", "TXT", &long),
            set("CREATE", "c.example.com", "TXT", "bare"),
            twice,
            set("CREATE", "e.example.com", "MX", "mail.example.com"),
            set("CREATE", "f.example.com", "AAAA", "192.0.2.1"),
        ],
        &[
            "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'www.example.com''",
            &format!(
                "Invalid Resource Record: 'FATAL problem: CharacterStringTooLong (Value is too long) encountered with '{long}''"
            ),
            "Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with 'bare''",
            "Duplicate Resource Record: '192.0.2.1'",
            "Invalid Resource Record: 'FATAL problem: MXRRDATANotTwoFields (MX record doesn't have 2 fields) encountered with 'mail.example.com''",
            "Invalid Resource Record: 'FATAL problem: AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address) encountered with '192.0.2.1''",
        ],
    );
}

#[test]
fn every_type_is_kept_as_it_was_given() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let types = [
        ("A", "192.0.2.1"),
        ("AAAA", "2001:DB8::1"),
        ("CAA", "0 issue \"ca.example.net\""),
        ("DS", "12345 13 2 00ff"),
        ("HTTPS", "1 . alpn=\"h2\""),
        ("MX", "10 Mail.example.com"),
        ("NAPTR", "100 10 \"U\" \"SIP+D2U\" \"!^.*$!sip:a@b!\" ."),
        ("NS", "ns.example.net"),
        ("PTR", "host.example.com."),
        ("SPF", "\"v=spf1 -all\""),
        ("SRV", "1 2 3 srv.example.com"),
        ("SSHFP", "1 1 00ff"),
        ("SVCB", "1 svc.example.com"),
        ("TLSA", "3 1 1 00ff"),
        ("TXT", "\"Case\" \"kept\""),
    ];
    let changes: Vec<Value> =
        types.iter().map(|(kind, value)| set("CREATE", "all.example.com", kind, value)).collect();
    change(&client, &id, &changes);
    let asked = json!({ "HostedZoneId": id, "StartRecordName": "all.example.com" });
    let list = client.call("ListResourceRecordSets", &asked).ok();
    let path = "ResourceRecordSets.ResourceRecordSet";
    let found: Vec<(String, String)> = list
        .texts(&format!("{path}.Type"))
        .into_iter()
        .zip(list.texts(&format!("{path}.ResourceRecords.ResourceRecord.Value")))
        .collect();
    let want: Vec<(String, String)> =
        types.iter().map(|(kind, value)| ((*kind).to_owned(), (*value).to_owned())).collect();
    assert_eq!(found, want);
}

#[test]
fn what_breaks_the_form_is_refused_alone() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let bare = |more: Value| {
        let set =
            json!({ "Action": "CREATE", "ResourceRecordSet": { "Name": "a.example.com", "Type": "A" } });
        batch(&id, &[with(set, &more)])
    };
    let values = json!({ "TTL": 60, "ResourceRecords": [{ "Value": "192.0.2.1" }] });
    let full = |more: Value| {
        let set = with(
            json!({ "Action": "CREATE", "ResourceRecordSet": { "Name": "a.example.com", "Type": "A" } }),
            &values,
        );
        batch(&id, &[with(set, &more)])
    };
    const KINDS: &str = "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found";
    const POLICIES: &str = "Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, MultiValueAnswer, GeoProximityLocation, or CidrRoutingConfig], but found";
    let label = |identifier: &str| {
        format!("in Change with [Action=CREATE, Name=a.example.com, Type=A, SetIdentifier={identifier}]")
    };
    let alias =
        json!({ "AliasTarget": { "HostedZoneId": "Z", "DNSName": "a.", "EvaluateTargetHealth": false } });
    let cases = [
        (bare(json!({})), format!("{KINDS} none {}", label("null"))),
        (bare(json!({ "TTL": 60 })), format!("{KINDS} none {}", label("null"))),
        (full(alias), format!("{KINDS} more than one {}", label("null"))),
        (full(json!({ "SetIdentifier": "x" })), format!("{POLICIES} none {}", label("x"))),
        (
            full(json!({ "Weight": 1, "Region": "us-east-1", "SetIdentifier": "x" })),
            format!("{POLICIES} more than one {}", label("x")),
        ),
        (
            full(json!({ "Weight": 1 })),
            format!("Invalid request: Missing field 'SetIdentifier' {}", label("null")),
        ),
    ];
    for (asked, sentence) in &cases {
        client.call("ChangeResourceRecordSets", asked).refused(400, "InvalidInput", sentence);
    }
    let many: Vec<Value> =
        (0..501).map(|number| set("UPSERT", &format!("n{number}.example.com"), "A", "192.0.2.1")).collect();
    let long: Vec<Value> = (0..130)
        .map(|number| {
            set("CREATE", &format!("n{number}.example.com"), "TXT", &format!("\"{}\"", "a".repeat(250)))
        })
        .collect();
    refuses(
        &client,
        &[
            (
                "ChangeResourceRecordSets",
                batch(&id, &many),
                400,
                "InvalidChangeBatch",
                "Number of records limit of 1000 exceeded.",
            ),
            (
                "ChangeResourceRecordSets",
                batch(&id, &long),
                400,
                "InvalidChangeBatch",
                "Number of characters limit of 32000 exceeded.",
            ),
            (
                "ChangeResourceRecordSets",
                full(json!({ "Weight": 1, "SetIdentifier": "x", "HealthCheckId": "none" })),
                404,
                "NoSuchHealthCheck",
                "A health check with id none does not exist.",
            ),
            (
                "ChangeResourceRecordSets",
                batch("Z0", &[set("CREATE", "a.example.com", "A", "192.0.2.1")]),
                404,
                "NoSuchHostedZone",
                "No hosted zone found with ID: Z0",
            ),
        ],
    );
    assert_eq!(sets(&client, &id).len(), 2);
}

#[test]
fn a_batch_finds_what_stands_among_others() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let name = |number: usize| format!("n{number:03}.example.com");
    let all: Vec<Value> = (0..400)
        .flat_map(|number| {
            [set("CREATE", &name(number), "A", "192.0.2.1"), set("CREATE", &name(number), "TXT", "\"x\"")]
        })
        .collect();
    change(&client, &id, &all);
    // Neighbours, far ones, new ones between and below them, and not in order.
    let mut mixed: Vec<Value> =
        (0..60).map(|number| set("DELETE", &name(number), "A", "192.0.2.1")).collect();
    mixed.extend((0..8).map(|number| set("DELETE", &name(number * 45 + 70), "TXT", "\"x\"")));
    mixed.extend((0..30).map(|number| set("CREATE", &format!("x.{}", name(number * 10)), "A", "192.0.2.2")));
    mixed.extend((100..130).map(|number| set("UPSERT", &name(number), "A", "192.0.2.3")));
    mixed.reverse();
    change(&client, &id, &mixed);
    let (mut found, mut asked) = (Vec::new(), json!({ "HostedZoneId": id }));
    loop {
        let page = client.call("ListResourceRecordSets", &asked).ok();
        let path = "ResourceRecordSets.ResourceRecordSet";
        let names = page.texts(&format!("{path}.Name"));
        found.extend(names.into_iter().zip(page.texts(&format!("{path}.Type"))));
        let next = |member: &str| page.texts(member).pop();
        let (Some(name), Some(kind)) = (next("NextRecordName"), next("NextRecordType")) else { break };
        asked["StartRecordName"] = name.into();
        asked["StartRecordType"] = kind.into();
    }
    assert_eq!(found.len(), 2 + 800 - 60 - 8 + 30);
    let has = |name: &str, kind: &str| found.contains(&(format!("{name}."), kind.to_owned()));
    for number in 0..400 {
        assert_eq!(has(&name(number), "A"), number >= 60, "{number}");
        let is_gone = number >= 70 && (number - 70) % 45 == 0;
        assert_eq!(has(&name(number), "TXT"), !is_gone, "{number}");
    }
    let exists = format!(
        "Tried to create resource record set [name='{}.', type='A'] but it already exists",
        name(399)
    );
    let gone =
        format!("Tried to delete resource record set [name='{}.', type='A'] but it was not found", name(3));
    change_refused(
        &client,
        &id,
        &[
            set("CREATE", &name(399), "A", "192.0.2.1"),
            set("DELETE", &name(3), "A", "192.0.2.1"),
            set("UPSERT", &name(200), "A", "192.0.2.1"),
        ],
        &[&exists, &gone],
    );
}

#[test]
fn many_clients_at_once_lose_nothing() {
    let (server, client) = start();
    let id = zone(&client, "example.com");
    std::thread::scope(|scope| {
        for number in 0..64 {
            let (server, id) = (&server, &id);
            scope.spawn(move || {
                let client = server.client("route53");
                for round in 0..4 {
                    let name = format!("n{number}-{round}.example.com");
                    change(&client, id, &[set("UPSERT", &name, "A", "192.0.2.1")]);
                }
            });
        }
    });
    let got = client.call("GetHostedZone", &json!({ "Id": id })).ok();
    assert_eq!(got.text("HostedZone.ResourceRecordSetCount"), "258");
    assert_eq!(sets(&client, &id).len(), 258);
}
