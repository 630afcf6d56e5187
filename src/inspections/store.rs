//! Loading an inspection under a lock, and writing its steps with what they come to: one save for all of it.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::hidden_characters::is_blank;
use crate::core::ids::{AccountId, LaboratoryId};
use crate::db::Tx;
use crate::db::schema::{inspection, inspection_event, inspection_item, inspection_subject, inspection_term};
use crate::inspections::challenge::{retest_laboratory, write_challenge};
use crate::inspections::course::Course;
use crate::inspections::fact::{Fact, facts};
use crate::inspections::ids::InspectionId;
use crate::inspections::law::{Basics, Law, law_on};
use crate::inspections::particulars::ProductSaid;
use crate::inspections::policy::sees;
use crate::inspections::registration::line_of;
use crate::inspections::rows::{EventRow, InspectionRow, ItemRow, SubjectRow, TermRow};
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::InspectionState;
use crate::inspections::terms::terms;
use crate::inspections::words::{Channel, Confirmation, Outcome, Round, SampleState};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde_json::Value;
use std::sync::Arc;

/// An inspection with its history and what that comes to.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The row.
    pub row: InspectionRow,
    /// Whom and what it is about.
    pub subject: SubjectRow,
    /// All events, corrections included.
    pub events: Vec<EventRow>,
    /// The effective events.
    pub facts: Vec<Fact>,
    /// The result of these events.
    pub course: Course,
}

/// Who enters events, and when.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// The account; none where the platform itself acts.
    pub account: Option<AccountId>,
    /// The role, or `system`.
    pub role: &'a str,
    /// The region of an officer.
    pub region: Option<&'a str>,
    /// The body of a sampler or of somebody of a laboratory.
    pub body: Option<LaboratoryId>,
    /// The moment of the entry, UTC.
    pub at: DateTime<Utc>,
}

impl<'a> Author<'a> {
    /// Whoever runs a command.
    pub fn of(actor: &'a Actor, at: DateTime<Utc>) -> Self {
        Self {
            account: actor.account(),
            role: actor.role_word(),
            region: actor.officer_region(),
            body: actor.body(),
            at,
        }
    }
}

/// What does not change of an inspection.
pub fn basics(row: &InspectionRow, subject: &SubjectRow) -> Basics {
    Basics {
        method: row.method,
        purpose: row.purpose,
        role: row.role,
        producer_named: subject.producer_name.is_some(),
    }
}

/// The day on which an inspection was drawn, as its effective events say it.
fn drawn_on(facts: &[Fact], row: &InspectionRow) -> NaiveDate {
    facts.first().map_or_else(|| crate::core::clock::shanghai_date(row.created_at), |fact| fact.on)
}

impl Loaded {
    /// Folds a history.
    ///
    /// # Errors
    /// 500 where the stored history is not lawful.
    pub fn fold(
        row: InspectionRow,
        subject: SubjectRow,
        events: Vec<EventRow>,
        settings: &InspectionSettings,
        catalogue: &crate::catalogue::Catalogue,
    ) -> Result<Self, Problem> {
        let facts = facts(&events)?;
        let basics = basics(&row, &subject);
        let law = law_on(drawn_on(&facts, &row), &basics, settings, catalogue)?;
        let (course, _) = Course::replay(basics, &facts, law)
            .map_err(|unlawful| Problem::internal(format!("inspection {}: {unlawful}", row.id)))?;
        Ok(Self { row, subject, events, facts, course })
    }

    /// The law that it is judged by.
    ///
    /// # Errors
    /// 500 where the settings have no rules.
    pub fn law<'a>(
        &self,
        settings: &'a InspectionSettings,
        catalogue: &'a crate::catalogue::Catalogue,
    ) -> Result<Law<'a>, Problem> {
        law_on(drawn_on(&self.facts, &self.row), &self.course.basics, settings, catalogue)
    }
}

/// Reads an inspection with its history.
///
/// # Errors
/// 500 where the stored history is not lawful.
pub fn read(
    conn: &mut PgConnection,
    row: InspectionRow,
    settings: &InspectionSettings,
    catalogue: &crate::catalogue::Catalogue,
) -> Result<Loaded, Problem> {
    let subject = inspection_subject::table.find(row.id).select(SubjectRow::as_select()).first(conn)?;
    let events = inspection_event::table
        .filter(inspection_event::inspection_id.eq(row.id))
        .order(inspection_event::ordinal)
        .select(EventRow::as_select())
        .load(conn)?;
    Loaded::fold(row, subject, events, settings, catalogue)
}

/// Loads and locks an inspection that the actor may know of.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn load(tx: &mut Tx, id: InspectionId) -> Result<Loaded, Problem> {
    let row: InspectionRow =
        inspection::table.find(id).for_update().select(InspectionRow::as_select()).first(&mut *tx.conn)?;
    let retest = retest_laboratory(&mut tx.conn, id)?;
    if !sees(&tx.actor, &row, retest, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    read(&mut tx.conn, row, settings.section::<InspectionSettings>(), &catalogue)
}

