//! The certificate authorities of a cluster: one at first, and for a while two when one takes over from the other.
//!
//! Source: EKS API reference, CreateCertificateAuthority and the operations beside it.

use crate::Eks;
use crate::cluster::{self, Cluster};
use crate::document;
use crate::error::{Error, Refusal};
use crate::event::Changed;
use crate::issuer::wrapped;
use crate::key;
use crate::listing::Asked;
use crate::repeat::{self, Call};
use crate::update::{self, Begun, Owner, Update};
use base::{Ids, Scope, Timestamp};
use key_material::{RsaPrivateKey, pem};
use ports::Cx;
use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, KeyPair, KeyUsagePurpose};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shapes_eks as api;
use std::sync::Arc;
use store::{Record, Rows, Tx};
use time::OffsetDateTime;

/// Milliseconds of a year of 365 days.
const YEAR_MILLIS: i64 = 31_536_000_000;
/// How long the first one of a cluster holds, and one that follows it.
const FIRST_YEARS: i64 = 10;
const NEXT_YEARS: i64 = 5;
/// Authorities of a cluster at the most.
const MOST: usize = 2;
/// Milliseconds that a change takes.
const CHANGE_MILLIS: u32 = 300_000;
/// How long before its end AWS makes the successor sign by itself: half a year, and at last 45 days.
const FIRST_ACTIVATION_MILLIS: i64 = 15_768_000_000;
const FINAL_ACTIVATION_MILLIS: i64 = 3_888_000_000;

/// How long before the end of the one that signs its successor may no longer go: two years.
const SUCCESSOR_MILLIS: i64 = 2 * YEAR_MILLIS;

/// A certificate authority.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Authority {
    scope: Scope,
    cluster: String,
    id: String,
    created_at: Timestamp,
    created_by: String,
    activated_at: Option<Timestamp>,
    activated_by: Option<String>,
    signing: String,
    distribution: String,
    not_before: Timestamp,
    not_after: Timestamp,
    rollback_available: bool,
    pem: String,
    /// PKCS #8, in PEM.
    private_pem: String,
}

impl Record for Authority {
    const TABLE: &'static str = "eks_certificate_authority";
    type Key = String;

    fn key(&self) -> String {
        key::child(&self.scope, &self.cluster, &self.id)
    }
}

impl Authority {
    /// Whether it may be deleted: never while it signs; a successor that AWS appended never before it has signed, and one of
    /// the user's not in the last two years of the one that signs. Source: EKS API reference, DeleteCertificateAuthority.
    fn may_go(&self, ends_at: Timestamp, now: Timestamp) -> bool {
        if self.signing != "NOT_USED" || self.distribution == "DELETING" {
            return false;
        }
        // What has signed may be taken back to, and is no successor.
        self.rollback_available || self.created_by != "EKS" && now < ends_at.plus_millis(-SUCCESSOR_MILLIS)
    }
}

/// A new authority's key and certificate. Making it takes some tenths of a second: never within a transaction.
#[derive(Clone)]
pub(crate) struct Draft {
    pem: String,
    private_pem: String,
    not_before: Timestamp,
    not_after: Timestamp,
    id: String,
}

impl Draft {
    /// The one that a cluster is born with.
    pub(crate) fn first(ids: &Ids, now: Timestamp) -> Result<Self, Error> {
        Self::new(ids, now, FIRST_YEARS)
    }

    fn new(ids: &Ids, now: Timestamp, years: i64) -> Result<Self, Error> {
        let private_pem = pem::write("PRIVATE KEY", &RsaPrivateKey::new(ids).pkcs8());
        let not_before = now.whole_seconds();
        let not_after = not_before.plus_millis(years * YEAR_MILLIS);
        let certificate = certify(&private_pem, not_before, not_after);
        let pem = certificate.map_err(|error| Refusal::Broken(error.to_string()))?;
        Ok(Self { pem, private_pem, not_before, not_after, id: ids.uuid() })
    }

    /// Keeps it as the authority of a cluster, which signs at once.
    pub(crate) fn found(self, tx: &mut Tx, cluster: &Cluster) {
        let mut own = self.of(cluster, "EKS");
        own.signing = "IN_USE".to_owned();
        own.distribution = "COMPLETE".to_owned();
        own.activated_at = Some(own.created_at);
        own.activated_by = Some("EKS".to_owned());
        tx.put(own);
    }

