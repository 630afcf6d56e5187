//! An event is planned, reported with what it came to, done or called off.

use crate::attachments::ids::AttachmentId;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::regional::set_up;
use crate::db::schema::outreach;
use crate::db::{Command, Tx};
use crate::engagements::common::files::attach;
use crate::engagements::common::steps::{MAX_NOTE, MAX_SHORT, audit, check_programme, load_office, step};
use crate::engagements::common::words::{KindStep, PlaceKind};
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementState, EngagementStep};
use crate::engagements::store::{NewEngagement, insert};
use crate::programmes::ids::ProgrammeId;
use chrono::{Months, NaiveDate};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most people, questions or answers of one event.
const MOST_PEOPLE: i32 = 1_000_000;
/// The most leaflets of one event.
const MOST_LEAFLETS: i32 = 10_000_000;

/// An event that is planned.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOutreach {
    /// The topic, at most 200 characters.
    pub topic: String,
    /// Code of its region: the officer's own or one under it, the own one where none is named.
    #[serde(default)]
    pub region: Option<String>,
    /// Where it takes place: which community, school or township; at most 200 characters.
    pub place: String,
    /// What kind of place that is.
    #[schema(inline)]
    pub place_kind: PlaceKind,
    /// The day, in Asia/Shanghai: at most a year back, since events may be entered later, and at most three years ahead.
    pub on_day: NaiveDate,
    /// The programme to which it belongs.
    #[serde(default)]
    pub programme_id: Option<ProgrammeId>,
    /// The round of the programme.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    pub round_no: Option<i32>,
}

impl NewOutreach {
    /// Plans the event. Done by an officer.
    ///
    /// # Errors
    /// 401 or 403 for all others; 422 that names the fields.
    pub fn create(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let mut fields = Fields::new();
        let (account, region) = set_up(tx, &mut fields, self.region.as_deref())?;
        let topic = fields.text("/topic", &self.topic, MAX_SHORT);
        let place = fields.text("/place", &self.place, MAX_SHORT);
        let today = tx.today();
        let first = today.checked_sub_months(Months::new(12)).unwrap_or(today);
        let last = today.checked_add_months(Months::new(36)).unwrap_or(today);
        let (zh, en) = ("须在一年前至三年以内", "must be between a year back and three years ahead");
        fields.require((first..=last).contains(&self.on_day), "/on_day", zh, en);
        check_programme(tx, &mut fields, (self.programme_id, self.round_no), Some(&region))?;
        fields.done()?;
        let new = NewEngagement {
            kind: EngagementKind::Outreach,
            programme_id: self.programme_id,
            round_no: self.round_no,
            region: &region,
            on_day: Some(self.on_day),
            times: None,
            place: Some(&place),
            topic: &topic,
            experts: &[],
            enterprises: &[],
        };
        let row = insert(tx, &new)?;
        let id = row.id;
        diesel::insert_into(outreach::table)
            .values((
                outreach::id.eq(id),
                outreach::region.eq(region),
                outreach::programme_id.eq(self.programme_id),
                outreach::topic.eq(topic),
                outreach::state.eq(EngagementState::Planned),
                outreach::on_day.eq(self.on_day),
                outreach::place.eq(place),
                outreach::place_kind.eq(self.place_kind),
                outreach::created_by.eq(account),
                outreach::created_at.eq(tx.now),
                outreach::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        audit(tx, &row, PlanOutreach::NAME, json!({ "place_kind": self.place_kind, "on": self.on_day }))?;
        Ok(id)
    }
}

/// Plans an event for the public. Done by an officer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanOutreach {
    /// The event.
    pub outreach: NewOutreach,
}

impl Command for PlanOutreach {
    type Output = EngagementId;
    const NAME: &'static str = "plan_outreach";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        self.outreach.create(tx)
    }
}

/// Result of an event. Leaflets are counted for themselves and never as people.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutreachReport {
    /// How many people took part, as they were counted on the spot.
    #[schema(minimum = 0, maximum = 1000000)]
    pub people: i32,
    /// How many leaflets were given out.
    #[schema(minimum = 0, maximum = 10000000)]
    pub leaflets: i32,
    /// How many questions were answered.
    #[schema(minimum = 0, maximum = 1000000)]
    pub questions: i32,
    /// How many of these people were asked whether they were satisfied.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1000000)]
    pub asked: Option<i32>,
    /// How many of those asked were satisfied.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1000000)]
    pub satisfied: Option<i32>,
    /// What else is to be said, at most 1,000 characters.
    #[serde(default)]
    pub note: Option<String>,
    /// Uploads that belong to it, at most 20.
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
}

/// Reports the numbers of an event. Done by an officer of its region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportOutreach {
    /// The event.
    pub id: EngagementId,
    /// The numbers of the event.
    pub report: OutreachReport,
}

