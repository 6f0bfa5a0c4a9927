//! EKS: clusters, node groups, add-ons and who may enter.

mod error;

use ports::{Registry, Service, ServiceInterfaces, ServiceNetworks};
use std::sync::Arc;

/// The service.
pub struct Eks {
    /// The networks that it stands in.
    #[expect(dead_code, reason = "no operation is built yet")]
    networks: Arc<dyn ServiceNetworks>,
    /// The interfaces that it puts there.
    #[expect(dead_code, reason = "no operation is built yet")]
    interfaces: Arc<dyn ServiceInterfaces>,
}

impl Service for Eks {
    type Error = error::Error;
}

/// Registers the tables, the jobs and the operations.
pub fn install(
    registry: &mut Registry,
    networks: Arc<dyn ServiceNetworks>,
    interfaces: Arc<dyn ServiceInterfaces>,
) {
    let _ops = registry.service(Arc::new(Eks { networks, interfaces }));
}
