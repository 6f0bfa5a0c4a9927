//! What resources of organizations bring to decisions about calls: their true ARNs, and their tags.
//!
//! Requests name everything by ids alone, and the caller's account is taken for whose it is.

use crate::Organizations;
use crate::account::Account;
use crate::handshake::Handshake;
use crate::node::Node;
use crate::organization::{Organization, of_member};
use crate::policy::{Found, Policy};
use base::{Arn, Tags};
use ports::{Cx, ResourceFacts, Resources};
use std::sync::Arc;
use store::Rows;
use store::View;

impl Resources for Organizations {
    fn services(&self) -> &'static [&'static str] {
        &["organizations"]
    }

    /// The one policy there could be, that of delegation, is not built.
    fn have_policies(&self) -> bool {
        false
    }

    fn true_arn(&self, cx: &Cx, arn: &str) -> Option<String> {
        let (kind, id) = parts(arn)?;
        cx.read(|view| found(view, cx, &kind, &id)).map(|found| found.arn).filter(|own| own != arn)
    }

    fn condition_keys(&self) -> &'static [&'static str] {
        &["organizations:PolicyType"]
    }

    fn look_up(&self, cx: &Cx, _action: &str, arn: &str) -> Option<ResourceFacts> {
        let (kind, id) = parts(arn)?;
        let found = cx.read(|view| found(view, cx, &kind, &id))?;
        let mut facts = ResourceFacts::of(found.organization.management);
        facts.tags = found.tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        facts.keys.extend(found.kind.map(|kind| ("organizations:PolicyType".to_owned(), vec![kind])));
        Some(facts)
    }
}

/// The kind of a resource and its id: `ou` and `ou-ab12-…`.
fn parts(arn: &str) -> Option<(String, String)> {
    let arn = arn.parse::<Arn>().ok()?;
    let (kind, rest) = arn.resource.split_once('/')?;
    let id = rest.rsplit('/').next()?;
    (id != "*").then(|| (kind.to_owned(), id.to_owned()))
}

struct Known {
    organization: Arc<Organization>,
    arn: String,
    tags: Tags,
    /// Of a policy its type.
    kind: Option<String>,
}

fn found(view: &View, cx: &Cx, kind: &str, id: &str) -> Option<Known> {
    if kind == "handshake" {
        let handshake = view.row::<Handshake>(id)?;
        let organization = view.row::<Organization>(&handshake.organization)?;
        let arn = handshake.arn(&organization);
        return Some(Known { organization, arn, tags: Tags::default(), kind: None });
    }
    let (organization, _): (_, Arc<Account>) = of_member(view, cx).ok()?;
    if kind == "policy" {
        let policy = Found::find(view, &organization, id)?;
        let tags = view.row::<Policy>(&Policy::key_of(&organization.id, id));
        let tags = tags.map(|policy| policy.tags.clone()).unwrap_or_default();
        let (arn, kind) = (policy.arn(&organization), Some(policy.kind().name().to_owned()));
        return Some(Known { organization, arn, tags, kind });
    }
    let node = Node::find(view, &organization, id)?;
    let (arn, tags) = (node.arn(&organization), node.tags().clone());
    Some(Known { organization, arn, tags, kind: None })
}
