//! `?ownershipControls`: whose the objects are, and with it whether ACLs count.

use super::discard;
use super::record::{self, Configurations};
use crate::S3;
use crate::bucket;
use crate::error::{Configuration, Error};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;
use store::{StoreError, Tx};

/// Whether this is one of the three.
pub(crate) fn is_known(ownership: &str) -> bool {
    matches!(ownership, "BucketOwnerEnforced" | "BucketOwnerPreferred" | "ObjectWriter")
}

/// `BucketOwnerEnforced`, `BucketOwnerPreferred` or `ObjectWriter`; `None` where the controls were deleted, which
/// behaves as `ObjectWriter`.
pub(crate) fn of(rows: &impl Configurations, bucket: &str) -> Result<Option<String>, StoreError> {
    let controls: Option<api::OwnershipControls> =
        record::stored(rows, bucket, Configuration::OwnershipControls)?;
    let first = controls.and_then(|controls| controls.rules).and_then(|rules| rules.into_iter().next());
    Ok(first.and_then(|rule| rule.object_ownership))
}

/// What CreateBucket sets.
pub(crate) fn begin(tx: &mut Tx, bucket: &str, ownership: &str) {
    record::put(tx, bucket, Configuration::OwnershipControls, &controls(ownership.to_owned()));
}

fn controls(ownership: String) -> api::OwnershipControls {
    let rule = api::OwnershipControlsRule { object_ownership: Some(ownership) };
    api::OwnershipControls { rules: Some(vec![rule]) }
}

/// `GetBucketOwnershipControls`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketOwnershipControlsRequest,
) -> Result<api::GetBucketOwnershipControlsOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let found = cx.read(|view| of(view, &bucket.id))?;
    let ownership =
        found.ok_or_else(|| Error::NotConfigured(Configuration::OwnershipControls, bucket.name.clone()))?;
    Ok(api::GetBucketOwnershipControlsOutput { ownership_controls: Some(controls(ownership)) })
}

/// `PutBucketOwnershipControls`: one rule.
pub(crate) fn put(cx: &Cx, _svc: &S3, input: api::PutBucketOwnershipControlsRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.ownership_controls.ok_or(Error::MissingBody)?;
    let [rule] = asked.rules.as_deref().unwrap_or_default() else { return Err(Error::MalformedXml) };
    if !rule.object_ownership.as_deref().is_some_and(is_known) {
        return Err(Error::MalformedXml);
    }
    let enforces = rule.object_ownership.as_deref() == Some("BucketOwnerEnforced");
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        if enforces && bucket.acl.is_some() {
            return Err(Error::AclWithOwnership);
        }
        record::put(tx, &bucket.id, Configuration::OwnershipControls, &asked);
        Ok(Empty {})
    })
}

/// `DeleteBucketOwnershipControls`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &S3,
    input: api::DeleteBucketOwnershipControlsRequest,
) -> Result<Empty, Error> {
    let owner = input.expected_bucket_owner.as_deref();
    discard(cx, input.bucket.as_deref(), owner, Configuration::OwnershipControls)
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{
        CreateBucket, DeleteBucketOwnershipControls, GetBucketOwnershipControls as Get,
        PutBucketOwnershipControls as Put,
    };

    fn controls(ownership: &str) -> Value {
        json!({"Rules": [{"ObjectOwnership": ownership}]})
    }

    #[test]
    fn the_owner_is_enforced_unless_somebody_says_otherwise() {
        let s3 = bucket();
        let shown = |name: &str| answer::<Get>(&s3, json!({"Bucket": name}));
        let wanted = |ownership: &str| json!({"OwnershipControls": controls(ownership)});
        assert_eq!(shown("bkt"), wanted("BucketOwnerEnforced"));
        answer::<CreateBucket>(&s3, json!({"Bucket": "writers", "ObjectOwnership": "ObjectWriter"}));
        assert_eq!(shown("writers"), wanted("ObjectWriter"));
        answer::<Put>(&s3, json!({"Bucket": "bkt", "OwnershipControls": controls("BucketOwnerPreferred")}));
        assert_eq!(shown("bkt"), wanted("BucketOwnerPreferred"));
        for _ in 0..2 {
            answer::<DeleteBucketOwnershipControls>(&s3, json!({"Bucket": "bkt"}));
        }
        refused::<Get>(
            &s3,
            json!({"Bucket": "bkt"}),
            "OwnershipControlsNotFoundError",
            "The bucket ownership controls were not found",
            &[("BucketName", "bkt")],
        );
    }

    #[test]
    fn what_is_no_control_is_refused() {
        let s3 = bucket();
        for rules in [
            json!([]),
            json!([{}]),
            json!([{"ObjectOwnership": "Nobody"}]),
            json!([{"ObjectOwnership": "ObjectWriter"}, {"ObjectOwnership": "ObjectWriter"}]),
        ] {
            let asked = json!({"Bucket": "bkt", "OwnershipControls": {"Rules": rules}});
            refused::<Put>(&s3, asked, "MalformedXML", MALFORMED, &[]);
        }
        for header in ["", "Nobody"] {
            refused::<CreateBucket>(
                &s3,
                json!({"Bucket": "other", "ObjectOwnership": header}),
                "InvalidArgument",
                &format!("Invalid x-amz-object-ownership header: {header}"),
                &[("ArgumentName", "x-amz-object-ownership")],
            );
        }
    }
}
