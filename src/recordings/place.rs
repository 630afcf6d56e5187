//! Places, and the bounds of regions. Pure.

use serde::{Deserialize, Serialize};

/// Where a device says that it was, in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Latitude.
    pub latitude: f64,
    /// Longitude.
    pub longitude: f64,
}

/// The bounds of a region, in thousandths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The least latitude.
    pub south: i32,
    /// The least longitude.
    pub west: i32,
    /// The greatest latitude.
    pub north: i32,
    /// The greatest longitude.
    pub east: i32,
}

impl Bounds {
    /// Whether a place is within them.
    pub fn hold(&self, place: Position) -> bool {
        let degrees = |thousandths: i32| f64::from(thousandths) / 1000.0;
        (degrees(self.south)..=degrees(self.north)).contains(&place.latitude)
            && (degrees(self.west)..=degrees(self.east)).contains(&place.longitude)
    }
}
