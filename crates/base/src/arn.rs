//! Amazon Resource Names.

use crate::{AccountId, Partition, Region, Scope};
use std::fmt;
use std::str::FromStr;

/// `arn:partition:service:region:account:resource`. Region and account may be empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    /// `aws`.
    pub partition: String,
    /// `ec2`.
    pub service: String,
    /// `us-east-1`, or nothing for global services.
    pub region: String,
    /// Twelve digits, or nothing (buckets), or `aws` (managed policies).
    pub account: String,
    /// The rest, colons included: `vpc/vpc-0123`.
    pub resource: String,
}

/// The text has not the six parts of an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseArnError;

impl Arn {
    /// A resource of a Regional service.
    pub fn regional(scope: &Scope, service: &str, resource: impl Into<String>) -> Self {
        Self {
            partition: scope.partition.as_str().into(),
            service: service.into(),
            region: scope.region.as_str().into(),
            account: scope.account.to_string(),
            resource: resource.into(),
        }
    }

    /// A resource of a global service (IAM, STS, Route 53).
    pub fn global(
        partition: Partition,
        service: &str,
        account: AccountId,
        resource: impl Into<String>,
    ) -> Self {
        Self {
            partition: partition.as_str().into(),
            service: service.into(),
            region: String::new(),
            account: account.to_string(),
            resource: resource.into(),
        }
    }

    /// The Region, where there is one.
    pub fn parsed_region(&self) -> Option<Region> {
        Region::parse(&self.region)
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

impl FromStr for Arn {
    type Err = ParseArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().ok_or(ParseArnError);
        if next()? != "arn" {
            return Err(ParseArnError);
        }
        let (partition, service, region, account, resource) = (next()?, next()?, next()?, next()?, next()?);
        if partition.is_empty() || service.is_empty() || resource.is_empty() {
            return Err(ParseArnError);
        }
        let own = str::to_owned;
        Ok(Self {
            partition: own(partition),
            service: own(service),
            region: own(region),
            account: own(account),
            resource: own(resource),
        })
    }
}

impl fmt::Display for ParseArnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ARN is arn:partition:service:region:account:resource")
    }
}

impl std::error::Error for ParseArnError {}

#[cfg(test)]
mod tests {
    use super::Arn;

    #[test]
    fn arns_survive_text() {
        for text in [
            "arn:aws:ec2:us-east-1:000000000000:vpc/vpc-1",
            "arn:aws:s3:::bucket/a:b/c",
            "arn:aws-cn:iam::aws:policy/x",
        ] {
            assert_eq!(text.parse::<Arn>().unwrap().to_string(), text);
        }
        for text in ["", "arn:aws:ec2", "urn:aws:ec2:a:b:c", "arn::ec2:a:b:c", "arn:aws:s3:::"] {
            assert!(text.parse::<Arn>().is_err(), "{text}");
        }
    }
}
