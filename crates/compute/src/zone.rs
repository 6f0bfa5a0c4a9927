//! The zone that a call names.

use crate::error::{Ebs, Error};
use base::{Region, Zone};
use ports::Cx;

/// By its name or by its id, one of which has to be given.
pub(crate) fn named(cx: &Cx, name: Option<&str>, id: Option<&str>) -> Result<Zone, Error> {
    let wanted = wanted(name, id)?.ok_or(Error::Missing("AvailabilityZone"))?;
    wanted.of(cx.region()).ok_or_else(|| match wanted {
        Wanted::Name(text) | Wanted::Id(text) => Ebs::NoZone(text.to_owned()).into(),
    })
}

/// As a launch names it, which need not, and which has a refusal of its own.
pub(crate) fn of_launch(
    region: &Region,
    name: Option<&str>,
    id: Option<&str>,
) -> Result<Option<Zone>, Error> {
    let Some(wanted) = wanted(name, id)? else { return Ok(None) };
    let found = wanted.of(region).ok_or_else(|| match wanted {
        Wanted::Name(text) => Error::Parameter(format!("Invalid availability zone: [{text}]")),
        Wanted::Id(text) => Error::Parameter(format!("Invalid availability zone-id: [{text}]")),
    });
    found.map(Some)
}

/// How a zone is named.
#[derive(Clone, Copy)]
enum Wanted<'t> {
    Name(&'t str),
    Id(&'t str),
}

impl Wanted<'_> {
    fn of(self, region: &Region) -> Option<Zone> {
        region.zones().into_iter().find(|zone| match self {
            Self::Name(name) => zone.name == name,
            Self::Id(id) => zone.id == id,
        })
    }
}

/// A name or an id, but not both.
fn wanted<'t>(name: Option<&'t str>, id: Option<&'t str>) -> Result<Option<Wanted<'t>>, Error> {
    let present = |text: Option<&'t str>| text.filter(|text| !text.is_empty());
    match (present(name), present(id)) {
        (None, None) => Ok(None),
        (Some(name), None) => Ok(Some(Wanted::Name(name))),
        (None, Some(id)) => Ok(Some(Wanted::Id(id))),
        (Some(_), Some(_)) => {
            let sentence = "AvailabilityZone and AvailabilityZoneId can't be used together. Specify only one of these parameters.";
            Err(Error::Combination(sentence.to_owned()))
        }
    }
}
