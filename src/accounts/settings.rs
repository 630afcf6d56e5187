//! The settings of tokens, passwords and the log-in.

use crate::core::Role;
use chrono::Duration;

crate::settings_section! {
    /// Tokens, passwords, limits of the log-in.
    pub AuthSettings in "auth" {
        /// Life of an access token in seconds.
        access_token_seconds: u64 = 900, 60..=86_400;
        /// Days without use after which the session of an enterprise or an expert ends.
        refresh_token_days: u32 = 30, 1..=365;
        /// Days after the log-in at which the session of an enterprise or an expert ends, however much it is used.
        session_days: u32 = 90, 1..=3650;
        /// Hours without use after which the session of an officer or an operator ends.
        staff_idle_hours: u32 = 24, 1..=8760;
        /// Days after the log-in at which the session of an officer or an operator ends, however much it is used.
        staff_session_days: u32 = 7, 1..=365;
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
        /// Minutes that a mailed one-time link for a new password stays good.
        password_reset_minutes: u32 = 30, 5..=1440;
        /// Links for a new password that one network may have mailed to one account within an hour; networks where the account has not logged
        /// in have four times as many in all.
        password_reset_mails: u32 = 3, 1..=100;
        /// Links for a new password that one network may ask for within an hour, from each server.
        password_resets_from_network: u32 = 30, 1..=100_000;
        /// Hours that a mailed one-time link stays good by which a new mail address is confirmed.
        address_link_hours: u32 = 24, 1..=720;
        /// Whom to call who cannot log in, as the log-in page says it: a telephone number, with a name where one helps.
        help_contact: String = "12315".to_owned();
    }
    constants {
        /// Memory for hashing one password (argon2id) in KiB.
        argon2_memory_kib: u32 = 19_456;
        /// Passes over that memory.
        argon2_iterations: u32 = 2;
        /// The first pause of slowed log-ins; each further failure doubles it, up to eight times.
        login_pause: std::time::Duration = std::time::Duration::from_millis(500);
    }
}

impl AuthSettings {
    /// How long a session of a role may lie idle.
    pub fn idle(&self, role: Role) -> Duration {
        match role {
            Role::Admin | Role::Operator => Duration::hours(self.staff_idle_hours.into()),
            Role::Enterprise | Role::Expert | Role::Sampler | Role::Laboratory => {
                Duration::days(self.refresh_token_days.into())
            }
        }
    }

    /// How long a session of a role may last.
    pub fn longest(&self, role: Role) -> Duration {
        match role {
            Role::Admin | Role::Operator => Duration::days(self.staff_session_days.into()),
            Role::Enterprise | Role::Expert | Role::Sampler | Role::Laboratory => {
                Duration::days(self.session_days.into())
            }
        }
    }

    /// Passwords that are hashed at one time, with 0 resolved to the number of cores (1 if that cannot be told).
    pub fn places(&self) -> usize {
        match self.hashing_places {
            0 => std::thread::available_parallelism().map_or(1, |cores| cores.get()),
            places => places,
        }
    }
}
