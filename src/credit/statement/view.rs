//! The statement as people and programs see it. Scores and points are thousandths of a point, but for thresholds.

use crate::conduct::ids::{ConductId, FactId, LineId};
use crate::conduct::rules::Thresholds;
use crate::conduct::score::EntryStatus;
use crate::conduct::words::{Grade, Intent};
use crate::core::Text;
use crate::core::ids::EnterpriseId;
use crate::credit::measures::view::MeasureView;
use crate::credit::words::{Became, ChangeReason};
use crate::inspections::words::InspectedRole;
use chrono::NaiveDate;
use serde::Serialize;

/// The credit of an operator as of the end of a day.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CreditStatement)]
pub struct Statement {
    /// The operator.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Code of its region.
    pub region: String,
    /// Whether it operates.
    pub operating: bool,
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// The version of the rules whose thresholds hold on that day.
    pub rules_version: String,
    /// Where it is published.
    pub rules_source: String,
    /// Whether it was provisional on that day: then the grades are on trial.
    pub trial: bool,
    /// The grade: the worst one of its roles; absent where nothing stands on its file.
    #[schema(inline)]
    pub grade: Option<Grade>,
    /// The grade and what comes next, in a sentence.
    #[schema(value_type = Object)]
    pub sentence: Text,
    /// The statement for each role.
    pub roles: Vec<RoleStatement>,
    /// What it will be on coming days if nothing happens.
    pub projection: Vec<Projected>,
    /// Whether an objection waits for its decision on that day.
    pub under_objection: bool,
    /// Whether an application for credit repair waits for its decision.
    pub repair_pending: bool,
    /// What the grade brings with it.
    pub measures: Vec<MeasureView>,
    /// How the score and the grade came to be, the last change first; the last 100.
    pub history: Vec<ChangeView>,
}

/// The credit of an operator in a role.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CreditRoleStatement)]
pub struct RoleStatement {
    /// The role.
    #[schema(inline)]
    pub role: InspectedRole,
    /// The grade.
    #[schema(inline)]
    pub grade: Grade,
    /// The score that decides: the operator's own, or that of a line by its weight where that is higher.
    pub score: i64,
    /// Better than this the grade can't be; absent where nothing binds it.
    #[schema(inline)]
    pub floor: Option<Grade>,
    /// From which points on the grade is B, C, D.
    #[schema(inline)]
    pub thresholds: Option<Thresholds>,
    /// The operator itself.
    pub own: SubjectStatement,
    /// Its lines of products.
    pub lines: Vec<SubjectStatement>,
}

/// The credit of the operator itself, or of one of its lines.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CreditSubjectStatement)]
pub struct SubjectStatement {
    /// The line; absent for the operator itself.
    pub line: Option<LineId>,
    /// The product of the line.
    pub line_name: Option<String>,
    /// Code of its product kind.
    pub product_kind: Option<String>,
    /// The sum of what counts.
    pub score: i64,
    /// The grade.
    #[schema(inline)]
    pub grade: Grade,
    /// Better than this the grade can't be.
    #[schema(inline)]
    pub floor: Option<Grade>,
    /// What stands on the file, the earliest fact first.
    pub facts: Vec<FactStatement>,
}

/// One fact: it counts once, however many entries are about it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CreditFactStatement)]
pub struct FactStatement {
    /// The fact.
    pub fact: FactId,
    /// The entry that counts; absent where none does.
    pub counted: Option<ConductId>,
    /// Points that the fact counts, after all limits.
    pub points: i64,
    /// The last day on which it counts if nothing happens.
    pub until: Option<NaiveDate>,
    /// The entries about it, the first decided first.
    pub entries: Vec<StatementEntry>,
}

