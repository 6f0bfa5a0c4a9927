//! The picture of VPCs.

use crate::glyph;
use crate::layout::{GUTTER, MARGIN, Places, ROUTE_LINE};
use crate::legend::{self, short};
use crate::map::{Gateway, Map, Member, MemberKind, Network, Subnet, SubnetKind};
use crate::svg::{Anchor, Rect, Svg, fit, mono_width, px, width};

/// The height of the title.
const TITLE: i32 = 40;
/// The room for the internet above a VPC.
const SKY: i32 = 66;
/// A gateway on the frame of a VPC.
const GATEWAY: (i32, i32) = (176, 44);

/// Draws all of them, one below the other.
pub(crate) fn draw(map: &Map) -> String {
    let mut svg = Svg::new();
    svg.text((MARGIN, MARGIN + 14), "title", Anchor::Start, &map.title);
    let (mut y, mut right) = (MARGIN + TITLE, MARGIN + 420);
    if map.networks.is_empty() {
        svg.text((MARGIN, y + 14), "small", Anchor::Start, "There is no VPC.");
        y += 30;
    }
    for network in &map.networks {
        let has_sky = network.gateways.iter().any(|own| own.kind.is_internet());
        let top = y + if has_sky { SKY } else { GATEWAY.1 / 2 };
        let mut places = Places::of(network, top);
        let room = px(network.gateways.len()) * (GATEWAY.0 + 14) + 330;
        places.frame.width = places.frame.width.max(room);
        one(&mut svg, network, &places);
        right = right.max(places.frame.right());
        y = places.frame.bottom() + 14;
        y += legend::draw(&mut svg, network, (MARGIN + 4, y), places.frame.width) + MARGIN;
    }
    svg.finish(right + MARGIN, y, &map.title)
}

fn one(svg: &mut Svg, network: &Network, places: &Places) {
    let frame = places.frame;
    svg.rect(frame, 14, "vpc");
    header(svg, network, frame);
    for (zone, rect) in network.zones.iter().zip(&places.zones) {
        svg.rect(*rect, 10, "zone");
        svg.text((rect.x + 14, rect.y + 22), "strong", Anchor::Start, &zone.name);
    }
    for (zone, rects) in network.zones.iter().zip(&places.subnets) {
        for (own, rect) in zone.subnets.iter().zip(rects) {
            subnet(svg, places, own, *rect);
        }
        nat_lines(svg, places, &zone.subnets, rects);
    }
    gateways(svg, network, places);
}

fn header(svg: &mut Svg, network: &Network, frame: Rect) {
    let name = network.name.as_deref().unwrap_or(if network.is_default { "default VPC" } else { "VPC" });
    let name = fit(name, 270, 17, width);
    svg.text((frame.x + 20, frame.y + 36), "title", Anchor::Start, &name);
    svg.text((frame.x + 20, frame.y + 56), "mono", Anchor::Start, &network.id);
    let blocks = fit(&network.blocks.join("  "), 290, 11, mono_width);
    svg.text((frame.x + 20, frame.y + 73), "mono", Anchor::Start, &blocks);
}

fn subnet(svg: &mut Svg, places: &Places, own: &Subnet, rect: Rect) {
    svg.begin(&format!("{} {}, {}", own.id, own.blocks.join(" "), own.table));
    svg.rect(rect, 9, own.kind.word());
    let badge = own.kind.word().to_uppercase();
    svg.text((rect.right() - 12, rect.y + 20), "badge", Anchor::End, &badge);
    let room = rect.width - 36 - width(&badge, 12);
    let name = fit(own.name.as_deref().unwrap_or(&own.id), room, 13, width);
    svg.text((rect.x + 12, rect.y + 21), "strong", Anchor::Start, &name);
    let id = if own.name.is_some() { short(&own.id) } else { String::new() };
    let line = format!("{}  {id}", own.blocks.join(" "));
    let line = fit(line.trim_end(), rect.width - 24, 11, mono_width);
    svg.text((rect.x + 12, rect.y + 38), "mono", Anchor::Start, &line);
    for (number, route) in own.routes.iter().enumerate() {
        let line = format!("{} → {}", route.destination, short(&route.target));
        let line = if route.leads { line } else { format!("{line} (blackhole)") };
        let class = if route.leads { "mono" } else { "mono bad" };
        let y = rect.y + 38 + ROUTE_LINE * (px(number) + 1);
        svg.text((rect.x + 12, y), class, Anchor::Start, &fit(&line, rect.width - 24, 11, mono_width));
    }
    svg.end();
    for (position, thing) in own.members.iter().enumerate() {
        member(svg, thing, places.member(rect, own, position));
    }
}

