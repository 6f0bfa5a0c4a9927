//! How far something has come that takes more than a moment, on standard error: a line that changes on a terminal,
//! a new one from time to time elsewhere.

use super::print;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// What takes no longer is not spoken of.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a terminal is told, and anything else.
const TERMINAL: Duration = Duration::from_millis(200);
const LINES: Duration = Duration::from_secs(5);

/// Bytes that were moved, since when, and of how many.
pub(crate) struct Progress {
    verb: &'static str,
    whole: Option<u64>,
    bytes: u64,
    begun: Instant,
    shown: Option<Instant>,
    is_terminal: bool,
}

impl Progress {
    /// Begins now.
    pub(crate) fn new(verb: &'static str, whole: Option<u64>) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self { verb, whole, bytes: 0, begun: now(), shown: None, is_terminal }
    }

    /// So many more.
    pub(crate) fn add(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        let now = now();
        if self.is_due(now) {
            self.shown = Some(now);
            print::passing(&self.line(now - self.begun), self.is_terminal);
        }
    }

    fn is_due(&self, now: Instant) -> bool {
        let pause = if self.is_terminal { TERMINAL } else { LINES };
        self.shown.map_or(now - self.begun >= PATIENCE, |shown| now - shown >= pause)
    }

    fn line(&self, took: Duration) -> String {
        let mib = |bytes: u64| bytes / (1024 * 1024);
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
        let rate = mib(self.bytes.saturating_mul(1000) / millis);
        let (verb, done) = (self.verb, mib(self.bytes));
        match self.whole {
            Some(whole) if self.bytes >= whole => {
                format!("{verb} {done} MiB, all of it; waiting for the disk")
            }
            Some(whole) => format!("{verb} {done} of {} MiB, {rate} MiB/s", mib(whole)),
            None => format!("{verb} {done} MiB, {rate} MiB/s"),
        }
    }

    /// Takes the line away; answers how many bytes it were.
    pub(crate) fn end(self) -> u64 {
        if self.shown.is_some() && self.is_terminal {
            print::passing("", true);
        }
        self.bytes
    }
}

/// The machine's monotonic clock.
#[expect(clippy::disallowed_methods, reason = "how long a person waits is real time")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::{LINES, PATIENCE, Progress};
    use std::time::Duration;

    #[test]
    fn a_second_passes_before_anything_is_said_and_some_before_it_is_said_again() {
        let mut progress = Progress::new("exported", None);
        progress.is_terminal = false;
        let at = |after: Duration| progress.begun + after;
        assert!(!progress.is_due(at(PATIENCE / 2)));
        assert!(progress.is_due(at(PATIENCE)));
        let (early, late) = (at(PATIENCE + LINES / 2), at(PATIENCE + LINES));
        progress.shown = Some(at(PATIENCE));
        assert!(!progress.is_due(early) && progress.is_due(late));
    }

    #[test]
    fn a_line_says_how_far_it_is_and_how_fast() {
        const MIB: u64 = 1024 * 1024;
        for (whole, bytes, line) in [
            (None, 90 * MIB, "imported 90 MiB, 30 MiB/s"),
            (Some(300 * MIB), 90 * MIB, "imported 90 of 300 MiB, 30 MiB/s"),
            (Some(90 * MIB), 90 * MIB, "imported 90 MiB, all of it; waiting for the disk"),
        ] {
            let progress = Progress { bytes, ..Progress::new("imported", whole) };
            assert_eq!(progress.line(Duration::from_secs(3)), line);
        }
    }
}
