//! Blocks of either family, as pools hold them.

use base::{Ipv4Block, Ipv6Block, ParseBlockError};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A family of addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Family {
    #[default]
    V4,
    V6,
}

impl Family {
    /// AWS's word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::V4 => "ipv4",
            Self::V6 => "ipv6",
        }
    }

    /// Bits of an address.
    pub(super) fn bits(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}

/// A block. It is stored as it is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Block {
    V4(Ipv4Block),
    V6(Ipv6Block),
}

impl Block {
    /// The block of a length round an address, which is told by its number.
    pub(super) fn at(family: Family, number: u128, length: u8) -> Option<Self> {
        match family {
            Family::V4 => Ipv4Block::new(Ipv4Addr::from(u32::try_from(number).ok()?), length).map(Self::V4),
            Family::V6 => Ipv6Block::new(Ipv6Addr::from(number), length).map(Self::V6),
        }
    }

    pub(crate) fn family(self) -> Family {
        match self {
            Self::V4(_) => Family::V4,
            Self::V6(_) => Family::V6,
        }
    }

    /// Bits of the prefix.
    pub(crate) fn prefix(self) -> u8 {
        match self {
            Self::V4(own) => own.prefix(),
            Self::V6(own) => own.prefix(),
        }
    }

    /// The numbers of the first and the last address.
    pub(super) fn ends(self) -> (u128, u128) {
        match self {
            Self::V4(own) => (u32::from(own.network()).into(), u32::from(own.last()).into()),
            Self::V6(own) => (own.network().into(), own.last().into()),
        }
    }

    /// Whether the whole of another lies inside.
    pub(super) fn covers(self, other: Self) -> bool {
        match (self, other) {
            (Self::V4(own), Self::V4(other)) => own.covers(other),
            (Self::V6(own), Self::V6(other)) => own.covers(other),
            (Self::V4(_), Self::V6(_)) | (Self::V6(_), Self::V4(_)) => false,
        }
    }

    /// Whether any address lies in both.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.covers(other) || other.covers(self)
    }

    /// The block, if it is of IPv4.
    pub(crate) fn v4(self) -> Option<Ipv4Block> {
        match self {
            Self::V4(own) => Some(own),
            Self::V6(_) => None,
        }
    }

    /// The block, if it is of IPv6.
    pub(crate) fn v6(self) -> Option<Ipv6Block> {
        match self {
            Self::V4(_) => None,
            Self::V6(own) => Some(own),
        }
    }
}

impl From<Ipv4Block> for Block {
    fn from(own: Ipv4Block) -> Self {
        Self::V4(own)
    }
}

impl From<Ipv6Block> for Block {
    fn from(own: Ipv6Block) -> Self {
        Self::V6(own)
    }
}

impl From<Ipv4Addr> for Block {
    /// The address alone.
    fn from(own: Ipv4Addr) -> Self {
        Self::V4(Ipv4Block::new(own, 32).unwrap_or(Ipv4Block::ANYWHERE))
    }
}

impl FromStr for Block {
    type Err = ParseBlockError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(':') { text.parse().map(Self::V6) } else { text.parse().map(Self::V4) }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(own) => own.fmt(f),
            Self::V6(own) => own.fmt(f),
        }
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Block;

    #[test]
    fn blocks_of_both_families_are_read_as_they_are_stored() {
        for text in ["10.0.0.0/16", "3fff:0:a000::/40", "198.18.0.8/29"] {
            let own: Block = text.parse().unwrap();
            let stored = serde_json::to_string(&own).unwrap();
            assert_eq!(stored, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Block>(&stored).unwrap(), own);
        }
        let (four, six): (Block, Block) = ("0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap());
        assert!(!four.overlaps(six) && !six.covers(four));
        assert!("10.0.0.0".parse::<Block>().is_err());
    }
}
