//! What leads to a blob.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where a blob lies and what it holds. Its text form is short and stable, for index rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlobRef {
    /// A record of a segment.
    Record {
        /// The segment's number.
        segment: u32,
        /// Where the record's header begins.
        offset: u64,
        /// Bytes of the payload.
        length: u32,
        /// CRC-32 of the payload.
        crc: u32,
    },
    /// A file of its own.
    File {
        /// The file's number.
        id: u64,
        /// Bytes.
        length: u64,
        /// CRC-32 of the bytes.
        crc: u32,
    },
}

impl BlobRef {
    /// Bytes of the blob.
    pub fn len(&self) -> u64 {
        match self {
            Self::Record { length, .. } => u64::from(*length),
            Self::File { length, .. } => *length,
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// CRC-32 of the bytes.
    pub fn crc(&self) -> u32 {
        match self {
            Self::Record { crc, .. } | Self::File { crc, .. } => *crc,
        }
    }

    /// The segment it lies in; `None` for a file of its own.
    pub fn segment(&self) -> Option<u32> {
        match self {
            Self::Record { segment, .. } => Some(*segment),
            Self::File { .. } => None,
        }
    }
}

impl fmt::Display for BlobRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record { segment, offset, length, crc } => {
                write!(f, "s{segment:x}.{offset:x}.{length:x}.{crc:x}")
            }
            Self::File { id, length, crc } => write!(f, "f{id:x}.{length:x}.{crc:x}"),
        }
    }
}

/// The text is no reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseRefError;

impl fmt::Display for ParseRefError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is no reference to a blob")
    }
}

impl FromStr for BlobRef {
    type Err = ParseRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |part: &str| u64::from_str_radix(part, 16).map_err(|_| ParseRefError);
        let small = |part: &str| u32::from_str_radix(part, 16).map_err(|_| ParseRefError);
        let (kind, rest) = text.split_at_checked(1).ok_or(ParseRefError)?;
        match (kind, rest.split('.').collect::<Vec<_>>().as_slice()) {
            ("s", [segment, offset, length, crc]) => Ok(Self::Record {
                segment: small(segment)?,
                offset: number(offset)?,
                length: small(length)?,
                crc: small(crc)?,
            }),
            ("f", [id, length, crc]) => {
                Ok(Self::File { id: number(id)?, length: number(length)?, crc: small(crc)? })
            }
            _ => Err(ParseRefError),
        }
    }
}

impl Serialize for BlobRef {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BlobRef {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::BlobRef;

    #[test]
    fn references_survive_text() {
        for reference in [
            BlobRef::Record { segment: 1, offset: 16, length: 1024, crc: 0xdead_beef },
            BlobRef::File { id: 7, length: 1 << 40, crc: 0 },
        ] {
            assert_eq!(reference.to_string().parse(), Ok(reference));
        }
        for text in ["", "s", "s1.2.3", "f1.2", "x1.2.3", "s1.2.3.4.5", "sg.1.1.1"] {
            assert!(text.parse::<BlobRef>().is_err(), "{text}");
        }
    }
}
