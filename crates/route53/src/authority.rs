//! What resources of Route 53 and of the Resolver bring to decisions about calls: their tags. The policies of the Resolver's
//! share resources; they allow no calls here. Policies name no domains: route53domains has no resources.

use crate::{Route53, resolver, tag};
use base::Arn;
use ports::{Cx, ResourceFacts, Resources};

impl Resources for Route53 {
    fn services(&self) -> &'static [&'static str] {
        &["route53", "route53resolver"]
    }

    fn have_policies(&self) -> bool {
        false
    }

    fn look_up(&self, cx: &Cx, _action: &str, text: &str) -> Option<ResourceFacts> {
        let arn = text.parse::<Arn>().ok()?;
        let tags = if arn.service == "route53" {
            let (kind, id) = arn.resource.split_once('/')?;
            cx.read(|view| tag::of(view, cx, kind, id))?
        } else {
            cx.read(|view| resolver::tag::of(view, cx, text))?
        };
        let mut facts = ResourceFacts::of(cx.account());
        facts.tags = tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Some(facts)
    }
}
