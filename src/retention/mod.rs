//! How long data are kept: what goes after its period, and what a legal hold keeps.
//!
//! - A **period** is a setting for each [`rules::Kind`] of data; 0 keeps it for ever, which is the default. No period is below the floor of its kind
//!   ([`rules`]).
//! - A job ([`erase`]) erases what is due, in batches of one transaction each. Of a conversation the texts go and the numbers stay; of a file
//!   the bytes go and the row stays; of a person who has left the name and addresses go and the account stays.
//! - A **legal hold** ([`holds`]) on an enterprise, a case or a consultation keeps all that belongs to it, whatever the periods say. A case
//!   whose course has not ended does the same.
//! - The **preview** ([`due`]) counts what would go now, by the periods in force or by others that are tried.
//!
//! Invariants: a hold that was set before a batch began keeps what it is for: who erases takes the table of holds (SHARE) until the end of
//! the transaction, so none is set meanwhile, and the statement that chooses what goes asks for holds. What stands in a hash chain or in a
//! history is never erased: the audit, events and decisions of cases, dossiers. Of entries of credit conduct that count no more, descriptions, reasons and
//! files go; the steps of their histories stay, and with them every grade of every day.
//!
//! Neighbours: `chat`, `search`, `attachments`, `conduct`, `accounts`, `people` and `notifications` below, which erase what is theirs; `consultations`,
//! `remediation` and `enterprises` say what is concluded and who sees what. Nothing stands above but what gathers the domains.

mod api;
pub mod due;
pub mod erase;
mod exports;
pub mod holds;
pub mod ids;
mod pages;
pub mod preview;
pub mod queries;
mod room;
pub mod rules;
pub mod settings;

pub use erase::EraseExpired;
pub use holds::{ReleaseHold, SetHold};
pub use room::ROOM;
