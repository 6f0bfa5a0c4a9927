//! OpenID Connect providers: what is true of them in any storage.

use crate::context_provider::ContextProvider;
use crate::entity::Home;
use crate::error::ProviderRefusal;
use base::{Tags, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Client ids of one provider at the most.
pub(crate) const MOST_CLIENTS: usize = 100;
/// Thumbprints of one provider at the most. The sentence says fewer than 5, and 5 are taken.
const MOST_THUMBPRINTS: usize = 5;
/// Characters of a name in DNS, and of one label of it.
const MOST_HOST: usize = 253;
const MOST_LABEL: usize = 63;

/// An OpenID Connect provider: an issuer of tokens that roles may trust.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OidcProvider {
    pub(crate) home: Home,
    /// Host and path: the issuer's URL without `https://`, exactly as it was given.
    pub(crate) name: String,
    /// Audiences that tokens may be for, in the order they were added.
    pub(crate) client_ids: Vec<String>,
    /// SHA-1 of certificates of the issuer's authorities, in lower case.
    pub(crate) thumbprints: Vec<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) tags: Tags,
    pub(crate) context: Option<ContextProvider>,
}

impl OidcProvider {
    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        self.home.arn(&format!("oidc-provider/{}", self.name))
    }

    /// Adds an audience; one that is there already takes no place.
    pub(crate) fn add_client(&mut self, id: &str) -> bool {
        if self.client_ids.iter().any(|own| own == id) {
            return true;
        }
        if self.client_ids.len() == MOST_CLIENTS {
            return false;
        }
        self.client_ids.push(id.to_owned());
        true
    }
}

/// Host and path of an issuer's URL. A trailing slash belongs to it: with and without are two providers.
pub(crate) fn name(url: &str) -> Result<&str, ProviderRefusal> {
    let (scheme, name) = url.split_once("://").ok_or(ProviderRefusal::OidcUrl)?;
    if scheme != "https" {
        return Err(ProviderRefusal::OidcScheme);
    }
    let host = name.split('/').next().unwrap_or_default();
    if host.is_empty() {
        return Err(ProviderRefusal::OidcUrl);
    }
    // No user, port, query or fragment.
    if host.contains(['@', ':']) || name.contains(['?', '#']) || !is_host(host) || !is_path(name) {
        return Err(ProviderRefusal::OidcUrlPart);
    }
    Ok(name)
}

fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty()
            && label.len() <= MOST_LABEL
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.parse::<IpAddr>().is_ok() || (host.len() <= MOST_HOST && host.split('.').all(is_label))
}

/// Nothing that a URL has to encode.
fn is_path(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c))
}

/// Thumbprints as they are kept. Their length was judged by the model; that they are hexadecimal, AWS does not ask.
pub(crate) fn thumbprints(given: Vec<String>) -> Result<Vec<String>, ProviderRefusal> {
    if given.len() > MOST_THUMBPRINTS {
        return Err(ProviderRefusal::Thumbprints);
    }
    Ok(given.iter().map(|thumbprint| thumbprint.to_ascii_lowercase()).collect())
}

#[cfg(test)]
mod tests {
    use super::{name, thumbprints};
    use crate::error::ProviderRefusal;

    #[test]
    fn issuers_are_https_urls_of_host_and_path() {
        let long = format!("https://{}.example.com", "a".repeat(64));
        for (url, want) in [
            (
                "https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE",
                Ok("oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"),
            ),
            ("https://example.com", Ok("example.com")),
            ("https://example.com/", Ok("example.com/")),
            ("https://198.51.100.7", Ok("198.51.100.7")),
            ("https://localhost/a/b", Ok("localhost/a/b")),
            ("example.com", Err(ProviderRefusal::OidcUrl)),
            ("https://", Err(ProviderRefusal::OidcUrl)),
            ("https:///path", Err(ProviderRefusal::OidcUrl)),
            ("http://example.com", Err(ProviderRefusal::OidcScheme)),
            ("HTTPS://example.com", Err(ProviderRefusal::OidcScheme)),
            ("https://user:pass@example.com", Err(ProviderRefusal::OidcUrlPart)),
            ("https://example.com:8443", Err(ProviderRefusal::OidcUrlPart)),
            ("https://example.com?foo=1", Err(ProviderRefusal::OidcUrlPart)),
            ("https://example.com/a?foo=1", Err(ProviderRefusal::OidcUrlPart)),
            ("https://example.com#frag", Err(ProviderRefusal::OidcUrlPart)),
            ("https://exa_mple.com", Err(ProviderRefusal::OidcUrlPart)),
            ("https://-a.com", Err(ProviderRefusal::OidcUrlPart)),
            ("https://a..com", Err(ProviderRefusal::OidcUrlPart)),
            ("https://example.com/a b", Err(ProviderRefusal::OidcUrlPart)),
            (&long, Err(ProviderRefusal::OidcUrlPart)),
        ] {
            assert_eq!(name(url), want, "{url}");
        }
    }

    #[test]
    fn five_thumbprints_are_kept_in_lower_case() {
        let given = |count: usize| vec!["AbZ".to_owned(); count];
        assert_eq!(thumbprints(given(5)).unwrap(), vec!["abz".to_owned(); 5]);
        assert_eq!(thumbprints(given(6)), Err(ProviderRefusal::Thumbprints));
    }
}
