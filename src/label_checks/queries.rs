//! Reading label checks, checklists and devices.

use crate::accounts::store::names;
use crate::attachments::Attachment;
use crate::attachments::ids::AttachmentId;
use crate::attachments::store::find_all;
use crate::catalogue::SupervisionClass;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::db::published::inspection;
use crate::db::schema::{label_answer, label_check, label_photo};
use crate::inspections::fact::Fact;
use crate::inspections::ids::InspectionId;
use crate::inspections::policy::{may_know, told};
use crate::inspections::queries::{self as inspections, InspectionFilter};
use crate::inspections::standing::standing;
use crate::inspections::state::InspectionStep;
use crate::inspections::view::InspectionView;
use crate::inspections::words::{Method, Outcome};
use crate::label_checks::checklist::{Answer, Check, Checklist, LabelOutcome};
use crate::label_checks::settings::LabelCheckSettings;
use crate::settings::Settings;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A version of the checklist.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChecklistView {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a part of it is assumed.
    pub provisional: bool,
    /// The first day on which labels are checked by it.
    pub in_force_from: NaiveDate,
    /// The keys of the checks that must all be missing to make a product one of “three noes” (三无).
    pub three_noes: Vec<String>,
    /// Its checks, in their order.
    pub checks: Vec<CheckView>,
}

/// A check of a checklist.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CheckView {
    /// Its key.
    pub key: String,
    /// The question in Chinese.
    pub text_zh: String,
    /// The question in English.
    pub text_en: String,
    /// The article of law in Chinese.
    pub article_zh: String,
    /// The article of law in English.
    pub article_en: String,
    /// Codes of the product classes to which it applies; none: to all.
    pub classes: Vec<String>,
    /// The regimes of product kinds to which it applies; none: to all.
    #[schema(inline)]
    pub regimes: Vec<SupervisionClass>,
    /// Whether its failure is a serious one of packed goods (Product Quality Law, art. 54).
    pub serious: bool,
}

impl From<&Check> for CheckView {
    fn from(check: &Check) -> Self {
        Self {
            key: check.key.clone(),
            text_zh: check.text.zh.to_string(),
            text_en: check.text.en.to_string(),
            article_zh: check.article.zh.to_string(),
            article_en: check.article.en.to_string(),
            classes: check.classes.clone(),
            regimes: check.regimes.clone(),
            serious: check.serious,
        }
    }
}

impl From<&Checklist> for ChecklistView {
    fn from(list: &Checklist) -> Self {
        Self {
            version: list.version.clone(),
            source: list.source.clone(),
            provisional: list.provisional,
            in_force_from: list.in_force_from,
            three_noes: list.three_noes.clone(),
            checks: list.checks.iter().map(CheckView::from).collect(),
        }
    }
}

/// The versions of the checklist, the latest first; on a day the one in force alone.
pub fn checklists(settings: &Settings, on: Option<NaiveDate>) -> Vec<ChecklistView> {
    let settings = settings.section::<LabelCheckSettings>();
    match on {
        Some(day) => settings.on(day).map(ChecklistView::from).into_iter().collect(),
        None => {
            let mut all: Vec<&Checklist> = settings.checklists.iter().collect();
            all.sort_by_key(|list| std::cmp::Reverse(list.in_force_from));
            all.into_iter().map(ChecklistView::from).collect()
        }
    }
}

/// What the check of a label came to, in short.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = label_check, check_for_backend(Pg))]
pub struct LabelSummary {
    /// The version of the checklist by which it was made.
    pub checklist_version: String,
    /// Result of the check.
    #[schema(inline)]
    pub outcome: LabelOutcome,
    /// The day of the check.
    pub inspected_on: NaiveDate,
    /// Names of those who checked.
    pub inspectors: Vec<String>,
    /// Whether the seller named the source of the goods; none where that was not asked.
    pub source_named: Option<bool>,
    /// The name of that source.
    pub source_name: Option<String>,
    /// Its unified social credit code.
    pub source_uscc: Option<String>,
    /// When it was corrected on the spot.
    pub corrected_on: Option<NaiveDate>,
    /// What was corrected.
    pub correction: Option<String>,
    /// When it was entered.
    pub checked_at: DateTime<Utc>,
}

