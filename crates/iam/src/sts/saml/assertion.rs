//! What a SAML response says, once its signature is known to be the provider's.

use super::signature;
use crate::error::Refusal;
use base::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};
use shapes_sts as sts;
use std::collections::BTreeSet;
use wire::tree::{self, Node};

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// Whom assertions are for, by partition, and where they are sent.
const PLACES: [&str; 2] = ["https://signin.aws.amazon.com/saml", "urn:amazon:webservices"];
/// What the names of attributes begin with.
const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";
/// How old an assertion may be.
const MOST_AGE_MILLIS: i64 = 300_000;

/// A believed assertion.
pub(super) struct Assertion {
    pub(super) id: String,
    pub(super) issuer: String,
    pub(super) subject: String,
    /// `persistent`, `transient`, or the whole format.
    pub(super) subject_type: String,
    pub(super) audience: String,
    /// When it cannot be redeemed any more.
    pub(super) expires_at: Timestamp,
    /// Pairs of role and provider, in either order.
    pub(super) roles: Vec<String>,
    pub(super) session_name: Option<String>,
    pub(super) session_seconds: Option<i32>,
    pub(super) source_identity: Option<String>,
    pub(super) tags: Vec<sts::Tag>,
    pub(super) transitive: Vec<String>,
}

/// Reads a response in base64 that one of the certificates vouches for.
pub(super) fn read(
    encoded: &str,
    entity_id: &str,
    certificates: &[Vec<u8>],
    now: Timestamp,
) -> Result<Assertion, Refusal> {
    let dense: String = encoded.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(dense).map_err(|_| invalid("Invalid base64 SAMLResponse"))?;
    let response = tree::parse(&bytes).map_err(|_| invalid("Could not parse SAML response"))?;
    if !response.is(PROTOCOL, "Response") {
        return Err(invalid("Could not parse SAML response"));
    }
    let status = response.only(PROTOCOL, "Status").and_then(|status| status.only(PROTOCOL, "StatusCode"));
    if status.and_then(|code| code.attribute("Value")) != Some(SUCCESS) {
        return Err(Refusal::Claim("The identity provider reported that authentication failed.".to_owned()));
    }
    let assertion = response.only(ASSERTION, "Assertion");
    let assertion =
        assertion.ok_or_else(|| invalid("The SAML response must contain exactly one assertion"))?;
    believe(&response, assertion, certificates)?;
    let issuer = text(assertion, "Issuer");
    let of_response = response.only(ASSERTION, "Issuer").and_then(Node::text);
    let is_other = |name: &String| name.trim() != entity_id;
    if issuer.as_ref().is_none_or(is_other) || of_response.as_ref().is_some_and(is_other) {
        return Err(invalid("Issuer not present in specified provider"));
    }
    let (subject, subject_type, confirmed_until) = subject(assertion, now)?;
    let (audience, redeemable_until) = conditions(assertion, now)?;
    let mut read = Assertion {
        id: assertion.attribute("ID").unwrap_or_default().to_owned(),
        issuer: entity_id.to_owned(),
        subject,
        subject_type,
        audience,
        expires_at: redeemable_until.min(confirmed_until),
        roles: Vec::new(),
        session_name: None,
        session_seconds: None,
        source_identity: None,
        tags: Vec::new(),
        transitive: Vec::new(),
    };
    read.read_attributes(assertion)?;
    Ok(read)
}

/// Whether the response or the assertion in it is signed, each ID stands there once, and nothing else than these two
/// is called an assertion or a response.
fn believe(response: &Node, assertion: &Node, certificates: &[Vec<u8>]) -> Result<(), Refusal> {
    let all = response.all();
    let mut ids = BTreeSet::new();
    let is_repeated = all.iter().filter_map(|node| node.attribute("ID")).any(|id| !ids.insert(id));
    let stray = |node: &&&Node| {
        (node.is(ASSERTION, "Assertion") && !std::ptr::eq(**node, assertion))
            || (node.is(PROTOCOL, "Response") && !std::ptr::eq(**node, response))
    };
    let signed: Vec<&Node> = [response, assertion]
        .into_iter()
        .filter(|node| node.named(signature::DSIG, "Signature").next().is_some())
        .collect();
    let signatures = all.iter().filter(|node| node.is(signature::DSIG, "Signature")).count();
    let is_whole = !is_repeated
        && all.iter().find(stray).is_none()
        && !signed.is_empty()
        && signatures == signed.len()
        && signed.iter().all(|node| signature::verify(node, certificates).is_ok());
    if is_whole { Ok(()) } else { Err(invalid("Response signature invalid")) }
}

