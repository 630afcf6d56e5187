//! Choosing an expert for a need, inside the transaction that makes the offer.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::ids::{AccountId, EnterpriseId, ExpertId};
use crate::db::Tx;
use crate::experts::duty::{Hour, next_duty};
use crate::experts::workload;
use crate::matching::assignment::assigned_expert;
use crate::matching::model::facts::NeedFacts;
use crate::matching::model::rules::{Exclusion, exclusions};
use crate::matching::model::vocabulary::Vocabulary;
use crate::matching::model::weights::Model;
use crate::matching::need::Need;
use crate::matching::roster::facts::Candidate;
use crate::matching::roster::memory::{OwnChanges, Roster, View, roster};
use crate::matching::score::{Score, score};
use crate::matching::search::{SearchStep, widens};
use crate::matching::selection::{Criteria, Selection};
use crate::matching::settings::{DutyRule, MatchingSettings};
use crate::matching::tier::Tier;
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use std::sync::Arc;

/// How often a choice is made again because the one before was overtaken by others.
const MOST_CHOICES: u32 = 32;

/// The expert that was chosen, held until the transaction ends.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The expert.
    pub expert: ExpertId,
    /// The expert's account.
    pub account: AccountId,
    /// The score of the expert.
    pub score: Score,
    /// When the expert is on duty next: the present moment for one who is.
    pub on_duty_at: Option<DateTime<Utc>>,
    /// The rules that an admin's order passed over.
    pub passed_over: Vec<Exclusion>,
}

/// A search: what it is for and how far it has come.
#[derive(Debug, Clone)]
pub struct Search {
    /// What the expert is needed for.
    pub need: Need,
    /// How far it was widened before.
    pub reached: SearchStep,
    /// When the search began.
    pub since: DateTime<Utc>,
}

/// The result of a search.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The expert, if one was found.
    pub choice: Option<Choice>,
    /// How far the search was widened.
    pub reached: SearchStep,
    /// Where nobody was found because nobody is on duty: when the first one will be.
    pub on_duty_at: Option<DateTime<Utc>>,
}

/// Chooses the best expert for a need and notes that the expert was given something now.
///
/// Locks the row of the expert who is chosen.
///
/// # Errors
/// When the database can't be asked. No one fitting is not an error.
pub fn choose(tx: &mut Tx, search: &Search) -> Result<Outcome, Problem> {
    let context = Context::of(tx);
    let mut need = search.need.facts(&context.vocabulary, context.hour);
    let settings = Arc::clone(&tx.settings);
    need.share.percent = settings.section::<MatchingSettings>().enterprise_share_percent;
    if let Some(choice) = assigned(tx, &context, search.need.enterprise, &need)? {
        return Ok(Outcome { choice: Some(choice), reached: search.reached, on_duty_at: None });
    }
    need.duty_only = settings.section::<MatchingSettings>().duty == DutyRule::Only;
    let model = Model::new(settings.section::<MatchingSettings>());
    let criteria = Criteria { need: &need, model: &model, duty: settings.section::<MatchingSettings>().duty };
    let decide = |own: &OwnChanges| {
        let view = context.roster.view(own);
        (
            decide(
                &view,
                criteria,
                search,
                context.now,
                settings.section::<MatchingSettings>(),
                &context.catalogue,
            ),
            view.version(),
        )
    };
    let mut own = context.refresh(tx)?;
    for _ in 0..MOST_CHOICES {
        let (outcome, version) = decide(&own);
        let Some(choice) = &outcome.choice else { return Ok(outcome) };
        tx.conn.batch_execute("SAVEPOINT choice")?;
        workload::lock(tx, choice.expert)?;
        let now = context.refresh(tx)?;
        let again = if now == own && context.roster.view(&now).version() == version {
            outcome.clone()
        } else {
            decide(&now).0
        };
        if again.choice.as_ref().is_some_and(|again| again.expert == choice.expert) {
            tx.conn.batch_execute("RELEASE SAVEPOINT choice")?;
            workload::note_assignment(tx, choice.expert)?;
            return Ok(again);
        }
        // Whoever waits for one expert while holding another may wait for ever.
        tx.conn.batch_execute("ROLLBACK TO SAVEPOINT choice; RELEASE SAVEPOINT choice")?;
        own = now;
    }
    Ok(Outcome { choice: None, reached: search.reached, on_duty_at: None })
}

/// What a choice is made with.
struct Context {
    roster: Arc<Roster>,
    vocabulary: Vocabulary,
    catalogue: Arc<Catalogue>,
    now: DateTime<Utc>,
    hour: Hour,
}

impl Context {
    fn of(tx: &Tx) -> Self {
        Self {
            roster: roster(&tx.cache),
            vocabulary: Vocabulary::new(&tx.catalogue.products),
            catalogue: Arc::clone(&tx.catalogue),
            now: tx.now,
            hour: Hour::of(tx.now, &tx.catalogue.calendar),
        }
    }

