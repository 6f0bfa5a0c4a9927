//! Route 53 Domains: registrations in the world. The sentences marked so in the specification are those that moto's
//! contributors saw; the others say what the API reference asks for.

mod elsewhere;
mod refusal;
mod registry;
mod transfer;

use crate::bare;
use serde_json::{Value, json};
use testkit::ec2::advance;
use testkit::{Client, Options, Server};

/// So long a domain stays where it was registered.
const FOURTEEN_DAYS: &str = "1209601s";

fn start() -> (Server, Client) {
    let server = Server::start();
    let client = server.client("route53domains");
    (server, client)
}

fn start_real() -> (Server, Client) {
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let client = server.client("route53domains");
    (server, client)
}

fn contact() -> Value {
    json!({
        "FirstName": "Ada", "LastName": "Byron", "ContactType": "PERSON", "AddressLine1": "1 Main St",
        "City": "London", "CountryCode": "GB", "ZipCode": "W1", "PhoneNumber": "+44.2012345678",
        "Email": "ada@example.com",
    })
}

fn wish(name: &str) -> Value {
    json!({
        "DomainName": name, "DurationInYears": 2, "AdminContact": contact(),
        "RegistrantContact": contact(), "TechContact": contact(),
    })
}

/// The year a domain runs out, as whoever renews it has to tell.
#[track_caller]
fn last_year(client: &Client, name: &str) -> i32 {
    let told = client.call("GetDomainDetail", &of(name)).ok().text("ExpirationDate");
    let mut days = told.parse::<f64>().expect("it is a number") / (24.0 * 3600.0);
    let mut year = 1970;
    loop {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        days -= if is_leap { 366.0 } else { 365.0 };
        if days < 0.0 {
            return year;
        }
        year += 1;
    }
}

fn of(name: &str) -> Value {
    json!({ "DomainName": name })
}

#[track_caller]
fn register(client: &Client, name: &str) -> String {
    client.call("RegisterDomain", &wish(name)).ok().text("OperationId")
}

#[track_caller]
fn refuses(client: &Client, cases: &[(&str, Value, &str, &str)]) {
    for (operation, parameters, code, sentence) in cases {
        client.call(operation, parameters).refused(400, code, sentence);
    }
}

#[test]
fn a_registration_makes_a_hosted_zone() {
    let (server, client) = start_real();
    assert_eq!(
        client.call("CheckDomainAvailability", &of("a-domain.com")).ok().text("Availability"),
        "AVAILABLE"
    );
    let operation = json!({ "OperationId": register(&client, "A-Domain.com") });
    let status = || client.call("GetOperationDetail", &operation).ok().text("Status");
    assert_eq!(status(), "SUBMITTED");
    advance(&server, "6s");
    assert_eq!(status(), "IN_PROGRESS");
    let absent = "Domain a-domain.com not found in 000000000000 account.";
    refuses(
        &client,
        &[
            (
                "RegisterDomain",
                wish("a-domain.com"),
                "DuplicateRequest",
                "The request is already in progress for the domain.",
            ),
            ("GetDomainDetail", of("a-domain.com"), "InvalidInput", absent),
        ],
    );
    advance(&server, "121s");
    assert_eq!(status(), "SUCCESSFUL");
    let told = client.call("GetDomainDetail", &of("a-domain.com")).ok();
    let route53 = server.client("route53");
    let zones = route53.call("ListHostedZonesByName", &json!({ "DNSName": "a-domain.com" })).ok();
    let zone = bare(&zones.text("HostedZones.HostedZone.Id"));
    let zone = route53.call("GetHostedZone", &json!({ "Id": zone })).ok();
    assert_eq!(zone.texts("DelegationSet.NameServers.NameServer"), told.texts("Nameservers.Name"));
    assert_eq!(zone.text("HostedZone.ResourceRecordSetCount"), "2");
    for (member, want) in [
        ("AutoRenew", "true"),
        ("AdminPrivacy", "true"),
        ("RegistrarName", "Amazon Registrar, Inc."),
        // As WHOIS has both for domains of Amazon Registrar, since 2024.
        ("AbuseContactEmail", "trustandsafety@support.aws.com"),
        ("AbuseContactPhone", "+1.2024422253"),
        ("RegistrantContact.Email", "ada@example.com"),
    ] {
        assert_eq!(told.text(member), want, "{member}");
    }
    assert_eq!(told.texts("StatusList"), ["clientTransferProhibited", "addPeriod"]);
    assert_eq!(
        client.call("CheckDomainAvailability", &of("a-domain.com")).ok().text("Availability"),
        "UNAVAILABLE"
    );
    let theirs = server.client("route53domains").key("111111111111", "of nobody", None);
    let absent = "Domain a-domain.com not found in 111111111111 account.";
    refuses(
        &theirs,
        &[
            ("GetDomainDetail", of("a-domain.com"), "InvalidInput", absent),
            ("RegisterDomain", wish("a-domain.com"), "InvalidInput", "Domain a-domain.com is not available."),
        ],
    );
}

