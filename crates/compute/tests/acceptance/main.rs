//! The instances half of EC2, as a client sees it: what an answer says and what is refused. Nothing here knows the
//! crate under test; another implementation at the endpoint would be judged by the same words.

mod image;
mod instance;
mod instance_requirements;
mod instance_type;
mod key_pair;
mod launch_template;
mod launch_template_version;
mod placement_group;
mod tag;

use serde_json::{Value, json};
use testkit::{Client, Golden, Server};

/// Recorded answers of a scenario.
fn golden(name: &str) -> Golden {
    Golden::new(env!("CARGO_MANIFEST_DIR"), name)
}

/// A refusal: the operation, its parameters, the code and the sentence.
type Refused<'a> = (&'a str, Value, &'a str, &'a str);

/// EC2 answers every refusal of these with 400.
#[track_caller]
fn refuses(ec2: &Client, cases: &[Refused<'_>]) {
    for (operation, parameters, code, sentence) in cases {
        let refusal = ec2.call(operation, parameters).refusal();
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str());
        assert_eq!(found, (400, *code, *sentence), "{operation} {parameters}");
    }
}

/// What a Describe with one filter finds at `path`.
#[track_caller]
fn found(ec2: &Client, operation: &str, filter: (&str, &str), path: &str) -> Vec<String> {
    let (name, value) = filter;
    let parameters = json!({ "Filter": [{ "Name": name, "Value": [value] }] });
    ec2.call(operation, &parameters).ok().texts(path)
}

/// An id of that kind that nothing has.
fn nowhere(prefix: &str) -> String {
    format!("{prefix}-00000000000000000")
}

/// A filter of one value.
fn filter(name: &str, value: &str) -> Value {
    json!({ "Name": name, "Value": [value] })
}

/// What all pages of a Describe have at `path`, and how many pages there were.
#[track_caller]
fn pages(ec2: &Client, operation: &str, wish: &Value, path: &str) -> (Vec<String>, usize) {
    let (mut found, mut count, mut wish) = (Vec::new(), 0, wish.clone());
    loop {
        let page = ec2.call(operation, &wish).ok();
        found.extend(page.texts(path));
        count += 1;
        let Some(next) = page.texts("nextToken").pop() else { return (found, count) };
        wish["NextToken"] = Value::from(next);
    }
}

/// A server and its EC2.
fn start() -> (Server, Client) {
    let server = Server::start();
    let ec2 = server.client("ec2");
    (server, ec2)
}
