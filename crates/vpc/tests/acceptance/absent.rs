use crate::{filter, found, nowhere, refuses, start, vpc};
use serde_json::json;

#[test]
fn what_nobody_has_is_found_by_nobody() {
    let (_server, ec2) = start();
    for (operation, parameters, path) in [
        (
            "DescribeMovingAddresses",
            json!({ "Filter": [filter("moving-status", "MovingToVpc")] }),
            "movingAddressStatusSet",
        ),
        ("DescribeAddressTransfers", json!({ "MaxResults": 5 }), "addressTransferSet"),
        ("DescribePublicIpv4Pools", json!({ "Filter": [filter("tag:a", "b")] }), "publicIpv4PoolSet"),
        ("DescribeIpv6Pools", json!({ "MaxResults": 1 }), "ipv6PoolSet"),
        ("DescribeCoipPools", json!({ "Filter": [filter("coip-pool.pool-id", "x")] }), "coipPoolSet"),
        ("DescribeByoipCidrs", json!({ "MaxResults": 100 }), "byoipCidrSet"),
        ("DescribeLocalGateways", json!({ "Filter": [filter("state", "available")] }), "localGatewaySet"),
        (
            "DescribeClientVpnEndpoints",
            json!({ "Filter": [filter("transport-protocol", "udp")] }),
            "clientVpnEndpoint",
        ),
    ] {
        let answer = ec2.call(operation, &parameters).ok();
        assert_eq!(answer.text(path), "", "{operation}");
        assert_eq!(answer.texts("nextToken"), [""; 0], "{operation}");
    }
}

#[test]
fn no_network_is_linked_to_ec2_classic() {
    let (_server, ec2) = start();
    let own = vpc(&ec2, "10.0.0.0/16");
    ec2.call("CreateTags", &json!({ "ResourceId": [own], "Tag": [{ "Key": "a", "Value": "b" }] })).ok();
    let name = "DescribeVpcClassicLink";
    let named = ec2.call(name, &json!({ "VpcId": [own] })).ok();
    assert_eq!(named.text("vpcSet.item.classicLinkEnabled"), "false");
    assert_eq!(named.text("vpcSet.item.tagSet.item.key"), "a");
    let path = "vpcSet.item.vpcId";
    assert_eq!(found(&ec2, name, ("is-classic-link-enabled", "false"), path).len(), 2);
    assert_eq!(found(&ec2, name, ("is-classic-link-enabled", "true"), path), [""; 0]);
    assert_eq!(found(&ec2, name, ("tag:a", "b"), path), [own.as_str()]);
    let name = "DescribeVpcClassicLinkDnsSupport";
    let named = ec2.call(name, &json!({ "VpcIds": [own] })).ok();
    assert_eq!(named.text("vpcs.item.classicLinkDnsSupported"), "false");
    for n in 1..6 {
        vpc(&ec2, &format!("10.{n}.0.0/16"));
    }
    let first = ec2.call(name, &json!({ "MaxResults": 5 })).ok();
    let rest = ec2.call(name, &json!({ "MaxResults": 5, "NextToken": first.text("nextToken") })).ok();
    assert_eq!((first.texts("vpcs.item.vpcId").len(), rest.texts("vpcs.item.vpcId").len()), (5, 2));
}

#[test]
fn every_id_is_long() {
    let (_server, ec2) = start();
    let all = ec2.call("DescribeIdFormat", &json!({})).ok();
    assert_eq!(all.texts("statusSet.item.resource").len(), 31);
    let one = ec2.call("DescribeIdFormat", &json!({ "Resource": "vpc" })).ok();
    assert_eq!(one.texts("statusSet.item.resource"), ["vpc"]);
    assert_eq!(one.texts("statusSet.item.useLongIds"), ["true"]);
    let together = ec2.call("DescribeAggregateIdFormat", &json!({})).ok();
    assert_eq!(together.text("useLongIdsAggregated"), "true");
    assert_eq!(together.texts("statusSet.item.resource"), all.texts("statusSet.item.resource"));
}

#[test]
fn what_is_refused_of_what_nobody_has() {
    let (_server, ec2) = start();
    let missing = |prefix: &str| nowhere(prefix);
    let (coip, vpn) = (missing("ipv4pool-coip"), missing("cvpn-endpoint"));
    let no_coip = format!("The pool ID '{coip}' does not exist");
    let invalid = "InvalidParameterValue";
    refuses(
        &ec2,
        &[
            ("DescribeCoipPools", json!({ "PoolId": [coip] }), "InvalidPoolID.NotFound", &no_coip),
            ("GetCoipPoolUsage", json!({ "PoolId": coip }), "InvalidPoolID.NotFound", &no_coip),
            (
                "DescribeIpv6Pools",
                json!({ "PoolId": ["ipv6pool-ec2-0"] }),
                "InvalidPoolID.NotFound",
                "The pool ID 'ipv6pool-ec2-0' does not exist",
            ),
            (
                "DescribePublicIpv4Pools",
                json!({ "PoolId": ["ipv4pool-ec2-0"] }),
                "InvalidPublicIpv4PoolID.NotFound",
                "The pool ID 'ipv4pool-ec2-0' does not exist.",
            ),
            (
                "DescribeLocalGateways",
                json!({ "LocalGatewayId": ["lgw-0"] }),
                "InvalidLocalGatewayID.NotFound",
                "The local gateway ID 'lgw-0' does not exist",
            ),
            (
                "DescribeClientVpnEndpoints",
                json!({ "ClientVpnEndpointId": [vpn] }),
                "InvalidClientVpnEndpointId.NotFound",
                &format!("Endpoint {vpn} does not exist"),
            ),
            (
                "DescribeMovingAddresses",
                json!({ "PublicIp": ["198.51.100.1"] }),
                "InvalidAddress.NotFound",
                "Address '198.51.100.1' not found.",
            ),
            (
                "DescribeAddressTransfers",
                json!({ "AllocationId": [missing("eipalloc")] }),
                "InvalidAllocationID.NotFound",
                "The allocation ID 'eipalloc-00000000000000000' does not exist",
            ),
            (
                "DescribeVpcClassicLink",
                json!({ "VpcId": [missing("vpc")] }),
                "InvalidVpcID.NotFound",
                "The vpc ID 'vpc-00000000000000000' does not exist",
            ),
            (
                "DescribeMovingAddresses",
                json!({ "Filter": [filter("tag:a", "b")] }),
                invalid,
                "The filter 'tag:a' is invalid",
            ),
            (
                "DescribeVpcClassicLink",
                json!({ "Filter": [filter("vpc-id", "x")] }),
                invalid,
                "The filter 'vpc-id' is invalid",
            ),
            (
                "DescribeIdFormat",
                json!({ "Resource": "castle" }),
                invalid,
                "Value (castle) for parameter resource is invalid. Unknown resource type.",
            ),
            (
                "DescribeLocalGateways",
                json!({ "NextToken": "x" }),
                invalid,
                "Unable to parse pagination token",
            ),
        ],
    );
    let dry = ec2.call("DescribeCoipPools", &json!({ "DryRun": true })).refusal();
    assert_eq!((dry.status, dry.code.as_str()), (412, "DryRunOperation"));
}
