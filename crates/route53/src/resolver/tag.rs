//! Tags of the Resolver's resources, by ARN.

use super::Resolver;
use super::endpoint::Endpoint;
use super::firewall::association::Association;
use super::firewall::group::Group;
use super::firewall::list::List;
use super::query_log::QueryLog;
use super::rule::Rule;
use super::shared::{Asked, add_tags, announce};
use crate::error::ResolverError as Error;
use base::{Arn, Tags};
use ports::Cx;
use shapes_route53resolver as resolver_api;
use std::sync::Arc;
use store::{Rows, Tx};

/// What has tags.
enum Tagged {
    Endpoint(Arc<Endpoint>),
    Rule(Arc<Rule>),
    QueryLog(Arc<QueryLog>),
    List(Arc<List>),
    Group(Arc<Group>),
    Association(Arc<Association>),
}

impl Tagged {
    /// The caller's own resource of an ARN.
    fn find(rows: &impl Rows, cx: &Cx, arn: &str) -> Result<Self, Error> {
        let none = || Error::NoResource(arn.to_owned());
        let named = arn.parse::<Arn>().ok().filter(|named| named.service == "route53resolver");
        let named = named.ok_or(Error::BadArn)?;
        let (kind, id) = named.resource.split_once('/').ok_or(Error::BadArn)?;
        let id = Some(id);
        let found = match kind {
            "resolver-endpoint" => Endpoint::own(rows, cx, id).map(Self::Endpoint),
            "resolver-rule" => Rule::own(rows, cx, id).map(Self::Rule),
            "resolver-query-log-config" => QueryLog::own(rows, cx, id).map(Self::QueryLog),
            "firewall-domain-list" => List::own(rows, cx, id).map(Self::List),
            "firewall-rule-group" => Group::own(rows, cx, id).map(Self::Group),
            "firewall-rule-group-association" => Association::own(rows, cx, id).map(Self::Association),
            "autodefined-rule" => return Err(Error::AutoDefined),
            _ => return Err(Error::BadArn),
        };
        found.ok().filter(|found| found.arn() == arn).ok_or_else(none)
    }

    fn arn(&self) -> String {
        match self {
            Self::Endpoint(own) => own.arn(),
            Self::Rule(own) => own.arn(),
            Self::QueryLog(own) => own.arn(),
            Self::List(own) => own.arn(),
            Self::Group(own) => own.arn(),
            Self::Association(own) => own.arn(),
        }
    }

    fn tags(&self) -> &Tags {
        match self {
            Self::Endpoint(own) => &own.tags,
            Self::Rule(own) => &own.tags,
            Self::QueryLog(own) => &own.tags,
            Self::List(own) => &own.tags,
            Self::Group(own) => &own.tags,
            Self::Association(own) => &own.tags,
        }
    }

    fn put(self, tx: &mut Tx, tags: Tags) {
        macro_rules! put {
            ($own:ident) => {{
                let mut own = Arc::unwrap_or_clone($own);
                own.tags = tags;
                tx.put(own);
            }};
        }
        match self {
            Self::Endpoint(own) => put!(own),
            Self::Rule(own) => put!(own),
            Self::QueryLog(own) => put!(own),
            Self::List(own) => put!(own),
            Self::Group(own) => put!(own),
            Self::Association(own) => put!(own),
        }
    }
}

fn change(cx: &Cx, arn: Option<&str>, change: impl Fn(&mut Tags) -> Result<(), Error>) -> Result<(), Error> {
    let arn = arn.unwrap_or_default();
    cx.write(|tx| {
        let tagged = Tagged::find(tx, cx, arn)?;
        let mut tags = tagged.tags().clone();
        change(&mut tags)?;
        announce(tx, "TagsChanged", arn.to_owned());
        tagged.put(tx, tags);
        Ok(())
    })
}

/// `TagResource`.
pub(super) fn add(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::TagResourceRequest,
) -> Result<resolver_api::TagResourceResponse, Error> {
    change(cx, input.resource_arn.as_deref(), |tags| add_tags(tags, input.tags.as_deref()))?;
    Ok(resolver_api::TagResourceResponse {})
}

/// `UntagResource`: keys that are not there are no error.
pub(super) fn remove(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::UntagResourceRequest,
) -> Result<resolver_api::UntagResourceResponse, Error> {
    let keys = input.tag_keys.unwrap_or_default();
    change(cx, input.resource_arn.as_deref(), |tags| {
        tags.0.retain(|key, _| !keys.contains(key));
        Ok(())
    })?;
    Ok(resolver_api::UntagResourceResponse {})
}

/// The tags of a resource, for decisions about calls.
pub(crate) fn of(rows: &impl Rows, cx: &Cx, arn: &str) -> Option<Tags> {
    Tagged::find(rows, cx, arn).ok().map(|tagged| tagged.tags().clone())
}

/// `ListTagsForResource`, by key.
pub(super) fn list(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListTagsForResourceRequest,
) -> Result<resolver_api::ListTagsForResourceResponse, Error> {
    let arn = input.resource_arn.unwrap_or_default();
    let tagged = cx.read(|view| Tagged::find(view, cx, &arn))?;
    let call = ["ListTagsForResource", &arn];
    let asked = Asked { call: &call, token: input.next_token.as_deref(), most: input.max_results };
    let (page, next_token) = asked.page(cx, tagged.tags().iter(), |(key, _)| (*key).to_owned())?;
    let tag = |(key, value): &(&str, &str)| resolver_api::Tag {
        key: Some((*key).to_owned()),
        value: Some((*value).to_owned()),
    };
    Ok(resolver_api::ListTagsForResourceResponse { tags: Some(page.iter().map(tag).collect()), next_token })
}
