//! The experts as matching knows them, kept in memory and true at every question.
//!
//! To look at everyone by SQL takes long where there are many, and to look at some only may miss the best.
//! So every server keeps all approved experts in memory ([`index`]). Triggers note in `expert_change` whose
//! facts a transaction changed, with the transaction's number. A question first reads the notes that
//! its last look could not see, by snapshots as the feed of events is read: a transaction that took long
//! is not passed over. Only the facts of the experts named there are read again ([`facts`]).
//!
//! What the asking transaction itself changed is not committed yet. It is seen by that transaction alone
//! ([`memory::View`]), and read again by the next one.
//!
//! Lock: `place` is held while the notes are read, which waits for no row. `experts` is held only where
//! nothing is asked of the database.

pub mod facts;
pub mod index;
pub mod memory;

pub use facts::Candidate;
pub use memory::{JOB, Moment, Roster, View, prune, refresh_roster, roster};
