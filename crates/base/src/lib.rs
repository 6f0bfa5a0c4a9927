//! The vocabulary every part shares.
//!
//! Partition, account, Region, zone, ARN, typed ids, address blocks, tags, timestamps, and the two sources of
//! everything that is not an input: [`Clock`] and [`Ids`]. No service's rules live here.

mod account;
mod arn;
mod cidr;
mod clock;
mod id;
mod ids;
mod ipv6_block;
mod region;
mod scope;
mod tags;
mod timestamp;

pub use account::{AccountId, ParseAccountError};
pub use arn::{Arn, ParseArnError};
pub use cidr::{Ipv4Block, ParseBlockError};
pub use clock::{Clock, ClockMode, Pace, ParsePaceError};
pub use id::ParseIdError;
pub use ids::Ids;
pub use ipv6_block::Ipv6Block;
pub use region::{Partition, Region, RegionFacts, Zone, regions};
pub use scope::Scope;
pub use tags::Tags;
pub use timestamp::Timestamp;
