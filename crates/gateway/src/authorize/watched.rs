//! A context that writes down what was asked of it: for explanations, which say where each value came from.

use policy::context::{Context, Key, List, Origin, Values};
use policy::decide::Request;
use policy::explain::{Explanation, explain};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Answers as the context behind it, but for what is given in its place.
struct Watched<'a, C: ?Sized> {
    behind: &'a C,
    given: &'a [(&'a str, Vec<String>)],
    seen: RefCell<BTreeMap<String, Value>>,
}

impl<C: Context + ?Sized> Context for Watched<'_, C> {
    fn values(&self, key: &Key) -> Option<Values<'_>> {
        let given = self.given.iter().find(|(given, _)| given.eq_ignore_ascii_case(key.name()));
        let values = match given {
            Some((_, texts)) => Some(match &texts[..] {
                [one] => Values::one(one.as_str(), Origin::Given),
                texts => Values::many(texts, Origin::Given),
            }),
            None => self.behind.values(key),
        }?;
        let texts: Vec<String> = match &values.list {
            List::One(value) => vec![value.text().into_owned()],
            List::Many(texts) => texts.to_vec(),
        };
        let seen = json!({ "key": key.written(), "values": texts, "origin": origin(values.origin) });
        self.seen.borrow_mut().insert(key.name().to_owned(), seen);
        Some(values)
    }
}

/// Explains, and tells with it the values that were asked for, by key.
pub(super) fn explained<C: Context + ?Sized, T>(
    request: &Request<'_, C>,
    given: &[(&str, Vec<String>)],
    tell: impl FnOnce(&Explanation<'_>, &[Value]) -> T,
) -> T {
    let watched = Watched { behind: request.context, given, seen: RefCell::default() };
    let why = explain(&Request {
        caller: request.caller,
        action: request.action,
        resource: request.resource,
        endpoint: request.endpoint,
        context: &watched,
    });
    let seen: Vec<Value> = watched.seen.borrow().values().cloned().collect();
    tell(&why, &seen)
}

/// Where a value came from, for people.
pub(super) fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Given => "given",
        Origin::Connection => "connection",
        Origin::Clock => "clock",
        Origin::Credentials => "credentials",
        Origin::SessionTag => "session tag",
        Origin::PrincipalTag => "tag of the user or role",
        Origin::Service => "service",
        Origin::Request => "request",
        Origin::Resource => "resource",
        Origin::ResourceTag => "tag of the resource",
        Origin::Organization => "organization",
        Origin::Setting => "setting",
    }
}
