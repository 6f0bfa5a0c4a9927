//! What file systems and access points bring to decisions about calls: tags, and a file system its policy.

use crate::Efs;
use crate::access_point::AccessPoint;
use crate::file_system::{FileSystem, StoredPolicy};
use crate::mount_target::MountTarget;
use crate::name::{self, SERVICE};
use base::{Arn, Region, Scope, Tags};
use policy::compile::{Attached, Kind, Policy, PolicySet, Source, shared};
use policy::document::Document;
use ports::{Cx, ResourceFacts, Resources};
use std::sync::Arc;
use store::Rows;

impl Resources for Efs {
    fn services(&self) -> &'static [&'static str] {
        &[SERVICE]
    }

    fn have_policies(&self) -> bool {
        true
    }

    /// Requests name file systems by ARNs too, and mount targets where their file systems are decided about.
    fn true_arn(&self, cx: &Cx, arn: &str) -> Option<String> {
        let (scope, kind, id) = parts(cx, arn)?;
        let own = if id.starts_with("fsmt-") {
            let found = cx.read(|view| MountTarget::find(view, &scope, &id)).ok()?;
            name::arn(&scope, "file-system", &found.file_system)
        } else {
            name::arn(&scope, &kind, &id)
        };
        (own != arn).then_some(own)
    }

    fn look_up(&self, cx: &Cx, _action: &str, arn: &str) -> Option<ResourceFacts> {
        let (scope, kind, id) = parts(cx, arn)?;
        let mut facts = ResourceFacts::of(scope.account);
        let tags = match kind.as_str() {
            "file-system" => {
                let own = cx.read(|view| view.row::<FileSystem>(&name::key(&scope, &id)))?;
                facts.policy = own.policy.as_ref().and_then(compiled);
                own.tags.clone()
            }
            "access-point" => cx.read(|view| view.row::<AccessPoint>(&name::key(&scope, &id)))?.tags.clone(),
            _ => Tags::default(),
        };
        facts.tags = tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Some(facts)
    }
}

/// The scope, the kind and the id of what an ARN names. One that was made of a request that named an ARN has that within
/// it: `arn:…:file-system/arn:…:file-system/fs-…`.
fn parts(cx: &Cx, arn: &str) -> Option<(Scope, String, String)> {
    let own = arn.rfind("arn:").map_or(arn, |at| &arn[at..]).parse::<Arn>().ok()?;
    let (kind, id) = own.resource.split_once('/')?;
    let region = if own.region.is_empty() { cx.region().clone() } else { Region::parse(&own.region)? };
    let account = if own.account.is_empty() { cx.account() } else { own.account.parse().ok()? };
    (id != "*").then(|| (Scope::new(account, region), kind.to_owned(), id.to_owned()))
}

/// Whoever stored it has checked it: one that is no policy allows and denies nothing. Who was made again under a name is
/// not whom it names.
pub(crate) fn compiled(stored: &StoredPolicy) -> Option<Arc<PolicySet>> {
    let policy = if stored.principals.is_empty() {
        shared(stored.text.as_str(), Kind::Resource)?
    } else {
        let document = Document::parse(stored.text.as_str()).ok()?;
        let unique_id = |name: &str| stored.principals.get(name).cloned();
        Arc::new(Policy::compile(&document, Kind::Resource, &unique_id))
    };
    let attached = Attached { policy, source: Source::inline("file-system-policy") };
    Some(Arc::new(PolicySet::new(vec![attached])))
}
