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
//! - Only a refusal of the recipient (5xx to RCPT) ends the attempts. Everything else, a wrong
//!   password of ours included, is tried again for ever, ever more slowly.
//! - A body may hold a one-time link. It is wiped when the attempts end, and is never logged,
//!   but by the log transport of development, whose purpose that is.
//! - Names and subjects come from people. They are made one line before anything is built of them.
//!
//! Neighbours: `core`, `settings`, `db` and `jobs` below. A domain declares its mails in its own `mails.rs` by
//! [`mails!`](crate::mails), with their texts in `templates/<domain>/mail/`, and knows [`outbox`] and [`Prose`] and nothing else of
//! this one; its room declares [`worker::JOB`].

pub mod ids;
pub mod mailer;
mod metrics;
pub mod outbox;
mod room;
pub mod settings;
pub mod state;
pub mod templates;
pub mod worker;

pub use outbox::{Recipient, enqueue};
pub use room::ROOM;
pub use state::MailState;
pub use templates::{MailText, Prose};
