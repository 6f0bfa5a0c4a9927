//! The other owners of EC2, as instances need them.

use ec2_resource::neighbour::{Networks, Volumes};
use std::sync::Arc;

/// Where instances stand and what they boot from.
#[derive(Clone)]
pub(crate) struct Neighbours {
    pub(crate) networks: Arc<dyn Networks>,
    pub(crate) volumes: Arc<dyn Volumes>,
}
