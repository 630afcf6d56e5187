//! Decisions taken from the bytes of an input, for targets that make a valid thing and know what must come of it.

/// The first byte of an input from which something is made; no real text begins with it.
pub const MADE: u8 = 1;

/// The bytes of an input as decisions. Where they end, all further ones are zero.
pub struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    /// The decisions of an input that begins with [`MADE`]; none for any other.
    pub fn of(input: &'a [u8]) -> Option<Self> {
        input.strip_prefix(&[MADE]).map(Self)
    }

    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// A number below `limit`, which must not be zero.
    pub fn below(&mut self, limit: usize) -> usize {
        let (high, low) = (usize::from(self.byte()), usize::from(self.byte()));
        (high * 256 + low) % limit
    }

    /// One of some things.
    pub fn of_these<T: Copy>(&mut self, things: &[T]) -> T {
        things[usize::from(self.byte()) % things.len()]
    }

    /// True for one byte out of `n`, and not where the bytes have ended.
    pub fn one_in(&mut self, n: u8) -> bool {
        self.byte() % n == n - 1
    }

    /// What no decision has taken.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }
}
