//! The services that endpoints lead to: those of AWS in every Region.

use super::model::EndpointKind;
use base::Scope;

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// `com.amazonaws.us-east-1.ec2`.
    pub(crate) name: String,
    pub(crate) kind: EndpointKind,
    /// `ec2.us-east-1.vpce.amazonaws.com`: what the names of its endpoints end with.
    pub(crate) base: String,
    /// Whether these names begin with `*.`.
    pub(crate) is_starred: bool,
    /// What it is called inside of VPCs that have private DNS.
    pub(crate) private_names: Vec<String>,
    pub(crate) has_policy: bool,
}

static SERVICES: &str = include_str!("services.txt");

/// What is known of a Region's names.
struct Place<'s> {
    region: &'s str,
    suffix: &'static str,
}

/// Every service of AWS, by name; those of two types by type too.
pub(crate) fn offers(scope: &Scope) -> Vec<Offer> {
    let place = Place { region: scope.region.as_str(), suffix: scope.partition.dns_suffix() };
    let lines = SERVICES.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| offers_of(&place, line)).collect()
}

fn offers_of(place: &Place<'_>, line: &str) -> Vec<Offer> {
    let Place { region, suffix } = place;
    let mut words = line.split(' ');
    let service = words.next().unwrap_or_default();
    let mut label = service.split('.').rev().collect::<Vec<_>>().join(".");
    let (mut private, mut kinds) = (None, vec![EndpointKind::Interface]);
    let (mut is_starred, mut has_policy) = (false, true);
    for word in words {
        match word.split_once('=') {
            Some(("label", own)) => own.clone_into(&mut label),
            Some((_, names)) => private = Some(names),
            None => match word {
                "gateway" => kinds = vec![EndpointKind::Gateway, EndpointKind::Interface],
                "gateway-only" => kinds = vec![EndpointKind::Gateway],
                "star" => is_starred = true,
                _ => has_policy = false,
            },
        }
    }
    let names = private.unwrap_or(&label).split(',').filter(|name| *name != "-");
    let private_names: Vec<String> = names.map(|name| format!("{name}.{region}.{suffix}")).collect();
    let offer = |kind| Offer {
        name: format!("com.amazonaws.{region}.{service}"),
        kind,
        base: match kind {
            EndpointKind::Gateway => format!("{label}.{region}.{suffix}"),
            EndpointKind::Interface | EndpointKind::GatewayLoadBalancer => {
                format!("{label}.{region}.vpce.{suffix}")
            }
        },
        is_starred,
        private_names: if kind == EndpointKind::Gateway { Vec::new() } else { private_names.clone() },
        has_policy,
    };
    kinds.into_iter().map(offer).collect()
}

/// The id that a service of AWS has in a Region. Those of AWS are not published: it follows from name and type, by
/// FNV-1a over 64 bits.
pub(crate) fn service_id(name: &str, kind: EndpointKind) -> String {
    let text = format!("{name}/{}", kind.word());
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("vpce-svc-0{hash:016x}")
}

/// The hosted zones of the names that endpoints have, by Region.
static ZONES: &[(&str, &str)] = &[
    ("af-south-1", "Z09302161J80N9A7UTP7U"),
    ("ap-east-1", "Z2LIHJ7PKBEMWN"),
    ("ap-northeast-1", "Z2E726K9Y6RL4W"),
    ("ap-northeast-2", "Z27UANNT0PRK1T"),
    ("ap-northeast-3", "Z376B5OMM2JZL2"),
    ("ap-south-1", "Z2KVTB3ZLFM7JR"),
    ("ap-south-2", "Z0952991RWSF5AHIQDIY"),
    ("ap-southeast-1", "Z18LLCSTV4NVNL"),
    ("ap-southeast-2", "ZDK2GCRPAFKGO"),
    ("ap-southeast-3", "Z03881013RZ9BYYZO8N5W"),
    ("ap-southeast-4", "Z07508191CO1RNBX3X3AU"),
    ("ca-central-1", "ZRCXCF510Y6P9"),
    ("eu-central-1", "Z273ZU8SZ5RJPC"),
    ("eu-central-2", "Z045369019J4FUQ4S272E"),
    ("eu-north-1", "Z3OWWK6JFDEDGC"),
    ("eu-south-1", "Z2A5FDNRLY7KZG"),
    ("eu-south-2", "Z014396544HENR57XQCJ"),
    ("eu-west-1", "Z38GZ743OKFT7T"),
    ("eu-west-2", "Z7K1066E3PUKB"),
    ("eu-west-3", "Z1DWHTMFP0WECP"),
    ("me-central-1", "Z07122992YCEUCB9A9570"),
    ("me-south-1", "Z3B95P3VBGEQGY"),
    ("sa-east-1", "Z2LXUWEVLCVZIB"),
    ("us-east-1", "Z7HUB22UULQXV"),
    ("us-east-2", "ZC8PG0KIFKBRI"),
    ("us-gov-east-1", "Z2MU5TEIGO9WXB"),
    ("us-gov-west-1", "Z12529ZODG2B6H"),
    ("us-west-1", "Z12I86A8N7VCZO"),
    ("us-west-2", "Z1YSA3EXCYUU9Z"),
];

