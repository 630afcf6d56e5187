//! The steps of a support programme: evaluated, and what its approval with the baseline and its closing need besides those of every programme, by which
//! it is handed in, sent back, given up and begun as well.

use crate::catalogue::Catalogue;
use crate::core::clock::day_text;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::officer_steps::officer;
use crate::db::schema::{
    support_amount, support_baseline, support_evaluation, support_measure, support_programme,
};
use crate::db::{Command, Tx};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::ProgrammeState;
use crate::sampling_figures::intervals::judge;
use crate::support_programmes::amounts::recusal_needed;
use crate::support_programmes::diagnosis::diagnose;
use crate::support_programmes::effects::{Frozen, counted, effect, frozen, outcome};
use crate::support_programmes::input::MAX_TEXT;
use crate::support_programmes::overlap::{Overlap, overlaps};
use crate::support_programmes::settings::SupportSettings;
use crate::support_programmes::state::{AmountKind, MeasureState};
use crate::support_programmes::store::{self, Row};
use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// What stands in the way of an approval today, as far as it is not the state or the second officer.
///
/// # Errors
/// When the database can't be asked.
pub fn blockers(
    conn: &mut PgConnection,
    row: &Row,
    (counted, overlaps): (&Frozen, &[Overlap]),
    catalogue: &Catalogue,
) -> Result<Vec<Problem>, Problem> {
    use {support_amount as a, support_measure as m};
    let mut found = Vec::new();
    let begun: i64 = m::table
        .filter(m::programme_id.eq(row.programme_id))
        .filter(m::state.ne(MeasureState::Dropped).or(m::begun_on.is_not_null()))
        .filter(m::begun_on.is_not_null().or(m::starts_on.lt(counted.day)))
        .count()
        .get_result(conn)?;
    if begun > 0 {
        let text = Text::new(
            format!("有 {begun} 项措施在批准前已经开始，基线晚于措施，不能批准"),
            format!(
                "{begun} measures began before the approval: the baseline would be taken after the measures"
            ),
        );
        found.push(Problem::new(Code::SupportMeasuresBegun, text));
    }
    if row.target_hundredths.is_none() || row.target_samples.is_none() {
        let text = Text::new(
            "计划须有目标不合格率和判定所需的样本数",
            "the programme needs a target rate, and by how many results it is judged (n)",
        );
        found.push(Problem::new(Code::SupportTargetMissing, text));
    }
    if counted.tested == 0 {
        let from = day_text(counted.from_day);
        let text = Text::new(
            format!("自{}起，范围内没有已确定的监督抽查结果，无法冻结基线", from.zh),
            format!("there is no final result of sampling in the scope from {} on (n = 0)", from.en),
        );
        found.push(Problem::new(Code::SupportBaselineEmpty, text));
    }
    if !overlaps.is_empty() && row.overlap_reason.is_none() {
        let names: Vec<&str> = overlaps.iter().map(|other| other.name.as_str()).collect();
        let (names, firms) = (names.join("、"), overlaps.iter().map(|other| other.firms).sum::<i64>());
        let text = Text::new(
            format!("与以下计划重叠：{names}（相同企业 {firms} 家），须说明理由"),
            format!(
                "it overlaps with {names} ({firms} enterprises in common); say why it goes on all the same"
            ),
        );
        found.push(Problem::new(Code::SupportOverlap, text));
    }
    let fees: i64 = a::table
        .filter(a::programme_id.eq(row.programme_id))
        .filter(a::kind.eq(AmountKind::Fee))
        .filter(a::hospital.assume_not_null().eq(&row.lead_hospital))
        .filter(a::reversed_at.is_null())
        .count()
        .get_result(conn)?;
    let verifier = row.verified_by.as_deref().and_then(|name| catalogue.products.hospital(name));
    let verifies_itself = verifier.is_some_and(|hospital| hospital.code == row.lead_hospital);
    if fees > 0 && (row.recusal.is_none() || verifies_itself) {
        found.push(recusal_needed());
    }
    Ok(found)
}

