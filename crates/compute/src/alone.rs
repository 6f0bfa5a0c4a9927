//! The crate by itself, for unit tests: no networks, no volumes, no instance profiles, no organizations.

use crate::Neighbours;
use base::{AccountId, Partition};
use ec2_resource::neighbour::{NoNetworks, NoVolumes};
use ec2_resource::snapshots::NoSnapshots;
use ports::{
    InstanceProfile, InstanceProfiles, NoSubtree, Organizations, Placement, Registry, Subtree, World,
};
use std::sync::Arc;
use store::View;

struct Nobody;

impl InstanceProfiles for Nobody {
    fn named(&self, _: &View, _: Partition, _: AccountId, _: &str) -> Option<InstanceProfile> {
        None
    }
}

impl Organizations for Nobody {
    fn of(&self, _: &World, _: AccountId) -> Option<Arc<Placement>> {
        None
    }

    fn subtree(&self, _: &World, _: AccountId, _: &str, _: Option<&str>) -> Result<Subtree, NoSubtree> {
        Err(NoSubtree::Entity)
    }
}

pub(crate) fn install(registry: &mut Registry) {
    let beside = Neighbours {
        networks: Arc::new(NoNetworks),
        volumes: Arc::new(NoVolumes),
        snapshots: Arc::new(NoSnapshots),
        holders: Vec::new(),
    };
    crate::install(registry, beside, Arc::new(Nobody), Arc::new(Nobody));
}
