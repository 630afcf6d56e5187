//! Random numbers that are the same for the same seed.

/// A generator of random numbers: Marsaglia's xorshift.
pub struct Random(u64);

impl Random {
    /// The `n`th generator of a seed.
    pub fn new(seed: u64, n: u64) -> Self {
        Self((seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (n + 1)).max(1))
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}
