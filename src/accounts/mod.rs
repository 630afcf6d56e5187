//! Users, roles, passwords and tokens.
//!
//! A log-in opens a session. The session has one living refresh token; each use of it makes the
//! next one, which is given again for some seconds to whom it did not reach; a later use of an old one ends the
//! session permanently (RFC 9700, section 4.14.2). A session ends when it lies idle, and at the latest at a moment
//! that is known from its beginning.
//! Access tokens are JWTs of a quarter of an hour that name their session, and every request asks
//! whether that session is still open: logging out ends it at once, for HTTP and sockets alike.
//!
//! What people do with their own accounts is in [`own`]: passwords, mail addresses, sessions.
//!
//! Neighbours: `db` below; `enterprises` and `experts` above make the accounts of their people
//! with [`store::create_account`].

pub mod api;
pub mod code_page;
pub mod credentials;
pub mod device;
pub mod erasure;
pub mod events;
pub mod factors;
pub mod failed_log_in;
pub mod hashing;
pub mod housekeeping;
mod hs256;
pub mod known_browser;
pub mod log_in_limiter;
pub mod login;
pub mod mails;
pub mod new_password;
pub mod oidc;
pub mod one_time_link;
pub mod own;
pub mod pages;
pub mod password;
pub mod password_policy;
pub mod people;
mod personal;
pub mod refresh;
mod room;
pub mod sessions;
pub mod settings;
pub mod staff;
pub mod state;
pub mod store;
pub mod token;
pub mod topics;

pub use credentials::LogIn;
pub use events::{EVENTS, SessionEnded};
pub use login::{LogOut, LoggedIn, OpenSession};
pub use new_password::NewPassword;
pub use refresh::{Refresh, Refreshed, Renew, Tokens};
pub use room::ROOM;
pub use staff::{CreateStaff, StaffCreated};
pub use store::{NewAccount, authenticate, authenticate_now};
