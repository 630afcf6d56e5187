//! A plan as a CSV that another program can check: every allowed pair with its score, whether it was
//! chosen, and the expert's places; then, apart, the enterprises without any pair with the reason.
//!
//! Ten million pairs are some gigabyte of text, so the file is made piece by piece, each from rows of
//! its own, and nothing is held between two pieces but who the enterprises and experts are.

use crate::app::App;
use crate::core::cells::guard;
use crate::core::hidden_characters::mark_hidden;
use crate::core::ids::ExpertId;
use crate::core::{Actor, Problem};
use crate::db::schema::{matching_plan_by_hand as hands, matching_plan_line as lines};
use crate::plans::ids::PlanId;
use crate::plans::snapshot::{EnterpriseSide, Snapshot};
use crate::plans::state::PlanState;
use crate::plans::store::{self, PART, Unpacked};
use crate::plans::view;
use crate::plans::vocabulary::Unserved;
use diesel::prelude::*;
use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Write;

/// The columns. The score is 0 to 1 with six decimals, which is all there is of it; `chosen` is 1 or 0;
/// `expert_capacity` is how many enterprises the plan may give to the expert; `computed` is 1 where the computation chose the pair, so that
/// what was changed by hand is where it differs from `chosen`. In the rows of enterprises
/// without any pair, which come last, `expert_id`, `expert_name`, `score` and `expert_capacity` are
/// empty, `chosen` and `computed` are 0 and `reason` says why; in all others `reason` is empty.
pub const COLUMNS: &str = "enterprise_uscc,enterprise_id,enterprise_name,expert_id,expert_name,score,chosen,expert_capacity,reason,computed";

/// The file, piece by piece.
pub struct Export {
    app: App,
    id: PlanId,
    snapshot: Snapshot,
    /// Of each expert its id, its name and its places, as they are in the file.
    experts: Vec<(ExpertId, String, u32)>,
    next: Next,
}

enum Next {
    Header,
    Part(i32),
    Unserved,
    End,
}

impl Export {
    /// The export of a computed plan.
    ///
    /// # Errors
    /// 404 where there is no such plan that the actor may know of; 409 while it is not computed.
    pub fn open(app: &App, actor: &Actor, id: PlanId) -> Result<Self, Problem> {
        let conn = &mut *app.snapshot()?;
        let shown = view::plan(conn, actor, id)?;
        if shown.figures.is_none() {
            return Err(not_computed(shown.state));
        }
        let snapshot = store::snapshot(conn, id)?;
        let rounds = u32::try_from(shown.rounds).unwrap_or(1);
        let experts = snapshot
            .experts
            .iter()
            .map(|e| (e.id, cell(&e.name), e.places(rounds, shown.capacity_basis)))
            .collect();
        Ok(Self { app: app.clone(), id, snapshot, experts, next: Next::Header })
    }

