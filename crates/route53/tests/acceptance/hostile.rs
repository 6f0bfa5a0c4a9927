//! What is sent in bad faith, by accident, or by many at once: each is answered as stated, and nothing breaks.

use crate::{batch, change, refuses, set, sets, start, vpc, with, zone};
use serde_json::{Value, json};
use testkit::Client;

/// Sends each call with each of its members in turn mangled. Whatever becomes of it, the server is not at fault.
#[track_caller]
pub(crate) fn mangled(client: &Client, calls: &[(&str, Value)]) {
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    let values = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("\u{0}\u{7f}\u{202e}\u{10ffff}"),
        json!("x".repeat(70_000)),
        json!([]),
        json!({}),
        json!([null, {}, []]),
        json!(vec![json!({ "Key": "a" }); 300]),
        deep,
    ];
    let mut sent = 0;
    for (operation, parameters) in calls {
        for name in parameters.as_object().into_iter().flat_map(|own| own.keys()) {
            for value in &values {
                let mut mangled = parameters.clone();
                mangled[name] = value.clone();
                let answer = client.call(operation, &mangled);
                let is_told =
                    answer.status == 200 || (answer.status == 400 && !answer.refusal().code.is_empty());
                assert!(is_told, "{operation} {name} {value:.100}: {} {}", answer.status, answer.body_text());
                sent += 1;
            }
        }
    }
    assert!(sent >= calls.len(), "{sent}");
}

#[test]
fn names_are_taken_to_the_last_octet_and_no_further() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let label = "a".repeat(63);
    // Four labels and the zone: 63 + 1 three times, 49 + 1, 7 + 1, 3 + 1 and the root are 255.
    let longest = format!("{label}.{label}.{label}.{}.example.com", "b".repeat(49));
    for (name, listed) in [
        (longest.as_str(), format!("{longest}.")),
        (&format!("{label}.example.com"), format!("{label}.example.com.")),
        ("*.example.com", "\\052.example.com.".to_owned()),
        ("a.*.example.com", "a.\\052.example.com.".to_owned()),
        ("**.example.com", "\\052\\052.example.com.".to_owned()),
        ("*a.example.com", "\\052a.example.com.".to_owned()),
        ("UPPER.Example.COM", "upper.example.com.".to_owned()),
        ("\\141b.example.com", "ab.example.com.".to_owned()),
        ("dot\\056dot.example.com", "dot\\056dot.example.com.".to_owned()),
        ("back\\134slash.example.com", "back\\134slash.example.com.".to_owned()),
        ("quote\".example.com", "quote\\042.example.com.".to_owned()),
        ("<&>'.example.com", "\\074\\046\\076\\047.example.com.".to_owned()),
    ] {
        change(&client, &id, &[set("CREATE", name, "A", "192.0.2.1")]);
        let found = sets(&client, &id);
        assert!(found.contains(&format!("{listed} A")), "{name}: {found:?}");
        change(&client, &id, &[set("DELETE", name, "A", "192.0.2.1")]);
    }
    let too_long = format!("{longest}x").replacen("b.example", "bb.example", 1);
    for name in [
        &format!("{label}a.example.com"),
        too_long.as_str(),
        "..example.com",
        ".example.com",
        "a..example.com",
        "a b.example.com",
        "ä.example.com",
        "\\9.example.com",
        "\\400.example.com",
        "\\04",
        "a.example.org",
        "aexample.com",
        "",
    ] {
        let asked = batch(&id, &[set("CREATE", name, "A", "192.0.2.1")]);
        let refusal = client.call("ChangeResourceRecordSets", &asked).refusal();
        let code = refusal.code.as_str();
        assert!(
            refusal.status == 400 && ["InvalidChangeBatch", "InvalidInput"].contains(&code),
            "{name}: {code}"
        );
    }
    assert_eq!(sets(&client, &id).len(), 2);
}

#[test]
fn every_octet_can_stand_in_a_name_by_its_escape() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let changes: Vec<Value> = (0..=255_u8)
        .map(|octet| set("UPSERT", &format!("o{octet}\\{octet:03o}.example.com"), "A", "192.0.2.1"))
        .collect();
    change(&client, &id, &changes);
    let (mut found, mut asked) = (Vec::new(), json!({ "HostedZoneId": id, "MaxItems": "50" }));
    loop {
        let page = client.call("ListResourceRecordSets", &asked).ok();
        found.extend(page.texts("ResourceRecordSets.ResourceRecordSet.Name"));
        match page.texts("NextRecordName").pop() {
            Some(next) => asked["StartRecordName"] = next.into(),
            None => break,
        }
    }
    assert_eq!(found.len(), 256 + 2);
    for octet in 0..=255_u8 {
        let written = match octet {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => char::from(octet).to_string(),
            b'A'..=b'Z' => char::from(octet.to_ascii_lowercase()).to_string(),
            octet => format!("\\{octet:03o}"),
        };
        assert!(found.contains(&format!("o{octet}{written}.example.com.")), "{octet}");
        let asked = json!({ "HostedZoneId": id, "RecordName": format!("o{octet}\\{octet:03o}.example.com"), "RecordType": "A" });
        assert_eq!(
            client.call("TestDNSAnswer", &asked).ok().texts("RecordData.RecordDataEntry"),
            ["192.0.2.1"]
        );
    }
}

