//! The steps of a case after its opening, and the correction of a mis-entered one.

use crate::accounts::store::of_enterprise;
use crate::catalogue::Regions;
use crate::consultations::contacts::recipient;
use crate::core::fields::Fields;
use crate::core::ids::CaseId;
use crate::core::problem::FieldError;
use crate::core::text::Text;
use crate::core::{Code, Problem};
use crate::db::schema::{case_evidence, nonconformity};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::notifications::{Mail, outbox};
use crate::remediation::breach::refusal;
use crate::remediation::clocks::Rules;
use crate::remediation::course::{Breach, Broken, Course, Fact, Law};
use crate::remediation::event::{CaseEvent, NewEvent, RetestOutcome};
use crate::remediation::policy::{Office, Ties, office, permit, region_of, sees, ties};
use crate::remediation::state::{CaseState, CaseStep};
use crate::remediation::store::{self, CORRECT, Correction, EventRow, Line, Row, facts, law_of, lock};
use crate::remediation::{clearance, evidence};
use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Enters an event of a case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordEvent {
    /// The case.
    pub case: CaseId,
    /// What happened.
    pub event: NewEvent,
}

/// Loads and locks a case that the actor may see.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn lock_visible(tx: &mut Tx, id: CaseId) -> Result<(Row, Ties), Problem> {
    let row = lock(tx, id)?;
    let ties = ties(&mut tx.conn, &row)?;
    if sees(&tx.actor, &row, &ties, &tx.catalogue) { Ok((row, ties)) } else { Err(Problem::not_found()) }
}

/// A case under its lock, with its history and what that comes to.
struct Opened {
    row: Row,
    home: String,
    rows: Vec<EventRow>,
    facts: Vec<Fact>,
    course: Course,
}

fn open(tx: &mut Tx, id: CaseId) -> Result<Opened, Problem> {
    let (row, ties) = lock_visible(tx, id)?;
    let rows = store::events(&mut tx.conn, id)?;
    let facts = facts(&rows)?;
    let law = law_of(&row, &tx.settings, &tx.catalogue)?;
    let (course, _) = Course::replay(&ties.region, &facts, law)
        .map_err(|broken| Problem::internal(format!("case {id}: {broken}")))?;
    Ok(Opened { row, home: ties.region, rows, facts, course })
}

impl Command for RecordEvent {
    type Output = CaseId;
    const NAME: &'static str = "record_case_step";

    fn run(&self, tx: &mut Tx) -> Result<CaseId, Problem> {
        let opened = open(tx, self.case)?;
        if let Some(seen) = self.event.version.filter(|seen| *seen != opened.row.version) {
            return Err(Problem::new(
                Code::CaseChanged,
                Text::new(
                    format!("案件已更新（版本 {}，您看到的是 {seen}），请刷新后重试", opened.row.version),
                    format!("the case has changed: it is at version {}, you saw {seen}", opened.row.version),
                ),
            ));
        }
        if self.event.event == CaseEvent::Correct {
            self.correct(tx, opened)?;
            return Ok(self.case);
        }
        let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
        let law = law_of(&opened.row, &settings, &catalogue)?;
        let step = self.event.step(&opened.course, region_of(&tx.actor), law.regions);
        let taken = self.step(tx, opened, step, law);
        taken.map_err(|problem| match problem.status {
            403 | 409 | 422 => problem.under(step.article(&law.rules.articles)),
            _ => problem,
        })?;
        Ok(self.case)
    }
}

/// Most files that a step stands on.
pub(super) const MOST_FILES: usize = 20;

impl RecordEvent {
    fn words(&self, tx: &Tx) -> Result<(Option<String>, Option<String>, NaiveDate), Problem> {
        let (event, today, mut fields) = (&self.event, tx.today(), Fields::new());
        let note = fields.optional_text("/note", event.note.as_deref(), 4000);
        let document = fields.optional_text("/document", event.document.as_deref(), 200);
        evidence::check_files(&mut fields, &event.attachments, MOST_FILES);
        let day = event.occurred_on.unwrap_or(today);
        fields.require(day <= today, "/occurred_on", "不能晚于今天", "must not be in the future");
        let received = event.received_on.is_none_or(|received| received <= day);
        fields.require(received, "/received_on", "不能晚于该步骤", "must not be after the step");
        fields.done()?;
        Ok((note, document, day))
    }

