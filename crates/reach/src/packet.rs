//! The packet that opens a flow, and the one that answers it.

use crate::address::Address;

/// ICMP (IANA protocol numbers).
pub const ICMP: u8 = 1;
/// TCP.
pub const TCP: u8 = 6;
/// UDP.
pub const UDP: u8 = 17;
/// ICMPv6.
pub const ICMPV6: u8 = 58;

/// The port that clients are taken to send from where none is said: it lies in the ephemeral range of every common
/// system and of NAT gateways. Source: VPC user guide, "Network ACLs", "Ephemeral ports".
pub(crate) const EPHEMERAL: u16 = 49_152;

/// The lowest port that translated flows leave from. Source: VPC user guide, "NAT gateway basics".
const LOWEST_REMAPPED: u16 = 1_024;

/// What rules look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Packet {
    /// Whom it says it is from.
    pub source: Address,
    /// Whom it is for.
    pub destination: Address,
    /// The protocol's number.
    pub protocol: u8,
    /// The source port of TCP and UDP, else 0.
    pub from: u16,
    /// The destination port of TCP and UDP; type times 256 plus code of ICMP and ICMPv6; else 0.
    pub to: u16,
}

impl Packet {
    /// One of TCP.
    pub fn tcp(source: Address, destination: Address, port: u16) -> Self {
        Self { source, destination, protocol: TCP, from: EPHEMERAL, to: port }
    }

    /// An echo request of the addresses' family.
    #[cfg(test)]
    pub(crate) fn ping(source: Address, destination: Address) -> Self {
        let (protocol, kind) = if destination.is_v4() { (ICMP, 8) } else { (ICMPV6, 128) };
        Self { source, destination, protocol, from: 0, to: icmp(kind, 0) }
    }

    /// What answers it; nothing answers ICMP but echo requests (RFC 792, RFC 4443).
    pub(crate) fn reply(self) -> Option<Self> {
        let Self { source, destination, protocol, from, to } = self;
        let (from, to) = match protocol {
            TCP | UDP => (to, from),
            ICMP if to >> 8 == 8 => (0, icmp(0, 0)),
            ICMPV6 if to >> 8 == 128 => (0, icmp(129, 0)),
            ICMP | ICMPV6 => return None,
            _ => (0, 0),
        };
        Some(Self { source: destination, destination: source, protocol, from, to })
    }

    /// As it leaves what translates: from another address, and from a port above the reserved ones.
    pub(crate) fn translated(self, source: Address) -> Self {
        let is_ported = matches!(self.protocol, TCP | UDP);
        let from = if is_ported && self.from < LOWEST_REMAPPED { EPHEMERAL } else { self.from };
        Self { source, from, ..self }
    }
}

/// Type and code as one number.
pub fn icmp(kind: u8, code: u8) -> u16 {
    u16::from_be_bytes([kind, code])
}

#[cfg(test)]
mod tests {
    use super::{EPHEMERAL, ICMP, ICMPV6, Packet, TCP, UDP, icmp};

    #[test]
    fn every_request_has_its_reply() {
        let (a, b) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        for (protocol, from, to, want) in [
            (TCP, 50_000, 443, Some((443, 50_000))),
            (UDP, 50_000, 53, Some((53, 50_000))),
            (ICMP, 0, icmp(8, 0), Some((0, icmp(0, 0)))),
            (ICMP, 0, icmp(3, 4), None),
            (ICMP, 0, icmp(0, 8), None),
            (ICMPV6, 0, icmp(128, 0), Some((0, icmp(129, 0)))),
            (ICMPV6, 0, icmp(8, 0), None),
            (50, 0, 0, Some((0, 0))),
        ] {
            let reply = Packet { source: a, destination: b, protocol, from, to }.reply();
            let want = want.map(|(from, to)| Packet { source: b, destination: a, protocol, from, to });
            assert_eq!(reply, want, "{protocol} {to}");
        }
    }

    #[test]
    fn translated_ports_are_no_reserved_ones() {
        let (a, b, c) =
            ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap(), "10.0.0.3".parse().unwrap());
        for (protocol, from, want) in
            [(TCP, 1_023, EPHEMERAL), (TCP, 1_024, 1_024), (UDP, 53, EPHEMERAL), (ICMP, 0, 0)]
        {
            let sent = Packet { source: a, destination: b, protocol, from, to: 8 };
            assert_eq!(sent.translated(c), Packet { source: c, from: want, ..sent });
        }
    }
}
