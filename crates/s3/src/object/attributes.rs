//! What is stored of an object beside its bytes: system headers, user metadata, tags, storage class.

use crate::acl::Access;
use crate::error::Error;
use crate::object::metadata;
use crate::tagging::TagSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most bytes of user metadata, names and values together.
const MOST_METADATA: usize = 2048;

/// How an object is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StorageClass {
    #[default]
    #[serde(rename = "STANDARD")]
    Standard,
    #[serde(rename = "REDUCED_REDUNDANCY")]
    ReducedRedundancy,
    #[serde(rename = "STANDARD_IA")]
    StandardIa,
    #[serde(rename = "ONEZONE_IA")]
    OnezoneIa,
    #[serde(rename = "INTELLIGENT_TIERING")]
    IntelligentTiering,
    #[serde(rename = "GLACIER")]
    Glacier,
    #[serde(rename = "GLACIER_IR")]
    GlacierIr,
    #[serde(rename = "DEEP_ARCHIVE")]
    DeepArchive,
}

impl StorageClass {
    const ALL: [Self; 8] = [
        Self::Standard,
        Self::ReducedRedundancy,
        Self::StandardIa,
        Self::OnezoneIa,
        Self::IntelligentTiering,
        Self::Glacier,
        Self::GlacierIr,
        Self::DeepArchive,
    ];

    /// As the API writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::ReducedRedundancy => "REDUCED_REDUNDANCY",
            Self::StandardIa => "STANDARD_IA",
            Self::OnezoneIa => "ONEZONE_IA",
            Self::IntelligentTiering => "INTELLIGENT_TIERING",
            Self::Glacier => "GLACIER",
            Self::GlacierIr => "GLACIER_IR",
            Self::DeepArchive => "DEEP_ARCHIVE",
        }
    }

    /// Reads the header; STANDARD where there is none.
    pub(crate) fn parse(name: Option<&str>) -> Result<Self, Error> {
        let Some(name) = name else { return Ok(Self::Standard) };
        let found = Self::ALL.into_iter().find(|class| class.name() == name);
        found.ok_or_else(|| Error::InvalidStorageClass(name.to_owned()))
    }

    /// As GET and HEAD show it: STANDARD is left out.
    pub(crate) fn shown(self) -> Option<String> {
        (self != Self::Standard).then(|| self.name().to_owned())
    }

    /// Whether the bytes cannot be read before they are restored.
    pub(crate) const fn is_archived(self) -> bool {
        matches!(self, Self::Glacier | Self::DeepArchive)
    }
}

/// What is stored beside the bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Attributes {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cache_control: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content_disposition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content_encoding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content_language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content_type: Option<String>,
    /// Free text: it comes back as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) website_redirect_location: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) metadata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "TagSet::is_empty")]
    pub(crate) tags: TagSet,
    /// Never copied: every write says it anew.
    #[serde(default, skip_serializing_if = "Access::is_plain")]
    pub(crate) access: Access,
    #[serde(default, skip_serializing_if = "is_standard")]
    pub(crate) storage_class: StorageClass,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_standard(class: &StorageClass) -> bool {
    *class == StorageClass::Standard
}

/// Reads the stored headers of a request; PutObject, CopyObject and CreateMultipartUpload share them by name.
macro_rules! attributes {
    ($input:expr) => {
        $crate::object::attributes::Attributes {
            cache_control: $input.cache_control.take(),
            content_disposition: $input.content_disposition.take(),
            content_encoding: $crate::object::attributes::stored_encoding($input.content_encoding.take()),
            content_language: $input.content_language.take(),
            content_type: $input.content_type.take(),
            expires: $input.expires.take(),
            website_redirect_location: $crate::object::attributes::stored_redirect(
                $input.website_redirect_location.take(),
            )?,
            metadata: $crate::object::attributes::stored_metadata($input.metadata.take())?,
            tags: $crate::tagging::parse_header($input.tagging.as_deref())?,
            // Who writes, and into which bucket, is known to the operation alone.
            access: $crate::acl::Access::default(),
            storage_class: $crate::object::attributes::StorageClass::parse($input.storage_class.as_deref())?,
        }
    };
}
pub(crate) use attributes;

/// The encoding of the content itself: `aws-chunked` says how it travelled.
pub(crate) fn stored_encoding(sent: Option<String>) -> Option<String> {
    let sent = sent?;
    if !sent.contains("aws-chunked") {
        return Some(sent);
    }
    let kept: Vec<&str> =
        sent.split(',').map(str::trim).filter(|part| *part != "aws-chunked" && !part.is_empty()).collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

/// Where a website leads whoever asks for the object: to another of its pages, or to another site.
pub(crate) fn stored_redirect(sent: Option<String>) -> Result<Option<String>, Error> {
    let leads = |to: &String| ["http://", "https://", "/"].iter().any(|prefix| to.starts_with(prefix));
    match sent.as_ref().is_none_or(leads) {
        true => Ok(sent),
        false => Err(Error::InvalidRedirectLocation),
    }
}

/// User metadata: lower-case names, decoded values, at most 2 KiB together.
pub(crate) fn stored_metadata(
    sent: Option<BTreeMap<String, String>>,
) -> Result<BTreeMap<String, String>, Error> {
    let sent = sent.unwrap_or_default();
    let size: usize = sent.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > MOST_METADATA {
        return Err(Error::MetadataTooLarge(size));
    }
    Ok(sent.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), metadata::decode(&value))).collect())
}

#[cfg(test)]
mod tests {
    use super::stored_encoding;

    #[test]
    fn the_framing_is_no_encoding_of_the_content() {
        for (sent, stored) in [
            ("gzip", Some("gzip")),
            ("aws-chunked", None),
            ("gzip,aws-chunked", Some("gzip")),
            ("aws-chunked, gzip", Some("gzip")),
            ("", Some("")),
        ] {
            assert_eq!(stored_encoding(Some(sent.to_owned())).as_deref(), stored, "{sent}");
        }
    }
}
