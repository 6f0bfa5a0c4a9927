//! What is true of buckets in any storage: names and the states of versioning.

use base::{AccountId, Region};
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;

/// Whether writes keep what they replace. It never goes back to `Never`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Versioning {
    /// Was never switched on.
    #[default]
    Never,
    /// Every write makes a version.
    Enabled,
    /// Writes replace the null version and leave the others.
    Suspended,
}

impl Versioning {
    /// As the API writes it.
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Never => None,
            Self::Enabled => Some("Enabled"),
            Self::Suspended => Some("Suspended"),
        }
    }
}

const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// Whether a new bucket may have this name.
///
/// Source: Amazon S3 User Guide, "General purpose bucket naming rules".
pub(crate) fn name_is_valid(name: &str) -> bool {
    let alphanumeric = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|&b| alphanumeric(b) || b == b'.' || b == b'-')
        && bytes.first().is_some_and(|&b| alphanumeric(b))
        && bytes.last().is_some_and(|&b| alphanumeric(b))
        && !name.contains("..")
        && name.parse::<Ipv4Addr>().is_err()
        && !RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        && !RESERVED_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// Whether the name lies in the account's own namespace of a Region: `prefix-ACCOUNT-REGION-an`.
pub(crate) fn is_account_regional(name: &str, account: AccountId, region: &Region) -> bool {
    name.strip_suffix(&format!("-{account}-{region}-an")).is_some_and(|prefix| !prefix.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{is_account_regional, name_is_valid};
    use base::{AccountId, Region};

    #[test]
    fn names_follow_the_rules_of_general_purpose_buckets() {
        for (name, valid) in [
            ("photos", true),
            ("a.b-c.9", true),
            ("abc", true),
            (&"a".repeat(63), true),
            ("ab", false),
            (&"a".repeat(64), false),
            ("Photos", false),
            ("a_b", false),
            ("-abc", false),
            ("abc-", false),
            (".abc", false),
            ("a..b", false),
            ("192.168.5.4", false),
            ("192.168.5.400", true),
            ("xn--abc", false),
            ("sthree-abc", false),
            ("abc-s3alias", false),
            ("abc--ol-s3", false),
            ("abc--x-s3", false),
        ] {
            assert_eq!(name_is_valid(name), valid, "{name}");
        }
    }

    #[test]
    fn account_regional_names_carry_account_and_region() {
        let region = Region::us_east_1();
        for (name, own) in [
            ("logs-000000000000-us-east-1-an", true),
            ("logs-000000000001-us-east-1-an", false),
            ("-000000000000-us-east-1-an", false),
            ("logs-an", false),
        ] {
            assert_eq!(is_account_regional(name, AccountId::DEFAULT, &region), own, "{name}");
        }
    }
}
