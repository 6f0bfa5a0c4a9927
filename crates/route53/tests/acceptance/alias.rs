//! Aliases: where they may lead. The two sentences were recorded from AWS in bug reports of its clients (harmony-ops, issue
//! 491; GSA-TTS/dns, pull request 588), the second alone by ruby_route_53, issue 17.

use crate::{bare, batch, change, change_refused, set, start, vpc, with, zone};
use serde_json::{Value, json};

/// A change that makes an alias of addresses.
fn alias(name: &str, zone: &str, to: &str) -> Value {
    alias_of("A", name, zone, to)
}

fn alias_of(kind: &str, name: &str, zone: &str, to: &str) -> Value {
    json!({ "Action": "CREATE", "ResourceRecordSet": { "Name": name, "Type": kind, "AliasTarget": {
        "HostedZoneId": zone, "DNSName": to, "EvaluateTargetHealth": false,
    } } })
}

fn outside(to: &str, kind: &str, zone: &str) -> String {
    format!(
        "Tried to create an alias that targets {to}, type {kind} in zone {zone}, but the alias target name does not lie within the target zone"
    )
}

fn absent(to: &str, kind: &str, zone: &str) -> String {
    format!(
        "Tried to create an alias that targets {to}, type {kind} in zone {zone}, but that target was not found"
    )
}

#[test]
fn an_alias_leads_to_what_is_there() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let balancer = "Dualstack.My-Balancer-1.us-east-1.elb.amazonaws.com";
    change(
        &client,
        &id,
        &[
            set("CREATE", "a.example.com", "A", "192.0.2.1"),
            alias("b.example.com", &id, "a.example.com"),
            alias("c.example.com", "Z35SXDOTRQ7X7K", balancer),
        ],
    );
    let asked = json!({ "HostedZoneId": id, "StartRecordName": "b.example.com" });
    let list = client.call("ListResourceRecordSets", &asked).ok();
    assert_eq!(
        list.texts("ResourceRecordSets.ResourceRecordSet.AliasTarget.DNSName"),
        ["a.example.com.", "dualstack.my-balancer-1.us-east-1.elb.amazonaws.com."]
    );
    change_refused(
        &client,
        &id,
        &[
            alias("d.example.com", &id, "gone.example.org"),
            alias("e.example.com", &id, "gone.example.com"),
            alias_of("AAAA", "e.example.com", &id, "a.example.com"),
        ],
        &[
            &outside("gone.example.org.", "A", &id),
            &absent("gone.example.org.", "A", &id),
            &absent("gone.example.com.", "A", &id),
            &absent("a.example.com.", "AAAA", &id),
        ],
    );
    // What it leads to may come in the same batch.
    change(
        &client,
        &id,
        &[alias("f.example.com", &id, "g.example.com"), set("CREATE", "g.example.com", "A", "192.0.2.1")],
    );
}

#[test]
fn every_service_has_its_zone() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let targets = [
        ("Z35SXDOTRQ7X7K", "dualstack.web-1.us-east-1.elb.amazonaws.com"),
        ("Z26RNL4JYFTOTI", "web-1.elb.us-east-1.amazonaws.com"),
        ("Z2FDTNDATAQYW2", "d111111abcdef8.cloudfront.net"),
        ("Z3AQBSTGFYJSTF", "s3-website-us-east-1.amazonaws.com"),
        ("Z2BJ6XQ5FK7U4H", "a1234567890abcdef.awsglobalaccelerator.com"),
        ("Z1UJRXOUMOOFQ8", "d-1.execute-api.us-east-1.amazonaws.com"),
        ("Z7HUB22UULQXV", "vpce-1-a.ec2.us-east-1.vpce.amazonaws.com"),
        ("Z117KPS5GTRQ2G", "env.us-east-1.elasticbeanstalk.com"),
        ("Z01915732ZBZKC8D32TPT", "x.us-east-1.awsapprunner.com"),
    ];
    let name = |number: usize| format!("n{number}.example.com");
    let right = targets.iter().enumerate().map(|(n, (zone, to))| alias(&name(n), zone, to));
    change(&client, &id, &right.collect::<Vec<_>>());
    // Each name in the next one's zone.
    let zones = targets.iter().map(|(zone, _)| *zone).cycle().skip(1);
    let shifted: Vec<(&str, &str)> = zones.zip(targets.iter().map(|(_, to)| *to)).collect();
    let wrong = shifted.iter().enumerate().map(|(n, (zone, to))| alias(&format!("x{}", name(n)), zone, to));
    let sentences: Vec<String> =
        shifted.iter().map(|(zone, to)| outside(&format!("{to}."), "A", zone)).collect();
    let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
    change_refused(&client, &id, &wrong.collect::<Vec<_>>(), &sentences);
    let (balancer, to) = targets[0];
    change_refused(
        &client,
        &id,
        &[alias_of("TXT", "t.example.com", balancer, to)],
        &[&absent(&format!("{to}."), "TXT", balancer)],
    );
}

