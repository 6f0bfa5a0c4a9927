//! The seed of a device as a picture: a QR code (ISO/IEC 18004) in a PNG (RFC 2083) of one bit a pixel, whose data are
//! stored, not compressed (RFC 1950 and 1951).

use qrcode::{Color, EcLevel, QrCode};

/// Pixels of a module's side.
const SCALE: usize = 4;
/// Modules of white around the code.
const QUIET: usize = 4;
/// Bytes of a stored block at the most.
const BLOCK: usize = 0xffff;

/// A PNG of a text's QR code. A text that fits in none gives no picture.
pub(crate) fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let side = (code.width() + 2 * QUIET) * SCALE;
    let module = |pixel: usize| (pixel / SCALE).checked_sub(QUIET).filter(|module| *module < code.width());
    let is_dark = |x: usize, y: usize| matches!((module(x), module(y)), (Some(x), Some(y)) if code[(x, y)] == Color::Dark);
    let mut rows = Vec::new();
    for y in 0..side {
        rows.push(0); // no filter
        for byte in 0..side.div_ceil(8) {
            let bits = (0..8).map(|bit| byte * 8 + bit);
            rows.push(bits.fold(0_u8, |row, x| row << 1 | u8::from(x < side && !is_dark(x, y))));
        }
    }
    let side = u32::try_from(side).ok()?.to_be_bytes();
    // Width, height, bits of a pixel, grey, and the one way of compressing, filtering and not interlacing.
    let header = [side.as_slice(), &side, &[1, 0, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [(b"IHDR", header), (b"IDAT", stored(&rows)), (b"IEND", Vec::new())] {
        let length = u32::try_from(data.len()).ok()?;
        png.extend_from_slice(&length.to_be_bytes());
        let chunk = [name.as_slice(), &data].concat();
        png.extend_from_slice(&chunk);
        png.extend_from_slice(&crc(&chunk).to_be_bytes());
    }
    Some(png)
}

/// A zlib stream that holds `data` as they are.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(BLOCK).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend_from_slice(&length.to_le_bytes());
        stream.extend_from_slice(&(!length).to_le_bytes());
        stream.extend_from_slice(block);
    }
    stream.extend_from_slice(&adler(data).to_be_bytes());
    stream
}

fn crc(data: &[u8]) -> u32 {
    let whole = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, data);
    u32::try_from(whole & 0xffff_ffff).unwrap_or(0)
}

/// Adler-32: RFC 1950, section 8.2.
fn adler(data: &[u8]) -> u32 {
    let (a, b) = data.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::{adler, crc, png, stored};

    #[test]
    fn checksums_are_the_published_ones() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_long_stream_has_several_blocks() {
        let stream = stored(&[7; 70_000]);
        assert_eq!(stream.len(), 2 + 2 * 5 + 70_000 + 4);
        assert_eq!((stream[2], stream[2 + 5 + 0xffff]), (0, 1));
    }

    #[test]
    fn a_picture_is_as_large_as_its_code() {
        let picture = png("otpauth://totp/anna@123456789012?secret=ABC").unwrap();
        assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"));
        assert_eq!(picture[16..20], picture[20..24]);
        let side = u32::from_be_bytes(picture[16..20].try_into().unwrap());
        // 29 or 33 modules with eight of white, four pixels each.
        assert!([148, 164].contains(&side), "{side}");
        assert!(picture.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82"));
        assert_eq!(png(&"x".repeat(5000)), None);
    }
}
