//! Certificate authorities.

use super::*;

#[test]
fn a_successor_takes_over_and_the_first_goes() {
    let (server, eks) = start_real();
    cluster(&server, "one");
    let of = json!({ "clusterName": "one" });
    eks.call("CreateCertificateAuthority", &of).refused(
        400,
        REQUEST,
        "Cluster 'one' is not in ACTIVE status",
    );
    advance(&server, "10m");
    let all = || eks.call("ListCertificateAuthorities", &of).ok();
    let first = all().text("certificateAuthorities.id");
    assert_eq!(all().texts("certificateAuthorities.signingStatus"), ["IN_USE"]);
    assert_eq!(all().texts("certificateAuthorities.createdBy"), ["EKS"]);
    let data = || {
        let shown = eks.call("DescribeCluster", &json!({ "name": "one" })).ok();
        shown.text("cluster.certificateAuthority.data").len()
    };
    let alone = data();
    let made =
        eks.call("CreateCertificateAuthority", &with(of.clone(), json!({ "clientRequestToken": "t" }))).ok();
    assert_eq!(made.text("update.type"), "CertificateAuthorityUpdate");
    let next = made.text("certificateAuthority.id");
    assert_eq!(made.text("certificateAuthority.distributionStatus"), "IN_PROGRESS");
    let told = |update: &testkit::Answer, signing: &str, active: &str, trusted: &[&str]| {
        let mut trusted = trusted.to_vec();
        trusted.sort_unstable();
        let id = update.text("certificateAuthority.id");
        let params = json!([
            { "type": "CertificateAuthorityId", "value": id },
            { "type": "SigningStatus", "value": signing },
            { "type": "ActiveCertificateAuthority", "value": active },
            { "type": "TrustedCertificateAuthorities", "value": json!(trusted).to_string() },
        ]);
        assert_eq!(update.tree()["update"]["params"], params);
    };
    told(&made, "NOT_USED", &first, &[&first, &next]);
    assert_eq!(data(), alone);
    advance(&server, "6m");
    // Both are trusted before the successor signs.
    assert!(data() > alone * 3 / 2);
    let id = |id: &str| with(of.clone(), json!({ "certificateAuthorityId": id }));
    eks.call("CreateCertificateAuthority", &of).refused(
        400,
        LIMIT,
        "The limit of 2 certificate authorities for the cluster has been exceeded.",
    );
    let sentence = format!("Certificate authority {first} cannot be deleted in its current state");
    eks.call("DeleteCertificateAuthority", &id(&first)).refused(409, IN_USE, &sentence);
    let sentence = format!("Certificate authority {first} cannot be activated in its current state");
    eks.call("ActivateCertificateAuthority", &id(&first)).refused(409, IN_USE, &sentence);
    let shown =
        eks.call("DescribeCertificateAuthority", &id(&next)).ok().tree()["certificateAuthority"].clone();
    assert!(
        shown["scheduledEvents"]["firstAutoActivation"].as_f64()
            < shown["scheduledEvents"]["finalAutoActivation"].as_f64()
    );
    assert!(shown["validity"]["notAfter"].as_f64() > shown["validity"]["notBefore"].as_f64());
    let active = eks.call("ActivateCertificateAuthority", &id(&next)).ok();
    assert_eq!(active.text("certificateAuthority.signingStatus"), "ACTIVATING");
    told(&active, "ACTIVATING", &next, &[&first, &next]);
    advance(&server, "6m");
    let shown = eks.call("DescribeCluster", &json!({ "name": "one" })).ok().tree();
    assert_eq!(
        shown["cluster"]["certificateAuthority"]["active"],
        json!({ "id": next, "activatedBy": "CUSTOMER" })
    );
    let old = eks.call("DescribeCertificateAuthority", &id(&first)).ok().tree();
    assert_eq!(old["certificateAuthority"]["rollbackAvailable"], true);
    let gone = eks.call("DeleteCertificateAuthority", &id(&first)).ok();
    assert_eq!(gone.text("certificateAuthority.distributionStatus"), "DELETING");
    told(&gone, "NOT_USED", &next, &[&next]);
    advance(&server, "6m");
    assert_eq!(all().texts("certificateAuthorities.id"), [next]);
    let sentence = format!("No certificate authority found for ID: {first}");
    eks.call("DescribeCertificateAuthority", &id(&first)).refused(404, NOT_FOUND, &sentence);
}

/// Source: EKS API reference, DeleteCertificateAuthority: a successor stays in the last two years of the one that signs.
#[test]
fn a_successor_stays_where_it_is_needed_soon() {
    let (server, eks) = start();
    cluster(&server, "one");
    let of = json!({ "clusterName": "one" });
    for _ in 0..98 {
        advance(&server, "30d");
    }
    let next = eks.call("CreateCertificateAuthority", &of).ok().text("certificateAuthority.id");
    let sentence = format!("Certificate authority {next} cannot be deleted in its current state");
    let asked = with(of, json!({ "certificateAuthorityId": next }));
    eks.call("DeleteCertificateAuthority", &asked).refused(409, IN_USE, &sentence);
}
