//! Which expert for which need.
//!
//! The [`model`] is pure: rules that exclude and parts that score. [`choose`] puts it to work inside
//! the caller's transaction: a few candidates by index ([`candidates`]), their facts ([`roster`]), the
//! best by score; among equals the one longest without a consultation. The search widens step by step
//! ([`search`]). The chosen expert's row is held until the transaction ends, so two needs that arrive
//! in the same instant, on one server or on several, can't both take an expert's last place; a CHECK on
//! `expert.open_count` is the last guard.
//!
//! Neighbours: `experts` and `enterprises` below; `consultations` above, which records the offer.

pub mod candidates;
pub mod model;
pub mod needs;
pub mod plan;
pub mod roster;
pub mod search;
pub mod simulation;

use crate::core::Problem;
use crate::core::ids::{AccountId, ConsultationId, ExpertId};
use crate::db::Tx;
use crate::db::schema::expert;
use crate::experts::Vetting;
use crate::experts::duty::next_duty;
use crate::settings::DutyRule;
use candidates::{Ring, When};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use model::{Exclusion, Fit, Model, Nearness, Parts, Vocabulary, exclusion, fit, nearness};
use needs::Need;
use roster::{Candidate, Moment};
use search::{SearchStep, widens};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// What speaks for an expert, kept with the offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Score {
    /// The weighted mean of the parts, 0 to 1.
    pub total: f64,
    /// The parts.
    pub parts: Parts,
    /// How near the best specialty is; none where an admin chose an expert without one.
    pub fit: Option<Fit>,
    /// How near the expert is.
    pub nearness: Nearness,
    /// Whether the expert was on duty.
    pub on_duty: bool,
    /// Consultations the expert had.
    pub open: u32,
    /// How many the expert takes at once.
    pub capacity: u32,
    /// When the expert was last given one before.
    pub last_assigned_at: Option<DateTime<Utc>>,
}

/// The expert that was chosen, held until the transaction ends.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The expert.
    pub expert: ExpertId,
    /// The expert's account.
    pub account: AccountId,
    /// What spoke for the expert.
    pub score: Score,
    /// When the expert is on duty next: the present moment for one who is.
    pub on_duty_at: Option<DateTime<Utc>>,
}

/// A search: what it is for and how far it has come.
#[derive(Debug, Clone, Copy)]
pub struct Search {
    /// The consultation.
    pub consultation: ConsultationId,
    /// How far it was widened before.
    pub reached: SearchStep,
    /// Since when it goes on.
    pub since: DateTime<Utc>,
}

/// What came of a search.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The expert, if one was found.
    pub choice: Option<Choice>,
    /// How far the search was widened.
    pub reached: SearchStep,
    /// Where nobody was found because nobody is on duty: when the first one will be.
    pub on_duty_at: Option<DateTime<Utc>>,
}

/// Chooses the best expert for a consultation and notes that the expert was given something now.
///
/// Locks the rows of the experts it looks at more closely, the best first.
///
/// # Errors
/// When the database can't be asked. No one fitting is not an error.
pub fn choose(tx: &mut Tx, search: Search) -> Result<Outcome, Problem> {
    if let Some(choice) = assigned(tx, search.consultation)? {
        return Ok(Outcome { choice: Some(choice), reached: search.reached, on_duty_at: None });
    }
    let mut vocabulary = Vocabulary::new(&tx.catalogue.products);
    let today = tx.today();
    let mut need = needs::need(&mut tx.conn, &mut vocabulary, search.consultation, today)?;
    need.facts.duty_only = tx.settings.matching.duty == DutyRule::Only;
    let when = When::new(tx.now, &tx.catalogue, need.facts.duty_only);
    let mut step = SearchStep::Exact;
    loop {
        for ring in rings(tx, &need, step) {
            if let Some(choice) = best(tx, &mut vocabulary, &need, &ring, when)? {
                return Ok(Outcome {
                    choice: Some(choice),
                    reached: step.max(search.reached),
                    on_duty_at: None,
                });
            }
        }
        let settings = std::sync::Arc::clone(&tx.settings);
        let (now, ring) = (tx.now, rings(tx, &need, step).into_iter().last());
        let hope = || match &ring {
            Some(ring) => candidates::hopes(&mut tx.conn, &need, ring, when),
            None => Ok(false),
        };
        if !widens(step, search.reached, search.since, now, &settings.matching, hope)? {
            break;
        }
        step = step.wider();
        if step == SearchStep::Queue {
            break;
        }
    }
    let on_duty_at =
        if need.facts.duty_only { first_on_duty(tx, &mut vocabulary, &need, when)? } else { None };
    Ok(Outcome { choice: None, reached: step.max(search.reached), on_duty_at })
}

