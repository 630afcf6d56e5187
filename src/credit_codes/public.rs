//! What everybody reads of a code: its record while it is in force, and one neutral sentence otherwise. Nothing here names a person, an address, a complaint, a
//! consultation or a reason; no word recommends, ranks or praises (Product Quality Law, art. 25).
//!
//! One query reads the code and the facts of its maker; whether it is in force is computed from them at this moment.

use crate::app::App;
use crate::core::Problem;
use crate::core::clock::shanghai_date;
use crate::credit_codes::conditions::{Facts, GrantedAs, Law, lost, lost_at};
use crate::credit_codes::facts::{self, FactsRow};
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::scans::ScanKey;
use crate::credit_codes::settings::CodeRules;
use crate::credit_codes::state::{CodeState, ScanAnswer};
use crate::credit_codes::token::normalised;
use crate::programmes::state::ProgrammeLevel;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};

/// The most samplings that the page lists.
const MOST_SAMPLINGS: usize = 24;

/// A sampling that was passed, as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicSampling {
    /// The month of the sampling, as `2026-05`.
    pub month: String,
    /// The level that organised it.
    #[schema(inline)]
    pub level: ProgrammeLevel,
}

/// The record of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicRecord {
    /// The maker.
    pub maker: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Code of the product kind.
    pub product_kind: String,
    /// The product, as its label names it.
    pub product_name: String,
    /// The trademark.
    pub trademark: Option<String>,
    /// The model, to be compared with the thing in the hand.
    pub model: String,
    /// The standard.
    pub standard: Option<String>,
    /// The day on which the code was last granted.
    pub granted_on: Option<NaiveDate>,
    /// The last day on which it can be in force.
    pub valid_until: Option<NaiveDate>,
    /// Within how many months back from today the samplings below were.
    pub passed_months: u32,
    /// How many samplings of the product kind were passed.
    pub passed: usize,
    /// The last 24 of them, the last one first.
    pub samplings: Vec<PublicSampling>,
    /// For how many months back from today no sampling of any product of the maker failed.
    pub clean_months: u32,
    /// For how many years the maker was sampled and nothing failed, where that is on one of the lists.
    pub years_without_failure: Option<u32>,
}

/// What everybody reads of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicCode {
    /// Whether it is in force at this moment.
    pub in_force: bool,
    /// Today in Asia/Shanghai.
    pub today: NaiveDate,
    /// Since which day it is not in force; absent while it is.
    pub not_since: Option<NaiveDate>,
    /// The record; absent while it is not in force.
    pub record: Option<PublicRecord>,
    /// What the record means, in Chinese.
    pub notice_zh: String,
    /// The same in English.
    pub notice_en: String,
    /// How to report a problem, in Chinese.
    pub report_zh: String,
    /// The same in English.
    pub report_en: String,
}

/// A row of `credit_code_scan_of`.
#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Scanned {
    #[diesel(sql_type = SqlUuid)]
    id: CreditCodeId,
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    version_ended_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Text)]
    state: CodeState,
    #[diesel(sql_type = Text)]
    rules_version: String,
    #[diesel(sql_type = Text)]
    maker_name: String,
    #[diesel(sql_type = Text)]
    maker_region: String,
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Text)]
    product_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    trademark: Option<String>,
    #[diesel(sql_type = Text)]
    model: String,
    #[diesel(sql_type = Nullable<Text>)]
    standard: Option<String>,
    #[diesel(sql_type = Nullable<Date>)]
    granted_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    valid_until: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    suspended_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Date>)]
    ended_on: Option<NaiveDate>,
}

/// The code and the facts of its maker.
#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct WithFacts {
    #[diesel(embed)]
    code: Scanned,
    #[diesel(embed)]
    facts: FactsRow,
}

/// A scan: what the page says, and what it is counted by.
#[derive(Debug, Clone)]
pub struct Scan {
    /// What everybody reads.
    pub code: PublicCode,
    /// What the scan is counted by, but for the region.
    pub key: ScanKey,
}

