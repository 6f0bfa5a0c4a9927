//! What access control lists grant, by action.
//!
//! Source: Amazon S3 User Guide, "Mapping of ACL permissions and access policy permissions".

use crate::acl::{Acl, Grantee, Group, Permission};
use crate::owner;
use policy::decide::Reach;
use ports::{CallerKind, Cx};

/// The permission on a bucket's ACL that grants an action.
pub(super) fn on_bucket(action: &str) -> Option<Permission> {
    match action.strip_prefix("s3:")? {
        "ListBucket" | "ListBucketVersions" | "ListBucketMultipartUploads" => Some(Permission::Read),
        "PutObject" => Some(Permission::Write),
        "GetBucketAcl" => Some(Permission::ReadAcp),
        "PutBucketAcl" => Some(Permission::WriteAcp),
        _ => None,
    }
}

/// The permission on an object's ACL that grants an action.
pub(super) fn on_object(action: &str) -> Option<Permission> {
    match action.strip_prefix("s3:")? {
        "GetObject" | "GetObjectVersion" => Some(Permission::Read),
        "GetObjectAcl" | "GetObjectVersionAcl" => Some(Permission::ReadAcp),
        "PutObjectAcl" | "PutObjectVersionAcl" => Some(Permission::WriteAcp),
        _ => None,
    }
}

/// The caller, as grants know it.
pub(super) struct Visitor {
    /// The canonical id of its account, if it has one.
    id: Option<String>,
    is_signed: bool,
    /// Grants to whoever is not named do not count.
    ignores_public: bool,
}

impl Visitor {
    pub(super) fn of(cx: &Cx, ignores_public: bool) -> Self {
        let caller = cx.caller();
        let is_signed = !matches!(caller.kind, CallerKind::Anonymous | CallerKind::Service(_));
        Self { id: is_signed.then(|| owner::canonical_id(caller.account)), is_signed, ignores_public }
    }

    /// How far a list's grants of a permission reach the visitor.
    pub(super) fn granted(&self, acl: &Acl, permission: Option<Permission>) -> Option<Reach> {
        let permission = permission?;
        let grants = acl.grants.iter();
        let of_action = grants
            .filter(|grant| grant.permission == permission || grant.permission == Permission::FullControl);
        of_action.filter_map(|grant| self.reach(&grant.grantee)).max()
    }

    fn reach(&self, grantee: &Grantee) -> Option<Reach> {
        match grantee {
            Grantee::Account(id) => (self.id.as_ref() == Some(id)).then_some(Reach::Account),
            Grantee::Group(Group::AllUsers) => (!self.ignores_public).then_some(Reach::Direct),
            Grantee::Group(Group::AuthenticatedUsers) => {
                (!self.ignores_public && self.is_signed).then_some(Reach::Direct)
            }
            // S3 writes its logs by itself.
            Grantee::Group(Group::LogDelivery) => None,
        }
    }
}
