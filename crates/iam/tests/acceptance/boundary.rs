use crate::{TRUST, arn, policy, refuses, role, start, user};
use serde_json::{Value, json};
use testkit::Client;

/// The operations, the parameter that names the identity, and the identity's part of an answer.
const KINDS: [(&str, &str); 2] = [("User", "UserName"), ("Role", "RoleName")];

#[track_caller]
fn boundary(iam: &Client, kind: &str, named: &Value) -> String {
    let answer = iam.call(&format!("Get{kind}"), named).ok();
    let path = format!("Get{kind}Result.{kind}.PermissionsBoundary");
    let found = answer.texts(&format!("{path}.PermissionsBoundaryArn"));
    if !found.is_empty() {
        assert_eq!(answer.text(&format!("{path}.PermissionsBoundaryType")), "Policy");
    }
    found.concat()
}

#[test]
fn a_boundary_is_set_replaced_and_taken_away() {
    let (_server, iam) = start();
    let (first, second) = (policy(&iam, "first"), policy(&iam, "second"));
    user(&iam, "anna");
    role(&iam, "anna");
    for (kind, parameter) in KINDS {
        let named = json!({ parameter: "anna" });
        assert_eq!(boundary(&iam, kind, &named), "");
        for arn in [&first, &second] {
            let put = json!({ parameter: "anna", "PermissionsBoundary": arn });
            iam.call(&format!("Put{kind}PermissionsBoundary"), &put).ok();
            assert_eq!(boundary(&iam, kind, &named), **arn);
        }
        let used = iam.call("GetPolicy", &json!({ "PolicyArn": second })).ok();
        assert_eq!(used.text("GetPolicyResult.Policy.PermissionsBoundaryUsageCount"), "1");
        assert_eq!(used.text("GetPolicyResult.Policy.AttachmentCount"), "0");
        let sentence = "Cannot delete a policy attached to entities.";
        refuses(&iam, &[("DeletePolicy", json!({ "PolicyArn": second }), 409, "DeleteConflict", sentence)]);
        iam.call(&format!("Delete{kind}PermissionsBoundary"), &named).ok();
        assert_eq!(boundary(&iam, kind, &named), "");
    }
    let made = json!({ "UserName": "berta", "PermissionsBoundary": first });
    iam.call("CreateUser", &made).ok();
    assert_eq!(boundary(&iam, "User", &json!({ "UserName": "berta" })), first);
    let made =
        json!({ "RoleName": "berta", "AssumeRolePolicyDocument": TRUST, "PermissionsBoundary": first });
    iam.call("CreateRole", &made).ok();
    assert_eq!(boundary(&iam, "Role", &json!({ "RoleName": "berta" })), first);
    iam.call("DeletePolicy", &json!({ "PolicyArn": second })).ok();
}

#[test]
fn what_boundaries_refuse() {
    let (_server, iam) = start();
    let read = policy(&iam, "read");
    user(&iam, "anna");
    role(&iam, "anna");
    let (gone, other) = (arn("policy/gone"), arn("not_a_policy/read"));
    for (kind, parameter) in KINDS {
        let put = |name: &str, arn: &str| json!({ parameter: name, "PermissionsBoundary": arn });
        let create = |arn: &str| json!({ parameter: "new", "AssumeRolePolicyDocument": TRUST, "PermissionsBoundary": arn });
        let missing = format!("The {} with name nobody cannot be found.", kind.to_lowercase());
        let no_policy = format!("Scope ARN: {gone} does not exist or is not attachable.");
        let no_arn = format!("ARN {other} is not valid.");
        let (set, delete) =
            (format!("Put{kind}PermissionsBoundary"), format!("Delete{kind}PermissionsBoundary"));
        let make = format!("Create{kind}");
        refuses(
            &iam,
            &[
                (&set, put("nobody", &read), 404, "NoSuchEntity", &missing),
                (&delete, json!({ parameter: "nobody" }), 404, "NoSuchEntity", &missing),
                (&set, put("anna", &gone), 404, "NoSuchEntity", &no_policy),
                (&make, create(&gone), 404, "NoSuchEntity", &no_policy),
                (&set, put("anna", &other), 400, "InvalidInput", &no_arn),
                (&make, create(&other), 400, "InvalidInput", &no_arn),
            ],
        );
    }
}
