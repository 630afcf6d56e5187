//! Taking in many inspections at once, each with the history that is known of it: lists that offices publish, records that other systems hand over.
//! What is taken in is judged by the same fold as what is entered step by step.

use crate::core::Problem;
use crate::db::Tx;
use crate::db::reference;
use crate::db::schema::{
    inspection, inspection_challenge, inspection_event, inspection_item, inspection_subject, inspection_term,
};
use crate::inspections::breach::UnlawfulHistory;
use crate::inspections::challenge::{ChallengeRow, challenge_row};
use crate::inspections::consequences::{due, follow};
use crate::inspections::course::Course;
use crate::inspections::event::NewStep;
use crate::inspections::fact::Fact;
use crate::inspections::ids::InspectionId;
use crate::inspections::law::{Basics, Law, law_on};
use crate::inspections::record::RecordInspectionStep;
use crate::inspections::registration::FirstRows;
use crate::inspections::rows::{EventRow, InspectionRow, ItemRow, SubjectRow, TermRow};
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::{InspectionState, InspectionStep};
use crate::inspections::store::{Author, basics, fill, items, term_rows};
use crate::inspections::texts::LONGEST_REASON;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::sync::Arc;
use uuid::Uuid;

/// An inspection to be taken in: its first rows, the day on which it begins, and the steps after its registration.
#[derive(Debug, Clone, PartialEq)]
pub struct Intake {
    /// Its first rows, made by [`crate::inspections::registration::Registration::rows`].
    pub first: FirstRows,
    /// The day of its registration, in Asia/Shanghai: not after its first step.
    pub drawn_on: NaiveDate,
    /// The steps after it, in their order; their numbers are given here.
    pub facts: Vec<Fact>,
}

impl Intake {
    /// All its events, the registration first.
    fn history(&self) -> Vec<Fact> {
        let draw =
            Fact { particulars: self.first.draw.clone(), ..Fact::new(InspectionStep::Draw, self.drawn_on) };
        let all = std::iter::once(draw).chain(self.facts.iter().cloned());
        (1..).zip(all).map(|(ordinal, fact)| Fact { ordinal, ..fact }).collect()
    }

    /// What does not change of it.
    pub fn basics(&self) -> Basics {
        basics(&self.first.row, &self.first.subject)
    }
}

/// Folds what is to be taken in, without writing anything: for dry runs.
///
/// # Errors
/// The first step that the law does not allow.
pub fn check(intake: &Intake, law: Law<'_>) -> Result<Course, UnlawfulHistory> {
    Course::replay(intake.basics(), &intake.history(), law).map(|(course, _)| course)
}

#[derive(Default)]
struct Rows {
    inspections: Vec<InspectionRow>,
    subjects: Vec<SubjectRow>,
    events: Vec<EventRow>,
    items: Vec<ItemRow>,
    terms: Vec<TermRow>,
    challenges: Vec<ChallengeRow>,
}

impl Rows {
    fn add(
        &mut self,
        intake: &Intake,
        law: Law<'_>,
        author: Author<'_>,
        (import, folds_alike): (Option<Uuid>, bool),
    ) -> Result<Course, Problem> {
        let id = intake.first.row.id;
        let history = intake.history();
        let mut course = Course::new(intake.basics());
        for fact in &history {
            let before = course.state;
            let late = course.take(fact, law).map_err(|breach| {
                Problem::internal(UnlawfulHistory { ordinal: fact.ordinal, step: fact.step, breach })
            })?;
            self.events.push(EventRow {
                inspection_id: id,
                ordinal: fact.ordinal,
                step: fact.step.as_str().to_owned(),
                from_state: before.map(|state| state.as_str().to_owned()),
                to_state: course.state.unwrap_or(InspectionState::Drawn).as_str().to_owned(),
                occurred_on: fact.on,
                occurred_at: fact.at,
                recorded_at: author.at,
                late,
                actor_id: author.account,
                actor_role: author.role.to_owned(),
                actor_region: author.region.map(str::to_owned),
                actor_body: author.body,
                document: None,
                note: None,
                details: serde_json::to_value(&fact.particulars)?,
                corrects: None,
            });
        }
        let (mut row, mut subject) = (intake.first.row.clone(), intake.first.subject.clone());
        row.version = history.last().map_or(1, |fact| fact.ordinal);
        row.import_id = import;
        (row.created_at, row.updated_at) = (author.at, author.at);
        fill(&mut row, &mut subject, &course)?;
        if folds_alike {
            subject.bring_search_texts(&row.number);
        }
        self.items.extend(items(id, &course));
        self.terms.extend(term_rows(id, &course, law));
        self.challenges.extend(challenge_row(id, &course));
        self.inspections.push(row);
        self.subjects.push(subject);
        Ok(course)
    }

