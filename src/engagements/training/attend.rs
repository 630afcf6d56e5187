//! Who came: marked by the code that somebody of the enterprise scanned, or by hand with a reason; the result of the quiz.

use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Problem, Text};
use crate::db::published::enterprise;
use crate::db::schema::{engagement, training, training_attendee};
use crate::db::{Command, Tx};
use crate::engagements::common::steps::{MAX_NOTE, audit, load_run, took_part};
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::engagements::store::Row;
use crate::engagements::training::code;
use crate::engagements::training::invite::outside;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Marks the attendance of the own enterprise by the code that was scanned. Scanning again changes nothing.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendByCode {
    /// The code, as it stands in the address behind the QR code.
    pub code: String,
}

fn closed() -> Problem {
    let text = Text::new("培训不在可签到的时间或者状态", "attendance of this training is not taken now");
    Problem::new(Code::EngagementState, text)
}

/// Marks an enterprise as present, once.
fn mark(
    tx: &mut Tx,
    row: &Row,
    of: EnterpriseId,
    (by_code, reason): (bool, Option<&str>),
) -> Result<bool, Problem> {
    use training_attendee as a;
    let present: Option<Option<chrono::DateTime<chrono::Utc>>> =
        a::table.find((row.id, of)).select(a::attended_at).first(&mut *tx.conn).optional()?;
    if matches!(present, Some(Some(_))) {
        return Ok(false);
    }
    let outside = outside(tx, row.programme_id, &[of])?.contains(&of);
    took_part(tx, row.id, of, (true, by_code, outside))?;
    diesel::insert_into(a::table)
        .values((
            a::training_id.eq(row.id),
            a::enterprise_id.eq(of),
            a::invited.eq(false),
            a::outside_cohort.eq(outside),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    diesel::update(a::table.find((row.id, of)))
        .set((
            a::attended_at.eq(tx.now),
            a::by_code.eq(by_code),
            a::marked_by.eq(tx.actor.account()),
            a::reason.eq(reason),
        ))
        .execute(&mut *tx.conn)?;
    Ok(true)
}

impl Command for AttendByCode {
    type Output = EngagementId;
    const NAME: &'static str = "attend_by_code";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let own = match tx.actor.scope() {
            Some(Scope::Enterprise(own)) => *own,
            Some(_) => return Err(Problem::forbidden()),
            None => return Err(Problem::unauthenticated()),
        };
        let read = code::read(&self.code).ok_or_else(Problem::not_found)?;
        // Who shows the code lets the enterprise in, whether or not it may know of the training else; so the policy is not asked. The
        // lock keeps two of its people apart.
        let row: Row = engagement::table
            .find(read.id)
            .filter(engagement::kind.eq(EngagementKind::Training))
            .for_update()
            .select(Row::as_select())
            .first(&mut *tx.conn)?;
        let secret: Vec<u8> =
            training::table.find(read.id).select(training::code_secret).first(&mut *tx.conn)?;
        if !read.is_good(&secret, tx.now) {
            let text =
                Text::new("签到码已过期，请重新扫描", "the code has expired; scan the one that is shown now");
            return Err(Problem::new(Code::AttendanceCodeExpired, text));
        }
        let open = matches!(row.state, EngagementState::Planned | EngagementState::Held)
            && row.on_day.is_none_or(|day| day <= tx.today());
        if !open {
            return Err(closed());
        }
        if mark(tx, &row, own, (true, None))? {
            audit(tx, &row, Self::NAME, json!({ "enterprise": own }))?;
        }
        Ok(read.id)
    }
}

/// Who is marked, and why by hand.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    /// Id of the enterprise. Either this or `uscc` is needed.
    #[serde(default)]
    pub enterprise_id: Option<EnterpriseId>,
    /// Its unified social credit code.
    #[serde(default)]
    pub uscc: Option<String>,
    /// Whether it came; `false` takes a mark back.
    #[serde(default = "came")]
    pub attended: bool,
    /// Why it is marked by hand, at most 1,000 characters.
    pub reason: String,
}

fn came() -> bool {
    true
}

/// Marks the attendance of an enterprise by hand, or takes a mark back, with a reason. Done by who runs the training.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MarkAttendance {
    /// The training.
    pub id: EngagementId,
    /// Who is marked, and why.
    pub attendance: Attendance,
}

