//! Entering the check of a label: as a new inspection, or for one that is there.

use crate::attachments::ids::AttachmentId;
use crate::attachments::store::AttachmentRow;
use crate::catalogue::SupervisionClass;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::published::inspection;
use crate::db::schema::{label_answer, label_check, label_photo};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::inspections::event::NewStep;
use crate::inspections::ids::InspectionId;
use crate::inspections::particulars::{ReportItem, TestResult};
use crate::inspections::record::RecordInspectionStep;
use crate::inspections::register::RegisterInspection;
use crate::inspections::registration::Registration;
use crate::inspections::standing::standing;
use crate::inspections::state::InspectionStep;
use crate::inspections::words::{Method, Outcome, Party};
use crate::label_checks::checklist::{Answer, Check, LabelOutcome};
use crate::label_checks::input::{AnswerInput, LabelCheckInput, Rest, answered, checklist, photos, rest};
use crate::programmes::regimes::history::regime_in;
use crate::programmes::regimes::queries::changes;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Enters the check of a label as a new inspection. The same number with the same content again gives the same inspection.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckLabel {
    /// The inspection, as for `POST /api/v1/inspections`, with the method `label`.
    pub inspection: Registration,
    /// The check, as it is entered.
    pub check: LabelCheckInput,
}

impl Command for CheckLabel {
    type Output = InspectionId;
    const NAME: &'static str = "check_label";

    fn run(&self, tx: &mut Tx) -> Result<InspectionId, Problem> {
        if self.inspection.method != Method::Label {
            return Err(wrong_method("/inspection/method"));
        }
        let mut registration = self.inspection.clone();
        // A form that was sent later was filled in on its day.
        registration.drawn_on = registration.drawn_on.or(Some(self.check.inspected_on.min(tx.today())));
        let id = RegisterInspection(registration).run(tx)?.id;
        record(tx, id, &self.check)?;
        Ok(id)
    }
}

/// Enters the check of a label for an inspection that is there, such as one of a programme.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordLabelCheck {
    /// The inspection.
    pub inspection: InspectionId,
    /// The check, as it is entered.
    pub check: LabelCheckInput,
}

impl Command for RecordLabelCheck {
    type Output = InspectionId;
    const NAME: &'static str = "record_label_check";

    fn run(&self, tx: &mut Tx) -> Result<InspectionId, Problem> {
        record(tx, self.inspection, &self.check)?;
        Ok(self.inspection)
    }
}

fn wrong_method(pointer: &str) -> Problem {
    Problem::field(pointer, Text::new("须为标识检查（label）", "must be label"))
}

/// The inspection, as far as the check is concerned.
struct Ground {
    class: Option<String>,
    /// The regime of the product kind on the day of the check.
    regime: Option<SupervisionClass>,
    region: String,
}

/// What is known of the inspection. Whether the actor may enter it is asked by the step.
fn ground(tx: &mut Tx, id: InspectionId, day: NaiveDate) -> Result<Ground, Problem> {
    use inspection as i;
    let (method, kind, region): (Method, Option<String>, String) = i::table
        .filter(i::id.eq(id))
        .select((i::method, i::product_kind, i::place_region))
        .first(&mut *tx.conn)?;
    if method != Method::Label {
        return Err(wrong_method("/inspection"));
    }
    let catalogue = Arc::clone(&tx.catalogue);
    let kind = kind.as_deref().and_then(|code| catalogue.products.coded(code));
    let regime = match kind {
        Some(kind) => Some(regime_in(&changes(&mut tx.conn)?, kind, day)),
        None => None,
    };
    Ok(Ground { class: kind.map(|kind| kind.class.clone()), regime, region })
}

/// The result as the inspection keeps it: the checks that applied, each as an item.
fn result(outcome: LabelOutcome, answers: &[(&Check, &AnswerInput)]) -> TestResult {
    let item = |(check, given): &(&Check, &AnswerInput)| ReportItem {
        item: check.text.zh.to_string(),
        method: None,
        requirement: Some(check.article.zh.to_string()),
        measured: match given.answer {
            Answer::Ok => Some("符合".to_owned()),
            Answer::Missing => Some("缺失".to_owned()),
            Answer::False => Some("不实".to_owned()),
            Answer::NotApplicable => None,
        },
        unit: None,
        ok: !given.answer.failed(),
        safety: check.serious,
    };
    let applied = answers.iter().filter(|(_, given)| given.answer != Answer::NotApplicable);
    TestResult {
        report_no: None,
        outcome: match outcome {
            LabelOutcome::Conforming => Outcome::Conforming,
            LabelOutcome::ThreeNoes | LabelOutcome::LabelNonconforming => Outcome::Nonconforming,
        },
        signed_by: None,
        items: applied.map(item).collect(),
    }
}

/// What makes two entries the same.
fn fingerprint(input: &LabelCheckInput) -> Result<Vec<u8>, Problem> {
    // A photo that was uploaded again for a repeated call is another attachment: the answers decide.
    let mut input = input.clone();
    for answer in &mut input.answers {
        answer.photos.clear();
    }
    let text = serde_json::to_vec(&input).map_err(Problem::internal)?;
    Ok(Sha256::digest(text).to_vec())
}

