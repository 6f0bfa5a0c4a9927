//! Which function answers which operation.

use crate::{
    Compute, absent, capacity_reservation, dedicated_host, event_window, fleet, image, instance,
    instance_type, key_pair, launch_template, placement_group, spot_datafeed, spot_price, spot_request,
};
use ports::Registrar;
use shapes_ec2 as ec2;

/// Registers the operations.
pub(crate) fn register(ops: &mut Registrar<'_, Compute>) {
    absent(ops);
    capacity(ops);
    fleets(ops);
    made_from(ops);
    images_of(ops);
    instances_of(ops);
    beside_instances(ops);
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
        .answer::<ec2::DeleteSpotDatafeedSubscription>(spot_datafeed::delete)
        .rehearse::<ec2::RequestSpotInstances>(spot_request::rehearse);
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
        .answer::<ec2::CancelSpotFleetRequests>(fleet::spot_fleet::cancel)
        .rehearse::<ec2::CreateFleet>(fleet::rehearse)
        .rehearse::<ec2::RequestSpotFleet>(fleet::spot_fleet::rehearse);
}

/// Instances and what becomes of them.
fn instances_of(ops: &mut Registrar<'_, Compute>) {
    ops.answer::<ec2::RunInstances>(instance::run)
        .answer_made::<ec2::DescribeInstances, _>(instance::describe)
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
        .answer::<ec2::DescribeIamInstanceProfileAssociations>(instance::profile::describe)
        .keys::<ec2::RunInstances>("launch-template", instance::permission::template_keys)
        .rehearse::<ec2::RunInstances>(instance::permission::rehearse_run);
}

/// What stands beside instances: what they say, where they stand, and what their account sets.
fn beside_instances(ops: &mut Registrar<'_, Compute>) {
    ops.answer::<ec2::GetConsoleOutput>(instance::console::output)
        .answer::<ec2::GetConsoleScreenshot>(instance::console::screenshot)
        .answer::<ec2::GetPasswordData>(instance::console::password)
        .answer::<ec2::SendDiagnosticInterrupt>(instance::console::interrupt)
        .answer::<ec2::ReportInstanceStatus>(instance::report::status)
        .answer::<ec2::ModifyInstanceEventStartTime>(instance::report::event)
        .answer::<ec2::CreateInstanceEventWindow>(event_window::create)
        .answer::<ec2::DescribeInstanceEventWindows>(event_window::describe)
        .answer::<ec2::ModifyInstanceEventWindow>(event_window::modify)
        .answer::<ec2::AssociateInstanceEventWindow>(event_window::associate)
        .answer::<ec2::DisassociateInstanceEventWindow>(event_window::disassociate)
        .answer::<ec2::DeleteInstanceEventWindow>(event_window::delete)
        .answer::<ec2::ModifyInstancePlacement>(instance::placed::modify)
        .answer::<ec2::DescribeInstanceTopology>(instance::placed::topology)
        .answer::<ec2::CreateReplaceRootVolumeTask>(instance::replacement::create)
        .answer::<ec2::DescribeReplaceRootVolumeTasks>(instance::replacement::describe)
        .answer::<ec2::GetInstanceMetadataDefaults>(instance::settings::metadata)
        .answer::<ec2::ModifyInstanceMetadataDefaults>(instance::settings::modify_metadata)
        .answer::<ec2::GetSerialConsoleAccessStatus>(instance::settings::serial_console)
        .answer::<ec2::EnableSerialConsoleAccess>(instance::settings::enable_serial_console)
        .answer::<ec2::DisableSerialConsoleAccess>(instance::settings::disable_serial_console)
        .answer::<ec2::GetDefaultCreditSpecification>(instance::settings::credits)
        .answer::<ec2::ModifyDefaultCreditSpecification>(instance::settings::modify_credits)
        .answer::<ec2::ModifyAvailabilityZoneGroup>(instance::settings::zone_group);
}

/// What instances are made from.
fn made_from(ops: &mut Registrar<'_, Compute>) {
    ops.answer::<ec2::DescribeInstanceTypes>(instance_type::describe)
        .answer::<ec2::DescribeInstanceTypeOfferings>(instance_type::offerings)
        .answer::<ec2::GetInstanceTypesFromInstanceRequirements>(instance_type::from_requirements)
        .answer::<ec2::CreateKeyPair>(key_pair::create)
        .answer::<ec2::ImportKeyPair>(key_pair::import)
        .answer::<ec2::DescribeKeyPairs>(key_pair::describe)
        .answer::<ec2::DeleteKeyPair>(key_pair::delete)
        .answer::<ec2::CreateLaunchTemplate>(launch_template::create)
        .answer::<ec2::DescribeLaunchTemplates>(launch_template::describe)
        .answer::<ec2::ModifyLaunchTemplate>(launch_template::modify)
        .answer::<ec2::DeleteLaunchTemplate>(launch_template::delete)
        .answer::<ec2::GetLaunchTemplateData>(launch_template::data)
        .answer::<ec2::CreateLaunchTemplateVersion>(launch_template::create_version)
        .answer::<ec2::DescribeLaunchTemplateVersions>(launch_template::describe_versions)
        .answer::<ec2::DeleteLaunchTemplateVersions>(launch_template::delete_versions)
        .answer::<ec2::CreatePlacementGroup>(placement_group::create)
        .answer::<ec2::DescribePlacementGroups>(placement_group::describe)
        .answer::<ec2::DeletePlacementGroup>(placement_group::delete);
}

/// Machine images.
fn images_of(ops: &mut Registrar<'_, Compute>) {
    ops.answer::<ec2::DescribeImages>(image::describe)
        .answer::<ec2::CreateImage>(image::create)
        .answer::<ec2::RegisterImage>(image::register)
        .answer::<ec2::CopyImage>(image::copy)
        .answer::<ec2::DeregisterImage>(image::deregister)
        .answer::<ec2::DescribeImageAttribute>(image::describe_attribute)
        .answer::<ec2::ModifyImageAttribute>(image::modify_attribute)
        .answer::<ec2::ResetImageAttribute>(image::reset_attribute)
        .answer::<ec2::CancelImageLaunchPermission>(image::cancel_permission)
        .answer::<ec2::EnableImage>(image::enable)
        .answer::<ec2::DisableImage>(image::disable)
        .answer::<ec2::EnableImageDeprecation>(image::deprecate)
        .answer::<ec2::DisableImageDeprecation>(image::undeprecate)
        .answer::<ec2::EnableImageDeregistrationProtection>(image::protect)
        .answer::<ec2::DisableImageDeregistrationProtection>(image::unprotect)
        .answer::<ec2::EnableImageBlockPublicAccess>(image::block_public)
        .answer::<ec2::DisableImageBlockPublicAccess>(image::unblock_public)
        .answer::<ec2::GetImageBlockPublicAccessState>(image::get_public)
        .answer::<ec2::EnableAllowedImagesSettings>(image::enable_allowed)
        .answer::<ec2::DisableAllowedImagesSettings>(image::disable_allowed)
        .answer::<ec2::GetAllowedImagesSettings>(image::get_allowed)
        .answer::<ec2::ReplaceImageCriteriaInAllowedImagesSettings>(image::replace_allowed)
        .answer::<ec2::DescribeInstanceImageMetadata>(image::describe_launched)
        .answer::<ec2::ListImagesInRecycleBin>(image::list_in_bin)
        .answer::<ec2::RestoreImageFromRecycleBin>(image::restore_from_bin);
}
