//! Tags of hosted zones and health checks.

use crate::Route53;
use crate::error::Error;
use crate::event::Changed;
use crate::health_check::HealthCheck;
use crate::home::{arn, bare_id, home};
use crate::zone::{self, Zone};
use base::Tags;
use ports::Cx;
use shapes_route53 as api;
use std::sync::Arc;
use store::{Rows, Tx};

/// Tags of one resource at the most.
const MOST: usize = 50;
/// Characters of an id of a zone at the most.
const LONGEST_ZONE_ID: usize = 32;

/// What has tags.
enum Tagged {
    Zone(Arc<Zone>),
    Check(Arc<HealthCheck>),
}

impl Tagged {
    fn find(rows: &impl Rows, cx: &Cx, kind: Option<&str>, id: &str) -> Result<Self, Error> {
        match kind {
            Some("healthcheck") => HealthCheck::own(rows, cx, Some(id)).map(Self::Check),
            Some("hostedzone") if id.len() > LONGEST_ZONE_ID => Err(Error::Input(format!(
                "1 validation error detected: Value '{id}' at 'resourceId' failed to satisfy constraint: Member must have length less than or equal to {LONGEST_ZONE_ID}"
            ))),
            Some("hostedzone") => zone::own(rows, cx, Some(id)).map(Self::Zone),
            _ => Err(Error::NotBuilt("A health check source")),
        }
    }

    fn tags(&self) -> &Tags {
        match self {
            Self::Zone(zone) => &zone.tags,
            Self::Check(check) => &check.tags,
        }
    }

    fn put(&self, tx: &mut Tx, tags: Tags) {
        match self {
            Self::Zone(zone) => {
                let mut zone = (**zone).clone();
                zone.tags = tags;
                tx.put(zone);
            }
            Self::Check(check) => {
                let mut check = (**check).clone();
                check.tags = tags;
                tx.put(check);
            }
        }
    }
}

/// `ChangeTagsForResource`: keys that are to go and are not there are no error.
pub(crate) fn change(
    cx: &Cx,
    _svc: &Route53,
    input: api::ChangeTagsForResourceRequest,
) -> Result<api::ChangeTagsForResourceResponse, Error> {
    if input.add_tags.is_none() && input.remove_tag_keys.is_none() {
        return Err(Error::Input("The request must contain tags to add or keys to remove.".to_owned()));
    }
    let id = bare_id(input.resource_id.as_deref());
    cx.write(|tx| {
        let tagged = Tagged::find(tx, cx, input.resource_type.as_deref(), id)?;
        let mut tags = tagged.tags().clone();
        for key in input.remove_tag_keys.iter().flatten() {
            tags.0.remove(key);
        }
        for tag in input.add_tags.iter().flatten() {
            let key = tag.key.clone().filter(|key| !key.is_empty());
            let key = key.ok_or_else(|| Error::Input("Tag keys must not be empty.".to_owned()))?;
            if key.to_ascii_lowercase().starts_with("aws:") {
                return Err(Error::Input(format!("Tag key {key} is invalid: it begins with aws:")));
            }
            tags.0.insert(key, tag.value.clone().unwrap_or_default());
        }
        if tags.0.len() > MOST {
            return Err(Error::Input(format!("A resource can have up to {MOST} tags.")));
        }
        let kind = input.resource_type.as_deref().unwrap_or_default();
        tx.emit(&Changed { kind: "TagsChanged", resource: arn(cx, kind, id) });
        tagged.put(tx, tags);
        Ok(api::ChangeTagsForResourceResponse {})
    })
}

/// `ListTagsForResource`, by key.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListTagsForResourceRequest,
) -> Result<api::ListTagsForResourceResponse, Error> {
    let id = bare_id(input.resource_id.as_deref());
    let set = cx.read(|view| set(view, cx, input.resource_type.as_deref(), id))?;
    Ok(api::ListTagsForResourceResponse { resource_tag_set: Some(set) })
}

/// `ListTagsForResources`: one that is not there refuses them all.
pub(crate) fn list_many(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListTagsForResourcesRequest,
) -> Result<api::ListTagsForResourcesResponse, Error> {
    let sets = cx.read(|view| {
        let ids = input.resource_ids.iter().flatten();
        ids.map(|id| set(view, cx, input.resource_type.as_deref(), bare_id(Some(id))))
            .collect::<Result<_, _>>()
    })?;
    Ok(api::ListTagsForResourcesResponse { resource_tag_sets: Some(sets) })
}

fn set(rows: &impl Rows, cx: &Cx, kind: Option<&str>, id: &str) -> Result<api::ResourceTagSet, Error> {
    let tagged = Tagged::find(rows, cx, kind, id)?;
    let tag =
        |(key, value): (&str, &str)| api::Tag { key: Some(key.to_owned()), value: Some(value.to_owned()) };
    Ok(api::ResourceTagSet {
        resource_type: kind.map(str::to_owned),
        resource_id: Some(id.to_owned()),
        tags: Some(tagged.tags().iter().map(tag).collect()),
    })
}

/// The tags of a resource of Route 53, for decisions about calls.
pub(crate) fn of(rows: &impl Rows, cx: &Cx, kind: &str, id: &str) -> Option<Tags> {
    let own = home(cx);
    match kind {
        "hostedzone" => rows.row::<Zone>(id).filter(|zone| zone.home == own).map(|zone| zone.tags.clone()),
        "healthcheck" => {
            rows.row::<HealthCheck>(id).filter(|check| check.home == own).map(|check| check.tags.clone())
        }
        _ => None,
    }
}
