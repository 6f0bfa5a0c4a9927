//! What a trust store is made of, as it is handed out: an address, and what lies there. And who may make one of what.

use crate::{NOTHING, Place, refuses};
use serde_json::{Value, json};
use testkit::ec2::advance;
use testkit::{Answer, Client, Server, allow};

/// Lists that revoke: one in PEM of nothing, one in DER of one certificate.
const EMPTY: &[u8] = include_bytes!("data/empty.crl.pem");
const ONE: &[u8] = include_bytes!("data/one.crl.der");

fn store(name: &str) -> Value {
    json!({ "Name": name, "CaCertificatesBundleS3Bucket": "trust", "CaCertificatesBundleS3Key": "bundle.pem" })
}

#[track_caller]
fn create(v2: &Client, name: &str) -> String {
    v2.call("CreateTrustStore", &store(name))
        .ok()
        .text("CreateTrustStoreResult.TrustStores.member.TrustStoreArn")
}

/// A bucket with a bundle and both lists.
fn fill(s3: &Client) {
    s3.request("PUT", "/trust").send().ok();
    for (key, bytes) in [("bundle.pem", crate::LEAF.as_bytes()), ("empty", EMPTY), ("one", ONE)] {
        s3.request("PUT", &format!("/trust/{key}")).body(bytes).send().ok();
    }
}

fn revocations(arn: &str, keys: &[&str]) -> Value {
    let list: Vec<Value> = keys.iter().map(|key| json!({ "S3Bucket": "trust", "S3Key": key })).collect();
    json!({ "TrustStoreArn": arn, "RevocationContents": list })
}

#[track_caller]
fn bundle(v2: &Client, arn: &str) -> String {
    let op = "GetTrustStoreCaCertificatesBundle";
    v2.call(op, &json!({ "TrustStoreArn": arn })).ok().text(&format!("{op}Result.Location"))
}

#[track_caller]
fn revocation(v2: &Client, arn: &str, id: i64) -> String {
    let op = "GetTrustStoreRevocationContent";
    let of = json!({ "TrustStoreArn": arn, "RevocationId": id });
    v2.call(op, &of).ok().text(&format!("{op}Result.Location"))
}

/// Fetches what lies at an address, as somebody who knows nothing else.
#[track_caller]
fn fetch(server: &Server, location: &str) -> Answer {
    let front = format!("http://{}", server.address());
    let target = location.strip_prefix(&front).expect("the address is the client's endpoint");
    server.client("s3").anonymous().request("GET", target).send()
}

#[test]
fn bundles_and_lists_are_handed_out_byte_for_byte() {
    let place = Place::new();
    fill(&place.server.client("s3"));
    let arn = create(&place.v2, "clients");
    place.v2.call("AddTrustStoreRevocations", &revocations(&arn, &["empty", "one"])).ok();
    assert_eq!(fetch(&place.server, &bundle(&place.v2, &arn)).ok().body, crate::LEAF.as_bytes());
    assert_eq!(fetch(&place.server, &revocation(&place.v2, &arn, 1)).ok().body, EMPTY);
    let last = revocation(&place.v2, &arn, 2);
    assert_eq!(fetch(&place.server, &last).ok().body, ONE);
    let shown = place.v2.call("DescribeTrustStores", &json!({})).ok();
    assert_eq!(shown.text("DescribeTrustStoresResult.TrustStores.member.TotalRevokedEntries"), "1");
    // The objects may go: what was read of them is the trust store's.
    for key in ["bundle.pem", "empty", "one"] {
        place.server.client("s3").request("DELETE", &format!("/trust/{key}")).send().ok();
    }
    assert_eq!(fetch(&place.server, &last).ok().body, ONE);
    let of = |id: i64| json!({ "TrustStoreArn": arn, "RevocationId": id });
    let gone = "The specified revocation ID does not exist.";
    refuses(&place.v2, &[("GetTrustStoreRevocationContent", of(3), "RevocationIdNotFound", gone)]);
    // A list that is removed lies nowhere, whoever has its address.
    place.v2.call("RemoveTrustStoreRevocations", &json!({ "TrustStoreArn": arn, "RevocationIds": [2] })).ok();
    assert_eq!(fetch(&place.server, &last).status, 403);
    let (own, first) = (bundle(&place.v2, &arn), revocation(&place.v2, &arn, 1));
    place.v2.call("DeleteTrustStore", &json!({ "TrustStoreArn": arn })).ok();
    for location in [own, first] {
        assert_eq!(fetch(&place.server, &location).status, 403);
    }
}

