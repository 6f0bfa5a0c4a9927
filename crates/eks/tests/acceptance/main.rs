//! What a client sees. Nothing here knows the crate under test; another implementation at the endpoint would be judged by
//! the same words.

mod access_entry;
mod addon;
mod authority;
mod busy;
mod capability;
mod cluster;
mod connector;
mod everywhere;
mod fargate_profile;
mod identity_provider;
mod insight;
mod limit;
mod nodegroup;
mod permission;
mod pod_identity;
mod setup;
mod tag;
mod token;
mod update;
mod version;

use serde_json::{Value, json};
use testkit::{Client, Options, Server};

/// The account of every client here.
const ACCOUNT: &str = "000000000000";

/// A server where states settle at once.
fn start() -> (Server, Client) {
    let server = Server::start();
    let eks = server.client("eks");
    (server, eks)
}

/// The same, where states take the time that they take with AWS.
fn start_real() -> (Server, Client) {
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let eks = server.client("eks");
    (server, eks)
}

/// Advances the server's clock: `31s`.
#[track_caller]
fn advance(server: &Server, by: &str) {
    server.page("POST", "/_angae/clock", &json!({ "advance": by }));
}

/// Makes a role that trusts a service, and answers its ARN.
#[track_caller]
fn role(server: &Server, name: &str, service: &str) -> String {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": service },
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }],
    });
    let made = server
        .client("iam")
        .call("CreateRole", &json!({ "RoleName": name, "AssumeRolePolicyDocument": trust.to_string() }));
    made.ok().text("CreateRoleResult.Role.Arn")
}

/// The default subnets of a Region, by zone.
#[track_caller]
fn subnets(server: &Server) -> Vec<String> {
    let all = server.client("ec2").call("DescribeSubnets", &json!({})).ok();
    let mut all: Vec<(String, String)> = all
        .texts("subnetSet.item.availabilityZoneId")
        .into_iter()
        .zip(all.texts("subnetSet.item.subnetId"))
        .collect();
    // A zone that has no room for control planes.
    all.retain(|(zone, _)| zone != "use1-az3");
    all.sort();
    all.into_iter().map(|(_, subnet)| subnet).collect()
}

/// What every cluster needs.
#[track_caller]
fn wish(server: &Server, name: &str) -> Value {
    let subnets = subnets(server);
    json!({
        "name": name,
        "roleArn": role(server, &format!("{name}-role"), "eks.amazonaws.com"),
        "resourcesVpcConfig": { "subnetIds": [subnets[0], subnets[1]] },
        "accessConfig": { "authenticationMode": "API_AND_CONFIG_MAP" },
    })
}

/// Makes a cluster, and answers what CreateCluster did.
#[track_caller]
fn cluster(server: &Server, name: &str) -> Value {
    let made = server.client("eks").call("CreateCluster", &wish(server, name)).ok();
    made.tree()["cluster"].clone()
}

/// One value with members of another.
fn with(mut one: Value, other: Value) -> Value {
    let (Value::Object(own), Value::Object(other)) = (&mut one, other) else { panic!("no objects") };
    own.extend(other);
    one
}

/// Refusals: the operation, its parameters, status, code and sentence.
type Refused<'a> = (&'a str, Value, u16, &'a str, &'a str);

/// Holds refusals against what is wanted.
#[track_caller]
fn refuses(eks: &Client, cases: &[Refused<'_>]) {
    for (operation, parameters, status, code, sentence) in cases {
        let refusal = eks.call(operation, parameters).refusal();
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str());
        assert_eq!(found, (*status, *code, *sentence), "{operation} {parameters}");
    }
}

const NOT_FOUND: &str = "ResourceNotFoundException";
const PARAMETER: &str = "InvalidParameterException";
const REQUEST: &str = "InvalidRequestException";
const IN_USE: &str = "ResourceInUseException";
const LIMIT: &str = "ResourceLimitExceededException";
const NO_CLUSTER: &str = "No cluster found for name: nowhere.";

/// Every operation is answered; of what they do, warm pools are not built.
#[test]
fn what_is_not_built_is_refused_by_name() {
    let (server, eks) = start();
    cluster(&server, "one");
    let asked = json!({
        "clusterName": "one",
        "nodegroupName": "ng",
        "subnets": [subnets(&server)[0]],
        "nodeRole": role(&server, "nodes", "ec2.amazonaws.com"),
        "warmPoolConfig": { "enabled": true },
    });
    let refusal = eks.call("CreateNodegroup", &asked).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (501, "NotImplemented"));
}

/// Source: moto, whose contributors recorded the sentence; the code is that of every operation's reference page.
#[test]
fn nothing_is_found_of_a_cluster_that_is_not_there() {
    let (_server, eks) = start();
    let of = json!({ "clusterName": "nowhere" });
    for (operation, more) in [
        ("ListAddons", json!({})),
        ("DescribeAddon", json!({ "addonName": "coredns" })),
        ("CreateAddon", json!({ "addonName": "coredns" })),
        ("UpdateAddon", json!({ "addonName": "coredns" })),
        ("DeleteAddon", json!({ "addonName": "coredns" })),
        ("ListAccessEntries", json!({})),
        ("DescribeAccessEntry", json!({ "principalArn": "arn:aws:iam::000000000000:role/r" })),
        ("ListPodIdentityAssociations", json!({})),
        ("DescribePodIdentityAssociation", json!({ "associationId": "a-1" })),
        ("ListIdentityProviderConfigs", json!({})),
        ("ListNodegroups", json!({})),
        ("DescribeNodegroup", json!({ "nodegroupName": "ng" })),
        ("CreateNodegroup", json!({ "nodegroupName": "ng", "subnets": [], "nodeRole": "r" })),
        ("UpdateNodegroupConfig", json!({ "nodegroupName": "ng" })),
        ("UpdateNodegroupVersion", json!({ "nodegroupName": "ng" })),
        ("DeleteNodegroup", json!({ "nodegroupName": "ng" })),
        ("ListFargateProfiles", json!({})),
        ("DescribeFargateProfile", json!({ "fargateProfileName": "p" })),
        ("DeleteFargateProfile", json!({ "fargateProfileName": "p" })),
        ("ListCapabilities", json!({})),
        ("DescribeCapability", json!({ "capabilityName": "p" })),
        ("DeleteCapability", json!({ "capabilityName": "p" })),
        ("ListCertificateAuthorities", json!({})),
        ("CreateCertificateAuthority", json!({})),
        ("ListInsights", json!({})),
        ("DescribeInsight", json!({ "id": "i" })),
        ("StartInsightsRefresh", json!({})),
        ("DescribeInsightsRefresh", json!({})),
    ] {
        let refusal = eks.call(operation, &with(of.clone(), more)).refusal();
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str());
        assert_eq!(found, (404, NOT_FOUND, NO_CLUSTER), "{operation}");
        assert_eq!(refusal.members.get("clusterName").map(String::as_str), Some("nowhere"), "{operation}");
    }
    let named = json!({ "name": "nowhere" });
    for (operation, more) in [
        ("DescribeCluster", json!({})),
        ("DeleteCluster", json!({})),
        ("DeregisterCluster", json!({})),
        ("UpdateClusterVersion", json!({ "version": "1.34" })),
        ("UpdateClusterConfig", json!({ "deletionProtection": true })),
        ("ListUpdates", json!({})),
        ("DescribeUpdate", json!({ "updateId": "u" })),
        ("CancelUpdate", json!({ "updateId": "u" })),
    ] {
        eks.call(operation, &with(named.clone(), more)).refused(404, NOT_FOUND, NO_CLUSTER);
    }
}
