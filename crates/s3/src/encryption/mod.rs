//! Server-side encryption: what a request asks for, what a bucket does by default, and what an object has.
//!
//! SSE-S3 and SSE-KMS are recorded and repeated; their bytes lie as they came, because the keys would lie beside
//! them. SSE-C really encrypts ([`customer`]): the key is the client's alone, and nothing of it is kept but a salted
//! proof. Source: Amazon S3 User Guide, "Protecting data with server-side encryption"; sentences as recorded.

pub(crate) mod customer;
mod kms;
mod update;

pub(crate) use update::update;

use crate::bucket::record::BucketRow;
use crate::configuration::record::{self as configurations, Configurations};
use crate::error::{Argument, Configuration, Error};
use customer::{CustomerHeaders, CustomerKey, SecretKey};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_s3 as api;

/// How an object is encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Encryption {
    /// By S3's own keys: what everything has that asks for nothing else.
    #[default]
    S3,
    /// By a key of KMS.
    Kms(Kms),
    /// By a key that the client keeps.
    Customer(CustomerKey),
}

/// SSE-KMS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kms {
    /// `aws:kms:dsse` rather than `aws:kms`.
    pub(crate) dual_layer: bool,
    pub(crate) key_arn: String,
    pub(crate) bucket_key: bool,
    /// Base64 of JSON, as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) context: Option<String>,
}

impl Encryption {
    pub(crate) fn is_s3(&self) -> bool {
        *self == Self::S3
    }

    /// `x-amz-server-side-encryption`; SSE-C has another header.
    pub(crate) fn algorithm(&self) -> Option<&'static str> {
        match self {
            Self::S3 => Some("AES256"),
            Self::Kms(kms) if kms.dual_layer => Some("aws:kms:dsse"),
            Self::Kms(_) => Some("aws:kms"),
            Self::Customer(_) => None,
        }
    }

    pub(crate) fn kms(&self) -> Option<&Kms> {
        match self {
            Self::Kms(kms) => Some(kms),
            Self::S3 | Self::Customer(_) => None,
        }
    }

    pub(crate) fn customer(&self) -> Option<&CustomerKey> {
        match self {
            Self::Customer(key) => Some(key),
            Self::S3 | Self::Kms(_) => None,
        }
    }

    /// The key that opens an object, held against what a read sends along.
    pub(crate) fn open(&self, sent: &CustomerHeaders<'_>) -> Result<Option<SecretKey>, Error> {
        match self {
            Self::Customer(key) => key.open(sent).map(Some),
            Self::S3 | Self::Kms(_) => sent.refuse_on_plain().map(|()| None),
        }
    }
}

/// What a write says about encryption.
pub(crate) struct Asked<'i> {
    pub(crate) algorithm: Option<&'i str>,
    pub(crate) key_id: Option<&'i str>,
    pub(crate) context: Option<&'i str>,
    pub(crate) bucket_key: Option<bool>,
    pub(crate) customer: CustomerHeaders<'i>,
}

/// Reads the encryption members of a write.
macro_rules! asked {
    ($input:expr) => {
        $crate::encryption::Asked {
            algorithm: $input.server_side_encryption.as_deref(),
            key_id: $input.ssekms_key_id.as_deref(),
            context: $input.ssekms_encryption_context.as_deref(),
            bucket_key: $input.bucket_key_enabled,
            customer: $crate::encryption::customer_headers!($input),
        }
    };
}
pub(crate) use asked;

/// Reads the SSE-C members of a request.
macro_rules! customer_headers {
    ($input:expr) => {
        $crate::encryption::customer::CustomerHeaders {
            algorithm: $input.sse_customer_algorithm.as_deref(),
            key: $input.sse_customer_key.as_deref(),
            md5: $input.sse_customer_key_md5.as_deref(),
        }
    };
}
pub(crate) use customer_headers;

/// How a write is encrypted, and by which key where the client brings one.
pub(crate) struct Sealing {
    pub(crate) encryption: Encryption,
    pub(crate) key: Option<SecretKey>,
}

