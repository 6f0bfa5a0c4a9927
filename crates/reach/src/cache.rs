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

/// A flow as a number whose highest bits are well mixed. Flows that share one do not share a verdict: they only push each
/// other out.
fn reduced(origin: Origin, packet: Packet) -> u64 {
    let Packet { source, destination, protocol, from, to } = packet;
    let (kind, position) = match origin {
        Origin::Interface(position) => (1, position),
        Origin::Internet => (2, 0),
        Origin::Customer(position) => (3, position),
        Origin::Endpoint(position) => (4, position),
    };
    let ([a, b], [c, d]) = (from.to_be_bytes(), to.to_be_bytes());
    let header = u64::from_be_bytes([kind, protocol, 0, 0, a, b, c, d]);
    let mut mixed = 0_u64;
    for word in [header, position as u64, folded(source.bits()), folded(destination.bits())] {
        mixed = mixed.wrapping_add(word).wrapping_mul(GOLDEN).rotate_left(29);
    }
    mixed.wrapping_mul(GOLDEN)
}

/// Both halves of an address in one.
fn folded(bits: u128) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "one half, then the other")]
    let (low, high) = (bits as u64, bits.rotate_left(64) as u64);
    low.wrapping_add(high.rotate_left(32))
}

#[cfg(test)]
mod tests {
    use super::reduced;
    use crate::address::Address;
    use crate::packet::{EPHEMERAL, Packet};
    use crate::verdict::Origin;
    use std::collections::BTreeSet;
    use std::net::Ipv4Addr;

    /// Flows, and as many places; at random they would take 647 of them.
    const FLOWS: u16 = 1_024;
    const BITS: u32 = 10;
    const LEAST: usize = 550;

    #[track_caller]
    fn check(what: &str, flow: impl Fn(u16) -> (Origin, Packet)) {
        let place = |(origin, packet)| reduced(origin, packet) >> (u64::BITS - BITS);
        let taken: BTreeSet<u64> = (0..FLOWS).map(|number| place(flow(number))).collect();
        assert!(taken.len() >= LEAST, "{what}: {} places", taken.len());
    }

    #[test]
    fn flows_that_differ_in_one_thing_have_places_of_their_own() {
        let (one, other): (Address, Address) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        let packet = Packet::tcp(one, other, 443);
        let outside = |packet| (Origin::Internet, packet);
        let near = |number: u16| Address::from(Ipv4Addr::from(0x0a00_0000 + u32::from(number)));
        let far = |number: u16| -> Address { format!("2001:db8:0:{number:x}::1").parse().unwrap() };
        check("source ports", |number| outside(Packet { from: EPHEMERAL + number, ..packet }));
        check("destination ports", |number| outside(Packet { to: number, ..packet }));
        check("sources", |number| outside(Packet { source: near(number), ..packet }));
        check("destinations", |number| outside(Packet { destination: near(number), ..packet }));
        check("networks of sources", |number| outside(Packet { source: far(number), ..packet }));
        check("networks of destinations", |number| outside(Packet { destination: far(number), ..packet }));
        check("interfaces", |number| (Origin::Interface(usize::from(number)), packet));
        check("customers", |number| (Origin::Customer(usize::from(number)), packet));
        check("endpoints", |number| (Origin::Endpoint(usize::from(number)), packet));
    }
}
