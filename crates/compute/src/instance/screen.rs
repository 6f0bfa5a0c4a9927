//! The picture of a screen that shows nothing.
//!
//! A grey JPEG (ITU-T T.81, baseline) whose blocks are all the same: the first says how dark it is, each other one that
//! it differs in nothing. The codes are of one and two bits, as there are two words to say.

/// The screen of a text console, in dots: 720 by 400, which is 90 by 50 blocks.
const WIDTH: u16 = 720;
const HEIGHT: u16 = 400;
const BLOCKS: usize = 90 * 50;
/// Dots are told in steps of this size.
const STEP: u8 = 128;

/// A black screen.
pub(super) fn black() -> Vec<u8> {
    let mut picture = vec![0xff, 0xd8];
    let mut segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
        picture.extend([0xff, marker]);
        picture.extend(length.to_be_bytes());
        picture.extend(content);
    };
    segment(0xdb, &[&[0][..], &[STEP; 64]].concat());
    let [height, width] = [HEIGHT.to_be_bytes(), WIDTH.to_be_bytes()];
    segment(0xc0, &[8, height[0], height[1], width[0], width[1], 1, 1, 0x11, 0]);
    // Differences: `0` is none, `10` is one of four bits. Within a block: `0` is its end.
    segment(0xc4, &codes(0x00, &[1, 1], &[0, 4]));
    segment(0xc4, &codes(0x10, &[1], &[0]));
    segment(0xda, &[1, 1, 0x00, 0, 63, 0]);
    picture.extend(blocks());
    picture.extend([0xff, 0xd9]);
    picture
}

/// A table of codes: how many there are of each length, and what they say.
fn codes(class: u8, lengths: &[u8], words: &[u8]) -> Vec<u8> {
    let mut table = vec![class];
    table.extend(lengths.iter().copied().chain(std::iter::repeat(0)).take(16));
    table.extend(words);
    table
}

/// The blocks. Black is 128 below the middle in each of 64 dots: -1024 together, which is -8 steps, and -8 is 0111 in four
/// bits.
fn blocks() -> Vec<u8> {
    let first = [true, false, false, true, true, true, false];
    let bits: Vec<bool> = first.into_iter().chain(std::iter::repeat_n(false, 2 * (BLOCKS - 1))).collect();
    // What is left of the last byte is filled with ones.
    bits.chunks(8)
        .map(|chunk| {
            let bits = chunk.iter().copied().chain(std::iter::repeat(true)).take(8);
            bits.fold(0, |byte, bit| byte << 1 | u8::from(bit))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::black;

    #[test]
    fn the_picture_is_one_from_its_beginning_to_its_end() {
        let picture = black();
        assert!(picture.starts_with(&[0xff, 0xd8, 0xff, 0xdb, 0, 67]));
        assert!(picture.ends_with(&[0xff, 0xd9]));
        // 9,005 bits of blocks, and no byte among them that would be taken for a marker.
        let begin = picture.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap() + 10;
        let blocks = &picture[begin..picture.len() - 2];
        assert_eq!(blocks.len(), 1126);
        assert_eq!(blocks[0], 0b1001_1100);
        assert!(blocks[1..1125].iter().all(|byte| *byte == 0));
        assert_eq!(blocks[1125], 0b0000_0111);
    }
}
