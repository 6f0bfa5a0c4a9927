//! What registries let be done, and what they are doing already.

use super::{FOURTEEN_DAYS, last_year, of, refuses, register, start, start_real, wish};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::advance;

const NOT_OF_TLD: &str = "The top-level domain does not support this operation.";

fn availability(client: &Client, name: &str) -> String {
    client.call("CheckDomainAvailability", &of(name)).ok().text("Availability")
}

fn for_years(name: &str, years: i32) -> Value {
    let mut wish = wish(name);
    wish["DurationInYears"] = years.into();
    wish
}

#[test]
fn a_top_level_domain_has_rules() {
    let (_server, client) = start();
    for name in ["a.co.uk", "a.it", "a.com"] {
        client.call("RegisterDomain", &for_years(name, 1)).ok();
    }
    let told =
        |name: &str, member: &str| client.call("GetDomainDetail", &of(name)).ok().texts(member)[0].clone();
    assert_eq!([told("a.it", "TechPrivacy"), told("a.com", "TechPrivacy")], ["false", "true"]);
    assert_eq!(
        [told("a.co.uk", "StatusList"), told("a.com", "StatusList")],
        ["ok", "clientTransferProhibited"]
    );
    let year = "A domain can be registered for 1 years at the most";
    let key = json!({ "DomainName": "a.it", "SigningAttributes": { "Algorithm": 13, "Flags": 257, "PublicKey": "A" } });
    let signer = json!({ "DomainName": "a.it", "Id": "none" });
    let private = json!({ "DomainName": "a.it", "TechPrivacy": true });
    let renew = |name: &str, years: i32| {
        let year = last_year(&client, name);
        json!({ "DomainName": name, "DurationInYears": years, "CurrentExpiryYear": year })
    };
    refuses(
        &client,
        &[
            ("RegisterDomain", for_years("b.it", 2), "TLDRulesViolation", year),
            ("RenewDomain", renew("a.it", 2), "TLDRulesViolation", year),
            (
                "RenewDomain",
                renew("a.com", 10),
                "TLDRulesViolation",
                "A domain can be registered for 10 years at the most",
            ),
            ("UpdateDomainContactPrivacy", private, "TLDRulesViolation", NOT_OF_TLD),
            ("AssociateDelegationSignerToDomain", key, "TLDRulesViolation", NOT_OF_TLD),
            ("DisassociateDelegationSignerFromDomain", signer, "TLDRulesViolation", NOT_OF_TLD),
            ("EnableDomainTransferLock", of("a.co.uk"), "TLDRulesViolation", NOT_OF_TLD),
            ("DisableDomainTransferLock", of("a.co.uk"), "TLDRulesViolation", NOT_OF_TLD),
            ("DeleteDomain", of("a.co.uk"), "TLDRulesViolation", NOT_OF_TLD),
        ],
    );
}

#[test]
fn a_registry_does_one_thing_of_a_kind_at_a_time() {
    let (server, client) = start_real();
    register(&client, "a.com");
    advance(&server, "121s");
    let with = |more: Value| {
        let mut all = of("a.com");
        for (key, value) in more.as_object().into_iter().flatten() {
            all[key] = value.clone();
        }
        all
    };
    let renew = || with(json!({ "CurrentExpiryYear": last_year(&client, "a.com") }));
    client.call("RenewDomain", &renew()).ok();
    client.call("RenewDomain", &renew()).refused(400, "DuplicateRequest", DUPLICATE);
    let key = json!({ "Algorithm": 13, "Flags": 257, "PublicKey": "A" });
    client.call("AssociateDelegationSignerToDomain", &with(json!({ "SigningAttributes": key }))).ok();
    client.call("AssociateDelegationSignerToDomain", &with(json!({ "SigningAttributes": key }))).refused(
        400,
        "DuplicateRequest",
        DUPLICATE,
    );
    advance(&server, "121s");
    client.call("AssociateDelegationSignerToDomain", &with(json!({ "SigningAttributes": key }))).ok();
    let signers = client.call("GetDomainDetail", &of("a.com")).ok().texts("DnssecKeys.Id");
    let remove = |n: usize| with(json!({ "Id": signers[n] }));
    advance(&server, FOURTEEN_DAYS);
    let offer = with(json!({ "AccountId": "111111111111" }));
    for (operation, first, second) in [
        (
            "UpdateDomainContactPrivacy",
            with(json!({ "TechPrivacy": false })),
            with(json!({ "TechPrivacy": true })),
        ),
        (
            "UpdateDomainContact",
            with(json!({ "TechContact": super::contact() })),
            with(json!({ "AdminContact": super::contact() })),
        ),
        (
            "UpdateDomainNameservers",
            with(json!({ "Nameservers": [{ "Name": "a.example" }] })),
            with(json!({ "Nameservers": [{ "Name": "b.example" }] })),
        ),
        ("DisassociateDelegationSignerFromDomain", remove(0), remove(1)),
        ("TransferDomainToAnotherAwsAccount", offer.clone(), offer),
        ("DisableDomainTransferLock", of("a.com"), of("a.com")),
        ("DeleteDomain", of("a.com"), of("a.com")),
    ] {
        let id = client.call(operation, &first).ok().text("OperationId");
        let refusal = client.call(operation, &second).refused(400, "DuplicateRequest", DUPLICATE);
        assert_eq!(refusal.members.get("requestId"), Some(&id), "{operation}");
    }
    client.call("EnableDomainTransferLock", &of("a.com")).refused(400, "DuplicateRequest", DUPLICATE);
}