#[test]
fn an_address_is_good_for_ten_minutes_and_for_nothing_else() {
    let place = Place::new();
    fill(&place.server.client("s3"));
    let (arn, other) = (create(&place.v2, "clients"), create(&place.v2, "others"));
    let location = bundle(&place.v2, &arn);
    let (front, token) = location.rsplit_once('/').expect("an address has parts");
    for forged in [
        format!("{front}/{}", token.to_lowercase()),
        format!("{front}/{token}A"),
        format!("{front}/{}", &token[1..]),
        format!("{front}/x"),
        format!("{}/nowhere/{token}", front.rsplit_once('/').expect("an address has parts").0),
    ] {
        assert_eq!(fetch(&place.server, &forged).status, 403, "{forged}");
    }
    // A marker of a list is sealed with the same key, and opens nothing.
    let page = place.v2.call("DescribeTrustStores", &json!({ "PageSize": 1 })).ok();
    let marker = page.text("DescribeTrustStoresResult.NextMarker");
    assert_eq!(fetch(&place.server, &format!("{front}/{marker}")).status, 403);
    assert_ne!(bundle(&place.v2, &other), location);
    advance(&place.server, "10m");
    assert_eq!(fetch(&place.server, &location).ok().body, crate::LEAF.as_bytes());
    advance(&place.server, "1s");
    assert_eq!(fetch(&place.server, &location).status, 403);
}

#[test]
fn what_is_handed_out_outlives_a_restart() {
    let mut server = Server::start();
    fill(&server.client("s3"));
    let arn = create(&server.client("elbv2"), "clients");
    server.client("elbv2").call("AddTrustStoreRevocations", &revocations(&arn, &["one"])).ok();
    server.kill();
    server.restart();
    let v2 = server.client("elbv2");
    assert_eq!(fetch(&server, &bundle(&v2, &arn)).ok().body, crate::LEAF.as_bytes());
    assert_eq!(fetch(&server, &revocation(&v2, &arn, 1)).ok().body, ONE);
}

#[test]
fn another_world_hands_out_its_own() {
    let server = Server::start();
    fill(&server.client("s3"));
    let arn = create(&server.client("elbv2"), "clients");
    server.fork("ci");
    let v2 = server.client("elbv2").world("ci");
    server
        .client("s3")
        .world("ci")
        .request("PUT", "/trust/bundle.pem")
        .body(format!("{0}{0}", crate::LEAF))
        .send()
        .ok();
    let change = json!({ "TrustStoreArn": arn, "CaCertificatesBundleS3Bucket": "trust", "CaCertificatesBundleS3Key": "bundle.pem" });
    v2.call("ModifyTrustStore", &change).ok();
    // Whoever fetches says nothing of worlds.
    assert_eq!(fetch(&server, &bundle(&v2, &arn)).ok().body.len(), 2 * crate::LEAF.len());
    assert_eq!(fetch(&server, &bundle(&server.client("elbv2"), &arn)).ok().body.len(), crate::LEAF.len());
}

