//! The instance types of EC2: the figures DescribeInstanceTypes answers, and the zones each is offered in.
//!
//! They are facts published by AWS and lie packed in `types.bin`, which `cargo xtask instance-types` writes; `SOURCE`
//! names the packages they come from. A type is read when somebody asks for it and borrows its texts from the file.
//! How the API shows, filters and pages them belongs to `compute`.
//!
//! Types that AWS has closed to new accounts (`p3.2xlarge`, `i3.metal`) are kept with the figures of the last recording
//! that had them: those who run them still see them.

mod list;
mod pack;
mod places;
mod types;

#[cfg(test)]
mod tests;

pub use list::{Item, Iter, List};
pub use pack::FIELDS;
pub use places::zones;
pub use types::{
    Accelerator, ConnectionTracking, Disk, Ebs, EbsPerformance, Gpu, InstanceType, Network, NetworkCard,
    NeuronDevice, Processor, Storage, Vcpus,
};

use base::Region;

/// Every type, by name.
pub fn all() -> impl ExactSizeIterator<Item = InstanceType> {
    (0..pack::get().len()).map(types::read)
}

/// The type of that name: `t3.micro`.
pub fn by_name(name: &str) -> Option<InstanceType> {
    pack::get().position(name).map(types::read)
}

/// The types that are offered in at least one zone of a Region, by name. A Region nothing is known of offers what
/// `us-east-1` does.
pub fn offered(region: &Region) -> impl Iterator<Item = InstanceType> {
    places::offered(region).map(types::read)
}
