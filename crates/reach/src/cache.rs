//! Verdicts that were given already.

use crate::network::Network;
use crate::packet::Packet;
use crate::verdict::{Origin, Verdict};
use crate::walk::decide;

/// Multiplies well: the golden ratio over 64 bits (Knuth, The Art of Computer Programming, volume 3, section 6.4).
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The verdicts on the flows that were asked last, of one network: a place for each number that flows are reduced to,
/// so that it never grows. A network that changes is a new one, with a new cache.
pub struct Cache {
    places: Vec<Option<(Origin, Packet, Verdict)>>,
    /// How far a number is shifted to be a place.
    shift: u32,
}

impl Cache {
    /// A cache of 2 to the power of `bits` places; of 1 to 24 bits.
    pub fn new(bits: u32) -> Self {
        let bits = bits.clamp(1, 24);
        Self { places: vec![None; 1 << bits], shift: u64::BITS - bits }
    }

    /// The verdict on a flow, kept or new.
    pub fn decide(&mut self, network: &Network, origin: Origin, packet: Packet) -> Verdict {
        let number = usize::try_from(reduced(origin, packet) >> self.shift).unwrap_or_default();
        let place = &mut self.places[number];
        if let Some((of, about, verdict)) = place
            && *of == origin
            && *about == packet
        {
            return *verdict;
        }
        let verdict = decide(network, origin, packet, &mut ());
        *place = Some((origin, packet, verdict));
        verdict
    }
}

/// A flow as a number whose highest bits are well mixed.
fn reduced(origin: Origin, packet: Packet) -> u64 {
    let Packet { source, destination, protocol, from, to } = packet;
    let origin = match origin {
        Origin::Interface(position) => position as u64,
        Origin::Internet => u64::MAX,
        Origin::Customer(position) => u64::MAX / 2 + position as u64,
        Origin::Endpoint(position) => u64::MAX - 1 - position as u64,
    };
    let ports = u64::from(from) << 32 | u64::from(to) << 16 | u64::from(protocol);
    let mut mixed = 0_u64;
    for word in [origin ^ ports.rotate_left(8), folded(source.bits()), folded(destination.bits())] {
        mixed = (mixed ^ word).wrapping_mul(GOLDEN);
        mixed ^= mixed >> 32;
    }
    mixed.wrapping_mul(GOLDEN)
}

/// Both halves of an address in one.
fn folded(bits: u128) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "one half, then the other")]
    let (low, high) = (bits as u64, (bits >> 64) as u64);
    low ^ high.rotate_left(32)
}
