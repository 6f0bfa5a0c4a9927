//! The prefix lists that AWS keeps: in each Region those of S3, DynamoDB, CloudFront and EC2 Instance Connect.
//!
//! Ids and blocks are those that AWS answered, as far as they were published: `describe-prefix-lists` of fifteen Regions
//! (2018), the ids of CloudFront's lists in the templates of its users, blocks of `ip-ranges.json`. AWS adds blocks now
//! and then. A list whose id is not known gets one that follows from its name; where its blocks are not known it has a
//! block of TEST-NET-1 (RFC 5737), so that routes and rules have something to be about.

use super::model::Family;
use base::{Region, Scope};

/// One of AWS's lists in a Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AwsList {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) blocks: Vec<&'static str>,
    /// How many rules or routes it counts as. Source: VPC user guide, "Available AWS-managed prefix lists".
    pub(crate) weight: i32,
    /// Whether DescribePrefixLists, which is older than managed lists, has it too.
    pub(crate) is_gateway: bool,
}

impl AwsList {
    /// Who owns it.
    pub(crate) const OWNER: &'static str = "AWS";
    /// The account part of its ARN.
    const ACCOUNT: &'static str = "aws";
    /// All of them are of IPv4.
    pub(crate) const FAMILY: Family = Family::V4;

    /// Its ARN: `arn:aws:ec2:us-east-1:aws:prefix-list/pl-63a5400a`.
    pub(crate) fn arn(&self, scope: &Scope) -> String {
        let (partition, region) = (scope.partition.as_str(), &scope.region);
        format!("arn:{partition}:ec2:{region}:{}:prefix-list/{}", Self::ACCOUNT, self.id)
    }
}