    fn step(&self, tx: &mut Tx, opened: Opened, step: CaseStep, law: Law<'_>) -> Result<(), Problem> {
        let Opened { row, mut course, .. } = opened;
        permit(&tx.actor, step, &course, law.regions)?;
        self.event.check()?;
        let (note, document, on) = self.words(tx)?;
        let sampled = sampled_on(tx, &row)?;
        let earliest = [(step == CaseStep::StopOrder).then_some(on), self.event.received_on];
        not_before_sampling(sampled, [("/occurred_on", earliest[0]), ("/received_on", earliest[1])])?;
        let terms = self.event.terms(law.regions)?;
        let seq = row.version.saturating_add(1);
        let fact = Fact {
            seq,
            step,
            on,
            entered_by: tx.actor.account().into_iter().collect(),
            region: region_of(&tx.actor).map(str::to_owned),
            terms,
        };
        let from = course.state;
        let before = course.clone();
        let late = course.take(&fact, law).map_err(|breach| refusal(step, &breach, &before, law.rules))?;
        // The enterprise asks by entering it: no date of its own makes the request earlier.
        let (_, latest) = before.bounds(step, fact.terms.received_on, law);
        if let Some(until) = latest.filter(|latest| *latest < tx.today()) {
            return Err(refusal(step, &Breach::Late { until }, &before, law.rules));
        }
        match step {
            CaseStep::SubmitEvidence => require_evidence(tx, &row, note.as_deref())?,
            CaseStep::Clear => clearance::require(tx, &row, &before)?,
            CaseStep::Close => {
                require_closable(tx, &row, &fact, document.is_some() || !self.event.attachments.is_empty())?;
            }
            _ => {}
        }
        let line = Line {
            event: step.as_str(),
            from,
            occurred_on: on,
            note: note.as_deref(),
            document: document.as_deref(),
            details: serde_json::to_value(&fact.terms)?,
            corrects: None,
            late,
        };
        evidence::use_files(tx, row.id, &self.event.attachments)?;
        store::write(tx, row.id, seq, line, &course, law)?;
        store::attach(tx, row.id, seq, &self.event.attachments)?;
        let subject = Subject::new("remediation_case", row.id.0).in_region(&before.authority);
        let data = json!({
            "seq": seq, "occurred_on": on, "to": course.state, "document": document, "late": late,
            "attachments": self.event.attachments,
        });
        tx.audit(step.as_str(), subject, data)?;
        follow(tx, &row, &course, step)?;
        tell_enterprise(tx, &row, step)
    }

