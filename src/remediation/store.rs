//! A case's row and how it is written. The row is written from the fold of the history and from nothing else: when a case is
//! opened by `opening`, afterwards by [`write()`]; stored deadlines also by `deadlines::recount`.

use crate::attachments::ids::AttachmentId;
use crate::core::Problem;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::db::Tx;
use crate::db::schema::{case_event, case_event_file, remediation_case};
use crate::enterprises::ids::NonconformityId;
use crate::enterprises::store::set_order_day;
use crate::remediation::course::{Course, Law};
use crate::remediation::history::{Author, Line};
use crate::remediation::ids::CaseId;
use crate::remediation::state::CaseState;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;

/// A row of `remediation_case`. Dates are dates of the law, in Asia/Shanghai.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = remediation_case, check_for_backend(Pg))]
pub struct Row {
    /// Id of the case.
    pub id: CaseId,
    /// The nonconformity that it is about.
    pub nonconformity_id: NonconformityId,
    /// The enterprise of the nonconformity.
    pub enterprise_id: EnterpriseId,
    /// The state.
    pub state: CaseState,
    /// The version of the rules under which it was opened.
    pub rule_version: String,
    /// Number of its last event.
    pub version: i32,
    /// The day of the rectification order, once there is one.
    pub ordered_on: Option<NaiveDate>,
    /// The last day for the rectification; none while it does not run.
    pub rectify_by: Option<NaiveDate>,
    /// The last day for the re-inspection; none while it does not run.
    pub reinspect_by: Option<NaiveDate>,
    /// The day of the re-inspection.
    pub reinspected_on: Option<NaiveDate>,
    /// The officer who entered the last result of a re-inspection or check.
    pub reinspected_by: Option<AccountId>,
    /// When it was cleared.
    pub cleared_at: Option<DateTime<Utc>>,
    /// The officer who cleared it.
    pub cleared_by: Option<AccountId>,
    /// The day of the stop order.
    pub stopped_on: Option<NaiveDate>,
    /// When the enterprise received the result.
    pub received_on: Option<NaiveDate>,
    /// When the evidence was handed in.
    pub corrected_on: Option<NaiveDate>,
    /// The region with which a failure is on its way up.
    pub held_by: Option<String>,
    /// The day of the public announcement.
    pub announced_on: Option<NaiveDate>,
    /// The first day for the second re-inspection.
    pub second_from: Option<NaiveDate>,
    /// The last day for the second re-inspection.
    pub second_by: Option<NaiveDate>,
    /// The last day of the suspension's term.
    pub suspended_until: Option<NaiveDate>,
    /// The region whose authority handles it since a transfer.
    pub handled_in: Option<String>,
    /// Regions whose authorities had it before.
    pub handed_over_by: Vec<String>,
    /// Whether the first re-inspection was passed; none before it.
    pub first_passed: Option<bool>,
}

impl Row {
    /// The row's part of the course: what the fold must come to, `home` being the enterprise's region.
    pub fn agrees(&self, course: &Course, home: &str, law: Law<'_>) -> bool {
        let deadlines = course.deadlines(law);
        Some(self.state) == course.state
            && self.ordered_on == course.ordered_on
            && (self.rectify_by, self.reinspect_by) == (deadlines.rectify_by, deadlines.reinspect_by)
            && self.reinspected_on == course.second_on.or(course.reinspected_on)
            && self.reinspected_by == course.result_by.first().copied()
            && self.cleared_by == course.cleared.and_then(|(by, _)| by)
            && (self.stopped_on, self.received_on) == (course.stopped_on, course.received_on)
            && self.corrected_on == course.corrected_on
            && self.held_by == course.held_by
            && self.announced_on == course.announced_on
            && self.second_from.zip(self.second_by) == deadlines.second
            && self.suspended_until == course.suspended_until
            && self.handled_in.as_deref().unwrap_or(home) == course.authority
            && self.handed_over_by == course.handed_over_by
            && self.first_passed == course.first_passed
    }

