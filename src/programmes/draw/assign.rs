//! Sharing the samples of a draw out among the laboratories.

use crate::core::{Code, Problem, Text};
use crate::db::officer_steps::officer;
use crate::db::schema::{laboratory, programme_draw, programme_drawn, programme_target};
use crate::db::{Command, Tx};
use crate::programmes::draw::laboratories::{Candidate, Fit, NoLaboratory, assign};
use crate::programmes::ids::{DrawId, DrawnId, LaboratoryId, ProgrammeId, TargetId};
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::laboratories::products::{serves, tests};
use crate::programmes::laboratories::queries::LaboratoryView;
use crate::programmes::policy::visible_laboratories;
use crate::programmes::settings::ProgrammeSettings;
use crate::programmes::state::{ProgrammeStep, transition};
use crate::programmes::store::{self, Row};
use chrono::{Datelike, NaiveDate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Nullable, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;

/// Assigns a laboratory to each operator of a draw: within what each can take, none that tested the operator's last sample, none that takes the
/// samples itself, none that is kept from the operator. What was assigned before is given up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AssignLaboratories {
    /// The draw.
    pub draw: DrawId,
}

/// The operators that got a laboratory, and those that got none.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LaboratoriesAssigned {
    /// How many operators have a laboratory.
    pub assigned: usize,
    /// Those that have none, with the reason.
    pub unassigned: Vec<Unassigned>,
}

/// An operator without a laboratory.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Unassigned {
    /// Id of the operator that was drawn.
    pub id: DrawnId,
    /// Its place in the draw, from 1.
    pub ordinal: i32,
    /// What keeps every laboratory from testing its sample.
    #[schema(inline)]
    pub reason: NoLaboratory,
}

/// An operator that was drawn.
#[derive(Queryable, Selectable)]
#[diesel(table_name = programme_drawn, check_for_backend(Pg))]
struct Drawn {
    id: DrawnId,
    ordinal: i32,
    uscc: String,
    region: String,
    product_kind: String,
}

/// The part of a target by which is assigned.
#[derive(Queryable, Selectable)]
#[diesel(table_name = programme_target, check_for_backend(Pg))]
struct Target {
    samples: i32,
    laboratory_id: Option<LaboratoryId>,
    sampler_id: Option<LaboratoryId>,
}

