//! Cross-inspection (交叉互检): enterprises test each other's products in a round that an officer or a product hospital leads. Advice, and
//! nothing else: what is found stays in the group.
//!
//! The way of a round: enterprises join by its word, say who their related enterprises and competitors are, and hand products in ([`members`]); the products are
//! given away under blind codes ([`assign`], by the pure [`relations`] and [`assignment`]); results, the laboratory's check of a share and
//! corrections are reported ([`results`]); the round is closed, or given up with a trace ([`commands`]).
//!
//! What holds:
//! * Nobody tests its own products, or those of a related enterprise or a declared competitor. Where that can't be, nothing is assigned, and the refusal names whose
//!   products are concerned.
//! * A tester knows a product by its code alone, and an owner does not know the code of its own. Only the leader knows both.
//! * A result makes no nonconformity, no row of a list, no conduct and no publication: nothing here writes to any other domain. No row of the
//!   audit, no event and no mail says what was found.
//! * Figures are sums over closed rounds of several enterprises ([`figures`]).
//!
//! Neighbours: `enterprises` and `experts` below by their published views, `plans`, whose solver assigns, `programmes`, whose draw takes the
//! laboratory's share.

pub mod api;
pub mod assign;
pub mod assignment;
pub mod commands;
pub mod detail;
mod exports;
pub mod figures;
mod hand_over;
pub mod ids;
pub mod mails;
pub mod members;
pub mod notices;
pub mod pages;
pub mod policy;
pub mod queries;
pub mod relations;
pub mod results;
mod room;
pub mod settings;
pub mod state;
mod store;
mod words;

pub use room::ROOM;
