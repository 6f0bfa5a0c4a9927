//! What answers in every subnet by itself, and what no router forwards.
//! Source: VPC user guide, "Control traffic to subnets using network ACLs" and "Amazon DNS".

use crate::address::Address;
use crate::network::Vpc;
use crate::verdict::Service;
use std::net::Ipv6Addr;

/// fd00:ec2::, with what stands behind.
fn local(last: u16) -> Address {
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, last).into()
}

/// The last part of the addresses of IPv6.
const LOCAL: [(u16, Service); 4] =
    [(0x253, Service::Dns), (0x254, Service::Metadata), (0x123, Service::Time), (0x23, Service::Credentials)];

/// The address behind the first of a VPC's block that is its DNS.
const DNS_OFFSET: u32 = 2;

/// Who has an address in every subnet of a VPC.
pub(crate) fn at(vpc: &Vpc, address: Address) -> Option<Service> {
    let found = match address.octets() {
        Some([169, 254, 169, 253]) => Service::Dns,
        Some([169, 254, 169, 254]) => Service::Metadata,
        Some([169, 254, 169, 123]) => Service::Time,
        Some([169, 254, 170, 2 | 23]) => Service::Credentials,
        Some([169, 254, 169, 250 | 251]) => Service::Licence,
        Some(_) if is_behind_first(vpc, address) => Service::Dns,
        Some(_) => return None,
        None => LOCAL.into_iter().find(|(last, _)| address == local(*last))?.1,
    };
    (found != Service::Dns || vpc.has_dns).then_some(found)
}

/// Whether an address is that of the DNS in the VPC's first block.
fn is_behind_first(vpc: &Vpc, address: Address) -> bool {
    let first = vpc.blocks.first().map(|block| block.network()).filter(|first| first.is_v4());
    first.is_some_and(|first| address.v4_bits() == first.v4_bits() + DNS_OFFSET)
}

/// Whether a router drops whatever is for an address: loopback, link-local, multicast, broadcast (RFC 6890).
pub(crate) fn is_never_routed(address: Address) -> bool {
    let bits = address.bits();
    match address.octets() {
        Some([0 | 127 | 224..=239, ..] | [169, 254, ..] | [255, 255, 255, 255]) => true,
        Some(_) => false,
        // ::/127, fe80::/10 and ff00::/8.
        None => bits <= 1 || bits >> 118 == 0xfe80 >> 6 || bits >> 120 == 0xff,
    }
}

#[cfg(test)]
mod tests {
    use super::{at, is_never_routed};
    use crate::network::Vpc;
    use crate::verdict::Service;

    #[test]
    fn services_are_found_by_their_addresses() {
        let blocks: Vec<_> = ["10.0.0.0/16", "10.1.0.0/16"].map(|text| text.parse().unwrap()).into();
        for (address, with_dns, without) in [
            ("10.0.0.2", Some(Service::Dns), None),
            ("10.0.0.1", None, None),
            ("10.0.0.3", None, None),
            ("10.1.0.2", None, None),
            ("169.254.169.253", Some(Service::Dns), None),
            ("169.254.169.254", Some(Service::Metadata), Some(Service::Metadata)),
            ("169.254.169.123", Some(Service::Time), Some(Service::Time)),
            ("169.254.170.2", Some(Service::Credentials), Some(Service::Credentials)),
            ("169.254.170.23", Some(Service::Credentials), Some(Service::Credentials)),
            ("169.254.169.250", Some(Service::Licence), Some(Service::Licence)),
            ("169.254.169.251", Some(Service::Licence), Some(Service::Licence)),
            ("169.254.169.252", None, None),
            ("fd00:ec2::253", Some(Service::Dns), None),
            ("fd00:ec2::254", Some(Service::Metadata), Some(Service::Metadata)),
            ("fd00:ec2::123", Some(Service::Time), Some(Service::Time)),
            ("fd00:ec2::23", Some(Service::Credentials), Some(Service::Credentials)),
            ("fd00:ec2::24", None, None),
        ] {
            let of = |has_dns| {
                let vpc = Vpc { id: "vpc-1".to_owned(), blocks: blocks.clone(), has_dns };
                at(&vpc, address.parse().unwrap())
            };
            assert_eq!((of(true), of(false)), (with_dns, without), "{address}");
        }
        let v6: Vec<_> = ["2001:db8::/56", "10.0.0.0/16"].map(|text| text.parse().unwrap()).into();
        let vpc = Vpc { id: "vpc-1".to_owned(), blocks: v6, has_dns: true };
        assert_eq!(at(&vpc, "0.0.0.2".parse().unwrap()), None);
    }

    #[test]
    fn some_addresses_are_never_routed() {
        for (address, want) in [
            ("0.0.0.1", true),
            ("1.0.0.0", false),
            ("126.255.255.255", false),
            ("127.0.0.1", true),
            ("128.0.0.0", false),
            ("169.253.255.255", false),
            ("169.254.0.1", true),
            ("169.255.0.0", false),
            ("223.255.255.255", false),
            ("224.0.0.1", true),
            ("239.255.255.255", true),
            ("240.0.0.1", false),
            ("255.255.255.254", false),
            ("255.255.255.255", true),
            ("::1", true),
            ("::2", false),
            ("fe80::1", true),
            ("febf::1", true),
            ("fec0::1", false),
            ("fe7f::1", false),
            ("ff02::1", true),
            ("feff::1", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(is_never_routed(address.parse().unwrap()), want, "{address}");
        }
    }
}
