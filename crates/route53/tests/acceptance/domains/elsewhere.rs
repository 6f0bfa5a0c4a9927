//! Every operation of route53domains from another account, signed for another Region, with a name that nobody can have, and
//! with one that is too long.
//!
//! Route 53 Domains is in us-east-1 alone. Clients that are given an endpoint sign for the Region they are set to, so here
//! the Region of a signature changes nothing.

use super::{FOURTEEN_DAYS, contact, last_year, of, register, start, wish};
use crate::refuses_too_long;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::ec2::advance;

/// What another account is told.
#[derive(Clone, Copy)]
enum Theirs {
    /// It has no such domain.
    NoDomain,
    /// Nothing was offered to it.
    NoTransfer,
    /// It is answered.
    Answered,
    /// This.
    Refused(&'static str),
}

use Theirs::{Answered, NoDomain, NoTransfer, Refused};

/// Operation, what it wants beside a name, and what another account is told. What goes goes last.
fn rows(signer: &str) -> Vec<(&'static str, Value, Theirs)> {
    let key = json!({ "SigningAttributes": { "Algorithm": 13, "Flags": 257, "PublicKey": "AAAA" } });
    let none = json!({});
    vec![
        ("CheckDomainAvailability", none.clone(), Answered),
        ("CheckDomainTransferability", none.clone(), Answered),
        ("GetDomainDetail", none.clone(), NoDomain),
        ("GetDomainPrices", none.clone(), Answered),
        ("GetDomainSuggestions", json!({ "SuggestionCount": 1, "OnlyAvailable": false }), Answered),
        ("GetContactReachabilityStatus", none.clone(), NoDomain),
        ("ResendContactReachabilityEmail", none.clone(), NoDomain),
        ("UpdateTagsForDomain", json!({ "TagsToUpdate": [{ "Key": "a", "Value": "1" }] }), NoDomain),
        ("ListTagsForDomain", none.clone(), NoDomain),
        ("DeleteTagsForDomain", json!({ "TagsToDelete": ["a"] }), NoDomain),
        ("UpdateDomainContact", json!({ "TechContact": contact() }), NoDomain),
        ("UpdateDomainContactPrivacy", json!({ "TechPrivacy": false }), NoDomain),
        ("UpdateDomainNameservers", json!({ "Nameservers": [{ "Name": "ns1.example.net" }] }), NoDomain),
        ("DisableDomainTransferLock", none.clone(), NoDomain),
        ("EnableDomainTransferLock", none.clone(), NoDomain),
        ("DisableDomainAutoRenew", none.clone(), NoDomain),
        ("EnableDomainAutoRenew", none.clone(), NoDomain),
        ("DisassociateDelegationSignerFromDomain", json!({ "Id": signer }), NoDomain),
        ("AssociateDelegationSignerToDomain", key, NoDomain),
        ("RetrieveDomainAuthCode", none.clone(), NoDomain),
        ("RenewDomain", json!({ "CurrentExpiryYear": 2027, "DurationInYears": 1 }), NoDomain),
        ("TransferDomainToAnotherAwsAccount", json!({ "AccountId": "222222222222" }), NoDomain),
        ("CancelDomainTransferToAnotherAwsAccount", none.clone(), NoDomain),
        ("AcceptDomainTransferFromAnotherAwsAccount", json!({ "Password": "p" }), NoTransfer),
        ("RejectDomainTransferFromAnotherAwsAccount", none.clone(), NoTransfer),
        ("RegisterDomain", wish("a.com"), Refused("Domain a.com is not available.")),
        ("DeleteDomain", none.clone(), NoDomain),
        ("RestoreDomain", none, NoDomain),
    ]
}

/// The parameters of a row, with a name.
fn named(operation: &str, beside: &Value, name: &str) -> Value {
    let is_lower = operation.contains("Reachability");
    let mut parameters = beside.clone();
    parameters[if is_lower { "domainName" } else { "DomainName" }] = name.into();
    parameters
}

#[test]
fn what_an_account_has_registered_is_no_other_accounts() {
    let (server, client) = start();
    let operation = json!({ "OperationId": register(&client, "a.com") });
    let theirs = server.client("route53domains").key("111111111111", "of nobody", None);
    for (operation, beside, want) in rows("none") {
        let answer = theirs.call(operation, &named(operation, &beside, "a.com"));
        let sentence = match want {
            Answered => {
                answer.ok();
                continue;
            }
            NoDomain => "Domain a.com not found in 111111111111 account.",
            NoTransfer => "No transfer of the domain a.com is in progress",
            Refused(sentence) => sentence,
        };
        let refusal = answer.refusal();
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str());
        assert_eq!(found, (400, "InvalidInput", sentence), "{operation}");
    }
    let id = operation["OperationId"].as_str().unwrap_or_default();
    let sentence = format!("Operation {id} not found");
    theirs.call("GetOperationDetail", &operation).refused(400, "InvalidInput", &sentence);
    for (operation, path) in [
        ("ListDomains", "Domains.DomainName"),
        ("ListOperations", "Operations.OperationId"),
        ("ViewBilling", "BillingRecords.DomainName"),
    ] {
        assert!(theirs.call(operation, &json!({})).ok().texts(path).is_empty(), "{operation}");
    }
    theirs.call("ListPrices", &json!({})).ok();
}

