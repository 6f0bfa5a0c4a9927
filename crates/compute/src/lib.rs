//! The instances half of EC2: instances and what they are made from.

#[cfg(test)]
mod alone;
mod authority;
mod image;
mod instance;
mod instance_type;
mod key_pair;
mod launch_template;
mod neighbours;
mod placement_group;

pub use authority::resources;

use ec2_resource::neighbour::{Instances, Networks, Volumes};
use ec2_resource::tag::{Kind, kind};
use ec2_resource::{dns, error, event, filter, id, resource, token};
use neighbours::Neighbours;
use ports::{InstanceProfiles, Registrar, Registry, Service};
use shapes_ec2 as ec2;
use std::sync::Arc;

/// The service.
pub struct Compute {
    neighbours: Neighbours,
    profiles: Arc<dyn InstanceProfiles>,
}

impl Service for Compute {
    type Error = error::Error;
}

/// The kinds of resources of this crate.
pub static KINDS: &[Kind] = &[
    kind::<instance::Instance>(),
    kind::<key_pair::KeyPair>(),
    kind::<launch_template::LaunchTemplate>(),
    kind::<placement_group::PlacementGroup>(),
];

/// What networks and volumes ask of instances.
pub fn instances() -> Arc<dyn Instances> {
    Arc::new(instance::OfOthers)
}

/// Registers the tables, the jobs and the operations; the answer tells what instances are told of themselves.
pub fn install(
    registry: &mut Registry,
    networks: Arc<dyn Networks>,
    volumes: Arc<dyn Volumes>,
    profiles: Arc<dyn InstanceProfiles>,
) -> Arc<Compute> {
    let neighbours = Neighbours { networks, volumes };
    let compute = Arc::new(Compute { neighbours: neighbours.clone(), profiles });
    let mut ops = registry.service(compute.clone());
    ops.tables()
        .record::<instance::Instance>()
        .record::<key_pair::KeyPair>()
        .record::<launch_template::LaunchTemplate>()
        .record::<launch_template::Version>()
        .record::<placement_group::PlacementGroup>()
        .job::<placement_group::Settle>()
        .job::<instance::Run>()
        .job::<instance::Halt>()
        .job::<instance::End>()
        .job::<instance::Forget>()
        .job::<instance::options::Applied>()
        .give(neighbours);
    made_from(&mut ops);
    instances_of(&mut ops);
    compute
}

/// Instances and what becomes of them.
fn instances_of(ops: &mut Registrar<'_, Compute>) {
    ops.answer::<ec2::RunInstances>(instance::run)
        .answer::<ec2::DescribeInstances>(instance::describe)
        .answer::<ec2::DescribeInstanceStatus>(instance::status)
        .answer::<ec2::StartInstances>(instance::start)
        .answer::<ec2::StopInstances>(instance::stop)
        .answer::<ec2::RebootInstances>(instance::reboot)
        .answer::<ec2::TerminateInstances>(instance::terminate)
        .answer::<ec2::DescribeInstanceAttribute>(instance::attribute::describe)
        .answer::<ec2::ModifyInstanceAttribute>(instance::attribute::modify)
        .answer::<ec2::ResetInstanceAttribute>(instance::attribute::reset)
        .answer::<ec2::ModifyInstanceMetadataOptions>(instance::options::metadata)
        .answer::<ec2::MonitorInstances>(instance::options::monitor)
        .answer::<ec2::UnmonitorInstances>(instance::options::unmonitor)
        .answer::<ec2::DescribeInstanceCreditSpecifications>(instance::options::credits)
        .answer::<ec2::ModifyInstanceCreditSpecification>(instance::options::modify_credits)
        .answer::<ec2::ModifyInstanceMaintenanceOptions>(instance::options::maintenance)
        .answer::<ec2::ModifyPrivateDnsNameOptions>(instance::options::names)
        .answer::<ec2::ModifyInstanceCpuOptions>(instance::options::cpu)
        .answer::<ec2::ModifyInstanceNetworkPerformanceOptions>(instance::options::bandwidth)
        .answer::<ec2::ModifyInstanceCapacityReservationAttributes>(instance::options::capacity)
        .answer::<ec2::AssociateIamInstanceProfile>(instance::profile::associate)
        .answer::<ec2::DisassociateIamInstanceProfile>(instance::profile::disassociate)
        .answer::<ec2::ReplaceIamInstanceProfileAssociation>(instance::profile::replace)
        .answer::<ec2::DescribeIamInstanceProfileAssociations>(instance::profile::describe);
}

/// What instances are made from.
fn made_from(ops: &mut Registrar<'_, Compute>) {
    ops.answer::<ec2::DescribeInstanceTypes>(instance_type::describe)
        .answer::<ec2::DescribeInstanceTypeOfferings>(instance_type::offerings)
        .answer::<ec2::GetInstanceTypesFromInstanceRequirements>(instance_type::from_requirements)
        .answer::<ec2::DescribeImages>(image::describe)
        .answer::<ec2::CreateKeyPair>(key_pair::create)
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
