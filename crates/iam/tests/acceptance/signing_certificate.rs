use crate::{golden, refuses, start, user, with};
use serde_json::{Value, json};

const FIRST: &str = include_str!("data/signer1.pem");
const SECOND: &str = include_str!("data/signer2.pem");
const THIRD: &str = include_str!("data/signer3.pem");
/// It ended with the year 2020.
const EXPIRED: &str = include_str!("data/expired.pem");

fn upload(user: &str, body: &str) -> Value {
    json!({ "UserName": user, "CertificateBody": body })
}

#[test]
fn the_life_of_a_signing_certificate() {
    let (_server, iam) = start();
    user(&iam, "anna");
    let mut golden = golden("signing-certificate");
    let made = golden
        .note("UploadSigningCertificate", iam.call("UploadSigningCertificate", &upload("anna", FIRST)))
        .ok();
    assert_eq!(made.text("UploadSigningCertificateResult.Certificate.CertificateBody"), FIRST);
    let id = made.text("UploadSigningCertificateResult.Certificate.CertificateId");
    let of = |more: Value| with(json!({ "UserName": "anna", "CertificateId": id }), more);
    golden
        .note(
            "UpdateSigningCertificate",
            iam.call("UpdateSigningCertificate", &of(json!({ "Status": "Inactive" }))),
        )
        .ok();
    golden
        .note("ListSigningCertificates", iam.call("ListSigningCertificates", &json!({ "UserName": "anna" })))
        .ok();
    // It follows its user to another name.
    iam.call("UpdateUser", &json!({ "UserName": "anna", "NewUserName": "berta" })).ok();
    golden.note("renamed", iam.call("ListSigningCertificates", &json!({ "UserName": "berta" }))).ok();
    refuses(
        &iam,
        &[(
            "DeleteUser",
            json!({ "UserName": "berta" }),
            409,
            "DeleteConflict",
            "Cannot delete entity, must delete certificates first.",
        )],
    );
    let own = json!({ "UserName": "berta", "CertificateId": id });
    golden.note("DeleteSigningCertificate", iam.call("DeleteSigningCertificate", &own)).ok();
    golden.note("none is left", iam.call("ListSigningCertificates", &json!({ "UserName": "berta" }))).ok();
    iam.call("DeleteUser", &json!({ "UserName": "berta" })).ok();
    golden.note("root has none", iam.call("ListSigningCertificates", &json!({}))).ok();
    golden.check();
}

#[test]
fn what_signing_certificates_refuse() {
    let (_server, iam) = start();
    user(&iam, "anna");
    user(&iam, "berta");
    let made = iam.call("UploadSigningCertificate", &upload("anna", FIRST)).ok();
    let annas = made.text("UploadSigningCertificateResult.Certificate.CertificateId");
    iam.call("UploadSigningCertificate", &upload("anna", SECOND)).ok();
    let no_user = "The user with name nobody cannot be found.";
    let unknown = "NONEXISTENTCERTID12345678901";
    let no_id = format!("The Certificate with id {unknown} cannot be found.");
    let of = |user: &str, id: &str| json!({ "UserName": user, "CertificateId": id, "Status": "Inactive" });
    let mut expired = of("anna", &annas);
    expired["Status"] = json!("Expired");
    refuses(
        &iam,
        &[
            ("UploadSigningCertificate", upload("nobody", FIRST), 404, "NoSuchEntity", no_user),
            ("ListSigningCertificates", json!({ "UserName": "nobody" }), 404, "NoSuchEntity", no_user),
            ("UpdateSigningCertificate", of("nobody", unknown), 404, "NoSuchEntity", no_user),
            (
                "DeleteSigningCertificate",
                json!({ "UserName": "nobody", "CertificateId": unknown }),
                404,
                "NoSuchEntity",
                no_user,
            ),
            (
                "UploadSigningCertificate",
                upload("anna", "invalid-certificate-body"),
                400,
                "MalformedCertificate",
                "Certificate invalid-certificate-body is malformed.",
            ),
            (
                "UploadSigningCertificate",
                upload("anna", EXPIRED),
                400,
                "InvalidCertificate",
                "The certificate is invalid.",
            ),
            (
                "UploadSigningCertificate",
                upload("anna", THIRD),
                409,
                "LimitExceeded",
                "Cannot exceed quota for CertificatesPerUser: 2",
            ),
            (
                "UploadSigningCertificate",
                upload("berta", FIRST),
                409,
                "DuplicateCertificate",
                "The same certificate is associated with an IAM user in the account.",
            ),
            ("UpdateSigningCertificate", of("anna", unknown), 404, "NoSuchEntity", &no_id),
            (
                "DeleteSigningCertificate",
                json!({ "UserName": "anna", "CertificateId": unknown }),
                404,
                "NoSuchEntity",
                &no_id,
            ),
            (
                "UpdateSigningCertificate",
                of("berta", &annas),
                404,
                "NoSuchEntity",
                &format!("The Certificate with id {annas} cannot be found."),
            ),
            ("UpdateSigningCertificate", expired, 400, "InvalidInput", "The status Expired cannot be set."),
            (
                "UploadSigningCertificate",
                json!({ "CertificateBody": FIRST }),
                400,
                "ValidationError",
                "Must specify userName when calling with non-User credentials",
            ),
        ],
    );
}
