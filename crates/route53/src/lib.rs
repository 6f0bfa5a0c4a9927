//! Route 53: zones, records, health checks, domains and the resolver.

mod error;

use ports::{Registry, Service};
use std::sync::Arc;

/// The service.
pub struct Route53 {}

impl Service for Route53 {
    type Error = error::Error;
}

/// Registers the tables, the jobs and the operations.
pub fn install(registry: &mut Registry) {
    let _ops = registry.service(Arc::new(Route53 {}));
}
