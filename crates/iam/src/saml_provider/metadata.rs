//! The metadata document of a SAML identity provider, as far as sessions depend on it: who issues assertions, by which
//! certificates they are signed, and until when that holds.
//!
//! AWS asks for one `EntityDescriptor` with an `IDPSSODescriptor` whose certificates are base64 of DER; it asks
//! nothing of trust, so that a certificate may sign itself (SAML V2.0 Metadata, sections 2.3 and 2.4).

use crate::certificate::Certificate;
use base::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use wire::xml::Element;

/// What is read out of a document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Metadata {
    /// The `Issuer` of its assertions.
    pub(crate) entity_id: String,
    /// Certificates that may sign assertions, DER in base64.
    pub(crate) certificates: Vec<String>,
    /// When the document or the last of its certificates ends, whichever is sooner.
    pub(crate) valid_until: Timestamp,
}

/// Reads a document; `None` where it is none.
pub(crate) fn read(text: &str) -> Option<Metadata> {
    let root = wire::xml::document(text.as_bytes()).ok()??;
    let entity = match root.name() {
        "EntityDescriptor" => &root,
        // One entity may come wrapped.
        "EntitiesDescriptor" => match root.children() {
            [only] if only.name() == "EntityDescriptor" => only,
            _ => return None,
        },
        _ => return None,
    };
    let entity_id = entity.attribute("entityID").filter(|id| !id.is_empty())?.to_owned();
    let mut certificates = Vec::new();
    let mut ends: Option<Timestamp> = None;
    let mut roles = 0;
    for role in entity.children().iter().filter(|child| child.name() == "IDPSSODescriptor") {
        roles += 1;
        for key in role.children().iter().filter(|child| child.name() == "KeyDescriptor") {
            let signs = key.attribute("use").is_none_or(|purpose| purpose == "signing");
            for text in certificates_in(key) {
                let text: String = text.split_whitespace().collect();
                let parsed = Certificate::from_der(STANDARD.decode(&text).ok()?)?;
                ends = ends.max(Some(parsed.not_after()));
                if signs {
                    certificates.push(text);
                }
            }
        }
    }
    if roles == 0 || certificates.is_empty() {
        return None;
    }
    let stated = match entity.attribute("validUntil").or_else(|| root.attribute("validUntil")) {
        None => None,
        Some(text) => Some(instant(text)?),
    };
    let valid_until = [ends, stated].into_iter().flatten().min()?;
    Some(Metadata { entity_id, certificates, valid_until })
}

/// The texts of all certificates below an element.
fn certificates_in(element: &Element) -> Vec<&str> {
    let mut found = Vec::new();
    for child in element.children() {
        if child.name() == "X509Certificate" {
            found.push(child.text());
        } else {
            found.extend(certificates_in(child));
        }
    }
    found
}

fn instant(text: &str) -> Option<Timestamp> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok().map(Timestamp::from_millis)
}
