use crate::{Imds, launch, open};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::{Value, json};
use testkit::ec2::start;
use testkit::{Client, Server};
use x509_parser::pem::parse_x509_pem;

/// The public key of the certificate that a world tells, as RSA's two numbers.
#[track_caller]
fn public_key(server: &Server) -> (Vec<u8>, Vec<u8>) {
    let pages = server.client("ec2").anonymous();
    let pem = pages.request("GET", "/_angae/instance-identity/certificate").send().ok();
    assert_eq!(pem.header("content-type"), Some("application/x-pem-file"));
    let (_, pem) = parse_x509_pem(&pem.body).expect("it is PEM");
    let certificate = pem.parse_x509().expect("it is a certificate");
    certificate.verify_signature(None).expect("it signs itself");
    let key = certificate.public_key().subject_public_key.data.to_vec();
    (key, certificate.raw_serial().to_vec())
}

fn decoded(text: &str) -> Vec<u8> {
    STANDARD.decode(text.replace('\n', "")).expect("it is base64")
}

fn identity(imds: &Imds, name: &str) -> String {
    imds.text(&format!("/latest/dynamic/instance-identity/{name}"))
}

#[test]
fn the_document_says_what_the_instance_is() {
    let (server, ec2) = start();
    let id = launch(&ec2, &open());
    let document: Value =
        serde_json::from_str(&identity(&Imds::new(&server, &id), "document")).expect("it is JSON");
    let told = ec2.call("DescribeInstances", &json!({ "InstanceId": [id] })).ok();
    let path = "reservationSet.item.instancesSet.item";
    for (member, own) in [
        ("instanceId", "instanceId"),
        ("imageId", "imageId"),
        ("instanceType", "instanceType"),
        ("privateIp", "privateIpAddress"),
        ("architecture", "architecture"),
        ("availabilityZone", "placement.availabilityZone"),
    ] {
        assert_eq!(document[member], told.text(&format!("{path}.{own}")), "{member}");
    }
    assert_eq!(document["accountId"], "000000000000");
    assert_eq!(document["version"], "2017-09-30");
    let members: Vec<&String> = document.as_object().expect("it is an object").keys().collect();
    assert_eq!(members.len(), 15, "{members:?}");
    assert!(document["billingProducts"].is_null() && document["kernelId"].is_null());
}

#[test]
fn signatures_are_good_for_the_document_and_for_no_other() {
    let (mut server, ec2) = start();
    let id = launch(&ec2, &open());
    let imds = Imds::new(&server, &id);
    let document = identity(&imds, "document");
    let signature = decoded(&identity(&imds, "signature"));
    let (key, serial) = public_key(&server);
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key);
    key.verify(document.as_bytes(), &signature).expect("the signature is good");
    assert!(key.verify(document.replace("t3.micro", "t3.large").as_bytes(), &signature).is_err());
    for name in ["pkcs7", "rsa2048"] {
        let text = identity(&imds, name);
        assert!(text.lines().all(|line| line.len() <= 64), "{text}");
        let signed = decoded(&text);
        let stands = |part: &[u8]| signed.windows(part.len()).any(|window| window == part);
        // The document itself, its signature, and the number of the certificate.
        assert!(stands(document.as_bytes()) && stands(&signature) && stands(&serial), "{name}");
    }
    // Another start of the same world has the same key.
    server.restart();
    let again = Imds::new(&server, &id);
    assert_eq!(decoded(&identity(&again, "signature")), signature);
}

#[test]
fn a_fork_signs_by_a_key_of_its_own() {
    let (server, ec2) = start();
    let id = launch(&ec2, &open());
    let own = identity(&Imds::new(&server, &id), "signature");
    let fork = Client::new(server.fork("other"), "ec2").anonymous();
    let target = format!("/_angae/instances/{id}/metadata/latest/dynamic/instance-identity/signature");
    assert_ne!(fork.request("GET", &target).send().ok().body_text(), own);
}
