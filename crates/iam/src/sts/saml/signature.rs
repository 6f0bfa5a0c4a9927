//! XML signatures (W3C, XML Signature 1.1), as far as identity providers write them in SAML, and no further: one
//! enveloped signature, a child of the very element it signs by its ID; exclusive canonicalization; RSA or ECDSA
//! with SHA-2. Everything else is refused. Keys come from the provider's metadata, never from the document.
//!
//! What is used afterwards is the element that was verified, not one found by its name or ID again: a signature that
//! was moved elsewhere signs nothing that is read.

use super::canonical::canonical;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature;
use sha2::{Digest, Sha256, Sha384, Sha512};
use wire::tree::Node;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

pub(super) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// Whether a certificate's key made the signature that is a child of `node` and is over it. The text says what is
/// wrong; it is for the log.
pub(super) fn verify(node: &Node, certificates: &[Vec<u8>]) -> Result<(), String> {
    let signature = node.only(DSIG, "Signature").ok_or("there is not one signature")?;
    let info = signature.only(DSIG, "SignedInfo").ok_or("there is not one SignedInfo")?;
    let value = signature.only(DSIG, "SignatureValue").ok_or("there is not one SignatureValue")?;
    only_of(signature, &["SignedInfo", "SignatureValue", "KeyInfo"])?;
    only_of(info, &["CanonicalizationMethod", "SignatureMethod", "Reference"])?;
    let reference = info.only(DSIG, "Reference").ok_or("there is not one Reference")?;
    judge_reference(node, signature, reference)?;
    let method = info.only(DSIG, "CanonicalizationMethod").ok_or("there is no CanonicalizationMethod")?;
    let signed = canonical(info, &exclusive(method)?, None);
    let algorithm = info.only(DSIG, "SignatureMethod").and_then(|method| method.attribute("Algorithm"));
    let algorithm = algorithm.ok_or("there is no SignatureMethod")?;
    let value = decode(value)?;
    if certificates.iter().any(|der| is_signed_by(der, algorithm, signed.as_bytes(), &value)) {
        Ok(())
    } else {
        Err(format!("no certificate of the provider made the {algorithm} signature"))
    }
}

/// Whether the reference is to `node`, and its digest that of `node` without the signature.
fn judge_reference(node: &Node, signature: &Node, reference: &Node) -> Result<(), String> {
    only_of(reference, &["Transforms", "DigestMethod", "DigestValue"])?;
    let id = node.attribute("ID").filter(|id| !id.is_empty()).ok_or("what is signed has no ID")?;
    if reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')) != Some(id) {
        return Err("the signature is over something else".to_owned());
    }
    let transforms = reference.only(DSIG, "Transforms").ok_or("there are no Transforms")?;
    let transforms: Vec<&Node> = transforms.elements().collect();
    let [enveloped, exclusively] = transforms.as_slice() else {
        return Err("there are other transforms than an enveloped signature has".to_owned());
    };
    let is_enveloped = enveloped.is(DSIG, "Transform") && enveloped.attribute("Algorithm") == Some(ENVELOPED);
    if !is_enveloped || !exclusively.is(DSIG, "Transform") {
        return Err("the signature is not an enveloped one".to_owned());
    }
    let signed = canonical(node, &exclusive(exclusively)?, Some(signature));
    let algorithm = reference.only(DSIG, "DigestMethod").and_then(|method| method.attribute("Algorithm"));
    let digest = match algorithm {
        Some("http://www.w3.org/2001/04/xmlenc#sha256") => Sha256::digest(signed).to_vec(),
        Some("http://www.w3.org/2001/04/xmldsig-more#sha384") => Sha384::digest(signed).to_vec(),
        Some("http://www.w3.org/2001/04/xmlenc#sha512") => Sha512::digest(signed).to_vec(),
        other => return Err(format!("the digest {other:?} is not taken")),
    };
    let value = reference.only(DSIG, "DigestValue").ok_or("there is no DigestValue")?;
    if decode(value)? == digest { Ok(()) } else { Err("the digest is another one".to_owned()) }
}

/// The prefixes that an exclusive canonicalization includes; any other algorithm is refused.
fn exclusive(method: &Node) -> Result<Vec<String>, String> {
    if method.attribute("Algorithm") != Some(EXCLUSIVE) {
        return Err("the canonicalization is not the exclusive one".to_owned());
    }
    let mut prefixes = Vec::new();
    for inner in method.elements() {
        if !inner.is(EXCLUSIVE, "InclusiveNamespaces") {
            return Err("the canonicalization has unknown parameters".to_owned());
        }
        let list = inner.attribute("PrefixList").unwrap_or_default();
        prefixes.extend(list.split_ascii_whitespace().map(str::to_owned));
    }
    Ok(prefixes)
}

/// Refuses elements that the standard has, and identity providers do not write: `Object` above all.
fn only_of(node: &Node, names: &[&str]) -> Result<(), String> {
    let strange = node
        .elements()
        .find(|inner| inner.name.namespace != DSIG || !names.contains(&inner.name.local.as_str()));
    strange.map_or(Ok(()), |inner| Err(format!("{} stands in the signature", inner.name.local)))
}

/// Base64 with white space in it.
fn decode(node: &Node) -> Result<Vec<u8>, String> {
    let text = node.text().ok_or("a value holds elements")?;
    let dense: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(dense).map_err(|error| error.to_string())
}

fn is_signed_by(der: &[u8], algorithm: &str, message: &[u8], value: &[u8]) -> bool {
    let Ok((_, certificate)) = X509Certificate::from_der(der) else { return false };
    let key = certificate.public_key();
    let point = key.subject_public_key.data.as_ref();
    let curve = |parameters: &'static signature::EcdsaVerificationAlgorithm| {
        signature::UnparsedPublicKey::new(parameters, point).verify(message, value).is_ok()
    };
    let rsa = |parameters: &'static signature::RsaParameters| match key.parsed() {
        Ok(PublicKey::RSA(key)) => {
            let strip =
                |bytes: &[u8]| bytes.iter().position(|byte| *byte != 0).map(|at| bytes[at..].to_vec());
            let (Some(n), Some(e)) = (strip(key.modulus), strip(key.exponent)) else { return false };
            signature::RsaPublicKeyComponents { n, e }.verify(parameters, message, value).is_ok()
        }
        _ => false,
    };
    match algorithm {
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" => curve(&signature::ECDSA_P256_SHA256_FIXED),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384" => curve(&signature::ECDSA_P384_SHA384_FIXED),
        _ => false,
    }
}
