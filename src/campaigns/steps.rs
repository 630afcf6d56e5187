//! The steps of a hazard: ordered, corrected, sent back or verified by another, struck off; its term extended; annulled.

use crate::attachments::ids::AttachmentId;
use crate::campaigns::ids::HazardId;
use crate::campaigns::notices;
use crate::campaigns::overdue;
use crate::campaigns::state::{HazardState, HazardStep, transition};
use crate::campaigns::store::{self, Row, Step, rules_of};
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{campaign, hazard};
use crate::db::{Command, Tx};
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A step to take.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HazardStepInput {
    /// The step: `order`, `return`, `verify`, `close`, `extend` and `annul` by officers; `correct` by the enterprise, or by an officer in its name.
    pub step: HazardStep,
    /// What is said, at most 4,000 characters: the reason of `return`, `extend` and `annul`, the measures of `correct`.
    #[serde(default)]
    pub said: Option<String>,
    /// The day of the step, in Asia/Shanghai; today where none is named.
    #[serde(default)]
    pub occurred_on: Option<NaiveDate>,
    /// The last day for the correction: of `order`, `return` and `extend`. Where none is named that of the rules, and of `return` the one before it.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// Ids of uploaded photos and files, at most 20: the evidence of `correct`.
    #[serde(default)]
    #[schema(value_type = Vec<AttachmentId>)]
    pub attachments: Vec<AttachmentId>,
}

/// Takes a step of a hazard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordHazardStep {
    /// The hazard.
    pub hazard: HazardId,
    /// The step.
    pub event: HazardStepInput,
}

/// What a step changes of the hazard; what is absent stays.
#[derive(AsChangeset, Default)]
#[diesel(table_name = hazard)]
struct Changed {
    state: Option<HazardState>,
    ordered_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    corrected_on: Option<NaiveDate>,
    verified_on: Option<NaiveDate>,
    verified_by: Option<AccountId>,
    closed_on: Option<NaiveDate>,
    version: Option<i32>,
    updated_at: Option<DateTime<Utc>>,
}

/// Refuses whoever takes no such steps.
fn permit(tx: &Tx, row: &Row, step: HazardStep) -> Result<AccountId, Problem> {
    let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
    let officer = matches!(tx.actor.scope(), Some(Scope::Admin(_)));
    let may = match step {
        HazardStep::Correct => true,
        HazardStep::Order
        | HazardStep::Return
        | HazardStep::Verify
        | HazardStep::Close
        | HazardStep::Extend
        | HazardStep::Annul => officer,
        // They are taken by no one.
        HazardStep::Find | HazardStep::Overdue => {
            let text = Text::new("此步骤由系统登记", "the system enters this step");
            return Err(Problem::field("/step", text));
        }
    };
    if !may {
        return Err(Problem::forbidden());
    }
    // Once it is ordered, it leaves the ledger by a second officer alone.
    let needs_another = match step {
        HazardStep::Verify => true,
        HazardStep::Annul => row.state != HazardState::Found,
        _ => false,
    };
    if needs_another && row.found_by == by {
        let text = Text::new(
            "发现隐患的人员不能核查或者作废，请由另一名监管人员办理",
            "who found a hazard may neither verify nor annul it; another officer does",
        );
        return Err(Problem::new(Code::HazardVerifier, text));
    }
    Ok(by)
}

/// The last day of a correction that is ordered on a day: a working day.
fn usual_term(tx: &mut Tx, row: &Row, from: NaiveDate) -> Result<NaiveDate, Problem> {
    let version: Option<String> = match row.programme_id {
        Some(id) => Some(campaign::table.find(id).select(campaign::rules_version).first(&mut *tx.conn)?),
        None => None,
    };
    let days = rules_of(tx, version.as_deref())?.correct_days;
    let last = from.checked_add_days(Days::new(u64::from(days))).unwrap_or(from);
    Ok(tx.catalogue.calendar.next_working_day_on_or_after(last))
}