/// The draw with its programme, locked.
fn load(tx: &mut Tx, id: DrawId) -> Result<(Row, TargetId), Problem> {
    officer(tx)?;
    let (programme, target, ordinal): (ProgrammeId, TargetId, i32) = programme_draw::table
        .find(id)
        .select((programme_draw::programme_id, programme_draw::target_id, programme_draw::ordinal))
        .first(&mut *tx.conn)?;
    let row = store::load_of_kind(tx, programme, ProgrammeKind::Sampling)?;
    transition(row.state, ProgrammeStep::Draw)?;
    let later: i64 = programme_draw::table
        .filter(programme_draw::target_id.eq(target))
        .filter(programme_draw::ordinal.gt(ordinal))
        .count()
        .get_result(&mut *tx.conn)?;
    if later > 0 {
        let text = Text::new(
            "该任务之后已重新抽取，本次抽取不再有效",
            "the target was drawn again since; this draw is not in force",
        );
        return Err(Problem::new(Code::DrawSuperseded, text));
    }
    Ok((row, target))
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Used {
    #[diesel(sql_type = SqlUuid)]
    laboratory_id: LaboratoryId,
    #[diesel(sql_type = BigInt)]
    samples: i64,
}

/// How many samples laboratories have of other draws that are in force, of programmes under way whose period meets this one.
const USED: &str = "
    SELECT o.laboratory_id, sum(ceil(t.samples::numeric / least(d.wanted, f.rows)))::bigint AS samples
    FROM programme_drawn o
    JOIN programme_draw d ON d.id = o.draw_id
    JOIN programme_frame f ON f.id = d.frame_id
    JOIN programme_target t ON t.id = d.target_id
    JOIN programme p ON p.id = d.programme_id
    WHERE o.laboratory_id IS NOT NULL AND d.id <> $1 AND p.state IN ('approved', 'running')
      AND p.period_from <= $3 AND p.period_until >= $2
      AND NOT EXISTS (SELECT FROM programme_draw l WHERE l.target_id = d.target_id AND l.ordinal > d.ordinal)
    GROUP BY o.laboratory_id";

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Last {
    #[diesel(sql_type = SqlText)]
    uscc: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    laboratory_id: Option<LaboratoryId>,
    #[diesel(sql_type = Nullable<SqlText>)]
    laboratory: Option<String>,
}

/// Which laboratory tested the last sample of each of these operators: that of the last inspection outside of this programme, the one of the last draw in
/// force before this one, or that of the last report on the list, whichever was later.
const LAST: &str = "
    SELECT DISTINCT ON (uscc) uscc, laboratory_id, laboratory
    FROM (
        SELECT o.uscc, o.laboratory_id, NULL::text AS laboratory, d.drawn_at AS at, d.id AS draw
        FROM programme_drawn o
        JOIN programme_draw d ON d.id = o.draw_id
        WHERE o.uscc = ANY ($2) AND o.laboratory_id IS NOT NULL AND d.id <> $1
          AND NOT EXISTS (SELECT FROM programme_draw l WHERE l.target_id = d.target_id AND l.ordinal > d.ordinal)
        UNION ALL
        SELECT e.uscc, NULL, n.laboratory, n.inspected_on::timestamp AT TIME ZONE 'Asia/Shanghai', NULL
        FROM published.enterprise e
        JOIN published.nonconformity n ON n.enterprise_id = e.id
        WHERE e.uscc = ANY ($2) AND n.laboratory IS NOT NULL
        UNION ALL
        SELECT t.uscc, t.laboratory_id, NULL, (t.sampled_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai', NULL
        FROM programme_last_tests($2, $3) t
    ) tested
    ORDER BY uscc, at DESC, draw DESC NULLS LAST";

/// The months that a period touches.
fn months(from: NaiveDate, until: NaiveDate) -> i64 {
    let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month());
    months(until) - months(from) + 1
}

/// What the assignment is made on.
struct Ground {
    drawn: Vec<Drawn>,
    laboratories: Vec<LaboratoryView>,
    places: Vec<u32>,
    last: HashMap<String, Last>,
    sampler: Option<LaboratoryId>,
}

fn ground(tx: &mut Tx, draw: DrawId, row: &Row, target: TargetId) -> Result<Ground, Problem> {
    let target: Target =
        programme_target::table.find(target).select(Target::as_select()).first(&mut *tx.conn)?;
    let drawn: Vec<Drawn> = programme_drawn::table
        .filter(programme_drawn::draw_id.eq(draw))
        .order(programme_drawn::ordinal)
        .select(Drawn::as_select())
        .load(&mut *tx.conn)?;
    // Two assignments at once would give a laboratory more than it can take.
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('programme_laboratories'))")
        .execute(&mut *tx.conn)?;
    let candidates = visible_laboratories(&tx.actor).filter(laboratory::active);
    let mut laboratories: Vec<LaboratoryView> =
        candidates.order(laboratory::id).select(LaboratoryView::as_select()).load(&mut *tx.conn)?;
    laboratories.retain(|one| target.laboratory_id.is_none_or(|only| only == one.id));
    let used: Vec<Used> = diesel::sql_query(USED)
        .bind::<SqlUuid, _>(draw.0)
        .bind::<Date, _>(row.period_from)
        .bind::<Date, _>(row.period_until)
        .load(&mut *tx.conn)?;
    let used: HashMap<LaboratoryId, i64> =
        used.into_iter().map(|row| (row.laboratory_id, row.samples)).collect();
    let operators = i64::try_from(drawn.len()).unwrap_or(i64::MAX).max(1);
    let each = ((i64::from(target.samples) + operators - 1) / operators).max(1);
    let months = months(row.period_from, row.period_until);
    let places = laboratories.iter().map(|one| {
        let free = i64::from(one.capacity) * months - used.get(&one.id).copied().unwrap_or(0);
        u32::try_from(free.max(0) / each).unwrap_or(u32::MAX)
    });
    let places = places.collect();
    let codes: Vec<&str> =
        drawn.iter().map(|one| one.uscc.as_str()).filter(|code| !code.is_empty()).collect();
    let last: Vec<Last> = diesel::sql_query(LAST)
        .bind::<SqlUuid, _>(draw.0)
        .bind::<Array<SqlText>, _>(codes)
        .bind::<SqlUuid, _>(row.id.0)
        .load(&mut *tx.conn)?;
    let last = last.into_iter().map(|last| (last.uscc.clone(), last)).collect();
    Ok(Ground { drawn, laboratories, places, last, sampler: target.sampler_id })
}

