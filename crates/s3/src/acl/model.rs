//! Access control lists: who is granted what. What is true of them in any storage.
//!
//! Source: Amazon S3 User Guide, "Access control list (ACL) overview".

use serde::{Deserialize, Serialize};

/// The EC2 team, whom `aws-exec-read` lets read machine images.
const EC2_TEAM: &str = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";
/// What the URIs of groups begin with.
const GROUPS: &str = "http://acs.amazonaws.com/groups/";

/// What a grant allows. On an object `Write` allows nothing, and is stored all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Permission {
    #[serde(rename = "FULL_CONTROL")]
    FullControl,
    #[serde(rename = "READ")]
    Read,
    #[serde(rename = "WRITE")]
    Write,
    #[serde(rename = "READ_ACP")]
    ReadAcp,
    #[serde(rename = "WRITE_ACP")]
    WriteAcp,
}

impl Permission {
    const ALL: [Self; 5] = [Self::FullControl, Self::Read, Self::Write, Self::ReadAcp, Self::WriteAcp];

    /// As documents write it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::FullControl => "FULL_CONTROL",
            Self::Read => "READ",
            Self::Write => "WRITE",
            Self::ReadAcp => "READ_ACP",
            Self::WriteAcp => "WRITE_ACP",
        }
    }

    /// The header that grants it.
    pub(crate) const fn header(self) -> &'static str {
        match self {
            Self::FullControl => "x-amz-grant-full-control",
            Self::Read => "x-amz-grant-read",
            Self::Write => "x-amz-grant-write",
            Self::ReadAcp => "x-amz-grant-read-acp",
            Self::WriteAcp => "x-amz-grant-write-acp",
        }
    }

    /// Reads the name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.name() == name)
    }
}

/// The groups that S3 knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Group {
    /// Anybody, signed or not.
    AllUsers,
    /// Anybody with an account.
    AuthenticatedUsers,
    /// S3 itself, where it writes access logs.
    LogDelivery,
}

impl Group {
    const ALL: [Self; 3] = [Self::AllUsers, Self::AuthenticatedUsers, Self::LogDelivery];

    /// Its URI.
    pub(crate) fn uri(self) -> String {
        let path = match self {
            Self::AllUsers => "global/AllUsers",
            Self::AuthenticatedUsers => "global/AuthenticatedUsers",
            Self::LogDelivery => "s3/LogDelivery",
        };
        format!("{GROUPS}{path}")
    }

    /// Reads the URI.
    pub(crate) fn parse(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.uri() == uri)
    }

    /// Whether whoever is not named belongs to it.
    const fn is_public(self) -> bool {
        match self {
            Self::AllUsers | Self::AuthenticatedUsers => true,
            Self::LogDelivery => false,
        }
    }
}

/// Whom a grant is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Grantee {
    /// An account, by its canonical id.
    Account(String),
    /// A group.
    Group(Group),
}

impl Grantee {
    /// An account's grantee; `None` where the id has not the form of one.
    pub(crate) fn account(id: &str) -> Option<Self> {
        let fits = id.len() == 64 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self::Account(id.to_owned()))
    }
}

/// One grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) grantee: Grantee,
    pub(crate) permission: Permission,
}

/// The grants of a bucket or an object, in the order they were given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Acl {
    pub(crate) grants: Vec<Grant>,
}

impl Acl {
    /// Full control of one account: what everything begins with.
    pub(crate) fn full_control_of(account: &str) -> Self {
        let grantee = Grantee::Account(account.to_owned());
        Self { grants: vec![Grant { grantee, permission: Permission::FullControl }] }
    }

    /// Whether it lets anybody in who is not named.
    pub(crate) fn is_public(&self) -> bool {
        self.grants.iter().any(|grant| match &grant.grantee {
            Grantee::Group(group) => group.is_public(),
            Grantee::Account(_) => false,
        })
    }

    fn and(mut self, grantee: Grantee, permission: Permission) -> Self {
        self.grants.push(Grant { grantee, permission });
        self
    }
}

/// What an ACL belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bucket,
    Object,
}

/// ACLs that have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Canned {
    Private,
    PublicRead,
    PublicReadWrite,
    AuthenticatedRead,
    AwsExecRead,
    LogDeliveryWrite,
    BucketOwnerRead,
    BucketOwnerFullControl,
}

