use crate::{found, golden, nowhere, refuses, start};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A key of 2048 bits of ssh-keygen, what `openssl md5 -c` says of its SubjectPublicKeyInfo, and one of Ed25519.
const RSA: &str = include_str!("../../../key-material/src/testdata/rsa.pub");
const RSA_FINGERPRINT: &str = include_str!("../../../key-material/src/testdata/rsa.spki.md5");
const ED25519: &str = include_str!("../../../key-material/src/testdata/ed25519.pub");
/// What `ssh-keygen -l` says of it.
const ED25519_FINGERPRINT: &str = include_str!("../../../key-material/src/testdata/ed25519.sha256");

fn import(name: &str, material: &str) -> Value {
    json!({ "KeyName": name, "PublicKeyMaterial": STANDARD.encode(material) })
}

#[test]
fn the_life_of_an_imported_key() {
    let (_server, ec2) = start();
    let mut golden = golden("key-pair");
    let mut parameters = import("deployer", RSA);
    parameters["TagSpecification"] =
        json!([{ "ResourceType": "key-pair", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let imported = golden.note("ImportKeyPair", ec2.call("ImportKeyPair", &parameters)).ok();
    let id = imported.text("keyPairId");
    assert_eq!(imported.text("keyFingerprint"), RSA_FINGERPRINT.trim());
    let other = ec2.call("ImportKeyPair", &import("other", ED25519)).ok();
    assert_eq!(other.text("keyFingerprint"), format!("{}=", ED25519_FINGERPRINT.trim()));
    let own = json!({ "KeyName": ["deployer"] });
    golden.note("DescribeKeyPairs", ec2.call("DescribeKeyPairs", &own)).ok();
    let public = json!({ "KeyPairId": [id], "IncludePublicKey": true });
    golden.note("with its public key", ec2.call("DescribeKeyPairs", &public)).ok();
    for (name, value) in [
        ("key-name", "deploy*"),
        ("key-pair-id", id.as_str()),
        ("fingerprint", RSA_FINGERPRINT.trim()),
        ("tag:team", "red"),
        ("tag-key", "team"),
    ] {
        assert_eq!(found(&ec2, "DescribeKeyPairs", (name, value), "keySet.item.keyName"), ["deployer"]);
    }
    golden.note("DeleteKeyPair", ec2.call("DeleteKeyPair", &json!({ "KeyName": "deployer" }))).ok();
    golden.note("again", ec2.call("DeleteKeyPair", &json!({ "KeyName": "deployer" }))).ok();
    let sentence = "The key pair 'deployer' does not exist";
    refuses(&ec2, &[("DescribeKeyPairs", own, "InvalidKeyPair.NotFound", sentence)]);
    let id = other.text("keyPairId");
    let deleted = ec2.call("DeleteKeyPair", &json!({ "KeyPairId": id })).ok();
    assert_eq!((deleted.text("return"), deleted.text("keyPairId")), ("true".to_owned(), id));
    assert_eq!(ec2.call("DescribeKeyPairs", &json!({})).ok().texts("keySet.item.keyName"), [""; 0]);
    golden.check();
}

/// The key that a creation answers can be imported again, and is the same key.
#[test]
fn a_created_key_is_answered_once_and_true() {
    let (_server, ec2) = start();
    for (kind, label, pairs) in [("rsa", "RSA PRIVATE KEY", 20), ("ed25519", "OPENSSH PRIVATE KEY", 1)] {
        let created = ec2.call("CreateKeyPair", &json!({ "KeyName": kind, "KeyType": kind })).ok();
        let file = created.text("keyMaterial");
        assert!(file.starts_with(&format!("-----BEGIN {label}-----\n")), "{file}");
        assert!(file.trim_end().ends_with(&format!("-----END {label}-----")), "{file}");
        let fingerprint = created.text("keyFingerprint");
        assert_eq!(fingerprint.split(':').count(), pairs, "{fingerprint}");
        let wish = json!({ "KeyName": [kind], "IncludePublicKey": true });
        let shown = ec2.call("DescribeKeyPairs", &wish).ok();
        assert_eq!(shown.text("keySet.item.keyFingerprint"), fingerprint);
        assert_eq!(shown.text("keySet.item.keyType"), kind);
        let line = shown.text("keySet.item.publicKey");
        assert!(line.starts_with(&format!("ssh-{kind} ")) && line.ends_with(&format!(" {kind}")), "{line}");
        assert!(!line.contains("PRIVATE"));
        let again = ec2.call("ImportKeyPair", &import("again", &line)).ok();
        let same = again.text("keyFingerprint") == fingerprint;
        // Imported RSA keys are called by the public key, created ones by the private one.
        assert_eq!(same, kind == "ed25519");
        ec2.call("DeleteKeyPair", &json!({ "KeyName": "again" })).ok();
    }
}

#[test]
fn a_created_key_is_written_for_putty() {
    let (_server, ec2) = start();
    for kind in ["rsa", "ed25519"] {
        let wish = json!({ "KeyName": kind, "KeyType": kind, "KeyFormat": "ppk" });
        let file = ec2.call("CreateKeyPair", &wish).ok().text("keyMaterial");
        let shown = json!({ "KeyName": [kind], "IncludePublicKey": true });
        let line = ec2.call("DescribeKeyPairs", &shown).ok().text("keySet.item.publicKey");
        let head =
            format!("PuTTY-User-Key-File-2: ssh-{kind}\nEncryption: none\nComment: {kind}\nPublic-Lines: ");
        let rest = file.strip_prefix(&head).expect(&head);
        let (count, rest) = rest.split_once('\n').unwrap();
        let public: Vec<&str> = rest.lines().take(count.parse().unwrap()).collect();
        assert_eq!(Some(public.concat().as_str()), line.split(' ').nth(1));
    }
}

#[test]
fn what_key_pairs_refuse() {
    let (_server, ec2) = start();
    ec2.call("ImportKeyPair", &import("web", ED25519)).ok();
    let format = "Key is not in valid OpenSSH public key format";
    let taken = "The keypair 'web' already exists.";
    let long = "k".repeat(256);
    let long_sentence = format!(
        "Value ({long}) for parameter keyName is invalid. Names have up to 255 ASCII characters, without spaces before or after them."
    );
    let none = nowhere("key");
    let no_id = format!("The key pair ID '{none}' does not exist");
    let missing = "The key pairs 'one, two' do not exist";
    refuses(
        &ec2,
        &[
            ("CreateKeyPair", json!({ "KeyName": "web" }), "InvalidKeyPair.Duplicate", taken),
            ("ImportKeyPair", import("web", ED25519), "InvalidKeyPair.Duplicate", taken),
            ("ImportKeyPair", import("new", "ssh-rsa AAAA me"), "InvalidKey.Format", format),
            ("ImportKeyPair", import("new", &RSA.replace("ssh-rsa", "ssh-dss")), "InvalidKey.Format", format),
            ("CreateKeyPair", json!({ "KeyName": long }), "InvalidParameterValue", &long_sentence),
            (
                "CreateKeyPair",
                json!({ "KeyType": "rsa" }),
                "MissingParameter",
                "The request must contain the parameter keyName",
            ),
            (
                "ImportKeyPair",
                json!({ "KeyName": "new" }),
                "MissingParameter",
                "The request must contain the parameter publicKeyMaterial",
            ),
            (
                "CreateKeyPair",
                json!({ "KeyName": "new", "KeyType": "dsa" }),
                "InvalidParameterValue",
                "Value (dsa) for parameter keyType is invalid. Valid values are rsa and ed25519.",
            ),
            (
                "CreateKeyPair",
                json!({ "KeyName": "new", "KeyFormat": "der" }),
                "InvalidParameterValue",
                "Value (der) for parameter keyFormat is invalid. Valid values are pem and ppk.",
            ),
            (
                "DescribeKeyPairs",
                json!({ "KeyName": ["one", "web", "two"] }),
                "InvalidKeyPair.NotFound",
                missing,
            ),
            ("DescribeKeyPairs", json!({ "KeyPairId": [none] }), "InvalidKeyPair.NotFound", &no_id),
            (
                "DescribeKeyPairs",
                json!({ "KeyPairId": ["web"] }),
                "InvalidKeyPairId.Malformed",
                "Invalid id: \"web\" (expecting \"key-...\")",
            ),
            (
                "DeleteKeyPair",
                json!({ "KeyPairId": "web" }),
                "InvalidKeyPairId.Malformed",
                "Invalid id: \"web\" (expecting \"key-...\")",
            ),
            (
                "DeleteKeyPair",
                json!({}),
                "MissingParameter",
                "The request must contain the parameter KeyName or KeyPairId",
            ),
            (
                "DescribeKeyPairs",
                json!({ "Filter": [{ "Name": "key-type", "Value": ["rsa"] }] }),
                "InvalidParameterValue",
                "The filter 'key-type' is invalid",
            ),
        ],
    );
}
