//! Changes of groups: how many nodes there are, how they are marked, and what they are made of.

use super::*;

fn param(update: &Value, kind: &str) -> Option<String> {
    let found = update["params"].as_array()?.iter().find(|param| param["type"] == kind)?;
    Some(found["value"].as_str()?.to_owned())
}

/// Recorded of the forms of parameters: terraform-provider-aws, aws_eks_node_group.
#[test]
fn nodes_follow_the_number_that_is_wished() {
    let (server, eks) = start();
    cluster(&server, "one");
    group(&server, "one", "ng", sizes(1, 2, 1));
    let first = count(&server, "ng", 1);
    let change = |more: Value| {
        let made = eks.call("UpdateNodegroupConfig", &with(named("one", "ng"), more)).ok();
        made.tree()["update"].clone()
    };
    let update = change(sizes(1, 5, 4));
    assert_eq!((&update["type"], &update["status"]), (&json!("ConfigUpdate"), &json!("InProgress")));
    assert_eq!(param(&update, "DesiredSize").as_deref(), Some("4"));
    assert_eq!(updated(&server, "one", "ng", &update)["status"], "Successful");
    let four = count(&server, "ng", 4);
    assert!(four.contains(&first[0]));
    let places: Vec<String> = instances(&server, "ng").into_iter().map(|(_, _, subnet)| subnet).collect();
    let here = places.iter().filter(|subnet| **subnet == places[0]).count();
    assert_eq!(here, 2, "half of them in each zone: {places:?}");
    let update = change(json!({ "scalingConfig": { "desiredSize": 2 } }));
    assert_eq!(update["params"], json!([{ "type": "DesiredSize", "value": "2" }]));
    count(&server, "ng", 2);
    let taint = json!({ "key": "k", "value": "v", "effect": "NO_EXECUTE" });
    let update = change(json!({
        "labels": { "addOrUpdateLabels": { "a": "b" } },
        "taints": { "addOrUpdateTaints": [taint] },
        "updateConfig": { "maxUnavailablePercentage": 50 },
        "nodeRepairConfig": { "enabled": true },
    }));
    assert_eq!(param(&update, "LabelsToAdd").as_deref(), Some(r#"{"a":"b"}"#));
    assert_eq!(
        param(&update, "TaintsToAdd").as_deref(),
        Some(r#"[{"effect":"NO_EXECUTE","value":"v","key":"k"}]"#)
    );
    assert_eq!(param(&update, "MaxUnavailablePercentage").as_deref(), Some("50"));
    updated(&server, "one", "ng", &update);
    let own = shown(&eks, "one", "ng");
    assert_eq!((&own["labels"], &own["taints"]), (&json!({ "a": "b" }), &json!([taint])));
    assert_eq!(own["updateConfig"], json!({ "maxUnavailablePercentage": 50 }));
    assert_eq!(own["nodeRepairConfig"], json!({ "enabled": true }));
    // Taints are of key and effect; what is taken away need not be there.
    let other = json!({ "key": "k", "effect": "NO_SCHEDULE" });
    let update = change(json!({
        "labels": { "removeLabels": ["a", "z"] },
        "taints": { "addOrUpdateTaints": [other], "removeTaints": [taint] },
    }));
    assert_eq!(param(&update, "LabelsToRemove").as_deref(), Some(r#"["a","z"]"#));
    updated(&server, "one", "ng", &update);
    let own = shown(&eks, "one", "ng");
    assert_eq!((&own["labels"], &own["taints"]), (&json!({}), &json!([other])));
    let ids = eks.call("ListUpdates", &json!({ "name": "one", "nodegroupName": "ng" })).ok();
    assert_eq!(ids.texts("updateIds").len(), 4);
    // New nodes are told of the new marks by a new version of the launch template; old ones stay as they are.
    let before = count(&server, "ng", 2);
    change(json!({ "scalingConfig": { "desiredSize": 3 } }));
    let after = count(&server, "ng", 3);
    let new = after.iter().find(|id| !before.contains(id)).unwrap();
    let version = |id: &str| {
        let tags = tags(&server, id);
        tags.into_iter().find(|(key, _)| key == "aws:ec2launchtemplate:version").unwrap().1
    };
    let templates = server.client("ec2").call("DescribeLaunchTemplates", &json!({})).ok();
    let latest = templates.text("launchTemplates.item.latestVersionNumber");
    assert_ne!(latest, "1");
    assert_eq!((version(&before[0]), version(new)), ("1".to_owned(), latest));
}

#[test]
fn a_new_version_takes_the_place_of_every_node() {
    for strategy in ["DEFAULT", "MINIMAL"] {
        let (server, eks) = start();
        eks.call("CreateCluster", &with(wish(&server, "one"), json!({ "version": "1.33" }))).ok();
        let update = json!({ "updateConfig": { "maxUnavailable": 2, "updateStrategy": strategy } });
        group(&server, "one", "ng", with(sizes(1, 3, 3), update));
        let before = count(&server, "ng", 3);
        eks.call("UpdateClusterVersion", &json!({ "name": "one", "version": "1.34" })).ok();
        let asked = with(named("one", "ng"), json!({ "version": "1.34" }));
        let update = eks.call("UpdateNodegroupVersion", &asked).ok().tree()["update"].clone();
        assert_eq!((&update["type"], &update["status"]), (&json!("VersionUpdate"), &json!("InProgress")));
        assert_eq!(param(&update, "Version").as_deref(), Some("1.34"));
        let release = param(&update, "ReleaseVersion").unwrap();
        assert!(release.starts_with("1.34."), "{release}");
        assert_eq!(updated(&server, "one", "ng", &update)["status"], "Successful", "{strategy}");
        let after = count(&server, "ng", 3);
        assert!(!after.iter().any(|id| before.contains(id)), "{strategy}");
        let own = settled(&server, "one", "ng", &["ACTIVE"]);
        assert_eq!((&own["version"], &own["releaseVersion"]), (&json!("1.34"), &json!(release)));
        // The same again changes no node.
        let again = eks.call("UpdateNodegroupVersion", &named("one", "ng")).ok().tree()["update"].clone();
        assert_eq!(updated(&server, "one", "ng", &again)["status"], "Successful");
        assert_eq!(count(&server, "ng", 3), after);
    }
}

#[test]
fn a_rollout_goes_on_after_a_kill() {
    let (mut server, eks) = start_real();
    eks.call("CreateCluster", &with(wish(&server, "one"), json!({ "version": "1.33" }))).ok();
    advance(&server, "10m");
    eks.call("CreateNodegroup", &with(asked(&server, "one", "ng"), sizes(1, 3, 2))).ok();
    advance_until(&server, &["ACTIVE"]);
    let before = count(&server, "ng", 2);
    eks.call("UpdateClusterVersion", &json!({ "name": "one", "version": "1.34" })).ok();
    advance(&server, "10m");
    let asked = with(named("one", "ng"), json!({ "version": "1.34" }));
    let update = eks.call("UpdateNodegroupVersion", &asked).ok().tree()["update"].clone();
    server.kill();
    server.restart();
    assert_eq!(shown(&server.client("eks"), "one", "ng")["status"], "UPDATING");
    advance_until(&server, &["ACTIVE"]);
    assert_eq!(updated(&server, "one", "ng", &update)["status"], "Successful");
    let after: Vec<String> = running(&server, "ng");
    assert_eq!(after.len(), 2);
    assert!(!after.iter().any(|id| before.contains(id)));
}

/// Lets time pass until the group has one of these states: each step of a rollout waits for instances.
#[track_caller]
fn advance_until(server: &Server, states: &[&str]) {
    for _ in 0..100 {
        let own = shown(&server.client("eks"), "one", "ng");
        if states.contains(&own["status"].as_str().unwrap_or_default()) {
            return;
        }
        advance(server, "1m");
    }
    panic!("{}", shown(&server.client("eks"), "one", "ng"));
}

/// Recorded of the sentence: terraform-provider-aws, issue 19478. Source of how far nodes may be behind: Kubernetes, "Version
/// Skew Policy".
#[test]
fn nodes_may_be_three_versions_behind_their_cluster() {
    let (server, eks) = start();
    eks.call("CreateCluster", &with(wish(&server, "one"), json!({ "version": "1.29" }))).ok();
    for name in ["a", "b"] {
        group(&server, "one", name, sizes(0, 1, 0));
    }
    for version in ["1.30", "1.31", "1.32"] {
        eks.call("UpdateClusterVersion", &json!({ "name": "one", "version": version })).ok();
    }
    let sentence =
        "Nodegroups a, b must be updated to match cluster version 1.32 before updating cluster version";
    let next = json!({ "name": "one", "version": "1.33" });
    eks.call("UpdateClusterVersion", &next).refused(400, PARAMETER, sentence);
    for name in ["a", "b"] {
        let asked = with(named("one", name), json!({ "version": "1.31" }));
        let update = eks.call("UpdateNodegroupVersion", &asked).ok().tree()["update"].clone();
        updated(&server, "one", name, &update);
    }
    eks.call("UpdateClusterVersion", &next).ok();
}
