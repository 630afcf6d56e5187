//! Passwords, hashed with argon2id (RFC 9106) under the cost that the settings name, in the one Unicode form of
//! [`password_policy`](crate::accounts::password_policy).

use crate::accounts::password_policy::normal;
use crate::accounts::settings::AuthSettings;
use crate::core::Problem;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::cell::RefCell;

/// Lanes of argon2id. They would be worked off one after the other.
const LANES: u32 = 1;
/// Bytes of a salt and of a hash (RFC 9106, section 4).
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

thread_local! {
    /// The memory that hashing needs stays with its thread. Given back and taken anew for each hash it would be scattered over the heap,
    /// which grew to several times of what is used.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

fn compute(argon2: &Argon2<'_>, password: &str, salt: &[u8], hash: &mut [u8]) -> Result<(), Problem> {
    let computed = MEMORY.with_borrow_mut(|memory| {
        memory.resize(argon2.params().block_count(), Block::default());
        argon2.hash_password_into_with_memory(normal(password).as_bytes(), salt, hash, memory.as_mut_slice())
    });
    computed.map_err(Problem::internal)
}

/// Hashes a password under a fresh salt, as a PHC string.
///
/// # Errors
/// When the system gives no randomness or the cost is not one argon2 knows.
pub fn hash(password: &str, settings: &AuthSettings) -> Result<String, Problem> {
    let (memory, passes) = (settings.argon2_memory_kib, settings.argon2_iterations);
    let params = Params::new(memory, passes, LANES, Some(HASH_BYTES)).map_err(Problem::internal)?;
    let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
    let (mut salt, mut hash) = ([0; SALT_BYTES], [0; HASH_BYTES]);
    getrandom::fill(&mut salt)?;
    let written = ParamsString::try_from(&params).map_err(Problem::internal)?;
    compute(&Argon2::new(algorithm, version, params), password, &salt, &mut hash)?;
    let stored = PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(version.into()),
        params: written,
        salt: Some(Salt::new(&salt).map_err(Problem::internal)?),
        hash: Some(Output::new(&hash).map_err(Problem::internal)?),
    };
    Ok(stored.to_string())
}

/// Whether a password is the one of a stored hash. The cost is the one stored with it.
///
/// # Errors
/// When the stored hash can't be read.
pub fn verify(password: &str, stored: &str) -> Result<bool, Problem> {
    let stored = PasswordHash::new(stored).map_err(Problem::internal)?;
    let (Some(salt), Some(wanted)) = (&stored.salt, &stored.hash) else {
        return Err(Problem::internal("a stored hash without its salt or its value"));
    };
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(Problem::internal)?;
    let version = stored.version.map_or(Ok(Version::V0x13), Version::try_from).map_err(Problem::internal)?;
    let params = Params::try_from(&stored).map_err(Problem::internal)?;
    let mut hash = vec![0; wanted.len()];
    compute(&Argon2::new(algorithm, version, params), password, salt, &mut hash)?;
    // Compares in constant time.
    Ok(Output::new(&hash).map_err(Problem::internal)? == *wanted)
}

/// Spends the time of a verification, so that an unknown name answers no sooner than a known one.
///
/// # Errors
/// As [`hash`].
pub fn hash_and_discard(password: &str, settings: &AuthSettings) -> Result<(), Problem> {
    hash(password, settings).map(drop)
}

/// A hash of a password that nobody knows, for an account whose person logs in elsewhere. Comparing with it costs as much as with any.
///
/// # Errors
/// When the system gives no randomness.
pub fn of_nobody(settings: &AuthSettings) -> Result<String, Problem> {
    let (mut salt, mut output) = ([0u8; SALT_BYTES], [0u8; HASH_BYTES]);
    getrandom::fill(&mut salt)?;
    getrandom::fill(&mut output)?;
    let (memory, passes) = (settings.argon2_memory_kib, settings.argon2_iterations);
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    Ok(format!("$argon2id$v=19$m={memory},t={passes},p={LANES}${salt}${output}"))
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
        // One that argon2's own functions have made, under another cost.
        let other = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(512, 3, 1, None).unwrap());
        let other = argon2::PasswordHasher::hash_password(&other, b"quiet river lamp").unwrap().to_string();
        assert!(verify("quiet river lamp", &other).unwrap() && !verify("quiet river lamP", &other).unwrap());
        let own = PasswordHash::new(&first).unwrap();
        assert!(
            argon2::PasswordVerifier::verify_password(&Argon2::default(), b"correct horse battery", &own)
                .is_ok()
        );
        assert!(verify("ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　ｂａｔｔｅｒｙ", &first).unwrap(), "typed in full width");
    }

    #[test]
    fn the_hash_of_nobody_is_read_and_verifies_nothing() {
        let settings = AuthSettings::default();
        let hash = of_nobody(&settings).unwrap();
        assert_ne!(hash, of_nobody(&settings).unwrap());
        for password in ["", "correct horse battery"] {
            assert!(!verify(password, &hash).unwrap());
        }
    }
}
