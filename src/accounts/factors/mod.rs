//! Second factors: authenticator apps (TOTP) with recovery codes, and proving again who one is.
//!
//! - The secret of an app is encrypted in the database ([`sealed`]); recovery codes are hashed. Both are shown once.
//! - A code is good once ([`totp`]), and after some wrong ones in a row the next has to wait ([`tries`]).
//! - Which roles must have one is a setting. Who must and has none gets a session that can only set one up: routes and pages that such a
//!   session may use say `Access::SettingUp`, all others refuse it.
//! - What needs a session that proved lately who is in it calls [`step_up::require`], or says `x-step-up` in its route's documentation.

pub mod api;
pub mod at_log_in;
pub mod code;
pub mod pages;
pub mod recovery;
pub mod reset;
pub mod sealed;
pub mod set_up;
pub mod settings;
pub mod step_up;
pub mod store;
pub mod totp;
pub mod tries;
