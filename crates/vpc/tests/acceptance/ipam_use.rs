//! What is done with the pools of IPAM, and what is refused.

use crate::ipam::{allocated, blocks, pool, provision, site};
use crate::{nowhere, refuses, start};
use serde_json::{Value, json};
use testkit::ec2::{pages, with};

#[test]
fn networks_take_their_blocks_from_pools() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    let create = json!({ "Ipv4IpamPoolId": site.pool, "Ipv4NetmaskLength": 24 });
    let made = ec2.call("CreateVpc", &create).ok();
    let id = made.text("vpc.vpcId");
    assert_eq!(made.text("vpc.cidrBlock"), "10.0.0.0/24");
    let told = ec2.call("GetIpamPoolAllocations", &json!({ "IpamPoolId": site.pool })).ok();
    let of = |name: &str| told.text(&format!("ipamPoolAllocationSet.item.{name}"));
    assert_eq!(
        (of("resourceId"), of("resourceType"), of("resourceRegion")),
        (id.clone(), "vpc".to_owned(), "us-east-1".to_owned())
    );
    let managed = of("ipamPoolAllocationId");
    let kept = format!("The allocation {managed} belongs to a resource and is released with it.");
    let release = json!({ "IpamPoolId": site.pool, "Cidr": "10.0.0.0/24", "IpamPoolAllocationId": managed });
    refuses(&ec2, &[("ReleaseIpamPoolAllocation", release, "InvalidParameterValue", &kept)]);
    // A further block, named and within the pool: not of the restricted range.
    provision(&ec2, &site.top, "10.2.0.0/16");
    provision(&ec2, &site.pool, "10.2.0.0/20");
    let more = json!({ "VpcId": id, "Ipv4IpamPoolId": site.pool, "CidrBlock": "10.2.8.0/24" });
    let more = ec2.call("AssociateVpcCidrBlock", &more).ok().text("cidrBlockAssociation.associationId");
    assert_eq!(allocated(&ec2, &site.pool), ["10.0.0.0/24", "10.2.8.0/24"]);
    ec2.call("DisassociateVpcCidrBlock", &json!({ "AssociationId": more })).ok();
    assert_eq!(allocated(&ec2, &site.pool), ["10.0.0.0/24"]);
    // A pool within it plans its subnets.
    let source = json!({ "ResourceId": id, "ResourceType": "vpc", "ResourceRegion": "us-east-1", "ResourceOwner": "000000000000" });
    let plan = json!({ "SourceIpamPoolId": site.pool, "Locale": "us-east-1", "SourceResource": source });
    let plan = pool(&ec2, &site.scope, &plan);
    let described = ec2.call("DescribeIpamPools", &json!({ "IpamPoolId": [plan] })).ok();
    assert_eq!(described.text("ipamPoolSet.item.sourceResource.resourceId"), id);
    provision(&ec2, &plan, "10.0.0.0/25");
    assert_eq!(blocks(&ec2, &plan)[0].1, "provisioned");
    // Nothing that the network has not of the pool above.
    provision(&ec2, &plan, "10.0.1.0/25");
    let failed =
        json!({ "IpamPoolId": plan, "Filter": [{ "Name": "state", "Value": ["failed-provision"] }] });
    assert_eq!(
        ec2.call("GetIpamPoolCidrs", &failed).ok().texts("ipamPoolCidrSet.item.cidr"),
        ["10.0.1.0/25"]
    );
    let subnet = json!({ "VpcId": id, "Ipv4IpamPoolId": plan, "Ipv4NetmaskLength": 27 });
    let subnet = ec2.call("CreateSubnet", &subnet).ok();
    assert_eq!(subnet.text("subnet.cidrBlock"), "10.0.0.0/27");
    assert_eq!(allocated(&ec2, &plan), ["10.0.0.0/27"]);
    let wrong = format!(
        "Value ({}) for parameter ipv4IpamPoolId is invalid. It is no pool for the subnets of {id}.",
        site.pool
    );
    let nowhere_else = format!("The pool {} has the locale None and cannot be used here.", site.top);
    refuses(
        &ec2,
        &[
            (
                "CreateSubnet",
                json!({ "VpcId": id, "Ipv4IpamPoolId": site.pool, "Ipv4NetmaskLength": 27 }),
                "InvalidParameterValue",
                &wrong,
            ),
            (
                "CreateVpc",
                json!({ "Ipv4IpamPoolId": site.top, "Ipv4NetmaskLength": 24 }),
                "InvalidParameterValue",
                &nowhere_else,
            ),
            (
                "CreateVpc",
                json!({ "Ipv4IpamPoolId": site.pool, "Ipv4NetmaskLength": 19 }),
                "InvalidParameterValue",
                "The allocation size is too big for the pool.",
            ),
            (
                "CreateVpc",
                json!({ "Ipv4IpamPoolId": site.pool }),
                "InvalidParameterCombination",
                "The request cannot contain empty CIDR and Netmask Length for a pool with no default allocation netmask length set. Exactly one of them should be provided.",
            ),
            (
                "CreateVpc",
                json!({ "CidrBlock": "10.0.0.0/24", "Ipv4NetmaskLength": 24 }),
                "InvalidParameterCombination",
                "The parameter ipv4NetmaskLength can be used only with the parameter ipv4IpamPoolId",
            ),
            (
                "CreateVpc",
                json!({ "Ipv4IpamPoolId": nowhere("ipam-pool"), "Ipv4NetmaskLength": 24 }),
                "InvalidIpamPoolId.NotFound",
                "The ipam-pool ID 'ipam-pool-00000000000000000' does not exist",
            ),
            (
                "CreateVpc",
                json!({}),
                "MissingParameter",
                "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.",
            ),
        ],
    );
    ec2.call("DeleteSubnet", &json!({ "SubnetId": subnet.text("subnet.subnetId") })).ok();
    assert!(allocated(&ec2, &plan).is_empty());
    ec2.call("DeleteIpamPool", &json!({ "IpamPoolId": plan, "Cascade": true })).ok();
    ec2.call("DeleteVpc", &json!({ "VpcId": id })).ok();
    assert!(allocated(&ec2, &site.pool).is_empty());
}

