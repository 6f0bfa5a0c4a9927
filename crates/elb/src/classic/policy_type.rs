//! The types of policies, with their attributes; and the sample policies that AWS brings.
//!
//! Source: AWS CLI reference, describe-load-balancer-policy-types (an answer of AWS's); ELB user guide, "Predefined SSL
//! security policies for Classic Load Balancers".

use super::record::Policy;

/// How often an attribute stands in a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cardinality {
    One,
    ZeroOrOne,
    OneOrMore,
}

impl Cardinality {
    /// AWS's word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::One => "ONE",
            Self::ZeroOrOne => "ZERO_OR_ONE",
            Self::OneOrMore => "ONE_OR_MORE",
        }
    }
}

/// An attribute of a type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) cardinality: Cardinality,
    pub(super) default: Option<&'static str>,
}

/// A type of policies.
pub(super) struct Type {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    attributes: &'static [Attribute],
}

pub(super) const PROXY: &str = "ProxyProtocolPolicyType";
pub(super) const PUBLIC_KEY: &str = "PublicKeyPolicyType";
pub(super) const APP_COOKIE: &str = "AppCookieStickinessPolicyType";
pub(super) const LB_COOKIE: &str = "LBCookieStickinessPolicyType";
pub(super) const NEGOTIATION: &str = "SSLNegotiationPolicyType";
pub(super) const BACKEND: &str = "BackendServerAuthenticationPolicyType";
/// The attribute that names a sample policy.
pub(super) const REFERENCE: &str = "Reference-Security-Policy";

const fn attribute(name: &'static str, kind: &'static str, cardinality: Cardinality) -> Attribute {
    Attribute { name, kind, cardinality, default: None }
}

pub(super) static TYPES: [Type; 6] = [
    Type {
        name: PROXY,
        description: "Policy that controls whether to include the IP address and port of the originating request for TCP messages. This policy operates on TCP/SSL listeners only",
        attributes: &[attribute("ProxyProtocol", "Boolean", Cardinality::One)],
    },
    Type {
        name: PUBLIC_KEY,
        description: "Policy containing a list of public keys to accept when authenticating the back-end server(s). This policy cannot be applied directly to back-end servers or listeners but must be part of a BackendServerAuthenticationPolicyType.",
        attributes: &[attribute("PublicKey", "String", Cardinality::One)],
    },
    Type {
        name: APP_COOKIE,
        description: "Stickiness policy with session lifetimes controlled by the lifetime of the application-generated cookie. This policy can be associated only with HTTP/HTTPS listeners.",
        attributes: &[attribute("CookieName", "String", Cardinality::One)],
    },
    Type {
        name: LB_COOKIE,
        description: "Stickiness policy with session lifetimes controlled by the browser (user-agent) or a specified expiration period. This policy can be associated only with HTTP/HTTPS listeners.",
        attributes: &[attribute("CookieExpirationPeriod", "Long", Cardinality::ZeroOrOne)],
    },
    Type {
        name: NEGOTIATION,
        description: "Listener policy that defines the ciphers and protocols that will be accepted by the load balancer. This policy can be associated only with HTTPS/SSL listeners.",
        attributes: &[attribute(REFERENCE, "String", Cardinality::ZeroOrOne)],
    },
    Type {
        name: BACKEND,
        description: "Policy that controls authentication to back-end server(s) and contains one or more policies, such as an instance of a PublicKeyPolicyType. This policy can be associated only with back-end servers that are using HTTPS/SSL.",
        attributes: &[attribute("PublicKeyPolicyName", "PolicyName", Cardinality::OneOrMore)],
    },
];

/// Protocols and the order of ciphers, each with its default.
const SWITCHES: [(&str, &str); 5] = [
    ("Protocol-TLSv1", "true"),
    ("Protocol-SSLv3", "false"),
    ("Protocol-TLSv1.1", "true"),
    ("Protocol-TLSv1.2", "true"),
    ("Server-Defined-Cipher-Order", "true"),
];

/// Ciphers of the predefined policies, in their order.
const CIPHERS: [&str; 19] = [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA",
    "ECDHE-ECDSA-AES256-SHA",
    "AES128-GCM-SHA256",
    "AES128-SHA256",
    "AES128-SHA",
    "AES256-GCM-SHA384",
    "AES256-SHA256",
    "AES256-SHA",
    "DES-CBC3-SHA",
];

