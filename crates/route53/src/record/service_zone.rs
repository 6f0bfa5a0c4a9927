//! The hosted zones of AWS's services: which names an alias can lead to in each. They hold no rows here.
//!
//! Sources: AWS General Reference, the pages "… endpoints and quotas" of each service, as external-dns
//! (`provider/aws/aws.go`), the AWS CDK (`region-info`) and clients of App Runner have them.

use crate::name::Name;
use crate::record::model::RecordType;

/// How the names of a service's zone end.
#[derive(Clone, Copy)]
enum Ending {
    /// In this, wherever they lead.
    Everywhere(&'static str),
    /// In what comes before the Region's name, the Region's name and what comes behind it.
    Around(&'static str, &'static str),
    /// The same with the suffix of the Region's partition behind it.
    OfPartition(&'static str, &'static str),
    /// As websites of S3: `s3-website-REGION` or `s3-website.REGION`.
    Website,
}

const BALANCER: Ending = Ending::OfPartition("", ".elb");
const NETWORK_BALANCER: Ending = Ending::OfPartition("elb.", "");
const ENDPOINT: Ending = Ending::OfPartition("", ".vpce");
const API: Ending = Ending::OfPartition("execute-api.", "");
const BEANSTALK: Ending = Ending::Around("", ".elasticbeanstalk.com");
const RUNNER: Ending = Ending::Around("", ".awsapprunner.com");
const CLOUDFRONT: &str = "cloudfront.net";

/// Zones that belong to no Region. AppSync's and edge-optimized APIs' names are CloudFront's.
const GLOBAL: [(&str, Ending); 3] = [
    ("Z2FDTNDATAQYW2", Ending::Everywhere(CLOUDFRONT)),
    ("Z3RFFRIM2A3IF5", Ending::Everywhere("cloudfront.cn")),
    ("Z2BJ6XQ5FK7U4H", Ending::Everywhere("awsglobalaccelerator.com")),
];

/// One line a Region: its name, and the zones of application and classic load balancers, of network load balancers, of
/// VPC endpoints, of websites in S3, of APIs, of Elastic Beanstalk and of App Runner; a dash where none is published.
const REGIONS: &str = include_str!("service_zones.txt");

/// The columns of the table.
const SERVICES: [Ending; 7] = [BALANCER, NETWORK_BALANCER, ENDPOINT, Ending::Website, API, BEANSTALK, RUNNER];

/// What AWS has at a zone's id.
pub(crate) struct ServiceZone {
    /// The names that lie in the zone lie within these. One id may be told of two Regions.
    within: Vec<Name>,
    is_cloudfront: bool,
}

impl ServiceZone {
    /// The zone of a service; `None` where no service has one of that id.
    pub(crate) fn find(id: &str) -> Option<Self> {
        let mut endings = Vec::new();
        for (_, ending) in GLOBAL.iter().filter(|(own, _)| *own == id) {
            endings.extend(ending.names(""));
        }
        let is_cloudfront = endings.iter().any(|name| name.starts_with("cloudfront."));
        for line in REGIONS.lines() {
            let mut words = line.split_ascii_whitespace();
            let region = words.next().unwrap_or_default();
            for (_, ending) in words.zip(SERVICES).filter(|(own, _)| *own == id && id != "-") {
                endings.extend(ending.names(region));
            }
        }
        // Of Regions whose zone is not published, endpoints of VPCs have this one here.
        if let Some(region) = base::regions().iter().find(|region| id == unpublished(region.name)) {
            endings.extend(ENDPOINT.names(region.name));
        }
        let within: Vec<Name> = endings.iter().filter_map(|name| Name::parse(name).ok()).collect();
        if within.is_empty() { None } else { Some(Self { within, is_cloudfront }) }
    }

    /// Whether a name lies in the zone.
    pub(crate) fn has(&self, name: &Name) -> bool {
        self.within.iter().any(|above| name.is_within(above))
    }

