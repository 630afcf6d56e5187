//! Setting a round up, taking it over, bringing it to its end, giving it up.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::cross_inspections::ids::RoundId;
use crate::cross_inspections::notices;
use crate::cross_inspections::policy::{Standing, permit};
use crate::cross_inspections::settings::CrossInspectionSettings;
use crate::cross_inspections::state::{RoundState, RoundStep, transition};
use crate::cross_inspections::store::{self, Row};
use crate::db::published::{expert, laboratory};
use crate::db::regional::set_up;
use crate::db::schema::cross_round;
use crate::db::{Command, Tx};
use crate::programmes::ids::LaboratoryId;
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a name.
pub const MAX_NAME: usize = 200;
/// The most characters of a reason.
const MAX_REASON: usize = 1_000;

/// Sets a round of cross-inspection (交叉互检) up. An officer leads it for a region, an expert for the own product hospital.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRound {
    /// Its name, at most 200 characters.
    pub name: String,
    /// Code of its region: the officer's own or one under it, the own one where none is named. That of the product hospital for an expert.
    #[serde(default)]
    pub region: Option<String>,
    /// Code of the product kind that is tested.
    pub product_kind: String,
    /// Per cent of the products that a laboratory tests as well; that of the rules where nothing is said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    pub check_percent: Option<i32>,
    /// The laboratory that does.
    #[serde(default)]
    pub laboratory_id: Option<LaboratoryId>,
}

/// Who leads the round, its region, and the product hospital where an expert does.
fn leader(
    tx: &mut Tx,
    fields: &mut Fields,
    region: Option<&str>,
) -> Result<(AccountId, String, Option<String>), Problem> {
    let Some(Scope::Expert(id)) = tx.actor.scope().cloned() else {
        let (account, region) = set_up(tx, fields, region)?;
        return Ok((account, region, None));
    };
    let account = tx.actor.account().ok_or_else(Problem::forbidden)?;
    let code: Option<String> =
        expert::table.filter(expert::id.eq(id)).select(expert::hospital).first(&mut *tx.conn)?;
    let hospital = code.as_deref().and_then(|code| tx.catalogue.products.hospital(code)).cloned();
    let Some(hospital) = hospital else {
        fields.require(
            false,
            "/region",
            "只有产品医院的专家和监管人员可以组织互检",
            "only experts of a product hospital and officers lead a round",
        );
        std::mem::replace(fields, Fields::new()).done()?;
        return Err(Problem::forbidden());
    };
    fields.require(
        region.is_none_or(|region| region == hospital.region),
        "/region",
        "须为产品医院所在地区",
        "must be the region of the product hospital",
    );
    Ok((account, hospital.region, Some(hospital.code)))
}

/// Checks the share that a laboratory tests, and the laboratory.
fn check_share(
    tx: &mut Tx,
    fields: &mut Fields,
    percent: i32,
    laboratory: Option<LaboratoryId>,
) -> Result<(), Problem> {
    fields.require(
        (1..=100).contains(&percent),
        "/check_percent",
        "须为 1 到 100 的整数",
        "must be a whole number from 1 to 100",
    );
    let Some(id) = laboratory else { return Ok(()) };
    let known: bool =
        select(exists(laboratory::table.filter(laboratory::id.eq(id)).filter(laboratory::active)))
            .get_result(&mut *tx.conn)?;
    let (zh, en) = ("没有这一检验机构，或者已停用", "is not a laboratory that can be charged");
    fields.require(known, "/laboratory_id", zh, en);
    Ok(())
}

impl Command for CreateRound {
    type Output = RoundId;
    const NAME: &'static str = "create_cross_round";

    fn run(&self, tx: &mut Tx) -> Result<RoundId, Problem> {
        permit(&tx.actor)?;
        let mut fields = Fields::new();
        let (account, region, hospital) = leader(tx, &mut fields, self.region.as_deref())?;
        let name = fields.text("/name", &self.name, MAX_NAME);
        let kind = tx.catalogue.products.kind(&self.product_kind).map(|kind| kind.code.clone());
        fields.require(kind.is_some(), "/product_kind", "未知的产品种类", "is not a known product kind");
        let today = tx.today();
        let rules = tx.settings.section::<CrossInspectionSettings>().rules_on(today).cloned();
        let rules = rules.ok_or_else(|| Problem::internal("no rules of cross-inspection"))?;
        let percent = self.check_percent.unwrap_or(rules.check_percent);
        check_share(tx, &mut fields, percent, self.laboratory_id)?;
        fields.done()?;
        let mut random = [0; 32];
        getrandom::fill(&mut random)?;
        // Two words of six characters: nobody finds one by trying.
        let join_code = crate::cross_inspections::assignment::codes(&random, 2).join("-");
        let row = Row {
            id: RoundId::new(),
            name,
            region,
            led_by: account,
            state: RoundState::Gathering,
            rules_version: rules.version,
            check_percent: percent,
            laboratory_id: self.laboratory_id,
            assigned_at: None,
        };
        diesel::insert_into(cross_round::table)
            .values((
                cross_round::id.eq(row.id),
                cross_round::name.eq(&row.name),
                cross_round::region.eq(&row.region),
                cross_round::hospital.eq(hospital),
                cross_round::product_kind.eq(kind.unwrap_or_default()),
                cross_round::led_by.eq(account),
                cross_round::state.eq(row.state),
                cross_round::rules_version.eq(&row.rules_version),
                cross_round::join_code.eq(join_code),
                cross_round::check_percent.eq(percent),
                cross_round::laboratory_id.eq(self.laboratory_id),
                cross_round::created_at.eq(tx.now),
                cross_round::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::event(tx, row.id, RoundStep::Create, (None, row.state), None)?;
        store::audit(tx, &row, Self::NAME, json!({ "check_percent": percent }))?;
        Ok(row.id)
    }
}

/// Gives a round another name, another laboratory or another share for it, as long as nothing is given out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeRound {
    /// The round.
    pub id: RoundId,
    /// Its name, at most 200 characters.
    pub name: String,
    /// Per cent of the products that a laboratory tests as well.
    pub check_percent: i32,
    /// The laboratory that does; none where nobody is charged yet.
    pub laboratory_id: Option<LaboratoryId>,
}

impl Command for ChangeRound {
    type Output = RoundId;
    const NAME: &'static str = "change_cross_round";

