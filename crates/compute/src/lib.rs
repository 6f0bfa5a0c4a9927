//! The instances half of EC2: instances and what they are made from.

mod authority;

pub use authority::resources;

use ec2_resource::error;
use ec2_resource::tag::Kind;
use ports::{Registry, Service};
use std::sync::Arc;

/// The service.
pub struct Compute;

impl Service for Compute {
    type Error = error::Error;
}

/// The kinds of resources of this crate.
pub static KINDS: &[Kind] = &[];

/// Registers the tables, the jobs and the operations.
pub fn install(registry: &mut Registry) {
    registry.service(Arc::new(Compute));
}
