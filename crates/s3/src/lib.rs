//! S3: buckets and their configurations, objects, versions, multipart uploads; S3 Control.

mod access_log;
mod access_point;
mod acl;
mod annotation;
mod authority;
mod browsers;
mod bucket;
mod checksum;
mod configuration;
mod control;
mod cors;
mod document;
mod encryption;
mod error;
mod event;
mod lifecycle;
mod listing;
mod lock;
mod notification;
mod object;
mod opaque;
mod owner;
mod plane;
mod post;
mod replication;
mod tagging;
mod upload;
mod website;

#[cfg(test)]
mod tests;

use blob::{BlobRef, Blobs};
use error::Error;
use ports::{
    AccessLog, Browsers, Courier, Credentials, Cx, LogBuckets, PolicyPrincipals, Registrar, Registry,
    Resources, Service, StepError, StoredObjects, World,
};
use shapes_s3 as api;
use shapes_s3control as control_api;
use std::sync::Arc;
use store::{StoreError, View};
use wire::sign::KeyCache;

/// The service.
pub struct S3 {
    /// Whose keys browser forms are signed with.
    credentials: Arc<dyn Credentials>,
    /// Whom policies name.
    principals: Arc<dyn PolicyPrincipals>,
    /// Derived signing keys.
    signing_keys: KeyCache,
}

impl Service for S3 {
    type Error = Error;
}

impl S3 {
    /// Gives bytes back once nothing durable refers to them.
    pub(crate) async fn release(&self, cx: &Cx, freed: Vec<BlobRef>) -> Result<(), Error> {
        if freed.is_empty() {
            return Ok(());
        }
        // A client that goes away ends its call here, and its rows are durable all the same: what is not given back now
        // is left to the compaction.
        let mut freed = Freed { blobs: &cx.world().blobs, references: freed };
        cx.durable().await?;
        while let Some(blob) = freed.references.pop() {
            release(freed.blobs, &blob);
        }
        Ok(())
    }
}

/// Blobs to give back once the rows that named them are durably gone.
struct Freed<'b> {
    blobs: &'b Blobs,
    references: Vec<BlobRef>,
}

impl Drop for Freed<'_> {
    fn drop(&mut self) {
        if !self.references.is_empty() {
            self.blobs.give_up(std::mem::take(&mut self.references));
        }
    }
}

/// Every blob that S3's rows refer to, each once.
pub fn kept(view: &View) -> impl Iterator<Item = Result<BlobRef, StoreError>> {
    object::share::Kept::new(view)
}

/// Gives bytes back whose rows are gone: what cannot be deleted now is an orphan, which the next opening throws away.
pub fn release(blobs: &Blobs, blob: &BlobRef) {
    if let Err(error) = blobs.release(blob) {
        tracing::error!(%blob, %error, "the bytes cannot be given back");
    }
}

/// Gives back what the rows of a state named that is gone as a whole.
pub fn release_all(before: &View, blobs: &Blobs) -> Result<(), StoreError> {
    for blob in kept(before) {
        release(blobs, &blob?);
    }
    Ok(())
}

/// Gives back at once all the space that is dead by now; without being asked, the loops give most of it back in time.
pub async fn compact(world: &Arc<World>) -> Result<(), StepError> {
    plane::whole(world).await
}

/// What the gateway is given, beside the operations.
pub struct Installed {
    /// Answers browsers.
    pub browsers: Arc<dyn Browsers>,
    /// Keeps the access logs.
    pub access_log: Arc<dyn AccessLog>,
    /// Where other services write their logs.
    pub log_buckets: Arc<dyn LogBuckets>,
    /// Reads objects for other services.
    pub objects: Arc<dyn StoredObjects>,
    /// Knows whose buckets and objects are, and what their policies and ACLs say.
    pub resources: Arc<dyn Resources>,
}