#[test]
fn pools_are_used_in_their_locale() {
    let (server, ec2) = start();
    let site = site(&ec2);
    let there = pool(&ec2, &site.scope, &json!({ "SourceIpamPoolId": site.top, "Locale": "eu-west-1" }));
    provision(&ec2, &there, "10.0.32.0/20");
    let dublin = server.client("ec2").region("eu-west-1");
    let create = json!({ "Ipv4IpamPoolId": there, "Ipv4NetmaskLength": 24 });
    assert_eq!(dublin.call("CreateVpc", &create).ok().text("vpc.cidrBlock"), "10.0.32.0/24");
    assert_eq!(allocated(&ec2, &there), ["10.0.32.0/24"]);
    let elsewhere = format!("The pool {there} has the locale eu-west-1 and cannot be used here.");
    refuses(&ec2, &[("CreateVpc", create.clone(), "InvalidParameterValue", &elsewhere)]);
    let other = server.client("ec2").key("111122223333", "secret", None).region("eu-west-1");
    let unknown = format!("The ipam-pool ID '{there}' does not exist");
    refuses(&other, &[("CreateVpc", create, "InvalidIpamPoolId.NotFound", &unknown)]);
}

#[test]
fn a_pool_that_imports_takes_what_lies_in_it() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    let old = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/24" })).ok().text("vpc.vpcId");
    assert!(allocated(&ec2, &site.pool).is_empty());
    ec2.call("ModifyIpamPool", &json!({ "IpamPoolId": site.pool, "AutoImport": true })).ok();
    assert_eq!(allocated(&ec2, &site.pool), ["10.0.0.0/24"]);
    ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.5.0/24" })).ok();
    assert_eq!(allocated(&ec2, &site.pool), ["10.0.0.0/24", "10.0.5.0/24"]);
    ec2.call("DeleteVpc", &json!({ "VpcId": old })).ok();
    assert_eq!(allocated(&ec2, &site.pool), ["10.0.5.0/24"]);
}

