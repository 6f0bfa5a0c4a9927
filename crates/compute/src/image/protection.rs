//! What keeps images: from being deregistered, from being used, from being shown.

use super::attribute::{put, take};
use super::model::{OwnImage, State};
use super::{Permissions, date};
use crate::Compute;
use base::Timestamp;
use ec2_resource::error::{Error, Image};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;

/// How long an image stays kept after its protection has ended, in milliseconds: a day.
const COOLDOWN_MILLIS: i64 = 24 * 3_600_000;
/// Years ahead that an image may be deprecated at the most. Source: EC2 API reference, EnableImageDeprecation.
const MOST_YEARS: i64 = 10;
/// Milliseconds of a minute, and of a year at the longest.
const MINUTE_MILLIS: i64 = 60_000;
const YEAR_MILLIS: i64 = 366 * 24 * 3_600_000;

/// Whether an image may be deregistered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Protection {
    /// It may.
    Off,
    /// It may not.
    On {
        /// Nor for a day after this has ended.
        cools: bool,
    },
    /// Not before then.
    Until(Timestamp),
}

impl Protection {
    /// AWS's words.
    pub(super) fn word(self) -> String {
        match self {
            Self::Off => "disabled".to_owned(),
            Self::On { cools: true } => "enabled-with-cooldown".to_owned(),
            Self::On { cools: false } => "enabled-without-cooldown".to_owned(),
            Self::Until(at) => format!("disabled. Enforced until {}", date(at)),
        }
    }

    /// Refuses to let a protected image go.
    pub(super) fn require_off(self, image: &OwnImage, now: Timestamp) -> Result<(), Image> {
        match self {
            Self::Off => Ok(()),
            Self::Until(at) if at <= now => Ok(()),
            Self::Until(_) => Err(Image::Cooling(image.id.to_string())),
            Self::On { .. } => Err(Image::Protected(image.id.to_string())),
        }
    }
}

/// Changes an image of the caller.
fn change(
    cx: &Cx,
    id: Option<String>,
    change: impl Fn(&mut OwnImage) -> Result<(), Error>,
) -> Result<OwnImage, Error> {
    let id = super::id(id)?;
    cx.write(|tx| {
        let mut own = take(cx, tx, &id)?;
        change(&mut own)?;
        put(tx, own.clone());
        Ok(own)
    })
}

/// `EnableImageDeregistrationProtection`.
pub(crate) fn protect(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::EnableImageDeregistrationProtectionRequest,
) -> Result<ec2::EnableImageDeregistrationProtectionResult, Error> {
    let cools = input.with_cooldown == Some(true);
    let own = change(cx, input.image_id, |own| {
        own.protection = Protection::On { cools };
        Ok(())
    })?;
    Ok(ec2::EnableImageDeregistrationProtectionResult { return_: Some(own.protection.word()) })
}

/// `DisableImageDeregistrationProtection`: at once, or in a day where that was asked for.
pub(crate) fn unprotect(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DisableImageDeregistrationProtectionRequest,
) -> Result<ec2::DisableImageDeregistrationProtectionResult, Error> {
    let own = change(cx, input.image_id, |own| {
        own.protection = match own.protection {
            Protection::On { cools: true } => Protection::Until(cx.now().plus_millis(COOLDOWN_MILLIS)),
            Protection::Until(at) => Protection::Until(at),
            Protection::On { cools: false } | Protection::Off => Protection::Off,
        };
        Ok(())
    })?;
    Ok(ec2::DisableImageDeregistrationProtectionResult { return_: Some(own.protection.word()) })
}

/// `EnableImageDeprecation`: to the minute, in the future, and within ten years.
pub(crate) fn deprecate(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::EnableImageDeprecationRequest,
) -> Result<ec2::EnableImageDeprecationResult, Error> {
    let at = Timestamp::from(input.deprecate_at.ok_or(Error::Missing("deprecateAt"))?);
    let minutes = (at.millis + MINUTE_MILLIS / 2).div_euclid(MINUTE_MILLIS);
    let at = Timestamp::from_millis(minutes * MINUTE_MILLIS);
    let ahead = at.millis_since(cx.now());
    if ahead <= 0 || ahead > MOST_YEARS * YEAR_MILLIS {
        return Err(Image::DeprecationTime.into());
    }
    change(cx, input.image_id, |own| {
        own.deprecated_at = Some(at);
        Ok(())
    })?;
    Ok(ec2::EnableImageDeprecationResult { return_: Some(true) })
}

/// `DisableImageDeprecation`.
pub(crate) fn undeprecate(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DisableImageDeprecationRequest,
) -> Result<ec2::DisableImageDeprecationResult, Error> {
    change(cx, input.image_id, |own| {
        own.deprecated_at = None;
        Ok(())
    })?;
    Ok(ec2::DisableImageDeprecationResult { return_: Some(true) })
}

/// `DisableImage`: nobody makes instances of it any more, and those who were given it lose it.
pub(crate) fn disable(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DisableImageRequest,
) -> Result<ec2::DisableImageResult, Error> {
    change(cx, input.image_id, |own| {
        require_settled(own)?;
        own.state = State::Disabled;
        own.permissions = Permissions::default();
        Ok(())
    })?;
    Ok(ec2::DisableImageResult { return_: Some(true) })
}

/// `EnableImage`: for its owner, as it was.
pub(crate) fn enable(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::EnableImageRequest,
) -> Result<ec2::EnableImageResult, Error> {
    change(cx, input.image_id, |own| {
        require_settled(own)?;
        own.state = State::Available;
        Ok(())
    })?;
    Ok(ec2::EnableImageResult { return_: Some(true) })
}

/// Refuses an image that is still on its way.
pub(super) fn require_settled(own: &OwnImage) -> Result<(), Image> {
    match own.state {
        State::Pending => Err(Image::NotUsable(own.id.to_string(), own.state.word())),
        State::Available | State::Disabled => Ok(()),
    }
}
