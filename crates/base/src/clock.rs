//! A world's time.

use crate::Timestamp;
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

/// How a clock moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockMode {
    /// With the machine's clock, shifted by what was advanced.
    Running,
    /// Only when it is advanced.
    Stepped,
}

/// The time of one world: running or stepped. Signatures are judged by the machine's own time, never by this.
#[derive(Debug)]
pub struct Clock {
    mode: ClockMode,
    /// Running: the shift against the machine's clock; stepped: the time itself. Milliseconds.
    millis: AtomicI64,
}

impl Clock {
    /// The machine's clock.
    pub fn running() -> Self {
        Self { mode: ClockMode::Running, millis: AtomicI64::new(0) }
    }

    /// A clock that stands at `at` until it is advanced.
    pub fn stepped(at: Timestamp) -> Self {
        Self { mode: ClockMode::Stepped, millis: AtomicI64::new(at.millis) }
    }

    /// How it moves.
    pub fn mode(&self) -> ClockMode {
        self.mode
    }

    /// The time of the world.
    pub fn now(&self) -> Timestamp {
        let own = self.millis.load(Ordering::Acquire);
        match self.mode {
            ClockMode::Running => Self::machine().plus_millis(own),
            ClockMode::Stepped => Timestamp::from_millis(own),
        }
    }

    /// Moves the clock ahead and answers the new time.
    pub fn advance(&self, millis: u32) -> Timestamp {
        self.millis.fetch_add(i64::from(millis), Ordering::AcqRel);
        self.now()
    }

    /// A clock of the same mode that shows the same time now and moves by itself from here.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self { mode: self.mode, millis: AtomicI64::new(self.millis.load(Ordering::Acquire)) }
    }

    /// The machine's time: for signatures, `Date` headers and logs.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn machine() -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let millis = since.map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX));
        Timestamp::from_millis(millis)
    }
}

/// How long a transition without real work takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// At once: the answer says `pending`, the next read says `available`.
    Immediate,
    /// As long as AWS takes, divided by the factor (1: real time).
    Faster(u32),
}

/// The text is neither `immediate`, `real` nor `x` and a number from 1 to 1,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsePaceError;

impl FromStr for Pace {
    type Err = ParsePaceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "immediate" => Ok(Self::Immediate),
            "real" => Ok(Self::Faster(1)),
            _ => {
                let factor = text.strip_prefix('x').and_then(|digits| digits.parse().ok());
                factor.filter(|n| (1..=1_000_000).contains(n)).map(Self::Faster).ok_or(ParsePaceError)
            }
        }
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Immediate => f.write_str("immediate"),
            Self::Faster(1) => f.write_str("real"),
            Self::Faster(factor) => write!(f, "x{factor}"),
        }
    }
}

impl fmt::Display for ParsePaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pace is immediate, real or xN (N from 1 to 1000000)")
    }
}

impl std::error::Error for ParsePaceError {}

#[cfg(test)]
mod tests {
    use super::{Clock, Pace};
    use crate::Timestamp;

    #[test]
    fn a_stepped_clock_moves_only_when_told() {
        let clock = Clock::stepped(Timestamp::from_millis(5));
        assert_eq!(clock.now().millis, 5);
        assert_eq!(clock.advance(90_000).millis, 90_005);
        let fork = clock.fork();
        clock.advance(1);
        assert_eq!(fork.now().millis, 90_005);
    }

    #[test]
    fn paces_parse_and_print() {
        for text in ["immediate", "real", "x60"] {
            assert_eq!(text.parse::<Pace>().unwrap().to_string(), text);
        }
        for text in ["", "x0", "x", "fast", "x1000001"] {
            assert!(text.parse::<Pace>().is_err(), "{text}");
        }
    }
}
