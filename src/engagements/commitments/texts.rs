//! The texts of the commitment: those of the settings, and those that the province's officers enact.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::schema::commitment_text;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::engagements::common::settings::{EngagementKindSettings, MOST_TEXT};
use crate::engagements::common::steps::{MAX_NOTE, MAX_SHORT};
use crate::settings::Settings;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of the name of a version.
const MAX_VERSION: usize = 60;
/// The most texts that are listed.
const MOST: i64 = 500;

/// A version of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TextView {
    /// Name of the version.
    pub version: String,
    /// The text.
    pub text: String,
    /// The first day on which it is signed, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// Where it is published.
    pub source: String,
    /// Whether it is assumed until an authority confirms it.
    pub provisional: bool,
    /// When it was enacted in the platform; absent for one of the settings.
    pub enacted_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    pub withdrawn_reason: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = commitment_text, check_for_backend(Pg))]
struct TextRow {
    version: String,
    text: String,
    in_force_from: NaiveDate,
    source: String,
    provisional: bool,
    enacted_at: DateTime<Utc>,
    withdrawn_at: Option<DateTime<Utc>>,
    withdrawn_reason: Option<String>,
}

/// All versions, the latest first.
///
/// # Errors
/// When the database can't be asked.
pub fn list(conn: &mut PgConnection, settings: &Settings) -> Result<Vec<TextView>, Problem> {
    let rows: Vec<TextRow> = commitment_text::table
        .order((commitment_text::in_force_from.desc(), commitment_text::enacted_at.desc()))
        .limit(MOST)
        .select(TextRow::as_select())
        .load(conn)?;
    let enacted = rows.into_iter().map(|row| TextView {
        version: row.version,
        text: row.text,
        in_force_from: row.in_force_from,
        source: row.source,
        provisional: row.provisional,
        enacted_at: Some(row.enacted_at),
        withdrawn_at: row.withdrawn_at,
        withdrawn_reason: row.withdrawn_reason,
    });
    let built_in =
        settings.section::<EngagementKindSettings>().commitment_texts.iter().map(|text| TextView {
            version: text.version.clone(),
            text: text.text.trim().to_owned(),
            in_force_from: text.in_force_from,
            source: text.source.clone(),
            provisional: text.provisional,
            enacted_at: None,
            withdrawn_at: None,
            withdrawn_reason: None,
        });
    let mut all: Vec<TextView> = enacted.chain(built_in).collect();
    all.sort_by_key(|text| std::cmp::Reverse((text.in_force_from, text.enacted_at)));
    Ok(all)
}

/// The text that is signed on a day: the latest that is in force and not withdrawn.
///
/// # Errors
/// 500 where there is none, which the settings exclude.
pub fn in_force(conn: &mut PgConnection, settings: &Settings, day: NaiveDate) -> Result<TextView, Problem> {
    let all = list(conn, settings)?;
    let standing: Vec<&TextView> = all.iter().filter(|text| text.withdrawn_at.is_none()).collect();
    let found = standing.iter().find(|text| text.in_force_from <= day).or_else(|| standing.last());
    found.map(|text| (*text).clone()).ok_or_else(|| Problem::internal("no text of the commitment"))
}

/// Whether the actor is an officer of the province, who enacts texts.
///
/// # Errors
/// 401 or 403 for all others.
pub fn permit_province(tx: &Tx) -> Result<(), Problem> {
    crate::db::regional::permit(&tx.actor)?;
    let own = tx.actor.officer_region().and_then(|code| tx.catalogue.regions.get(code));
    if own.is_some_and(|region| region.parent.is_none()) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// Enacts a version of the text. Done by an officer of the province.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnactCommitmentText {
    /// Name of the version, at most 60 letters, digits and `-_.`.
    pub version: String,
    /// The text, at most 5,000 characters.
    pub text: String,
    /// The first day on which it is signed, in Asia/Shanghai: today or later.
    pub in_force_from: NaiveDate,
    /// Where it is published.
    pub source: String,
    /// Whether it is assumed until an authority confirms it.
    #[serde(default)]
    pub provisional: bool,
}

impl Command for EnactCommitmentText {
    type Output = ();
    const NAME: &'static str = "enact_commitment_text";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        permit_province(tx)?;
        let mut fields = Fields::new();
        let version = fields.text("/version", &self.version, MAX_VERSION);
        let plain = version.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        let (zh, en) = ("只能使用英文字母、数字和 - _ .", "must be made of letters, digits, -, _ and .");
        fields.require(plain, "/version", zh, en);
        let text = fields.text("/text", &self.text, MOST_TEXT);
        let source = fields.text("/source", &self.source, MAX_SHORT);
        let (zh, en) = ("不能早于今天", "must not be before today");
        fields.require(self.in_force_from >= tx.today(), "/in_force_from", zh, en);
        let settings = tx.settings.clone();
        let all = list(&mut tx.conn, &settings)?;
        let (zh, en) = ("该版本名称已使用", "is the name of another version");
        fields.require(!all.iter().any(|known| known.version == version), "/version", zh, en);
        let same_day =
            all.iter().any(|known| known.withdrawn_at.is_none() && known.in_force_from == self.in_force_from);
        let (zh, en) = ("已有版本自该日起施行", "is the first day of another version");
        fields.require(!same_day, "/in_force_from", zh, en);
        fields.done()?;
        let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
        // Of two who enact the same version at once the second one waits here, and is refused.
        let made = diesel::insert_into(commitment_text::table)
            .values((
                commitment_text::version.eq(&version),
                commitment_text::text.eq(text),
                commitment_text::in_force_from.eq(self.in_force_from),
                commitment_text::source.eq(source),
                commitment_text::provisional.eq(self.provisional),
                commitment_text::enacted_by.eq(by),
                commitment_text::enacted_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if made == 0 {
            let mut fields = Fields::new();
            fields.fault("/version", "该版本名称已使用", "is the name of another version");
            return fields.done();
        }
        let data = json!({ "version": version, "in_force_from": self.in_force_from });
        let region = tx.actor.officer_region().map(str::to_owned);
        let subject = Subject { kind: "commitment_text", id: None, region: region.as_deref() };
        tx.audit(Self::NAME, subject, data)
    }
}

/// Withdraws a version of the text that was enacted. What was signed stays. Done by an officer of the province.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawCommitmentText {
    /// Name of the version.
    pub version: String,
    /// The reason.
    pub reason: String,
}

impl Command for WithdrawCommitmentText {
    type Output = ();
    const NAME: &'static str = "withdraw_commitment_text";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        permit_province(tx)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, MAX_NOTE);
        fields.done()?;
        let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
        let gone = diesel::update(commitment_text::table.find(&self.version))
            .filter(commitment_text::withdrawn_at.is_null())
            .set((
                commitment_text::withdrawn_at.eq(tx.now),
                commitment_text::withdrawn_by.eq(by),
                commitment_text::withdrawn_reason.eq(&reason),
            ))
            .execute(&mut *tx.conn)?;
        if gone == 0 {
            return Err(Problem::not_found());
        }
        let region = tx.actor.officer_region().map(str::to_owned);
        let subject = Subject { kind: "commitment_text", id: None, region: region.as_deref() };
        tx.audit(Self::NAME, subject, json!({ "version": self.version, "reason": reason }))
    }
}
