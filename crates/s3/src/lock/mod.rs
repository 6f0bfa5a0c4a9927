//! Object lock: retention and legal holds of versions.
//!
//! A lock keeps a version from being removed for good; a delete without a version id only puts a marker over it and
//! is always allowed. Source: Amazon S3 User Guide, "Locking objects with Object Lock"; orders and sentences as
//! recorded.

mod operations;

pub(crate) use operations::{get_legal_hold, get_retention, put_legal_hold, put_retention};

use crate::bucket::record::BucketRow;
use crate::configuration::record::{self as configurations, Configurations};
use crate::error::{Argument, Configuration, Error, Refusal};
use base::Timestamp;
use serde::{Deserialize, Serialize};
use shapes_s3 as api;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Who may shorten a retention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mode {
    /// Whoever has the permission and says so.
    #[serde(rename = "GOVERNANCE")]
    Governance,
    /// Nobody.
    #[serde(rename = "COMPLIANCE")]
    Compliance,
}

impl Mode {
    /// As the API writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        }
    }

    /// Reads the name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Governance, Self::Compliance].into_iter().find(|mode| mode.name() == name)
    }
}

/// Until when a version stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Retention {
    pub(crate) mode: Mode,
    pub(crate) until: Timestamp,
}

/// What locks a version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lock {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retention: Option<Retention>,
    /// `None` where it was never said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) legal_hold: Option<bool>,
}

impl Lock {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The hold as the API writes it.
    pub(crate) fn hold_name(&self) -> Option<&'static str> {
        self.legal_hold.map(|on| if on { "ON" } else { "OFF" })
    }

    /// Refuses to remove a version that is held, or retained and not passed over.
    pub(crate) fn check_removal(&self, now: Timestamp, bypass: bool) -> Result<(), Error> {
        let retained = self.retention.is_some_and(|retention| {
            retention.until > now && !(bypass && retention.mode == Mode::Governance)
        });
        if retained || self.legal_hold == Some(true) { Err(Error::Locked) } else { Ok(()) }
    }

    /// Refuses to weaken a retention that still runs: another mode, an earlier end, or none.
    fn check_change(&self, next: Option<Retention>, now: Timestamp, bypass: bool) -> Result<(), Error> {
        let Some(old) = self.retention.filter(|old| old.until > now) else { return Ok(()) };
        let extends = next.is_some_and(|next| next.mode == old.mode && next.until >= old.until);
        if extends || (bypass && old.mode == Mode::Governance) { Ok(()) } else { Err(Error::Locked) }
    }
}

/// The lock members of a write.
pub(crate) struct Asked<'i> {
    pub(crate) mode: Option<&'i str>,
    pub(crate) until: Option<Timestamp>,
    pub(crate) legal_hold: Option<&'i str>,
    pub(crate) event_hold: bool,
}

/// Reads the lock members of a write.
macro_rules! asked_lock {
    ($input:expr) => {
        $crate::lock::Asked {
            mode: $input.object_lock_mode.as_deref(),
            until: $input.object_lock_retain_until_date.map(Into::into),
            legal_hold: $input.object_lock_legal_hold_status.as_deref(),
            event_hold: $input.object_lock_event_hold.is_some(),
        }
    };
}
pub(crate) use asked_lock;

impl Asked<'_> {
    /// Decides for a write: what it asks for, else the bucket's default retention, counted from `now`.
    pub(crate) fn decide(
        &self,
        rows: &impl Configurations,
        bucket: &BucketRow,
        now: Timestamp,
    ) -> Result<Lock, Error> {
        if self.event_hold {
            return Err(Error::NotImplemented { header: "x-amz-object-lock-event-hold", additional: None });
        }
        let retention = self.retention(now)?;
        let configured = of_bucket(rows, bucket)?;
        let asks = retention.is_some() || self.legal_hold.is_some();
        match configured {
            None if asks => Err(Error::InvalidRequest(Refusal::NoLockConfiguration)),
            None => Ok(Lock::default()),
            Some(configured) => Ok(Lock {
                retention: retention.or_else(|| default_retention(&configured, now)),
                legal_hold: self.legal_hold.map(|status| status == "ON"),
            }),
        }
    }

    fn retention(&self, now: Timestamp) -> Result<Option<Retention>, Error> {
        let wrong = |argument| Err(Error::InvalidArgument(argument));
        let (mode, until) = match (self.mode, self.until) {
            (None, None) => return Ok(None),
            (Some(_), None) => return wrong(Argument::LockHalf("x-amz-object-lock-retain-until-date")),
            (None, Some(_)) => return wrong(Argument::LockHalf("x-amz-object-lock-mode")),
            (Some(mode), Some(until)) => (mode, until),
        };
        let Some(mode) = Mode::parse(mode) else { return wrong(Argument::LockMode(mode.to_owned())) };
        if until <= now {
            return wrong(Argument::RetainUntilPast(until));
        }
        Ok(Some(Retention { mode, until }))
    }
}

