use crate::instance::IMAGE;
use crate::{advance, filter, found, nowhere, refuses, start, start_real, with};
use serde_json::{Value, json};
use testkit::Client;

const SET: &str = "spotInstanceRequestSet.item";

fn launch() -> Value {
    json!({ "ImageId": IMAGE, "InstanceType": "t3.micro" })
}

/// The ids of requests with these parameters.
#[track_caller]
fn request(ec2: &Client, more: &Value) -> Vec<String> {
    let own = json!({ "LaunchSpecification": launch() });
    let made = ec2.call("RequestSpotInstances", &with(&own, more)).ok();
    made.texts(&format!("{SET}.spotInstanceRequestId"))
}

/// What the Describe says of one at `path`.
#[track_caller]
fn said(ec2: &Client, id: &str, path: &str) -> String {
    let own = ec2.call("DescribeSpotInstanceRequests", &json!({ "SpotInstanceRequestId": [id] })).ok();
    own.texts(&format!("{SET}.{path}")).pop().unwrap_or_default()
}

fn of_instance(ec2: &Client, id: &str, path: &str) -> String {
    let own = ec2.call("DescribeInstances", &json!({ "InstanceId": [id] })).ok();
    own.texts(&format!("reservationSet.item.instancesSet.item.{path}")).pop().unwrap_or_default()
}

#[test]
fn a_request_is_fulfilled_and_its_instance_goes_on_when_it_is_cancelled() {
    let (_server, ec2) = start();
    let tags = json!([{ "ResourceType": "spot-instances-request", "Tag": [{ "Key": "a", "Value": "b" }] }]);
    let ids = request(&ec2, &json!({ "InstanceCount": 2, "SpotPrice": "0.05", "TagSpecification": tags }));
    assert_eq!(ids.len(), 2);
    let id = ids[0].as_str();
    assert_eq!((id.len(), &id[..4]), (12, "sir-"));
    for (path, want) in [
        ("state", "active"),
        ("status.code", "fulfilled"),
        ("type", "one-time"),
        ("spotPrice", "0.050000"),
        ("productDescription", "Linux/UNIX"),
        ("launchSpecification.imageId", IMAGE),
        ("launchSpecification.instanceType", "t3.micro"),
        ("launchSpecification.monitoring.enabled", "false"),
        ("instanceInterruptionBehavior", "terminate"),
        ("tagSet.item.key", "a"),
    ] {
        assert_eq!(said(&ec2, id, path), want, "{path}");
    }
    let instance = said(&ec2, id, "instanceId");
    assert_eq!(of_instance(&ec2, &instance, "instanceLifecycle"), "spot");
    assert_eq!(of_instance(&ec2, &instance, "spotInstanceRequestId"), id);
    assert_eq!(
        of_instance(&ec2, &instance, "placement.availabilityZone"),
        said(&ec2, id, "launchedAvailabilityZone")
    );
    let cancelled = ec2.call("CancelSpotInstanceRequests", &json!({ "SpotInstanceRequestId": [id] })).ok();
    assert_eq!(cancelled.text(&format!("{SET}.state")), "cancelled");
    assert_eq!(said(&ec2, id, "status.code"), "request-canceled-and-instance-running");
    assert_eq!(of_instance(&ec2, &instance, "instanceState.name"), "running");
    ec2.call("TerminateInstances", &json!({ "InstanceId": [instance, said(&ec2, &ids[1], "instanceId")] }))
        .ok();
    assert_eq!(said(&ec2, id, "state"), "cancelled");
    assert_eq!(said(&ec2, &ids[1], "state"), "closed");
    assert_eq!(said(&ec2, &ids[1], "status.code"), "instance-terminated-by-user");
}

