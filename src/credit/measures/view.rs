//! Measures and tasks as people and programs see them.

use crate::conduct::words::Grade;
use crate::core::Text;
use crate::core::ids::EnterpriseId;
use crate::credit::ids::{CreditTaskId, MeasureId};
use crate::credit::words::TaskState;
use crate::inspections::words::InspectedRole;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A task of a measure.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CreditTaskView)]
pub struct TaskView {
    /// Id of the task.
    pub id: CreditTaskId,
    /// Its measure.
    pub measure_id: MeasureId,
    /// The operator.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Code of the region whose officers do it.
    pub region: String,
    /// The role in which the operator has the grade.
    #[schema(inline)]
    pub role: InspectedRole,
    /// The measure by the rules.
    pub key: String,
    /// What is to be done.
    #[schema(value_type = Object)]
    pub text: Text,
    /// The grade that asks for it.
    #[schema(inline)]
    pub grade: Grade,
    /// Whether the grade is on trial.
    pub trial: bool,
    /// The last day to do it.
    pub due_on: NaiveDate,
    /// The state.
    #[schema(inline)]
    pub state: TaskState,
    /// Whether it is open and its last day is over.
    pub late: bool,
    /// Name of the officer who reported the task as done.
    pub done_by: Option<String>,
    /// On which day it was done.
    pub done_on: Option<NaiveDate>,
    /// What was done, in the officer's words.
    pub note: Option<String>,
}

/// A measure that a grade brings with it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CreditMeasureView)]
pub struct MeasureView {
    /// Id of the measure.
    pub id: MeasureId,
    /// The role in which the operator has the grade.
    #[schema(inline)]
    pub role: InspectedRole,
    /// The measure by the rules.
    pub key: String,
    /// Wording of the measure.
    #[schema(value_type = Object)]
    pub text: Text,
    /// The grade that asks for it.
    #[schema(inline)]
    pub grade: Grade,
    /// Since which day.
    pub from_day: NaiveDate,
    /// The day on which it ended; absent while it runs.
    pub until_day: Option<NaiveDate>,
    /// Whether the grade is on trial.
    pub trial: bool,
    /// Its tasks, the last one first; for officers only.
    pub tasks: Vec<TaskView>,
}

/// How much waits for the officers of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CreditTaskCounts)]
pub struct TaskCounts {
    /// Open tasks that are due within the days of the reminder or late, and decisions.
    pub waiting: i64,
    /// Open tasks whose last day is over.
    pub late: i64,
    /// Objections and applications for credit repair that are to be decided.
    pub decisions: i64,
}