/// The bucket's lock configuration; `None` where the bucket has no object lock.
pub(crate) fn of_bucket(
    rows: &impl Configurations,
    bucket: &BucketRow,
) -> Result<Option<api::ObjectLockConfiguration>, Error> {
    Ok(configurations::stored(rows, &bucket.id, Configuration::ObjectLock)?)
}

/// Days are counted as 24 hours, years as 365 days.
fn default_retention(configured: &api::ObjectLockConfiguration, now: Timestamp) -> Option<Retention> {
    let default = configured.rule.as_ref()?.default_retention.as_ref()?;
    let days = i64::from(default.days.unwrap_or(0)) + 365 * i64::from(default.years.unwrap_or(0));
    let mode = Mode::parse(default.mode.as_deref()?)?;
    Some(Retention { mode, until: now.plus_millis(days.saturating_mul(DAY_MILLIS)) })
}

/// `x-amz-bypass-governance-retention` means something only where there are locks.
pub(crate) fn check_bypass(
    rows: &impl Configurations,
    bucket: &BucketRow,
    bypass: Option<bool>,
) -> Result<bool, Error> {
    if bypass.is_some() && of_bucket(rows, bucket)?.is_none() {
        return Err(Error::InvalidArgument(Argument::BypassWithoutLock));
    }
    Ok(bypass == Some(true))
}

/// Writes a lock into the members of an answer.
macro_rules! describe_lock {
    ($output:expr, $lock:expr) => {{
        let lock: &$crate::lock::Lock = $lock;
        if let Some(retention) = lock.retention {
            $output.object_lock_mode = Some(retention.mode.name().to_owned());
            $output.object_lock_retain_until_date = Some(retention.until.into());
        }
        $output.object_lock_legal_hold_status = lock.hold_name().map(str::to_owned);
    }};
}
pub(crate) use describe_lock;

#[cfg(test)]
mod tests {
    use super::{Lock, Mode, Retention};
    use base::Timestamp;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn lock(mode: Mode, seconds: i64) -> Lock {
        let retention = Retention { mode, until: NOW.plus_millis(seconds * 1000) };
        Lock { retention: Some(retention), legal_hold: None }
    }

    #[test]
    fn a_version_is_removed_only_when_nothing_holds_it() {
        let held = Lock { legal_hold: Some(true), ..Lock::default() };
        for (lock, bypass, allowed) in [
            (Lock::default(), false, true),
            (lock(Mode::Governance, 5), false, false),
            (lock(Mode::Governance, 5), true, true),
            (lock(Mode::Governance, -5), false, true),
            (lock(Mode::Compliance, 5), true, false),
            (lock(Mode::Compliance, 0), false, true),
            (held, true, false),
        ] {
            assert_eq!(lock.check_removal(NOW, bypass).is_ok(), allowed, "{lock:?} {bypass}");
        }
    }

    #[test]
    fn a_retention_is_extended_by_anyone_and_weakened_by_few() {
        let until = |mode, seconds: i64| Some(Retention { mode, until: NOW.plus_millis(seconds * 1000) });
        for (old, next, bypass, allowed) in [
            (Lock::default(), None, false, true),
            (lock(Mode::Governance, 5), until(Mode::Governance, 6), false, true),
            (lock(Mode::Governance, 5), until(Mode::Governance, 4), false, false),
            (lock(Mode::Governance, 5), until(Mode::Governance, 4), true, true),
            (lock(Mode::Governance, 5), None, false, false),
            (lock(Mode::Governance, 5), None, true, true),
            (lock(Mode::Governance, 5), until(Mode::Compliance, 9), false, false),
            (lock(Mode::Compliance, 5), until(Mode::Compliance, 9), false, true),
            (lock(Mode::Compliance, 5), until(Mode::Governance, 9), true, false),
            (lock(Mode::Compliance, 5), None, true, false),
            (lock(Mode::Compliance, -5), None, false, true),
        ] {
            assert_eq!(old.check_change(next, NOW, bypass).is_ok(), allowed, "{old:?} {next:?} {bypass}");
        }
    }
}
