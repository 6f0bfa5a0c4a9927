//! Route 53, as a client sees it: what an answer says and what is refused. Nothing here knows the crate under test;
//! another implementation at the endpoint would be judged by the same words.

mod absent;
mod account;
mod alias;
mod answer;
mod cidr;
mod dnssec;
mod domains;
mod elsewhere;
mod health_check;
mod hostile;
mod listing;
mod malformed;
mod policy;
mod private_zone;
mod query_log;
mod record;
mod resolver;
mod schema;
mod traffic;
mod zone;

use serde_json::{Value, json};
use testkit::{Client, Options, Server};

/// A refusal: the operation, its parameters, the status, the code and the sentence.
type Refused<'a> = (&'a str, Value, u16, &'a str, &'a str);

#[track_caller]
fn refuses(client: &Client, cases: &[Refused<'_>]) {
    for (operation, parameters, status, code, sentence) in cases {
        let refusal = client.call(operation, parameters).refusal();
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str());
        assert_eq!(found, (*status, *code, *sentence), "{operation} {parameters}");
    }
}

/// A member that is too long: the operation, everything else that it wants, the member, and characters at the most.
type TooLong<'a> = (&'a str, Value, &'a str, usize);

/// Refuses members that are longer than the model has them.
#[track_caller]
fn refuses_too_long(client: &Client, code: &str, cases: &[TooLong<'_>]) {
    for (operation, beside, member, most) in cases {
        let (mut parameters, long) = (beside.clone(), "a".repeat(most + 1));
        parameters[*member] = long.clone().into();
        let path = format!("{}{}", member[..1].to_lowercase(), &member[1..]);
        let sentence = format!(
            "1 validation error detected: Value '{long}' at '{path}' failed to satisfy constraint: Member must have length less than or equal to {most}"
        );
        client.call(operation, &parameters).refused(400, code, &sentence);
    }
}

/// A server and its Route 53.
fn start() -> (Server, Client) {
    let server = Server::start();
    let client = server.client("route53");
    (server, client)
}

/// The same, where changes take the time that they take with AWS.
fn start_real() -> (Server, Client) {
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let client = server.client("route53");
    (server, client)
}

/// The root user of another account.
fn other(server: &Server) -> Client {
    server.client("route53").key("111111111111", "of nobody", None)
}

/// The id without what stands before it.
fn bare(id: &str) -> String {
    id.rsplit('/').next().unwrap_or(id).to_owned()
}

/// A public zone.
#[track_caller]
fn zone(client: &Client, name: &str) -> String {
    let create = json!({ "Name": name, "CallerReference": format!("zone {name}") });
    bare(&client.call("CreateHostedZone", &create).ok().text("HostedZone.Id"))
}

/// A VPC of the caller's account in a Region.
#[track_caller]
fn vpc(server: &Server, region: &str) -> String {
    let create = json!({ "CidrBlock": "10.0.0.0/16" });
    server.client("ec2").region(region).call("CreateVpc", &create).ok().text("vpc.vpcId")
}

/// A change of a set of one value.
fn set(action: &str, name: &str, kind: &str, value: &str) -> Value {
    json!({ "Action": action, "ResourceRecordSet": {
        "Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{ "Value": value }],
    } })
}

/// A change with more members in its set.
fn with(mut change: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().into_iter().flatten() {
        change["ResourceRecordSet"][key] = value.clone();
    }
    change
}

/// A batch for a zone.
fn batch(zone: &str, changes: &[Value]) -> Value {
    json!({ "HostedZoneId": zone, "ChangeBatch": { "Changes": changes } })
}

#[track_caller]
fn change(client: &Client, zone: &str, changes: &[Value]) {
    client.call("ChangeResourceRecordSets", &batch(zone, changes)).ok();
}

/// Refuses a batch with these sentences together.
#[track_caller]
fn change_refused(client: &Client, zone: &str, changes: &[Value], sentences: &[&str]) {
    let sentence = format!("[{}]", sentences.join(", "));
    client.call("ChangeResourceRecordSets", &batch(zone, changes)).refused(
        400,
        "InvalidChangeBatch",
        &sentence,
    );
}

/// Name and type of every set of a zone, in the order of the list.
#[track_caller]
fn sets(client: &Client, zone: &str) -> Vec<String> {
    let list = client.call("ListResourceRecordSets", &json!({ "HostedZoneId": zone })).ok();
    let path = "ResourceRecordSets.ResourceRecordSet";
    let (names, types) = (list.texts(&format!("{path}.Name")), list.texts(&format!("{path}.Type")));
    names.iter().zip(types).map(|(name, kind)| format!("{name} {kind}")).collect()
}

#[test]
fn what_is_not_built_is_refused_by_name() {
    let (_server, client) = start();
    let asked = json!({ "HostedZoneId": "Z1", "HostedZoneTier": "ADVANCED" });
    let refusal = client.call("UpdateHostedZoneTier", &asked).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (501, "NotImplemented"));
    let create = json!({ "Name": "example.com", "CallerReference": "x",
        "EnablePublicDNSFallback": true });
    let refusal = client.call("CreateHostedZone", &create).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (501, "NotImplemented"));
}
