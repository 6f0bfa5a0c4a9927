//! Where in a pool there is room.

use super::block::{Block, Family};

/// What a pool holds, and what of it is taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Space {
    /// The blocks that were provisioned.
    pub(super) blocks: Vec<Block>,
    /// Those that somebody has, or that nobody shall have.
    pub(super) taken: Vec<Block>,
}

impl Space {
    /// Whether a block is there and free.
    pub(super) fn is_free(&self, block: Block) -> bool {
        self.blocks.iter().any(|own| own.covers(block)) && !self.taken.iter().any(|own| own.overlaps(block))
    }

    /// The first free block of a length; within `allowed`, where that is not empty.
    pub(super) fn first(&self, length: u8, allowed: &[Block]) -> Option<Block> {
        let mut parts: Vec<Block> = self.blocks.clone();
        if !allowed.is_empty() {
            // Of two blocks that overlap, the longer prefix is what they have in common.
            let common = |own: Block| {
                let with = allowed.iter().filter(move |other| other.overlaps(own));
                with.map(move |other| if own.covers(*other) { *other } else { own })
            };
            parts = self.blocks.iter().copied().flat_map(common).collect();
        }
        parts.sort();
        parts
            .into_iter()
            .filter(|part| part.prefix() <= length)
            .find_map(|part| self.first_within(part, length))
    }

    fn first_within(&self, part: Block, length: u8) -> Option<Block> {
        let family: Family = part.family();
        let (mut at, end) = part.ends();
        while at <= end {
            let block = Block::at(family, at, length)?;
            match self.taken.iter().find(|own| own.overlaps(block)) {
                None => return Some(block),
                // Behind the larger of the two.
                Some(own) => at = own.ends().1.max(block.ends().1).checked_add(1)?,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Space;
    use crate::ipam::block::Block;

    fn blocks(text: &str) -> Vec<Block> {
        text.split_whitespace().map(|own| own.parse().unwrap()).collect()
    }

    #[test]
    fn the_first_free_block_is_given() {
        for (have, taken, allowed, length, want) in [
            ("10.0.0.0/16", "", "", 24, Some("10.0.0.0/24")),
            ("10.0.0.0/16", "10.0.0.0/24", "", 24, Some("10.0.1.0/24")),
            ("10.0.0.0/16", "10.0.1.0/24", "", 24, Some("10.0.0.0/24")),
            ("10.0.0.0/16", "10.0.0.64/26", "", 24, Some("10.0.1.0/24")),
            ("10.0.0.0/16", "10.0.0.0/17", "", 17, Some("10.0.128.0/17")),
            ("10.0.0.0/16", "10.0.0.0/24", "", 16, None),
            ("10.0.0.0/16", "", "", 15, None),
            ("10.1.0.0/24 10.0.0.0/24", "10.0.0.0/24", "", 24, Some("10.1.0.0/24")),
            ("10.0.0.0/16", "", "10.0.8.0/22", 24, Some("10.0.8.0/24")),
            ("10.0.0.0/24", "", "10.0.0.0/8", 24, Some("10.0.0.0/24")),
            ("10.0.0.0/24", "", "10.0.1.0/24", 24, None),
            ("255.255.255.0/24", "255.255.255.0/24", "", 28, None),
            ("0.0.0.0/0", "0.0.0.0/1", "", 1, Some("128.0.0.0/1")),
            ("198.18.0.8/29", "198.18.0.8/32", "", 32, Some("198.18.0.9/32")),
            ("3fff:0:a000::/40", "", "", 56, Some("3fff:0:a000::/56")),
            ("3fff:0:a000::/40", "3fff:0:a000::/56", "", 56, Some("3fff:0:a000:100::/56")),
            ("3fff:0:a000::/40", "3fff:0:a000::/44", "", 48, Some("3fff:0:a010::/48")),
            ("3fff:0:a000::/52", "3fff:0:a000::/52", "", 56, None),
            ("ff00::/8", "ff00::/8", "", 16, None),
            ("::/0", "::/1", "", 1, Some("8000::/1")),
        ] {
            let space = Space { blocks: blocks(have), taken: blocks(taken) };
            let found = space.first(length, &blocks(allowed)).map(|own| own.to_string());
            assert_eq!(found.as_deref(), want, "{have} without {taken}, {length}");
            if let Some(found) = found {
                assert!(space.is_free(found.parse().unwrap()));
            }
        }
    }
}
