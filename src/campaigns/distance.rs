//! How far apart two points are. Pure.

/// A point, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Its latitude, -90 to 90.
    pub latitude: f64,
    /// Its longitude, -180 to 180.
    pub longitude: f64,
}

/// The mean radius of the Earth in metres.
const EARTH_M: f64 = 6_371_008.8;

impl Point {
    /// The point of two numbers, where they are on the Earth.
    pub fn of(latitude: f64, longitude: f64) -> Option<Self> {
        let fits = latitude.is_finite()
            && longitude.is_finite()
            && (-90.0..=90.0).contains(&latitude)
            && (-180.0..=180.0).contains(&longitude);
        fits.then_some(Self { latitude, longitude })
    }

    /// The distance to another one in metres, by the haversine formula.
    pub fn metres_to(self, other: Self) -> f64 {
        let (a, b) = (self.latitude.to_radians(), other.latitude.to_radians());
        let north = (b - a) / 2.0;
        let east = (other.longitude - self.longitude).to_radians() / 2.0;
        let h = north.sin().powi(2) + a.cos() * b.cos() * east.sin().powi(2);
        2.0 * EARTH_M * h.clamp(0.0, 1.0).sqrt().asin()
    }

    /// How far it lies to the north or the south of another one in metres: never more than the distance.
    pub fn metres_north_of(self, other: Self) -> f64 {
        (self.latitude - other.latitude).abs().to_radians() * EARTH_M
    }

    /// The distance in whole metres, rounded up.
    pub fn whole_metres_to(self, other: Self) -> i32 {
        let metres = self.metres_to(other).ceil();
        // The greatest distance on the Earth is some 20,000,000 metres.
        #[expect(clippy::cast_possible_truncation, reason = "within the Earth")]
        let whole = metres as i64;
        i32::try_from(whole).unwrap_or(i32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_distances_are_found() {
        let tower = Point::of(23.106_6, 113.324_5).unwrap();
        assert_eq!(tower.whole_metres_to(tower), 0);
        // A degree of latitude is some 111.2 km.
        let north = Point::of(24.106_6, 113.324_5).unwrap();
        assert!((tower.metres_to(north) - 111_195.0).abs() < 5.0, "{}", tower.metres_to(north));
        let near = Point::of(23.108_4, 113.324_5).unwrap();
        assert_eq!(tower.whole_metres_to(near), near.whole_metres_to(tower));
        assert!((195..=205).contains(&tower.whole_metres_to(near)), "{}", tower.whole_metres_to(near));
        let other = Point { latitude: -23.106_6, longitude: -66.675_5 };
        assert!((tower.metres_to(other) - 20_015_115.0).abs() < 20.0, "the other side of the Earth");
    }

    #[test]
    fn what_is_not_on_the_earth_is_no_point() {
        for (latitude, longitude) in [(91.0, 0.0), (0.0, 181.0), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(Point::of(latitude, longitude), None);
        }
    }
}
