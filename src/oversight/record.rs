//! The steps of a letter, an interview or a listing after it was written.

use crate::core::clock::day_text;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::{Command, Tx};
use crate::oversight::alert_port::record_at_alerts;
use crate::oversight::course::{Details, Fact};
use crate::oversight::create::{changed, freeze_facts};
use crate::oversight::escalate;
use crate::oversight::ids::OversightId;
use crate::oversight::policy::{Standing, is_of_recipient, may_take, needs_proof_on_behalf};
use crate::oversight::preconditions::{self, Now};
use crate::oversight::settings::OversightSettings;
use crate::oversight::state::{OversightState, OversightStep, transition};
use crate::oversight::step::NewOversightStep;
use crate::oversight::store::{self, Loaded, Numbered};
use crate::oversight::terms::{Law, document_no, prefix};
use crate::oversight::words::{OversightKind, ResponsibilityState};
use crate::oversight::{files, notices};
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Takes a step: it goes out, is received, answered, accepted or returned, held, signed, listed, extended, brought to its end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordOversightStep {
    /// The letter, interview or listing.
    pub id: OversightId,
    /// The step to take.
    pub event: NewOversightStep,
}

impl Command for RecordOversightStep {
    type Output = OversightId;
    const NAME: &'static str = "record_oversight_step";

    fn run(&self, tx: &mut Tx) -> Result<OversightId, Problem> {
        let mut loaded = store::load(tx, self.id)?;
        let step = self.event.step;
        permit(&loaded, step)?;
        if self.event.version.is_some_and(|seen| seen != loaded.row.version) {
            return Err(changed());
        }
        let kind = loaded.row.written.kind;
        transition(kind, loaded.course.state, step)?;
        let mut details = self.event.checked(kind)?;
        let (settings, catalogue, today) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue), tx.today());
        let rules = settings
            .section::<OversightSettings>()
            .rules_of(&loaded.row.written.rules_version, today)
            .ok_or_else(|| Problem::internal("no rules of oversight"))?;
        let law = Law { rules, calendar: &catalogue.calendar };
        let on = self.event.occurred_on.unwrap_or(today);
        check_day(&loaded, step, on, today)?;
        self.second_officer(tx, &loaded)?;
        details.on_behalf = loaded.standing == Standing::Issuer && is_of_recipient(step);
        self.require_proof(&loaded, &details)?;
        self.require_lawful(tx, &loaded, law)?;
        judged(&mut details, &loaded, (step, on, today), law)?;
        let numbered = self.numbered(tx, &loaded, &mut details, law, on)?;
        if step == OversightStep::Escalate {
            details.escalated_to = Some(escalate::propose(tx, &loaded, details.reason.as_deref())?);
        }
        if numbered.is_some() {
            freeze_facts(tx, self.id)?;
        }
        let before = loaded.course.state;
        let fact = Fact { step, on, details };
        let ordinal = store::take(tx, &mut loaded, &fact, numbered)?;
        responsibility(tx, &loaded, &fact, ordinal)?;
        files::attach(tx, self.id, ordinal, &self.event.attachments)?;
        let data = json!({
            "step": step, "from": before, "to": loaded.course.state, "reason": fact.details.reason,
            "document": fact.details.document_no, "due_on": loaded.course.due_on,
        });
        store::audit(tx, &loaded.row, Self::NAME, data)?;
        if numbered.is_some() {
            record_at_alerts(tx, &loaded)?;
        }
        notices::notify(tx, &loaded, &fact)?;
        tx.wake(crate::oversight::wake::CHANGED);
        Ok(self.id)
    }
}

/// Refuses who may not take a step of this kind.
fn permit(loaded: &Loaded, step: OversightStep) -> Result<(), Problem> {
    if may_take(loaded.standing, step) { Ok(()) } else { Err(Problem::forbidden()) }
}

fn check_day(loaded: &Loaded, step: OversightStep, on: NaiveDate, today: NaiveDate) -> Result<(), Problem> {
    use OversightStep as S;
    let mut fields = Fields::new();
    fields.require(on <= today, "/occurred_on", "不能晚于今天", "must not be in the future");
    let (zh, en) = ("不能早于上一步骤", "must not be before the last step");
    fields.require(on >= loaded.course.last_on, "/occurred_on", zh, en);
    // The days of what goes out, and the terms that count from it, are those of the day itself.
    let now = matches!(
        step,
        S::Issue | S::Notify | S::List | S::Approve | S::Return | S::Rectify | S::Extend | S::Escalate
    );
    // Who was addressed enters its own steps as it takes them: an answer of today is none of an earlier day.
    let own = loaded.standing == Standing::Recipient;
    let (zh, en) = ("此步骤只能在当天登记", "is entered on the day itself");
    fields.require(!(now || own) || on == today, "/occurred_on", zh, en);
    let meets = matches!(step, S::Hold | S::NotAttend);
    let (zh, en) = ("不能早于约谈日期", "must not be before the day of the interview");
    // While that day is to come, this is refused for its own reason.
    let early = loaded.course.meets_on.is_some_and(|day| day <= today && on < day);
    fields.require(!(meets && early), "/occurred_on", zh, en);
    fields.done()
}

