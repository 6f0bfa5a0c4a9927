use crate::{filter, nowhere, refuses, start};
use serde_json::json;

#[test]
fn what_nobody_has_begun_is_found_by_nobody() {
    let (_server, ec2) = start();
    for (operation, parameters, path) in [
        ("DescribeClassicLinkInstances", json!({ "Filter": [filter("vpc-id", "x")] }), "instancesSet"),
        (
            "DescribeImportImageTasks",
            json!({ "Filters": [filter("task-state", "active")] }),
            "importImageTaskSet",
        ),
        ("DescribeImportSnapshotTasks", json!({ "MaxResults": 1 }), "importSnapshotTaskSet"),
        ("DescribeExportTasks", json!({}), "exportTaskSet"),
        ("DescribeConversionTasks", json!({}), "conversionTasks"),
        ("DescribeBundleTasks", json!({ "Filter": [filter("state", "failed")] }), "bundleInstanceTasksSet"),
        ("DescribeExportImageTasks", json!({ "MaxResults": 500 }), "exportImageTaskSet"),
        (
            "DescribeReservedInstances",
            json!({ "Filter": [filter("state", "active")] }),
            "reservedInstancesSet",
        ),
        (
            "DescribeReservedInstancesOfferings",
            json!({ "InstanceType": "t3.micro", "MaxResults": 100 }),
            "reservedInstancesOfferingsSet",
        ),
    ] {
        let answer = ec2.call(operation, &parameters).ok();
        assert_eq!(answer.text(path), "", "{operation}");
        assert_eq!(answer.texts("nextToken"), [""; 0], "{operation}");
    }
}

#[test]
fn what_is_refused_of_what_nobody_has_begun() {
    let (_server, ec2) = start();
    let invalid = "InvalidParameterValue";
    refuses(
        &ec2,
        &[
            (
                "DescribeClassicLinkInstances",
                json!({ "InstanceId": [nowhere("i")] }),
                "InvalidInstanceID.NotFound",
                "The instance ID 'i-00000000000000000' does not exist",
            ),
            (
                "DescribeImportImageTasks",
                json!({ "ImportTaskId": ["import-ami-0"] }),
                "InvalidConversionTaskId.Malformed",
                "The conversion task ID 'import-ami-0' is malformed",
            ),
            (
                "DescribeImportSnapshotTasks",
                json!({ "ImportTaskId": ["import-snap-0"] }),
                "InvalidConversionTaskId.Malformed",
                "The conversion task ID 'import-snap-0' is malformed",
            ),
            (
                "DescribeExportTasks",
                json!({ "ExportTaskId": ["export-i-0"] }),
                "InvalidExportTaskID.NotFound",
                "The export task ID 'export-i-0' does not exist",
            ),
            (
                "DescribeExportImageTasks",
                json!({ "ExportImageTaskId": ["export-ami-0"] }),
                "InvalidExportTaskID.NotFound",
                "The export task ID 'export-ami-0' does not exist",
            ),
            (
                "DescribeConversionTasks",
                json!({ "ConversionTaskId": ["import-i-0"] }),
                "InvalidConversionTaskId",
                "The conversion task ID 'import-i-0' is not valid",
            ),
            (
                "DescribeBundleTasks",
                json!({ "BundleId": ["bun-0"] }),
                "InvalidBundleID.NotFound",
                "The bundle ID 'bun-0' does not exist",
            ),
            (
                "DescribeReservedInstances",
                json!({ "ReservedInstancesId": ["r"] }),
                "InvalidReservedInstancesId",
                "The reserved instances ID 'r' does not exist",
            ),
            (
                "DescribeReservedInstancesOfferings",
                json!({ "ReservedInstancesOfferingId": ["o"] }),
                "InvalidReservedInstancesOfferingId",
                "The reserved instances offering ID 'o' does not exist",
            ),
            (
                "DescribeBundleTasks",
                json!({ "Filter": [filter("tag:a", "b")] }),
                invalid,
                "The filter 'tag:a' is invalid",
            ),
            (
                "DescribeReservedInstances",
                json!({ "Filter": [filter("castle", "b")] }),
                invalid,
                "The filter 'castle' is invalid",
            ),
            (
                "DescribeReservedInstancesOfferings",
                json!({ "MaxResults": 101 }),
                invalid,
                "Value ( 101 ) for parameter maxResults is invalid. Expecting a value less than or equal to 100",
            ),
            (
                "DescribeImportImageTasks",
                json!({ "NextToken": "x" }),
                invalid,
                "Unable to parse pagination token",
            ),
        ],
    );
}
