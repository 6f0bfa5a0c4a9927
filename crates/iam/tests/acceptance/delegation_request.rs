use crate::{golden, refuses, start, user, with};
use serde_json::{Value, json};
use testkit::Client;

const TEMPLATE: &str = "arn:aws:iam::aws:delegation-template/example/1";
const WEEK: u64 = 7 * 86_400;

fn request(workflow: &str) -> Value {
    json!({
        "Description": "Sets up monitoring",
        "Permissions": { "PolicyTemplateArn": TEMPLATE, "Parameters": [{ "Name": "bucket", "Values": ["logs"], "Type": "string" }] },
        "RequestorWorkflowId": workflow,
        "NotificationChannel": "arn:aws:sns:us-east-1:111122223333:topic",
        "SessionDuration": 3600,
    })
}

#[track_caller]
fn create(partner: &Client, parameters: &Value) -> Value {
    let made = partner.call("CreateDelegationRequest", parameters).ok();
    json!({ "DelegationRequestId": made.text("CreateDelegationRequestResult.DelegationRequestId") })
}

#[track_caller]
fn state(iam: &Client, own: &Value) -> String {
    let got = iam.call("GetDelegationRequest", own).ok();
    got.text("GetDelegationRequestResult.DelegationRequest.State")
}

#[test]
fn the_life_of_a_delegation_request() {
    let (server, iam) = start();
    let partner = server.client("iam").key("111122223333", "test", None);
    let mut golden = golden("delegation-request");
    let asked = with(
        request("workflow-1"),
        json!({ "RequestMessage": "please", "RedirectUrl": "https://example.com/done", "OnlySendByOwner": true }),
    );
    let made = golden.note("CreateDelegationRequest", partner.call("CreateDelegationRequest", &asked)).ok();
    let id = made.text("CreateDelegationRequestResult.DelegationRequestId");
    let own = json!({ "DelegationRequestId": id });
    // Nobody's requests are in no list.
    golden.note("nobody's", iam.call("ListDelegationRequests", &json!({}))).ok();
    golden.note("AssociateDelegationRequest", iam.call("AssociateDelegationRequest", &own)).ok();
    let checked = with(own.clone(), json!({ "DelegationPermissionCheck": true }));
    golden.note("GetDelegationRequest", iam.call("GetDelegationRequest", &checked)).ok();
    let notes = with(own.clone(), json!({ "Notes": "is this safe?" }));
    golden.note("UpdateDelegationRequest", iam.call("UpdateDelegationRequest", &notes)).ok();
    assert_eq!(state(&iam, &own), "PENDING_APPROVAL");
    golden.note("AcceptDelegationRequest", iam.call("AcceptDelegationRequest", &own)).ok();
    assert_eq!(state(&iam, &own), "ACCEPTED");
    let reason = with(own.clone(), json!({ "Notes": "on second thought" }));
    golden.note("RejectDelegationRequest", iam.call("RejectDelegationRequest", &reason)).ok();
    golden.note("ListDelegationRequests", iam.call("ListDelegationRequests", &json!({}))).ok();
    let summary = json!({ "EntityArn": format!("arn:aws:iam:::delegation-request/{id}"), "Locale": "en" });
    golden.note("GetHumanReadableSummary", iam.call("GetHumanReadableSummary", &summary)).ok();
    golden.check();
    // It belongs to the account that took it up.
    let other = server.client("iam").key("444455556666", "test", None);
    let missing = format!("The delegation request with id {id} cannot be found.");
    for operation in ["GetDelegationRequest", "AssociateDelegationRequest", "AcceptDelegationRequest"] {
        refuses(&other, &[(operation, own.clone(), 404, "NoSuchEntity", &missing)]);
    }
    refuses(&other, &[("GetHumanReadableSummary", summary, 404, "NoSuchEntity", &missing)]);
}

