//! Signing of zones: key-signing keys, and whether a zone signs.
//!
//! The private half of a key-signing key lies in KMS. KMS is not built, so the key that belongs to an ARN is made and
//! kept here; what is published of it (DNSKEY, DS) is worked out of it as RFC 4034 has it.

use crate::Route53;
use crate::change;
use crate::error::Error;
use crate::event::Changed;
use crate::home::{bare_id, location};
use crate::name::Name;
use crate::zone::{self, Zone};
use base::{Arn, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use ports::Cx;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shapes_route53 as api;
use std::sync::Arc;
use store::{Record, Rows, Tx};

/// Keys of a zone at the most.
const MOST: usize = 2;
/// Flags of a key that signs keys: zone key, secure entry point. RFC 4034, 2.1.1.
const FLAGS: u16 = 257;
/// ECDSAP256SHA256, RFC 6605; the digest is SHA-256, RFC 4509.
const ALGORITHM: u8 = 13;
const DIGEST: u8 = 2;
/// DNSSEC, the only protocol of DNSKEY records.
const PROTOCOL: u8 = 3;

/// Whether a zone signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Signing {
    /// It does not.
    #[default]
    Off,
    /// It does.
    On,
}

/// A key-signing key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SigningKey {
    zone: String,
    name: String,
    kms: String,
    is_active: bool,
    /// The private key, as 32 octets in Base64.
    private: String,
    created_at: Timestamp,
    changed_at: Timestamp,
}

impl Record for SigningKey {
    const TABLE: &'static str = "route53_signing_key";
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.zone, &self.name)
    }
}

impl SigningKey {
    fn key_of(zone: &str, name: &str) -> String {
        format!("{zone}/{name}")
    }

    /// The keys of a zone, by name.
    pub(crate) fn all(rows: &impl Rows, zone: &str) -> Vec<Arc<Self>> {
        rows.below(&format!("{zone}/"))
    }

    fn find(rows: &impl Rows, zone: &Zone, name: Option<&str>) -> Result<Self, Error> {
        let found = rows.row::<Self>(&Self::key_of(&zone.id, name.unwrap_or_default()));
        found.map(|found| (*found).clone()).ok_or(Error::NoKey)
    }

    /// The public key: both coordinates of its point.
    fn public(&self) -> Vec<u8> {
        let octets = STANDARD.decode(&self.private).unwrap_or_default();
        let point = SecretKey::from_slice(&octets).map(|key| key.public_key().to_encoded_point(false));
        // The first octet says that both coordinates follow.
        point.map(|point| point.as_bytes().get(1..).unwrap_or_default().to_vec()).unwrap_or_default()
    }

    fn shape(&self, zone: &Name) -> api::KeySigningKey {
        let public = self.public();
        let data = [&FLAGS.to_be_bytes()[..], &[PROTOCOL, ALGORITHM], &public].concat();
        let (tag, digest, public) = (tag(&data), digest(zone, &data), STANDARD.encode(&public));
        api::KeySigningKey {
            name: Some(self.name.clone()),
            kms_arn: Some(self.kms.clone()),
            flag: Some(i32::from(FLAGS)),
            signing_algorithm_mnemonic: Some("ECDSAP256SHA256".to_owned()),
            signing_algorithm_type: Some(i32::from(ALGORITHM)),
            digest_algorithm_mnemonic: Some("SHA-256".to_owned()),
            digest_algorithm_type: Some(i32::from(DIGEST)),
            key_tag: Some(i32::from(tag)),
            ds_record: Some(format!("{tag} {ALGORITHM} {DIGEST} {digest}")),
            digest_value: Some(digest),
            dnskey_record: Some(format!("{FLAGS} {PROTOCOL} {ALGORITHM} {public}")),
            public_key: Some(public),
            status: Some(if self.is_active { "ACTIVE" } else { "INACTIVE" }.to_owned()),
            status_message: None,
            created_date: Some(self.created_at.into()),
            last_modified_date: Some(self.changed_at.into()),
        }
    }
}

/// The key tag of a DNSKEY's data. RFC 4034, appendix B.
fn tag(data: &[u8]) -> u16 {
    let mut sum = 0_u32;
    for (place, octet) in data.iter().enumerate() {
        sum += if place % 2 == 0 { u32::from(*octet) << 8 } else { u32::from(*octet) };
    }
    sum += (sum >> 16) & 0xffff;
    u16::try_from(sum & 0xffff).unwrap_or_default()
}

/// The digest of a DNSKEY that the zone above publishes. RFC 4034, 5.1.4.
fn digest(zone: &Name, data: &[u8]) -> String {
    let mut hash = Sha256::new();
    for label in zone.labels() {
        let octets = octets(label);
        hash.update([u8::try_from(octets.len()).unwrap_or_default()]);
        hash.update(octets);
    }
    hash.update([0]);
    hash.update(data);
    hash.finalize().iter().map(|octet| format!("{octet:02X}")).collect()
}

