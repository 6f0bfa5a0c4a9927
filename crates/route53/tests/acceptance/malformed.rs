//! What does not fit the model, operation by operation.

use crate::{refuses, refuses_too_long, start};
use serde_json::json;

#[test]
fn every_operation_refuses_what_is_too_long() {
    let (_server, client) = start();
    let (none, zone) = (json!({}), json!({ "HostedZoneId": "Z1" }));
    let vpc = json!({ "VPC": { "VPCId": "vpc-1", "VPCRegion": "us-east-1" } });
    let named = json!({ "Name": "first" });
    let version = json!({ "Version": 1 });
    let update = json!({ "TTL": 60, "TrafficPolicyId": "p", "TrafficPolicyVersion": 1 });
    let instance =
        json!({ "Name": "a.example", "TTL": 60, "TrafficPolicyId": "p", "TrafficPolicyVersion": 1 });
    let key = json!({
        "HostedZoneId": "Z1", "KeyManagementServiceArn": "k", "Name": "first", "Status": "ACTIVE",
    });
    let batch = json!({ "ChangeBatch": { "Changes": [{ "Action": "CREATE", "ResourceRecordSet": {
        "Name": "a.example", "Type": "A", "TTL": 60, "ResourceRecords": [{ "Value": "192.0.2.1" }],
    } }] } });
    let of_kind = json!({ "ResourceType": "healthcheck" });
    let limit = json!({ "Type": "MAX_RRSETS_BY_ZONE" });
    let set_limit = json!({ "Type": "MAX_ZONES_BY_REUSABLE_DELEGATION_SET" });
    let question = json!({ "RecordName": "a.example", "RecordType": "A" });
    refuses_too_long(
        &client,
        "InvalidInput",
        &[
            ("ActivateKeySigningKey", named.clone(), "HostedZoneId", 32),
            ("AssociateVPCWithHostedZone", vpc.clone(), "HostedZoneId", 32),
            ("ChangeResourceRecordSets", batch, "HostedZoneId", 32),
            ("ChangeTagsForResource", of_kind.clone(), "ResourceId", 64),
            ("CreateCidrCollection", json!({ "Name": "c" }), "CallerReference", 64),
            (
                "CreateHealthCheck",
                json!({ "HealthCheckConfig": { "Type": "CALCULATED" } }),
                "CallerReference",
                64,
            ),
            ("CreateHostedZone", json!({ "Name": "a.example" }), "CallerReference", 128),
            ("CreateKeySigningKey", key, "CallerReference", 128),
            ("CreateQueryLoggingConfig", json!({ "CloudWatchLogsLogGroupArn": "l" }), "HostedZoneId", 32),
            ("CreateReusableDelegationSet", none.clone(), "CallerReference", 128),
            ("CreateTrafficPolicy", json!({ "Document": "{}" }), "Name", 512),
            ("CreateTrafficPolicyInstance", instance, "HostedZoneId", 32),
            ("CreateTrafficPolicyVersion", json!({ "Document": "{}" }), "Id", 36),
            ("CreateVPCAssociationAuthorization", vpc.clone(), "HostedZoneId", 32),
            ("DeactivateKeySigningKey", named.clone(), "HostedZoneId", 32),
            ("DeleteHealthCheck", none.clone(), "HealthCheckId", 64),
            ("DeleteHostedZone", none.clone(), "Id", 32),
            ("DeleteKeySigningKey", named, "HostedZoneId", 32),
            ("DeleteQueryLoggingConfig", none.clone(), "Id", 36),
            ("DeleteReusableDelegationSet", none.clone(), "Id", 32),
            ("DeleteTrafficPolicy", version.clone(), "Id", 36),
            ("DeleteTrafficPolicyInstance", none.clone(), "Id", 36),
            ("DeleteVPCAssociationAuthorization", vpc.clone(), "HostedZoneId", 32),
            ("DisableHostedZoneDNSSEC", none.clone(), "HostedZoneId", 32),
            ("DisassociateVPCFromHostedZone", vpc, "HostedZoneId", 32),
            ("EnableHostedZoneDNSSEC", none.clone(), "HostedZoneId", 32),
            ("GetChange", none.clone(), "Id", 6500),
            ("GetDNSSEC", none.clone(), "HostedZoneId", 32),
            ("GetGeoLocation", none.clone(), "CountryCode", 2),
            ("GetHealthCheck", none.clone(), "HealthCheckId", 64),
            ("GetHealthCheckLastFailureReason", none.clone(), "HealthCheckId", 64),
            ("GetHealthCheckStatus", none.clone(), "HealthCheckId", 64),
            ("GetHostedZone", none.clone(), "Id", 32),
            ("GetHostedZoneLimit", limit, "HostedZoneId", 32),
            ("GetQueryLoggingConfig", none.clone(), "Id", 36),
            ("GetReusableDelegationSet", none.clone(), "Id", 32),
            ("GetReusableDelegationSetLimit", set_limit, "DelegationSetId", 32),
            ("GetTrafficPolicy", version.clone(), "Id", 36),
            ("GetTrafficPolicyInstance", none.clone(), "Id", 36),
            ("ListCidrCollections", none.clone(), "NextToken", 1024),
            ("ListGeoLocations", none.clone(), "StartContinentCode", 2),
            ("ListHealthChecks", none.clone(), "Marker", 64),
            ("ListHostedZones", none.clone(), "Marker", 64),
            ("ListHostedZonesByName", none.clone(), "DNSName", 1024),
            ("ListHostedZonesByVPC", json!({ "VPCRegion": "us-east-1" }), "VPCId", 1024),
            ("ListQueryLoggingConfigs", none.clone(), "NextToken", 1024),
            ("ListResourceRecordSets", zone.clone(), "StartRecordName", 1024),
            ("ListReusableDelegationSets", none.clone(), "Marker", 64),
            ("ListTagsForResource", of_kind, "ResourceId", 64),
            ("ListTrafficPolicies", none.clone(), "TrafficPolicyIdMarker", 36),
            ("ListTrafficPolicyInstances", none.clone(), "HostedZoneIdMarker", 32),
            ("ListTrafficPolicyInstancesByHostedZone", none.clone(), "HostedZoneId", 32),
            (
                "ListTrafficPolicyInstancesByPolicy",
                json!({ "TrafficPolicyVersion": 1 }),
                "TrafficPolicyId",
                36,
            ),
            ("ListTrafficPolicyVersions", none.clone(), "Id", 36),
            ("ListVPCAssociationAuthorizations", zone, "NextToken", 1024),
            ("TestDNSAnswer", question, "HostedZoneId", 32),
            ("UpdateHealthCheck", none.clone(), "HealthCheckId", 64),
            ("UpdateHostedZoneComment", json!({ "Id": "Z1" }), "Comment", 256),
            ("UpdateHostedZoneFeatures", none, "HostedZoneId", 32),
            ("UpdateTrafficPolicyComment", json!({ "Id": "p", "Version": 1 }), "Comment", 1024),
            ("UpdateTrafficPolicyInstance", update, "Id", 36),
        ],
    );
}