impl OutreachReport {
    /// Checks the numbers; gives the note, tidied.
    pub(super) fn check(&self, fields: &mut Fields) -> Option<String> {
        let counts = [("/people", self.people), ("/questions", self.questions)];
        let asked = [("/asked", self.asked), ("/satisfied", self.satisfied)];
        let all = counts.into_iter().chain(asked.into_iter().filter_map(|(at, n)| Some((at, n?))));
        for (pointer, count) in all {
            let (zh, en) = ("须为 0 到 1000000 的整数", "must be a whole number from 0 to 1,000,000");
            fields.require((0..=MOST_PEOPLE).contains(&count), pointer, zh, en);
        }
        let (zh, en) = ("须为 0 到 10000000 的整数", "must be a whole number from 0 to 10,000,000");
        fields.require((0..=MOST_LEAFLETS).contains(&self.leaflets), "/leaflets", zh, en);
        let (zh, en) = ("须同时填写询问人数和满意人数", "is needed together with the other one");
        fields.require(self.asked.is_some() == self.satisfied.is_some(), "/asked", zh, en);
        let (zh, en) = (
            "询问人数不能超过参加人数；宣传资料份数不是人数",
            "must be at most the people who took part; leaflets are no people",
        );
        fields.require(self.asked.is_none_or(|asked| asked <= self.people), "/asked", zh, en);
        let (zh, en) = ("不能超过询问人数", "must be at most those asked");
        fields.require(self.satisfied <= self.asked, "/satisfied", zh, en);
        fields.optional_text("/note", self.note.as_deref(), MAX_NOTE)
    }
}

impl Command for ReportOutreach {
    type Output = EngagementId;
    const NAME: &'static str = "report_outreach";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let mut row = load_office(tx, self.id, EngagementKind::Outreach)?;
        let report = &self.report;
        let mut fields = Fields::new();
        let note = report.check(&mut fields);
        let (zh, en) = ("活动尚未到日期", "the day of the event has not come");
        fields.require(row.on_day.is_none_or(|day| day <= tx.today()), "", zh, en);
        fields.done()?;
        let detail = json!({
            "people": report.people, "leaflets": report.leaflets, "questions": report.questions, "asked": report.asked,
            "satisfied": report.satisfied,
        });
        step(tx, &mut row, EngagementStep::Hold, detail.clone())?;
        diesel::update(outreach::table.find(self.id))
            .set((
                outreach::people.eq(report.people),
                outreach::leaflets.eq(report.leaflets),
                outreach::questions.eq(report.questions),
                outreach::asked.eq(report.asked),
                outreach::satisfied.eq(report.satisfied),
                outreach::note.eq(note),
                outreach::reported_by.eq(tx.actor.account()),
                outreach::known_at.eq(tx.now),
                outreach::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        attach(tx, self.id, ("photo", None), &report.attachments)?;
        audit(tx, &row, Self::NAME, detail)?;
        Ok(self.id)
    }
}

/// Takes a step of an event: it is done, or called off with a reason. That it took place is its report. Done by an officer of its region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MoveOutreach {
    /// The event.
    pub id: EngagementId,
    /// The step: `close` or `cancel`.
    pub step: KindStep,
    /// The reason; needed to call it off.
    pub reason: Option<String>,
}

impl Command for MoveOutreach {
    type Output = EngagementId;
    const NAME: &'static str = "move_outreach";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let mut row = load_office(tx, self.id, EngagementKind::Outreach)?;
        let mut fields = Fields::new();
        let reason = match (self.step, self.reason.as_deref()) {
            (KindStep::Cancel, reason) => Some(fields.text("/reason", reason.unwrap_or_default(), MAX_NOTE)),
            (_, reason) => fields.optional_text("/reason", reason, MAX_NOTE),
        };
        let (zh, en) = ("请以活动报告登记已开展", "an event is recorded as held by its report");
        fields.require(self.step != KindStep::Hold, "/step", zh, en);
        let (zh, en) =
            ("活动情况有误的，请更正报告", "what was reported by mistake is corrected by another report");
        fields.require(self.step != KindStep::TakeBack, "/step", zh, en);
        fields.done()?;
        let taken = match self.step {
            KindStep::Cancel => EngagementStep::Cancel,
            KindStep::Hold | KindStep::Close | KindStep::TakeBack => EngagementStep::Close,
        };
        step(tx, &mut row, taken, json!({ "reason": reason }))?;
        audit(tx, &row, Self::NAME, json!({ "step": self.step, "reason": reason }))?;
        Ok(self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaflets_are_never_people() {
        let report = |people, leaflets, asked, satisfied| OutreachReport {
            people,
            leaflets,
            questions: 50,
            asked,
            satisfied,
            note: None,
            attachments: Vec::new(),
        };
        let faults = |report: OutreachReport| {
            let mut fields = Fields::new();
            report.check(&mut fields);
            let faults = fields.done().err();
            faults
                .map(|p| p.errors.iter().map(|error| error.pointer.clone()).collect::<Vec<_>>())
                .unwrap_or_default()
        };
        assert!(faults(report(120, 1_000, Some(100), Some(96))).is_empty());
        assert_eq!(faults(report(120, 1_000, Some(1_000), Some(900))), ["/asked"]);
        assert_eq!(faults(report(120, 1_000, Some(100), Some(101))), ["/satisfied"]);
        assert_eq!(faults(report(120, 1_000, Some(100), None)), ["/asked"]);
        assert_eq!(faults(report(-1, -1, None, None)), ["/people", "/leaflets"]);
    }
}
