//! What is named and is not there: of no account, of another account, of another Region.

use crate::{NOTHING, Place, fixed, forward, refuses};
use serde_json::{Value, json};
use testkit::Client;

/// Stands in a row for the ARN.
pub(crate) const ARN: &str = "ARN";

/// What there is one of.
pub(crate) struct Made {
    pub(crate) balancer: String,
    pub(crate) listener: String,
    pub(crate) rule: String,
    pub(crate) group: String,
    store: String,
}

impl Made {
    pub(crate) fn new(place: &Place) -> Self {
        let balancer = place.balancer("application", "web");
        let group = place.group("web", "HTTP", &json!({}));
        let listener = place.listener(&balancer, "HTTP", 80, &group);
        let wish = json!({
            "ListenerArn": listener, "Priority": 1, "Actions": [forward(&group)],
            "Conditions": [{ "Field": "path-pattern", "Values": ["/"] }],
        });
        let rule = place.v2.call("CreateRule", &wish).ok().text("CreateRuleResult.Rules.member.RuleArn");
        let s3 = place.server.client("s3");
        s3.request("PUT", "/trust").send().ok();
        s3.request("PUT", "/trust/bundle.pem").body(crate::LEAF).send().ok();
        let made = place.v2.call("CreateTrustStore", &bundle("clients")).ok();
        let store = made.text("CreateTrustStoreResult.TrustStores.member.TrustStoreArn");
        Self { balancer, listener, rule, group, store }
    }

    pub(crate) fn arn(&self, kind: &str) -> &str {
        match kind {
            "load balancer" => &self.balancer,
            "listener" => &self.listener,
            "listener rule" => &self.rule,
            "target group" => &self.group,
            _ => &self.store,
        }
    }
}

fn bundle(name: &str) -> Value {
    json!({
        "Name": name, "CaCertificatesBundleS3Bucket": "trust", "CaCertificatesBundleS3Key": "bundle.pem",
    })
}

