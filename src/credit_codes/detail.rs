//! One code with its conditions, print runs, history and scans; and the conditions before an application.

use crate::accounts::store::names;
use crate::app::App;
use crate::core::actor::{Actor, Scope};
use crate::core::clock::shanghai_date;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::credit_codes::conditions::{Condition, ConditionKey, GrantedAs, lost};
use crate::credit_codes::facts;
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::policy::{is_of_officers, may_take};
use crate::credit_codes::queries::{self, CodeView};
use crate::credit_codes::scans::is_unusual;
use crate::credit_codes::settings::CodeRules;
use crate::credit_codes::state::{CodeState, CodeStep, ScanAnswer, transition};
use crate::db::schema::{credit_code, credit_code_event, credit_code_scan, credit_code_version};
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The days whose scans are shown, today among them.
const SCAN_DAYS: u64 = 30;
/// The most steps of a history.
const MOST_EVENTS: i64 = 200;

/// A condition, judged now.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConditionView {
    /// Which condition it is.
    #[schema(inline)]
    pub key: ConditionKey,
    /// Whether it is met.
    pub met: bool,
    /// What is wanted and what was found, in Chinese.
    pub says_zh: String,
    /// The same in English.
    pub says_en: String,
    /// Since when it is not met, as far as that is known.
    pub since: Option<DateTime<Utc>>,
}

impl From<Condition> for ConditionView {
    fn from(condition: Condition) -> Self {
        let Condition { key, met, says, since } = condition;
        Self { key, met, says_zh: says.zh.into_owned(), says_en: says.en.into_owned(), since }
    }
}

/// The conditions of a code for a product kind, before it is applied for.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Eligibility {
    /// Code of the product kind.
    pub product_kind: String,
    /// Whether all conditions are met now.
    pub eligible: bool,
    /// The conditions.
    pub conditions: Vec<ConditionView>,
    /// The version of the rules.
    pub rules_version: String,
    /// Where the rules are published.
    pub source: String,
    /// Whether a number of them is assumed.
    pub provisional: bool,
    /// For how many months a code is granted.
    pub valid_months: u32,
    /// The version of the text of the page, which an application accepts.
    pub text_version: String,
    /// What the record means, in Chinese.
    pub notice_zh: String,
    /// The same in English.
    pub notice_en: String,
}

/// The conditions of an enterprise for a product kind, now.
///
/// # Errors
/// 403 for anyone but an enterprise; 422 naming `product_kind`.
pub fn eligibility(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    product_kind: &str,
) -> Result<Eligibility, Problem> {
    crate::credit_codes::policy::permit(actor)?;
    let Some(Scope::Enterprise(id)) = actor.scope() else { return Err(Problem::forbidden()) };
    if app.catalogue().products.kind(product_kind).is_none() {
        let text = Text::new("没有这一产品种类", "there is no such product kind");
        return Err(Problem::invalid(vec![FieldError::query("product_kind", text)]));
    }
    let today = shanghai_date(app.clock().now());
    let rules = facts::rules_today(app.settings(), today)?;
    let found = facts::of_enterprise(conn, *id, product_kind, facts::since(app.settings(), today))?;
    let conditions = facts::law(app.settings(), rules, today)?.judge(&found, None);
    Ok(Eligibility {
        product_kind: product_kind.to_owned(),
        eligible: lost(&conditions).is_empty(),
        conditions: conditions.into_iter().map(ConditionView::from).collect(),
        rules_version: rules.version.clone(),
        source: rules.source.clone(),
        provisional: rules.provisional,
        valid_months: rules.valid_months,
        text_version: rules.text_version.clone(),
        notice_zh: rules.notice.zh.to_string(),
        notice_en: rules.notice.en.to_string(),
    })
}

/// A print run.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VersionView {
    /// Its number.
    pub number: i32,
    /// The token that stands in its labels.
    pub token: String,
    /// The print run in the enterprise's words.
    pub batch: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was ended; absent while it is not.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it was ended.
    pub end_reason: Option<String>,
}