/// An entry of a statement.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CreditStatementEntry)]
pub struct StatementEntry {
    /// Id of the entry.
    pub id: ConductId,
    /// Code of the behaviour.
    pub behaviour: String,
    /// Wording of the behaviour.
    #[schema(value_type = Object)]
    pub text: Text,
    /// The article that lists the behaviour.
    #[schema(value_type = Object)]
    pub article: Text,
    /// Base × intent × repeat.
    pub points: i64,
    /// The points of the behaviour, in whole points.
    pub base: u32,
    /// Whether it was done on purpose.
    #[schema(inline)]
    pub intent: Intent,
    /// What that weighs, in thousandths.
    pub intent_factor: u32,
    /// Which time it is within the window, from 1.
    pub nth: u32,
    /// What that weighs, in thousandths.
    pub repeat_factor: u32,
    /// Whether it counts on that day.
    #[schema(inline)]
    pub status: EntryStatus,
    /// The same in words.
    #[schema(value_type = Object)]
    pub status_text: Text,
    /// The day on which it happened.
    pub happened_on: NaiveDate,
    /// The day on which it was decided.
    pub decided_on: NaiveDate,
    /// The number of the decision.
    pub document_no: Option<String>,
    /// The authority that decided.
    pub authority: Option<String>,
    /// The first day on which it counts; absent while an objection keeps it from counting.
    pub counts_from: Option<NaiveDate>,
    /// The last day on which it counts by its validity.
    pub until: Option<NaiveDate>,
    /// What ends it.
    pub ends: Vec<Ends>,
}

crate::word_enum! {
    /// What ends an entry.
    pub enum EndsKind {
        /// Its validity ends by itself.
        Expiry = "expiry",
        /// Credit repair.
        Repair = "repair",
        /// An objection that is found right.
        Objection = "objection",
    }
}

/// What ends an entry, and when at the earliest.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CreditEntryEnds)]
pub struct Ends {
    /// What ends it: its expiry, a repair or an objection.
    #[schema(inline)]
    pub kind: EndsKind,
    /// The day on which it ends by itself, or from which it can be applied for.
    pub on: Option<NaiveDate>,
    /// Whether it can be applied for on the day of the statement; of the expiry: whether it is still to come.
    pub possible: bool,
    /// The same in a sentence.
    #[schema(value_type = Object)]
    pub text: Text,
    /// The article that provides for this end.
    #[schema(value_type = Option<Object>)]
    pub article: Option<Text>,
}

/// What the grade will be from a coming day on, if nothing happens.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CreditProjection)]
pub struct Projected {
    /// The first day.
    pub day: NaiveDate,
    /// The worst grade of its roles.
    #[schema(inline)]
    pub grade: Option<Grade>,
    /// The statement for each role.
    pub roles: Vec<ProjectedRole>,
    /// The same in a sentence.
    #[schema(value_type = Object)]
    pub text: Text,
}

/// What a role will be.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CreditProjectedRole)]
pub struct ProjectedRole {
    /// The role.
    #[schema(inline)]
    pub role: InspectedRole,
    /// The grade.
    #[schema(inline)]
    pub grade: Grade,
    /// The score that decides.
    pub score: i64,
}

/// A change of score or grade.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CreditChangeView)]
pub struct ChangeView {
    /// The role.
    #[schema(inline)]
    pub role: InspectedRole,
    /// The day.
    pub day: NaiveDate,
    /// The score before; absent for the first one.
    pub score_before: Option<i64>,
    /// The score after it.
    pub score: i64,
    /// The grade before.
    #[schema(inline)]
    pub grade_before: Option<Grade>,
    /// The grade after it.
    #[schema(inline)]
    pub grade: Option<Grade>,
    /// Whether the grade was on trial.
    pub trial: bool,
    /// What the grade changed by.
    #[schema(inline)]
    pub reason: ChangeReason,
    /// The same in a sentence.
    #[schema(value_type = Object)]
    pub text: Text,
    /// The entries that made it so.
    pub causes: Vec<CauseView>,
}

/// An entry that made a change.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CreditCauseView)]
pub struct CauseView {
    /// The entry.
    pub conduct: ConductId,
    /// Code of its behaviour.
    pub behaviour: String,
    /// What became of it.
    #[schema(inline)]
    pub became: Became,
    /// Both in words.
    #[schema(value_type = Object)]
    pub text: Text,
}
