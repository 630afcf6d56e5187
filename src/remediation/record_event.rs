//! The steps of a case after its opening.

use crate::accounts::factors::step_up;
use crate::core::text::Text;
use crate::core::{Code, Problem};
use crate::db::published::enterprise;
use crate::db::schema::case_evidence;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::remediation::breach::{ended, refusal};
use crate::remediation::correct::correct;
use crate::remediation::course::{Breach, Law};
use crate::remediation::enterprise_mails::tell_step;
use crate::remediation::event::{CaseEvent, NewEvent};
use crate::remediation::event_checks::{checked_text, not_before_sampling};
use crate::remediation::fact::Fact;
use crate::remediation::history::Author;
use crate::remediation::ids::CaseId;
use crate::remediation::law::law_of;
use crate::remediation::load::{LoadedCase, load_visible};
use crate::remediation::opening::Target;
use crate::remediation::policy::permit;
use crate::remediation::settings::RemediationSettings;
use crate::remediation::state::{CaseState, CaseStep};
use crate::remediation::store::{self, Row};
use crate::remediation::write_step::{Particulars, write_step};
use crate::remediation::{clearance, evidence};
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
    /// The event to record.
    pub event: NewEvent,
}

impl Command for RecordEvent {
    type Output = CaseId;
    const NAME: &'static str = "record_case_step";

    fn run(&self, tx: &mut Tx) -> Result<CaseId, Problem> {
        let case = load_visible(tx, self.case)?;
        if let Some(seen) = self.event.version.filter(|seen| *seen != case.row.version) {
            return Err(Problem::new(
                Code::CaseChanged,
                Text::new(
                    format!("案件已更新（版本 {}，您看到的是 {seen}），请刷新后重试", case.row.version),
                    format!("the case has changed: it is at version {}, you saw {seen}", case.row.version),
                ),
            ));
        }
        if case.row.state == CaseState::Withdrawn {
            return Err(ended());
        }
        if self.event.event == CaseEvent::Correct {
            correct(tx, &self.event, case)?;
            return Ok(self.case);
        }
        let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
        let law = law_of(&case.row, settings.section::<RemediationSettings>(), &catalogue)?;
        let step = self.event.step(&case.course, tx.actor.officer_region(), law.regions);
        let taken = self.step(tx, case, step, law);
        taken.map_err(|problem| match problem.status {
            // That the session must prove who is in it is no matter of this law.
            _ if problem.code == Code::StepUpRequired => problem,
            403 | 409 | 422 => problem.under(step.article(&law.rules.articles)),
            _ => problem,
        })?;
        Ok(self.case)
    }
}

impl RecordEvent {
    fn step(&self, tx: &mut Tx, mut case: LoadedCase, step: CaseStep, law: Law<'_>) -> Result<(), Problem> {
        permit(&tx.actor, step, &case.course, law.regions)?;
        if step == CaseStep::Clear {
            step_up::require(tx)?;
        }
        self.event.check()?;
        let (note, document, on) = checked_text(&self.event, tx)?;
        let earliest = [(step == CaseStep::StopOrder).then_some(on), self.event.received_on];
        let days = [("/occurred_on", earliest[0]), ("/received_on", earliest[1])];
        not_before_sampling(tx, case.row.nonconformity_id, days)?;
        let author = Author::of(&tx.actor, tx.now);
        let fact = Fact {
            seq: case.row.next_seq(),
            step,
            on,
            entered_by: author.account.into_iter().collect(),
            region: author.region.map(str::to_owned),
            terms: self.event.terms(law.regions)?,
        };
        let before = case.course.clone();
        let particulars = Particulars { note: note.as_deref(), document: document.as_deref() };
        let late = write_step(&mut tx.conn, author, &mut case, &fact, particulars, law)?
            .map_err(|breach| refusal(step, &breach, &before, law.rules))?;
        // The enterprise asks by entering it: no date of its own makes the request earlier.
        let (_, latest) = before.bounds(step, fact.terms.received_on, law);
        if let Some(until) = latest.filter(|latest| *latest < tx.today()) {
            return Err(refusal(step, &Breach::Late { until }, &before, law.rules));
        }
        let (row, documented) = (&case.row, document.is_some() || !self.event.attachments.is_empty());
        match step {
            CaseStep::SubmitEvidence => require_evidence(tx, row, note.as_deref())?,
            CaseStep::Clear => clearance::require(tx, row, &before)?,
            CaseStep::Close => require_closable(tx, row, &fact, documented)?,
            _ => {}
        }
        evidence::use_files(tx, row.id, &self.event.attachments)?;
        store::attach(tx, row.id, fact.seq, &self.event.attachments)?;
        let subject = Subject::new("remediation_case", row.id.0).in_region(&before.authority);
        let data = json!({
            "seq": fact.seq, "occurred_on": on, "to": case.course.state, "document": document, "late": late,
            "attachments": self.event.attachments,
        });
        tx.audit(step.as_str(), subject, data)?;
        let of = Target { case: row.id, nonconformity: row.nonconformity_id, enterprise: row.enterprise_id };
        tell_step(tx, of, step, on)
    }
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
            Text::new("请先提交整改证据，或在 note 中说明", "hand in evidence first, or describe it in note"),
        )),
        _ => Ok(()),
    }
}

/// An enterprise that the list says operates is closed on a document that says otherwise.
fn require_closable(tx: &mut Tx, row: &Row, fact: &Fact, documented: bool) -> Result<(), Problem> {
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
        "the list says otherwise of the enterprise; name the document that it is based on",
    );
    Err(Problem::field("/document", text))
}
