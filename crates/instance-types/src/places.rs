//! In which zones a type is offered.

use crate::pack;
use base::{Region, Zone};

/// The zones of a Region in which a type is offered; none for a type that does not exist or is not offered there.
///
/// In the Regions no recording exists of (China, GovCloud and the newest) only the Region is known: there it is all of
/// them. A Region nothing is known of offers what `us-east-1` does, everywhere.
pub fn zones(name: &str, region: &Region) -> Vec<Zone> {
    let pack = pack::get();
    let Some(position) = pack.position(name) else { return Vec::new() };
    let mut zones = region.zones();
    match pack.region(region.as_str()) {
        Some((index, digits)) => {
            let places = pack.places(position, index);
            zones.retain(|zone| {
                let digit = zone.id.rsplit("-az").next().unwrap_or_default();
                digits.find(digit).is_some_and(|bit| places >> bit & 1 == 1)
            });
        }
        None if pack.places(position, elsewhere(pack)) == 0 => zones.clear(),
        None => {}
    }
    zones
}

/// The positions of the types a Region has.
pub(crate) fn offered(region: &Region) -> impl Iterator<Item = usize> {
    let pack = pack::get();
    let index = pack.region(region.as_str()).map_or_else(|| elsewhere(pack), |(index, _)| index);
    (0..pack.len()).filter(move |position| pack.places(*position, index) != 0)
}

/// The Region that stands for those nothing is known of.
fn elsewhere(pack: &pack::Pack) -> usize {
    pack.region(Region::us_east_1().as_str()).map(|(index, _)| index).expect(pack::WRITTEN)
}
