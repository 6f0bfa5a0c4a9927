//! Address blocks.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// An IPv4 block in CIDR form whose host bits are clear.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv4Block {
    network: u32,
    prefix: u8,
}

/// The text is no block of its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseBlockError;

impl Ipv4Block {
    /// `0.0.0.0/0`.
    pub const ANYWHERE: Self = Self { network: 0, prefix: 0 };

    /// The block of `prefix` bits round `address`; host bits are cleared. `None` beyond 32 bits.
    pub fn new(address: Ipv4Addr, prefix: u8) -> Option<Self> {
        (prefix <= 32).then(|| Self { network: u32::from(address) & mask(prefix), prefix })
    }

    /// The first address.
    pub fn network(self) -> Ipv4Addr {
        Ipv4Addr::from(self.network)
    }

    /// The last address.
    pub fn last(self) -> Ipv4Addr {
        Ipv4Addr::from(self.network | !mask(self.prefix))
    }

    /// Bits of the prefix.
    pub fn prefix(self) -> u8 {
        self.prefix
    }

    /// How many addresses it holds.
    pub fn size(self) -> u64 {
        1 << (32 - u32::from(self.prefix))
    }

    /// The address at `offset` from the first; `None` past the end.
    pub fn nth(self, offset: u32) -> Option<Ipv4Addr> {
        (u64::from(offset) < self.size()).then(|| Ipv4Addr::from(self.network + offset))
    }

    /// Whether `address` lies inside.
    pub fn contains(self, address: Ipv4Addr) -> bool {
        u32::from(address) & mask(self.prefix) == self.network
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
const fn mask(prefix: u8) -> u32 {
    if prefix == 0 { 0 } else { u32::MAX << (32 - prefix) }
}

impl FromStr for Ipv4Block {
    type Err = ParseBlockError;

    /// Reads `10.0.0.0/16`. Host bits may be set and are cleared; a block without `/` is refused.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = text.split_once('/').ok_or(ParseBlockError)?;
        let address: Ipv4Addr = address.parse().map_err(|_| ParseBlockError)?;
        let digits = !prefix.is_empty() && prefix.len() <= 2 && prefix.bytes().all(|b| b.is_ascii_digit());
        if !digits || (prefix.len() == 2 && prefix.starts_with('0')) {
            return Err(ParseBlockError);
        }
        Self::new(address, prefix.parse().map_err(|_| ParseBlockError)?).ok_or(ParseBlockError)
    }
}

impl fmt::Display for Ipv4Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network(), self.prefix)
    }
}

impl fmt::Debug for Ipv4Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for ParseBlockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a block is an address, a slash and a number of bits")
    }
}

impl std::error::Error for ParseBlockError {}

impl Serialize for Ipv4Block {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ipv4Block {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Ipv4Block;

    #[track_caller]
    fn block(text: &str) -> Ipv4Block {
        text.parse().unwrap()
    }

    #[test]
    fn blocks_parse_and_clear_their_host_bits() {
        for (given, want) in [
            ("10.0.0.0/16", "10.0.0.0/16"),
            ("10.1.2.3/16", "10.1.0.0/16"),
            ("1.2.3.4/32", "1.2.3.4/32"),
            ("9.9.9.9/0", "0.0.0.0/0"),
        ] {
            assert_eq!(block(given).to_string(), want);
        }
        for text in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/+8", "10.0.0.0/08", "::/0", "a/8"] {
            assert!(text.parse::<Ipv4Block>().is_err(), "{text}");
        }
    }

    #[test]
    fn blocks_overlap_when_one_covers_the_other() {
        for (left, right, overlaps) in [
            ("10.0.0.0/16", "10.0.1.0/24", true),
            ("10.0.1.0/24", "10.0.0.0/16", true),
            ("10.0.0.0/24", "10.0.1.0/24", false),
            ("0.0.0.0/0", "255.255.255.255/32", true),
        ] {
            assert_eq!(block(left).overlaps(block(right)), overlaps, "{left} {right}");
        }
        assert_eq!(block("10.0.0.0/24").last().to_string(), "10.0.0.255");
        assert_eq!(block("10.0.0.0/24").nth(256), None);
    }
}
