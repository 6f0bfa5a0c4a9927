use crate::{arn, golden, refuses, role, start};
use serde_json::json;
use testkit::Client;

#[track_caller]
fn profile(iam: &Client, name: &str) {
    iam.call("CreateInstanceProfile", &json!({ "InstanceProfileName": name })).ok();
}

#[test]
fn the_life_of_an_instance_profile() {
    let (_server, iam) = start();
    let mut golden = golden("instance-profile");
    role(&iam, "builder");
    let create =
        json!({ "InstanceProfileName": "Nodes", "Path": "/ci/", "Tags": [{ "Key": "a", "Value": "1" }] });
    golden.note("CreateInstanceProfile", iam.call("CreateInstanceProfile", &create)).ok();
    let own = json!({ "InstanceProfileName": "nodes" });
    let filled = json!({ "InstanceProfileName": "nodes", "RoleName": "builder" });
    golden.note("AddRoleToInstanceProfile", iam.call("AddRoleToInstanceProfile", &filled)).ok();
    golden.note("GetInstanceProfile", iam.call("GetInstanceProfile", &own)).ok();
    let list = iam.call("ListInstanceProfiles", &json!({ "PathPrefix": "/ci/" }));
    golden.note("ListInstanceProfiles", list).ok();
    let list = iam.call("ListInstanceProfilesForRole", &json!({ "RoleName": "builder" }));
    golden.note("ListInstanceProfilesForRole", list).ok();
    let tag = json!({ "InstanceProfileName": "nodes", "Tags": [{ "Key": "A", "Value": "2" }] });
    golden.note("TagInstanceProfile", iam.call("TagInstanceProfile", &tag)).ok();
    golden.note("ListInstanceProfileTags", iam.call("ListInstanceProfileTags", &own)).ok();
    let untag = json!({ "InstanceProfileName": "nodes", "TagKeys": ["a", "A"] });
    golden.note("UntagInstanceProfile", iam.call("UntagInstanceProfile", &untag)).ok();
    golden.note("RemoveRoleFromInstanceProfile", iam.call("RemoveRoleFromInstanceProfile", &filled)).ok();
    golden.note("empty again", iam.call("GetInstanceProfile", &own)).ok();
    golden.note("DeleteInstanceProfile", iam.call("DeleteInstanceProfile", &own)).ok();
    golden.check();
}

#[test]
fn what_instance_profiles_refuse() {
    let (_server, iam) = start();
    let trust = role(&iam, "builder");
    assert_eq!(trust, arn("role/builder"));
    role(&iam, "other");
    profile(&iam, "nodes");
    profile(&iam, "empty");
    let pair = |profile: &str, role: &str| json!({ "InstanceProfileName": profile, "RoleName": role });
    let of = |profile: &str| json!({ "InstanceProfileName": profile });
    iam.call("AddRoleToInstanceProfile", &pair("nodes", "builder")).ok();
    let missing = "Instance Profile none cannot be found.";
    let no_role = "The role with name nobody cannot be found.";
    let conflict = "Cannot delete entity, must remove roles from instance profile first.";
    let twice = json!([{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }]);
    let tags = json!({ "InstanceProfileName": "none", "Tags": [{ "Key": "a", "Value": "1" }] });
    refuses(
        &iam,
        &[
            (
                "CreateInstanceProfile",
                of("NODES"),
                409,
                "EntityAlreadyExists",
                "Instance Profile NODES already exists.",
            ),
            (
                "CreateInstanceProfile",
                json!({ "InstanceProfileName": "tagged", "Tags": twice }),
                400,
                "InvalidInput",
                "Duplicate tag keys found.",
            ),
            ("GetInstanceProfile", of("none"), 404, "NoSuchEntity", missing),
            ("DeleteInstanceProfile", of("none"), 404, "NoSuchEntity", missing),
            ("TagInstanceProfile", tags, 404, "NoSuchEntity", missing),
            (
                "UntagInstanceProfile",
                json!({ "InstanceProfileName": "none", "TagKeys": ["a"] }),
                404,
                "NoSuchEntity",
                missing,
            ),
            ("ListInstanceProfileTags", of("none"), 404, "NoSuchEntity", missing),
            ("AddRoleToInstanceProfile", pair("none", "builder"), 404, "NoSuchEntity", missing),
            ("AddRoleToInstanceProfile", pair("empty", "nobody"), 404, "NoSuchEntity", no_role),
            (
                "AddRoleToInstanceProfile",
                pair("nodes", "other"),
                409,
                "LimitExceeded",
                "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
            ),
            ("RemoveRoleFromInstanceProfile", pair("none", "builder"), 404, "NoSuchEntity", missing),
            ("RemoveRoleFromInstanceProfile", pair("nodes", "nobody"), 404, "NoSuchEntity", no_role),
            (
                "RemoveRoleFromInstanceProfile",
                pair("empty", "builder"),
                404,
                "NoSuchEntity",
                "Role builder in Instance Profile empty cannot be found.",
            ),
            ("DeleteInstanceProfile", of("nodes"), 409, "DeleteConflict", conflict),
            ("DeleteRole", json!({ "RoleName": "builder" }), 409, "DeleteConflict", conflict),
        ],
    );
}

#[test]
fn instance_profiles_come_in_pages_by_name() {
    let (_server, iam) = start();
    role(&iam, "builder");
    for name in ["c", "B", "a"] {
        profile(&iam, name);
        let pair = json!({ "InstanceProfileName": name, "RoleName": "builder" });
        iam.call("AddRoleToInstanceProfile", &pair).ok();
    }
    for (operation, parameters) in [
        ("ListInstanceProfiles", json!({})),
        ("ListInstanceProfilesForRole", json!({ "RoleName": "builder" })),
    ] {
        let mut parameters = parameters;
        parameters["MaxItems"] = json!(2);
        let path = format!("{operation}Result.InstanceProfiles.member.InstanceProfileName");
        let first = iam.call(operation, &parameters).ok();
        assert_eq!(first.texts(&path), ["a", "B"], "{operation}");
        parameters["Marker"] = json!(first.text(&format!("{operation}Result.Marker")));
        assert_eq!(iam.call(operation, &parameters).ok().texts(&path), ["c"], "{operation}");
    }
}

#[test]
fn an_account_has_a_thousand_instance_profiles() {
    let (_server, iam) = start();
    for n in 0..1000 {
        iam.call("CreateInstanceProfile", &json!({ "InstanceProfileName": format!("p{n}") })).ok();
    }
    refuses(
        &iam,
        &[(
            "CreateInstanceProfile",
            json!({ "InstanceProfileName": "more" }),
            409,
            "LimitExceeded",
            "Cannot exceed quota for InstanceProfilesPerAccount: 1000",
        )],
    );
}
