//! `?inventory&id=`: which inventories there are. They are stored; no report is written.

use super::identified::{self, Identified};
use super::{at_most_one, bucket_of_arn};
use crate::error::{Configuration, ConfigurationFault, Error};
use shapes_s3 as api;

identified::operations! {
    InventoryConfiguration as inventory_configuration in inventory_configuration_list,
    PutBucketInventoryConfigurationRequest,
    GetBucketInventoryConfigurationRequest => GetBucketInventoryConfigurationOutput,
    DeleteBucketInventoryConfigurationRequest,
    ListBucketInventoryConfigurationsRequest => ListBucketInventoryConfigurationsOutput
}

impl Identified for api::InventoryConfiguration {
    const KIND: Configuration = Configuration::Inventory;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// A report that goes to a bucket, encrypted in one way at the most.
    fn check(&self) -> Result<(), Error> {
        let destination = self.destination.as_ref();
        let Some(target) = destination.and_then(|destination| destination.s3_bucket_destination.as_ref())
        else {
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

    fn mismatch() -> Error {
        ConfigurationFault::IdMismatch.into()
    }
}

#[cfg(test)]
mod tests {
    use crate::configuration::identified::tests::lives;
    use crate::tests::{MALFORMED, bucket, refused};
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
        let mut keyed = valid();
        let target = &mut keyed["Destination"]["S3BucketDestination"];
        target["Encryption"] = json!({"SSEKMS": {"KeyId": "k"}});
        lives::<Put, Get, Delete, List>("InventoryConfiguration", &[valid(), keyed]);
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