/// A thing: its sign, its name or id, its addresses, and the colours of its groups.
fn member(svg: &mut Svg, own: &Member, rect: Rect) {
    let told = [own.state.as_deref(), own.detail.as_deref(), own.public.as_deref()];
    let told: Vec<&str> = told.into_iter().flatten().collect();
    svg.begin(format!("{} {} {}", own.id, own.name.as_deref().unwrap_or_default(), told.join(", ")).trim());
    svg.rect(rect, 7, "chip");
    let (sign, colour) = glyph::of_member(own.kind);
    svg.glyph((rect.x + 8, rect.y + 10), sign, colour);
    let dots = px(own.groups.len().min(4));
    let room = rect.width - 54 - dots * 11;
    let name = own.name.clone().unwrap_or_else(|| short(&own.id));
    svg.text((rect.x + 42, rect.y + 19), "name", Anchor::Start, &fit(&name, room, 12, width));
    let address = own.address.as_deref().unwrap_or_default();
    let second = match (&own.state, &own.public) {
        (Some(state), _) => format!("{address} {state}"),
        (None, Some(public)) => format!("{address} ⇄ {public}"),
        (None, None) => address.to_owned(),
    };
    let second = fit(second.trim_start(), rect.width - 50, 11, mono_width);
    svg.text((rect.x + 42, rect.y + 35), "mono", Anchor::Start, &second);
    for (number, group) in own.groups.iter().take(4).enumerate() {
        svg.dot((rect.right() - 11 - px(number) * 11, rect.y + 14), 4, glyph::of_group(*group));
    }
    svg.end();
}

/// Lines from subnets to the NAT gateway of their own zone that their routes lead to.
fn nat_lines(svg: &mut Svg, places: &Places, subnets: &[Subnet], rects: &[Rect]) {
    let nats = subnets.iter().zip(rects).flat_map(|(own, rect)| {
        let things = own.members.iter().enumerate().filter(|(_, thing)| thing.kind == MemberKind::Nat);
        things.map(move |(position, thing)| (&thing.id, places.member(*rect, own, position), *rect))
    });
    let nats: Vec<(&String, Rect, Rect)> = nats.collect();
    for (own, rect) in subnets.iter().zip(rects) {
        let target = own
            .routes
            .iter()
            .filter(|route| route.leads)
            .find_map(|route| nats.iter().find(|(id, _, home)| **id == route.target && home.y != rect.y));
        let Some((_, nat, _)) = target else { continue };
        let (from, gutter, to) =
            (rect.y + 38 + ROUTE_LINE - 4, rect.right() + GUTTER / 2 + 2, nat.y + nat.height / 2);
        let way = format!("M{} {from}H{gutter}V{to}H{}", rect.right(), nat.right() + 2);
        svg.arrow("nat", &way);
    }
}

/// What leads out stands on the upper edge of the frame; from the internet's gateway a line goes to the public subnets.
fn gateways(svg: &mut Svg, network: &Network, places: &Places) {
    let frame = places.frame;
    let count = px(network.gateways.len());
    let start = frame.right() - 20 - count * (GATEWAY.0 + 14) + 14;
    let place = |number: usize| Rect {
        x: start + px(number) * (GATEWAY.0 + 14),
        y: frame.y - GATEWAY.1 / 2,
        width: GATEWAY.0,
        height: GATEWAY.1,
    };
    let outside: Vec<Rect> = network
        .gateways
        .iter()
        .enumerate()
        .filter(|(_, own)| own.kind.is_internet())
        .map(|(number, _)| place(number))
        .collect();
    if let (Some(first), Some(last)) = (outside.first(), outside.last()) {
        let cloud = Rect { x: first.x, y: frame.y - 66, width: last.right() - first.x, height: 24 };
        svg.rect(cloud, 12, "cloud");
        svg.text((cloud.middle(), cloud.y + 16), "small", Anchor::Middle, "internet");
        for own in &outside {
            svg.path("out", &format!("M{} {}V{}", own.middle(), cloud.bottom(), own.y));
        }
    }
    for (number, own) in network.gateways.iter().enumerate() {
        gateway(svg, own, place(number));
    }
    for (number, own) in network.gateways.iter().enumerate() {
        bus(svg, network, places, own, place(number));
    }
}