#[test]
fn ids_numbers_and_lists_are_of_their_form() {
    let (_server, client) = start();
    let wrong = |value: &str, path: &str, rule: &str| {
        format!(
            "1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {rule}"
        )
    };
    let uuid = "Member must satisfy regular expression pattern: [0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}";
    let (of_id, of_collection) = (wrong("none", "id", uuid), wrong("none", "collectionId", uuid));
    let collection = json!({ "CollectionId": "none" });
    let changes = json!([{ "LocationName": "paris", "Action": "PUT", "CidrList": ["192.0.2.0/24"] }]);
    let limits = "Member must satisfy enum value set: [MAX_HEALTH_CHECKS_BY_OWNER, MAX_HOSTED_ZONES_BY_OWNER, MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER, MAX_REUSABLE_DELEGATION_SETS_BY_OWNER, MAX_TRAFFIC_POLICIES_BY_OWNER, MAX_HEALTH_CHECK_SOURCES_BY_OWNER]";
    let ids: Vec<String> = (0..11).map(|n| format!("Z{n}")).collect();
    let many = json!({ "ResourceType": "hostedzone", "ResourceIds": ids });
    let shown = format!("[{}]", ids.join(", "));
    refuses(
        &client,
        &[
            ("DeleteCidrCollection", json!({ "Id": "none" }), 400, "InvalidInput", &of_id),
            (
                "ChangeCidrCollection",
                json!({ "Id": "none", "Changes": changes }),
                400,
                "InvalidInput",
                &of_id,
            ),
            ("ListCidrLocations", collection.clone(), 400, "InvalidInput", &of_collection),
            ("ListCidrBlocks", collection, 400, "InvalidInput", &of_collection),
            ("GetAccountLimit", json!({ "Type": "MAX" }), 400, "InvalidInput", &wrong("MAX", "type", limits)),
            (
                "ListTagsForResources",
                many,
                400,
                "InvalidInput",
                &wrong(&shown, "resourceIds", "Member must have length less than or equal to 10"),
            ),
        ],
    );
}
