//! What carries messages to places the user named.

use crate::StepError;
use std::future::Future;
use std::pin::Pin;

/// Carries messages out of the world, by HTTP POST. Only what the user named is reached.
pub trait Courier: Send + Sync {
    /// Whether the user named a place for what is addressed to this ARN.
    fn serves(&self, destination: &str) -> bool;
    /// Carries a JSON document there; fails unless the place answers with success.
    fn carry(&self, destination: &str, message: String) -> Carrying;
}

/// What a delivery is waited for.
pub type Carrying = Pin<Box<dyn Future<Output = Result<(), StepError>> + Send>>;
