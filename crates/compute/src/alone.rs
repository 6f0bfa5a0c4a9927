//! The crate by itself, for unit tests: no networks, no volumes, no instance profiles.

use base::{AccountId, Partition};
use ec2_resource::neighbour::{NoNetworks, NoVolumes};
use ports::{InstanceProfile, InstanceProfiles, Registry};
use std::sync::Arc;
use store::View;

struct NoProfiles;

impl InstanceProfiles for NoProfiles {
    fn named(&self, _: &View, _: Partition, _: AccountId, _: &str) -> Option<InstanceProfile> {
        None
    }
}

pub(crate) fn install(registry: &mut Registry) {
    crate::install(registry, Arc::new(NoNetworks), Arc::new(NoVolumes), Arc::new(NoProfiles));
}
