use crate::{DOCUMENT, TRUST, arn, golden, policy, refuses, role, start};
use serde_json::json;

#[test]
fn the_life_of_a_role() {
    let (_server, iam) = start();
    let mut golden = golden("role");
    let create = json!({
        "RoleName": "Builder", "Path": "/ci/", "AssumeRolePolicyDocument": TRUST, "Description": "builds",
        "MaxSessionDuration": 7200, "Tags": [{ "Key": "a", "Value": "1" }],
    });
    golden.note("CreateRole", iam.call("CreateRole", &create)).ok();
    let own = json!({ "RoleName": "builder" });
    golden.note("GetRole", iam.call("GetRole", &own)).ok();
    golden.note("ListRoles", iam.call("ListRoles", &json!({}))).ok();
    let update = json!({ "RoleName": "builder", "Description": "still builds", "MaxSessionDuration": 5400 });
    golden.note("UpdateRole", iam.call("UpdateRole", &update)).ok();
    // What is not given stays as it is (recorded).
    iam.call("UpdateRole", &own).ok();
    golden.note("unchanged", iam.call("GetRole", &own)).ok();
    let described = json!({ "RoleName": "builder", "Description": "builds again" });
    golden.note("UpdateRoleDescription", iam.call("UpdateRoleDescription", &described)).ok();
    let trust = json!({ "RoleName": "builder", "PolicyDocument": TRUST });
    golden.note("UpdateAssumeRolePolicy", iam.call("UpdateAssumeRolePolicy", &trust)).ok();
    golden
        .note(
            "TagRole",
            iam.call("TagRole", &json!({ "RoleName": "builder", "Tags": [{ "Key": "b", "Value": "" }] })),
        )
        .ok();
    golden.note("UntagRole", iam.call("UntagRole", &json!({ "RoleName": "builder", "TagKeys": ["a"] }))).ok();
    golden.note("ListRoleTags", iam.call("ListRoleTags", &own)).ok();
    let inline = json!({ "RoleName": "builder", "PolicyName": "p", "PolicyDocument": DOCUMENT });
    golden.note("PutRolePolicy", iam.call("PutRolePolicy", &inline)).ok();
    let named = json!({ "RoleName": "builder", "PolicyName": "p" });
    golden.note("GetRolePolicy", iam.call("GetRolePolicy", &named)).ok();
    golden.note("ListRolePolicies", iam.call("ListRolePolicies", &own)).ok();
    golden.note("DeleteRolePolicy", iam.call("DeleteRolePolicy", &named)).ok();
    let attached = json!({ "RoleName": "builder", "PolicyArn": policy(&iam, "read") });
    golden.note("AttachRolePolicy", iam.call("AttachRolePolicy", &attached)).ok();
    golden.note("ListAttachedRolePolicies", iam.call("ListAttachedRolePolicies", &own)).ok();
    golden.note("DetachRolePolicy", iam.call("DetachRolePolicy", &attached)).ok();
    golden.note("ListInstanceProfilesForRole", iam.call("ListInstanceProfilesForRole", &own)).ok();
    golden.note("DeleteRole", iam.call("DeleteRole", &own)).ok();
    golden.check();
}

#[test]
fn what_roles_refuse() {
    let (_server, iam) = start();
    for name in ["builder", "attached", "inline"] {
        role(&iam, name);
    }
    let read = policy(&iam, "read");
    iam.call("AttachRolePolicy", &json!({ "RoleName": "attached", "PolicyArn": read })).ok();
    iam.call(
        "PutRolePolicy",
        &json!({ "RoleName": "inline", "PolicyName": "p", "PolicyDocument": DOCUMENT }),
    )
    .ok();
    let nobody = json!({ "RoleName": "nobody" });
    let missing = "The role with name nobody cannot be found.";
    let no_policy = "The role policy with name none cannot be found.";
    let named = json!({ "RoleName": "builder", "PolicyName": "none" });
    let gone = arn("policy/gone");
    let trust = |name: &str, text: &str| json!({ "RoleName": name, "AssumeRolePolicyDocument": text });
    refuses(
        &iam,
        &[
            (
                "CreateRole",
                trust("BUILDER", TRUST),
                409,
                "EntityAlreadyExists",
                "Role with name BUILDER already exists.",
            ),
            (
                "CreateRole",
                trust("other", "{"),
                400,
                "MalformedPolicyDocument",
                "This policy contains invalid Json",
            ),
            (
                "UpdateAssumeRolePolicy",
                json!({ "RoleName": "builder", "PolicyDocument": "[]" }),
                400,
                "MalformedPolicyDocument",
                "This policy contains invalid Json",
            ),
            ("GetRole", nobody.clone(), 404, "NoSuchEntity", missing),
            ("UpdateRole", nobody.clone(), 404, "NoSuchEntity", missing),
            ("DeleteRole", nobody.clone(), 404, "NoSuchEntity", missing),
            ("ListRoleTags", nobody.clone(), 404, "NoSuchEntity", missing),
            ("ListRolePolicies", nobody.clone(), 404, "NoSuchEntity", missing),
            ("ListAttachedRolePolicies", nobody.clone(), 404, "NoSuchEntity", missing),
            ("ListInstanceProfilesForRole", nobody.clone(), 404, "NoSuchEntity", missing),
            (
                "DeleteRole",
                json!({ "RoleName": "attached" }),
                409,
                "DeleteConflict",
                "Cannot delete entity, must detach all policies first.",
            ),
            (
                "DeleteRole",
                json!({ "RoleName": "inline" }),
                409,
                "DeleteConflict",
                "Cannot delete entity, must delete policies first.",
            ),
            ("GetRolePolicy", named.clone(), 404, "NoSuchEntity", no_policy),
            ("DeleteRolePolicy", named, 404, "NoSuchEntity", no_policy),
            (
                "AttachRolePolicy",
                json!({ "RoleName": "builder", "PolicyArn": gone }),
                404,
                "NoSuchEntity",
                &format!("Policy {gone} does not exist or is not attachable."),
            ),
            (
                "DetachRolePolicy",
                json!({ "RoleName": "builder", "PolicyArn": read }),
                404,
                "NoSuchEntity",
                &format!("Policy {read} was not found."),
            ),
        ],
    );
}

#[test]
fn the_quotas_of_roles() {
    let (_server, iam) = start();
    role(&iam, "builder");
    for n in 0..25 {
        let arn = policy(&iam, &format!("p{n}"));
        iam.call("AttachRolePolicy", &json!({ "RoleName": "builder", "PolicyArn": arn })).ok();
    }
    let one_more = json!({ "RoleName": "builder", "PolicyArn": policy(&iam, "p25") });
    let put = |name: &str| {
        let sid = format!("\"Sid\":\"{}\",\"Effect\"", "x".repeat(6000));
        let document = DOCUMENT.replace("\"Effect\"", &sid);
        json!({ "RoleName": "builder", "PolicyName": name, "PolicyDocument": document })
    };
    iam.call("PutRolePolicy", &put("first")).ok();
    // The same again takes the place of the first; a second one does not fit beside it.
    iam.call("PutRolePolicy", &put("first")).ok();
    refuses(
        &iam,
        &[
            (
                "AttachRolePolicy",
                one_more,
                409,
                "LimitExceeded",
                "Cannot exceed quota for PoliciesPerRole: 25",
            ),
            (
                "PutRolePolicy",
                put("second"),
                409,
                "LimitExceeded",
                "Maximum policy size of 10240 bytes exceeded for role builder",
            ),
        ],
    );
}
