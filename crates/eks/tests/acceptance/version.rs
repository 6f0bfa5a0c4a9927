//! `DescribeClusterVersions`.

use super::{PARAMETER, advance, start};
use serde_json::json;

#[test]
fn versions_are_told_with_their_support() {
    let (server, eks) = start();
    let all = eks.call("DescribeClusterVersions", &json!({})).ok();
    assert_eq!(all.texts("clusterVersions.clusterVersion"), ["1.34", "1.33", "1.32", "1.31", "1.30", "1.29"]);
    let first = &all.tree()["clusterVersions"][0];
    assert_eq!(first["versionStatus"], "STANDARD_SUPPORT");
    assert_eq!(first["status"], "STANDARD_SUPPORT");
    assert_eq!(first["clusterType"], "eks");
    // 2 October 2025, midnight UTC.
    assert_eq!(first["releaseDate"].as_f64(), Some(1_759_363_200.0));
    assert_eq!(first["controlPlaneScalingTiers"][0]["apiRequestConcurrency"], 2000);
    let server_config = &first["controlPlaneComponentConfig"]["kubeApiServerConfig"];
    assert_eq!(
        server_config["eventTtl"],
        json!({ "defaultValue": "60m", "constraints": { "min": "10m", "max": "60m" } })
    );
    for (filter, want) in [
        (json!({ "versionStatus": "EXTENDED_SUPPORT" }), vec!["1.31", "1.30", "1.29"]),
        (json!({ "status": "extended-support" }), vec!["1.31", "1.30", "1.29"]),
        (json!({ "status": "unsupported" }), vec!["1.28", "1.27", "1.26", "1.25"]),
        (json!({ "clusterVersions": ["1.28", "1.33"] }), vec!["1.33", "1.28"]),
        (json!({ "defaultOnly": true }), vec!["1.33"]),
        (json!({ "clusterType": "eks-local-outposts" }), vec![]),
    ] {
        let found = eks.call("DescribeClusterVersions", &filter).ok();
        assert_eq!(found.texts("clusterVersions.clusterVersion"), want, "{filter}");
    }
    let page = eks.call("DescribeClusterVersions", &json!({ "maxResults": 4 })).ok();
    let next = eks
        .call("DescribeClusterVersions", &json!({ "maxResults": 4, "nextToken": page.text("nextToken") }))
        .ok();
    assert_eq!(next.texts("clusterVersions.clusterVersion"), ["1.30", "1.29"]);
    eks.call("DescribeClusterVersions", &json!({ "nextToken": "x" })).refused(
        400,
        PARAMETER,
        "Invalid nextToken",
    );
    // The autumn after: versions came and went.
    for _ in 0..11 {
        advance(&server, "30d");
    }
    let all = eks.call("DescribeClusterVersions", &json!({})).ok();
    let names = all.texts("clusterVersions.clusterVersion");
    assert_eq!(names, ["1.37", "1.36", "1.35", "1.34", "1.33", "1.32"]);
}
