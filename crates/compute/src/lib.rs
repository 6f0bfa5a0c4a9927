//! The instances half of EC2: instances and what they are made from.

mod account;
#[cfg(test)]
mod alone;
mod authority;
mod event_window;
mod image;
mod instance;
mod instance_type;
mod key_pair;
mod launch_template;
mod neighbours;
mod operations;
mod placement_group;
mod shared;

pub use authority::resources;
pub use neighbours::Neighbours;

use ec2_resource::neighbour::Instances;
use ec2_resource::snapshots::Images;
use ec2_resource::tag::{Kind, kind};
use ec2_resource::{dns, error, event, filter, id, resource, token};
use ports::{InstanceProfiles, Organizations, Registry, Service};
use std::sync::Arc;

/// The service.
pub struct Compute {
    neighbours: Neighbours,
    profiles: Arc<dyn InstanceProfiles>,
    organizations: Arc<dyn Organizations>,
}

impl Service for Compute {
    type Error = error::Error;
}

/// The kinds of resources of this crate.
pub static KINDS: &[Kind] = &[
    kind::<event_window::EventWindow>(),
    kind::<image::OwnImage>(),
    kind::<instance::Instance>(),
    kind::<key_pair::KeyPair>(),
    kind::<instance::replacement::RootReplacement>(),
    kind::<launch_template::LaunchTemplate>(),
    kind::<placement_group::PlacementGroup>(),
];

/// What networks and volumes ask of instances.
pub fn instances() -> Arc<dyn Instances> {
    Arc::new(instance::OfOthers)
}

/// What snapshots ask of images.
pub fn images() -> Arc<dyn Images> {
    Arc::new(image::OfSnapshots)
}

/// Registers the tables, the jobs and the operations.
pub fn install(
    registry: &mut Registry,
    neighbours: Neighbours,
    profiles: Arc<dyn InstanceProfiles>,
    organizations: Arc<dyn Organizations>,
) {
    let compute = Compute { neighbours: neighbours.clone(), profiles, organizations };
    let mut ops = registry.service(Arc::new(compute));
    ops.tables()
        .record::<account::Account>()
        .record::<event_window::EventWindow>()
        .record::<image::GoneImage>()
        .record::<image::OwnImage>()
        .record::<instance::Instance>()
        .record::<instance::replacement::RootReplacement>()
        .record::<key_pair::KeyPair>()
        .record::<launch_template::LaunchTemplate>()
        .record::<launch_template::Version>()
        .record::<placement_group::PlacementGroup>()
        .job::<image::Ready>()
        .job::<placement_group::Settle>()
        .job::<instance::Run>()
        .job::<instance::Halt>()
        .job::<instance::End>()
        .job::<instance::Forget>()
        .job::<instance::options::Applied>()
        .job::<instance::replacement::Replaced>()
        .give(neighbours);
    operations::register(&mut ops);
}
