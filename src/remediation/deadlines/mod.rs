//! The daily sweep: at the start of each day, and when a server starts, everyone concerned by a statutory deadline is notified by
//! mail that it comes near or was missed.
//!
//! - Which notice is due follows from the day and the deadline alone ([`plan`], pure), so one sweep makes up for any number of
//!   missed days: of several notices that a deadline would have had by now, the most urgent is sent and the others are not.
//! - Everyone gets each notice once: it is a row under a unique key, written in the transaction that puts the mail into the outbox.
//!   A day is swept once, by the first of several servers.
//! - All notices of a sweep to someone about one case are in one mail. An officer with many cases gets one digest instead.
//! - Actions that an enterprise has agreed to, on a case that is open, are treated in the same way: the enterprise and its experts
//!   are notified, and once an action is missed the officers, too.
//! - Of a missed statutory deadline the officers one level up are notified, too. That holds for a list of old orders as well: the
//!   first sweep after its import notifies each enterprise once for each overdue case, and the officers by digests.
//! - An officer can remind an enterprise besides ([`RemindEnterprise`]), of each case once a day.
//! - Before the first sweep of a server the stored deadlines are put right, where the calendar has changed ([`recount`]), and those concerned
//!   are told of the days that were and that are (`moved`).

pub(super) mod case_names;
pub mod clock;
mod moved_deadlines;
pub mod plan;
pub(super) mod recipients;
pub mod recount;
mod remind;
mod sweep;
mod worker;

pub use clock::Clock;
pub use recount::RecountDeadlines;
pub use remind::{EnterpriseReminded, RemindEnterprise};
pub use sweep::SweepDeadlines;
pub use worker::{JOB, round};
