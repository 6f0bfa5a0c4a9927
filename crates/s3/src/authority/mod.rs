//! What buckets, objects and access points bring to decisions about calls: whose they are, their policies, what their
//! ACLs grant, their tags. Nothing is decided here; the gateway asks when a policy may depend on it.
//!
//! Source: Amazon S3 User Guide, "How Amazon S3 authorizes a request" and "Mapping of ACL permissions and access policy
//! permissions".

mod ask;
mod compiled;
mod grants;
mod request;
#[cfg(test)]
mod tests;

pub(crate) use ask::{arn_of_object, ask, ask_for, ask_for_source, ask_for_tags, ask_to_delete, untold};

use crate::access_point::record::{self as points, AccessPointRow};
use crate::acl::{Access, Ownership};
use crate::bucket::record::{self as buckets, BucketRow};
use crate::configuration::{abac, public_access_block, tagging};
use crate::error::Error;
use crate::object::record::ObjectRow;
use crate::object::version;
use crate::owner;
use base::AccountId;
use compiled::{Compiled, Policies};
use grants::{Visitor, on_bucket, on_object};
use policy::decide::{PolicyRule, Reach};
use ports::{Behind, CallerKind, Cx, ResourceFacts, Resources};
use std::sync::Arc;
use store::View;

/// Knows S3's resources.
#[derive(Default)]
pub(crate) struct Known {
    policies: Policies,
}

/// What an ARN of S3 names.
#[derive(Debug, PartialEq, Eq)]
enum Named<'a> {
    Bucket(&'a str),
    Object(&'a str, &'a str),
    /// An access point: account, Region, name.
    Point(&'a str, &'a str, &'a str),
}

impl<'a> Named<'a> {
    fn parse(arn: &'a str) -> Option<Self> {
        let rest = arn.strip_prefix("arn:")?;
        let (_, rest) = rest.split_once(':')?;
        let (region, rest) = rest.strip_prefix("s3:")?.split_once(':')?;
        let (account, resource) = rest.split_once(':')?;
        if account.is_empty() && region.is_empty() {
            return Some(match resource.split_once('/') {
                Some((bucket, key)) => Self::Object(bucket, key),
                None => Self::Bucket(resource),
            });
        }
        let point = resource.strip_prefix("accesspoint/")?;
        let name = point.split_once("/object/").map_or(point, |(name, _)| name);
        Some(Self::Point(account, region, name))
    }
}

impl Resources for Known {
    fn services(&self) -> &'static [&'static str] {
        &["s3"]
    }

    fn have_policies(&self) -> bool {
        true
    }

    fn true_arn(&self, cx: &Cx, arn: &str) -> Option<String> {
        // An access point may stand where a bucket's name would: by its alias, or as its host label.
        let (named, key) = match Named::parse(arn)? {
            Named::Bucket(named) => (named, None),
            Named::Object(named, key) => (named, Some(key)),
            Named::Point(..) => return None,
        };
        let point = cx.read(|view| points::arn_of(view, cx.scope(), named))?;
        Some(key.map_or_else(|| point.clone(), |key| format!("{point}/object/{key}")))
    }

    fn behind(&self, cx: &Cx, arn: &str) -> Option<Behind> {
        let Named::Point(account, region, name) = Named::parse(arn)? else { return None };
        let key = points::text(cx.partition(), account.parse().ok()?, region, name);
        let point = cx.read(|view| view.get::<AccessPointRow>(&key))?;
        let bucket = format!("arn:{}:s3:::{}", point.partition, point.bucket);
        let arn = arn.split_once("/object/").map_or(bucket.clone(), |(_, key)| format!("{bucket}/{key}"));
        Some(Behind { arn, keys: keys_of_point(&point) })
    }

    fn condition_keys(&self) -> &'static [&'static str] {
        &[
            "s3:AccessPointNetworkOrigin",
            "s3:BucketTag/*",
            "s3:DataAccessPointAccount",
            "s3:DataAccessPointArn",
            "s3:ExistingObjectTag/*",
            "s3:ResourceAccount",
            "s3:authType",
            "s3:signatureAge",
            "s3:signatureversion",
            "s3:x-amz-content-sha256",
        ]
    }

    fn keys_of_call(&self, cx: &Cx) -> Vec<(String, Vec<String>)> {
        request::keys(cx)
    }

    fn look_up(&self, cx: &Cx, action: &str, arn: &str) -> Option<ResourceFacts> {
        let named = Named::parse(arn)?;
        if request::makes_bucket(cx, action) {
            return None;
        }
        let found = cx.read(|view| match named {
            Named::Bucket(name) => {
                let bucket = buckets::in_view(view, cx.partition(), name);
                bucket.map(|bucket| self.bucket(cx, view, action, &bucket)).transpose()
            }
            Named::Object(name, key) => {
                let bucket = buckets::in_view(view, cx.partition(), name);
                bucket.map(|bucket| self.object(cx, view, action, &bucket, key)).transpose()
            }
            Named::Point(account, region, name) => Ok(self.point(cx, view, account, region, name)),
        });
        let found = found.map(|facts| facts.or_else(|| missing(cx)));
        found.unwrap_or_else(|error| {
            // Nobody is let in to what cannot be read.
            tracing::error!(arn, ?error, "what a policy decides by cannot be read");
            Some(ResourceFacts::of(stranger(cx)))
        })
    }
}

