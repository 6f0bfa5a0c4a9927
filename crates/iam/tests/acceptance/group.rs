use crate::{DOCUMENT, arn, golden, policy, refuses, start, user};
use serde_json::json;
use testkit::Client;

#[track_caller]
fn group(iam: &Client, name: &str) {
    iam.call("CreateGroup", &json!({ "GroupName": name })).ok();
}

#[track_caller]
fn join(iam: &Client, user: &str, group: &str) {
    iam.call("AddUserToGroup", &json!({ "UserName": user, "GroupName": group })).ok();
}

#[test]
fn the_life_of_a_group() {
    let (_server, iam) = start();
    let mut golden = golden("group");
    user(&iam, "anna");
    let create = json!({ "GroupName": "Builders", "Path": "/ci/" });
    golden.note("CreateGroup", iam.call("CreateGroup", &create)).ok();
    let own = json!({ "GroupName": "builders" });
    golden.note("nobody in it", iam.call("GetGroup", &own)).ok();
    let member = json!({ "GroupName": "builders", "UserName": "anna" });
    golden.note("AddUserToGroup", iam.call("AddUserToGroup", &member)).ok();
    golden.note("GetGroup", iam.call("GetGroup", &own)).ok();
    golden.note("ListGroups", iam.call("ListGroups", &json!({ "PathPrefix": "/ci/" }))).ok();
    golden.note("ListGroupsForUser", iam.call("ListGroupsForUser", &json!({ "UserName": "anna" }))).ok();
    let inline = json!({ "GroupName": "builders", "PolicyName": "p", "PolicyDocument": DOCUMENT });
    golden.note("PutGroupPolicy", iam.call("PutGroupPolicy", &inline)).ok();
    let named = json!({ "GroupName": "builders", "PolicyName": "p" });
    golden.note("GetGroupPolicy", iam.call("GetGroupPolicy", &named)).ok();
    golden.note("ListGroupPolicies", iam.call("ListGroupPolicies", &own)).ok();
    golden.note("DeleteGroupPolicy", iam.call("DeleteGroupPolicy", &named)).ok();
    let attached = json!({ "GroupName": "builders", "PolicyArn": policy(&iam, "read") });
    golden.note("AttachGroupPolicy", iam.call("AttachGroupPolicy", &attached)).ok();
    golden.note("ListAttachedGroupPolicies", iam.call("ListAttachedGroupPolicies", &own)).ok();
    golden.note("DetachGroupPolicy", iam.call("DetachGroupPolicy", &attached)).ok();
    golden.note("RemoveUserFromGroup", iam.call("RemoveUserFromGroup", &member)).ok();
    golden.note("DeleteGroup", iam.call("DeleteGroup", &own)).ok();
    golden.check();
}

#[test]
fn renaming_either_side_keeps_who_is_in_what() {
    let (_server, iam) = start();
    user(&iam, "anna");
    group(&iam, "red");
    join(&iam, "anna", "red");
    // Joining twice is no error and changes nothing.
    join(&iam, "anna", "red");
    iam.call("UpdateUser", &json!({ "UserName": "anna", "NewUserName": "berta" })).ok();
    let renamed = json!({ "GroupName": "red", "NewGroupName": "Blue", "NewPath": "/colours/" });
    iam.call("UpdateGroup", &renamed).ok();
    let members = iam.call("GetGroup", &json!({ "GroupName": "blue" })).ok();
    assert_eq!(members.texts("GetGroupResult.Users.member.UserName"), ["berta"]);
    assert_eq!(members.text("GetGroupResult.Group.Arn"), arn("group/colours/Blue"));
    let groups = iam.call("ListGroupsForUser", &json!({ "UserName": "berta" })).ok();
    assert_eq!(groups.texts("ListGroupsForUserResult.Groups.member.GroupName"), ["Blue"]);
    let leave = json!({ "GroupName": "blue", "UserName": "berta" });
    iam.call("RemoveUserFromGroup", &leave).ok();
    // Leaving twice is no error either (recorded).
    iam.call("RemoveUserFromGroup", &leave).ok();
    let groups = iam.call("ListGroupsForUser", &json!({ "UserName": "berta" })).ok();
    assert!(groups.texts("ListGroupsForUserResult.Groups.member.GroupName").is_empty());
}

#[test]
fn groups_and_members_come_in_pages_by_name() {
    let (_server, iam) = start();
    for name in ["c", "B", "a"] {
        group(&iam, name);
        user(&iam, name);
        join(&iam, name, "c");
        join(&iam, "c", name);
    }
    for (operation, parameters, path) in [
        ("ListGroups", json!({}), "Groups.member.GroupName"),
        ("GetGroup", json!({ "GroupName": "c" }), "Users.member.UserName"),
        ("ListGroupsForUser", json!({ "UserName": "c" }), "Groups.member.GroupName"),
    ] {
        let mut parameters = parameters;
        parameters["MaxItems"] = json!(2);
        let first = iam.call(operation, &parameters).ok();
        let result = |name: &str| format!("{operation}Result.{name}");
        assert_eq!(first.texts(&result(path)), ["a", "B"], "{operation}");
        assert_eq!(first.text(&result("IsTruncated")), "true");
        parameters["Marker"] = json!(first.text(&result("Marker")));
        let second = iam.call(operation, &parameters).ok();
        assert_eq!(second.texts(&result(path)), ["c"], "{operation}");
        assert_eq!(second.text(&result("IsTruncated")), "false");
    }
}

