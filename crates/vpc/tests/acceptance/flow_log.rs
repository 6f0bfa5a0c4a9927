//! Flow logs, and what they record.

use crate::{dry_runs, found, interface, nowhere, refuses, start, subnet, unseen_elsewhere, vpc};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::io::Read;
use testkit::ec2::{advance, pages, with};
use testkit::{Client, Server};

const ROLE: &str = "arn:aws:iam::000000000000:role/flows";

/// What a flow log of a VPC that goes to a log group asks for.
fn grouped(network: &str) -> Value {
    json!({
        "ResourceType": "VPC", "ResourceId": [network], "TrafficType": "ALL", "LogGroupName": "flows",
        "DeliverLogsPermissionArn": ROLE
    })
}

/// The same of one that goes to a bucket.
fn stored(network: &str) -> Value {
    json!({
        "ResourceType": "VPC", "ResourceId": [network], "TrafficType": "ALL", "LogDestinationType": "s3",
        "LogDestination": "arn:aws:s3:::flows/of/vpcs"
    })
}

fn bucket(server: &Server) -> Client {
    let s3 = server.client("s3");
    s3.request("PUT", "/flows").send().ok();
    s3
}

/// Two interfaces beside each other whose default group lets them talk.
struct Site {
    network: String,
    subnet: String,
    client: String,
    server: String,
}

fn site(ec2: &Client) -> Site {
    let network = vpc(ec2, "10.0.0.0/16");
    let subnet = subnet(ec2, &network, "10.0.0.0/24");
    let card = |ip: &str| {
        let create = json!({ "SubnetId": subnet, "PrivateIpAddress": ip });
        let made = ec2.call("CreateNetworkInterface", &create).ok();
        made.text("networkInterface.networkInterfaceId")
    };
    Site { client: card("10.0.0.10"), server: card("10.0.0.20"), network, subnet }
}

#[track_caller]
fn create(ec2: &Client, parameters: &Value) -> String {
    ec2.call("CreateFlowLogs", parameters).ok().text("flowLogIdSet.item")
}

#[test]
fn the_life_of_a_flow_log() {
    let (mut server, ec2) = start();
    bucket(&server);
    let site = site(&ec2);
    let tags = json!([{ "ResourceType": "vpc-flow-log", "Tag": [{ "Key": "n", "Value": "1" }] }]);
    let asked = with(&stored(&site.network), &json!({ "ClientToken": "t", "TagSpecification": tags }));
    let made = ec2.call("CreateFlowLogs", &asked).ok();
    let id = made.text("flowLogIdSet.item");
    assert_eq!(made.text("clientToken"), "t");
    assert_eq!(create(&ec2, &asked), id);
    let other = json!({
        "ResourceType": "NetworkInterface", "ResourceId": [site.client, site.server], "TrafficType": "REJECT",
        "LogGroupName": "flows", "DeliverLogsPermissionArn": ROLE, "MaxAggregationInterval": 60,
        "LogFormat": "${srcaddr} ${dstaddr} ${tcp-flags}"
    });
    let others = ec2.call("CreateFlowLogs", &other).ok();
    assert_eq!(others.texts("flowLogIdSet.item").len(), 2);
    assert!(!others.text("clientToken").is_empty());
    server.restart();
    let ec2 = server.client("ec2");
    let told = ec2.call("DescribeFlowLogs", &json!({ "FlowLogId": [id] })).ok();
    let of = |name: &str| told.text(&format!("flowLogSet.item.{name}"));
    for (name, want) in [
        ("deliverLogsStatus", "SUCCESS"),
        ("flowLogStatus", "ACTIVE"),
        ("logDestination", "arn:aws:s3:::flows/of/vpcs"),
        ("logDestinationType", "s3"),
        ("maxAggregationInterval", "600"),
        ("trafficType", "ALL"),
        ("destinationOptions.fileFormat", "plain-text"),
        ("destinationOptions.hiveCompatiblePartitions", "false"),
        ("destinationOptions.perHourPartition", "false"),
        ("tagSet.item.key", "n"),
        ("resourceId", site.network.as_str()),
    ] {
        assert_eq!(of(name), want, "{name}");
    }
    assert!(of("logFormat").starts_with("${version} ${account-id} ${interface-id}"));
    let path = "flowLogSet.item.flowLogId";
    for (filter, value, count) in [
        ("deliver-log-status", "SUCCESS", 3),
        ("flow-log-id", id.as_str(), 1),
        ("log-destination-type", "cloud-watch-logs", 2),
        ("log-group-name", "flows", 2),
        ("resource-id", site.client.as_str(), 1),
        ("traffic-type", "REJECT", 2),
        ("tag:n", "1", 1),
        ("deliver-log-status", "FAILED", 0),
    ] {
        assert_eq!(found(&ec2, "DescribeFlowLogs", (filter, value), path).len(), count, "{filter}");
    }
    unseen_elsewhere(&server, &[("DescribeFlowLogs", path)]);
    let delete = json!({ "FlowLogId": [id] });
    dry_runs(&ec2, &[("CreateFlowLogs", &other), ("DeleteFlowLogs", &delete), ("DescribeFlowLogs", &delete)]);
    ec2.call("DeleteFlowLogs", &delete).ok();
    let missing = format!("These flow log ids in the input list are not found: [TotalCount: 1] {id}");
    refuses(
        &ec2,
        &[
            ("DeleteFlowLogs", delete.clone(), "InvalidFlowLogId.NotFound", &missing),
            ("DescribeFlowLogs", delete, "InvalidFlowLogId.NotFound", &missing),
        ],
    );
}

