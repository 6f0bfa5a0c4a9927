//! SAML assertions, signed here by a curve as identity providers sign them.

use crate::{arn, refuses, role, start};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};
use std::time::{Duration, UNIX_EPOCH};
use testkit::Client;

const ISSUER: &str = "https://idp.example/meta";
const SIGNIN: &str = "https://signin.aws.amazon.com/saml";

/// An identity provider.
struct Provider {
    key: EcdsaKeyPair,
    metadata: String,
}

impl Provider {
    fn new() -> Self {
        let pair = KeyPair::generate().expect("the test made it so");
        let certificate = CertificateParams::new(Vec::new())
            .expect("the test made it so")
            .self_signed(&pair)
            .expect("the test made it so");
        let key = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &pair.serialize_der(),
            &SystemRandom::new(),
        );
        let encoded = STANDARD.encode(certificate.der());
        let padding = "x".repeat(1000);
        let metadata = format!(
            "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{ISSUER}\"><IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><KeyDescriptor use=\"signing\"><KeyInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><X509Data><X509Certificate>{encoded}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"https://idp.example/sso?{padding}\"/></IDPSSODescriptor></EntityDescriptor>"
        );
        Self { key: key.expect("the test made it so"), metadata }
    }

    /// A response whose assertion is signed. It is written in its canonical form, so that it is digested as it is.
    fn respond(&self, own: &Own) -> String {
        let Own { id, audience, recipient, age, role, name } = own;
        let (issued, until) = (instant(-*age), instant(240 - age));
        let attribute = |name: &str, value: &str| {
            format!(
                "<Attribute Name=\"https://aws.amazon.com/SAML/Attributes/{name}\"><AttributeValue>{value}</AttributeValue></Attribute>"
            )
        };
        let pair = format!("{},{}", arn(&format!("role/{role}")), arn("saml-provider/okta"));
        let attributes = [
            attribute("Role", &pair),
            attribute("RoleSessionName", name),
            attribute("PrincipalTag:Team", "blue"),
        ];
        let head = format!(
            "<Assertion xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"{id}\" IssueInstant=\"{issued}\" Version=\"2.0\"><Issuer>{ISSUER}</Issuer>"
        );
        let tail = format!(
            "<Subject><NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">anna</NameID><SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><SubjectConfirmationData NotOnOrAfter=\"{until}\" Recipient=\"{recipient}\"></SubjectConfirmationData></SubjectConfirmation></Subject><Conditions><AudienceRestriction><Audience>{audience}</Audience></AudienceRestriction></Conditions><AttributeStatement>{}</AttributeStatement></Assertion>",
            attributes.concat()
        );
        let value = STANDARD.encode(digest(&SHA256, format!("{head}{tail}").as_bytes()));
        let info = format!(
            "<SignedInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></CanonicalizationMethod><SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"></SignatureMethod><Reference URI=\"#{id}\"><Transforms><Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></Transform><Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></Transform></Transforms><DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></DigestMethod><DigestValue>{value}</DigestValue></Reference></SignedInfo>"
        );
        let signature = self.key.sign(&SystemRandom::new(), info.as_bytes()).expect("the test made it so");
        let signature = STANDARD.encode(signature.as_ref());
        format!(
            "<p:Response xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"r{id}\"><p:Status><p:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></p:Status>{head}<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">{info}<SignatureValue>{signature}</SignatureValue></Signature>{tail}</p:Response>"
        )
    }
}

/// What makes one assertion different from another.
struct Own {
    id: &'static str,
    audience: &'static str,
    recipient: &'static str,
    /// Seconds since it was issued.
    age: i64,
    role: &'static str,
    name: &'static str,
}

impl Own {
    fn new(id: &'static str) -> Self {
        Self { id, audience: SIGNIN, recipient: SIGNIN, age: 0, role: "viewer", name: "anna@example.com" }
    }
}

/// The machine's time, and some seconds.
fn instant(offset: i64) -> String {
    let now = i64::try_from(UNIX_EPOCH.elapsed().map_or(0, |now: Duration| now.as_secs()))
        .expect("the test made it so")
        + offset;
    let at = time::OffsetDateTime::from_unix_timestamp(now).expect("the test made it so");
    at.format(&time::format_description::well_known::Rfc3339).expect("the test made it so")
}

fn exchange(response: &str) -> Value {
    json!({ "RoleArn": arn("role/viewer"), "PrincipalArn": arn("saml-provider/okta"), "SAMLAssertion": STANDARD.encode(response) })
}

