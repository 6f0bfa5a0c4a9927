//! What zones answer, as tables: rows and a question in, an answer out.

use super::{Answer, Asking, Client, Facts, ZoneOf};
use crate::name::Name;
use crate::record::model::{Alias, Body, Place, Point, RecordSet, RecordType, Routing};
use crate::traffic::document::Document;
use std::cell::Cell;
use std::net::IpAddr;
use std::sync::Arc;
use store::StoreError;

/// A zone of a few rows.
#[derive(Default)]
struct Rows {
    sets: Vec<Arc<RecordSet>>,
    unhealthy: Vec<&'static str>,
    drawn: Cell<u64>,
    document: Option<String>,
}

impl Facts for Rows {
    fn at(&self, _zone: &str, name: &Name) -> Result<Vec<Arc<RecordSet>>, StoreError> {
        Ok(self.sets.iter().filter(|set| set.name == *name).cloned().collect())
    }

    fn has_within(&self, _zone: &str, name: &Name) -> Result<bool, StoreError> {
        Ok(self.sets.iter().any(|set| set.name.is_within(name)))
    }

    fn is_healthy(&self, check: &str) -> bool {
        !self.unhealthy.contains(&check)
    }

    fn location(&self, _collection: &str, address: IpAddr) -> Option<String> {
        (address == IpAddr::from([192, 0, 2, 1])).then(|| "office".to_owned())
    }

    fn policy(&self, _instance: &str) -> Option<(Document, i64)> {
        Some((Document::read(self.document.as_deref()?).ok()?, 60))
    }

    fn service(&self, _zone: &str, _name: &Name, _kind: RecordType) -> Option<Vec<String>> {
        None
    }

