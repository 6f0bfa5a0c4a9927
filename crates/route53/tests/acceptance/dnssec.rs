//! Signing of zones.

use crate::{refuses, start, zone};
use serde_json::{Value, json};
use testkit::Client;

fn kms(id: &str) -> String {
    format!("arn:aws:kms:us-east-1:000000000000:key/{id}")
}

fn create(zone: &str, name: &str, kms: &str, status: &str) -> Value {
    json!({
        "CallerReference": name, "HostedZoneId": zone, "Name": name,
        "KeyManagementServiceArn": kms, "Status": status,
    })
}

fn status(client: &Client, zone: &str) -> String {
    client.call("GetDNSSEC", &json!({ "HostedZoneId": zone })).ok().text("Status.ServeSignature")
}

#[test]
fn a_zone_signs_with_its_keys() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    assert_eq!(status(&client, &id), "NOT_SIGNING");
    let of_zone = json!({ "HostedZoneId": id });
    let none = format!("Hosted zone with ID '{id}' does not have a Key Signing Key in ACTIVE status.");
    refuses(
        &client,
        &[
            ("EnableHostedZoneDNSSEC", of_zone.clone(), 400, "KeySigningKeyWithActiveStatusNotFound", &none),
            (
                "DisableHostedZoneDNSSEC",
                of_zone.clone(),
                400,
                "DNSSECNotFound",
                "The hosted zone doesn't have any DNSSEC resources.",
            ),
        ],
    );
    let made = client.call("CreateKeySigningKey", &create(&id, "first", &kms("1"), "ACTIVE")).ok();
    assert_eq!(made.status, 201);
    let told = |member: &str| made.text(&format!("KeySigningKey.{member}"));
    assert_eq!(told("SigningAlgorithmMnemonic"), "ECDSAP256SHA256");
    assert_eq!(told("DNSKEYRecord"), format!("257 3 13 {}", told("PublicKey")));
    assert_eq!(told("DSRecord"), format!("{} 13 2 {}", told("KeyTag"), told("DigestValue")));
    assert_eq!((told("DigestValue").len(), told("PublicKey").len()), (64, 88));
    assert_eq!((told("Flag"), told("Status")), ("257".to_owned(), "ACTIVE".to_owned()));
    client.call("EnableHostedZoneDNSSEC", &of_zone).ok();
    client.call("EnableHostedZoneDNSSEC", &of_zone).ok();
    assert_eq!(status(&client, &id), "SIGNING");
    let key = json!({ "HostedZoneId": id, "Name": "first" });
    let in_use = "The key-signing key (KSK) that you specified can't be deactivated because it's the only KSK for a currently-enabled DNSSEC. Disable DNSSEC signing, or add or enable another KSK.";
    let active = "Key Signing Key with name first cannot be deleted because current status is not INACTIVE.";
    let keys = "The specified hosted zone contains DNSSEC Key Signing Keys and so cannot be deleted.";
    refuses(
        &client,
        &[
            ("DeactivateKeySigningKey", key.clone(), 400, "KeySigningKeyInUse", in_use),
            ("DeleteKeySigningKey", key.clone(), 400, "InvalidKeySigningKeyStatus", active),
            ("DeleteHostedZone", json!({ "Id": id }), 400, "HostedZoneNotEmpty", keys),
        ],
    );
    client.call("DisableHostedZoneDNSSEC", &of_zone).ok();
    client.call("DeactivateKeySigningKey", &key).ok();
    let listed = client.call("GetDNSSEC", &of_zone).ok();
    assert_eq!(listed.text("KeySigningKeys.member.Status"), "INACTIVE");
    client.call("ActivateKeySigningKey", &key).ok();
    client.call("DeactivateKeySigningKey", &key).ok();
    client.call("DeleteKeySigningKey", &key).ok();
    refuses(
        &client,
        &[(
            "ActivateKeySigningKey",
            key,
            404,
            "NoSuchKeySigningKey",
            "The specified key-signing key (KSK) doesn't exist.",
        )],
    );
    client.call("DeleteHostedZone", &json!({ "Id": id })).ok();
}

#[test]
fn keys_are_refused_that_cannot_sign() {
    let (_server, client) = start();
    let id = zone(&client, "example.com");
    client.call("CreateKeySigningKey", &create(&id, "first", &kms("1"), "INACTIVE")).ok();
    let exists = "You've already created a key-signing key (KSK) with this name or with the same customer managed key ARN.";
    let bad_arn = "The KeyManagementServiceArn that you specified isn't valid to use with DNSSEC signing.";
    refuses(
        &client,
        &[
            (
                "CreateKeySigningKey",
                create(&id, "first", &kms("2"), "ACTIVE"),
                409,
                "KeySigningKeyAlreadyExists",
                exists,
            ),
            (
                "CreateKeySigningKey",
                create(&id, "second", &kms("1"), "ACTIVE"),
                409,
                "KeySigningKeyAlreadyExists",
                exists,
            ),
            (
                "CreateKeySigningKey",
                create(&id, "sec-ond", &kms("2"), "ACTIVE"),
                400,
                "InvalidKeySigningKeyName",
                "The key-signing key (KSK) name that you specified isn't a valid name.",
            ),
            (
                "CreateKeySigningKey",
                create(&id, "second", "arn:aws:kms:eu-west-1:000000000000:key/1", "ACTIVE"),
                400,
                "InvalidKMSArn",
                bad_arn,
            ),
            (
                "CreateKeySigningKey",
                create(&id, "second", &kms("2"), "SLEEPING"),
                400,
                "InvalidKeySigningKeyStatus",
                "The key-signing key (KSK) status isn't valid or another KSK has the status INTERNAL_FAILURE.",
            ),
        ],
    );
    client.call("CreateKeySigningKey", &create(&id, "second", &kms("2"), "ACTIVE")).ok();
    let many = "You've reached the limit for the number of key-signing keys (KSKs). Remove at least one KSK, and then try again.";
    let third = create(&id, "third", &kms("3"), "ACTIVE");
    refuses(&client, &[("CreateKeySigningKey", third, 400, "TooManyKeySigningKeys", many)]);
}