    /// A correction is an event of its own. The history is folded anew with it; where the law would not have
    /// allowed what follows, it is refused.
    fn correct(&self, tx: &mut Tx, opened: Opened) -> Result<(), Problem> {
        let Opened { row, home, rows, facts: known, course: before } = opened;
        let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
        let law = law_of(&row, &settings, &catalogue)?;
        self.event.check()?;
        let target = self.event.corrects.and_then(|seq| rows.iter().find(|row| row.seq == seq));
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
        let mut under = target;
        while let Some(next) = under.and_then(|row| row.corrects) {
            under = rows.iter().find(|row| row.seq == next);
        }
        let fact = under.and_then(|row| known.iter().find(|fact| fact.seq == row.seq));
        let (Some(target), Some(fact)) = (target, fact) else {
            let text = Text::new("案件没有该步骤，或已作废", "is no event of this case, or was annulled");
            return Err(Problem::field("/corrects", text));
        };
        let article = fact.step.article(&law.rules.articles);
        let earlier: Vec<Fact> = known.iter().take_while(|other| other.seq < fact.seq).cloned().collect();
        let newest = known.last().is_some_and(|last| last.seq == fact.seq);
        // A hand-over that nothing has followed is corrected by who handed over, too.
        let handed = fact.step == CaseStep::Transfer && newest && {
            let (then, _, _) = Course::fold(&home, &earlier, law);
            permit(&tx.actor, CaseStep::Transfer, &then, law.regions).is_ok()
        };
        if !handed {
            permit_correction(tx, fact.step, &before, law.regions)
                .map_err(|problem| problem.under(article))?;
        }
        let (note, document, _) = self.words(tx)?;
        let sampled = sampled_on(tx, &row)?;
        not_before_sampling(
            sampled,
            [("/occurred_on", self.event.occurred_on), ("/received_on", self.event.received_on)],
        )
        .map_err(|problem| problem.under(article))?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", self.event.reason.as_deref().unwrap_or_default(), 2000);
        fields.done()?;
        let said = Correction {
            occurred_on: self.event.occurred_on,
            step: self.other_outcome(fact.step)?,
            terms: self.event.terms(law.regions)?,
            annulled: self.event.annulled.unwrap_or(false),
        };
        if said == Correction::default() && document.is_none() && self.event.attachments.is_empty() {
            let text = Text::new(
                "须注明更正后的内容，或注明作废",
                "says nothing else than what is there; or set annulled",
            );
            return Err(Problem::field("/corrects", text));
        }
        let mut corrected = known.clone();
        if said.annulled {
            corrected.retain(|other| other.seq != fact.seq);
        } else if let Some(other) = corrected.iter_mut().find(|other| other.seq == fact.seq) {
            other.correct(&said, tx.actor.account());
        }
        // What the law had against the history before is not the correction's doing.
        let (_, _, known_breaches) = Course::fold(&home, &known, law);
        let (course, _, breaches) = Course::fold(&home, &corrected, law);
        if let Some(broken) = breaches.iter().find(|breach| !known_breaches.contains(breach)) {
            return Err(unlawful(broken, &before, law.rules));
        }
        if course.state.is_none() {
            let text = Text::new("案件的起始步骤不能作废", "what a case begins with can't be annulled");
            return Err(Problem::field("/annulled", text));
        }
        let bears_on_clearance = fact.step.is_result() || fact.step == CaseStep::Clear;
        if course.state == Some(CaseState::Cleared) && bears_on_clearance {
            clearance::require(tx, &row, &course).map_err(|p| p.under(&law.rules.articles.hold))?;
        }
        let seq = row.version.saturating_add(1);
        let line = Line {
            event: CORRECT,
            from: before.state,
            occurred_on: tx.today(),
            note: Some(&reason),
            document: document.as_deref(),
            details: serde_json::to_value(&said)?,
            corrects: Some(target.seq),
            late: false,
        };
        evidence::use_files(tx, row.id, &self.event.attachments)?;
        store::write(tx, row.id, seq, line, &course, law)?;
        store::attach(tx, row.id, seq, &self.event.attachments)?;
        if course.ordered_on != before.ordered_on {
            diesel::update(nonconformity::table.find(row.nonconformity_id))
                .set((
                    nonconformity::order_issued_on.eq(course.ordered_on),
                    nonconformity::updated_at.eq(tx.now),
                ))
                .execute(&mut *tx.conn)?;
        }
        let subject = Subject::new("remediation_case", row.id.0).in_region(&before.authority);
        let data = json!({
            "seq": seq, "corrects": target.seq, "reason": reason, "said": said, "to": course.state, "note": note,
            "document": document, "attachments": self.event.attachments,
        });
        tx.audit("correct_case_step", subject, data)
    }

    /// The other outcome, where the correction names it; none where it is what was said.
    fn other_outcome(&self, step: CaseStep) -> Result<Option<CaseStep>, Problem> {
        let (pointer, wanted) = match (self.event.passed, self.event.outcome) {
            (None, None) => return Ok(None),
            (Some(passed), _) => ("/passed", passed),
            (None, Some(outcome)) => ("/outcome", outcome == RetestOutcome::Overturned),
        };
        let retest = matches!(step, CaseStep::UpholdResult | CaseStep::OverturnResult);
        match step.opposite() {
            Some(other) if retest == (pointer == "/outcome") => {
                Ok((step.is_pass() != wanted).then_some(other))
            }
            _ => Err(Problem::field(pointer, Text::new("与该步骤不符", "does not go with the event"))),
        }
    }
}

/// Whoever the law gives a step to corrects it, and so does the authority that keeps the record. A report on its
/// way up is the authority's to correct: the turn has moved on.
fn permit_correction(tx: &Tx, step: CaseStep, course: &Course, regions: &Regions) -> Result<(), Problem> {
    let keeper = permit(&tx.actor, CaseStep::Close, course, regions);
    match office(step) {
        Office::InTurn => keeper,
        Office::Enterprise if keeper.is_ok() => keeper,
        _ => permit(&tx.actor, step, course, regions),
    }
}