#[test]
fn whoever_makes_a_trust_store_may_read_what_it_is_made_of() {
    let server = Server::enforcing();
    fill(&server.root("s3"));
    let elb = allow(&["elasticloadbalancing:*"], "*");
    let user = server.user("anna", std::slice::from_ref(&elb));
    let anna = user.client("elbv2");
    let arn = create(&server.root("elbv2"), "clients");
    let change = json!({ "TrustStoreArn": arn, "CaCertificatesBundleS3Bucket": "trust", "CaCertificatesBundleS3Key": "bundle.pem" });
    let version = crate::with(&store("other"), &json!({ "CaCertificatesBundleS3ObjectVersion": "null" }));
    for (operation, parameters, action, object) in [
        ("CreateTrustStore", store("other"), "s3:GetObject", "bundle.pem"),
        ("CreateTrustStore", version.clone(), "s3:GetObjectVersion", "bundle.pem"),
        ("ModifyTrustStore", change.clone(), "s3:GetObject", "bundle.pem"),
        ("AddTrustStoreRevocations", revocations(&arn, &["one"]), "s3:GetObject", "one"),
    ] {
        let refusal = anna.call(operation, &parameters).refusal();
        let sentence = format!(
            "User: arn:aws:iam::000000000000:user/anna is not authorized to perform: {action} on resource: \"arn:aws:s3:::trust/{object}\" because no identity-based policy allows the {action} action"
        );
        let found = (refusal.status, refusal.code.as_str(), refusal.message);
        assert_eq!(found, (403, "AccessDenied", sentence), "{operation}");
    }
    user.may(&[elb, allow(&["s3:GetObject", "s3:GetObjectVersion"], "*")]);
    anna.call("CreateTrustStore", &version).ok();
    anna.call("ModifyTrustStore", &change).ok();
    anna.call("AddTrustStoreRevocations", &revocations(&arn, &["one"])).ok();
    // The address is its own permission.
    assert_eq!(fetch(&server, &revocation(&anna, &arn, 1)).ok().body, ONE);
}

#[test]
fn there_are_twenty_trust_stores_and_thirty_lists_of_one() {
    let place = Place::new();
    fill(&place.server.client("s3"));
    let arn = create(&place.v2, "clients");
    for n in 1..20 {
        create(&place.v2, &format!("store-{n}"));
    }
    place.v2.call("AddTrustStoreRevocations", &revocations(&arn, &["empty"; 30])).ok();
    let stores =
        "You've reached the limit on the number of trust stores for your Amazon Web Services account.";
    let entries = "The specified trust store has too many revocation entries.";
    let op = "AddTrustStoreRevocations";
    refuses(
        &place.v2,
        &[
            ("CreateTrustStore", store("more"), "TooManyTrustStores", stores),
            (op, revocations(&arn, &["empty"]), "TooManyTrustStoreRevocationEntries", entries),
        ],
    );
    let (mut marker, mut ids, op) = (Value::Null, Vec::new(), "DescribeTrustStoreRevocations");
    loop {
        let page = json!({ "TrustStoreArn": arn, "PageSize": 16, "Marker": marker });
        let page = place.v2.call(op, &page).ok();
        ids.extend(page.texts(&format!("{op}Result.TrustStoreRevocations.member.RevocationId")));
        match page.texts(&format!("{op}Result.NextMarker")).pop() {
            Some(next) => marker = next.into(),
            None => break,
        }
    }
    let want: Vec<String> = (1..=30).map(|id: i32| id.to_string()).collect();
    assert_eq!(ids, want);
    let missing = "The specified ca certificate bundle does not exist.";
    let nothing = format!("{}/{NOTHING}", arn.rsplit_once('/').expect("an ARN has parts").0);
    let change = |arn: &str| json!({ "TrustStoreArn": arn, "CaCertificatesBundleS3Bucket": "trust", "CaCertificatesBundleS3Key": "nothing" });
    refuses(
        &place.v2,
        &[
            ("ModifyTrustStore", change(&arn), "CaCertificatesBundleNotFound", missing),
            (
                "ModifyTrustStore",
                change(&nothing),
                "TrustStoreNotFound",
                "The specified trust store does not exist.",
            ),
        ],
    );
}
