//! A case's row and its history. The row is written from the fold of the history and from nothing else.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::ids::{AccountId, AttachmentId, CaseId, EnterpriseId, ExpertId, NonconformityId};
use crate::db::Tx;
use crate::db::schema::{
    account, case_action, case_event, case_event_file, consultation, consultation_participant, enterprise,
    remediation_case,
};
use crate::remediation::course::{Course, Fact, Law, Terms};
use crate::remediation::state::{CaseState, CaseStep};
use crate::settings::{RemediationSettings, Settings};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// A row of `remediation_case`. Dates are dates of the law, in Asia/Shanghai.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = remediation_case, check_for_backend(Pg))]
pub struct Row {
    /// The id.
    pub id: CaseId,
    /// Of which nonconformity.
    pub nonconformity_id: NonconformityId,
    /// Of which enterprise.
    pub enterprise_id: EnterpriseId,
    /// Where it stands.
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
    /// Which officer entered the last result of a re-inspection or check.
    pub reinspected_by: Option<AccountId>,
    /// When it was cleared.
    pub cleared_at: Option<DateTime<Utc>>,
    /// By which officer.
    pub cleared_by: Option<AccountId>,
    /// The day of the stop order.
    pub stopped_on: Option<NaiveDate>,
    /// When the enterprise received the result.
    pub received_on: Option<NaiveDate>,
    /// When the evidence was handed in.
    pub corrected_on: Option<NaiveDate>,
    /// The region with which a failure stands on its way up.
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
    }
}

/// Loads a row and locks it until the transaction ends: of two who act on a case, the second sees what the
/// first has done.
///
/// # Errors
/// 404 where there is none.
pub fn lock(tx: &mut Tx, id: CaseId) -> Result<Row, Problem> {
    Ok(remediation_case::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?)
}

/// The law that a case is judged by: the version of the rules that it keeps.
///
/// # Errors
/// 500 where the settings no longer know the version; the start refuses such settings.
pub fn law_of<'a>(row: &Row, settings: &'a Settings, catalogue: &'a Catalogue) -> Result<Law<'a>, Problem> {
    law_in(row, &settings.remediation, catalogue)
}

/// The same, of the law's part of the settings.
///
/// # Errors
/// As [`law_of`].
pub fn law_in<'a>(
    row: &Row,
    settings: &'a RemediationSettings,
    catalogue: &'a Catalogue,
) -> Result<Law<'a>, Problem> {
    let rules = settings.version(&row.rule_version);
    let rules =
        rules.ok_or_else(|| Problem::internal(format!("no rules {:?} in the settings", row.rule_version)))?;
    Ok(Law { rules, calendar: &catalogue.calendar, regions: &catalogue.regions })
}

/// Whether the settings fit what is stored: a case keeps the version of the rules that it was opened under, so
/// none of those may be gone; and a criterion is for product classes that there are.
///
/// # Errors
/// 503 that names what is missing; a server does not start with it.
pub fn fit(conn: &mut PgConnection, settings: &Settings, catalogue: &Catalogue) -> Result<(), Problem> {
    let law = &settings.remediation;
    let used: Vec<String> =
        remediation_case::table.select(remediation_case::rule_version).distinct().load(conn)?;
    if let Some(version) = used.iter().find(|version| law.version(version).is_none()) {
        return Err(Problem::unavailable(format!(
            "remediation.rules: there are cases under version {version:?}, which the settings do not hold"
        )));
    }
    let mut classes = law.criteria.iter().flat_map(|c| c.classes.iter().map(move |class| (c, class)));
    match classes.find(|(_, class)| catalogue.products.class(class).is_none_or(|known| known.code != **class))
    {
        Some((criterion, class)) => Err(Problem::unavailable(format!(
            "remediation.criteria: {} is for class {class:?}, which the catalogue does not hold",
            criterion.key
        ))),
        None => Ok(()),
    }
}

/// The event of a correction.
pub const CORRECT: &str = "correct";

/// What a correction says of the event that it corrects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The day on which it really happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_on: Option<NaiveDate>,
    /// What really happened: the other outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<CaseStep>,
    /// What it really said.
    #[serde(default)]
    pub terms: Terms,
    /// It never happened.
    #[serde(default)]
    pub annulled: bool,
}

