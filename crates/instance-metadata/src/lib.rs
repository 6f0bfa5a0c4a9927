//! The metadata service of instances: what an instance is told of itself, version 1 and 2.
//!
//! What is told comes from the owners of the records through traits; of its own this crate keeps keys, the credentials it
//! has handed out and the addresses that instances are reached by. Where it listens is the gateway's business.

mod address;
mod answer;
mod credentials;
mod folder;
mod identity;
mod meta_data;
mod network;
mod service;
mod token;

pub use address::Address;
pub use answer::Answer;
pub use service::{Asked, Unanswered};

use ec2_resource::metadata::{MachineFacts, SubnetFacts};
use ports::{InstanceProfiles, InstanceRoles, Registry};
use std::sync::Arc;

/// The service.
pub struct InstanceMetadata {
    machines: Arc<dyn MachineFacts>,
    subnets: Arc<dyn SubnetFacts>,
    profiles: Arc<dyn InstanceProfiles>,
    roles: Arc<dyn InstanceRoles>,
}

/// Registers the tables and jobs.
pub fn install(
    registry: &mut Registry,
    machines: Arc<dyn MachineFacts>,
    subnets: Arc<dyn SubnetFacts>,
    profiles: Arc<dyn InstanceProfiles>,
    roles: Arc<dyn InstanceRoles>,
) -> Arc<InstanceMetadata> {
    registry
        .tables
        .record::<address::Address>()
        .record::<credentials::Kept>()
        .record::<identity::SigningKey>()
        .record::<token::SealKey>()
        .job::<credentials::Ended>();
    Arc::new(InstanceMetadata { machines, subnets, profiles, roles })
}
