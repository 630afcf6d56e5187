//! Random secrets and the values that must not be printed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A password or token on its way in. It is never printed and never serialised back.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct Sensitive(pub String);

impl std::fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[hidden]")
    }
}

impl Serialize for Sensitive {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("[hidden]")
    }
}

/// A token of [`random_token`] on its way in. Serialised, as in the fingerprint of a command, it is its hash:
/// two calls that differ only in the token are two calls.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct Token(pub String);

impl Token {
    /// The hash under which the token is stored.
    pub fn hash(&self) -> Vec<u8> {
        sha256(self.0.trim().as_bytes())
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[hidden]")
    }
}

impl Serialize for Token {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.hash()))
    }
}

/// 256 random bits from the operating system, as 43 characters that fit a URL path or a header.
pub fn random_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// SHA-256, for what has too much entropy to need a slow hash.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// The first half of the SHA-256 as 32 hexadecimal digits: a name for what has none of its own, by which the same is known again.
pub fn short_digest(bytes: &[u8]) -> String {
    sha256(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
