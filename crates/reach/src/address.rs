//! Addresses and blocks of both families as numbers, so that a comparison is one.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// What stands before the 32 bits of an IPv4 address: ::ffff:0:0/96 (RFC 4291, section 2.5.5.2). No packet carries
/// such an address, so the families do not meet.
const V4: u128 = 0xffff_0000_0000;
/// Bits of that.
const V4_PREFIX: u8 = 96;

/// An address of either family.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(u128);

/// A block of either family, its host bits clear.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Block {
    network: Address,
    /// Of its own family: 0 to 32, or to 128.
    prefix: u8,
    is_v4: bool,
}

/// The text is no address or block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnAddress;

impl Address {
    /// Whether it is one of IPv4.
    pub fn is_v4(self) -> bool {
        self.0 >> 32 == V4 >> 32
    }

    /// The 128 bits; IPv4 addresses are mapped.
    pub(crate) fn bits(self) -> u128 {
        self.0
    }

    /// The 32 bits of an IPv4 address.
    pub(crate) fn v4_bits(self) -> u32 {
        #[expect(clippy::cast_possible_truncation, reason = "an IPv4 address is the lowest 32 bits")]
        let bits = self.0 as u32;
        bits
    }

    /// The octets of an IPv4 address.
    pub(crate) fn octets(self) -> Option<[u8; 4]> {
        self.is_v4().then(|| self.v4_bits().to_be_bytes())
    }

    /// Its own block.
    pub fn alone(self) -> Block {
        Block { network: self, prefix: if self.is_v4() { 32 } else { 128 }, is_v4: self.is_v4() }
    }

    /// As the library has it.
    pub fn ip(self) -> IpAddr {
        if self.is_v4() { Ipv4Addr::from(self.v4_bits()).into() } else { Ipv6Addr::from(self.0).into() }
    }
}

impl Block {
    /// The block of that many bits round an address; `None` where its family has fewer.
    pub fn new(address: Address, prefix: u8) -> Option<Self> {
        let is_v4 = address.is_v4();
        let longest = if is_v4 { 32 } else { 128 };
        let own = Self { network: address, prefix, is_v4 };
        (prefix <= longest).then(|| Self { network: Address(address.0 & own.mask()), ..own })
    }

    /// Whether it is one of IPv4.
    pub fn is_v4(self) -> bool {
        self.is_v4
    }

    /// Its first address.
    pub fn network(self) -> Address {
        self.network
    }

    /// Bits of its prefix.
    pub fn prefix(self) -> u8 {
        self.prefix
    }

    /// Over 128 bits.
    pub(crate) fn mask(self) -> u128 {
        let bits = if self.is_v4 { V4_PREFIX + self.prefix } else { self.prefix };
        if bits == 0 { 0 } else { u128::MAX << (128 - u32::from(bits)) }
    }

    /// Whether an address of its family lies inside.
    pub fn contains(self, address: Address) -> bool {
        self.is_v4 == address.is_v4() && address.0 & self.mask() == self.network.0
    }

    /// Its last address.
    pub(crate) fn last(self) -> Address {
        Address(self.network.0 | !self.mask())
    }
}

impl From<Ipv4Addr> for Address {
    fn from(own: Ipv4Addr) -> Self {
        Self(V4 | u128::from(u32::from(own)))
    }
}

impl From<Ipv6Addr> for Address {
    fn from(own: Ipv6Addr) -> Self {
        Self(u128::from(own))
    }
}

impl From<base::Ipv4Block> for Block {
    fn from(own: base::Ipv4Block) -> Self {
        Self { network: own.network().into(), prefix: own.prefix(), is_v4: true }
    }
}

impl From<base::Ipv6Block> for Block {
    fn from(own: base::Ipv6Block) -> Self {
        Self { network: own.network().into(), prefix: own.prefix(), is_v4: false }
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        match text.parse() {
            Ok(IpAddr::V4(own)) => Ok(own.into()),
            Ok(IpAddr::V6(own)) => Ok(own.into()),
            Err(_) => Err(NotAnAddress),
        }
    }
}

impl FromStr for Block {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let (address, prefix) = text.split_once('/').ok_or(NotAnAddress)?;
        let prefix = prefix.parse().map_err(|_| NotAnAddress)?;
        Self::new(address.parse()?, prefix).ok_or(NotAnAddress)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ip().fmt(f)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for NotAnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address is one of IPv4 or IPv6; a block is one, a slash and a number of bits")
    }
}

impl std::error::Error for NotAnAddress {}

#[cfg(test)]
mod tests {
    use super::{Address, Block};

    #[test]
    fn blocks_hold_addresses_of_their_own_family_only() {
        for (block, address, want) in [
            ("0.0.0.0/0", "10.0.0.1", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "10.0.0.1", false),
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.1/32", "10.0.0.1", true),
            ("10.0.0.1/32", "10.0.0.2", false),
            ("2001:db8::/32", "2001:db8:ffff::", true),
            ("2001:db8::/32", "2001:db9::", false),
            ("2001:db8::1/128", "2001:db8::1", true),
        ] {
            let (block, address): (Block, Address) = (block.parse().unwrap(), address.parse().unwrap());
            assert_eq!(block.contains(address), want, "{block} {address}");
        }
    }

    #[test]
    fn texts_are_read_and_written() {
        for (given, want) in [
            ("10.1.2.3/16", Some("10.1.0.0/16")),
            ("9.9.9.9/0", Some("0.0.0.0/0")),
            ("2001:db8::1/64", Some("2001:db8::/64")),
            ("::/0", Some("::/0")),
            ("10.0.0.0/33", None),
            ("::/129", None),
            ("10.0.0.0", None),
            ("x/8", None),
        ] {
            let read: Option<Block> = given.parse().ok();
            assert_eq!(read.map(|block| format!("{block:?}")).as_deref(), want, "{given}");
        }
        for (block, last) in [("10.0.0.0/24", "10.0.0.255"), ("2001:db8::/127", "2001:db8::1")] {
            let block: Block = block.parse().unwrap();
            assert_eq!(format!("{:?}", block.last()), last);
        }
        let own: Address = "10.0.0.1".parse().unwrap();
        assert_eq!((own.alone().to_string().as_str(), own.alone().is_v4()), ("10.0.0.1/32", true));
        let own: Address = "2001:db8::".parse().unwrap();
        assert_eq!((own.alone().to_string().as_str(), own.alone().prefix()), ("2001:db8::/128", 128));
        assert!("10.0.0".parse::<Address>().is_err());
        assert!(super::NotAnAddress.to_string().contains("slash"));
    }
}
