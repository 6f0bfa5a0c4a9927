//! Fleets and Spot requests launch as RunInstances does: from images of one's own, as their owners allow it, and with what
//! the account has set.

use crate::fleet::template;
use crate::instance::{IMAGE, said};
use crate::own_image::{image, made};
use crate::start;
use serde_json::{Value, json};
use testkit::{Answer, Client};

/// What an instant fleet of one instance answers; what it wants fits two types, of two architectures.
fn fleet(ec2: &Client) -> Answer {
    let required = json!([{ "InstanceRequirements": {
        "VCpuCount": { "Min": 2, "Max": 2 }, "MemoryMiB": { "Min": 1024, "Max": 1024 },
        "AllowedInstanceType": ["t3.*", "t4g.*"], "BurstablePerformance": "included",
    } }]);
    let wish = json!({
        "Type": "instant",
        "LaunchTemplateConfigs": [{
            "LaunchTemplateSpecification": { "LaunchTemplateName": "web", "Version": "$Latest" },
            "Overrides": required,
        }],
        "TargetCapacitySpecification": { "TotalTargetCapacity": 1, "DefaultTargetCapacityType": "on-demand" },
    });
    ec2.call("CreateFleet", &wish).ok()
}

fn spot(image: &str) -> Value {
    json!({ "LaunchSpecification": { "ImageId": image, "InstanceType": "t3.micro" } })
}

#[test]
fn fleets_and_spot_requests_launch_as_the_account_may_and_wants() {
    let (server, ec2) = start();
    let friend = server.client("ec2").key("222222222222", "secret", None);
    let (id, _) = made(&ec2, "web");
    let content = json!({ "LaunchTemplateName": "web", "LaunchTemplateData": { "ImageId": id } });
    friend.call("CreateLaunchTemplate", &content).ok();
    let refused = fleet(&friend);
    assert_eq!(refused.texts("errorSet.item.errorCode"), ["AuthFailure"]);
    assert_eq!(refused.texts("fleetInstanceSet.item.instanceIds.item"), [""; 0]);
    assert_eq!(friend.call("RequestSpotInstances", &spot(&id)).refusal().code, "AuthFailure");
    assert_eq!(image(&ec2, &id, "lastLaunchedTime"), [""; 0]);

    let given = json!({ "ImageId": id, "LaunchPermission": { "Add": [{ "UserId": "222222222222" }] } });
    ec2.call("ModifyImageAttribute", &given).ok();
    let metadata = json!({ "HttpPutResponseHopLimit": 5, "InstanceMetadataTags": "enabled" });
    friend.call("ModifyInstanceMetadataDefaults", &metadata).ok();
    let credits = json!({ "InstanceFamily": "t3", "CpuCredits": "standard" });
    friend.call("ModifyDefaultCreditSpecification", &credits).ok();
    let made = fleet(&friend);
    assert_eq!(made.texts("fleetInstanceSet.item.instanceType"), ["t3.micro"]);
    let asked = friend.call("RequestSpotInstances", &spot(&id)).ok();
    let asked = asked.text("spotInstanceRequestSet.item.spotInstanceRequestId");
    let asked =
        friend.call("DescribeSpotInstanceRequests", &json!({ "SpotInstanceRequestId": [asked] })).ok();
    for instance in [
        made.text("fleetInstanceSet.item.instanceIds.item"),
        asked.text("spotInstanceRequestSet.item.instanceId"),
    ] {
        assert_eq!(said(&friend, &instance, "imageId"), [id.as_str()]);
        assert_eq!(said(&friend, &instance, "metadataOptions.httpPutResponseHopLimit"), ["5"]);
        assert_eq!(said(&friend, &instance, "metadataOptions.instanceMetadataTags"), ["enabled"]);
        let pays = json!({ "InstanceId": [instance] });
        let pays = friend.call("DescribeInstanceCreditSpecifications", &pays).ok();
        assert_eq!(pays.text("instanceCreditSpecificationSet.item.cpuCredits"), "standard");
    }
    assert_eq!(image(&ec2, &id, "lastLaunchedTime").len(), 1, "it is noted");

    // What the account enforces is enforced there too.
    friend.call("ModifyInstanceMetadataDefaults", &json!({ "HttpTokensEnforced": "enabled" })).ok();
    friend.call("DeleteLaunchTemplate", &json!({ "LaunchTemplateName": "web" })).ok();
    template(
        &friend,
        "web",
        &json!({ "ImageId": id,
        "MetadataOptions": { "HttpTokens": "optional" } }),
    );
    assert_eq!(fleet(&friend).texts("errorSet.item.errorCode"), ["UnsupportedOperation"]);
}

