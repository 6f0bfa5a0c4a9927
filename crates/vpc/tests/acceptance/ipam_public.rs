//! Pools of the public scope: blocks that Amazon lends, for addresses and for the IPv6 blocks of networks.
//!
//! Source: VPC IPAM guide, "Allocate sequential Elastic IP addresses from an IPAM pool", whose answers are recorded ones.

use crate::ipam::{allocated, blocks, pool, site};
use crate::{found, refuses, start};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::with;

/// The public scope of a new IPAM.
fn public_scope(ec2: &Client) -> String {
    let asked = json!({ "OperatingRegion": [{ "RegionName": "eu-west-1" }] });
    ec2.call("CreateIpam", &asked).ok().text("ipam.publicDefaultScopeId")
}

/// A pool that Amazon lends blocks to, with one.
#[track_caller]
fn lent(ec2: &Client, scope: &str, family: &str, length: u8) -> (String, String) {
    let more = json!({
        "AddressFamily": family, "Locale": "us-east-1", "PublicIpSource": "amazon", "AwsService": "ec2",
    });
    let id = pool(ec2, scope, &more);
    let asked = json!({ "IpamPoolId": id, "NetmaskLength": length });
    let told = ec2.call("ProvisionIpamPoolCidr", &asked).ok();
    assert_eq!(told.text("ipamPoolCidr.state"), "pending-provision");
    assert_eq!(told.text("ipamPoolCidr.netmaskLength"), length.to_string());
    assert_eq!(told.texts("ipamPoolCidr.cidr"), [""; 0], "it is told once it is there");
    let (block, state) = blocks(ec2, &id).swap_remove(0);
    assert_eq!(state, "provisioned");
    (id, block)
}

#[test]
fn addresses_come_one_after_another_out_of_a_block() {
    let (server, ec2) = start();
    let scope = public_scope(&ec2);
    let (id, block) = lent(&ec2, &scope, "ipv4", 29);
    let told = ec2.call("DescribeIpamPools", &json!({ "IpamPoolId": [id] })).ok();
    for (name, want) in [
        ("ipamScopeType", "public"),
        ("addressFamily", "ipv4"),
        ("publicIpSource", "amazon"),
        ("awsService", "ec2"),
        ("locale", "us-east-1"),
        ("poolDepth", "1"),
        ("state", "create-complete"),
    ] {
        assert_eq!(told.text(&format!("ipamPoolSet.item.{name}")), want, "{name}");
    }
    let base: std::net::Ipv4Addr = block.split('/').next().unwrap().parse().unwrap();
    let nth = |number: u32| std::net::Ipv4Addr::from(u32::from(base) + number).to_string();
    let allocate = |more: &Value| {
        let answer = ec2.call("AllocateAddress", &with(&json!({ "IpamPoolId": id }), more)).ok();
        assert_eq!((answer.text("publicIpv4Pool"), answer.text("domain")), (id.clone(), "vpc".to_owned()));
        assert_eq!(answer.text("networkBorderGroup"), "us-east-1");
        (answer.text("publicIp"), answer.text("allocationId"))
    };
    let (last, at_end) = allocate(&json!({ "Address": nth(7) }));
    assert_eq!(last, nth(7));
    let mut ids: Vec<String> = Vec::new();
    // More than the quota of addresses that are Amazon's own: those of pools are not counted.
    for number in 0..7 {
        let (address, allocation) = allocate(&json!({}));
        assert_eq!(address, nth(number));
        ids.push(allocation);
    }
    let full = json!({ "IpamPoolId": id });
    refuses(
        &ec2,
        &[("AllocateAddress", full, "InvalidParameterValue", "The allocation size is too big for the pool.")],
    );
    let shown = ec2.call("DescribeAddresses", &json!({ "AllocationId": [at_end] })).ok();
    assert_eq!(shown.text("addressesSet.item.publicIpv4Pool"), id);
    let holdings = ec2.call("GetIpamPoolAllocations", &json!({ "IpamPoolId": id })).ok();
    let of = |name: &str| holdings.texts(&format!("ipamPoolAllocationSet.item.{name}"));
    assert!(of("resourceType").iter().all(|kind| kind == "eip"));
    assert_eq!((of("cidr").len(), of("resourceRegion")[0].as_str()), (8, "us-east-1"));
    assert!(of("resourceId").contains(&at_end));
    // A block in use is not taken back; one that nobody uses is.
    let back = json!({ "IpamPoolId": id, "Cidr": block });
    ec2.call("DeprovisionIpamPoolCidr", &back).ok();
    assert_eq!(blocks(&ec2, &id)[0].1, "failed-deprovision");
    ec2.call("ReleaseAddress", &json!({ "AllocationId": ids[3] })).ok();
    assert_eq!(allocate(&json!({})).0, nth(3), "what was released is free again");
    let all = ec2.call("DescribeAddresses", &json!({})).ok().texts("addressesSet.item.allocationId");
    for own in &all {
        ec2.call("ReleaseAddress", &json!({ "AllocationId": own })).ok();
    }
    assert_eq!(allocated(&ec2, &id), [""; 0]);
    ec2.call("DeprovisionIpamPoolCidr", &back).ok();
    assert!(blocks(&ec2, &id).is_empty());
    // Elsewhere the pool gives nothing.
    let dublin = server.client("ec2").region("eu-west-1");
    let sentence = format!("The pool {id} has the locale us-east-1 and cannot be used here.");
    refuses(&dublin, &[("AllocateAddress", json!({ "IpamPoolId": id }), "InvalidParameterValue", &sentence)]);
}

