//! Nobody forgets: at the start of each day, and when a server starts, whoever has to do with a
//! statutory deadline is told that it comes near or was missed.
//!
//! - What is due for a notice follows from the day and the deadline alone ([`plan`], pure), so one
//!   sweep makes up for any number of missed days: of several notices that a deadline would have had
//!   by now, the most urgent is sent and the others are not.
//! - Everyone is told once of each: a notice is a row under a unique key, written in the transaction
//!   that puts the mail into the outbox. A day is swept once, whoever of several servers comes first.
//! - All that a sweep has to say to someone about one case stands in one mail. An officer with many
//!   cases gets one digest instead.
//! - Actions that an enterprise has agreed to, on a case that is open, are reminded of in the same way: to the
//!   enterprise and its experts, and once missed to the officers, too.
//! - A missed deadline of the law is told to the officers one level up, too. That holds for a list of old orders as
//!   well: the first sweep after its import tells each enterprise once for each case that it is overdue, and the
//!   officers by digests.
//! - Before the first sweep of a server the stored deadlines are put right, where the calendar is not what it was ([`recount`]).

pub mod clock;
pub mod plan;
mod recipients;
pub mod recount;
mod sweep;
mod worker;

pub use clock::Clock;
pub use recount::RecountDeadlines;
pub use sweep::SweepDeadlines;
pub use worker::{round, spawn_worker};
