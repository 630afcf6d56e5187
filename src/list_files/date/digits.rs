//! Numbers of plain digits.

/// The number that digits are, and nothing but digits.
pub fn number(digits: &str) -> Option<u32> {
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}