/// What is known of a Region's lists; an empty id or no block where it is not known.
struct Known {
    region: &'static str,
    s3: (&'static str, &'static [&'static str]),
    dynamodb: (&'static str, &'static [&'static str]),
    cloudfront: &'static str,
    instance_connect: (&'static str, &'static [&'static str]),
}

/// Writes one row a Region.
macro_rules! known {
    ($($region:literal: $s3:literal $s3_blocks:tt, $ddb:literal $ddb_blocks:tt, $cloudfront:literal, $eic:literal $eic_blocks:tt;)*) => {
        &[$(Known {
            region: $region,
            s3: ($s3, &$s3_blocks),
            dynamodb: ($ddb, &$ddb_blocks),
            cloudfront: $cloudfront,
            instance_connect: ($eic, &$eic_blocks),
        }),*]
    };
}

static KNOWN: &[Known] = known! {
    "af-south-1": "" [], "" [], "pl-c0aa4fa9", "" [];
    "ap-east-1": "" [], "" [], "pl-14b2577d", "" [];
    "ap-northeast-1": "pl-61a54008" ["52.219.0.0/20", "54.231.224.0/21", "52.219.16.0/22", "52.219.68.0/22"],
        "pl-78a54011" ["52.94.8.0/24"], "pl-58a04531", "" ["3.112.23.0/29"];
    "ap-northeast-2": "pl-78a54011" ["52.92.0.0/20", "52.219.60.0/23", "52.219.56.0/22"],
        "pl-48a54021" ["52.94.6.0/24"], "pl-22a6434b", "" ["13.209.1.56/29"];
    "ap-south-1": "pl-78a54011" ["52.92.248.0/22", "52.219.62.0/23", "52.219.64.0/22"],
        "pl-66a7420f" ["52.94.20.0/24"], "pl-9aa247f3", "" ["13.233.177.0/29"];
    "ap-southeast-1": "pl-6fa54006" ["52.219.32.0/21", "52.219.40.0/22", "54.231.240.0/22", "52.219.76.0/22"],
        "pl-67a5400e" ["52.94.11.0/24"], "pl-31a34658", "" ["3.0.5.32/29"];
    "ap-southeast-2": "pl-6ca54005" ["54.231.248.0/22", "54.231.252.0/24", "52.95.128.0/21"],
        "pl-62a5400b" ["52.94.13.0/24"], "pl-b8a742d1", "" ["13.239.158.0/29"];
    "ca-central-1": "pl-7da54014" ["52.95.146.0/23", "52.95.145.0/24", "52.92.84.0/22"],
        "pl-4ea54027" ["52.94.14.0/24"], "pl-38a64351", "" ["35.183.92.176/29"];
    "eu-central-1": "pl-6ea54007" ["52.219.44.0/22", "54.231.192.0/20", "52.219.72.0/22"],
        "pl-66a5400f" ["52.94.17.0/24"], "pl-a3a144ca", "" ["3.120.181.40/29"];
    "eu-north-1": "pl-c3aa4faa" [], "pl-adae4bc4" [], "pl-fab65393", "" ["13.48.4.200/30"];
    "eu-south-1": "" [], "" [], "pl-1bbc5972", "" [];
    "eu-west-1": "pl-6da54004" ["52.218.0.0/17", "54.231.128.0/19"],
        "pl-6fa54006" ["52.94.5.0/24", "52.119.240.0/21", "52.94.24.0/23"], "pl-4fa04526", "" ["18.202.216.48/29"];
    "eu-west-2": "pl-7ca54015" ["52.95.150.0/24", "52.92.88.0/22", "52.95.148.0/23"],
        "pl-b3a742da" ["52.94.15.0/24"], "pl-93a247fa", "" ["3.8.37.24/29"];
    "eu-west-3": "pl-23ad484a" ["52.95.154.0/23", "52.95.156.0/24"],
        "pl-abb451c2" ["52.94.16.0/24"], "pl-75b1541c", "" ["35.180.112.80/29"];
    "me-south-1": "" [], "pl-c9b451a0" [], "pl-17b2577e", "" [];
    "sa-east-1": "pl-6aa54003"
            ["52.95.138.0/24", "52.92.64.0/22", "52.95.163.0/24", "52.95.136.0/23", "52.92.72.0/22", "52.95.164.0/23"],
        "pl-60a54009" ["52.94.7.0/24"], "pl-5da64334", "" ["18.228.70.32/29"];
    "us-east-1": "pl-63a5400a" ["54.231.0.0/17", "52.216.0.0/15"],
        "pl-02cd2c6b" ["52.94.0.0/22", "52.119.224.0/20"], "pl-3b927c52", "pl-0e4bcff02b13bef1e" ["18.206.107.24/29"];
    "us-east-2": "pl-7ba54012" ["52.219.80.0/20", "52.219.96.0/20", "52.92.76.0/22"],
        "pl-4ca54025" ["52.94.4.0/24"], "pl-b6a144df", "" ["3.16.146.0/29"];
    "us-west-1": "pl-6ba54002" ["52.219.20.0/22", "54.231.232.0/21", "52.219.24.0/21", "52.92.48.0/22"],
        "pl-6ea54007" ["52.94.12.0/24"], "pl-4ea04527", "" ["13.52.6.112/29"];
    "us-west-2": "pl-68a54001" ["54.231.160.0/19", "52.218.128.0/17", "52.92.32.0/22"],
        "pl-00a54069" ["52.94.28.0/23"], "pl-82a045eb", "" ["18.237.140.160/29"];
};

/// CloudFront towards its origins, the same from every Region.
static CLOUDFRONT: &[&str] = &[
    "13.124.199.0/24",
    "130.176.0.0/18",
    "15.158.0.0/16",
    "18.68.0.0/16",
    "204.246.166.0/24",
    "205.251.218.0/24",
    "3.172.0.0/18",
    "54.239.208.0/21",
    "64.252.64.0/18",
    "70.132.0.0/18",
];

/// The lists of a Region.
pub(crate) fn lists(region: &Region) -> Vec<AwsList> {
    let known = KNOWN.iter().find(|known| known.region == region.as_str());
    let regional = |service: &str| format!("com.amazonaws.{region}.{service}");
    let list = |name: String, of: Option<(&str, &[&'static str])>, instead: &'static str, weight| {
        let (id, blocks) = of.unwrap_or_default();
        let id = if id.is_empty() { named_id(&format!("{region}/{name}")) } else { id.to_owned() };
        let blocks = if blocks.is_empty() { vec![instead] } else { blocks.to_vec() };
        AwsList { id, name, blocks, weight, is_gateway: false }
    };
    let s3 = list(regional("s3"), known.map(|known| known.s3), "192.0.2.0/26", 1);
    let dynamodb = list(regional("dynamodb"), known.map(|known| known.dynamodb), "192.0.2.64/26", 1);
    let cloudfront = known.map(|known| (known.cloudfront, CLOUDFRONT));
    let cloudfront = cloudfront.or(Some(("", CLOUDFRONT)));
    vec![
        AwsList { is_gateway: true, ..s3 },
        AwsList { is_gateway: true, ..dynamodb },
        list("com.amazonaws.global.cloudfront.origin-facing".to_owned(), cloudfront, "192.0.2.128/26", 55),
        list(
            regional("ec2-instance-connect"),
            known.map(|known| known.instance_connect),
            "192.0.2.192/26",
            1,
        ),
    ]
}

/// An id of 17 digits that follows from a name: FNV-1a over 64 bits, and a first digit 0 as most ids have.
fn named_id(name: &str) -> String {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("pl-0{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, lists};
    use crate::id::PrefixListId;
    use base::{Ipv4Block, Region, regions};

    #[test]
    fn every_region_has_lists_with_ids_and_blocks_of_their_own() {
        assert!(KNOWN.is_sorted_by_key(|known| known.region));
        for facts in regions() {
            let lists = lists(&Region::parse(facts.name).unwrap());
            let mut ids: Vec<&str> = lists.iter().map(|list| list.id.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), 4, "{}", facts.name);
            assert!(ids.iter().all(|id| PrefixListId::parse(id).is_ok()), "{ids:?}");
            let blocks: Vec<Ipv4Block> =
                lists.iter().flat_map(|list| &list.blocks).map(|block| block.parse().unwrap()).collect();
            for (position, block) in blocks.iter().enumerate() {
                let overlap = blocks[..position].iter().any(|other| other.overlaps(*block));
                assert!(!overlap, "{} {block}", facts.name);
            }
        }
    }

    #[test]
    fn recorded_lists_are_the_recorded_ones() {
        for (region, name, id, block) in [
            ("us-east-1", "com.amazonaws.us-east-1.s3", "pl-63a5400a", "52.216.0.0/15"),
            ("us-west-2", "com.amazonaws.us-west-2.s3", "pl-68a54001", "54.231.160.0/19"),
            ("us-east-1", "com.amazonaws.us-east-1.dynamodb", "pl-02cd2c6b", "52.94.0.0/22"),
            ("eu-west-1", "com.amazonaws.global.cloudfront.origin-facing", "pl-4fa04526", "18.68.0.0/16"),
        ] {
            let lists = lists(&Region::parse(region).unwrap());
            let list = lists.iter().find(|list| list.name == name).unwrap();
            assert_eq!(list.id, id);
            assert!(list.blocks.contains(&block));
        }
    }
}