const DUPLICATE: &str = "The request is already in progress for the domain.";

#[test]
fn a_deleted_domain_can_be_had_back_for_thirty_days() {
    let (server, client) = start();
    let theirs = server.client("route53domains").key("111111111111", "of nobody", None);
    register(&client, "a.com");
    let before = client.call("GetDomainDetail", &of("a.com")).ok();
    client.call("DeleteDomain", &of("a.com")).ok();
    let names = || client.call("ListDomains", &json!({})).ok().texts("Domains.DomainName");
    assert!(names().is_empty());
    assert_eq!(availability(&client, "a.com"), "UNAVAILABLE");
    let gone = "Domain a.com not found in 000000000000 account.";
    let nobodys = "Domain a.com not found in 111111111111 account.";
    let taken = "Domain a.com is not available.";
    refuses(&client, &[("GetDomainDetail", of("a.com"), "InvalidInput", gone)]);
    refuses(
        &theirs,
        &[
            ("RegisterDomain", wish("a.com"), "InvalidInput", taken),
            ("RestoreDomain", of("a.com"), "InvalidInput", nobodys),
        ],
    );
    let operation = client.call("RestoreDomain", &of("a.com")).ok().text("OperationId");
    let told = client.call("GetOperationDetail", &json!({ "OperationId": operation })).ok();
    assert_eq!(
        (told.text("Type"), told.text("Status")),
        ("RESTORE_DOMAIN".to_owned(), "SUCCESSFUL".to_owned())
    );
    assert_eq!(names(), ["a.com"]);
    let after = client.call("GetDomainDetail", &of("a.com")).ok();
    for member in ["ExpirationDate", "AutoRenew", "AdminContact.Email"] {
        assert_eq!(after.text(member), before.text(member), "{member}");
    }
    refuses(&client, &[("RestoreDomain", of("a.com"), "InvalidInput", gone)]);
    // The first deletion's thirty days do not count for the second.
    advance(&server, "86400s");
    client.call("DeleteDomain", &of("a.com")).ok();
    advance(&server, "2591900s");
    assert_eq!(availability(&client, "a.com"), "UNAVAILABLE");
    advance(&server, "200s");
    assert_eq!(availability(&client, "a.com"), "AVAILABLE");
    refuses(&client, &[("RestoreDomain", of("a.com"), "InvalidInput", gone)]);
    register(&theirs, "a.com");
}

#[test]
fn where_the_registry_gives_nothing_back_a_name_is_free_at_once() {
    let (server, client) = start_real();
    client.call("RegisterDomain", &for_years("a.de", 1)).ok();
    advance(&server, "121s");
    client.call("DeleteDomain", &of("a.de")).ok();
    assert_eq!(availability(&client, "a.de"), "UNAVAILABLE");
    advance(&server, "121s");
    assert_eq!(availability(&client, "a.de"), "AVAILABLE");
}

#[test]
fn a_restoration_takes_its_time() {
    let (server, client) = start_real();
    register(&client, "a.com");
    advance(&server, "121s");
    client.call("DeleteDomain", &of("a.com")).ok();
    advance(&server, "121s");
    client.call("RestoreDomain", &of("a.com")).ok();
    refuses(&client, &[("RestoreDomain", of("a.com"), "DuplicateRequest", DUPLICATE)]);
    assert!(client.call("ListDomains", &json!({})).ok().texts("Domains.DomainName").is_empty());
    advance(&server, "121s");
    assert_eq!(client.call("ListDomains", &json!({})).ok().texts("Domains.DomainName"), ["a.com"]);
}

#[test]
fn a_registry_publishes_four_signers() {
    let (_server, client) = start();
    register(&client, "a.com");
    let key = json!({ "DomainName": "a.com", "SigningAttributes": { "Algorithm": 13, "Flags": 257, "PublicKey": "A" } });
    for _ in 0..4 {
        client.call("AssociateDelegationSignerToDomain", &key).ok();
    }
    let sentence = "This error is returned if you call AssociateDelegationSignerToDomain when the specified domain has reached the maximum number of DS records. You can't add any additional DS records unless you delete an existing one first.";
    refuses(&client, &[("AssociateDelegationSignerToDomain", key, "DnssecLimitExceeded", sentence)]);
}
