//! IPAM, its scopes, pools, blocks and allocations.

use crate::{dry_runs, found, refuses, start, unseen_elsewhere};
use serde_json::{Value, json};
use testkit::ec2::{advance, start_real, with};
use testkit::{Client, Server};

/// An IPAM with a pool of 10.0.0.0/16 on top, and one of 10.0.0.0/20 in it for this Region.
pub(crate) struct Site {
    pub(crate) ipam: String,
    pub(crate) scope: String,
    pub(crate) top: String,
    pub(crate) pool: String,
}

pub(crate) fn site(ec2: &Client) -> Site {
    let asked = json!({ "OperatingRegion": [{ "RegionName": "eu-west-1" }] });
    let made = ec2.call("CreateIpam", &asked).ok();
    let (ipam, scope) = (made.text("ipam.ipamId"), made.text("ipam.privateDefaultScopeId"));
    let top = pool(ec2, &scope, &json!({}));
    provision(ec2, &top, "10.0.0.0/16");
    let pool = pool(ec2, &scope, &json!({ "SourceIpamPoolId": top, "Locale": "us-east-1" }));
    provision(ec2, &pool, "10.0.0.0/20");
    Site { ipam, scope, top, pool }
}

#[track_caller]
pub(crate) fn pool(ec2: &Client, scope: &str, more: &Value) -> String {
    let asked = with(&json!({ "IpamScopeId": scope, "AddressFamily": "ipv4" }), more);
    ec2.call("CreateIpamPool", &asked).ok().text("ipamPool.ipamPoolId")
}

#[track_caller]
pub(crate) fn provision(ec2: &Client, pool: &str, block: &str) {
    ec2.call("ProvisionIpamPoolCidr", &json!({ "IpamPoolId": pool, "Cidr": block })).ok();
}

/// The blocks of a pool with their states.
pub(crate) fn blocks(ec2: &Client, pool: &str) -> Vec<(String, String)> {
    let told = ec2.call("GetIpamPoolCidrs", &json!({ "IpamPoolId": pool })).ok();
    let of = |name: &str| told.texts(&format!("ipamPoolCidrSet.item.{name}"));
    of("cidr").into_iter().zip(of("state")).collect()
}

/// The blocks that are allocated of a pool, in order.
pub(crate) fn allocated(ec2: &Client, pool: &str) -> Vec<String> {
    let told = ec2.call("GetIpamPoolAllocations", &json!({ "IpamPoolId": pool })).ok();
    let mut blocks = told.texts("ipamPoolAllocationSet.item.cidr");
    blocks.sort();
    blocks
}

#[track_caller]
fn allocate(ec2: &Client, pool: &str, more: &Value) -> (String, String) {
    let made = ec2.call("AllocateIpamPoolCidr", &with(&json!({ "IpamPoolId": pool }), more)).ok();
    let of = |name: &str| made.text(&format!("ipamPoolAllocation.{name}"));
    (of("cidr"), of("ipamPoolAllocationId"))
}

