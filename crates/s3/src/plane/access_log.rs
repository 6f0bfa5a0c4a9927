//! Writes the lines of access logs, as objects like any others: with the target's encryption, notifications and rules.

use crate::S3;
use crate::access_log::{Lines, Target};
use crate::bucket::record::BucketRow;
use crate::plane::log;
use ports::{LogObject, Loop, Next, Step, StepError, World};
use std::sync::Arc;
use std::time::Duration;
use store::EventRow;

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
            let object = LogObject {
                principal: PRINCIPAL,
                account: source.account,
                region: source.region.clone(),
                bucket: target.bucket.clone(),
                key,
                content_type: "text/plain",
                content: content.into(),
            };
            if let Err(error) = log::write(service, world, object).await {
                failed = Some(format!("the log of {} is lost: {error:?}", source.name));
            }
        }
    }
    match failed {
        Some(sentence) => Err(sentence.into()),
        None => Ok(Next::After(PERIOD)),
    }
}
