//! Writes objects of logs: those of buckets themselves, and those of other services.

use crate::S3;
use crate::bucket::record as buckets;
use crate::error::Error;
use crate::object::put;
use base::{Partition, Region, Scope};
use http::Method;
use ports::{BodyIn, Caller, CallerKind, Cx, LogBuckets, LogObject, Request, World, Writing};
use shapes_s3 as api;
use std::sync::Arc;
use store::View;
use wire::Head;

/// The buckets that other services write logs into.
pub(crate) struct Logs(pub(crate) Arc<S3>);

impl LogBuckets for Logs {
    fn exists(&self, view: &View, partition: Partition, bucket: &str) -> bool {
        buckets::in_view(view, partition, bucket).is_some()
    }

    fn region(&self, view: &View, partition: Partition, bucket: &str) -> Option<Region> {
        buckets::in_view(view, partition, bucket).map(|own| own.region.clone())
    }

    fn write(&self, world: Arc<World>, log: LogObject) -> Writing {
        let service = self.0.clone();
        Box::pin(async move {
            let (bucket, key) = (log.bucket.clone(), log.key.clone());
            let written = write(&service, &world, log).await;
            written.map_err(|error| format!("{key} is not written into {bucket}: {error:?}").into())
        })
    }
}

/// Writes one, as a service does that needs no permission.
pub(crate) async fn write(service: &Arc<S3>, world: &Arc<World>, log: LogObject) -> Result<(), Error> {
    let kind = CallerKind::Service(log.principal);
    let request = Request {
        caller: Caller { account: log.account, access_key_id: None, kind, session: None },
        scope: Scope::new(log.account, log.region),
        now: world.clock.now(),
        id: world.ids.uuid(),
        peer: None,
        head: Arc::new(Head::new(Method::PUT, "/")),
    };
    let cx = Cx::new(world.clone(), request);
    let input = api::PutObjectRequest {
        bucket: Some(log.bucket),
        key: Some(log.key),
        content_type: Some(log.content_type.to_owned()),
        ..api::PutObjectRequest::default()
    };
    put::store(cx.clone(), service.clone(), input, BodyIn::whole(log.content), "Put").await?;
    Ok(cx.durable().await?)
}