/// The expert whom an applied plan assigned to the enterprise, where the rules allow it. Where only
/// those on duty are asked, a plan is no reason to wake somebody.
fn assigned(tx: &mut Tx, id: ConsultationId) -> Result<Option<Choice>, Problem> {
    if tx.settings.matching.duty == DutyRule::Only {
        return Ok(None);
    }
    match plan::assigned_expert(&mut tx.conn, id)? {
        Some(expert) => Ok(choose_this(tx, id, expert, false)?.ok()),
        None => Ok(None),
    }
}

/// The rings that a step takes in, in the order in which they are tried; the last holds all others.
fn rings(tx: &Tx, need: &Need, step: SearchStep) -> Vec<Ring> {
    match step {
        SearchStep::Exact => vec![Ring::exact(need)],
        SearchStep::Class => vec![Ring::class(need)],
        SearchStep::Province => vec![Ring::province(need), Ring::related(need, &tx.catalogue)],
        SearchStep::Queue => vec![],
    }
}

/// The best expert of a ring who can still be had.
fn best(
    tx: &mut Tx,
    vocabulary: &mut Vocabulary,
    need: &Need,
    ring: &Ring,
    when: When,
) -> Result<Option<Choice>, Problem> {
    let ids = candidates::free(&mut tx.conn, need, ring, when)?;
    let (catalogue, settings) = (std::sync::Arc::clone(&tx.catalogue), std::sync::Arc::clone(&tx.settings));
    let moment = Moment { now: tx.now, catalogue: &catalogue };
    let found = roster::experts(&mut tx.conn, vocabulary, moment, &ids)?;
    let judged = found.into_iter().filter(|c| exclusion(&need.facts, &c.facts).is_none());
    let ranked = rank(judged.collect(), need, &Model::new(&settings.matching), settings.matching.duty);
    for (candidate, score) in ranked {
        if take(tx, candidate.facts.id)? {
            let on_duty_at = next_duty(&candidate.shifts, tx.now, &catalogue.calendar);
            return Ok(Some(Choice {
                expert: candidate.facts.id,
                account: candidate.account,
                score,
                on_duty_at,
            }));
        }
    }
    Ok(None)
}

/// Candidates with their scores, the best first: those on duty before the others unless duty is not
/// asked; then by score; among equals the one longest without a consultation. The id makes the
/// order total.
pub fn rank(
    candidates: Vec<Candidate>,
    need: &Need,
    model: &Model,
    duty: DutyRule,
) -> Vec<(Candidate, Score)> {
    let mut ranked: Vec<_> = candidates
        .into_iter()
        .map(|c| {
            let s = score(&c, need, model);
            (c, s)
        })
        .collect();
    ranked.sort_by_cached_key(|(candidate, score)| {
        let on_duty = duty == DutyRule::Ignore || candidate.facts.on_duty;
        (Reverse(on_duty), Reverse(steps(score.total)), candidate.last_assigned_at, candidate.facts.id)
    });
    ranked
}

/// A score in steps of a billionth: sums of floats that differ by less are equal.
#[expect(clippy::cast_possible_truncation, reason = "0 to 1 times a billion")]
fn steps(total: f64) -> i64 {
    (total * 1e9).round() as i64
}

/// What speaks for a candidate.
pub fn score(candidate: &Candidate, need: &Need, model: &Model) -> Score {
    let parts = model.parts(&need.facts, &candidate.facts);
    Score {
        total: model.total(&parts),
        parts,
        fit: fit(&need.facts, &candidate.facts),
        nearness: nearness(&need.facts, &candidate.facts),
        on_duty: candidate.facts.on_duty,
        open: candidate.facts.load,
        capacity: candidate.facts.capacity,
        last_assigned_at: candidate.last_assigned_at,
    }
}

/// Takes one named expert for a consultation, if the rules allow it. With `order`, the rules that an
/// admin's order may pass over are passed over: tried before, not on duty, no specialty.
///
/// # Errors
/// The rule that forbids it, as the inner error; the outer one when the database can't be asked.
pub fn choose_this(
    tx: &mut Tx,
    id: ConsultationId,
    expert: ExpertId,
    order: bool,
) -> Result<Result<Choice, Exclusion>, Problem> {
    let mut vocabulary = Vocabulary::new(&tx.catalogue.products);
    let today = tx.today();
    let mut need = needs::need(&mut tx.conn, &mut vocabulary, id, today)?;
    need.facts.duty_only = false;
    let catalogue = std::sync::Arc::clone(&tx.catalogue);
    let moment = Moment { now: tx.now, catalogue: &catalogue };
    let found = roster::experts(&mut tx.conn, &mut vocabulary, moment, &[expert])?.into_iter().next();
    let Some(mut candidate) = found else { return Ok(Err(Exclusion::NotApproved)) };
    candidate.facts.ties.extend(employer_tie(&mut tx.conn, expert, &need)?);
    let hard = |rule: &Exclusion| !order || rule.is_hard();
    if let Some(rule) = model::rules::exclusions(&need.facts, &candidate.facts).find(hard) {
        return Ok(Err(rule));
    }
    let model = Model::new(&tx.settings.matching);
    let score = score(&candidate, &need, &model);
    if !take(tx, expert)? {
        return Ok(Err(Exclusion::AtCapacity));
    }
    let on_duty_at = next_duty(&candidate.shifts, tx.now, &catalogue.calendar);
    Ok(Ok(Choice { expert, account: candidate.account, score, on_duty_at }))
}

