//! Tags of roots, units, accounts and policies.

use crate::Organizations;
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::node::Node;
use crate::organization::{Organization, managed};
use crate::policy::Policy;
use base::Tags;
use ports::Cx;
use shape::Empty;
use shapes_organizations as api;
use std::sync::Arc;
use store::Rows;
use store::Tx;

/// Tags of one resource at the most.
const MOST: usize = 50;

/// Reads the tags of a request.
pub(crate) fn read(given: Option<Vec<api::Tag>>) -> Result<Tags, Error> {
    let mut tags = Tags::default();
    for tag in given.unwrap_or_default() {
        let (key, value) = (tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
        if tags.0.insert(key, value).is_some() {
            return Err(Error::TagTwice);
        }
    }
    if tags.0.len() > MOST { Err(Error::TooManyTags) } else { Ok(tags) }
}

/// What has tags.
enum Tagged {
    Node(Node),
    Policy(Policy),
}

impl Tagged {
    fn find(rows: &impl Rows, organization: &Arc<Organization>, id: &str) -> Result<Self, Error> {
        if id.starts_with("p-") {
            let policy = rows.row::<Policy>(&Policy::key_of(&organization.id, id));
            return policy.map(|policy| Self::Policy((*policy).clone())).ok_or(Error::NoTarget);
        }
        Node::find(rows, organization, id).map(Self::Node).ok_or(Error::NoTarget)
    }

    fn tags_mut(&mut self) -> &mut Tags {
        match self {
            Self::Node(node) => node.tags_mut(),
            Self::Policy(policy) => &mut policy.tags,
        }
    }
}

fn change(
    cx: &Cx,
    id: Option<&str>,
    change: impl Fn(&mut Tags) -> Result<(), Error>,
) -> Result<Empty, Error> {
    let id = id.unwrap_or_default();
    cx.write(|tx: &mut Tx| {
        let organization = managed(tx, cx)?;
        let mut tagged = Tagged::find(tx, &organization, id)?;
        change(tagged.tags_mut())?;
        match tagged {
            Tagged::Node(node) => {
                tx.emit(&Changed { kind: "TagsChanged", resource: node.arn(&organization) });
                node.put(tx);
            }
            Tagged::Policy(policy) => {
                tx.emit(&Changed { kind: "TagsChanged", resource: policy.arn(&organization) });
                tx.put(policy);
            }
        }
        Ok(Empty {})
    })
}

/// `TagResource`.
pub(crate) fn add(cx: &Cx, _svc: &Organizations, input: api::TagResourceRequest) -> Result<Empty, Error> {
    let tags = read(input.tags)?;
    change(cx, input.resource_id.as_deref(), |own| {
        own.0.extend(tags.0.clone());
        if own.0.len() > MOST { Err(Error::TooManyTags) } else { Ok(()) }
    })
}

/// `UntagResource`: keys that are not there are no error.
pub(crate) fn remove(
    cx: &Cx,
    _svc: &Organizations,
    input: api::UntagResourceRequest,
) -> Result<Empty, Error> {
    let keys = input.tag_keys.unwrap_or_default();
    change(cx, input.resource_id.as_deref(), |own| {
        own.0.retain(|key, _| !keys.contains(key));
        Ok(())
    })
}

/// `ListTagsForResource`, by key.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListTagsForResourceRequest,
) -> Result<api::ListTagsForResourceResponse, Error> {
    let id = input.resource_id.unwrap_or_default();
    // This list takes no number of items: AWS answers all of the fifty there may be.
    let asked = Asked { token: input.next_token, most: i32::try_from(MOST).ok() };
    let tags = cx.read(|view| {
        let organization = managed(view, cx)?;
        Tagged::find(view, &organization, &id).map(|mut tagged| tagged.tags_mut().clone())
    })?;
    let (tags, next_token) =
        asked.page(cx, &["ListTagsForResource", &id], tags.iter(), |(key, _)| (*key).to_owned())?;
    let shape = |(key, value): &(&str, &str)| api::Tag {
        key: Some((*key).to_owned()),
        value: Some((*value).to_owned()),
    };
    Ok(api::ListTagsForResourceResponse { tags: Some(tags.iter().map(shape).collect()), next_token })
}
