//! Trust stores: the certificates of authorities that clients' certificates are held against, and what of theirs is
//! revoked.

pub(crate) mod content;
mod pem;
pub(crate) mod revocation;

pub(crate) use content::{Content, OfTrustStores};

use crate::Elb;
use crate::arn::{self, Kind};
use crate::error::{Error, Trust};
use crate::event::Changed;
use crate::listener::Listener;
use crate::listing::Asked;
use crate::names;
use crate::tag;
use base::{Scope, Tags};
use ports::{Cx, NamedObject};
use revocation::Revocation;
use serde::{Deserialize, Serialize};
use shapes_elbv2 as api;
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// Trust stores of an account, and certificates of one. Source: ELB user guide, "Quotas".
const MOST: usize = 20;
const MOST_CERTIFICATES: usize = 25;
/// Bytes of a bundle at the most.
const MOST_BYTES: u64 = 1 << 20;
/// Milliseconds until one can be used, about.
const CREATION_MILLIS: u32 = 10_000;

/// A trust store.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TrustStore {
    pub(crate) scope: Scope,
    pub(crate) name: String,
    /// 16 hexadecimal digits.
    pub(crate) id: String,
    is_active: bool,
    /// The certificates, in PEM.
    bundle: String,
    certificates: usize,
    revocations: Vec<Revocation>,
    /// The number of the next list of revocations.
    next_revocation: i64,
    pub(crate) tags: Tags,
}

impl Record for TrustStore {
    const TABLE: &'static str = "elb_trust_store";
    const INDEXES: &'static [Index<Self>] = &[Self::NAME];
    type Key = String;

    fn key(&self) -> String {
        arn::key(&self.scope, &self.resource())
    }
}

impl TrustStore {
    /// By name.
    const NAME: Index<Self> = Index { name: "name", keys: |own| vec![arn::key(&own.scope, &own.name)] };

    fn resource(&self) -> String {
        format!("truststore/{}/{}", self.name, self.id)
    }

    pub(crate) fn arn(&self) -> String {
        arn::arn(&self.scope, &self.resource())
    }

    fn named(rows: &impl Rows, scope: &Scope, name: &str) -> Option<Arc<Self>> {
        rows.first(&Self::NAME, &arn::key(scope, name))
    }

    fn all(rows: &impl Rows, scope: &Scope) -> Vec<Arc<Self>> {
        rows.below(&arn::key(scope, "truststore/"))
    }
}

/// The trust store of an ARN.
pub(crate) fn find(rows: &impl Rows, scope: &Scope, text: &str) -> Result<Arc<TrustStore>, Error> {
    let resource = arn::resource(scope, text, Kind::TrustStore)?;
    rows.row::<TrustStore>(&arn::key(scope, &resource)).ok_or_else(|| Trust::NoStore.into())
}

/// Checks that a listener can use the trust store of an ARN.
pub(crate) fn check_ready(tx: &Tx, scope: &Scope, text: &str) -> Result<(), Error> {
    let own = find(tx, scope, text)?;
    if own.is_active { Ok(()) } else { Err(Trust::NotReady(text.to_owned()).into()) }
}

fn shape(own: &TrustStore) -> api::TrustStore {
    let status = if own.is_active { "ACTIVE" } else { "CREATING" };
    let entries: i64 = own.revocations.iter().map(|revocation| revocation.entries).sum();
    api::TrustStore {
        name: Some(own.name.clone()),
        trust_store_arn: Some(own.arn()),
        status: Some(status.to_owned()),
        number_of_ca_certificates: i32::try_from(own.certificates).ok(),
        total_revoked_entries: Some(entries),
    }
}

/// Reads an object, which the caller has to be allowed; `None` where there is none, or one of too many bytes.
fn object(cx: &Cx, svc: &Elb, named: &NamedObject, most: u64) -> Result<Option<Vec<u8>>, Error> {
    let arn = format!("arn:{}:s3:::{}/{}", cx.partition().as_str(), named.bucket, named.key);
    let asked = match &named.version {
        Some(version) => ports::Asked {
            context: vec![("s3:versionid", vec![version.clone()])],
            ..ports::Asked::new("s3:GetObjectVersion", &arn)
        },
        None => ports::Asked::new("s3:GetObject", &arn),
    };
    cx.decide(&asked).map_err(Error::Denied)?;
    Ok(svc.objects.read(cx, named, most).ok())
}