/// The octets of a label, escapes undone.
fn octets(label: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(label.len());
    let mut rest = label.bytes();
    while let Some(octet) = rest.next() {
        if octet == b'\\' {
            let digits =
                rest.by_ref().take(3).fold(0_u16, |value, digit| value * 8 + u16::from(digit - b'0'));
            octets.push(u8::try_from(digits).unwrap_or_default());
        } else {
            octets.push(octet);
        }
    }
    octets
}

/// Whether a text names a key of KMS where Route 53 can use it.
fn is_kms_key(text: &str) -> bool {
    text.parse::<Arn>().is_ok_and(|arn| {
        arn.service == "kms" && arn.region == "us-east-1" && arn.resource.starts_with("key/")
    })
}

/// What a new key is made of; drawn before the transaction.
fn draw(cx: &Cx) -> String {
    loop {
        let octets = cx.ids().bytes::<32>();
        // Hardly any 32 octets are not a key.
        if SecretKey::from_slice(&octets).is_ok() {
            return STANDARD.encode(octets);
        }
    }
}

fn changed(tx: &mut Tx, cx: &Cx, zone: &Zone, key: SigningKey) {
    tx.emit(&Changed { kind: "KeySigningKeyChanged", resource: zone.arn(cx) });
    tx.put(key);
}

/// `CreateKeySigningKey`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Route53,
    input: api::CreateKeySigningKeyRequest,
) -> Result<api::CreateKeySigningKeyResponse, Error> {
    let (name, kms) = (input.name.unwrap_or_default(), input.key_management_service_arn.unwrap_or_default());
    let is_active = match input.status.as_deref() {
        Some("ACTIVE") => true,
        Some("INACTIVE") => false,
        _ => return Err(Error::BadKeyStatus),
    };
    if !name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_') {
        return Err(Error::BadKeyName);
    }
    let (private, id) = (draw(cx), change::new_id(cx));
    cx.write(|tx| {
        let zone = zone::own(tx, cx, input.hosted_zone_id.as_deref())?;
        if zone.is_private {
            return Err(Error::SigningOfPrivateZone);
        }
        if !is_kms_key(&kms) {
            return Err(Error::BadKmsArn);
        }
        let keys = SigningKey::all(tx, &zone.id);
        if keys.iter().any(|key| key.name == name || key.kms == kms) {
            return Err(Error::KeyExists);
        }
        if keys.len() >= MOST {
            return Err(Error::TooManyKeys);
        }
        let key = SigningKey {
            zone: zone.id.clone(),
            name: name.clone(),
            kms: kms.clone(),
            is_active,
            private: private.clone(),
            created_at: cx.now(),
            changed_at: cx.now(),
        };
        let shown = key.shape(&zone.name);
        changed(tx, cx, &zone, key);
        Ok(api::CreateKeySigningKeyResponse {
            change_info: Some(change::begin(cx, tx, &id, None)),
            key_signing_key: Some(shown),
            location: Some(location(&format!("keysigningkey/{}/{name}", zone.id))),
        })
    })
}

/// Changes a key; `change` answers what is stored in its place, `None` for nothing.
fn change(
    cx: &Cx,
    (zone, name): (Option<&str>, Option<&str>),
    change: impl Fn(&Tx, &Zone, SigningKey) -> Result<Option<SigningKey>, Error>,
) -> Result<api::ChangeInfo, Error> {
    let id = change::new_id(cx);
    cx.write(|tx| {
        let zone = zone::own(tx, cx, Some(bare_id(zone)))?;
        let found = SigningKey::find(tx, &zone, name)?;
        let key = found.key();
        match change(tx, &zone, found)? {
            Some(kept) => changed(tx, cx, &zone, SigningKey { changed_at: cx.now(), ..kept }),
            None => {
                tx.delete::<SigningKey>(&key);
                tx.emit(&Changed { kind: "KeySigningKeyDeleted", resource: zone.arn(cx) });
            }
        }
        Ok(change::begin(cx, tx, &id, None))
    })
}

/// `ActivateKeySigningKey`.
pub(crate) fn activate(
    cx: &Cx,
    _svc: &Route53,
    input: api::ActivateKeySigningKeyRequest,
) -> Result<api::ActivateKeySigningKeyResponse, Error> {
    let of = (input.hosted_zone_id.as_deref(), input.name.as_deref());
    let info = change(cx, of, |_, _, key| Ok(Some(SigningKey { is_active: true, ..key })))?;
    Ok(api::ActivateKeySigningKeyResponse { change_info: Some(info) })
}

