//! Proposing a listing to the level above, where its term has passed.

use crate::core::{Code, Problem, Text};
use crate::db::schema::oversight;
use crate::db::{Command, Tx};
use crate::oversight::facts::{self, Basis};
use crate::oversight::ids::OversightId;
use crate::oversight::rows::{MatterRow, OversightRow, ResponsibilityRow, WrittenRow};
use crate::oversight::store::{self, Loaded};
use crate::oversight::words::{BasisKind, ResponsibilityState};
use crate::oversight::{create, notices};
use diesel::prelude::*;
use serde_json::json;

/// Writes the proposal of a listing by the authority of the region above: of the same recipient, on the same basis and this listing. The officers of that
/// authority approve it or not. Gives its id.
///
/// # Errors
/// 409 where there is no region above.
pub fn propose(tx: &mut Tx, of: &Loaded, reason: Option<&str>) -> Result<OversightId, Problem> {
    let was = &of.row.written;
    let above = tx.catalogue.regions.ancestors(&was.from_region).nth(1).cloned();
    let Some(above) = above else {
        let text =
            Text::new("没有上级机关可以提请督办", "there is no authority above to which it could be handed");
        return Err(Problem::new(Code::OversightDirection, text));
    };
    let id = OversightId::new();
    let mut basis = store::basis(&mut tx.conn, was.id)?;
    // One place is for the listing itself.
    basis.truncate(facts::MOST_BASIS.saturating_sub(1));
    basis.push(Basis { kind: BasisKind::Oversight, id: was.id.0 });
    let today = tx.today();
    let counted = facts::count(&mut tx.conn, &basis, today)?;
    let row = WrittenRow {
        id,
        from_region: above.code.clone(),
        level: above.level.as_str().to_owned(),
        created_by: tx.actor.account(),
        created_at: tx.now,
        ..was.clone()
    };
    let matter = MatterRow {
        facts: serde_json::to_value(counted)?,
        facts_note: reason.map(str::to_owned).or_else(|| of.matter.facts_note.clone()),
        term_wish: None,
        escalates_id: Some(was.id),
        ..of.matter.clone()
    };
    create::insert(tx, &row, &matter, &basis)?;
    let open = |row: ResponsibilityRow| ResponsibilityRow {
        state: ResponsibilityState::Open,
        done_on: None,
        evidence: None,
        done_ordinal: None,
        ..row
    };
    let responsibilities: Vec<ResponsibilityRow> =
        store::responsibilities(&mut tx.conn, was.id)?.into_iter().map(open).collect();
    store::write_responsibilities(tx, id, &responsibilities)?;
    let row: OversightRow =
        oversight::table.find(id).select(OversightRow::as_select()).first(&mut *tx.conn)?;
    let data = json!({ "kind": row.written.kind, "to": row.written.to_name, "basis": basis.len(), "escalates": was.id });
    store::audit(tx, &row, create::CreateOversight::NAME, data)?;
    notices::proposed(tx, &row)?;
    Ok(id)
}
