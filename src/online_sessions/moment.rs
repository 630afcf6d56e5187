//! A moment as a form or a program writes it.

use crate::core::clock::shanghai_moment;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

/// A moment: with its offset, as `2026-12-01T14:00:00+08:00`; without one it is in Asia/Shanghai, as forms write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Moment(pub DateTime<Utc>);

/// The moment that a text names.
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc));
    }
    let civil = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    Some(shanghai_moment(civil))
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("a moment such as 2026-12-01T14:00:00+08:00"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_without_an_offset_is_in_shanghai() {
        let at = parse("2026-12-01T14:00:00+08:00").unwrap();
        assert_eq!(parse("2026-12-01T14:00"), Some(at));
        assert_eq!(parse(" 2026-12-01T14:00:00 "), Some(at));
        assert_eq!(parse("2026-12-01T06:00:00Z"), Some(at));
        for wrong in ["", "2026-12-01", "2026-13-01T14:00", "14:00"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
