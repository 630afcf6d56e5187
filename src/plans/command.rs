//! Asking for a plan, and discarding one.

use crate::core::fields::Fields;
use crate::core::{Problem, Wake};
use crate::db::regional;
use crate::db::schema::{matching_plan as plans, product_class};
use crate::db::{Command, Tx};
use crate::plans::ids::PlanId;
use crate::plans::pairs::Micros;
use crate::plans::state::{PlanState, PlanStep, transition};
use crate::plans::store;
use crate::plans::vocabulary::CapacityBasis;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::view::has_enterprises;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Wakes the planner: a plan is queued.
pub const WAKE: Wake = Wake::new("planner");

/// Queues a plan for the enterprises in operation of a region, of a class of products or of an
/// imported list, or where these meet. An admin plans for its own region; experts of the whole
/// province may serve.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestPlan {
    /// What to call it; else it is named after the day.
    #[serde(default)]
    pub name: Option<String>,
    /// Code of the region, with all under it; else the admin's own.
    #[serde(default)]
    pub region: Option<String>,
    /// Code of the product class, where only its nonconformities shall count.
    #[serde(default)]
    pub class: Option<String>,
    /// The import of the list, where only enterprises on it shall count.
    #[serde(default)]
    pub import: Option<ImportId>,
    /// How many rounds the plan is for, 1 to 100: an expert gets up to its capacity in each.
    #[serde(default = "one")]
    #[schema(default = 1, minimum = 1, maximum = 100)]
    pub rounds: i32,
    /// What places are counted from.
    #[serde(default = "free")]
    #[schema(default = "free")]
    pub capacity_basis: CapacityBasis,
    /// The least score of a pair, above 0 and up to 1, to the sixth decimal: pairs below it are not used, and enterprises that have no
    /// other get nobody.
    #[serde(default)]
    #[schema(exclusive_minimum = 0, maximum = 1)]
    pub least_score: Option<f64>,
}

/// A score as millionths; none for what can't be the least score of a plan.
#[expect(clippy::cast_possible_truncation, reason = "a score is 0 to 1")]
fn micros(score: f64) -> Option<Micros> {
    let micros = score * 1e6;
    let whole = micros.round();
    let fits = (1.0..=1e6).contains(&whole) && (micros - whole).abs() < 1e-3;
    fits.then_some(whole as Micros)
}

fn one() -> i32 {
    1
}

fn free() -> CapacityBasis {
    CapacityBasis::Free
}

/// A plan that was asked for.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanRequested {
    /// Its id.
    pub id: PlanId,
}

impl Command for RequestPlan {
    type Output = PlanRequested;
    const NAME: &'static str = "request_plan";

    fn run(&self, tx: &mut Tx) -> Result<PlanRequested, Problem> {
        let mut fields = Fields::new();
        let (account, region) = regional::set_up(tx, &mut fields, self.region.as_deref())?;
        let named = fields.optional_text("/name", self.name.as_deref(), 100);
        fields.require((1..=100).contains(&self.rounds), "/rounds", "须为 1 到 100", "must be 1 to 100");
        let least = self.least_score.map(micros);
        fields.require(
            least != Some(None),
            "/least_score",
            "须大于 0 且不超过 1，最多六位小数",
            "must be above 0 and at most 1, with six decimals at most",
        );
        if let Some(class) = &self.class {
            let known: i64 = product_class::table.find(class).count().get_result(&mut *tx.conn)?;
            fields.require(known > 0, "/class", "没有这个产品类别", "is not a product class");
        }
        if let Some(import) = self.import {
            check_import(tx, import, &mut fields)?;
        }
        fields.done()?;
        let id = PlanId::new();
        diesel::insert_into(plans::table)
            .values((
                plans::id.eq(id),
                plans::name.eq(named.unwrap_or_else(|| format!("{} {region}", tx.today()))),
                plans::requested_by.eq(account),
                plans::region.eq(&region),
                plans::product_class.eq(&self.class),
                plans::import_id.eq(self.import),
                plans::rounds.eq(self.rounds),
                plans::capacity_basis.eq(self.capacity_basis),
                plans::least_score.eq(least.flatten()),
                plans::state.eq(PlanState::Queued),
                plans::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let row = store::lock(&mut tx.conn, id)?;
        tx.audit(Self::NAME, row.subject(), serde_json::to_value(self)?)?;
        tx.wake(WAKE);
        Ok(PlanRequested { id })
    }
}

/// A list can be planned for by whoever may know of its import, once it has brought enterprises in.
fn check_import(tx: &mut Tx, import: ImportId, fields: &mut Fields) -> Result<(), Problem> {
    let named = has_enterprises(&mut tx.conn, &tx.actor, import)?;
    match named {
        None => fields.fault("/import", "没有这次导入", "is not an import that you may know of"),
        Some(false) => fields.fault(
            "/import",
            "该次导入没有写入企业（试运行、失败或尚未完成）",
            "brought in no enterprises: a dry run, refused, or not at its end",
        ),
        Some(true) => {}
    }
    Ok(())
}

/// Discards a plan, or stops its computation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DiscardPlan {
    /// The plan.
    pub id: PlanId,
}

impl Command for DiscardPlan {
    type Output = ();
    const NAME: &'static str = "discard_plan";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let row = store::lock_for(tx, self.id)?;
        let state = transition(row.state, PlanStep::Discard)?;
        diesel::update(plans::table.find(self.id))
            .set((
                plans::state.eq(state),
                plans::phase.eq(None::<String>),
                plans::decided_by.eq(tx.actor.account()),
                plans::decided_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, row.subject(), json!({ "was": row.state }))
    }
}
