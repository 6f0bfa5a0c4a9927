//! Refused about identity providers: OpenID Connect, SAML, and the tags of all resources here.
//!
//! The sentences were recorded from AWS by public test suites and bug reports. Where none is known, the sentence says
//! what the API reference says of the error; the README names those.

use wire::{Fault, sender};

/// Refused about identity providers: OpenID Connect, SAML, and the tags of all resources here.
#[derive(Clone, Debug, PartialEq)]
pub enum ProviderRefusal {
    /// Text that is no ARN.
    NoArn(String),
    /// An ARN of another kind of resource.
    ArnKind,
    /// A tag key stands twice in a request.
    TagTwice,
    /// More than fifty tags.
    Tags,
    /// No OIDC provider of that ARN.
    NoOidcProvider(String),
    /// The same, said when deleting.
    NoOidcProviderToDelete(String),
    /// There is one for that URL.
    OidcProviderExists(String),
    /// No URL at all.
    OidcUrl,
    /// A URL of another scheme.
    OidcScheme,
    /// A URL with a part that none may have, or with a host that is none.
    OidcUrlPart,
    /// No thumbprint, where one is needed.
    NoThumbprint,
    /// Too many thumbprints.
    Thumbprints,
    /// No SAML provider of that ARN.
    NoSamlProvider(String),
    /// There is one of that name.
    SamlProviderExists(String),
    /// The document is no metadata of an identity provider.
    SamlMetadata,
    /// Encryption is required and there is no key for it.
    SamlNoKey,
    /// A private key that cannot be read.
    SamlKey,
    /// A provider has two private keys.
    SamlKeys,
    /// No private key of that id.
    NoSamlKey(String),
    /// Two members that exclude each other.
    Exclusive(&'static str, &'static str),
    /// A name of a claim or context key that may not be one.
    ContextKey(String),
    /// An IAM Identity Center instance that does not exist, as none does here.
    NoIdentityCenter(String),
}

impl ProviderRefusal {
    /// Code, status and sentence.
    pub(super) fn fault(&self) -> Fault {
        let input = |sentence: &str| sender(400, "InvalidInput", sentence);
        let missing = |sentence: String| sender(404, "NoSuchEntity", sentence);
        match self {
            Self::NoArn(arn) => sender(400, "ValidationError", format!("Invalid ARN: {arn}")),
            Self::ArnKind => sender(400, "ValidationError", "Invalid resource type in ARN"),
            Self::TagTwice => {
                input("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
            }
            Self::Tags => sender(409, "LimitExceeded", "The number of tags has reached the maximum limit."),
            Self::NoOidcProvider(arn) => missing(format!("OpenIDConnect Provider not found for arn {arn}")),
            Self::NoOidcProviderToDelete(arn) => {
                missing(format!("OpenId connect Provider {arn} cannot be found."))
            }
            Self::OidcProviderExists(url) => {
                sender(409, "EntityAlreadyExists", format!("Provider with url {url} already exists."))
            }
            Self::OidcUrl => sender(400, "ValidationError", "Invalid Open ID Connect Provider URL"),
            Self::OidcScheme => {
                input("Invalid Open ID Connect Provider URL. The URL must begin with https://.")
            }
            Self::OidcUrlPart => input("Invalid Open ID Connect Provider URL."),
            Self::NoThumbprint => input("Thumbprint list must contain at least one entry."),
            Self::Thumbprints => input("Thumbprint list must contain fewer than 5 entries."),
            Self::NoSamlProvider(arn) => missing(format!("Manifest not found for arn {arn}")),
            Self::SamlProviderExists(name) => {
                sender(409, "EntityAlreadyExists", format!("Provider with name {name} already exists."))
            }
            Self::SamlMetadata => input("Could not parse metadata"),
            Self::SamlNoKey => input("A private key is required when assertion encryption is required."),
            Self::SamlKey => input("The private key could not be parsed."),
            Self::SamlKeys => {
                sender(409, "LimitExceeded", "Cannot exceed quota for PrivateKeysPerSAMLProvider: 2")
            }
            Self::NoSamlKey(id) => missing(format!("The private key with id {id} cannot be found.")),
            Self::Exclusive(one, other) => {
                input(&format!("{one} and {other} cannot be specified in the same request."))
            }
            Self::ContextKey(key) => input(&format!("The key {key} is invalid.")),
            Self::NoIdentityCenter(arn) => {
                input(&format!("The IAM Identity Center instance {arn} cannot be found."))
            }
        }
    }
}
