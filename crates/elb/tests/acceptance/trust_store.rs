//! Trust stores.

use crate::{NOTHING, Place, forward, refuses};
use serde_json::{Value, json};
use testkit::ec2::advance;

/// A list that revokes nothing.
const CRL: &str = include_str!("data/empty.crl.pem");

/// A bucket with a bundle of two certificates, a list of revocations and something else.
fn bucket(place: &Place) {
    let s3 = place.server.client("s3");
    s3.request("PUT", "/trust").send().ok();
    let bundle = format!("{}{}", crate::LEAF, crate::LEAF);
    s3.request("PUT", "/trust/bundle.pem").body(bundle).send().ok();
    s3.request("PUT", "/trust/list.pem").body(CRL).send().ok();
    s3.request("PUT", "/trust/other").body("no certificate").send().ok();
}

fn wish(name: &str, key: &str) -> Value {
    json!({
        "Name": name, "CaCertificatesBundleS3Bucket": "trust", "CaCertificatesBundleS3Key": key,
        "Tags": [{ "Key": "a", "Value": "1" }],
    })
}

#[track_caller]
fn create(place: &Place, name: &str) -> String {
    let made = place.v2.call("CreateTrustStore", &wish(name, "bundle.pem")).ok();
    made.text("CreateTrustStoreResult.TrustStores.member.TrustStoreArn")
}

#[test]
fn a_trust_store_is_made_of_a_bundle() {
    let place = Place::at("real");
    bucket(&place);
    let made = place.v2.call("CreateTrustStore", &wish("clients", "bundle.pem")).ok();
    let path = "CreateTrustStoreResult.TrustStores.member";
    assert_eq!(made.text(&format!("{path}.Status")), "CREATING");
    assert_eq!(made.text(&format!("{path}.NumberOfCaCertificates")), "2");
    assert_eq!(made.text(&format!("{path}.TotalRevokedEntries")), "0");
    let arn = made.text(&format!("{path}.TrustStoreArn"));
    let group = place.group("web", "HTTP", &json!({}));
    let balancer = place.balancer("application", "web");
    let listener = json!({
        "LoadBalancerArn": balancer, "Protocol": "HTTPS", "Port": 443,
        "Certificates": [{ "CertificateArn": place.certificate("www") }],
        "DefaultActions": [forward(&group)],
        "MutualAuthentication": { "Mode": "verify", "TrustStoreArn": arn },
    });
    let sentence = format!("Trust store with ARN '{arn}' is not in ACTIVE state");
    refuses(&place.v2, &[("CreateListener", listener.clone(), "TrustStoreNotReady", &sentence)]);
    advance(&place.server, "11s");
    let listener = place.v2.call("CreateListener", &listener).ok();
    let path = "CreateListenerResult.Listeners.member";
    assert_eq!(listener.text(&format!("{path}.MutualAuthentication.TrustStoreAssociationStatus")), "active");
    let listener = listener.text(&format!("{path}.ListenerArn"));
    let own = json!({ "TrustStoreArn": arn });
    let found = place.v2.call("DescribeTrustStoreAssociations", &own).ok();
    let path = "DescribeTrustStoreAssociationsResult.TrustStoreAssociations.member.ResourceArn";
    assert_eq!(found.text(path), listener);
    let pair = |resource: &str| json!({ "TrustStoreArn": arn, "ResourceArn": resource });
    let (same, none) = (pair(&listener), pair(&balancer));
    refuses(
        &place.v2,
        &[
            (
                "DeleteTrustStore",
                own.clone(),
                "TrustStoreInUse",
                "The specified trust store is currently in use.",
            ),
            (
                "DeleteSharedTrustStoreAssociation",
                same,
                "DeleteAssociationSameAccount",
                "The specified association can't be within the same account.",
            ),
            (
                "DeleteSharedTrustStoreAssociation",
                none,
                "AssociationNotFound",
                "The specified association does not exist.",
            ),
            (
                "GetResourcePolicy",
                json!({ "ResourceArn": arn }),
                "ResourceNotFound",
                "The specified resource does not exist.",
            ),
        ],
    );
    place.v2.call("DeleteListener", &json!({ "ListenerArn": listener })).ok();
    place.v2.call("DeleteTrustStore", &own).ok();
}