#[test]
fn a_bucket_that_is_not_there_is_told_beside_the_resource() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let answer = ec2.call("CreateFlowLogs", &stored(&network)).ok();
    assert!(answer.texts("flowLogIdSet.item").is_empty());
    let of = |name: &str| answer.text(&format!("unsuccessful.item.{name}"));
    assert_eq!((of("resourceId"), of("error.code")), (network, "400".to_owned()));
    assert_eq!(of("error.message"), "LogDestination: flows does not exist");
}

#[test]
fn what_flow_logs_refuse() {
    let (server, ec2) = start();
    bucket(&server);
    let network = vpc(&ec2, "10.0.0.0/16");
    create(&ec2, &stored(&network));
    let (parameter, value) = ("InvalidParameter", "InvalidParameterValue");
    let s3 = |more: Value| with(&stored(&network), &more);
    let group = |more: Value| with(&grouped(&network), &more);
    let format = "1 validation error detected: Value '${version} ' at 'logFormat' has an invalid format";
    for (asked, code, sentence) in [
        (
            s3(json!({})),
            "FlowLogAlreadyExists",
            "Error. There is an existing Flow Log with the same configuration and log destination.",
        ),
        (
            s3(json!({ "LogGroupName": "x" })),
            parameter,
            "Please only provide LogGroupName or only provide LogDestination.",
        ),
        (
            s3(json!({ "LogDestination": "" })),
            parameter,
            "LogDestination can't be empty if LogGroupName is not provided.",
        ),
        (
            group(json!({ "LogDestinationType": "s3" })),
            parameter,
            "LogDestination type must be cloud-watch-logs if LogGroupName is provided.",
        ),
        (
            group(json!({ "DeliverLogsPermissionArn": "" })),
            parameter,
            "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
        ),
        (
            group(json!({ "MaxAggregationInterval": 300 })),
            parameter,
            "Invalid Flow Log Max Aggregation Interval",
        ),
        (group(json!({ "LogFormat": "${version} " })), value, format),
        (group(json!({ "LogFormat": "${colour}" })), parameter, "Unknown fields provided: colour"),
        (
            group(json!({ "TrafficType": "SOME" })),
            value,
            "Value (SOME) for parameter trafficType is invalid. Valid values are ACCEPT, REJECT, ALL.",
        ),
        (
            group(json!({ "TrafficType": "" })),
            "MissingParameter",
            "The request must contain the parameter trafficType",
        ),
        (
            group(json!({ "DestinationOptions": { "FileFormat": "plain-text" } })),
            parameter,
            "DestinationOptions is only applicable for s3 delivery",
        ),
        (
            group(json!({ "DeliverCrossAccountRole": ROLE })),
            parameter,
            "DeliverCrossAccountRole is only applicable for kinesis-data-firehose delivery",
        ),
        (
            s3(json!({ "DestinationOptions": { "FileFormat": "parquet" } })),
            value,
            "Flow logs in the file format parquet are not built yet: ask for plain-text",
        ),
        (
            s3(json!({ "DeliverLogsPermissionArn": ROLE })),
            parameter,
            "DeliverLogsPermissionArn is not applicable for s3 delivery",
        ),
        (s3(json!({ "LogDestination": "flows" })), parameter, "LogDestination: flows is not valid."),
        (
            s3(json!({ "LogDestination": "arn:aws:s3:::flows/AWSLogs/" })),
            parameter,
            "LogDestination: arn:aws:s3:::flows/AWSLogs/ is not valid. AWSLogs is a reserved term.",
        ),
        (
            s3(json!({ "LogDestinationType": "kinesis-data-firehose" })),
            parameter,
            "LogDestination: arn:aws:s3:::flows/of/vpcs is not valid.",
        ),
        (
            s3(json!({ "LogDestinationType": "disk" })),
            value,
            "Value (disk) for parameter logDestinationType is invalid. Valid values are cloud-watch-logs, s3, kinesis-data-firehose.",
        ),
        (
            group(json!({ "ResourceType": "Subnet" })),
            "InvalidSubnetID.Malformed",
            &format!("Invalid id: \"{network}\" (expecting \"subnet-...\")"),
        ),
        (
            group(json!({ "ResourceType": "TransitGateway" })),
            value,
            "Flow logs of the resource type TransitGateway are not built yet",
        ),
        (
            group(json!({ "ResourceId": [nowhere("vpc")] })),
            "InvalidVpcID.NotFound",
            "The vpc ID 'vpc-00000000000000000' does not exist",
        ),
        (
            group(json!({ "ResourceType": "NetworkInterface", "ResourceId": [nowhere("eni")] })),
            "InvalidNetworkInterfaceID.NotFound",
            "The networkInterface ID 'eni-00000000000000000' does not exist",
        ),
        (
            group(json!({ "ResourceType": "Subnet", "ResourceId": [nowhere("subnet")] })),
            "InvalidSubnetID.NotFound",
            "The subnet ID 'subnet-00000000000000000' does not exist",
        ),
    ] {
        refuses(&ec2, &[("CreateFlowLogs", asked, code, sentence)]);
    }
    let id = "Invalid id: \"fl\" (expecting \"fl-...\")";
    refuses(&ec2, &[("DeleteFlowLogs", json!({ "FlowLogId": ["fl"] }), "InvalidFlowLogId.Malformed", id)]);
}

