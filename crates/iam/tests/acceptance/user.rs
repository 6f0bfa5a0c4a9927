use crate::{DOCUMENT, arn, golden, key, policy, refuses, start, user};
use serde_json::{Value, json};

#[test]
fn the_life_of_a_user() {
    let (_server, iam) = start();
    let mut golden = golden("user");
    let create = json!({ "UserName": "Anna", "Path": "/team/", "Tags": [{ "Key": "a", "Value": "1" }] });
    golden.note("CreateUser", iam.call("CreateUser", &create)).ok();
    let own = json!({ "UserName": "anna" });
    golden.note("GetUser", iam.call("GetUser", &own)).ok();
    golden.note("GetUser of root", iam.call("GetUser", &json!({}))).ok();
    golden.note("ListUsers", iam.call("ListUsers", &json!({ "PathPrefix": "/team/" }))).ok();
    golden
        .note(
            "TagUser",
            iam.call("TagUser", &json!({ "UserName": "anna", "Tags": [{ "Key": "b", "Value": "" }] })),
        )
        .ok();
    golden.note("UntagUser", iam.call("UntagUser", &json!({ "UserName": "anna", "TagKeys": ["a"] }))).ok();
    golden.note("ListUserTags", iam.call("ListUserTags", &own)).ok();
    let inline = json!({ "UserName": "anna", "PolicyName": "p", "PolicyDocument": DOCUMENT });
    golden.note("PutUserPolicy", iam.call("PutUserPolicy", &inline)).ok();
    golden
        .note("GetUserPolicy", iam.call("GetUserPolicy", &json!({ "UserName": "anna", "PolicyName": "p" })))
        .ok();
    golden.note("ListUserPolicies", iam.call("ListUserPolicies", &own)).ok();
    golden
        .note(
            "DeleteUserPolicy",
            iam.call("DeleteUserPolicy", &json!({ "UserName": "anna", "PolicyName": "p" })),
        )
        .ok();
    let attached = json!({ "UserName": "anna", "PolicyArn": policy(&iam, "read") });
    golden.note("AttachUserPolicy", iam.call("AttachUserPolicy", &attached)).ok();
    golden.note("ListAttachedUserPolicies", iam.call("ListAttachedUserPolicies", &own)).ok();
    golden.note("DetachUserPolicy", iam.call("DetachUserPolicy", &attached)).ok();
    golden.note("ListGroupsForUser", iam.call("ListGroupsForUser", &own)).ok();
    let renamed = json!({ "UserName": "anna", "NewUserName": "Berta", "NewPath": "/" });
    golden.note("UpdateUser", iam.call("UpdateUser", &renamed)).ok();
    golden.note("renamed", iam.call("GetUser", &json!({ "UserName": "Berta" }))).ok();
    golden.note("DeleteUser", iam.call("DeleteUser", &json!({ "UserName": "Berta" }))).ok();
    golden.note("it is gone", iam.call("GetUser", &json!({ "UserName": "Berta" }))).refused(
        404,
        "NoSuchEntity",
        "The user with name Berta cannot be found.",
    );
    golden.check();
}

#[test]
fn users_come_in_pages_by_name() {
    let (_server, iam) = start();
    for name in ["d", "B", "a", "C"] {
        user(&iam, name);
    }
    let first = iam.call("ListUsers", &json!({ "MaxItems": 3 })).ok();
    assert_eq!(first.texts("ListUsersResult.Users.member.UserName"), ["a", "B", "C"]);
    assert_eq!(first.text("ListUsersResult.IsTruncated"), "true");
    let marker = first.text("ListUsersResult.Marker");
    let second = iam.call("ListUsers", &json!({ "MaxItems": 3, "Marker": marker })).ok();
    assert_eq!(second.texts("ListUsersResult.Users.member.UserName"), ["d"]);
    assert_eq!(second.text("ListUsersResult.IsTruncated"), "false");
    refuses(
        &iam,
        &[("ListUsers", json!({ "Marker": "made-up" }), 400, "ValidationError", "Invalid Marker.")],
    );
}

