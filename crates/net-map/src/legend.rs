//! The list of security groups below a VPC, with the colours they have in it.

use crate::glyph;
use crate::map::Network;
use crate::svg::{Anchor, Svg, fit, width};

const ENTRY: (i32, i32) = (292, 22);

/// Draws it and answers how high it is.
pub(crate) fn draw(svg: &mut Svg, network: &Network, (x, y): (i32, i32), room: i32) -> i32 {
    if network.groups.is_empty() {
        return 0;
    }
    svg.text((x, y + 14), "badge", Anchor::Start, "SECURITY GROUPS");
    let across = usize::try_from((room / ENTRY.0).max(1)).unwrap_or(1);
    let mut bottom = y + 24;
    for (position, group) in network.groups.iter().enumerate() {
        let column = i32::try_from(position % across).unwrap_or(0);
        let row = i32::try_from(position / across).unwrap_or(0);
        let (left, line) = (x + column * ENTRY.0, y + 38 + row * ENTRY.1);
        svg.begin(&format!("{} {}", group.id, group.name));
        svg.dot((left + 5, line - 4), 5, glyph::of_group(position));
        let name = fit(&group.name, 110, 12, width);
        let (ingress, egress) = group.rules;
        let detail = format!("{} ↓{ingress} ↑{egress}", short(&group.id));
        svg.pair((left + 17, line), &name, &detail);
        svg.end();
        bottom = line + 8;
    }
    bottom - y
}

/// An id by its beginning and its end, which is what tells ids apart.
pub(crate) fn short(id: &str) -> String {
    match id.split_once('-') {
        Some((kind, rest)) if rest.len() > 12 && rest.is_ascii() => {
            format!("{kind}-{}…{}", &rest[..4], &rest[rest.len() - 5..])
        }
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn ids_are_shortened_in_the_middle() {
        for (id, want) in [
            ("sg-0123456789abcdef0", "sg-0123…cdef0"),
            ("sg-1", "sg-1"),
            ("local", "local"),
            ("vpce-üüüüüüüüüüüüü", "vpce-üüüüüüüüüüüüü"),
        ] {
            assert_eq!(short(id), want);
        }
    }
}
