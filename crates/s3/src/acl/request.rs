//! What a request says of ACLs: a canned one, headers with grants, or a document; at most one of the three.

use super::model::{Acl, Canned, Grant, Grantee, Group, Kind, Permission};
use crate::access_point::record as points;
use crate::error::{AclFault, Argument, Error, Refusal};
use ports::Cx;
use shapes_s3 as api;

/// The headers of a request that concern ACLs.
pub(crate) struct Asked<'i> {
    /// What stands where the bucket's name would: it may be an access point.
    pub(crate) through: Option<&'i str>,
    pub(crate) canned: Option<&'i str>,
    pub(crate) grants: Vec<(Permission, &'i str)>,
}

/// Reads the ACL headers of a request; `write` for the operations that have `x-amz-grant-write`.
macro_rules! asked {
    ($input:expr) => {
        $crate::acl::asked!(@ $input, None)
    };
    ($input:expr, write) => {
        $crate::acl::asked!(@ $input, $input.grant_write.as_deref())
    };
    (@ $input:expr, $write:expr) => {{
        use $crate::acl::Permission;
        let grants = [
            (Permission::FullControl, $input.grant_full_control.as_deref()),
            (Permission::Read, $input.grant_read.as_deref()),
            (Permission::Write, $write),
            (Permission::ReadAcp, $input.grant_read_acp.as_deref()),
            (Permission::WriteAcp, $input.grant_write_acp.as_deref()),
        ];
        $crate::acl::Asked {
            through: $input.bucket.as_deref(),
            canned: $input.acl.as_deref(),
            grants: grants.into_iter().filter_map(|(permission, sent)| Some((permission, sent?))).collect(),
        }
    }};
}
pub(crate) use asked;

/// The two owners an ACL is read for.
#[derive(Clone, Copy)]
pub(crate) struct Owners<'o> {
    /// Of the bucket or the object itself, by canonical id.
    pub(crate) own: &'o str,
    /// Of the bucket.
    pub(crate) bucket: &'o str,
}

impl Asked<'_> {
    /// Whether it comes through an access point that takes no ACL that lets in whoever is not named.
    pub(crate) fn is_blocked(&self, cx: &Cx) -> bool {
        cx.read(|view| points::blocks_public_acls(view, cx.scope(), self.through.unwrap_or_default()))
    }

    /// Nothing is asked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.canned.is_none() && self.grants.is_empty()
    }

    /// The ACL the headers ask for, if any. Header grants replace everything: they do not add the owner.
    pub(crate) fn read(&self, cx: &Cx, kind: Kind, owners: Owners<'_>) -> Result<Option<Acl>, Error> {
        if let Some(name) = self.canned {
            if !self.grants.is_empty() {
                return Err(Error::InvalidRequest(Refusal::AclSeveral));
            }
            let unknown = || Error::InvalidArgument(Argument::CannedAcl(name.to_owned()));
            let canned = Canned::parse(name, kind).ok_or_else(unknown)?;
            return Ok(Some(canned.grants(owners.own, owners.bucket)));
        }
        if self.grants.is_empty() {
            return Ok(None);
        }
        let mut grants = Vec::new();
        for (permission, sent) in &self.grants {
            for one in sent.split(',') {
                grants.push(Grant {
                    grantee: grantee(cx, kind, *permission, one.trim())?,
                    permission: *permission,
                });
            }
        }
        Ok(Some(Acl { grants }))
    }
}

/// A grant by e-mail address: they ended in October 2025.
fn by_email(cx: &Cx, kind: Kind) -> Error {
    let head = cx.head();
    let mut parameters = head.query.as_deref().unwrap_or_default().split('&');
    let resource = match kind {
        _ if parameters.any(|parameter| parameter == "acl" || parameter == "acl=") => "ACL",
        Kind::Bucket => "BUCKET",
        Kind::Object => "OBJECT",
    };
    Error::Acl(AclFault::EmailGrantee { method: head.method.to_string(), resource })
}

/// `id="…"`, `uri="…"`; quotes may be left out.
fn grantee(cx: &Cx, kind: Kind, permission: Permission, text: &str) -> Result<Grantee, Error> {
    let unrecognized = || Error::InvalidArgument(Argument::GrantFormat(permission.header(), text.to_owned()));
    let (name, value) = text.split_once('=').ok_or_else(unrecognized)?;
    let value = value.trim().trim_matches('"');
    match name.trim() {
        "id" => Grantee::account(value)
            .ok_or_else(|| Error::InvalidArgument(Argument::GranteeId("id", value.to_owned()))),
        "uri" => Group::parse(value)
            .map(Grantee::Group)
            .ok_or_else(|| Error::InvalidArgument(Argument::GroupUri("uri", value.to_owned()))),
        "emailAddress" => Err(by_email(cx, kind)),
        _ => Err(unrecognized()),
    }
}

/// Reads a document. Its owner must be the one there is: an ACL gives nothing away.
pub(crate) fn document(
    cx: &Cx,
    kind: Kind,
    policy: &api::AccessControlPolicy,
    owner: &str,
) -> Result<Acl, Error> {
    let malformed = || Error::Acl(AclFault::Malformed);
    let named = policy.owner.as_ref().and_then(|owner| owner.id.as_deref()).ok_or_else(malformed)?;
    let sent = policy.grants.as_ref().ok_or_else(malformed)?;
    if Grantee::account(named).is_none() {
        return Err(Error::InvalidArgument(Argument::GranteeId("CanonicalUser/ID", named.to_owned())));
    }
    let mut grants = Vec::with_capacity(sent.len());
    for grant in sent {
        let permission = grant.permission.as_deref().and_then(Permission::parse).ok_or_else(malformed)?;
        let grantee = grant.grantee.as_ref().ok_or_else(malformed)?;
        grants.push(Grant { grantee: document_grantee(cx, kind, grantee)?, permission });
    }
    if named != owner {
        return Err(Error::AccessDenied);
    }
    Ok(Acl { grants })
}

fn document_grantee(cx: &Cx, kind: Kind, sent: &api::Grantee) -> Result<Grantee, Error> {
    let malformed = || Error::Acl(AclFault::Malformed);
    match sent.type_.as_deref() {
        Some("CanonicalUser") => {
            let id = sent.id.as_deref().ok_or_else(malformed)?;
            let wrong = || Error::InvalidArgument(Argument::GranteeId("CanonicalUser/ID", id.to_owned()));
            Grantee::account(id).ok_or_else(wrong)
        }
        Some("Group") => {
            let uri = sent.uri.as_deref().ok_or_else(malformed)?;
            let wrong = || Error::InvalidArgument(Argument::GroupUri("Group/URI", uri.to_owned()));
            Group::parse(uri).map(Grantee::Group).ok_or_else(wrong)
        }
        Some("AmazonCustomerByEmail") => Err(by_email(cx, kind)),
        _ => Err(malformed()),
    }
}
