//! Calendars as iCalendar (RFC 5545): lines of at most 75 octets that end with CRLF, texts with their escapes, times in Asia/Shanghai. Pure.

use crate::core::clock::shanghai_time;
use crate::core::hidden_characters::mark_hidden;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The most octets of a line, without its end (RFC 5545, 3.1).
const LONGEST: usize = 75;

/// Whether an event takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The event takes place.
    Confirmed,
    /// It was called off, or is to be at another time.
    Cancelled,
}

/// An event of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// By which it stays the same event when its time changes.
    pub id: Uuid,
    /// Grows with each change.
    pub sequence: i32,
    /// When it was last changed.
    pub changed_at: DateTime<Utc>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Its title.
    pub summary: String,
    /// Where it takes place.
    pub place: String,
    /// The address of its page.
    pub link: String,
    /// Whether it takes place.
    pub status: Status,
}

/// A text as the value of a property: backslash, semicolon, comma and line breaks are escaped, what does not show is shown as a mark, other
/// control characters are left out.
fn escaped(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let mut out = String::with_capacity(kept.len());
    for c in mark_hidden(&kept).chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Adds a line, folded where it is longer than 75 octets; no character is cut.
fn line(out: &mut String, text: &str) {
    let mut octets = 0;
    for c in text.chars() {
        if octets + c.len_utf8() > LONGEST {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out.push_str("\r\n");
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

fn local(at: DateTime<Utc>) -> String {
    shanghai_time(at).format("%Y%m%dT%H%M%S").to_string()
}

/// China has kept UTC+8 without summer time since 1991.
const ZONE: [&str; 8] = [
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Shanghai",
    "BEGIN:STANDARD",
    "DTSTART:19910915T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "END:STANDARD",
    "END:VTIMEZONE",
];

/// A calendar of a name with these events, on a server of this name.
pub fn calendar(name: &str, host: &str, events: &[Event]) -> String {
    let mut out = String::new();
    for text in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//ZeroDesk//Engagements//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ] {
        line(&mut out, text);
    }
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    line(&mut out, "X-WR-TIMEZONE:Asia/Shanghai");
    for text in ZONE {
        line(&mut out, text);
    }
    for event in events {
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:{}@{host}", event.id));
        line(&mut out, &format!("SEQUENCE:{}", event.sequence));
        line(&mut out, &format!("DTSTAMP:{}", utc(event.changed_at)));
        line(&mut out, &format!("LAST-MODIFIED:{}", utc(event.changed_at)));
        line(&mut out, &format!("DTSTART;TZID=Asia/Shanghai:{}", local(event.starts_at)));
        line(&mut out, &format!("DTEND;TZID=Asia/Shanghai:{}", local(event.ends_at)));
        line(&mut out, &format!("SUMMARY:{}", escaped(&event.summary)));
        if !event.place.is_empty() {
            line(&mut out, &format!("LOCATION:{}", escaped(&event.place)));
        }
        line(&mut out, &format!("URL:{}", event.link));
        let status = match event.status {
            Status::Confirmed => "CONFIRMED",
            Status::Cancelled => "CANCELLED",
        };
        line(&mut out, &format!("STATUS:{status}"));
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(summary: &str, status: Status) -> Event {
        Event {
            id: Uuid::nil(),
            sequence: 3,
            changed_at: "2026-03-02T01:00:00Z".parse().unwrap(),
            starts_at: "2026-03-04T01:00:00Z".parse().unwrap(),
            ends_at: "2026-03-04T03:30:00Z".parse().unwrap(),
            summary: summary.to_owned(),
            place: "广州市天河区，某路 1 号; 3 楼".to_owned(),
            link: "https://zerodesk.example/visits/1".to_owned(),
            status,
        }
    }

    #[test]
    fn an_event_has_its_times_in_shanghai_and_its_texts_escaped() {
        let text =
            calendar("上门帮扶", "zerodesk.example", &[event("整改, 复查; 一\\二\n三", Status::Cancelled)]);
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert!(
            text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n")
        );
        for wanted in [
            "UID:00000000-0000-0000-0000-000000000000@zerodesk.example",
            "SEQUENCE:3",
            "DTSTAMP:20260302T010000Z",
            "DTSTART;TZID=Asia/Shanghai:20260304T090000",
            "DTEND;TZID=Asia/Shanghai:20260304T113000",
            "SUMMARY:整改\\, 复查\\; 一\\\\二\\n三",
            "STATUS:CANCELLED",
        ] {
            assert!(lines.contains(&wanted), "{wanted} is not in {text}");
        }
    }

    #[test]
    fn what_does_not_show_is_shown_as_a_mark() {
        assert_eq!(escaped("复查\u{202E}fdp\u{7}\u{200B}"), "复查⟨U+202E⟩fdp⟨U+200B⟩");
    }

    proptest! {
        #[test]
        fn lines_are_short_whole_and_unfold_to_what_was_said(summary in "\\PC{0,200}") {
            let text = calendar("a", "b", &[event(&summary, Status::Confirmed)]);
            prop_assert!(text.split("\r\n").all(|line| line.len() <= LONGEST));
            prop_assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
            let unfolded = text.replace("\r\n ", "");
            let wanted = format!("SUMMARY:{}", escaped(&summary));
            prop_assert!(unfolded.split("\r\n").any(|line| line == wanted));
        }
    }
}
