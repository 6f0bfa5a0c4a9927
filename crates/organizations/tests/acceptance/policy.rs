//! Policies and what they are attached to.

use crate::{MANAGEMENT, enable, member, policy, refuses, start, unit};
use serde_json::{Value, json};
use testkit::Client;

const SERVICE: &str = "SERVICE_CONTROL_POLICY";
const RESOURCE: &str = "RESOURCE_CONTROL_POLICY";
const DENY: &str = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;

fn attached(client: &Client, target: &str, kind: &str) -> Vec<String> {
    let asked = json!({ "TargetId": target, "Filter": kind });
    client.call("ListPoliciesForTarget", &asked).ok().texts("Policies.Id")
}

fn pair(policy: &str, target: &str) -> Value {
    json!({ "PolicyId": policy, "TargetId": target })
}

#[test]
fn what_is_enabled_begins_with_all_allowed() {
    let (_server, client, root) = start();
    let before = unit(&client, &root, "before");
    for (kind, full) in [(SERVICE, "p-FullAWSAccess"), (RESOURCE, "p-RCPFullAWSAccess")] {
        assert!(attached(&client, &root, kind).is_empty());
        enable(&client, &root, kind);
        let after = unit(&client, &root, kind);
        let dev = member(&client, kind.split('_').next().unwrap());
        for target in [root.as_str(), &before, &after, &dev, MANAGEMENT] {
            assert_eq!(attached(&client, target, kind), [full], "{target}");
        }
        let asked = json!({ "RootId": root, "PolicyType": kind });
        let sentence = "The specified policy type is already enabled.";
        refuses(
            &client,
            &[("EnablePolicyType", asked.clone(), "PolicyTypeAlreadyEnabledException", sentence, "")],
        );
        client.call("DisablePolicyType", &asked).ok();
        assert!(attached(&client, &dev, kind).is_empty());
        let sentence = "This operation can be performed only for enabled policy types.";
        refuses(&client, &[("DisablePolicyType", asked, "PolicyTypeNotEnabledException", sentence, "")]);
    }
    let none = json!({ "RootId": "r-none", "PolicyType": SERVICE });
    let sentence = "You specified a root that doesn't exist.";
    refuses(&client, &[("EnablePolicyType", none, "RootNotFoundException", sentence, "")]);
}

