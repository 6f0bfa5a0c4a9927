//! Route 53's need: what its health checkers saw. Met by whoever probes endpoints.

use base::Timestamp;
use std::net::IpAddr;
use store::View;

/// The health checkers.
pub trait HealthProbes: Send + Sync {
    /// What each checker saw last of the endpoint of a health check; nothing where nobody has looked.
    fn seen(&self, view: &View, check: &str) -> Vec<Probed>;
}

/// What one checker saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probed {
    /// The Region it looks from.
    pub region: String,
    /// Its own address.
    pub address: IpAddr,
    /// Whether the endpoint answered as it should.
    pub is_healthy: bool,
    /// How it tells: `Success: HTTP Status Code 200, OK`.
    pub status: String,
    /// When it looked.
    pub checked_at: Timestamp,
}

/// There are none: nobody looks.
pub struct NoHealthProbes;

impl HealthProbes for NoHealthProbes {
    fn seen(&self, _view: &View, _check: &str) -> Vec<Probed> {
        Vec::new()
    }
}
