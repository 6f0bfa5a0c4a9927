//! The types of policies, with their attributes.
//!
//! Source: AWS CLI reference, describe-load-balancer-policy-types (an answer of AWS's).

use super::policy_sample::{self, CIPHERS, SWITCHES};

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
            let ciphers = CIPHERS.iter().map(|own| (*own, policy_sample::default(own)));
            all.extend(SWITCHES.into_iter().chain(ciphers).map(switch));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::TYPES;

    #[test]
    fn attributes_stand_once_in_their_type() {
        for own in &TYPES {
            let mut names: Vec<&str> = own.attributes().iter().map(|attribute| attribute.name).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{}", own.name);
        }
    }
}
