//! Entering what is done with a sample, and annulling an entry that was wrong.

use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{recording, sample_custody};
use crate::db::{Command, Tx};
use crate::inspections::ids::InspectionId;
use crate::recordings::custody::{CustodyStep, Refusal, SamplePart};
use crate::recordings::custody_store::{CustodyRow, annulled, of_part, rows};
use crate::recordings::ids::{CustodyEventId, RecordingId};
use crate::recordings::inspected::{self, Inspected};
use crate::recordings::policy;
use crate::recordings::settings::rules_on;
use crate::recordings::store;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a name or a place.
const MAX_NAME: usize = 200;
/// The most characters of a reason.
const MAX_REASON: usize = 1_000;
/// The most characters of a seal's number.
const MAX_SEAL: usize = 50;
/// The most seals.
const MOST_SEALS: usize = 20;
/// The most entries of an inspection.
const MOST_ENTRIES: i32 = 200;

/// What was done with a part of the sample.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustodyInput {
    /// Which part of the sample.
    #[schema(inline)]
    pub part: SamplePart,
    /// The step of the custody.
    #[schema(inline)]
    pub step: CustodyStep,
    /// When the sealing began, so that the film can be held against it.
    #[serde(default)]
    pub began_at: Option<DateTime<Utc>>,
    /// When it was done.
    pub at: DateTime<Utc>,
    /// Who had it before, at most 200 characters. A hand-over, a carriage and a return name both parties.
    #[serde(default)]
    pub giver: Option<String>,
    /// Who has it from then on, at most 200 characters.
    #[serde(default)]
    pub taker: Option<String>,
    /// Where, such as the shelf of a store, at most 200 characters.
    #[serde(default)]
    pub place: Option<String>,
    /// The numbers of the seals as they were read, at most 20.
    #[serde(default)]
    pub seals: Vec<String>,
    /// Whether the seals were whole.
    #[serde(default = "whole")]
    pub seals_whole: bool,
    /// Why it was opened or destroyed, at most 1,000 characters.
    #[serde(default)]
    pub reason: Option<String>,
    /// Who saw that it was destroyed, at most 200 characters.
    #[serde(default)]
    pub witness: Option<String>,
    /// The recording of this inspection that shows it.
    #[serde(default)]
    pub recording: Option<RecordingId>,
}

fn whole() -> bool {
    true
}

/// Enters a step of the custody of a sample.
#[derive(Debug, Clone, Serialize)]
pub struct RecordCustody {
    /// The inspection.
    pub inspection: InspectionId,
    /// The step, as it is entered.
    pub entry: CustodyInput,
}

/// What a step must name: its pointer, whether it is there, and why.
fn check(fields: &mut Fields, entry: &CustodyInput, now: DateTime<Utc>) -> CustodyInput {
    use CustodyStep::{Carry, Destroy, Hand, Open, Return, Seal, Store};
    let mut checked = entry.clone();
    checked.giver = fields.optional_text("/giver", entry.giver.as_deref(), MAX_NAME);
    checked.taker = fields.optional_text("/taker", entry.taker.as_deref(), MAX_NAME);
    checked.place = fields.optional_text("/place", entry.place.as_deref(), MAX_NAME);
    checked.reason = fields.optional_text("/reason", entry.reason.as_deref(), MAX_REASON);
    checked.witness = fields.optional_text("/witness", entry.witness.as_deref(), MAX_NAME);
    fields.require(entry.seals.len() <= MOST_SEALS, "/seals", "封条过多", "too many seals");
    checked.seals = Vec::new();
    for (at, seal) in entry.seals.iter().take(MOST_SEALS).enumerate() {
        checked.seals.push(fields.text(&format!("/seals/{at}"), seal, MAX_SEAL));
    }
    let late = now + Duration::minutes(5);
    fields.require(entry.at <= late, "/at", "不能晚于当前时间", "must not be in the future");
    let early = now - Duration::days(36_525);
    let within = entry.at > early && entry.began_at.is_none_or(|began| began > early);
    fields.require(within, "/at", "与当前时间相差超过一百年", "must be within a hundred years of now");
    let began = entry.began_at.is_none_or(|began| began <= entry.at);
    fields.require(began, "/began_at", "不能晚于完成时间", "must not be later than the end");
    let two = matches!(entry.step, Carry | Hand | Return);
    fields.require(!two || checked.giver.is_some(), "/giver", "须写明交出人", "must name who gives it away");
    let taken = matches!(entry.step, Seal | Carry | Hand | Store | Return);
    fields.require(
        !taken || checked.taker.is_some(),
        "/taker",
        "须写明接收人（封样为持有人）",
        "must name who has it from then on",
    );
    let same = two && checked.giver.is_some() && checked.giver == checked.taker;
    fields.require(!same, "/taker", "交出人与接收人不能相同", "must be another than who gives it away");
    let sealed = matches!(entry.step, Seal | Hand | Open);
    fields.require(!sealed || !checked.seals.is_empty(), "/seals", "须写明封条编号", "must name the seals");
    fields.require(
        entry.step != Store || checked.place.is_some(),
        "/place",
        "须写明存放位置",
        "must name the place",
    );
    let why = matches!(entry.step, Open | Destroy);
    fields.require(!why || checked.reason.is_some(), "/reason", "须写明原因", "must say why");
    fields.require(
        entry.step != Destroy || checked.witness.is_some(),
        "/witness",
        "须写明见证人",
        "must name a witness",
    );
    checked
}

