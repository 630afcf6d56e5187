//! Passwords, one-time links and sessions of accounts, through HTTP.

mod choosing_passwords;
mod one_time_links;
