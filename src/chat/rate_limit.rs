//! How many frames an account may send.

use std::time::Instant;

/// A token bucket: it holds the frames of two seconds and refills continuously.
#[derive(Debug)]
pub struct Allowance {
    per_second: f64,
    left: f64,
    at: Instant,
}

impl Allowance {
    /// A full bucket: frames of two seconds.
    pub fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second);
        Self { per_second, left: per_second * 2.0, at: Instant::now() }
    }

    /// Whether the bucket is full by now.
    pub fn is_full(&self) -> bool {
        let earned = self.at.elapsed().as_secs_f64() * self.per_second;
        self.left + earned >= self.per_second * 2.0
    }

    /// Takes one frame; `false` if none is left.
    pub fn take(&mut self) -> bool {
        let now = Instant::now();
        let earned = now.duration_since(self.at).as_secs_f64() * self.per_second;
        self.left = (self.left + earned).min(self.per_second * 2.0);
        self.at = now;
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}
