//! A handler's need: may the caller do this too? Met by the gateway, which has asked the same of the call as a whole.
//!
//! Most calls are decided before their handler runs. What is known only while handling (the keys of a multi-delete, the
//! source of a copy, whether a missing key may be told from a hidden one) is asked through [`Cx::decide`](crate::Cx::decide).

use crate::Cx;
use shape::{OperationMeta, Shape};

/// Decides about calls.
pub trait Authority: Send + Sync {
    /// Whether the caller of `cx` may do what is asked. In a world where policies are not enforced it may.
    fn decide(&self, cx: &Cx, asked: &Asked<'_>) -> Result<(), Denied>;

    /// Whether the caller of `cx` could make a call: everything that the authorization table asks of it, but what is left to
    /// its handler.
    fn decide_call(&self, cx: &Cx, asked: &AskedCall<'_>) -> Result<(), Denied>;
}

/// One action on one resource.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The action, as policies name it: `s3:DeleteObject`.
    pub action: &'a str,
    /// The resource's ARN, or `*`.
    pub arn: &'a str,
    /// Condition keys that the request alone does not tell, with their values.
    pub context: Vec<(&'a str, Vec<String>)>,
}

impl<'a> Asked<'a> {
    /// An action on a resource, without further keys.
    pub fn new(action: &'a str, arn: &'a str) -> Self {
        Self { action, arn, context: Vec::new() }
    }
}

/// A call that a handler makes in the caller's stead: the launches of a fleet, a launch as its template completes it.
#[derive(Clone, Copy)]
pub struct AskedCall<'a> {
    /// The operation.
    pub operation: &'static OperationMeta,
    /// What it would be called with.
    pub input: &'a dyn Shape,
    /// Condition keys that this input alone does not tell, with their values, for the resource of an ARN.
    pub keys: &'a dyn Fn(&str) -> Vec<(&'static str, Vec<String>)>,
}

/// It may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// Why, in AWS's words: `User: … is not authorized to perform: …`.
    pub sentence: String,
    /// What the explanation is found under.
    pub decision: String,
    /// For DecodeAuthorizationMessage; empty for S3, which shows no such thing.
    pub encoded: String,
}

/// EC2's words around why, with what DecodeAuthorizationMessage reads. A full stop stands between the two, also behind an
/// explicit denial (recorded).
pub fn unauthorized(sentence: &str, encoded: &str) -> String {
    format!(
        "You are not authorized to perform this operation. {sentence}. Encoded authorization failure message: {encoded}"
    )
}