#[test]
fn the_region_of_a_signature_changes_nothing() {
    let (server, east) = start();
    let operation = json!({ "OperationId": register(&east, "a.com") });
    advance(&server, FOURTEEN_DAYS);
    let year = last_year(&east, "a.com");
    let key = json!({ "DomainName": "a.com", "SigningAttributes": { "Algorithm": 13, "Flags": 257, "PublicKey": "A" } });
    east.call("AssociateDelegationSignerToDomain", &key).ok();
    let signer = east.call("GetDomainDetail", &of("a.com")).ok().text("DnssecKeys.Id");
    let west = server.client("route53domains").region("eu-west-1");
    let theirs = server.client("route53domains").key("222222222222", "of nobody", None).region("eu-west-1");
    let mut seen = BTreeSet::new();
    for (operation, beside, want) in rows(&signer) {
        let mut parameters = named(operation, &beside, "a.com");
        match operation {
            "RenewDomain" => parameters["CurrentExpiryYear"] = year.into(),
            // A new one, under a name that nobody has.
            "RegisterDomain" => parameters["DomainName"] = "b.com".into(),
            _ => {}
        }
        seen.insert(operation);
        if matches!(want, NoTransfer) {
            let offer = json!({ "DomainName": "a.com", "AccountId": "222222222222" });
            let offered = west.call("TransferDomainToAnotherAwsAccount", &offer).ok();
            parameters["Password"] = offered.text("Password").into();
            theirs.call(operation, &parameters).ok();
            if operation.starts_with("Accept") {
                // And back.
                let offer = json!({ "DomainName": "a.com", "AccountId": "000000000000" });
                let offered = theirs.call("TransferDomainToAnotherAwsAccount", &offer).ok();
                parameters["Password"] = offered.text("Password").into();
                west.call(operation, &parameters).ok();
            }
            continue;
        }
        let answer = west.call(operation, &parameters).ok();
        if ["GetDomainDetail", "GetDomainPrices", "ListTagsForDomain"].contains(&operation) {
            assert_eq!(answer.tree(), east.call(operation, &parameters).ok().tree(), "{operation}");
        }
    }
    let listed = west.call("ListDomains", &json!({})).ok().texts("Domains.DomainName");
    assert_eq!(listed, ["a.com", "b.com"]);
    assert_eq!(east.call("ListDomains", &json!({})).ok().texts("Domains.DomainName"), listed);
    let operations = west.call("ListOperations", &json!({})).ok().texts("Operations.OperationId");
    assert!(operations.len() > 10, "{operations:?}");
    assert_eq!(west.call("GetOperationDetail", &operation).ok().text("Type"), "REGISTER_DOMAIN");
    west.call("ListPrices", &json!({})).ok();
    west.call("ViewBilling", &json!({})).ok();
    assert_eq!(seen.len() + 5, 33);
}

#[test]
fn nobody_has_names_under_a_top_level_domain_that_cannot_be_had() {
    let (_server, client) = start();
    let sentence = "Amazon Route53 does not support the top-level domain (TLD) `.invalid`.";
    for (operation, beside, _) in rows("none") {
        let parameters = named(operation, &beside, "a.invalid");
        client.call(operation, &parameters).refused(400, "UnsupportedTLD", sentence);
    }
}

#[test]
fn every_operation_refuses_what_is_too_long() {
    let (_server, client) = start();
    let cases: Vec<_> = rows("none")
        .into_iter()
        .map(|(operation, mut beside, _)| {
            let member = if operation.contains("Reachability") { "domainName" } else { "DomainName" };
            beside.as_object_mut().map(|own| own.remove(member));
            (operation, beside, member, 255)
        })
        .collect();
    refuses_too_long(&client, "InvalidInput", &cases);
    let none = json!({});
    refuses_too_long(
        &client,
        "InvalidInput",
        &[
            ("GetOperationDetail", none.clone(), "OperationId", 255),
            ("ListDomains", none.clone(), "Marker", 4096),
            ("ListOperations", none.clone(), "Marker", 4096),
            ("ListPrices", none.clone(), "Marker", 4096),
            ("ViewBilling", none, "Marker", 4096),
        ],
    );
}

#[test]
fn whatever_a_member_is_the_server_is_not_at_fault() {
    let (_server, client) = start();
    register(&client, "a.com");
    let calls: Vec<_> = rows("none")
        .into_iter()
        .map(|(operation, beside, _)| (operation, named(operation, &beside, "a.com")))
        .collect();
    crate::hostile::mangled(&client, &calls);
}