/// The enterprise that is named by its id or its credit code.
fn named(
    tx: &mut Tx,
    fields: &mut Fields,
    (id, uscc): (Option<EnterpriseId>, Option<&str>),
) -> Result<Option<EnterpriseId>, Problem> {
    let query = enterprise::table.filter(enterprise::withdrawn_at.is_null()).into_boxed();
    let (query, pointer) = match (id, uscc) {
        (Some(id), _) => (query.filter(enterprise::id.eq(id)), "/enterprise_id"),
        (None, code) => {
            let code = code.unwrap_or_default().trim().to_uppercase();
            (query.filter(enterprise::uscc.eq(code)), "/uscc")
        }
    };
    let found: Option<EnterpriseId> = query.select(enterprise::id).first(&mut *tx.conn).optional()?;
    fields.require(found.is_some(), pointer, "没有这家企业", "is no enterprise");
    Ok(found)
}

impl Command for MarkAttendance {
    type Output = EngagementId;
    const NAME: &'static str = "mark_attendance";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        use training_attendee as a;
        let row = load_run(tx, self.id, EngagementKind::Training)?;
        let Attendance { enterprise_id, uscc, attended, reason } = &self.attendance;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", reason, MAX_NOTE);
        let of = named(tx, &mut fields, (*enterprise_id, uscc.as_deref()))?;
        fields.done()?;
        let of = of.ok_or_else(Problem::not_found)?;
        let open = matches!(row.state, EngagementState::Planned | EngagementState::Held)
            && row.on_day.is_none_or(|day| day <= tx.today());
        if !open {
            return Err(closed());
        }
        if *attended {
            mark(tx, &row, of, (false, Some(&reason)))?;
        } else {
            let taken_back = diesel::update(a::table.find((self.id, of)))
                .filter(a::attended_at.is_not_null())
                .set((
                    a::attended_at.eq(None::<chrono::DateTime<chrono::Utc>>),
                    a::by_code.eq(false),
                    a::marked_by.eq(None::<crate::core::ids::AccountId>),
                    a::quiz.eq(None::<i32>),
                    a::reason.eq(&reason),
                ))
                .execute(&mut *tx.conn)?;
            if taken_back == 0 {
                return Err(Problem::not_found());
            }
            took_part(tx, self.id, of, (false, false, false))?;
        }
        let data = json!({ "enterprise": of, "attended": attended, "reason": reason });
        audit(tx, &row, Self::NAME, data)?;
        Ok(self.id)
    }
}

/// The result of an enterprise in the quiz.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuizResult {
    /// The enterprise, which came.
    pub enterprise_id: EnterpriseId,
    /// Its result, 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    pub result: i32,
}

/// Enters the result of an enterprise in the quiz of a training. Done by who runs it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnterQuiz {
    /// The training.
    pub id: EngagementId,
    /// The result.
    pub quiz: QuizResult,
}

impl Command for EnterQuiz {
    type Output = EngagementId;
    const NAME: &'static str = "enter_quiz";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        use training_attendee as a;
        let row = load_run(tx, self.id, EngagementKind::Training)?;
        let QuizResult { enterprise_id, result } = self.quiz;
        let has: bool = training::table.find(self.id).select(training::quiz).first(&mut *tx.conn)?;
        let mut fields = Fields::new();
        let (zh, en) = ("须为 0 到 100 的整数", "must be a whole number from 0 to 100");
        fields.require((0..=100).contains(&result), "/result", zh, en);
        fields.require(has, "/result", "该培训没有测验", "this training has no quiz");
        fields.done()?;
        if row.state == EngagementState::Cancelled {
            return Err(closed());
        }
        let entered = diesel::update(a::table.find((self.id, enterprise_id)))
            .filter(a::attended_at.is_not_null())
            .set(a::quiz.eq(result))
            .execute(&mut *tx.conn)?;
        if entered == 0 {
            let mut fields = Fields::new();
            fields.fault("/enterprise_id", "该企业没有参加培训", "did not come to this training");
            fields.done()?;
        }
        audit(tx, &row, Self::NAME, json!({ "enterprise": enterprise_id, "result": result }))?;
        Ok(self.id)
    }
}