    /// Copies the rows in: the inspections first, which all others refer to.
    fn write(&self, conn: &mut PgConnection) -> Result<(), Problem> {
        diesel::copy_from(inspection::table).from_insertable(self.inspections.as_slice()).execute(conn)?;
        diesel::copy_from(inspection_subject::table)
            .from_insertable(self.subjects.as_slice())
            .execute(conn)?;
        diesel::copy_from(inspection_event::table).from_insertable(self.events.as_slice()).execute(conn)?;
        diesel::copy_from(inspection_item::table).from_insertable(self.items.as_slice()).execute(conn)?;
        diesel::copy_from(inspection_term::table).from_insertable(self.terms.as_slice()).execute(conn)?;
        diesel::copy_from(inspection_challenge::table)
            .from_insertable(self.challenges.as_slice())
            .execute(conn)?;
        Ok(())
    }
}

/// Takes inspections in, in the order of their ids, and makes what follows from them so. Each was found lawful by [`check`], and its number free.
///
/// # Errors
/// 500 for one that is not lawful; else when the database refuses.
pub fn take_in(tx: &mut Tx, all: &[Intake], import: Option<Uuid>) -> Result<Vec<InspectionId>, Problem> {
    let actor = tx.actor.clone();
    let author = Author::of(&actor, tx.now);
    take_in_for(tx, all, import, author)
}

/// The same, entered by whoever asked for an import that the platform itself runs.
///
/// # Errors
/// As [`take_in`].
pub fn take_in_for(
    tx: &mut Tx,
    all: &[Intake],
    import: Option<Uuid>,
    author: Author<'_>,
) -> Result<Vec<InspectionId>, Problem> {
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let rules = settings.section::<InspectionSettings>();
    // Where the database folds by another table of characters, its triggers fold all of it.
    let folds_alike = reference::folds_alike(&mut tx.conn)?;
    let mut rows = Rows::default();
    let mut courses = Vec::with_capacity(all.len());
    for intake in all {
        let law = law_on(intake.drawn_on, &intake.basics(), rules, &catalogue)?;
        courses.push((rows.add(intake, law, author, (import, folds_alike))?, law));
    }
    rows.write(&mut tx.conn)?;
    let taken: Vec<(&InspectionRow, &SubjectRow)> = rows.inspections.iter().zip(&rows.subjects).collect();
    for ((row, subject), (course, law)) in taken.into_iter().zip(&courses) {
        // Nothing stands of what is new, so where nothing is due there is nothing to follow.
        if !due(course, *law).is_empty() {
            follow(tx, row, subject, course, *law, false)?;
        }
    }
    Ok(rows.inspections.iter().map(|row| row.id).collect())
}

/// Withdraws inspections that an import brought, with what they caused. Those that are withdrawn already stay so.
///
/// # Errors
/// 404 for one that the actor may not know of, 403 where it may not withdraw it.
pub fn withdraw(tx: &mut Tx, ids: &[InspectionId], reason: &str) -> Result<usize, Problem> {
    use crate::db::Command;
    let mut count = 0;
    for &id in ids {
        let state: InspectionState =
            inspection::table.find(id).select(inspection::state).first(&mut *tx.conn)?;
        if state == InspectionState::Withdrawn {
            continue;
        }
        // The reason of a list may be longer than that of a step; it stands whole with the list.
        let reason = reason.chars().take(LONGEST_REASON).collect();
        let event = NewStep { reason: Some(reason), ..NewStep::new(InspectionStep::Withdraw) };
        RecordInspectionStep { inspection: id, event }.run(tx)?;
        count += 1;
    }
    Ok(count)
}
