//! Where Regions are, roughly: the city a Region is named after, in degrees. Enough to tell which is nearer.

/// Region, latitude, longitude.
const REGIONS: [(&str, f64, f64); 38] = [
    ("af-south-1", -33.9, 18.4),
    ("ap-east-1", 22.3, 114.2),
    ("ap-east-2", 25.0, 121.6),
    ("ap-northeast-1", 35.7, 139.7),
    ("ap-northeast-2", 37.6, 127.0),
    ("ap-northeast-3", 34.7, 135.5),
    ("ap-south-1", 19.1, 72.9),
    ("ap-south-2", 17.4, 78.5),
    ("ap-southeast-1", 1.4, 103.8),
    ("ap-southeast-2", -33.9, 151.2),
    ("ap-southeast-3", -6.2, 106.8),
    ("ap-southeast-4", -37.8, 145.0),
    ("ap-southeast-5", 3.1, 101.7),
    ("ap-southeast-6", -36.8, 174.8),
    ("ap-southeast-7", 13.8, 100.5),
    ("ca-central-1", 45.5, -73.6),
    ("ca-west-1", 51.0, -114.1),
    ("cn-north-1", 39.9, 116.4),
    ("cn-northwest-1", 38.5, 106.2),
    ("eu-central-1", 50.1, 8.7),
    ("eu-central-2", 47.4, 8.5),
    ("eu-north-1", 59.3, 18.1),
    ("eu-south-1", 45.5, 9.2),
    ("eu-south-2", 41.6, -0.9),
    ("eu-west-1", 53.3, -6.3),
    ("eu-west-2", 51.5, -0.1),
    ("eu-west-3", 48.9, 2.4),
    ("il-central-1", 32.1, 34.8),
    ("me-central-1", 24.5, 54.4),
    ("me-south-1", 26.2, 50.6),
    ("mx-central-1", 20.6, -100.4),
    ("sa-east-1", -23.6, -46.6),
    ("us-east-1", 39.0, -77.5),
    ("us-east-2", 40.0, -83.0),
    ("us-gov-east-1", 40.0, -83.0),
    ("us-gov-west-1", 45.5, -122.7),
    ("us-west-1", 37.4, -121.9),
    ("us-west-2", 45.5, -122.7),
];

/// A point in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Degrees {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

/// Where a Region is; of a group of local zones (`us-west-2-lax-1`), where its Region is.
pub(crate) fn degrees(name: &str) -> Option<Degrees> {
    let of_group = |region: &str| name.strip_prefix(region).is_some_and(|rest| rest.starts_with('-'));
    let found = REGIONS.iter().find(|(region, ..)| *region == name || of_group(region));
    found.map(|(_, latitude, longitude)| Degrees { latitude: *latitude, longitude: *longitude })
}

/// How far two points are apart, as an angle in radians: the haversine formula.
pub(crate) fn distance(one: Degrees, other: Degrees) -> f64 {
    let (from, to) = (one.latitude.to_radians(), other.latitude.to_radians());
    let across = ((to - from) / 2.0).sin().powi(2);
    let along = ((other.longitude - one.longitude).to_radians() / 2.0).sin().powi(2);
    2.0 * (across + from.cos() * to.cos() * along).sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::{degrees, distance};
    use base::regions;

    #[test]
    fn every_region_is_somewhere() {
        for region in regions() {
            assert!(degrees(region.name).is_some(), "{}", region.name);
        }
        let at = |name| degrees(name).unwrap();
        assert!(distance(at("us-east-1"), at("us-east-2")) < distance(at("us-east-1"), at("eu-west-1")));
        assert_eq!(degrees("us-west-2-lax-1"), degrees("us-west-2"));
    }
}
