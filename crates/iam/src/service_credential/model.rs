//! Service-specific credentials: what is true of them in any storage.

use crate::entity::Home;
use crate::status::Status;
use base::{Ids, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// Letters of passwords and secrets.
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Characters of a password before the sign that ends it (recorded).
const PASSWORD_LENGTH: usize = 59;
/// Characters of the random part of an API key.
const SECRET_LENGTH: usize = 32;
/// What the services' API keys begin with.
const API_KEY_PREFIX: &str = "ABSK";

/// How a service is signed in to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By user name and password.
    Password,
    /// By one long-term API key, which may expire.
    ApiKey,
}

impl Kind {
    /// That of a service; `None` for services without credentials of their own.
    pub(crate) fn of(service: &str) -> Option<Self> {
        match service {
            "codecommit.amazonaws.com" | "cassandra.amazonaws.com" => Some(Self::Password),
            "bedrock.amazonaws.com" | "logs.amazonaws.com" => Some(Self::ApiKey),
            _ => None,
        }
    }

    /// A new password, or the API key that is made of the public name and a new secret.
    pub(crate) fn secret(self, public_name: &str, ids: &Ids) -> String {
        match self {
            Self::Password => ids.text(LETTERS, PASSWORD_LENGTH) + "=",
            Self::ApiKey => {
                let secret = ids.text(LETTERS, SECRET_LENGTH);
                API_KEY_PREFIX.to_owned() + &STANDARD.encode(format!("{public_name}:{secret}"))
            }
        }
    }
}

/// A credential of a user for one service.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ServiceCredential {
    pub(crate) home: Home,
    pub(crate) user_id: String,
    pub(crate) id: String,
    pub(crate) service: String,
    /// The user name at the service, or the public part of the API key. It keeps the name the user had.
    pub(crate) public_name: String,
    /// The password, or the API key.
    pub(crate) secret: String,
    pub(crate) status: Status,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
}

impl ServiceCredential {
    /// AWS's word for its status at that time.
    pub(crate) fn status_at(&self, now: Timestamp) -> &'static str {
        match self.expires_at {
            Some(end) if end <= now => "Expired",
            _ => self.status.word(),
        }
    }
}

/// The name at the service of a user's credential: the first that none of `taken` has.
pub(crate) fn public_name(user: &str, account: &str, taken: &[String]) -> String {
    let first = format!("{user}-at-{account}");
    if !taken.contains(&first) {
        return first;
    }
    let others = (1_u32..).map(|number| format!("{user}+{number}-at-{account}"));
    others.into_iter().find(|name| !taken.contains(name)).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::{Kind, public_name};
    use base::Ids;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn names_at_a_service_are_numbered() {
        let taken = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for (names, want) in [
            (taken(&[]), "anna-at-123456789012"),
            (taken(&["anna-at-123456789012"]), "anna+1-at-123456789012"),
            (taken(&["anna-at-123456789012", "anna+1-at-123456789012"]), "anna+2-at-123456789012"),
            (taken(&["anna+1-at-123456789012"]), "anna-at-123456789012"),
        ] {
            assert_eq!(public_name("anna", "123456789012", &names), want);
        }
    }

    #[test]
    fn api_keys_carry_their_public_name() {
        let ids = Ids::seeded(1, "");
        let key = Kind::ApiKey.secret("anna-at-123456789012", &ids);
        let inner = STANDARD.decode(key.strip_prefix("ABSK").unwrap()).unwrap();
        assert!(inner.starts_with(b"anna-at-123456789012:"));
        let password = Kind::Password.secret("anna-at-123456789012", &ids);
        assert_eq!((password.len(), password.ends_with('=')), (60, true));
        assert_eq!(Kind::of("s3.amazonaws.com"), None);
    }
}