/// A line of the history as it is kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = case_event, check_for_backend(Pg))]
pub struct EventRow {
    /// Of which case.
    pub case_id: CaseId,
    /// Its place, from 1.
    pub seq: i32,
    /// A step, or `correct`.
    pub event: String,
    /// The state before.
    pub from_state: Option<String>,
    /// The state after.
    pub to_state: String,
    /// Who entered it.
    pub actor_id: Option<AccountId>,
    /// In what role.
    pub actor_role: String,
    /// The region of an officer.
    pub actor_region: Option<String>,
    /// On which day it happened; of a correction, when it was made.
    pub occurred_on: NaiveDate,
    /// In the actor's words.
    pub note: Option<String>,
    /// Number or reference of the document.
    pub document: Option<String>,
    /// [`Terms`], or a [`Correction`].
    pub details: Value,
    /// The event that this one corrects.
    pub corrects: Option<i32>,
    /// Whether it came after its deadline, as it was entered.
    pub late: bool,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
}

/// The histories of cases, each in its order.
///
/// # Errors
/// When the database can't be asked.
pub fn histories(conn: &mut PgConnection, ids: &[CaseId]) -> Result<HashMap<CaseId, Vec<EventRow>>, Problem> {
    let rows = case_event::table
        .filter(case_event::case_id.eq_any(ids))
        .order((case_event::case_id, case_event::seq))
        .select(EventRow::as_select())
        .load(conn)?;
    let mut all: HashMap<CaseId, Vec<EventRow>> = HashMap::new();
    for row in rows {
        all.entry(row.case_id).or_default().push(row);
    }
    Ok(all)
}

/// The history of one case.
///
/// # Errors
/// When the database can't be asked.
pub fn events(conn: &mut PgConnection, id: CaseId) -> Result<Vec<EventRow>, Problem> {
    Ok(histories(conn, &[id])?.remove(&id).unwrap_or_default())
}

/// The effective events: each as it was corrected last, without those that never happened.
///
/// # Errors
/// 500 where a row is none that ZeroDesk writes.
pub fn facts(rows: &[EventRow]) -> Result<Vec<Fact>, Problem> {
    let mut facts: BTreeMap<i32, Fact> = BTreeMap::new();
    // The event under each correction.
    let mut base: HashMap<i32, i32> = HashMap::new();
    for row in rows {
        let Some(corrects) = row.corrects else {
            let fact = Fact {
                seq: row.seq,
                step: row.event.parse().map_err(Problem::internal)?,
                on: row.occurred_on,
                entered_by: row.actor_id.into_iter().collect(),
                region: row.actor_region.clone(),
                terms: serde_json::from_value(row.details.clone())?,
            };
            facts.insert(row.seq, fact);
            continue;
        };
        let under = base.get(&corrects).copied().unwrap_or(corrects);
        base.insert(row.seq, under);
        let said: Correction = serde_json::from_value(row.details.clone())?;
        if said.annulled {
            facts.remove(&under);
        } else if let Some(fact) = facts.get_mut(&under) {
            fact.correct(&said, row.actor_id);
        }
    }
    Ok(facts.into_values().collect())
}

impl Fact {
    /// Puts a correction in the place of what was said.
    pub(super) fn correct(&mut self, said: &Correction, by: Option<AccountId>) {
        self.on = said.occurred_on.unwrap_or(self.on);
        self.step = said.step.unwrap_or(self.step);
        let Terms { received_on, until, region, reason } = said.terms.clone();
        let terms = &mut self.terms;
        terms.received_on = received_on.or(terms.received_on);
        terms.until = until.or(terms.until);
        terms.region = region.or_else(|| terms.region.take());
        terms.reason = reason.or(terms.reason);
        self.entered_by.extend(by.filter(|by| !self.entered_by.contains(by)));
    }
}

/// A line of a case's history.
#[derive(Debug, Clone, Default)]
pub struct Line<'a> {
    /// A step, or [`CORRECT`].
    pub event: &'a str,
    /// The state before.
    pub from: Option<CaseState>,
    /// On which day, in Asia/Shanghai.
    pub occurred_on: NaiveDate,
    /// In the actor's words.
    pub note: Option<&'a str>,
    /// Number or reference of the document.
    pub document: Option<&'a str>,
    /// [`Terms`], or a [`Correction`].
    pub details: Value,
    /// The event that it corrects.
    pub corrects: Option<i32>,
    /// Whether it comes after its deadline.
    pub late: bool,
}