/// What the fold came to, as the row holds it.
#[derive(Debug, Clone, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = inspection, treat_none_as_null = true)]
struct CameTo {
    state: InspectionState,
    confirmation: Option<Confirmation>,
    laboratory_id: Option<LaboratoryId>,
    sampler_id: Option<LaboratoryId>,
    product_kind: Option<String>,
    sample: SampleState,
    sampled_on: Option<NaiveDate>,
    received_on: Option<NaiveDate>,
    reported_on: Option<NaiveDate>,
    delivered_on: Option<NaiveDate>,
    final_on: Option<NaiveDate>,
    published_on: Option<NaiveDate>,
    outcome: Option<Outcome>,
    version: i32,
    updated_at: DateTime<Utc>,
}

/// What was taken, as the row of the subject holds it.
#[derive(Debug, Clone, PartialEq, AsChangeset)]
#[diesel(table_name = inspection_subject, treat_none_as_null = true)]
struct Taken {
    product_name: String,
    trademark: Option<String>,
    model: Option<String>,
    standard: Option<String>,
    line: Option<String>,
    batch: Option<String>,
    produced_on: Option<NaiveDate>,
    base_quantity: Option<f64>,
    test_quantity: Option<f64>,
    reserve_quantity: Option<f64>,
    unit: Option<String>,
    price_fen: Option<i64>,
    channel: Option<Channel>,
    online: Option<Value>,
    samplers: Vec<String>,
    witness: Option<String>,
    seals: Vec<String>,
    reserve_kept_at: Option<String>,
    report_no: Option<String>,
    signed_by: Option<String>,
}

/// What was registered without a product kind keeps the one that was named for it afterwards.
fn came_to(
    row: &InspectionRow,
    course: &Course,
    version: i32,
    now: DateTime<Utc>,
) -> Result<CameTo, Problem> {
    let Some(state) = course.state else {
        return Err(Problem::internal("an inspection without a beginning"));
    };
    let delivered = course.is_delivered().then(|| course.delivered.values().max().copied()).flatten();
    Ok(CameTo {
        state,
        confirmation: course.confirmation,
        laboratory_id: course.laboratory,
        sampler_id: course.sampler,
        product_kind: course.product_kind.clone().or_else(|| row.product_kind.clone()),
        sample: course.sample,
        sampled_on: course.sampled_on,
        received_on: course.received_on,
        reported_on: course.reported_on,
        delivered_on: delivered,
        final_on: course.final_on.filter(|_| state.is_final()),
        published_on: course.published_on.filter(|_| state == InspectionState::Published),
        outcome: course.outcome,
        version,
        updated_at: now,
    })
}

/// Whom and what an inspection is about, with what the product is called by a correction of the registration.
fn called(subject: &SubjectRow, said: &ProductSaid) -> SubjectRow {
    let mut called = subject.clone();
    if *said == ProductSaid::default() {
        return called;
    }
    let put = |text: &mut Option<String>, said: &Option<String>| {
        if let Some(said) = said {
            *text = Some(said.trim().to_owned()).filter(|said| !is_blank(said));
        }
    };
    if let Some(name) = &said.name {
        name.trim().clone_into(&mut called.product_name);
    }
    put(&mut called.trademark, &said.trademark);
    put(&mut called.model, &said.model);
    put(&mut called.standard, &said.standard);
    called.line = line_of(&called).key();
    called
}

fn taken(subject: &SubjectRow, course: &Course) -> Result<Taken, Problem> {
    let (sample, result) = (course.taken.clone(), course.result.as_ref());
    let called = called(subject, &course.product);
    Ok(Taken {
        product_name: called.product_name,
        trademark: called.trademark,
        model: called.model,
        standard: called.standard,
        line: called.line,
        batch: sample.batch,
        produced_on: sample.produced_on,
        base_quantity: sample.base_quantity,
        test_quantity: sample.test_quantity,
        reserve_quantity: sample.reserve_quantity,
        unit: sample.unit,
        price_fen: sample.price_fen,
        channel: sample.channel,
        online: sample.online.map(serde_json::to_value).transpose()?,
        samplers: sample.samplers,
        witness: sample.witness,
        seals: course.seals.clone(),
        reserve_kept_at: course.reserve_kept_at.clone(),
        report_no: result.and_then(|result| result.report_no.clone()),
        signed_by: result.and_then(|result| result.signed_by.clone()),
    })
}

