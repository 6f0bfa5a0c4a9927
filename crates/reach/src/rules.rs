//! Which of many rules is the first that matches a packet.
//!
//! Rules are laid out for the machine: one row a rule, those of IPv4 in 16 bytes, both families apart, in the order of
//! the rules. Walking over sixty such rows costs less than finding one's way through any tree.

use crate::address::{Address, Block};
use crate::packet::{ICMP, ICMPV6, TCP, UDP};

/// Protocol and ports of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// The protocol's number; `None` for all.
    protocol: Option<u8>,
    /// The lowest and the highest that `Packet::to` may be.
    low: u16,
    high: u16,
}

impl Traffic {
    /// All of it.
    pub const ALL: Self = Self { protocol: None, low: 0, high: u16::MAX };

    /// A protocol, whatever its ports are.
    pub fn of(protocol: u8) -> Self {
        Self { protocol: Some(protocol), ..Self::ALL }
    }

    /// Destination ports of TCP or UDP; other protocols have none.
    pub fn ports(protocol: u8, low: u16, high: u16) -> Self {
        match protocol {
            TCP | UDP => Self { protocol: Some(protocol), low, high },
            _ => Self::of(protocol),
        }
    }

    /// ICMP of a type and code; `None` is any.
    pub fn icmp(protocol: u8, kind: Option<u8>, code: Option<u8>) -> Self {
        let (low, high) = match (protocol, kind, code) {
            (ICMP | ICMPV6, Some(kind), Some(code)) => ([kind, code], [kind, code]),
            (ICMP | ICMPV6, Some(kind), None) => ([kind, 0], [kind, u8::MAX]),
            _ => return Self::of(protocol),
        };
        Self { protocol: Some(protocol), low: u16::from_be_bytes(low), high: u16::from_be_bytes(high) }
    }

    /// Protocol and range, as rules are told.
    pub fn parts(self) -> (Option<u8>, (u16, u16)) {
        (self.protocol, (self.low, self.high))
    }

    /// Whether the rule is about that protocol and port.
    pub fn matches(self, protocol: u8, to: u16) -> bool {
        self.protocol.is_none_or(|own| own == protocol) && (self.low..=self.high).contains(&to)
    }
}

/// A rule's row.
#[derive(Clone, Copy)]
struct Row<W> {
    network: W,
    mask: W,
    low: u16,
    high: u16,
    /// The protocol, or `ANY`.
    protocol: u16,
    /// Which rule it is.
    rule: u16,
}

/// No protocol has this number.
const ANY: u16 = 256;

impl<W> Row<W> {
    fn new(network: W, mask: W, traffic: Traffic, rule: u16) -> Self {
        let protocol = traffic.protocol.map_or(ANY, u16::from);
        Self { network, mask, low: traffic.low, high: traffic.high, protocol, rule }
    }
}

/// Rules by the block of the other side.
#[derive(Clone, Default)]
pub(crate) struct Sieve {
    v4: Vec<Row<u32>>,
    v6: Vec<Row<u128>>,
}

impl Sieve {
    /// Adds a rule behind the others.
    pub(crate) fn add(&mut self, rule: u16, traffic: Traffic, block: Block) {
        let (network, mask) = (block.network(), block.mask());
        if block.is_v4() {
            #[expect(clippy::cast_possible_truncation, reason = "a mask over IPv4 is its lowest 32 bits")]
            let mask = mask as u32;
            self.v4.push(Row::new(network.v4_bits(), mask, traffic, rule));
        } else {
            self.v6.push(Row::new(network.bits(), mask, traffic, rule));
        }
    }

    /// The first rule about a packet of that protocol and port, from or to that address.
    pub(crate) fn first(&self, address: Address, protocol: u8, to: u16) -> Option<u16> {
        if address.is_v4() {
            let bits = address.v4_bits();
            find(&self.v4, |row| bits & row.mask == row.network, protocol, to)
        } else {
            let bits = address.bits();
            find(&self.v6, |row| bits & row.mask == row.network, protocol, to)
        }
    }
}