impl RecordHazardStep {
    /// The term after the step, where it sets one.
    fn term(
        &self,
        tx: &mut Tx,
        fields: &mut Fields,
        row: &Row,
        day: NaiveDate,
    ) -> Result<Option<NaiveDate>, Problem> {
        let event = &self.event;
        let sets = matches!(event.step, HazardStep::Order | HazardStep::Return | HazardStep::Extend);
        if !sets {
            fields.require(event.due_on.is_none(), "/due_on", "此步骤不设期限", "is not for this step");
            return Ok(None);
        }
        let due = match (event.due_on, event.step) {
            (Some(due), _) => due,
            (None, HazardStep::Return) => row.due_on.unwrap_or(day),
            (None, HazardStep::Extend) => {
                fields.fault("/due_on", "必须填写", "is needed");
                return Ok(row.due_on);
            }
            (None, _) => usual_term(tx, row, day)?,
        };
        let latest = day.checked_add_days(Days::new(731)).unwrap_or(day);
        let fits = due <= latest && (event.due_on.is_none() || due >= tx.today());
        fields.require(
            fits,
            "/due_on",
            "不能早于今天，且在两年以内",
            "must not be before today, and within two years",
        );
        if event.step == HazardStep::Extend {
            fields.require(
                row.due_on.is_some_and(|before| due > before),
                "/due_on",
                "须晚于原期限",
                "must be after the term that runs",
            );
        }
        Ok(Some(due))
    }
}

impl Command for RecordHazardStep {
    type Output = HazardId;
    const NAME: &'static str = "record_hazard_step";

    fn run(&self, tx: &mut Tx) -> Result<HazardId, Problem> {
        let mut row = store::load(tx, self.hazard)?;
        let event = &self.event;
        let by = permit(tx, &row, event.step)?;
        let to = transition(row.state, event.step)?;
        // What is corrected after its term was late, also where nobody has noticed yet.
        if event.step == HazardStep::Correct && overdue::mark(tx, &row)? {
            row = store::load(tx, self.hazard)?;
        }
        let mut fields = Fields::new();
        let needs_words = matches!(
            event.step,
            HazardStep::Correct | HazardStep::Return | HazardStep::Extend | HazardStep::Annul
        );
        let said = match needs_words {
            true => Some(fields.text("/said", event.said.as_deref().unwrap_or_default(), 4_000)),
            false => fields.optional_text("/said", event.said.as_deref(), 4_000),
        };
        let today = tx.today();
        let day = event.occurred_on.unwrap_or(today);
        let since = [Some(row.found_on), row.ordered_on, row.corrected_on].into_iter().flatten().max();
        fields.require(
            day <= today && since.is_none_or(|since| day >= since),
            "/occurred_on",
            "不能晚于今天，也不能早于之前的步骤",
            "must not be after today, nor before the steps before it",
        );
        let due_on = self.term(tx, &mut fields, &row, day)?;
        fields.done()?;
        let mut changed = Changed {
            state: Some(to),
            due_on,
            version: Some(row.version + 1),
            updated_at: Some(tx.now),
            ..Changed::default()
        };
        match event.step {
            HazardStep::Order => changed.ordered_on = Some(day),
            HazardStep::Correct => changed.corrected_on = Some(day),
            HazardStep::Verify => {
                changed.verified_on = Some(day);
                changed.verified_by = Some(by);
            }
            HazardStep::Close => changed.closed_on = Some(day),
            HazardStep::Find
            | HazardStep::Return
            | HazardStep::Extend
            | HazardStep::Overdue
            | HazardStep::Annul => {}
        }
        diesel::update(hazard::table.find(row.id)).set(changed).execute(&mut *tx.conn)?;
        let step = Step {
            step: event.step,
            from: Some(row.state),
            to,
            said: said.as_deref(),
            occurred_on: day,
            due_on,
            files: &event.attachments,
            by: Some(by),
        };
        store::event(tx, row.id, step)?;
        store::audit(tx, &row, Self::NAME, json!({ "step": event.step, "to": to, "due_on": due_on }))?;
        match (event.step, due_on) {
            (HazardStep::Order, Some(due)) => notices::ordered(tx, &row, due)?,
            (HazardStep::Return, Some(due)) => {
                notices::returned(tx, &row, due, said.as_deref().unwrap_or_default())?;
            }
            _ => {}
        }
        Ok(row.id)
    }
}