/// What the approval of a support programme, which `programmes` takes, needs besides: nothing stands in its way, and its baseline and diagnosis are frozen.
/// Gives the particulars for the audit.
///
/// # Errors
/// The first of [`blockers`].
pub(super) fn approved(tx: &mut Tx, programme: Uuid) -> Result<Value, Problem> {
    use support_baseline as b;
    let id = ProgrammeId(programme);
    let loaded = store::load(tx, id)?;
    // Two that overlap are not approved at once, each without knowing of the other.
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('support_programme'))")
        .execute(&mut *tx.conn)?;
    let (today, now, by) = (tx.today(), tx.now, officer(tx)?);
    let row = &loaded.row;
    let counted = counted(&mut tx.conn, &loaded.scope, (today, row.baseline_months), now)?;
    let others = overlaps(&mut tx.conn, id)?;
    let catalogue = tx.catalogue.clone();
    let blockers = blockers(&mut tx.conn, row, (&counted, &others), &catalogue)?;
    if let Some(first) = blockers.into_iter().next() {
        return Err(first);
    }
    let most = tx.settings.section::<SupportSettings>().version(&row.rules_version, today)?.top_items;
    let diagnosis = diagnose(&mut tx.conn, &loaded.scope, (counted.from_day, today), most)?;
    diesel::insert_into(b::table)
        .values((
            b::programme_id.eq(id),
            b::day.eq(today),
            b::from_day.eq(counted.from_day),
            b::nonconforming.eq(counted.nonconforming),
            b::tested.eq(counted.tested),
            b::rest_nonconforming.eq(counted.rest_nonconforming),
            b::rest_tested.eq(counted.rest_tested),
            b::beside.eq(counted.beside),
            b::regions.eq(&counted.regions),
            b::kinds.eq(&counted.kinds),
            b::province.eq(&counted.province),
            b::own_laboratories.eq(&counted.own_laboratories),
            b::left_out.eq(counted.left_out),
            b::diagnosis.eq(serde_json::to_value(&diagnosis).map_err(Problem::internal)?),
            b::claimed_by.eq(serde_json::to_value(&others).map_err(Problem::internal)?),
            b::frozen_by.eq(by),
            b::frozen_at.eq(now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(json!({ "nonconforming": counted.nonconforming, "tested": counted.tested, "from": counted.from_day }))
}

/// Evaluates a support programme that is carried out: what the rate is after the approval, against the target and beside the rest of the province. As often as is
/// wanted; the last evaluation counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EvaluateSupport {
    /// The programme.
    pub id: ProgrammeId,
    /// The first day that counts; that of the approval where none is named.
    pub from: Option<NaiveDate>,
    /// The last one, as of whose end it is evaluated; today where none is named.
    pub day: Option<NaiveDate>,
    /// A remark, at most 1,000 characters.
    pub note: Option<String>,
}

impl Command for EvaluateSupport {
    type Output = ProgrammeId;
    const NAME: &'static str = "evaluate_support_programme";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        use support_evaluation as e;
        let loaded = store::load(tx, self.id)?;
        if loaded.base.state != ProgrammeState::Running {
            let (zh, en) = loaded.base.state.words();
            let text = Text::new(
                format!("计划的当前状态（{zh}）不能评估，须在执行中"),
                format!("a programme in this state (“{en}”) is not evaluated; it must be carried out"),
            );
            return Err(Problem::new(Code::ProgrammeState, text));
        }
        let (today, now, by) = (tx.today(), tx.now, officer(tx)?);
        let frozen = frozen(&mut tx.conn, self.id)?.ok_or_else(Problem::not_found)?;
        let (from, day) = (self.from.unwrap_or(frozen.day), self.day.unwrap_or(today));
        let mut fields = Fields::new();
        let note = fields.optional_text("/note", self.note.as_deref(), MAX_TEXT);
        let (zh, en) = ("不能早于基线冻结日期", "must not be before the day of the baseline");
        fields.require(from >= frozen.day, "/from", zh, en);
        fields.require(day <= today, "/day", "不能晚于今天", "must not be in the future");
        fields.require(day >= from, "/day", "不能早于起始日期", "must not be before from");
        fields.done()?;
        let (Some(target), Some(least)) = (loaded.row.target_hundredths, loaded.row.target_samples) else {
            return Err(Problem::internal("an approved programme without a target"));
        };
        let scope = frozen.scope_on(&mut tx.conn, self.id, day)?;
        let (_, after, rest) = effect(&mut tx.conn, (&frozen, &scope), (from, day), now)?;
        let verdict = judge(after, f64::from(target) / 100.0, i64::from(least));
        let settings = tx.settings.clone();
        let reached = outcome(&mut tx.conn, &settings, (self.id, &scope), (frozen.day, day))?;
        let last: Option<i32> =
            e::table.filter(e::programme_id.eq(self.id)).select(max(e::ordinal)).first(&mut *tx.conn)?;
        diesel::insert_into(e::table)
            .values((
                e::programme_id.eq(self.id),
                e::ordinal.eq(last.unwrap_or(0) + 1),
                e::from_day.eq(from),
                e::day.eq(day),
                e::nonconforming.eq(after.failed),
                e::tested.eq(after.tested),
                e::rest_nonconforming.eq(rest.failed),
                e::rest_tested.eq(rest.tested),
                e::target_hundredths.eq(target),
                e::target_samples.eq(least),
                e::verdict.eq(verdict),
                e::recovered.eq(reached.recovered),
                e::cost_fen.eq(reached.cost_fen),
                e::note.eq(&note),
                e::evaluated_by.eq(by),
                e::evaluated_at.eq(now),
            ))
            .execute(&mut *tx.conn)?;
        diesel::update(support_programme::table.find(self.id))
            .set((support_programme::verdict.eq(verdict), support_programme::evaluated_on.eq(day)))
            .execute(&mut *tx.conn)?;
        let data = json!({ "verdict": verdict, "nonconforming": after.failed, "tested": after.tested });
        store::audit(tx, &loaded.base, Self::NAME, data)?;
        Ok(self.id)
    }
}

/// What a support programme needs to be closed, which `programmes` does: it was evaluated. Gives the particulars for the audit.
///
/// # Errors
/// 409 `support_not_evaluated`.
pub(super) fn closed(tx: &mut Tx, programme: Uuid) -> Result<Value, Problem> {
    let Some(verdict) = store::load(tx, ProgrammeId(programme))?.row.verdict else {
        let text = Text::new("计划尚未评估，不能完成", "the programme was not evaluated yet");
        return Err(Problem::new(Code::SupportNotEvaluated, text));
    };
    Ok(json!({ "verdict": verdict }))
}
