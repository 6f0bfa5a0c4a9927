//! Access control lists of buckets and objects: reading and replacing them.
//!
//! What is stored, checked and answered is decided here; whom it lets in is the policy engine's business.

mod access;
mod model;
mod ownership;
mod request;
mod shape;
#[cfg(test)]
mod tests;

pub(crate) use access::Access;
pub(crate) use model::{Acl, Grantee, Group, Permission};
pub(crate) use ownership::Ownership;
pub(crate) use request::{Asked, asked};

use crate::S3;
use crate::authority;
use crate::bucket::{self, record::BucketRow};
use crate::error::{AclFault, Error};
use crate::event::Event;
use crate::notification::{Origin, announce};
use crate::object::record::ObjectRow;
use crate::object::{key, version};
use crate::owner;
use model::Kind;
use ports::Cx;
use request::Owners;
use shape::grants;
use shapes_s3 as api;

/// The ACL a bucket is created with. A new bucket blocks public access, so that a public one is refused here; one
/// of a bucket without ACLs is refused unless it says what is true anyway.
pub(crate) fn of_new_bucket(cx: &Cx, asked: &Asked<'_>, ownership: Ownership) -> Result<Option<Acl>, Error> {
    let own = owner::canonical_id(cx.account());
    let acl = asked.read(cx, Kind::Bucket, Owners { own: &own, bucket: &own })?;
    let acl = acl.filter(|acl| *acl != Acl::full_control_of(&own));
    if acl.is_some() && ownership == Ownership::BucketOwnerEnforced {
        return Err(Error::AclWithOwnership);
    }
    if acl.as_ref().is_some_and(Acl::is_public) {
        return Err(Error::Acl(AclFault::PublicAtCreation));
    }
    Ok(acl)
}

/// `GetBucketAcl`.
pub(crate) fn get_of_bucket(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketAclRequest,
) -> Result<api::GetBucketAclOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let own = owner::canonical_id(bucket.account);
    let ownership = cx.read(|view| Ownership::of(view, &bucket.id))?;
    let acl = bucket.acl.clone().filter(|_| ownership != Ownership::BucketOwnerEnforced);
    let acl = acl.unwrap_or_else(|| Acl::full_control_of(&own));
    Ok(api::GetBucketAclOutput {
        owner: Some(api::Owner { id: Some(own), display_name: None }),
        grants: Some(grants(&acl)),
    })
}

/// `PutBucketAcl`.
pub(crate) fn put_of_bucket(
    cx: &Cx,
    _svc: &S3,
    input: api::PutBucketAclRequest,
) -> Result<::shape::Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = asked!(input, write);
    let own = owner::canonical_id(bucket.account);
    let owners = Owners { own: &own, bucket: &own };
    cx.write(|tx| {
        let mut bucket = BucketRow::clone(&*bucket::again(tx, &bucket)?);
        let acl = replacement(cx, &asked, input.access_control_policy.as_ref(), Kind::Bucket, owners)?;
        let (ownership, blocked) =
            (Ownership::of(tx, &bucket.id)?, ownership::blocks_public_acls(tx, &bucket)?);
        check(&acl, &asked, ownership, blocked, &own)?;
        bucket.acl = (acl != Acl::full_control_of(&own)).then_some(acl);
        tx.put(bucket);
        Ok(::shape::Empty {})
    })
}

/// `GetObjectAcl`.
pub(crate) fn get_of_object(
    cx: &Cx,
    _svc: &S3,
    input: api::GetObjectAclRequest,
) -> Result<api::GetObjectAclOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let version_id = input.version_id.as_deref();
    let found = cx.read(|view| {
        let row = version::find(&view.paged::<ObjectRow>(), &bucket, &key, version_id)?;
        Ok::<_, Error>((row, Ownership::of(view, &bucket.id)?))
    });
    let (row, ownership) = found.map_err(|error| authority::untold(cx, &bucket, error))?;
    let Some(object) = &row.object else {
        return Err(match version_id {
            Some(_) => marker_addressed(&row, "GET"),
            None => Error::NoSuchKey { key, marker: Some(row.shown_version()) },
        });
    };
    let (own, acl) = match ownership {
        Ownership::BucketOwnerEnforced => (owner::canonical_id(bucket.account), None),
        Ownership::BucketOwnerPreferred | Ownership::ObjectWriter => {
            let access = &object.attributes.access;
            (access.owner(&bucket), access.acl.clone())
        }
    };
    let acl = acl.unwrap_or_else(|| Acl::full_control_of(&own));
    Ok(api::GetObjectAclOutput {
        owner: Some(api::Owner { id: Some(own), display_name: None }),
        grants: Some(grants(&acl)),
        request_charged: bucket::charged(cx, &bucket),
    })
}

