//! What is stored of a new object's owner and ACL.

use super::model::{Acl, Kind};
use super::ownership::{Ownership, blocks_public_acls};
use super::request::{Asked, Owners};
use crate::bucket::record::BucketRow;
use crate::error::Error;
use crate::owner;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_s3 as api;

/// An object's owner and ACL, where they are not what every object begins with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Access {
    /// The canonical id of its owner; `None` for the bucket's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<String>,
    /// `None` for the owner's full control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acl: Option<Acl>,
}

impl Access {
    /// Nothing beyond what every object begins with.
    pub(crate) fn is_plain(&self) -> bool {
        self.owner.is_none() && self.acl.is_none()
    }

    /// The canonical id of the owner.
    pub(crate) fn owner(&self, bucket: &BucketRow) -> String {
        self.owner.clone().unwrap_or_else(|| owner::canonical_id(bucket.account))
    }

    /// The owner, as lists show it.
    pub(crate) fn shown_owner(&self, bucket: &BucketRow) -> api::Owner {
        api::Owner { id: Some(self.owner(bucket)), display_name: None }
    }

    /// What a request that writes an object into the bucket gives it.
    pub(crate) fn of_new_object(cx: &Cx, bucket: &BucketRow, asked: &Asked<'_>) -> Result<Self, Error> {
        let bucket_owner = owner::canonical_id(bucket.account);
        let writer = owner::canonical_id_of(cx.caller());
        // Nearly every write: the bucket's owner, and nothing said of ACLs.
        if asked.is_empty() && writer == bucket_owner {
            return Ok(Self::default());
        }
        let (ownership, blocked) = cx.read(|view| {
            Ok::<_, Error>((Ownership::of(view, &bucket.id)?, blocks_public_acls(view, bucket)?))
        })?;
        let own = match ownership {
            Ownership::BucketOwnerEnforced => &bucket_owner,
            Ownership::BucketOwnerPreferred if asked.canned == Some("bucket-owner-full-control") => {
                &bucket_owner
            }
            Ownership::BucketOwnerPreferred | Ownership::ObjectWriter => &writer,
        };
        let acl = asked.read(cx, Kind::Object, Owners { own, bucket: &bucket_owner })?;
        if ownership == Ownership::BucketOwnerEnforced {
            // `private` gives the bucket's owner full control where the owner writes, and is taken from nobody else:
            // so clients that always send it (rclone, scylla-manager) fail across accounts only.
            let true_anyway = match asked.canned {
                None | Some("bucket-owner-full-control") => asked.grants.is_empty(),
                Some("private") => asked.grants.is_empty() && writer == bucket_owner,
                Some(_) => false,
            };
            return if true_anyway { Ok(Self::default()) } else { Err(Error::AclNotSupported) };
        }
        if (blocked || asked.is_blocked(cx)) && acl.as_ref().is_some_and(Acl::is_public) {
            return Err(Error::AccessDenied);
        }
        Ok(Self {
            owner: Some(own).filter(|own| **own != bucket_owner).cloned(),
            acl: acl.filter(|acl| *acl != Acl::full_control_of(own)),
        })
    }
}
