//! The instances half of EC2: instances and what they are made from.

mod absent;
#[cfg(test)]
mod alone;
mod authority;
mod capacity_reservation;
mod dedicated_host;
mod fleet;
mod image;
mod instance;
mod instance_type;
mod key_pair;
mod launch_template;
mod neighbours;
mod passing;
mod placement_group;
mod plane;
mod price;
mod repeat;
mod spot_datafeed;
mod spot_price;
mod spot_request;
mod zone;

pub use authority::resources;

use ec2_resource::neighbour::{Instances, Networks, Volumes};
use ec2_resource::tag::{Kind, kind};
use ec2_resource::{dns, error, event, filter, id, resource, token};
use launch_template::document;
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
    kind::<capacity_reservation::CapacityReservation>(),
    kind::<dedicated_host::Host>(),
    kind::<fleet::Fleet<fleet::OfEc2>>(),
    kind::<fleet::Fleet<fleet::OfSpot>>(),
    kind::<instance::Instance>(),
    kind::<key_pair::KeyPair>(),
    kind::<launch_template::LaunchTemplate>(),
    kind::<placement_group::PlacementGroup>(),
    kind::<spot_request::SpotRequest>(),
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
    ops.repeat(plane::Fulfil(compute.clone()));
    ops.tables()
        .record::<capacity_reservation::CapacityReservation>()
        .record::<dedicated_host::Host>()
        .record::<fleet::Fleet<fleet::OfEc2>>()
        .record::<fleet::Fleet<fleet::OfSpot>>()
        .record::<fleet::Happened>()
        .record::<instance::Instance>()
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
        .job::<passing::Forget>()
        .job::<spot_request::Due>()
        .job::<spot_request::Expire>()
        .job::<placement_group::Settle>()
        .job::<instance::Run>()
        .job::<instance::Halt>()
        .job::<instance::End>()
        .job::<instance::Forget>()
        .job::<instance::options::Applied>()
        .give(neighbours);
    absent(&mut ops);
    capacity(&mut ops);
    fleets(&mut ops);
    made_from(&mut ops);
    instances_of(&mut ops);
    compute
}

/// What nobody has here.
fn absent(ops: &mut Registrar<'_, Compute>) {
    ops.answer::<ec2::DescribeClassicLinkInstances>(absent::classic_link_instances)
        .answer::<ec2::DescribeImportImageTasks>(absent::import_image_tasks)
        .answer::<ec2::DescribeImportSnapshotTasks>(absent::import_snapshot_tasks)
        .answer::<ec2::DescribeExportTasks>(absent::export_tasks)
        .answer::<ec2::DescribeConversionTasks>(absent::conversion_tasks)
        .answer::<ec2::DescribeBundleTasks>(absent::bundle_tasks)
        .answer::<ec2::DescribeExportImageTasks>(absent::export_image_tasks)
        .answer::<ec2::DescribeReservedInstances>(absent::reserved_instances)
        .answer::<ec2::DescribeReservedInstancesOfferings>(absent::reserved_instances_offerings);
}

/// Spare, reserved and dedicated capacity.
fn capacity(ops: &mut Registrar<'_, Compute>) {
    ops.answer::<ec2::CreateCapacityReservation>(capacity_reservation::create)
        .answer::<ec2::ModifyCapacityReservation>(capacity_reservation::modify)
        .answer::<ec2::CancelCapacityReservation>(capacity_reservation::cancel)
        .answer::<ec2::DescribeCapacityReservations>(capacity_reservation::describe)
        .answer::<ec2::GetCapacityReservationUsage>(capacity_reservation::usage)
        .answer::<ec2::AllocateHosts>(dedicated_host::allocate)
        .answer::<ec2::ReleaseHosts>(dedicated_host::release)
        .answer::<ec2::ModifyHosts>(dedicated_host::modify)
        .answer::<ec2::DescribeHosts>(dedicated_host::describe)
        .answer::<ec2::RequestSpotInstances>(spot_request::request)
        .answer::<ec2::DescribeSpotInstanceRequests>(spot_request::describe)
        .answer::<ec2::CancelSpotInstanceRequests>(spot_request::cancel)
        .answer::<ec2::DescribeSpotPriceHistory>(spot_price::history)
        .answer::<ec2::GetSpotPlacementScores>(spot_price::scores)
        .answer::<ec2::CreateSpotDatafeedSubscription>(spot_datafeed::create)
        .answer::<ec2::DescribeSpotDatafeedSubscription>(spot_datafeed::describe)
        .answer::<ec2::DeleteSpotDatafeedSubscription>(spot_datafeed::delete);
}

/// Fleets, of both APIs.
fn fleets(ops: &mut Registrar<'_, Compute>) {
    ops.answer::<ec2::CreateFleet>(fleet::create)
        .answer::<ec2::DescribeFleets>(fleet::describe)
        .answer::<ec2::DescribeFleetInstances>(fleet::instances)
        .answer::<ec2::DescribeFleetHistory>(fleet::history)
        .answer::<ec2::ModifyFleet>(fleet::modify)
        .answer::<ec2::DeleteFleets>(fleet::delete)
        .answer::<ec2::RequestSpotFleet>(fleet::spot_fleet::request)
        .answer::<ec2::DescribeSpotFleetRequests>(fleet::spot_fleet::describe)
        .answer::<ec2::DescribeSpotFleetInstances>(fleet::spot_fleet::instances)
        .answer::<ec2::DescribeSpotFleetRequestHistory>(fleet::spot_fleet::history)
        .answer::<ec2::ModifySpotFleetRequest>(fleet::spot_fleet::modify)
        .answer::<ec2::CancelSpotFleetRequests>(fleet::spot_fleet::cancel);
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
