//! What is kept or sent round as nobody but this service can read or change it: ChaCha20-Poly1305 (RFC 8439) under keys that HKDF
//! (RFC 5869) derives from keys of the settings, one for each purpose.

use crate::core::Problem;
use crate::settings::{Settings, SigningKey, TokenKeys};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

fn key(of: &SigningKey, purpose: &str) -> Result<LessSafeKey, Problem> {
    let base = Salt::new(HKDF_SHA256, b"zerodesk").extract(of.secret.expose().as_bytes());
    let info = [purpose.as_bytes()];
    let derived = base.expand(&info, &CHACHA20_POLY1305).map_err(Problem::internal)?;
    Ok(LessSafeKey::new(UnboundKey::from(derived)))
}

/// Encrypts bytes. What they are `about`, such as an account's id, must be the same when they are opened. The nonce is in front.
///
/// # Errors
/// When the system gives no randomness.
pub fn seal(of: &SigningKey, purpose: &str, about: &[u8], plain: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut nonce = [0u8; NONCE_LEN];
    getrandom::fill(&mut nonce)?;
    let mut bytes = plain.to_vec();
    key(of, purpose)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(about), &mut bytes)
        .map_err(Problem::internal)?;
    Ok([&nonce[..], &bytes].concat())
}

/// The bytes that were sealed; none where they were changed, or sealed by another key, for another purpose or about something else.
pub fn open(of: &SigningKey, purpose: &str, about: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, bytes) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut bytes = bytes.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let plain = key(of, purpose).ok()?.open_in_place(nonce, Aad::from(about), &mut bytes).ok()?;
    Some(plain.to_vec())
}

/// What a browser carries for us for some minutes.
#[derive(Serialize, Deserialize)]
struct Carried<T> {
    until: i64,
    what: T,
}

/// A value as a text for a cookie, good until a moment.
///
/// # Errors
/// As [`seal`].
pub fn carry<T: Serialize>(
    settings: &Settings,
    purpose: &str,
    what: &T,
    now: DateTime<Utc>,
    life: Duration,
) -> Result<String, Problem> {
    let keys = &settings.section::<TokenKeys>().keys;
    let of = keys.first().ok_or_else(|| Problem::internal("auth.keys is empty"))?;
    let plain = serde_json::to_vec(&Carried { until: (now + life).timestamp(), what })?;
    Ok(URL_SAFE_NO_PAD.encode(seal(of, purpose, b"", &plain)?))
}

/// The value of such a text; none where it is not ours, or its time is over.
pub fn carried<T: DeserializeOwned>(
    settings: &Settings,
    purpose: &str,
    text: &str,
    now: DateTime<Utc>,
) -> Option<T> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let keys = &settings.section::<TokenKeys>().keys;
    let plain = keys.iter().find_map(|of| open(of, purpose, b"", &sealed))?;
    let carried: Carried<T> = serde_json::from_slice(&plain).ok()?;
    (carried.until > now.timestamp()).then_some(carried.what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Secret;

    fn signing(secret: &str) -> SigningKey {
        SigningKey { kid: "k".to_owned(), secret: Secret::new(secret) }
    }

    #[test]
    fn only_the_same_key_purpose_and_subject_open_it() {
        let sealed = seal(&signing("one"), "a", b"x", b"plain").unwrap();
        assert_ne!(
            sealed,
            seal(&signing("one"), "a", b"x", b"plain").unwrap(),
            "each has a nonce of its own"
        );
        assert!(!sealed.windows(5).any(|part| part == b"plain"));
        assert_eq!(open(&signing("one"), "a", b"x", &sealed).as_deref(), Some(&b"plain"[..]));
        assert_eq!(open(&signing("two"), "a", b"x", &sealed), None);
        assert_eq!(open(&signing("one"), "b", b"x", &sealed), None);
        assert_eq!(open(&signing("one"), "a", b"y", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(&signing("one"), "a", b"x", &changed), None);
        }
        assert_eq!(open(&signing("one"), "a", b"x", b"short"), None);
    }

    #[test]
    fn what_is_carried_ends_at_its_time() {
        let (settings, now) = (Settings::default(), DateTime::<Utc>::UNIX_EPOCH);
        let text = carry(&settings, "a", &7, now, Duration::seconds(60)).unwrap();
        let read = |purpose, after| carried::<i32>(&settings, purpose, &text, now + Duration::seconds(after));
        assert_eq!(read("a", 59), Some(7));
        assert_eq!(read("a", 60), None);
        assert_eq!(read("b", 0), None);
        assert_eq!(carried::<i32>(&settings, "a", "junk", now), None);
    }
}
