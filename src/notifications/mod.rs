//! Mail: written in the transaction that has a reason for it, sent by a worker afterwards.
//!
//! The rules:
//!
//! - A command that wants someone informed calls [`outbox::enqueue`] in its transaction. No commit, no
//!   mail. Nothing else may write the table, and nothing at all speaks SMTP inside a transaction.
//! - Every mail is sent at least once, and nearly always exactly once. Its Message-ID is made with
//!   the row and stays the same over all attempts, so a mail program can tell a repetition.
//! - Several servers share the table. A mail is claimed by moving its `next_attempt_at` past a
//!   lease; who crashes with it loses it when the lease ends. `attempts` is the fencing token.
//! - Every mail has an end ([`state`]). A refusal of the recipient or of the text (5xx) ends the attempts at once. Everything else, a
//!   wrong password of ours included, is tried again, ever more slowly, for as many days as the settings say. A mail after whose
//!   text no answer came may have been taken: it is sent three times at most.
//! - A mail server reports what came back ([`bounces`]). That pauses the address ([`pauses`]): nothing is sent there until someone
//!   resumes it.
//! - A body may hold a one-time link. It is wiped at every end, and is never logged,
//!   but by the log transport of development, whose purpose that is.
//! - Names and subjects come from people. They are made one line before anything is built of them.
//!
//! Neighbours: `core`, `settings`, `db` and `jobs` below. A domain declares its mails in its own `mails.rs` by
//! [`mails!`](crate::mails), with their texts in `templates/<domain>/mail/`, and knows [`outbox`], [`outcome`] and [`Prose`] and nothing else of
//! this one; its room declares [`worker::JOB`].

pub mod api;
pub mod bounces;
mod exports;
pub mod ids;
pub mod mailer;
mod metrics;
pub mod outbox;
pub mod outcome;
pub mod pages;
pub mod pauses;
mod personal;
pub mod policy;
pub mod queries;
pub mod retry;
mod room;
pub mod settings;
pub mod state;
pub mod templates;
pub mod worker;

pub use outbox::{Recipient, enqueue};
pub use room::ROOM;
pub use state::MailState;
pub use templates::{MailText, Prose};