/// Reads a bundle, and how many certificates are in it.
fn bundle(cx: &Cx, svc: &Elb, named: &NamedObject) -> Result<(String, usize), Error> {
    let bytes = object(cx, svc, named, MOST_BYTES)?.ok_or(Trust::NoBundle)?;
    let text = String::from_utf8(bytes).map_err(|_| Trust::Bundle)?;
    let count = pem::certificates(&text).ok_or(Trust::Bundle)?;
    if count > MOST_CERTIFICATES { Err(Trust::Bundle.into()) } else { Ok((text, count)) }
}

/// `CreateTrustStore`.
pub(crate) fn create(
    cx: &Cx,
    svc: &Elb,
    input: api::CreateTrustStoreInput,
) -> Result<api::CreateTrustStoreOutput, Error> {
    let name = input.name.unwrap_or_default();
    let tags = tag::read(input.tags)?;
    let named = NamedObject {
        bucket: input.ca_certificates_bundle_s3_bucket.unwrap_or_default(),
        key: input.ca_certificates_bundle_s3_key.unwrap_or_default(),
        version: input.ca_certificates_bundle_s3_object_version,
    };
    let (bundle, certificates) = bundle(cx, svc, &named)?;
    let id = names::id(cx.ids());
    let made = cx.write(|tx| {
        if TrustStore::named(tx, cx.scope(), &name).is_some() {
            return Err(Error::from(Trust::Exists));
        }
        if TrustStore::all(tx, cx.scope()).len() >= MOST {
            return Err(Trust::TooMany.into());
        }
        let own = TrustStore {
            scope: cx.scope().clone(),
            name: name.clone(),
            id: id.clone(),
            is_active: false,
            bundle: bundle.clone(),
            certificates,
            revocations: Vec::new(),
            next_revocation: 1,
            tags: tags.clone(),
        };
        tx.emit(&Changed { kind: "TrustStoreCreated", resource: own.arn() });
        tx.put(own.clone());
        tx.after(CREATION_MILLIS, Activate { key: own.key() });
        Ok(own)
    })?;
    Ok(api::CreateTrustStoreOutput { trust_stores: Some(vec![shape(&made)]) })
}

/// A trust store can be used.
#[derive(Serialize, Deserialize)]
pub(crate) struct Activate {
    key: String,
}

impl Job for Activate {
    const KIND: &'static str = "elb.activate_trust_store";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<TrustStore>(&self.key) {
            tx.put(TrustStore { is_active: true, ..(*own).clone() });
        }
        Ok(())
    }
}

/// `ModifyTrustStore`: another bundle.
pub(crate) fn modify(
    cx: &Cx,
    svc: &Elb,
    input: api::ModifyTrustStoreInput,
) -> Result<api::ModifyTrustStoreOutput, Error> {
    let text = input.trust_store_arn.unwrap_or_default();
    cx.read(|view| find(view, cx.scope(), &text))?;
    let named = NamedObject {
        bucket: input.ca_certificates_bundle_s3_bucket.unwrap_or_default(),
        key: input.ca_certificates_bundle_s3_key.unwrap_or_default(),
        version: input.ca_certificates_bundle_s3_object_version,
    };
    let (bundle, certificates) = bundle(cx, svc, &named)?;
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        own.bundle.clone_from(&bundle);
        own.certificates = certificates;
        tx.emit(&Changed { kind: "TrustStoreChanged", resource: text.clone() });
        tx.put(own.clone());
        Ok(api::ModifyTrustStoreOutput { trust_stores: Some(vec![shape(&own)]) })
    })
}

