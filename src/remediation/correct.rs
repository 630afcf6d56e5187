//! The correction of an event that was entered wrongly. A correction is an event of its own; the history is folded again with it,
//! and where the law would not have allowed what follows, it is refused.

use crate::catalogue::Regions;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::problem::FieldError;
use crate::core::text::Text;
use crate::core::{Code, Problem};
use crate::db::Tx;
use crate::db::tx::Subject;
use crate::remediation::breach::refusal;
use crate::remediation::clocks::Rules;
use crate::remediation::course::{Course, Law, UnlawfulHistory};
use crate::remediation::enterprise_mails::{Corrected, tell_correction};
use crate::remediation::event::{NewEvent, RetestOutcome};
use crate::remediation::event_checks::{checked_text, not_before_sampling};
use crate::remediation::fact::{Correction, Fact};
use crate::remediation::history::{Author, CORRECT, Line};
use crate::remediation::law::law_of;
use crate::remediation::load::LoadedCase;
use crate::remediation::opening::Target;
use crate::remediation::policy::{Office, office, permit};
use crate::remediation::settings::RemediationSettings;
use crate::remediation::state::{CaseState, CaseStep};
use crate::remediation::{clearance, evidence, store};
use serde_json::json;
use std::sync::Arc;

/// Enters a correction.
///
/// # Errors
/// 403 for who may not correct the event, 409 where it is corrected already or the law forbids what would come of it, 422 for
/// what is wrong with the correction itself.
pub fn correct(tx: &mut Tx, event: &NewEvent, case: LoadedCase) -> Result<(), Problem> {
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let law = law_of(&case.row, settings.section::<RemediationSettings>(), &catalogue)?;
    event.check()?;
    let (target, fact) = target(event, &case)?;
    let article = fact.step.article(&law.rules.articles);
    permit_correction(tx, &case, fact, law).map_err(|problem| problem.under(article))?;
    let (note, document, _) = checked_text(event, tx)?;
    let days = [("/occurred_on", event.occurred_on), ("/received_on", event.received_on)];
    not_before_sampling(tx, case.row.nonconformity_id, days).map_err(|problem| problem.under(article))?;
    let mut fields = Fields::new();
    let reason = fields.text("/reason", event.reason.as_deref().unwrap_or_default(), 2000);
    fields.done()?;
    let correction = read_correction(event, fact.step, law)?;
    if correction == Correction::default() && document.is_none() && event.attachments.is_empty() {
        let text = Text::new("须注明更正后的内容，或注明作废", "The correction changes nothing.");
        return Err(Problem::field("/corrects", text));
    }
    let course = fold_corrected(tx, &case, fact, &correction, law)?;
    let bears_on_clearance = fact.step.is_result() || fact.step == CaseStep::Clear;
    if course.state == Some(CaseState::Cleared) && bears_on_clearance {
        clearance::require(tx, &case.row, &course).map_err(|p| p.under(&law.rules.articles.hold))?;
    }
    let (row, before) = (&case.row, &case.course);
    let line = Line {
        event: CORRECT,
        from: before.state,
        occurred_on: tx.today(),
        note: Some(&reason),
        document: document.as_deref(),
        details: serde_json::to_value(&correction)?,
        corrects: Some(target),
        late: false,
    };
    evidence::use_files(tx, row.id, &event.attachments)?;
    store::write(&mut tx.conn, Author::of(&tx.actor, tx.now), row, line, &course, law)?;
    store::attach(tx, row.id, row.next_seq(), &event.attachments)?;
    let subject = Subject::new("remediation_case", row.id.0).in_region(&before.authority);
    let data = json!({
        "seq": row.next_seq(), "corrects": target, "reason": reason, "said": correction, "to": course.state,
        "note": note, "document": document, "attachments": event.attachments,
    });
    tx.audit("correct_case_step", subject, data)?;
    if matches!(tx.actor.scope(), Some(Scope::Enterprise(_))) {
        return Ok(());
    }
    let of = Target { case: row.id, nonconformity: row.nonconformity_id, enterprise: row.enterprise_id };
    let corrected = Corrected {
        step: fact.step,
        on: correction.occurred_on.unwrap_or(fact.on),
        annulled: correction.annulled,
        state: course.state,
        reason: &reason,
    };
    tell_correction(tx, of, corrected)
}

/// The number of the event that is corrected (which may be a correction itself), and the effective event that it comes to.
fn target<'a>(event: &NewEvent, case: &'a LoadedCase) -> Result<(i32, &'a Fact), Problem> {
    let rows = &case.events;
    let target = event.corrects.and_then(|seq| rows.iter().find(|row| row.seq == seq));
    let newer = target.and_then(|target| rows.iter().find(|row| row.corrects == Some(target.seq)));
    if let Some((target, newer)) = target.zip(newer) {
        return Err(Problem::new(
            Code::CorrectedAlready,
            Text::new(
                format!("该步骤已由第 {} 号更正，请更正该号", newer.seq),
                format!("event {} is corrected by {}; correct that one", target.seq, newer.seq),
            ),
        ));
    }
    let mut original = target;
    while let Some(next) = original.and_then(|row| row.corrects) {
        original = rows.iter().find(|row| row.seq == next);
    }
    let fact = original.and_then(|row| case.facts.iter().find(|fact| fact.seq == row.seq));
    target.map(|row| row.seq).zip(fact).ok_or_else(|| {
        let text = Text::new("案件没有该步骤，或已作废", "is no event of this case, or was annulled");
        Problem::field("/corrects", text)
    })
}