fn find<W>(rows: &[Row<W>], is_inside: impl Fn(&Row<W>) -> bool, protocol: u8, to: u16) -> Option<u16> {
    let protocol = u16::from(protocol);
    // The address first, which most rules are not about; the rest without branches that cannot be foretold.
    let is_first = |row: &&Row<W>| {
        is_inside(row)
            && ((row.protocol == protocol) | (row.protocol == ANY)) & (row.low <= to) & (to <= row.high)
    };
    rows.iter().find(is_first).map(|row| row.rule)
}

#[cfg(test)]
mod tests {
    use super::{Sieve, Traffic};
    use crate::packet::{ICMP, ICMPV6, TCP, UDP, icmp};

    #[test]
    fn traffic_is_protocol_and_port() {
        for (traffic, protocol, to, want) in [
            (Traffic::ALL, 50, 0, true),
            (Traffic::ALL, TCP, 65_535, true),
            (Traffic::of(50), 50, 0, true),
            (Traffic::of(50), 51, 0, false),
            (Traffic::ports(TCP, 80, 81), TCP, 80, true),
            (Traffic::ports(TCP, 80, 81), TCP, 81, true),
            (Traffic::ports(TCP, 80, 81), TCP, 79, false),
            (Traffic::ports(TCP, 80, 81), TCP, 82, false),
            (Traffic::ports(TCP, 80, 81), UDP, 80, false),
            (Traffic::ports(UDP, 53, 53), UDP, 53, true),
            (Traffic::ports(UDP, 53, 53), UDP, 54, false),
            // A protocol without ports has none that could be wrong.
            (Traffic::ports(50, 1, 2), 50, 0, true),
            (Traffic::icmp(ICMP, Some(8), Some(0)), ICMP, icmp(8, 0), true),
            (Traffic::icmp(ICMP, Some(8), Some(0)), ICMP, icmp(8, 1), false),
            (Traffic::icmp(ICMP, Some(3), None), ICMP, icmp(3, 0), true),
            (Traffic::icmp(ICMP, Some(3), None), ICMP, icmp(3, 255), true),
            (Traffic::icmp(ICMP, Some(3), None), ICMP, icmp(4, 0), false),
            (Traffic::icmp(ICMP, None, Some(7)), ICMP, icmp(4, 0), true),
            (Traffic::icmp(ICMPV6, Some(128), Some(0)), ICMPV6, icmp(128, 0), true),
            (Traffic::icmp(ICMPV6, Some(128), None), ICMPV6, icmp(129, 0), false),
            (Traffic::icmp(TCP, Some(8), Some(0)), TCP, 443, true),
        ] {
            assert_eq!(traffic.matches(protocol, to), want, "{traffic:?} {protocol} {to}");
            let mut sieve = Sieve::default();
            sieve.add(7, traffic, "0.0.0.0/0".parse().unwrap());
            let found = sieve.first("10.0.0.1".parse().unwrap(), protocol, to);
            assert_eq!(found, want.then_some(7), "{traffic:?} {protocol} {to}");
        }
        assert_eq!(Traffic::ports(TCP, 1, 2).parts(), (Some(TCP), (1, 2)));
    }

    #[test]
    fn the_first_of_a_family_decides() {
        let mut sieve = Sieve::default();
        for (rule, block) in
            [(0, "10.0.0.0/16"), (1, "::/0"), (2, "10.0.0.0/8"), (3, "2001:db8::/32"), (4, "10.0.0.0/24")]
        {
            sieve.add(rule, Traffic::ALL, block.parse().unwrap());
        }
        for (address, want) in
            [("10.0.0.1", Some(0)), ("10.1.0.1", Some(2)), ("11.0.0.1", None), ("2001:db8::1", Some(1))]
        {
            assert_eq!(sieve.first(address.parse().unwrap(), TCP, 80), want, "{address}");
        }
    }
}
