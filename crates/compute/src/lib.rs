//! The instances half of EC2: instances and what they are made from.

mod authority;
mod key_pair;
mod launch_template;
mod placement_group;

pub use authority::resources;

use ec2_resource::error;
use ec2_resource::tag::{Kind, kind};
use ports::{Registrar, Registry, Service};
use shapes_ec2 as ec2;
use std::sync::Arc;

/// The service.
pub struct Compute;

impl Service for Compute {
    type Error = error::Error;
}

/// The kinds of resources of this crate.
pub static KINDS: &[Kind] = &[
    kind::<key_pair::KeyPair>(),
    kind::<launch_template::LaunchTemplate>(),
    kind::<placement_group::PlacementGroup>(),
];

/// Registers the tables, the jobs and the operations.
pub fn install(registry: &mut Registry) {
    let mut ops = registry.service(Arc::new(Compute));
    ops.tables()
        .record::<key_pair::KeyPair>()
        .record::<launch_template::LaunchTemplate>()
        .record::<launch_template::Version>()
        .record::<placement_group::PlacementGroup>()
        .record::<placement_group::Member>()
        .job::<placement_group::Settle>();
    made_from(&mut ops);
}

/// What instances are made from.
fn made_from(ops: &mut Registrar<'_, Compute>) {
    ops.answer::<ec2::CreateKeyPair>(key_pair::create)
        .answer::<ec2::ImportKeyPair>(key_pair::import)
        .answer::<ec2::DescribeKeyPairs>(key_pair::describe)
        .answer::<ec2::DeleteKeyPair>(key_pair::delete)
        .answer::<ec2::CreateLaunchTemplate>(launch_template::create)
        .answer::<ec2::DescribeLaunchTemplates>(launch_template::describe)
        .answer::<ec2::ModifyLaunchTemplate>(launch_template::modify)
        .answer::<ec2::DeleteLaunchTemplate>(launch_template::delete)
        .answer::<ec2::CreateLaunchTemplateVersion>(launch_template::create_version)
        .answer::<ec2::DescribeLaunchTemplateVersions>(launch_template::describe_versions)
        .answer::<ec2::DeleteLaunchTemplateVersions>(launch_template::delete_versions)
        .answer::<ec2::CreatePlacementGroup>(placement_group::create)
        .answer::<ec2::DescribePlacementGroups>(placement_group::describe)
        .answer::<ec2::DeletePlacementGroup>(placement_group::delete);
}