#[test]
fn the_life_of_an_ipam() {
    let (mut server, ec2) = start();
    let tags = json!([{ "ResourceType": "ipam", "Tag": [{ "Key": "n", "Value": "1" }] }]);
    let create = json!({
        "Description": "all", "OperatingRegion": [{ "RegionName": "eu-west-1" }], "TagSpecification": tags,
        "ClientToken": "t"
    });
    let made = ec2.call("CreateIpam", &create).ok();
    let id = made.text("ipam.ipamId");
    assert_eq!(made.text("ipam.state"), "create-in-progress");
    assert_eq!(made.text("ipam.ipamArn"), format!("arn:aws:ec2::000000000000:ipam/{id}"));
    assert_eq!(ec2.call("CreateIpam", &create).ok().text("ipam.ipamId"), id);
    server.restart();
    let ec2 = server.client("ec2");
    let told = ec2.call("DescribeIpams", &json!({ "IpamId": [id] })).ok();
    let of = |name: &str| told.texts(&format!("ipamSet.item.{name}"));
    assert_eq!((of("state"), of("scopeCount")), (vec!["create-complete".to_owned()], vec!["2".to_owned()]));
    assert_eq!(of("operatingRegionSet.item.regionName"), ["eu-west-1", "us-east-1"]);
    assert_eq!((of("tier"), of("ipamRegion")), (vec!["advanced".to_owned()], vec!["us-east-1".to_owned()]));
    let scopes = ec2.call("DescribeIpamScopes", &json!({})).ok();
    let mut kinds = scopes.texts("ipamScopeSet.item.ipamScopeType");
    kinds.sort();
    assert_eq!(kinds, ["private", "public"]);
    let path = "ipamSet.item.ipamId";
    for (filter, value) in [
        ("description", "all"),
        ("ipam-arn", made.text("ipam.ipamArn").as_str()),
        ("ipam-id", id.as_str()),
        ("ipam-region", "us-east-1"),
        ("owner-id", "000000000000"),
        ("private-default-scope-id", of("privateDefaultScopeId").concat().as_str()),
        ("public-default-scope-id", of("publicDefaultScopeId").concat().as_str()),
        ("state", "create-complete"),
        ("tier", "advanced"),
        ("tag:n", "1"),
    ] {
        assert_eq!(found(&ec2, "DescribeIpams", (filter, value), path), [id.as_str()], "{filter}");
        assert!(found(&ec2, "DescribeIpams", (filter, "none"), path).is_empty(), "{filter}");
    }
    unseen_elsewhere(
        &server,
        &[("DescribeIpams", path), ("DescribeIpamScopes", "ipamScopeSet.item.ipamScopeId")],
    );
    let change = json!({
        "IpamId": id, "Description": "some", "AddOperatingRegion": [{ "RegionName": "eu-central-1" }],
        "RemoveOperatingRegion": [{ "RegionName": "eu-west-1" }], "Tier": "free"
    });
    let delete = json!({ "IpamId": id });
    dry_runs(&ec2, &[("CreateIpam", &create), ("ModifyIpam", &change), ("DeleteIpam", &delete)]);
    let changed = ec2.call("ModifyIpam", &change).ok();
    assert_eq!(changed.texts("ipam.operatingRegionSet.item.regionName"), ["eu-central-1", "us-east-1"]);
    assert_eq!(changed.text("ipam.state"), "modify-in-progress");
    assert_eq!(found(&ec2, "DescribeIpams", ("state", "modify-complete"), path), [id.as_str()]);
    assert_eq!(ec2.call("DeleteIpam", &delete).ok().text("ipam.state"), "delete-in-progress");
    let gone = format!("The ipam ID '{id}' does not exist");
    refuses(&ec2, &[("DescribeIpams", json!({ "IpamId": [id] }), "InvalidIpamId.NotFound", &gone)]);
    assert!(ec2.call("DescribeIpamScopes", &json!({})).ok().texts("ipamScopeSet.item").is_empty());
}

#[test]
fn states_take_their_time_at_the_real_pace() {
    let (server, ec2) = start_real();
    let made = ec2.call("CreateIpam", &json!({})).ok();
    let (id, scope) = (made.text("ipam.ipamId"), made.text("ipam.privateDefaultScopeId"));
    let state = || ec2.call("DescribeIpams", &json!({})).ok().texts("ipamSet.item.state");
    assert_eq!(state(), ["create-in-progress"]);
    let early =
        format!("The specified action is not valid for {id} in the current state (create-in-progress).");
    refuses(&ec2, &[("DeleteIpam", json!({ "IpamId": id }), "IncorrectState", &early)]);
    advance_until(&server, &ec2, "DescribeIpams", "ipamSet.item.state", "create-complete");
    let pool = pool(&ec2, &scope, &json!({}));
    advance_until(&server, &ec2, "DescribeIpamPools", "ipamPoolSet.item.state", "create-complete");
    provision(&ec2, &pool, "10.0.0.0/16");
    assert_eq!(blocks(&ec2, &pool), [("10.0.0.0/16".to_owned(), "pending-provision".to_owned())]);
    let mut events = server.events(0);
    advance(&server, "11s");
    // The job is done before the clock's page answers, or right after: the event log tells.
    events.wait_for("IpamPoolCidrChanged");
    assert_eq!(blocks(&ec2, &pool), [("10.0.0.0/16".to_owned(), "provisioned".to_owned())]);
}