/// Puts into both rows what the fold came to: for rows that are yet to be written.
///
/// # Errors
/// When the particulars can't be written as JSON.
pub fn fill(row: &mut InspectionRow, subject: &mut SubjectRow, course: &Course) -> Result<(), Problem> {
    let came = came_to(row, course, row.version, row.updated_at)?;
    row.state = came.state;
    row.confirmation = came.confirmation;
    row.product_kind = came.product_kind;
    (row.laboratory_id, row.sampler_id, row.sample) = (came.laboratory_id, came.sampler_id, came.sample);
    (row.sampled_on, row.received_on, row.reported_on) =
        (came.sampled_on, came.received_on, came.reported_on);
    (row.delivered_on, row.final_on, row.published_on) =
        (came.delivered_on, came.final_on, came.published_on);
    row.outcome = came.outcome;
    let taken = taken(subject, course)?;
    (subject.product_name, subject.trademark) = (taken.product_name, taken.trademark);
    (subject.model, subject.standard, subject.line) = (taken.model, taken.standard, taken.line);
    (subject.batch, subject.produced_on) = (taken.batch, taken.produced_on);
    (subject.base_quantity, subject.test_quantity) = (taken.base_quantity, taken.test_quantity);
    (subject.reserve_quantity, subject.unit) = (taken.reserve_quantity, taken.unit);
    (subject.price_fen, subject.channel, subject.online) = (taken.price_fen, taken.channel, taken.online);
    (subject.samplers, subject.witness, subject.seals) = (taken.samplers, taken.witness, taken.seals);
    (subject.reserve_kept_at, subject.report_no) = (taken.reserve_kept_at, taken.report_no);
    subject.signed_by = taken.signed_by;
    Ok(())
}

/// The items that stand, of both tests.
pub fn items(id: InspectionId, course: &Course) -> Vec<ItemRow> {
    let rounds = [(Round::Test, course.result.as_ref()), (Round::Retest, course.retest_result.as_ref())];
    let all = rounds.into_iter().filter_map(|(round, result)| Some((round, result?)));
    all.flat_map(|(round, result)| {
        (1..).zip(&result.items).map(move |(ordinal, item)| ItemRow {
            inspection_id: id,
            round,
            ordinal,
            item: item.item.clone(),
            method: item.method.clone(),
            requirement: item.requirement.clone(),
            measured: item.measured.clone(),
            unit: item.unit.clone(),
            ok: item.ok,
            safety: item.safety,
        })
    })
    .collect()
}

/// The terms that follow from a course.
pub fn term_rows(id: InspectionId, course: &Course, law: Law<'_>) -> Vec<TermRow> {
    let row = |term: crate::inspections::terms::RunningTerm| TermRow {
        inspection_id: id,
        term: term.term,
        party: term.party,
        begins_on: term.begins_on,
        due_on: term.due_on,
        met_on: term.met_on,
        provisional: term.provisional,
        late_at: None,
    };
    terms(course, law).into_iter().map(row).collect()
}

/// Writes an event, and what the inspection has come to by it. The caller holds the lock of the row.
///
/// # Errors
/// When the database refuses.
pub fn write(
    conn: &mut PgConnection,
    (row, subject): (&InspectionRow, &SubjectRow),
    event: &EventRow,
    course: &Course,
    law: Law<'_>,
) -> Result<(), Problem> {
    let id = row.id;
    diesel::insert_into(inspection_event::table).values(event).execute(conn)?;
    let came = came_to(row, course, event.ordinal, event.recorded_at)?;
    diesel::update(inspection::table.find(id)).set(&came).execute(conn)?;
    diesel::update(inspection_subject::table.find(id)).set(&taken(subject, course)?).execute(conn)?;
    write_challenge(conn, id, course, event.corrects.is_some())?;
    write_items(conn, id, course)?;
    write_terms(conn, id, course, law)
}

fn write_items(conn: &mut PgConnection, id: InspectionId, course: &Course) -> Result<(), Problem> {
    use inspection_item as i;
    let wanted = items(id, course);
    let of = i::table.filter(i::inspection_id.eq(id));
    let mut found: Vec<ItemRow> = of.select(ItemRow::as_select()).load(conn)?;
    found.sort_by_key(|item| (item.round == Round::Retest, item.ordinal));
    if found != wanted {
        diesel::delete(i::table.filter(i::inspection_id.eq(id))).execute(conn)?;
        diesel::insert_into(i::table).values(&wanted).execute(conn)?;
    }
    Ok(())
}

fn write_terms(
    conn: &mut PgConnection,
    id: InspectionId,
    course: &Course,
    law: Law<'_>,
) -> Result<(), Problem> {
    use inspection_term as t;
    let before: Vec<TermRow> =
        t::table.filter(t::inspection_id.eq(id)).select(TermRow::as_select()).load(conn)?;
    let mut wanted = term_rows(id, course, law);
    for term in &mut wanted {
        let same = |old: &&TermRow| (old.term, old.party, old.due_on) == (term.term, term.party, term.due_on);
        term.late_at = before.iter().find(same).and_then(|old| old.late_at);
    }
    diesel::delete(t::table.filter(t::inspection_id.eq(id))).execute(conn)?;
    diesel::insert_into(t::table).values(&wanted).execute(conn)?;
    Ok(())
}
