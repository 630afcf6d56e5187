//! Oversight (督促): by a letter (产品质量风险提醒函), an interview (约谈) or a listing (挂牌督办) an authority makes a region under it, an enterprise or a laboratory act, and
//! documents what it did.
//!
//! What holds:
//! * Nothing goes to a region above one's own, to one's own or beside it ([`written`]).
//! * The recipient answers, the issuing side accepts the answer ([`policy`]); nobody does both. Another officer approves a listing and verifies a
//!   rectification ([`record`]).
//! * Facts are counted from what it rests on ([`facts`]) and never change once the document has gone out. Its number is given in the same transaction under the
//!   lock of the authority's counter, so the numbers of a year have no gaps.
//! * Terms end on working days ([`terms`]). A day on which somebody is to act is never a rest day.
//! * The interviewed correct their statements before anybody signs; both versions stay in the history.
//! * A listing names four responsibilities with holder, post and task. It is not taken off while one is open. Everybody reads it ([`public`]); the names go with
//!   its end.
//! * The next step is proposed from what was tried before ([`ladder`]); nothing is issued by itself. None of it gives points of credit.
//! * Figures of a past day are counted from the events that had been entered by then ([`figures`]).
//!
//! Neighbours: `risk` (its alerts), `inspections` and `remediation` below by their published views, `sampling_figures`, whose rates show the effect. What a listing
//! rests on of risk signals and hazards is asked through SQL functions of this room.

mod alert_port;
pub mod api;
pub mod course;
pub mod create;
pub mod detail;
pub mod dossier;
pub mod dossier_api;
pub mod earlier;
pub mod effect;
pub mod escalate;
mod exports;
pub mod facts;
pub mod figures;
mod files;
mod global_search;
pub mod ids;
pub mod ladder;
pub mod mails;
pub mod notices;
pub mod pages;
pub mod policy;
pub mod preconditions;
pub mod public;
pub mod queries;
pub mod record;
mod room;
pub mod rows;
pub mod settings;
pub mod state;
pub mod step;
pub mod store;
pub mod sweep;
pub mod terms;
pub mod view;
pub mod wake;
pub mod words;
pub mod written;

pub use room::ROOM;
