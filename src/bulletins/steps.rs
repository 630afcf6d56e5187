//! The steps of a bulletin: handed in, sent back, given up, published by a second officer.

use crate::bulletins::ids::BulletinId;
use crate::bulletins::items;
use crate::bulletins::state::{BulletinStep, transition};
use crate::bulletins::store::{self, Row};
use crate::core::clock::shanghai_date;
use crate::core::{Code, Problem, Text};
use crate::db::officer_steps::{self, officer, reason};
use crate::db::published::inspection;
use crate::db::schema::{bulletin, bulletin_item};
use crate::db::{Command, Tx};
use crate::inspections::RecordInspectionStep;
use crate::inspections::event::NewStep;
use crate::inspections::ids::InspectionId;
use crate::inspections::state::{InspectionState, InspectionStep};
use chrono::Datelike;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// Submits a bulletin: its results are collected a last time and stay fixed. Done by an officer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubmitBulletin {
    /// Bulletin to hand in.
    pub id: BulletinId,
}

impl Command for SubmitBulletin {
    type Output = BulletinId;
    const NAME: &'static str = "submit_bulletin";

    fn run(&self, tx: &mut Tx) -> Result<BulletinId, Problem> {
        let row = store::load(tx, self.id)?;
        let by = officer(tx)?;
        transition(row.state, BulletinStep::Submit)?;
        let items = items::gather(tx, &row)?;
        if items == 0 {
            let text = Text::new(
                "没有符合通报范围、已经确定且尚未通报的检查结果",
                "no final result that is not published yet is in scope",
            );
            return Err(Problem::new(Code::BulletinEmpty, text));
        }
        diesel::update(bulletin::table.find(row.id))
            .set((bulletin::submitted_by.eq(by), bulletin::submitted_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, BulletinStep::Submit, None)?;
        store::audit(tx, &row, Self::NAME, json!({ "items": items }))?;
        Ok(row.id)
    }
}

/// Sends a bulletin that was handed in back. Done by an officer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReturnBulletin {
    /// Bulletin to send back.
    pub id: BulletinId,
    /// Reason shown to who wrote it.
    pub reason: String,
}

impl Command for ReturnBulletin {
    type Output = BulletinId;
    const NAME: &'static str = "return_bulletin";

    fn run(&self, tx: &mut Tx) -> Result<BulletinId, Problem> {
        let row = store::load(tx, self.id)?;
        let reason = reason(&self.reason)?;
        store::step(tx, &row, BulletinStep::Return, Some(&reason))?;
        store::audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(row.id)
    }
}

/// Withdraws a bulletin before it is published. Done by an officer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawBulletin {
    /// Bulletin to give up.
    pub id: BulletinId,
    /// Reason, shown to who reads the bulletin.
    pub reason: String,
}

impl Command for WithdrawBulletin {
    type Output = BulletinId;
    const NAME: &'static str = "withdraw_bulletin";

    fn run(&self, tx: &mut Tx) -> Result<BulletinId, Problem> {
        let row = store::load(tx, self.id)?;
        let reason = reason(&self.reason)?;
        store::step(tx, &row, BulletinStep::Withdraw, Some(&reason))?;
        store::audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(row.id)
    }
}

/// Publishes a bulletin: each inspection that was not published takes its step `publish`, the bulletin gets its number and day. Done by an officer who neither wrote it nor
/// handed it in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishBulletin {
    /// Bulletin to publish.
    pub id: BulletinId,
}

/// Results that are marked, that are about another product, whose inspection is not final, or that another published bulletin has: they have changed since.
const CHANGED: &str = "
    SELECT count(*) AS count FROM bulletin_item b
    JOIN published.inspection i ON i.id = b.inspection_id
    JOIN published.inspection_subject s ON s.inspection_id = i.id
    WHERE b.bulletin_id = $1 AND (b.mark IS NOT NULL OR i.state NOT IN ('final', 'published') OR i.outcome <> b.outcome
                                  OR (i.state = 'published' AND EXISTS (
                                      SELECT FROM bulletin_item o JOIN bulletin p ON p.id = o.bulletin_id
                                      WHERE o.inspection_id = i.id AND p.state = 'published'))
                                  OR (i.product_kind, s.product_name, s.trademark, s.model)
                                      IS DISTINCT FROM (b.product_kind, b.product_name, b.trademark, b.model))";