impl Asked<'_> {
    /// Whether the request says anything at all: a copy onto itself may change the encryption.
    pub(crate) fn is_explicit(&self) -> bool {
        self.algorithm.is_some() || self.customer.are_there()
    }

    /// Decides for a write to `bucket`: what it asks for, else what the bucket does by default.
    pub(crate) fn decide(&self, cx: &Cx, bucket: &BucketRow) -> Result<Sealing, Error> {
        if self.customer.are_there() {
            if let Some(algorithm) = self.algorithm {
                return Err(Error::InvalidArgument(Argument::CustomerKeyWithOther(algorithm.to_owned())));
            }
            let key = self.customer.key()?;
            if !cx.read(|view| default_of(view, bucket))?.takes_customer_keys {
                return Err(Error::AccessDenied);
            }
            let proof = CustomerKey::prove(&key, cx.ids().bytes());
            return Ok(Sealing { encryption: Encryption::Customer(proof), key: Some(key) });
        }
        let default = cx.read(|view| default_of(view, bucket))?;
        let encryption = match self.algorithm {
            None if self.key_id.is_some() => {
                return Err(Error::InvalidArgument(Argument::KeyIdWithoutAlgorithm));
            }
            None => match default.algorithm.as_str() {
                "aws:kms" | "aws:kms:dsse" => self.by_kms(cx, bucket, &default, &default.algorithm)?,
                _ => Encryption::S3,
            },
            Some("AES256") => Encryption::S3,
            Some(algorithm @ ("aws:kms" | "aws:kms:dsse")) => self.by_kms(cx, bucket, &default, algorithm)?,
            Some(other) => return Err(Error::InvalidEncryption(other.to_owned())),
        };
        Ok(Sealing { encryption, key: None })
    }

    fn by_kms(
        &self,
        cx: &Cx,
        bucket: &BucketRow,
        default: &Default,
        algorithm: &str,
    ) -> Result<Encryption, Error> {
        // A write that names the algorithm alone takes the key, and the bucket key, of the bucket's own default.
        let inherits = default.algorithm == algorithm;
        let key_id = self.key_id.or(default.key_id.as_deref().filter(|_| inherits));
        let bucket_key = self.bucket_key.unwrap_or(inherits && default.bucket_key);
        Ok(Encryption::Kms(Kms {
            dual_layer: algorithm == "aws:kms:dsse",
            key_arn: kms::key_arn(cx, &bucket.region, bucket.account, key_id)?,
            bucket_key: bucket_key && algorithm == "aws:kms",
            context: self.context.map(str::to_owned),
        }))
    }
}

/// What a bucket does where a write says nothing.
pub(crate) struct Default {
    pub(crate) algorithm: String,
    pub(crate) key_id: Option<String>,
    pub(crate) bucket_key: bool,
    /// Somebody configured it.
    pub(crate) is_explicit: bool,
    /// SSE-C is not blocked.
    takes_customer_keys: bool,
}

/// The default encryption of a bucket.
pub(crate) fn default_of(rows: &impl Configurations, bucket: &BucketRow) -> Result<Default, Error> {
    type Stored = api::ServerSideEncryptionConfiguration;
    let stored = configurations::stored::<Stored>(rows, &bucket.id, Configuration::Encryption)?;
    let rule = stored.and_then(|stored| stored.rules).and_then(|rules| rules.into_iter().next());
    let is_explicit = rule.is_some();
    let blocked = rule.as_ref().and_then(|rule| rule.blocked_encryption_types.as_ref());
    let blocked = blocked.and_then(|blocked| blocked.encryption_type.as_deref()).unwrap_or_default();
    let takes_customer_keys = !blocked.iter().any(|kind| kind == "SSE-C");
    let bucket_key = rule.as_ref().and_then(|rule| rule.bucket_key_enabled) == Some(true);
    let by_default = rule.and_then(|rule| rule.apply_server_side_encryption_by_default);
    let (algorithm, key_id) =
        by_default.map_or((None, None), |default| (default.sse_algorithm, default.kms_master_key_id));
    let algorithm = algorithm.unwrap_or_else(|| "AES256".to_owned());
    Ok(Default { algorithm, key_id, bucket_key, is_explicit, takes_customer_keys })
}

/// Writes what an object has into the members of an answer.
macro_rules! describe_encryption {
    ($output:expr, $encryption:expr) => {{
        let encryption: &$crate::encryption::Encryption = $encryption;
        $output.server_side_encryption = encryption.algorithm().map(str::to_owned);
        if let Some(kms) = encryption.kms() {
            $output.ssekms_key_id = Some(kms.key_arn.clone());
            $output.bucket_key_enabled = kms.bucket_key.then_some(true);
        }
        if let Some(key) = encryption.customer() {
            $output.sse_customer_algorithm = Some("AES256".to_owned());
            $output.sse_customer_key_md5 = Some(key.md5.clone());
        }
    }};
}
pub(crate) use describe_encryption;