    /// The number of the case's next event.
    pub fn next_seq(&self) -> i32 {
        self.version.saturating_add(1)
    }
}

/// Writes a line of the history, what the case has come to by it, and the order's day on the nonconformity where that changes.
/// `row` is the case under its lock, as it was before.
///
/// # Errors
/// When the database refuses.
pub fn write(
    conn: &mut PgConnection,
    author: Author<'_>,
    row: &Row,
    line: Line<'_>,
    course: &Course,
    law: Law<'_>,
) -> Result<(), Problem> {
    let Some(state) = course.state else { return Err(Problem::internal("a case without a beginning")) };
    let seq = row.next_seq();
    diesel::insert_into(case_event::table)
        .values((
            case_event::case_id.eq(row.id),
            case_event::seq.eq(seq),
            case_event::event.eq(line.event),
            case_event::from_state.eq(line.from),
            case_event::to_state.eq(state),
            case_event::actor_id.eq(author.account),
            case_event::actor_role.eq(author.role),
            case_event::actor_region.eq(author.region),
            case_event::occurred_on.eq(line.occurred_on),
            case_event::note.eq(line.note),
            case_event::document.eq(line.document),
            case_event::details.eq(line.details),
            case_event::corrects.eq(line.corrects),
            case_event::late.eq(line.late),
            case_event::recorded_at.eq(author.at),
        ))
        .execute(conn)?;
    write_row(conn, author.at, row, state, course, law)?;
    if course.ordered_on != row.ordered_on {
        set_order_day(conn, row.nonconformity_id, course.ordered_on, author.at)?;
    }
    Ok(())
}

/// Writes the row as the course has come to it.
fn write_row(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    row: &Row,
    state: CaseState,
    course: &Course,
    law: Law<'_>,
) -> Result<(), Problem> {
    use remediation_case as c;
    let deadlines = course.deadlines(law);
    // The moment of the clearance stays that of its entry when something else is corrected later.
    let cleared_at = course.cleared.map(|_| row.cleared_at.unwrap_or(now));
    diesel::update(c::table.find(row.id))
        .set((
            (
                c::state.eq(state),
                c::version.eq(row.next_seq()),
                c::ordered_on.eq(course.ordered_on),
                c::rectify_by.eq(deadlines.rectify_by),
                c::reinspect_by.eq(deadlines.reinspect_by),
                c::reinspected_on.eq(course.second_on.or(course.reinspected_on)),
                c::reinspected_by.eq(course.result_by.first().copied()),
                c::stopped_on.eq(course.stopped_on),
                c::received_on.eq(course.received_on),
                c::corrected_on.eq(course.corrected_on),
                c::first_passed.eq(course.first_passed),
            ),
            (
                c::held_by.eq(&course.held_by),
                c::announced_on.eq(course.announced_on),
                c::second_from.eq(deadlines.second.map(|(first, _)| first)),
                c::second_by.eq(deadlines.second.map(|(_, last)| last)),
                c::suspended_until.eq(course.suspended_until),
                c::handled_in.eq((!course.handed_over_by.is_empty()).then_some(&course.authority)),
                c::handed_over_by.eq(&course.handed_over_by),
                c::cleared_at.eq(cleared_at),
                c::cleared_by.eq(course.cleared.and_then(|(by, _)| by)),
                c::updated_at.eq(now),
            ),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores the files on which an event is based, in order.
///
/// # Errors
/// When the database refuses.
pub fn attach(tx: &mut Tx, id: CaseId, seq: i32, files: &[AttachmentId]) -> Result<(), Problem> {
    use case_event_file as f;
    let rows: Vec<_> = (1_i32..)
        .zip(files)
        .map(|(ordinal, file)| {
            (f::case_id.eq(id), f::seq.eq(seq), f::ordinal.eq(ordinal), f::attachment_id.eq(*file))
        })
        .collect();
    diesel::insert_into(f::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}
