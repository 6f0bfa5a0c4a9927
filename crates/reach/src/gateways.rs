//! What gateways ask of packets.

use crate::address::Address;
use crate::network::Vpc;
use crate::packet::{ICMP, Packet, TCP, UDP, icmp};
use crate::verdict::Why;

/// RFC 1918, section 3.
fn is_private(address: Address) -> bool {
    matches!(address.octets(), Some([10, ..] | [172, 16..=31, ..] | [192, 168, ..]))
}

/// RFC 6598, section 7.
fn is_shared(address: Address) -> bool {
    matches!(address.octets(), Some([100, 64..=127, ..]))
}

/// Why an internet gateway takes nothing for an address. Source: Reachability Analyzer guide, "Explanation codes".
pub(crate) fn refuses_destination(address: Address) -> Option<Why> {
    match (is_private(address), is_shared(address)) {
        (true, _) => Some(Why::PrivateDestination),
        (_, true) => Some(Why::SharedDestination),
        _ => None,
    }
}

/// Why an internet gateway takes nothing from an address of the internet. Source: as above.
pub(crate) fn refuses_source(address: Address) -> Option<Why> {
    match (is_private(address), is_shared(address)) {
        (true, _) => Some(Why::PrivateSource),
        (_, true) => Some(Why::SharedSource),
        _ => None,
    }
}

/// Why a NAT gateway of a VPC does not translate a packet. Sources: VPC user guide, "NAT gateway basics": TCP, UDP and
/// ICMP; Reachability Analyzer guide, "Explanation codes": only what is from its VPC.
pub(crate) fn nat_refuses(vpc: &Vpc, packet: Packet) -> Option<Why> {
    if !packet.destination.is_v4() {
        return Some(Why::Family);
    }
    if !matches!(packet.protocol, TCP | UDP | ICMP) {
        return Some(Why::Protocol);
    }
    let is_inside = vpc.blocks.iter().any(|block| block.contains(packet.source));
    (!is_inside).then_some(Why::SourceOutsideVpc)
}

/// Why a gateway endpoint of a VPC takes no packet. Sources: Reachability Analyzer guide, "Explanation codes": only from
/// addresses of the VPC, only TCP and echo requests.
pub(crate) fn endpoint_refuses(vpc: &Vpc, packet: Packet) -> Option<Why> {
    let is_echo = packet.protocol == ICMP && packet.to == icmp(8, 0);
    if !(packet.protocol == TCP || is_echo) {
        return Some(Why::Protocol);
    }
    let is_inside = vpc.blocks.iter().any(|block| block.contains(packet.source));
    (!is_inside).then_some(Why::SourceOutsideVpc)
}

#[cfg(test)]
mod tests {
    use super::{refuses_destination, refuses_source};
    use crate::verdict::Why;

    #[test]
    fn private_and_shared_addresses_are_nowhere_on_the_internet() {
        for (address, to, from) in [
            ("10.0.0.0", Some(Why::PrivateDestination), Some(Why::PrivateSource)),
            ("10.255.255.255", Some(Why::PrivateDestination), Some(Why::PrivateSource)),
            ("11.0.0.0", None, None),
            ("172.15.255.255", None, None),
            ("172.16.0.0", Some(Why::PrivateDestination), Some(Why::PrivateSource)),
            ("172.31.255.255", Some(Why::PrivateDestination), Some(Why::PrivateSource)),
            ("172.32.0.0", None, None),
            ("192.167.255.255", None, None),
            ("192.168.0.0", Some(Why::PrivateDestination), Some(Why::PrivateSource)),
            ("192.169.0.0", None, None),
            ("100.63.255.255", None, None),
            ("100.64.0.0", Some(Why::SharedDestination), Some(Why::SharedSource)),
            ("100.127.255.255", Some(Why::SharedDestination), Some(Why::SharedSource)),
            ("100.128.0.0", None, None),
            ("2001:db8::1", None, None),
        ] {
            let own = address.parse().unwrap();
            assert_eq!((refuses_destination(own), refuses_source(own)), (to, from), "{address}");
        }
    }
}
