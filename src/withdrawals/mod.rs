//! Withdrawing an import as a whole: what it brought in leaves the list, what it changed is as it was before, its cases end.
//!
//! Invariants:
//! * An import is withdrawn in one transaction, and only while nothing stands on its rows; else it says row by row what does ([`standing`]).
//!   A short one within the request that asks for it, a long one by a job ([`run`]); until its one transaction is committed the import is
//!   as it was, for all who read it.
//! * A withdrawal is an event: rows of the list keep when they came and when they went, cases have it in their history. So figures of past days
//!   stay, and those from the moment of the withdrawal on do without its rows.
//! * The import's record stays, with who withdrew it and why. The same list can be imported again.
//!
//! Neighbours: `zero_out` keeps what each import did, row by row, and its state; `enterprises` and `remediation` take their parts back.
//! It stands above `plans` and `risk`, since what these made of a row stands on it as well.

pub mod api;
mod effects;
mod exports;
mod in_use;
pub mod pages;
pub mod preview;
mod room;
pub mod run;
pub mod standing;
mod standing_kind;
mod take_back;
mod withdraw;

pub use room::ROOM;
pub use standing_kind::StandingKind;
pub use withdraw::{WithdrawImport, Withdrawn};
