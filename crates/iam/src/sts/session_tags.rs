//! Session tags, and what a chain of roles hands on.

use crate::error::{Error, Refusal};
use ports::{Session, SessionTag};
use shapes_sts as sts;

/// Tags of a session at the most.
const MOST_TAGS: usize = 50;

/// Reads tags and which of them are transitive.
pub(super) fn read(
    tags: Option<Vec<sts::Tag>>,
    transitive: Option<Vec<String>>,
) -> Result<Vec<SessionTag>, Error> {
    let transitive = transitive.unwrap_or_default();
    let mut read: Vec<SessionTag> = Vec::new();
    for tag in tags.unwrap_or_default() {
        let (key, value) = (tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
        if find(&read, &key).is_some() {
            let sentence = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(Refusal::Value(sentence).into());
        }
        let is_transitive = transitive.iter().any(|other| same(other, &key));
        read.push(SessionTag { key, value, is_transitive });
    }
    if read.len() > MOST_TAGS {
        return Err(Refusal::Constraint("tags", MOST_TAGS).into());
    }
    if transitive.iter().any(|key| find(&read, key).is_none()) {
        let sentence = "The specified transitive tag key must be included in the requested tags.";
        return Err(Refusal::Value(sentence).into());
    }
    Ok(read)
}

/// The tags of a session that `caller` opens with `own` ones: its transitive tags come along and stay as they are.
pub(super) fn inherit(caller: Option<&Session>, own: Vec<SessionTag>) -> Result<Vec<SessionTag>, Error> {
    let handed = caller.map(|session| session.tags.as_slice()).unwrap_or_default();
    let mut tags: Vec<SessionTag> = handed.iter().filter(|tag| tag.is_transitive).cloned().collect();
    if own.iter().any(|tag| find(&tags, &tag.key).is_some()) {
        let sentence = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
        return Err(Refusal::Value(sentence).into());
    }
    tags.extend(own);
    Ok(tags)
}

/// The source identity of a session that `caller` opens: once there is one it stays.
pub(super) fn source_identity(
    caller: Option<&Session>,
    own: Option<String>,
) -> Result<Option<String>, Error> {
    let handed = caller.and_then(|session| session.source_identity.clone());
    match (handed, own) {
        (Some(handed), Some(own)) if handed != own => {
            let sentence = "SourceIdentity cannot be changed once it has been set by the calling session.";
            Err(Refusal::Value(sentence).into())
        }
        (_, Some(own)) if own.to_lowercase().starts_with("aws:") => {
            Err(Refusal::Value("SourceIdentity must not begin with aws:").into())
        }
        (handed, own) => Ok(handed.or(own)),
    }
}

fn find<'t>(tags: &'t [SessionTag], key: &str) -> Option<&'t SessionTag> {
    tags.iter().find(|tag| same(&tag.key, key))
}

/// Keys ignore case.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
