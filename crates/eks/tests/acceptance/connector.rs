//! Clusters that run elsewhere, and subscriptions of EKS Anywhere.

use super::*;

#[test]
fn clusters_that_run_elsewhere_are_registered() {
    let (server, eks) = start();
    let agent = role(&server, "agent", "ssm.amazonaws.com");
    let asked = json!({ "name": "away", "connectorConfig": { "roleArn": agent, "provider": "OTHER" }, "tags": { "a": "b" } });
    let made = eks.call("RegisterCluster", &asked).ok().tree()["cluster"].clone();
    assert_eq!(made["status"], "PENDING");
    let connector = &made["connectorConfig"];
    assert!(connector["activationCode"].is_string() && connector["activationId"].is_string());
    // Three days.
    assert_eq!(
        connector["activationExpiry"].as_f64().unwrap() - made["createdAt"].as_f64().unwrap(),
        259_200.0
    );
    assert!(made["resourcesVpcConfig"].is_null());
    assert!(eks.call("ListClusters", &json!({})).ok().texts("clusters").is_empty());
    assert_eq!(eks.call("ListClusters", &json!({ "include": ["all"] })).ok().texts("clusters"), ["away"]);
    eks.call("ListClusters", &json!({ "include": ["some"] })).refused(
        400,
        PARAMETER,
        "Invalid value some for include",
    );
    let name = json!({ "name": "away" });
    assert_eq!(eks.call("DescribeCluster", &name).ok().text("cluster.status"), "PENDING");
    eks.call("RegisterCluster", &asked).refused(409, IN_USE, "Cluster already exists with name: away");
    assert_eq!(eks.call("DeleteCluster", &name).refusal().code, REQUEST);
    let gone = eks.call("DeregisterCluster", &name).ok().tree();
    assert_eq!(gone["cluster"]["status"], "DELETING");
    assert!(gone["cluster"]["connectorConfig"]["activationCode"].is_null());
    assert_eq!(eks.call("DescribeCluster", &name).refusal().code, NOT_FOUND);
    cluster(&server, "here");
    eks.call("DeregisterCluster", &json!({ "name": "here" })).refused(
        400,
        REQUEST,
        "Cluster here is not a connected cluster.",
    );
}

#[test]
fn subscriptions_are_taken_until_their_term_ends() {
    let (server, eks) = start();
    let term = json!({ "duration": 12, "unit": "MONTHS" });
    let asked = json!({ "name": "s", "term": term, "licenseQuantity": 2, "licenseType": "Cluster", "tags": { "a": "b" }, "clientRequestToken": "t" });
    let made = eks.call("CreateEksAnywhereSubscription", &asked).ok().tree()["subscription"].clone();
    assert_eq!((&made["status"], &made["term"]), (&json!("CREATING"), &term));
    assert_eq!(made["licenses"].as_array().unwrap().len(), 2);
    assert_eq!(
        eks.call("CreateEksAnywhereSubscription", &asked).ok().tree()["subscription"]["id"],
        made["id"]
    );
    let id = made["id"].as_str().unwrap();
    let of = json!({ "id": id });
    assert_eq!(eks.call("DescribeEksAnywhereSubscription", &of).ok().text("subscription.status"), "ACTIVE");
    let renewed = eks.call("UpdateEksAnywhereSubscription", &json!({ "id": id, "autoRenew": true })).ok();
    assert_eq!(renewed.tree()["subscription"]["autoRenew"], true);
    eks.call("UpdateEksAnywhereSubscription", &json!({ "id": id, "autoRenew": false })).ok();
    let list = |status: &str| {
        let found = eks.call("ListEksAnywhereSubscriptions", &json!({ "includeStatus": [status] })).ok();
        found.texts("subscriptions.id").len()
    };
    assert_eq!((list("ACTIVE"), list("EXPIRED")), (1, 0));
    let sentence = format!("Subscription {id} is active and cannot be deleted");
    let refusal = eks.call("DeleteEksAnywhereSubscription", &of).refused(400, REQUEST, &sentence);
    assert_eq!(refusal.members["subscriptionId"], id);
    refuses(
        &eks,
        &[
            (
                "CreateEksAnywhereSubscription",
                json!({ "name": "s", "term": { "duration": 5, "unit": "MONTHS" } }),
                400,
                PARAMETER,
                "The subscription term must be 12 or 36 MONTHS",
            ),
            (
                "CreateEksAnywhereSubscription",
                json!({ "name": "s", "term": term, "licenseQuantity": 101 }),
                400,
                PARAMETER,
                "The license quantity must be between 1 and 100",
            ),
            (
                "DescribeEksAnywhereSubscription",
                json!({ "id": "none" }),
                404,
                NOT_FOUND,
                "No subscription found for ID: none",
            ),
        ],
    );
    for _ in 0..13 {
        advance(&server, "30d");
    }
    assert_eq!((list("ACTIVE"), list("EXPIRED")), (0, 1));
    assert_eq!(eks.call("DeleteEksAnywhereSubscription", &of).ok().text("subscription.status"), "DELETING");
    assert_eq!(eks.call("DescribeEksAnywhereSubscription", &of).refusal().code, NOT_FOUND);
}

/// What renews itself goes on for another term.
#[test]
fn a_subscription_that_renews_itself_goes_on() {
    let (server, eks) = start();
    let term = json!({ "duration": 12, "unit": "MONTHS" });
    let made =
        eks.call("CreateEksAnywhereSubscription", &json!({ "name": "s", "term": term, "autoRenew": true }));
    let of = json!({ "id": made.ok().text("subscription.id") });
    let shown = || {
        let own = eks.call("DescribeEksAnywhereSubscription", &of).ok().tree()["subscription"].clone();
        (own["status"].clone(), own["expirationDate"].as_f64().unwrap())
    };
    let (_, first) = shown();
    for _ in 0..13 {
        advance(&server, "30d");
    }
    // Twelve months of thirty days.
    assert_eq!(shown(), (json!("ACTIVE"), first + 31_104_000.0));
    // Once it no longer does, it ends with the term that has begun.
    eks.call("UpdateEksAnywhereSubscription", &with(of.clone(), json!({ "autoRenew": false }))).ok();
    assert_eq!(shown(), (json!("ACTIVE"), first + 31_104_000.0));
}
