//! `?intelligent-tiering&id=`: which archive tiers there are. They are stored; no object changes its tier.

use super::at_most_one;
use super::identified::{self, Identified};
use crate::error::{Configuration, Error};
use shapes_s3 as api;

/// Days an object is left alone at the most before it is archived.
const MOST_DAYS: i32 = 730;

identified::operations! {
    IntelligentTieringConfiguration as intelligent_tiering_configuration in intelligent_tiering_configuration_list,
    PutBucketIntelligentTieringConfigurationRequest,
    GetBucketIntelligentTieringConfigurationRequest => GetBucketIntelligentTieringConfigurationOutput,
    DeleteBucketIntelligentTieringConfigurationRequest,
    ListBucketIntelligentTieringConfigurationsRequest => ListBucketIntelligentTieringConfigurationsOutput
}

impl Identified for api::IntelligentTieringConfiguration {
    const KIND: Configuration = Configuration::IntelligentTiering;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// One filter at the most; each tier once, after days its kind allows.
    fn check(&self) -> Result<(), Error> {
        if let Some(filter) = &self.filter {
            at_most_one(&[filter.prefix.is_some(), filter.tag.is_some(), filter.and.is_some()])?;
        }
        let tiers = self.tierings.as_deref().unwrap_or_default();
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
}

#[cfg(test)]
mod tests {
    use crate::configuration::identified::tests::lives;
    use crate::tests::{MALFORMED, bucket, refused};
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
        lives::<Put, Get, Delete, List>(
            "IntelligentTieringConfiguration",
            &[
                json!({"Id": "a", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}, {"Days": 180, "AccessTier": "DEEP_ARCHIVE_ACCESS"}]}),
                json!({"Id": "a", "Status": "Disabled", "Filter": {"Tag": {"Key": "k", "Value": "v"}}, "Tierings": [{"Days": 700, "AccessTier": "ARCHIVE_ACCESS"}]}),
            ],
        );
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
