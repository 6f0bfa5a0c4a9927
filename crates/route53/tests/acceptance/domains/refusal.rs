//! What is wrong with requests, told all at once: the sentences are those that moto's contributors saw.

use super::{contact, of, refuses, register, start, wish};
use serde_json::{Value, json};

fn unacceptable(sentences: &[&str]) -> String {
    format!("The requested item is not acceptable.\n\t{}", sentences.join("\n\t"))
}

#[test]
fn conditions_are_judged_whether_there_are_domains_or_not() {
    let (_server, client) = start();
    let condition = |name: &str, operator: &str, values: &[&str]| -> Value {
        json!({ "Name": name, "Operator": operator, "Values": values })
    };
    for round in 0..2 {
        for (conditions, sentences) in [
            (vec![condition("Color", "GE", &["1"])], vec!["Cannot filter by field Color"]),
            (
                vec![condition("Expiry", "IS", &["1"])],
                vec!["Invalid filter operator IS", "Operator IS cannot be used with the Expiry filter"],
            ),
            (
                vec![condition("DomainName", "BEGINS_WITH", &["a", "b"])],
                vec!["Multiple filter values are not currently supported"],
            ),
            (
                vec![condition("DomainName", "GE", &["a"]), condition("Color", "LE", &["1"])],
                vec!["Operator GE cannot be used with the DomainName filter", "Cannot filter by field Color"],
            ),
        ] {
            let asked = json!({ "FilterConditions": conditions });
            refuses(&client, &[("ListDomains", asked, "InvalidInput", &unacceptable(&sentences))]);
        }
        if round == 0 {
            register(&client, "a.com");
        }
    }
}

#[test]
fn name_servers_have_names_and_an_address_of_each_kind() {
    let (_server, client) = start();
    register(&client, "a.com");
    let mut asked = of("a.com");
    asked["Nameservers"] = json!([
        { "Name": "ns..a.com" },
        { "Name": "ns1.a.com", "GlueIps": ["2001:db8::1", "2001:db8::2"] },
    ]);
    let sentence = unacceptable(&[
        "ns..a.com is not a valid host name",
        "GlueIps list must include only 1 IPv6 address",
    ]);
    refuses(&client, &[("UpdateDomainNameservers", asked, "InvalidInput", &sentence)]);
}

#[test]
fn members_of_contacts_have_their_lengths() {
    let (_server, client) = start();
    let mut long = contact();
    long["City"] = "x".repeat(256).into();
    long["PhoneNumber"] = "1".repeat(31).into();
    let sentence =
        unacceptable(&["Length of City is more than 255", "Length of PhoneNumber is more than 30"]);
    let mut asked = wish("a.com");
    asked["TechContact"] = long.clone();
    refuses(&client, &[("RegisterDomain", asked, "InvalidInput", &sentence)]);
    register(&client, "a.com");
    let mut asked = of("a.com");
    asked["AdminContact"] = long;
    refuses(&client, &[("UpdateDomainContact", asked, "InvalidInput", &sentence)]);
}