    fn of(self, cluster: &Cluster, by: &str) -> Authority {
        Authority {
            scope: cluster.scope.clone(),
            cluster: cluster.name.clone(),
            id: self.id,
            created_at: self.not_before,
            created_by: by.to_owned(),
            activated_at: None,
            activated_by: None,
            signing: "NOT_USED".to_owned(),
            distribution: "IN_PROGRESS".to_owned(),
            not_before: self.not_before,
            not_after: self.not_after,
            rollback_available: false,
            pem: self.pem,
            private_pem: self.private_pem,
        }
    }
}

/// A certificate that the key signs itself, with the name that Kubernetes gives its authority.
fn certify(private_pem: &str, from: Timestamp, to: Timestamp) -> Result<String, rcgen::Error> {
    let key = KeyPair::from_pem(private_pem)?;
    let at = |time: Timestamp| {
        OffsetDateTime::from_unix_timestamp(time.millis.div_euclid(1000))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    };
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::KeyEncipherment,
        KeyUsagePurpose::KeyCertSign,
    ];
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "kubernetes");
    (params.not_before, params.not_after) = (at(from), at(to));
    Ok(params.self_signed(&key)?.pem())
}

fn all(rows: &impl Rows, cluster: &Cluster) -> Vec<Arc<Authority>> {
    rows.below::<Authority>(&key::below(&cluster.scope, &cluster.name))
}

/// The one that signs.
fn signer(rows: &impl Rows, cluster: &Cluster) -> Option<Arc<Authority>> {
    all(rows, cluster).into_iter().find(|own| own.signing == "IN_USE")
}

/// `certificateAuthority` of a cluster: what clients trust, the one that signs first.
pub(crate) fn bundle(rows: &impl Rows, cluster: &Cluster) -> Value {
    let mut all = all(rows, cluster);
    all.retain(|authority| ["COMPLETE", "DELETING"].contains(&authority.distribution.as_str()));
    all.sort_by_key(|authority| authority.signing != "IN_USE");
    let pem: String = all.iter().map(|authority| authority.pem.as_str()).collect();
    let active = all.iter().find(|authority| authority.signing == "IN_USE");
    let active = active.map(|authority| json!({ "id": authority.id, "activatedBy": authority.activated_by }));
    json!({ "data": wrapped(&pem), "active": active })
}

/// The cluster is gone.
pub(crate) fn forget(tx: &mut Tx, cluster: &Cluster) {
    for authority in all(tx, cluster) {
        tx.delete::<Authority>(&authority.key());
    }
}

fn summary(own: &Authority) -> Value {
    json!({
        "id": own.id,
        "createdAt": own.created_at,
        "createdBy": own.created_by,
        "activatedAt": own.activated_at,
        "activatedBy": own.activated_by,
        "signingStatus": own.signing,
        "distributionStatus": own.distribution,
    })
}

fn find(rows: &impl Rows, cluster: &Cluster, id: &str) -> Result<Arc<Authority>, Error> {
    let found = rows.row::<Authority>(&key::child(&cluster.scope, &cluster.name, id));
    found.ok_or_else(|| Refusal::NoAuthority(id.to_owned()).about(&cluster.name))
}

/// `DescribeCertificateAuthority`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeCertificateAuthorityRequest,
) -> Result<api::DescribeCertificateAuthorityResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    cx.read(|view| {
        let cluster = cluster::find(view, cx.scope(), &name)?;
        let own = find(view, &cluster, &input.certificate_authority_id.unwrap_or_default())?;
        let mut told = summary(&own);
        told["validity"] = json!({ "notBefore": own.not_before, "notAfter": own.not_after });
        told["rollbackAvailable"] = json!(own.rollback_available);
        told["data"] = json!(wrapped(&own.pem));
        let signer = signer(view, &cluster);
        if let Some(signer) = signer.filter(|signer| signer.id != own.id) {
            told["scheduledEvents"] = json!({
                "firstAutoActivation": signer.not_after.plus_millis(-FIRST_ACTIVATION_MILLIS),
                "finalAutoActivation": signer.not_after.plus_millis(-FINAL_ACTIVATION_MILLIS),
            });
        }
        let certificate_authority = Some(document::shape(&told));
        Ok(api::DescribeCertificateAuthorityResponse { certificate_authority })
    })
}

