//! How much a file system moves a second, and how often that may be changed.

use super::model::Performance;
use crate::error::{Bad, Error, Limit};
use base::Timestamp;
use serde::{Deserialize, Serialize};

/// MiB a second that may be provisioned. Source: Amazon EFS API reference, CreateFileSystem: "Valid values are 1-3414 MiB/s".
const MOST_MIBPS: f64 = 3_414.0;
/// How long a change of the mode, or a lower figure, keeps the next one away.
const CHANGE_MILLIS: i64 = 24 * 3600 * 1000;

/// By what a file system runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Throughput {
    /// By its size.
    Bursting,
    /// MiB a second.
    Provisioned(f64),
    /// By what is asked of it.
    Elastic,
}

impl Throughput {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Bursting => "bursting",
            Self::Provisioned(_) => "provisioned",
            Self::Elastic => "elastic",
        }
    }

    /// The figure, where it has one.
    pub(crate) fn mibps(self) -> Option<f64> {
        match self {
            Self::Provisioned(mibps) => Some(mibps),
            Self::Bursting | Self::Elastic => None,
        }
    }

    /// What is asked for: a mode and a figure; the model has checked the words.
    pub(crate) fn asked(mode: &str, mibps: Option<f64>) -> Result<Self, Error> {
        match (mode, mibps) {
            ("provisioned", Some(mibps)) if mibps > MOST_MIBPS => Err(Limit::Throughput(MOST_MIBPS).into()),
            ("provisioned", Some(mibps)) => Ok(Self::Provisioned(mibps)),
            ("provisioned", None) => Err(Bad::NoFigure.into()),
            (_, Some(_)) => Err(Bad::Figure.into()),
            ("elastic", None) => Ok(Self::Elastic),
            (_, None) => Ok(Self::Bursting),
        }
    }

    /// What an update asks for; what it leaves out stays.
    pub(crate) fn updated(self, mode: Option<&str>, mibps: Option<f64>) -> Result<Self, Error> {
        let word = mode.unwrap_or(self.word());
        match (mode, mibps) {
            (None, None) => Err(Bad::NothingToUpdate.into()),
            (_, None) if word == "provisioned" => Self::asked(word, self.mibps()),
            (_, _) => Self::asked(word, mibps),
        }
    }

    /// Elastic throughput is for the general purpose alone.
    pub(crate) fn require(self, performance: Performance) -> Result<(), Error> {
        match (self, performance) {
            (Self::Elastic, Performance::MaxIo) => Err(Bad::MaxIo.into()),
            _ => Ok(()),
        }
    }

    /// Whether going to `next` counts: another mode or a lower figure. It may, a day after the last that did.
    pub(crate) fn change(
        self,
        next: Self,
        last: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        let counts = match (self, next) {
            (Self::Provisioned(before), Self::Provisioned(after)) => after < before,
            (before, after) => before != after,
        };
        match last.map(|last| last.plus_millis(CHANGE_MILLIS)) {
            Some(free_at) if counts && now < free_at => Err(Limit::Changes(free_at).into()),
            _ if counts => Ok(Some(now)),
            _ => Ok(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Throughput;
    use crate::error::{Bad, Error, Limit};
    use base::Timestamp;

    #[test]
    fn updates_keep_what_they_leave_out() {
        let provisioned = Throughput::Provisioned(100.0);
        for (from, mode, mibps, want) in [
            (Throughput::Bursting, None, None, Err(Bad::NothingToUpdate.into())),
            (Throughput::Bursting, Some("provisioned"), None, Err(Bad::NoFigure.into())),
            (Throughput::Bursting, None, Some(5.0), Err(Bad::Figure.into())),
            (Throughput::Bursting, Some("elastic"), Some(5.0), Err(Bad::Figure.into())),
            (Throughput::Bursting, Some("elastic"), None, Ok(Throughput::Elastic)),
            (Throughput::Bursting, Some("provisioned"), Some(3414.0), Ok(Throughput::Provisioned(3414.0))),
            (Throughput::Bursting, Some("provisioned"), Some(3414.5), Err(Limit::Throughput(3414.0).into())),
            (provisioned, Some("provisioned"), None, Ok(provisioned)),
            (provisioned, None, Some(50.0), Ok(Throughput::Provisioned(50.0))),
            (provisioned, Some("bursting"), None, Ok(Throughput::Bursting)),
        ] {
            assert_eq!(from.updated(mode, mibps), want, "{from:?} {mode:?} {mibps:?}");
        }
    }

    #[test]
    fn only_raising_is_free_within_a_day() {
        let (first, day) = (Timestamp::from_millis(0), 24 * 3600 * 1000);
        let at = |millis| Timestamp::from_millis(millis);
        let refused: Result<Option<Timestamp>, Error> = Err(Limit::Changes(at(day)).into());
        let of = Throughput::Provisioned;
        for (from, to, last, now, want) in [
            (of(10.0), of(20.0), Some(first), at(1), Ok(Some(first))),
            (of(20.0), of(10.0), Some(first), at(1), refused.clone()),
            (of(20.0), Throughput::Bursting, Some(first), at(day - 1), refused),
            (of(20.0), Throughput::Bursting, Some(first), at(day), Ok(Some(at(day)))),
            (Throughput::Bursting, Throughput::Elastic, None, at(1), Ok(Some(at(1)))),
            (Throughput::Bursting, Throughput::Bursting, Some(first), at(1), Ok(Some(first))),
        ] {
            assert_eq!(from.change(to, last, now), want, "{from:?} {to:?}");
        }
    }
}
