//! Tags.

use crate::access_entry::AccessEntry;
use crate::addon::Addon;
use crate::capability::Capability;
use crate::cluster::Cluster;
use crate::error::{Beside, Error, Refusal};
use crate::event::Changed;
use crate::fargate_profile::FargateProfile;
use crate::identity_provider::IdentityProvider;
use crate::nodegroup::Nodegroup;
use crate::pod_identity::Association;
use crate::subscription::Subscription;
use crate::{Eks, key};
use base::{Arn, Scope, Tags};
use ports::Cx;
use shapes_eks as api;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Record, Rows, Tx};

/// Tags of one resource at the most.
const MOST: usize = 50;

/// Reads the tags of a call. The model refuses more than there may be.
pub(crate) fn read(given: Option<&BTreeMap<String, String>>) -> Result<Tags, Error> {
    let tags = Tags(given.cloned().unwrap_or_default());
    if tags.iter().any(|(key, _)| key.to_ascii_lowercase().starts_with("aws:")) {
        return Err(Refusal::ReservedTag.into());
    }
    Ok(tags)
}

/// What has tags.
pub(crate) enum Tagged {
    Cluster(Box<Cluster>),
    Addon(Addon),
    AccessEntry(AccessEntry),
    Association(Association),
    Provider(IdentityProvider),
    Profile(FargateProfile),
    Nodegroup(Box<Nodegroup>),
    Capability(Capability),
    Subscription(Subscription),
}

impl Tagged {
    /// What an ARN names. Its last part may be `*`, where a call does not know it.
    pub(crate) fn find(rows: &impl Rows, scope: &Scope, arn: &str) -> Option<Self> {
        let parsed: Arn = arn.parse().ok()?;
        let parts: Vec<&str> = parsed.resource.split('/').collect();
        let fits = |own: &str| match arn.strip_suffix('*') {
            Some(prefix) => own.starts_with(prefix),
            None => own == arn,
        };
        Some(match parts[..] {
            ["cluster", name] => {
                Self::Cluster(Box::new(take(rows, &key::own(scope, name), Cluster::arn, fits)?))
            }
            ["addon", cluster, name, _] => {
                Self::Addon(take(rows, &key::child(scope, cluster, name), Addon::arn, fits)?)
            }
            ["access-entry", cluster, ..] => {
                let all = rows.below::<AccessEntry>(&key::below(scope, cluster));
                Self::AccessEntry(all.iter().find(|own| own.arn() == arn).map(|own| (**own).clone())?)
            }
            ["podidentityassociation", cluster, id] => {
                Self::Association(take(rows, &key::child(scope, cluster, id), Association::arn, fits)?)
            }
            ["identityproviderconfig", cluster, _, name, _] => {
                Self::Provider(take(rows, &key::child(scope, cluster, name), IdentityProvider::arn, fits)?)
            }
            ["fargateprofile", cluster, name, _] => {
                Self::Profile(take(rows, &key::child(scope, cluster, name), FargateProfile::arn, fits)?)
            }
            ["nodegroup", cluster, name, _] => {
                let key = key::child(scope, cluster, name);
                Self::Nodegroup(Box::new(take(rows, &key, Nodegroup::arn, fits)?))
            }
            ["capability", cluster, _, name, _] => {
                let own = rows.row::<Capability>(&key::child(scope, cluster, name))?;
                let is_it = arn.ends_with('*') || own.arn() == arn;
                Self::Capability(is_it.then(|| (*own).clone())?)
            }
            ["eks-anywhere-subscription", id] => {
                Self::Subscription(take(rows, &key::own(scope, id), Subscription::arn, fits)?)
            }
            _ => return None,
        })
    }

    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        match self {
            Self::Cluster(own) => own.arn(),
            Self::Addon(own) => own.arn(),
            Self::AccessEntry(own) => own.arn(),
            Self::Association(own) => own.arn(),
            Self::Provider(own) => own.arn(),
            Self::Profile(own) => own.arn(),
            Self::Nodegroup(own) => own.arn(),
            Self::Capability(own) => own.arn(),
            Self::Subscription(own) => own.arn(),
        }
    }

    /// Its tags.
    pub(crate) fn tags_mut(&mut self) -> &mut Tags {
        match self {
            Self::Cluster(own) => &mut own.tags,
            Self::Addon(own) => &mut own.tags,
            Self::AccessEntry(own) => &mut own.tags,
            Self::Association(own) => &mut own.tags,
            Self::Provider(own) => &mut own.tags,
            Self::Profile(own) => &mut own.tags,
            Self::Nodegroup(own) => &mut own.tags,
            Self::Capability(own) => &mut own.tags,
            Self::Subscription(own) => &mut own.tags,
        }
    }

    fn put(self, tx: &mut Tx) {
        match self {
            Self::Cluster(own) => tx.put(*own),
            Self::Addon(own) => tx.put(own),
            Self::AccessEntry(own) => tx.put(own),
            Self::Association(own) => tx.put(own),
            Self::Provider(own) => tx.put(own),
            Self::Profile(own) => tx.put(own),
            Self::Nodegroup(own) => tx.put(*own),
            Self::Capability(own) => tx.put(own),
            Self::Subscription(own) => tx.put(own),
        }
    }
}

