//! A password as it is stored: Argon2id of it, never the password.

use argon2::{Algorithm, Argon2, Params, Version};
use base::Ids;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// Memory of one hash in KiB and passes over it: OWASP's choice for little memory.
const MEMORY_KIB: u32 = 7 * 1024;
const PASSES: u32 = 5;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// A password's hash, and its salt.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Secret {
    salt: String,
    hash: String,
}

impl Secret {
    /// That of a new password.
    pub(super) fn new(password: &str, ids: &Ids) -> Self {
        let salt = ids.bytes::<SALT_BYTES>();
        Self { salt: hex::encode(salt), hash: hex::encode(hash(password, &salt)) }
    }

    /// Whether it is that of this password.
    pub(super) fn is(&self, password: &str) -> bool {
        let (Ok(salt), Ok(stored)) = (hex::decode(&self.salt), hex::decode(&self.hash)) else { return false };
        hash(password, &salt).as_slice().ct_eq(&stored).into()
    }
}

fn hash(password: &str, salt: &[u8]) -> [u8; HASH_BYTES] {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(HASH_BYTES)).expect("the parameters are in range");
    let mut hash = [0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut hash)
        .expect("passwords of the model and salts of ours have lengths it takes");
    hash
}

#[cfg(test)]
mod tests {
    use super::Secret;
    use base::Ids;

    #[test]
    fn a_hash_is_that_of_its_password_alone() {
        let ids = Ids::seeded(1, "");
        let secret = Secret::new("correct horse", &ids);
        assert!(secret.is("correct horse"));
        assert!(!secret.is("correct horsE"));
        assert!(!secret.is(""));
        let again = Secret::new("correct horse", &ids);
        assert_ne!(secret.hash, again.hash, "each has its own salt");
        let stored = serde_json::to_string(&secret).unwrap();
        assert!(!stored.contains("horse"), "{stored}");
    }
}
