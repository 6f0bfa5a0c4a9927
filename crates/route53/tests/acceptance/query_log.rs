//! Query logging configurations.

use crate::{other, refuses, start, vpc, zone};
use serde_json::{Value, json};

const GROUP: &str = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/route53/example.com:*";

fn create(zone: &str, group: &str) -> Value {
    json!({ "HostedZoneId": zone, "CloudWatchLogsLogGroupArn": group })
}

#[test]
fn a_zone_logs_to_one_group() {
    let (server, client) = start();
    let id = zone(&client, "example.com");
    let made = client.call("CreateQueryLoggingConfig", &create(&id, GROUP)).ok();
    let config = made.text("QueryLoggingConfig.Id");
    assert_eq!(made.status, 201);
    let location = format!("https://route53.amazonaws.com/2013-04-01/queryloggingconfig/{config}");
    assert_eq!(made.header("location"), Some(location.as_str()));
    let got = client.call("GetQueryLoggingConfig", &json!({ "Id": config })).ok();
    assert_eq!(got.text("QueryLoggingConfig.CloudWatchLogsLogGroupArn"), GROUP);
    let none = "The query logging configuration does not exist";
    let vpc = vpc(&server, "us-east-1");
    let private = json!({ "Name": "corp.example", "CallerReference": "one",
        "VPC": { "VPCRegion": "us-east-1", "VPCId": vpc } });
    let private = crate::bare(&client.call("CreateHostedZone", &private).ok().text("HostedZone.Id"));
    refuses(
        &client,
        &[
            (
                "CreateQueryLoggingConfig",
                create(&id, GROUP),
                409,
                "QueryLoggingConfigAlreadyExists",
                "A query logging configuration already exists for this hosted zone",
            ),
            (
                "CreateQueryLoggingConfig",
                create(&id, "arn:aws:logs:eu-west-1:000000000000:log-group:x"),
                400,
                "InvalidInput",
                "The ARN for the CloudWatch Logs log group is invalid",
            ),
            (
                "CreateQueryLoggingConfig",
                create(&private, GROUP),
                400,
                "InvalidInput",
                "Query logging is not supported for private hosted zones",
            ),
            (
                "CreateQueryLoggingConfig",
                create("Z0", GROUP),
                404,
                "NoSuchHostedZone",
                "No hosted zone found with ID: Z0",
            ),
            (
                "GetQueryLoggingConfig",
                json!({ "Id": "00000000-0000-0000-0000-000000000000" }),
                404,
                "NoSuchQueryLoggingConfig",
                none,
            ),
        ],
    );
    refuses(
        &other(&server),
        &[("GetQueryLoggingConfig", json!({ "Id": config }), 404, "NoSuchQueryLoggingConfig", none)],
    );
    client.call("DeleteQueryLoggingConfig", &json!({ "Id": config })).ok();
    refuses(
        &client,
        &[("DeleteQueryLoggingConfig", json!({ "Id": config }), 404, "NoSuchQueryLoggingConfig", none)],
    );
}

#[test]
fn configurations_are_listed_for_the_account_and_for_a_zone() {
    let (_server, client) = start();
    let zones: Vec<String> = ["a.com", "b.com", "c.com"].iter().map(|name| zone(&client, name)).collect();
    for zone in &zones {
        client.call("CreateQueryLoggingConfig", &create(zone, GROUP)).ok();
    }
    let first = client.call("ListQueryLoggingConfigs", &json!({ "MaxResults": "2" })).ok();
    let path = "QueryLoggingConfigs.QueryLoggingConfig.HostedZoneId";
    assert_eq!(first.texts(path).len(), 2);
    let next = json!({ "NextToken": first.text("NextToken") });
    assert_eq!(client.call("ListQueryLoggingConfigs", &next).ok().texts(path).len(), 1);
    let one = client.call("ListQueryLoggingConfigs", &json!({ "HostedZoneId": zones[1] })).ok();
    assert_eq!(one.texts(path), [zones[1].clone()]);
    // What a zone logged goes with it.
    client.call("DeleteHostedZone", &json!({ "Id": zones[0] })).ok();
    assert_eq!(client.call("ListQueryLoggingConfigs", &json!({})).ok().texts(path).len(), 2);
}
