use crate::{golden, key, refuses, start, user};
use serde_json::{Value, json};
use testkit::Client;

const GIT: &str = "codecommit.amazonaws.com";
const BEDROCK: &str = "bedrock.amazonaws.com";
const DAY: u64 = 86_400;

fn create(user: &str, service: &str) -> Value {
    json!({ "UserName": user, "ServiceName": service })
}

#[track_caller]
fn created(iam: &Client, user: &str, service: &str) -> String {
    let made = iam.call("CreateServiceSpecificCredential", &create(user, service)).ok();
    made.text("CreateServiceSpecificCredentialResult.ServiceSpecificCredential.ServiceSpecificCredentialId")
}

#[test]
fn the_life_of_a_password_for_a_service() {
    let (_server, iam) = start();
    user(&iam, "anna");
    let mut golden = golden("service-credential");
    let made = golden
        .note(
            "CreateServiceSpecificCredential",
            iam.call("CreateServiceSpecificCredential", &create("anna", GIT)),
        )
        .ok();
    let credential = "CreateServiceSpecificCredentialResult.ServiceSpecificCredential";
    let id = made.text(&format!("{credential}.ServiceSpecificCredentialId"));
    let password = made.text(&format!("{credential}.ServicePassword"));
    golden.note("a second one", iam.call("CreateServiceSpecificCredential", &create("anna", GIT))).ok();
    let own = json!({ "UserName": "anna", "ServiceSpecificCredentialId": id });
    let reset =
        golden.note("ResetServiceSpecificCredential", iam.call("ResetServiceSpecificCredential", &own)).ok();
    assert_ne!(
        reset.text("ResetServiceSpecificCredentialResult.ServiceSpecificCredential.ServicePassword"),
        password
    );
    let mut update = own.clone();
    update["Status"] = json!("Inactive");
    golden.note("UpdateServiceSpecificCredential", iam.call("UpdateServiceSpecificCredential", &update)).ok();
    // It follows its user to another name and keeps its own.
    iam.call("UpdateUser", &json!({ "UserName": "anna", "NewUserName": "berta" })).ok();
    let list = json!({ "UserName": "berta", "ServiceName": GIT });
    golden.note("ListServiceSpecificCredentials", iam.call("ListServiceSpecificCredentials", &list)).ok();
    let held = "Cannot delete entity, must remove referenced objects first.";
    refuses(&iam, &[("DeleteUser", json!({ "UserName": "berta" }), 409, "DeleteConflict", held)]);
    let own = json!({ "UserName": "berta", "ServiceSpecificCredentialId": id });
    golden.note("DeleteServiceSpecificCredential", iam.call("DeleteServiceSpecificCredential", &own)).ok();
    golden.check();
    let gone = format!("No such credential {id} exists");
    refuses(&iam, &[("ResetServiceSpecificCredential", own, 404, "NoSuchEntity", &gone)]);
}

#[test]
fn an_api_key_expires() {
    let (server, iam) = start();
    user(&iam, "anna");
    let mut golden = golden("service-api-key");
    let mut aged = create("anna", BEDROCK);
    aged["CredentialAgeDays"] = json!(30);
    let made = golden
        .note("CreateServiceSpecificCredential", iam.call("CreateServiceSpecificCredential", &aged))
        .ok();
    let credential = "CreateServiceSpecificCredentialResult.ServiceSpecificCredential";
    assert!(made.text(&format!("{credential}.ServiceCredentialSecret")).starts_with("ABSK"));
    let status = || {
        let list = iam.call("ListServiceSpecificCredentials", &json!({ "UserName": "anna" })).ok();
        list.text("ListServiceSpecificCredentialsResult.ServiceSpecificCredentials.member.Status")
    };
    let advance =
        |seconds: u64| server.page("POST", "/_angae/clock", &json!({ "advance": format!("{seconds}s") }));
    advance(30 * DAY - 1);
    assert_eq!(status(), "Active");
    advance(1);
    assert_eq!(status(), "Expired");
    golden.check();
}

