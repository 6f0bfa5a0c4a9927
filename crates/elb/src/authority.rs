//! What load balancers and what belongs to them bring to decisions about calls: their tags.

use crate::classic::Classic;
use crate::{arn, tag};
use base::{Arn, Scope};
use ports::{Cx, ResourceFacts, Resources};

/// Knows the resources of this crate.
pub(crate) struct Known;

impl Resources for Known {
    fn services(&self) -> &'static [&'static str] {
        &["elasticloadbalancing"]
    }

    /// Only trust stores that are shared have policies, and none is shared.
    fn have_policies(&self) -> bool {
        false
    }

    fn look_up(&self, cx: &Cx, _action: &str, text: &str) -> Option<ResourceFacts> {
        let parsed = text.parse::<Arn>().ok()?;
        let scope = Scope::new(parsed.account.parse().ok()?, parsed.parsed_region()?);
        let tags = match arn::read(&scope, text) {
            Some((kind, resource)) => cx.read(|view| tag::of(view, &scope, kind, &resource))?,
            None => {
                let name = parsed.resource.strip_prefix("loadbalancer/")?;
                cx.read(|view| view.get::<Classic>(&Classic::key_of(&scope, name)))?.tags.clone()
            }
        };
        let mut facts = ResourceFacts::of(scope.account);
        facts.tags = tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Some(facts)
    }
}