/// The need's enterprise, where the expert's employer bears its name.
fn employer_tie(
    conn: &mut PgConnection,
    id: ExpertId,
    need: &Need,
) -> Result<Option<model::EnterpriseKey>, Problem> {
    let employer: Option<String> = expert::table.find(id).select(expert::employer).first(conn)?;
    Ok(employer.filter(|name| *name == need.enterprise).map(|_| need.facts.enterprise))
}

/// Locks the expert and looks again, now that nobody else can give it anything. Gives whether the
/// expert still has a place, and notes that it was given something.
///
/// # Errors
/// When the database can't be asked.
pub fn take(tx: &mut Tx, id: ExpertId) -> Result<bool, Problem> {
    type Held = (i32, i32, bool, Vetting, Option<NaiveDate>, Option<NaiveDate>);
    let (open, capacity, available, vetting, from, to): Held = expert::table
        .find(id)
        .select((
            expert::open_count,
            expert::capacity,
            expert::available,
            expert::vetting,
            expert::leave_from,
            expert::leave_to,
        ))
        .for_update()
        .first(&mut *tx.conn)?;
    let today = tx.today();
    let on_leave = from.zip(to).is_some_and(|(from, to)| (from..=to).contains(&today));
    if !available || vetting != Vetting::Approved || on_leave || open >= capacity {
        return Ok(false);
    }
    diesel::update(expert::table.find(id)).set(expert::last_assigned_at.eq(tx.now)).execute(&mut *tx.conn)?;
    Ok(true)
}

/// When the first of those who are merely off duty will be on.
fn first_on_duty(
    tx: &mut Tx,
    vocabulary: &mut Vocabulary,
    need: &Need,
    when: When,
) -> Result<Option<DateTime<Utc>>, Problem> {
    let catalogue = std::sync::Arc::clone(&tx.catalogue);
    let moment = Moment { now: tx.now, catalogue: &catalogue };
    let mut first = None;
    for ring in rings(tx, need, SearchStep::Province) {
        let ids = candidates::off_duty(&mut tx.conn, need, &ring, when)?;
        let found = roster::experts(&mut tx.conn, vocabulary, moment, &ids)?;
        let starts = found.iter().filter_map(|c| next_duty(&c.shifts, moment.now, &catalogue.calendar));
        first = starts.chain(first).min();
    }
    Ok(first)
}

/// A candidate as matching sees it at a moment.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The expert.
    pub candidate: Candidate,
    /// What speaks for the expert.
    pub score: Score,
    /// The rule that excludes the expert, if one does.
    pub excluded_by: Option<Exclusion>,
}

/// Everyone whose specialties have to do with a consultation: those who could be chosen, the best
/// first, then those whom a rule excludes.
///
/// # Errors
/// When the database can't be asked.
pub fn explain(
    conn: &mut PgConnection,
    id: ConsultationId,
    moment: Moment<'_>,
    settings: &crate::settings::MatchingSettings,
) -> Result<Vec<Judged>, Problem> {
    let mut vocabulary = Vocabulary::new(&moment.catalogue.products);
    let today = crate::core::clock::shanghai_date(moment.now);
    let mut need = needs::need(conn, &mut vocabulary, id, today)?;
    need.facts.duty_only = settings.duty == DutyRule::Only;
    let ids = candidates::everyone(conn, &need, &Ring::related(&need, moment.catalogue))?;
    let mut found = roster::experts(conn, &mut vocabulary, moment, &ids)?;
    for candidate in &mut found {
        candidate.facts.ties.extend(employer_tie(conn, candidate.facts.id, &need)?);
    }
    let ranked = rank(found, &need, &Model::new(settings), settings.duty);
    let judge = |(candidate, score): (Candidate, Score)| {
        let excluded_by = exclusion(&need.facts, &candidate.facts);
        Judged { candidate, score, excluded_by }
    };
    let (mut all, mut excluded) = (Vec::new(), Vec::new());
    for judged in ranked.into_iter().map(judge) {
        if judged.excluded_by.is_none() { all.push(judged) } else { excluded.push(judged) }
    }
    all.append(&mut excluded);
    Ok(all)
}
