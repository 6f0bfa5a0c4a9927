//! `?inventory&id=`: which inventories there are. They are stored; no report is written.

use super::{at_most_one, bucket_of_arn, identified};
use crate::S3;
use crate::bucket;
use crate::error::{Configuration, ConfigurationFault, Error};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;

/// `PutBucketInventoryConfiguration`.
pub(crate) fn put(
    cx: &Cx,
    _svc: &S3,
    input: api::PutBucketInventoryConfigurationRequest,
) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.inventory_configuration.ok_or(Error::MissingBody)?;
    let id = input.id.unwrap_or_default();
    if asked.id.as_ref() != Some(&id) {
        return Err(ConfigurationFault::IdMismatch.into());
    }
    check(&asked)?;
    identified::put(cx, &bucket, Configuration::Inventory, &id, &asked)
}

/// `GetBucketInventoryConfiguration`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketInventoryConfigurationRequest,
) -> Result<api::GetBucketInventoryConfigurationOutput, Error> {
    let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    let found = identified::get(cx, name, owner, Configuration::Inventory, input.id.as_deref())?;
    Ok(api::GetBucketInventoryConfigurationOutput { inventory_configuration: Some(found) })
}

/// `DeleteBucketInventoryConfiguration`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &S3,
    input: api::DeleteBucketInventoryConfigurationRequest,
) -> Result<Empty, Error> {
    let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    identified::delete(cx, name, owner, Configuration::Inventory, input.id.as_deref())
}

/// `ListBucketInventoryConfigurations`.
pub(crate) fn list(
    cx: &Cx,
    _svc: &S3,
    input: api::ListBucketInventoryConfigurationsRequest,
) -> Result<api::ListBucketInventoryConfigurationsOutput, Error> {
    let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    let token = input.continuation_token;
    let page = identified::list(cx, name, owner, Configuration::Inventory, token.as_deref())?;
    Ok(api::ListBucketInventoryConfigurationsOutput {
        is_truncated: Some(page.next.is_some()),
        continuation_token: token,
        next_continuation_token: page.next,
        inventory_configuration_list: page.items,
    })
}

/// A report that goes to a bucket, encrypted in one way at the most.
fn check(inventory: &api::InventoryConfiguration) -> Result<(), Error> {
    let destination = inventory.destination.as_ref();
    let Some(target) = destination.and_then(|destination| destination.s3_bucket_destination.as_ref()) else {
        return Err(Error::MalformedXml);
    };
    if let Some(encryption) = &target.encryption {
        at_most_one(&[encryption.sses3.is_some(), encryption.ssekms.is_some()])?;
    }
    if target.bucket.as_deref().and_then(bucket_of_arn).is_none() {
        return Err(ConfigurationFault::DestinationArn.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{
        DeleteBucketInventoryConfiguration as Delete, GetBucketInventoryConfiguration as Get,
        ListBucketInventoryConfigurations as List, PutBucketInventoryConfiguration as Put,
    };

    fn put(configuration: &Value) -> Value {
        json!({"Bucket": "bkt", "Id": "a", "InventoryConfiguration": configuration})
    }

    fn valid() -> Value {
        json!({"Id": "a", "IsEnabled": true, "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"}, "Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::to", "Format": "CSV", "Encryption": {"SSES3": {}}}}, "OptionalFields": ["Size", "ETag"], "Filter": {"Prefix": "p"}})
    }

    #[test]
    fn one_comes_back_under_its_id_until_it_is_deleted() {
        let s3 = bucket();
        let at = |id: &str| json!({"Bucket": "bkt", "Id": id});
        assert_eq!(answer::<List>(&s3, json!({"Bucket": "bkt"})), json!({"IsTruncated": false}));
        let mut keyed = valid();
        let target = &mut keyed["Destination"]["S3BucketDestination"];
        target["Encryption"] = json!({"SSEKMS": {"KeyId": "k"}});
        for configuration in [valid(), keyed] {
            answer::<Put>(&s3, put(&configuration));
            assert_eq!(answer::<Get>(&s3, at("a")), json!({"InventoryConfiguration": configuration}));
            assert_eq!(
                answer::<List>(&s3, json!({"Bucket": "bkt"})),
                json!({"IsTruncated": false, "InventoryConfigurationList": [configuration]})
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
        let with = |member: &str, value: Value| {
            let mut inventory = valid();
            inventory[member] = value;
            inventory
        };
        for (configuration, code, sentence) in [
            (with("Schedule", json!({"Frequency": "Hourly"})), "MalformedXML", MALFORMED),
            (with("IncludedObjectVersions", json!("Some")), "MalformedXML", MALFORMED),
            (with("OptionalFields", json!(["Colour"])), "MalformedXML", MALFORMED),
            (with("Destination", json!({})), "MalformedXML", MALFORMED),
            (
                with(
                    "Destination",
                    json!({"S3BucketDestination": {"Bucket": "arn:aws:s3:::to", "Format": "CSV",
                    "Encryption": {"SSES3": {}, "SSEKMS": {"KeyId": "k"}}}}),
                ),
                "MalformedXML",
                MALFORMED,
            ),
            // The id is compared before the destination is read.
            (
                with("Destination", json!({"S3BucketDestination": {"Bucket": "to", "Format": "CSV"}})),
                "InvalidS3DestinationBucket",
                "Invalid bucket ARN.",
            ),
            (
                with("Id", json!("b")),
                "IdMismatch",
                "Document ID does not match the specified configuration ID.",
            ),
        ] {
            refused::<Put>(&s3, put(&configuration), code, sentence, &[]);
        }
    }
}
