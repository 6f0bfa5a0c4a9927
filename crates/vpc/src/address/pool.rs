//! The pool of public addresses: 198.18.0.0/15, which RFC 2544 keeps for measurements, so that no address of this
//! program is anybody's on the internet. One is drawn by the world's own randomness: the same seed gives the same ones.

use super::Address;
use crate::ipam;
use crate::network_interface::NetworkInterface;
use crate::vpn_connection::VpnConnection;
use base::{Ids, Ipv4Block};
use std::net::Ipv4Addr;
use store::Tx;

/// 198.18.0.0.
const FIRST: u32 = 0xc612_0000;
/// Addresses of a /15.
const SIZE: u32 = 1 << 17;

/// A block of a length, where it does not begin or end with an address that is nobody's.
pub(crate) fn random(ids: &Ids, length: u8) -> Option<Ipv4Block> {
    let offset = u32::try_from(ids.below(u64::from(SIZE))).unwrap_or_default();
    let block = Ipv4Block::new(Ipv4Addr::from(FIRST + offset), length)?;
    let (first, last) = (u32::from(block.network()), u32::from(block.last()));
    (first > FIRST && last < FIRST + SIZE - 1).then_some(block)
}

/// Whether nobody has an address, in any account or Region of the world.
pub(crate) fn is_free(tx: &Tx, address: Ipv4Addr) -> bool {
    let text = address.to_string();
    tx.by(&Address::PUBLIC, &text).next().is_none()
        && tx.by(&NetworkInterface::LENT, &text).next().is_none()
        && tx.by(&VpnConnection::OUTSIDE, &text).next().is_none()
}

/// An address that nobody has, in any account or Region of the world; none where all are given out. Those of blocks that
/// pools of IPAM have are given out by them.
pub(crate) fn draw(tx: &Tx, ids: &Ids) -> Option<Ipv4Addr> {
    let start = u32::try_from(ids.below(u64::from(SIZE))).unwrap_or_default();
    // The first and the last address of the block are nobody's.
    let candidates =
        (0..SIZE).map(|step| (start + step) % SIZE).filter(|offset| (1..SIZE - 1).contains(offset));
    let mut addresses = candidates.map(|offset| Ipv4Addr::from(FIRST + offset));
    addresses.find(|address| is_free(tx, *address) && !ipam::has_address(tx, *address))
}
