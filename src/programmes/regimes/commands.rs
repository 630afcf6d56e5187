//! Putting a product kind into another regime from a day on, and recording that its risk was reviewed.

use crate::catalogue::SupervisionClass;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::db::schema::{kind_regime, kind_review};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::programmes::ids::ReviewId;
use crate::programmes::policy::permit_regimes;
use crate::programmes::regimes::history::{Change, regime_on};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Puts a product kind into another regime from a day on, which is today or later and later than its last change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeRegime {
    /// Code of the kind.
    pub product_kind: String,
    /// The regime.
    pub regime: SupervisionClass,
    /// The first day.
    pub in_force_from: NaiveDate,
    /// The number of the document that orders it.
    pub document_no: Option<String>,
    /// Reason of the change, which stands in its history.
    pub reason: String,
}

fn account(tx: &Tx) -> Result<AccountId, Problem> {
    tx.actor.account().ok_or_else(Problem::forbidden)
}

/// The code of a kind as the catalogue writes it.
fn known_kind(tx: &Tx, code: &str) -> Result<String, Problem> {
    let kind = tx.catalogue.products.kind(code).filter(|kind| kind.code == code);
    kind.map(|kind| kind.code.clone()).ok_or_else(Problem::not_found)
}

/// Writes a row of the audit about a kind, which has a code and no id.
fn audit(tx: &mut Tx, action: &str, data: Value) -> Result<(), Problem> {
    let region = tx.actor.officer_region().map(str::to_owned);
    tx.audit(action, Subject { kind: "kind_regime", id: None, region: region.as_deref() }, data)
}

impl Command for ChangeRegime {
    type Output = String;
    const NAME: &'static str = "change_kind_regime";

    fn run(&self, tx: &mut Tx) -> Result<String, Problem> {
        use kind_regime as r;
        permit_regimes(&tx.actor, &tx.catalogue)?;
        let (by, code) = (account(tx)?, known_kind(tx, &self.product_kind)?);
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1_000);
        let document_no = fields.optional_text("/document_no", self.document_no.as_deref(), 200);
        let today = tx.today();
        fields.require(
            self.in_force_from >= today,
            "/in_force_from",
            "不能早于今天：已过去的日期不得改动",
            "must not be in the past: days gone by stay as they were",
        );
        // Histories are only added to, so there is no row to lock: two changes at once take turns.
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('kind_regime'))").execute(&mut *tx.conn)?;
        let changes: Vec<(NaiveDate, SupervisionClass)> = r::table
            .filter(r::product_kind.eq(&code))
            .select((r::in_force_from, r::regime))
            .load(&mut *tx.conn)?;
        let changes: Vec<Change> =
            changes.into_iter().map(|(from, regime)| Change { from, regime }).collect();
        let last = changes.iter().map(|change| change.from).max();
        fields.require(
            last.is_none_or(|last| self.in_force_from > last),
            "/in_force_from",
            "须晚于该产品种类最近一次调整的日期",
            "must be later than the last change of this kind",
        );
        let before =
            tx.catalogue.products.kind(&code).map(|kind| regime_on(kind, &changes, self.in_force_from));
        fields.require(
            before != Some(self.regime),
            "/regime",
            "该产品种类已属此类",
            "the kind is in this regime already",
        );
        fields.done()?;
        diesel::insert_into(r::table)
            .values((
                r::product_kind.eq(&code),
                r::in_force_from.eq(self.in_force_from),
                r::regime.eq(self.regime),
                r::document_no.eq(document_no),
                r::reason.eq(&reason),
                r::decided_by.eq(by),
                r::decided_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let data = json!({
            "name": code, "from": before, "to": self.regime, "in_force_from": self.in_force_from, "reason": reason,
        });
        audit(tx, Self::NAME, data)?;
        Ok(code)
    }
}

/// Records that the risk of a product kind was reviewed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReviewKind {
    /// Code of the kind.
    pub product_kind: String,
    /// On which day.
    pub reviewed_on: NaiveDate,
    /// Conclusion of the review.
    pub conclusion: String,
}

impl Command for ReviewKind {
    type Output = ReviewId;
    const NAME: &'static str = "review_kind";

    fn run(&self, tx: &mut Tx) -> Result<ReviewId, Problem> {
        permit_regimes(&tx.actor, &tx.catalogue)?;
        let code = known_kind(tx, &self.product_kind)?;
        let mut fields = Fields::new();
        let conclusion = fields.text("/conclusion", &self.conclusion, 4_000);
        let today = tx.today();
        fields.require(
            self.reviewed_on <= today,
            "/reviewed_on",
            "不能晚于今天",
            "must not be in the future",
        );
        fields.day("/reviewed_on", Some(self.reviewed_on));
        fields.done()?;
        enter_review(tx, &code, self.reviewed_on, &conclusion)
    }
}

/// Writes down that the risk of a product kind was reviewed on a day, by the officer who acts: for this domain, and for those above in which kinds are
/// reviewed. Whether the officer may has been checked by the caller.
///
/// # Errors
/// 403 where nobody acts; when the database refuses.
pub fn enter_review(tx: &mut Tx, code: &str, day: NaiveDate, conclusion: &str) -> Result<ReviewId, Problem> {
    use kind_review as r;
    let (id, by) = (ReviewId::new(), account(tx)?);
    diesel::insert_into(r::table)
        .values((
            r::id.eq(id),
            r::product_kind.eq(code),
            r::reviewed_on.eq(day),
            r::conclusion.eq(conclusion),
            r::reviewed_by.eq(by),
            r::recorded_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    audit(tx, ReviewKind::NAME, json!({ "name": code, "reviewed_on": day }))?;
    Ok(id)
}
