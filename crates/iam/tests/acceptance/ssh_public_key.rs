use crate::{golden, key, refuses, start, user, with};
use serde_json::{Value, json};
use testkit::Client;

/// An RSA key as ssh-keygen writes it, the same in PEM, and one of another kind.
const LINE: &str = include_str!("data/rsa.pub");
const PEM: &str = include_str!("data/rsa.spki.pem");
const ED25519: &str = include_str!("data/ed25519.pub");

fn upload(user: &str, body: &str) -> Value {
    json!({ "UserName": user, "SSHPublicKeyBody": body })
}

/// The line without its comment.
fn bare() -> String {
    LINE.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn uploaded(iam: &Client, user: &str, body: &str) -> String {
    let made = iam.call("UploadSSHPublicKey", &upload(user, body)).ok();
    made.text("UploadSSHPublicKeyResult.SSHPublicKey.SSHPublicKeyId")
}

#[test]
fn the_life_of_an_ssh_public_key() {
    let (_server, iam) = start();
    user(&iam, "anna");
    let mut golden = golden("ssh-public-key");
    let made = golden.note("UploadSSHPublicKey", iam.call("UploadSSHPublicKey", &upload("anna", LINE))).ok();
    let id = made.text("UploadSSHPublicKeyResult.SSHPublicKey.SSHPublicKeyId");
    assert_eq!(made.text("UploadSSHPublicKeyResult.SSHPublicKey.SSHPublicKeyBody"), bare());
    let of = |more: Value| with(json!({ "UserName": "anna", "SSHPublicKeyId": id }), more);
    let body = "GetSSHPublicKeyResult.SSHPublicKey.SSHPublicKeyBody";
    let ssh =
        golden.note("GetSSHPublicKey", iam.call("GetSSHPublicKey", &of(json!({ "Encoding": "SSH" })))).ok();
    assert_eq!(ssh.text(body), bare());
    let pem = golden.note("in PEM", iam.call("GetSSHPublicKey", &of(json!({ "Encoding": "PEM" })))).ok();
    assert_eq!(pem.text(body), PEM);
    golden
        .note("UpdateSSHPublicKey", iam.call("UpdateSSHPublicKey", &of(json!({ "Status": "Inactive" }))))
        .ok();
    golden.note("ListSSHPublicKeys", iam.call("ListSSHPublicKeys", &json!({ "UserName": "anna" }))).ok();
    // It follows its user to another name.
    iam.call("UpdateUser", &json!({ "UserName": "anna", "NewUserName": "berta" })).ok();
    golden.note("renamed", iam.call("ListSSHPublicKeys", &json!({ "UserName": "berta" }))).ok();
    let held = "Cannot delete entity, must remove referenced objects first.";
    refuses(&iam, &[("DeleteUser", json!({ "UserName": "berta" }), 409, "DeleteConflict", held)]);
    let own = json!({ "UserName": "berta", "SSHPublicKeyId": id });
    golden.note("DeleteSSHPublicKey", iam.call("DeleteSSHPublicKey", &own)).ok();
    golden.note("none is left", iam.call("ListSSHPublicKeys", &json!({ "UserName": "berta" }))).ok();
    golden.check();
    iam.call("DeleteUser", &json!({ "UserName": "berta" })).ok();
}

#[test]
fn a_key_in_pem_is_answered_in_pem() {
    let (server, iam) = start();
    user(&iam, "anna");
    let made = iam.call("UploadSSHPublicKey", &upload("anna", PEM)).ok();
    assert_eq!(made.text("UploadSSHPublicKeyResult.SSHPublicKey.SSHPublicKeyBody"), PEM);
    // A user lists its own.
    let (id, secret) = key(&iam, "anna");
    let anna = server.client("iam").key(&id, &secret, None);
    let list = anna.call("ListSSHPublicKeys", &json!({})).ok();
    assert_eq!(list.texts("ListSSHPublicKeysResult.SSHPublicKeys.member.UserName"), ["anna"]);
}

#[test]
fn what_ssh_public_keys_refuse() {
    let (_server, iam) = start();
    user(&iam, "anna");
    user(&iam, "berta");
    let annas = uploaded(&iam, "anna", LINE);
    let unknown = "APKAXXXXXXXXXXXXXXXXX";
    let no_user = "The user with name nobody cannot be found.";
    let missing = |id: &str| format!("The Public Key with id {id} cannot be found.");
    let of = |user: &str, id: &str| json!({ "UserName": user, "SSHPublicKeyId": id });
    let get = |user: &str, id: &str| json!({ "UserName": user, "SSHPublicKeyId": id, "Encoding": "SSH" });
    let update = |user: &str, id: &str, status: &str| json!({ "UserName": user, "SSHPublicKeyId": id, "Status": status });
    refuses(
        &iam,
        &[
            ("UploadSSHPublicKey", upload("nobody", LINE), 404, "NoSuchEntity", no_user),
            ("GetSSHPublicKey", get("nobody", &annas), 404, "NoSuchEntity", no_user),
            ("ListSSHPublicKeys", json!({ "UserName": "nobody" }), 404, "NoSuchEntity", no_user),
            ("UpdateSSHPublicKey", update("nobody", &annas, "Active"), 404, "NoSuchEntity", no_user),
            ("DeleteSSHPublicKey", of("nobody", &annas), 404, "NoSuchEntity", no_user),
            ("GetSSHPublicKey", get("anna", unknown), 404, "NoSuchEntity", &missing(unknown)),
            ("UpdateSSHPublicKey", update("anna", unknown, "Active"), 404, "NoSuchEntity", &missing(unknown)),
            ("DeleteSSHPublicKey", of("anna", unknown), 404, "NoSuchEntity", &missing(unknown)),
            ("GetSSHPublicKey", get("berta", &annas), 404, "NoSuchEntity", &missing(&annas)),
            ("DeleteSSHPublicKey", of("berta", &annas), 404, "NoSuchEntity", &missing(&annas)),
            (
                "UpdateSSHPublicKey",
                update("anna", &annas, "Expired"),
                400,
                "InvalidInput",
                "The status Expired cannot be set.",
            ),
            (
                "UploadSSHPublicKey",
                upload("anna", "hello"),
                400,
                "UnrecognizedPublicKeyEncoding",
                "Invalid public key uploaded.",
            ),
            (
                "UploadSSHPublicKey",
                upload("anna", ED25519),
                400,
                "InvalidPublicKey",
                "The public key is malformed or otherwise invalid.",
            ),
            (
                "UploadSSHPublicKey",
                upload("anna", PEM),
                400,
                "DuplicateSSHPublicKey",
                "The SSH public key is already associated with the specified IAM user.",
            ),
            (
                "GetSSHPublicKey",
                json!({ "UserName": "anna", "SSHPublicKeyId": annas, "Encoding": "XML" }),
                400,
                "ValidationError",
                "1 validation error detected: Value at 'encoding' failed to satisfy constraint: Member must satisfy enum value set",
            ),
        ],
    );
    // Another user may have the same key.
    uploaded(&iam, "berta", LINE);
}

#[test]
fn the_sixth_key_of_a_user_is_refused() {
    let (_server, iam) = start();
    user(&iam, "anna");
    for n in 1..=5 {
        uploaded(&iam, "anna", &numbered(n));
    }
    refuses(
        &iam,
        &[(
            "UploadSSHPublicKey",
            upload("anna", &numbered(6)),
            409,
            "LimitExceeded",
            "Cannot exceed quota for SSHPublicKeysPerUser: 5",
        )],
    );
}

/// Another key: `ssh-rsa`, 65537 and 2048 bits that end in a number.
fn numbered(number: u8) -> String {
    let mut blob = Vec::new();
    let modulus = [&[0, 0x80], [1; 254].as_slice(), &[number]].concat();
    for part in [b"ssh-rsa".as_slice(), &[1, 0, 1], &modulus] {
        blob.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        blob.extend_from_slice(part);
    }
    format!("ssh-rsa {}", base64(&blob))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for digit in 0..4 {
            let bits = usize::try_from(bits).unwrap_or_default();
            text.push(if digit > chunk.len() {
                '='
            } else {
                char::from(DIGITS[bits >> (18 - 6 * digit) & 63])
            });
        }
    }
    text
}
