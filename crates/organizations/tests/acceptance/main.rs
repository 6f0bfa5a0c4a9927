//! Organizations, as a client sees them: what an answer says and what is refused. Nothing here knows the crate under
//! test; another implementation at the endpoint would be judged by the same words.

mod account;
mod handshake;
mod policy;
mod tree;

use serde_json::{Value, json};
use testkit::{Client, Server};

/// The account that manages.
const MANAGEMENT: &str = "000000000000";

/// A refusal: the operation, its parameters, the code, the sentence and the reason beside it, if any.
type Refused<'a> = (&'a str, Value, &'a str, &'a str, &'a str);

/// Organizations answers every refusal with 400.
#[track_caller]
fn refuses(client: &Client, cases: &[Refused<'_>]) {
    for (operation, parameters, code, sentence, reason) in cases {
        let refusal = client.call(operation, parameters).refusal();
        let given = refusal.members.get("Reason").map_or("", String::as_str);
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str(), given);
        assert_eq!(found, (400, *code, *sentence, *reason), "{operation} {parameters}");
    }
}

/// A server, the management account of a new organization there, and the id of its root.
fn start() -> (Server, Client, String) {
    let server = Server::start();
    let client = server.client("organizations");
    client.call("CreateOrganization", &json!({})).ok();
    let root = client.call("ListRoots", &json!({})).ok().text("Roots.Id");
    (server, client, root)
}

/// The root user of another account.
fn account(server: &Server, id: &str) -> Client {
    server.client("organizations").key(id, "of nobody", None)
}

/// A unit in a root or unit.
#[track_caller]
fn unit(client: &Client, parent: &str, name: &str) -> String {
    let create = json!({ "ParentId": parent, "Name": name });
    client.call("CreateOrganizationalUnit", &create).ok().text("OrganizationalUnit.Id")
}

/// A new account.
#[track_caller]
fn member(client: &Client, name: &str) -> String {
    let create = json!({ "AccountName": name, "Email": format!("{name}@example.org") });
    let request = client.call("CreateAccount", &create).ok().text("CreateAccountStatus.Id");
    let status = json!({ "CreateAccountRequestId": request });
    client.call("DescribeCreateAccountStatus", &status).ok().text("CreateAccountStatus.AccountId")
}

/// A service control policy of one statement.
#[track_caller]
fn policy(client: &Client, name: &str, statement: &str) -> String {
    let create = json!({
        "Name": name, "Description": "", "Type": "SERVICE_CONTROL_POLICY",
        "Content": format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#),
    });
    client.call("CreatePolicy", &create).ok().text("Policy.PolicySummary.Id")
}

#[track_caller]
fn enable(client: &Client, root: &str, kind: &str) {
    client.call("EnablePolicyType", &json!({ "RootId": root, "PolicyType": kind })).ok();
}

#[test]
fn what_is_not_built_is_refused_by_name() {
    let (_server, client, _) = start();
    let refusal = client.call("DescribeResourcePolicy", &json!({})).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (501, "NotImplemented"));
}

#[test]
fn values_that_break_the_model_are_refused_without_their_names() {
    let (_server, client, _) = start();
    refuses(
        &client,
        &[
            (
                "DescribeAccount",
                json!({ "AccountId": "1" }),
                "InvalidInputException",
                "You provided a value that does not match the required pattern.",
                "INVALID_PATTERN",
            ),
            (
                "ListPolicies",
                json!({ "Filter": "NO_POLICY" }),
                "InvalidInputException",
                "You specified an invalid value.",
                "INVALID_ENUM_POLICY_TYPE",
            ),
            (
                "ListRoots",
                json!({ "MaxResults": 21 }),
                "InvalidInputException",
                "You provided a numeric parameter that has a larger value than allowed.",
                "MAX_VALUE_EXCEEDED",
            ),
            (
                "ListAccounts",
                json!({ "NextToken": "of another list" }),
                "InvalidInputException",
                "You provided a value that does not match the required pattern.",
                "INVALID_PATTERN",
            ),
            (
                "MoveAccount",
                json!({ "AccountId": MANAGEMENT, "SourceParentId": "r-abcd" }),
                "InvalidInputException",
                "You must include a value for all required parameters.",
                "INPUT_REQUIRED",
            ),
        ],
    );
}
