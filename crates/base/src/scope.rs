//! Whose state it is.

use crate::{AccountId, Partition, Region};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Partition, account and Region: what separates the state of Regional services. Global services use the
/// partition's home Region, so that their state is not split.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// The partition.
    pub partition: Partition,
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
}

impl Scope {
    /// The scope of `account` in `region`, whose name tells the partition.
    pub fn new(account: AccountId, region: Region) -> Self {
        Self { partition: region.partition(), account, region }
    }

    /// Reads what `Display` wrote: `000000000000/us-east-1`.
    pub fn parse(text: &str) -> Option<Self> {
        let (account, region) = text.split_once('/')?;
        Some(Self::new(account.parse().ok()?, Region::parse(region)?))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.region)
    }
}