#[test]
fn all_credentials_of_an_account_come_in_pages() {
    let (server, iam) = start();
    for name in ["anna", "berta"] {
        user(&iam, name);
        created(&iam, name, GIT);
        created(&iam, name, BEDROCK);
    }
    let ids = |parameters: &Value| {
        let list = iam.call("ListServiceSpecificCredentials", parameters).ok();
        list.texts("ListServiceSpecificCredentialsResult.ServiceSpecificCredentials.member.ServiceSpecificCredentialId")
    };
    let all = ids(&json!({ "AllUsers": true }));
    assert_eq!(all.len(), 4);
    assert_eq!(ids(&json!({ "AllUsers": true, "ServiceName": GIT })).len(), 2);
    assert_eq!(ids(&json!({ "UserName": "anna" })).len(), 2);
    assert_eq!(ids(&json!({})), Vec::<String>::new(), "root has none");
    let first = iam.call("ListServiceSpecificCredentials", &json!({ "AllUsers": true, "MaxItems": 3 })).ok();
    let marker = first.text("ListServiceSpecificCredentialsResult.Marker");
    assert_eq!(ids(&json!({ "AllUsers": true, "Marker": marker })), all[3..]);
    let (id, secret) = key(&iam, "anna");
    let anna = server.client("iam").key(&id, &secret, None);
    let own = anna.call("ListServiceSpecificCredentials", &json!({})).ok();
    let users = own.texts("ListServiceSpecificCredentialsResult.ServiceSpecificCredentials.member.UserName");
    assert_eq!(users, ["anna", "anna"]);
}

#[test]
fn what_service_credentials_refuse() {
    let (_server, iam) = start();
    user(&iam, "anna");
    user(&iam, "berta");
    let annas = created(&iam, "anna", GIT);
    created(&iam, "anna", GIT);
    created(&iam, "anna", "cassandra.amazonaws.com");
    let no_user = "The user with name nobody cannot be found.";
    let no_service = "No such service s3.amazonaws.com is supported for Service Specific Credentials";
    let missing = |id: &str| format!("No such credential {id} exists");
    let unknown = "ACCAXXXXXXXXXXXXXXXXX";
    let of = |user: &str, id: &str| json!({ "UserName": user, "ServiceSpecificCredentialId": id });
    let update = |user: &str, id: &str, status: &str| json!({ "UserName": user, "ServiceSpecificCredentialId": id, "Status": status });
    let mut aged = create("berta", GIT);
    aged["CredentialAgeDays"] = json!(1);
    refuses(
        &iam,
        &[
            (
                "CreateServiceSpecificCredential",
                create("nobody", "s3.amazonaws.com"),
                404,
                "NoSuchEntity",
                no_user,
            ),
            (
                "CreateServiceSpecificCredential",
                create("anna", "s3.amazonaws.com"),
                404,
                "NoSuchEntity",
                no_service,
            ),
            (
                "CreateServiceSpecificCredential",
                create("anna", GIT),
                409,
                "LimitExceeded",
                "Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2",
            ),
            (
                "CreateServiceSpecificCredential",
                aged,
                400,
                "ValidationError",
                "CredentialAgeDays is not supported for the service codecommit.amazonaws.com",
            ),
            ("ListServiceSpecificCredentials", json!({ "UserName": "nobody" }), 404, "NoSuchEntity", no_user),
            (
                "ListServiceSpecificCredentials",
                create("anna", "s3.amazonaws.com"),
                404,
                "NoSuchEntity",
                no_service,
            ),
            (
                "ListServiceSpecificCredentials",
                json!({ "UserName": "anna", "AllUsers": true }),
                400,
                "InvalidInput",
                "UserName and AllUsers cannot be specified in the same request.",
            ),
            (
                "UpdateServiceSpecificCredential",
                update("nobody", &annas, "Active"),
                404,
                "NoSuchEntity",
                no_user,
            ),
            (
                "UpdateServiceSpecificCredential",
                update("anna", unknown, "Active"),
                404,
                "NoSuchEntity",
                &missing(unknown),
            ),
            (
                "UpdateServiceSpecificCredential",
                update("anna", &annas, "Expired"),
                400,
                "InvalidInput",
                "The status Expired cannot be set.",
            ),
            ("ResetServiceSpecificCredential", of("nobody", &annas), 404, "NoSuchEntity", no_user),
            ("ResetServiceSpecificCredential", of("berta", &annas), 404, "NoSuchEntity", &missing(&annas)),
            ("DeleteServiceSpecificCredential", of("nobody", &annas), 404, "NoSuchEntity", no_user),
            ("DeleteServiceSpecificCredential", of("anna", unknown), 404, "NoSuchEntity", &missing(unknown)),
        ],
    );
}
