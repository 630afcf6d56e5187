//! Which expert for which need.
//!
//! The [`model`] is pure: rules that exclude and parts that score. [`choose`] puts it to work inside
//! the caller's transaction: everyone who knows something of the need, from memory ([`mod@roster`]), and the
//! best of them by score ([`survey`]); among equals the one longest without a consultation. The search
//! widens step by step ([`search`]). The chosen expert's row is locked and everything looked at again: only
//! who is the best then, too, is taken. The row is held until the transaction ends, so two needs that
//! arrive in the same instant, on one server or on several, can't both take an expert's last place; a
//! CHECK on `expert.open_count` is the last guard.
//!
//! Neighbours: `experts` and `enterprises` below; `consultations` above, which records the offer.

pub mod api;
pub mod model;
pub mod needs;
pub mod pages;
pub mod plan;
mod room;
pub mod roster;
pub mod search;
pub mod simulation;
pub mod survey;

pub use room::ROOM;

use crate::core::Problem;
use crate::core::ids::{AccountId, ConsultationId, ExpertId};
use crate::db::Tx;
use crate::db::schema::expert;
use crate::experts::duty::{Hour, next_duty};
use crate::settings::{DutyRule, MatchingSettings};
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use model::{Exclusion, Fit, Model, Nearness, NeedFacts, Parts, Vocabulary, exclusion, fit, nearness};
use roster::{Candidate, Moment, Own, Roster, View, roster};
use search::{SearchStep, widens};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use survey::{Ring, Survey, Wanted};

/// How often a choice is made anew because the one before was overtaken by others.
const MOST_CHOICES: u32 = 32;

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
/// Locks the row of the expert who is chosen.
///
/// # Errors
/// When the database can't be asked. No one fitting is not an error.
pub fn choose(tx: &mut Tx, search: Search) -> Result<Outcome, Problem> {
    if let Some(choice) = assigned(tx, search.consultation)? {
        return Ok(Outcome { choice: Some(choice), reached: search.reached, on_duty_at: None });
    }
    let desk = Desk::of(tx);
    let mut need = needs::need(&mut tx.conn, &desk.vocabulary, search.consultation, desk.hour)?;
    let settings = Arc::clone(&tx.settings);
    need.duty_only = settings.matching.duty == DutyRule::Only;
    let model = Model::new(&settings.matching);
    let wanted = Wanted { need: &need, model: &model, duty: settings.matching.duty };
    let decide = |own: &Own| {
        let view = desk.roster.view(own);
        (decide(&view, wanted, search, desk.now, &settings.matching, &desk.catalogue), view.version())
    };
    let mut own = desk.refresh(tx)?;
    for _ in 0..MOST_CHOICES {
        let (outcome, version) = decide(&own);
        let Some(choice) = &outcome.choice else { return Ok(outcome) };
        tx.conn.batch_execute("SAVEPOINT choice")?;
        lock(tx, choice.expert)?;
        let now = desk.refresh(tx)?;
        let again = if now == own && desk.roster.view(&now).version() == version {
            outcome.clone()
        } else {
            decide(&now).0
        };
        if again.choice.as_ref().is_some_and(|again| again.expert == choice.expert) {
            tx.conn.batch_execute("RELEASE SAVEPOINT choice")?;
            assign(tx, choice.expert)?;
            return Ok(again);
        }
        // Whoever waits for one expert while holding another may wait for ever.
        tx.conn.batch_execute("ROLLBACK TO SAVEPOINT choice; RELEASE SAVEPOINT choice")?;
        own = now;
    }
    Ok(Outcome { choice: None, reached: search.reached, on_duty_at: None })
}

/// What a choice is made with.
struct Desk {
    roster: Arc<Roster>,
    vocabulary: Vocabulary,
    catalogue: Arc<crate::catalogue::Catalogue>,
    now: DateTime<Utc>,
    hour: Hour,
}

impl Desk {
    fn of(tx: &Tx) -> Self {
        Self {
            roster: roster(&tx.cache),
            vocabulary: Vocabulary::new(&tx.catalogue.products),
            catalogue: Arc::clone(&tx.catalogue),
            now: tx.now,
            hour: Hour::of(tx.now, &tx.catalogue.calendar),
        }
    }

    fn refresh(&self, tx: &mut Tx) -> Result<Own, Problem> {
        self.roster.refresh(&mut tx.conn, &self.vocabulary)
    }

    fn choice(&self, candidate: &Candidate, score: Score) -> Choice {
        Choice {
            expert: candidate.facts.id,
            account: candidate.account,
            score,
            on_duty_at: next_duty(&candidate.facts.shifts, self.now, &self.catalogue.calendar),
        }
    }
}