    fn draw(&self, bound: u64) -> u64 {
        self.drawn.get() % bound
    }
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn set(of: &str, kind: RecordType, value: &str) -> RecordSet {
    RecordSet {
        zone: "Z".to_owned(),
        name: name(of),
        kind,
        identifier: None,
        routing: Routing::Simple,
        body: Body::Values { ttl_seconds: 60, values: vec![value.to_owned()] },
        health_check: None,
    }
}

/// Addresses of one name under a policy; the health check of each is called as its address.
fn policy(sets: &[(Routing, &str)]) -> Vec<RecordSet> {
    let of = |(routing, value): &(Routing, &str)| RecordSet {
        identifier: Some((*value).to_owned()),
        routing: routing.clone(),
        health_check: Some((*value).to_owned()),
        ..set("p.example.com", RecordType::A, value)
    };
    sets.iter().map(of).collect()
}

fn rows(sets: Vec<RecordSet>) -> Rows {
    Rows { sets: sets.into_iter().map(Arc::new).collect(), ..Rows::default() }
}

#[track_caller]
fn ask(rows: &Rows, client: &Client, of: &str, kind: RecordType) -> Answer {
    let apex = name("example.com");
    let asking = Asking::new(rows, ZoneOf { id: "Z", name: &apex }, client);
    asking.answer(&name(of), kind).unwrap()
}

/// The values of an answer, in order.
#[track_caller]
fn values(answer: &Answer) -> Vec<&str> {
    match answer {
        Answer::Records(found) => found.iter().flat_map(|set| &set.values).map(String::as_str).collect(),
        Answer::NoData => vec!["-"],
        Answer::NoName => vec!["?"],
        Answer::Referral(to) => vec!["->", to.name.as_str()],
    }
}

#[track_caller]
fn check(rows: &Rows, client: &Client, want: &str) {
    assert_eq!(values(&ask(rows, client, "p.example.com", RecordType::A)), [want]);
}

#[test]
fn names_are_found_as_the_rfcs_have_it() {
    use RecordType as T;
    let rows = rows(vec![
        set("example.com", T::Ns, "ns.example.net."),
        set("www.example.com", T::A, "192.0.2.1"),
        set("*.example.com", T::A, "192.0.2.9"),
        set("deep.below.example.com", T::Txt, "\"x\""),
        set("c.example.com", T::Cname, "www.example.com."),
        set("far.example.com", T::Cname, "www.example.org."),
        set("sub.example.com", T::Ns, "ns.sub.example.com."),
        set("sub.example.com", T::Ds, "1 13 2 00"),
        set("host.sub.example.com", T::A, "192.0.2.3"),
    ]);
    let client = Client::default();
    for (of, kind, want) in [
        ("www.example.com", T::A, vec!["192.0.2.1"]),
        ("WWW.example.com", T::A, vec!["192.0.2.1"]),
        ("www.example.com", T::Aaaa, vec!["-"]),
        ("any.example.com", T::A, vec!["192.0.2.9"]),
        ("very.far.away.example.com", T::A, vec!["192.0.2.9"]),
        ("any.example.com", T::Mx, vec!["-"]),
        ("below.example.com", T::A, vec!["-"]),
        ("other.below.example.com", T::A, vec!["?"]),
        ("x.www.example.com", T::A, vec!["?"]),
        ("c.example.com", T::A, vec!["www.example.com.", "192.0.2.1"]),
        ("c.example.com", T::Cname, vec!["www.example.com."]),
        ("far.example.com", T::A, vec!["www.example.org."]),
        ("host.sub.example.com", T::A, vec!["->", "sub.example.com."]),
        ("sub.example.com", T::A, vec!["->", "sub.example.com."]),
        ("sub.example.com", T::Ds, vec!["1 13 2 00"]),
        ("sub.example.com", T::Ns, vec!["ns.sub.example.com."]),
        ("example.com", T::A, vec!["-"]),
    ] {
        assert_eq!(values(&ask(&rows, &client, of, kind)), want, "{of} {kind:?}");
    }
}

#[test]
fn weights_share_the_questions() {
    let mut rows = rows(policy(&[
        (Routing::Weighted(0), "a"),
        (Routing::Weighted(2), "b"),
        (Routing::Weighted(1), "c"),
    ]));
    let client = Client::default();
    for (drawn, want) in [(0, "b"), (1, "b"), (2, "c")] {
        rows.drawn.set(drawn);
        check(&rows, &client, want);
    }
    rows.unhealthy = vec!["b", "c"];
    check(&rows, &client, "a");
    rows.unhealthy = vec!["a", "b", "c"];
    rows.drawn.set(2);
    check(&rows, &client, "c");
}

#[test]
fn the_secondary_stands_in_while_the_primary_is_not_healthy() {
    let mut rows = rows(policy(&[(Routing::Secondary, "s"), (Routing::Primary, "p")]));
    let client = Client::default();
    for (unhealthy, want) in [(vec![], "p"), (vec!["p"], "s"), (vec!["p", "s"], "p"), (vec!["s"], "p")] {
        rows.unhealthy = unhealthy;
        check(&rows, &client, want);
    }
}

#[test]
fn places_go_from_the_smallest_to_everywhere() {
    let place = |place| Routing::Location(place);
    let mut rows = rows(policy(&[
        (place(Place::Country("*".to_owned())), "all"),
        (place(Place::Continent("NA".to_owned())), "na"),
        (place(Place::Country("US".to_owned())), "us"),
    ]));
    check(&rows, &Client::in_us_east_1(), "us");
    check(&rows, &Client::default(), "all");
    rows.unhealthy = vec!["us"];
    check(&rows, &Client::in_us_east_1(), "na");
    rows.sets.remove(0);
    check(&rows, &Client::default(), "-");
}

#[test]
fn the_nearest_answers() {
    let latency = |region: &str| Routing::Latency(region.to_owned());
    let mut near = rows(policy(&[(latency("eu-west-1"), "eu"), (latency("us-east-2"), "us")]));
    check(&near, &Client::in_us_east_1(), "us");
    near.unhealthy = vec!["us"];
    check(&near, &Client::in_us_east_1(), "eu");
    let point = |region: &str, bias| Routing::Proximity { point: Point::Region(region.to_owned()), bias };
    let biased = rows(policy(&[(point("eu-west-1", 99), "eu"), (point("us-west-2", 0), "us")]));
    check(&biased, &Client::in_us_east_1(), "eu");
}

#[test]
fn blocks_choose_and_everybody_else_gets_the_default() {
    let cidr = |location: &str| Routing::Cidr { collection: "c".to_owned(), location: location.to_owned() };
    let mut rows = rows(policy(&[(cidr("*"), "all"), (cidr("office"), "office")]));
    let office = Client::at(IpAddr::from([192, 0, 2, 1]));
    check(&rows, &office, "office");
    check(&rows, &Client::at(IpAddr::from([198, 51, 100, 1])), "all");
    rows.unhealthy = vec!["office"];
    check(&rows, &office, "all");
}

#[test]
fn up_to_eight_healthy_values_answer_together() {
    let all: Vec<String> = (0..12).map(|number| format!("192.0.2.{number}")).collect();
    let sets: Vec<(Routing, &str)> = all.iter().map(|value| (Routing::Multivalue, value.as_str())).collect();
    let mut rows = rows(policy(&sets));
    let client = Client::default();
    let answer = ask(&rows, &client, "p.example.com", RecordType::A);
    assert_eq!(values(&answer).len(), 8);
    rows.unhealthy = vec!["192.0.2.0"];
    rows.sets.truncate(3);
    let answer = ask(&rows, &client, "p.example.com", RecordType::A);
    let mut found = values(&answer);
    found.sort_unstable();
    assert_eq!(found, ["192.0.2.1", "192.0.2.2"]);
}

#[test]
fn an_alias_answers_as_its_target_and_is_as_healthy() {
    let alias = |identifier: &str, routing, to: &str| RecordSet {
        identifier: Some(identifier.to_owned()),
        routing,
        body: Body::Alias(Alias { zone: "Z".to_owned(), name: name(to), evaluates_health: true }),
        health_check: None,
        ..set("p.example.com", RecordType::A, "")
    };
    let target = |of: &str, value: &str| RecordSet {
        identifier: Some(value.to_owned()),
        routing: Routing::Weighted(1),
        health_check: Some(value.to_owned()),
        ..set(of, RecordType::A, value)
    };
    let mut rows = rows(vec![
        alias("one", Routing::Primary, "one.example.com"),
        alias("two", Routing::Secondary, "two.example.com"),
        target("one.example.com", "192.0.2.1"),
        target("two.example.com", "192.0.2.2"),
    ]);
    check(&rows, &Client::default(), "192.0.2.1");
    rows.unhealthy = vec!["192.0.2.1"];
    check(&rows, &Client::default(), "192.0.2.2");
    let loops = rows_of_a_loop();
    check(&loops, &Client::default(), "-");
}

/// Two aliases that lead to each other.
fn rows_of_a_loop() -> Rows {
    let alias = |of: &str, to: &str| RecordSet {
        body: Body::Alias(Alias { zone: "Z".to_owned(), name: name(to), evaluates_health: true }),
        ..set(of, RecordType::A, "")
    };
    rows(vec![alias("p.example.com", "q.example.com"), alias("q.example.com", "p.example.com")])
}

#[test]
fn a_traffic_policy_answers_as_its_rules_have_it() {
    let document = r#"{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartRule":"f",
        "Endpoints":{"a":{"Type":"value","Value":"192.0.2.1"},"b":{"Type":"value","Value":"192.0.2.2"}},
        "Rules":{"f":{"RuleType":"failover","Primary":{"EndpointReference":"a","HealthCheck":"h"},
        "Secondary":{"EndpointReference":"b"}}}}"#;
    let body = Body::Policy { instance: "i".to_owned() };
    let mut rows = rows(vec![RecordSet { body, ..set("p.example.com", RecordType::A, "") }]);
    rows.document = Some(document.to_owned());
    check(&rows, &Client::default(), "192.0.2.1");
    rows.unhealthy = vec!["h"];
    check(&rows, &Client::default(), "192.0.2.2");
}

