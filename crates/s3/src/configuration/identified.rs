//! Configurations a bucket has several of, each under an id: what the four kinds have in common.

use super::record::{self, Configurations};
use crate::bucket;
use crate::error::{Argument, Configuration, ConfigurationFault, Error};
use ports::Cx;
use shape::{Empty, Shape};
use std::sync::Arc;

/// Configurations of one kind a bucket has at the most.
const MOST: usize = 1_000;
/// Configurations of one page.
const PAGE: usize = 100;

/// One page of a kind, by id. A page without any has no list.
pub(super) struct Page<T> {
    pub(super) items: Option<Vec<T>>,
    pub(super) next: Option<String>,
}

/// A kind of configuration with ids.
pub(super) trait Identified: Shape + Default {
    /// The kind.
    const KIND: Configuration;

    /// The id its document has.
    fn id(&self) -> Option<&str>;

    /// Refuses what the schema lets through.
    fn check(&self) -> Result<(), Error>;

    /// What is said where the document has another id than the request.
    fn mismatch() -> Error {
        Error::MalformedXml
    }
}

/// Stores one under the id of the request, in place of the one of the same id.
pub(super) fn put<T: Identified>(
    cx: &Cx,
    name: Option<&str>,
    owner: Option<&str>,
    id: Option<&str>,
    asked: Option<T>,
) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, name, owner)?;
    let asked = asked.ok_or(Error::MissingBody)?;
    let id = id.unwrap_or_default();
    if asked.id() != Some(id) {
        return Err(T::mismatch());
    }
    asked.check()?;
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        let rows = tx.rows(&bucket.id, T::KIND);
        if rows.len() >= MOST && rows.iter().all(|row| row.id() != id) {
            return Err(ConfigurationFault::TooMany.into());
        }
        record::put_by_id(tx, &bucket.id, T::KIND, id, &asked);
        Ok(Empty {})
    })
}

/// One, by its id.
pub(super) fn get<T: Identified>(
    cx: &Cx,
    name: Option<&str>,
    owner: Option<&str>,
    id: Option<&str>,
) -> Result<T, Error> {
    let bucket = bucket::resolve(cx, name, owner)?;
    let found = cx.read(|view| record::stored_by_id(view, &bucket.id, T::KIND, id.unwrap_or_default()))?;
    found.ok_or_else(|| Error::NotConfigured(T::KIND, bucket.name.clone()))
}

/// Removes one; unlike the other configurations it has to be there.
pub(super) fn delete<T: Identified>(
    cx: &Cx,
    name: Option<&str>,
    owner: Option<&str>,
    id: Option<&str>,
) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, name, owner)?;
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        if record::remove_by_id(tx, &bucket.id, T::KIND, id.unwrap_or_default()) {
            Ok(Empty {})
        } else {
            Err(Error::NotConfigured(T::KIND, bucket.name.clone()))
        }
    })
}

/// A page of them.
pub(super) fn list<T: Identified>(
    cx: &Cx,
    name: Option<&str>,
    owner: Option<&str>,
    token: Option<&str>,
) -> Result<Page<T>, Error> {
    let bucket = bucket::resolve(cx, name, owner)?;
    let rows = cx.read(|view| view.rows(&bucket.id, T::KIND));
    let pages = cx.world().store.pages(&[T::KIND.name(), &bucket.id]);
    let token = token.filter(|token| !token.is_empty());
    let by_id = |row: &Arc<record::ConfigurationRow>| row.id().to_owned();
    let (rows, next) = pages
        .cut(rows, by_id, token, PAGE)
        .map_err(|_| Error::InvalidArgument(Argument::ContinuationToken))?;
    let items = rows.iter().map(|row| row.read()).collect::<Result<Vec<T>, _>>()?;
    Ok(Page { items: Some(items).filter(|items| !items.is_empty()), next })
}

