//! Writing a programme, and changing it before it is handed in.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::regional::set_up;
use crate::db::schema::{programme, programme_target};
use crate::db::{Command, Tx};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::settings::ProgrammeSettings;
use crate::programmes::state::{ProgrammeLevel, ProgrammeState, ProgrammeStep};
use crate::programmes::store::{self, Row};
use crate::programmes::targets::{TargetInput, insert};
use chrono::{DateTime, Months, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a name and of the number of a document.
pub const MAX_NAME: usize = 200;
/// The most months of a period.
const MAX_MONTHS: u32 = 36;

fn sampling() -> ProgrammeKind {
    ProgrammeKind::Sampling
}

/// Writes a programme, as a draft.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateProgramme {
    /// What it plans; `sampling` where none is given.
    #[serde(default = "sampling")]
    pub kind: ProgrammeKind,
    /// Its name, at most 200 characters.
    pub name: String,
    /// The level that organises it. It must be that of the organiser's region; a national one is carried out by the province.
    pub level: ProgrammeLevel,
    /// Code of the region whose authority organises it: the caller's own or one under it; the own one where none is named.
    #[serde(default)]
    pub organiser_region: Option<String>,
    /// Its first day, in Asia/Shanghai.
    pub period_from: NaiveDate,
    /// Its last day, at most three years later.
    pub period_until: NaiveDate,
    /// The number of the document that orders it, at most 200 characters.
    #[serde(default)]
    pub document_no: Option<String>,
    /// The version of the rules of sampling, for that kind only; the one in force on the first day where none is named.
    #[serde(default)]
    pub rules_version: Option<String>,
    /// Its first targets, of a sampling only, at most 200 at once; more are added one by one or by further lists.
    #[serde(default)]
    pub targets: Vec<TargetInput>,
}

fn check_period(fields: &mut Fields, from: NaiveDate, until: NaiveDate) {
    let last = from.checked_add_months(Months::new(MAX_MONTHS));
    fields.day("/period_from", Some(from));
    fields.require(until >= from, "/period_until", "不能早于开始日期", "must not be before period_from");
    fields.require(
        last.is_some_and(|last| until < last),
        "/period_until",
        "计划期限不能超过三年",
        "the period must not be longer than three years",
    );
}

fn check_level(fields: &mut Fields, tx: &Tx, level: ProgrammeLevel, region: &str) {
    let fits = tx.catalogue.regions.get(region).is_none_or(|region| level.organised_by(region.level));
    fields.require(
        fits,
        "/level",
        "抽查级别与组织地区的级别不符",
        "must be the level of the organiser's region",
    );
}

/// The version of the rules of sampling that is named, or is in force on the first day; none for other kinds, which name none.
fn chosen_rules(
    fields: &mut Fields,
    tx: &Tx,
    kind: ProgrammeKind,
    named: Option<&str>,
    from: NaiveDate,
) -> Option<String> {
    let settings = tx.settings.section::<ProgrammeSettings>();
    let named = named.map(str::trim).filter(|name| !name.is_empty());
    if !kind.has_targets() {
        let (zh, en) = ("只有监督抽查计划适用抽查规则", "is for programmes of sampling only");
        fields.require(named.is_none(), "/rules_version", zh, en);
        return None;
    }
    let rules = match named {
        Some(name) => settings.version(name),
        None => settings.rules_on(from),
    };
    fields.require(
        rules.is_some(),
        "/rules_version",
        "没有这一版本的抽查规则",
        "there are no rules of this version",
    );
    rules.map(|rules| rules.version.clone())
}

/// The most targets that one call adds.
pub const MOST_AT_ONCE: usize = 200;

