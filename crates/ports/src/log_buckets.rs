//! The need of EC2 and of load balancers: to write logs into buckets, and to know where those are. Met by `s3`.

use crate::{StepError, World};
use base::{AccountId, Partition, Region};
use bytes::Bytes;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use store::View;

/// Buckets that services write logs into.
pub trait LogBuckets: Send + Sync {
    /// Whether there is a bucket of that name.
    fn exists(&self, view: &View, partition: Partition, bucket: &str) -> bool;
    /// The Region that the bucket of that name is in; `None` where there is none.
    fn region(&self, view: &View, partition: Partition, bucket: &str) -> Option<Region>;
    /// Writes an object like any other: with the bucket's encryption, notifications and rules.
    fn write(&self, world: Arc<World>, log: LogObject) -> Writing;
}

/// What a write is waited for.
pub type Writing = Pin<Box<dyn Future<Output = Result<(), StepError>> + Send>>;

/// An object of a log.
#[derive(Clone, Debug)]
pub struct LogObject {
    /// Who writes: `delivery.logs.amazonaws.com`.
    pub principal: &'static str,
    /// For whom.
    pub account: AccountId,
    /// Where the log comes from.
    pub region: Region,
    /// The bucket's name.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// `text/plain`.
    pub content_type: &'static str,
    /// The bytes.
    pub content: Bytes,
}

/// There are none: for services tested by themselves.
pub struct NoLogBuckets;

impl LogBuckets for NoLogBuckets {
    fn exists(&self, _view: &View, _partition: Partition, _bucket: &str) -> bool {
        false
    }

    fn region(&self, _view: &View, _partition: Partition, _bucket: &str) -> Option<Region> {
        None
    }

    fn write(&self, _world: Arc<World>, log: LogObject) -> Writing {
        Box::pin(async move { Err(format!("there is no bucket {}", log.bucket).into()) })
    }
}
