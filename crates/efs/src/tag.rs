//! Tags of file systems and access points, by the older operations and the newer ones: both see the same.

use crate::Efs;
use crate::access_point::AccessPoint;
use crate::error::{Bad, Error};
use crate::event::Changed;
use crate::file_system::FileSystem;
use crate::listing::Asked;
use base::Tags;
use ports::Cx;
use shape::Empty;
use shapes_efs as api;
use store::Rows;

/// Tags of one resource at the most.
const MOST: usize = 50;

/// The tag that AWS shows on what is backed up.
const BACKUP_TAG: (&str, &str) = ("aws:elasticfilesystem:default-backup", "enabled");

/// Reads the tags of a request.
pub(crate) fn read(given: Option<Vec<api::Tag>>) -> Result<Tags, Error> {
    let mut tags = Tags::default();
    for tag in given.unwrap_or_default() {
        if tags.0.insert(tag.key.unwrap_or_default(), tag.value.unwrap_or_default()).is_some() {
            return Err(Bad::TagTwice.into());
        }
    }
    require_few(&tags)?;
    Ok(tags)
}

fn require_few(tags: &Tags) -> Result<(), Error> {
    if tags.0.len() > MOST { Err(Bad::Tags.into()) } else { Ok(()) }
}

/// Tags, as they are answered.
pub(crate) fn shape(tags: &Tags) -> Vec<api::Tag> {
    let pair =
        |(key, value): (&str, &str)| api::Tag { key: Some(key.to_owned()), value: Some(value.to_owned()) };
    tags.iter().map(pair).collect()
}

/// The tags that a file system shows: its own, and AWS's where it is backed up.
pub(crate) fn shown(own: &FileSystem) -> Tags {
    let mut tags = own.tags.clone();
    if own.backup.as_ref().is_some_and(|backup| backup.is_on()) {
        tags.0.insert(BACKUP_TAG.0.to_owned(), BACKUP_TAG.1.to_owned());
    }
    tags
}

/// What has tags.
enum Tagged {
    FileSystem(FileSystem),
    AccessPoint(AccessPoint),
}

impl Tagged {
    fn find(rows: &impl Rows, cx: &Cx, text: &str) -> Result<Self, Error> {
        if text.rsplit('/').next().is_some_and(|id| id.starts_with("fsap-")) {
            let found = AccessPoint::find(rows, cx.scope(), text)?;
            return Ok(Self::AccessPoint((*found).clone()));
        }
        FileSystem::find(rows, cx.scope(), text).map(|found| Self::FileSystem((*found).clone()))
    }

    fn shown(&self) -> Tags {
        match self {
            Self::FileSystem(own) => shown(own),
            Self::AccessPoint(own) => own.tags.clone(),
        }
    }
}

fn change(cx: &Cx, text: &str, change: impl Fn(&mut Tags)) -> Result<Empty, Error> {
    cx.write(|tx| {
        match Tagged::find(tx, cx, text)? {
            Tagged::FileSystem(mut own) => {
                change(&mut own.tags);
                require_few(&own.tags)?;
                tx.emit(&Changed { kind: "TagsChanged", resource: own.arn() });
                tx.put(own);
            }
            Tagged::AccessPoint(mut own) => {
                change(&mut own.tags);
                require_few(&own.tags)?;
                tx.emit(&Changed { kind: "TagsChanged", resource: own.arn() });
                tx.put(own);
            }
        }
        Ok(Empty {})
    })
}

/// A page of something's tags, by key.
fn page(
    cx: &Cx,
    text: &str,
    call: &'static str,
    asked: &Asked<'_>,
) -> Result<(Vec<api::Tag>, Option<String>), Error> {
    let tags = cx.read(|view| Tagged::find(view, cx, text))?.shown();
    // A key may be longer than a token: the page is told by its place.
    let places = shape(&tags).into_iter().enumerate();
    let (page, next) = asked.page(cx, &[call, text], places, |(place, _)| format!("{place:02}"))?;
    Ok((page.into_iter().map(|(_, tag)| tag).collect(), next))
}

/// `TagResource`.
pub(crate) fn add(cx: &Cx, _svc: &Efs, input: api::TagResourceRequest) -> Result<Empty, Error> {
    let tags = read(input.tags)?;
    change(cx, &input.resource_id.unwrap_or_default(), |own| own.0.extend(tags.0.clone()))
}

/// `UntagResource`: keys that are not there are no error.
pub(crate) fn remove(cx: &Cx, _svc: &Efs, input: api::UntagResourceRequest) -> Result<Empty, Error> {
    let keys = input.tag_keys.unwrap_or_default();
    change(cx, &input.resource_id.unwrap_or_default(), |own| own.0.retain(|key, _| !keys.contains(key)))
}

/// `ListTagsForResource`.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Efs,
    input: api::ListTagsForResourceRequest,
) -> Result<api::ListTagsForResourceResponse, Error> {
    let asked = Asked::tokened(&input.next_token, input.max_results);
    let id = input.resource_id.unwrap_or_default();
    let (tags, next_token) = page(cx, &id, "ListTagsForResource", &asked)?;
    Ok(api::ListTagsForResourceResponse { tags: Some(tags), next_token })
}

/// `CreateTags`, the older `TagResource` of file systems.
pub(crate) fn add_older(cx: &Cx, _svc: &Efs, input: api::CreateTagsRequest) -> Result<Empty, Error> {
    let tags = read(input.tags)?;
    change(cx, &input.file_system_id.unwrap_or_default(), |own| own.0.extend(tags.0.clone()))
}

/// `DeleteTags`, the older `UntagResource`.
pub(crate) fn remove_older(cx: &Cx, _svc: &Efs, input: api::DeleteTagsRequest) -> Result<Empty, Error> {
    let keys = input.tag_keys.unwrap_or_default();
    change(cx, &input.file_system_id.unwrap_or_default(), |own| own.0.retain(|key, _| !keys.contains(key)))
}

/// `DescribeTags`, the older `ListTagsForResource`.
pub(crate) fn list_older(
    cx: &Cx,
    _svc: &Efs,
    input: api::DescribeTagsRequest,
) -> Result<api::DescribeTagsResponse, Error> {
    let asked = Asked::marked(&input.marker, input.max_items);
    let (tags, next_marker) = page(cx, &input.file_system_id.unwrap_or_default(), "DescribeTags", &asked)?;
    Ok(api::DescribeTagsResponse { marker: input.marker, tags: Some(tags), next_marker })
}
