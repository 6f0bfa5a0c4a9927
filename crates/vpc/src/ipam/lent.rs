//! Blocks that Amazon lends to pools of the public scope. None is anybody's on the internet: they lie where the other public
//! addresses of this program do, and nobody else gets an address of theirs.

use super::block::{Block, Family};
use super::cidr::IpamPoolCidr;
use crate::address;
use crate::ipv6;
use crate::vpc::Vpc;
use base::{Ids, Ipv4Block, Ipv6Block};
use std::net::Ipv4Addr;
use store::Tx;

/// How often a block is drawn before none is taken to be left.
const TRIES: usize = 1_000;

/// The lengths that can be had. Sources: VPC IPAM guide, "Allocate sequential Elastic IP addresses from an IPAM pool" and
/// "Create IPv6 address pools".
pub(super) fn lengths(family: Family) -> &'static [u8] {
    match family {
        Family::V4 => &[29, 30],
        Family::V6 => &[40, 44, 48, 52],
    }
}

/// A block of a length in which nobody in the world has anything.
pub(super) fn draw(tx: &Tx, ids: &Ids, family: Family, length: u8) -> Option<Block> {
    (0..TRIES).find_map(|_| {
        let block = match family {
            Family::V4 => address::pool::random(ids, length).map(Block::V4),
            Family::V6 => ipv6::random(ids, length).map(Block::V6),
        }?;
        is_free(tx, block).then_some(block)
    })
}

fn is_free(tx: &Tx, block: Block) -> bool {
    let mut lent = tx.by(&IpamPoolCidr::LENT, block.family().word()).filter_map(|own| own.lent);
    if lent.any(|own| own.overlaps(block)) {
        return false;
    }
    match block {
        Block::V4(block) => addresses(block).all(|address| address::pool::is_free(tx, address)),
        Block::V6(block) => !tx.range::<Vpc>("").any(|own| own.ipv6_blocks().any(|own| own.overlaps(block))),
    }
}

fn addresses(block: Ipv4Block) -> impl Iterator<Item = Ipv4Addr> {
    (0..u32::try_from(block.size()).unwrap_or(u32::MAX)).filter_map(move |offset| block.nth(offset))
}

/// Whether an address lies in a block that a pool has: it is given out by that pool alone.
pub(crate) fn has_address(tx: &Tx, address: Ipv4Addr) -> bool {
    let mut lent = tx.by(&IpamPoolCidr::LENT, Family::V4.word()).filter_map(|own| own.lent?.v4());
    lent.any(|own| own.contains(address))
}

/// Whether a block overlaps one that a pool has.
pub(crate) fn has_block(tx: &Tx, block: Ipv6Block) -> bool {
    let mut lent = tx.by(&IpamPoolCidr::LENT, Family::V6.word()).filter_map(|own| own.lent?.v6());
    lent.any(|own: Ipv6Block| own.overlaps(block))
}
