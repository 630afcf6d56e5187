//! What is noted of a segment when it comes, because it weakens what the recording proves. Nothing of it refuses the segment, and nothing
//! takes it back. Pure.

use crate::core::Text;
use crate::recordings::place::{Bounds, Position};
use crate::recordings::settings::RecordingRules;
use chrono::{DateTime, Duration, Utc};

crate::word_enum! {
    /// What is noted of a segment.
    pub enum Flag {
        /// The device's clock was off by more than the setting when the recording began.
        ClockOff = "clock_off",
        /// It begins before the nonce was given, so what the device says of the time can't be right.
        BeforeNonce = "before_nonce",
        /// The recording began after the nonce had run out.
        NonceExpired = "nonce_expired",
        /// It ends after it came to the server.
        Future = "future",
        /// It came more than so many hours after its end.
        Late = "late",
        /// It came when the result of the inspection was known.
        AfterResult = "after_result",
        /// The device did not say where it was.
        PlaceMissing = "place_missing",
        /// The place is latitude 0, longitude 0: a device without a position.
        PlaceZero = "place_zero",
        /// The place is outside of the region of the inspection.
        PlaceOutside = "place_outside",
    }
}

impl Flag {
    /// For people: Chinese and English.
    pub fn text(self) -> Text {
        match self {
            Self::ClockOff => Text::new("设备时钟偏差过大", "the device's clock was off"),
            Self::BeforeNonce => Text::new("设备时间早于随机码发放", "begins before the nonce was given"),
            Self::NonceExpired => Text::new("开始录制时随机码已过期", "began after the nonce had run out"),
            Self::Future => Text::new("结束时间晚于上传时间", "ends after it came"),
            Self::Late => Text::new("上传延迟", "came late"),
            Self::AfterResult => Text::new("结果已知后上传", "came when the result was known"),
            Self::PlaceMissing => Text::new("无定位", "no place"),
            Self::PlaceZero => Text::new("定位为 0,0", "the place is 0,0"),
            Self::PlaceOutside => Text::new("定位不在检查地区", "outside of the region"),
        }
    }
}

/// What is known of a segment when it comes.
#[derive(Debug, Clone)]
pub struct Arrival<'a> {
    /// Its number in the recording.
    pub seq: i32,
    /// Its first moment by the server's clock.
    pub starts: DateTime<Utc>,
    /// Its last moment by the server's clock.
    pub ends: DateTime<Utc>,
    /// When the server received the part.
    pub received: DateTime<Utc>,
    /// When the nonce was given.
    pub nonce_given: DateTime<Utc>,
    /// Until when the recording had to begin.
    pub nonce_until: DateTime<Utc>,
    /// Milliseconds by which the device's clock was ahead when the recording began.
    pub clock_offset: i64,
    /// Where the device says that it was.
    pub position: Option<Position>,
    /// The bounds of the region of the inspection, where they are known.
    pub bounds: Option<&'a Bounds>,
    /// Whether the result of the inspection is known.
    pub result_known: bool,
}

/// Clocks drift while a device is offline: so much earlier is not before.
const SLACK: Duration = Duration::seconds(60);
/// A place nearer to 0,0 than so many degrees is none.
const NOWHERE: f64 = 0.01;

/// What is to be noted of a segment, in the order of the words.
pub fn judge(arrival: &Arrival<'_>, rules: &RecordingRules) -> Vec<Flag> {
    let a = arrival;
    let mut flags = Vec::new();
    let mut note = |holds: bool, flag: Flag| {
        if holds {
            flags.push(flag);
        }
    };
    note(a.clock_offset.unsigned_abs() > u64::from(rules.clock_seconds) * 1000, Flag::ClockOff);
    note(a.starts < a.nonce_given - SLACK, Flag::BeforeNonce);
    note(a.seq == 1 && a.starts > a.nonce_until, Flag::NonceExpired);
    note(a.ends > a.received + SLACK, Flag::Future);
    note(a.received - a.ends > Duration::hours(i64::from(rules.late_hours)), Flag::Late);
    note(a.result_known, Flag::AfterResult);
    match a.position {
        None => note(true, Flag::PlaceMissing),
        Some(p) if p.latitude.abs() < NOWHERE && p.longitude.abs() < NOWHERE => note(true, Flag::PlaceZero),
        Some(p) => note(a.bounds.is_some_and(|bounds| !bounds.hold(p)), Flag::PlaceOutside),
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recordings::settings::RecordingSettings;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    const BOUNDS: Bounds = Bounds { south: 20_000, west: 109_000, north: 26_000, east: 118_000 };

    fn good() -> Arrival<'static> {
        Arrival {
            seq: 1,
            starts: at("2026-11-29T01:05:00Z"),
            ends: at("2026-11-29T01:05:10Z"),
            received: at("2026-11-29T01:05:12Z"),
            nonce_given: at("2026-11-29T01:00:00Z"),
            nonce_until: at("2026-11-29T01:30:00Z"),
            clock_offset: 0,
            position: Some(Position { latitude: 23.1, longitude: 113.3 }),
            bounds: Some(&BOUNDS),
            result_known: false,
        }
    }

    fn flags(arrival: &Arrival<'_>) -> Vec<Flag> {
        let settings = RecordingSettings::default();
        judge(arrival, settings.rules_on("2026-11-29".parse().unwrap()).unwrap())
    }

    #[test]
    fn a_good_segment_has_no_flag() {
        assert_eq!(flags(&good()), []);
    }

    #[test]
    fn each_weakness_has_its_flag() {
        let years = 3 * 365 * 86_400_000;
        let none = |latitude, longitude| Some(Position { latitude, longitude });
        let cases = [
            (Arrival { clock_offset: -years, ..good() }, Flag::ClockOff),
            (Arrival { starts: at("2026-11-29T00:58:00Z"), ..good() }, Flag::BeforeNonce),
            (
                Arrival {
                    starts: at("2026-11-29T01:31:00Z"),
                    ends: at("2026-11-29T01:31:10Z"),
                    received: at("2026-11-29T01:32:00Z"),
                    ..good()
                },
                Flag::NonceExpired,
            ),
            (Arrival { ends: at("2026-11-29T01:09:00Z"), ..good() }, Flag::Future),
            (Arrival { received: at("2026-11-30T01:06:00Z"), ..good() }, Flag::Late),
            (Arrival { result_known: true, ..good() }, Flag::AfterResult),
            (Arrival { position: None, ..good() }, Flag::PlaceMissing),
            (Arrival { position: none(0.0, 0.0), ..good() }, Flag::PlaceZero),
            (Arrival { position: none(39.9, 116.4), ..good() }, Flag::PlaceOutside),
        ];
        for (arrival, wanted) in cases {
            assert_eq!(flags(&arrival), [wanted], "{wanted}");
        }
        // A later segment may begin long after the nonce.
        let later = Arrival {
            seq: 9,
            starts: at("2026-11-29T01:50:00Z"),
            ends: at("2026-11-29T01:50:10Z"),
            ..good()
        };
        assert_eq!(flags(&Arrival { received: at("2026-11-29T02:00:00Z"), ..later }), []);
    }
}