#[test]
fn pages_of_flow_logs() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    let six: Vec<String> = (0..6).map(|_| interface(&ec2, &site.subnet)).collect();
    let asked =
        with(&grouped(&site.network), &json!({ "ResourceType": "NetworkInterface", "ResourceId": six }));
    ec2.call("CreateFlowLogs", &asked).ok();
    let (ids, count) =
        pages(&ec2, "DescribeFlowLogs", &json!({ "MaxResults": 5 }), "flowLogSet.item.flowLogId");
    assert_eq!((ids.len(), count), (6, 2));
}

/// The records of the next delivery.
fn delivered(server: &Server, feed: &mut testkit::Events) -> (Value, Vec<String>) {
    advance(server, "601s");
    let detail = feed.wait_for("FlowLogRecords").data["detail"].clone();
    let records = detail["records"].as_array().expect("a list").clone();
    (detail, records.iter().map(|own| own.as_str().expect("text").to_owned()).collect())
}

#[test]
fn flows_that_are_carried_become_records_in_a_bucket() {
    let (server, ec2) = start();
    let s3 = bucket(&server);
    let site = site(&ec2);
    let idle = interface(&ec2, &site.subnet);
    let id = create(&ec2, &stored(&site.network));
    let mut feed = server.events(0);
    let flow = json!({ "from": site.client, "to": site.server, "port": 443, "from_port": 40_000 });
    for _ in 0..2 {
        let verdict =
            with(&flow, &json!({ "packets": 10, "bytes": 1_000, "reply_packets": 8, "reply_bytes": 9_000 }));
        let verdict = server.page("POST", "/_angae/net/judge", &verdict);
        assert_eq!((&verdict["allowed"], &verdict["arrives_at"]), (&json!(true), &json!(site.server)));
    }
    // Asking alone counts nothing, nor does what answers in every subnet.
    let target = format!("/_angae/net/judge?from={}&to={}&port=443", site.client, site.server);
    assert_eq!(server.page("GET", &target, &Value::Null)["allowed"], json!(true));
    let metadata = json!({ "from": site.client, "to": "169.254.169.254", "port": 80 });
    server.page("POST", "/_angae/net/judge", &metadata);
    let (detail, records) = delivered(&server, &mut feed);
    let name = detail["name"].as_str().expect("a key").to_owned();
    assert!(name.starts_with("of/vpcs/AWSLogs/000000000000/vpcflowlogs/us-east-1/"), "{name}");
    assert!(name.contains(&format!("/000000000000_vpcflowlogs_us-east-1_{id}_")), "{name}");
    assert!(name.ends_with(".log.gz"), "{name}");
    let object = s3.request("GET", &format!("/flows/{name}")).send().ok();
    let mut text = String::new();
    GzDecoder::new(&object.body[..]).read_to_string(&mut text).expect("it is packed text");
    let mut lines = text.lines();
    let fields = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
    assert_eq!(lines.next(), Some(fields));
    assert_eq!(lines.collect::<Vec<_>>(), records);
    let of = |card: &str| -> Vec<String> {
        let own = records.iter().filter(|line| line.contains(card));
        // Times are those of the server's clock.
        own.map(|line| {
            let parts: Vec<&str> = line.split(' ').collect();
            [&parts[3..10], &parts[12..]].concat().join(" ")
        })
        .collect()
    };
    let there = "10.0.0.10 10.0.0.20 40000 443 6 20 2000 ACCEPT OK";
    let back = "10.0.0.20 10.0.0.10 443 40000 6 16 18000 ACCEPT OK";
    assert_eq!(of(&site.client), [back, there]);
    let mut far = of(&site.server);
    far.sort();
    assert_eq!(far, [there, back]);
    assert_eq!(of(&idle), ["- - - - - - - - NODATA"]);
}

