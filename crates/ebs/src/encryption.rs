//! Which key a volume or a snapshot is encrypted by.
//!
//! Keys are named and not looked up: there is no KMS yet. AWS's own key of an account and Region has the same ARN in
//! every world.

use crate::account::Account;
use crate::snapshot::Snapshot;
use base::{Arn, Ids, Scope};
use ec2_resource::error::{Ebs, Error};
use store::Rows;

/// The alias of AWS's own key.
pub(crate) const MANAGED_ALIAS: &str = "alias/aws/ebs";

/// The ARN of AWS's own key for volumes of an account.
pub(crate) fn managed_key(scope: &Scope) -> String {
    let id = Ids::seeded(0, &format!("{MANAGED_ALIAS} {scope}")).uuid();
    Arn::regional(scope, "kms", format!("key/{id}")).to_string()
}

/// The ARN of a key that is named by its id, an alias or an ARN.
pub(crate) fn key_arn(scope: &Scope, given: &str) -> Result<String, Error> {
    let is_id = |text: &str| {
        let ok = |b: u8| b.is_ascii_hexdigit() || b == b'-';
        let text = text.strip_prefix("mrk-").unwrap_or(text);
        (32..=36).contains(&text.len()) && text.bytes().all(ok)
    };
    let resource = match given.strip_prefix("arn:") {
        Some(rest) => rest.splitn(5, ':').nth(4).filter(|_| rest.split(':').nth(1) == Some("kms")),
        None => Some(given),
    };
    let known =
        resource.is_some_and(|resource| match (resource.split_once('/'), given.starts_with("arn:")) {
            (Some(("alias", name)), _) => !name.is_empty(),
            (Some(("key", id)), true) => is_id(id),
            (None, false) => is_id(resource),
            _ => false,
        });
    let arn = |resource: String| Arn::regional(scope, "kms", resource).to_string();
    let managed = given == MANAGED_ALIAS || given == arn(MANAGED_ALIAS.to_owned());
    match known {
        false => {
            let reason = "It is no key id, no alias and no ARN of one.".to_owned();
            Err(Error::Value("KmsKeyId", given.to_owned(), reason))
        }
        true if managed => Ok(managed_key(scope)),
        true if given.starts_with("arn:") => Ok(given.to_owned()),
        true if given.starts_with("alias/") => Ok(arn(given.to_owned())),
        true => Ok(arn(format!("key/{given}"))),
    }
}

/// What is asked of encryption.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) encrypted: Option<bool>,
    /// A key's id, alias or ARN.
    pub(crate) key: Option<String>,
}

/// The ARN of the key of a new volume; `None` where it is not encrypted.
pub(crate) fn of_volume(
    look: &impl Rows,
    scope: &Scope,
    asked: &Asked,
    source: Option<&Snapshot>,
) -> Result<Option<String>, Error> {
    let from = source.and_then(|own| own.key.as_ref().map(|key| (own, key)));
    if from.is_some() && asked.encrypted == Some(false) {
        let sentence = "Encrypted snapshots must be used to create encrypted volumes.";
        return Err(Error::Combination(sentence.to_owned()));
    }
    // A key of another account stays there: the copy has this account's.
    let inherited = from.filter(|(own, _)| own.scope.account == scope.account).map(|(_, key)| key.clone());
    decide(look, scope, asked, (from.is_some(), inherited))
}

/// The ARN of the key of a copy.
pub(crate) fn of_copy(
    look: &impl Rows,
    scope: &Scope,
    asked: &Asked,
    is_encrypted: bool,
) -> Result<Option<String>, Error> {
    decide(look, scope, asked, (is_encrypted, None))
}

/// The ARN of the key of a copy of a volume, which is encrypted by `source`.
pub(crate) fn of_volume_copy(
    look: &impl Rows,
    scope: &Scope,
    asked: &Asked,
    source: Option<&String>,
) -> Result<Option<String>, Error> {
    if source.is_some() && asked.encrypted == Some(false) {
        let sentence = "Encrypted volumes must be used to create encrypted volumes.";
        return Err(Error::Combination(sentence.to_owned()));
    }
    decide(look, scope, asked, (source.is_some(), source.cloned()))
}

fn decide(
    look: &impl Rows,
    scope: &Scope,
    asked: &Asked,
    (is_encrypted, inherited): (bool, Option<String>),
) -> Result<Option<String>, Error> {
    let account = Account::of(look, scope);
    match &asked.key {
        Some(_) if asked.encrypted != Some(true) => Err(Ebs::Needs("KmsKeyId", "Encrypted").into()),
        Some(key) => key_arn(scope, key).map(Some),
        None if is_encrypted || account.encrypts || asked.encrypted == Some(true) => {
            Ok(Some(inherited.unwrap_or_else(|| account.default_key())))
        }
        None => Ok(None),
    }
}

/// AWS's word for how something is encrypted.
pub(crate) fn sse(is_encrypted: bool) -> String {
    if is_encrypted { "sse-kms" } else { "none" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{key_arn, managed_key};
    use base::{AccountId, Region, Scope};

    #[test]
    fn keys_are_named_by_id_alias_and_arn() {
        let scope = Scope::new(AccountId::DEFAULT, Region::us_east_1());
        let here = "arn:aws:kms:us-east-1:000000000000:";
        let id = "0d990263-018e-4e65-a703-eff731de951e";
        let managed = managed_key(&scope);
        assert!(managed.starts_with(&format!("{here}key/")));
        let elsewhere = format!("arn:aws:kms:us-east-1:111111111111:key/{id}");
        for (given, want) in [
            (id, Some(format!("{here}key/{id}"))),
            (
                "mrk-1234abcd12ab34cd56ef1234567890ab",
                Some(format!("{here}key/mrk-1234abcd12ab34cd56ef1234567890ab")),
            ),
            ("alias/mine", Some(format!("{here}alias/mine"))),
            ("alias/aws/ebs", Some(managed.clone())),
            ("arn:aws:kms:us-east-1:000000000000:alias/aws/ebs", Some(managed)),
            (elsewhere.as_str(), Some(elsewhere.clone())),
            ("", None),
            ("mine", None),
            ("alias/", None),
            ("key/0d990263-018e-4e65-a703-eff731de951e", None),
            ("arn:aws:s3:::bucket", None),
            ("arn:aws:kms:us-east-1:111111111111:key/none", None),
        ] {
            assert_eq!(key_arn(&scope, given).ok(), want, "{given}");
        }
    }
}
