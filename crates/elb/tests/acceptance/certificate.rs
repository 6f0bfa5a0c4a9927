//! The certificates of listeners.

use crate::{Place, forward, refuses};
use serde_json::json;

#[test]
fn further_certificates_stand_beside_the_default_one() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let group = place.group("web", "HTTP", &json!({}));
    let (own, one, other) = (place.certificate("own"), place.certificate("one"), place.certificate("other"));
    let wish = json!({
        "LoadBalancerArn": arn, "Protocol": "HTTPS", "Port": 443,
        "Certificates": [{ "CertificateArn": own }], "DefaultActions": [forward(&group)],
    });
    let made = place.v2.call("CreateListener", &wish).ok();
    let listener = made.text("CreateListenerResult.Listeners.member.ListenerArn");
    let of = |arns: &[&String]| {
        let list: Vec<_> = arns.iter().map(|arn| json!({ "CertificateArn": arn })).collect();
        json!({ "ListenerArn": listener, "Certificates": list })
    };
    let added = place.v2.call("AddListenerCertificates", &of(&[&one, &other])).ok();
    let path = "AddListenerCertificatesResult.Certificates.member";
    assert_eq!(added.texts(&format!("{path}.IsDefault")), ["false", "false"]);
    place.v2.call("AddListenerCertificates", &of(&[&one])).ok();
    let path = "DescribeListenerCertificatesResult.Certificates.member";
    let page = json!({ "ListenerArn": listener, "PageSize": 2 });
    let shown = place.v2.call("DescribeListenerCertificates", &page).ok();
    assert_eq!(shown.texts(&format!("{path}.CertificateArn")), [own.as_str(), one.as_str()]);
    assert_eq!(shown.texts(&format!("{path}.IsDefault")), ["true", "false"]);
    let marker = shown.text("DescribeListenerCertificatesResult.NextMarker");
    let page = json!({ "ListenerArn": listener, "PageSize": 2, "Marker": marker });
    let shown = place.v2.call("DescribeListenerCertificates", &page).ok();
    assert_eq!(shown.texts(&format!("{path}.CertificateArn")), [other.as_str()]);
    place.v2.call("RemoveListenerCertificates", &of(&[&one])).ok();
    place.v2.call("RemoveListenerCertificates", &of(&[&one])).ok();
    let nowhere = "arn:aws:iam::000000000000:server-certificate/nowhere".to_owned();
    let set =
        json!({ "ListenerArn": listener, "Certificates": [{ "CertificateArn": one, "IsDefault": false }] });
    let missing = format!("Certificate '{nowhere}' not found");
    refuses(
        &place.v2,
        &[
            (
                "RemoveListenerCertificates",
                of(&[&own]),
                "OperationNotPermitted",
                "Default certificate cannot be removed",
            ),
            ("AddListenerCertificates", of(&[&nowhere]), "CertificateNotFound", &missing),
            (
                "AddListenerCertificates",
                set,
                "ValidationError",
                "You cannot set the isDefault parameter for a certificate.",
            ),
        ],
    );
}

#[test]
fn a_certificate_that_a_listener_has_stays() {
    let place = Place::new();
    let iam = place.server.client("iam");
    let arn = place.balancer("application", "web");
    let (own, further, classic) =
        (place.certificate("own"), place.certificate("further"), place.certificate("classic"));
    let wish = json!({
        "LoadBalancerArn": arn, "Protocol": "HTTPS", "Port": 443, "DefaultActions": [crate::fixed()],
        "Certificates": [{ "CertificateArn": own }],
    });
    let made = place.v2.call("CreateListener", &wish).ok();
    let listener = json!({ "ListenerArn": made.text("CreateListenerResult.Listeners.member.ListenerArn") });
    let more = crate::with(&listener, &json!({ "Certificates": [{ "CertificateArn": further }] }));
    place.v2.call("AddListenerCertificates", &more).ok();
    let https = json!({
        "Protocol": "HTTPS", "LoadBalancerPort": 443, "InstancePort": 80, "SSLCertificateId": classic,
    });
    let old = json!({ "LoadBalancerName": "old", "Listeners": [https], "Subnets": place.two() });
    place.v1.call("CreateLoadBalancer", &old).ok();
    let of_old = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/old";
    let delete = |name: &str| iam.call("DeleteServerCertificate", &json!({ "ServerCertificateName": name }));
    for (name, user) in [("own", arn.as_str()), ("further", &arn), ("classic", of_old)] {
        let get = iam.call("GetServerCertificate", &json!({ "ServerCertificateName": name })).ok();
        let id = get.text(
            "GetServerCertificateResult.ServerCertificate.ServerCertificateMetadata.ServerCertificateId",
        );
        let sentence = format!(
            "Certificate: {id} is currently in use by {user}. Please remove it first before deleting it from IAM."
        );
        delete(name).refused(409, "DeleteConflict", &sentence);
    }
    place.v2.call("RemoveListenerCertificates", &more).ok();
    delete("further").ok();
    place.v2.call("DeleteListener", &listener).ok();
    delete("own").ok();
    place.v1.call("DeleteLoadBalancer", &json!({ "LoadBalancerName": "old" })).ok();
    delete("classic").ok();
}

#[test]
fn certificates_that_cannot_serve_are_refused() {
    let place = Place::new();
    let iam = place.server.client("iam");
    let upload = |name: &str, body: &str, key: &str| {
        let wish = json!({ "ServerCertificateName": name, "CertificateBody": body, "PrivateKey": key });
        let made = iam.call("UploadServerCertificate", &wish).ok();
        made.text("UploadServerCertificateResult.ServerCertificateMetadata.Arn")
    };
    // RSA of 1024 bits; no name with dots; ECDSA on P-521.
    let short = upload("short", include_str!("data/short.pem"), include_str!("data/short.key.pem"));
    let bare = upload("bare", include_str!("data/bare.pem"), include_str!("data/bare.key.pem"));
    let wide = upload("wide", include_str!("data/wide.pem"), include_str!("data/wide.key.pem"));
    let balancer = place.balancer("application", "web");
    let list = |arn: &str| json!({ "Certificates": [{ "CertificateArn": arn }] });
    let create = |port: u16, arn: &str| {
        let wish = json!({
            "LoadBalancerArn": balancer, "Protocol": "HTTPS", "Port": port, "DefaultActions": [crate::fixed()],
        });
        crate::with(&wish, &list(arn))
    };
    let made = place.v2.call("CreateListener", &create(443, &wide)).ok();
    let own = json!({ "ListenerArn": made.text("CreateListenerResult.Listeners.member.ListenerArn") });
    for arn in [&short, &bare] {
        // Recorded: hashicorp/terraform-provider-aws issues 26245 (CreateListener) and 41789 (ModifyListener),
        // crossplane-contrib/provider-upjet-aws issue 338 (AddListenerCertificates).
        let sentence = format!(
            "The certificate '{arn}' must have a fully-qualified domain name, a supported signature, and a supported key size."
        );
        let code = "UnsupportedCertificate";
        refuses(
            &place.v2,
            &[
                ("CreateListener", create(444, arn), code, &sentence),
                ("ModifyListener", crate::with(&own, &list(arn)), code, &sentence),
                ("AddListenerCertificates", crate::with(&own, &list(arn)), code, &sentence),
            ],
        );
    }
}
