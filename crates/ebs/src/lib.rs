//! Volumes and snapshots, as the API of EC2 has them.

mod authority;

pub use authority::resources;

use ec2_resource::error;
use ec2_resource::tag::Kind;
use ports::{Registry, Service};
use std::sync::Arc;

/// The service.
pub struct Ebs;

impl Service for Ebs {
    type Error = error::Error;
}

/// The kinds of resources of this crate.
pub static KINDS: &[Kind] = &[];

/// Registers the tables, the jobs and the operations.
pub fn install(registry: &mut Registry) {
    registry.service(Arc::new(Ebs));
}