impl Canned {
    /// Reads the name; log delivery is for buckets only.
    pub(crate) fn parse(name: &str, kind: Kind) -> Option<Self> {
        Some(match name {
            "private" => Self::Private,
            "public-read" => Self::PublicRead,
            "public-read-write" => Self::PublicReadWrite,
            "authenticated-read" => Self::AuthenticatedRead,
            "aws-exec-read" => Self::AwsExecRead,
            "log-delivery-write" if kind == Kind::Bucket => Self::LogDeliveryWrite,
            "bucket-owner-read" => Self::BucketOwnerRead,
            "bucket-owner-full-control" => Self::BucketOwnerFullControl,
            _ => return None,
        })
    }

    /// The grants it stands for. The owner comes first; of a bucket, those for its owner add nothing.
    pub(crate) fn grants(self, owner: &str, bucket_owner: &str) -> Acl {
        let own = Acl::full_control_of(owner);
        let everybody = Grantee::Group(Group::AllUsers);
        let other_owner = || Grantee::Account(bucket_owner.to_owned());
        match self {
            Self::Private => own,
            Self::PublicRead => own.and(everybody, Permission::Read),
            Self::PublicReadWrite => {
                own.and(everybody.clone(), Permission::Read).and(everybody, Permission::Write)
            }
            Self::AuthenticatedRead => own.and(Grantee::Group(Group::AuthenticatedUsers), Permission::Read),
            Self::AwsExecRead => own.and(Grantee::Account(EC2_TEAM.to_owned()), Permission::Read),
            Self::LogDeliveryWrite => own
                .and(Grantee::Group(Group::LogDelivery), Permission::Write)
                .and(Grantee::Group(Group::LogDelivery), Permission::ReadAcp),
            Self::BucketOwnerRead | Self::BucketOwnerFullControl if owner == bucket_owner => own,
            Self::BucketOwnerRead => own.and(other_owner(), Permission::Read),
            Self::BucketOwnerFullControl => own.and(other_owner(), Permission::FullControl),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Canned, Kind};

    #[test]
    fn canned_acls_stand_for_their_grants() {
        for (name, kind, want) in [
            ("private", Kind::Bucket, "o=FULL_CONTROL"),
            ("public-read", Kind::Object, "o=FULL_CONTROL AllUsers=READ"),
            ("public-read-write", Kind::Bucket, "o=FULL_CONTROL AllUsers=READ AllUsers=WRITE"),
            ("authenticated-read", Kind::Bucket, "o=FULL_CONTROL AuthenticatedUsers=READ"),
            ("log-delivery-write", Kind::Bucket, "o=FULL_CONTROL LogDelivery=WRITE LogDelivery=READ_ACP"),
            ("log-delivery-write", Kind::Object, "unknown"),
            ("bucket-owner-read", Kind::Object, "o=FULL_CONTROL b=READ"),
            ("bucket-owner-full-control", Kind::Object, "o=FULL_CONTROL b=FULL_CONTROL"),
            ("Private", Kind::Bucket, "unknown"),
            ("", Kind::Bucket, "unknown"),
        ] {
            let shown = Canned::parse(name, kind).map(|canned| {
                let grants = canned.grants("o", "b").grants;
                let texts = grants.iter().map(|grant| match &grant.grantee {
                    super::Grantee::Account(id) => format!("{id}={}", grant.permission.name()),
                    super::Grantee::Group(group) => {
                        let uri = group.uri();
                        format!("{}={}", uri.rsplit('/').next().unwrap(), grant.permission.name())
                    }
                });
                texts.collect::<Vec<_>>().join(" ")
            });
            assert_eq!(shown.as_deref().unwrap_or("unknown"), want, "{name}");
        }
    }

    #[test]
    fn only_groups_anybody_belongs_to_are_public() {
        for (name, want) in [
            ("private", false),
            ("public-read", true),
            ("authenticated-read", true),
            ("log-delivery-write", false),
            ("aws-exec-read", false),
        ] {
            let canned = Canned::parse(name, Kind::Bucket).unwrap();
            assert_eq!(canned.grants("o", "o").is_public(), want, "{name}");
        }
    }
}
