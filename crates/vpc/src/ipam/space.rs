//! Where in a pool there is room.

use base::Ipv4Block;
use std::net::Ipv4Addr;

/// What a pool holds, and what of it is taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Space {
    /// The blocks that were provisioned.
    pub(super) blocks: Vec<Ipv4Block>,
    /// Those that somebody has, or that nobody shall have.
    pub(super) taken: Vec<Ipv4Block>,
}

impl Space {
    /// Whether a block is there and free.
    pub(super) fn is_free(&self, block: Ipv4Block) -> bool {
        self.blocks.iter().any(|own| own.covers(block)) && !self.taken.iter().any(|own| own.overlaps(block))
    }

    /// The first free block of a length; within `allowed`, where that is not empty.
    pub(super) fn first(&self, length: u8, allowed: &[Ipv4Block]) -> Option<Ipv4Block> {
        let mut parts: Vec<Ipv4Block> = self.blocks.clone();
        if !allowed.is_empty() {
            // Of two blocks that overlap, the longer prefix is what they have in common.
            let common = |own: Ipv4Block| {
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

    fn first_within(&self, part: Ipv4Block, length: u8) -> Option<Ipv4Block> {
        let end = u64::from(u32::from(part.last()));
        let mut at = u64::from(u32::from(part.network()));
        while at <= end {
            let block = Ipv4Block::new(Ipv4Addr::from(u32::try_from(at).ok()?), length)?;
            match self.taken.iter().find(|own| own.overlaps(block)) {
                None => return Some(block),
                // Behind the larger of the two.
                Some(own) => {
                    let behind = u32::from(own.last()).max(u32::from(block.last()));
                    at = u64::from(behind) + 1;
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Space;
    use base::Ipv4Block;

    fn blocks(text: &str) -> Vec<Ipv4Block> {
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