#[test]
fn what_ipam_sees_of_networks() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    let create = json!({ "Ipv4IpamPoolId": site.pool, "Ipv4NetmaskLength": 24 });
    let id = ec2.call("CreateVpc", &create).ok().text("vpc.vpcId");
    ec2.call("CreateSubnet", &json!({ "VpcId": id, "CidrBlock": "10.0.0.0/26" })).ok();
    let plain = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/24" })).ok().text("vpc.vpcId");
    let asked = json!({ "IpamScopeId": site.scope, "ResourceId": id });
    let told = ec2.call("GetIpamResourceCidrs", &asked).ok();
    let of = |name: &str| told.text(&format!("ipamResourceCidrSet.item.{name}"));
    for (name, want) in [
        ("resourceCidr", "10.0.0.0/24"),
        ("resourceType", "vpc"),
        ("managementState", "managed"),
        ("complianceStatus", "compliant"),
        ("overlapStatus", "overlapping"),
        ("ipUsage", "0.25"),
        ("ipamPoolId", site.pool.as_str()),
        ("vpcId", id.as_str()),
    ] {
        assert_eq!(of(name), want, "{name}");
    }
    let path = "ipamResourceCidrSet.item.resourceId";
    let plain_asked = json!({ "IpamScopeId": site.scope, "ResourceId": plain });
    let unmanaged = ec2.call("GetIpamResourceCidrs", &plain_asked).ok();
    assert_eq!(unmanaged.text("ipamResourceCidrSet.item.managementState"), "unmanaged");
    for (more, count) in [
        (json!({ "ResourceType": "vpc", "IpamPoolId": site.pool }), 1),
        (json!({ "ResourceOwner": "111122223333" }), 0),
        (json!({ "ResourceTag": { "Key": "none" } }), 0),
        (json!({ "Filter": [{ "Name": "management-state", "Value": ["managed"] }] }), 1),
        (json!({ "Filter": [{ "Name": "resource-id", "Value": [plain] }] }), 1),
    ] {
        let asked = with(&json!({ "IpamScopeId": site.scope }), &more);
        assert_eq!(ec2.call("GetIpamResourceCidrs", &asked).ok().texts(path).len(), count, "{more}");
    }
    let rules = json!({ "IpamPoolId": site.pool, "AllocationMinNetmaskLength": 25 });
    ec2.call("ModifyIpamPool", &rules).ok();
    let told = ec2.call("GetIpamResourceCidrs", &asked).ok();
    assert_eq!(told.text("ipamResourceCidrSet.item.complianceStatus"), "noncompliant");
    let (all, count) =
        pages(&ec2, "GetIpamResourceCidrs", &json!({ "IpamScopeId": site.scope, "MaxResults": 5 }), path);
    assert!(all.len() > 5 && count == all.len().div_ceil(5), "{count} pages of {}", all.len());
}