impl Ground {
    fn fit(&self, tx: &Tx, change: bool, operator: &Drawn, laboratory: &LaboratoryView) -> Fit {
        let products = &tx.catalogue.products;
        let regions = &tx.catalogue.regions;
        if !tests(&laboratory.products, &operator.product_kind, products)
            || !serves(&laboratory.serves, &operator.region, regions)
        {
            return Fit::No;
        }
        let tested_last = self.last.get(&operator.uscc).is_some_and(|last| {
            last.laboratory_id == Some(laboratory.id)
                || last.laboratory.as_deref().is_some_and(|name| name.trim() == laboratory.name)
        });
        let kept_from = !operator.uscc.is_empty() && laboratory.excluded_usccs.contains(&operator.uscc);
        if self.sampler == Some(laboratory.id) || kept_from || (change && tested_last) {
            return Fit::Forbidden;
        }
        let city = |code: &str| code.get(..4).unwrap_or_default().to_owned();
        Fit::Yes { near: city(&laboratory.region) == city(&operator.region) }
    }
}

impl Command for AssignLaboratories {
    type Output = LaboratoriesAssigned;
    const NAME: &'static str = "assign_laboratories";

    fn run(&self, tx: &mut Tx) -> Result<LaboratoriesAssigned, Problem> {
        use programme_drawn as o;
        let (row, target) = load(tx, self.draw)?;
        let ground = ground(tx, self.draw, &row, target)?;
        let rules = tx.settings.section::<ProgrammeSettings>().version(row.rules());
        let change = rules.is_none_or(|rules| rules.change_laboratory);
        let candidates: Vec<Candidate<LaboratoryId>> = ground
            .laboratories
            .iter()
            .zip(&ground.places)
            .map(|(one, places)| Candidate { id: one.id, places: *places })
            .collect();
        let fit = |operator: usize, laboratory: usize| {
            let both = ground.drawn.get(operator).zip(ground.laboratories.get(laboratory));
            both.map_or(Fit::No, |(operator, laboratory)| ground.fit(tx, change, operator, laboratory))
        };
        let found = assign(ground.drawn.len(), &candidates, fit);
        let mut given: HashMap<LaboratoryId, Vec<DrawnId>> = HashMap::new();
        let mut unassigned = Vec::new();
        for (operator, chosen) in ground.drawn.iter().zip(found) {
            match chosen.map(|place| candidates.get(place)) {
                Ok(Some(laboratory)) => given.entry(laboratory.id).or_default().push(operator.id),
                Ok(None) => {}
                Err(reason) => {
                    unassigned.push(Unassigned { id: operator.id, ordinal: operator.ordinal, reason });
                }
            }
        }
        diesel::update(o::table.filter(o::draw_id.eq(self.draw)))
            .set(o::laboratory_id.eq(None::<LaboratoryId>))
            .execute(&mut *tx.conn)?;
        let mut assigned = 0;
        for (laboratory, operators) in &given {
            assigned += diesel::update(o::table.filter(o::id.eq_any(operators)))
                .set(o::laboratory_id.eq(laboratory))
                .execute(&mut *tx.conn)?;
        }
        let data = json!({ "draw": self.draw, "assigned": assigned, "unassigned": unassigned.len() });
        store::audit(tx, &row, Self::NAME, data)?;
        Ok(LaboratoriesAssigned { assigned, unassigned })
    }
}

#[cfg(test)]
mod tests {
    use super::months;

    #[test]
    fn a_period_is_counted_in_the_months_that_it_touches() {
        for (from, until, wanted) in [
            ("2026-01-01", "2026-12-31", 12),
            ("2026-11-30", "2026-12-01", 2),
            ("2026-03-05", "2026-03-05", 1),
        ] {
            assert_eq!(months(from.parse().unwrap(), until.parse().unwrap()), wanted, "{from} {until}");
        }
    }
}
