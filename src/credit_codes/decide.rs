//! What officers do: they grant or refuse, grant or refuse another term, take a code away.

use crate::core::{Code, Problem, Text};
use crate::credit_codes::apply::{end, reason};
use crate::credit_codes::conditions::{Condition, lost};
use crate::credit_codes::facts;
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::notices::{self, Decision};
use crate::credit_codes::state::{CodeState, CodeStep};
use crate::credit_codes::store::{self, Row, Said};
use crate::db::published::enterprise;
use crate::db::schema::credit_code;
use crate::db::{Command, Tx};
use chrono::{DateTime, Months, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Refuses where a condition is not met, and names all that are not.
fn require_met(conditions: &[Condition]) -> Result<(), Problem> {
    let lost = lost(conditions);
    if lost.is_empty() {
        return Ok(());
    }
    let zh: Vec<&str> = lost.iter().map(|condition| &*condition.says.zh).collect();
    let en: Vec<&str> = lost.iter().map(|condition| &*condition.says.en).collect();
    Err(Problem::new(
        Code::CreditCodeConditions,
        Text::new(
            format!("不符合授码条件：{}", zh.join("；")),
            format!("conditions are not met: {}", en.join("; ")),
        ),
    ))
}

/// The maker as the register knows it now.
struct Maker {
    name: String,
    region: String,
}

fn maker(tx: &mut Tx, row: &Row) -> Result<Maker, Problem> {
    let (name, region) = enterprise::table
        .filter(enterprise::id.eq(row.enterprise_id))
        .select((enterprise::name, enterprise::region))
        .first(&mut *tx.conn)?;
    Ok(Maker { name, region })
}

/// The last day of a term that begins today.
fn term_end(tx: &Tx, months: u32) -> NaiveDate {
    let end = tx.today().checked_add_months(Months::new(months)).and_then(|day| day.pred_opt());
    end.unwrap_or_else(|| tx.today())
}

/// Gives a code its term, under the rules of today and as whom the maker is now, and says when it ends.
fn give_term(tx: &mut Tx, row: &Row, to: CodeState) -> Result<NaiveDate, Problem> {
    use credit_code as c;
    let settings = tx.settings.clone();
    let rules = facts::rules_today(&settings, tx.today())?;
    let maker = maker(tx, row)?;
    // By the rules that the code will have: as an application, for which neither name nor region are conditions.
    let asked = Row { state: CodeState::Applied, rules_version: rules.version.clone(), ..row.clone() };
    require_met(&store::judged(tx, &asked)?)?;
    let until = term_end(tx, rules.valid_months);
    diesel::update(c::table.find(row.id))
        .set((
            c::state.eq(to),
            c::maker_name.eq(&maker.name),
            c::maker_region.eq(&maker.region),
            c::rules_version.eq(&rules.version),
            c::granted_on.eq(tx.today()),
            c::valid_until.eq(until),
            c::suspended_at.eq(None::<DateTime<Utc>>),
            c::reminded_on.eq(None::<NaiveDate>),
        ))
        .execute(&mut *tx.conn)?;
    Ok(until)
}

/// Grants a code: all conditions are met at this moment. Its first print run gets its token. Done by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GrantCode {
    /// The application.
    pub id: CreditCodeId,
}

impl Command for GrantCode {
    type Output = CreditCodeId;
    const NAME: &'static str = "grant_credit_code";

    fn run(&self, tx: &mut Tx) -> Result<CreditCodeId, Problem> {
        let (row, to) = store::load_for(tx, self.id, CodeStep::Grant)?;
        let until = give_term(tx, &row, to)?;
        store::add_version(tx, row.id, 1, "1")?;
        store::write(tx, &row, (CodeStep::Grant, to), Said::default())?;
        notices::decided(tx, &row, Decision::Granted { until })?;
        store::audit(tx, &row, Self::NAME, json!({ "until": until }))?;
        Ok(row.id)
    }
}

/// Refuses an application, with the reason. Done by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefuseCode {
    /// The application.
    pub id: CreditCodeId,
    /// Reason shown to the enterprise.
    pub reason: String,
}

impl Command for RefuseCode {
    type Output = CreditCodeId;
    const NAME: &'static str = "refuse_credit_code";

    fn run(&self, tx: &mut Tx) -> Result<CreditCodeId, Problem> {
        let (row, to) = store::load_for(tx, self.id, CodeStep::Refuse)?;
        let reason = reason(&self.reason)?;
        store::write(tx, &row, (CodeStep::Refuse, to), Said::because(&reason))?;
        notices::decided(tx, &row, Decision::Refused { reason: &reason })?;
        store::audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(row.id)
    }
}

/// Grants another term: all conditions are met at this moment. Done by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RenewCode {
    /// The code.
    pub id: CreditCodeId,
}

impl Command for RenewCode {
    type Output = CreditCodeId;
    const NAME: &'static str = "renew_credit_code";

    fn run(&self, tx: &mut Tx) -> Result<CreditCodeId, Problem> {
        let (row, to) = store::load_for(tx, self.id, CodeStep::Renew)?;
        let until = give_term(tx, &row, to)?;
        store::write(tx, &row, (CodeStep::Renew, to), Said::default())?;
        notices::decided(tx, &row, Decision::Renewed { until })?;
        store::audit(tx, &row, Self::NAME, json!({ "until": until }))?;
        Ok(row.id)
    }
}

/// Refuses another term, with the reason; the code stays granted until its term ends. Done by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefuseRenewal {
    /// The code.
    pub id: CreditCodeId,
    /// Reason shown to the enterprise.
    pub reason: String,
}

impl Command for RefuseRenewal {
    type Output = CreditCodeId;
    const NAME: &'static str = "refuse_credit_code_renewal";

    fn run(&self, tx: &mut Tx) -> Result<CreditCodeId, Problem> {
        let (row, to) = store::load_for(tx, self.id, CodeStep::RefuseRenewal)?;
        let reason = reason(&self.reason)?;
        store::write(tx, &row, (CodeStep::RefuseRenewal, to), Said::because(&reason))?;
        notices::decided(tx, &row, Decision::RenewalRefused { reason: &reason })?;
        store::audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(row.id)
    }
}

/// Takes a code away, with the reason, at once and for good. Done by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RevokeCode {
    /// The code.
    pub id: CreditCodeId,
    /// Reason shown to the enterprise, and to nobody on the public page.
    pub reason: String,
}

impl Command for RevokeCode {
    type Output = CreditCodeId;
    const NAME: &'static str = "revoke_credit_code";

    fn run(&self, tx: &mut Tx) -> Result<CreditCodeId, Problem> {
        let (row, to) = store::load_for(tx, self.id, CodeStep::Revoke)?;
        let reason = reason(&self.reason)?;
        end(tx, &row, to)?;
        store::write(tx, &row, (CodeStep::Revoke, to), Said::because(&reason))?;
        notices::decided(tx, &row, Decision::Revoked { reason: &reason })?;
        store::audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(row.id)
    }
}
