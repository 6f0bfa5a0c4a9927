//! Where everything of a VPC stands: zones are columns, and the subnets of a kind stand on a level across them.

use crate::map::{Network, Subnet, SubnetKind};
use crate::svg::{Rect, px};

/// The room around everything.
pub(crate) const MARGIN: i32 = 28;
/// The room between the frames of a VPC and its zones, and between columns.
const GAP: i32 = 18;
/// What stands above the zones: the name, and the bus from the gateways.
const HEADER: i32 = 92;
/// The title of a zone.
const ZONE_TITLE: i32 = 34;
/// The room for lines to NAT gateways, right of the subnets.
pub(crate) const GUTTER: i32 = 18;
/// A thing in a subnet; one that stands alone is as wide as its subnet allows.
const CHIP: (i32, i32) = (228, 46);
const CHIP_GAP: i32 = 8;
/// What stands above the things of a subnet, without its routes.
const SUBNET_HEADER: i32 = 50;
pub(crate) const ROUTE_LINE: i32 = 17;
const PADDING: i32 = 12;
/// Between two subnets.
const LEVEL_GAP: i32 = 16;
/// The narrowest column: one in which the head of a subnet can be read.
const NARROWEST: i32 = 300;

/// Where the parts of a VPC stand.
pub(crate) struct Places {
    /// The frame.
    pub(crate) frame: Rect,
    /// The zones, as the VPC has them.
    pub(crate) zones: Vec<Rect>,
    /// The subnets of each zone, as the zone has them.
    pub(crate) subnets: Vec<Vec<Rect>>,
    /// Things of a subnet beside each other.
    across: usize,
    /// How wide each is.
    chip: i32,
}

impl Places {
    /// Puts everything in its place below `top`.
    pub(crate) fn of(network: &Network, top: i32) -> Self {
        let most = network.zones.iter().flat_map(|zone| &zone.subnets).map(|own| own.members.len()).max();
        let across = match most.unwrap_or(0) {
            0..=4 => 1,
            5..=16 => 2,
            17..=48 => 3,
            _ => 4,
        };
        let chips = px(across) * (CHIP.0 + CHIP_GAP) - CHIP_GAP;
        let card = (chips + 2 * PADDING).max(NARROWEST);
        let chip = if across == 1 { card - 2 * PADDING } else { CHIP.0 };
        let column = card + PADDING + GUTTER;
        let mut places = Self {
            frame: Rect { x: MARGIN, y: top, width: 0, height: 0 },
            zones: Vec::new(),
            subnets: Vec::new(),
            across,
            chip,
        };
        let levels = places.levels(network);
        let start = top + HEADER;
        let height: i32 = levels.iter().map(|(_, height)| height + LEVEL_GAP).sum();
        for (position, zone) in network.zones.iter().enumerate() {
            let x = MARGIN + GAP + px(position) * (column + GAP);
            places.zones.push(Rect {
                x,
                y: start,
                width: column,
                height: ZONE_TITLE + height.max(LEVEL_GAP),
            });
            let mut of_zone = Vec::new();
            let mut counts = [0; SubnetKind::ALL.len()];
            for own in &zone.subnets {
                let number = counts[own.kind as usize];
                counts[own.kind as usize] += 1;
                let above = levels.iter().take_while(|(level, _)| *level != (own.kind, number));
                let y = start + ZONE_TITLE + above.map(|(_, height)| height + LEVEL_GAP).sum::<i32>();
                of_zone.push(Rect { x: x + PADDING, y, width: card, height: places.height(own) });
            }
            places.subnets.push(of_zone);
        }
        let columns = px(network.zones.len().max(1));
        places.frame.width = columns * (column + GAP) + GAP;
        places.frame.height = HEADER + ZONE_TITLE + height.max(LEVEL_GAP) + GAP;
        places
    }

    /// The levels from the top: the kind and the number of its subnets, and how high the highest is.
    fn levels(&self, network: &Network) -> Vec<((SubnetKind, usize), i32)> {
        let mut levels = Vec::new();
        for kind in SubnetKind::ALL {
            for number in 0.. {
                let of = network
                    .zones
                    .iter()
                    .filter_map(|zone| zone.subnets.iter().filter(|own| own.kind == kind).nth(number));
                let Some(highest) = of.map(|own| self.height(own)).max() else { break };
                levels.push(((kind, number), highest));
            }
        }
        levels
    }

    fn height(&self, own: &Subnet) -> i32 {
        let rows = px(own.members.len().div_ceil(self.across));
        SUBNET_HEADER + px(own.routes.len()) * ROUTE_LINE + rows * (CHIP.1 + CHIP_GAP) + PADDING / 2
    }

    /// Where the thing of that position stands in a subnet.
    pub(crate) fn member(&self, subnet: Rect, own: &Subnet, position: usize) -> Rect {
        let (row, column) = (px(position / self.across), px(position % self.across));
        Rect {
            x: subnet.x + PADDING + column * (self.chip + CHIP_GAP),
            y: subnet.y + SUBNET_HEADER + px(own.routes.len()) * ROUTE_LINE + row * (CHIP.1 + CHIP_GAP),
            width: self.chip,
            height: CHIP.1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Places;
    use crate::map::tests::network;
    use crate::svg::Rect;

    fn apart(one: Rect, other: Rect) -> bool {
        one.right() <= other.x || other.right() <= one.x || one.bottom() <= other.y || other.bottom() <= one.y
    }

    fn within(inner: Rect, outer: Rect) -> bool {
        inner.x >= outer.x
            && inner.y >= outer.y
            && inner.right() <= outer.right()
            && inner.bottom() <= outer.bottom()
    }

    #[test]
    fn nothing_overlaps_and_everything_is_in_its_frame() {
        for (zones, instances) in [(1, 0), (2, 1), (3, 9), (4, 60)] {
            let map = network(zones, instances);
            let own = &map.networks[0];
            let places = Places::of(own, 10);
            for (position, zone) in own.zones.iter().enumerate() {
                assert!(within(places.zones[position], places.frame));
                assert!(position == 0 || apart(places.zones[position - 1], places.zones[position]));
                for (number, subnet) in zone.subnets.iter().enumerate() {
                    let rect = places.subnets[position][number];
                    assert!(within(rect, places.zones[position]), "{zones} {instances}");
                    assert!(places.subnets[position][..number].iter().all(|other| apart(rect, *other)));
                    let members: Vec<Rect> =
                        (0..subnet.members.len()).map(|at| places.member(rect, subnet, at)).collect();
                    assert!(members.iter().all(|member| within(*member, rect)));
                    assert!(members.windows(2).all(|pair| apart(pair[0], pair[1])));
                }
            }
            // The subnets of a kind stand on one level.
            let tops = |number: usize| places.subnets.iter().map(|of| of[number].y).collect::<Vec<_>>();
            for number in 0..3 {
                assert!(tops(number).windows(2).all(|pair| pair[0] == pair[1]));
            }
        }
    }
}
