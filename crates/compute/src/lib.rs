//! The instances half of EC2: instances and what they are made from.

mod absent;
mod account;
#[cfg(test)]
mod alone;
mod authority;
mod capacity_reservation;
mod dedicated_host;
mod event_window;
mod fleet;
mod image;
mod instance;
mod instance_type;
mod key_pair;
mod launch_template;
mod neighbours;
mod operations;
mod passing;
mod placement_group;
mod plane;
mod price;
mod repeat;
mod shared;
mod spot_datafeed;
mod spot_price;
mod spot_request;
mod zone;

pub use authority::resources;
pub use neighbours::Neighbours;

use ec2_resource::neighbour::Instances;
use ec2_resource::snapshots::Images;
use ec2_resource::tag::{Kind, kind};
use ec2_resource::{dns, error, event, filter, id, resource, token};
use launch_template::document;
use ports::{InstanceProfiles, Organizations, Registry, Service};
use std::sync::Arc;

/// The service.
pub struct Compute {
    neighbours: Neighbours,
    profiles: Arc<dyn InstanceProfiles>,
    organizations: Arc<dyn Organizations>,
    texts: instance::Texts,
}

impl Service for Compute {
    type Error = error::Error;
}

/// The kinds of resources of this crate.
pub static KINDS: &[Kind] = &[
    kind::<capacity_reservation::CapacityReservation>(),
    kind::<dedicated_host::Host>(),
    kind::<event_window::EventWindow>(),
    kind::<fleet::Fleet<fleet::OfEc2>>(),
    kind::<fleet::Fleet<fleet::OfSpot>>(),
    kind::<image::OwnImage>(),
    kind::<instance::Instance>(),
    kind::<key_pair::KeyPair>(),
    kind::<instance::replacement::RootReplacement>(),
    kind::<launch_template::LaunchTemplate>(),
    kind::<placement_group::PlacementGroup>(),
    kind::<spot_request::SpotRequest>(),
];

/// What networks and volumes ask of instances.
pub fn instances() -> Arc<dyn Instances> {
    Arc::new(instance::OfOthers)
}

/// What snapshots ask of images.
pub fn images() -> Arc<dyn Images> {
    Arc::new(image::OfSnapshots)
}

/// Registers the tables, the jobs and the operations; the answer tells what instances are told of themselves.
pub fn install(
    registry: &mut Registry,
    neighbours: Neighbours,
    profiles: Arc<dyn InstanceProfiles>,
    organizations: Arc<dyn Organizations>,
) -> Arc<Compute> {
    let texts = instance::Texts::default();
    let compute = Arc::new(Compute { neighbours: neighbours.clone(), profiles, organizations, texts });
    let mut ops = registry.service(compute.clone());
    ops.repeat(plane::Fulfil(compute.clone()));
    ops.tables()
        .record::<account::Account>()
        .record::<capacity_reservation::CapacityReservation>()
        .record::<dedicated_host::Host>()
        .record::<event_window::EventWindow>()
        .record::<fleet::Fleet<fleet::OfEc2>>()
        .record::<fleet::Fleet<fleet::OfSpot>>()
        .record::<fleet::Happened>()
        .record::<image::GoneImage>()
        .record::<image::OwnImage>()
        .record::<instance::Instance>()
        .record::<instance::replacement::RootReplacement>()
        .record::<key_pair::KeyPair>()
        .record::<launch_template::LaunchTemplate>()
        .record::<launch_template::Version>()
        .record::<placement_group::PlacementGroup>()
        .record::<spot_datafeed::SpotDatafeed>()
        .record::<spot_request::SpotRequest>()
        .job::<capacity_reservation::Expire>()
        .job::<fleet::Due<fleet::OfEc2>>()
        .job::<fleet::Due<fleet::OfSpot>>()
        .job::<fleet::Expire<fleet::OfEc2>>()
        .job::<fleet::Expire<fleet::OfSpot>>()
        .job::<fleet::Forget<fleet::OfEc2>>()
        .job::<fleet::Forget<fleet::OfSpot>>()
        .job::<image::Ready>()
        .job::<passing::Forget>()
        .job::<spot_request::Due>()
        .job::<spot_request::Expire>()
        .job::<placement_group::Settle>()
        .job::<instance::Run>()
        .job::<instance::Halt>()
        .job::<instance::End>()
        .job::<instance::Forget>()
        .job::<instance::options::Applied>()
        .job::<instance::replacement::Replaced>()
        .give(neighbours);
    operations::register(&mut ops);
    compute
}
