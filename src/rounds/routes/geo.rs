//! Where things are: points, the distance between them, and the points of towns. Pure.
//!
//! The points of towns (`../town_points.csv`) are the seats of the governments of the regions of Guangdong, to a hundredth of a degree, which is about
//! a kilometre, as public maps of the administrative divisions give them (the datum of such maps, GCJ-02, differs from WGS 84 by less than that). They
//! are good for the order of a route and for nothing else.

use crate::catalogue::Catalogue;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The mean radius of the Earth, in metres.
const RADIUS: f64 = 6_371_008.8;

/// A point on the Earth, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// North of the equator.
    pub latitude: f64,
    /// East of Greenwich.
    pub longitude: f64,
}

/// The distance along a great circle (haversine), in whole metres.
pub fn metres(a: Point, b: Point) -> u32 {
    let (from, to) = (a.latitude.to_radians(), b.latitude.to_radians());
    let north = ((to - from) / 2.0).sin();
    let east = ((b.longitude - a.longitude).to_radians() / 2.0).sin();
    let half = north.mul_add(north, from.cos() * to.cos() * east * east);
    let distance = 2.0 * RADIUS * half.clamp(0.0, 1.0).sqrt().asin();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to half of the Earth's circumference"
    )]
    let whole = distance.round() as u32;
    whole
}

/// The points of towns, as they are built in.
const TOWNS: &str = include_str!("../town_points.csv");

static POINTS: LazyLock<BTreeMap<String, Point>> = LazyLock::new(|| points(TOWNS));

/// Reads `code,latitude,longitude`; a line that is none is left out, and the test below finds it.
fn points(text: &str) -> BTreeMap<String, Point> {
    let line = |line: &str| {
        let mut cells = line.split(',');
        let code = cells.next()?.to_owned();
        let latitude = cells.next()?.parse().ok()?;
        let longitude = cells.next()?.parse().ok()?;
        Some((code, Point { latitude, longitude }))
    };
    text.lines().skip(1).filter_map(line).collect()
}

/// The point of a region, or of the smallest one around it that has one.
pub fn of_region(catalogue: &Catalogue, code: &str) -> Option<Point> {
    let own = POINTS.get(code).copied();
    own.or_else(|| catalogue.regions.ancestors(code).find_map(|region| POINTS.get(&region.code).copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_has_a_point_in_the_province() {
        let catalogue = Catalogue::builtin().unwrap();
        assert_eq!(POINTS.len(), TOWNS.lines().count() - 1);
        for region in catalogue.regions.iter() {
            let point = POINTS.get(&region.code).unwrap_or_else(|| panic!("{} has no point", region.name));
            assert!((20.0..26.0).contains(&point.latitude) && (109.0..118.0).contains(&point.longitude));
        }
    }

    #[test]
    fn distances_are_those_of_the_map() {
        let (guangzhou, shenzhen) =
            (Point { latitude: 23.13, longitude: 113.28 }, Point { latitude: 22.55, longitude: 114.09 });
        let far = metres(guangzhou, shenzhen);
        assert!((104_000..107_000).contains(&far), "{far}");
        assert_eq!((metres(shenzhen, guangzhou), metres(shenzhen, shenzhen)), (far, 0));
    }
}
