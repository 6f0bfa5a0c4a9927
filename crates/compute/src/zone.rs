//! The zone that a call names.

use crate::error::{Ebs, Error};
use base::Zone;
use ports::Cx;

/// By its name or by its id, one of which has to be given.
pub(crate) fn named(cx: &Cx, name: Option<&str>, id: Option<&str>) -> Result<Zone, Error> {
    let present = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let mut zones = cx.region().zones().into_iter();
    let (found, given) = match (present(name), present(id)) {
        (None, None) => return Err(Error::Missing("AvailabilityZone")),
        (Some(_), Some(_)) => {
            let sentence = "AvailabilityZone and AvailabilityZoneId can't be used together. Specify only one of these parameters.";
            return Err(Error::Combination(sentence.to_owned()));
        }
        (Some(name), None) => (zones.find(|zone| zone.name == name), name),
        (None, Some(id)) => (zones.find(|zone| zone.id == id), id),
    };
    found.ok_or_else(|| Ebs::NoZone(given).into())
}