/// Every operation that names something by ARN: what it names, and with which parameters.
pub(crate) fn rows() -> Vec<(&'static str, &'static str, Value)> {
    let (lb, li, ru) = ("load balancer", "listener", "listener rule");
    let (tg, ts) = ("target group", "trust store");
    let tags = json!([{ "Key": "a", "Value": "1" }]);
    let attribute = json!([{ "Key": "a", "Value": "1" }]);
    let targets = json!([{ "Id": "i-00000000000000000" }]);
    let condition = json!([{ "Field": "path-pattern", "Values": ["/"] }]);
    let certificate = json!([{ "CertificateArn": "arn:x" }]);
    let mut rows = vec![
        ("AddListenerCertificates", li, json!({ "ListenerArn": ARN, "Certificates": certificate })),
        ("AddTrustStoreRevocations", ts, json!({ "TrustStoreArn": ARN })),
        (
            "CreateListener",
            lb,
            json!({ "LoadBalancerArn": ARN, "Protocol": "HTTP", "Port": 9, "DefaultActions": [fixed()] }),
        ),
        (
            "CreateRule",
            li,
            json!({ "ListenerArn": ARN, "Priority": 9, "Conditions": condition, "Actions": [fixed()] }),
        ),
        ("DeleteListener", li, json!({ "ListenerArn": ARN })),
        ("DeleteRule", ru, json!({ "RuleArn": ARN })),
        ("DeleteSharedTrustStoreAssociation", ts, json!({ "TrustStoreArn": ARN, "ResourceArn": "arn:x" })),
        ("DeleteTrustStore", ts, json!({ "TrustStoreArn": ARN })),
        ("DeregisterTargets", tg, json!({ "TargetGroupArn": ARN, "Targets": targets })),
        ("DescribeCapacityReservation", lb, json!({ "LoadBalancerArn": ARN })),
        ("DescribeListenerAttributes", li, json!({ "ListenerArn": ARN })),
        ("DescribeListenerCertificates", li, json!({ "ListenerArn": ARN })),
        ("DescribeListeners", lb, json!({ "LoadBalancerArn": ARN })),
        ("DescribeListeners", li, json!({ "ListenerArns": [ARN] })),
        ("DescribeLoadBalancerAttributes", lb, json!({ "LoadBalancerArn": ARN })),
        ("DescribeLoadBalancers", lb, json!({ "LoadBalancerArns": [ARN] })),
        ("DescribeRules", li, json!({ "ListenerArn": ARN })),
        ("DescribeRules", ru, json!({ "RuleArns": [ARN] })),
        ("DescribeTargetGroupAttributes", tg, json!({ "TargetGroupArn": ARN })),
        ("DescribeTargetGroups", lb, json!({ "LoadBalancerArn": ARN })),
        ("DescribeTargetGroups", tg, json!({ "TargetGroupArns": [ARN] })),
        ("DescribeTargetHealth", tg, json!({ "TargetGroupArn": ARN })),
        ("DescribeTrustStoreAssociations", ts, json!({ "TrustStoreArn": ARN })),
        ("DescribeTrustStoreRevocations", ts, json!({ "TrustStoreArn": ARN })),
        ("DescribeTrustStores", ts, json!({ "TrustStoreArns": [ARN] })),
        ("GetTrustStoreCaCertificatesBundle", ts, json!({ "TrustStoreArn": ARN })),
        ("GetTrustStoreRevocationContent", ts, json!({ "TrustStoreArn": ARN, "RevocationId": 1 })),
        (
            "ModifyCapacityReservation",
            lb,
            json!({ "LoadBalancerArn": ARN, "ResetCapacityReservation": true }),
        ),
        ("ModifyIpPools", lb, json!({ "LoadBalancerArn": ARN, "RemoveIpamPools": ["ipv4"] })),
        ("ModifyListener", li, json!({ "ListenerArn": ARN, "Port": 81 })),
        ("ModifyListenerAttributes", li, json!({ "ListenerArn": ARN, "Attributes": attribute })),
        ("ModifyLoadBalancerAttributes", lb, json!({ "LoadBalancerArn": ARN, "Attributes": attribute })),
        ("ModifyRule", ru, json!({ "RuleArn": ARN, "Actions": [fixed()] })),
        ("ModifyTargetGroup", tg, json!({ "TargetGroupArn": ARN, "HealthCheckPath": "/" })),
        ("ModifyTargetGroupAttributes", tg, json!({ "TargetGroupArn": ARN, "Attributes": attribute })),
        (
            "ModifyTrustStore",
            ts,
            json!({ "TrustStoreArn": ARN, "CaCertificatesBundleS3Bucket": "trust", "CaCertificatesBundleS3Key": "bundle.pem" }),
        ),
        ("RegisterTargets", tg, json!({ "TargetGroupArn": ARN, "Targets": targets })),
        ("RemoveListenerCertificates", li, json!({ "ListenerArn": ARN, "Certificates": certificate })),
        ("RemoveTrustStoreRevocations", ts, json!({ "TrustStoreArn": ARN, "RevocationIds": [1] })),
        ("SetIpAddressType", lb, json!({ "LoadBalancerArn": ARN, "IpAddressType": "ipv4" })),
        ("SetRulePriorities", ru, json!({ "RulePriorities": [{ "RuleArn": ARN, "Priority": 7 }] })),
        ("SetSecurityGroups", lb, json!({ "LoadBalancerArn": ARN, "SecurityGroups": ["sg-0"] })),
        ("SetSubnets", lb, json!({ "LoadBalancerArn": ARN, "Subnets": ["subnet-0"] })),
    ];
    for kind in [lb, li, ru, tg, ts] {
        rows.push(("AddTags", kind, json!({ "ResourceArns": [ARN], "Tags": tags })));
        rows.push(("RemoveTags", kind, json!({ "ResourceArns": [ARN], "TagKeys": ["a"] })));
        rows.push(("DescribeTags", kind, json!({ "ResourceArns": [ARN] })));
    }
    rows
}

pub(crate) fn about(parameters: &Value, arn: &str) -> Value {
    let text = parameters.to_string().replace(&format!("\"{ARN}\""), &format!("\"{arn}\""));
    serde_json::from_str(&text).expect("an ARN has no quotes")
}

/// What is said of something of a kind that is not there.
fn gone(operation: &str, kind: &str, arn: &str) -> (&'static str, String) {
    match (operation, kind) {
        ("DescribeLoadBalancers", _) => {
            ("LoadBalancerNotFound", format!("Load balancers '[{arn}]' not found"))
        }
        (_, "load balancer") => ("LoadBalancerNotFound", format!("Load balancer '{arn}' not found")),
        (_, "listener") => ("ListenerNotFound", "One or more listeners not found".to_owned()),
        (_, "listener rule") => ("RuleNotFound", "One or more rules not found".to_owned()),
        ("DescribeTargetGroups", _) => {
            ("TargetGroupNotFound", "One or more target groups not found".to_owned())
        }
        (_, "target group") => ("TargetGroupNotFound", format!("Target group '{arn}' not found")),
        _ => ("TrustStoreNotFound", "The specified trust store does not exist.".to_owned()),
    }
}