impl LabelSummary {
    /// What was entered by the checklist, with what a correction of the event has put right (day, result, correction on the spot), and with what a
    /// challenge came to: `stands` is the result of the inspection.
    fn corrected_by(self, fact: &Fact, stands: Option<Outcome>) -> Self {
        let overturned = stands.filter(|outcome| *outcome == Outcome::Conforming);
        let found = overturned.or(fact.particulars.result.as_ref().map(|result| result.outcome));
        let outcome = match (found, self.outcome) {
            (Some(Outcome::Conforming), _) => LabelOutcome::Conforming,
            (Some(_), LabelOutcome::Conforming) => LabelOutcome::LabelNonconforming,
            (_, entered) => entered,
        };
        let corrected_on = fact.particulars.corrected_on;
        let correction = self.correction.filter(|_| corrected_on.is_some());
        Self { outcome, inspected_on: fact.on, corrected_on, correction, ..self }
    }
}

/// The check of a label.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LabelCheckView {
    /// Id of the inspection.
    pub inspection_id: InspectionId,
    /// Result of the check, with the number of faults.
    #[serde(flatten)]
    pub summary: LabelSummary,
    /// Name of who checked the label.
    pub checked_by: String,
    /// Whether the result was corrected without the checklist: the answers are those that were entered before.
    pub result_corrected: bool,
    /// The answers, in the order of the checklist.
    pub answers: Vec<AnswerView>,
}

/// The answer to a check.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AnswerView {
    /// The check, by the version of the check; its key alone where the settings do not have that version any more.
    pub check: CheckView,
    /// The answer.
    #[schema(inline)]
    pub answer: Answer,
    /// In the inspector's words.
    pub note: Option<String>,
    /// The photos.
    pub photos: Vec<Attachment>,
}

/// The check of the label of an inspection.
///
/// # Errors
/// 404 where the actor may not know of the inspection or, as an enterprise, of its result, or its label was not checked.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    settings: &Settings,
    id: InspectionId,
) -> Result<LabelCheckView, Problem> {
    use label_answer as a;
    use label_photo as p;
    if !may_know(conn, actor, id.0)? {
        return Err(Problem::not_found());
    }
    // An enterprise learns of the result when it is delivered.
    if !told(conn, actor, &[id])?.contains(&id) {
        return Err(Problem::not_found());
    }
    let fact = standing(conn, &[id], InspectionStep::Check)?.remove(&id).ok_or_else(Problem::not_found)?;
    let (entered, by): (LabelSummary, AccountId) = label_check::table
        .find((id, fact.ordinal))
        .select((LabelSummary::as_select(), label_check::checked_by))
        .first(conn)?;
    let entered_as = entered.outcome;
    let stands: Option<Outcome> =
        inspection::table.filter(inspection::id.eq(id)).select(inspection::outcome).first(conn)?;
    let summary = entered.corrected_by(&fact, stands);
    let answers: Vec<(String, Answer, Option<String>)> = a::table
        .filter(a::inspection_id.eq(id))
        .filter(a::event.eq(fact.ordinal))
        .order(a::ordinal)
        .select((a::check_key, a::answer, a::note))
        .load(conn)?;
    let placed: Vec<(String, AttachmentId)> = p::table
        .filter(p::inspection_id.eq(id))
        .filter(p::event.eq(fact.ordinal))
        .order((p::check_key, p::ordinal))
        .select((p::check_key, p::attachment_id))
        .load(conn)?;
    let ids: Vec<AttachmentId> = placed.iter().map(|(_, id)| *id).collect();
    let files = find_all(conn, &ids)?;
    let list = settings.section::<LabelCheckSettings>().version(&summary.checklist_version);
    let view = |(key, answer, note): (String, Answer, Option<String>)| {
        let known = list.and_then(|list| list.checks.iter().find(|check| check.key == key));
        let photos = placed.iter().filter(|(of, _)| *of == key);
        let photos = photos.filter_map(|(_, id)| files.iter().find(|file| file.id == *id));
        AnswerView {
            photos: photos.cloned().map(Attachment::from).collect(),
            check: known.map_or_else(|| unknown(&key), CheckView::from),
            answer,
            note,
        }
    };
    let answers = answers.into_iter().map(view).collect();
    let checked_by = names(conn, &[by])?.remove(&by).unwrap_or_default();
    let result_corrected = summary.outcome != entered_as;
    Ok(LabelCheckView { inspection_id: id, summary, checked_by, result_corrected, answers })
}

