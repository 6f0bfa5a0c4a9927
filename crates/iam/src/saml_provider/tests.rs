//! What of a metadata document is read.

use super::metadata::{Metadata, read};
use base::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};

/// The end of 2026.
const YEAR_2027: Timestamp = Timestamp::from_millis(1_798_761_600_000);

/// A certificate that ends with a year.
fn certificate(year: i32) -> String {
    let mut params = CertificateParams::new(vec!["idp.example.com".to_owned()]).unwrap();
    params.not_after = date_time_ymd(year, 1, 1);
    STANDARD.encode(params.self_signed(&KeyPair::generate().unwrap()).unwrap().der())
}

fn key(purpose: &str, certificate: &str) -> String {
    format!(
        "<md:KeyDescriptor{purpose}><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data>\
         <ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )
}

fn entity(attributes: &str, keys: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" {attributes}>\
         <md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">{keys}\
         <md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"https://idp/\"/>\
         </md:IDPSSODescriptor></md:EntityDescriptor>"
    )
}

const ID: &str = "entityID=\"https://idp.example.com/\"";

#[test]
fn signing_certificates_count_and_the_first_end() {
    let [early, late] = [certificate(2027), certificate(2040)];
    let spaced = format!("\n  {}\n  {}\n", &late[..64], &late[64..]);
    let until = |text: &str| format!("{ID} validUntil=\"{text}\"");
    for (document, certificates, valid_until) in [
        (entity(ID, &key("", &early)), vec![early.clone()], YEAR_2027),
        (
            entity(ID, &key(" use=\"signing\"", &spaced)),
            vec![late.clone()],
            Timestamp::from_millis(2_208_988_800_000),
        ),
        (
            entity(ID, &(key(" use=\"signing\"", &early) + &key(" use=\"encryption\"", &late))),
            vec![early.clone()],
            Timestamp::from_millis(2_208_988_800_000),
        ),
        (
            entity(&until("2026-06-01T00:00:00Z"), &key("", &early)),
            vec![early.clone()],
            Timestamp::from_millis(1_780_272_000_000),
        ),
        (entity(&until("2030-01-01T00:00:00.000Z"), &key("", &early)), vec![early.clone()], YEAR_2027),
        (
            format!(
                "<EntitiesDescriptor>{}</EntitiesDescriptor>",
                entity(ID, &key("", &early)).split_once("?>").unwrap().1
            ),
            vec![early.clone()],
            YEAR_2027,
        ),
    ] {
        let entity_id = "https://idp.example.com/".to_owned();
        assert_eq!(read(&document), Some(Metadata { entity_id, certificates, valid_until }), "{document}");
    }
}

#[test]
fn what_is_no_metadata_of_an_identity_provider() {
    let good = certificate(2027);
    let signing = key(" use=\"signing\"", &good);
    for document in [
        String::new(),
        "no metadata".to_owned(),
        "<a>".to_owned(),
        entity("", &signing),
        entity("entityID=\"\"", &signing),
        entity(ID, ""),
        entity(ID, &key(" use=\"encryption\"", &good)),
        entity(ID, &key("", "not base64")),
        entity(ID, &key("", &STANDARD.encode("no certificate"))),
        entity(ID, &(signing.clone() + &key("", "AAAA"))),
        entity(&format!("{ID} validUntil=\"tomorrow\""), &signing),
        entity(ID, &signing).replace("IDPSSODescriptor", "SPSSODescriptor"),
        entity(ID, &signing).replace("EntityDescriptor", "Assertion"),
        entity(ID, &signing)
            .replace("<?xml version=\"1.0\"?>", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>"),
        format!(
            "<EntitiesDescriptor>{0}{0}</EntitiesDescriptor>",
            entity(ID, &signing).split_once("?>").unwrap().1
        ),
    ] {
        assert_eq!(read(&document), None, "{document}");
    }
}
