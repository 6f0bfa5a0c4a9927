//! Address blocks of IPv6.

use crate::ParseBlockError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// An IPv6 block in CIDR form whose host bits are clear.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv6Block {
    network: u128,
    prefix: u8,
}

impl Ipv6Block {
    /// `::/0`.
    pub const ANYWHERE: Self = Self { network: 0, prefix: 0 };

    /// The block of `prefix` bits round `address`; host bits are cleared. `None` beyond 128 bits.
    pub fn new(address: Ipv6Addr, prefix: u8) -> Option<Self> {
        (prefix <= 128).then(|| Self { network: u128::from(address) & mask(prefix), prefix })
    }

    /// The first address.
    pub fn network(self) -> Ipv6Addr {
        Ipv6Addr::from(self.network)
    }

    /// The last address.
    pub fn last(self) -> Ipv6Addr {
        Ipv6Addr::from(self.network | !mask(self.prefix))
    }

    /// Bits of the prefix.
    pub fn prefix(self) -> u8 {
        self.prefix
    }

    /// The address whose host bits are those of `number`.
    pub fn with_host(self, number: u128) -> Ipv6Addr {
        Ipv6Addr::from(self.network | number & !mask(self.prefix))
    }

    /// Whether `address` lies inside.
    pub fn contains(self, address: Ipv6Addr) -> bool {
        u128::from(address) & mask(self.prefix) == self.network
    }

    /// Whether the whole of `other` lies inside.
    pub fn covers(self, other: Self) -> bool {
        self.prefix <= other.prefix && self.contains(other.network())
    }

    /// Whether any address lies in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.covers(other) || other.covers(self)
    }
}

/// The network mask of `prefix` bits.
const fn mask(prefix: u8) -> u128 {
    if prefix == 0 { 0 } else { u128::MAX << (128 - prefix) }
}

impl FromStr for Ipv6Block {
    type Err = ParseBlockError;

    /// Reads `2001:db8::/32`. Host bits may be set and are cleared; a block without `/` is refused.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = text.split_once('/').ok_or(ParseBlockError)?;
        let address: Ipv6Addr = address.parse().map_err(|_| ParseBlockError)?;
        let digits = !prefix.is_empty() && prefix.len() <= 3 && prefix.bytes().all(|b| b.is_ascii_digit());
        if !digits || (prefix.len() > 1 && prefix.starts_with('0')) {
            return Err(ParseBlockError);
        }
        Self::new(address, prefix.parse().map_err(|_| ParseBlockError)?).ok_or(ParseBlockError)
    }
}

impl fmt::Display for Ipv6Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network(), self.prefix)
    }
}

impl fmt::Debug for Ipv6Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Ipv6Block {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ipv6Block {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Ipv6Block;

    #[track_caller]
    fn block(text: &str) -> Ipv6Block {
        text.parse().unwrap()
    }

    #[test]
    fn blocks_parse_and_clear_their_host_bits() {
        for (given, want) in [
            ("::/0", "::/0"),
            ("2001:DB8:0::1/32", "2001:db8::/32"),
            ("2001:db8::1/128", "2001:db8::1/128"),
            ("3fff:1:2:3::4/56", "3fff:1:2::/56"),
        ] {
            assert_eq!(block(given).to_string(), want);
        }
        for text in ["", "::", "::/129", "::/+8", "::/08", "10.0.0.0/8", "x::/8", "::/1000"] {
            assert!(text.parse::<Ipv6Block>().is_err(), "{text}");
        }
    }

    #[test]
    fn blocks_overlap_when_one_covers_the_other() {
        for (left, right, overlaps) in [
            ("2001:db8::/56", "2001:db8:0:1::/64", true),
            ("2001:db8:0:1::/64", "2001:db8::/56", true),
            ("2001:db8::/64", "2001:db8:0:1::/64", false),
            ("::/0", "ffff::1/128", true),
        ] {
            assert_eq!(block(left).overlaps(block(right)), overlaps, "{left} {right}");
        }
        assert_eq!(block("2001:db8::/120").last().to_string(), "2001:db8::ff");
        assert_eq!(block("2001:db8::/120").with_host(0x1ab).to_string(), "2001:db8::ab");
    }
}
