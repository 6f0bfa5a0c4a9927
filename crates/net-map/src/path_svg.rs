//! The picture of a packet's path: the way there on the left, downwards, the way back on the right, upwards. What
//! stopped it is red and says why, and what would let it pass.

use crate::glyph;
use crate::path::{Hop, Path};
use crate::svg::{Anchor, Rect, Svg, fit, mono_width, px, width};

const MARGIN: i32 = 28;
/// A step.
const STEP: (i32, i32) = (420, 52);
/// Between two of them.
const GAP: i32 = 20;
/// Between the ways.
const LANE: i32 = 40;
/// The ends of the flow.
const END: i32 = 40;
const LINE: i32 = 16;

/// Draws it.
pub(crate) fn draw(path: &Path) -> String {
    let there: Vec<&Hop> = path.hops.iter().filter(|hop| hop.is_forward()).collect();
    let back: Vec<&Hop> = path.hops.iter().filter(|hop| !hop.is_forward()).collect();
    let full = if back.is_empty() { STEP.0 } else { 2 * STEP.0 + LANE };
    let mut svg = Svg::new();
    let title = format!("{} → {}", path.from, path.to);
    svg.text((MARGIN, MARGIN + 12), "title", Anchor::Start, &title);
    let (class, word) = if path.allowed { ("strong good", "allowed") } else { ("strong bad", "blocked") };
    svg.text((MARGIN, MARGIN + 34), class, Anchor::Start, word);
    svg.text((MARGIN + 62, MARGIN + 34), "mono", Anchor::Start, &path.packet.words());
    let top = MARGIN + 56;
    let height = |hops: &[&Hop]| hops.iter().map(|hop| step_height(hop) + GAP).sum::<i32>();
    let bottom = top + END + GAP + height(&there).max(height(&back));
    end(&mut svg, Rect { x: MARGIN, y: top, width: full, height: END }, &path.from);
    let reached = !there.iter().any(|hop| hop.blocked.is_some());
    lane(&mut svg, &there, (MARGIN, top + END, bottom), reached, false);
    let right = MARGIN + STEP.0 + LANE;
    let returned = !back.is_empty() && !back.iter().any(|hop| hop.blocked.is_some());
    lane(&mut svg, &back, (right, top + END, bottom), returned, true);
    end(&mut svg, Rect { x: MARGIN, y: bottom, width: full, height: END }, &path.to);
    svg.finish(full + 2 * MARGIN, bottom + END + MARGIN, &title)
}

fn end(svg: &mut Svg, rect: Rect, name: &str) {
    svg.rect(rect, 10, "end");
    let name = fit(name, rect.width - 30, 13, width);
    svg.text((rect.middle(), rect.y + 25), "strong on-dark", Anchor::Middle, &name);
}

/// One way. `arrives` says whether its last step leads on to the other end.
fn lane(svg: &mut Svg, hops: &[&Hop], (x, top, bottom): (i32, i32, i32), arrives: bool, upwards: bool) {
    let middle = x + STEP.0 / 2;
    let mut y = if upwards { bottom } else { top };
    let mut stopped = false;
    for hop in hops {
        // What it would meet further on is told, and pale.
        if stopped {
            svg.fade();
        }
        let height = step_height(hop);
        let (from, to) = if upwards { (y, y - GAP) } else { (y, y + GAP) };
        svg.arrow("way", &format!("M{middle} {from}V{to}"));
        let place = if upwards { y - GAP - height } else { y + GAP };
        step(svg, hop, Rect { x, y: place, width: STEP.0, height });
        y = if upwards { place } else { place + height };
        if stopped {
            svg.end();
        }
        stopped |= hop.blocked.is_some();
    }
    if arrives {
        let to = if upwards { top } else { bottom };
        svg.arrow("way", &format!("M{middle} {y}V{to}"));
    }
}

/// Why a step stops the packet, in lines.
fn reasons(hop: &Hop) -> Vec<String> {
    let Some(blocked) = &hop.blocked else { return Vec::new() };
    let most = usize::try_from((STEP.0 - 58) * 100 / width("m", 1100).max(1)).unwrap_or(1);
    let mut lines = wrapped(&blocked.because, most);
    lines.extend(wrapped(&format!("fix: {}", blocked.remedy), most));
    lines
}

/// A text in lines of at most so many letters, broken at its spaces.
fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn step_height(hop: &Hop) -> i32 {
    let lines = px(reasons(hop).len());
    if lines == 0 { STEP.1 } else { code_line(hop) + LINE * (lines + 1) }
}

/// Where the code of what stops the packet stands: below what the step does, where that is said.
fn code_line(hop: &Hop) -> i32 {
    if hop.words().is_empty() { 42 } else { 42 + LINE + 2 }
}

fn step(svg: &mut Svg, hop: &Hop, rect: Rect) {
    svg.begin(hop.id.as_deref().unwrap_or(&hop.kind));
    svg.rect(rect, 9, if hop.blocked.is_some() { "stop" } else { "chip" });
    let (sign, colour) = glyph::of_step(&hop.kind);
    let colour = if hop.blocked.is_some() { "#d92d20" } else { colour };
    svg.glyph((rect.x + 12, rect.y + 13), sign, colour);
    let left = rect.x + 50;
    let name = hop.name();
    let words = fit(&hop.words(), rect.width - 62, 11, mono_width);
    // What says nothing more has its name in the middle.
    let line = if words.is_empty() && hop.blocked.is_none() { rect.y + 30 } else { rect.y + 22 };
    svg.text((left, line), "name", Anchor::Start, &name);
    let room = rect.width - 74 - width(&name, 13);
    let id = fit(hop.id.as_deref().unwrap_or_default(), room, 11, mono_width);
    svg.text((rect.right() - 14, line), "mono", Anchor::End, &id);
    svg.text((left, rect.y + 40), "mono", Anchor::Start, &words);
    if let Some(blocked) = &hop.blocked {
        let code = rect.y + code_line(hop);
        svg.text((left, code), "badge bad", Anchor::Start, &blocked.code);
        for (number, line) in reasons(hop).iter().enumerate() {
            svg.text((left, code + LINE * (px(number) + 1)), "small", Anchor::Start, line);
        }
    }
    svg.end();
}

#[cfg(test)]
mod tests {
    use super::{draw, wrapped};
    use crate::path::tests::path;

    #[test]
    fn what_stops_a_packet_is_told_in_red() {
        let svg = draw(&path(false));
        assert_eq!(svg.matches("class=\"stop\"").count(), 1);
        for text in ["SUBNET_ACL_RESTRICTION", "fix: add an ingress rule", "&lt;script&gt;", ">blocked<"] {
            assert!(svg.contains(text), "{text}");
        }
        // Five steps lead on to the other end, and of the way back two arrows are drawn and none arrives.
        assert_eq!(svg.matches("url(#tip-way)").count(), 6 + 2);
        let svg = draw(&path(true));
        assert_eq!((svg.matches("class=\"stop\"").count(), svg.matches("url(#tip-way)").count()), (0, 6 + 3));
    }

    #[test]
    fn sentences_are_broken_at_spaces() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("incomprehensible", 7), ["incomprehensible"]);
        assert_eq!(wrapped("", 7), [""; 0]);
    }
}