/// Moves the clock and waits for what the resource says of itself.
#[track_caller]
fn advance_until(server: &Server, ec2: &Client, operation: &str, path: &str, state: &str) {
    let mut events = server.events(0);
    advance(server, "11s");
    while ec2.call(operation, &json!({})).ok().texts(path) != [state] {
        events.wait_for("IpamSettled");
    }
}

#[test]
fn the_life_of_a_scope() {
    let (server, ec2) = start();
    let site = site(&ec2);
    let tags = json!([{ "ResourceType": "ipam-scope", "Tag": [{ "Key": "n", "Value": "1" }] }]);
    let create =
        json!({ "IpamId": site.ipam, "Description": "lab", "TagSpecification": tags, "ClientToken": "t" });
    let made = ec2.call("CreateIpamScope", &create).ok();
    let id = made.text("ipamScope.ipamScopeId");
    assert_eq!(
        (made.text("ipamScope.ipamScopeType"), made.text("ipamScope.isDefault")),
        ("private".to_owned(), "false".to_owned())
    );
    assert_eq!(ec2.call("CreateIpamScope", &create).ok().text("ipamScope.ipamScopeId"), id);
    let path = "ipamScopeSet.item.ipamScopeId";
    for (filter, value, count) in [
        ("description", "lab", 1),
        ("ipam-id", site.ipam.as_str(), 3),
        ("ipam-region", "us-east-1", 3),
        ("ipam-scope-id", id.as_str(), 1),
        ("ipam-scope-type", "public", 1),
        ("is-default", "true", 2),
        ("owner-id", "000000000000", 3),
        ("state", "create-complete", 3),
        ("ipam-arn", "none", 0),
        ("ipam-scope-arn", "*ipam-scope/*", 3),
        ("tag:n", "1", 1),
    ] {
        assert_eq!(found(&ec2, "DescribeIpamScopes", (filter, value), path).len(), count, "{filter}");
    }
    unseen_elsewhere(&server, &[("DescribeIpamScopes", path)]);
    let change = json!({ "IpamScopeId": id, "Description": "test" });
    let delete = json!({ "IpamScopeId": id });
    dry_runs(
        &ec2,
        &[("CreateIpamScope", &create), ("ModifyIpamScope", &change), ("DeleteIpamScope", &delete)],
    );
    assert_eq!(ec2.call("ModifyIpamScope", &change).ok().text("ipamScope.description"), "test");
    let own = pool(&ec2, &id, &json!({}));
    // What overlaps in another scope is another address.
    provision(&ec2, &own, "10.0.0.0/16");
    assert_eq!(blocks(&ec2, &own), [("10.0.0.0/16".to_owned(), "provisioned".to_owned())]);
    let used =
        format!("The specified action is not valid for {id}. There are one or more pools in the scope.");
    let stays = format!("The default scope {} cannot be deleted.", site.scope);
    let scopes = format!(
        "The specified action is not valid for {}. There are one or more pools in its scopes.",
        site.ipam
    );
    refuses(
        &ec2,
        &[
            ("DeleteIpamScope", delete.clone(), "DependencyViolation", &used),
            ("DeleteIpamScope", json!({ "IpamScopeId": site.scope }), "InvalidParameterValue", &stays),
            ("DeleteIpam", json!({ "IpamId": site.ipam }), "DependencyViolation", &scopes),
            (
                "ModifyIpamScope",
                json!({ "IpamScopeId": id }),
                "InvalidParameterCombination",
                "The request must contain a modification to the ipam scope",
            ),
        ],
    );
    ec2.call("DeleteIpamPool", &json!({ "IpamPoolId": own, "Cascade": true })).ok();
    ec2.call("DeleteIpamScope", &delete).ok();
    ec2.call("DeleteIpam", &json!({ "IpamId": site.ipam, "Cascade": true })).ok();
    assert!(ec2.call("DescribeIpamPools", &json!({})).ok().texts("ipamPoolSet.item.ipamPoolId").is_empty());
}