/// Name, its type, and until when somebody may come with it.
fn subject(assertion: &Node, now: Timestamp) -> Result<(String, String, Timestamp), Refusal> {
    let subject = assertion.only(ASSERTION, "Subject");
    let name = subject.and_then(|subject| subject.only(ASSERTION, "NameID"));
    let denied = || Refusal::NotAuthorized(super::ACTION);
    let (Some(subject), Some(name)) = (subject, name) else { return Err(denied()) };
    let format = name.attribute("Format").unwrap_or("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified");
    let kind = match format.strip_prefix("urn:oasis:names:tc:SAML:2.0:nameid-format:") {
        Some(kind @ ("persistent" | "transient")) => kind,
        _ => format,
    };
    let text = name.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let data = subject
        .named(ASSERTION, "SubjectConfirmation")
        .filter(|own| own.attribute("Method") == Some(BEARER))
        .filter_map(|own| own.only(ASSERTION, "SubjectConfirmationData"))
        .find_map(|data| Some((data, data.attribute("Recipient")?, time(data, "NotOnOrAfter")?)));
    let sentence = "Responses must contain SubjectConfirmatonData with a Recipient and NotOnOrAfter";
    let (data, recipient, until) = data.ok_or_else(|| invalid(sentence))?;
    if !is_signin(recipient) {
        return Err(invalid("The SAML response is addressed to another recipient"));
    }
    if until <= now || time(data, "NotBefore").is_some_and(|from| from > now.plus_millis(MOST_AGE_MILLIS)) {
        return Err(expired());
    }
    Ok((text.ok_or_else(denied)?, kind.to_owned(), until))
}

/// The audience that is meant, and until when the assertion can be redeemed.
fn conditions(assertion: &Node, now: Timestamp) -> Result<(String, Timestamp), Refusal> {
    let no_audience = || invalid("Response does not contain the required audience.");
    let conditions = assertion.only(ASSERTION, "Conditions").ok_or_else(no_audience)?;
    let until = time(conditions, "NotOnOrAfter");
    let is_early = time(conditions, "NotBefore").is_some_and(|from| from > now.plus_millis(MOST_AGE_MILLIS));
    let issued = time(assertion, "IssueInstant").ok_or_else(expired)?;
    let age = now.millis_since(issued);
    if is_early
        || until.is_some_and(|until| until <= now)
        || !(-MOST_AGE_MILLIS..=MOST_AGE_MILLIS).contains(&age)
    {
        return Err(expired());
    }
    // Each restriction has to be met; any of its audiences meets it.
    let mut met = None;
    for restriction in conditions.named(ASSERTION, "AudienceRestriction") {
        let audiences = restriction.named(ASSERTION, "Audience").filter_map(Node::text);
        let own = audiences.map(|own| own.trim().to_owned()).find(|own| is_audience(own));
        met = Some(own.ok_or_else(no_audience)?);
    }
    Ok((met.ok_or_else(no_audience)?, issued.plus_millis(MOST_AGE_MILLIS)))
}

/// Whether an assertion for that audience is for us.
fn is_audience(text: &str) -> bool {
    PLACES.contains(&text) || is_signin(text)
}

/// `https://signin.aws.amazon.com/saml`, or that of a Region or of another partition, with or without a sign-in id
/// behind it.
fn is_signin(text: &str) -> bool {
    let Some((host, path)) = text.strip_prefix("https://").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let is_host = ["signin.aws.amazon.com", "signin.amazonaws.cn", "signin.amazonaws-us-gov.com"]
        .iter()
        .any(|own| host == *own || host.strip_suffix(own).is_some_and(is_region_label));
    is_host && (path == "saml" || path.starts_with("saml/acs/"))
}

