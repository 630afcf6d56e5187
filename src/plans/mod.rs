//! The batch plan: who consults whom in the rounds of circuit consultation (巡回问诊), for all operating
//! enterprises of a region, a class or a list at once.
//!
//! The way of a plan: [`RequestPlan`] queues it; [`compute`] reads what there is ([`snapshot`]), scores
//! every pair that the rules allow ([`scoring`]), finds the optimum ([`solver`]) and keeps all of it;
//! admins look at it ([`view`], [`lines`], [`export`]); [`ApplyPlan`] or [`DiscardPlan`] ends it.
//!
//! What holds:
//! * The unit is the enterprise with all its nonconformities that are not cleared. Where they are of
//!   several kinds, a pair's score is the mean over the kinds; a kind that the expert knows nothing of
//!   counts 0. A rule that excludes the expert from one excludes it from the enterprise.
//! * Scores are millionths, whole numbers: what is exported is what was added up, and the total is exact.
//! * An officer may change single pairs of a plan that is computed and not applied ([`ChangePair`]), within the rules, the places and the
//!   least score of the plan. What had been computed is kept beside it, so that the proof stays one of the plan as it was computed.
//! * Applying acts on the lines alone: what they say will happen before is what is reported after. Who keeps their expert gets no mail.
//! * A plan keeps what it was computed on. Before it is applied that is read again and compared field
//!   by field ([`changes`]); where anything differs that the rules or the scores ask for, the plan is
//!   refused with what changed. Load, past outcomes and deadlines move all the time and are not held
//!   against it, as long as nobody gets more enterprises than there are places now.
//! * Applying assigns and invites by mail, and opens nothing. When the enterprise later opens a
//!   consultation itself, the assigned expert is asked first, where the rules allow it.
//! * All applications of plans follow one another under one advisory lock.
//!
//! Neighbours: `matching` below, whose model scores and which keeps the assignments; `enterprises`, `experts`, `consultations`,
//! `remediation` and `zero_out` below by their published views; the outbox. Nothing above.

pub mod api;
pub mod apply;
mod bidding;
pub mod change_pair;
pub mod changes;
pub mod command;
pub mod compute;
pub mod export;
mod exports;
pub mod figures;
pub mod greedy;
pub mod hand_over;
pub mod ids;
mod invite;
pub mod lines;
pub mod mails;
pub mod pages;
pub mod pair_api;
pub mod pair_costs;
pub mod pair_page;
pub mod pairs;
pub mod policy;
pub mod progress;
mod room;
pub mod run;
pub mod scoring;
pub mod snapshot;
pub mod solver;
pub mod state;
mod store;
pub mod view;
pub mod vocabulary;

pub use apply::{ApplyPlan, PlanApplied};
pub use change_pair::ChangePair;
pub use command::{DiscardPlan, PlanRequested, RequestPlan};
pub use room::ROOM;
pub use run::{JOB, run_plan};
pub use state::{PlanState, PlanStep, transition};
pub use view::{PlanView, list_plans, plan};
pub use vocabulary::{CapacityBasis, Change, PresentBy, Unserved};
