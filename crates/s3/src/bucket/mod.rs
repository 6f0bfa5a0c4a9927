//! Buckets: create, head, list, locate, delete; versioning.

pub(crate) mod model;
mod payment;
pub(crate) mod record;

#[cfg(test)]
mod tests;

pub(crate) use payment::{charged, resolve_paid};

use crate::S3;
use crate::access_point::record::{self as points, AccessPointRow};
use crate::acl::{self, Ownership};
use crate::configuration::{self, object_lock, record as configurations, replication};
use crate::error::{AccessPointFault, Argument, ConfigurationFault, Error};
use crate::event::Event;
use crate::notification;
use crate::object::record::ObjectRow;
use crate::owner::owner;
use crate::tagging::{self, Place};
use crate::upload;
use base::{AccountId, Region};
use model::Versioning;
use ports::{BodyIn, Cx, StreamAnswer};
use record::BucketRow;
use shape::{Empty, Operation, Ref, Shape};
use shapes_s3::{
    Bucket, CreateBucket, CreateBucketOutput, CreateBucketRequest, DeleteBucketRequest,
    GetBucketLocationOutput, GetBucketLocationRequest, GetBucketVersioningOutput, GetBucketVersioningRequest,
    HeadBucketOutput, HeadBucketRequest, ListBucketsOutput, ListBucketsRequest, PutBucketVersioningRequest,
};
use std::sync::Arc;
use store::Tx;

/// Most buckets of one account, and of one page. Source: Amazon S3 User Guide, "Bucket quotas, limitations, and
/// restrictions": 10,000 unless more are asked for.
const MOST_BUCKETS: usize = 10_000;

/// The bucket a call is about, by its name or through an access point: it exists, and it belongs to whom the caller expects.
pub(crate) fn resolve(
    cx: &Cx,
    name: Option<&str>,
    expected_owner: Option<&str>,
) -> Result<Arc<BucketRow>, Error> {
    let name = name.unwrap_or_default();
    let found = cx.read(|view| {
        let own = record::in_view(view, cx.partition(), name);
        own.or_else(|| points::bucket_behind(view, cx.scope(), name))
    });
    let bucket = found.ok_or_else(|| Error::NoSuchBucket(name.to_owned()))?;
    check_owner(&bucket, expected_owner)?;
    Ok(bucket)
}

/// The same bucket within a transaction; it may be gone by now, or another one of the same name.
pub(crate) fn again(tx: &Tx, bucket: &BucketRow) -> Result<Arc<BucketRow>, Error> {
    record::in_tx(tx, bucket.partition, &bucket.name)
        .filter(|found| found.id == bucket.id)
        .ok_or_else(|| Error::NoSuchBucket(bucket.name.clone()))
}

/// What outranks a fault in a body: the bucket has to be there, unless it is about to be made.
pub(crate) fn precheck(cx: &Cx, input: &dyn Shape) -> Result<(), Error> {
    let schema = input.schema();
    if std::ptr::eq(schema, CreateBucket::META.input) {
        return Ok(());
    }
    let text = |name: &str| {
        let index = schema.fields.iter().position(|field| field.name == name)?;
        match input.get(index).view() {
            Ref::Str(text) => Some(text),
            _ => None,
        }
    };
    match text("Bucket") {
        Some(name) => resolve(cx, Some(name), text("ExpectedBucketOwner")).map(|_| ()),
        None => Ok(()),
    }
}

fn check_owner(bucket: &BucketRow, expected: Option<&str>) -> Result<(), Error> {
    let Some(expected) = expected else { return Ok(()) };
    match expected.parse::<AccountId>() {
        Err(_) => Err(Error::InvalidBucketOwner(expected.to_owned())),
        Ok(account) if account == bucket.account => Ok(()),
        Ok(_) => Err(Error::AccessDenied),
    }
}

