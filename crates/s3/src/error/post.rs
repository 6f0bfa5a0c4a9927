//! Why a browser's form is refused.

use wire::{Fault, sender};

/// Why a browser's form is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostFault {
    /// It is no `multipart/form-data`.
    Enclosure,
    /// It is not well-formed.
    Malformed,
    /// What stands before the file is too long.
    FieldsTooLong,
    /// There is no file.
    NoFile,
    /// A field is missing: its name as S3 writes it.
    Missing(String),
    /// A field's value cannot stand in a header.
    Value(String, String),
    /// The credential is none.
    Credential(String),
    /// There is a policy, and nobody vouches for it.
    Unsigned,
    /// The policy is no policy.
    InvalidPolicy(&'static str),
    /// The policy's time is over.
    Expired,
    /// A condition does not hold: as S3 shows it.
    Condition(String),
    /// A field that no condition speaks of.
    Extra(String),
}

impl PostFault {
    pub(super) fn fault(&self) -> Fault {
        let against_policy =
            |what: String| sender(403, "AccessDenied", format!("Invalid according to Policy: {what}"));
        match self {
            Self::Enclosure => sender(
                412,
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
            )
            .with("Condition", "Bucket POST must be of the enclosure-type multipart/form-data"),
            Self::Malformed => sender(
                400,
                "MalformedPOSTRequest",
                "The body of your POST request is not well-formed multipart/form-data.",
            ),
            Self::FieldsTooLong => sender(
                400,
                "MaxPostPreDataLengthExceededError",
                "Your POST request fields preceding the upload file were too large.",
            ),
            Self::NoFile => {
                sender(400, "InvalidArgument", "POST requires exactly one file upload per request.")
                    .with("ArgumentName", "file")
                    .with("ArgumentValue", "0")
            }
            Self::Missing(name) => sender(
                400,
                "InvalidArgument",
                format!(
                    "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
                ),
            )
            .with("ArgumentName", name)
            .with("ArgumentValue", ""),
            Self::Value(name, value) => {
                sender(400, "InvalidArgument", "Header value cannot be represented using ISO-8859-1.")
                    .with("ArgumentName", name)
                    .with("ArgumentValue", value)
            }
            Self::Credential(value) => sender(
                400,
                "InvalidArgument",
                "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \
                 \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
            )
            .with("ArgumentName", "X-Amz-Credential")
            .with("ArgumentValue", value),
            Self::Unsigned => sender(403, "AccessDenied", "Access Denied"),
            Self::InvalidPolicy(what) => {
                sender(400, "InvalidPolicyDocument", format!("Invalid Policy: {what}"))
            }
            Self::Expired => against_policy("Policy expired.".to_owned()),
            Self::Condition(shown) => against_policy(format!("Policy Condition failed: {shown}")),
            Self::Extra(name) => against_policy(format!("Extra input fields: {name}")),
        }
    }
}