/// What the correction puts in the place of what was entered.
fn read_correction(event: &NewEvent, step: CaseStep, law: Law<'_>) -> Result<Correction, Problem> {
    Ok(Correction {
        occurred_on: event.occurred_on,
        step: other_outcome(event, step)?,
        terms: event.terms(law.regions)?,
        annulled: event.annulled.unwrap_or(false),
    })
}

/// The course with the correction. What the law had against the history before is not held against the correction.
fn fold_corrected(
    tx: &Tx,
    case: &LoadedCase,
    fact: &Fact,
    correction: &Correction,
    law: Law<'_>,
) -> Result<Course, Problem> {
    let mut corrected = case.facts.clone();
    if correction.annulled {
        corrected.retain(|other| other.seq != fact.seq);
    } else if let Some(other) = corrected.iter_mut().find(|other| other.seq == fact.seq) {
        other.correct(correction, tx.actor.account());
    }
    let (_, _, known) = Course::fold(&case.home, &case.facts, law);
    let (course, _, found) = Course::fold(&case.home, &corrected, law);
    if let Some(unlawful) = found.iter().find(|unlawful| !known.contains(unlawful)) {
        return Err(refuse_unlawful(unlawful, &case.course, law.rules));
    }
    if course.state.is_none() {
        let text = Text::new("案件的起始步骤不能作废", "what a case begins with can't be annulled");
        return Err(Problem::field("/annulled", text));
    }
    Ok(course)
}

/// The opposite step, where the correction changes the outcome; none where the outcome stays.
fn other_outcome(event: &NewEvent, step: CaseStep) -> Result<Option<CaseStep>, Problem> {
    let (pointer, wanted) = match (event.passed, event.outcome) {
        (None, None) => return Ok(None),
        (Some(passed), _) => ("/passed", passed),
        (None, Some(outcome)) => ("/outcome", outcome == RetestOutcome::Overturned),
    };
    let retest = matches!(step, CaseStep::UpholdResult | CaseStep::OverturnResult);
    match step.opposite() {
        Some(other) if retest == (pointer == "/outcome") => Ok((step.is_pass() != wanted).then_some(other)),
        _ => Err(Problem::field(pointer, Text::new("与该步骤不符", "does not go with the event"))),
    }
}

/// Refuses who may not correct an event. A transfer that nothing has followed is also corrected by who handed the case over.
fn permit_correction(tx: &Tx, case: &LoadedCase, fact: &Fact, law: Law<'_>) -> Result<(), Problem> {
    let newest = case.facts.last().is_some_and(|last| last.seq == fact.seq);
    if fact.step == CaseStep::Transfer && newest {
        let earlier: Vec<Fact> =
            case.facts.iter().take_while(|other| other.seq < fact.seq).cloned().collect();
        let (then, _, _) = Course::fold(&case.home, &earlier, law);
        if permit(&tx.actor, CaseStep::Transfer, &then, law.regions).is_ok() {
            return Ok(());
        }
    }
    permit_corrector(tx, fact.step, &case.course, law.regions)
}

/// Whoever takes a step according to the law corrects it, and so does the authority that handles the case. A report to the next
/// level is corrected by that authority alone: the next report is another level's.
fn permit_corrector(tx: &Tx, step: CaseStep, course: &Course, regions: &Regions) -> Result<(), Problem> {
    let handler = permit(&tx.actor, CaseStep::Close, course, regions);
    match office(step) {
        Office::InTurn => handler,
        Office::Enterprise if handler.is_ok() => handler,
        _ => permit(&tx.actor, step, course, regions),
    }
}

/// 409 `correction_unlawful`: with the correction, the law would not have allowed an event of the history.
fn refuse_unlawful(unlawful: &UnlawfulHistory, before: &Course, rules: &Rules) -> Problem {
    let because = refusal(unlawful.step, &unlawful.breach, before, rules);
    let step = unlawful.step.text();
    let mut problem = Problem::new(
        Code::CorrectionUnlawful,
        Text::new(
            format!("更正后，第 {} 号步骤“{}”将不合法", unlawful.seq, step.zh),
            format!("after it, event {} (“{}”) would be against the law", unlawful.seq, step.en),
        ),
    );
    problem.errors = vec![FieldError::body("/corrects", because.detail.clone())];
    problem.under(unlawful.step.article(&rules.articles))
}