/// `CreateBucket`: takes a name for the whole partition.
///
/// A repeat by the owner is an error everywhere but in us-east-1, where it succeeds and changes nothing, unless it
/// carries tags. Source: Amazon S3 API Reference, CreateBucket; recorded answers.
pub(crate) fn create(cx: &Cx, _svc: &S3, input: CreateBucketRequest) -> Result<CreateBucketOutput, Error> {
    let name = input.bucket.clone().unwrap_or_default();
    check_name(cx, &name, input.bucket_namespace.as_deref())?;
    let configuration = input.create_bucket_configuration.clone().unwrap_or_default();
    let (region, location) = place(cx, configuration.location_constraint.as_deref())?;
    let tags = tagging::parse(configuration.tags.unwrap_or_default(), Place::NewBucket)?;
    let ownership = ownership(&input)?;
    let acl = acl::of_new_bucket(cx, &acl::asked!(input, write), ownership)?;
    let locked = input.object_lock_enabled_for_bucket == Some(true);
    let secret = hex::encode(cx.ids().bytes::<16>());
    let id = hex::encode(cx.ids().bytes::<8>());

    let elsewhere = *region.as_str() != *cx.region().as_str();
    let arn = cx.write(|tx| {
        if let Some(existing) = record::in_tx(tx, cx.partition(), &name) {
            let arn = repeated(cx, &existing, &region, tags.is_empty())?;
            // A repeat keeps everything but the ACL.
            tx.put(BucketRow { acl: acl.clone(), ..BucketRow::clone(&existing) });
            return Ok::<_, Error>(arn);
        }
        let own = record::owned_by(cx.partition(), cx.account());
        if tx.by(&BucketRow::ACCOUNT, &own).nth(MOST_BUCKETS - 1).is_some() {
            return Err(Error::TooManyBuckets);
        }
        let bucket = BucketRow {
            partition: cx.partition(),
            name: name.clone(),
            id: id.clone(),
            account: cx.account(),
            region: region.clone(),
            location: location.clone(),
            created_at: tx.now(),
            versioning: if locked { Versioning::Enabled } else { Versioning::Never },
            mfa_delete: None,
            acl: acl.clone(),
            secret: secret.clone(),
        };
        configuration::begin(tx, &bucket.id, ownership.name(), locked);
        configuration::tagging::put_tags(tx, &bucket.id, &tags);
        tx.emit(&Event::BucketCreated { bucket: name.clone() });
        let arn = bucket.arn();
        tx.put(bucket);
        Ok(arn)
    })?;
    let local = *cx.region() == Region::us_east_1() && !elsewhere;
    let location = if local { format!("/{name}") } else { format!("http://{name}.s3.amazonaws.com/") };
    Ok(CreateBucketOutput { location: Some(location), bucket_arn: Some(arn) })
}

fn check_name(cx: &Cx, name: &str, namespace: Option<&str>) -> Result<(), Error> {
    let invalid = || Error::InvalidBucketName(name.to_owned());
    if !model::name_is_valid(name) {
        return Err(invalid());
    }
    let own = model::is_account_regional(name, cx.account(), cx.region());
    match (namespace == Some("account-regional"), own) {
        (true, true) => Ok(()),
        (true, false) => Err(Error::InvalidNamespaceHeader),
        // The suffix belongs to the other namespace whoever asks.
        (false, _) if name.ends_with("-an") => Err(invalid()),
        (false, _) => Ok(()),
    }
}

fn ownership(input: &CreateBucketRequest) -> Result<Ownership, Error> {
    let Some(name) = input.object_ownership.as_deref() else { return Ok(Ownership::BucketOwnerEnforced) };
    let unknown = || Error::InvalidArgument(Argument::ObjectOwnership(name.to_owned()));
    Ownership::parse(name).ok_or_else(unknown)
}