#[test]
fn an_address_of_a_pool_leads_as_others_do() {
    let (_server, ec2) = start();
    let scope = public_scope(&ec2);
    let (id, _) = lent(&ec2, &scope, "ipv4", 30);
    let made = ec2.call("AllocateAddress", &json!({ "IpamPoolId": id })).ok();
    let subnet = ec2.call("DescribeSubnets", &json!({})).ok().texts("subnetSet.item.subnetId").swap_remove(0);
    let card = crate::interface(&ec2, &subnet);
    let pair = json!({ "AllocationId": made.text("allocationId"), "NetworkInterfaceId": card });
    ec2.call("AssociateAddress", &pair).ok();
    let shown = ec2.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [card] })).ok();
    assert_eq!(shown.text("networkInterfaceSet.item.association.publicIp"), made.text("publicIp"));
}

#[test]
fn networks_take_ipv6_blocks_from_pools() {
    let (_server, ec2) = start();
    let scope = public_scope(&ec2);
    let (id, block) = lent(&ec2, &scope, "ipv6", 52);
    let six = "vpcSet.item.ipv6CidrBlockAssociationSet.item";
    let made = json!({ "CidrBlock": "10.0.0.0/16", "Ipv6IpamPoolId": id, "Ipv6NetmaskLength": 56 });
    let vpc = ec2.call("CreateVpc", &made).ok().text("vpc.vpcId");
    let shown = ec2.call("DescribeVpcs", &json!({ "VpcId": [vpc] })).ok();
    let first = block.replace("/52", "/56");
    for (name, want) in [
        ("ipv6CidrBlock", first.as_str()),
        ("ipv6Pool", "IPAM Managed"),
        ("ipv6CidrBlockState.state", "associated"),
        ("networkBorderGroup", "us-east-1"),
        ("ipSource", "amazon"),
        ("ipv6AddressAttribute", "public"),
    ] {
        assert_eq!(shown.text(&format!("{six}.{name}")), want, "{name}");
    }
    let by_pool = ("ipv6-cidr-block-association.ipv6-pool", "IPAM*");
    assert_eq!(found(&ec2, "DescribeVpcs", by_pool, "vpcSet.item.vpcId"), [vpc.as_str()]);
    assert_eq!(allocated(&ec2, &id), [first.as_str()]);
    // A subnet of the block, and a second block by its own name.
    let subnet =
        json!({ "VpcId": vpc, "CidrBlock": "10.0.0.0/24", "Ipv6CidrBlock": block.replace("/52", "/64") });
    let subnet = ec2.call("CreateSubnet", &subnet).ok().text("subnet.subnetId");
    let base: std::net::Ipv6Addr = block.split('/').next().unwrap().parse().unwrap();
    let second = format!("{}/60", std::net::Ipv6Addr::from(u128::from(base) | 1 << 72));
    let more = json!({ "VpcId": vpc, "Ipv6IpamPoolId": id, "Ipv6CidrBlock": second });
    let added = ec2.call("AssociateVpcCidrBlock", &more).ok();
    assert_eq!(added.text("ipv6CidrBlockAssociation.ipv6CidrBlock"), second);
    assert_eq!(added.text("ipv6CidrBlockAssociation.ipv6Pool"), "IPAM Managed");
    let association = added.text("ipv6CidrBlockAssociation.associationId");
    assert_eq!(allocated(&ec2, &id), [first.clone(), second.clone()]);
    let taken = json!({ "CidrBlock": "10.1.0.0/16", "Ipv6IpamPoolId": id, "Ipv6CidrBlock": second });
    let sentence = format!(
        "Value ({second}) for parameter cidr is invalid. It overlaps an allocation of the pool {id}."
    );
    refuses(&ec2, &[("CreateVpc", taken, "InvalidParameterValue", &sentence)]);
    ec2.call("DisassociateVpcCidrBlock", &json!({ "AssociationId": association })).ok();
    assert_eq!(allocated(&ec2, &id), [first]);
    ec2.call("DeleteSubnet", &json!({ "SubnetId": subnet })).ok();
    ec2.call("DeleteVpc", &json!({ "VpcId": vpc })).ok();
    assert_eq!(allocated(&ec2, &id), [""; 0]);
    // Pools within the pool have parts of its block.
    let within = json!({ "AddressFamily": "ipv6", "Locale": "us-east-1", "SourceIpamPoolId": id });
    let within = pool(&ec2, &scope, &within);
    let asked = json!({ "IpamPoolId": within, "NetmaskLength": 56 });
    ec2.call("ProvisionIpamPoolCidr", &asked).ok();
    assert_eq!(blocks(&ec2, &within)[0].1, "provisioned");
    let told = ec2.call("DescribeIpamPools", &json!({ "IpamPoolId": [within] })).ok();
    assert_eq!(told.text("ipamPoolSet.item.publicIpSource"), "amazon");
    let made = json!({ "CidrBlock": "10.0.0.0/16", "Ipv6IpamPoolId": within, "Ipv6NetmaskLength": 60 });
    ec2.call("CreateVpc", &made).ok();
}