#[test]
fn run_instances_buys_spare_capacity_too() {
    let (_server, ec2) = start();
    let run = |options: Value| {
        let own = with(&launch(), &json!({ "MinCount": 1, "MaxCount": 1 }));
        let market = json!({ "InstanceMarketOptions": { "MarketType": "spot", "SpotOptions": options } });
        ec2.call("RunInstances", &with(&own, &market))
    };
    let made = run(json!({})).ok();
    assert_eq!(made.text("instancesSet.item.instanceLifecycle"), "spot");
    let instance = made.text("instancesSet.item.instanceId");
    let id = made.text("instancesSet.item.spotInstanceRequestId");
    assert_eq!(said(&ec2, &id, "instanceId"), instance);
    assert_eq!(said(&ec2, &id, "spotPrice"), "0.010400", "that of instances on demand");
    let one_time = format!(
        "You can't stop the Spot Instance '{instance}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests."
    );
    refuses(
        &ec2,
        &[("StopInstances", json!({ "InstanceId": [instance] }), "UnsupportedOperation", &one_time)],
    );
    let kept = run(json!({ "SpotInstanceType": "persistent", "InstanceInterruptionBehavior": "stop" })).ok();
    let instance = kept.text("instancesSet.item.instanceId");
    let id = kept.text("instancesSet.item.spotInstanceRequestId");
    ec2.call("StopInstances", &json!({ "InstanceId": [instance] })).ok();
    assert_eq!(
        (said(&ec2, &id, "state"), said(&ec2, &id, "status.code")),
        ("disabled".into(), "instance-stopped-by-user".into())
    );
    ec2.call("StartInstances", &json!({ "InstanceId": [instance] })).ok();
    assert_eq!(said(&ec2, &id, "state"), "active");
    let said = |options: Value| {
        let refusal = run(options).refusal();
        (refusal.code, refusal.message)
    };
    let is = |code: &str, sentence: &str| (code.to_owned(), sentence.to_owned());
    assert_eq!(
        said(json!({ "MaxPrice": "0.001" })),
        is(
            "SpotMaxPriceTooLow",
            "Your Spot request price of 0.001000 is lower than the minimum required Spot request fulfillment price of 0.003120."
        )
    );
    assert_eq!(
        said(json!({ "SpotInstanceType": "persistent" })),
        is(
            "InvalidParameterCombination",
            "The terminate InstanceInterruptionBehavior is not supported when requestType is set to persistent."
        )
    );
    assert_eq!(
        said(json!({ "InstanceInterruptionBehavior": "stop" })),
        is(
            "InvalidParameterCombination",
            "The request with type 'null' is not supported when instanceInterruptionBehavior is set to 'stop'."
        )
    );
    assert_eq!(
        said(json!({ "MaxPrice": "much" })),
        is(
            "InvalidParameterValue",
            "Value (much) for parameter maxPrice is invalid. It must be a price in dollars."
        )
    );
    assert_eq!(
        said(json!({ "BlockDurationMinutes": 60 })),
        is("Unsupported", "Spot Instances with a defined duration are no longer available.")
    );
}

#[test]
fn launch_templates_may_say_how_it_is_bought() {
    let (_server, ec2) = start();
    let market =
        json!({ "InstanceMarketOptions": { "MarketType": "spot", "SpotOptions": { "MaxPrice": "0.5" } } });
    crate::fleet::template(&ec2, "web", &market);
    let run = json!({ "LaunchTemplate": { "LaunchTemplateName": "web" }, "MinCount": 1, "MaxCount": 1 });
    let made = ec2.call("RunInstances", &run).ok();
    let id = made.text("instancesSet.item.spotInstanceRequestId");
    assert_eq!(said(&ec2, &id, "spotPrice"), "0.500000");
    assert_eq!(said(&ec2, &id, "launchSpecification.imageId"), IMAGE);
}

#[test]
fn a_persistent_request_asks_again_also_after_a_kill() {
    let (mut server, mut ec2) = start();
    let id = request(&ec2, &json!({ "Type": "persistent" })).remove(0);
    let mut before = said(&ec2, &id, "instanceId");
    for (made, is_killed) in [(2, false), (3, true)] {
        ec2.call("TerminateInstances", &json!({ "InstanceId": [before] })).ok();
        if is_killed {
            server.kill();
            server.restart();
            ec2 = server.client("ec2");
        }
        let mut events = server.events(0);
        (0..made).for_each(|_| drop(events.wait_for("InstanceCreated")));
        assert_eq!(said(&ec2, &id, "state"), "active");
        let after = said(&ec2, &id, "instanceId");
        assert_ne!(after, before);
        assert_eq!(of_instance(&ec2, &after, "spotInstanceRequestId"), id);
        before = after;
    }
}

