//! The knowledge base: articles made of concluded consultations, stripped of whatever leads to an enterprise or a person.
//!
//! - An article is drafted from the forms of a concluded consultation by its expert or an officer, and may be changed until it is submitted.
//! - Its text is stripped whenever it changes ([`stripping`]): each finding has its place, its kind and a proposed replacement, and is confirmed by
//!   somebody, as replaced or as harmless, before the expert submits it. An officer of the region approves it, returns it with a reason, or
//!   withdraws it later.
//! - A published article is read by every enterprise, expert and officer. What they see leads neither to the consultation nor to anybody; when the
//!   consultation is erased the article stands, and what was never published goes ([`erasure`]).
//! - [`similar`] finds what is like a question while it is typed, and beside the chat. What came of it is noted once for a person, an article and a
//!   question ([`uses`]), and counted of nobody in particular ([`counts`]).
//!
//! Invariants: nothing that the stripping finds is submitted or published unconfirmed; one that is withdrawn is found nowhere from that moment.
//!
//! Neighbours: `consultations` and `remediation` below, whose forms are read; `search`, in whose way texts are compared; `retention` above, which
//! tells when a consultation is erased.

pub mod api;
mod asked;
pub mod confirm;
pub mod content;
pub mod counts;
mod decide;
pub mod draft;
pub mod drafts;
pub mod drafts_api;
pub mod erasure;
mod exports;
pub mod findings;
pub mod global_search;
pub mod ids;
pub mod mails;
mod notices;
pub mod pages;
pub mod policy;
pub mod queries;
mod room;
pub mod settings;
pub mod similar;
mod source;
pub mod state;
mod store;
pub mod stripping;
pub mod uses;

pub use confirm::ConfirmFindings;
pub use decide::{ApproveArticle, DiscardArticle, ReturnArticle, SubmitArticle, WithdrawArticle};
pub use draft::{DraftArticle, EditArticle};
pub use room::ROOM;
pub use uses::NoteUse;
