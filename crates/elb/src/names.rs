//! Names, and the names by which load balancers are reached.

use crate::error::{Error, Validation};
use base::{Ids, Scope};

/// Characters of a name at the most. Source: ELB API reference, CreateLoadBalancer and CreateTargetGroup.
const MOST: usize = 32;

/// Whose name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A load balancer's.
    LoadBalancer,
    /// A target group's.
    TargetGroup,
}

/// Checks a name's form.
pub(crate) fn check(name: &str, of: Named) -> Result<(), Error> {
    let own = || name.to_owned();
    if name.chars().count() > MOST {
        return Err(Validation::NameTooLong(of, own()).into());
    }
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(Validation::NameLetters(of, own()).into());
    }
    if name.starts_with('-') || name.ends_with('-') {
        return Err(Validation::NameEnds(of, own()).into());
    }
    match of {
        Named::LoadBalancer if name.starts_with("internal-") => Err(Validation::NameInternal(own()).into()),
        Named::TargetGroup if name.contains("--") => Err(Validation::NameDoubleHyphen(own()).into()),
        Named::LoadBalancer | Named::TargetGroup => Ok(()),
    }
}

/// The id of a resource: 16 hexadecimal digits.
pub(crate) fn id(ids: &Ids) -> String {
    ids.text(b"0123456789abcdef", 16)
}