#[test]
fn requests_wait_for_their_time_and_end_with_it() {
    let (server, ec2) = start_real();
    let id = request(&ec2, &json!({ "ClientToken": "t" })).remove(0);
    assert_eq!(
        (said(&ec2, &id, "state"), said(&ec2, &id, "status.code")),
        ("open".into(), "pending-evaluation".into())
    );
    assert_eq!(request(&ec2, &json!({ "ClientToken": "t" })), [id.as_str()]);
    let mut events = server.events(0);
    advance(&server, "5s");
    events.wait_for("InstanceCreated");
    assert_eq!(said(&ec2, &id, "status.code"), "fulfilled");
    let cheap = request(&ec2, &json!({ "SpotPrice": "0.001" })).remove(0);
    advance(&server, "5s");
    assert_eq!(
        (said(&ec2, &cheap, "state"), said(&ec2, &cheap, "status.code")),
        ("open".into(), "price-too-low".into())
    );
    let cancelled = ec2.call("CancelSpotInstanceRequests", &json!({ "SpotInstanceRequestId": [cheap] })).ok();
    assert_eq!(cancelled.text(&format!("{SET}.state")), "cancelled");
    assert_eq!(said(&ec2, &cheap, "status.code"), "canceled-before-fulfillment");
    let later = request(&ec2, &json!({ "ValidFrom": "2026-01-03T00:00:00Z" })).remove(0);
    assert_eq!(said(&ec2, &later, "status.code"), "not-scheduled-yet");
    let short = json!({ "SpotPrice": "0.001", "ValidUntil": "2026-01-02T00:00:00Z" });
    let short = request(&ec2, &short).remove(0);
    advance(&server, "24h");
    assert_eq!(
        (said(&ec2, &short, "state"), said(&ec2, &short, "status.code")),
        ("closed".into(), "schedule-expired".into())
    );
    advance(&server, "24h");
    events.wait_for("InstanceCreated");
    assert_eq!(said(&ec2, &later, "status.code"), "fulfilled");
    advance(&server, "48h");
    let gone = format!("The spot instance request ID '{short}' does not exist");
    let ask = json!({ "SpotInstanceRequestId": [short] });
    refuses(&ec2, &[("DescribeSpotInstanceRequests", ask, "InvalidSpotInstanceRequestID.NotFound", &gone)]);
}

#[test]
fn requests_are_found_by_what_they_are() {
    let (server, ec2) = start();
    let mut ids = request(&ec2, &json!({ "InstanceCount": 7, "LaunchGroup": "g" }));
    ids.sort();
    let path = format!("{SET}.spotInstanceRequestId");
    let instance = said(&ec2, &ids[0], "instanceId");
    let zone = said(&ec2, &ids[0], "launchedAvailabilityZone");
    for (name, value, want) in [
        ("spot-instance-request-id", ids[0].as_str(), 1),
        ("instance-id", instance.as_str(), 1),
        ("launched-availability-zone", zone.as_str(), 7),
        ("state", "active", 7),
        ("state", "open", 0),
        ("status-code", "fulfilled", 7),
        ("type", "one-time", 7),
        ("type", "persistent", 0),
        ("launch-group", "g", 7),
        ("launch.image-id", IMAGE, 7),
        ("launch.instance-type", "t3.*", 7),
        ("launch.key-name", "none", 0),
        ("launch.monitoring-enabled", "false", 7),
        ("product-description", "Linux/UNIX", 7),
        ("spot-price", "0.010400", 7),
    ] {
        let found = found(&ec2, "DescribeSpotInstanceRequests", (name, value), &path);
        assert_eq!(found.len(), want, "{name} {value}");
    }
    let (all, count) = crate::pages(&ec2, "DescribeSpotInstanceRequests", &json!({ "MaxResults": 5 }), &path);
    assert_eq!((all, count), (ids.clone(), 2));
    let elsewhere = server.client("ec2").region("eu-west-1");
    assert_eq!(elsewhere.call("DescribeSpotInstanceRequests", &json!({})).ok().texts(&path), [""; 0]);
}

#[test]
fn what_spot_requests_refuse() {
    let (_server, ec2) = start();
    let own = |more: Value| with(&json!({ "LaunchSpecification": launch() }), &more);
    let name = "RequestSpotInstances";
    let invalid = "InvalidParameterValue";
    refuses(
        &ec2,
        &[
            (
                name,
                own(json!({ "Type": "one-time", "InstanceInterruptionBehavior": "stop" })),
                "InvalidParameterCombination",
                "The request with type 'one-time' is not supported when instanceInterruptionBehavior is set to 'stop'.",
            ),
            (
                name,
                own(json!({ "InstanceCount": 0 })),
                invalid,
                "Value (0) for parameter instanceCount is invalid. It must be a positive integer.",
            ),
            (
                name,
                own(json!({ "SpotPrice": "-1" })),
                invalid,
                "Value (-1) for parameter spotPrice is invalid. It must be a price in dollars.",
            ),
            (
                name,
                own(json!({ "ValidUntil": "2001-01-01T00:00:00Z" })),
                invalid,
                "Value (2001-01-01T00:00:00Z) for parameter validUntil is invalid. It must be in the future, and after the beginning.",
            ),
            (
                name,
                json!({ "LaunchSpecification": { "ImageId": nowhere("ami"), "InstanceType": "t3.micro" } }),
                "InvalidAMIID.NotFound",
                "The image id '[ami-00000000000000000]' does not exist",
            ),
            (
                name,
                json!({ "LaunchSpecification": { "ImageId": IMAGE, "InstanceType": "t3.huge" } }),
                invalid,
                "Invalid value 't3.huge' for InstanceType.",
            ),
            (
                "DescribeSpotInstanceRequests",
                json!({ "SpotInstanceRequestId": ["sir-00000000"] }),
                "InvalidSpotInstanceRequestID.NotFound",
                "The spot instance request ID 'sir-00000000' does not exist",
            ),
            (
                "CancelSpotInstanceRequests",
                json!({ "SpotInstanceRequestId": ["sir-00000000"] }),
                "InvalidSpotInstanceRequestID.NotFound",
                "The spot instance request ID 'sir-00000000' does not exist",
            ),
            (
                "CancelSpotInstanceRequests",
                json!({ "SpotInstanceRequestId": ["castle"] }),
                "InvalidSpotInstanceRequestID.Malformed",
                "Invalid id: \"castle\" (expecting \"sir-...\")",
            ),
            (
                "DescribeSpotInstanceRequests",
                json!({ "Filter": [filter("castle", "x")] }),
                invalid,
                "The filter 'castle' is invalid",
            ),
            (
                "DescribeSpotDatafeedSubscription",
                json!({}),
                "InvalidSpotDatafeed.NotFound",
                "Spot datafeed subscription does not exist.",
            ),
        ],
    );
    let dry = ec2.call(name, &own(json!({ "DryRun": true }))).refusal();
    assert_eq!((dry.status, dry.code.as_str()), (412, "DryRunOperation"));
}