#[test]
fn control_characters_are_refused_wherever_they_stand() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    for octet in (0..32_u8).chain([127]) {
        let xml = |name: &str| {
            format!(
                "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch>\
                 <Changes><Change><Action>CREATE</Action><ResourceRecordSet><Name>{name}</Name><Type>A</Type>\
                 <TTL>60</TTL><ResourceRecords><ResourceRecord><Value>192.0.2.1</Value></ResourceRecord>\
                 </ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
            )
        };
        for name in [format!("a{}.example.com", char::from(octet)), format!("a&#{octet};.example.com")] {
            let answer = client
                .request("POST", &format!("/2013-04-01/hostedzone/{id}/rrset/"))
                .body(xml(&name))
                .send();
            let refusal = answer.refusal();
            assert_eq!(refusal.status, 400, "{octet} {}", answer.body_text());
        }
    }
    assert_eq!(sets(&client, &id).len(), 2);
}

#[test]
fn documents_that_are_none_are_refused() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let bomb: String =
        (1..9).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
    let bomb = format!("<?xml version=\"1.0\"?><!DOCTYPE b [<!ENTITY e0 \"boom\">{bomb}]><b>&e8;</b>");
    let open = "<ChangeBatch>".repeat(5000);
    let close = "</ChangeBatch>".repeat(5000);
    let change = |inner: &str| {
        format!(
            "<ChangeResourceRecordSetsRequest><ChangeBatch><Changes><Change>{inner}</Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
        )
    };
    let set = |inner: &str| {
        change(&format!("<Action>CREATE</Action><ResourceRecordSet>{inner}</ResourceRecordSet>"))
    };
    for body in [
        String::new(),
        "no document".to_owned(),
        "<a>".to_owned(),
        "<a></b>".to_owned(),
        bomb,
        format!("<ChangeResourceRecordSetsRequest>{open}{close}</ChangeResourceRecordSetsRequest>"),
        change(""),
        change("<Action>BURN</Action>"),
        set(""),
        set("<Name>a.example.com</Name><Type>A</Type><TTL>soon</TTL>"),
        set("<Name>a.example.com</Name><Type>A</Type><TTL>99999999999999999999</TTL>"),
        set("<Name>a.example.com</Name><Type>A</Type><TTL>-1</TTL>"),
        set("<Name>a.example.com</Name><Type>A</Type><TTL>60</TTL>"),
        set("<Name>a.example.com</Name><Type>A</Type><TTL>60</TTL><ResourceRecords/>"),
        set(
            "<Name>a.example.com</Name><Type>A</Type><TTL>60</TTL><ResourceRecords><ResourceRecord/></ResourceRecords>",
        ),
        set("<Name>a.example.com</Name><Type>A</Type><AliasTarget/>"),
        set("<Name>a.example.com</Name><Type>A</Type><Weight>256</Weight>"),
        set(&format!("<Name>{}</Name><Type>A</Type>", "a".repeat(2000))),
    ] {
        let answer =
            client.request("POST", &format!("/2013-04-01/hostedzone/{id}/rrset/")).body(body.clone()).send();
        let refusal = answer.refusal();
        assert_eq!(refusal.status, 400, "{body:.200} {}", answer.body_text());
        assert!(!refusal.message.is_empty(), "{body:.200}");
    }
    assert_eq!(sets(&client, &id).len(), 2);
}

#[test]
fn a_batch_is_as_large_as_it_may_be_and_no_larger() {
    let (server, client) = start();
    let id = zone(&client, "example.com");
    // A thousand records of 32 characters are both limits at once.
    let text = |n: usize| format!("\"{n:030}\"");
    let of = |n: usize, value: &str| set("CREATE", &format!("t{n}.example.com"), "TXT", value);
    let mut changes: Vec<Value> = (0..1000).map(|n| of(n, &text(n))).collect();
    changes[7] = of(7, &format!("\"{}\"", "7".repeat(31)));
    let characters = "Number of characters limit of 32000 exceeded.";
    let records = "Number of records limit of 1000 exceeded.";
    let call = "ChangeResourceRecordSets";
    refuses(&client, &[(call, batch(&id, &changes), 400, "InvalidChangeBatch", characters)]);
    changes[7] = of(7, &text(7));
    client.call(call, &batch(&id, &changes)).ok();
    changes.push(of(1000, "\"\""));
    refuses(&client, &[(call, batch(&id, &changes), 400, "InvalidChangeBatch", records)]);
    let of_letters = |letters: usize| {
        let value = format!("\"{}\"", "x".repeat(letters));
        batch(&id, &vec![of(0, &value); 1000])
    };
    refuses(&client, &[(call, of_letters(200), 400, "InvalidChangeBatch", characters)]);
    // 32 MB are more than a request may have: they are refused before they were all sent, or the line is cut.
    if let Ok(answer) = server.client("route53").try_call(call, &of_letters(32_000)) {
        assert!((400..500).contains(&answer.status), "{} {}", answer.status, answer.body_text());
    }
    let told = client.call("GetHostedZone", &json!({ "Id": id })).ok();
    assert_eq!(told.text("HostedZone.ResourceRecordSetCount"), "1002");
}

