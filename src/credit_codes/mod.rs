//! Quality credit codes (品质信用码): the public address of the record of one product. A consumer with a phone at the shelf sees whose product it is and what is
//! on record; an enterprise can show that its record is good.
//!
//! An enterprise applies for one product and consents to the publication ([`apply`]); an officer of its region grants the code where all conditions are met
//! ([`decide`], [`conditions`]); each print run has a token of its own ([`versions`], [`token`]), which stands in its labels ([`label`]). Everybody reads the
//! page of a token without an account, a script or a cookie ([`public`], [`visits`]).
//!
//! What holds:
//! * Whether a code is in force is computed at each scan and stored nowhere. A job ([`follow`]) writes down within a minute that it has changed, for people.
//! * The same pure judgement serves the application, the officer, each scan and the job. Its numbers are settings, by version.
//! * Never sampled is not good: enough samplings of the product kind must have been passed. A test that the enterprise orders itself does not count.
//! * The page states records and dates. It never recommends, ranks or praises (Product Quality Law, art. 25; [`wording`]). A code that is not in force shows one
//!   neutral sentence with a day, and no reason.
//! * A trial grade of credit is no condition unless the rules say so: it is published nowhere, and a code that goes out of force by it would publish it.
//! * Nothing is kept of who opens a page: scans are counted by day and city ([`scans`]), and the log has no address of theirs.
//!
//! Neighbours: `inspections`, `remediation` and `credit` below, by their published views; `sampling_figures` for the words of levels.

pub mod api;
pub mod apply;
pub mod conditions;
pub mod decide;
pub mod detail;
mod exports;
pub mod facts;
pub mod figures;
pub mod follow;
pub mod ids;
pub mod label;
pub mod mails;
mod notices;
pub mod pages;
pub mod policy;
pub mod public;
pub mod queries;
mod room;
pub mod scans;
pub mod settings;
pub mod state;
mod store;
pub mod token;
pub mod versions;
pub mod visits;
pub mod wording;

pub use room::ROOM;