#[test]
fn the_life_of_a_pool() {
    let (server, ec2) = start();
    let site = site(&ec2);
    let told = ec2.call("DescribeIpamPools", &json!({ "IpamPoolId": [site.pool] })).ok();
    let of = |name: &str| told.text(&format!("ipamPoolSet.item.{name}"));
    assert_eq!(
        (of("poolDepth"), of("locale"), of("addressFamily")),
        ("2".to_owned(), "us-east-1".to_owned(), "ipv4".to_owned())
    );
    assert_eq!((of("sourceIpamPoolId"), of("autoImport")), (site.top.clone(), "false".to_owned()));
    let top = ec2.call("DescribeIpamPools", &json!({ "IpamPoolId": [site.top] })).ok();
    assert_eq!(top.text("ipamPoolSet.item.locale"), "None");
    let tags = json!([{ "ResourceType": "ipam-pool", "Tag": [{ "Key": "n", "Value": "1" }] }]);
    let create = json!({
        "IpamScopeId": site.scope, "AddressFamily": "ipv4", "Description": "lab", "TagSpecification": tags,
        "AllocationMinNetmaskLength": 20, "AllocationMaxNetmaskLength": 28, "AllocationDefaultNetmaskLength": 24,
        "AllocationResourceTag": [{ "Key": "env", "Value": "lab" }], "ClientToken": "t"
    });
    let id = ec2.call("CreateIpamPool", &create).ok().text("ipamPool.ipamPoolId");
    assert_eq!(ec2.call("CreateIpamPool", &create).ok().text("ipamPool.ipamPoolId"), id);
    let path = "ipamPoolSet.item.ipamPoolId";
    for (filter, value, count) in [
        ("address-family", "ipv4", 3),
        ("auto-import", "true", 0),
        ("description", "lab", 1),
        ("ipam-arn", "*", 3),
        ("ipam-id", site.ipam.as_str(), 3),
        ("ipam-pool-arn", "*ipam-pool/*", 3),
        ("ipam-pool-id", id.as_str(), 1),
        ("ipam-region", "us-east-1", 3),
        ("ipam-scope-arn", "*", 3),
        ("ipam-scope-id", site.scope.as_str(), 3),
        ("ipam-scope-type", "private", 3),
        ("locale", "None", 2),
        ("owner-id", "000000000000", 3),
        ("pool-depth", "2", 1),
        ("source-ipam-pool-id", site.top.as_str(), 1),
        ("state", "create-complete", 3),
        ("tag:n", "1", 1),
    ] {
        assert_eq!(found(&ec2, "DescribeIpamPools", (filter, value), path).len(), count, "{filter}");
    }
    unseen_elsewhere(&server, &[("DescribeIpamPools", path)]);
    let change = json!({
        "IpamPoolId": id, "Description": "test", "ClearAllocationDefaultNetmaskLength": true,
        "AllocationMinNetmaskLength": 16, "RemoveAllocationResourceTag": [{ "Key": "env", "Value": "lab" }],
        "AddAllocationResourceTag": [{ "Key": "team", "Value": "x" }]
    });
    let delete = json!({ "IpamPoolId": id });
    dry_runs(&ec2, &[("CreateIpamPool", &create), ("ModifyIpamPool", &change), ("DeleteIpamPool", &delete)]);
    let changed = ec2.call("ModifyIpamPool", &change).ok();
    let of = |name: &str| changed.texts(&format!("ipamPool.{name}"));
    assert_eq!(
        (of("allocationMinNetmaskLength"), of("allocationMaxNetmaskLength")),
        (vec!["16".to_owned()], vec!["28".to_owned()])
    );
    assert!(of("allocationDefaultNetmaskLength").is_empty());
    assert_eq!(of("allocationResourceTagSet.item.key"), ["team"]);
    ec2.call("DeleteIpamPool", &delete).ok();
    let gone = format!("The ipam-pool ID '{id}' does not exist");
    let provisioned = format!(
        "The specified action is not valid for {}. There are one or more pool cidrs provisioned in the pool.",
        site.pool
    );
    let sourced = format!(
        "The specified action is not valid for {}. There are one or more pools sourced from the pool.",
        site.top
    );
    refuses(
        &ec2,
        &[
            ("DeleteIpamPool", delete, "InvalidIpamPoolId.NotFound", &gone),
            ("DeleteIpamPool", json!({ "IpamPoolId": site.pool }), "DependencyViolation", &provisioned),
            ("DeleteIpamPool", json!({ "IpamPoolId": site.top }), "DependencyViolation", &sourced),
        ],
    );
}

