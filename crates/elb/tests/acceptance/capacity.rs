//! Capacity that is kept ready, quotas, and security policies.

use crate::{Place, refuses};
use serde_json::json;
use testkit::ec2::advance;

#[test]
fn capacity_is_lowered_twice_a_day() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let own = json!({ "LoadBalancerArn": arn });
    let described = place.v2.call("DescribeCapacityReservation", &own).ok();
    assert_eq!(described.text("DescribeCapacityReservationResult.DecreaseRequestsRemaining"), "2");
    assert!(described.texts("DescribeCapacityReservationResult.MinimumLoadBalancerCapacity").is_empty());
    let set = |units: i32| json!({ "LoadBalancerArn": arn, "MinimumLoadBalancerCapacity": { "CapacityUnits": units } });
    let result = "ModifyCapacityReservationResult";
    let answer = place.v2.call("ModifyCapacityReservation", &set(200)).ok();
    let units = answer.text(&format!("{result}.MinimumLoadBalancerCapacity.CapacityUnits"));
    assert_eq!(units, "200");
    let codes = answer.texts(&format!("{result}.CapacityReservationState.member.State.Code"));
    assert_eq!(codes, ["provisioned", "provisioned"]);
    place.v2.call("ModifyCapacityReservation", &set(150)).ok();
    place.v2.call("ModifyCapacityReservation", &set(120)).ok();
    let sentence = "You've exceeded the daily capacity decrease limit for this reservation.";
    let least = "The minimum capacity must be at least 100 capacity units";
    let op = "ModifyCapacityReservation";
    refuses(
        &place.v2,
        &[
            (op, set(110), "CapacityDecreaseRequestLimitExceeded", sentence),
            (op, set(99), "ValidationError", least),
            (
                op,
                set(1501),
                "CapacityUnitsLimitExceeded",
                "The specified capacity exceeds the limit on capacity units.",
            ),
            (
                op,
                own.clone(),
                "ValidationError",
                "Exactly one of MinimumLoadBalancerCapacity and ResetCapacityReservation must be specified",
            ),
        ],
    );
    advance(&place.server, "25h");
    place.v2.call(op, &json!({ "LoadBalancerArn": arn, "ResetCapacityReservation": true })).ok();
    let described = place.v2.call("DescribeCapacityReservation", &own).ok();
    assert_eq!(described.text("DescribeCapacityReservationResult.DecreaseRequestsRemaining"), "1");
}

#[test]
fn quotas_and_security_policies_are_told_in_pages() {
    let place = Place::new();
    let (mut marker, mut names) = (serde_json::Value::Null, Vec::new());
    loop {
        let page = json!({ "PageSize": 10, "Marker": marker });
        let page = place.v2.call("DescribeAccountLimits", &page).ok();
        names.extend(page.texts("DescribeAccountLimitsResult.Limits.member.Name"));
        match page.texts("DescribeAccountLimitsResult.NextMarker").pop() {
            Some(next) => marker = next.into(),
            None => break,
        }
    }
    assert_eq!((names.len(), names[0].as_str()), (26, "application-load-balancers"));
    let path = "DescribeSSLPoliciesResult.SslPolicies.member";
    let all = place.v2.call("DescribeSSLPolicies", &json!({})).ok();
    assert_eq!(all.texts(&format!("{path}.Name")).len(), 39);
    let one = json!({ "Names": ["ELBSecurityPolicy-TLS13-1-2-2021-06"] });
    let one = place.v2.call("DescribeSSLPolicies", &one).ok();
    assert_eq!(one.texts(&format!("{path}.SslProtocols.member")), ["TLSv1.2", "TLSv1.3"]);
    let ciphers = one.texts(&format!("{path}.Ciphers.member.Name"));
    assert_eq!(
        (ciphers.len(), ciphers[0].as_str(), ciphers[3].as_str(), ciphers[5].as_str()),
        (11, "TLS_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256")
    );
    let sentence = "One or more SSL policies not found";
    refuses(&place.v2, &[("DescribeSSLPolicies", json!({ "Names": ["x"] }), "SSLPolicyNotFound", sentence)]);
    let gateway = json!({ "LoadBalancerType": "gateway" });
    assert!(place.v2.call("DescribeSSLPolicies", &gateway).ok().texts(path).is_empty());
}
