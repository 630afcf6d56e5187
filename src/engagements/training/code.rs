//! The code for attendance: which training, and an HMAC over the training and the present minute by a secret of the training. Pure.

use crate::core::Problem;
use crate::engagements::ids::EngagementId;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use qrcode::{Color, EcLevel, QrCode};
use sha2::Sha256;
use std::fmt::Write;
use uuid::Uuid;

/// How long a code is shown, in seconds.
pub const WINDOW: i64 = 60;
/// For how many windows a code is good, from the one in which it is shown on.
const GOOD_FOR: i64 = 2;
/// Characters of the training's id in a code.
const ID_DIGITS: usize = 32;
/// Bytes of the HMAC in a code: 80 bits.
const MAC_BYTES: usize = 10;
/// Modules of quiet zone on each side of the QR code (ISO/IEC 18004).
const QUIET: usize = 4;

/// The window of a moment.
fn window(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(WINDOW)
}

fn mac(secret: &[u8], id: EngagementId, window: i64) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(id.0.as_bytes());
    mac.update(&window.to_be_bytes());
    Some(mac)
}

/// The code of a moment.
///
/// # Errors
/// 500 where there is no secret.
pub fn code(secret: &[u8], id: EngagementId, now: DateTime<Utc>) -> Result<String, Problem> {
    let mac = mac(secret, id, window(now)).ok_or_else(|| Problem::internal("no secret of a training"))?;
    let bytes = mac.finalize().into_bytes();
    let mut code = id.0.simple().to_string();
    for byte in bytes.iter().take(MAC_BYTES) {
        // Writing into a text can't fail.
        let _ = write!(code, "{byte:02x}");
    }
    Ok(code)
}

/// The moment until which the code of a moment is shown.
pub fn shown_until(now: DateTime<Utc>) -> DateTime<Utc> {
    let end = window(now).saturating_add(1).saturating_mul(WINDOW);
    DateTime::from_timestamp(end, 0).unwrap_or(now)
}

/// A code that was read: the training that it names, and what is to be checked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadCode {
    /// The training.
    pub id: EngagementId,
    mac: Vec<u8>,
}

/// Reads a code; nothing where it can be none.
pub fn read(code: &str) -> Option<ReadCode> {
    let code = code.trim();
    if code.len() != ID_DIGITS + 2 * MAC_BYTES || !code.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let (id, mac) = code.split_at_checked(ID_DIGITS)?;
    let id = Uuid::try_parse(id).ok()?;
    let digits: Vec<char> = mac.chars().collect();
    let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).ok();
    let mac: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    Some(ReadCode { id: EngagementId(id), mac: mac? })
}

impl ReadCode {
    /// Whether it is the training's code of this moment or of one shortly before it.
    pub fn is_good(&self, secret: &[u8], now: DateTime<Utc>) -> bool {
        let present = window(now);
        (0..GOOD_FOR).any(|back| {
            let mac = mac(secret, self.id, present.saturating_sub(back));
            mac.is_some_and(|mac| mac.verify_truncated_left(&self.mac).is_ok())
        })
    }
}

/// The QR code of an address as SVG, dark on white whatever the colours of the page are, since cameras want it so.
///
/// # Errors
/// When the address is too long for a QR code, which no address of a server is.
pub fn svg(address: &str) -> Result<String, Problem> {
    let code =
        QrCode::with_error_correction_level(address.as_bytes(), EcLevel::M).map_err(Problem::internal)?;
    let (width, colours) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colours.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, length) = (x + QUIET, y + QUIET, run.len());
                let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    let side = width + 2 * QUIET;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
         <path d=\"{path}\" fill=\"#000\" shape-rendering=\"crispEdges\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_code_is_good_for_two_minutes_by_the_clock_and_for_its_training_alone() {
        let (id, other) = (EngagementId::new(), EngagementId::new());
        let shown = at("2026-12-01T01:00:59Z");
        let made = code(&SECRET, id, shown).unwrap();
        let read_code = read(&made).unwrap();
        assert_eq!((made.len(), read_code.id), (52, id));
        for (now, good) in [
            ("2026-12-01T00:59:59Z", false),
            ("2026-12-01T01:00:00Z", true),
            ("2026-12-01T01:01:59Z", true),
            ("2026-12-01T01:02:00Z", false),
        ] {
            assert_eq!(read_code.is_good(&SECRET, at(now)), good, "{now}");
        }
        assert!(!read_code.is_good(&[8; 32], shown));
        let moved = ReadCode { id: other, ..read_code };
        assert!(!moved.is_good(&SECRET, shown), "it names another training");
        assert_eq!(shown_until(shown), at("2026-12-01T01:01:00Z"));
        assert_eq!(read(&made.to_uppercase()), read(&made));
    }

    #[test]
    fn what_can_be_no_code_is_none() {
        let made = code(&SECRET, EngagementId::new(), at("2026-12-01T01:00:00Z")).unwrap();
        for bad in ["", "x", &made[..51], &format!("{made}0"), &"g".repeat(52), &"码".repeat(18)] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_picture_has_its_quiet_zone() {
        let svg = svg("https://zerodesk.example/attend/0123456789abcdef").unwrap();
        assert!(svg.starts_with("<svg ") && svg.contains("M4 4h7v1h-7z") && !svg.contains("M0 "));
    }
}