#[test]
fn a_request_for_an_account_is_that_accounts() {
    let (server, iam) = start();
    let other = server.client("iam").key("444455556666", "test", None);
    let own = create(&iam, &with(request("workflow-1"), json!({ "OwnerAccountId": "444455556666" })));
    let id = own["DelegationRequestId"].as_str().unwrap();
    let missing = format!("The delegation request with id {id} cannot be found.");
    refuses(&iam, &[("AssociateDelegationRequest", own.clone(), 404, "NoSuchEntity", &missing)]);
    other.call("AssociateDelegationRequest", &own).ok();
    let listed = |owner: &str| {
        let list = other.call("ListDelegationRequests", &json!({ "OwnerId": owner })).ok();
        list.texts("ListDelegationRequestsResult.DelegationRequests.member.DelegationRequestId").len()
    };
    assert_eq!(listed("arn:aws:iam::444455556666:root"), 1);
    assert_eq!(listed("arn:aws:iam::444455556666:user/anna"), 0);
}

#[test]
fn a_request_ends_after_a_week() {
    let (server, iam) = start();
    let own = create(&iam, &request("workflow-1"));
    let advance =
        |seconds: u64| server.page("POST", "/_angae/clock", &json!({ "advance": format!("{seconds}s") }));
    advance(WEEK - 1);
    assert_eq!(state(&iam, &own), "UNASSIGNED");
    iam.call("AssociateDelegationRequest", &own).ok();
    advance(WEEK - 1);
    assert_eq!(state(&iam, &own), "ASSIGNED");
    advance(1);
    assert_eq!(state(&iam, &own), "EXPIRED");
    let sentence = "The operation is not allowed for a delegation request in state EXPIRED.";
    refuses(&iam, &[("AcceptDelegationRequest", own, 400, "InvalidInput", sentence)]);
}

#[test]
fn what_delegation_requests_refuse() {
    let (_server, iam) = start();
    user(&iam, "anna");
    let own = create(&iam, &request("workflow-1"));
    let nobody = json!({ "DelegationRequestId": "0123456789abcdef" });
    let missing = "The delegation request with id 0123456789abcdef cannot be found.";
    let unassigned = "The operation is not allowed for a delegation request in state UNASSIGNED.";
    let entity = |arn: &str| json!({ "EntityArn": arn });
    let anna = "arn:aws:iam::000000000000:user/anna";
    refuses(
        &iam,
        &[
            (
                "CreateDelegationRequest",
                request("workflow-1"),
                409,
                "EntityAlreadyExists",
                "A delegation request with the workflow id workflow-1 already exists.",
            ),
            (
                "CreateDelegationRequest",
                with(request("workflow-2"), json!({ "NotificationChannel": "mail" })),
                400,
                "InvalidInput",
                "The notification channel must be an SNS topic ARN.",
            ),
            (
                "CreateDelegationRequest",
                with(
                    request("workflow-2"),
                    json!({ "Permissions": { "Parameters": [{ "Name": "bucket" }] } }),
                ),
                400,
                "ValidationError",
                "Invalid ARN: ",
            ),
            (
                "CreateDelegationRequest",
                with(
                    request("workflow-2"),
                    json!({ "Permissions": { "PolicyTemplateArn": "no arn at all, but long" } }),
                ),
                400,
                "ValidationError",
                "Invalid ARN: no arn at all, but long",
            ),
            ("GetDelegationRequest", nobody.clone(), 404, "NoSuchEntity", missing),
            ("AssociateDelegationRequest", nobody.clone(), 404, "NoSuchEntity", missing),
            ("UpdateDelegationRequest", nobody.clone(), 404, "NoSuchEntity", missing),
            ("AcceptDelegationRequest", nobody.clone(), 404, "NoSuchEntity", missing),
            ("RejectDelegationRequest", nobody, 404, "NoSuchEntity", missing),
            ("UpdateDelegationRequest", own.clone(), 400, "InvalidInput", unassigned),
            ("AcceptDelegationRequest", own.clone(), 400, "InvalidInput", unassigned),
            ("RejectDelegationRequest", own, 400, "InvalidInput", unassigned),
            (
                "GetHumanReadableSummary",
                entity(anna),
                400,
                "InvalidInput",
                &format!("Summaries are not supported for the entity {anna}."),
            ),
            (
                "GetHumanReadableSummary",
                entity("no arn at all, but long"),
                400,
                "ValidationError",
                "Invalid ARN: no arn at all, but long",
            ),
            ("ListDelegationRequests", json!({ "Marker": "x" }), 400, "ValidationError", "Invalid Marker."),
        ],
    );
}