#[test]
fn what_groups_refuse() {
    let (_server, iam) = start();
    for name in ["red", "blue", "inline", "attached"] {
        group(&iam, name);
    }
    user(&iam, "anna");
    join(&iam, "anna", "red");
    let put = json!({ "GroupName": "inline", "PolicyName": "p", "PolicyDocument": DOCUMENT });
    iam.call("PutGroupPolicy", &put).ok();
    let read = policy(&iam, "read");
    iam.call("AttachGroupPolicy", &json!({ "GroupName": "attached", "PolicyArn": read })).ok();
    let nobody = json!({ "GroupName": "nobody" });
    let missing = "The group with name nobody cannot be found.";
    let of = |name: &str| json!({ "GroupName": name });
    let member = |group: &str, user: &str| json!({ "GroupName": group, "UserName": user });
    let named = json!({ "GroupName": "red", "PolicyName": "none" });
    let no_policy = "The group policy with name none cannot be found.";
    let no_user = "The user with name eve cannot be found.";
    let no_group = "The user with name blue cannot be found.";
    let conflict = "Cannot delete entity, must";
    refuses(
        &iam,
        &[
            ("CreateGroup", of("RED"), 409, "EntityAlreadyExists", "Group with name RED already exists."),
            ("GetGroup", nobody.clone(), 404, "NoSuchEntity", missing),
            ("UpdateGroup", nobody.clone(), 404, "NoSuchEntity", missing),
            ("DeleteGroup", nobody.clone(), 404, "NoSuchEntity", missing),
            ("ListGroupPolicies", nobody.clone(), 404, "NoSuchEntity", missing),
            ("ListAttachedGroupPolicies", nobody, 404, "NoSuchEntity", missing),
            (
                "UpdateGroup",
                json!({ "GroupName": "red", "NewGroupName": "Blue" }),
                409,
                "EntityAlreadyExists",
                "Group with name Blue already exists.",
            ),
            ("AddUserToGroup", member("nobody", "anna"), 404, "NoSuchEntity", missing),
            ("AddUserToGroup", member("nobody", "eve"), 404, "NoSuchEntity", no_user),
            // A group is a member of none, itself included.
            ("AddUserToGroup", member("red", "blue"), 404, "NoSuchEntity", no_group),
            ("AddUserToGroup", member("blue", "blue"), 404, "NoSuchEntity", no_group),
            ("RemoveUserFromGroup", member("nobody", "anna"), 404, "NoSuchEntity", missing),
            ("RemoveUserFromGroup", member("nobody", "eve"), 404, "NoSuchEntity", no_user),
            ("ListGroupsForUser", json!({ "UserName": "eve" }), 404, "NoSuchEntity", no_user),
            ("GetGroupPolicy", named.clone(), 404, "NoSuchEntity", no_policy),
            ("DeleteGroupPolicy", named, 404, "NoSuchEntity", no_policy),
            (
                "DetachGroupPolicy",
                json!({ "GroupName": "red", "PolicyArn": read }),
                404,
                "NoSuchEntity",
                &format!("Policy {read} was not found."),
            ),
            (
                "DeleteGroup",
                of("red"),
                409,
                "DeleteConflict",
                &format!("{conflict} remove users from group first."),
            ),
            (
                "DeleteGroup",
                of("attached"),
                409,
                "DeleteConflict",
                &format!("{conflict} detach all policies first."),
            ),
            (
                "DeleteGroup",
                of("inline"),
                409,
                "DeleteConflict",
                &format!("{conflict} delete policies first."),
            ),
            (
                "DeleteUser",
                json!({ "UserName": "anna" }),
                409,
                "DeleteConflict",
                &format!("{conflict} remove users from group first."),
            ),
        ],
    );
}

#[test]
fn the_quotas_of_groups() {
    let (_server, iam) = start();
    user(&iam, "anna");
    for number in 0..11 {
        group(&iam, &format!("g{number}"));
    }
    for number in 0..10 {
        join(&iam, "anna", &format!("g{number}"));
        let arn = policy(&iam, &format!("p{number}"));
        iam.call("AttachGroupPolicy", &json!({ "GroupName": "g0", "PolicyArn": arn })).ok();
    }
    let long = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"{}","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}]}}"#,
        "x".repeat(5100)
    );
    let put = |name: &str, document: &str| json!({ "GroupName": "g0", "PolicyName": name, "PolicyDocument": document });
    refuses(
        &iam,
        &[
            (
                "AddUserToGroup",
                json!({ "UserName": "anna", "GroupName": "g10" }),
                409,
                "LimitExceeded",
                "Cannot exceed quota for GroupsPerUser: 10",
            ),
            (
                "AttachGroupPolicy",
                json!({ "GroupName": "g0", "PolicyArn": policy(&iam, "p10") }),
                409,
                "LimitExceeded",
                "Cannot exceed quota for PoliciesPerGroup: 10",
            ),
            (
                "PutGroupPolicy",
                put("p", &long),
                409,
                "LimitExceeded",
                "Maximum policy size of 5120 bytes exceeded for group g0",
            ),
        ],
    );
    // White space is free, and what does not fit is not stored.
    let spaced = DOCUMENT.replace(',', &format!(",{}", " ".repeat(3000)));
    iam.call("PutGroupPolicy", &put("p", &spaced)).ok();
    let names = iam.call("ListGroupPolicies", &json!({ "GroupName": "g0" })).ok();
    assert_eq!(names.texts("ListGroupPoliciesResult.PolicyNames.member"), ["p"]);
}

#[test]
fn an_account_has_five_hundred_groups() {
    let (_server, iam) = start();
    for n in 0..500 {
        iam.call("CreateGroup", &json!({ "GroupName": format!("g{n}") })).ok();
    }
    refuses(
        &iam,
        &[(
            "CreateGroup",
            json!({ "GroupName": "more" }),
            409,
            "LimitExceeded",
            "Cannot exceed quota for GroupsPerAccount: 500",
        )],
    );
}
