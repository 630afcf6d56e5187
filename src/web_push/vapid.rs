//! How push services know who calls: VAPID (RFC 8292), a token signed by ES256 under the key of this installation.

use crate::core::Problem;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use reqwest::Url;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;

/// For how long a token is good; the standard allows a day.
const VALID_HOURS: i64 = 12;

/// The key pair.
pub struct VapidKey {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

/// Not derived: a key is not for logs.
impl std::fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VapidKey")
    }
}

/// A new key pair, as PKCS#8.
///
/// # Errors
/// When the system gives no randomness.
pub fn generate() -> Result<Vec<u8>, Problem> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    Ok(made.map_err(Problem::internal)?.as_ref().to_vec())
}

impl VapidKey {
    /// The key pair of a PKCS#8.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(pkcs8: &[u8]) -> Result<Self, Problem> {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random)
            .map_err(Problem::internal)?;
        Ok(Self { pair, random })
    }

    /// The public key: a point of P-256, uncompressed.
    pub fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The value of `Authorization` for a call of an endpoint. `contact` is how the push service reaches the operator.
    ///
    /// # Errors
    /// Where the endpoint has no host.
    pub fn authorization(
        &self,
        endpoint: &Url,
        contact: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<String, Problem> {
        let mut claims = json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": (now + Duration::hours(VALID_HOURS)).timestamp(),
        });
        if let (Some(contact), Some(fields)) = (contact, claims.as_object_mut()) {
            fields.insert("sub".to_owned(), json!(contact));
        }
        let head = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self.pair.sign(&self.random, signed.as_bytes()).map_err(Problem::internal)?;
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Ok(format!("vapid t={signed}.{signature}, k={}", URL_SAFE_NO_PAD.encode(self.public())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use serde_json::Value;

    #[test]
    fn a_call_is_signed_for_the_origin_of_its_endpoint() {
        let key = VapidKey::read(&generate().unwrap()).unwrap();
        let endpoint = Url::parse("https://push.example.com/send/abc?x=1").unwrap();
        let now = DateTime::UNIX_EPOCH;
        let said = key.authorization(&endpoint, Some("mailto:help@example.com"), now).unwrap();
        let (token, public) = said.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let public = URL_SAFE_NO_PAD.decode(public).unwrap();
        assert_eq!((public.len(), public[0]), (65, 4));
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public)
            .verify(signed.as_bytes(), &signature)
            .unwrap();
        let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.').unwrap().1).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(
            claims,
            json!({ "aud": "https://push.example.com", "exp": 43_200, "sub": "mailto:help@example.com" })
        );
    }
}