/// `ListCertificateAuthorities`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListCertificateAuthoritiesRequest,
) -> Result<api::ListCertificateAuthoritiesResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let found = cx.read(|view| cluster::find(view, cx.scope(), &name).map(|cluster| all(view, &cluster)))?;
    let asked = Asked { token: input.next_token, most: input.max_results };
    let (page, next_token) =
        asked.page(cx, &["ListCertificateAuthorities", &name], found, |own| own.id.clone())?;
    let page = page.iter().map(|own| document::shape(&summary(own))).collect();
    Ok(api::ListCertificateAuthoritiesResponse { certificate_authorities: Some(page), next_token })
}

/// `CreateCertificateAuthority`: a successor, which everybody trusts before it signs.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Eks,
    input: api::CreateCertificateAuthorityRequest,
) -> Result<api::CreateCertificateAuthorityResponse, Error> {
    let name = input.cluster_name.clone().unwrap_or_default();
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "CreateCertificateAuthority", token, input: &input };
    let draft = Draft::new(cx.ids(), cx.now(), NEXT_YEARS)?;
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let cluster = cluster::find(tx, cx.scope(), &name)?;
            require_idle(tx, &cluster)?;
            if all(tx, &cluster).len() >= MOST {
                return Err(Refusal::TooManyAuthorities.about(&name));
            }
            let own = draft.clone().of(&cluster, "CUSTOMER");
            let update = begin(tx, cx, &cluster, &own, "ADDED")?;
            tx.put(own.clone());
            Ok(api::CreateCertificateAuthorityResponse {
                update: Some(update),
                certificate_authority: Some(document::shape(&summary(&own))),
            })
        })
    })
}

/// `ActivateCertificateAuthority`: it signs from now on, or again.
pub(crate) fn activate(
    cx: &Cx,
    _svc: &Eks,
    input: api::ActivateCertificateAuthorityRequest,
) -> Result<api::ActivateCertificateAuthorityResponse, Error> {
    let name = input.cluster_name.clone().unwrap_or_default();
    let id = input.certificate_authority_id.clone().unwrap_or_default();
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "ActivateCertificateAuthority", token, input: &input };
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let cluster = cluster::find(tx, cx.scope(), &name)?;
            require_idle(tx, &cluster)?;
            let mut own = (*find(tx, &cluster, &id)?).clone();
            if own.distribution != "COMPLETE" || own.signing != "NOT_USED" {
                return Err(Refusal::AuthorityState(id.clone()).about(&name));
            }
            own.signing = "ACTIVATING".to_owned();
            own.activated_by = Some("CUSTOMER".to_owned());
            let update = begin(tx, cx, &cluster, &own, "ACTIVATED")?;
            tx.put(own.clone());
            Ok(api::ActivateCertificateAuthorityResponse {
                update: Some(update),
                certificate_authority: Some(document::shape(&summary(&own))),
            })
        })
    })
}

/// `DeleteCertificateAuthority`: never the one that signs.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Eks,
    input: api::DeleteCertificateAuthorityRequest,
) -> Result<api::DeleteCertificateAuthorityResponse, Error> {
    let name = input.cluster_name.clone().unwrap_or_default();
    let id = input.certificate_authority_id.clone().unwrap_or_default();
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "DeleteCertificateAuthority", token, input: &input };
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let cluster = cluster::find(tx, cx.scope(), &name)?;
            require_idle(tx, &cluster)?;
            let mut own = (*find(tx, &cluster, &id)?).clone();
            let ends_at = signer(tx, &cluster).map_or(own.not_after, |signer| signer.not_after);
            if !own.may_go(ends_at, cx.now()) {
                return Err(Refusal::AuthorityInUse(id.clone()).about(&name));
            }
            own.distribution = "DELETING".to_owned();
            let update = begin(tx, cx, &cluster, &own, "REMOVED")?;
            tx.put(own.clone());
            Ok(api::DeleteCertificateAuthorityResponse {
                update: Some(update),
                certificate_authority: Some(document::shape(&summary(&own))),
            })
        })
    })
}