    /// Whether its names have records of this type: addresses, and CloudFront's also HTTPS.
    pub(crate) fn answers(&self, kind: RecordType) -> bool {
        matches!(kind, RecordType::A | RecordType::Aaaa) || (kind == RecordType::Https && self.is_cloudfront)
    }
}

/// What `crates/vpc` has for a Region whose zone is not published.
fn unpublished(region: &str) -> String {
    format!("Z{}", region.replace('-', "").to_ascii_uppercase())
}

impl Ending {
    fn names(self, region: &str) -> Vec<String> {
        let suffix = base::Partition::of_region(region).dns_suffix();
        match self {
            Self::Everywhere(name) => vec![name.to_owned()],
            Self::Around(before, behind) => vec![format!("{before}{region}{behind}")],
            Self::OfPartition(before, behind) => vec![format!("{before}{region}{behind}.{suffix}")],
            Self::Website => ["-", "."].map(|mark| format!("s3-website{mark}{region}.{suffix}")).to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{REGIONS, ServiceZone};
    use crate::name::Name;
    use crate::record::model::RecordType as T;

    #[test]
    fn names_lie_in_the_zones_of_their_services() {
        for (id, name, want) in [
            ("Z35SXDOTRQ7X7K", "dualstack.web-1.us-east-1.elb.amazonaws.com", Some(true)),
            ("Z35SXDOTRQ7X7K", "web-1.us-west-2.elb.amazonaws.com", Some(false)),
            ("Z26RNL4JYFTOTI", "web-1.elb.us-east-1.amazonaws.com", Some(true)),
            ("Z1GDH35T77C1KE", "web-1.cn-north-1.elb.amazonaws.com.cn", Some(true)),
            ("Z7HUB22UULQXV", "vpce-1-abc.ec2.us-east-1.vpce.amazonaws.com", Some(true)),
            ("ZCNNORTH1", "vpce-1-abc.ec2.cn-north-1.vpce.amazonaws.com.cn", Some(true)),
            ("Z3AQBSTGFYJSTF", "s3-website-us-east-1.amazonaws.com", Some(true)),
            ("Z21DNDUVLTQW6Q", "s3-website.eu-central-1.amazonaws.com", Some(true)),
            ("Z2FDTNDATAQYW2", "d111111abcdef8.cloudfront.net", Some(true)),
            ("Z2FDTNDATAQYW2", "www.example.com", Some(false)),
            ("Z2BJ6XQ5FK7U4H", "a1.awsglobalaccelerator.com", Some(true)),
            ("Z1UJRXOUMOOFQ8", "d-1.execute-api.us-east-1.amazonaws.com", Some(true)),
            ("Z117KPS5GTRQ2G", "env.us-east-1.elasticbeanstalk.com", Some(true)),
            ("Z23GO28BZ5AETM", "env.eu-south-2.elasticbeanstalk.com", Some(true)),
            ("Z01915732ZBZKC8D32TPT", "x.us-east-1.awsapprunner.com", Some(true)),
            ("Z1XWOQP59BYF6Z", "d111111abcdef8.cloudfront.net", None),
            ("-", "web-1.us-east-1.elb.amazonaws.com", None),
            ("", "web-1.us-east-1.elb.amazonaws.com", None),
        ] {
            let name = Name::parse(name).unwrap();
            assert_eq!(ServiceZone::find(id).map(|zone| zone.has(&name)), want, "{id} {name}");
        }
        for (id, kind, want) in [
            ("Z2FDTNDATAQYW2", T::Https, true),
            ("Z2FDTNDATAQYW2", T::Aaaa, true),
            ("Z35SXDOTRQ7X7K", T::A, true),
            ("Z35SXDOTRQ7X7K", T::Https, false),
            ("Z35SXDOTRQ7X7K", T::Txt, false),
        ] {
            assert_eq!(ServiceZone::find(id).unwrap().answers(kind), want, "{id} {kind:?}");
        }
    }

    #[test]
    fn every_line_has_a_region_and_seven_zones() {
        assert!(REGIONS.lines().is_sorted());
        for line in REGIONS.lines() {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            let is_zone = |word: &&str| *word == "-" || word.starts_with('Z');
            assert!(words.len() == 8 && words[1..].iter().all(is_zone), "{line}");
        }
    }
}