#[test]
fn changes_out_of_order_and_twice_are_refused_as_one() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let a = |action: &str| set(action, "a.example.com", "A", "192.0.2.1");
    let twice =
        "[The request contains an invalid set of changes for a resource record set 'A a.example.com.']";
    let call = "ChangeResourceRecordSets";
    for changes in [[a("CREATE"), a("CREATE")], [a("UPSERT"), a("UPSERT")], [a("CREATE"), a("DELETE")]] {
        refuses(&client, &[(call, batch(&id, &changes), 400, "InvalidChangeBatch", twice)]);
    }
    assert_eq!(sets(&client, &id).len(), 2);
    let mut values = set("CREATE", "a.example.com", "A", "192.0.2.1");
    values["ResourceRecordSet"]["ResourceRecords"] =
        json!([{ "Value": "192.0.2.1" }, { "Value": "192.0.2.1" }]);
    let refusal = client.call(call, &batch(&id, &[values])).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (400, "InvalidChangeBatch"));
}

#[test]
fn a_policy_of_many_ways_is_walked_once() {
    let (_server, client) = start();
    let zone = zone(&client, "example.com");
    // Two branches of each of forty rules lead to the next: 2^40 ways from the first to the last.
    let rule = |to: &str| {
        let branch = json!({ "RuleReference": to, "EvaluateTargetHealth": true });
        json!({ "RuleType": "multivalue", "Items": [branch, branch] })
    };
    let mut rules: serde_json::Map<String, Value> =
        (0..39).map(|n| (format!("r{n}"), rule(&format!("r{}", n + 1)))).collect();
    rules.insert(
        "r39".to_owned(),
        json!({ "RuleType": "multivalue", "Items": [{ "EndpointReference": "e" }] }),
    );
    // Answers follow sixteen rules, one after another.
    let document = |start: &str| {
        json!({
            "AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A", "StartRule": start,
            "Endpoints": { "e": { "Type": "value", "Value": "192.0.2.1" } }, "Rules": rules,
        })
        .to_string()
    };
    let create = json!({ "Name": "deep", "Document": document("r0") });
    let id = client.call("CreateTrafficPolicy", &create).ok().text("TrafficPolicy.Id");
    let version = json!({ "Id": id, "Document": document("r25") });
    client.call("CreateTrafficPolicyVersion", &version).ok();
    for (version, name, want) in [(1, "far.example.com", vec![]), (2, "near.example.com", vec!["192.0.2.1"])]
    {
        let instance = json!({
            "HostedZoneId": zone, "Name": name, "TTL": 60, "TrafficPolicyId": id, "TrafficPolicyVersion": version,
        });
        client.call("CreateTrafficPolicyInstance", &instance).ok();
        let asked = json!({ "HostedZoneId": zone, "RecordName": name, "RecordType": "A" });
        let answer = client.call("TestDNSAnswer", &asked).ok();
        assert_eq!(answer.texts("RecordData.RecordDataEntry"), want, "{name}");
    }
}

#[test]
fn aliases_of_many_ways_are_judged_once() {
    let (_server, client) = start();
    let zone = zone(&client, "example.com");
    // Twelve names with twenty aliases each to the next, and what the last leads to is not healthy: 20^12 ways.
    let config = json!({ "Type": "TCP", "IPAddress": "198.51.100.1", "Port": 80, "Inverted": true });
    let check = json!({ "CallerReference": "c", "HealthCheckConfig": config });
    let check = client.call("CreateHealthCheck", &check).ok().text("HealthCheck.Id");
    let leaf = json!({ "SetIdentifier": "x", "Weight": 1, "HealthCheckId": check });
    change(&client, &zone, &[with(set("CREATE", "n12.example.com", "A", "192.0.2.1"), &leaf)]);
    for n in (0..12).rev() {
        let alias = |place: i32| {
            json!({ "Action": "CREATE", "ResourceRecordSet": {
                "Name": format!("n{n}.example.com"), "Type": "A", "SetIdentifier": place.to_string(), "Weight": 1,
                "AliasTarget": {
                    "HostedZoneId": zone, "DNSName": format!("n{}.example.com", n + 1), "EvaluateTargetHealth": true,
                },
            } })
        };
        change(&client, &zone, &(0..20).map(alias).collect::<Vec<_>>());
    }
    let asked = json!({ "HostedZoneId": zone, "RecordName": "n0.example.com", "RecordType": "A" });
    let answer = client.call("TestDNSAnswer", &asked).ok();
    assert_eq!(answer.texts("RecordData.RecordDataEntry"), ["192.0.2.1"]);
}

