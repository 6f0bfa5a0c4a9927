//! Writes the lines of access logs, as objects like any others: with the target's encryption, notifications and rules.

use crate::S3;
use crate::access_log::{Lines, Target};
use crate::bucket::record::BucketRow;
use crate::error::Error;
use crate::object::put;
use base::Scope;
use http::Method;
use ports::{BodyIn, Caller, CallerKind, Cx, Loop, Next, Request, Step, StepError, World};
use shapes_s3 as api;
use std::sync::Arc;
use std::time::Duration;
use store::EventRow;
use wire::Head;

/// How long lines are collected before they are written: AWS takes hours, a test should not.
const PERIOD: Duration = Duration::from_secs(5);
/// Who writes logs.
const PRINCIPAL: &str = "logging.s3.amazonaws.com";

/// The loop.
pub(crate) struct WriteLogs {
    pub(crate) lines: Arc<Lines>,
    pub(crate) service: Arc<S3>,
}

impl Loop for WriteLogs {
    fn name(&self) -> &'static str {
        "s3.access-log"
    }

    fn wakes(&self, _event: &EventRow) -> bool {
        false
    }

    fn step(&self, world: Arc<World>) -> Step {
        let (lines, service) = (self.lines.clone(), self.service.clone());
        Box::pin(async move { step(&lines, &service, &world).await })
    }
}

async fn step(lines: &Lines, service: &Arc<S3>, world: &Arc<World>) -> Result<Next, StepError> {
    let mut failed = None;
    for (id, lines) in lines.take(&world.name) {
        let view = world.store.view();
        let source = view.by(&BucketRow::ID, &id).next().cloned();
        let (Some(source), Some(target)) = (source, Target::of(&view, &id)?) else { continue };
        for (key, content) in target.objects(&source, lines, world.clock.now(), &world.ids) {
            // A target that is gone loses its lines and nobody else's.
            if let Err(error) = write(service, world, &source, &target, key, content).await {
                failed = Some(format!("the log of {} is lost: {error:?}", source.name));
            }
        }
    }
    match failed {
        Some(sentence) => Err(sentence.into()),
        None => Ok(Next::After(PERIOD)),
    }
}

async fn write(
    service: &Arc<S3>,
    world: &Arc<World>,
    source: &BucketRow,
    target: &Target,
    key: String,
    content: String,
) -> Result<(), Error> {
    let kind = CallerKind::Service(PRINCIPAL);
    let request = Request {
        caller: Caller { account: source.account, access_key_id: None, kind, session: None },
        scope: Scope::new(source.account, source.region.clone()),
        now: world.clock.now(),
        id: world.ids.uuid(),
        peer: None,
        head: Arc::new(Head::new(Method::PUT, "/")),
    };
    let cx = Cx::new(world.clone(), request);
    let input = api::PutObjectRequest {
        bucket: Some(target.bucket.clone()),
        key: Some(key),
        content_type: Some("text/plain".to_owned()),
        ..api::PutObjectRequest::default()
    };
    put::store(cx.clone(), service.clone(), input, BodyIn::whole(content.into()), "Put").await?;
    Ok(cx.durable().await?)
}