#[test]
fn what_is_no_bundle_is_refused() {
    let place = Place::new();
    bucket(&place);
    let arn = create(&place, "clients");
    let bundle = "The specified ca certificate bundle is in an invalid format, or corrupt.";
    let missing = "The specified ca certificate bundle does not exist.";
    let nothing = format!("{}/{NOTHING}", arn.rsplit_once('/').expect("an ARN has parts").0);
    let modify = |arn: &str, key: &str| json!({ "TrustStoreArn": arn, "CaCertificatesBundleS3Bucket": "trust", "CaCertificatesBundleS3Key": key });
    let op = "CreateTrustStore";
    refuses(
        &place.v2,
        &[
            (op, wish("other", "nothing"), "CaCertificatesBundleNotFound", missing),
            (op, wish("other", "other"), "InvalidCaCertificatesBundle", bundle),
            (
                op,
                wish("clients", "bundle.pem"),
                "DuplicateTrustStoreName",
                "A trust store with the specified name already exists.",
            ),
            ("ModifyTrustStore", modify(&arn, "other"), "InvalidCaCertificatesBundle", bundle),
            (
                "ModifyTrustStore",
                modify(&nothing, "bundle.pem"),
                "TrustStoreNotFound",
                "The specified trust store does not exist.",
            ),
            (
                "DescribeTrustStores",
                json!({ "Names": ["z"] }),
                "TrustStoreNotFound",
                "The specified trust store does not exist.",
            ),
        ],
    );
    place.v2.call("ModifyTrustStore", &modify(&arn, "bundle.pem")).ok();
    create(&place, "more");
    let page = place.v2.call("DescribeTrustStores", &json!({ "PageSize": 1 })).ok();
    assert_eq!(page.text("DescribeTrustStoresResult.TrustStores.member.Name"), "clients");
    let marker = page.text("DescribeTrustStoresResult.NextMarker");
    let page = place.v2.call("DescribeTrustStores", &json!({ "Marker": marker })).ok();
    assert_eq!(page.text("DescribeTrustStoresResult.TrustStores.member.Name"), "more");
    for other in place.elsewhere("elbv2") {
        assert!(
            other
                .call("DescribeTrustStores", &json!({}))
                .ok()
                .texts("DescribeTrustStoresResult.TrustStores.member")
                .is_empty()
        );
    }
}

#[test]
fn lists_of_revocations_count_up() {
    let place = Place::new();
    bucket(&place);
    let arn = create(&place, "clients");
    let add = |key: &str| json!({ "TrustStoreArn": arn, "RevocationContents": [{ "S3Bucket": "trust", "S3Key": key }] });
    let path = "AddTrustStoreRevocationsResult.TrustStoreRevocations.member";
    for want in ["1", "2"] {
        let added = place.v2.call("AddTrustStoreRevocations", &add("list.pem")).ok();
        assert_eq!(added.text(&format!("{path}.RevocationId")), want);
        assert_eq!(added.text(&format!("{path}.NumberOfRevokedEntries")), "0");
    }
    let ids = |ids: &[i32]| json!({ "TrustStoreArn": arn, "RevocationIds": ids });
    place.v2.call("RemoveTrustStoreRevocations", &ids(&[1])).ok();
    let shown = place.v2.call("DescribeTrustStoreRevocations", &json!({ "TrustStoreArn": arn })).ok();
    let path = "DescribeTrustStoreRevocationsResult.TrustStoreRevocations.member.RevocationId";
    assert_eq!(shown.texts(path), ["2"]);
    let gone = "The specified revocation ID does not exist.";
    refuses(
        &place.v2,
        &[
            ("RemoveTrustStoreRevocations", ids(&[1]), "RevocationIdNotFound", gone),
            ("DescribeTrustStoreRevocations", ids(&[1]), "RevocationIdNotFound", gone),
            (
                "AddTrustStoreRevocations",
                add("nothing"),
                "RevocationContentNotFound",
                "The specified revocation file does not exist.",
            ),
            (
                "AddTrustStoreRevocations",
                add("other"),
                "InvalidRevocationContent",
                "The provided revocation file is an invalid format, or uses an incorrect algorithm.",
            ),
        ],
    );
}