#[test]
fn what_users_refuse() {
    let (_server, iam) = start();
    for name in ["anna", "keyed", "attached", "inline"] {
        user(&iam, name);
    }
    key(&iam, "keyed");
    let read = policy(&iam, "read");
    iam.call("AttachUserPolicy", &json!({ "UserName": "attached", "PolicyArn": read })).ok();
    iam.call(
        "PutUserPolicy",
        &json!({ "UserName": "inline", "PolicyName": "p", "PolicyDocument": DOCUMENT }),
    )
    .ok();
    let nobody = json!({ "UserName": "nobody" });
    let missing = "The user with name nobody cannot be found.";
    let gone = arn("policy/gone");
    let of = |name: &str| json!({ "UserName": name });
    let document = |text: &str| json!({ "UserName": "anna", "PolicyName": "p", "PolicyDocument": text });
    let tags: Vec<Value> = (0..51).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
    let (half, rest) = tags.split_at(25);
    iam.call("TagUser", &json!({ "UserName": "anna", "Tags": half })).ok();
    let twice = json!([{ "Key": "a", "Value": "1" }, { "Key": "A", "Value": "2" }]);
    refuses(
        &iam,
        &[
            ("CreateUser", of("ANNA"), 409, "EntityAlreadyExists", "User with name ANNA already exists."),
            (
                "CreateUser",
                json!({ "UserName": "b", "Tags": twice }),
                400,
                "InvalidInput",
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ),
            ("GetUser", nobody.clone(), 404, "NoSuchEntity", missing),
            ("DeleteUser", nobody.clone(), 404, "NoSuchEntity", missing),
            ("TagUser", json!({ "UserName": "nobody", "Tags": half }), 404, "NoSuchEntity", missing),
            ("ListUserTags", nobody.clone(), 404, "NoSuchEntity", missing),
            ("ListUserPolicies", nobody.clone(), 404, "NoSuchEntity", missing),
            ("ListAttachedUserPolicies", nobody.clone(), 404, "NoSuchEntity", missing),
            ("ListGroupsForUser", nobody.clone(), 404, "NoSuchEntity", missing),
            (
                "UpdateUser",
                json!({ "UserName": "anna", "NewUserName": "Keyed" }),
                409,
                "EntityAlreadyExists",
                "User with name Keyed already exists.",
            ),
            (
                "DeleteUser",
                of("keyed"),
                409,
                "DeleteConflict",
                "Cannot delete entity, must delete access keys first.",
            ),
            (
                "DeleteUser",
                of("attached"),
                409,
                "DeleteConflict",
                "Cannot delete entity, must detach all policies first.",
            ),
            (
                "DeleteUser",
                of("inline"),
                409,
                "DeleteConflict",
                "Cannot delete entity, must delete policies first.",
            ),
            (
                "TagUser",
                json!({ "UserName": "anna", "Tags": rest }),
                409,
                "LimitExceeded",
                "Cannot exceed quota for TagsPerResource: 50",
            ),
            ("PutUserPolicy", document("{"), 400, "MalformedPolicyDocument", "Syntax errors in policy."),
            ("PutUserPolicy", document("{}"), 400, "MalformedPolicyDocument", "Syntax errors in policy."),
            (
                "GetUserPolicy",
                json!({ "UserName": "anna", "PolicyName": "none" }),
                404,
                "NoSuchEntity",
                "The user policy with name none cannot be found.",
            ),
            (
                "DeleteUserPolicy",
                json!({ "UserName": "anna", "PolicyName": "none" }),
                404,
                "NoSuchEntity",
                "The user policy with name none cannot be found.",
            ),
            (
                "AttachUserPolicy",
                json!({ "UserName": "anna", "PolicyArn": gone }),
                404,
                "NoSuchEntity",
                &format!("Policy {gone} does not exist or is not attachable."),
            ),
            (
                "DetachUserPolicy",
                json!({ "UserName": "anna", "PolicyArn": read }),
                404,
                "NoSuchEntity",
                &format!("Policy {read} was not found."),
            ),
            (
                "CreateUser",
                of("a/b"),
                400,
                "ValidationError",
                "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
            ),
        ],
    );
}

#[test]
fn the_twenty_first_policy_of_a_user_is_refused() {
    let (_server, iam) = start();
    user(&iam, "anna");
    for n in 0..20 {
        let arn = policy(&iam, &format!("p{n}"));
        iam.call("AttachUserPolicy", &json!({ "UserName": "anna", "PolicyArn": arn })).ok();
        // Attaching twice is no error and takes no place.
        iam.call("AttachUserPolicy", &json!({ "UserName": "anna", "PolicyArn": arn })).ok();
    }
    let one_more = json!({ "UserName": "anna", "PolicyArn": policy(&iam, "p20") });
    refuses(
        &iam,
        &[(
            "AttachUserPolicy",
            one_more,
            409,
            "LimitExceeded",
            "Cannot exceed quota for PoliciesPerUser: 20",
        )],
    );
}
