//! Entering a quick test with the device by which it was made. What follows from it is kept by `inspections`.

use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::published::inspection;
use crate::db::schema::quick_test;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::inspections::event::NewStep;
use crate::inspections::ids::InspectionId;
use crate::inspections::particulars::QuickResult;
use crate::inspections::record::RecordInspectionStep;
use crate::inspections::register::RegisterInspection;
use crate::inspections::registration::Registration;
use crate::inspections::standing::standing;
use crate::inspections::state::InspectionStep;
use crate::inspections::words::{Method, Outcome};
use crate::label_checks::devices::calibrated;
use crate::label_checks::ids::DeviceId;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most minutes of a quick test.
const MOST_MINUTES: i32 = 24 * 60;

/// A quick test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuickTestInput {
    /// The device by which it was made. Its calibration must hold on the day of the test.
    pub device: DeviceId,
    /// Who made it, at most 200 characters.
    pub tester: String,
    /// What it found: `clear`, `suspect` or `invalid`.
    #[schema(inline)]
    pub outcome: Outcome,
    /// How many minutes it took.
    #[schema(minimum = 1, maximum = 1440)]
    pub minutes: i32,
    /// The day of the test, in Asia/Shanghai, not after today.
    pub tested_on: NaiveDate,
    /// In the tester's words, at most 2,000 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// Enters a quick test as a new inspection. The same number with the same content again gives the same inspection.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterQuickTest {
    /// The inspection, as for `POST /api/v1/inspections`, with the method `quick`.
    pub inspection: Registration,
    /// The test.
    pub test: QuickTestInput,
}

impl Command for EnterQuickTest {
    type Output = InspectionId;
    const NAME: &'static str = "enter_quick_test";

    fn run(&self, tx: &mut Tx) -> Result<InspectionId, Problem> {
        if self.inspection.method != Method::Quick {
            return Err(wrong_method("/inspection/method"));
        }
        let mut registration = self.inspection.clone();
        registration.drawn_on = registration.drawn_on.or(Some(self.test.tested_on));
        let id = RegisterInspection(registration).run(tx)?.id;
        record(tx, id, &self.test, "/test")?;
        Ok(id)
    }
}

/// Enters a quick test for an inspection that is there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordQuickTest {
    /// The inspection.
    pub inspection: InspectionId,
    /// The test.
    pub test: QuickTestInput,
}

impl Command for RecordQuickTest {
    type Output = InspectionId;
    const NAME: &'static str = "record_quick_test";

    fn run(&self, tx: &mut Tx) -> Result<InspectionId, Problem> {
        record(tx, self.inspection, &self.test, "")?;
        Ok(self.inspection)
    }
}

fn wrong_method(pointer: &str) -> Problem {
    Problem::field(pointer, Text::new("须为快速检测（quick）", "must be quick"))
}

/// Enters the test; `at` is where it stands in what was sent, for the pointers of faults.
fn record(tx: &mut Tx, id: InspectionId, input: &QuickTestInput, at: &str) -> Result<(), Problem> {
    use inspection as i;
    use quick_test as q;
    let (method, region): (Method, String) =
        i::table.filter(i::id.eq(id)).select((i::method, i::place_region)).first(&mut *tx.conn)?;
    if method != Method::Quick {
        return Err(wrong_method("/inspection"));
    }
    if let Some(fact) = standing(&mut tx.conn, &[id], InspectionStep::QuickTest)?.remove(&id) {
        let known: Option<(DeviceId, NaiveDate)> = q::table
            .find((id, fact.ordinal))
            .select((q::device_id, q::tested_on))
            .first(&mut *tx.conn)
            .optional()?;
        let found = fact.particulars.quick.as_ref().map(|quick| quick.outcome);
        if known == Some((input.device, input.tested_on)) && found == Some(input.outcome) {
            return Ok(());
        }
        let text = Text::new(
            "该检查已登记快速检测结果；登记有误的，请在办理过程中更正（作废）该步骤后重新登记",
            "the quick test was entered already; annul that step in the history and enter it anew where it was wrong",
        );
        return Err(Problem::new(Code::LabelChecked, text));
    }
    let mut fields = Fields::new();
    let tester = fields.text(&format!("{at}/tester"), &input.tester, 200);
    let note = fields.optional_text(&format!("{at}/note"), input.note.as_deref(), 2_000);
    fields.require(
        [Outcome::Clear, Outcome::Suspect, Outcome::Invalid].contains(&input.outcome),
        &format!("{at}/outcome"),
        "须为 clear、suspect 或 invalid",
        "must be clear, suspect or invalid",
    );
    fields.require(
        (1..=MOST_MINUTES).contains(&input.minutes),
        &format!("{at}/minutes"),
        "须为 1 到 1440 的整数",
        "must be a whole number from 1 to 1440",
    );
    fields.require(
        input.tested_on <= tx.today(),
        &format!("{at}/tested_on"),
        "不能晚于今天",
        "must not be after today",
    );
    fields.done()?;
    let (device, calibrated_until) = calibrated(tx, input.device, input.tested_on, &format!("{at}/device"))?;
    let quick = QuickResult {
        device,
        calibrated_until: Some(calibrated_until),
        tester,
        outcome: input.outcome,
        minutes: Some(input.minutes),
    };
    let event = NewStep {
        occurred_on: Some(input.tested_on),
        quick: Some(quick),
        note,
        ..NewStep::new(InspectionStep::QuickTest)
    };
    RecordInspectionStep { inspection: id, event }.run(tx)?;
    let event: i32 = i::table.filter(i::id.eq(id)).select(i::version).first(&mut *tx.conn)?;
    let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
    diesel::insert_into(q::table)
        .values((
            q::inspection_id.eq(id),
            q::event.eq(event),
            q::device_id.eq(input.device),
            q::tested_on.eq(input.tested_on),
            q::calibrated_until.eq(calibrated_until),
            q::entered_by.eq(by),
            q::entered_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    let subject = Subject::new("inspection", id.0).in_region(&region);
    tx.audit(RecordQuickTest::NAME, subject, json!({ "outcome": input.outcome, "device": input.device }))
}