/// Where the bucket will lie, and how that is repeated. us-east-1 makes buckets anywhere; the other endpoints only
/// in their own Region, which has to be named.
fn place(cx: &Cx, constraint: Option<&str>) -> Result<(Region, String), Error> {
    let here = cx.region();
    let constraint = constraint.filter(|text| !text.is_empty());
    if *here == Region::us_east_1() {
        return match constraint {
            None => Ok((here.clone(), String::new())),
            Some("EU") => Ok((known("eu-west-1").expect("eu-west-1 is a Region"), "EU".to_owned())),
            Some(name) => match known(name).filter(|region| region != here) {
                Some(region) => Ok((region, name.to_owned())),
                None => Err(Error::InvalidLocationConstraint(name.to_owned())),
            },
        };
    }
    match constraint {
        Some(name) if name == here.as_str() => Ok((here.clone(), name.to_owned())),
        Some("EU") if here.as_str() == "eu-west-1" => Ok((here.clone(), "EU".to_owned())),
        other => Err(Error::IllegalLocationConstraint(other.unwrap_or("unspecified").to_owned())),
    }
}

fn known(name: &str) -> Option<Region> {
    Region::parse(name).filter(|region| region.facts().is_some())
}

/// The answer to a name that exists.
fn repeated(cx: &Cx, existing: &BucketRow, region: &Region, untagged: bool) -> Result<String, Error> {
    let home = Region::us_east_1();
    let idempotent = *cx.region() == home && *region == home && existing.region == home && untagged;
    if existing.account != cx.account() {
        Err(Error::BucketAlreadyExists(existing.name.clone()))
    } else if idempotent {
        Ok(existing.arn())
    } else {
        Err(Error::BucketAlreadyOwnedByYou(existing.name.clone()))
    }
}

/// `HeadBucket`: whether the bucket is there, and where.
pub(crate) fn head(cx: &Cx, _svc: &S3, input: HeadBucketRequest) -> Result<HeadBucketOutput, Error> {
    let bucket = resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    Ok(HeadBucketOutput {
        bucket_arn: Some(bucket.arn()),
        bucket_region: Some(bucket.region.to_string()),
        access_point_alias: Some(input.bucket.as_deref() != Some(bucket.name.as_str())),
        ..HeadBucketOutput::default()
    })
}

/// `GetBucketLocation`: the location as it was asked for; empty for us-east-1.
pub(crate) fn location(
    cx: &Cx,
    _svc: &S3,
    input: GetBucketLocationRequest,
) -> Result<GetBucketLocationOutput, Error> {
    let bucket = resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    Ok(GetBucketLocationOutput { location_constraint: Some(bucket.location.clone()) })
}

/// `ListBuckets`: the account's buckets, by name.
pub(crate) fn list(cx: &Cx, _svc: &S3, input: ListBucketsRequest) -> Result<ListBucketsOutput, Error> {
    let wanted = input.bucket_region.as_deref();
    if let Some(name) = wanted.filter(|name| known(name).is_none()) {
        return Err(Error::InvalidArgument(Argument::BucketRegion(name.to_owned())));
    }
    let prefix = input.prefix.as_deref().unwrap_or_default();
    let account = cx.account();
    let found: Vec<Arc<BucketRow>> = cx.read(|view| {
        let own = view.by(&BucketRow::ACCOUNT, &record::owned_by(cx.partition(), account));
        let shown = own.filter(|bucket| {
            bucket.name.starts_with(prefix) && wanted.is_none_or(|name| name == bucket.region.as_str())
        });
        shown.cloned().collect()
    });
    let limit = match input.max_buckets {
        None => MOST_BUCKETS,
        Some(most) => {
            let limit = usize::try_from(most).ok().filter(|limit| (1..=MOST_BUCKETS).contains(limit));
            limit.ok_or(Error::InvalidArgument(Argument::BucketCount(most)))?
        }
    };
    let pages =
        cx.world().store.pages(&["ListBuckets", account.as_str(), prefix, wanted.unwrap_or_default()]);
    let token = input.continuation_token.as_deref().filter(|token| !token.is_empty());
    let (page, next) = pages
        .cut(found, |bucket| bucket.name.clone(), token, limit)
        .map_err(|_| Error::InvalidArgument(Argument::ContinuationToken))?;
    let shown = |bucket: Arc<BucketRow>| Bucket {
        name: Some(bucket.name.clone()),
        creation_date: Some(bucket.created_at.whole_seconds().into()),
        bucket_region: Some(bucket.region.to_string()),
        bucket_arn: Some(bucket.arn()),
    };
    Ok(ListBucketsOutput {
        buckets: Some(page.into_iter().map(shown).collect()),
        owner: Some(owner(account)),
        continuation_token: next,
        prefix: input.prefix,
    })
}

