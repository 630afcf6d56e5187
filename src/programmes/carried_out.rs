//! What the domains that carry programmes out add to their steps ([`StepHook`]): what must hold besides, what is kept. They stand above and declare it.

use crate::core::Problem;
use crate::db::Tx;
use crate::programmes::state::ProgrammeStep;
use crate::programmes::store::Row;
use crate::web::known_rooms::known;
use crate::web::room::StepHook;
use serde_json::{Map, Value};

/// What the domains above call a programme in their [`StepHook`]s.
pub const SUBJECT: &str = "programme";

/// Does what a step of a programme, which is taken by now, needs besides in the domain that carries its kind out. Gives the particulars for the audit.
///
/// # Errors
/// The domain's refusal.
pub(super) fn also(tx: &mut Tx, row: &Row, step: ProgrammeStep) -> Result<Map<String, Value>, Problem> {
    let (kind, step) = (row.kind.as_str(), step.as_str());
    let is_for = |hook: &&StepHook| hook.subject == SUBJECT && hook.kind == kind && hook.step == step;
    let mut said = Map::new();
    for hook in known(&tx.cache)?.iter().flat_map(|room| room.steps).filter(is_for) {
        if let Value::Object(more) = (hook.run)(tx, row.id.0)? {
            said.extend(more);
        }
    }
    Ok(said)
}
