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
//! * A plan keeps what it was computed on. Before it is applied that is read again and compared field
//!   by field ([`changes`]); where anything differs that the rules or the scores ask for, the plan is
//!   refused with what changed. Load, past outcomes and deadlines move all the time and are not held
//!   against it, as long as nobody gets more enterprises than there are places now.
//! * Applying assigns and invites by mail, and opens nothing. When the enterprise later opens a
//!   consultation itself, the assigned expert is asked first, where the rules allow it.
//! * All applications of plans follow one another under one advisory lock.
//!
//! Neighbours: the model beside it, `enterprises` and `experts` below by their tables, the outbox.

pub mod apply;
pub mod changes;
pub mod command;
pub mod compute;
pub mod export;
pub mod greedy;
mod invite;
pub mod lines;
pub mod pairs;
pub mod progress;
pub mod run;
pub mod scoring;
pub mod snapshot;
pub mod solver;
mod state;
mod store;
pub mod view;

pub use apply::{ApplyPlan, PlanApplied};
pub use command::{CapacityBasis, DiscardPlan, PlanRequested, RequestPlan};
pub use run::{JOB, run_plan};
pub use state::{NotAllowed, PlanState, PlanStep, transition};
pub use view::{PlanView, list_plans, plan};

use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Problem, Text};
use crate::matching::model::Exclusion;
use diesel::prelude::*;
use std::collections::BTreeMap;

crate::word_enum! {
    /// What becomes of an enterprise's expert when the plan is applied.
    pub enum Change {
        /// It has nobody now and gets somebody.
        Added = "added",
        /// It gets somebody else.
        Changed = "changed",
        /// It keeps whom it has.
        Unchanged = "unchanged",
        /// It has somebody now and gets nobody.
        Removed = "removed",
        /// It has nobody and gets nobody.
        None = "none",
    }
}

crate::word_enum! {
    /// Whence an enterprise has its present expert.
    pub enum PresentBy {
        /// The expert holds its open consultation, or is offered it.
        Consultation = "consultation",
        /// A plan that was applied assigned the expert.
        Plan = "plan",
    }
}

crate::word_enum! {
    /// Why an enterprise gets nobody.
    pub enum Unserved {
        /// No expert knows anything of its products.
        NoSpecialty = "no_specialty",
        /// Rules exclude everyone who does.
        Excluded = "excluded",
        /// There are fewer places than enterprises, and the optimum leaves this one out.
        NoPlace = "no_place",
    }
}

/// The expert whom the latest applied plan assigned to a consultation's enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn assigned_expert(
    conn: &mut PgConnection,
    consultation: ConsultationId,
) -> Result<Option<ExpertId>, Problem> {
    use crate::db::schema::{consultation as talks, matching_assignment as assignments};
    Ok(assignments::table
        .inner_join(talks::table.on(talks::enterprise_id.eq(assignments::enterprise_id)))
        .filter(talks::id.eq(consultation))
        .select(assignments::expert_id)
        .first(conn)
        .optional()?)
}

impl Unserved {
    /// The reason in a sentence, with how many experts each rule excludes.
    #[must_use]
    pub fn text(self, excluded: &BTreeMap<Exclusion, u32>) -> Text {
        let rules = |f: fn(&Text) -> &str, separator: &str| {
            let each = excluded.iter().map(|(rule, count)| format!("{} ({count})", f(&rule.text())));
            each.collect::<Vec<_>>().join(separator)
        };
        match self {
            Self::NoSpecialty => Text::new(
                "没有专家的专长涉及其产品",
                "no expert has a specialty for its products or a related class",
            ),
            Self::Excluded => Text::new(
                format!("相关专家均不能承接:{}", rules(|t| &t.zh, "、")),
                format!("everyone who knows its products is excluded: {}", rules(|t| &t.en, ", ")),
            ),
            Self::NoPlace => Text::new(
                "专家名额不足,最优方案未能安排",
                "there are fewer places than enterprises, and the optimum leaves it out",
            ),
        }
    }
}