/// A step of a code.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CodeEvent {
    /// The step.
    #[schema(inline)]
    pub step: CodeStep,
    /// The state after it.
    #[schema(inline)]
    pub to: CodeState,
    /// The reason that was given; of a print run its name.
    pub reason: Option<String>,
    /// Of a suspension: the conditions that were lost.
    pub conditions: Vec<String>,
    /// Of a suspension: since when the first of them was.
    pub lost_at: Option<DateTime<Utc>>,
    /// Who took it; absent where the platform did. An enterprise learns its own people only.
    pub by: Option<String>,
    /// The moment of the step.
    pub at: DateTime<Utc>,
}

/// Scans of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DayScans {
    /// The day in Asia/Shanghai.
    pub day: NaiveDate,
    /// How often the page was opened.
    pub scans: i64,
    /// How often it did not show the record.
    pub not_in_force: i64,
    /// Whether that is far above usual, which is a hint that the label was copied. For officers alone.
    pub unusual: Option<bool>,
}

/// Scans from a city or province.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RegionScans {
    /// Code of the city or province; empty where it is not known.
    pub region: String,
    /// How often the page was opened.
    pub scans: i64,
}

/// A code with all that its reader may know.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CodeDetail {
    /// The code.
    #[serde(flatten)]
    pub view: CodeView,
    /// Whether it is in force at this moment.
    pub in_force: bool,
    /// Its conditions at this moment.
    pub conditions: Vec<ConditionView>,
    /// Where its rules are published.
    pub source: String,
    /// Whether a number of them is assumed.
    pub provisional: bool,
    /// The version of the text of the page that the enterprise accepted.
    pub text_version: String,
    /// The version of that text that an application or a renewal accepts now.
    pub text_version_now: String,
    /// The first day on which a renewal can be applied for.
    pub renewable_from: Option<NaiveDate>,
    /// The credit grade of the maker, and whether it is a trial grade. For officers alone.
    pub grade: Option<String>,
    /// Whether that is a trial grade, since the rules of credit are provisional. For officers alone.
    pub trial_grade: Option<bool>,
    /// Its print runs, the last one first.
    pub versions: Vec<VersionView>,
    /// Scans of the last 30 days on which there were any, today first.
    pub scans: Vec<DayScans>,
    /// The same by city, the most first.
    pub scans_by_region: Vec<RegionScans>,
    /// The steps that the caller may take now.
    #[schema(inline)]
    pub allowed: Vec<CodeStep>,
    /// Its steps, the first one first; the last 200.
    pub history: Vec<CodeEvent>,
}

/// One code.
///
/// # Errors
/// 403 for anyone but officers and enterprises, 404 where the actor may not know of it.
pub fn detail(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    id: CreditCodeId,
) -> Result<CodeDetail, Problem> {
    let view = queries::get(conn, actor, id)?;
    let officer = !matches!(actor.scope(), Some(Scope::Enterprise(_)));
    let today = shanghai_date(app.clock().now());
    let (maker_region, text_version): (String, String) = credit_code::table
        .find(id)
        .select((credit_code::maker_region, credit_code::text_version))
        .first(conn)?;
    let rules = facts::rules_of(app.settings(), &view.rules_version, today)?;
    let since = facts::since(app.settings(), today);
    let found = facts::of_enterprise(conn, view.enterprise_id, &view.product_kind, since)?;
    let granted =
        view.state.is_granted().then_some(GrantedAs { name: &view.maker_name, region: &maker_region });
    let conditions = facts::law(app.settings(), rules, today)?.judge(&found, granted);
    let in_time = view.valid_until.is_some_and(|until| until >= today);
    let (scans, scans_by_region) = scans(conn, id, today, officer.then_some(rules))?;
    let takes = |step: &CodeStep| transition(view.state, *step).is_ok() && may_take(actor, *step);
    Ok(CodeDetail {
        in_force: view.state.is_granted() && in_time && lost(&conditions).is_empty(),
        conditions: conditions.into_iter().map(ConditionView::from).collect(),
        source: rules.source.clone(),
        provisional: rules.provisional,
        text_version,
        text_version_now: facts::rules_today(app.settings(), today)?.text_version.clone(),
        renewable_from: view
            .valid_until
            .map(|until| crate::credit_codes::apply::renewable_from(until, rules)),
        grade: found.grade.filter(|_| officer),
        trial_grade: officer.then_some(found.trial),
        versions: versions(conn, id)?,
        scans,
        scans_by_region,
        allowed: CodeStep::ALL.iter().copied().filter(takes).collect(),
        history: history(conn, id, officer)?,
        view,
    })
}

