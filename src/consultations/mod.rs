//! Consultations: opened by an enterprise, offered to experts one at a time, accepted, concluded, rated.
//!
//! [`status`] says which step is allowed from where, [`policy`] who may take it, and each command
//! file what it does. A command loads and locks a consultation ([`store::load`]), changes it in memory
//! ([`consultation`]) and saves it ([`store::save`]): the columns that changed, the history, the offers and the
//! people. Nothing else writes these tables.
//!
//! Experts of a panel are invited, and take part once they have accepted ([`panel`], [`invitations`]).
//!
//! What a consultation needs is read in one place ([`needs`]) and handed to `matching`, which finds an expert for it.
//!
//! An offer goes to one expert at a time ([`offers`]); an expert who declines or lets it lapse is not asked again
//! for the same consultation. Where no one fits, the consultation waits, the search widens, people are informed
//! ([`waiting`]), and it is matched as soon as someone does ([`matcher`]). An admin may decide instead ([`assign`]).
//!
//! Locks: a command locks the consultation's row first and an expert's row after it, be it in
//! `matching` or by the trigger that counts the expert's consultations. Nobody locks the other way
//! round.
//!
//! One that asks the same as another of its enterprise is merged into that one ([`merge`]); two that belong together are linked
//! ([`links`], [`related`]).
//!
//! Neighbours: `matching` and `chat` below ([`chat_port`] answers what the chat asks); `remediation` above, which contributes to the pages
//! ([`pages::case_parts`]) and defines the SQL function `consultation_deadline`.

pub mod advisers;
pub mod affiliations;
pub mod agreement;
pub mod answer;
pub mod api;
pub mod assign;
pub mod changes;
pub mod chat_port;
pub mod close;
pub mod conclude;
pub mod conclusion;
pub mod consultation;
pub mod contacts;
mod counts;
pub mod drafts;
pub mod explain;
mod exports;
mod files;
pub mod global_search;
pub mod hand_over;
pub mod hold;
pub mod information;
pub mod invitation_state;
pub mod invitations;
pub mod links;
pub mod mails;
pub mod matcher;
pub mod mentions;
pub mod merge;
pub mod merged_talks;
pub mod needs;
pub mod offers;
pub mod open;
pub mod opening_queue;
mod orders;
pub mod pages;
pub mod panel;
pub mod panel_store;
pub mod panel_views;
mod personal;
pub mod policy;
pub mod queries;
pub mod quota;
pub mod rating_reminder;
pub mod readers;
pub mod record;
pub mod refusal;
pub mod related;
pub mod reopen;
pub mod retract;
mod room;
pub mod settings;
pub mod status;
pub mod store;
pub mod tags;
pub mod transfer;
pub mod views;
pub mod waiting;

pub use answer::{AcceptConsultation, DeclineConsultation};
pub use assign::{AssignConsultation, PinConsultation};
pub use chat_port::{ChatPort, chat_log};
pub use close::CloseConsultation;
pub use conclude::RateConsultation;
pub use hold::HoldOffer;
pub use information::{AskInformation, CancelInformationRequest, ReceiveInformation};
pub use merge::MergeConsultation;
pub use open::OpenConsultation;
pub use panel::{AcceptInvitation, DeclineInvitation, GiveOpinion, InviteExpert, WithdrawInvitation};
pub use refusal::{RefuseExpert, WithdrawRefusal};
pub use reopen::ReopenConsultation;
pub use retract::RetractMessage;
pub use room::ROOM;
pub use status::{Closing, Status, Step};
pub use transfer::TransferConsultation;
