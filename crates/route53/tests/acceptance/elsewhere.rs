//! Every operation of route53 from another account and signed for another Region.
//!
//! Route 53 is one for the whole partition: with AWS its calls are signed for us-east-1. Clients that are given an endpoint
//! sign for the Region they are set to, so here the Region of a signature changes nothing.

use crate::{bare, change, other, set, start, vpc, zone};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Client, Server};

/// What another account is told.
enum Theirs {
    /// It is answered, and finds nothing at a path of the answer.
    Nothing(&'static str),
    /// It is answered about its own.
    Own,
    /// Status, code and sentence.
    Refused(u16, &'static str, String),
}

use Theirs::{Nothing, Own};

fn refused(status: u16, code: &'static str, sentence: impl Into<String>) -> Theirs {
    Theirs::Refused(status, code, sentence.into())
}

fn denied() -> Theirs {
    let sentence = "User: arn:aws:iam::111111111111:root is not authorized to access this resource";
    refused(403, "AccessDenied", sentence)
}

fn no_check(id: &str) -> Theirs {
    refused(404, "NoSuchHealthCheck", format!("A health check with id {id} does not exist."))
}

fn no_collection() -> Theirs {
    refused(404, "NoSuchCidrCollectionException", "The CIDR collection you specified, doesn't exist.")
}

fn no_policy() -> Theirs {
    refused(404, "NoSuchTrafficPolicy", "No traffic policy exists with the specified ID.")
}

fn no_instance() -> Theirs {
    refused(404, "NoSuchTrafficPolicyInstance", "No traffic policy instance exists with the specified ID.")
}

fn no_logs() -> Theirs {
    refused(404, "NoSuchQueryLoggingConfig", "The query logging configuration does not exist")
}

fn no_vpc() -> Theirs {
    refused(400, "InvalidVPCId", "The VPC ID is invalid.")
}

/// One of each that an account can have.
struct World {
    public: String,
    private: String,
    /// Two VPCs of the private zone, and one that is in none.
    vpcs: [String; 3],
    change: String,
    set: String,
    check: String,
    collection: String,
    policy: String,
    instance: String,
    logs: String,
}

fn document(address: &str) -> String {
    json!({
        "AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A", "StartEndpoint": "e",
        "Endpoints": { "e": { "Type": "value", "Value": address } },
    })
    .to_string()
}

fn place(vpc: &str) -> Value {
    json!({ "VPCId": vpc, "VPCRegion": "us-east-1" })
}

fn logs(zone: &str) -> Value {
    let group = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/route53/x";
    json!({ "HostedZoneId": zone, "CloudWatchLogsLogGroupArn": group })
}

fn key(zone: &str, name: &str) -> Value {
    json!({
        "CallerReference": name, "HostedZoneId": zone, "Name": name, "Status": "INACTIVE",
        "KeyManagementServiceArn": format!("arn:aws:kms:us-east-1:000000000000:key/{name}"),
    })
}

fn check(reference: &str) -> Value {
    let config = json!({ "Type": "TCP", "IPAddress": "198.51.100.1", "Port": 80 });
    json!({ "CallerReference": reference, "HealthCheckConfig": config })
}

fn instance(zone: &str, name: &str, policy: &str) -> Value {
    json!({
        "HostedZoneId": zone, "Name": name, "TTL": 60, "TrafficPolicyId": policy, "TrafficPolicyVersion": 1,
    })
}

fn world(server: &Server, client: &Client) -> World {
    let text =
        |operation: &str, parameters: &Value, path: &str| client.call(operation, parameters).ok().text(path);
    let public = zone(client, "example.com");
    let made = batch(&public, "a.example.com");
    let change = bare(&text("ChangeResourceRecordSets", &made, "ChangeInfo.Id"));
    let vpcs = [(); 3].map(|()| vpc(server, "us-east-1"));
    let private = json!({ "Name": "inside.example", "CallerReference": "p", "VPC": place(&vpcs[0]) });
    let private = bare(&text("CreateHostedZone", &private, "HostedZone.Id"));
    let second = json!({ "HostedZoneId": private, "VPC": place(&vpcs[1]) });
    client.call("AssociateVPCWithHostedZone", &second).ok();
    let set = json!({ "CallerReference": "set" });
    let set = bare(&text("CreateReusableDelegationSet", &set, "DelegationSet.Id"));
    let collection = json!({ "Name": "offices", "CallerReference": "c" });
    let collection = text("CreateCidrCollection", &collection, "Collection.Id");
    let policy = json!({ "Name": "p", "Document": document("192.0.2.1") });
    let policy = text("CreateTrafficPolicy", &policy, "TrafficPolicy.Id");
    let made = instance(&public, "t.example.com", &policy);
    let instance = text("CreateTrafficPolicyInstance", &made, "TrafficPolicyInstance.Id");
    let logs = text("CreateQueryLoggingConfig", &logs(&public), "QueryLoggingConfig.Id");
    client.call("CreateKeySigningKey", &key(&public, "first")).ok();
    let check = text("CreateHealthCheck", &check("one"), "HealthCheck.Id");
    World { public, private, vpcs, change, set, check, collection, policy, instance, logs }
}

fn batch(zone: &str, name: &str) -> Value {
    crate::batch(zone, &[set("CREATE", name, "A", "192.0.2.1")])
}

/// Operation, parameters that name what the owner has, and what another account is told. The owner's calls follow each
/// other: what goes goes last.
type Row = (&'static str, Value, Theirs);

fn zones(world: &World) -> Vec<Row> {
    let World { public, private, vpcs, set, .. } = world;
    let list = "HostedZones.HostedZone.Id";
    let of = json!({ "HostedZoneId": public });
    let id = json!({ "Id": public });
    let free = json!({ "HostedZoneId": private, "VPC": place(&vpcs[2]) });
    let by_vpc = json!({ "VPCId": vpcs[0], "VPCRegion": "us-east-1" });
    let set_limit = json!({ "DelegationSetId": set, "Type": "MAX_ZONES_BY_REUSABLE_DELEGATION_SET" });
    let no_set = || refused(400, "NoSuchDelegationSet", set);
    vec![
        ("CreateHostedZone", json!({ "Name": "new.example", "CallerReference": "new" }), Own),
        ("GetHostedZone", id.clone(), denied()),
        ("UpdateHostedZoneComment", json!({ "Id": public, "Comment": "c" }), denied()),
        (
            "UpdateHostedZoneFeatures",
            json!({ "HostedZoneId": public, "EnableAcceleratedRecovery": true }),
            denied(),
        ),
        ("GetHostedZoneCount", json!({}), Own),
        ("GetHostedZoneLimit", json!({ "HostedZoneId": public, "Type": "MAX_RRSETS_BY_ZONE" }), denied()),
        ("ListHostedZones", json!({ "HostedZoneType": "PrivateHostedZone" }), Nothing(list)),
        ("ListHostedZonesByName", json!({ "DNSName": "inside.example", "MaxItems": "1" }), Own),
        ("ListHostedZonesByVPC", by_vpc, no_vpc()),
        ("CreateVPCAssociationAuthorization", free.clone(), denied()),
        ("ListVPCAssociationAuthorizations", json!({ "HostedZoneId": private }), denied()),
        ("DeleteVPCAssociationAuthorization", free.clone(), denied()),
        ("AssociateVPCWithHostedZone", free.clone(), no_vpc()),
        ("DisassociateVPCFromHostedZone", free, denied()),
        ("CreateReusableDelegationSet", json!({ "CallerReference": "new" }), Own),
        ("GetReusableDelegationSet", json!({ "Id": set }), no_set()),
        ("GetReusableDelegationSetLimit", set_limit, no_set()),
        ("ListReusableDelegationSets", json!({}), Own),
        ("DeleteReusableDelegationSet", json!({ "Id": set }), no_set()),
        ("CreateKeySigningKey", key(public, "second"), denied()),
        ("ActivateKeySigningKey", json!({ "HostedZoneId": public, "Name": "second" }), denied()),
        ("EnableHostedZoneDNSSEC", of.clone(), denied()),
        ("GetDNSSEC", of.clone(), denied()),
        ("DisableHostedZoneDNSSEC", of.clone(), denied()),
        ("DeactivateKeySigningKey", json!({ "HostedZoneId": public, "Name": "second" }), denied()),
        ("DeleteKeySigningKey", json!({ "HostedZoneId": public, "Name": "second" }), denied()),
        ("GetAccountLimit", json!({ "Type": "MAX_HOSTED_ZONES_BY_OWNER" }), Own),
        ("DeleteHostedZone", json!({ "Id": private }), denied()),
    ]
}

fn records(world: &World) -> Vec<Row> {
    let World { public, change, collection, logs: log, .. } = world;
    let of = json!({ "HostedZoneId": public });
    let put = json!([{ "LocationName": "paris", "Action": "PUT", "CidrList": ["192.0.2.0/24"] }]);
    let gone =
        json!([{ "LocationName": "paris", "Action": "DELETE_IF_EXISTS", "CidrList": ["192.0.2.0/24"] }]);
    let question = json!({ "HostedZoneId": public, "RecordName": "a.example.com", "RecordType": "A" });
    let of_collection = json!({ "CollectionId": collection });
    let path = "QueryLoggingConfigs.QueryLoggingConfig.Id";
    vec![
        ("ChangeResourceRecordSets", batch(public, "b.example.com"), denied()),
        ("ListResourceRecordSets", of.clone(), denied()),
        ("TestDNSAnswer", question, denied()),
        ("GetChange", json!({ "Id": change }), denied()),
        ("GetGeoLocation", json!({ "CountryCode": "DE" }), Own),
        ("ListGeoLocations", json!({ "MaxItems": "1" }), Own),
        ("GetCheckerIpRanges", json!({}), Own),
        ("CreateCidrCollection", json!({ "Name": "new", "CallerReference": "new" }), Own),
        ("ChangeCidrCollection", json!({ "Id": collection, "Changes": put }), no_collection()),
        ("ListCidrCollections", json!({}), Own),
        ("ListCidrLocations", of_collection.clone(), no_collection()),
        ("ListCidrBlocks", of_collection, no_collection()),
        ("ChangeCidrCollection", json!({ "Id": collection, "Changes": gone }), no_collection()),
        ("DeleteCidrCollection", json!({ "Id": collection }), no_collection()),
        ("GetQueryLoggingConfig", json!({ "Id": log }), no_logs()),
        ("ListQueryLoggingConfigs", json!({}), Nothing(path)),
        ("DeleteQueryLoggingConfig", json!({ "Id": log }), no_logs()),
        ("CreateQueryLoggingConfig", logs(public), denied()),
    ]
}

fn checks(world: &World) -> Vec<Row> {
    let id = &world.check;
    let of = json!({ "HealthCheckId": id });
    let tag =
        json!({ "ResourceType": "healthcheck", "ResourceId": id, "AddTags": [{ "Key": "a", "Value": "1" }] });
    let tagged = json!({ "ResourceType": "healthcheck", "ResourceId": id });
    let many = json!({ "ResourceType": "healthcheck", "ResourceIds": [id] });
    vec![
        ("CreateHealthCheck", check("new"), Own),
        ("GetHealthCheck", of.clone(), no_check(id)),
        ("UpdateHealthCheck", json!({ "HealthCheckId": id, "Port": 81 }), no_check(id)),
        ("ListHealthChecks", json!({}), Own),
        ("GetHealthCheckCount", json!({}), Own),
        ("GetHealthCheckStatus", of.clone(), no_check(id)),
        ("GetHealthCheckLastFailureReason", of.clone(), no_check(id)),
        ("ChangeTagsForResource", tag, no_check(id)),
        ("ListTagsForResource", tagged, no_check(id)),
        ("ListTagsForResources", many, no_check(id)),
        ("DeleteHealthCheck", of, no_check(id)),
    ]
}

fn traffic(world: &World) -> Vec<Row> {
    let World { public, policy, instance: own, .. } = world;
    let version = json!({ "Id": policy, "Version": 1 });
    let by_policy = json!({ "TrafficPolicyId": policy, "TrafficPolicyVersion": 1 });
    let update = json!({ "Id": own, "TTL": 61, "TrafficPolicyId": policy, "TrafficPolicyVersion": 1 });
    let path = "TrafficPolicyInstances.TrafficPolicyInstance.Id";
    let comment = json!({ "Id": policy, "Version": 1, "Comment": "c" });
    vec![
        ("CreateTrafficPolicy", json!({ "Name": "new", "Document": document("192.0.2.1") }), Own),
        (
            "CreateTrafficPolicyVersion",
            json!({ "Id": policy, "Document": document("192.0.2.2") }),
            no_policy(),
        ),
        ("GetTrafficPolicy", version.clone(), no_policy()),
        ("UpdateTrafficPolicyComment", comment, no_policy()),
        ("ListTrafficPolicies", json!({}), Own),
        ("ListTrafficPolicyVersions", json!({ "Id": policy }), no_policy()),
        ("CreateTrafficPolicyInstance", instance(public, "u.example.com", policy), denied()),
        ("GetTrafficPolicyInstance", json!({ "Id": own }), no_instance()),
        ("UpdateTrafficPolicyInstance", update, no_instance()),
        ("GetTrafficPolicyInstanceCount", json!({}), Own),
        ("ListTrafficPolicyInstances", json!({}), Nothing(path)),
        ("ListTrafficPolicyInstancesByHostedZone", json!({ "HostedZoneId": public }), denied()),
        ("ListTrafficPolicyInstancesByPolicy", by_policy, no_policy()),
        ("DeleteTrafficPolicyInstance", json!({ "Id": own }), no_instance()),
        ("DeleteTrafficPolicy", json!({ "Id": policy, "Version": 2 }), no_policy()),
    ]
}

fn rows(world: &World) -> Vec<Row> {
    [records(world), checks(world), traffic(world), zones(world)].into_iter().flatten().collect()
}

#[test]
fn what_an_account_has_is_no_other_accounts() {
    let (server, client) = start();
    let world = world(&server, &client);
    let theirs = other(&server);
    let before =
        client.call("GetAccountLimit", &json!({ "Type": "MAX_HOSTED_ZONES_BY_OWNER" })).ok().text("Count");
    for (operation, parameters, want) in rows(&world) {
        let answer = theirs.call(operation, &parameters);
        match want {
            Own => drop(answer.ok()),
            Nothing(path) => assert!(answer.ok().texts(path).is_empty(), "{operation} {parameters}"),
            Theirs::Refused(status, code, sentence) => {
                let refusal = answer.refusal();
                let found = (refusal.status, refusal.code.as_str(), refusal.message);
                assert_eq!(found, (status, code, sentence), "{operation} {parameters}");
            }
        }
    }
    let after =
        client.call("GetAccountLimit", &json!({ "Type": "MAX_HOSTED_ZONES_BY_OWNER" })).ok().text("Count");
    assert_eq!(before, after);
    let zones = theirs.call("ListHostedZones", &json!({})).ok().texts("HostedZones.HostedZone.Name");
    assert_eq!(zones, ["new.example."]);
}

#[test]
fn the_region_of_a_signature_changes_nothing() {
    let (server, east) = start();
    let world = world(&server, &east);
    let west = server.client("route53").region("eu-west-1");
    let mut seen = BTreeSet::new();
    for (operation, parameters, _) in rows(&world) {
        let answer = west.call(operation, &parameters).ok();
        if operation.starts_with("Get") || operation.starts_with("List") {
            assert_eq!(answer.tree(), east.call(operation, &parameters).ok().tree(), "{operation}");
        }
        seen.insert(operation);
    }
    assert_eq!(seen.len(), 71);
    let zones = east.call("ListHostedZones", &json!({})).ok().texts("HostedZones.HostedZone.Name");
    assert!(zones.contains(&"new.example.".to_owned()), "{zones:?}");
    change(&west, &world.public, &[set("DELETE", "b.example.com", "A", "192.0.2.1")]);
}
