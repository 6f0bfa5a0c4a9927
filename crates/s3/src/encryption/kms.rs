//! Key ids of SSE-KMS as S3 repeats them: always the key's whole ARN.

use crate::error::Error;
use base::{AccountId, Region};
use ports::Cx;
use sha2::{Digest, Sha256};

/// The ARN of the key that a write names; without one, that of the account's own `aws/s3` key.
///
/// An ARN or a key id of the bucket's Region is taken as it is: whether the key exists is KMS's to say.
pub(super) fn key_arn(
    cx: &Cx,
    region: &Region,
    account: AccountId,
    key_id: Option<&str>,
) -> Result<String, Error> {
    let own = |resource: &str| format!("arn:{}:kms:{region}:{account}:{resource}", cx.partition());
    match key_id {
        None | Some("alias/aws/s3") => Ok(own(&format!("key/{}", managed_key(region, account)))),
        Some(arn) if arn.starts_with("arn:") => match arn.split(':').nth(3) {
            Some(there) if there == region.as_str() => Ok(arn.to_owned()),
            Some(there) => Err(Error::KmsNotFound(format!("Invalid arn {there}"))),
            None => Err(Error::KmsNotFound(format!("Invalid keyId '{arn}'"))),
        },
        Some(alias) if alias.starts_with("alias/") => Ok(own(alias)),
        Some(id) if is_key_id(id) => Ok(own(&format!("key/{id}"))),
        Some(other) => Err(Error::KmsNotFound(format!("Invalid keyId '{other}'"))),
    }
}

/// The id of the key that AWS makes for S3 at its first use in an account and Region: the same for all time.
fn managed_key(region: &Region, account: AccountId) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("aws/s3 {region} {account}"));
    let hex = hex::encode(hash.finalize());
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

/// A UUID, or `mrk-` and 32 hexadecimal digits for keys of several Regions.
fn is_key_id(id: &str) -> bool {
    let hex = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(rest) = id.strip_prefix("mrk-") {
        return hex(rest, 32);
    }
    let groups: Vec<&str> = id.split('-').collect();
    groups.len() == 5 && groups.iter().zip([8, 4, 4, 4, 12]).all(|(group, length)| hex(group, length))
}

#[cfg(test)]
mod tests {
    use super::{is_key_id, managed_key};
    use base::{AccountId, Region};

    #[test]
    fn key_ids_are_uuids() {
        for (id, is_one) in [
            ("1234abcd-12ab-34cd-56ef-1234567890ab", true),
            ("mrk-1234abcd12ab34cd56ef1234567890ab", true),
            ("1234abcd", false),
            ("", false),
            ("g234abcd-12ab-34cd-56ef-1234567890ab", false),
        ] {
            assert_eq!(is_key_id(id), is_one, "{id}");
        }
        assert!(is_key_id(&managed_key(&Region::us_east_1(), AccountId::DEFAULT)));
    }
}