/// The name of the group that classic load balancers of a default VPC are in where none is named. The id in it is always
/// the same for one VPC, as AWS's is, which is a UUID of version 3.
pub(crate) fn default_group(vpc: &str) -> String {
    // FNV-1a from two beginnings.
    let hash = |from: u64| {
        vpc.bytes().fold(from, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    let (one, other) = (hash(0xcbf2_9ce4_8422_2325), hash(0x8422_2325_cbf2_9ce4));
    let (high, middle, low) = (one >> 32, (one >> 16) & 0xffff, one & 0xfff);
    let (clock, node) = (0x8000 | (other >> 50), other & 0xffff_ffff_ffff);
    format!("default_elb_{high:08x}-{middle:04x}-3{low:03x}-{clock:04x}-{node:012x}")
}

/// The DNS name of an application or classic load balancer.
pub(crate) fn regional_dns(ids: &Ids, scope: &Scope, name: &str, is_internal: bool) -> String {
    let front = if is_internal { "internal-" } else { "" };
    let number = 10_000_000 + ids.below(2_137_000_000);
    format!("{front}{name}-{number}.{}.elb.{}", scope.region.as_str(), scope.partition.dns_suffix())
}

/// The DNS name of a network load balancer.
pub(crate) fn network_dns(scope: &Scope, name: &str, id: &str) -> String {
    format!("{name}-{id}.elb.{}.{}", scope.region.as_str(), scope.partition.dns_suffix())
}

/// The hosted zones of load balancers' names: Region, of application and classic ones, of network ones.
/// Source: AWS General Reference, "Elastic Load Balancing endpoints and quotas".
const ZONES: [(&str, &str, &str); 30] = [
    ("af-south-1", "Z268VQBMOI5EKX", "Z203XCE67M25HM"),
    ("ap-east-1", "Z3DQVH9N71FHZ0", "Z12Y7K3UBGUAD1"),
    ("ap-northeast-1", "Z14GRHDCWA56QT", "Z31USIVHYNEOWT"),
    ("ap-northeast-2", "ZWKZPGTI48KDX", "ZIBE1TIR4HY56"),
    ("ap-northeast-3", "Z5LXEXXYW11ES", "Z1GWIQ4HH19I5X"),
    ("ap-south-1", "ZP97RAFLXTNZK", "ZVDDRBQ08TROA"),
    ("ap-south-2", "Z0173938T07WNTVAEPZN", "Z0711778386UTO08407HT"),
    ("ap-southeast-1", "Z1LMS91P8CMLE5", "ZKVM4W9LS7TM"),
    ("ap-southeast-2", "Z1GM3OXH4ZPM65", "ZCT6FZBF4DROD"),
    ("ap-southeast-3", "Z08888821HLRG5A9ZRTER", "Z01971771FYVNCOVWJU1G"),
    ("ca-central-1", "ZQSVJUPU6J1EY", "Z2EPGBW3API2WT"),
    ("cn-north-1", "Z1GDH35T77C1KE", "Z3QFB96KMJ7ED6"),
    ("cn-northwest-1", "ZM7IZAIOVVDZF", "ZQEIKTCZ8352D"),
    ("eu-central-1", "Z215JYRZR1TBD5", "Z3F0SRJ5LGBH90"),
    ("eu-central-2", "Z06391101F2ZOEP8P5EB3", "Z02239872DOALSIDCX66S"),
    ("eu-north-1", "Z23TAZ6LKFMNIO", "Z1UDT6IFJ4EJM"),
    ("eu-south-1", "Z3ULH7SSC9OV64", "Z23146JA1KNAFP"),
    ("eu-south-2", "Z0956581394HF5D5LXGAP", "Z1011216NVTVYADP1SSV"),
    ("eu-west-1", "Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F"),
    ("eu-west-2", "ZHURV8PSTC4K8", "ZD4D7Y8KGAS4G"),
    ("eu-west-3", "Z3Q77PNBQS71R4", "Z1CMS0P5QUZ6D5"),
    ("me-central-1", "Z08230872XQRWHG2XF6I", "Z00282643NTTLPANJJG2P"),
    ("me-south-1", "ZS929ML54UICD", "Z3QSRYVP46NYYV"),
    ("sa-east-1", "Z2P70J7HTTTPLU", "ZTK26PT1VY4CU"),
    ("us-east-1", "Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI"),
    ("us-east-2", "Z3AADJGX6KTTL2", "ZLMOA37VPKANP"),
    ("us-gov-east-1", "Z166TLBEWOO7G0", "Z1ZSMQQ6Q24QQ8"),
    ("us-gov-west-1", "Z33AYJ8TM3BH4J", "ZMG1MZ2THAWF1"),
    ("us-west-1", "Z368ELLRRE2KJ0", "Z24FKFUX50B4VW"),
    ("us-west-2", "Z1H1FL5HABSF5", "Z18D5FSROUN65G"),
];

/// The hosted zone of the names of application and classic load balancers of a Region.
pub(crate) fn regional_zone(region: &str) -> Option<String> {
    ZONES.iter().find(|(own, _, _)| *own == region).map(|(_, zone, _)| (*zone).to_owned())
}

/// The hosted zone of the names of network load balancers of a Region.
pub(crate) fn network_zone(region: &str) -> Option<String> {
    ZONES.iter().find(|(own, _, _)| *own == region).map(|(_, _, zone)| (*zone).to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Named, check, default_group};
    use wire::AwsError;

    #[test]
    fn a_default_vpc_has_one_group() {
        let (one, other) = (default_group("vpc-0a"), default_group("vpc-0b"));
        assert_eq!(one, default_group("vpc-0a"));
        assert_ne!(one, other);
        for name in [one, other] {
            let parts: Vec<usize> =
                name.trim_start_matches("default_elb_").split('-').map(str::len).collect();
            assert_eq!(parts, [8, 4, 4, 4, 12], "{name}");
        }
    }

    #[test]
    fn names_have_their_form() {
        let of = |name: &str, of: Named| check(name, of).err().and_then(|error| error.fault().message);
        let long = "a".repeat(33);
        for (name, want) in [
            ("web", None),
            ("Web-1", None),
            (&*long, Some(format!("The load balancer name '{long}' cannot be longer than '32' characters"))),
            ("-web", Some("The load balancer name '-web' cannot begin or end with '-'".to_owned())),
            (
                "internal-web",
                Some("The load balancer name 'internal-web' cannot begin with 'internal-'".to_owned()),
            ),
        ] {
            assert_eq!(of(name, Named::LoadBalancer), want, "{name}");
        }
        assert!(of("a--b", Named::TargetGroup).is_some_and(|sentence| sentence.contains("(?!.*--)")));
        assert_eq!(of("a--b", Named::LoadBalancer), None);
    }
}
