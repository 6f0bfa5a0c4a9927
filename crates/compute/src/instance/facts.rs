//! What others may know of instances.

use super::model::Instance;
use crate::id::InstanceId;
use crate::resource;
use base::Scope;
use ec2_resource::neighbour::{InstanceFacts, Instances};
use store::Tx;

/// Volumes of an instance whose type does not say how many: the limit of types before Nitro.
const MOST_VOLUMES: usize = 40;

/// Instances, as networks and volumes see them.
pub(crate) struct OfOthers;

impl Instances for OfOthers {
    fn get(&self, tx: &Tx, scope: &Scope, id: &InstanceId) -> Option<InstanceFacts> {
        let own = tx.get::<Instance>(&resource::key(scope, id.as_str()))?;
        let known = instance_types::by_name(&own.instance_type)?;
        let count = |value: u32| usize::try_from(value).unwrap_or(usize::MAX);
        Some(InstanceFacts {
            state: own.state,
            zone: own.zone.clone(),
            instance_type: own.instance_type.clone(),
            root_device: own.image.root_device.clone(),
            most_interfaces: count(known.network.maximum_interfaces),
            most_addresses: count(known.network.ipv4_per_interface),
            most_ipv6_addresses: count(known.network.ipv6_per_interface),
            most_volumes: known.ebs.maximum_attachments.map_or(MOST_VOLUMES, count),
        })
    }
}
