//! Insights.

use super::*;

#[test]
fn insights_tell_what_is_in_the_way_of_the_next_version() {
    let (server, eks) = start_real();
    cluster(&server, "one");
    advance(&server, "10m");
    let of = json!({ "clusterName": "one" });
    let all = eks.call("ListInsights", &of).ok();
    assert_eq!(all.texts("insights.kubernetesVersion"), ["1.34"; 5]);
    let by = |filter: Value| {
        eks.call("ListInsights", &with(of.clone(), json!({ "filter": filter }))).ok().texts("insights.name")
    };
    assert_eq!(by(json!({ "statuses": ["UNKNOWN"] })).len(), 2);
    assert!(by(json!({ "statuses": ["ERROR"] })).is_empty());
    assert!(by(json!({ "categories": ["MISCONFIGURATION"] })).is_empty());
    let page = eks.call("ListInsights", &with(of.clone(), json!({ "maxResults": 4 }))).ok();
    let next = with(of.clone(), json!({ "maxResults": 4, "nextToken": page.text("nextToken") }));
    assert_eq!(eks.call("ListInsights", &next).ok().texts("insights.id"), all.texts("insights.id")[4..]);
    // An add-on that the next version does not take.
    let addon = json!({ "clusterName": "one", "addonName": "vpc-cni", "addonVersion": "v1.18.5-eksbuild.1" });
    eks.call("CreateAddon", &addon).ok();
    let bad =
        eks.call("ListInsights", &with(of.clone(), json!({ "filter": { "statuses": ["ERROR"] } }))).ok();
    assert_eq!(bad.text("insights.name"), "EKS add-on version compatibility");
    let told =
        eks.call("DescribeInsight", &with(of.clone(), json!({ "id": bad.text("insights.id") }))).ok().tree();
    let details = &told["insight"]["categorySpecificSummary"]["addonCompatibilityDetails"][0];
    assert_eq!(details["name"], "vpc-cni");
    assert!(details["compatibleVersions"].as_array().unwrap().contains(&json!("v1.22.4-eksbuild.3")));
    eks.call("DescribeInsight", &with(of.clone(), json!({ "id": "i" }))).refused(
        404,
        NOT_FOUND,
        "No insight found for ID: i",
    );
    eks.call("DescribeInsightsRefresh", &of).refused(
        404,
        NOT_FOUND,
        "No insights refresh found for the cluster",
    );
    assert_eq!(eks.call("StartInsightsRefresh", &of).ok().text("status"), "IN_PROGRESS");
    eks.call("StartInsightsRefresh", &of).refused(400, REQUEST, "An insights refresh is already in progress");
    assert_eq!(eks.call("DescribeInsightsRefresh", &of).ok().text("status"), "IN_PROGRESS");
    advance(&server, "2m");
    let done = eks.call("DescribeInsightsRefresh", &of).ok().tree();
    assert_eq!(done["status"], "COMPLETED");
    assert!(done["endedAt"].as_f64() > done["startedAt"].as_f64());
}
