use crate::{golden, key, refuses, start, user};
use serde_json::json;

#[test]
fn the_life_of_an_access_key() {
    let (_server, iam) = start();
    let mut golden = golden("access-key");
    user(&iam, "anna");
    let of_anna = json!({ "UserName": "anna" });
    let created = golden.note("CreateAccessKey", iam.call("CreateAccessKey", &of_anna)).ok();
    let id = created.text("CreateAccessKeyResult.AccessKey.AccessKeyId");
    golden.note("ListAccessKeys", iam.call("ListAccessKeys", &of_anna)).ok();
    let inactive = json!({ "UserName": "anna", "AccessKeyId": id, "Status": "Inactive" });
    golden.note("UpdateAccessKey", iam.call("UpdateAccessKey", &inactive)).ok();
    golden.note("inactive", iam.call("ListAccessKeys", &of_anna)).ok();
    let own = json!({ "UserName": "anna", "AccessKeyId": id });
    golden.note("DeleteAccessKey", iam.call("DeleteAccessKey", &own)).ok();
    golden.note("gone", iam.call("ListAccessKeys", &of_anna)).ok();
    golden.check();
}

#[test]
fn a_key_signs_until_it_is_deactivated_or_deleted() {
    let (server, iam) = start();
    user(&iam, "anna");
    let (id, secret) = key(&iam, "anna");
    let with = |secret: &str| server.client("sts").key(&id, secret, None);
    let call = |secret: &str| with(secret).call("GetCallerIdentity", &json!({}));
    let arn = call(&secret).ok().text("GetCallerIdentityResult.Arn");
    assert_eq!(arn, "arn:aws:iam::000000000000:user/anna");
    assert_eq!(call("not the secret").refusal().code, "SignatureDoesNotMatch");
    // A caller that is a user names itself.
    let own = server.client("iam").key(&id, &secret, None);
    assert_eq!(own.call("GetUser", &json!({})).ok().text("GetUserResult.User.UserName"), "anna");
    let listed = own.call("ListAccessKeys", &json!({})).ok();
    assert_eq!(listed.text("ListAccessKeysResult.AccessKeyMetadata.member.AccessKeyId"), id);
    let status = |status: &str| json!({ "UserName": "anna", "AccessKeyId": id, "Status": status });
    iam.call("UpdateAccessKey", &status("Inactive")).ok();
    let sentence = "The security token included in the request is invalid.";
    call(&secret).refused(403, "InvalidClientTokenId", sentence);
    iam.call("UpdateAccessKey", &status("Active")).ok();
    call(&secret).ok();
    iam.call("DeleteAccessKey", &json!({ "UserName": "anna", "AccessKeyId": id })).ok();
    call(&secret).refused(403, "InvalidClientTokenId", sentence);
}

#[test]
fn what_access_keys_refuse() {
    let (_server, iam) = start();
    user(&iam, "anna");
    user(&iam, "berta");
    let (id, _) = key(&iam, "anna");
    key(&iam, "anna");
    let unknown = "AKIAAAAAAAAAAAAAAAAA";
    let missing = |id: &str| format!("The Access Key with id {id} cannot be found.");
    refuses(
        &iam,
        &[
            (
                "CreateAccessKey",
                json!({ "UserName": "anna" }),
                409,
                "LimitExceeded",
                "Cannot exceed quota for AccessKeysPerUser: 2",
            ),
            (
                "CreateAccessKey",
                json!({ "UserName": "nobody" }),
                404,
                "NoSuchEntity",
                "The user with name nobody cannot be found.",
            ),
            (
                "ListAccessKeys",
                json!({ "UserName": "nobody" }),
                404,
                "NoSuchEntity",
                "The user with name nobody cannot be found.",
            ),
            (
                "CreateAccessKey",
                json!({}),
                400,
                "ValidationError",
                "Must specify userName when calling with non-User credentials",
            ),
            (
                "DeleteAccessKey",
                json!({ "UserName": "anna", "AccessKeyId": unknown }),
                404,
                "NoSuchEntity",
                &missing(unknown),
            ),
            (
                "DeleteAccessKey",
                json!({ "UserName": "berta", "AccessKeyId": id }),
                404,
                "NoSuchEntity",
                &missing(&id),
            ),
            (
                "UpdateAccessKey",
                json!({ "UserName": "anna", "AccessKeyId": unknown, "Status": "Active" }),
                404,
                "NoSuchEntity",
                &missing(unknown),
            ),
        ],
    );
}
