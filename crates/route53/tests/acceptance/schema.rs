//! Documents that break the XML schema, and values that no type takes. The sentences were recorded: of enumerations by
//! moto's contributors, of members that are missing by ruby_route_53, issue 35, of empty lists and names in clients' reports.

use crate::{batch, change_refused, refuses, set, start, zone};
use serde_json::json;

#[test]
fn a_document_is_held_against_its_schema() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let mut empty = set("CREATE", "a.example.com", "A", "192.0.2.1");
    empty["ResourceRecordSet"]["ResourceRecords"] = json!([]);
    let alias = json!({ "Action": "CREATE", "ResourceRecordSet": { "Name": "a.example.com", "Type": "A",
        "AliasTarget": { "HostedZoneId": id, "DNSName": "b.example.com" } } });
    let incomplete = |element: &str, wanted: &str| {
        format!(
            "Invalid XML ; cvc-complex-type.2.4.b: The content of element '{element}' is not complete. One of '{{\"https://route53.amazonaws.com/doc/2013-04-01/\":{wanted}}}' is expected."
        )
    };
    let call = "ChangeResourceRecordSets";
    refuses(
        &client,
        &[
            (
                call,
                batch(&id, &[set("BURN", "a.example.com", "A", "192.0.2.1")]),
                400,
                "InvalidInput",
                "Invalid XML ; cvc-enumeration-valid: Value 'BURN' is not facet-valid with respect to enumeration '[CREATE, DELETE, UPSERT]'. It must be a value from the enumeration.",
            ),
            (
                call,
                batch(&id, &[empty]),
                400,
                "InvalidInput",
                &incomplete("ResourceRecords", "ResourceRecord"),
            ),
            (
                call,
                batch(&id, &[alias]),
                400,
                "InvalidInput",
                &incomplete("AliasTarget", "EvaluateTargetHealth"),
            ),
            (call, batch(&id, &[]), 400, "InvalidInput", &incomplete("Changes", "Change")),
            (
                "CreateHostedZone",
                json!({ "Name": "b.example" }),
                400,
                "InvalidInput",
                &incomplete("CreateHostedZoneRequest", "CallerReference"),
            ),
        ],
    );
}

#[test]
fn names_that_are_none_are_told_by_what_is_wrong_with_them() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    let (label, long) = ("a".repeat(64), format!("{}x", "abcdefg.".repeat(32)));
    for (name, problem) in [
        ("", "DomainNameEmpty (Domain name is empty)"),
        ("a..b", "DomainLabelEmpty (Domain label is empty)"),
        (&label, "DomainLabelTooLong (Domain label is too long)"),
        (&long, "DomainNameTooLong (Domain name is too long)"),
        ("a b", "UnsupportedCharacter (Value contains unsupported characters)"),
    ] {
        change_refused(
            &client,
            &id,
            &[set("CREATE", "c.example.com", "CNAME", name)],
            &[&format!("Invalid Resource Record: 'FATAL problem: {problem} encountered with '{name}''")],
        );
    }
    // In the name of a set they stand alone: GSA-TTS/dns, pull request 170.
    change_refused(
        &client,
        &id,
        &[set("CREATE", "a..example.com", "A", "192.0.2.1")],
        &["FATAL problem: DomainLabelEmpty (Domain label is empty) encountered with 'a..example.com'"],
    );
    change_refused(
        &client,
        &id,
        &[set("CREATE", "t.example.com", "TXT", "\"\u{e4}\"")],
        &[
            "Invalid Resource Record: 'FATAL problem: UnsupportedCharacter (Value contains unsupported characters) encountered with '\"\u{e4}\"''",
        ],
    );
}