    fn run(&self, tx: &mut Tx) -> Result<RoundId, Problem> {
        let loaded = store::led(tx, self.id)?;
        let mut fields = Fields::new();
        let name = fields.text("/name", &self.name, MAX_NAME);
        check_share(tx, &mut fields, self.check_percent, self.laboratory_id)?;
        fields.done()?;
        store::step(tx, &loaded.row, RoundStep::Change, None)?;
        diesel::update(cross_round::table.find(self.id))
            .set((
                cross_round::name.eq(&name),
                cross_round::check_percent.eq(self.check_percent),
                cross_round::laboratory_id.eq(self.laboratory_id),
            ))
            .execute(&mut *tx.conn)?;
        let data = json!({ "check_percent": self.check_percent, "laboratory": self.laboratory_id });
        store::audit(tx, &Row { name, ..loaded.row }, Self::NAME, data)?;
        Ok(self.id)
    }
}

fn reason(text: &str) -> Result<String, Problem> {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", text, MAX_REASON);
    fields.done()?;
    Ok(reason)
}

/// Leads a round from now on in place of who led it before: an officer of its region, with a reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TakeRoundOver {
    /// The round.
    pub id: RoundId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for TakeRoundOver {
    type Output = RoundId;
    const NAME: &'static str = "take_over_cross_round";

    fn run(&self, tx: &mut Tx) -> Result<RoundId, Problem> {
        let loaded = store::load(tx, self.id)?;
        let (Standing::Officer, Some(account)) = (loaded.standing, tx.actor.account()) else {
            return Err(Problem::forbidden());
        };
        let reason = reason(&self.reason)?;
        store::step(tx, &loaded.row, RoundStep::TakeOver, Some(&reason))?;
        diesel::update(cross_round::table.find(self.id))
            .set(cross_round::led_by.eq(account))
            .execute(&mut *tx.conn)?;
        store::audit(tx, &loaded.row, Self::NAME, json!({ "reason": reason }))?;
        Ok(self.id)
    }
}

/// Closes a round. From then on its participants see all results by their codes, and its sums count.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloseRound {
    /// The round.
    pub id: RoundId,
}

impl Command for CloseRound {
    type Output = RoundId;
    const NAME: &'static str = "close_cross_round";

    fn run(&self, tx: &mut Tx) -> Result<RoundId, Problem> {
        let loaded = store::led(tx, self.id)?;
        let to = transition(loaded.row.state, RoundStep::Close)?;
        diesel::update(cross_round::table.find(self.id))
            .set((cross_round::state.eq(to), cross_round::closed_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        store::step(tx, &loaded.row, RoundStep::Close, None)?;
        store::audit(tx, &loaded.row, Self::NAME, json!({}))?;
        notices::released(tx, self.id, &loaded.row.name)?;
        Ok(self.id)
    }
}

/// Withdraws a round, for example when its codes have become known. It stays with its reason, and its results count nowhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawRound {
    /// The round.
    pub id: RoundId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for WithdrawRound {
    type Output = RoundId;
    const NAME: &'static str = "withdraw_cross_round";

    fn run(&self, tx: &mut Tx) -> Result<RoundId, Problem> {
        let loaded = store::led(tx, self.id)?;
        let reason = reason(&self.reason)?;
        let to = transition(loaded.row.state, RoundStep::Withdraw)?;
        diesel::update(cross_round::table.find(self.id))
            .set((
                cross_round::state.eq(to),
                cross_round::withdrawn_at.eq(tx.now),
                cross_round::withdrawn_reason.eq(&reason),
            ))
            .execute(&mut *tx.conn)?;
        store::step(tx, &loaded.row, RoundStep::Withdraw, Some(&reason))?;
        store::audit(tx, &loaded.row, Self::NAME, json!({ "reason": reason }))?;
        Ok(self.id)
    }
}

/// Whether the actor may set rounds up, for the form of the page.
pub fn may_set_up(actor: &Actor) -> bool {
    matches!(actor.scope(), Some(Scope::Admin(_) | Scope::Expert(_)))
}
