//! What resources of EKS bring to decisions about calls: their true ARNs, their tags, and what conditions name.
//!
//! Requests name add-ons, access entries and others without the end of their ARNs.

use crate::Eks;
use crate::access_entry::AccessEntry;
use crate::tag::Tagged;
use base::{AccountId, Arn, Region, Scope};
use ports::{Cx, ResourceFacts, Resources};

impl Resources for Eks {
    fn services(&self) -> &'static [&'static str] {
        &["eks"]
    }

    fn have_policies(&self) -> bool {
        false
    }

    fn true_arn(&self, cx: &Cx, arn: &str) -> Option<String> {
        let scope = scope_of(arn)?;
        let tagged = cx.read(|view| Tagged::find(view, &scope, arn))?;
        Some(tagged.arn()).filter(|own| own != arn)
    }

    fn look_up(&self, cx: &Cx, _action: &str, arn: &str) -> Option<ResourceFacts> {
        let scope = scope_of(arn)?;
        let mut tagged = cx.read(|view| Tagged::find(view, &scope, arn))?;
        let mut facts = ResourceFacts::of(scope.account);
        let tags = tagged.tags_mut();
        facts.tags = tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        if let Tagged::AccessEntry(entry) = &tagged {
            facts.keys.push(("eks:principalArn".to_owned(), vec![AccessEntry::principal(entry).to_owned()]));
        }
        Some(facts)
    }
}

fn scope_of(arn: &str) -> Option<Scope> {
    let parsed: Arn = arn.parse().ok()?;
    let account: AccountId = parsed.account.parse().ok()?;
    Some(Scope::new(account, Region::parse(&parsed.region)?))
}