/// What each of so many clients is told of a call, all at once.
fn at_once(
    server: &testkit::Server,
    clients: usize,
    call: impl Fn(&Client, usize) -> u16 + Sync,
) -> Vec<u16> {
    std::thread::scope(|scope| {
        let call = &call;
        let calls: Vec<_> = (0..clients)
            .map(|n| {
                let client = server.client("route53");
                scope.spawn(move || call(&client, n))
            })
            .collect();
        calls.into_iter().map(|call| call.join().expect("the call ends")).collect()
    })
}

#[test]
fn of_many_with_one_reference_one_makes_a_zone() {
    let (server, client) = start();
    let told = at_once(&server, 64, |client, n| {
        let create = json!({ "Name": format!("z{n}.example"), "CallerReference": "one" });
        client.call("CreateHostedZone", &create).status
    });
    assert_eq!(told.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(told.iter().filter(|status| **status == 409).count(), 63);
    assert_eq!(client.call("GetHostedZoneCount", &json!({})).ok().text("HostedZoneCount"), "1");
}

#[test]
fn of_many_private_zones_of_one_name_one_is_in_the_vpc() {
    let (server, client) = start();
    let vpc = vpc(&server, "us-east-1");
    let told = at_once(&server, 16, |client, n| {
        let place = json!({ "VPCId": vpc, "VPCRegion": "us-east-1" });
        let create = json!({ "Name": "in.example", "CallerReference": n.to_string(), "VPC": place });
        client.call("CreateHostedZone", &create).status
    });
    assert_eq!(told.iter().filter(|status| **status == 201).count(), 1);
    let by_vpc = json!({ "VPCId": vpc, "VPCRegion": "us-east-1" });
    let zones = client.call("ListHostedZonesByVPC", &by_vpc).ok();
    assert_eq!(zones.texts("HostedZoneSummaries.HostedZoneSummary.HostedZoneId").len(), 1);
}

#[test]
fn a_zone_goes_with_nothing_in_it_whatever_is_written_meanwhile() {
    let (server, client) = start();
    for round in 0..8 {
        let id = zone(&client, &format!("r{round}.example"));
        let told = at_once(&server, 16, |client, n| {
            if n % 4 == 0 {
                client.call("DeleteHostedZone", &json!({ "Id": id })).status + 1000
            } else {
                let name = format!("n{n}.r{round}.example");
                let changes = [set("CREATE", &name, "A", "192.0.2.1")];
                client.call("ChangeResourceRecordSets", &batch(&id, &changes)).status
            }
        });
        let count = |status: u16| told.iter().filter(|told| **told == status).count();
        let (written, gone) = (count(200), count(1200));
        // Either it went first, and nobody wrote; or somebody wrote first, and it stays.
        assert_eq!(written + count(404), 12, "{told:?}");
        assert!(gone <= 1 && (gone == 0) == (written > 0), "{told:?}");
        assert_eq!(gone + count(1404) + count(1400), 4, "{told:?}");
        if gone == 0 {
            assert_eq!((sets(&client, &id).len(), written), (12 + 2, 12), "{told:?}");
        }
    }
}

#[test]
fn of_many_that_register_one_domain_one_has_it() {
    let (server, _client) = start();
    let contact = json!({
        "FirstName": "A", "LastName": "B", "ContactType": "PERSON", "AddressLine1": "1", "City": "L",
        "CountryCode": "GB", "ZipCode": "W1", "PhoneNumber": "+44.1", "Email": "a@example.com",
    });
    let wish = json!({
        "DomainName": "a.com", "DurationInYears": 1, "AdminContact": contact,
        "RegistrantContact": contact, "TechContact": contact,
    });
    let told: Vec<u16> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..16)
            .map(|n| {
                let account = format!("{:012}", 111_111_111_111_u64 + n);
                let (client, wish) = (server.client("route53domains").key(&account, "x", None), &wish);
                scope.spawn(move || client.call("RegisterDomain", wish).status)
            })
            .collect();
        calls.into_iter().map(|call| call.join().expect("the call ends")).collect()
    });
    assert_eq!(told.iter().filter(|status| **status == 200).count(), 1, "{told:?}");
}