/// Refuses a change while another one of the cluster runs.
fn require_idle(rows: &impl Rows, cluster: &Cluster) -> Result<(), Error> {
    match update::running(rows, cluster, &Owner::Cluster) {
        Some(other) => {
            let (kind, id) = ("CertificateAuthorityUpdate", other.id.clone());
            Err(Refusal::Updating(kind, cluster.name.clone(), id).about(&cluster.name))
        }
        None => cluster.require_active(),
    }
}

fn begin(
    tx: &mut Tx,
    cx: &Cx,
    cluster: &Cluster,
    own: &Authority,
    change: &str,
) -> Result<api::Update, Error> {
    let active = if change == "ACTIVATED" { Some(own.id.clone()) } else { None };
    let active = active.or_else(|| signer(tx, cluster).map(|signer| signer.id.clone()));
    let others = all(tx, cluster).into_iter().filter(|other| other.id != own.id);
    let mut trusted: Vec<String> = others.map(|other| other.id.clone()).collect();
    if change != "REMOVED" {
        trusted.push(own.id.clone());
    }
    trusted.sort();
    let params = vec![
        ("CertificateAuthorityId", own.id.clone()),
        ("SigningStatus", own.signing.clone()),
        ("ActiveCertificateAuthority", active.unwrap_or_default()),
        ("TrustedCertificateAuthorities", json!(trusted).to_string()),
    ];
    let begun = Begun {
        owner: Owner::Cluster,
        kind: "CertificateAuthorityUpdate",
        params,
        wanted: json!({ "authority": own.id, "change": change }),
        millis: Some(CHANGE_MILLIS),
    };
    tx.emit(&Changed { kind: "CertificateAuthorityChanging", resource: cluster.arn() });
    update::begin(tx, cx, cluster, begun)
}

/// A change of an authority is done.
pub(crate) fn finish(tx: &mut Tx, cluster: &Cluster, update: &Update) {
    let id = update.wanted["authority"].as_str().unwrap_or_default();
    let Ok(own) = find(tx, cluster, id) else { return };
    let now = tx.now();
    match update.wanted["change"].as_str() {
        Some("ADDED") => tx.put(Authority { distribution: "COMPLETE".to_owned(), ..(*own).clone() }),
        Some("ACTIVATED") => {
            if let Some(old) = signer(tx, cluster) {
                let signing = "NOT_USED".to_owned();
                tx.put(Authority { signing, rollback_available: true, ..(*old).clone() });
            }
            let signing = "IN_USE".to_owned();
            tx.put(Authority {
                signing,
                activated_at: Some(now),
                rollback_available: false,
                ..(*own).clone()
            });
        }
        _ => {
            tx.delete::<Authority>(&own.key());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Authority, YEAR_MILLIS};
    use base::{AccountId, Region, Scope, Timestamp};

    fn authority(by: &str, signing: &str, has_signed: bool) -> Authority {
        let now = Timestamp::from_millis(0);
        let account: AccountId = "000000000000".parse().unwrap();
        Authority {
            scope: Scope::new(account, Region::parse("us-east-1").unwrap()),
            cluster: "one".to_owned(),
            id: "i".to_owned(),
            created_at: now,
            created_by: by.to_owned(),
            activated_at: None,
            activated_by: None,
            signing: signing.to_owned(),
            distribution: "COMPLETE".to_owned(),
            not_before: now,
            not_after: now,
            rollback_available: has_signed,
            pem: String::new(),
            private_pem: String::new(),
        }
    }

    #[test]
    fn a_successor_stays_where_it_is_needed() {
        let years = |years: i64| Timestamp::from_millis(years * YEAR_MILLIS);
        for (by, signing, has_signed, now, want) in [
            ("EKS", "IN_USE", false, 1, false),
            ("CUSTOMER", "IN_USE", false, 1, false),
            ("CUSTOMER", "ACTIVATING", false, 1, false),
            ("EKS", "NOT_USED", true, 9, true),
            ("EKS", "NOT_USED", false, 1, false),
            ("CUSTOMER", "NOT_USED", false, 7, true),
            ("CUSTOMER", "NOT_USED", false, 8, false),
            ("CUSTOMER", "NOT_USED", false, 9, false),
        ] {
            let own = authority(by, signing, has_signed);
            assert_eq!(own.may_go(years(10), years(now)), want, "{by} {signing} {has_signed} {now}");
        }
    }
}
