//! The actions a bucket policy can speak of: on what each is decided, and which condition keys it knows.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3" (crate `authz`): the
//! actions whose resource is a bucket or an object.

use policy::compile::Action;
use policy::grammar::Reach;
use std::sync::LazyLock;

/// One of them.
struct Known {
    action: Action,
    reach: Reach,
    published: &'static authz::Action,
}

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let known = |published: &'static authz::Action| {
        let on = |kind: &str| published.resources.iter().any(|resource| resource.kind.name == kind);
        let reach = Reach { buckets: on("bucket"), objects: on("object") };
        let action = Action::new(&published.name);
        (reach.buckets || reach.objects).then_some(Known { action, reach, published })
    };
    authz::actions("s3").unwrap_or_default().iter().filter_map(known).collect()
});

/// What `s3:Get*` speaks of; `None` where it names no action at all. The case does not matter.
pub(super) fn reach(pattern: &str) -> Option<Reach> {
    let reaches = named(pattern).map(|known| known.reach);
    reaches.reduce(|one, other| Reach {
        buckets: one.buckets || other.buckets,
        objects: one.objects || other.objects,
    })
}

/// Whether one of the actions of a pattern knows a condition key.
pub(super) fn has_key(pattern: &str, key: &str) -> bool {
    let is_it = |known: &String| match known.strip_suffix('*') {
        Some(start) => key.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)),
        None => known.eq_ignore_ascii_case(key),
    };
    named(pattern).any(|known| {
        let of_resources = known.published.resources.iter().flat_map(|resource| resource.keys);
        known.published.keys.iter().chain(of_resources).any(is_it)
    })
}

fn named(pattern: &str) -> impl Iterator<Item = &'static Known> {
    KNOWN.iter().filter(move |known| known.action.is_named_by(pattern))
}

#[cfg(test)]
mod tests {
    use super::{Reach, has_key, reach};

    #[test]
    fn patterns_speak_of_buckets_objects_or_both() {
        for (pattern, want) in [
            ("*", Some((true, true))),
            ("s3:*", Some((true, true))),
            ("s3:Get*", Some((true, true))),
            ("S3:getobject", Some((false, true))),
            ("s3:GetObject*", Some((false, true))),
            ("s3:ListBucke?", Some((true, false))),
            ("s3:PutBucketPolicy", Some((true, false))),
            ("s3:HeadObject", None),
            ("s3:ListAllMyBuckets", None),
            ("s3:", None),
            ("ec2:*", None),
            ("GetObject", None),
        ] {
            let want = want.map(|(buckets, objects)| Reach { buckets, objects });
            assert_eq!(reach(pattern), want, "{pattern}");
        }
    }

    #[test]
    fn keys_are_known_to_some_actions() {
        for (pattern, key, want) in [
            ("s3:ListBucket", "s3:prefix", true),
            ("s3:GetObject", "s3:prefix", false),
            ("s3:*", "S3:Prefix", true),
            ("s3:PutObject", "s3:x-amz-server-side-encryption", true),
            ("s3:GetObject", "s3:ExistingObjectTag/team", true),
            ("s3:PutObject", "s3:RequestObjectTag/team", true),
            ("s3:PutObject", "s3:nothing", false),
        ] {
            assert_eq!(has_key(pattern, key), want, "{pattern} {key}");
        }
    }
}
