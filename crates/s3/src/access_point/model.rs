//! Access points: their names, aliases and ARNs. What is true of them in any storage.

use base::{AccountId, Partition, Region};

/// Characters of the name that an alias begins with.
const ALIAS_NAME: usize = 12;
/// Characters that make an alias unlike any other.
pub(crate) const ALIAS_RANDOM: usize = 34;
/// What they are drawn from.
pub(crate) const ALIAS_ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
/// What every alias ends with. No bucket's name does.
const ALIAS_END: &str = "-s3alias";

/// Whether an access point may be called so: 3 to 50 lower-case letters, digits and hyphens, no hyphen at the ends.
/// Source: Amazon S3 User Guide, "Access points restrictions and limitations".
pub(crate) fn name_is_valid(name: &str) -> bool {
    let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (3..=50).contains(&name.len())
        && name.bytes().all(ok)
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.starts_with("xn--")
        && !name.ends_with(ALIAS_END)
}

/// The alias of a name: its beginning, `random`, and the common end.
pub(crate) fn alias(name: &str, random: &str) -> String {
    let beginning = &name[..name.len().min(ALIAS_NAME)];
    format!("{}-{random}{ALIAS_END}", beginning.trim_end_matches('-'))
}

/// `arn:aws:s3:us-east-1:123456789012:accesspoint/name`.
pub(crate) fn arn(partition: Partition, region: &Region, account: AccountId, name: &str) -> String {
    format!("arn:{partition}:s3:{region}:{account}:accesspoint/{name}")
}

/// How a request names an access point where a bucket's name stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// By its alias.
    Alias(String),
    /// By its host label, `name-ACCOUNT`: what SDKs make of an ARN. The Region is the call's.
    Label(AccountId, String),
    /// By its ARN, with the Region.
    Arn(AccountId, String, String),
}

impl Named {
    /// Reads what stands where a bucket's name would.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Ok(arn) = text.parse::<base::Arn>() {
            let name =
                arn.resource.strip_prefix("accesspoint/").or(arn.resource.strip_prefix("accesspoint:"));
            let account = arn.account.parse().ok()?;
            return (arn.service == "s3").then_some(Self::Arn(account, arn.region, name?.to_owned()));
        }
        if text.ends_with(ALIAS_END) {
            return Some(Self::Alias(text.to_owned()));
        }
        let (name, account) = text.rsplit_once('-')?;
        Some(Self::Label(account.parse().ok()?, name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Named, alias, name_is_valid};

    #[test]
    fn names_follow_the_rules() {
        for (name, want) in [
            ("ap1", true),
            ("my-point", true),
            ("ab", false),
            ("my_point", false),
            ("My", false),
            ("-ap", false),
            ("ap-", false),
            ("xn--ap", false),
            ("ap-s3alias", false),
            (&"a".repeat(50), true),
            (&"a".repeat(51), false),
        ] {
            assert_eq!(name_is_valid(name), want, "{name}");
        }
    }

    #[test]
    fn an_alias_begins_with_the_name_and_is_no_longer_than_a_bucket() {
        let random = "x".repeat(super::ALIAS_RANDOM);
        for (name, beginning) in
            [("abc", "abc-x"), ("my-access-point", "my-access-po-x"), ("abcdefghijk-z", "abcdefghijk-x")]
        {
            let alias = alias(name, &random);
            assert!(
                alias.starts_with(beginning) && alias.ends_with("x-s3alias") && alias.len() <= 63,
                "{alias}"
            );
        }
    }

    #[test]
    fn access_points_are_named_in_three_ways() {
        let account = || "123456789012".parse().unwrap();
        for (text, want) in [
            ("ap-xyz-s3alias", Some(Named::Alias("ap-xyz-s3alias".to_owned()))),
            ("my-ap-123456789012", Some(Named::Label(account(), "my-ap".to_owned()))),
            (
                "arn:aws:s3:eu-west-1:123456789012:accesspoint/ap",
                Some(Named::Arn(account(), "eu-west-1".to_owned(), "ap".to_owned())),
            ),
            ("arn:aws:s3:::bucket", None),
            ("bucket", None),
            ("bucket-1", None),
        ] {
            assert_eq!(Named::parse(text), want, "{text}");
        }
    }
}
