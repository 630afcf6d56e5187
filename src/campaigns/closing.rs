//! What a campaign needs to be closed, which `programmes` does: no hazard of it is open.

use crate::campaigns::state::HazardState;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::schema::hazard;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// Refuses to close a campaign of which hazards are open, and says how many. Its programme is locked, and who enters a hazard holds it, so none is entered
/// meanwhile.
///
/// # Errors
/// 409 `hazards_open`.
pub(super) fn closed(tx: &mut Tx, programme: Uuid) -> Result<Value, Problem> {
    let states: Vec<HazardState> = HazardState::ALL.iter().copied().filter(|state| state.is_open()).collect();
    let open: i64 = hazard::table
        .filter(hazard::programme_id.eq(programme))
        .filter(hazard::state.eq_any(states))
        .count()
        .get_result(&mut *tx.conn)?;
    if open == 0 {
        return Ok(json!({}));
    }
    let text = Text::new(
        format!("还有 {open} 项隐患未销号，不能结束"),
        format!("{open} hazards are open; it can't be closed before they are"),
    );
    Err(Problem::new(Code::HazardsOpen, text))
}
