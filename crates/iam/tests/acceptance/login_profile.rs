use crate::{golden, key, refuses, start, user};
use serde_json::{Value, json};

/// A password every policy of these tests takes.
const STRONG: &str = "Correct-Horse-1";
const WEAK: &str = "Password does not conform to the account password policy.";

fn login(user: &str, password: &str) -> Value {
    json!({ "UserName": user, "Password": password })
}

#[test]
fn the_life_of_a_password() {
    let (server, iam) = start();
    let mut golden = golden("login-profile");
    user(&iam, "anna");
    golden.note("CreateLoginProfile", iam.call("CreateLoginProfile", &login("anna", STRONG))).ok();
    let own = json!({ "UserName": "anna" });
    golden.note("GetLoginProfile", iam.call("GetLoginProfile", &own)).ok();
    let update = json!({ "UserName": "anna", "PasswordResetRequired": true });
    golden.note("UpdateLoginProfile", iam.call("UpdateLoginProfile", &update)).ok();
    golden.note("must be reset", iam.call("GetLoginProfile", &own)).ok();
    let (id, secret) = key(&iam, "anna");
    let anna = server.client("iam").key(&id, &secret, None);
    let change = json!({ "OldPassword": STRONG, "NewPassword": "Battery-Staple-2" });
    golden.note("ChangePassword", anna.call("ChangePassword", &change)).ok();
    golden.note("was reset", anna.call("GetLoginProfile", &json!({}))).ok();
    iam.call("UpdateUser", &json!({ "UserName": "anna", "NewUserName": "berta" })).ok();
    let renamed = json!({ "UserName": "berta" });
    golden.note("of the renamed user", iam.call("GetLoginProfile", &renamed)).ok();
    golden.note("DeleteLoginProfile", iam.call("DeleteLoginProfile", &renamed)).ok();
    golden.check();
    let state = server.export();
    let state = String::from_utf8_lossy(&state);
    assert!(!state.contains("Correct-Horse") && !state.contains("Battery-Staple"), "passwords are kept");
}

#[test]
fn what_passwords_refuse() {
    let (server, iam) = start();
    user(&iam, "anna");
    user(&iam, "berta");
    iam.call("CreateLoginProfile", &login("anna", STRONG)).ok();
    let (id, secret) = key(&iam, "anna");
    let no_user = "The user with name nobody cannot be found.";
    let none = "Login Profile for User berta cannot be found.";
    let of = |name: &str| json!({ "UserName": name });
    refuses(
        &iam,
        &[
            ("CreateLoginProfile", login("nobody", STRONG), 404, "NoSuchEntity", no_user),
            ("GetLoginProfile", of("nobody"), 404, "NoSuchEntity", no_user),
            ("UpdateLoginProfile", login("nobody", STRONG), 404, "NoSuchEntity", no_user),
            ("DeleteLoginProfile", of("nobody"), 404, "NoSuchEntity", no_user),
            (
                "CreateLoginProfile",
                login("ANNA", STRONG),
                409,
                "EntityAlreadyExists",
                "Login Profile for user anna already exists.",
            ),
            ("CreateLoginProfile", login("berta", "short"), 400, "PasswordPolicyViolation", WEAK),
            (
                "CreateLoginProfile",
                of("berta"),
                400,
                "ValidationError",
                "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
            ),
            ("UpdateLoginProfile", login("anna", "short"), 400, "PasswordPolicyViolation", WEAK),
            ("GetLoginProfile", of("berta"), 404, "NoSuchEntity", none),
            ("UpdateLoginProfile", login("berta", STRONG), 404, "NoSuchEntity", none),
            ("DeleteLoginProfile", of("berta"), 404, "NoSuchEntity", none),
            (
                "ChangePassword",
                json!({ "OldPassword": STRONG, "NewPassword": "Battery-Staple-2" }),
                400,
                "InvalidUserType",
                "Only IAM Users can change their own password",
            ),
        ],
    );
    let anna = server.client("iam").key(&id, &secret, None);
    refuses(
        &anna,
        &[
            (
                "ChangePassword",
                json!({ "OldPassword": "Not-It-1", "NewPassword": "Battery-Staple-2" }),
                400,
                "PasswordPolicyViolation",
                "The old password was incorrect.",
            ),
            (
                "ChangePassword",
                json!({ "OldPassword": STRONG, "NewPassword": "short" }),
                400,
                "PasswordPolicyViolation",
                WEAK,
            ),
        ],
    );
    iam.call("DeleteAccessKey", &json!({ "UserName": "anna", "AccessKeyId": id })).ok();
    let sentence = "Cannot delete entity, must delete login profile first.";
    refuses(&iam, &[("DeleteUser", of("anna"), 409, "DeleteConflict", sentence)]);
}

#[test]
fn the_account_s_policy_is_asked() {
    let (_server, iam) = start();
    user(&iam, "anna");
    let policy = json!({ "MinimumPasswordLength": 12, "RequireSymbols": true, "PasswordReusePrevention": 2 });
    iam.call("UpdateAccountPasswordPolicy", &policy).ok();
    for weak in ["Short-1", "LongEnoughButPlain"] {
        let create = login("anna", weak);
        refuses(&iam, &[("CreateLoginProfile", create, 400, "PasswordPolicyViolation", WEAK)]);
    }
    iam.call("CreateLoginProfile", &login("anna", "first-password")).ok();
    // Neither the password itself nor the one before may come again; the one before that may.
    refuses(
        &iam,
        &[("UpdateLoginProfile", login("anna", "first-password"), 400, "PasswordPolicyViolation", WEAK)],
    );
    iam.call("UpdateLoginProfile", &login("anna", "second-password")).ok();
    refuses(
        &iam,
        &[("UpdateLoginProfile", login("anna", "first-password"), 400, "PasswordPolicyViolation", WEAK)],
    );
    iam.call("UpdateLoginProfile", &login("anna", "third-password")).ok();
    iam.call("UpdateLoginProfile", &login("anna", "first-password")).ok();
}
