//! Counters of what was answered and what is stored, in Prometheus' text form.

use blob::Blobs;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the duration buckets, in seconds.
const BUCKETS_SECONDS: [f64; 8] = [0.0001, 0.000_5, 0.001, 0.005, 0.025, 0.1, 1.0, 10.0];

/// All counters of the process.
#[derive(Default)]
pub(crate) struct Metrics {
    calls: Mutex<BTreeMap<Call, Counter>>,
}

/// What calls are counted by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Call {
    api: &'static str,
    operation: &'static str,
    status: u16,
}

#[derive(Default)]
struct Counter {
    count: u64,
    seconds: f64,
    buckets: [u64; BUCKETS_SECONDS.len()],
}

impl Metrics {
    /// Counts one answered call.
    pub(crate) fn record(&self, api: &'static str, operation: &'static str, status: u16, took: Duration) {
        let seconds = took.as_secs_f64();
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let counter = calls.entry(Call { api, operation, status }).or_default();
        counter.count += 1;
        counter.seconds += seconds;
        for (bucket, bound) in counter.buckets.iter_mut().zip(BUCKETS_SECONDS) {
            *bucket += u64::from(seconds <= bound);
        }
    }

    /// The text form.
    pub(crate) fn render(&self) -> String {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::from(
            "# HELP angae_request_duration_seconds Time from the request's head to the answer's.\n\
             # TYPE angae_request_duration_seconds histogram\n",
        );
        for (Call { api, operation, status }, counter) in calls.iter() {
            let labels = format!("api=\"{api}\",operation=\"{operation}\",status=\"{status}\"");
            for (count, bound) in counter.buckets.iter().zip(BUCKETS_SECONDS) {
                line(&mut text, "bucket", &format!("{labels},le=\"{bound}\""), count);
            }
            line(&mut text, "bucket", &format!("{labels},le=\"+Inf\""), &counter.count);
            line(&mut text, "sum", &labels, &counter.seconds);
            line(&mut text, "count", &labels, &counter.count);
        }
        text
    }
}

/// What the byte store holds, by its own account, and what its segments take on the disk.
pub(crate) fn storage(blobs: &Blobs) -> String {
    let usage = blobs.usage();
    let mut gauges = vec![
        ("angae_blob_live_records", "Blobs in segments that are referred to.", usage.live_records),
        ("angae_blob_live_bytes", "Their bytes.", usage.live_bytes),
        ("angae_blob_files", "Blobs in files of their own that are referred to.", usage.files),
        ("angae_blob_file_bytes", "Their bytes.", usage.file_bytes),
        ("angae_blob_segments", "Segments.", usage.segments as u64),
    ];
    // A disk that cannot be asked leaves its lines out.
    if let Ok(bytes) = blobs.segment_bytes() {
        let dead = bytes.saturating_sub(usage.least_segment_bytes());
        gauges.push(("angae_blob_segment_bytes", "Bytes of all segments on the disk.", bytes));
        gauges.push(("angae_blob_dead_bytes", "Of those, what compaction gives back.", dead));
    }
    gauges
        .into_iter()
        .map(|(name, help, value)| format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n"))
        .collect()
}

/// One line of the histogram.
fn line(text: &mut String, suffix: &str, labels: &str, value: &dyn std::fmt::Display) {
    writeln!(text, "angae_request_duration_seconds_{suffix}{{{labels}}} {value}")
        .expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::Metrics;
    use std::time::Duration;

    #[test]
    fn calls_are_counted_by_operation_and_status() {
        let metrics = Metrics::default();
        metrics.record("sts", "GetCallerIdentity", 200, Duration::from_micros(200));
        metrics.record("sts", "GetCallerIdentity", 200, Duration::from_secs(2));
        let text = metrics.render();
        let has = |line: &str| assert!(text.contains(line), "{line}\n{text}");
        has("_count{api=\"sts\",operation=\"GetCallerIdentity\",status=\"200\"} 2");
        has("status=\"200\",le=\"0.0005\"} 1");
        has("status=\"200\",le=\"10\"} 2");
    }
}