type VersionRow = (i32, String, String, DateTime<Utc>, Option<DateTime<Utc>>, Option<String>);

fn versions(conn: &mut PgConnection, id: CreditCodeId) -> Result<Vec<VersionView>, Problem> {
    use credit_code_version as v;
    let rows: Vec<VersionRow> = v::table
        .filter(v::code_id.eq(id))
        .order(v::number.desc())
        .select((v::number, v::token, v::batch, v::created_at, v::ended_at, v::end_reason))
        .load(conn)?;
    let view = |(number, token, batch, created_at, ended_at, end_reason): VersionRow| VersionView {
        number,
        token,
        batch,
        created_at,
        ended_at,
        end_reason,
    };
    Ok(rows.into_iter().map(view).collect())
}

type EventRow = (
    CodeStep,
    CodeState,
    Option<String>,
    Vec<String>,
    Option<DateTime<Utc>>,
    Option<AccountId>,
    DateTime<Utc>,
);

fn history(conn: &mut PgConnection, id: CreditCodeId, officer: bool) -> Result<Vec<CodeEvent>, Problem> {
    use credit_code_event as e;
    let mut rows: Vec<EventRow> = e::table
        .filter(e::code_id.eq(id))
        .order(e::ordinal.desc())
        .limit(MOST_EVENTS)
        .select((e::step, e::to_state, e::reason, e::conditions, e::lost_at, e::account_id, e::at))
        .load(conn)?;
    rows.reverse();
    let ids: Vec<AccountId> = rows.iter().filter_map(|row| row.5).collect();
    let names = names(conn, &ids)?;
    let view = |(step, to, reason, conditions, lost_at, by, at): EventRow| CodeEvent {
        step,
        to,
        reason,
        conditions,
        lost_at,
        by: by
            .filter(|_| officer || !is_of_officers(step))
            .map(|by| names.get(&by).cloned().unwrap_or_default()),
        at,
    };
    Ok(rows.into_iter().map(view).collect())
}

type ScanRow = (NaiveDate, String, ScanAnswer, i64);

/// Scans by day and by city; with the hint where rules for it are given.
fn scans(
    conn: &mut PgConnection,
    id: CreditCodeId,
    today: NaiveDate,
    rules: Option<&CodeRules>,
) -> Result<(Vec<DayScans>, Vec<RegionScans>), Problem> {
    use credit_code_scan as s;
    let from = today.checked_sub_days(Days::new(SCAN_DAYS)).unwrap_or(NaiveDate::MIN);
    let rows: Vec<ScanRow> = s::table
        .filter(s::code_id.eq(id))
        .filter(s::day.gt(from))
        .select((s::day, s::region, s::answer, s::scans))
        .load(conn)?;
    let (mut days, mut regions) = (BTreeMap::<NaiveDate, (i64, i64)>::new(), BTreeMap::<String, i64>::new());
    for (day, region, answer, scans) in rows {
        let (all, out) = days.entry(day).or_default();
        *all = all.saturating_add(scans);
        if answer != ScanAnswer::InForce {
            *out = out.saturating_add(scans);
        }
        let sum = regions.entry(region).or_default();
        *sum = sum.saturating_add(scans);
    }
    let before = |day: NaiveDate| -> Vec<i64> { days.range(..day).map(|(_, (all, _))| *all).collect() };
    let view = |(day, (scans, not_in_force)): (&NaiveDate, &(i64, i64))| DayScans {
        day: *day,
        scans: *scans,
        not_in_force: *not_in_force,
        unusual: rules.map(|rules| is_unusual(rules, *scans, &before(*day))),
    };
    let by_day = days.iter().rev().map(view).collect();
    let mut by_region: Vec<RegionScans> =
        regions.into_iter().map(|(region, scans)| RegionScans { region, scans }).collect();
    by_region.sort_by_key(|row| std::cmp::Reverse(row.scans));
    Ok((by_day, by_region))
}

/// The enterprise of a caller that is one.
pub fn own_enterprise(actor: &Actor) -> Option<EnterpriseId> {
    match actor.scope() {
        Some(Scope::Enterprise(id)) => Some(*id),
        _ => None,
    }
}
