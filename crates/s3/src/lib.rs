//! S3: buckets and their configurations, objects, versions, multipart uploads; S3 Control.

mod bucket;
mod checksum;
mod configuration;
mod control;
mod error;
mod event;
mod listing;
mod object;
mod opaque;
mod owner;
mod tagging;
mod upload;

#[cfg(test)]
mod tests;

use blob::BlobRef;
use error::Error;
use ports::{Cx, Registrar, Registry, Service};
use shapes_s3 as api;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{StoreError, View};

/// The service.
pub struct S3;

impl Service for S3 {
    type Error = Error;
}

impl S3 {
    /// Gives bytes back once nothing durable refers to them.
    pub(crate) async fn release(&self, cx: &Cx, freed: Vec<BlobRef>) -> Result<(), Error> {
        if freed.is_empty() {
            return Ok(());
        }
        cx.durable().await?;
        for blob in freed {
            cx.world().blobs.release(&blob)?;
        }
        Ok(())
    }
}

/// Every blob that S3's rows refer to: what the byte store keeps when it is opened.
pub fn kept(view: &View) -> Result<BTreeSet<BlobRef>, StoreError> {
    object::share::kept(view)
}

/// Registers the tables and the operations.
pub fn install(registry: &mut Registry) {
    let mut ops = registry.service(Arc::new(S3));
    ops.tables()
        .record::<bucket::record::BucketRow>()
        .record::<configuration::record::ConfigurationRow>()
        .paged::<object::record::ObjectRow>()
        .paged::<object::share::ShareRow>()
        .paged::<object::share::ManifestRow>()
        .paged::<upload::record::UploadRow>()
        .paged::<upload::record::PartRow>();
    ops.precheck("s3", bucket::precheck);
    buckets(&mut ops);
    configuration::register(&mut ops);
    objects(&mut ops);
    control::register(&mut ops);
    ops.answer::<api::CreateMultipartUpload>(upload::create)
        .stream::<api::UploadPart, _>(upload::put_part)
        .stream::<api::UploadPartCopy, _>(upload::copy_part)
        .stream::<api::CompleteMultipartUpload, _>(upload::complete)
        .stream::<api::AbortMultipartUpload, _>(upload::abort)
        .answer::<api::ListParts>(upload::list_parts)
        .answer::<api::ListMultipartUploads>(upload::list);
}

fn buckets(ops: &mut Registrar<'_, S3>) {
    ops.answer::<api::CreateBucket>(bucket::create)
        .stream::<api::DeleteBucket, _>(bucket::delete)
        .answer::<api::HeadBucket>(bucket::head)
        .answer::<api::ListBuckets>(bucket::list)
        .answer::<api::GetBucketLocation>(bucket::location)
        .answer::<api::GetBucketVersioning>(bucket::versioning)
        .answer::<api::PutBucketVersioning>(bucket::put_versioning);
}

fn objects(ops: &mut Registrar<'_, S3>) {
    ops.stream::<api::PutObject, _>(object::put)
        .stream::<api::GetObject, _>(object::get)
        .stream::<api::HeadObject, _>(object::head)
        .stream::<api::DeleteObject, _>(object::delete::one)
        .stream::<api::DeleteObjects, _>(object::delete::many)
        .stream::<api::CopyObject, _>(object::copy::copy)
        .answer::<api::GetObjectTagging>(object::tags::get)
        .answer::<api::PutObjectTagging>(object::tags::put)
        .answer::<api::DeleteObjectTagging>(object::tags::delete)
        .answer::<api::ListObjects>(listing::v1)
        .answer::<api::ListObjectsV2>(listing::v2)
        .answer::<api::ListObjectVersions>(listing::versions);
}