/// Registers the tables, the operations and the loops.
pub fn install(
    registry: &mut Registry,
    credentials: Arc<dyn Credentials>,
    principals: Arc<dyn PolicyPrincipals>,
    courier: Arc<dyn Courier>,
) -> Installed {
    let service = Arc::new(S3 { credentials, principals, signing_keys: KeyCache::default() });
    let mut ops = registry.service(service.clone());
    ops.tables()
        .record::<bucket::record::BucketRow>()
        .record::<configuration::record::ConfigurationRow>()
        .record::<lifecycle::ScheduledRow>()
        .record::<object::release::ReleaseRow>()
        .record::<notification::DeliveryRow>()
        .record::<notification::SequenceRow>()
        .job::<lifecycle::Evaluation>()
        .job::<replication::Replicate>()
        .job::<replication::ReplicateAnnotation>()
        .job::<object::restore::Restored>()
        .job::<object::restore::RestoreExpired>()
        .record::<access_point::record::AccessPointRow>()
        .paged::<object::record::ObjectRow>()
        .paged::<object::share::ShareRow>()
        .paged::<object::share::ManifestRow>()
        .paged::<upload::record::UploadRow>()
        .paged::<upload::record::PartRow>()
        .paged::<annotation::record::AnnotationRow>();
    object::naming::register(&mut ops);
    ops.precheck("s3", bucket::precheck).documents("s3", document::check);
    let lines = Arc::new(access_log::Lines::default());
    ops.repeat(plane::Release)
        .repeat(plane::Deliver { courier })
        .repeat(plane::WriteLogs { lines: lines.clone(), service: service.clone() })
        .repeat(plane::Compact::default());
    buckets(&mut ops);
    configuration::register(&mut ops);
    objects(&mut ops);
    annotations(&mut ops);
    access_points(&mut ops);
    control::register(&mut ops);
    ops.answer::<api::CreateMultipartUpload>(upload::create)
        .stream::<api::UploadPart, _>(upload::put_part)
        .stream::<api::UploadPartCopy, _>(upload::copy_part)
        .stream::<api::CompleteMultipartUpload, _>(upload::complete)
        .stream::<api::AbortMultipartUpload, _>(upload::abort)
        .answer::<api::ListParts>(upload::list_parts)
        .answer::<api::ListMultipartUploads>(upload::list);
    Installed {
        browsers: Arc::new(browsers::Site(service.clone())),
        access_log: lines,
        log_buckets: Arc::new(plane::Logs(service)),
        objects: Arc::new(object::of_services::OfServices),
        resources: Arc::new(authority::Known::default()),
    }
}

fn buckets(ops: &mut Registrar<'_, S3>) {
    ops.answer::<api::CreateBucket>(bucket::create)
        .stream::<api::DeleteBucket, _>(bucket::delete)
        .answer::<api::HeadBucket>(bucket::head)
        .answer::<api::ListBuckets>(bucket::list)
        .answer::<api::GetBucketLocation>(bucket::location)
        .answer::<api::GetBucketAcl>(acl::get_of_bucket)
        .answer::<api::PutBucketAcl>(acl::put_of_bucket)
        .answer::<api::GetBucketVersioning>(bucket::versioning)
        .answer::<api::PutBucketVersioning>(bucket::put_versioning);
}

fn access_points(ops: &mut Registrar<'_, S3>) {
    ops.answer::<control_api::CreateAccessPoint>(access_point::create)
        .answer::<control_api::GetAccessPoint>(access_point::get)
        .answer::<control_api::ListAccessPoints>(access_point::list)
        .answer::<control_api::DeleteAccessPoint>(access_point::delete)
        .answer::<control_api::GetAccessPointPolicy>(access_point::get_policy)
        .answer::<control_api::PutAccessPointPolicy>(access_point::put_policy)
        .answer::<control_api::GetAccessPointPolicyStatus>(access_point::policy_status)
        .answer::<control_api::DeleteAccessPointPolicy>(access_point::delete_policy);
}

fn annotations(ops: &mut Registrar<'_, S3>) {
    ops.stream::<api::PutObjectAnnotation, _>(annotation::put)
        .stream::<api::GetObjectAnnotation, _>(annotation::get)
        .answer::<api::ListObjectAnnotations>(annotation::list)
        .stream::<api::DeleteObjectAnnotation, _>(annotation::delete);
}

fn objects(ops: &mut Registrar<'_, S3>) {
    ops.stream::<api::PutObject, _>(object::put::put)
        .stream::<api::PostObject, _>(post::post)
        .stream::<api::GetObject, _>(object::get::get)
        .stream::<api::HeadObject, _>(object::get::head)
        .answer::<api::GetObjectAttributes>(object::get::attributes)
        .stream::<api::RestoreObject, _>(object::restore::restore)
        .answer::<api::GetObjectRetention>(lock::get_retention)
        .answer::<api::PutObjectRetention>(lock::put_retention)
        .answer::<api::GetObjectLegalHold>(lock::get_legal_hold)
        .answer::<api::PutObjectLegalHold>(lock::put_legal_hold)
        .stream::<api::DeleteObject, _>(object::delete::one)
        .stream::<api::DeleteObjects, _>(object::delete::many)
        .stream::<api::CopyObject, _>(object::copy::copy)
        .answer::<api::UpdateObjectEncryption>(encryption::update)
        .answer::<api::GetObjectAcl>(acl::get_of_object)
        .answer::<api::PutObjectAcl>(acl::put_of_object)
        .answer::<api::GetObjectTagging>(object::tags::get)
        .answer::<api::PutObjectTagging>(object::tags::put)
        .answer::<api::DeleteObjectTagging>(object::tags::delete)
        .answer::<api::ListObjects>(listing::v1)
        .answer::<api::ListObjectsV2>(listing::v2)
        .answer::<api::ListObjectVersions>(listing::versions);
}