#[test]
fn names_are_judged_by_their_top_level_domains() {
    let (_server, client) = start();
    let unsupported = "Amazon Route53 does not support the top-level domain (TLD) `.invalid`.";
    refuses(
        &client,
        &[
            ("RegisterDomain", wish("a.invalid"), "UnsupportedTLD", unsupported),
            ("CheckDomainAvailability", of("a.invalid"), "UnsupportedTLD", unsupported),
            ("ListPrices", json!({ "Tld": "invalid" }), "UnsupportedTLD", unsupported),
            ("RegisterDomain", wish("-a.com"), "InvalidInput", "Invalid domain name"),
        ],
    );
    let price = client.call("ListPrices", &json!({ "Tld": "com" })).ok();
    assert_eq!(price.text("Prices.RegistrationPrice.Currency"), "USD");
    assert_eq!(client.call("GetDomainPrices", &of("a.com")).ok().text("DomainPrice.Name"), "a.com");
    let (mut names, mut asked) = (Vec::new(), json!({ "MaxItems": 10 }));
    loop {
        let page = client.call("ListPrices", &asked).ok();
        names.extend(page.texts("Prices.Name"));
        match page.texts("NextPageMarker").pop() {
            Some(next) => asked["Marker"] = next.into(),
            None => break,
        }
    }
    assert!(names.len() > 20 && names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
    register(&client, "a.net");
    let suggest = json!({ "DomainName": "a.com", "SuggestionCount": 50, "OnlyAvailable": true });
    let suggested = client.call("GetDomainSuggestions", &suggest).ok().texts("SuggestionsList.DomainName");
    assert_eq!(suggested.len(), 50);
    assert!(suggested.contains(&"a.org".to_owned()) && !suggested.contains(&"a.net".to_owned()));
    let transferable = |name: &str| {
        client.call("CheckDomainTransferability", &of(name)).ok().text("Transferability.Transferable")
    };
    assert_eq!([transferable("a.net"), transferable("a.org")], ["DOMAIN_IN_OWN_ACCOUNT", "UNTRANSFERABLE"]);
}

#[test]
fn a_domain_changes_by_operations() {
    let (_server, client) = start();
    register(&client, "a.com");
    let kind = |operation: &str, parameters: &Value| {
        let id = client.call(operation, parameters).ok().text("OperationId");
        client.call("GetOperationDetail", &json!({ "OperationId": id })).ok().text("Type")
    };
    let with = |more: Value| {
        let mut all = of("a.com");
        for (key, value) in more.as_object().into_iter().flatten() {
            all[key] = value.clone();
        }
        all
    };
    let mut other = contact();
    other["Email"] = "eve@example.com".into();
    let servers = json!([{ "Name": "ns1.a.com", "GlueIps": ["192.0.2.1"] }, { "Name": "ns2.example.net" }]);
    let key = json!({ "Algorithm": 13, "Flags": 257, "PublicKey": "AAAA" });
    for (operation, parameters, want) in [
        ("UpdateDomainContact", with(json!({ "TechContact": other })), "UPDATE_DOMAIN_CONTACT"),
        ("UpdateDomainContactPrivacy", with(json!({ "TechPrivacy": false })), "CHANGE_PRIVACY_PROTECTION"),
        ("UpdateDomainNameservers", with(json!({ "Nameservers": servers })), "UPDATE_NAMESERVER"),
        ("DisableDomainTransferLock", of("a.com"), "DOMAIN_LOCK"),
        ("AssociateDelegationSignerToDomain", with(json!({ "SigningAttributes": key })), "ADD_DNSSEC"),
    ] {
        assert_eq!(kind(operation, &parameters), want);
    }
    client.call("DisableDomainAutoRenew", &of("a.com")).ok();
    let told = client.call("GetDomainDetail", &of("a.com")).ok();
    for (member, want) in [
        ("TechContact.Email", "eve@example.com"),
        ("AdminContact.Email", "ada@example.com"),
        ("TechPrivacy", "false"),
        ("AutoRenew", "false"),
        ("DnssecKeys.Algorithm", "13"),
        ("Nameservers.GlueIps", "192.0.2.1"),
    ] {
        assert_eq!(told.text(member), want, "{member}");
    }
    assert_eq!(told.texts("StatusList"), ["ok", "addPeriod"]);
    let signer = with(json!({ "Id": told.text("DnssecKeys.Id") }));
    assert_eq!(kind("DisassociateDelegationSignerFromDomain", &signer), "REMOVE_DNSSEC");
    client.call("EnableDomainAutoRenew", &of("a.com")).ok();
    assert_eq!(kind("EnableDomainTransferLock", &of("a.com")), "DOMAIN_LOCK");
    assert_eq!(client.call("RetrieveDomainAuthCode", &of("a.com")).ok().text("AuthCode").len(), 32);
    let mail = json!({ "domainName": "a.com" });
    assert_eq!(client.call("GetContactReachabilityStatus", &mail).ok().text("status"), "DONE");
    assert_eq!(client.call("ResendContactReachabilityEmail", &mail).ok().text("isAlreadyVerified"), "true");
    let glue = json!([{ "Name": "ns1.a.com", "GlueIps": ["192.0.2.1", "192.0.2.2"] }]);
    refuses(
        &client,
        &[
            (
                "UpdateDomainNameservers",
                with(json!({ "Nameservers": glue })),
                "InvalidInput",
                "The requested item is not acceptable.\n\tGlueIps list must include only 1 IPv4 address",
            ),
            (
                "RenewDomain",
                with(json!({ "CurrentExpiryYear": 1999 })),
                "InvalidInput",
                "The current expiry year does not match the domain's",
            ),
            (
                "GetOperationDetail",
                json!({ "OperationId": "none" }),
                "InvalidInput",
                "Operation none not found",
            ),
        ],
    );
    client.call("DeleteDomain", &of("a.com")).ok();
    let all = client.call("ListOperations", &json!({ "MaxItems": 3 })).ok();
    assert_eq!(all.texts("Operations.OperationId").len(), 3);
    let next = json!({ "Marker": all.text("NextPageMarker") });
    assert!(!client.call("ListOperations", &next).ok().texts("Operations.OperationId").is_empty());
    assert!(client.call("ViewBilling", &json!({})).ok().texts("BillingRecords.Price").is_empty());
}

#[test]
fn domains_are_listed_and_tagged() {
    let (_server, client) = start();
    for name in ["b.com", "a.com", "ab.net"] {
        register(&client, name);
    }
    let list = |asked: &Value| client.call("ListDomains", asked).ok().texts("Domains.DomainName");
    assert_eq!(list(&json!({})), ["a.com", "ab.net", "b.com"]);
    let begins = json!({ "FilterConditions": [{ "Name": "DomainName", "Operator": "BEGINS_WITH", "Values": ["a"] }],
        "SortCondition": { "Name": "DomainName", "SortOrder": "DESC" } });
    assert_eq!(list(&begins), ["ab.net", "a.com"]);
    let first = client.call("ListDomains", &json!({ "MaxItems": 2 })).ok();
    let next = json!({ "Marker": first.text("NextPageMarker") });
    assert_eq!(list(&next), ["b.com"]);
    let bad = json!({ "FilterConditions": [{ "Name": "DomainName", "Operator": "GE", "Values": ["a"] }] });
    let sentence =
        "The requested item is not acceptable.\n\tOperator GE cannot be used with the DomainName filter";
    refuses(&client, &[("ListDomains", bad, "InvalidInput", sentence)]);
    let tags = json!({ "DomainName": "a.com", "TagsToUpdate": [{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }] });
    client.call("UpdateTagsForDomain", &tags).ok();
    client.call("DeleteTagsForDomain", &json!({ "DomainName": "a.com", "TagsToDelete": ["a"] })).ok();
    let told = client.call("ListTagsForDomain", &of("a.com")).ok();
    assert_eq!((told.text("TagList.Key"), told.text("TagList.Value")), ("b".to_owned(), "2".to_owned()));
}
