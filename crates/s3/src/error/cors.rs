//! Why a CORS preflight is refused.

use wire::{Fault, sender};

/// Why a CORS preflight is refused; each names the method that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorsFault {
    /// It does not say where it comes from.
    NoOrigin,
    /// There is no such bucket.
    NoBucket(String),
    /// The bucket has no rules.
    Disabled(String),
    /// None of its rules matches.
    NoMatch {
        /// The method.
        method: String,
        /// An object was named, not the bucket alone.
        is_object: bool,
    },
}

/// As S3 spells it.
const NO_MATCH: &str = "CORSResponse: This CORS request is not allowed. This is usually because the evalution of \
    Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by \
    the resource's CORS spec.";

impl CorsFault {
    pub(super) fn fault(&self) -> Fault {
        let forbidden = |sentence: &str, method: &str, resource: &str| {
            sender(403, "AccessForbidden", sentence).with("Method", method).with("ResourceType", resource)
        };
        match self {
            Self::NoOrigin => {
                sender(400, "BadRequest", "Insufficient information. Origin request header needed.")
                    .header("connection", "close")
            }
            Self::NoBucket(method) => forbidden("CORSResponse: Bucket not found", method, "BUCKET"),
            Self::Disabled(method) => {
                forbidden("CORSResponse: CORS is not enabled for this bucket.", method, "BUCKET")
            }
            Self::NoMatch { method, is_object } => {
                forbidden(NO_MATCH, method, if *is_object { "OBJECT" } else { "BUCKET" })
            }
        }
    }
}
