//! The settings of tokens, passwords and the log-in.

use std::time::Duration;

crate::settings_section! {
    /// Tokens, passwords, limits of the log-in.
    pub AuthSettings in "auth" {
        /// Life of an access token in seconds.
        access_token_seconds: u64 = 900, 60..=86_400;
        /// Life of a refresh token in days, counted again at each use.
        refresh_token_days: u32 = 30, 1..=365;
        /// Failed log-ins with one name from one network (an address of IPv4, 64 bits of IPv6) within the window before the next are slowed.
        /// A network may fail 50 times as often with all names together, a name 5 times as often from all networks where it has not
        /// logged in before.
        login_failures: u32 = 10, 1..=100_000;
        /// Length of that window in seconds.
        login_window_seconds: u64 = 300, 1..=86_400;
        /// Passwords that are hashed at one time, each in 19 MiB; 0 means as many as processor cores.
        hashing_places: usize = 0, 0..=1_024;
        /// Passwords that wait for one of these places before the next are refused with 503; half of them from one network.
        hashing_queue: usize = 256, 2..=100_000;
        /// Hours that a mailed one-time registration link stays good.
        registration_link_hours: u32 = 48, 1..=720;
    }
    constants {
        /// Memory for hashing one password (argon2id) in KiB.
        argon2_memory_kib: u32 = 19_456;
        /// Passes over that memory.
        argon2_iterations: u32 = 2;
        /// The first pause of slowed log-ins; each further failure doubles it, up to eight times.
        login_pause: Duration = Duration::from_millis(500);
    }
}

impl AuthSettings {
    /// Passwords that are hashed at one time, with 0 resolved to the number of cores (1 if that cannot be told).
    pub fn places(&self) -> usize {
        match self.hashing_places {
            0 => std::thread::available_parallelism().map_or(1, |cores| cores.get()),
            places => places,
        }
    }
}
