//! Which blocks a VPC may have beside its first one.
//!
//! Source: VPC user guide, "IPv4 CIDR block association restrictions".

use base::Ipv4Block;

/// A range of addresses, by its first one and its bits.
type Range = ([u8; 4], u8);

/// RFC 1918, section 3.
const PRIVATE: [Range; 3] = [([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([192, 168, 0, 0], 16)];
/// What AWS keeps beside blocks of 172.16.0.0/12.
const KEPT_172: Range = ([172, 31, 0, 0], 16);
/// What AWS keeps beside all others.
const KEPT: Range = ([198, 19, 0, 0], 16);
/// Beside a block of the first, none of the second is had.
const KEPT_10: [Range; 2] = [([10, 0, 0, 0], 15), ([10, 0, 0, 0], 16)];

fn lies_in(block: Ipv4Block, (first, bits): Range) -> bool {
    Ipv4Block::new(first.into(), bits).is_some_and(|range| range.overlaps(block))
}

/// Whether a VPC with these blocks, the one that it was made with first, may not have another one.
pub(super) fn is_restricted(own: &[Ipv4Block], block: Ipv4Block) -> bool {
    let Some(first) = own.first().copied() else { return false };
    let private = |of: Ipv4Block| PRIVATE.into_iter().find(|range| lies_in(of, *range));
    // One of RFC 1918 goes with a first block of the same range alone.
    if private(block).is_some() && private(block) != private(first) {
        return true;
    }
    let [near, kept] = KEPT_10;
    (lies_in(block, KEPT) && !lies_in(first, KEPT))
        || (lies_in(block, KEPT_172) && private(first) == private(block))
        || (lies_in(block, kept) && own.iter().any(|own| lies_in(*own, near)))
}

#[cfg(test)]
mod tests {
    use super::is_restricted;
    use base::Ipv4Block;

    #[test]
    fn further_blocks_go_with_the_first_one() {
        for (own, allowed, restricted) in [
            (
                &["10.0.0.0/16"][..],
                &["10.1.0.0/16", "10.255.0.0/16", "100.64.0.0/16", "203.0.113.0/24", "198.18.0.0/16"][..],
                &["172.16.0.0/16", "192.168.0.0/16", "198.19.0.0/16", "10.0.0.0/24"][..],
            ),
            (&["10.1.0.0/16"], &["10.2.0.0/16"], &["10.0.0.0/16", "10.0.255.240/28"]),
            (&["10.2.0.0/16"], &["10.0.0.0/16", "10.1.0.0/16"], &["172.31.0.0/16"]),
            (&["10.2.0.0/16", "10.1.0.0/16"], &["10.3.0.0/16"], &["10.0.0.0/16"]),
            (
                &["172.16.0.0/16"],
                &["172.17.0.0/16", "100.127.0.0/16", "8.8.8.0/24"],
                &["172.31.0.0/16", "172.31.1.0/24", "10.0.0.0/16", "192.168.1.0/24", "198.19.1.0/24"],
            ),
            (&["192.168.0.0/24"], &["192.168.1.0/24", "100.64.0.0/10"], &["10.9.0.0/16", "172.20.0.0/16"]),
            (&["198.19.0.0/17"], &["198.19.128.0/17", "100.64.0.0/16"], &["10.0.0.0/16", "192.168.0.0/16"]),
            (&["100.64.0.0/16"], &["100.65.0.0/16", "9.0.0.0/16"], &["10.5.0.0/16", "198.19.0.0/24"]),
            (&["203.0.113.0/24", "203.0.114.0/24"], &["203.0.115.0/24"], &["172.16.0.0/24"]),
        ] {
            let own: Vec<Ipv4Block> = own.iter().map(|text| text.parse().unwrap()).collect();
            for (blocks, want) in [(allowed, false), (restricted, true)] {
                for block in blocks {
                    assert_eq!(is_restricted(&own, block.parse().unwrap()), want, "{own:?} {block}");
                }
            }
        }
    }
}
