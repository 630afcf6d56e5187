//! Users, roles, passwords and tokens.
//!
//! A log-in opens a session. The session has one living refresh token; each use of it makes the
//! next one, and a second use of an old one ends the session permanently (RFC 9700, section 4.14.2).
//! Access tokens are JWTs of a quarter of an hour that name their session, and every request asks
//! whether that session is still open: logging out ends it at once, for HTTP and sockets alike.
//!
//! Neighbours: `db` below; `enterprises` and `experts` above make the accounts of their people
//! with [`store::create_account`].

pub mod api;
mod brake;
pub mod credentials;
pub mod events;
pub mod failed_log_in;
pub mod gate;
pub mod hashing;
pub mod housekeeping;
mod hs256;
pub mod login;
pub mod new_password;
pub mod one_time_link;
pub mod pages;
pub mod password;
pub mod password_policy;
pub mod renewals;
mod room;
pub mod sessions;
pub mod settings;
pub mod staff;
pub mod store;
pub mod token;
mod words;

pub use credentials::LogIn;
pub use events::{EVENTS, SessionEnded};
pub use login::{LogOut, OpenSession, Refresh, RefreshInBrowser, Refreshed, Tokens};
pub use new_password::NewPassword;
pub use room::ROOM;
pub use staff::{CreateStaff, StaffCreated};
pub use store::{NewAccount, authenticate, authenticate_now};