/// `us-east-1.`, before a host.
fn is_region_label(prefix: &str) -> bool {
    prefix.strip_suffix('.').is_some_and(|label| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    })
}

impl Assertion {
    fn read_attributes(&mut self, assertion: &Node) -> Result<(), Refusal> {
        for statement in assertion.named(ASSERTION, "AttributeStatement") {
            for attribute in statement.named(ASSERTION, "Attribute") {
                let name = attribute.attribute("Name").unwrap_or_default();
                let Some(name) = name.strip_prefix(ATTRIBUTES) else { continue };
                let values = attribute.named(ASSERTION, "AttributeValue").filter_map(Node::text);
                let values: Vec<String> = values.map(|value| value.trim().to_owned()).collect();
                self.read_attribute(name, values)?;
            }
        }
        Ok(())
    }

    fn read_attribute(&mut self, name: &str, values: Vec<String>) -> Result<(), Refusal> {
        let first = values.first().cloned();
        match name {
            "Role" => self.roles.extend(values),
            "RoleSessionName" => self.session_name = first,
            "SourceIdentity" => self.source_identity = first,
            "TransitiveTagKeys" => self.transitive.extend(values),
            "SessionDuration" => {
                let seconds = first.and_then(|text| text.parse().ok());
                let seconds = seconds.filter(|seconds| (900..=43_200).contains(seconds));
                self.session_seconds = Some(seconds.ok_or_else(|| {
                    invalid("SessionDuration in AuthnResponse must be between 900 and 43200")
                })?);
            }
            _ => {
                if let Some(key) = name.strip_prefix("PrincipalTag:") {
                    self.tags.push(sts::Tag { key: Some(key.to_owned()), value: first });
                }
            }
        }
        Ok(())
    }

    /// The name of the session, if it is one.
    pub(super) fn session_name(&self) -> Result<String, Refusal> {
        let name = self.session_name.clone().filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| invalid("RoleSessionName is required in AuthnResponse"))?;
        let is_good = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
        if (2..=64).contains(&name.len()) && name.bytes().all(is_good) {
            Ok(name)
        } else {
            Err(invalid("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"))
        }
    }

    /// Whether the provider says that its user may have the role.
    pub(super) fn names(&self, role: &str, provider: &str) -> bool {
        self.roles.iter().any(|pair| match pair.split_once(',') {
            Some((one, other)) => {
                let pair = (one.trim(), other.trim());
                pair == (role, provider) || pair == (provider, role)
            }
            None => false,
        })
    }

    /// The condition keys of SAML. `account_and_name` is the provider's: `123456789012/name`.
    pub(super) fn context(&self, account_and_name: &str) -> Vec<(String, Vec<String>)> {
        let pair = |key: &str, value: &str| (key.to_owned(), vec![value.to_owned()]);
        vec![
            pair("saml:aud", &self.audience),
            pair("saml:iss", &self.issuer),
            pair("saml:sub", &self.subject),
            pair("saml:sub_type", &self.subject_type),
            pair("saml:namequalifier", &self.name_qualifier(account_and_name)),
        ]
    }

    /// A name of the provider that stays the same: base64 of SHA-1 over issuer, account and name.
    pub(super) fn name_qualifier(&self, account_and_name: &str) -> String {
        STANDARD.encode(Sha1::digest(format!("{}{account_and_name}", self.issuer)))
    }
}

fn text(node: &Node, local: &str) -> Option<String> {
    node.only(ASSERTION, local).and_then(Node::text)
}

fn time(node: &Node, attribute: &str) -> Option<Timestamp> {
    wire::tree::instant(node.attribute(attribute)?).map(Timestamp::from_millis)
}

fn invalid(sentence: &str) -> Refusal {
    Refusal::Token(sentence.to_owned())
}

fn expired() -> Refusal {
    Refusal::ExpiredToken("Token must be redeemed within 5 minutes of issuance".to_owned())
}