/// Enters the check, once for each inspection; the same content again changes nothing.
fn record(tx: &mut Tx, id: InspectionId, input: &LabelCheckInput) -> Result<(), Problem> {
    let ground = ground(tx, id, input.inspected_on)?;
    let mark = fingerprint(input)?;
    if let Some(fact) = standing(&mut tx.conn, &[id], InspectionStep::Check)?.remove(&id) {
        let known: Option<Vec<u8>> = label_check::table
            .find((id, fact.ordinal))
            .select(label_check::fingerprint)
            .first(&mut *tx.conn)
            .optional()?;
        if known.as_ref() == Some(&mark) {
            return Ok(());
        }
        let text = Text::new(
            "该检查已登记标识检查结果；登记有误的，请在办理过程中更正（作废）该步骤后重新登记",
            "the label was checked already; annul that step in the history and enter it anew where it was wrong",
        );
        return Err(Problem::new(Code::LabelChecked, text));
    }
    let mut fields = Fields::new();
    let Some(list) = checklist(tx, &mut fields, input) else { return fields.done() };
    let answers = answered(&mut fields, &list, (ground.class.as_deref(), ground.regime), input);
    let given: BTreeMap<&str, Answer> =
        answers.iter().map(|(check, given)| (check.key.as_str(), given.answer)).collect();
    let outcome = list.outcome(&given);
    let rest = rest(tx, &mut fields, input, outcome != LabelOutcome::Conforming);
    let photos = photos(tx, &mut fields, id, input)?;
    fields.done()?;
    let event = steps(tx, id, input, result(outcome, &answers), photos.keys().copied().collect())?;
    write(tx, (id, event), input, (&list.version, outcome, &mark), rest)?;
    write_answers(tx, (id, event), &answers, &photos)?;
    let subject = Subject::new("inspection", id.0).in_region(&ground.region);
    let data = json!({ "outcome": outcome, "checklist": list.version, "corrected_on": input.corrected_on });
    tx.audit(RecordLabelCheck::NAME, subject, data)
}

/// The steps of the inspection: the check, and the delivery where it was done on the spot. Gives the number of the check in the history.
fn steps(
    tx: &mut Tx,
    inspection_id: InspectionId,
    input: &LabelCheckInput,
    result: TestResult,
    attachments: Vec<AttachmentId>,
) -> Result<i32, Problem> {
    let check = NewStep {
        occurred_on: Some(input.inspected_on),
        result: Some(result),
        corrected_on: input.corrected_on,
        attachments,
        ..NewStep::new(InspectionStep::Check)
    };
    RecordInspectionStep { inspection: inspection_id, event: check }.run(tx)?;
    let event: i32 = inspection::table
        .filter(inspection::id.eq(inspection_id))
        .select(inspection::version)
        .first(&mut *tx.conn)?;
    if input.delivered_on.is_some() {
        let deliver = NewStep {
            occurred_on: input.delivered_on,
            party: Some(Party::Operator),
            ..NewStep::new(InspectionStep::Deliver)
        };
        RecordInspectionStep { inspection: inspection_id, event: deliver }.run(tx)?;
    }
    Ok(event)
}

fn write(
    tx: &mut Tx,
    (id, event): (InspectionId, i32),
    input: &LabelCheckInput,
    (version, outcome, mark): (&str, LabelOutcome, &[u8]),
    rest: Rest,
) -> Result<(), Problem> {
    use label_check as c;
    let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
    diesel::insert_into(c::table)
        .values((
            c::inspection_id.eq(id),
            c::event.eq(event),
            c::checklist_version.eq(version),
            c::outcome.eq(outcome),
            c::inspected_on.eq(input.inspected_on),
            c::inspectors.eq(rest.inspectors),
            c::source_named.eq(input.source_named),
            c::source_name.eq(rest.source_name),
            c::source_uscc.eq(rest.source_uscc),
            c::corrected_on.eq(input.corrected_on),
            c::correction.eq(rest.correction),
            c::fingerprint.eq(mark.to_vec()),
            c::checked_by.eq(by),
            c::checked_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

fn write_answers(
    tx: &mut Tx,
    (id, event): (InspectionId, i32),
    answers: &[(&Check, &AnswerInput)],
    photos: &BTreeMap<AttachmentId, AttachmentRow>,
) -> Result<(), Problem> {
    use label_answer as a;
    use label_photo as p;
    for (ordinal, (check, given)) in (1_i32..).zip(answers) {
        diesel::insert_into(a::table)
            .values((
                a::inspection_id.eq(id),
                a::event.eq(event),
                a::ordinal.eq(ordinal),
                a::check_key.eq(&check.key),
                a::answer.eq(given.answer),
                a::note.eq(given.note.as_deref().map(str::trim).filter(|note| !note.is_empty())),
            ))
            .execute(&mut *tx.conn)?;
        let rows: Vec<_> = (1_i32..)
            .zip(given.photos.iter().filter_map(|photo| photos.get(photo)))
            .map(|(place, row)| {
                (
                    p::inspection_id.eq(id),
                    p::event.eq(event),
                    p::check_key.eq(&check.key),
                    p::ordinal.eq(place),
                    p::attachment_id.eq(row.id),
                    p::sha256.eq(&row.sha256),
                )
            })
            .collect();
        diesel::insert_into(p::table).values(rows).execute(&mut *tx.conn)?;
    }
    Ok(())
}