/// What is public is seen in the public scope, and nothing of it in the private one.
#[test]
fn what_ipam_sees_of_public_addresses() {
    let (_server, ec2) = start();
    let made = ec2.call("CreateIpam", &json!({})).ok();
    let (public, private) = (made.text("ipam.publicDefaultScopeId"), made.text("ipam.privateDefaultScopeId"));
    let (four, _) = lent(&ec2, &public, "ipv4", 30);
    let (six, block) = lent(&ec2, &public, "ipv6", 52);
    let of_pool = ec2.call("AllocateAddress", &json!({ "IpamPoolId": four })).ok();
    let own = ec2.call("AllocateAddress", &json!({})).ok();
    let vpc = json!({ "CidrBlock": "10.0.0.0/16", "Ipv6IpamPoolId": six, "Ipv6NetmaskLength": 56 });
    let vpc = ec2.call("CreateVpc", &vpc).ok().text("vpc.vpcId");
    let subnet =
        json!({ "VpcId": vpc, "CidrBlock": "10.0.0.0/24", "Ipv6CidrBlock": block.replace("/52", "/60") });
    let subnet = ec2.call("CreateSubnet", &subnet).ok().text("subnet.subnetId");
    let seen = |more: Value| {
        let told = ec2.call("GetIpamResourceCidrs", &with(&json!({ "IpamScopeId": public }), &more)).ok();
        let of = |name: &str| told.texts(&format!("ipamResourceCidrSet.item.{name}"));
        (of("resourceId"), of("managementState"), of("ipUsage"))
    };
    let allocation = |answer: &testkit::Answer| answer.text("allocationId");
    for (kind, id, state, usage) in [
        ("eip", allocation(&of_pool), "managed", "0"),
        ("eip", allocation(&own), "unmanaged", "0"),
        ("vpc", vpc.clone(), "managed", "0.0625"),
    ] {
        let found = seen(json!({ "ResourceType": kind, "ResourceId": id }));
        assert_eq!(found, (vec![id.clone()], vec![state.to_owned()], vec![usage.to_owned()]), "{kind}");
    }
    assert_eq!(seen(json!({ "ResourceType": "subnet" })).0, [subnet]);
    let told = ec2.call("GetIpamResourceCidrs", &json!({ "IpamScopeId": private })).ok();
    let kinds = told.texts("ipamResourceCidrSet.item.resourceCidr");
    assert!(kinds.iter().all(|block| !block.contains(':') && !block.starts_with("198.")), "{kinds:?}");
}

