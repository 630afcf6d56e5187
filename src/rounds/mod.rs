//! Rounds of circuit consultation (巡回问诊): experts go to the enterprises on the list, in rounds, until each is cleared.
//!
//! Terms: a programme of the kind circuit has a cohort (巡回对象): enterprises, each with its expert, from an applied plan or a list ([`cohort`]).
//! A round (轮次) is some days in a region; members are put into rounds by town ([`planning`]), and the routes of a round say who goes where on which day
//! ([`routes`]). How far a member has come is its stage ([`stage`]).
//!
//! What holds:
//! * A stage rests on evidence that exists elsewhere (consultations, cases, actions, inspections, engagements) and on nothing that is entered here but
//!   that an enterprise can't be reached or declined, each with a reason. It is the fold of that evidence as of a moment: it falls back where
//!   evidence is taken back, and the figures of a past day never change.
//! * The rows store the present stage, updated by a job ([`keep`]), for lists; the figures ([`figures`]) are computed from the evidence at each request.
//! * Adding the same plan or list twice adds nobody twice.
//! * Routes are never longer than by always going to the nearest place, and say how long that would be. Distances are as the crow flies, between
//!   points that officers entered or those of towns.
//! * A visit is help: nothing here opens a case, gives points or reaches enforcement.
//!
//! Neighbours: `programmes` below, whose programmes these are, `plans`, whose applied lines make cohorts; `consultations`, `remediation`, `inspections`
//! and `engagements` below by their published views. Above: whoever asks for cohorts by the published views; `engagements` asks whether an
//! enterprise is in a cohort by the port `engagement_in_cohort`; who was interviewed is asked by the port `circuit_interviewed`.

pub mod api;
pub mod cohort;
mod evidence;
mod exports;
pub mod figures;
pub mod giving;
mod global_search;
mod hand_over;
pub mod ids;
pub mod keep;
pub mod member_counts;
pub mod member_queries;
pub mod member_state;
pub mod members;
pub mod pages;
pub mod planning;
pub mod policy;
mod room;
pub mod round_queries;
pub mod round_state;
pub mod routes;
pub mod settings;
pub mod stage;
pub mod stop_queries;
mod store;
pub mod words;

pub use evidence::{decisions, evidence};
pub use room::ROOM;
