//! What people do with their own accounts: name, mail address, phone, language and mails; the password, also a forgotten one; the
//! sessions.
//!
//! - A password is changed by who knows it, or behind a one-time link that goes to the mail address. Either way the other sessions end
//!   and the person is told.
//! - A new mail address counts once the link that was mailed to it was used. The old address is told when it is asked for and when it
//!   happens.
//! - Whoever asks for a new password gets the same answer, after the same time, whether or not there is such an account.

pub mod api;
pub mod change_password;
mod exports;
mod limits;
pub mod pages;
pub mod password_reset;
pub mod profile;
pub mod proof;
pub mod sessions;
pub mod set_password;

pub use change_password::ChangePassword;
pub use password_reset::{ConfirmPasswordReset, MailPasswordReset, RequestPasswordReset};
pub use profile::{ChangeProfile, ConfirmAddress};
pub use sessions::{EndOtherSessions, EndSession};
