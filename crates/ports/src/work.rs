//! What services do by themselves: loops that make the world match what handlers recorded.

use crate::World;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use store::EventRow;

/// A loop of a service. It takes no input: it reads what should be, does one bounded thing, and records what it saw.
pub trait Loop: Send + Sync {
    /// What the log calls it: `s3.release`.
    fn name(&self) -> &'static str;
    /// Whether this event may have made work for it. It is also woken from time to time without one.
    fn wakes(&self, event: &EventRow) -> bool;
    /// Does one bounded thing. Safe to run twice.
    fn step(&self, world: Arc<World>) -> Step;
}

/// What a step is waited for.
pub type Step = Pin<Box<dyn Future<Output = Result<Next, StepError>> + Send>>;

/// Why a step failed; for the log. The loop tries again.
pub type StepError = Box<dyn std::error::Error + Send + Sync>;

/// What follows a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There may be more to do.
    Again,
    /// Nothing is left to do until an event says so.
    Wait,
    /// There is more to do, but not before this time has passed on the machine.
    After(Duration),
}
