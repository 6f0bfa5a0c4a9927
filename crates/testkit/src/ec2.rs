//! What the acceptance tests of EC2's three owners have in common.

use crate::client::Client;
use crate::server::{Options, Server};
use serde_json::{Value, json};

/// A refusal: the operation, its parameters, the code and the sentence.
pub type Refused<'a> = (&'a str, Value, &'a str, &'a str);

/// A server and its EC2.
pub fn start() -> (Server, Client) {
    let server = Server::start();
    let ec2 = server.client("ec2");
    (server, ec2)
}

/// The same, where states take the time that they take with AWS.
pub fn start_real() -> (Server, Client) {
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let ec2 = server.client("ec2");
    (server, ec2)
}

/// Advances the server's clock: `31s`.
#[track_caller]
pub fn advance(server: &Server, by: &str) {
    server.page("POST", "/_angae/clock", &json!({ "advance": by }));
}

/// Holds refusals, each of which EC2 answers with 400, against what is wanted.
#[track_caller]
pub fn refuses(ec2: &Client, cases: &[Refused<'_>]) {
    for (operation, parameters, code, sentence) in cases {
        let refusal = ec2.call(operation, parameters).refusal();
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str());
        assert_eq!(found, (400, *code, *sentence), "{operation} {parameters}");
    }
}

/// A filter of one value.
pub fn filter(name: &str, value: &str) -> Value {
    json!({ "Name": name, "Value": [value] })
}

/// What a Describe with one filter finds at `path`.
#[track_caller]
pub fn found(ec2: &Client, operation: &str, (name, value): (&str, &str), path: &str) -> Vec<String> {
    ec2.call(operation, &json!({ "Filter": [filter(name, value)] })).ok().texts(path)
}

/// What all pages of a Describe have at `path`, and how many pages there were.
#[track_caller]
pub fn pages(ec2: &Client, operation: &str, wish: &Value, path: &str) -> (Vec<String>, usize) {
    let (mut found, mut count, mut wish) = (Vec::new(), 0, wish.clone());
    loop {
        let page = ec2.call(operation, &wish).ok();
        found.extend(page.texts(path));
        count += 1;
        let Some(next) = page.texts("nextToken").pop() else { return (found, count) };
        wish["NextToken"] = Value::from(next);
    }
}

/// An id of that kind that nothing has.
pub fn nowhere(prefix: &str) -> String {
    format!("{prefix}-00000000000000000")
}

/// One object with the members of both.
pub fn with(one: &Value, other: &Value) -> Value {
    let members = |value: &Value| value.as_object().expect("the test gives an object").clone();
    let mut all = members(one);
    all.extend(members(other));
    Value::Object(all)
}