/// `DeleteTrustStore`: of one that no listener names.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Elb,
    input: api::DeleteTrustStoreInput,
) -> Result<api::DeleteTrustStoreOutput, Error> {
    let text = input.trust_store_arn.unwrap_or_default();
    cx.write(|tx| {
        let own = find(tx, cx.scope(), &text)?;
        if tx.by(&Listener::TRUST_STORE, &text).next().is_some() {
            return Err(Trust::InUse.into());
        }
        for revocation in &own.revocations {
            content::forget(tx, &own, revocation.id);
        }
        tx.delete::<TrustStore>(&own.key());
        tx.emit(&Changed { kind: "TrustStoreDeleted", resource: text.clone() });
        Ok(api::DeleteTrustStoreOutput {})
    })
}

/// `DescribeTrustStores`: all, or those of ARNs or of names, of which every one has to be there.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeTrustStoresInput,
) -> Result<api::DescribeTrustStoresOutput, Error> {
    let (arns, names) = (input.trust_store_arns.unwrap_or_default(), input.names.unwrap_or_default());
    if !arns.is_empty() && !names.is_empty() {
        return Err(Trust::NamesAndArns.into());
    }
    let mut found = cx.read(|view| {
        if arns.is_empty() && names.is_empty() {
            return Ok(TrustStore::all(view, cx.scope()));
        }
        let by_arn = arns.iter().map(|arn| find(view, cx.scope(), arn));
        let one =
            |name: &String| TrustStore::named(view, cx.scope(), name).ok_or(Error::from(Trust::NoStore));
        by_arn.chain(names.iter().map(one)).collect::<Result<Vec<_>, Error>>()
    })?;
    found.sort_by_key(|own| own.key());
    found.dedup_by_key(|own| own.key());
    let asked = Asked { marker: input.marker, size: input.page_size };
    let call = ["DescribeTrustStores", &arns.join(","), &names.join(",")];
    let (page, next_marker) = asked.page(cx, &call, found, |own| own.key())?;
    let stores = page.iter().map(|own| shape(own)).collect();
    Ok(api::DescribeTrustStoresOutput { trust_stores: Some(stores), next_marker })
}

/// `DescribeTrustStoreAssociations`: the listeners that name it.
pub(crate) fn associations(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeTrustStoreAssociationsInput,
) -> Result<api::DescribeTrustStoreAssociationsOutput, Error> {
    let text = input.trust_store_arn.unwrap_or_default();
    let listeners = cx.read(|view| {
        find(view, cx.scope(), &text)?;
        Ok::<_, Error>(view.listed(&Listener::TRUST_STORE, &text))
    })?;
    let asked = Asked { marker: input.marker, size: input.page_size };
    let call = ["DescribeTrustStoreAssociations", &text];
    let (page, next_marker) = asked.page(cx, &call, listeners, |own| own.key())?;
    let shape = |own: &Arc<Listener>| api::TrustStoreAssociation { resource_arn: Some(own.arn()) };
    let associations = page.iter().map(shape).collect();
    Ok(api::DescribeTrustStoreAssociationsOutput {
        trust_store_associations: Some(associations),
        next_marker,
    })
}

/// `DeleteSharedTrustStoreAssociation`: nothing is shared between accounts, so that what is named is the caller's own.
pub(crate) fn delete_association(
    cx: &Cx,
    _svc: &Elb,
    input: api::DeleteSharedTrustStoreAssociationInput,
) -> Result<api::DeleteSharedTrustStoreAssociationOutput, Error> {
    let (text, listener) =
        (input.trust_store_arn.unwrap_or_default(), input.resource_arn.unwrap_or_default());
    cx.read(|view| {
        find(view, cx.scope(), &text)?;
        let users = view.listed(&Listener::TRUST_STORE, &text);
        if users.iter().any(|own| own.arn() == listener) {
            Err(Trust::SameAccount.into())
        } else {
            Err(Trust::NoAssociation.into())
        }
    })
}

/// `GetResourcePolicy`: sharing a trust store writes one, and nothing is shared.
pub(crate) fn resource_policy(
    cx: &Cx,
    _svc: &Elb,
    input: api::GetResourcePolicyInput,
) -> Result<api::GetResourcePolicyOutput, Error> {
    let text = input.resource_arn.unwrap_or_default();
    cx.read(|view| find(view, cx.scope(), &text)).map_err(|_| Trust::NoResource)?;
    Err(Trust::NoResource.into())
}