fn unlawful(broken: &Broken, before: &Course, rules: &Rules) -> Problem {
    let because = refusal(broken.step, &broken.breach, before, rules);
    let step = broken.step.text();
    let mut problem = Problem::new(
        Code::CorrectionUnlawful,
        Text::new(
            format!("更正后，第 {} 号步骤“{}”将不合法", broken.seq, step.zh),
            format!("after it, event {} (“{}”) would be against the law", broken.seq, step.en),
        ),
    );
    problem.errors = vec![FieldError::body("/corrects", because.detail.clone())];
    problem.under(broken.step.article(&rules.articles))
}

/// When the sample was taken: nothing of a case came before.
fn sampled_on(tx: &mut Tx, row: &Row) -> Result<NaiveDate, Problem> {
    let of = nonconformity::table.find(row.nonconformity_id);
    Ok(of.select(nonconformity::inspected_on).first(&mut *tx.conn)?)
}

fn not_before_sampling(sampled: NaiveDate, days: [(&str, Option<NaiveDate>); 2]) -> Result<(), Problem> {
    let mut fields = Fields::new();
    for (pointer, day) in days {
        let fits = day.is_none_or(|day| day >= sampled);
        fields.require(fits, pointer, "不能早于抽样日期", "must not be before the sampling");
    }
    fields.done()
}

/// Evidence is a piece handed in before, or what the step itself says.
fn require_evidence(tx: &mut Tx, row: &Row, note: Option<&str>) -> Result<(), Problem> {
    let count: i64 = case_evidence::table
        .filter(case_evidence::case_id.eq(row.id))
        .select(count_star())
        .first(&mut *tx.conn)?;
    match (count, note) {
        (0, Some(words)) => evidence::store(tx, row.id, None, None, words).map(drop),
        (0, None) => Err(Problem::new(
            Code::NoEvidence,
            Text::new("请先提交整改证据,或在 note 中说明", "hand in evidence first, or describe it in note"),
        )),
        _ => Ok(()),
    }
}

/// An enterprise that the list says operates is closed on a document that says otherwise.
fn require_closable(tx: &mut Tx, row: &Row, fact: &Fact, documented: bool) -> Result<(), Problem> {
    use crate::db::schema::enterprise;
    let status: String = enterprise::table
        .find(row.enterprise_id)
        .select(enterprise::operating_status)
        .first(&mut *tx.conn)?;
    let known = fact.terms.reason.is_some_and(|reason| reason.as_str() == status);
    if known || documented {
        return Ok(());
    }
    let text = Text::new(
        "名单上企业的经营状态与此不符，须注明依据文件",
        "the list says otherwise of the enterprise; name the document that it stands on",
    );
    Err(Problem::field("/document", text))
}

/// What a step changes besides the case.
fn follow(tx: &mut Tx, row: &Row, course: &Course, step: CaseStep) -> Result<(), Problem> {
    if step == CaseStep::Order {
        diesel::update(nonconformity::table.find(row.nonconformity_id))
            .set((nonconformity::order_issued_on.eq(course.ordered_on), nonconformity::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
    }
    Ok(())
}

fn tell_enterprise(tx: &mut Tx, row: &Row, step: CaseStep) -> Result<(), Problem> {
    let passed = match step {
        CaseStep::Clear => None,
        step if step.is_result() => Some(step.is_pass()),
        _ => return Ok(()),
    };
    let Some(to) = of_enterprise(&mut tx.conn, row.enterprise_id)?.as_ref().and_then(recipient) else {
        return Ok(());
    };
    let (report_no, kind) = nonconformity::table
        .find(row.nonconformity_id)
        .select((nonconformity::report_no, nonconformity::product_kind))
        .first::<(String, String)>(&mut *tx.conn)?;
    let product = tx.catalogue.products.kind(&kind).map_or(kind.clone(), |k| match to.language {
        crate::core::Language::Zh => k.name_zh.clone(),
        crate::core::Language::En => k.name_en.clone(),
    });
    let mail = match passed {
        Some(passed) => Mail::ReinspectionRecorded { passed, report_no, product },
        None => Mail::CaseCleared { report_no, product },
    };
    outbox::enqueue(tx, &to, &mail).map(drop)
}