impl Command for CreateProgramme {
    type Output = ProgrammeId;
    const NAME: &'static str = "create_programme";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        let mut fields = Fields::new();
        let mut placed = Fields::new();
        let (account, region) = set_up(tx, &mut placed, self.organiser_region.as_deref())?;
        // The pointer of `set_up` is another.
        if placed.done().is_err() {
            fields.fault(
                "/organiser_region",
                "须为本人辖区或其下级地区",
                "must be your region or one below it",
            );
        }
        let name = fields.text("/name", &self.name, MAX_NAME);
        check_period(&mut fields, self.period_from, self.period_until);
        check_level(&mut fields, tx, self.level, &region);
        let document_no = fields.optional_text("/document_no", self.document_no.as_deref(), MAX_NAME);
        let rules_version =
            chosen_rules(&mut fields, tx, self.kind, self.rules_version.as_deref(), self.period_from);
        fields.require(
            self.targets.len() <= MOST_AT_ONCE,
            "/targets",
            "一次最多添加 200 项任务",
            "at most 200 targets at once",
        );
        fields.require(
            self.kind.has_targets() || self.targets.is_empty(),
            "/targets",
            "只有监督抽查计划可以有抽查任务",
            "only programmes of sampling have targets",
        );
        fields.done()?;
        let mut salt = vec![0; 32];
        getrandom::fill(&mut salt)?;
        let row = Row {
            id: ProgrammeId::new(),
            kind: self.kind,
            name,
            organiser_region: region,
            period_from: self.period_from,
            period_until: self.period_until,
            rules_version,
            state: ProgrammeState::Draft,
            salt,
            created_by: account,
            submitted_by: None,
        };
        diesel::insert_into(programme::table)
            .values((
                programme::id.eq(row.id),
                programme::kind.eq(row.kind),
                programme::name.eq(&row.name),
                programme::level.eq(self.level),
                programme::organiser_region.eq(&row.organiser_region),
                programme::period_from.eq(row.period_from),
                programme::period_until.eq(row.period_until),
                programme::document_no.eq(document_no),
                programme::rules_version.eq(&row.rules_version),
                programme::state.eq(row.state),
                programme::salt.eq(&row.salt),
                programme::created_by.eq(account),
                programme::created_at.eq(tx.now),
                programme::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::event(tx, row.id, ProgrammeStep::Create, (None, row.state), None)?;
        insert(tx, &row, &self.targets, "/targets")?;
        store::audit(tx, &row, Self::NAME, json!({ "kind": row.kind, "targets": self.targets.len() }))?;
        Ok(row.id)
    }
}

/// Changes a programme that was not handed in yet, or was sent back. What is absent stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeProgramme {
    /// The programme.
    pub id: ProgrammeId,
    /// Its name.
    pub name: Option<String>,
    /// The level that organises it.
    pub level: Option<ProgrammeLevel>,
    /// Its first day.
    pub period_from: Option<NaiveDate>,
    /// Its last day.
    pub period_until: Option<NaiveDate>,
    /// The number of the document; blank takes it away.
    pub document_no: Option<String>,
    /// The version of the rules of sampling.
    pub rules_version: Option<String>,
}

#[derive(AsChangeset)]
#[diesel(table_name = programme)]
struct Changed {
    name: Option<String>,
    level: Option<ProgrammeLevel>,
    period_from: NaiveDate,
    period_until: NaiveDate,
    document_no: Option<Option<String>>,
    rules_version: Option<String>,
    updated_at: DateTime<Utc>,
}

impl Command for ChangeProgramme {
    type Output = ProgrammeId;
    const NAME: &'static str = "change_programme";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        let row = store::load(tx, self.id)?;
        store::step(tx, &row, ProgrammeStep::Change, None)?;
        let mut fields = Fields::new();
        let name = self.name.as_deref().map(|name| fields.text("/name", name, MAX_NAME));
        let (from, until) =
            (self.period_from.unwrap_or(row.period_from), self.period_until.unwrap_or(row.period_until));
        check_period(&mut fields, from, until);
        if let Some(level) = self.level {
            check_level(&mut fields, tx, level, &row.organiser_region);
        }
        let document_no = self
            .document_no
            .as_deref()
            .map(|number| fields.optional_text("/document_no", Some(number), MAX_NAME));
        let rules_version = self
            .rules_version
            .as_deref()
            .and_then(|name| chosen_rules(&mut fields, tx, row.kind, Some(name), from));
        let outside: i64 = programme_target::table
            .filter(programme_target::programme_id.eq(row.id))
            .filter(programme_target::due_on.lt(from).or(programme_target::due_on.gt(until)))
            .count()
            .get_result(&mut *tx.conn)?;
        fields.require(
            outside == 0,
            "/period_until",
            "有任务的完成期限不在计划期限内，请先修改任务",
            "targets are due outside of the period; change them first",
        );
        fields.done()?;
        let changed = Changed {
            name,
            level: self.level,
            period_from: from,
            period_until: until,
            document_no,
            rules_version,
            updated_at: tx.now,
        };
        diesel::update(programme::table.find(row.id)).set(changed).execute(&mut *tx.conn)?;
        store::audit(tx, &row, Self::NAME, json!({ "period_from": from, "period_until": until }))?;
        Ok(row.id)
    }
}