fn gateway(svg: &mut Svg, own: &Gateway, rect: Rect) {
    svg.begin(&format!("{} {}", own.id, own.name.as_deref().unwrap_or_default()));
    svg.rect(rect, 9, "chip");
    let (sign, colour) = glyph::of_gateway(own.kind);
    svg.glyph((rect.x + 8, rect.y + 9), sign, colour);
    let name = own.name.as_deref().unwrap_or(own.kind.words());
    svg.text((rect.x + 42, rect.y + 19), "name", Anchor::Start, &fit(name, GATEWAY.0 - 50, 12, width));
    svg.text((rect.x + 42, rect.y + 34), "mono", Anchor::Start, &short(&own.id));
    svg.end();
}

/// From a gateway to the first subnet of each zone whose routes lead there.
fn bus(svg: &mut Svg, network: &Network, places: &Places, own: &Gateway, rect: Rect) {
    let level = places.frame.y + 78;
    for (zone, rects) in network.zones.iter().zip(&places.subnets) {
        let leads = |subnet: &Subnet| {
            subnet.kind == SubnetKind::Public
                && subnet.routes.iter().any(|route| route.leads && route.target == own.id)
        };
        let found = zone.subnets.iter().zip(rects).find(|(subnet, _)| leads(subnet));
        let Some((_, card)) = found else { continue };
        // Right of the name of the zone.
        let x = card.x + card.width * 3 / 4;
        svg.arrow("out", &format!("M{} {}V{level}H{x}V{}", rect.middle(), rect.bottom(), card.y - 1));
    }
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::map::tests::network;
    use crate::map::{Map, SubnetKind};
    use quick_xml::Reader;
    use quick_xml::events::Event;

    /// How many elements of each name a document has; it must be well-formed.
    #[track_caller]
    fn count(svg: &str, name: &str) -> usize {
        let (mut reader, mut found, mut depth) = (Reader::from_str(svg), 0, 0);
        loop {
            match reader.read_event().expect("it is well-formed") {
                Event::Start(element) => {
                    depth += 1;
                    found += usize::from(element.name().as_ref() == name.as_bytes());
                }
                Event::End(_) => depth -= 1,
                Event::Empty(element) => found += usize::from(element.name().as_ref() == name.as_bytes()),
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        found
    }

    #[test]
    fn a_network_is_drawn_with_everything_in_it() {
        let svg = draw(&network(3, 6));
        for text in [
            "us-east-1c",
            "public-0",
            "private-1",
            "isolated-2",
            "igw-0000…00001",
            ">web &lt;1&gt; &amp; co<",
        ] {
            assert!(svg.contains(text), "{text}: {svg}");
        }
        // Lines to three public subnets and from three private ones, and the line to the internet; eighteen instances
        // and three NAT gateways with a sign, and two gateways.
        assert_eq!(count(&svg, "path") - 3, 7 + 18 + 3 + 2);
        assert_eq!(svg.matches("class=\"public\"").count(), 3);
        assert!(!svg.contains("<1>"));
    }

    #[test]
    fn equal_networks_give_equal_pictures() {
        assert_eq!(draw(&network(2, 9)), draw(&network(2, 9)));
    }

    #[test]
    fn a_blackhole_is_told_and_draws_no_line() {
        let mut map = network(1, 1);
        let private = &mut map.networks[0].zones[0].subnets[1];
        assert_eq!(private.kind, SubnetKind::Private);
        private.routes[0].leads = false;
        let svg = draw(&map);
        assert!(svg.contains("(blackhole)"));
        assert_eq!(svg.matches("class=\"nat\" d").count(), 0);
    }

    #[test]
    fn nothing_is_a_picture_too() {
        let svg = draw(&Map { title: "Networks".to_owned(), networks: Vec::new() });
        assert_eq!(count(&svg, "svg"), 1);
        assert!(svg.contains("There is no VPC."));
    }
}
