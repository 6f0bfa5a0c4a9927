//! What resources of Route 53 bring to decisions about calls: their tags. None has a policy.

use crate::{Route53, tag};
use base::Arn;
use ports::{Cx, ResourceFacts, Resources};

impl Resources for Route53 {
    fn services(&self) -> &'static [&'static str] {
        &["route53"]
    }

    fn have_policies(&self) -> bool {
        false
    }

    fn look_up(&self, cx: &Cx, _action: &str, arn: &str) -> Option<ResourceFacts> {
        let arn = arn.parse::<Arn>().ok()?;
        let (kind, id) = arn.resource.split_once('/')?;
        let tags = cx.read(|view| tag::of(view, cx, kind, id))?;
        let mut facts = ResourceFacts::of(cx.account());
        facts.tags = tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Some(facts)
    }
}
