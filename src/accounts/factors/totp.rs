//! Codes of authenticator apps (TOTP, RFC 6238): six digits, SHA-1, half a minute each, as all apps know them.

use crate::core::Problem;
use chrono::{DateTime, Utc};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use totp_rs::{Builder, Secret, Totp};

/// Who the app says the codes are for.
const ISSUER: &str = "ZeroDesk";

/// 160 random bits (RFC 4226, section 4).
///
/// # Errors
/// When the system gives no randomness.
pub fn new_secret() -> Result<Vec<u8>, Problem> {
    let mut secret = vec![0u8; 20];
    getrandom::fill(&mut secret)?;
    Ok(secret)
}

/// The secret as people type it into an app, in base 32.
pub fn typed(secret: &[u8]) -> String {
    Secret::from(secret.to_vec()).to_base32()
}

fn totp(secret: &[u8], username: &str) -> Result<Totp, Problem> {
    let builder = Builder::new().with_issuer(Some(ISSUER)).with_account_name(username);
    builder.with_secret(secret.to_vec()).build().map_err(Problem::internal)
}

/// The address that an app reads from a QR code.
///
/// # Errors
/// When the name can't be in one, which the rules for usernames exclude.
pub fn address(secret: &[u8], username: &str) -> Result<String, Problem> {
    totp(secret, username)?.to_url().map_err(Problem::internal)
}

/// A QR code as SVG: dark on white, whatever the page's colours are, since cameras want it so.
///
/// # Errors
/// When the text is too long for one.
pub fn qr_svg(text: &str) -> Result<String, Problem> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Problem::internal)?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
    Ok(drawn.split_once("?>").map_or(drawn.as_str(), |(_, svg)| svg).to_owned())
}

/// The time step of a code: the present one or a neighbour, later than the last that was taken. None where the code is wrong or was
/// taken before.
///
/// # Errors
/// When the secret is none, which is a fault of ours.
pub fn step_of(
    secret: &[u8],
    code: &str,
    now: DateTime<Utc>,
    last: Option<i64>,
) -> Result<Option<i64>, Problem> {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let step = totp(secret, "")?.check(code, seconds).and_then(|step| i64::try_from(step).ok());
    Ok(step.filter(|step| last.is_none_or(|last| *step > last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// Values of RFC 6238, appendix B, with six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(step_of(SECRET, code, at(seconds), None).unwrap(), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_both_neighbours_and_only_once() {
        let step = |now, last| step_of(SECRET, "287082", at(now), last).unwrap();
        assert_eq!([0, 29, 30, 59, 60, 89].map(|now| step(now, None)), [Some(1); 6]);
        assert_eq!(step(90, None), None);
        assert_eq!(step(59, Some(0)), Some(1));
        assert_eq!(step(59, Some(1)), None, "it was taken");
        assert_eq!(step(59, Some(2)), None, "a later one was taken");
        for wrong in ["", "28708", "2870822", "287083", "abcdef", "２８７０８２"] {
            assert_eq!(step_of(SECRET, wrong, at(59), None).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn apps_read_the_secret_from_the_picture() {
        let text = address(SECRET, "admin@x.example").unwrap();
        assert!(text.starts_with("otpauth://totp/"), "{text}");
        assert!(
            text.contains(&format!("secret={}", typed(SECRET))) && text.contains("issuer=ZeroDesk"),
            "{text}"
        );
        assert_eq!(typed(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let svg = qr_svg(&text).unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>") && svg.len() < 20_000, "{}", svg.len());
    }
}
