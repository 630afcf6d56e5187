//! Passwords, one-time links and sessions of accounts, through HTTP.

mod choosing_passwords;
mod log_in_brake;
mod one_time_links;
