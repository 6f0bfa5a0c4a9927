//! What VPCs and subnets have in common where their blocks are of IPv6: how blocks are read, drawn and told, and how far
//! they are associated.

use crate::error::{Error, Ipv6};
use crate::ipam;
use crate::vpc::Vpc;
use base::{Ids, Ipv6Block};
use serde::{Deserialize, Serialize};
use std::net::Ipv6Addr;
use store::Tx;

/// How long AWS shows a new association as `associating`, in milliseconds.
pub(crate) const ASSOCIATING_MILLIS: u32 = 5_000;
/// The block that the blocks of VPCs are drawn from: 3fff::/20, which RFC 9637 keeps for documentation, so that no
/// address of this program is anybody's on the internet.
const POOL: Ipv6Addr = Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0);
/// How many /56 there are in a /20.
const POOL_SIZE: u64 = 1 << 36;
/// Bits of the block of a VPC.
const VPC_PREFIX: u8 = 56;

/// How far an association is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum BlockState {
    /// It is about to be.
    Associating,
    /// It is.
    #[default]
    Associated,
}

impl BlockState {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Associating => "associating",
            Self::Associated => "associated",
        }
    }
}

/// A block of a length between those of the pool and of a VPC.
pub(crate) fn random(ids: &Ids, length: u8) -> Option<Ipv6Block> {
    let number = u128::from(ids.below(POOL_SIZE)) << (128 - u32::from(VPC_PREFIX));
    Ipv6Block::new(Ipv6Addr::from(u128::from(POOL) | number), length)
}

/// A block that no VPC of any account or Region of the world has, nor a pool of IPAM: the pool is larger than any world.
pub(crate) fn draw(tx: &Tx, ids: &Ids) -> Ipv6Block {
    loop {
        let block = random(ids, VPC_PREFIX).unwrap_or(Ipv6Block::ANYWHERE);
        if tx.by(&Vpc::IPV6, &block.to_string()).next().is_none() && !ipam::has_block(tx, block) {
            return block;
        }
    }
}

/// The block that a subnet is asked to have: /44 to /64 in steps of 4, as it is written.
pub(crate) fn subnet_block(text: &str) -> Result<Ipv6Block, Error> {
    let block: Ipv6Block = text.parse().map_err(|_| Ipv6::NoBlock(text.to_owned()))?;
    let begins = text.split('/').next().and_then(|address| address.parse::<Ipv6Addr>().ok());
    if begins != Some(block.network()) {
        return Err(Ipv6::SubnetRange(text.to_owned()).into());
    }
    match block.prefix() {
        44 | 48 | 52 | 56 | 60 | 64 => Ok(block),
        _ => Err(Ipv6::NoBlock(text.to_owned()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::subnet_block;
    use wire::AwsError;

    #[test]
    fn blocks_of_subnets_are_of_some_lengths_and_begin_where_they_say() {
        for (text, want) in [
            ("3fff:1:2:300::/64", Ok("3fff:1:2:300::/64")),
            ("3fff:1:2:300::/60", Ok("3fff:1:2:300::/60")),
            ("3fff:0:1::/44", Err("InvalidSubnet.Range")),
            ("3fff::/44", Ok("3fff::/44")),
            ("3fff::/40", Err("InvalidParameterValue")),
            ("3fff::/65", Err("InvalidParameterValue")),
            ("3fff::1/64", Err("InvalidSubnet.Range")),
            ("10.0.0.0/24", Err("InvalidParameterValue")),
        ] {
            let found = subnet_block(text).map(|block| block.to_string());
            let found = found.map_err(|error| error.fault().code.into_owned());
            assert_eq!(found.as_deref().map_err(String::as_str), want, "{text}");
        }
    }
}