#[test]
fn what_is_not_there_is_told_by_its_kind() {
    let place = Place::new();
    let made = Made::new(&place);
    for (operation, kind, parameters) in rows() {
        let own = made.arn(kind);
        let nothing = format!("{}/{NOTHING}", own.rsplit_once('/').expect("an ARN has parts").0);
        let (code, sentence) = gone(operation, kind, &nothing);
        refuses(&place.v2, &[(operation, about(&parameters, &nothing), code, &sentence)]);
    }
    // What is to go and is gone already is no error. Source: ELB API reference, DeleteLoadBalancer.
    for (operation, member, own) in [
        ("DeleteLoadBalancer", "LoadBalancerArn", &made.balancer),
        ("DeleteTargetGroup", "TargetGroupArn", &made.group),
    ] {
        let nothing = format!("{}/{NOTHING}", own.rsplit_once('/').expect("an ARN has parts").0);
        place.v2.call(operation, &json!({ member: nothing })).ok();
    }
    let sentence = "The specified resource does not exist.";
    let resource = json!({ "ResourceArn": made.balancer });
    refuses(&place.v2, &[("GetResourcePolicy", resource, "ResourceNotFound", sentence)]);
}

#[test]
fn accounts_and_regions_do_not_see_each_other() {
    let place = Place::new();
    let made = Made::new(&place);
    let before = all(&place.v2);
    let mut rows = rows();
    rows.push(("DeleteLoadBalancer", "load balancer", json!({ "LoadBalancerArn": ARN })));
    rows.push(("DeleteTargetGroup", "target group", json!({ "TargetGroupArn": ARN })));
    for other in place.elsewhere("elbv2") {
        for (operation, kind, parameters) in &rows {
            let arn = made.arn(kind);
            let is_tags = operation.ends_with("Tags");
            let noun = if is_tags { "load balancer" } else { *kind };
            let sentence = format!("'{arn}' is not a valid {noun} ARN");
            refuses(&other, &[(*operation, about(parameters, arn), "ValidationError", &sentence)]);
        }
        let policy = json!({ "ResourceArn": made.store });
        let sentence = "The specified resource does not exist.";
        refuses(&other, &[("GetResourcePolicy", policy, "ResourceNotFound", sentence)]);
        let subnet = place.subnets[0].as_str();
        let sentence = format!("The subnet ID '{subnet}' does not exist");
        let vpc = format!("The VPC ID '{}' is not found", place.vpc);
        let group = json!({ "Name": "web", "Protocol": "HTTP", "Port": 80, "VpcId": place.vpc });
        refuses(
            &other,
            &[
                (
                    "CreateLoadBalancer",
                    json!({ "Name": "web", "Subnets": [subnet] }),
                    "SubnetNotFound",
                    &sentence,
                ),
                ("CreateTargetGroup", group, "ValidationError", &vpc),
            ],
        );
        for operation in ["DescribeAccountLimits", "DescribeSSLPolicies"] {
            other.call(operation, &json!({})).ok();
        }
        assert_eq!(all(&other), [""; 0], "nothing is seen from elsewhere");
        // Names are free where nobody has them yet.
        other.call("CreateTrustStore", &bundle("clients")).ok();
    }
    assert_eq!(all(&place.v2), before, "nothing is changed from elsewhere");
}

/// The names of everything that is listed without being named.
fn all(client: &Client) -> Vec<String> {
    let mut names = Vec::new();
    for (operation, path) in [
        ("DescribeLoadBalancers", "DescribeLoadBalancersResult.LoadBalancers.member.LoadBalancerName"),
        ("DescribeTargetGroups", "DescribeTargetGroupsResult.TargetGroups.member.TargetGroupName"),
        ("DescribeTrustStores", "DescribeTrustStoresResult.TrustStores.member.Name"),
    ] {
        names.extend(client.call(operation, &json!({})).ok().texts(path));
    }
    names
}