/// Ciphers that only policies of users have.
const FURTHER: [&str; 30] = [
    "DHE-RSA-AES128-SHA",
    "DHE-DSS-AES128-SHA",
    "CAMELLIA128-SHA",
    "EDH-RSA-DES-CBC3-SHA",
    "ECDHE-RSA-RC4-SHA",
    "RC4-SHA",
    "ECDHE-ECDSA-RC4-SHA",
    "DHE-DSS-AES256-GCM-SHA384",
    "DHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-AES256-SHA256",
    "DHE-DSS-AES256-SHA256",
    "DHE-RSA-AES256-SHA",
    "DHE-DSS-AES256-SHA",
    "DHE-RSA-CAMELLIA256-SHA",
    "DHE-DSS-CAMELLIA256-SHA",
    "CAMELLIA256-SHA",
    "EDH-DSS-DES-CBC3-SHA",
    "DHE-DSS-AES128-GCM-SHA256",
    "DHE-RSA-AES128-GCM-SHA256",
    "DHE-RSA-AES128-SHA256",
    "DHE-DSS-AES128-SHA256",
    "DHE-RSA-CAMELLIA128-SHA",
    "DHE-DSS-CAMELLIA128-SHA",
    "ADH-AES128-GCM-SHA256",
    "ADH-AES128-SHA",
    "ADH-AES128-SHA256",
    "ADH-AES256-GCM-SHA384",
    "ADH-AES256-SHA",
    "ADH-AES256-SHA256",
    "RC4-MD5",
];

/// The type of that name.
pub(super) fn find(name: &str) -> Option<&'static Type> {
    TYPES.iter().find(|own| own.name == name)
}

impl Type {
    /// All its attributes: of negotiation protocols and ciphers too.
    pub(super) fn attributes(&self) -> Vec<Attribute> {
        let mut all = self.attributes.to_vec();
        if self.name == NEGOTIATION {
            let switch = |(name, default): (&'static str, &'static str)| Attribute {
                default: Some(default),
                ..attribute(name, "Boolean", Cardinality::ZeroOrOne)
            };
            let ciphers = CIPHERS.iter().map(|own| (*own, "true"));
            let further = FURTHER.iter().map(|own| (*own, "false"));
            all.extend(SWITCHES.into_iter().chain(ciphers).chain(further).map(switch));
        }
        all
    }
}

/// A sample: its name, its protocols, and which of the ciphers it leaves out.
const SAMPLES: [(&str, &[&str], fn(&str) -> bool); 4] = [
    ("ELBSecurityPolicy-2016-08", &["Protocol-TLSv1", "Protocol-TLSv1.1", "Protocol-TLSv1.2"], is_common),
    ("ELBSecurityPolicy-TLS-1-2-2017-01", &["Protocol-TLSv1.2"], is_modern),
    ("ELBSecurityPolicy-TLS-1-1-2017-01", &["Protocol-TLSv1.1", "Protocol-TLSv1.2"], is_common),
    (
        "ELBSecurityPolicy-2015-05",
        &["Protocol-TLSv1", "Protocol-TLSv1.1", "Protocol-TLSv1.2"],
        is_common_or_old,
    ),
];

fn is_common(cipher: &str) -> bool {
    cipher != "DES-CBC3-SHA"
}

fn is_common_or_old(_cipher: &str) -> bool {
    true
}

/// Neither SHA-1 nor anything older.
fn is_modern(cipher: &str) -> bool {
    is_common(cipher) && !cipher.ends_with("-SHA")
}

/// The sample policies.
pub(super) fn samples() -> Vec<Policy> {
    let sample = |(name, protocols, has): &(&str, &[&str], fn(&str) -> bool)| {
        let on = |own: &str| (own.to_owned(), "true".to_owned());
        let reference = std::iter::once((REFERENCE.to_owned(), (*name).to_owned()));
        let switches = protocols.iter().copied().chain(std::iter::once("Server-Defined-Cipher-Order"));
        let ciphers = CIPHERS.iter().copied().filter(|own| has(own));
        Policy {
            name: (*name).to_owned(),
            kind: NEGOTIATION.to_owned(),
            attributes: reference.chain(switches.chain(ciphers).map(on)).collect(),
        }
    };
    SAMPLES.iter().map(sample).collect()
}

#[cfg(test)]
mod tests {
    use super::{TYPES, samples};

    #[test]
    fn attributes_stand_once_in_their_type() {
        for own in &TYPES {
            let mut names: Vec<&str> = own.attributes().iter().map(|attribute| attribute.name).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{}", own.name);
        }
        let ciphers = |index: usize| {
            samples()[index].attributes.iter().filter(|(name, _)| name.contains("AES")).count()
        };
        assert_eq!((ciphers(0), ciphers(1)), (18, 12));
    }
}