/// Who enters a line of a history.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The account; none of the platform.
    pub account: Option<AccountId>,
    /// In what role.
    pub role: &'a str,
    /// The region of an officer.
    pub region: Option<&'a str>,
}

/// Writes a line of the history and what the case has come to by it.
///
/// # Errors
/// When the database refuses.
pub fn write(
    tx: &mut Tx,
    id: CaseId,
    seq: i32,
    line: Line<'_>,
    course: &Course,
    law: Law<'_>,
) -> Result<(), Problem> {
    let by = By {
        account: tx.actor.account(),
        role: tx.actor.role_word(),
        region: crate::remediation::policy::region_of(&tx.actor),
    };
    write_by(&mut tx.conn, tx.now, by, id, seq, line, course, law)
}

/// The same, on someone's behalf.
///
/// # Errors
/// When the database refuses.
#[expect(clippy::too_many_arguments, reason = "a line of a history is as wide as that")]
pub fn write_by(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    by: By<'_>,
    id: CaseId,
    seq: i32,
    line: Line<'_>,
    course: &Course,
    law: Law<'_>,
) -> Result<(), Problem> {
    let Some(state) = course.state else { return Err(Problem::internal("a case without a beginning")) };
    diesel::insert_into(case_event::table)
        .values((
            case_event::case_id.eq(id),
            case_event::seq.eq(seq),
            case_event::event.eq(line.event),
            case_event::from_state.eq(line.from),
            case_event::to_state.eq(state),
            case_event::actor_id.eq(by.account),
            case_event::actor_role.eq(by.role),
            case_event::actor_region.eq(by.region),
            case_event::occurred_on.eq(line.occurred_on),
            case_event::note.eq(line.note),
            case_event::document.eq(line.document),
            case_event::details.eq(line.details),
            case_event::corrects.eq(line.corrects),
            case_event::late.eq(line.late),
            case_event::recorded_at.eq(now),
        ))
        .execute(conn)?;
    use remediation_case as c;
    let deadlines = course.deadlines(law);
    let cleared = course.cleared;
    // The moment of the clearance stays that of its entry when something else is corrected later.
    let known: Option<DateTime<Utc>> = c::table.find(id).select(c::cleared_at).first(conn)?;
    let cleared_at = cleared.map(|_| known.unwrap_or(now));
    diesel::update(c::table.find(id))
        .set((
            (
                c::state.eq(state),
                c::version.eq(seq),
                c::ordered_on.eq(course.ordered_on),
                c::rectify_by.eq(deadlines.rectify_by),
                c::reinspect_by.eq(deadlines.reinspect_by),
                c::reinspected_on.eq(course.second_on.or(course.reinspected_on)),
                c::reinspected_by.eq(course.result_by.first().copied()),
                c::stopped_on.eq(course.stopped_on),
                c::received_on.eq(course.received_on),
                c::corrected_on.eq(course.corrected_on),
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
                c::cleared_by.eq(cleared.and_then(|(by, _)| by)),
                c::updated_at.eq(now),
            ),
        ))
        .execute(conn)?;
    Ok(())
}

/// Keeps the files that a line of the history stands on.
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

/// Code of the region of an enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn region(conn: &mut PgConnection, id: EnterpriseId) -> Result<String, Problem> {
    Ok(enterprise::table.find(id).select(enterprise::region).first(conn)?)
}

/// The accounts, with their mail addresses, of the experts who advised on a case: whoever took
/// part as an expert in a consultation about its nonconformity, or gave an action of it.
///
/// # Errors
/// When the database can't be asked.
pub fn advisers(conn: &mut PgConnection, row: &Row) -> Result<Vec<(AccountId, Option<String>)>, Problem> {
    let consulted = consultation_participant::table
        .inner_join(consultation::table)
        .filter(consultation::nonconformity_id.eq(row.nonconformity_id))
        .filter(consultation_participant::role.eq("expert"))
        .select(consultation_participant::account_id);
    let advised: Vec<ExpertId> = case_action::table
        .filter(case_action::case_id.eq(row.id))
        .filter(case_action::advised_by.is_not_null())
        .select(case_action::advised_by.assume_not_null())
        .distinct()
        .load(conn)?;
    Ok(account::table
        .filter(account::id.eq_any(consulted).or(account::expert_id.eq_any(advised).assume_not_null()))
        .select((account::id, account::email))
        .load(conn)?)
}