fn take<R: Record>(
    rows: &impl Rows,
    key: &str,
    arn: fn(&R) -> String,
    fits: impl Fn(&str) -> bool,
) -> Option<R> {
    let own: Arc<R> = rows.row(key)?;
    fits(&arn(&own)).then(|| (*own).clone())
}

/// What the ARN of a call names.
fn required(rows: &impl Rows, scope: &Scope, arn: &str) -> Result<Tagged, Error> {
    let parsed: Arn = arn.parse().map_err(|_| Beside::BadArn(arn.to_owned()))?;
    let is_ours = parsed.service == "eks"
        && parsed.region == scope.region.as_str()
        && parsed.account == scope.account.to_string();
    if !is_ours || arn.ends_with('*') {
        return Err(Beside::BadArn(arn.to_owned()).into());
    }
    Tagged::find(rows, scope, arn).ok_or_else(|| Beside::NothingTagged(arn.to_owned()).into())
}

fn change(cx: &Cx, arn: &str, change: impl Fn(&mut Tags) -> Result<(), Error>) -> Result<(), Error> {
    cx.write(|tx| {
        let mut own = required(tx, cx.scope(), arn)?;
        change(own.tags_mut())?;
        tx.emit(&Changed { kind: "TagsChanged", resource: arn.to_owned() });
        own.put(tx);
        Ok(())
    })
}

/// `TagResource`.
pub(crate) fn add(
    cx: &Cx,
    _svc: &Eks,
    input: api::TagResourceRequest,
) -> Result<api::TagResourceResponse, Error> {
    let tags = input.tags.unwrap_or_default();
    if tags.keys().any(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return Err(Beside::TagsOfAws.into());
    }
    change(cx, &input.resource_arn.unwrap_or_default(), |own| {
        own.0.extend(tags.clone());
        if own.0.len() > MOST { Err(Beside::TagsTooMany.into()) } else { Ok(()) }
    })?;
    Ok(api::TagResourceResponse::default())
}

/// `UntagResource`: keys that are not there are no error.
pub(crate) fn remove(
    cx: &Cx,
    _svc: &Eks,
    input: api::UntagResourceRequest,
) -> Result<api::UntagResourceResponse, Error> {
    let keys = input.tag_keys.unwrap_or_default();
    change(cx, &input.resource_arn.unwrap_or_default(), |own| {
        own.0.retain(|key, _| !keys.contains(key));
        Ok(())
    })?;
    Ok(api::UntagResourceResponse::default())
}

/// `ListTagsForResource`.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListTagsForResourceRequest,
) -> Result<api::ListTagsForResourceResponse, Error> {
    let arn = input.resource_arn.unwrap_or_default();
    let mut own = cx.read(|view| required(view, cx.scope(), &arn))?;
    Ok(api::ListTagsForResourceResponse { tags: Some(own.tags_mut().0.clone()) })
}
