//! Configurations a bucket has several of, each under an id: what the four kinds have in common.

use super::record::{self, Configurations};
use crate::bucket;
use crate::bucket::record::BucketRow;
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

/// Stores one, in place of the one of the same id.
pub(super) fn put(
    cx: &Cx,
    bucket: &BucketRow,
    kind: Configuration,
    id: &str,
    structure: &dyn Shape,
) -> Result<Empty, Error> {
    cx.write(|tx| {
        let bucket = bucket::again(tx, bucket)?;
        let rows = tx.rows(&bucket.id, kind);
        if rows.len() >= MOST && rows.iter().all(|row| row.id() != id) {
            return Err(ConfigurationFault::TooMany.into());
        }
        record::put_by_id(tx, &bucket.id, kind, id, structure);
        Ok(Empty {})
    })
}

/// One, by its id.
pub(super) fn get<T: Shape + Default>(
    cx: &Cx,
    name: Option<&str>,
    owner: Option<&str>,
    kind: Configuration,
    id: Option<&str>,
) -> Result<T, Error> {
    let bucket = bucket::resolve(cx, name, owner)?;
    let found = cx.read(|view| record::stored_by_id(view, &bucket.id, kind, id.unwrap_or_default()))?;
    found.ok_or_else(|| Error::NotConfigured(kind, bucket.name.clone()))
}

/// Removes one; unlike the other configurations it has to be there.
pub(super) fn delete(
    cx: &Cx,
    name: Option<&str>,
    owner: Option<&str>,
    kind: Configuration,
    id: Option<&str>,
) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, name, owner)?;
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        if record::remove_by_id(tx, &bucket.id, kind, id.unwrap_or_default()) {
            Ok(Empty {})
        } else {
            Err(Error::NotConfigured(kind, bucket.name.clone()))
        }
    })
}

/// A page of them.
pub(super) fn list<T: Shape + Default>(
    cx: &Cx,
    name: Option<&str>,
    owner: Option<&str>,
    kind: Configuration,
    token: Option<&str>,
) -> Result<Page<T>, Error> {
    let bucket = bucket::resolve(cx, name, owner)?;
    let rows = cx.read(|view| view.rows(&bucket.id, kind));
    let pages = cx.world().store.pages(&[kind.name(), &bucket.id]);
    let token = token.filter(|token| !token.is_empty());
    let by_id = |row: &Arc<record::ConfigurationRow>| row.id().to_owned();
    let (rows, next) = pages
        .cut(rows, by_id, token, PAGE)
        .map_err(|_| Error::InvalidArgument(Argument::ContinuationToken))?;
    let items = rows.iter().map(|row| row.read()).collect::<Result<Vec<T>, _>>()?;
    Ok(Page { items: Some(items).filter(|items| !items.is_empty()), next })
}

#[cfg(test)]
mod tests {
    use crate::tests::{answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{ListBucketMetricsConfigurations as List, PutBucketMetricsConfiguration as Put};
    use testkit::Local;

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
