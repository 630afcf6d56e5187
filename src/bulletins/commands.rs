//! Writing a bulletin, and changing it before it is handed in.

use crate::bulletins::ids::BulletinId;
use crate::bulletins::items;
use crate::bulletins::state::{BulletinMethod, BulletinState, BulletinStep};
use crate::bulletins::store::{self, Row};
use crate::core::Problem;
use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::db::regional::set_up;
use crate::db::schema::bulletin;
use crate::db::{Command, Tx};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::queries as programmes;
use chrono::{Months, NaiveDate};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The longest title, in characters.
const MAX_TITLE: usize = 200;
/// The longest period of a bulletin, in months.
const MAX_MONTHS: u32 = 24;

fn sampling() -> BulletinMethod {
    BulletinMethod::Sampling
}

/// What a bulletin is of. Done by an officer.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulletinScope {
    /// Its title.
    pub title: String,
    /// The programme whose results it has; those of all where none is named.
    #[serde(default)]
    pub programme_id: Option<ProgrammeId>,
    /// Code of the region where the samples were taken, the office's own or one under it; the office's own where none is named.
    #[serde(default)]
    pub place_region: Option<String>,
    /// The method.
    #[serde(default = "sampling")]
    #[schema(inline)]
    pub method: BulletinMethod,
    /// The first day of the samplings.
    pub period_from: NaiveDate,
    /// The last one.
    pub period_until: NaiveDate,
}

/// A scope that was checked.
struct Checked {
    title: String,
    place_region: String,
}

impl BulletinScope {
    /// Checks it for the office of a region. The faults go to `fields`.
    fn checked(&self, tx: &mut Tx, fields: &mut Fields, region: &str) -> Result<Checked, Problem> {
        let title = fields.text("/title", &self.title, MAX_TITLE);
        let place_region = self.place_region.clone().unwrap_or_else(|| region.to_owned());
        fields.require(
            tx.catalogue.regions.contains(region, &place_region),
            "/place_region",
            "须为发布机关所辖地区",
            "must be the region of the office or one below it",
        );
        let last = self.period_from.checked_add_months(Months::new(MAX_MONTHS));
        fields.require(
            self.period_until >= self.period_from,
            "/period_until",
            "不能早于开始日期",
            "must not be before period_from",
        );
        fields.require(
            last.is_some_and(|last| self.period_until < last),
            "/period_until",
            "期限不能超过两年",
            "the period must not be longer than two years",
        );
        fields.day("/period_from", Some(self.period_from));
        if let Some(programme) = self.programme_id {
            let known = knows_programme(tx, programme)?;
            fields.require(known, "/programme_id", "没有这项计划", "there is no such programme");
        }
        Ok(Checked { title, place_region })
    }
}

/// Whether the officer may know of a programme.
fn knows_programme(tx: &mut Tx, id: ProgrammeId) -> Result<bool, Problem> {
    let actor = tx.actor.clone();
    match programmes::get(&mut tx.conn, &actor, id, shanghai_date(tx.now)) {
        Ok(_) => Ok(true),
        Err(problem) if problem.status == 404 => Ok(false),
        Err(problem) => Err(problem),
    }
}

/// Writes a bulletin, as a draft of the officer's own region, and gathers its results.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateBulletin {
    /// Which results the bulletin lists.
    pub scope: BulletinScope,
}

impl Command for CreateBulletin {
    type Output = BulletinId;
    const NAME: &'static str = "create_bulletin";

    fn run(&self, tx: &mut Tx) -> Result<BulletinId, Problem> {
        let mut fields = Fields::new();
        let (account, region) = set_up(tx, &mut fields, None)?;
        let Checked { title, place_region } = self.scope.checked(tx, &mut fields, &region)?;
        fields.done()?;
        let row = Row {
            id: BulletinId::new(),
            title,
            region,
            programme_id: self.scope.programme_id,
            place_region,
            method: self.scope.method,
            period_from: self.scope.period_from,
            period_until: self.scope.period_until,
            state: BulletinState::Draft,
            created_by: account,
            submitted_by: None,
        };
        diesel::insert_into(bulletin::table)
            .values((
                bulletin::id.eq(row.id),
                bulletin::title.eq(&row.title),
                bulletin::region.eq(&row.region),
                bulletin::programme_id.eq(row.programme_id),
                bulletin::place_region.eq(&row.place_region),
                bulletin::method.eq(row.method),
                bulletin::period_from.eq(row.period_from),
                bulletin::period_until.eq(row.period_until),
                bulletin::state.eq(row.state),
                bulletin::created_by.eq(account),
                bulletin::created_at.eq(tx.now),
                bulletin::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let items = items::gather(tx, &row)?;
        store::event(tx, row.id, BulletinStep::Create, (None, row.state), None)?;
        store::audit(tx, &row, Self::NAME, json!({ "items": items }))?;
        Ok(row.id)
    }
}

/// Changes a bulletin that is a draft or was sent back, and gathers its results anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeBulletin {
    /// Bulletin to change.
    pub id: BulletinId,
    /// What it is of from now on.
    pub scope: BulletinScope,
}

impl Command for ChangeBulletin {
    type Output = BulletinId;
    const NAME: &'static str = "change_bulletin";

    fn run(&self, tx: &mut Tx) -> Result<BulletinId, Problem> {
        let before = store::load(tx, self.id)?;
        store::step(tx, &before, BulletinStep::Change, None)?;
        let mut fields = Fields::new();
        let Checked { title, place_region } = self.scope.checked(tx, &mut fields, &before.region)?;
        fields.done()?;
        let row = Row {
            title,
            programme_id: self.scope.programme_id,
            place_region,
            method: self.scope.method,
            period_from: self.scope.period_from,
            period_until: self.scope.period_until,
            ..before
        };
        diesel::update(bulletin::table.find(row.id))
            .set((
                bulletin::title.eq(&row.title),
                bulletin::programme_id.eq(row.programme_id),
                bulletin::place_region.eq(&row.place_region),
                bulletin::method.eq(row.method),
                bulletin::period_from.eq(row.period_from),
                bulletin::period_until.eq(row.period_until),
            ))
            .execute(&mut *tx.conn)?;
        let items = items::gather(tx, &row)?;
        store::audit(tx, &row, Self::NAME, json!({ "items": items }))?;
        Ok(row.id)
    }
}
