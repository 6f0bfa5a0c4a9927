//! Where a launch asks its instances to stand: in which zone, near whom, and on what kind of machine.

use super::wish::one_of;
use crate::error::{Capacity, Error, Kind};
use crate::id::{HostId, PlacementGroupId};
use crate::placement_group::{self, PlacementGroup};
use crate::zone;
use base::{Region, Scope};
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::Tx;

/// What a launch says of it.
pub(super) struct Standing {
    /// The zone's name.
    pub(super) zone: Option<String>,
    pub(super) tenancy: String,
    /// The name or the id of the placement group.
    group: Option<String>,
    pub(super) partition: Option<i32>,
    pub(super) host: Option<String>,
    pub(super) affinity: Option<String>,
}

impl Standing {
    /// Reads it. Zone and group go by name or by id, but not by both.
    ///
    /// Source: EC2 API reference, Placement.
    pub(super) fn read(region: &Region, own: ec2::Placement) -> Result<Self, Error> {
        let tenancy = own.tenancy.unwrap_or_else(|| "default".to_owned());
        one_of("tenancy", &tenancy, &["default", "dedicated", "host"])?;
        let (name, id) = (own.availability_zone.as_deref(), own.availability_zone_id.as_deref());
        let zone = zone::of_launch(region, name, id)?;
        let group = group(own.group_name, own.group_id)?;
        let (host, affinity) = on_host(&tenancy, own.host_id, own.affinity)?;
        if tenancy == "host" && group.is_some() {
            return Err(Capacity::GroupOnHost.into());
        }
        Ok(Self {
            zone: zone.map(|zone| zone.name),
            tenancy,
            group,
            partition: own.partition_number,
            host,
            affinity,
        })
    }

    /// The placement group that is meant, which has the partition that is asked for.
    pub(super) fn group(&self, tx: &Tx, scope: &Scope) -> Result<Option<Arc<PlacementGroup>>, Error> {
        let group = self.group.as_deref().map(|name| placement_group::find(tx, scope, name)).transpose()?;
        if let Some(number) = self.partition {
            placement_group::require_partition(group.as_deref(), number)?;
        }
        Ok(group)
    }
}

/// The name or the id of a placement group.
pub(super) fn group(name: Option<String>, id: Option<String>) -> Result<Option<String>, Error> {
    let given = |text: &String| !text.is_empty();
    match (name.filter(given), id.filter(given)) {
        (Some(_), Some(_)) => {
            let sentence = "The parameter groupName cannot be used with the parameter groupId";
            Err(Error::Combination(sentence.to_owned()))
        }
        (Some(name), None) => Ok(Some(name)),
        (None, Some(id)) => match PlacementGroupId::parse(&id) {
            Ok(id) => Ok(Some(id.to_string())),
            Err(error) => Err(Error::Malformed(Kind::PlacementGroup, error.given, error.prefix)),
        },
        (None, None) => Ok(None),
    }
}

/// The host that is named, and whether it is for good.
pub(super) fn on_host(
    tenancy: &str,
    host: Option<String>,
    affinity: Option<String>,
) -> Result<(Option<String>, Option<String>), Error> {
    let host = host.filter(|id| !id.is_empty());
    let affinity = affinity.filter(|word| !word.is_empty());
    if tenancy != "host" {
        let given = [("affinity", affinity.is_some()), ("hostId", host.is_some())];
        return match given.into_iter().find(|(_, is_given)| *is_given) {
            Some((name, _)) => Err(Capacity::NotOnHost(name).into()),
            None => Ok((None, None)),
        };
    }
    if let Some(id) = &host {
        HostId::parse(id).map_err(|error| Error::Malformed(Kind::Host, error.given, error.prefix))?;
    }
    affinity.as_deref().map_or(Ok(()), |word| one_of("affinity", word, &["default", "host"]))?;
    Ok((host, affinity.or_else(|| Some("default".to_owned()))))
}
