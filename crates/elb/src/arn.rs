//! ARNs of what this crate has, and the keys under which it is stored: the same resource part stands in both.

use crate::error::{Error, Validation};
use base::{Arn, Scope};

/// Kinds of resources that requests name by ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `loadbalancer/app/NAME/ID`.
    LoadBalancer,
    /// `listener/app/NAME/LBID/ID`.
    Listener,
    /// `listener-rule/app/NAME/LBID/LISTENERID/ID`.
    Rule,
    /// `targetgroup/NAME/ID`.
    TargetGroup,
    /// `truststore/NAME/ID`.
    TrustStore,
}

impl Kind {
    const ALL: [Self; 5] =
        [Self::LoadBalancer, Self::Listener, Self::Rule, Self::TargetGroup, Self::TrustStore];

    /// What sentences call it.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::LoadBalancer => "load balancer",
            Self::Listener => "listener",
            Self::Rule => "listener rule",
            Self::TargetGroup => "target group",
            Self::TrustStore => "trust store",
        }
    }

    /// How its resource part begins, and how many parts it has.
    fn form(self) -> (&'static str, usize) {
        match self {
            Self::LoadBalancer => ("loadbalancer", 4),
            Self::Listener => ("listener", 5),
            Self::Rule => ("listener-rule", 6),
            Self::TargetGroup => ("targetgroup", 3),
            Self::TrustStore => ("truststore", 3),
        }
    }

    /// The kind of a resource part.
    fn of(resource: &str) -> Option<Self> {
        let parts: Vec<&str> = resource.split('/').collect();
        let first = parts.first()?;
        let kind = Self::ALL.into_iter().find(|kind| kind.form() == (*first, parts.len()))?;
        let behind_load_balancer = matches!(kind, Self::LoadBalancer | Self::Listener | Self::Rule);
        let short = parts.get(1)?;
        let fits = !behind_load_balancer || ["app", "net", "gwy"].contains(short);
        (fits && parts.iter().all(|part| !part.is_empty())).then_some(kind)
    }
}

/// The key of a resource part.
pub(crate) fn key(scope: &Scope, resource: &str) -> String {
    format!("{scope}/{resource}")
}

/// The ARN of a resource part.
pub(crate) fn arn(scope: &Scope, resource: &str) -> String {
    Arn::regional(scope, "elasticloadbalancing", resource).to_string()
}

/// The kind and the resource part of an ARN of this scope.
pub(crate) fn read(scope: &Scope, text: &str) -> Option<(Kind, String)> {
    let arn = text.parse::<Arn>().ok()?;
    let is_ours = arn.service == "elasticloadbalancing"
        && arn.partition == scope.partition.as_str()
        && arn.region == scope.region.as_str()
        && arn.account == scope.account.as_str();
    let kind = Kind::of(&arn.resource).filter(|_| is_ours)?;
    Some((kind, arn.resource))
}

/// The resource part of an ARN of that kind. An ARN of another account or Region is none, as AWS says.
pub(crate) fn resource(scope: &Scope, text: &str, kind: Kind) -> Result<String, Error> {
    match read(scope, text) {
        Some((found, resource)) if found == kind => Ok(resource),
        _ => Err(Validation::Arn(text.to_owned(), kind).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, read};
    use base::{AccountId, Region, Scope};

    #[test]
    fn an_arn_is_of_one_kind_and_of_its_scope() {
        let scope = Scope::new(AccountId::DEFAULT, Region::us_east_1());
        for (resource, want) in [
            ("loadbalancer/app/web/50dc6c495c0c9188", Some(Kind::LoadBalancer)),
            ("loadbalancer/web", None),
            ("loadbalancer/xyz/web/50dc6c495c0c9188", None),
            ("listener/net/web/50dc6c495c0c9188/f2f7dc8efc522ab2", Some(Kind::Listener)),
            ("listener/net/web//f2f7dc8efc522ab2", None),
            ("listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee", Some(Kind::Rule)),
            ("targetgroup/web/73e2d6bc24d8a067", Some(Kind::TargetGroup)),
            ("truststore/web/73e2d6bc24d8a067", Some(Kind::TrustStore)),
            ("", None),
        ] {
            let arn = super::arn(&scope, resource);
            assert_eq!(read(&scope, &arn).map(|(kind, _)| kind), want, "{arn}");
            let elsewhere = Scope::new(AccountId::DEFAULT, Region::parse("eu-west-1").unwrap());
            assert_eq!(read(&elsewhere, &arn), None, "{arn}");
        }
    }
}
