//! Print runs: each has a token of its own, so that labels of an old run can be ended without those of the others.

use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::credit_codes::apply::MAX_REASON;
use crate::credit_codes::facts;
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::state::CodeStep;
use crate::credit_codes::store::{self, Said};
use crate::db::schema::credit_code_version;
use crate::db::{Command, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of the name of a print run.
const MAX_BATCH: usize = 100;

/// Begins another print run. Done by the enterprise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddCodeVersion {
    /// The code.
    pub id: CreditCodeId,
    /// The print run in the enterprise's words.
    pub batch: String,
}

impl Command for AddCodeVersion {
    type Output = CreditCodeId;
    const NAME: &'static str = "add_credit_code_version";

    fn run(&self, tx: &mut Tx) -> Result<CreditCodeId, Problem> {
        use credit_code_version as v;
        let (row, to) = store::load_for(tx, self.id, CodeStep::AddVersion)?;
        let mut fields = Fields::new();
        let batch = fields.text("/batch", &self.batch, MAX_BATCH);
        fields.done()?;
        let settings = tx.settings.clone();
        let most = facts::rules_of(&settings, &row.rules_version, tx.today())?.most_versions;
        let last: Option<i32> = v::table
            .filter(v::code_id.eq(row.id))
            .select(diesel::dsl::max(v::number))
            .first(&mut *tx.conn)?;
        let number = last.unwrap_or(0).saturating_add(1);
        if i64::from(number) > i64::from(most) {
            return Err(Problem::new(
                Code::CreditCodeVersions,
                Text::new(
                    format!("印制批次不能超过 {most} 个"),
                    format!("a code has at most {most} print runs"),
                ),
            ));
        }
        store::add_version(tx, row.id, number, &batch)?;
        store::write(tx, &row, (CodeStep::AddVersion, to), Said::because(&batch))?;
        store::audit(tx, &row, Self::NAME, json!({ "name": batch }))?;
        Ok(row.id)
    }
}

/// Ends a print run: its labels show no record any more. Done by the enterprise. Ending it twice changes nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndCodeVersion {
    /// The code.
    pub id: CreditCodeId,
    /// Number of the print run.
    pub number: i32,
    /// Reason for ending the version, kept in its history.
    pub reason: String,
}

impl Command for EndCodeVersion {
    type Output = CreditCodeId;
    const NAME: &'static str = "end_credit_code_version";

    fn run(&self, tx: &mut Tx) -> Result<CreditCodeId, Problem> {
        use credit_code_version as v;
        let (row, to) = store::load_for(tx, self.id, CodeStep::EndVersion)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, MAX_REASON);
        fields.done()?;
        let (batch, ended): (String, Option<DateTime<Utc>>) =
            v::table.find((row.id, self.number)).select((v::batch, v::ended_at)).first(&mut *tx.conn)?;
        if ended.is_some() {
            return Ok(row.id);
        }
        diesel::update(v::table.find((row.id, self.number)))
            .set((v::ended_at.eq(tx.now), v::end_reason.eq(&reason)))
            .execute(&mut *tx.conn)?;
        store::write(tx, &row, (CodeStep::EndVersion, to), Said::because(&reason))?;
        store::audit(tx, &row, Self::NAME, json!({ "name": batch, "reason": reason }))?;
        Ok(row.id)
    }
}