    fn refresh(&self, tx: &mut Tx) -> Result<OwnChanges, Problem> {
        self.roster.refresh(&mut tx.conn, &self.vocabulary)
    }

    fn choice(&self, candidate: &Candidate, score: Score) -> Choice {
        Choice {
            expert: candidate.facts.id,
            account: candidate.account,
            score,
            on_duty_at: next_duty(&candidate.facts.shifts, self.now, &self.catalogue.calendar),
            passed_over: Vec::new(),
        }
    }
}

/// The best expert as far as the search goes by now. Pure.
fn decide(
    view: &View<'_>,
    criteria: Criteria<'_>,
    search: &Search,
    now: DateTime<Utc>,
    settings: &MatchingSettings,
    catalogue: &Catalogue,
) -> Outcome {
    let need = criteria.need;
    let next_duty = |candidate: &Candidate| next_duty(&candidate.facts.shifts, now, &catalogue.calendar);
    let mut selection = Selection::new(criteria);
    selection.consider(view.of_class(need.class));
    let mut step = SearchStep::Exact;
    while step != SearchStep::Queue {
        if step == Tier::Related.step() {
            for class in &need.related {
                selection.consider(view.of_class(*class));
            }
        }
        if let Some((candidate, score)) = selection.best(step) {
            let choice = Choice {
                expert: candidate.facts.id,
                account: candidate.account,
                score,
                on_duty_at: next_duty(candidate),
                passed_over: Vec::new(),
            };
            return Outcome { choice: Some(choice), reached: step.max(search.reached), on_duty_at: None };
        }
        if !widens(step, search.reached, now - search.since, settings, selection.may_come_free(step)) {
            break;
        }
        step = step.wider();
    }
    // Whom the search has not come to yet will be on duty, too.
    if need.duty_only {
        for class in &need.related {
            selection.consider(view.of_class(*class));
        }
    }
    let on_duty_at = selection.off_duty().iter().filter_map(|candidate| next_duty(candidate)).min();
    Outcome { choice: None, reached: step.max(search.reached), on_duty_at }
}

/// The expert whom an applied plan assigned to the enterprise, where the rules allow it. Where only
/// those on duty are asked, a plan is no reason to wake somebody.
fn assigned(
    tx: &mut Tx,
    context: &Context,
    enterprise: EnterpriseId,
    need: &NeedFacts,
) -> Result<Option<Choice>, Problem> {
    if tx.settings.section::<MatchingSettings>().duty == DutyRule::Only {
        return Ok(None);
    }
    match assigned_expert(&mut tx.conn, enterprise)? {
        Some(expert) => Ok(choose_named(tx, context, need, expert, false)?.ok()),
        None => Ok(None),
    }
}

/// Takes one named expert for a need, if the rules allow it. With `order`, the rules that an
/// admin's order may pass over are passed over: tried before, not on duty, no specialty.
///
/// # Errors
/// The rule that forbids it, as the inner error; the outer one when the database can't be asked.
pub fn choose_this(
    tx: &mut Tx,
    need: &Need,
    expert: ExpertId,
    order: bool,
) -> Result<Result<Choice, Exclusion>, Problem> {
    let context = Context::of(tx);
    let mut need = need.facts(&context.vocabulary, context.hour);
    need.share.percent = tx.settings.section::<MatchingSettings>().enterprise_share_percent;
    choose_named(tx, &context, &need, expert, order)
}

fn choose_named(
    tx: &mut Tx,
    context: &Context,
    need: &NeedFacts,
    expert: ExpertId,
    order: bool,
) -> Result<Result<Choice, Exclusion>, Problem> {
    tx.conn.batch_execute("SAVEPOINT choice")?;
    workload::lock(tx, expert)?;
    let own = context.refresh(tx)?;
    let hard = |rule: &Exclusion| !order || rule.is_hard();
    let judged = match context.roster.view(&own).get(expert) {
        None => Err(Exclusion::NotApproved),
        Some(candidate) => match exclusions(need, &candidate.facts).find(hard) {
            Some(rule) => Err(rule),
            None => {
                let model = Model::new(tx.settings.section::<MatchingSettings>());
                let mut choice = context.choice(candidate, score(candidate, need, &model));
                choice.passed_over.extend(exclusions(need, &candidate.facts));
                Ok(choice)
            }
        },
    };
    match &judged {
        Ok(_) => {
            tx.conn.batch_execute("RELEASE SAVEPOINT choice")?;
            workload::note_assignment(tx, expert)?;
        }
        Err(_) => tx.conn.batch_execute("ROLLBACK TO SAVEPOINT choice; RELEASE SAVEPOINT choice")?,
    }
    Ok(judged)
}
