//! Which key a file system is encrypted by. Keys are named and not looked up: there is no KMS yet.

use crate::error::{Bad, Error};
use base::{Arn, Ids, Scope};

/// The alias of AWS's own key.
const MANAGED_ALIAS: &str = "alias/aws/elasticfilesystem";

/// The ARN of AWS's own key for file systems of an account: the same in every world.
pub(crate) fn managed_key(scope: &Scope) -> String {
    let id = Ids::seeded(0, &format!("{MANAGED_ALIAS} {scope}")).uuid();
    Arn::regional(scope, "kms", format!("key/{id}")).to_string()
}

/// The ARN of a key that is named by its id, an alias or an ARN; its form was checked.
pub(crate) fn key_arn(scope: &Scope, given: &str) -> String {
    let arn = |resource: String| Arn::regional(scope, "kms", resource).to_string();
    match given {
        MANAGED_ALIAS => managed_key(scope),
        arn_of_managed if arn_of_managed == arn(MANAGED_ALIAS.to_owned()) => managed_key(scope),
        whole if whole.starts_with("arn:") => whole.to_owned(),
        alias if alias.starts_with("alias/") => arn(alias.to_owned()),
        id => arn(format!("key/{id}")),
    }
}

/// The key of a new file system.
pub(crate) fn asked(
    scope: &Scope,
    encrypted: Option<bool>,
    key: Option<&str>,
) -> Result<Option<String>, Error> {
    match (encrypted, key) {
        (Some(true), Some(key)) => Ok(Some(key_arn(scope, key))),
        (Some(true), None) => Ok(Some(managed_key(scope))),
        (Some(false) | None, Some(_)) => Err(Bad::KeyWithoutEncryption.into()),
        (Some(false) | None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::{asked, key_arn, managed_key};
    use base::{AccountId, Region, Scope};

    #[test]
    fn keys_are_shown_by_their_arns() {
        let scope = Scope::new(AccountId::DEFAULT, Region::us_east_1());
        let here = "arn:aws:kms:us-east-1:000000000000:";
        let id = "0d990263-018e-4e65-a703-eff731de951e";
        for (given, want) in [
            (id, format!("{here}key/{id}")),
            ("alias/mine", format!("{here}alias/mine")),
            ("alias/aws/elasticfilesystem", managed_key(&scope)),
            (&format!("{here}alias/aws/elasticfilesystem"), managed_key(&scope)),
            (&format!("{here}key/{id}"), format!("{here}key/{id}")),
        ] {
            assert_eq!(key_arn(&scope, given), want);
        }
        assert_eq!(asked(&scope, None, None), Ok(None));
        assert!(asked(&scope, Some(false), Some(id)).is_err());
    }
}