impl Known {
    fn bucket(&self, cx: &Cx, view: &View, action: &str, bucket: &BucketRow) -> Result<ResourceFacts, Error> {
        let mut facts = self.common(cx, view, bucket)?;
        if let Some(acl) = &bucket.acl
            && !is_shut(&facts, cx)
            && has_acls(view, bucket)?
        {
            facts.granted = visitor(cx, view, bucket)?.granted(acl, on_bucket(action));
        }
        if abac::is_enabled(view, &bucket.id)? {
            for tag in tagging::of(view, &bucket.id)? {
                let (key, value) = (tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
                facts.keys.push((format!("s3:BucketTag/{key}"), vec![value.clone()]));
                facts.tags.push((key, value));
            }
        }
        Ok(facts)
    }

    fn object(
        &self,
        cx: &Cx,
        view: &View,
        action: &str,
        bucket: &BucketRow,
        key: &str,
    ) -> Result<ResourceFacts, Error> {
        // What is asked of the bucket, where objects come and go, is its ACL's business; what is asked of an object
        // that is there, the object's.
        let mut facts = self.bucket(cx, view, action, bucket)?;
        if !request::concerns_object(cx, action) {
            return Ok(facts);
        }
        let Some(row) = existing(cx, view, action, bucket, key)? else { return Ok(facts) };
        let Some(object) = &row.object else { return Ok(facts) };
        for (key, value) in &object.attributes.tags {
            facts.keys.push((format!("s3:ExistingObjectTag/{key}"), vec![value.clone()]));
        }
        let access = &object.attributes.access;
        if (access.owner.is_some() || access.acl.is_some())
            && request::is_of_owner(cx, action)
            && has_acls(view, bucket)?
        {
            owned(cx, view, action, bucket, access, &mut facts)?;
        }
        Ok(facts)
    }

    /// What a bucket brings to everything that is asked of it and of what is in it.
    fn common(&self, cx: &Cx, view: &View, bucket: &BucketRow) -> Result<ResourceFacts, Error> {
        let mut facts = ResourceFacts::of(bucket.account);
        facts.keys.push(("s3:ResourceAccount".to_owned(), vec![bucket.account.to_string()]));
        if let Some(compiled) = self.policies.of_bucket(view, bucket) {
            let restricted = public_access_block::of(view, bucket)?.restrict_public_buckets == Some(true);
            take(cx, &mut facts, &compiled, restricted && !belongs(cx, bucket.account));
        }
        Ok(facts)
    }

    fn point(&self, cx: &Cx, view: &View, account: &str, region: &str, name: &str) -> Option<ResourceFacts> {
        let account: AccountId = account.parse().ok()?;
        let point = view.get::<AccessPointRow>(&points::text(cx.partition(), account, region, name))?;
        let mut facts = ResourceFacts::of(account);
        facts.keys.push(("s3:ResourceAccount".to_owned(), vec![account.to_string()]));
        facts.keys.extend(keys_of_point(&point).into_iter().map(|(key, values)| (key.to_owned(), values)));
        if let Some(compiled) = self.policies.of_point(&point) {
            take(cx, &mut facts, &compiled, point.block.public_buckets && !belongs(cx, account));
        }
        Some(facts)
    }
}

/// A bucket that is not there. Whoever did not sign is told so, as everybody can try names (recorded); the account of a
/// signed caller decides for it.
fn missing(cx: &Cx) -> Option<ResourceFacts> {
    cx.caller()
        .is_anonymous()
        .then(|| ResourceFacts { granted: Some(Reach::Direct), ..ResourceFacts::of(cx.account()) })
}

/// What says that a call comes through an access point.
fn keys_of_point(point: &AccessPointRow) -> Vec<(&'static str, Vec<String>)> {
    let origin = if point.vpc.is_some() { "VPC" } else { "Internet" };
    vec![
        ("s3:DataAccessPointAccount", vec![point.account.to_string()]),
        ("s3:DataAccessPointArn", vec![point.arn()]),
        ("s3:AccessPointNetworkOrigin", vec![origin.to_owned()]),
    ]
}

/// A resource's policy. Where a public one is restricted, it gives nothing to those outside its account.
fn take(cx: &Cx, facts: &mut ResourceFacts, compiled: &Compiled, is_restricted: bool) {
    facts.policy = Some(compiled.set.clone());
    facts.canonical_id = Some(owner::canonical_id_of(cx.caller()));
    if is_restricted && compiled.is_public {
        facts.rule = PolicyRule::OnlyDenies;
    }
}

/// Whether nothing a bucket has lets the caller in: a restricted public policy shuts its ACLs too.
fn is_shut(facts: &ResourceFacts, cx: &Cx) -> bool {
    facts.rule == PolicyRule::OnlyDenies && !belongs(cx, facts.account)
}

/// Whether the caller belongs to an account, or is a service.
pub(crate) fn belongs(cx: &Cx, account: AccountId) -> bool {
    match cx.caller().kind {
        CallerKind::Service(_) => true,
        CallerKind::Anonymous => false,
        _ => cx.caller().account == account,
    }
}

/// The object an action is about, if it is there: the version that is named, or the newest.
fn existing(
    cx: &Cx,
    view: &View,
    action: &str,
    bucket: &BucketRow,
    key: &str,
) -> Result<Option<Arc<ObjectRow>>, Error> {
    let version_id = if action.contains("Version") { request::version_id(cx) } else { None };
    match version::find(&view.paged::<ObjectRow>(), bucket, key, version_id.as_deref()) {
        Ok(row) => Ok(Some(row)),
        Err(Error::Store(error)) => Err(Error::Store(error)),
        // Not there, or no id at all: the handler says so.
        Err(_) => Ok(None),
    }
}

/// An object whose owner and ACL count. One that is not the bucket owner's is reached by its own ACL alone; what the
/// bucket's policy denies stays denied.
fn owned(
    cx: &Cx,
    view: &View,
    action: &str,
    bucket: &BucketRow,
    access: &Access,
    facts: &mut ResourceFacts,
) -> Result<(), Error> {
    let shut = is_shut(facts, cx);
    if access.owner.is_some() {
        let is_own = belongs(cx, cx.account()) && access.owner(bucket) == owner::canonical_id_of(cx.caller());
        facts.account = if is_own { cx.caller().account } else { stranger(cx) };
        facts.rule = PolicyRule::OnlyDenies;
    }
    if let Some(acl) = access.acl.as_ref().filter(|_| !shut) {
        facts.granted = visitor(cx, view, bucket)?.granted(acl, on_object(action));
    }
    Ok(())
}

/// Whether ACLs of a bucket and what is in it count.
fn has_acls(view: &View, bucket: &BucketRow) -> Result<bool, Error> {
    Ok(Ownership::of(view, &bucket.id)? != Ownership::BucketOwnerEnforced)
}

/// The caller, as ACLs of a bucket and of what is in it see it.
fn visitor(cx: &Cx, view: &View, bucket: &BucketRow) -> Result<Visitor, Error> {
    Ok(Visitor::of(cx, public_access_block::of(view, bucket)?.ignore_public_acls == Some(true)))
}

/// An account that is not the caller's: whose an object is is known by a canonical id only.
fn stranger(cx: &Cx) -> AccountId {
    let [one, other] = ["999999999999", "999999999998"].map(|id| id.parse().expect("it has twelve digits"));
    if cx.caller().account == one { other } else { one }
}