/// `PutObjectAcl`: the owner stays who it is.
pub(crate) fn put_of_object(
    cx: &Cx,
    _svc: &S3,
    input: api::PutObjectAclRequest,
) -> Result<api::PutObjectAclOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key.clone())?;
    let asked = asked!(input, write);
    let through = asked.is_blocked(cx);
    let request_charged = bucket::charged(cx, &bucket);
    cx.write(|tx| {
        let answer = api::PutObjectAclOutput { request_charged: request_charged.clone() };
        let bucket = bucket::again(tx, &bucket)?;
        let row = version::find(&tx.paged::<ObjectRow>(), &bucket, &key, input.version_id.as_deref())?;
        let mut row = ObjectRow::clone(&row);
        let (ownership, blocked) =
            (Ownership::of(tx, &bucket.id)?, ownership::blocks_public_acls(tx, &bucket)?);
        let version_id = row.version_id.clone();
        let Some(object) = &mut row.object else { return Err(marker_addressed(&row, "PUT")) };
        let bucket_owner = owner::canonical_id(bucket.account);
        let own = match ownership {
            Ownership::BucketOwnerEnforced => bucket_owner.clone(),
            Ownership::BucketOwnerPreferred | Ownership::ObjectWriter => {
                object.attributes.access.owner(&bucket)
            }
        };
        let owners = Owners { own: &own, bucket: &bucket_owner };
        let acl = replacement(cx, &asked, input.access_control_policy.as_ref(), Kind::Object, owners)?;
        check(&acl, &asked, ownership, blocked || through, &bucket_owner)?;
        if ownership == Ownership::BucketOwnerEnforced {
            return Ok(answer);
        }
        object.attributes.access.acl = (acl != Acl::full_control_of(&own)).then_some(acl);
        let event = Event::ObjectAclPut {
            bucket: bucket.name.clone(),
            key: key.clone(),
            version_id,
            e_tag: object.e_tag.clone(),
        };
        announce(tx, &bucket, &Origin::of(cx), &event)?;
        tx.paged::<ObjectRow>().put(row);
        Ok(answer)
    })
}

fn marker_addressed(row: &ObjectRow, method: &str) -> Error {
    let version_id = row.shown_version();
    Error::MethodNotAllowed { method: method.to_owned(), at: row.written_at, version_id }
}

/// The one ACL a Put brings: by header or by document, not by both and not by none.
fn replacement(
    cx: &Cx,
    asked: &Asked<'_>,
    document: Option<&api::AccessControlPolicy>,
    kind: Kind,
    owners: Owners<'_>,
) -> Result<Acl, Error> {
    match (asked.read(cx, kind, owners)?, document) {
        (Some(_), Some(_)) => Err(Error::Acl(AclFault::HeaderAndDocument)),
        (Some(acl), None) => Ok(acl),
        (None, Some(policy)) => request::document(cx, kind, policy, owners.own),
        (None, None) => Err(Error::Acl(AclFault::None)),
    }
}

/// Where ACLs are off only what is true anyway is taken; where public ones are blocked, no public one is.
fn check(
    acl: &Acl,
    asked: &Asked<'_>,
    ownership: Ownership,
    blocked: bool,
    bucket_owner: &str,
) -> Result<(), Error> {
    if ownership == Ownership::BucketOwnerEnforced {
        // `private` would say the same, and is refused all the same.
        let true_anyway = match asked.canned {
            Some(name) => name == "bucket-owner-full-control",
            None => *acl == Acl::full_control_of(bucket_owner),
        };
        return if true_anyway { Ok(()) } else { Err(Error::AclNotSupported) };
    }
    if blocked && acl.is_public() { Err(Error::AccessDenied) } else { Ok(()) }
}