#[test]
fn prices_and_scores_of_spare_capacity() {
    let (_server, ec2) = start();
    let name = "DescribeSpotPriceHistory";
    let asked = json!({ "InstanceType": ["m5.large"], "ProductDescription": ["Linux/UNIX"], "AvailabilityZone": "us-east-1a" });
    let told = ec2.call(name, &asked).ok();
    let set = |path: &str| told.texts(&format!("spotPriceHistorySet.item.{path}"));
    assert_eq!(set("spotPrice"), ["0.029520"]);
    assert_eq!(set("productDescription"), ["Linux/UNIX"]);
    assert_eq!(set("availabilityZone"), ["us-east-1a"]);
    let (path, mut pages, mut next) = ("spotPriceHistorySet.item.instanceType", Vec::new(), String::new());
    loop {
        let asked = json!({ "InstanceType": ["m5.large", "t3.micro"], "MaxResults": 10, "NextToken": next });
        let page = ec2.call(name, &asked).ok();
        pages.push(page.texts(path).len());
        next = page.text("nextToken");
        if next.is_empty() {
            break;
        }
    }
    assert!(pages.len() > 1 && pages[0] == 10, "{pages:?}");
    let windows =
        json!({ "InstanceType": ["m5.large"], "Filter": [filter("product-description", "Windows*")] });
    assert!(
        ec2.call(name, &windows)
            .ok()
            .texts("spotPriceHistorySet.item.spotPrice")
            .iter()
            .all(|price| price == "0.057120")
    );
    let name = "GetSpotPlacementScores";
    let asked = json!({ "InstanceType": ["m5.large"], "TargetCapacity": 3, "RegionName": ["us-east-1", "eu-west-1"] });
    let scores = ec2.call(name, &asked).ok();
    assert_eq!(scores.texts("spotPlacementScoreSet.item.region"), ["eu-west-1", "us-east-1"]);
    assert_eq!(scores.texts("spotPlacementScoreSet.item.score"), ["10", "10"]);
    let zones = ec2.call(name, &with(&asked, &json!({ "SingleAvailabilityZone": true }))).ok();
    assert!(zones.texts("spotPlacementScoreSet.item.availabilityZoneId").contains(&"use1-az1".to_owned()));
    refuses(
        &ec2,
        &[(
            name,
            json!({ "TargetCapacity": 1 }),
            "MissingParameter",
            "The request must contain the parameter InstanceTypes or InstanceRequirementsWithMetadata",
        )],
    );
}

#[test]
fn one_data_feed_of_an_account() {
    let (_server, ec2) = start();
    let create = json!({ "Bucket": "feed", "Prefix": "p" });
    let made = ec2.call("CreateSpotDatafeedSubscription", &create).ok();
    assert_eq!(made.text("spotDatafeedSubscription.state"), "Active");
    let told = ec2.call("DescribeSpotDatafeedSubscription", &json!({})).ok();
    assert_eq!(told.text("spotDatafeedSubscription.bucket"), "feed");
    assert_eq!(told.text("spotDatafeedSubscription.prefix"), "p");
    ec2.call("DeleteSpotDatafeedSubscription", &json!({})).ok();
    let gone = ec2.call("DescribeSpotDatafeedSubscription", &json!({})).refusal();
    assert_eq!(gone.code, "InvalidSpotDatafeed.NotFound");
}