/// How many bulletins of a region have a number of a year.
const NUMBERED: &str = "
    SELECT count(*) AS count FROM bulletin b
    WHERE b.region = $1 AND b.number LIKE $1 || '-' || $2 || '-%'";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn require_second(tx: &Tx, row: &Row) -> Result<(), Problem> {
    let text = Text::new(
        "起草或提交通报的人员不能发布，请由另一名监管人员发布",
        "who wrote the bulletin or handed it in may not publish it; another officer does",
    );
    officer_steps::require_second(tx, row.created_by, row.submitted_by, text)
}

fn require_unchanged(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    let Count { count } =
        diesel::sql_query(CHANGED).bind::<SqlUuid, _>(row.id.0).get_result(&mut *tx.conn)?;
    if count > 0 {
        return Err(Problem::new(
            Code::BulletinChanged,
            Text::new(
                format!("提交之后有 {count} 项结果被更正、推翻或已在其他通报中公布，请退回后重新提交"),
                format!(
                    "since it was handed in {count} results were corrected, overturned or published by another bulletin; send it back"
                ),
            ),
        ));
    }
    Ok(())
}

/// The next number of a region in a year: its code, the year, three digits. One bulletin of a region is published at a time: the lock ends with the
/// transaction.
fn number(tx: &mut Tx, region: &str, year: i32) -> Result<String, Problem> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('bulletin ' || $1))")
        .bind::<SqlText, _>(region)
        .execute(&mut *tx.conn)?;
    let Count { count } = diesel::sql_query(NUMBERED)
        .bind::<SqlText, _>(region)
        .bind::<SqlText, _>(year.to_string())
        .get_result(&mut *tx.conn)?;
    Ok(format!("{region}-{year}-{:03}", count + 1))
}

impl Command for PublishBulletin {
    type Output = BulletinId;
    const NAME: &'static str = "publish_bulletin";

    fn run(&self, tx: &mut Tx) -> Result<BulletinId, Problem> {
        let row = store::load(tx, self.id)?;
        let by = officer(tx)?;
        let to = transition(row.state, BulletinStep::Publish)?;
        require_second(tx, &row)?;
        require_unchanged(tx, &row)?;
        let today = shanghai_date(tx.now);
        let number = number(tx, &row.region, today.year())?;
        let inspections: Vec<uuid::Uuid> = bulletin_item::table
            .filter(bulletin_item::bulletin_id.eq(row.id))
            .order(bulletin_item::inspection_id)
            .select(bulletin_item::inspection_id)
            .load(&mut *tx.conn)?;
        // What was marked as published by itself is so already.
        let before: BTreeSet<uuid::Uuid> = inspection::table
            .filter(inspection::id.eq_any(&inspections))
            .filter(inspection::state.eq(InspectionState::Published))
            .select(inspection::id)
            .load::<uuid::Uuid>(&mut *tx.conn)?
            .into_iter()
            .collect();
        for inspection in inspections.iter().filter(|id| !before.contains(*id)) {
            let mut event = NewStep::new(InspectionStep::Publish);
            event.document = Some(number.clone());
            RecordInspectionStep { inspection: InspectionId(*inspection), event }.run(tx)?;
        }
        diesel::update(bulletin::table.find(row.id))
            .set((
                bulletin::state.eq(to),
                bulletin::number.eq(&number),
                bulletin::published_by.eq(by),
                bulletin::published_at.eq(tx.now),
                bulletin::published_on.eq(today),
                bulletin::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::event(tx, row.id, BulletinStep::Publish, (Some(row.state), to), None)?;
        store::audit(tx, &row, Self::NAME, json!({ "number": number, "items": inspections.len() }))?;
        Ok(row.id)
    }
}