/// Whether a check of the label by a checklist stands. Says nothing of who may know of it.
///
/// # Errors
/// When the database can't be asked.
pub fn is_checked(conn: &mut PgConnection, id: InspectionId) -> Result<bool, Problem> {
    let Some(fact) = standing(conn, &[id], InspectionStep::Check)?.remove(&id) else { return Ok(false) };
    Ok(diesel::select(diesel::dsl::exists(label_check::table.find((id, fact.ordinal)))).get_result(conn)?)
}

/// A check of a version that the settings do not have any more.
fn unknown(key: &str) -> CheckView {
    CheckView {
        key: key.to_owned(),
        text_zh: key.to_owned(),
        text_en: key.to_owned(),
        article_zh: String::new(),
        article_en: String::new(),
        classes: Vec::new(),
        regimes: Vec::new(),
        serious: false,
    }
}

/// An inspection with the method `label`, and what its check came to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LabelLine {
    /// The inspection.
    #[serde(flatten)]
    pub inspection: InspectionView,
    /// What its check came to; none while it was not checked.
    pub label: Option<LabelSummary>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct LabelFilter {
    /// Only those of a place in this region or one under it.
    pub region: Option<String>,
    /// Only those of this product class.
    pub product_class: Option<String>,
    /// Only those that conform (true), or only those that do not (false).
    pub conforming: Option<bool>,
    /// Only those in whose operator, product or number these words stand.
    pub q: Option<String>,
}

impl LabelFilter {
    fn inspections(&self) -> InspectionFilter {
        InspectionFilter {
            method: Some(Method::Label),
            region: self.region.clone(),
            product_class: self.product_class.clone(),
            outcome: self.conforming.map(|ok| if ok { Outcome::Conforming } else { Outcome::Nonconforming }),
            q: self.q.clone(),
            ..InspectionFilter::default()
        }
    }
}

/// A page of label checks that the actor may know of.
///
/// # Errors
/// Those of the list of inspections.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &LabelFilter,
    today: NaiveDate,
    slice: Slice,
) -> Result<Page<LabelLine>, Problem> {
    let Page { items, next_cursor } = inspections::list(conn, actor, &filter.inspections(), today, slice)?;
    let ids: Vec<InspectionId> = items.iter().map(|view| view.id).collect();
    let facts = standing(conn, &ids, InspectionStep::Check)?;
    let found: Vec<(InspectionId, i32, LabelSummary)> = label_check::table
        .filter(label_check::inspection_id.eq_any(ids))
        .select((label_check::inspection_id, label_check::event, LabelSummary::as_select()))
        .load(conn)?;
    let outcomes: HashMap<InspectionId, Option<Outcome>> =
        items.iter().map(|view| (view.id, view.outcome)).collect();
    let stands = |(id, event, summary): (InspectionId, i32, LabelSummary)| {
        let fact = facts.get(&id).filter(|fact| fact.ordinal == event)?;
        Some((id, summary.corrected_by(fact, outcomes.get(&id).copied().flatten())))
    };
    let mut found: HashMap<InspectionId, LabelSummary> = found.into_iter().filter_map(stands).collect();
    let line = |inspection: InspectionView| LabelLine { label: found.remove(&inspection.id), inspection };
    Ok(Page { items: items.into_iter().map(line).collect(), next_cursor })
}

/// How many label checks a filter finds.
///
/// # Errors
/// Those of the list of inspections.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &LabelFilter,
    today: NaiveDate,
) -> Result<Total, Problem> {
    inspections::count(conn, actor, &filter.inspections(), today)
}
