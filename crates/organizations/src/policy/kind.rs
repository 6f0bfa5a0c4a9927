//! The kinds of policies that are built: those that decide about calls.

use crate::error::Error;
use base::Partition;
use policy::grammar::{Grammar, check};
use serde::{Deserialize, Serialize};

/// A kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum PolicyKind {
    ServiceControl,
    ResourceControl,
}

/// The policy of AWS that allows everything of its kind.
pub(crate) struct Full {
    pub(crate) kind: PolicyKind,
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) content: &'static str,
}

impl Full {
    pub(crate) fn arn(&self, partition: Partition) -> String {
        format!("arn:{}:organizations::aws:policy/{}/{}", partition.as_str(), self.kind.word(), self.id)
    }
}

static SERVICE: Full = Full {
    kind: PolicyKind::ServiceControl,
    id: "p-FullAWSAccess",
    name: "FullAWSAccess",
    description: "Allows access to every operation",
    content: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
};

static RESOURCE: Full = Full {
    kind: PolicyKind::ResourceControl,
    id: "p-RCPFullAWSAccess",
    name: "RCPFullAWSAccess",
    description: "Allows access to every resource",
    content: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
};

impl PolicyKind {
    pub(crate) const ALL: [Self; 2] = [Self::ServiceControl, Self::ResourceControl];

    /// As the API calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ServiceControl => "SERVICE_CONTROL_POLICY",
            Self::ResourceControl => "RESOURCE_CONTROL_POLICY",
        }
    }

    /// As ARNs call it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::ServiceControl => "service_control_policy",
            Self::ResourceControl => "resource_control_policy",
        }
    }

    /// The one of that name; `None` for kinds that are not built.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(crate) fn full(self) -> &'static Full {
        match self {
            Self::ServiceControl => &SERVICE,
            Self::ResourceControl => &RESOURCE,
        }
    }

    /// Policies of this kind that are attached to one root, unit or account at the most. Raised for service control
    /// policies in May 2026. Source: AWS Organizations User Guide, "Quotas".
    pub(crate) fn most_attached(self) -> usize {
        match self {
            Self::ServiceControl => 10,
            Self::ResourceControl => 5,
        }
    }

    /// Characters of a document at the most, white space included; the same source.
    fn most_characters(self) -> usize {
        match self {
            Self::ServiceControl => 10_240,
            Self::ResourceControl => 5120,
        }
    }

    /// Refuses a document that is too long or no policy of this kind.
    pub(crate) fn check(self, content: &str) -> Result<(), Error> {
        if content.chars().count() > self.most_characters() {
            return Err(Error::PolicyTooLong);
        }
        let grammar = match self {
            Self::ServiceControl => Grammar::ServiceControl,
            Self::ResourceControl => Grammar::ResourceControl,
        };
        check(&grammar, content).map_err(|refusal| Error::Malformed(refusal.sentence()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::PolicyKind::{self, ResourceControl, ServiceControl};
    use crate::error::Error;

    const DENY: &str = r#""Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*""#;

    #[track_caller]
    fn checked(kind: PolicyKind, statement: &str, padding: usize) -> Result<(), Error> {
        let document = format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}"#);
        kind.check(&format!("{document}{}", " ".repeat(padding)))
    }

    #[test]
    fn each_kind_has_its_grammar() {
        let refused = Error::Malformed(
            "The provided policy document does not meet the requirements of the specified policy type."
                .to_owned(),
        );
        let allow = r#""Effect":"Allow","Action":"s3:*","Resource":"*""#;
        assert_eq!(checked(ServiceControl, allow, 0), Ok(()));
        assert_eq!(checked(ServiceControl, DENY, 0), Err(refused.clone()));
        assert_eq!(checked(ResourceControl, DENY, 0), Ok(()));
        assert_eq!(checked(ResourceControl, allow, 0), Err(refused.clone()));
        assert_eq!(ServiceControl.check("{"), Err(refused));
    }

    #[test]
    fn white_space_counts() {
        let length = format!(r#"{{"Version":"2012-10-17","Statement":[{{{DENY}}}]}}"#).len();
        assert_eq!(checked(ResourceControl, DENY, 5120 - length), Ok(()));
        assert_eq!(checked(ResourceControl, DENY, 5121 - length), Err(Error::PolicyTooLong));
    }

    #[test]
    fn the_policies_of_aws_are_policies() {
        for kind in PolicyKind::ALL {
            assert!(policy::document::Document::parse(kind.full().content).is_ok(), "{kind:?}");
            assert_eq!(PolicyKind::of(kind.name()), Some(kind));
        }
        assert_eq!(PolicyKind::of("TAG_POLICY"), None);
    }
}