#[test]
fn no_other_zone_can_be_led_into() {
    let (server, client) = start();
    let (id, own) = (zone(&client, "example.com"), zone(&client, "example.org"));
    let theirs = zone(&crate::other(&server), "example.net");
    let place = json!({ "VPCId": vpc(&server, "us-east-1"), "VPCRegion": "us-east-1" });
    let private = json!({ "Name": "corp.example", "CallerReference": "p", "VPC": place });
    let private = bare(&client.call("CreateHostedZone", &private).ok().text("HostedZone.Id"));
    change(&client, &own, &[set("CREATE", "a.example.org", "A", "192.0.2.1")]);
    change(&crate::other(&server), &theirs, &[set("CREATE", "a.example.net", "A", "192.0.2.1")]);
    change(&client, &private, &[set("CREATE", "a.corp.example", "A", "192.0.2.1")]);
    for (zone, to) in [
        (own.as_str(), "a.example.org"),
        (&theirs, "a.example.net"),
        (&private, "a.corp.example"),
        ("Z1XWOQP59BYF6Z", "d111111abcdef8.cloudfront.net"),
    ] {
        let (to, sentence) = (format!("{to}."), |to: &str| [outside(to, "A", zone), absent(to, "A", zone)]);
        let sentences = sentence(&to);
        change_refused(
            &client,
            &id,
            &[alias("b.example.com", zone, &to)],
            &[sentences[0].as_str(), sentences[1].as_str()],
        );
    }
    // What these say is not recorded.
    for kind in ["NS", "SOA"] {
        let sentence = format!(
            "Invalid request: AliasTarget is not supported for {kind} records in Change with [Action=CREATE, Name=b.example.com, Type={kind}, SetIdentifier=null]"
        );
        client
            .call(
                "ChangeResourceRecordSets",
                &batch(&id, &[alias_of(kind, "b.example.com", &id, "a.example.com")]),
            )
            .refused(400, "InvalidInput", &sentence);
    }
}

#[test]
fn no_alias_leads_back_to_itself() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    change_refused(
        &client,
        &id,
        &[alias("a.example.com", &id, "a.example.com")],
        &[&absent("a.example.com.", "A", &id)],
    );
    // Over names of the batch alone.
    change_refused(
        &client,
        &id,
        &[alias("a.example.com", &id, "b.example.com"), alias("b.example.com", &id, "a.example.com")],
        &[&absent("b.example.com.", "A", &id), &absent("a.example.com.", "A", &id)],
    );
    // Over names that are there.
    change(
        &client,
        &id,
        &[
            set("CREATE", "c.example.com", "A", "192.0.2.1"),
            alias("b.example.com", &id, "c.example.com"),
            alias("a.example.com", &id, "b.example.com"),
        ],
    );
    let mut back = alias("c.example.com", &id, "a.example.com");
    back["Action"] = "UPSERT".into();
    change_refused(&client, &id, &[back], &[&absent("a.example.com.", "A", &id)]);
    // One of several weighted ones is enough.
    let weighted = |identifier: &str, to: &str| {
        with(alias("w.example.com", &id, to), &json!({ "SetIdentifier": identifier, "Weight": 1 }))
    };
    change(&client, &id, &[weighted("one", "a.example.com"), alias("v.example.com", &id, "w.example.com")]);
    change_refused(&client, &id, &[weighted("two", "v.example.com")], &[&absent("v.example.com.", "A", &id)]);
}