#[test]
fn a_multivalue_rule_answers_up_to_eight_values() {
    let endpoint = |n: usize| format!(r#""e{n}":{{"Type":"value","Value":"192.0.2.{n}"}}"#);
    let item = |n: usize| format!(r#"{{"EndpointReference":"e{n}"}}"#);
    let (endpoints, items): (Vec<_>, Vec<_>) = (0..12).map(|n| (endpoint(n), item(n))).unzip();
    let document = format!(
        r#"{{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartRule":"m","Endpoints":{{{}}},
        "Rules":{{"m":{{"RuleType":"multivalue","Items":[{}]}}}}}}"#,
        endpoints.join(","),
        items.join(",")
    );
    let body = Body::Policy { instance: "i".to_owned() };
    let mut rows = rows(vec![RecordSet { body, ..set("p.example.com", RecordType::A, "") }]);
    rows.document = Some(document);
    let answer = ask(&rows, &Client::default(), "p.example.com", RecordType::A);
    let mut found = values(&answer);
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), 8);
}

#[test]
fn many_ways_to_one_rule_are_one_way() {
    let branch =
        |to: usize| format!(r#"{{"Weight":"1","RuleReference":"r{to}","EvaluateTargetHealth":true}}"#);
    let rule = |n: usize| {
        let branches = vec![branch(n + 1); 200].join(",");
        format!(r#""r{n}":{{"RuleType":"weighted","Items":[{branches}]}}"#)
    };
    let rules: Vec<String> = (0..12).map(rule).collect();
    let document = format!(
        r#"{{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartRule":"r0",
        "Endpoints":{{"e":{{"Type":"value","Value":"192.0.2.1"}}}},"Rules":{{{},
        "r12":{{"RuleType":"weighted","Items":[{{"Weight":"1","EndpointReference":"e","HealthCheck":"h"}}]}}}}}}"#,
        rules.join(",")
    );
    let body = Body::Policy { instance: "i".to_owned() };
    let mut rows = rows(vec![RecordSet { body, ..set("p.example.com", RecordType::A, "") }]);
    rows.document = Some(document);
    rows.unhealthy = vec!["h"];
    check(&rows, &Client::default(), "192.0.2.1");
}

#[test]
fn many_aliases_of_one_name_ask_for_its_health_once() {
    let alias = |n: usize, place: usize| RecordSet {
        identifier: Some(place.to_string()),
        routing: Routing::Weighted(1),
        body: Body::Alias(Alias {
            zone: "Z".to_owned(),
            name: name(&format!("{}.example.com", n + 1)),
            evaluates_health: true,
        }),
        ..set(
            &if n == 0 { "p.example.com".to_owned() } else { format!("{n}.example.com") },
            RecordType::A,
            "",
        )
    };
    let mut sets: Vec<RecordSet> = Vec::new();
    for n in 0..12 {
        sets.extend((0..30).map(|place| alias(n, place)));
    }
    let leaf = set("12.example.com", RecordType::A, "192.0.2.1");
    sets.push(RecordSet {
        identifier: Some("x".to_owned()),
        routing: Routing::Weighted(1),
        health_check: Some("h".to_owned()),
        ..leaf
    });
    let mut rows = rows(sets);
    rows.unhealthy = vec!["h"];
    check(&rows, &Client::default(), "192.0.2.1");
}