#[test]
fn blocks_are_provisioned_and_taken_back() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    assert_eq!(allocated(&ec2, &site.top), ["10.0.0.0/20"]);
    // By length: the first that is free in the pool above.
    let asked = json!({ "IpamPoolId": site.pool, "NetmaskLength": 20, "ClientToken": "t" });
    let made = ec2.call("ProvisionIpamPoolCidr", &asked).ok();
    assert_eq!(made.text("ipamPoolCidr.state"), "pending-provision");
    let again = ec2.call("ProvisionIpamPoolCidr", &asked).ok();
    assert_eq!(again.text("ipamPoolCidr.ipamPoolCidrId"), made.text("ipamPoolCidr.ipamPoolCidrId"));
    let mut own = blocks(&ec2, &site.pool);
    own.sort();
    let state = |block: &str, state: &str| (block.to_owned(), state.to_owned());
    assert_eq!(own, [state("10.0.0.0/20", "provisioned"), state("10.0.16.0/20", "provisioned")]);
    // What cannot be had is told by the block.
    provision(&ec2, &site.pool, "10.0.0.0/24");
    let other = pool(&ec2, &site.scope, &json!({}));
    provision(&ec2, &other, "10.0.128.0/17");
    let failed = ec2.call("GetIpamPoolCidrs", &json!({ "IpamPoolId": other })).ok();
    assert_eq!(failed.text("ipamPoolCidrSet.item.state"), "failed-provision");
    assert_eq!(failed.text("ipamPoolCidrSet.item.failureReason.code"), "cidr-not-available");
    let filter =
        json!({ "IpamPoolId": site.pool, "Filter": [{ "Name": "state", "Value": ["failed-provision"] }] });
    assert_eq!(
        ec2.call("GetIpamPoolCidrs", &filter).ok().texts("ipamPoolCidrSet.item.cidr"),
        ["10.0.0.0/24"]
    );
    // What is allocated stays.
    allocate(&ec2, &site.pool, &json!({ "Cidr": "10.0.0.0/24" }));
    let take_back = json!({ "IpamPoolId": site.pool, "Cidr": "10.0.0.0/20" });
    dry_runs(&ec2, &[("DeprovisionIpamPoolCidr", &take_back), ("ProvisionIpamPoolCidr", &asked)]);
    let taking = ec2.call("DeprovisionIpamPoolCidr", &take_back).ok();
    assert_eq!(taking.text("ipamPoolCidr.state"), "pending-deprovision");
    let kept = json!({ "IpamPoolId": site.pool, "Filter": [{ "Name": "cidr", "Value": ["10.0.0.0/20"] }] });
    let kept = ec2.call("GetIpamPoolCidrs", &kept).ok();
    assert_eq!(kept.text("ipamPoolCidrSet.item.state"), "failed-deprovision");
    assert_eq!(
        kept.text("ipamPoolCidrSet.item.failureReason.message"),
        "The CIDR has one or more allocations."
    );
    ec2.call("DeprovisionIpamPoolCidr", &json!({ "IpamPoolId": site.pool, "Cidr": "10.0.16.0/20" })).ok();
    assert_eq!(allocated(&ec2, &site.top), ["10.0.0.0/20"]);
}