/// The best expert as far as the search goes by now. Pure.
fn decide(
    view: &View<'_>,
    wanted: Wanted<'_>,
    search: Search,
    now: DateTime<Utc>,
    settings: &MatchingSettings,
    catalogue: &crate::catalogue::Catalogue,
) -> Outcome {
    let need = wanted.need;
    let next_duty = |candidate: &Candidate| next_duty(&candidate.facts.shifts, now, &catalogue.calendar);
    let mut survey = Survey::new(wanted);
    survey.look(view.of_class(need.class));
    let mut step = SearchStep::Exact;
    while step != SearchStep::Queue {
        if step == Ring::Related.step() {
            for class in &need.related {
                survey.look(view.of_class(*class));
            }
        }
        if let Some((candidate, score)) = survey.best(step) {
            let choice = Choice {
                expert: candidate.facts.id,
                account: candidate.account,
                score,
                on_duty_at: next_duty(candidate),
            };
            return Outcome { choice: Some(choice), reached: step.max(search.reached), on_duty_at: None };
        }
        if !widens(step, search.reached, now - search.since, settings, survey.hopes(step)) {
            break;
        }
        step = step.wider();
    }
    // Whom the search has not come to yet will be on duty, too.
    if need.duty_only {
        for class in &need.related {
            survey.look(view.of_class(*class));
        }
    }
    let on_duty_at = survey.off_duty().iter().filter_map(|candidate| next_duty(candidate)).min();
    Outcome { choice: None, reached: step.max(search.reached), on_duty_at }
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

/// What speaks for a candidate.
pub fn score(candidate: &Candidate, need: &NeedFacts, model: &Model) -> Score {
    let parts = model.parts(need, &candidate.facts);
    Score {
        total: model.total(&parts),
        parts,
        fit: fit(need, &candidate.facts),
        nearness: nearness(need, &candidate.facts),
        on_duty: candidate.facts.on_duty(&need.hour),
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
    let desk = Desk::of(tx);
    let need = needs::need(&mut tx.conn, &desk.vocabulary, id, desk.hour)?;
    tx.conn.batch_execute("SAVEPOINT choice")?;
    lock(tx, expert)?;
    let own = desk.refresh(tx)?;
    let hard = |rule: &Exclusion| !order || rule.is_hard();
    let judged = match desk.roster.view(&own).get(expert) {
        None => Err(Exclusion::NotApproved),
        Some(candidate) => match model::rules::exclusions(&need, &candidate.facts).find(hard) {
            Some(rule) => Err(rule),
            None => {
                let model = Model::new(&tx.settings.matching);
                Ok(desk.choice(candidate, score(candidate, &need, &model)))
            }
        },
    };
    match &judged {
        Ok(_) => {
            tx.conn.batch_execute("RELEASE SAVEPOINT choice")?;
            assign(tx, expert)?;
        }
        Err(_) => tx.conn.batch_execute("ROLLBACK TO SAVEPOINT choice; RELEASE SAVEPOINT choice")?,
    }
    Ok(judged)
}

/// Locks an expert's row: nobody else can give the expert anything, nor take or change something.
fn lock(tx: &mut Tx, id: ExpertId) -> Result<(), Problem> {
    expert::table.find(id).select(expert::id).for_update().first::<ExpertId>(&mut *tx.conn).optional()?;
    Ok(())
}

/// Notes that an expert was given something now.
fn assign(tx: &mut Tx, id: ExpertId) -> Result<(), Problem> {
    diesel::update(expert::table.find(id)).set(expert::last_assigned_at.eq(tx.now)).execute(&mut *tx.conn)?;
    Ok(())
}

/// A candidate as matching sees it at a moment.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The expert.
    pub candidate: Candidate,
    /// How near the expert is to the need.
    pub ring: Ring,
    /// What speaks for the expert.
    pub score: Score,
    /// The rule that excludes the expert, if one does.
    pub excluded_by: Option<Exclusion>,
}

/// How many candidates an explanation lists.
const EXPLAINED: usize = 500;

/// Everyone whose specialties have to do with a consultation: those who could be chosen, in the order in
/// which they would be, then those whom a rule excludes. The first `EXPLAINED` of each.
///
/// # Errors
/// When the database can't be asked.
pub fn explain(
    conn: &mut PgConnection,
    id: ConsultationId,
    moment: Moment<'_>,
    settings: &MatchingSettings,
) -> Result<Vec<Judged>, Problem> {
    let vocabulary = Vocabulary::new(&moment.catalogue.products);
    let hour = Hour::of(moment.now, &moment.catalogue.calendar);
    let mut need = needs::need(conn, &vocabulary, id, hour)?;
    need.duty_only = settings.duty == DutyRule::Only;
    let (roster, model) = (roster(moment.cache), Model::new(settings));
    let wanted = Wanted { need: &need, model: &model, duty: settings.duty };
    let own = roster.refresh(conn, &vocabulary)?;
    let view = roster.view(&own);
    let mut judged: Vec<_> = view
        .all()
        .filter_map(|candidate| {
            let ring = Ring::of(&need, &candidate.facts)?;
            let (score, excluded_by) = (score(candidate, &need, &model), exclusion(&need, &candidate.facts));
            Some((
                (excluded_by.is_some(), ring, wanted.rank(candidate, score.total)),
                candidate,
                score,
                excluded_by,
            ))
        })
        .collect();
    judged.sort_unstable_by_key(|(key, ..)| *key);
    let allowed = judged.iter().take_while(|(.., rule)| rule.is_none()).count();
    let first = |(at, _): &(usize, _)| *at < EXPLAINED || (allowed..allowed + EXPLAINED).contains(at);
    let whole = |((_, ring, _), candidate, score, excluded_by): (_, &Candidate, Score, _)| Judged {
        candidate: candidate.clone(),
        ring,
        score,
        excluded_by,
    };
    Ok(judged.into_iter().enumerate().filter(first).map(|(_, judged)| whole(judged)).collect())
}