impl Command for RecordCustody {
    type Output = CustodyEventId;
    const NAME: &'static str = "record_custody";

    fn run(&self, tx: &mut Tx) -> Result<CustodyEventId, Problem> {
        policy::require_recorder(&mut tx.conn, &tx.actor, self.inspection)?;
        let mut fields = Fields::new();
        let e = check(&mut fields, &self.entry, tx.now);
        if let Some(recording) = e.recording {
            let here: i64 = recording::table
                .find(recording)
                .filter(recording::inspection_id.eq(self.inspection))
                .count()
                .get_result(&mut *tx.conn)?;
            fields.require(
                here == 1,
                "/recording",
                "不是本次检查的录制",
                "is no recording of this inspection",
            );
        }
        fields.done()?;
        let row = CustodyRow {
            id: CustodyEventId::new(),
            inspection_id: self.inspection,
            ordinal: 0,
            part: e.part,
            step: Some(e.step),
            annuls: None,
            began_at: e.began_at,
            at: e.at,
            giver: e.giver,
            taker: e.taker,
            place: e.place,
            seals: e.seals,
            seals_whole: e.seals_whole,
            reason: e.reason,
            witness: e.witness,
            recording_id: e.recording,
            recorded_by: tx.actor.account().ok_or_else(Problem::forbidden)?,
            recorded_at: tx.now,
        };
        let data = json!({ "part": row.part, "step": e.step, "at": row.at, "seals": row.seals });
        let (inspected, id) = enter(tx, row)?;
        store::audit(tx, &inspected, Self::NAME, data)?;
        Ok(id)
    }
}

/// Annuls an entry that was wrong, with a reason. The entry stays, and says that it was annulled.
#[derive(Debug, Clone, Serialize)]
pub struct AnnulCustody {
    /// The inspection.
    pub inspection: InspectionId,
    /// The number of the entry.
    pub ordinal: i32,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for AnnulCustody {
    type Output = CustodyEventId;
    const NAME: &'static str = "annul_custody";

    fn run(&self, tx: &mut Tx) -> Result<CustodyEventId, Problem> {
        let by = policy::require_recorder(&mut tx.conn, &tx.actor, self.inspection)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, MAX_REASON);
        fields.done()?;
        store::lock(tx, self.inspection)?;
        let there = rows(&mut tx.conn, self.inspection)?;
        let Some(wrong) = there.iter().find(|row| row.ordinal == self.ordinal && row.step.is_some()) else {
            return Err(Problem::not_found());
        };
        if annulled(&there).contains(&wrong.ordinal) {
            return Err(refused("该条记录已作废", "the entry is annulled already"));
        }
        let row = CustodyRow {
            id: CustodyEventId::new(),
            step: None,
            annuls: Some(wrong.ordinal),
            began_at: None,
            at: tx.now,
            giver: None,
            taker: None,
            place: None,
            seals: Vec::new(),
            seals_whole: true,
            reason: Some(reason.clone()),
            witness: None,
            recording_id: None,
            recorded_by: by,
            recorded_at: tx.now,
            ..wrong.clone()
        };
        let data = json!({ "ordinal": self.ordinal, "reason": reason });
        let (inspected, id) = enter(tx, row)?;
        store::audit(tx, &inspected, Self::NAME, data)?;
        Ok(id)
    }
}

fn refused(zh: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem::new(Code::CustodyState, Text::new(zh.into(), en.into()))
}

/// What the fold refuses, for people.
fn explain(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NotAllowed(ordinal, no) => {
            let (from, step) = (no.from.text(), no.step.text());
            refused(
                format!("第 {ordinal} 条：样品{}，不能{}", from.zh, step.zh),
                format!("entry {ordinal}: the sample is {}, so it can't be {}", from.en, step.en),
            )
        }
        Refusal::Earlier(ordinal) => refused(
            format!("第 {ordinal} 条的时间早于上一环节"),
            format!("entry {ordinal} is earlier than the one before it"),
        ),
    }
}

/// Writes an entry down, in the inspection's turn, where the history with it is one.
fn enter(tx: &mut Tx, row: CustodyRow) -> Result<(Inspected, CustodyEventId), Problem> {
    let inspected = inspected::load(&mut tx.conn, row.inspection_id)?;
    store::lock(tx, inspected.id)?;
    let mut all = rows(&mut tx.conn, inspected.id)?;
    let ordinal = all.last().map_or(0, |row| row.ordinal) + 1;
    if ordinal > MOST_ENTRIES {
        return Err(refused(
            format!("一次检查最多 {MOST_ENTRIES} 条保管记录"),
            format!("an inspection has at most {MOST_ENTRIES} entries of custody"),
        ));
    }
    let (id, part) = (row.id, row.part);
    all.push(CustodyRow { ordinal, ..row });
    let settings = std::sync::Arc::clone(&tx.settings);
    let rules = rules_on(&settings, inspected.sampled_on.unwrap_or_else(|| tx.today()))?;
    of_part(&all, part, rules).map_err(explain)?;
    if let Some(row) = all.last() {
        diesel::insert_into(sample_custody::table).values(row).execute(&mut *tx.conn)?;
    }
    store::refold(tx, &inspected)?;
    Ok((inspected, id))
}