/// Writes the four operations of a kind: they differ by the names of their requests and members, and by nothing else.
macro_rules! operations {
    (
        $structure:ident as $member:ident in $list:ident,
        $put:ident,
        $get:ident => $got:ident,
        $delete:ident,
        $find:ident => $found:ident
    ) => {
        /// Stores one under its id.
        pub(crate) fn put(
            cx: &ports::Cx,
            _svc: &$crate::S3,
            input: api::$put,
        ) -> Result<shape::Empty, Error> {
            let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
            identified::put(cx, name, owner, input.id.as_deref(), input.$member)
        }

        /// Answers one.
        pub(crate) fn get(cx: &ports::Cx, _svc: &$crate::S3, input: api::$get) -> Result<api::$got, Error> {
            let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
            let found = identified::get(cx, name, owner, input.id.as_deref())?;
            Ok(api::$got { $member: Some(found) })
        }

        /// Removes one.
        pub(crate) fn delete(
            cx: &ports::Cx,
            _svc: &$crate::S3,
            input: api::$delete,
        ) -> Result<shape::Empty, Error> {
            let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
            identified::delete::<api::$structure>(cx, name, owner, input.id.as_deref())
        }

        /// Lists them by id.
        pub(crate) fn list(
            cx: &ports::Cx,
            _svc: &$crate::S3,
            input: api::$find,
        ) -> Result<api::$found, Error> {
            let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
            let token = input.continuation_token;
            let page = identified::list(cx, name, owner, token.as_deref())?;
            Ok(api::$found {
                is_truncated: Some(page.next.is_some()),
                continuation_token: token,
                next_continuation_token: page.next,
                $list: page.items,
            })
        }
    };
}
pub(super) use operations;

#[cfg(test)]
pub(super) mod tests {
    use crate::tests::{answer, bucket, refused};
    use serde_json::{Value, json};
    use shape::Operation;
    use shapes_s3::{ListBucketMetricsConfigurations as List, PutBucketMetricsConfiguration as Put};
    use testkit::Local;

    /// Configurations of the id `a` are stored, read, listed and removed. `member` is what requests call one.
    #[track_caller]
    pub(crate) fn lives<P: Operation, G: Operation, D: Operation, L: Operation>(
        member: &str,
        configurations: &[Value],
    ) {
        let s3 = bucket();
        let at = |id: &str| json!({"Bucket": "bkt", "Id": id});
        assert_eq!(answer::<L>(&s3, json!({"Bucket": "bkt"})), json!({"IsTruncated": false}));
        for configuration in configurations {
            answer::<P>(&s3, json!({"Bucket": "bkt", "Id": "a", member: configuration}));
            assert_eq!(answer::<G>(&s3, at("a")), json!({ member: configuration }));
            let list = format!("{member}List");
            assert_eq!(
                answer::<L>(&s3, json!({"Bucket": "bkt"})),
                json!({"IsTruncated": false, list: [configuration]})
            );
        }
        let missing = "The specified configuration does not exist.";
        refused::<G>(&s3, at("A"), "NoSuchConfiguration", missing, &[]);
        answer::<D>(&s3, at("a"));
        refused::<G>(&s3, at("a"), "NoSuchConfiguration", missing, &[]);
        refused::<D>(&s3, at("a"), "NoSuchConfiguration", missing, &[]);
    }

    fn fill(s3: &Local, count: usize) {
        for number in 0..count {
            let id = format!("m{number:04}");
            let metrics = json!({"Id": id});
            answer::<Put>(s3, json!({"Bucket": "bkt", "Id": id, "MetricsConfiguration": metrics}));
        }
    }

    fn ids(page: &Value) -> Vec<&str> {
        let list = page["MetricsConfigurationList"].as_array().unwrap();
        list.iter().map(|metrics| metrics["Id"].as_str().unwrap()).collect()
    }

    #[test]
    fn pages_of_a_hundred_follow_each_other_by_id() {
        let s3 = bucket();
        fill(&s3, 201);
        let first = answer::<List>(&s3, json!({"Bucket": "bkt"}));
        assert_eq!((ids(&first).len(), &first["IsTruncated"]), (100, &json!(true)));
        let token = &first["NextContinuationToken"];
        let second = answer::<List>(&s3, json!({"Bucket": "bkt", "ContinuationToken": token}));
        assert_eq!((ids(&second)[0], &second["ContinuationToken"]), ("m0100", token));
        let token = &second["NextContinuationToken"];
        let third = answer::<List>(&s3, json!({"Bucket": "bkt", "ContinuationToken": token}));
        assert_eq!((ids(&third), &third["IsTruncated"]), (vec!["m0200"], &json!(false)));
        refused::<List>(
            &s3,
            json!({"Bucket": "bkt", "ContinuationToken": "made-up"}),
            "InvalidArgument",
            "The continuation token provided is incorrect",
            &[("ArgumentName", "continuation-token")],
        );
    }

    #[test]
    fn a_bucket_has_a_thousand_of_a_kind_and_may_replace_them() {
        let s3 = bucket();
        fill(&s3, 1_000);
        let put = |id: &str| json!({"Bucket": "bkt", "Id": id, "MetricsConfiguration": {"Id": id}});
        answer::<Put>(&s3, put("m0999"));
        refused::<Put>(
            &s3,
            put("one-more"),
            "TooManyConfigurations",
            "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.",
            &[],
        );
    }
}
