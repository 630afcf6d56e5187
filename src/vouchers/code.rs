//! Codes of vouchers: 16 characters that are easily read out, given once and kept as their SHA-256.

use crate::core::Problem;
use crate::core::secret::sha256;

/// The characters: no 0, O, 1, I, L or U, which are mistaken for each other.
const CHARACTERS: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many there are in a code: 78 bits, which nobody guesses.
const LENGTH: usize = 16;

/// A fresh code, in groups of four.
///
/// # Errors
/// When there is no randomness.
pub(super) fn fresh() -> Result<String, Problem> {
    let mut code = String::with_capacity(LENGTH + 3);
    let mut at = 0;
    while at < LENGTH {
        let mut byte = [0_u8; 1];
        getrandom::fill(&mut byte)?;
        // Bytes from 240 on would make some characters likelier.
        let Some(character) =
            CHARACTERS.get(usize::from(byte[0]) % CHARACTERS.len()).filter(|_| byte[0] < 240)
        else {
            continue;
        };
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(*character));
        at += 1;
    }
    Ok(code)
}

/// What is kept of a code, as it was typed: case, blanks and hyphens do not matter. None of what can't be one.
pub(super) fn hash(typed: &str) -> Option<Vec<u8>> {
    if typed.len() > 64 {
        return None;
    }
    let code: String =
        typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect();
    let fits = code.len() == LENGTH && code.bytes().all(|byte| CHARACTERS.contains(&byte));
    fits.then(|| sha256(code.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        let code = fresh().unwrap();
        assert_eq!((code.len(), code.matches('-').count()), (19, 3), "{code}");
        let kept = hash(&code).unwrap();
        assert_eq!(hash(&code.to_lowercase().replace('-', " ")), Some(kept.clone()));
        assert_ne!(hash(&fresh().unwrap()), Some(kept));
        for wrong in ["", "ABCD", "0000-0000-0000-0000", &"A".repeat(100), "é"] {
            assert_eq!(hash(wrong), None, "{wrong}");
        }
    }
}