fn second(zh: &'static str, en: &'static str) -> Problem {
    Problem::new(Code::SecondOfficerNeeded, Text::new(zh, en))
}

impl RecordOversightStep {
    /// Steps that are for another person than who took the one before.
    fn second_officer(&self, tx: &Tx, loaded: &Loaded) -> Result<(), Problem> {
        use OversightStep as S;
        let own = tx.actor.account();
        let is_own = |step: S| own.is_some() && loaded.taken_by(step) == own;
        match (loaded.row.written.kind, self.event.step) {
            (_, S::Approve) if own.is_some() && loaded.row.written.created_by == own => Err(second(
                "起草挂牌督办的人员不能批准，请由另一名监管人员批准",
                "who proposed a listing may not approve it; another officer does",
            )),
            (OversightKind::Letter, S::Accept) if is_own(S::Reply) => Err(second(
                "代为登记回复的人员不能认可该回复，请由另一名监管人员办理",
                "who entered the answer may not accept it; another officer does",
            )),
            (OversightKind::Listing, S::Accept) if own.is_some() && loaded.tasks_entered_by(own) => {
                Err(second(
                    "代为登记责任任务完成的人员不能批准摘牌，请由另一名监管人员办理",
                    "who entered that a task is done may not accept the delisting; another officer does",
                ))
            }
            (OversightKind::Listing, S::Accept) if is_own(S::Apply) => Err(second(
                "代为登记摘牌申请的人员不能批准摘牌，请由另一名监管人员办理",
                "who entered the application may not accept it; another officer does",
            )),
            (_, S::Verify) if is_own(S::Hold) || is_own(S::Minute) || is_own(S::Report) => Err(second(
                "主持约谈、形成纪要或者代为登记整改的人员不能核验，请由另一名监管人员核验",
                "who held the interview, wrote its minutes or entered the report may not verify; another officer does",
            )),
            _ => Ok(()),
        }
    }

    /// What is entered in place of who was addressed needs a file.
    fn require_proof(&self, loaded: &Loaded, details: &Details) -> Result<(), Problem> {
        let step = self.event.step;
        // The task of a responsibility can be reported by the issuing side as well, but for the same reason with a file.
        let needed = details.on_behalf && needs_proof_on_behalf(step) && loaded.standing == Standing::Issuer;
        if !needed || !self.event.attachments.is_empty() {
            return Ok(());
        }
        let text = Text::new(
            "代为登记须上传对方签章的材料",
            "what is entered in place of who was addressed needs a file that shows it",
        );
        Err(Problem::field("/attachments", text))
    }

    /// What must hold for the step besides the state, and of what is handed in with it.
    fn require_lawful(&self, tx: &mut Tx, loaded: &Loaded, law: Law<'_>) -> Result<(), Problem> {
        let (course, today) = (&loaded.course, tx.today());
        let responsibilities = match loaded.row.written.kind {
            OversightKind::Listing => store::responsibilities(&mut tx.conn, loaded.row.written.id)?,
            OversightKind::Letter | OversightKind::Interview => Vec::new(),
        };
        let most_extensions = law.rules.most_extensions;
        let now = Now { course, responsibilities: &responsibilities, today, most_extensions };
        preconditions::require(now, self.event.step)?;
        match self.event.step {
            OversightStep::Close => self.require_reason(course.state),
            OversightStep::Extend => self.require_extension(loaded, law, today),
            _ => Ok(()),
        }
    }

    /// What ends without an answer that was accepted ends with a reason.
    fn require_reason(&self, state: OversightState) -> Result<(), Problem> {
        let mut fields = Fields::new();
        let plain = matches!(state, OversightState::Accepted | OversightState::Verified);
        let reasoned = self.event.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
        fields.require(plain || reasoned, "/reason", "请填写原因", "say why");
        fields.done()
    }

    fn require_extension(&self, loaded: &Loaded, law: Law<'_>, today: NaiveDate) -> Result<(), Problem> {
        let mut fields = Fields::new();
        let Some(day) = self.event.due_on else { return Ok(()) };
        law.check_due(&mut fields, "/due_on", day, today);
        let term = loaded.course.term_on.unwrap_or(today);
        let (zh, en) = ("须晚于原期限", "must be after the term as it is");
        fields.require(day > term, "/due_on", zh, en);
        let days = Days::new(law.rules.extension_days.into());
        let last = term.max(today).checked_add_days(days).unwrap_or(NaiveDate::MAX);
        let last = law.calendar.next_working_day_on_or_after(last);
        if day > last {
            let last = day_text(last);
            let (zh, en) = (format!("不能晚于{}", last.zh), format!("must not be after {}", last.en));
            fields.fault("/due_on", zh, en);
        }
        fields.done()
    }

