//! Server access logs: what was asked of a bucket, as objects in another one.
//!
//! Lines are kept in memory and written in batches by a loop, as AWS does: best effort. A killed process loses the
//! lines of its last seconds.
//! Source: Amazon S3 User Guide, "Logging requests with server access logging".

mod line;
mod target;
#[cfg(test)]
mod tests;

pub(crate) use line::signature;
pub(crate) use target::Target;

use crate::bucket::record as buckets;
use crate::configuration::record::Configurations;
use crate::error::Configuration;
use base::Timestamp;
use ports::{AccessLog, Answered, Cx};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Lines of one bucket that are kept until they are written; what comes on top is lost.
const MOST_LINES: usize = 50_000;

/// A request, as its log says it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) at: Timestamp,
    pub(crate) text: String,
}

/// The lines that are not written yet, by world and bucket id.
#[derive(Default)]
pub(crate) struct Lines(Mutex<BTreeMap<(String, String), Vec<Line>>>);

impl Lines {
    /// Takes what is there of a world: bucket ids and lines.
    pub(crate) fn take(&self, world: &str) -> Vec<(String, Vec<Line>)> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own: Vec<_> = lines.keys().filter(|(of, _)| of == world).cloned().collect();
        own.into_iter().filter_map(|key| lines.remove(&key).map(|taken| (key.1, taken))).collect()
    }
}

impl AccessLog for Lines {
    fn note(&self, cx: &Cx, answered: &Answered<'_>) {
        let logged = cx.read(|view| {
            let bucket = buckets::in_view(view, cx.partition(), answered.bucket)?;
            view.row(&bucket.id, Configuration::Logging.name()).map(|_| bucket)
        });
        let Some(bucket) = logged else { return };
        let line = Line { at: cx.now(), text: line::text(cx, &bucket, answered) };
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = lines.entry((cx.world().name.clone(), bucket.id.clone())).or_default();
        if own.len() < MOST_LINES {
            own.push(line);
        }
    }
}
