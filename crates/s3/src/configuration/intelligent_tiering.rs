//! `?intelligent-tiering&id=`: which archive tiers there are. They are stored; no object changes its tier.

use super::{at_most_one, identified};
use crate::S3;
use crate::bucket;
use crate::error::{Configuration, Error};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;

/// Days an object is left alone at the most before it is archived.
const MOST_DAYS: i32 = 730;

/// `PutBucketIntelligentTieringConfiguration`.
pub(crate) fn put(
    cx: &Cx,
    _svc: &S3,
    input: api::PutBucketIntelligentTieringConfigurationRequest,
) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.intelligent_tiering_configuration.ok_or(Error::MissingBody)?;
    let id = input.id.unwrap_or_default();
    if asked.id.as_ref() != Some(&id) {
        return Err(Error::MalformedXml);
    }
    check(&asked)?;
    identified::put(cx, &bucket, Configuration::IntelligentTiering, &id, &asked)
}

/// `GetBucketIntelligentTieringConfiguration`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketIntelligentTieringConfigurationRequest,
) -> Result<api::GetBucketIntelligentTieringConfigurationOutput, Error> {
    let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    let found = identified::get(cx, name, owner, Configuration::IntelligentTiering, input.id.as_deref())?;
    Ok(api::GetBucketIntelligentTieringConfigurationOutput { intelligent_tiering_configuration: Some(found) })
}

/// `DeleteBucketIntelligentTieringConfiguration`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &S3,
    input: api::DeleteBucketIntelligentTieringConfigurationRequest,
) -> Result<Empty, Error> {
    let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    identified::delete(cx, name, owner, Configuration::IntelligentTiering, input.id.as_deref())
}

/// `ListBucketIntelligentTieringConfigurations`.
pub(crate) fn list(
    cx: &Cx,
    _svc: &S3,
    input: api::ListBucketIntelligentTieringConfigurationsRequest,
) -> Result<api::ListBucketIntelligentTieringConfigurationsOutput, Error> {
    let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    let token = input.continuation_token;
    let page = identified::list(cx, name, owner, Configuration::IntelligentTiering, token.as_deref())?;
    Ok(api::ListBucketIntelligentTieringConfigurationsOutput {
        is_truncated: Some(page.next.is_some()),
        continuation_token: token,
        next_continuation_token: page.next,
        intelligent_tiering_configuration_list: page.items,
    })
}

/// One filter at the most; each tier once, after days its kind allows.
fn check(tiering: &api::IntelligentTieringConfiguration) -> Result<(), Error> {
    if let Some(filter) = &tiering.filter {
        at_most_one(&[filter.prefix.is_some(), filter.tag.is_some(), filter.and.is_some()])?;
    }
    let tiers = tiering.tierings.as_deref().unwrap_or_default();
    if tiers.is_empty() {
        return Err(Error::MalformedXml);
    }
    for (name, least) in [("ARCHIVE_ACCESS", 90), ("DEEP_ARCHIVE_ACCESS", 180)] {
        let named = tiers.iter().filter(|tier| tier.access_tier.as_deref() == Some(name));
        let days: Vec<i32> = named.map(|tier| tier.days.unwrap_or_default()).collect();
        if days.len() > 1 || days.iter().any(|days| !(least..=MOST_DAYS).contains(days)) {
            return Err(Error::MalformedXml);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{
        DeleteBucketIntelligentTieringConfiguration as Delete,
        GetBucketIntelligentTieringConfiguration as Get, ListBucketIntelligentTieringConfigurations as List,
        PutBucketIntelligentTieringConfiguration as Put,
    };

    fn put(configuration: &Value) -> Value {
        json!({"Bucket": "bkt", "Id": "a", "IntelligentTieringConfiguration": configuration})
    }

    #[test]
    fn one_comes_back_under_its_id_until_it_is_deleted() {
        let s3 = bucket();
        let at = |id: &str| json!({"Bucket": "bkt", "Id": id});
        assert_eq!(answer::<List>(&s3, json!({"Bucket": "bkt"})), json!({"IsTruncated": false}));
        for configuration in [
            json!({"Id": "a", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}, {"Days": 180, "AccessTier": "DEEP_ARCHIVE_ACCESS"}]}),
            json!({"Id": "a", "Status": "Disabled", "Filter": {"Tag": {"Key": "k", "Value": "v"}}, "Tierings": [{"Days": 700, "AccessTier": "ARCHIVE_ACCESS"}]}),
        ] {
            answer::<Put>(&s3, put(&configuration));
            assert_eq!(
                answer::<Get>(&s3, at("a")),
                json!({"IntelligentTieringConfiguration": configuration})
            );
            assert_eq!(
                answer::<List>(&s3, json!({"Bucket": "bkt"})),
                json!({"IsTruncated": false, "IntelligentTieringConfigurationList": [configuration]})
            );
        }
        let missing = "The specified configuration does not exist.";
        refused::<Get>(&s3, at("A"), "NoSuchConfiguration", missing, &[]);
        answer::<Delete>(&s3, at("a"));
        refused::<Get>(&s3, at("a"), "NoSuchConfiguration", missing, &[]);
        refused::<Delete>(&s3, at("a"), "NoSuchConfiguration", missing, &[]);
    }

    #[test]
    fn what_is_none_is_refused() {
        let s3 = bucket();
        let tiers = |id: &str, tiers: &Value| json!({"Id": id, "Status": "Enabled", "Tierings": tiers});
        for (configuration, code, sentence) in [
            (tiers("a", &json!([])), "MalformedXML", MALFORMED),
            (tiers("b", &json!([{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}])), "MalformedXML", MALFORMED),
            (tiers("a", &json!([{"Days": 89, "AccessTier": "ARCHIVE_ACCESS"}])), "MalformedXML", MALFORMED),
            (
                tiers("a", &json!([{"Days": 179, "AccessTier": "DEEP_ARCHIVE_ACCESS"}])),
                "MalformedXML",
                MALFORMED,
            ),
            (tiers("a", &json!([{"Days": 731, "AccessTier": "ARCHIVE_ACCESS"}])), "MalformedXML", MALFORMED),
            (tiers("a", &json!([{"Days": 90, "AccessTier": "DEEP"}])), "MalformedXML", MALFORMED),
        ] {
            refused::<Put>(&s3, put(&configuration), code, sentence, &[]);
        }
    }
}