/// The hosted zone of a Region's names; of a Region whose zone is not known, one that follows from its name.
pub(crate) fn hosted_zone(region: &str) -> String {
    let known = ZONES.iter().find(|(own, _)| *own == region).map(|(_, zone)| (*zone).to_owned());
    known.unwrap_or_else(|| format!("Z{}", region.replace('-', "").to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::{ZONES, hosted_zone, offers, service_id};
    use crate::id::VpcEndpointServiceId;
    use crate::vpc_endpoint::model::EndpointKind;
    use base::{AccountId, Region, Scope};

    #[test]
    fn services_have_the_names_of_aws() {
        let scope = Scope::new(AccountId::DEFAULT, Region::us_east_1());
        let offers = offers(&scope);
        for (service, base, private) in [
            ("ec2", "ec2.us-east-1.vpce.amazonaws.com", "ec2.us-east-1.amazonaws.com"),
            ("ecr.api", "api.ecr.us-east-1.vpce.amazonaws.com", "api.ecr.us-east-1.amazonaws.com"),
            ("ecr.dkr", "dkr.ecr.us-east-1.vpce.amazonaws.com", "*.dkr.ecr.us-east-1.amazonaws.com"),
            ("kinesis-streams", "kinesis.us-east-1.vpce.amazonaws.com", "kinesis.us-east-1.amazonaws.com"),
            ("s3", "s3.us-east-1.vpce.amazonaws.com", "*.s3.us-east-1.amazonaws.com"),
        ] {
            let name = format!("com.amazonaws.us-east-1.{service}");
            let own = offers.iter().find(|own| own.name == name && own.kind == EndpointKind::Interface);
            let own = own.unwrap();
            assert_eq!((own.base.as_str(), own.private_names[0].as_str()), (base, private));
        }
        let gateways = offers.iter().filter(|own| own.kind == EndpointKind::Gateway);
        let gateways: Vec<&str> = gateways.map(|own| own.name.as_str()).collect();
        assert_eq!(
            gateways,
            [
                "com.amazonaws.us-east-1.dynamodb",
                "com.amazonaws.us-east-1.s3",
                "com.amazonaws.us-east-1.s3express"
            ]
        );
        assert!(offers.is_sorted_by_key(|own| own.name.as_str()));
        // What other parts of the product ask for.
        for service in "ec2 ec2messages ssm ssmmessages sts logs monitoring elasticloadbalancing autoscaling eks \
                        eks-auth kms secretsmanager lambda execute-api sqs sns events cloudformation elasticfilesystem"
            .split_whitespace()
        {
            assert!(offers.iter().any(|own| own.name == format!("com.amazonaws.us-east-1.{service}")), "{service}");
        }
        let mut ids: Vec<String> = offers.iter().map(|own| service_id(&own.name, own.kind)).collect();
        assert!(ids.iter().all(|id| VpcEndpointServiceId::parse(id).is_ok()));
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), offers.len());
    }

    #[test]
    fn names_have_a_zone_in_every_region() {
        assert!(ZONES.is_sorted());
        for (region, want) in [("us-east-1", "Z7HUB22UULQXV"), ("xx-test-1", "ZXXTEST1")] {
            assert_eq!(hosted_zone(region), want);
        }
    }
}
