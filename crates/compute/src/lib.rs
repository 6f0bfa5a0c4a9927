//! The instances half of EC2: instances and what they are made from.

mod authority;
mod image;
mod instance_type;

pub use authority::resources;

use ec2_resource::error;
use ec2_resource::tag::Kind;
use ports::{Registry, Service};
use shapes_ec2 as ec2;
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
    registry
        .service(Arc::new(Compute))
        .answer::<ec2::DescribeInstanceTypes>(instance_type::describe)
        .answer::<ec2::DescribeInstanceTypeOfferings>(instance_type::offerings)
        .answer::<ec2::GetInstanceTypesFromInstanceRequirements>(instance_type::from_requirements)
        .answer::<ec2::DescribeImages>(image::describe);
}
