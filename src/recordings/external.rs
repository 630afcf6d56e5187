//! Recordings that another system keeps, such as the record of law enforcement of a province: the platform keeps where they are, not the film. What is
//! said of them is the word of who named them: no hash proves it.

use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::schema::recording_external;
use crate::db::{Command, Tx};
use crate::inspections::ids::InspectionId;
use crate::recordings::ids::ExternalId;
use crate::recordings::inspected;
use crate::recordings::policy;
use crate::recordings::shots::Shot;
use crate::recordings::store;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// The most characters of the name of a system.
const MAX_SYSTEM: usize = 100;
/// The most characters of the number of a recording in it.
const MAX_REFERENCE: usize = 200;
/// The most characters of a reason.
const MAX_REASON: usize = 500;
/// The most recordings of one inspection that other systems keep.
const MOST: i64 = 30;
/// The longest recording.
const LONGEST: Duration = Duration::days(7);

/// A recording that another system keeps.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalInput {
    /// The name of the system, at most 100 characters.
    pub system: String,
    /// The number of the recording in it, at most 200 characters.
    pub reference: String,
    /// Its first moment.
    pub from: DateTime<Utc>,
    /// Its last moment: at most seven days later, and not after now.
    pub until: DateTime<Utc>,
    /// What is to be seen on it.
    #[serde(default)]
    #[schema(inline)]
    pub shots: BTreeSet<Shot>,
}

/// Names a recording that another system keeps.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NameExternalRecording {
    /// The inspection.
    pub inspection: InspectionId,
    /// The recording.
    pub recording: ExternalInput,
}

impl Command for NameExternalRecording {
    type Output = InspectionId;
    const NAME: &'static str = "name_external_recording";

    fn run(&self, tx: &mut Tx) -> Result<InspectionId, Problem> {
        use recording_external as e;
        let by = policy::require_recorder(&mut tx.conn, &tx.actor, self.inspection)?;
        let asked = &self.recording;
        let mut fields = Fields::new();
        let system = fields.text("/system", &asked.system, MAX_SYSTEM);
        let reference = fields.text("/reference", &asked.reference, MAX_REFERENCE);
        fields.day("/from", Some(shanghai_date(asked.from)));
        fields.require(asked.until <= tx.now, "/until", "不能晚于现在", "must not be in the future");
        fields.require(
            asked.from <= asked.until && asked.until - asked.from <= LONGEST,
            "/until",
            "须在开始时间之后七天以内",
            "must be within seven days after its beginning",
        );
        fields.done()?;
        let inspected = inspected::load(&mut tx.conn, self.inspection)?;
        store::lock(tx, inspected.id)?;
        let standing = || e::table.filter(e::inspection_id.eq(inspected.id)).filter(e::ended_at.is_null());
        let same: i64 = standing()
            .filter(e::system.eq(&system))
            .filter(e::reference.eq(&reference))
            .count()
            .get_result(&mut *tx.conn)?;
        let all: i64 = standing().count().get_result(&mut *tx.conn)?;
        let mut fields = Fields::new();
        fields.require(same == 0, "/reference", "该录像已登记", "is named already");
        fields.require(all < MOST, "/reference", "一次检查最多登记 30 个外部录像", "at most 30 are named");
        fields.done()?;
        let words: Vec<&str> = asked.shots.iter().map(|shot| shot.as_str()).collect();
        diesel::insert_into(e::table)
            .values((
                e::id.eq(ExternalId::new()),
                e::inspection_id.eq(inspected.id),
                e::system.eq(&system),
                e::reference.eq(&reference),
                e::from_at.eq(asked.from),
                e::until_at.eq(asked.until),
                e::shots.eq(words),
                e::named_by.eq(by),
                e::named_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::refold(tx, &inspected)?;
        store::audit(tx, &inspected, Self::NAME, json!({ "system": system, "reference": reference }))?;
        Ok(inspected.id)
    }
}

/// Takes back that another system keeps a recording, because it was named wrongly. The entry stays with the reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndExternalRecording {
    /// The inspection.
    pub inspection: InspectionId,
    /// The recording.
    pub recording: ExternalId,
    /// Why, at most 500 characters.
    pub reason: String,
}

impl Command for EndExternalRecording {
    type Output = InspectionId;
    const NAME: &'static str = "end_external_recording";

    fn run(&self, tx: &mut Tx) -> Result<InspectionId, Problem> {
        use recording_external as e;
        let by = policy::require_recorder(&mut tx.conn, &tx.actor, self.inspection)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, MAX_REASON);
        fields.done()?;
        let inspected = inspected::load(&mut tx.conn, self.inspection)?;
        store::lock(tx, inspected.id)?;
        let of = e::table.find(self.recording).filter(e::inspection_id.eq(inspected.id));
        let (named_by, system, ended): (AccountId, String, Option<DateTime<Utc>>) =
            of.select((e::named_by, e::system, e::ended_at)).first(&mut *tx.conn)?;
        if named_by != by && tx.actor.officer_region().is_none() {
            return Err(Problem::forbidden());
        }
        if ended.is_some() {
            let text = Text::new("该外部录像已撤销登记", "it was taken back already");
            return Err(Problem::new(Code::RecordingState, text));
        }
        diesel::update(e::table.find(self.recording))
            .set((e::ended_at.eq(tx.now), e::ended_by.eq(by), e::reason.eq(&reason)))
            .execute(&mut *tx.conn)?;
        store::refold(tx, &inspected)?;
        store::audit(tx, &inspected, Self::NAME, json!({ "system": system, "reason": reason }))?;
        Ok(inspected.id)
    }
}