/// The instances of an instant fleet of Spot Instances: zone, type and placement group of each.
fn placed(ec2: &Client, template: &str, units: i32, overrides: &Value) -> Vec<[String; 3]> {
    let wish = json!({
        "Type": "instant",
        "SpotOptions": { "AllocationStrategy": "diversified", "SingleAvailabilityZone": true },
        "LaunchTemplateConfigs": [{
            "LaunchTemplateSpecification": { "LaunchTemplateName": template, "Version": "$Latest" },
            "Overrides": overrides,
        }],
        "TargetCapacitySpecification": { "TotalTargetCapacity": units, "DefaultTargetCapacityType": "spot" },
    });
    let made = ec2.call("CreateFleet", &wish).ok();
    let mut all: Vec<[String; 3]> = made
        .texts("fleetInstanceSet.item.instanceIds.item")
        .iter()
        .map(|id| {
            ["placement.availabilityZone", "instanceType", "placement.groupName"]
                .map(|path| said(ec2, id, path).pop().unwrap_or_default())
        })
        .collect();
    all.sort();
    all
}

#[test]
fn fleets_and_spot_requests_name_zones_and_placement_groups_by_their_ids_too() {
    let (_server, ec2) = start();
    let group = |name: &str| {
        let wish = json!({ "GroupName": name, "Strategy": "spread" });
        ec2.call("CreatePlacementGroup", &wish).ok().text("placementGroup.groupId")
    };
    let (_, far) = (group("near"), group("far"));
    template(&ec2, "web", &json!({ "Placement": { "AvailabilityZone": "us-east-1a", "GroupName": "near" } }));
    // An override stands over what the template says in the other way.
    let by_id = json!([{ "AvailabilityZoneId": "use1-az2", "Placement": { "GroupId": far } }]);
    let row = |words: [&str; 3]| words.map(str::to_owned);
    assert_eq!(placed(&ec2, "web", 1, &by_id), [row(["us-east-1c", "t3.micro", "far"])]);
    // One zone, however it is called: the cheapest type leads to it.
    let both_ways = json!([
        { "InstanceType": "m5.large", "AvailabilityZone": "us-east-1b" },
        { "InstanceType": "t3.micro", "AvailabilityZoneId": "use1-az1" },
        { "InstanceType": "m5.xlarge", "AvailabilityZone": "us-east-1c" },
    ]);
    assert_eq!(
        placed(&ec2, "web", 2, &both_ways),
        [row(["us-east-1b", "m5.large", "near"]), row(["us-east-1b", "t3.micro", "near"])]
    );
    let wish = json!({ "LaunchSpecification": {
        "ImageId": IMAGE, "InstanceType": "t3.micro", "Placement": { "AvailabilityZoneId": "use1-az4" },
    } });
    let asked = ec2.call("RequestSpotInstances", &wish).ok();
    let asked =
        json!({ "SpotInstanceRequestId": asked.texts("spotInstanceRequestSet.item.spotInstanceRequestId") });
    let asked = ec2.call("DescribeSpotInstanceRequests", &asked).ok();
    let path = "spotInstanceRequestSet.item.launchedAvailabilityZone";
    assert_eq!(asked.texts(path), ["us-east-1d"]);
}