/// Nobody else is given what a pool was lent, also not by chance: the worlds of other seeds would show it.
#[test]
fn what_a_pool_has_is_given_to_nobody_else() {
    let (_server, ec2) = start();
    let scope = public_scope(&ec2);
    let mut all: Vec<String> = Vec::new();
    for _ in 0..4 {
        all.push(lent(&ec2, &scope, "ipv4", 29).1);
        all.push(lent(&ec2, &scope, "ipv6", 40).1);
    }
    for block in &all {
        let at = if block.contains(':') { "3fff:" } else { "198.1" };
        assert!(block.starts_with(at), "{block} is nobody's on the internet");
    }
    let mut once = all.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), all.len());
}

#[test]
fn what_public_pools_refuse() {
    let (_server, ec2) = start();
    let private = site(&ec2);
    let scope = public_scope(&ec2);
    let (four, _) = lent(&ec2, &scope, "ipv4", 30);
    let (six, _) = lent(&ec2, &scope, "ipv6", 52);
    let brought = pool(&ec2, &scope, &json!({ "Locale": "us-east-1" }));
    let (value, combination, unsupported) =
        ("InvalidParameterValue", "InvalidParameterCombination", "UnsupportedOperation");
    let create = |more: Value| with(&json!({ "IpamScopeId": scope, "AddressFamily": "ipv4" }), &more);
    let of = |pool: &str, more: Value| with(&json!({ "IpamPoolId": pool }), &more);
    let vpc = |more: Value| with(&json!({ "CidrBlock": "10.0.0.0/16" }), &more);
    refuses(
        &ec2,
        &[
            (
                "CreateIpamPool",
                create(json!({ "PublicIpSource": "amazon" })),
                combination,
                "A pool with the PublicIpSource amazon must have a Locale",
            ),
            (
                "CreateIpamPool",
                create(json!({ "AddressFamily": "ipv6", "PubliclyAdvertisable": true })),
                unsupported,
                "A pool of IPv6 addresses of one's own is not built yet.",
            ),
            (
                "CreateIpamPool",
                create(
                    json!({ "AddressFamily": "ipv6", "PubliclyAdvertisable": true, "PublicIpSource": "amazon" }),
                ),
                combination,
                "The request can only contain PubliclyAdvertisable if the AddressFamily is IPv6 and PublicIpSource is byoip.",
            ),
            (
                "CreateIpamPool",
                create(json!({ "AwsService": "global-services" })),
                unsupported,
                "A pool of anycast addresses is not built yet.",
            ),
            (
                "CreateIpamPool",
                json!({ "IpamScopeId": private.scope, "AddressFamily": "ipv4", "PublicIpSource": "amazon" }),
                combination,
                "PublicIpSource and AwsService can be used only in a public scope",
            ),
            (
                "CreateIpamPool",
                create(json!({ "AddressFamily": "ipv6", "Locale": "us-east-1", "SourceIpamPoolId": four })),
                value,
                &format!(
                    "Value ({four}) for parameter sourceIpamPoolId is invalid. The source pool must have the same address family."
                ),
            ),
            (
                "ProvisionIpamPoolCidr",
                of(&brought, json!({ "Cidr": "192.0.2.0/24" })),
                unsupported,
                "A block of public addresses of one's own is not built yet.",
            ),
            (
                "ProvisionIpamPoolCidr",
                of(&four, json!({ "Cidr": "198.18.0.8/29" })),
                value,
                "Value (198.18.0.8/29) for parameter cidr is invalid. Amazon chooses the block: give a netmaskLength.",
            ),
            (
                "ProvisionIpamPoolCidr",
                of(&four, json!({ "NetmaskLength": 24 })),
                value,
                "Value (24) for parameter netmaskLength is invalid. Valid values are 29, 30.",
            ),
            (
                "ProvisionIpamPoolCidr",
                of(&six, json!({ "NetmaskLength": 56 })),
                value,
                "Value (56) for parameter netmaskLength is invalid. Valid values are 40, 44, 48, 52.",
            ),
            (
                "ProvisionIpamPoolCidr",
                of(&private.top, json!({ "Cidr": "3fff::/40" })),
                value,
                "Value (40) for parameter netmaskLength is invalid. Valid values are 0 to 32.",
            ),
            (
                "ProvisionIpamPoolCidr",
                of(&private.top, json!({ "Cidr": "3fff::/20" })),
                value,
                "Value (3fff::/20) for parameter cidr is invalid. It is no block of the address family ipv4.",
            ),
            (
                "AllocateAddress",
                of(&private.pool, json!({})),
                value,
                &format!(
                    "Value ({}) for parameter ipamPoolId is invalid. It is no pool of public IPv4 addresses.",
                    private.pool
                ),
            ),
            (
                "AllocateAddress",
                of(&four, json!({ "PublicIpv4Pool": "amazon" })),
                combination,
                "The parameter ipamPoolId cannot be used with the parameter publicIpv4Pool",
            ),
            (
                "CreateVpc",
                vpc(json!({ "Ipv6IpamPoolId": private.pool, "Ipv6NetmaskLength": 56 })),
                value,
                &format!(
                    "Value ({}) for parameter ipv6IpamPoolId is invalid. It is a pool of the address family ipv4.",
                    private.pool
                ),
            ),
            (
                "CreateVpc",
                json!({ "Ipv4IpamPoolId": six, "Ipv4NetmaskLength": 24 }),
                value,
                &format!(
                    "Value ({six}) for parameter ipv4IpamPoolId is invalid. It is a pool of the address family ipv6."
                ),
            ),
            (
                "CreateVpc",
                vpc(json!({ "Ipv6IpamPoolId": six, "AmazonProvidedIpv6CidrBlock": true })),
                combination,
                "The parameter ipv6IpamPoolId cannot be used with the parameter amazonProvidedIpv6CidrBlock",
            ),
            (
                "CreateVpc",
                vpc(json!({ "Ipv6NetmaskLength": 56 })),
                combination,
                "The parameter ipv6NetmaskLength can be used only with the parameter ipv6IpamPoolId",
            ),
        ],
    );
    // Of the lengths that a pool has, a network takes those that networks may have.
    let long = vpc(json!({ "Ipv6IpamPoolId": six, "Ipv6NetmaskLength": 62 }));
    assert_eq!(ec2.call("CreateVpc", &long).refusal().code, "InvalidParameterValue");
    assert_eq!(allocated(&ec2, &six), [""; 0]);
}
