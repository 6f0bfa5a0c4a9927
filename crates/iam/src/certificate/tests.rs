//! Certificates and keys, made for each test.

use super::{Certificate, check_chain, private_key};
use base::Timestamp;
use key_material::pem;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};

/// A PKCS #1 key of 2048 bits and a certificate of it, made by OpenSSL.
const RSA_KEY: &str = include_str!("testdata/rsa.key.pem");
const RSA_CERTIFICATE: &str = include_str!("testdata/rsa.pem");
/// A key of another curve than ring computes with, and a certificate of it.
const P521_KEY: &str = include_str!("testdata/p521.key.pem");
const P521_CERTIFICATE: &str = include_str!("testdata/p521.pem");

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2027, 1, 1);
    params
}

fn authority(name: &str) -> CertificateParams {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn self_signed(name: &str) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    (params(name).self_signed(&key).unwrap().pem(), key.serialize_pem())
}

#[track_caller]
fn pairs(certificate: &str, key: &str, want: bool) {
    let certificate = Certificate::read(certificate).unwrap();
    let key = private_key(key).unwrap();
    assert_eq!(key.belongs_to(&certificate), want);
}

#[test]
fn keys_of_every_form_belong_to_their_own_certificates() {
    let (p256, p256_key) = self_signed("a.example.com");
    let (_, other_key) = self_signed("a.example.com");
    pairs(&p256, &p256_key, true);
    pairs(&p256, &other_key, false);
    pairs(&p256, RSA_KEY, false);
    pairs(RSA_CERTIFICATE, RSA_KEY, true);
    pairs(RSA_CERTIFICATE, &p256_key, false);
    pairs(P521_CERTIFICATE, P521_KEY, true);
    pairs(P521_CERTIFICATE, &p256_key, false);
    let p384 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    pairs(&params("b").self_signed(&p384).unwrap().pem(), &p384.serialize_pem(), true);
}

#[test]
fn a_key_whose_numbers_do_not_fit_is_no_key_of_its_certificate() {
    let mut der = pem::blocks(RSA_KEY).unwrap().remove(0).der;
    let last = der.len() - 1;
    der[last] ^= 1;
    pairs(RSA_CERTIFICATE, &pem::write("RSA PRIVATE KEY", &der), false);
}

#[test]
fn texts_that_are_no_keys() {
    let (certificate, key) = self_signed("a");
    let cut = pem::write("PRIVATE KEY", &pem::blocks(&key).unwrap()[0].der[..40]);
    for text in
        ["", "key", &certificate, &cut, &key.replace("PRIVATE", "ENCRYPTED PRIVATE"), &format!("{key}{key}")]
    {
        assert!(private_key(text).is_none(), "{text}");
    }
    // As OpenSSL writes keys of curves.
    let parameters = "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIw==\n-----END EC PARAMETERS-----\n";
    assert!(private_key(&format!("{parameters}{P521_KEY}")).is_some());
}

#[test]
fn texts_that_are_no_certificates() {
    let (certificate, key) = self_signed("a");
    let mut longer = pem::blocks(&certificate).unwrap().remove(0).der;
    longer.push(0);
    for text in
        ["", "certificate", &key, &pem::write("CERTIFICATE", &longer), &format!("{certificate}{certificate}")]
    {
        assert!(Certificate::read(text).is_none(), "{text}");
    }
    assert_eq!(Certificate::read_all(&format!("{certificate}{certificate}")).unwrap().len(), 2);
}

#[test]
fn a_certificate_is_in_force_between_its_dates() {
    let (certificate, _) = self_signed("a");
    let certificate = Certificate::read(&certificate).unwrap();
    let (from, to) = (1_767_225_600_000, 1_798_761_600_000);
    assert_eq!(certificate.not_after(), Timestamp::from_millis(to));
    for (at, want) in [(from - 1, false), (from, true), (to, true), (to + 1, false)] {
        assert_eq!(certificate.is_valid_at(Timestamp::from_millis(at)), want, "{at}");
    }
}

#[test]
fn a_chain_leads_from_each_to_its_issuer() {
    let [root_key, middle_key, leaf_key] = [(); 3].map(|()| KeyPair::generate().unwrap());
    let root = authority("root").self_signed(&root_key).unwrap();
    let root_params = authority("root");
    let middle =
        authority("middle").signed_by(&middle_key, &Issuer::from_params(&root_params, &root_key)).unwrap();
    let middle_params = authority("middle");
    let leaf =
        params("leaf").signed_by(&leaf_key, &Issuer::from_params(&middle_params, &middle_key)).unwrap();
    // The same name, another key: the name fits and the signature does not.
    let impostor = authority("middle").self_signed(&leaf_key).unwrap();
    let read = |pem: String| Certificate::read(&pem).unwrap();
    let (root, middle, leaf, impostor) =
        (read(root.pem()), read(middle.pem()), read(leaf.pem()), read(impostor.pem()));
    for (chain, want) in [
        (vec![], Ok(())),
        (vec![middle.clone()], Ok(())),
        (vec![middle.clone(), root.clone()], Ok(())),
        (vec![root.clone()], Err(-1)),
        (vec![root.clone(), middle.clone()], Err(-1)),
        (vec![impostor], Err(-1)),
        (vec![middle.clone(), middle.clone()], Err(0)),
        (vec![middle, root, leaf.clone()], Err(1)),
    ] {
        assert_eq!(check_chain(&leaf, &chain), want);
    }
}
