//! Plans for the rounds of experts.

use super::past::Past;
use super::tables::caller;
use crate::core::Problem;
use crate::plans::ids::PlanId;
use crate::plans::{ApplyPlan, CapacityBasis, RequestPlan, run_plan};

/// A plan for a round, applied.
pub(super) fn applied(past: &Past) -> Result<(), Problem> {
    let id = computed(past, "秋季巡回问诊")?;
    past.app.execute(&caller(&past.app, "admin-guangdong")?, &ApplyPlan { id }).map(drop)
}

/// A plan that waits for a decision. What changes after it makes it stale.
pub(super) fn waiting(past: &Past) -> Result<(), Problem> {
    computed(past, "冬季巡回问诊").map(drop)
}

fn computed(past: &Past, name: &str) -> Result<PlanId, Problem> {
    let request = RequestPlan {
        name: Some(name.to_owned()),
        region: None,
        class: None,
        import: None,
        rounds: 1,
        capacity_basis: CapacityBasis::Free,
        least_score: None,
    };
    let id = past.app.execute(&caller(&past.app, "admin-guangdong")?, &request)?.id;
    run_plan(&past.app, id, None)?;
    Ok(id)
}
