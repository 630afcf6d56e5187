//! Passwords, hashed with argon2id (RFC 9106) under the cost that the settings name, in the one Unicode form of
//! [`password_policy`](crate::accounts::password_policy).

use crate::accounts::password_policy::normal;
use crate::accounts::settings::AuthSettings;
use crate::core::Problem;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

/// Lanes of argon2id. They would be worked off one after the other.
const LANES: u32 = 1;

fn hasher(settings: &AuthSettings) -> Result<Argon2<'static>, Problem> {
    let params = Params::new(settings.argon2_memory_kib, settings.argon2_iterations, LANES, None)
        .map_err(Problem::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password under a fresh salt, as a PHC string.
///
/// # Errors
/// When the system gives no randomness or the cost is not one argon2 knows.
pub fn hash(password: &str, settings: &AuthSettings) -> Result<String, Problem> {
    let hash = hasher(settings)?.hash_password(normal(password).as_bytes()).map_err(Problem::internal)?;
    Ok(hash.to_string())
}

/// Whether a password is the one of a stored hash. The cost is the one stored with it.
///
/// # Errors
/// When the stored hash can't be read.
pub fn verify(password: &str, stored: &str) -> Result<bool, Problem> {
    let parsed = PasswordHash::new(stored).map_err(Problem::internal)?;
    Ok(Argon2::default().verify_password(normal(password).as_bytes(), &parsed).is_ok())
}

/// Spends the time of a verification, so that an unknown name answers no sooner than a known one.
///
/// # Errors
/// As [`hash`].
pub fn hash_and_discard(password: &str, settings: &AuthSettings) -> Result<(), Problem> {
    hash(password, settings).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_verifies_only_its_password() {
        let settings = AuthSettings::default();
        let first = hash("correct horse battery", &settings).unwrap();
        let second = hash("correct horse battery", &settings).unwrap();
        assert!(first.starts_with("$argon2id$v=19$"));
        assert_ne!(first, second, "each hash has its own salt");
        assert!(verify("correct horse battery", &first).unwrap());
        assert!(!verify("correct horse batterY", &first).unwrap());
        assert!(verify("ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　ｂａｔｔｅｒｙ", &first).unwrap(), "typed in full width");
    }
}
