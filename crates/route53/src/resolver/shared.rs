//! What the resources of the Resolver have in common: where they belong, ARNs, ids, pages, filters and tags.

use super::Resolver;
use crate::error::ResolverError as Error;
use crate::event::Changed;
use base::{Arn, Scope, Tags};
use ports::Cx;
use shapes_route53resolver as resolver_api;
use store::{Index, Record, Tx};

/// Milliseconds a state takes, about.
pub(super) const STATE_MILLIS: u32 = 60_000;
/// Items of a page where none is asked for.
const PAGE: usize = 100;
/// Tags of one resource at the most.
pub(super) const MOST_TAGS: usize = 50;

/// Where the caller's resources belong.
pub(super) fn home(cx: &Cx) -> String {
    cx.scope().to_string()
}

/// The ARN of a resource at a home.
pub(super) fn arn(home: &str, resource: &str) -> String {
    let scope = Scope::parse(home);
    scope.map(|scope| Arn::regional(&scope, "route53resolver", resource).to_string()).unwrap_or_default()
}

/// The account of a home.
pub(super) fn account(home: &str) -> &str {
    home.split('/').next().unwrap_or(home)
}

/// The trace of a request, as sentences have it: `1-5e8b…-0123…`.
pub(super) fn trace(cx: &Cx) -> String {
    let digits = cx.ids().text(b"0123456789abcdef", 32);
    format!("1-{}-{}", &digits[..8], &digits[8..])
}

/// Says that something changed.
pub(super) fn announce(tx: &mut Tx, kind: &'static str, resource: String) {
    tx.emit(&Changed { kind, resource });
}

/// Reads the tags of a creation.
pub(super) fn tags(given: Option<&[resolver_api::Tag]>) -> Result<Tags, Error> {
    let mut tags = Tags::default();
    add_tags(&mut tags, given)?;
    Ok(tags)
}

/// Adds tags.
pub(super) fn add_tags(tags: &mut Tags, given: Option<&[resolver_api::Tag]>) -> Result<(), Error> {
    for tag in given.unwrap_or_default() {
        let key = tag.key.clone().unwrap_or_default();
        if key.is_empty() || key.to_ascii_lowercase().starts_with("aws:") {
            return Err(Error::BadTag);
        }
        tags.0.insert(key, tag.value.clone().unwrap_or_default());
    }
    if tags.0.len() > MOST_TAGS { Err(Error::TooManyTags) } else { Ok(()) }
}

/// A page.
pub(super) struct Asked<'a> {
    /// The operation, and what else the token is good for.
    pub(super) call: &'a [&'a str],
    pub(super) token: Option<&'a str>,
    pub(super) most: Option<i32>,
}

impl Asked<'_> {
    /// How many items a page has.
    pub(super) fn limit(&self) -> usize {
        self.most.and_then(|most| usize::try_from(most).ok()).unwrap_or(PAGE)
    }

    /// The token leads to no page of the list: each part of the API has its own code for that.
    fn bad_token(&self) -> Error {
        match self.call.first().copied().unwrap_or_default() {
            "ListResolverQueryLogConfigAssociations" => Error::BadLogToken,
            list if list.starts_with("ListFirewall") => Error::BadFirewallToken,
            _ => Error::BadToken,
        }
    }

    /// Cuts the page out of `items`, which come in the order of `key`.
    pub(super) fn page<T>(
        &self,
        cx: &Cx,
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, Option<String>), Error> {
        let home = home(cx);
        let pages = cx.world().store.pages(&[&[home.as_str()], self.call].concat());
        pages.cut(items, key, self.token, self.limit()).map_err(|_| self.bad_token())
    }
}

/// What a filter of a list looks at: its names, and the values of an item.
pub(super) type Looks<T> = (&'static [&'static str], fn(&T) -> Vec<String>);

/// Keeps what all filters let through.
pub(super) fn filter<T>(
    items: &mut Vec<T>,
    given: Option<&[resolver_api::Filter]>,
    looks: &[Looks<T>],
) -> Result<(), Error> {
    for filter in given.unwrap_or_default() {
        let name = filter.name.clone().unwrap_or_default();
        let values = filter.values.clone().unwrap_or_default();
        if values.is_empty() {
            return Err(Error::EmptyFilter(name));
        }
        let look = looks.iter().find(|(names, _)| names.contains(&name.as_str()));
        let (_, look) = look.ok_or_else(|| Error::BadFilter(name.clone()))?;
        items.retain(|item| look(item).iter().any(|own| values.contains(own)));
    }
    Ok(())
}

/// A record that its creator may ask for again under one request id.
pub(super) trait Requested: Record {
    /// By home and request id.
    const REQUEST: Index<Self>;
    /// What was asked for.
    fn digest(&self) -> &str;
}

/// The record that a request id made before; another wish under the same id is refused.
pub(super) fn again<R: Requested>(
    tx: &Tx,
    home: &str,
    (request, digest): (&str, &str),
    refused: fn(String) -> Error,
) -> Result<Option<R>, Error> {
    let found = tx.by(&R::REQUEST, &format!("{home}/{request}")).next();
    match found {
        Some(found) if found.digest() == digest => Ok(Some((**found).clone())),
        Some(_) => Err(refused(request.to_owned())),
        None => Ok(None),
    }
}

/// Refuses a VPC that the account does not have in the Region.
pub(super) fn require_vpc(cx: &Cx, svc: &Resolver, tx: &Tx, id: &str) -> Result<(), Error> {
    match svc.networks.vpc(tx, cx.scope(), id) {
        Some(_) => Ok(()),
        None => Err(Error::NoVpc(id.to_owned())),
    }
}