#[test]
fn rejected_flows_are_recorded_where_they_are_rejected() {
    let (server, ec2) = start();
    let site = site(&ec2);
    let format = "${interface-id} ${flow-direction} ${action} ${tcp-flags} ${type} ${traffic-path} ${instance-id} ${vpc-id} ${subnet-id} ${region} ${log-status} ${version}";
    create(&ec2, &with(&grouped(&site.network), &json!({ "LogFormat": format })));
    let closed = json!({ "GroupName": "closed", "GroupDescription": "closed", "VpcId": site.network });
    let closed = ec2.call("CreateSecurityGroup", &closed).ok().text("groupId");
    let change = json!({ "NetworkInterfaceId": site.server, "SecurityGroupId": [closed] });
    ec2.call("ModifyNetworkInterfaceAttribute", &change).ok();
    let mut feed = server.events(0);
    let flow = json!({ "from": site.client, "to": site.server, "port": 22 });
    let verdict = server.page("POST", "/_angae/net/judge", &flow);
    assert_eq!(verdict["allowed"], json!(false));
    assert_eq!(verdict["blocked"]["id"], json!(closed));
    let (detail, mut records) = delivered(&server, &mut feed);
    assert_eq!(
        (&detail["destination"], &detail["name"]),
        (&json!("flows"), &json!(format!("{}-all", site.client)))
    );
    let next = feed.wait_for("FlowLogRecords").data["detail"].clone();
    records.push(next["records"][0].as_str().expect("text").to_owned());
    let place = format!("- {} {} us-east-1 OK 5", site.network, site.subnet);
    let client = format!("{} egress ACCEPT 2 IPv4 1 {place}", site.client);
    let server = format!("{} ingress REJECT 2 IPv4 - {place}", site.server);
    let mut want = vec![client, server];
    want.sort();
    records.sort();
    assert_eq!(records, want);
}

#[test]
fn a_bucket_that_went_away_is_told_by_the_flow_log() {
    let (server, ec2) = start();
    let s3 = bucket(&server);
    let site = site(&ec2);
    let id = create(&ec2, &stored(&site.network));
    s3.request("DELETE", "/flows").send().ok();
    let mut feed = server.events(0);
    let flow = json!({ "from": site.client, "to": site.server, "protocol": "icmp" });
    server.page("POST", "/_angae/net/judge", &flow);
    advance(&server, "2s");
    feed.wait_for("FlowLogChanged");
    let told = ec2.call("DescribeFlowLogs", &json!({ "FlowLogId": [id] })).ok();
    let of = |name: &str| told.text(&format!("flowLogSet.item.{name}"));
    assert_eq!(
        (of("deliverLogsStatus"), of("deliverLogsErrorMessage")),
        ("FAILED".to_owned(), "Access error".to_owned())
    );
}
