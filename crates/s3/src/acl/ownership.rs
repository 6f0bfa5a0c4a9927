//! Who owns what is written, and whether ACLs count: the bucket's ownership controls and its public access block.

use crate::bucket::record::BucketRow;
use crate::configuration::public_access_block;
use crate::configuration::record::{self, Configurations};
use crate::error::{Configuration, Error};
use shapes_s3 as api;

/// The object ownership of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ownership {
    /// ACLs are off; the bucket's owner owns everything.
    BucketOwnerEnforced,
    /// The bucket's owner owns what is written with `bucket-owner-full-control`.
    BucketOwnerPreferred,
    /// Who writes owns. Also a bucket whose controls were deleted.
    ObjectWriter,
}

impl Ownership {
    /// That of a bucket.
    pub(crate) fn of(rows: &impl Configurations, bucket: &str) -> Result<Self, Error> {
        let controls: Option<api::OwnershipControls> =
            record::stored(rows, bucket, Configuration::OwnershipControls)?;
        let rule = controls.and_then(|controls| controls.rules).and_then(|rules| rules.into_iter().next());
        let name = rule.and_then(|rule| rule.object_ownership);
        Ok(name.as_deref().and_then(Self::parse).unwrap_or(Self::ObjectWriter))
    }

    /// As the API writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::BucketOwnerEnforced => "BucketOwnerEnforced",
            Self::BucketOwnerPreferred => "BucketOwnerPreferred",
            Self::ObjectWriter => "ObjectWriter",
        }
    }

    /// Reads the name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "BucketOwnerEnforced" => Self::BucketOwnerEnforced,
            "BucketOwnerPreferred" => Self::BucketOwnerPreferred,
            "ObjectWriter" => Self::ObjectWriter,
            _ => return None,
        })
    }
}

/// Whether the bucket takes no ACL that lets in whoever is not named (`BlockPublicAcls`).
pub(crate) fn blocks_public_acls(rows: &impl Configurations, bucket: &BucketRow) -> Result<bool, Error> {
    Ok(public_access_block::of(rows, bucket)?.block_public_acls == Some(true))
}
