//! Access tokens: JWTs (RFC 7519) signed with HMAC-SHA-256 by the first of the configured keys and
//! verified by all of them, distinguished by `kid`.

use crate::accounts::hs256;
use crate::accounts::settings::AuthSettings;
use crate::core::actor::Role;
use crate::core::ids::{AccountId, SessionId};
use crate::core::{Code, Problem};
use crate::settings::{Settings, TokenKeys};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// For whom.
    pub aud: String,
    /// The account.
    pub sub: AccountId,
    /// The session; the token ends with it.
    pub sid: SessionId,
    /// The role when it was issued, for information; the account's row decides.
    pub role: Role,
    /// When it was issued, Unix seconds.
    pub iat: i64,
    /// When it ends, Unix seconds.
    pub exp: i64,
    /// From when on it is good, Unix seconds. Ours say no such thing; one that does is held to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
}

/// `iss` of the access tokens; a token with another one is refused.
const ISSUER: &str = "zerodesk";
/// `aud` of the access tokens; a token with another one is refused.
const AUDIENCE: &str = "zerodesk";

/// Signs a token that is valid from `now` for the configured time.
///
/// # Errors
/// When no key is configured or signing fails.
pub fn issue(
    settings: &Settings,
    account: AccountId,
    session: SessionId,
    role: Role,
    now: DateTime<Utc>,
) -> Result<String, Problem> {
    let lifetime =
        i64::try_from(settings.section::<AuthSettings>().access_token_seconds).unwrap_or(i64::MAX / 2);
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: account,
        sid: session,
        role,
        iat: now.timestamp(),
        exp: now.timestamp().saturating_add(lifetime),
        nbf: None,
    };
    sign(settings.section(), &claims)
}

fn sign(tokens: &TokenKeys, claims: &Claims) -> Result<String, Problem> {
    let key = tokens.keys.first().ok_or_else(|| Problem::internal("auth.keys is empty"))?;
    hs256::install();
    let header = Header { kid: Some(key.kid.clone()), ..Header::new(Algorithm::HS256) };
    encode(&header, claims, &EncodingKey::from_secret(key.secret.expose().as_bytes()))
        .map_err(Problem::internal)
}

/// Reads a token: known key, right algorithm, no extension that must be understood (`crit`), signature, issuer, audience, begun and not
/// yet ended.
///
/// # Errors
/// 401, the same for every fault, so that a forger learns nothing.
pub fn verify(tokens: &TokenKeys, token: &str, now: DateTime<Utc>) -> Result<Claims, Problem> {
    let refuse = || {
        Problem::new(
            Code::InvalidToken,
            crate::core::Text::new(
                "访问令牌无效或已过期，请重新登录",
                "the access token is not valid or has expired; renew it or log in again",
            ),
        )
    };
    hs256::install();
    if names_extensions(token) {
        return Err(refuse());
    }
    let header = decode_header(token).map_err(|_| refuse())?;
    let key = tokens.keys.iter().find(|k| Some(&k.kid) == header.kid.as_ref()).ok_or_else(refuse)?;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[ISSUER]);
    // Begin and end are compared with the injected clock below.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let claims =
        decode::<Claims>(token, &DecodingKey::from_secret(key.secret.expose().as_bytes()), &validation)
            .map_err(|_| refuse())?
            .claims;
    let now = now.timestamp();
    if claims.exp <= now || claims.nbf.is_some_and(|begin| begin > now) { Err(refuse()) } else { Ok(claims) }
}

/// Whether the header of a token names extensions that its reader must understand (RFC 7515, section 4.1.11). We know none.
fn names_extensions(token: &str) -> bool {
    let header = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header = header.and_then(|json| serde_json::from_slice::<serde_json::Value>(&json).ok());
    header.is_some_and(|header| header.get("crit").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (TokenKeys, String, DateTime<Utc>) {
        let settings = Settings::default();
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let token = issue(&settings, AccountId::new(), SessionId::new(), Role::Admin, now).unwrap();
        (TokenKeys::default(), token, now)
    }

    #[test]
    fn a_token_is_good_until_its_end() {
        let (keys, token, now) = sample();
        assert!(verify(&keys, &token, now).is_ok());
        assert!(verify(&keys, &token, now + chrono::Duration::seconds(899)).is_ok());
        assert!(verify(&keys, &token, now + chrono::Duration::seconds(900)).is_err());
    }

    #[test]
    fn a_token_of_another_issuer_audience_or_key_is_refused() {
        let (keys, token, now) = sample();
        let claims = verify(&keys, &token, now).unwrap();
        assert!(verify(&keys, &sign(&keys, &claims).unwrap(), now).is_ok());
        let other = Claims { iss: "else".into(), ..claims.clone() };
        assert!(verify(&keys, &sign(&keys, &other).unwrap(), now).is_err());
        let other = Claims { aud: "else".into(), ..claims };
        assert!(verify(&keys, &sign(&keys, &other).unwrap(), now).is_err());
        let mut other = keys.clone();
        other.keys.iter_mut().for_each(|k| k.kid = "else".into());
        assert!(verify(&other, &token, now).is_err());
    }

    #[test]
    fn a_token_is_refused_before_it_begins() {
        let (keys, token, now) = sample();
        let claims = verify(&keys, &token, now).unwrap();
        let later = Claims { nbf: Some(now.timestamp() + 1), ..claims.clone() };
        assert!(verify(&keys, &sign(&keys, &later).unwrap(), now).is_err());
        assert!(verify(&keys, &sign(&keys, &later).unwrap(), now + chrono::Duration::seconds(1)).is_ok());
    }

    #[test]
    fn a_token_with_an_extension_that_must_be_understood_is_refused() {
        let (keys, token, now) = sample();
        let claims = verify(&keys, &token, now).unwrap();
        let key = &keys.keys[0];
        let signed = |header: serde_json::Value| {
            let part = |value: String| URL_SAFE_NO_PAD.encode(value);
            let text =
                format!("{}.{}", part(header.to_string()), part(serde_json::to_string(&claims).unwrap()));
            let secret = EncodingKey::from_secret(key.secret.expose().as_bytes());
            let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &secret, Algorithm::HS256).unwrap();
            format!("{text}.{signature}")
        };
        let header = serde_json::json!({ "alg": "HS256", "typ": "JWT", "kid": key.kid });
        assert!(verify(&keys, &signed(header.clone()), now).is_ok());
        let mut critical = header;
        critical["crit"] = serde_json::json!(["exp"]);
        assert!(verify(&keys, &signed(critical), now).is_err());
    }

    #[test]
    fn a_changed_token_is_refused() {
        let (keys, token, now) = sample();
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'Q' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            // The last character of a base64 text has bits that mean nothing.
            let last = at + 1 == token.len() || token.as_bytes()[at + 1] == b'.';
            assert!(last || verify(&keys, &changed, now).is_err(), "at {at}");
        }
    }
}
