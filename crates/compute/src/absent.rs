//! What is imported, exported, bundled and linked to EC2-Classic: nobody can begin any of it here, so that there is none.

use crate::Compute;
use crate::error::{Absent, Error};
use crate::instance::Instance;
use ec2_resource::absent::{Asked, refuse};
use ec2_resource::listing::{self, Wish};
use ports::Cx;
use shapes_ec2 as ec2;

/// Results of a page.
const PAGE: (i32, i32) = (1, 1000);

/// `DescribeClassicLinkInstances`: an instance may be named, and is linked to nothing.
pub(crate) fn classic_link_instances(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeClassicLinkInstancesRequest,
) -> Result<ec2::DescribeClassicLinkInstancesResult, Error> {
    let wish = Wish { ids: input.instance_ids, ..Wish::default() };
    listing::list(cx, "DescribeClassicLinkInstances", wish, |_, _: &Instance| ())?;
    let asked = Asked {
        operation: "DescribeClassicLinkInstances",
        filters: input.filters,
        known: &["group-id", "instance-id", "vpc-id"],
        max_results: Some((input.max_results, (5, 1000))),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeClassicLinkInstancesResult { instances: Some(Vec::new()), next_token: None })
}

/// `DescribeImportImageTasks`.
pub(crate) fn import_image_tasks(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeImportImageTasksRequest,
) -> Result<ec2::DescribeImportImageTasksResult, Error> {
    let asked = Asked {
        operation: "DescribeImportImageTasks",
        ids: Some((Absent::ImportTask, input.import_task_ids)),
        filters: input.filters,
        known: &["task-state"],
        max_results: Some((input.max_results, PAGE)),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeImportImageTasksResult { import_image_tasks: Some(Vec::new()), next_token: None })
}

/// `DescribeImportSnapshotTasks`.
pub(crate) fn import_snapshot_tasks(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeImportSnapshotTasksRequest,
) -> Result<ec2::DescribeImportSnapshotTasksResult, Error> {
    let asked = Asked {
        operation: "DescribeImportSnapshotTasks",
        ids: Some((Absent::ImportTask, input.import_task_ids)),
        filters: input.filters,
        known: &["task-state"],
        max_results: Some((input.max_results, PAGE)),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeImportSnapshotTasksResult { import_snapshot_tasks: Some(Vec::new()), next_token: None })
}

/// `DescribeExportTasks`.
pub(crate) fn export_tasks(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeExportTasksRequest,
) -> Result<ec2::DescribeExportTasksResult, Error> {
    let asked = Asked {
        operation: "DescribeExportTasks",
        ids: Some((Absent::ExportTask, input.export_task_ids)),
        filters: input.filters,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeExportTasksResult { export_tasks: Some(Vec::new()) })
}

/// `DescribeConversionTasks`.
pub(crate) fn conversion_tasks(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeConversionTasksRequest,
) -> Result<ec2::DescribeConversionTasksResult, Error> {
    let asked = Asked {
        operation: "DescribeConversionTasks",
        ids: Some((Absent::ConversionTask, input.conversion_task_ids)),
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeConversionTasksResult { conversion_tasks: Some(Vec::new()) })
}

/// `DescribeBundleTasks`.
pub(crate) fn bundle_tasks(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeBundleTasksRequest,
) -> Result<ec2::DescribeBundleTasksResult, Error> {
    let asked = Asked {
        operation: "DescribeBundleTasks",
        ids: Some((Absent::BundleTask, input.bundle_ids)),
        filters: input.filters,
        known: &[
            "bundle-id",
            "error-code",
            "error-message",
            "instance-id",
            "progress",
            "s3-bucket",
            "s3-prefix",
            "start-time",
            "state",
            "update-time",
        ],
        is_tagless: true,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeBundleTasksResult { bundle_tasks: Some(Vec::new()) })
}

/// `DescribeExportImageTasks`.
pub(crate) fn export_image_tasks(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeExportImageTasksRequest,
) -> Result<ec2::DescribeExportImageTasksResult, Error> {
    let asked = Asked {
        operation: "DescribeExportImageTasks",
        ids: Some((Absent::ExportTask, input.export_image_task_ids)),
        filters: input.filters,
        known: &["task-state"],
        max_results: Some((input.max_results, (1, 500))),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeExportImageTasksResult { export_image_tasks: Some(Vec::new()), next_token: None })
}

/// `DescribeReservedInstances`: none can be bought here.
pub(crate) fn reserved_instances(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeReservedInstancesRequest,
) -> Result<ec2::DescribeReservedInstancesResult, Error> {
    let asked = Asked {
        operation: "DescribeReservedInstances",
        ids: Some((Absent::ReservedInstances, input.reserved_instances_ids)),
        filters: input.filters,
        known: &[
            "availability-zone",
            "availability-zone-id",
            "duration",
            "end",
            "fixed-price",
            "instance-type",
            "product-description",
            "reserved-instances-id",
            "scope",
            "start",
            "state",
            "usage-price",
        ],
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeReservedInstancesResult { reserved_instances: Some(Vec::new()) })
}

/// `DescribeReservedInstancesOfferings`: no price is known, so that nothing is offered.
pub(crate) fn reserved_instances_offerings(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeReservedInstancesOfferingsRequest,
) -> Result<ec2::DescribeReservedInstancesOfferingsResult, Error> {
    let asked = Asked {
        operation: "DescribeReservedInstancesOfferings",
        ids: Some((Absent::ReservedInstancesOffering, input.reserved_instances_offering_ids)),
        filters: input.filters,
        known: &[
            "availability-zone",
            "availability-zone-id",
            "duration",
            "fixed-price",
            "instance-type",
            "marketplace",
            "product-description",
            "reserved-instances-offering-id",
            "scope",
            "usage-price",
        ],
        is_tagless: true,
        max_results: Some((input.max_results, (1, 100))),
        next_token: input.next_token,
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeReservedInstancesOfferingsResult {
        reserved_instances_offerings: Some(Vec::new()),
        next_token: None,
    })
}
