//! Health checks of every kind.

use crate::{other, refuses, start};
use serde_json::{Value, json};
use testkit::{Answer, Client};

fn create(client: &Client, reference: &str, config: &Value) -> Answer {
    client.call("CreateHealthCheck", &json!({ "CallerReference": reference, "HealthCheckConfig": config }))
}

#[track_caller]
fn made(client: &Client, reference: &str, config: &Value) -> String {
    create(client, reference, config).ok().text("HealthCheck.Id")
}

fn tcp() -> Value {
    json!({ "Type": "TCP", "IPAddress": "198.51.100.1", "Port": 80 })
}

#[test]
fn every_kind_is_told_of_with_its_defaults() {
    let (_server, client) = start();
    let child = made(&client, "child", &tcp());
    let name = "www.example.com";
    for (config, port, server_name) in [
        (json!({ "Type": "HTTP", "FullyQualifiedDomainName": name }), "80", "false"),
        (json!({ "Type": "HTTPS", "FullyQualifiedDomainName": name, "ResourcePath": "/x" }), "443", "true"),
        (
            json!({ "Type": "HTTP_STR_MATCH", "IPAddress": "2001:db8::1", "SearchString": "ok" }),
            "80",
            "false",
        ),
        (
            json!({ "Type": "HTTPS_STR_MATCH", "IPAddress": "198.51.100.1", "SearchString": "ok" }),
            "443",
            "true",
        ),
        (tcp(), "80", "false"),
    ] {
        let answer = create(&client, &config.to_string()[..40], &config).ok();
        assert_eq!(answer.status, 201);
        let told = |member: &str| answer.text(&format!("HealthCheck.HealthCheckConfig.{member}"));
        let found = [told("Port"), told("EnableSNI"), told("RequestInterval"), told("FailureThreshold")];
        assert_eq!(found, [port, server_name, "30", "3"], "{config}");
        let flags = [told("Inverted"), told("Disabled"), told("MeasureLatency")];
        assert_eq!(flags, ["false"; 3], "{config}");
        assert_eq!(answer.text("HealthCheck.HealthCheckVersion"), "1");
    }
    for (config, member, want) in [
        (
            json!({ "Type": "CALCULATED", "HealthThreshold": 1, "ChildHealthChecks": [child] }),
            "ChildHealthChecks.ChildHealthCheck",
            child.as_str(),
        ),
        (
            json!({ "Type": "CLOUDWATCH_METRIC", "AlarmIdentifier": { "Region": "eu-west-1", "Name": "a" } }),
            "InsufficientDataHealthStatus",
            "LastKnownStatus",
        ),
        (
            json!({ "Type": "RECOVERY_CONTROL", "RoutingControlArn": "arn:aws:route53-recovery-control::0:x" }),
            "RoutingControlArn",
            "arn:aws:route53-recovery-control::0:x",
        ),
    ] {
        let answer = create(&client, &config.to_string()[..30], &config).ok();
        assert_eq!(answer.text(&format!("HealthCheck.HealthCheckConfig.{member}")), want);
    }
    assert_eq!(client.call("GetHealthCheckCount", &json!({})).ok().text("HealthCheckCount"), "9");
}

#[test]
fn one_reference_makes_one_check() {
    let (server, client) = start();
    let id = made(&client, "one", &tcp());
    assert_eq!(made(&client, "one", &tcp()), id);
    let another = json!({ "Type": "TCP", "IPAddress": "198.51.100.1", "Port": 81 });
    let exists = "The health check you're attempting to create already exists.";
    create(&client, "one", &another).refused(409, "HealthCheckAlreadyExists", exists);
    assert_ne!(made(&other(&server), "one", &another), id);
    client.call("DeleteHealthCheck", &json!({ "HealthCheckId": id })).ok();
    // The reference of a deleted one is not to be had again.
    create(&client, "one", &tcp()).refused(409, "HealthCheckAlreadyExists", exists);
    let none = format!("A health check with id {id} does not exist.");
    for operation in ["GetHealthCheck", "DeleteHealthCheck", "UpdateHealthCheck", "GetHealthCheckStatus"] {
        refuses(&client, &[(operation, json!({ "HealthCheckId": id }), 404, "NoSuchHealthCheck", &none)]);
    }
}

