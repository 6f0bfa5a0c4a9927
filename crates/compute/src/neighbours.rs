//! The other owners of EC2, as instances need them.

use ec2_resource::holders::Holders;
use ec2_resource::neighbour::{Networks, Volumes};
use ec2_resource::snapshots::Snapshots;
use std::sync::Arc;

/// Where instances stand, what they boot from, and what images are made of.
#[derive(Clone)]
pub struct Neighbours {
    /// Where they stand.
    pub networks: Arc<dyn Networks>,
    /// What they boot from.
    pub volumes: Arc<dyn Volumes>,
    /// What images are made of.
    pub snapshots: Arc<dyn Snapshots>,
    /// Who knows which instances have what a filter names.
    pub holders: Vec<Arc<dyn Holders>>,
}
