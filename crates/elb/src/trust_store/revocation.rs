//! What a trust store revokes: lists that are added and removed.

use super::{TrustStore, content, find, object, pem};
use crate::Elb;
use crate::error::{Error, Trust};
use crate::event::Changed;
use crate::listing::Asked;
use ports::{Cx, NamedObject};
use serde::{Deserialize, Serialize};
use shapes_elbv2 as api;
use store::Tx;

/// Lists of one trust store, and bytes of one. Source: ELB user guide, "Quotas".
const MOST: usize = 30;
const MOST_BYTES: u64 = 10 << 20;

/// A list of certificates that hold no longer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Revocation {
    pub(super) id: i64,
    pub(super) entries: i64,
    /// Where it was read.
    source: (String, String, Option<String>),
}

fn put(tx: &mut Tx, own: TrustStore) {
    tx.emit(&Changed { kind: "TrustStoreChanged", resource: own.arn() });
    tx.put(own);
}

/// `AddTrustStoreRevocations`.
pub(crate) fn add(
    cx: &Cx,
    svc: &Elb,
    input: api::AddTrustStoreRevocationsInput,
) -> Result<api::AddTrustStoreRevocationsOutput, Error> {
    let text = input.trust_store_arn.unwrap_or_default();
    cx.read(|view| find(view, cx.scope(), &text))?;
    let mut read = Vec::new();
    for content in input.revocation_contents.unwrap_or_default() {
        let named = NamedObject {
            bucket: content.s3_bucket.unwrap_or_default(),
            key: content.s3_key.unwrap_or_default(),
            version: content.s3_object_version,
        };
        let bytes = object(cx, svc, &named, MOST_BYTES)?.ok_or(Trust::NoContent)?;
        let entries = pem::revoked(&bytes).ok_or(Trust::Content)?;
        read.push((named, i64::try_from(entries).unwrap_or(i64::MAX), bytes));
    }
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        let mut shapes = Vec::new();
        for (named, entries, bytes) in &read {
            let id = own.next_revocation;
            own.next_revocation += 1;
            let source = (named.bucket.clone(), named.key.clone(), named.version.clone());
            content::keep(tx, &own, id, bytes);
            own.revocations.push(Revocation { id, entries: *entries, source });
            shapes.push(api::TrustStoreRevocation {
                trust_store_arn: Some(text.clone()),
                revocation_id: Some(id),
                revocation_type: Some("CRL".to_owned()),
                number_of_revoked_entries: Some(*entries),
            });
        }
        if own.revocations.len() > MOST {
            return Err(Trust::TooManyEntries.into());
        }
        put(tx, own);
        Ok(api::AddTrustStoreRevocationsOutput { trust_store_revocations: Some(shapes) })
    })
}

/// `RemoveTrustStoreRevocations`: every one has to be there.
pub(crate) fn remove(
    cx: &Cx,
    _svc: &Elb,
    input: api::RemoveTrustStoreRevocationsInput,
) -> Result<api::RemoveTrustStoreRevocationsOutput, Error> {
    let text = input.trust_store_arn.unwrap_or_default();
    let ids = input.revocation_ids.unwrap_or_default();
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        if ids.iter().any(|id| !own.revocations.iter().any(|revocation| revocation.id == *id)) {
            return Err(Trust::NoRevocation.into());
        }
        for id in &ids {
            content::forget(tx, &own, *id);
        }
        own.revocations.retain(|revocation| !ids.contains(&revocation.id));
        put(tx, own);
        Ok(api::RemoveTrustStoreRevocationsOutput {})
    })
}

/// `DescribeTrustStoreRevocations`: all, or those of ids.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeTrustStoreRevocationsInput,
) -> Result<api::DescribeTrustStoreRevocationsOutput, Error> {
    let text = input.trust_store_arn.unwrap_or_default();
    let ids = input.revocation_ids.unwrap_or_default();
    let own = cx.read(|view| find(view, cx.scope(), &text))?;
    if ids.iter().any(|id| !own.revocations.iter().any(|revocation| revocation.id == *id)) {
        return Err(Trust::NoRevocation.into());
    }
    let chosen = own.revocations.iter().filter(|own| ids.is_empty() || ids.contains(&own.id));
    let asked = Asked { marker: input.marker, size: input.page_size };
    let call = ["DescribeTrustStoreRevocations", &text];
    let (page, next_marker) = asked.page(cx, &call, chosen, |own| format!("{:020}", own.id))?;
    let shape = |own: &Revocation| api::DescribeTrustStoreRevocation {
        trust_store_arn: Some(text.clone()),
        revocation_id: Some(own.id),
        revocation_type: Some("CRL".to_owned()),
        number_of_revoked_entries: Some(own.entries),
    };
    let revocations = page.into_iter().map(shape).collect();
    Ok(api::DescribeTrustStoreRevocationsOutput { trust_store_revocations: Some(revocations), next_marker })
}
