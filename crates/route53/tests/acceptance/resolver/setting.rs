//! Query logging, settings of VPCs, and Outposts, of which there are none.

use super::{network, pages, refuses, start, start_real};
use serde_json::json;
use testkit::ec2::advance;

#[test]
fn a_vpc_logs_by_a_configuration() {
    let (server, client) = start_real();
    let vpc = network(&server).vpc;
    let create = json!({ "Name": "log", "DestinationArn": "arn:aws:s3:::logs", "CreatorRequestId": "one" });
    let made = client.call("CreateResolverQueryLogConfig", &create).ok();
    let id = made.text("ResolverQueryLogConfig.Id");
    let told = |member: &str| made.text(&format!("ResolverQueryLogConfig.{member}"));
    assert_eq!((told("Status"), told("AssociationCount")), ("CREATING".to_owned(), "0".to_owned()));
    advance(&server, "61s");
    let of = json!({ "ResolverQueryLogConfigId": id });
    let got = client.call("GetResolverQueryLogConfig", &of).ok();
    assert_eq!(got.text("ResolverQueryLogConfig.Status"), "CREATED");
    let pair = json!({ "ResolverQueryLogConfigId": id, "ResourceId": vpc });
    let associated = client.call("AssociateResolverQueryLogConfig", &pair).ok();
    let association = associated.text("ResolverQueryLogConfigAssociation.Id");
    advance(&server, "61s");
    let of_association = json!({ "ResolverQueryLogConfigAssociationId": association });
    let got = client.call("GetResolverQueryLogConfigAssociation", &of_association).ok();
    assert_eq!(got.text("ResolverQueryLogConfigAssociation.Status"), "ACTIVE");
    let list = client.call("ListResolverQueryLogConfigs", &json!({ "SortBy": "Name" })).ok();
    assert_eq!(
        (list.text("TotalCount"), list.text("ResolverQueryLogConfigs.AssociationCount")),
        ("1".to_owned(), "1".to_owned())
    );
    let found = pages(
        &client,
        "ListResolverQueryLogConfigAssociations",
        &json!({}),
        "ResolverQueryLogConfigAssociations.Id",
    );
    assert_eq!(found, [association]);
    refuses(
        &client,
        &[
            (
                "DeleteResolverQueryLogConfig",
                of.clone(),
                "InvalidRequestException",
                "[RSLVR-01603] The query logging configuration is associated with VPCs. Disassociate it first.",
            ),
            (
                "AssociateResolverQueryLogConfig",
                pair.clone(),
                "ResourceExistsException",
                "[RSLVR-01604] The query logging configuration is already associated with the VPC.",
            ),
            (
                "CreateResolverQueryLogConfig",
                json!({ "Name": "log", "DestinationArn": "arn:aws:sqs:us-east-1:000000000000:q", "CreatorRequestId": "two" }),
                "InvalidParameterException",
                "[RSLVR-01408] The destination ARN \"arn:aws:sqs:us-east-1:000000000000:q\" is not valid.",
            ),
            (
                "GetResolverQueryLogConfig",
                json!({ "ResolverQueryLogConfigId": "none" }),
                "ResourceNotFoundException",
                "[RSLVR-01601] The specified query logging configuration doesn't exist.",
            ),
        ],
    );
    client.call("DisassociateResolverQueryLogConfig", &pair).ok();
    advance(&server, "61s");
    client.call("DeleteResolverQueryLogConfig", &of).ok();
}

#[test]
fn a_vpc_has_settings() {
    let (server, client) = start_real();
    let vpc = network(&server).vpc;
    let of = json!({ "ResourceId": vpc });
    let reverse = || client.call("GetResolverConfig", &of).ok().text("ResolverConfig.AutodefinedReverse");
    let validation =
        || client.call("GetResolverDnssecConfig", &of).ok().text("ResolverDNSSECConfig.ValidationStatus");
    let fail_open = || client.call("GetFirewallConfig", &of).ok().text("FirewallConfig.FirewallFailOpen");
    assert_eq!([reverse(), validation(), fail_open()], ["ENABLED", "DISABLED", "DISABLED"]);
    assert!(client.call("ListResolverConfigs", &json!({})).ok().texts("ResolverConfigs.Id").is_empty());
    let changed = json!({ "ResourceId": vpc, "AutodefinedReverseFlag": "DISABLE" });
    let changed = client.call("UpdateResolverConfig", &changed).ok();
    assert_eq!(changed.text("ResolverConfig.AutodefinedReverse"), "DISABLING");
    let changed = json!({ "ResourceId": vpc, "Validation": "ENABLE" });
    let changed = client.call("UpdateResolverDnssecConfig", &changed).ok();
    assert_eq!(changed.text("ResolverDNSSECConfig.ValidationStatus"), "ENABLING");
    client.call("UpdateFirewallConfig", &json!({ "ResourceId": vpc, "FirewallFailOpen": "ENABLED" })).ok();
    advance(&server, "61s");
    assert_eq!([reverse(), validation(), fail_open()], ["DISABLED", "ENABLED", "ENABLED"]);
    for (operation, path) in [
        ("ListResolverConfigs", "ResolverConfigs.ResourceId"),
        ("ListResolverDnssecConfigs", "ResolverDnssecConfigs.ResourceId"),
        ("ListFirewallConfigs", "FirewallConfigs.ResourceId"),
    ] {
        assert_eq!(client.call(operation, &json!({})).ok().texts(path), [vpc.as_str()], "{operation}");
    }
    let none = json!({ "ResourceId": "vpc-00000000000000000" });
    let sentence = "The vpc ID 'vpc-00000000000000000' does not exist";
    refuses(&client, &[("GetResolverConfig", none, "InvalidParameterException", sentence)]);
}

#[test]
fn there_are_no_outposts() {
    let (_server, client) = start();
    assert!(client.call("ListOutpostResolvers", &json!({})).ok().texts("OutpostResolvers.Id").is_empty());
    let none = "The specified Outpost resource rslvr-op-1 doesn't exist.";
    let of = json!({ "Id": "rslvr-op-1" });
    refuses(&client, &[("GetOutpostResolver", of, "ResourceNotFoundException", none)]);
}