#[test]
fn the_policies_of_aws_are_there_and_stay() {
    let (_server, client, root) = start();
    let described = client.call("DescribePolicy", &json!({ "PolicyId": "p-FullAWSAccess" })).ok();
    assert_eq!(
        described.tree()["Policy"]["PolicySummary"],
        json!({
            "Id": "p-FullAWSAccess",
            "Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
            "Name": "FullAWSAccess",
            "Description": "Allows access to every operation",
            "Type": SERVICE,
            "AwsManaged": true,
        })
    );
    enable(&client, &root, SERVICE);
    enable(&client, &root, RESOURCE);
    let immutable = "You specified a policy that is managed by AWS and can't be modified.";
    let full = json!({ "PolicyId": "p-FullAWSAccess" });
    refuses(
        &client,
        &[
            ("DeletePolicy", full.clone(), "InvalidInputException", immutable, "IMMUTABLE_POLICY"),
            ("UpdatePolicy", full, "InvalidInputException", immutable, "IMMUTABLE_POLICY"),
            (
                "DetachPolicy",
                pair("p-RCPFullAWSAccess", &root),
                "InvalidInputException",
                "You can't detach this AWS managed policy.",
                "NON_DETACHABLE_POLICY",
            ),
            (
                "DetachPolicy",
                pair("p-FullAWSAccess", &root),
                "ConstraintViolationException",
                "You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.",
                "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            ),
        ],
    );
}

#[test]
fn a_policy_is_attached_and_detached() {
    let (_server, client, root) = start();
    let id = policy(&client, "deny", DENY);
    let sentence = "This operation can be performed only for enabled policy types.";
    refuses(&client, &[("AttachPolicy", pair(&id, &root), "PolicyTypeNotEnabledException", sentence, "")]);
    enable(&client, &root, SERVICE);
    let dev = member(&client, "dev");
    for target in [root.as_str(), &dev] {
        client.call("AttachPolicy", &pair(&id, target)).ok();
    }
    let targets = client.call("ListTargetsForPolicy", &json!({ "PolicyId": id })).ok();
    assert_eq!(targets.texts("Targets.TargetId"), [dev.clone(), root.clone()]);
    assert_eq!(targets.texts("Targets.Type"), ["ACCOUNT", "ROOT"]);
    refuses(
        &client,
        &[
            (
                "AttachPolicy",
                pair(&id, &root),
                "DuplicatePolicyAttachmentException",
                "A policy with the specified name and type already exists.",
                "",
            ),
            (
                "AttachPolicy",
                pair("p-12345678", &root),
                "PolicyNotFoundException",
                "We can't find a policy with the PolicyId that you specified.",
                "",
            ),
            (
                "AttachPolicy",
                pair(&id, "999999999999"),
                "TargetNotFoundException",
                "You specified a target that doesn't exist.",
                "",
            ),
            (
                "DetachPolicy",
                pair(&id, MANAGEMENT),
                "PolicyNotAttachedException",
                "The policy isn't attached to the specified target in the specified root.",
                "",
            ),
            (
                "DeletePolicy",
                json!({ "PolicyId": id }),
                "PolicyInUseException",
                "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.",
                "",
            ),
        ],
    );
    for target in [root.as_str(), &dev] {
        client.call("DetachPolicy", &pair(&id, target)).ok();
    }
    client.call("DeletePolicy", &json!({ "PolicyId": id })).ok();
    let sentence = "You specified a policy that doesn't exist.";
    refuses(
        &client,
        &[("DescribePolicy", json!({ "PolicyId": id }), "PolicyNotFoundException", sentence, "")],
    );
}

#[test]
fn a_target_takes_ten_policies() {
    let (_server, client, root) = start();
    enable(&client, &root, SERVICE);
    for n in 0..9 {
        let id = policy(&client, &format!("p{n}"), DENY);
        client.call("AttachPolicy", &pair(&id, &root)).ok();
    }
    let id = policy(&client, "one too many", DENY);
    refuses(
        &client,
        &[(
            "AttachPolicy",
            pair(&id, &root),
            "ConstraintViolationException",
            "You have attached the maximum number of policies to the specified target.",
            "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
        )],
    );
}

#[test]
fn documents_are_judged_by_their_kind() {
    let (_server, client, _) = start();
    let create = |kind: &str, name: &str, content: &str| json!({ "Name": name, "Description": "d", "Type": kind, "Content": content });
    let document = |statement: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    let id = policy(&client, "deny", DENY);
    let malformed =
        "The provided policy document does not meet the requirements of the specified policy type.";
    let long = document(DENY) + &" ".repeat(10_240);
    let size = ("ConstraintViolationException", "You have exceeded the maximum policy size.");
    let reason = "POLICY_CONTENT_LIMIT_EXCEEDED";
    refuses(
        &client,
        &[
            ("CreatePolicy", create(SERVICE, "a", "{"), "MalformedPolicyDocumentException", malformed, ""),
            (
                "CreatePolicy",
                create(RESOURCE, "a", &document(DENY)),
                "MalformedPolicyDocumentException",
                malformed,
                "",
            ),
            ("CreatePolicy", create(SERVICE, "a", &long), size.0, size.1, reason),
            ("UpdatePolicy", json!({ "PolicyId": id, "Content": long }), size.0, size.1, reason),
            (
                "CreatePolicy",
                create(SERVICE, "deny", &document(DENY)),
                "DuplicatePolicyException",
                "A policy with the same name already exists.",
                "",
            ),
            (
                "CreatePolicy",
                create("TAG_POLICY", "a", "{}"),
                "PolicyTypeNotAvailableForOrganizationException",
                "You can't use the specified policy type with the feature set currently enabled for this organization.",
                "",
            ),
            (
                "DescribeEffectivePolicy",
                json!({ "PolicyType": SERVICE }),
                "InvalidInputException",
                "You specified an invalid value.",
                "INVALID_ENUM_POLICY_TYPE",
            ),
            (
                "DescribeEffectivePolicy",
                json!({ "PolicyType": "TAG_POLICY" }),
                "EffectivePolicyNotFoundException",
                "If you ran this action on the management account, this policy type is not enabled. If you ran the action on a member account, the account doesn't have an effective policy of this type. Contact the administrator of your organization about attaching a policy of this type to the account.",
                "",
            ),
        ],
    );
    let changed = json!({ "PolicyId": id, "Name": "other", "Description": "why" });
    let changed = client.call("UpdatePolicy", &changed).ok();
    assert_eq!(changed.text("Policy.PolicySummary.Name"), "other");
    assert_eq!(changed.text("Policy.Content"), document(DENY));
    let listed = client.call("ListPolicies", &json!({ "Filter": SERVICE })).ok();
    assert_eq!(listed.texts("Policies.Name").len(), 2);
    assert!(
        client.call("ListPolicies", &json!({ "Filter": "TAG_POLICY" })).ok().texts("Policies.Id").is_empty()
    );
}