fn scanned(app: &App, token: &str, today: NaiveDate) -> Result<WithFacts, Problem> {
    let since = facts::since(app.settings(), today);
    // What can be no token is looked for as well, so that both take the same time.
    Ok(diesel::sql_query("SELECT * FROM credit_code_scan_of($1, $2)")
        .bind::<Text, _>(normalised(token))
        .bind::<Date, _>(since)
        .get_result(&mut *app.conn()?)?)
}

/// Reads the code of a token at this moment.
///
/// # Errors
/// 404 where nobody was given the token, whatever it looks like.
pub fn scan(app: &App, token: &str) -> Result<Scan, Problem> {
    let now = app.clock().now();
    let today = shanghai_date(now);
    let WithFacts { code: row, facts } = scanned(app, token, today)?;
    let facts = facts.facts()?;
    let rules = facts::rules_of(app.settings(), &row.rules_version, today)?;
    let law = facts::law(app.settings(), rules, today)?;
    let answer = judge(&row, &facts, law, now);
    let key =
        |answer| ScanKey { code: row.id, number: row.number, day: today, region: String::new(), answer };
    Ok(match answer {
        Judged::InForce => {
            let code = view(rules, today, None, Some(record(&row, facts, law)));
            Scan { code, key: key(ScanAnswer::InForce) }
        }
        Judged::Not(answer, since) => Scan { code: view(rules, today, Some(since), None), key: key(answer) },
    })
}

/// Whether a label of a token may be printed: while the code is granted and the print run is not ended.
///
/// # Errors
/// 404 where it may not, and where nobody was given the token.
pub fn printable(app: &App, token: &str) -> Result<String, Problem> {
    let row = scanned(app, token, shanghai_date(app.clock().now()))?.code;
    if row.state.is_granted() && row.version_ended_at.is_none() {
        Ok(normalised(token))
    } else {
        Err(Problem::not_found())
    }
}

enum Judged {
    InForce,
    Not(ScanAnswer, NaiveDate),
}

fn judge(row: &Scanned, facts: &Facts, law: Law<'_>, now: DateTime<Utc>) -> Judged {
    let today = law.today;
    if let Some(ended) = row.version_ended_at {
        return Judged::Not(ScanAnswer::Ended, shanghai_date(ended));
    }
    if !row.state.is_granted() {
        return Judged::Not(ScanAnswer::Ended, row.ended_on.unwrap_or(today));
    }
    if let Some(until) = row.valid_until.filter(|until| *until < today) {
        return Judged::Not(ScanAnswer::Ended, until.succ_opt().unwrap_or(today));
    }
    let conditions = law.judge(facts, Some(GrantedAs { name: &row.maker_name, region: &row.maker_region }));
    if lost(&conditions).is_empty() {
        return Judged::InForce;
    }
    // The day that was written down, or, before the job has come by, that of the loss itself.
    let since = row.suspended_at.unwrap_or_else(|| lost_at(&conditions, now));
    Judged::Not(ScanAnswer::Suspended, shanghai_date(since))
}

fn record(row: &Scanned, facts: Facts, law: Law<'_>) -> PublicRecord {
    let passed = law.passed_lately(&facts);
    let samplings = passed
        .iter()
        .take(MOST_SAMPLINGS)
        .map(|s| PublicSampling { month: s.day.format("%Y-%m").to_string(), level: s.level })
        .collect();
    PublicRecord {
        passed: passed.len(),
        samplings,
        years_without_failure: law.honour_years(&facts),
        maker: facts.name,
        uscc: facts.uscc,
        product_kind: row.product_kind.clone(),
        product_name: row.product_name.clone(),
        trademark: row.trademark.clone(),
        model: row.model.clone(),
        standard: row.standard.clone(),
        granted_on: row.granted_on,
        valid_until: row.valid_until,
        passed_months: law.rules.passed_months,
        clean_months: law.rules.clean_months,
    }
}

fn view(
    rules: &CodeRules,
    today: NaiveDate,
    not_since: Option<NaiveDate>,
    record: Option<PublicRecord>,
) -> PublicCode {
    PublicCode {
        in_force: record.is_some(),
        today,
        not_since,
        record,
        notice_zh: rules.notice.zh.to_string(),
        notice_en: rules.notice.en.to_string(),
        report_zh: rules.report.zh.to_string(),
        report_en: rules.report.en.to_string(),
    }
}