#[test]
fn what_ipam_refuses() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    let (value, combination) = ("InvalidParameterValue", "InvalidParameterCombination");
    let of_pool = |more: Value| with(&json!({ "IpamScopeId": site.scope, "AddressFamily": "ipv4" }), &more);
    let in_pool = |more: Value| with(&json!({ "IpamPoolId": site.pool }), &more);
    let locale = "The locale must be an operating Region of the IPAM.";
    let (create, allocate, provision) = ("CreateIpamPool", "AllocateIpamPoolCidr", "ProvisionIpamPoolCidr");
    refuses(
        &ec2,
        &[
            (
                "CreateIpam",
                json!({ "OperatingRegion": [{ "RegionName": "mars-1" }] }),
                value,
                "Value (mars-1) for parameter regionName is invalid. There is no such Region.",
            ),
            (
                "CreateIpam",
                json!({ "Tier": "gold" }),
                value,
                "Value (gold) for parameter tier is invalid. Valid values are free, advanced.",
            ),
            (
                "ModifyIpam",
                json!({ "IpamId": site.ipam }),
                combination,
                "The request must contain a modification to the ipam",
            ),
            (
                "ModifyIpam",
                json!({ "IpamId": site.ipam, "RemoveOperatingRegion": [{ "RegionName": "us-east-1" }] }),
                value,
                "Value (us-east-1) for parameter regionName is invalid. The home Region of the IPAM stays an operating Region.",
            ),
            (
                "ModifyIpam",
                json!({ "IpamId": nowhere("ipam"), "Tier": "free" }),
                "InvalidIpamId.NotFound",
                "The ipam ID 'ipam-00000000000000000' does not exist",
            ),
            (
                "CreateIpamScope",
                json!({ "IpamId": "ipam" }),
                "InvalidIpamId.Malformed",
                "Invalid id: \"ipam\" (expecting \"ipam-...\")",
            ),
            (
                create,
                json!({ "IpamScopeId": nowhere("ipam-scope"), "AddressFamily": "ipv4" }),
                "InvalidIpamScopeId.NotFound",
                "The ipam-scope ID 'ipam-scope-00000000000000000' does not exist",
            ),
            (
                create,
                of_pool(json!({ "Locale": "us-west-2" })),
                value,
                &format!("Value (us-west-2) for parameter locale is invalid. {locale}"),
            ),
            (
                create,
                of_pool(json!({ "AddressFamily": "ipv5" })),
                value,
                "Value (ipv5) for parameter addressFamily is invalid. Valid values are ipv4, ipv6.",
            ),
            (
                create,
                of_pool(json!({ "AddressFamily": "ipv6" })),
                "UnsupportedOperation",
                "A private pool of IPv6 addresses is not built yet.",
            ),
            (
                create,
                of_pool(json!({ "PubliclyAdvertisable": true })),
                combination,
                "The request can only contain PubliclyAdvertisable if the AddressFamily is IPv6 and PublicIpSource is byoip.",
            ),
            (
                create,
                of_pool(json!({ "AutoImport": true })),
                combination,
                "AutoImport can be used only with a Locale",
            ),
            (
                create,
                of_pool(json!({ "AllocationMinNetmaskLength": 24, "AllocationMaxNetmaskLength": 20 })),
                value,
                "Value (24) for parameter allocationMinNetmaskLength is invalid. It must not be above the maximum netmask length.",
            ),
            (
                create,
                of_pool(json!({ "AllocationDefaultNetmaskLength": 33 })),
                value,
                "Value (33) for parameter allocationDefaultNetmaskLength is invalid. Valid values are 0 to 32.",
            ),
            (
                create,
                of_pool(json!({ "SourceIpamPoolId": site.pool, "Locale": "eu-west-1" })),
                value,
                &format!(
                    "Value ({}) for parameter sourceIpamPoolId is invalid. The pool must have the locale of its source pool.",
                    site.pool
                ),
            ),
            (
                "ModifyIpamPool",
                in_pool(json!({})),
                combination,
                "The request must contain a modification to the ipam pool",
            ),
            (
                provision,
                in_pool(json!({ "Cidr": "10.0.0.1/24" })),
                value,
                "Value (10.0.0.1/24) for parameter cidr is invalid. This is not a valid CIDR block.",
            ),
            (
                provision,
                in_pool(json!({})),
                "MissingParameter",
                "The request must contain the parameter cidr",
            ),
            (
                provision,
                json!({ "IpamPoolId": site.top, "NetmaskLength": 24 }),
                "MissingParameter",
                "The request must contain the parameter cidr",
            ),
            (
                "DeprovisionIpamPoolCidr",
                in_pool(json!({ "Cidr": "10.9.0.0/24" })),
                value,
                &format!(
                    "Value (10.9.0.0/24) for parameter cidr is invalid. It is not provisioned to the pool {}.",
                    site.pool
                ),
            ),
            (
                allocate,
                in_pool(json!({})),
                combination,
                "The request cannot contain empty CIDR and Netmask Length for a pool with no default allocation netmask length set. Exactly one of them should be provided.",
            ),
            (
                allocate,
                in_pool(json!({ "Cidr": "10.0.0.0/24", "NetmaskLength": 24 })),
                combination,
                "The request can contain either a CIDR or a Netmask Length, not both.",
            ),
            (
                allocate,
                in_pool(json!({ "NetmaskLength": 16 })),
                value,
                "The allocation size is too big for the pool.",
            ),
            (
                allocate,
                in_pool(json!({ "Cidr": "10.9.0.0/24" })),
                value,
                &format!(
                    "Value (10.9.0.0/24) for parameter cidr is invalid. It is not provisioned to the pool {}.",
                    site.pool
                ),
            ),
            (
                "GetIpamPoolAllocations",
                in_pool(json!({ "IpamPoolAllocationId": "x" })),
                "InvalidIpamPoolAllocationId.Malformed",
                "Invalid id: \"x\" (expecting \"ipam-pool-alloc-...\")",
            ),
            (
                "GetIpamResourceCidrs",
                json!({ "IpamScopeId": site.scope, "ResourceType": "moon" }),
                value,
                "Value (moon) for parameter resourceType is invalid. Valid values are vpc, subnet, eip, public-ipv4-pool, ipv6-pool, eni, anycast-ip-list.",
            ),
        ],
    );
    let tags = json!([{ "Key": "env", "Value": "lab" }]);
    ec2.call(
        "ModifyIpamPool",
        &in_pool(json!({ "AddAllocationResourceTag": tags, "AllocationMaxNetmaskLength": 24 })),
    )
    .ok();
    let lacking = format!(
        "The resource does not have the tags that the pool {} requires of its allocations.",
        site.pool
    );
    let vpc = |length: i32| json!({ "Ipv4IpamPoolId": site.pool, "Ipv4NetmaskLength": length });
    refuses(
        &ec2,
        &[
            ("CreateVpc", vpc(24), value, &lacking),
            (
                allocate,
                in_pool(json!({ "NetmaskLength": 25 })),
                value,
                "Value (25) for parameter netmaskLength is invalid. The pool allows netmask lengths from 0 to 24.",
            ),
        ],
    );
    let tagged = json!({ "TagSpecification": [{ "ResourceType": "vpc", "Tag": tags }] });
    ec2.call("CreateVpc", &with(&vpc(24), &tagged)).ok();
}
