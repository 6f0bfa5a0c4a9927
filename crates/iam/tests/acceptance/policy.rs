use crate::{DOCUMENT, arn, golden, policy, refuses, start, user};
use serde_json::json;

#[test]
fn the_life_of_a_policy() {
    let (_server, iam) = start();
    let mut golden = golden("policy");
    let create = json!({
        "PolicyName": "read", "Path": "/team/", "PolicyDocument": DOCUMENT, "Description": "reads",
        "Tags": [{ "Key": "a", "Value": "1" }],
    });
    let created = golden.note("CreatePolicy", iam.call("CreatePolicy", &create)).ok();
    let arn = created.text("CreatePolicyResult.Policy.Arn");
    let own = json!({ "PolicyArn": arn });
    golden.note("GetPolicy", iam.call("GetPolicy", &own)).ok();
    golden.note("ListPolicies", iam.call("ListPolicies", &json!({ "Scope": "Local" }))).ok();
    let tags = json!([{ "Key": "A", "Value": "2" }, { "Key": "a", "Value": "3" }]);
    golden.note("TagPolicy", iam.call("TagPolicy", &json!({ "PolicyArn": arn, "Tags": tags }))).ok();
    golden.note("ListPolicyTags", iam.call("ListPolicyTags", &own)).ok();
    let untag = json!({ "PolicyArn": arn, "TagKeys": ["A", "a"] });
    golden.note("UntagPolicy", iam.call("UntagPolicy", &untag)).ok();
    let version = json!({ "PolicyArn": arn, "PolicyDocument": DOCUMENT, "SetAsDefault": true });
    golden.note("CreatePolicyVersion", iam.call("CreatePolicyVersion", &version)).ok();
    golden.note("ListPolicyVersions", iam.call("ListPolicyVersions", &own)).ok();
    let first = json!({ "PolicyArn": arn, "VersionId": "v1" });
    golden.note("GetPolicyVersion", iam.call("GetPolicyVersion", &first)).ok();
    golden.note("SetDefaultPolicyVersion", iam.call("SetDefaultPolicyVersion", &first)).ok();
    let second = json!({ "PolicyArn": arn, "VersionId": "v2" });
    golden.note("DeletePolicyVersion", iam.call("DeletePolicyVersion", &second)).ok();
    golden.note("one version", iam.call("GetPolicy", &own)).ok();
    golden.note("DeletePolicy", iam.call("DeletePolicy", &own)).ok();
    golden.check();
}

#[test]
fn what_policies_refuse() {
    let (server, iam) = start();
    let (read, versioned, attached) =
        (policy(&iam, "read"), policy(&iam, "versioned"), policy(&iam, "attached"));
    for _ in 0..4 {
        iam.call("CreatePolicyVersion", &json!({ "PolicyArn": versioned, "PolicyDocument": DOCUMENT })).ok();
    }
    user(&iam, "anna");
    iam.call("AttachUserPolicy", &json!({ "UserName": "anna", "PolicyArn": attached })).ok();
    let gone = arn("policy/gone");
    let missing = &format!("Policy {gone} was not found.");
    let long = DOCUMENT.replace("\"Effect\"", &format!("\"Sid\":\"{}\",\"Effect\"", "x".repeat(6200)));
    let named = |name: &str, document: &str| json!({ "PolicyName": name, "PolicyDocument": document });
    let no_version = &format!("Policy {read} version v9 does not exist or is not attachable.");
    refuses(
        &iam,
        &[
            (
                "CreatePolicy",
                named("READ", DOCUMENT),
                409,
                "EntityAlreadyExists",
                "A policy called READ already exists. Duplicate names are not allowed.",
            ),
            (
                "CreatePolicy",
                named("bad", "nothing"),
                400,
                "MalformedPolicyDocument",
                "Syntax errors in policy.",
            ),
            (
                "CreatePolicy",
                named("long", &long),
                409,
                "LimitExceeded",
                "Cannot exceed quota for PolicySize: 6144",
            ),
            (
                "CreatePolicy",
                named("old", &DOCUMENT.replace("2012-10-17", "2008-10-17")),
                400,
                "MalformedPolicyDocument",
                "Policy document must be version 2012-10-17 or greater.",
            ),
            (
                "CreatePolicyVersion",
                json!({ "PolicyArn": read, "PolicyDocument": DOCUMENT.replace("s3:GetObject", "GetObject") }),
                400,
                "MalformedPolicyDocument",
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            ),
            (
                "CreatePolicy",
                json!({
                    "PolicyName": "tagged", "PolicyDocument": DOCUMENT,
                    "Tags": [{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }],
                }),
                400,
                "InvalidInput",
                "Duplicate tag keys found.",
            ),
            (
                "TagPolicy",
                json!({ "PolicyArn": gone, "Tags": [{ "Key": "a", "Value": "1" }] }),
                404,
                "NoSuchEntity",
                missing,
            ),
            ("UntagPolicy", json!({ "PolicyArn": gone, "TagKeys": ["a"] }), 404, "NoSuchEntity", missing),
            (
                "GetPolicyVersion",
                json!({ "PolicyArn": gone, "VersionId": "v1" }),
                404,
                "NoSuchEntity",
                &format!("Policy {gone} version v1 does not exist or is not attachable."),
            ),
            (
                "SetDefaultPolicyVersion",
                json!({ "PolicyArn": gone, "VersionId": "v1" }),
                404,
                "NoSuchEntity",
                &format!("Policy {gone} version v1 does not exist or is not attachable."),
            ),
            ("GetPolicy", json!({ "PolicyArn": gone }), 404, "NoSuchEntity", missing),
            ("DeletePolicy", json!({ "PolicyArn": gone }), 404, "NoSuchEntity", missing),
            ("ListPolicyVersions", json!({ "PolicyArn": gone }), 404, "NoSuchEntity", missing),
            ("ListPolicyTags", json!({ "PolicyArn": gone }), 404, "NoSuchEntity", missing),
            (
                "CreatePolicyVersion",
                json!({ "PolicyArn": versioned, "PolicyDocument": DOCUMENT }),
                409,
                "LimitExceeded",
                "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
            ),
            (
                "GetPolicyVersion",
                json!({ "PolicyArn": read, "VersionId": "v9" }),
                404,
                "NoSuchEntity",
                no_version,
            ),
            (
                "SetDefaultPolicyVersion",
                json!({ "PolicyArn": read, "VersionId": "v9" }),
                404,
                "NoSuchEntity",
                no_version,
            ),
            (
                "DeletePolicyVersion",
                json!({ "PolicyArn": read, "VersionId": "v9" }),
                404,
                "NoSuchEntity",
                no_version,
            ),
            (
                "DeletePolicyVersion",
                json!({ "PolicyArn": versioned, "VersionId": "v1" }),
                409,
                "DeleteConflict",
                "Cannot delete the default version of a policy.",
            ),
            (
                "DeletePolicy",
                json!({ "PolicyArn": attached }),
                409,
                "DeleteConflict",
                "Cannot delete a policy attached to entities.",
            ),
            (
                "DeletePolicy",
                json!({ "PolicyArn": versioned }),
                409,
                "DeleteConflict",
                "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
            ),
        ],
    );
    let other_account = server.client("iam").key("123456789012", "x", None);
    let foreign = format!("Policy {read} was not found.");
    refuses(&other_account, &[("GetPolicy", json!({ "PolicyArn": read }), 404, "NoSuchEntity", &foreign)]);
}
