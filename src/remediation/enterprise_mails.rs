//! What an enterprise is told by mail of its case: each step of the law, the correction of one, and actions that await its answer.

use crate::accounts::people::enterprise_recipients;
use crate::core::clock::day_in;
use crate::core::{Language, Problem, Text};
use crate::db::Tx;
use crate::db::published::nonconformity_ever as nonconformity;
use crate::notifications::outbox;
use crate::remediation::consequences::{consequence, is_mailed};
use crate::remediation::deadlines::case_names::product;
use crate::remediation::mails::Mail;
use crate::remediation::new_action::CheckedAction;
use crate::remediation::opening::Target;
use crate::remediation::state::{CaseState, CaseStep};
use chrono::NaiveDate;
use diesel::prelude::*;

/// Number of the report that found the nonconformity, and code of the product kind.
fn report_and_kind(tx: &mut Tx, of: Target) -> Result<(String, String), Problem> {
    Ok(nonconformity::table
        .find(of.nonconformity)
        .select((nonconformity::report_no, nonconformity::product_kind))
        .first(&mut *tx.conn)?)
}

fn link(tx: &Tx, of: Target) -> String {
    tx.link(&format!("/cases/{}", of.case))
}

/// Mails the enterprise a step of the law on its case.
///
/// # Errors
/// When the database refuses.
pub fn tell_step(tx: &mut Tx, of: Target, step: CaseStep, on: NaiveDate) -> Result<(), Problem> {
    if !is_mailed(step) {
        return Ok(());
    }
    let (report_no, kind) = report_and_kind(tx, of)?;
    for to in enterprise_recipients(&mut tx.conn, of.enterprise)? {
        let (product, report_no) = (product(tx, &kind, to.language), report_no.clone());
        let mail = match step {
            CaseStep::Clear => Mail::CaseCleared { report_no, product },
            step if step.is_result() => {
                Mail::ReinspectionRecorded { passed: step.is_pass(), report_no, product }
            }
            step => Mail::CaseStepRecorded {
                step: step.text().get(to.language).to_owned(),
                day: on,
                follows: consequence(step).get(to.language).to_owned(),
                report_no,
                product,
                link: link(tx, of),
            },
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// The correction of a step.
#[derive(Debug, Clone, Copy)]
pub struct Corrected<'a> {
    /// The step as it was entered.
    pub step: CaseStep,
    /// The day of the step, as it is now.
    pub on: NaiveDate,
    /// Whether the step never happened.
    pub annulled: bool,
    /// The state of the case with the correction.
    pub state: Option<CaseState>,
    /// Why it is corrected.
    pub reason: &'a str,
}

impl Corrected<'_> {
    fn step_text(self) -> Text {
        let Text { zh, en } = self.step.text();
        Text::new(format!("更正“{zh}”"), format!("correction of “{en}”"))
    }

    fn follows(self) -> Text {
        let state = self.state.map_or_else(|| Text::new("无", "none"), CaseState::text);
        let reason = self.reason;
        if self.annulled {
            return Text::new(
                format!("该事项作废，案件状态现为“{}”。更正原因：{reason}", state.zh),
                format!("It is annulled, and the state of the case is “{}”. Reason: {reason}", state.en),
            );
        }
        Text::new(
            format!("更正后，案件状态为“{}”。更正原因：{reason}", state.zh),
            format!("With it, the state of the case is “{}”. Reason: {reason}", state.en),
        )
    }
}

/// Mails the enterprise that the authority has corrected a step of its case.
///
/// # Errors
/// When the database refuses.
pub fn tell_correction(tx: &mut Tx, of: Target, corrected: Corrected<'_>) -> Result<(), Problem> {
    let (report_no, kind) = report_and_kind(tx, of)?;
    for to in enterprise_recipients(&mut tx.conn, of.enterprise)? {
        let mail = Mail::CaseStepRecorded {
            step: corrected.step_text().get(to.language).to_owned(),
            day: corrected.on,
            follows: corrected.follows().get(to.language).to_owned(),
            report_no: report_no.clone(),
            product: product(tx, &kind, to.language),
            link: link(tx, of),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// Mails the enterprise actions of its case that others have entered and that await its answer.
///
/// # Errors
/// When the database refuses.
pub fn tell_actions(tx: &mut Tx, of: Target, actions: &[CheckedAction]) -> Result<(), Problem> {
    let (report_no, kind) = report_and_kind(tx, of)?;
    for to in enterprise_recipients(&mut tx.conn, of.enterprise)? {
        let lines: Vec<String> = actions.iter().map(|action| line(action, to.language)).collect();
        let mail = Mail::ActionsToAnswer {
            actions: lines.join("\n").into(),
            report_no: report_no.clone(),
            product: product(tx, &kind, to.language),
            link: link(tx, of),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// An action in a line of a mail.
fn line(action: &CheckedAction, language: Language) -> String {
    let kind = action.kind.text();
    let (kind, what) = (kind.get(language), &action.description);
    let due = action.due_on.map(|day| day_in(language, day));
    match (language, due) {
        (Language::Zh, Some(due)) => format!("- {kind}：{what}（期限：{due}）"),
        (Language::Zh, None) => format!("- {kind}：{what}"),
        (Language::En, Some(due)) => format!("- {kind}: {what} (until {due})"),
        (Language::En, None) => format!("- {kind}: {what}"),
    }
}