fn register(iam: &Client, provider: &Provider) {
    let create = json!({ "Name": "okta", "SAMLMetadataDocument": provider.metadata });
    iam.call("CreateSAMLProvider", &create).ok();
    role(iam, "viewer");
}

#[test]
fn what_the_provider_itself_refused_opens_nothing() {
    let (server, iam) = start();
    let provider = Provider::new();
    register(&iam, &provider);
    let failed = provider.respond(&Own::new("_1")).replace("status:Success", "status:Responder");
    server.client("sts").anonymous().call("AssumeRoleWithSAML", &exchange(&failed)).refused(
        403,
        "IDPRejectedClaim",
        "The identity provider reported that authentication failed.",
    );
}

#[test]
fn an_assertion_opens_one_session() {
    let (server, iam) = start();
    let provider = Provider::new();
    register(&iam, &provider);
    let sts = server.client("sts").anonymous();
    let response = provider.respond(&Own::new("_1"));
    let answer = sts.call("AssumeRoleWithSAML", &exchange(&response)).ok();
    let text = |name: &str| answer.text(&format!("AssumeRoleWithSAMLResult.{name}"));
    assert_eq!((text("Subject"), text("SubjectType")), ("anna".to_owned(), "persistent".to_owned()));
    assert_eq!((text("Issuer"), text("Audience")), (ISSUER.to_owned(), SIGNIN.to_owned()));
    assert_eq!(text("AssumedRoleUser.Arn"), "arn:aws:sts::000000000000:assumed-role/viewer/anna@example.com");
    assert_eq!(text("PackedPolicySize"), "1");
    sts.call("AssumeRoleWithSAML", &exchange(&response)).refused(
        400,
        "InvalidIdentityToken",
        "The SAML assertion was used before",
    );
    // Also after a restart, and another one is taken.
    let mut server = server;
    server.restart();
    let sts = server.client("sts").anonymous();
    sts.call("AssumeRoleWithSAML", &exchange(&response)).refused(
        400,
        "InvalidIdentityToken",
        "The SAML assertion was used before",
    );
    sts.call("AssumeRoleWithSAML", &exchange(&provider.respond(&Own::new("_2")))).ok();
}

#[test]
fn what_is_not_for_us_is_refused() {
    let (server, iam) = start();
    let provider = Provider::new();
    register(&iam, &provider);
    let sts = server.client("sts").anonymous();
    let ask = |own: Own| exchange(&provider.respond(&own));
    let signed = provider.respond(&Own::new("_a"));
    let mut unknown = ask(Own::new("_b"));
    unknown["PrincipalArn"] = json!(arn("saml-provider/other"));
    let invalid = |parameters: Value, sentence: &'static str| {
        ("AssumeRoleWithSAML", parameters, 400, "InvalidIdentityToken", sentence)
    };
    let denied = "Not authorized to perform sts:AssumeRoleWithSAML";
    refuses(
        &sts,
        &[
            invalid(exchange(&signed.replace(">anna<", ">root<")), "Response signature invalid"),
            invalid(exchange(&signed.replace("role/viewer", "role/admin")), "Response signature invalid"),
            invalid(exchange(&Provider::new().respond(&Own::new("_c"))), "Response signature invalid"),
            invalid(unknown, "Specified provider doesn't exist"),
            invalid(
                ask(Own { audience: "https://other.example", ..Own::new("_d") }),
                "Response does not contain the required audience.",
            ),
            invalid(
                ask(Own { recipient: "https://other.example/saml", ..Own::new("_e") }),
                "The SAML response is addressed to another recipient",
            ),
            invalid(
                ask(Own { name: "a b", ..Own::new("_f") }),
                "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}",
            ),
            invalid(ask(Own { name: "", ..Own::new("_g") }), "RoleSessionName is required in AuthnResponse"),
            (
                "AssumeRoleWithSAML",
                ask(Own { age: 241, ..Own::new("_h") }),
                400,
                "ExpiredTokenException",
                "Token must be redeemed within 5 minutes of issuance",
            ),
            // The provider has to say that its user may have this role.
            ("AssumeRoleWithSAML", ask(Own { role: "other", ..Own::new("_i") }), 403, "AccessDenied", denied),
        ],
    );
    // What was refused was not used up.
    sts.call("AssumeRoleWithSAML", &exchange(&signed)).ok();
}