    /// The number of a document that goes out by this step.
    fn numbered(
        &self,
        tx: &mut Tx,
        loaded: &Loaded,
        details: &mut Details,
        law: Law<'_>,
        on: NaiveDate,
    ) -> Result<Numbered, Problem> {
        use OversightStep as S;
        let goes_out =
            matches!(self.event.step, S::Issue | S::Notify | S::List) && loaded.course.issued_on.is_none();
        if !goes_out {
            return Ok(None);
        }
        let region = &loaded.row.written.from_region;
        let word = prefix(law.rules, &Arc::clone(&tx.catalogue), region);
        let number = store::next_number(tx, region, on.year())?;
        details.document_no = Some(document_no(&word, on.year(), number));
        Ok(Some((on.year(), number)))
    }
}

/// Completes what the history keeps of a step: days by the rules, whether an answer is in time.
fn judged(
    details: &mut Details,
    loaded: &Loaded,
    (step, on, today): (OversightStep, NaiveDate, NaiveDate),
    law: Law<'_>,
) -> Result<(), Problem> {
    use OversightStep as S;
    let (course, wish) = (&loaded.course, loaded.matter.term_wish);
    let mut fields = Fields::new();
    let given = details.due_on.or(wish.filter(|_| matches!(step, S::Issue | S::List)));
    let by_rules = match step {
        S::Issue => Some(law.reply_by(on)),
        S::Return if course.kind == OversightKind::Letter => Some(law.reply_by(on)),
        S::Return if course.kind == OversightKind::Interview => Some(law.rectify_by(on)),
        S::Minute => Some(law.minutes_by(on)),
        S::Rectify => Some(law.rectify_by(on)),
        S::List => Some(law.listed_until(on)),
        S::Extend => details.due_on,
        _ => None,
    };
    if let Some(day) = by_rules {
        let due = given.unwrap_or(day);
        if given.is_some() && step != S::Extend {
            law.check_due(&mut fields, "/due_on", due, today);
        }
        details.due_on = Some(due);
    }
    match step {
        S::Notify => {
            if let Some(day) = details.meets_on {
                law.check_due(&mut fields, "/meets_on", day, today);
                let first = law.interview_from(on);
                if day < first {
                    let first = day_text(first);
                    let (zh, en) =
                        (format!("不能早于{}", first.zh), format!("must not be before {}", first.en));
                    fields.fault("/meets_on", zh, en);
                }
            }
        }
        S::List => details.report_due_on = Some(law.next_report(on)),
        S::Report if course.kind == OversightKind::Listing => {
            let due = course.report_due_on.unwrap_or(on);
            let near = on.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
            // A second report of a month does not put the next one off.
            details.report_due_on = if due > law.calendar.next_working_day_on_or_after(near) {
                Some(due)
            } else {
                Some(law.report_after(course.issued_on.unwrap_or(on), due.max(on)))
            };
            details.in_time = Some(on <= due);
        }
        S::Reply | S::Report | S::Apply => {
            let due = course.due_on.or(course.term_on);
            details.in_time = Some(due.is_none_or(|due| on <= due));
        }
        _ => {}
    }
    fields.done()
}

/// Writes what a step does to a responsibility.
fn responsibility(tx: &mut Tx, loaded: &Loaded, fact: &Fact, ordinal: i32) -> Result<(), Problem> {
    use OversightStep as S;
    let Some(kind) = fact.details.responsibility else { return Ok(()) };
    let id = loaded.row.written.id;
    let mut rows = store::responsibilities(&mut tx.conn, id)?;
    let Some(row) = rows.iter_mut().find(|row| row.kind == kind) else {
        let text = Text::new("没有此项责任", "there is no such responsibility");
        return Err(Problem::field("/responsibility", text));
    };
    preconditions::require_task(fact.step, row.state)?;
    match (fact.step, row.state) {
        (S::TaskDone, ResponsibilityState::Open) => {
            row.state = ResponsibilityState::Done;
            (row.done_on, row.evidence, row.done_ordinal) =
                (Some(fact.on), fact.details.text.clone(), Some(ordinal));
        }
        (S::TaskReopen, ResponsibilityState::Done) => {
            row.state = ResponsibilityState::Open;
            (row.done_on, row.evidence, row.done_ordinal) = (None, None, None);
        }
        (S::ReplaceHolder, _) => {
            row.holder = fact.details.holder.clone().unwrap_or_default();
            row.post = fact.details.post.clone().unwrap_or_default();
        }
        _ => {}
    }
    store::write_responsibilities(tx, id, &rows)
}
