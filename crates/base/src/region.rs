//! Partitions, Regions and Availability Zones.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A group of Regions with its own accounts and ARN prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Partition {
    /// `aws`, the commercial one.
    #[serde(rename = "aws")]
    Aws,
    /// `aws-cn`.
    #[serde(rename = "aws-cn")]
    AwsCn,
    /// `aws-us-gov`.
    #[serde(rename = "aws-us-gov")]
    AwsUsGov,
}

impl Partition {
    /// The second segment of an ARN.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::AwsCn => "aws-cn",
            Self::AwsUsGov => "aws-us-gov",
        }
    }

    /// The partition a Region of this name lies in.
    pub fn of_region(region: &str) -> Self {
        if region.starts_with("cn-") {
            Self::AwsCn
        } else if region.starts_with("us-gov-") {
            Self::AwsUsGov
        } else {
            Self::Aws
        }
    }

    /// The suffix of host names: `amazonaws.com`.
    pub const fn dns_suffix(self) -> &'static str {
        match self {
            Self::Aws | Self::AwsUsGov => "amazonaws.com",
            Self::AwsCn => "amazonaws.com.cn",
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A Region's name. Any name of the right form is accepted; [`regions`] lists those that exist.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Region(Arc<str>);

impl Region {
    /// `us-east-1`, home of the global services.
    pub fn us_east_1() -> Self {
        Self("us-east-1".into())
    }

    /// A Region by name; `None` unless it is lower-case letters, digits and hyphens, at most 32 of them.
    pub fn parse(name: &str) -> Option<Self> {
        let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        (!name.is_empty() && name.len() <= 32 && name.bytes().all(ok)).then(|| Self(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition it lies in.
    pub fn partition(&self) -> Partition {
        Partition::of_region(&self.0)
    }

    /// What AWS is known to run here; `None` for a Region only its name is known of.
    pub fn facts(&self) -> Option<&'static RegionFacts> {
        regions().iter().find(|facts| facts.name == &*self.0)
    }

    /// The zones, by letter. A Region we have no facts of gets three.
    pub fn zones(&self) -> Vec<Zone> {
        let (letters, ids, short) = match self.facts() {
            Some(facts) => (facts.zones, facts.zone_ids, facts.short.to_owned()),
            None => ("abc", "123", self.0.replace('-', "")),
        };
        let zone = |(letter, id): (char, char)| Zone {
            name: format!("{}{letter}", self.0),
            id: format!("{short}-az{id}"),
        };
        letters.chars().zip(ids.chars()).map(zone).collect()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An Availability Zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Zone {
    /// The account's name for it: `us-east-1a`.
    pub name: String,
    /// The same for every account: `use1-az1`.
    pub id: String,
}

/// What is known of a Region.
#[derive(Debug)]
pub struct RegionFacts {
    /// `eu-west-1`.
    pub name: &'static str,
    /// The prefix of zone ids: `euw1`.
    pub short: &'static str,
    /// Letters of the zones a new account sees.
    pub zones: &'static str,
    /// The last digits of these zones' ids, in the order of the letters: `61` are `use1-az6` and `use1-az1`.
    pub zone_ids: &'static str,
    /// Accounts must opt in (`opted-in`, `not-opted-in`); the others need not.
    pub opt_in: bool,
    /// How consoles call it: `Europe (Ireland)`.
    pub long_name: &'static str,
}

/// Writes one row a Region.
macro_rules! region_table {
    ($($name:literal $short:literal $zones:literal $ids:literal $opt_in:literal $long:literal;)*) => {
        &[$(RegionFacts {
            name: $name, short: $short, zones: $zones, zone_ids: $ids, opt_in: $opt_in, long_name: $long,
        }),*]
    };
}

/// The Regions of the commercial partition and the two others, by name.
///
/// Source: AWS, "AWS Regions" and "Availability Zone IDs" of the Regions and Zones guide; zone letters of new
/// accounts differ in reality, and so do the ids they stand for; here every account sees the same, those that were
/// recorded of one account where they are known.
pub fn regions() -> &'static [RegionFacts] {
    region_table! {
        "af-south-1" "afs1" "abc" "123" true "Africa (Cape Town)";
        "ap-east-1" "ape1" "abc" "123" true "Asia Pacific (Hong Kong)";
        "ap-east-2" "ape2" "abc" "123" true "Asia Pacific (Taipei)";
        "ap-northeast-1" "apne1" "acd" "412" false "Asia Pacific (Tokyo)";
        "ap-northeast-2" "apne2" "abcd" "1234" false "Asia Pacific (Seoul)";
        "ap-northeast-3" "apne3" "abc" "123" false "Asia Pacific (Osaka)";
        "ap-south-1" "aps1" "abc" "132" false "Asia Pacific (Mumbai)";
        "ap-south-2" "aps2" "abc" "123" true "Asia Pacific (Hyderabad)";
        "ap-southeast-1" "apse1" "abc" "123" false "Asia Pacific (Singapore)";
        "ap-southeast-2" "apse2" "abc" "132" false "Asia Pacific (Sydney)";
        "ap-southeast-3" "apse3" "abc" "123" true "Asia Pacific (Jakarta)";
        "ap-southeast-4" "apse4" "abc" "123" true "Asia Pacific (Melbourne)";
        "ap-southeast-5" "apse5" "abc" "123" true "Asia Pacific (Malaysia)";
        "ap-southeast-6" "apse6" "abc" "123" true "Asia Pacific (New Zealand)";
        "ap-southeast-7" "apse7" "abc" "123" true "Asia Pacific (Thailand)";
        "ca-central-1" "cac1" "abd" "124" false "Canada (Central)";
        "ca-west-1" "caw1" "abc" "123" true "Canada West (Calgary)";
        "cn-north-1" "cnn1" "abd" "124" false "China (Beijing)";
        "cn-northwest-1" "cnnw1" "abc" "123" false "China (Ningxia)";
        "eu-central-1" "euc1" "abc" "123" false "Europe (Frankfurt)";
        "eu-central-2" "euc2" "abc" "123" true "Europe (Zurich)";
        "eu-north-1" "eun1" "abc" "123" false "Europe (Stockholm)";
        "eu-south-1" "eus1" "abc" "123" true "Europe (Milan)";
        "eu-south-2" "eus2" "abc" "123" true "Europe (Spain)";
        "eu-west-1" "euw1" "abc" "312" false "Europe (Ireland)";
        "eu-west-2" "euw2" "abcd" "2314" false "Europe (London)";
        "eu-west-3" "euw3" "abc" "123" false "Europe (Paris)";
        "il-central-1" "ilc1" "abc" "123" true "Israel (Tel Aviv)";
        "me-central-1" "mec1" "abc" "123" true "Middle East (UAE)";
        "me-south-1" "mes1" "abc" "123" true "Middle East (Bahrain)";
        "mx-central-1" "mxc1" "abc" "123" true "Mexico (Central)";
        "sa-east-1" "sae1" "abc" "123" false "South America (Sao Paulo)";
        "us-east-1" "use1" "abcdef" "612435" false "US East (N. Virginia)";
        "us-east-2" "use2" "abc" "123" false "US East (Ohio)";
        "us-gov-east-1" "usge1" "abc" "123" false "AWS GovCloud (US-East)";
        "us-gov-west-1" "usgw1" "abc" "123" false "AWS GovCloud (US-West)";
        "us-west-1" "usw1" "ac" "31" false "US West (N. California)";
        "us-west-2" "usw2" "abcd" "2134" false "US West (Oregon)";
    }
}

#[cfg(test)]
mod tests {
    use super::{Partition, Region, regions};

    #[test]
    fn the_table_is_sorted_and_parses() {
        assert!(regions().is_sorted_by_key(|facts| facts.name));
        for facts in regions() {
            let region = Region::parse(facts.name).unwrap();
            let mut ids: Vec<String> = region.zones().into_iter().map(|zone| zone.id).collect();
            ids.sort();
            ids.dedup();
            assert_eq!((ids.len(), facts.zone_ids.len()), (facts.zones.len(), facts.zones.len()));
        }
    }

    #[test]
    fn zones_follow_their_region() {
        let zones = Region::us_east_1().zones();
        assert_eq!((zones[5].name.as_str(), zones[5].id.as_str()), ("us-east-1f", "use1-az5"));
        assert_eq!(Region::parse("xx-test-9").unwrap().zones().len(), 3);
        assert!(Region::parse("US").is_none());
    }

    /// Source: recorded answers of DescribeAvailabilityZones; Tokyo's az3 and California's az2 take no new accounts.
    #[test]
    fn zone_ids_are_those_of_a_recorded_account() {
        for (region, want) in [
            ("us-east-1", "use1-az6 use1-az1 use1-az2 use1-az4 use1-az3 use1-az5"),
            ("us-west-2", "usw2-az2 usw2-az1 usw2-az3 usw2-az4"),
            ("eu-west-1", "euw1-az3 euw1-az1 euw1-az2"),
            ("ap-northeast-1", "apne1-az4 apne1-az1 apne1-az2"),
            ("us-west-1", "usw1-az3 usw1-az1"),
            ("ca-central-1", "cac1-az1 cac1-az2 cac1-az4"),
        ] {
            let ids: Vec<String> =
                Region::parse(region).unwrap().zones().into_iter().map(|zone| zone.id).collect();
            assert_eq!(ids.join(" "), want);
        }
    }

    #[test]
    fn partitions_follow_the_name() {
        assert_eq!(Region::parse("cn-north-1").unwrap().partition(), Partition::AwsCn);
        assert_eq!(Region::parse("us-gov-west-1").unwrap().partition(), Partition::AwsUsGov);
        assert_eq!(Region::parse("eu-west-1").unwrap().partition(), Partition::Aws);
    }
}