#[test]
fn a_change_counts_and_what_is_not_given_stays() {
    let (_server, client) = start();
    let config = json!({ "Type": "HTTP", "FullyQualifiedDomainName": "a.example.com", "ResourcePath": "/a" });
    let id = made(&client, "one", &config);
    let update = json!({ "HealthCheckId": id, "HealthCheckVersion": 1, "Port": 8080, "Inverted": true });
    let told = client.call("UpdateHealthCheck", &update).ok();
    assert_eq!(told.text("HealthCheck.HealthCheckVersion"), "2");
    assert_eq!(told.text("HealthCheck.HealthCheckConfig.ResourcePath"), "/a");
    assert_eq!(told.text("HealthCheck.HealthCheckConfig.Port"), "8080");
    let sentence = "The value of HealthCheckVersion in the request doesn't match the value of HealthCheckVersion in the health check.";
    refuses(&client, &[("UpdateHealthCheck", update, 409, "HealthCheckVersionMismatch", sentence)]);
    let reset = json!({ "HealthCheckId": id, "ResetElements": ["ResourcePath"] });
    let told = client.call("UpdateHealthCheck", &reset).ok();
    assert!(told.texts("HealthCheck.HealthCheckConfig.ResourcePath").is_empty());
}

/// The first two sentences were recorded; the others say what the API reference asks for.
#[test]
fn settings_that_do_not_go_together_are_refused() {
    let (_server, client) = start();
    let both = json!({ "Type": "TCP", "IPAddress": "198.51.100.1", "Port": 80, "FullyQualifiedDomainName": "a.com" });
    let alarm = json!({ "Type": "HTTP", "FullyQualifiedDomainName": "a.com", "AlarmIdentifier": { "Region": "us-east-1", "Name": "a" } });
    let private = json!({ "Type": "HTTP", "IPAddress": "10.0.0.1" });
    let nowhere = json!({ "Type": "HTTP" });
    let interval = json!({ "Type": "HTTP", "FullyQualifiedDomainName": "a.com", "RequestInterval": 20 });
    let search = json!({ "Type": "HTTP_STR_MATCH", "FullyQualifiedDomainName": "a.com" });
    let calculated = json!({ "Type": "CALCULATED", "ChildHealthChecks": [] });
    for (config, sentence) in [
        (
            both,
            "TCP health checks that have IP address must not have a fully qualified domain name specified.",
        ),
        (alarm, "Invalid parameter : Basic health checks must not have an metric region specified."),
        (private, "Invalid parameter : The IP address must not be private, local or multicast."),
        (
            nowhere,
            "Invalid parameter : Basic health checks must have an IP address or a fully qualified domain name specified.",
        ),
        (interval, "Invalid parameter : The request interval must be 10 or 30."),
        (
            search,
            "Invalid parameter : A search string must be specified for string match health checks alone.",
        ),
        (calculated, "Invalid parameter : Calculated health checks must have a health threshold specified."),
    ] {
        create(&client, "x", &config).refused(400, "InvalidInput", sentence);
    }
    let gone = json!({ "Type": "CALCULATED", "HealthThreshold": 1, "ChildHealthChecks": ["gone"] });
    create(&client, "x", &gone).refused(
        404,
        "NoSuchHealthCheck",
        "A health check with id gone does not exist.",
    );
}

#[test]
fn nothing_is_told_of_an_endpoint_that_nobody_looked_at() {
    let (_server, client) = start();
    let id = json!({ "HealthCheckId": made(&client, "one", &tcp()) });
    for operation in ["GetHealthCheckStatus", "GetHealthCheckLastFailureReason"] {
        let told = client.call(operation, &id).ok();
        assert!(told.texts("HealthCheckObservations.HealthCheckObservation.Region").is_empty());
    }
    let ranges = client.call("GetCheckerIpRanges", &json!({})).ok();
    assert!(ranges.texts("CheckerIpRanges.member").contains(&"15.177.0.0/18".to_owned()));
}

#[test]
fn checks_are_listed_by_id() {
    let (_server, client) = start();
    for reference in ["a", "b", "c"] {
        made(&client, reference, &tcp());
    }
    let first = client.call("ListHealthChecks", &json!({ "MaxItems": "2" })).ok();
    let next = json!({ "Marker": first.text("NextMarker") });
    let rest = client.call("ListHealthChecks", &next).ok();
    let mut ids = first.texts("HealthChecks.HealthCheck.Id");
    ids.extend(rest.texts("HealthChecks.HealthCheck.Id"));
    assert!(ids.len() == 3 && ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
}
