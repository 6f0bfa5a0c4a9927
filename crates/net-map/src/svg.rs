//! Writing SVG: every text is escaped here and nowhere else.

use std::fmt::Write;

/// What a letter is wide, in thousandths of its height: in the letters of titles and in those of addresses.
const SANS: i32 = 560;
const MONO: i32 = 605;

/// How texts, boxes and lines look. Classes are named once; no picture loads anything from outside.
const STYLE: &str = "
text{font-family:Inter,'Segoe UI',Helvetica,Arial,'DejaVu Sans',sans-serif;fill:#1f2937;font-size:12px}
.title{font-size:17px;font-weight:600}
.strong{font-weight:600;font-size:13px}
.name{font-weight:600;font-size:12px}
.small{font-size:11px;fill:#64748b}
.mono{font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:11px;fill:#475569}
.badge{font-size:10px;font-weight:600;letter-spacing:.04em}
.bad{fill:#b42318}
.good{fill:#067647}
.paper{fill:#ffffff}
.vpc{fill:#fbfaff;stroke:#7c5cd6;stroke-width:1.6}
.zone{fill:none;stroke:#94a3b8;stroke-width:1.2;stroke-dasharray:5 4}
.public{fill:#edfbf3;stroke:#3aa76d;stroke-width:1.3}
.private{fill:#eef5ff;stroke:#4f86d9;stroke-width:1.3}
.isolated{fill:#f5f5f6;stroke:#a3a9b3;stroke-width:1.3}
.chip{fill:#ffffff;stroke:#d5dae2;stroke-width:1}
.cloud{fill:#f1f5f9;stroke:#94a3b8;stroke-width:1.2}
.out{fill:none;stroke:#3aa76d;stroke-width:1.6}
.nat{fill:none;stroke:#4f86d9;stroke-width:1.4;stroke-dasharray:4 3}
.way{fill:none;stroke:#64748b;stroke-width:1.6}
.stop{fill:#fff1f0;stroke:#d92d20;stroke-width:1.8}
.end{fill:#1f2937}
.on-dark{fill:#ffffff}
.glyph{fill:none;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
";

/// A document that is being written.
pub(crate) struct Svg {
    body: String,
}

/// A box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rect {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Rect {
    pub(crate) fn right(self) -> i32 {
        self.x + self.width
    }

    pub(crate) fn bottom(self) -> i32 {
        self.y + self.height
    }

    pub(crate) fn middle(self) -> i32 {
        self.x + self.width / 2
    }
}

/// Where a text stands by its point.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    pub(crate) fn new() -> Self {
        Self { body: String::new() }
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        // Text takes whatever is written to it.
        let _never = self.body.write_fmt(text);
    }

    /// A box with round corners.
    pub(crate) fn rect(&mut self, rect: Rect, radius: i32, class: &str) {
        let Rect { x, y, width, height } = rect;
        self.push(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"/>\n"
        ));
    }

    /// A line of text.
    pub(crate) fn text(&mut self, (x, y): (i32, i32), class: &str, anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        self.push(format_args!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{anchor}>{}</text>\n",
            escape(text)
        ));
    }

    /// A name, and behind it what more is to be said.
    pub(crate) fn pair(&mut self, (x, y): (i32, i32), name: &str, detail: &str) {
        self.push(format_args!(
            "<text x=\"{x}\" y=\"{y}\"><tspan class=\"name\">{}</tspan><tspan class=\"mono\" dx=\"8\">{}</tspan></text>\n",
            escape(name),
            escape(detail)
        ));
    }

    /// Begins something pale.
    pub(crate) fn fade(&mut self) {
        self.push(format_args!("<g opacity=\".45\">\n"));
    }

    /// A line, as SVG spells it.
    pub(crate) fn path(&mut self, class: &str, way: &str) {
        self.push(format_args!("<path class=\"{class}\" d=\"{way}\"/>\n"));
    }

    /// A line with an arrow at its end.
    pub(crate) fn arrow(&mut self, class: &str, way: &str) {
        self.push(format_args!("<path class=\"{class}\" d=\"{way}\" marker-end=\"url(#tip-{class})\"/>\n"));
    }

    /// A dot of a colour.
    pub(crate) fn dot(&mut self, (x, y): (i32, i32), radius: i32, colour: &str) {
        self.push(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{colour}\"/>\n"));
    }

    /// A sign of 16 by 16 in a colour, in a pale field.
    pub(crate) fn glyph(&mut self, (x, y): (i32, i32), way: &str, colour: &str) {
        self.push(format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"26\" height=\"26\" rx=\"6\" fill=\"{colour}\" fill-opacity=\".12\"/>\n\
             <path class=\"glyph\" transform=\"translate({} {})\" stroke=\"{colour}\" d=\"{way}\"/>\n",
            x + 5,
            y + 5
        ));
    }

    /// Begins something that is called so when it is pointed at.
    pub(crate) fn begin(&mut self, title: &str) {
        self.push(format_args!("<g><title>{}</title>\n", escape(title)));
    }

    /// Ends it.
    pub(crate) fn end(&mut self) {
        self.push(format_args!("</g>\n"));
    }

    /// The whole document.
    pub(crate) fn finish(self, width: i32, height: i32, title: &str) -> String {
        let mut tips = String::new();
        for (class, colour) in [("out", "#3aa76d"), ("nat", "#4f86d9"), ("way", "#64748b")] {
            let _never = write!(
                tips,
                "<marker id=\"tip-{class}\" viewBox=\"0 0 10 10\" refX=\"8\" refY=\"5\" markerWidth=\"7\" \
                 markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0 1 9 5 0 9z\" fill=\"{colour}\"/></marker>"
            );
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n\
             <defs>{tips}</defs>\n<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n{}</svg>\n",
            escape(title),
            self.body
        )
    }
}

/// Text within XML. What XML cannot say at all is left out.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// What a text is wide, about.
pub(crate) fn width(text: &str, size: i32) -> i32 {
    px(text.chars().count()) * size * SANS / 1000
}

/// What an address or an id is wide.
pub(crate) fn mono_width(text: &str, size: i32) -> i32 {
    px(text.chars().count()) * size * MONO / 1000
}

/// As much of a text as there is room for.
pub(crate) fn fit(text: &str, room: i32, size: i32, letter: fn(&str, i32) -> i32) -> String {
    if letter(text, size) <= room {
        return text.to_owned();
    }
    let one = letter("m", size * 100).max(1);
    let count = usize::try_from((room * 100 / one - 1).max(1)).unwrap_or(1);
    text.chars().take(count).chain(['…']).collect()
}

/// A count as a length.
pub(crate) fn px(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::{escape, fit, mono_width, width};

    #[test]
    fn no_text_is_markup() {
        assert_eq!(escape("<a href=\"x\">'&'\u{1}\u{ffff}"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39; ");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(fit("web", 100, 12, width), "web");
        let cut = fit("a name that is far too long", 60, 12, width);
        assert!(cut.ends_with('…') && width(&cut, 12) <= 60, "{cut}");
        let cut = fit("10.0.0.1 10.0.0.2 10.0.0.3", 60, 11, mono_width);
        assert!(cut.starts_with("10.0") && mono_width(&cut, 11) <= 60, "{cut}");
    }
}