/// `DeactivateKeySigningKey`: not of the last active one of a zone that signs.
pub(crate) fn deactivate(
    cx: &Cx,
    _svc: &Route53,
    input: api::DeactivateKeySigningKeyRequest,
) -> Result<api::DeactivateKeySigningKeyResponse, Error> {
    let of = (input.hosted_zone_id.as_deref(), input.name.as_deref());
    let info = change(cx, of, |tx, zone, key| {
        let keys = SigningKey::all(tx, &zone.id);
        let has_other = keys.iter().any(|other| other.is_active && other.name != key.name);
        if zone.signing == Signing::On && key.is_active && !has_other {
            return Err(Error::KeyInUse);
        }
        Ok(Some(SigningKey { is_active: false, ..key }))
    })?;
    Ok(api::DeactivateKeySigningKeyResponse { change_info: Some(info) })
}

/// `DeleteKeySigningKey`: of an inactive one.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Route53,
    input: api::DeleteKeySigningKeyRequest,
) -> Result<api::DeleteKeySigningKeyResponse, Error> {
    let of = (input.hosted_zone_id.as_deref(), input.name.as_deref());
    let info =
        change(cx, of, |_, _, key| if key.is_active { Err(Error::KeyActive(key.name)) } else { Ok(None) })?;
    Ok(api::DeleteKeySigningKeyResponse { change_info: Some(info) })
}

fn switch(cx: &Cx, zone: Option<&str>, signing: Signing) -> Result<api::ChangeInfo, Error> {
    let id = change::new_id(cx);
    cx.write(|tx| {
        let zone = zone::own(tx, cx, zone)?;
        if zone.is_private {
            return Err(Error::SigningOfPrivateZone);
        }
        let keys = SigningKey::all(tx, &zone.id);
        match signing {
            Signing::On if !keys.iter().any(|key| key.is_active) => {
                return Err(Error::NoActiveKey(zone.id.clone()));
            }
            Signing::Off if keys.is_empty() => return Err(Error::NoDnssec),
            Signing::On | Signing::Off => {}
        }
        tx.emit(&Changed { kind: "HostedZoneChanged", resource: zone.arn(cx) });
        let mut zone = (*zone).clone();
        zone.signing = signing;
        tx.put(zone);
        Ok(change::begin(cx, tx, &id, None))
    })
}

/// `EnableHostedZoneDNSSEC`: of a zone with an active key.
pub(crate) fn enable(
    cx: &Cx,
    _svc: &Route53,
    input: api::EnableHostedZoneDNSSECRequest,
) -> Result<api::EnableHostedZoneDNSSECResponse, Error> {
    let info = switch(cx, input.hosted_zone_id.as_deref(), Signing::On)?;
    Ok(api::EnableHostedZoneDNSSECResponse { change_info: Some(info) })
}

/// `DisableHostedZoneDNSSEC`.
pub(crate) fn disable(
    cx: &Cx,
    _svc: &Route53,
    input: api::DisableHostedZoneDNSSECRequest,
) -> Result<api::DisableHostedZoneDNSSECResponse, Error> {
    let info = switch(cx, input.hosted_zone_id.as_deref(), Signing::Off)?;
    Ok(api::DisableHostedZoneDNSSECResponse { change_info: Some(info) })
}

/// `GetDNSSEC`; of a zone that never signed, too.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Route53,
    input: api::GetDNSSECRequest,
) -> Result<api::GetDNSSECResponse, Error> {
    cx.read(|view| {
        let zone = zone::own(view, cx, input.hosted_zone_id.as_deref())?;
        if zone.is_private {
            return Err(Error::SigningOfPrivateZone);
        }
        let serve_signature = match zone.signing {
            Signing::On => "SIGNING",
            Signing::Off => "NOT_SIGNING",
        };
        let keys = SigningKey::all(view, &zone.id);
        Ok(api::GetDNSSECResponse {
            status: Some(api::DNSSECStatus {
                serve_signature: Some(serve_signature.to_owned()),
                status_message: None,
            }),
            key_signing_keys: Some(keys.iter().map(|key| key.shape(&zone.name)).collect()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{digest, tag};
    use crate::name::Name;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    /// Source: RFC 6605, 6.1.
    #[test]
    fn tags_and_digests_are_those_of_the_rfc() {
        let public =
            "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==";
        let data = [&[1, 1, 3, 13][..], &STANDARD.decode(public).unwrap()].concat();
        assert_eq!(tag(&data), 55648);
        let want = "B4C8C1FE2E7477127B27115656AD6256F424625BF5C1E2770CE6D6E37DF61D17";
        assert_eq!(digest(&Name::parse("example.net").unwrap(), &data), want);
    }
}
