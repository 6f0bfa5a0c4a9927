//! Pictures of networks and of the paths of packets: from a description to SVG, or to text for a terminal.
//!
//! Nothing here knows how networks are kept or judged; equal descriptions give equal pictures, byte by byte.

mod glyph;
mod layout;
mod legend;
mod map;
mod path;
mod path_svg;
mod svg;
mod text;
mod vpc_svg;

pub use map::{
    Gateway, GatewayKind, Group, Map, Member, MemberKind, Network, Route, Subnet, SubnetKind, Zone,
};
pub use path::Path;

impl Map {
    /// The picture as an SVG document.
    pub fn svg(&self) -> String {
        vpc_svg::draw(self)
    }

    /// The picture as lines of text.
    pub fn text(&self) -> String {
        text::draw(self)
    }
}

impl Path {
    /// The picture as an SVG document.
    pub fn svg(&self) -> String {
        path_svg::draw(self)
    }
}