/// `DeleteBucket`: only once nothing is in it. Unfinished uploads do not count and go with it.
pub(crate) async fn delete(
    cx: Cx,
    svc: Arc<S3>,
    input: DeleteBucketRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<Empty>, Error> {
    let bucket = resolve(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    if input.bucket.as_deref() != Some(bucket.name.as_str()) {
        return Err(Error::NotThroughAccessPoint("DELETE"));
    }
    let freed = cx.write(|tx| {
        let bucket = again(tx, &bucket)?;
        if tx.by(&AccessPointRow::BUCKET, &bucket.id).next().is_some() {
            return Err(Error::AccessPoint(AccessPointFault::Attached(bucket.name.clone())));
        }
        if !tx.paged::<ObjectRow>().range(&format!("{}/", bucket.id), None, 1)?.is_empty() {
            return Err(Error::BucketNotEmpty {
                bucket: bucket.name.clone(),
                versioned: bucket.had_versions(),
            });
        }
        let freed = upload::record::remove_all(tx, &bucket.id)?;
        configurations::remove_all(tx, &bucket.id);
        tx.delete::<BucketRow>(&(bucket.partition, bucket.name.as_str()));
        notification::forget(tx, &bucket.id);
        tx.emit(&Event::BucketDeleted { bucket: bucket.name.clone() });
        Ok::<_, Error>(freed)
    })?;
    svc.release(&cx, freed).await?;
    Ok(StreamAnswer::plain(Empty {}))
}

/// `GetBucketVersioning`: an empty document where versioning was never switched on.
pub(crate) fn versioning(
    cx: &Cx,
    _svc: &S3,
    input: GetBucketVersioningRequest,
) -> Result<GetBucketVersioningOutput, Error> {
    let bucket = resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    Ok(GetBucketVersioningOutput {
        status: bucket.versioning.name().map(str::to_owned),
        mfa_delete: bucket.mfa_delete.clone(),
    })
}

/// `PutBucketVersioning`: on, or suspended; never off again. Locks and replication need versions.
pub(crate) fn put_versioning(cx: &Cx, _svc: &S3, input: PutBucketVersioningRequest) -> Result<Empty, Error> {
    let bucket = resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.versioning_configuration.unwrap_or_default();
    let versioning = match asked.status.as_deref() {
        None => return Err(Error::VersioningStatusMissing),
        Some("Enabled") => Versioning::Enabled,
        Some("Suspended") => Versioning::Suspended,
        Some(_) => return Err(Error::MalformedXml),
    };
    if !matches!(asked.mfa_delete.as_deref(), None | Some("Enabled" | "Disabled")) {
        return Err(Error::MalformedXml);
    }
    if asked.mfa_delete.as_deref() == Some("Enabled") {
        // AWS takes it from the root user alone, whose device then has to vouch for every deletion of a version: the
        // root user has no device here.
        return Err(Error::NotImplemented { header: "x-amz-mfa", additional: None });
    }
    cx.write(|tx| {
        let mut bucket = BucketRow::clone(&*again(tx, &bucket)?);
        if versioning != Versioning::Enabled {
            if object_lock::of(tx, &bucket.id)?.is_some() {
                return Err(ConfigurationFault::VersionsNeededByLock.into());
            }
            if replication::of(tx, &bucket.id)?.is_some() {
                return Err(ConfigurationFault::VersionsNeededByReplication.into());
            }
        }
        bucket.versioning = versioning;
        bucket.mfa_delete = asked.mfa_delete.clone().or(bucket.mfa_delete);
        tx.put(bucket);
        Ok(Empty {})
    })
}