#[test]
fn allocations_are_the_first_free_blocks() {
    let (_server, ec2) = start();
    let site = site(&ec2);
    let asked = json!({ "NetmaskLength": 24, "ClientToken": "t", "Description": "office" });
    let (first, id) = allocate(&ec2, &site.pool, &asked);
    assert_eq!(first, "10.0.0.0/24");
    assert_eq!(id.len(), "ipam-pool-alloc-".len() + 33);
    assert_eq!(allocate(&ec2, &site.pool, &asked), (first, id.clone()));
    let preview = json!({ "IpamPoolId": site.pool, "NetmaskLength": 24, "PreviewNextCidr": true, "DisallowedCidr": ["10.0.1.0/24"] });
    let preview = ec2.call("AllocateIpamPoolCidr", &preview).ok();
    assert_eq!(preview.text("ipamPoolAllocation.cidr"), "10.0.2.0/24");
    assert!(preview.texts("ipamPoolAllocation.ipamPoolAllocationId").is_empty());
    let tags = json!([{ "ResourceType": "ipam-pool-allocation", "Tag": [{ "Key": "n", "Value": "1" }] }]);
    let allowed = json!({ "NetmaskLength": 28, "AllowedCidr": ["10.0.4.0/22"], "TagSpecification": tags });
    assert_eq!(allocate(&ec2, &site.pool, &allowed).0, "10.0.4.0/28");
    assert_eq!(allocate(&ec2, &site.pool, &json!({ "Cidr": "10.0.15.0/24" })).0, "10.0.15.0/24");
    let path = "ipamPoolAllocationSet.item.cidr";
    for (filter, value, count) in [
        ("cidr", "10.0.4.0/28", 1),
        ("description", "office", 1),
        ("ipam-pool-allocation-id", id.as_str(), 1),
        ("resource-owner", "000000000000", 3),
        ("resource-type", "custom", 3),
        ("resource-id", "*", 0),
        ("resource-region", "*", 0),
        ("tag:n", "1", 1),
    ] {
        let asked = json!({ "IpamPoolId": site.pool, "Filter": [{ "Name": filter, "Value": [value] }] });
        assert_eq!(ec2.call("GetIpamPoolAllocations", &asked).ok().texts(path).len(), count, "{filter}");
    }
    let one = json!({ "IpamPoolId": site.pool, "IpamPoolAllocationId": id });
    assert_eq!(ec2.call("GetIpamPoolAllocations", &one).ok().texts(path), ["10.0.0.0/24"]);
    let release = json!({ "IpamPoolId": site.pool, "Cidr": "10.0.0.0/24", "IpamPoolAllocationId": id });
    dry_runs(
        &ec2,
        &[
            ("ReleaseIpamPoolAllocation", &release),
            ("AllocateIpamPoolCidr", &json!({ "IpamPoolId": site.pool, "NetmaskLength": 24 })),
        ],
    );
    assert_eq!(ec2.call("ReleaseIpamPoolAllocation", &release).ok().text("success"), "true");
    let gone = format!("The IPAM pool allocation ({id}) does not exist.");
    refuses(
        &ec2,
        &[
            ("ReleaseIpamPoolAllocation", release, "InvalidIpamPoolAllocationId.NotFound", &gone),
            ("GetIpamPoolAllocations", one, "InvalidIpamPoolAllocationId.NotFound", &gone),
        ],
    );
    assert_eq!(allocate(&ec2, &site.pool, &json!({ "NetmaskLength": 24 })).0, "10.0.0.0/24");
}