/// Every operation of the older API that names a load balancer.
pub(crate) fn classic_rows() -> Vec<(&'static str, Value)> {
    let policy = json!({ "LoadBalancerName": "web", "PolicyName": "p" });
    let own = |more: Value| crate::with(&json!({ "LoadBalancerName": "web" }), &more);
    let instances = json!([{ "InstanceId": "i-00000000000000000" }]);
    let listener = json!({ "Protocol": "HTTP", "LoadBalancerPort": 81, "InstancePort": 81 });
    let check = json!({
        "Target": "TCP:80", "Interval": 10, "Timeout": 5, "UnhealthyThreshold": 2, "HealthyThreshold": 2,
    });
    vec![
        ("AddTags", json!({ "LoadBalancerNames": ["web"], "Tags": [{ "Key": "a" }] })),
        ("ApplySecurityGroupsToLoadBalancer", own(json!({ "SecurityGroups": ["sg-0"] }))),
        ("AttachLoadBalancerToSubnets", own(json!({ "Subnets": ["subnet-0"] }))),
        ("ConfigureHealthCheck", own(json!({ "HealthCheck": check }))),
        ("CreateAppCookieStickinessPolicy", crate::with(&policy, &json!({ "CookieName": "c" }))),
        ("CreateLBCookieStickinessPolicy", policy.clone()),
        ("CreateLoadBalancerListeners", own(json!({ "Listeners": [listener] }))),
        (
            "CreateLoadBalancerPolicy",
            crate::with(
                &policy,
                &json!({
                    "PolicyTypeName": "ProxyProtocolPolicyType",
                    "PolicyAttributes": [{ "AttributeName": "ProxyProtocol", "AttributeValue": "true" }],
                }),
            ),
        ),
        ("DeleteLoadBalancerListeners", own(json!({ "LoadBalancerPorts": [80] }))),
        ("DeleteLoadBalancerPolicy", policy),
        ("DeregisterInstancesFromLoadBalancer", own(json!({ "Instances": instances }))),
        ("DescribeInstanceHealth", own(json!({}))),
        ("DescribeLoadBalancerAttributes", own(json!({}))),
        ("DescribeLoadBalancerPolicies", own(json!({}))),
        ("DescribeLoadBalancers", json!({ "LoadBalancerNames": ["web"] })),
        ("DescribeTags", json!({ "LoadBalancerNames": ["web"] })),
        ("DetachLoadBalancerFromSubnets", own(json!({ "Subnets": ["subnet-0"] }))),
        ("DisableAvailabilityZonesForLoadBalancer", own(json!({ "AvailabilityZones": ["us-east-1a"] }))),
        ("EnableAvailabilityZonesForLoadBalancer", own(json!({ "AvailabilityZones": ["us-east-1a"] }))),
        (
            "ModifyLoadBalancerAttributes",
            own(json!({ "LoadBalancerAttributes": { "ConnectionSettings": { "IdleTimeout": 90 } } })),
        ),
        ("RegisterInstancesWithLoadBalancer", own(json!({ "Instances": instances }))),
        ("RemoveTags", json!({ "LoadBalancerNames": ["web"], "Tags": [{ "Key": "a" }] })),
        (
            "SetLoadBalancerListenerSSLCertificate",
            own(json!({ "LoadBalancerPort": 80, "SSLCertificateId": "arn:x" })),
        ),
        ("SetLoadBalancerPoliciesForBackendServer", own(json!({ "InstancePort": 80, "PolicyNames": ["p"] }))),
        ("SetLoadBalancerPoliciesOfListener", own(json!({ "LoadBalancerPort": 80, "PolicyNames": ["p"] }))),
    ]
}

#[test]
fn classic_load_balancers_are_known_where_they_are() {
    let place = Place::new();
    let sentence = "There is no ACTIVE Load Balancer named 'web'";
    for (operation, parameters) in classic_rows() {
        refuses(&place.v1, &[(operation, parameters, "LoadBalancerNotFound", sentence)]);
    }
    let wish = crate::classic::wish(&place, "web");
    let dns = place.v1.call("CreateLoadBalancer", &wish).ok().text("CreateLoadBalancerResult.DNSName");
    let subnet = format!("Could not find subnets: {}", place.subnets[0]);
    for other in place.elsewhere("elb") {
        for (operation, parameters) in classic_rows() {
            refuses(&other, &[(operation, parameters, "LoadBalancerNotFound", sentence)]);
        }
        refuses(&other, &[("CreateLoadBalancer", wish.clone(), "SubnetNotFound", &subnet)]);
        other.call("DeleteLoadBalancer", &json!({ "LoadBalancerName": "web" })).ok();
        for operation in ["DescribeAccountLimits", "DescribeLoadBalancerPolicyTypes"] {
            other.call(operation, &json!({})).ok();
        }
    }
    let shown = place.v1.call("DescribeLoadBalancers", &json!({})).ok();
    let path = "DescribeLoadBalancersResult.LoadBalancerDescriptions.member.DNSName";
    assert_eq!(shown.text(path), dns, "nothing is changed from elsewhere");
}
