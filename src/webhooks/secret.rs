//! The secrets of webhooks and the signatures made with them (Standard Webhooks 1.0): HMAC-SHA-256 over the id, the time and the body.

use crate::accounts::factors::sealed::{open, seal};
use crate::accounts::factors::settings::FactorSettings;
use crate::core::Problem;
use crate::settings::Settings;
use crate::webhooks::ids::WebhookId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What the keys that encrypt the secrets are derived for.
const PURPOSE: &str = "secret of a webhook";
/// What stands before a secret that is shown.
const PREFIX: &str = "whsec_";
/// Bytes of a secret.
const BYTES: usize = 32;

/// A secret as it is stored: encrypted, with the name of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The encrypted secret.
    pub bytes: Vec<u8>,
    /// The name of the key that encrypted it.
    pub kid: String,
}

/// A new secret of 256 random bits.
///
/// # Errors
/// When the system gives no randomness.
pub fn random() -> Result<Vec<u8>, Problem> {
    let mut bytes = vec![0u8; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A secret as it is shown, once.
pub fn shown(secret: &[u8]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(secret))
}

/// Encrypts a secret under the first key of the settings.
///
/// # Errors
/// When the system gives no randomness, or the settings have no key.
pub fn sealed(settings: &Settings, webhook: WebhookId, secret: &[u8]) -> Result<Sealed, Problem> {
    let key = FactorSettings::keys(settings).first();
    let key = key.ok_or_else(|| Problem::internal("auth.factor_keys and auth.keys are empty"))?;
    Ok(Sealed { bytes: seal(key, PURPOSE, webhook.0.as_bytes(), secret)?, kid: key.kid.clone() })
}

/// The secret.
///
/// # Errors
/// When its key is not in the settings any more.
pub fn opened(settings: &Settings, webhook: WebhookId, sealed: &Sealed) -> Result<Vec<u8>, Problem> {
    let key = FactorSettings::keys(settings).iter().find(|key| key.kid == sealed.kid);
    let plain = key.and_then(|key| open(key, PURPOSE, webhook.0.as_bytes(), &sealed.bytes));
    plain.ok_or_else(|| {
        let kid = &sealed.kid;
        Problem::internal(format!("the key \"{kid}\" that encrypted the secret is not in the settings"))
    })
}

/// The value of `webhook-signature`: one signature by each secret, the present one first.
///
/// # Errors
/// None; HMAC takes keys of any length.
pub fn signatures(secrets: &[Vec<u8>], id: &str, at: DateTime<Utc>, body: &str) -> Result<String, Problem> {
    let mut all = Vec::with_capacity(secrets.len());
    for secret in secrets {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(Problem::internal)?;
        mac.update(format!("{id}.{}.{body}", at.timestamp()).as_bytes());
        all.push(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    }
    Ok(all.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification of Standard Webhooks.
    #[test]
    fn the_signature_of_the_specification() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let at = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        let signed = signatures(
            std::slice::from_ref(&secret),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at,
            r#"{"test": 2432232314}"#,
        )
        .unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let two =
            signatures(&[vec![1; 32], secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, r#"{"test": 2432232314}"#);
        let two = two.unwrap();
        assert!(two.starts_with("v1,") && two.ends_with(&format!(" {signed}")), "{two}");
    }

    #[test]
    fn a_secret_is_opened_by_its_webhook_alone() {
        let (settings, webhook, secret) = (Settings::default(), WebhookId::new(), random().unwrap());
        let kept = sealed(&settings, webhook, &secret).unwrap();
        assert_eq!(opened(&settings, webhook, &kept).unwrap(), secret);
        assert!(opened(&settings, WebhookId::new(), &kept).is_err());
        let other = Sealed { kid: "gone".to_owned(), ..kept };
        assert!(opened(&settings, webhook, &other).is_err());
        assert!(shown(&secret).starts_with("whsec_") && shown(&secret).len() == 6 + 44);
    }
}
