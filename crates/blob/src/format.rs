//! The bytes of segments.

use crc_fast::{CrcAlgorithm, Digest};

/// How a segment begins.
pub(crate) const FILE_HEADER: [u8; 16] = *b"ANGAEBLB\x01\0\0\0\0\0\0\0";
/// Bytes before a record's payload.
pub(crate) const RECORD_HEADER: u64 = 16;
const RECORD_MAGIC: [u8; 4] = *b"BREC";

/// What stands before a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordHeader {
    pub(crate) length: u32,
    pub(crate) crc: u32,
}

impl RecordHeader {
    pub(crate) fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&RECORD_MAGIC);
        bytes[4..8].copy_from_slice(&self.length.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.crc.to_le_bytes());
        let check = crc32(&bytes[..12]);
        bytes[12..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    /// Reads a header; `None` where the numbers do not hold.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 16] = bytes.get(..16)?.try_into().ok()?;
        let number = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        (bytes[..4] == RECORD_MAGIC && number(12) == crc32(&bytes[..12]))
            .then(|| Self { length: number(4), crc: number(8) })
    }
}

/// CRC-32/ISO-HDLC of one piece.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let mut running = Crc::default();
    running.update(bytes);
    running.finish()
}

/// CRC-32/ISO-HDLC of several pieces.
pub(crate) struct Crc(Digest);

impl Default for Crc {
    fn default() -> Self {
        Self(Digest::new(CrcAlgorithm::Crc32IsoHdlc))
    }
}

impl Crc {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> u32 {
        u32::try_from(self.0.finalize()).expect("a CRC-32 has 32 bits")
    }
}

#[cfg(test)]
mod tests {
    use super::RecordHeader;
    use proptest::prelude::*;

    #[test]
    fn headers_survive_bytes() {
        let header = RecordHeader { length: 1024, crc: 77 };
        assert_eq!(RecordHeader::parse(&header.to_bytes()), Some(header));
        let mut torn = header.to_bytes();
        torn[5] ^= 1;
        assert_eq!(RecordHeader::parse(&torn), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _header = RecordHeader::parse(&bytes);
        }
    }
}