    /// The next piece; none at the end. Blocks on the database.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn piece(&mut self) -> Result<Option<String>, Problem> {
        match self.next {
            Next::Header => {
                self.next = Next::Part(0);
                Ok(Some(format!("{COLUMNS}\r\n")))
            }
            Next::Part(part) => {
                let rows = store::read_part(&mut *self.app.snapshot()?, self.id, part)?;
                let Some(rows) = rows else {
                    self.next = Next::Unserved;
                    return self.piece();
                };
                self.next = Next::Part(part + 1);
                self.pairs(part, &rows).map(Some)
            }
            Next::Unserved => {
                self.next = Next::End;
                self.unserved().map(Some)
            }
            Next::End => Ok(None),
        }
    }

    fn pairs(&self, part: i32, rows: &[Unpacked]) -> Result<String, Problem> {
        let first = usize::try_from(part).unwrap_or(0).saturating_mul(PART);
        let sides = self.snapshot.enterprises.get(first..).unwrap_or_default();
        let ids: Vec<_> = sides.iter().take(rows.len()).map(|side| side.id.0).collect();
        // Whom the plan has chosen; and where that was changed by hand, whom the computation chose.
        type Found = (uuid::Uuid, (Option<ExpertId>, Option<(PlanId, Option<ExpertId>)>));
        let of_line = hands::plan_id.eq(lines::plan_id).and(hands::enterprise_id.eq(lines::enterprise_id));
        let found: HashMap<uuid::Uuid, _> = lines::table
            .left_join(hands::table.on(of_line))
            .filter(lines::plan_id.eq(self.id))
            .filter(lines::enterprise_id.eq_any(ids))
            .select((
                lines::enterprise_id,
                (lines::expert_id, (hands::plan_id, hands::computed_expert).nullable()),
            ))
            .load::<Found>(&mut *self.app.snapshot()?)?
            .into_iter()
            .collect();
        let mut text = String::new();
        for (side, row) in sides.iter().zip(rows) {
            let who = Who::of(side);
            let (chosen, by_hand) = found.get(&side.id.0).copied().unwrap_or_default();
            let computed = by_hand.map_or(chosen, |(_, computed)| computed);
            for &(expert, score) in row {
                let Some((id, name, places)) = self.experts.get(expert as usize) else { continue };
                let [taken, computed] = [chosen, computed].map(|expert| u8::from(expert == Some(*id)));
                let (whole, decimals) = (score / 1_000_000, score % 1_000_000);
                line(
                    &mut text,
                    format_args!("{who},{id},{name},{whole}.{decimals:06},{taken},{places},,{computed}"),
                )?;
            }
        }
        Ok(text)
    }

    fn unserved(&self) -> Result<String, Problem> {
        let without: HashMap<uuid::Uuid, (Option<Unserved>, Option<Value>)> = lines::table
            .filter(lines::plan_id.eq(self.id))
            .filter(lines::reason.eq_any([Unserved::NoSpecialty, Unserved::Excluded, Unserved::LeastScore]))
            .select((lines::enterprise_id, (lines::reason.nullable(), lines::excluded)))
            .load(&mut *self.app.snapshot()?)?
            .into_iter()
            .collect();
        let mut text = String::new();
        for side in &self.snapshot.enterprises {
            let Some((Some(reason), rules)) = without.get(&side.id.0) else { continue };
            let rules = rules.as_ref().and_then(Value::as_object).into_iter().flatten();
            let rules: Vec<_> = rules.map(|(rule, count)| format!("{rule}={count}")).collect();
            let colon = if rules.is_empty() { "" } else { ": " };
            let reason = format!("{reason}{colon}{}", rules.join(" "));
            line(&mut text, format_args!("{},,,,0,,{reason},0", Who::of(side)))?;
        }
        Ok(text)
    }
}

fn line(text: &mut String, row: std::fmt::Arguments<'_>) -> Result<(), Problem> {
    text.write_fmt(row).and_then(|()| text.write_str("\r\n")).map_err(Problem::internal)
}

fn not_computed(state: PlanState) -> Problem {
    match crate::plans::transition(state, crate::plans::PlanStep::Apply) {
        Err(refusal) => refusal.into(),
        Ok(_) => Problem::internal("a computed plan without figures"),
    }
}

/// The enterprise's cells.
struct Who {
    uscc: String,
    id: String,
    name: String,
}

impl Who {
    fn of(side: &EnterpriseSide) -> Self {
        Self { uscc: cell(&side.uscc), id: side.id.to_string(), name: cell(&side.name) }
    }
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{},{},{}", self.uscc, self.id, self.name)
    }
}

/// A text as a cell (RFC 4180), safe in a spreadsheet.
fn cell(text: &str) -> String {
    let seen = mark_hidden(text);
    let text = guard(&seen);
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_disarmed() {
        for (text, wanted) in
            [("甲公司", "甲公司"), ("A, \"B\"", "\"A, \"\"B\"\"\""), ("=1+1", "'=1+1"), ("@x,y", "\"'@x,y\"")]
        {
            assert_eq!(cell(text), wanted);
        }
    }
}
