//! What happens to codes without anybody's doing: a condition is lost or met again, a term ends.
//!
//! No scan waits for this: whether a code is in force is computed at each of them. The job writes down, within a minute, that it has changed, so that the
//! enterprise and the officers are told and the history says when.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::{Caller, Problem};
use crate::credit_codes::apply::{end, renewable_from};
use crate::credit_codes::conditions::{Condition, GrantedAs, lost, lost_at};
use crate::credit_codes::facts::{self, FactsRow};
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::notices;
use crate::credit_codes::state::{CodeState, CodeStep, transition};
use crate::credit_codes::store::{self, Row, Said};
use crate::db::schema::credit_code;
use crate::db::{Command, Tx};
use crate::web::room::Job;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often it looks: a change is written down within a minute.
const POLL: Duration = Duration::from_secs(20);

/// How many codes are read at once.
const BATCH: i64 = 500;

/// Follows the granted codes.
pub const JOB: Job = Job {
    name: "credit_codes",
    wake: None,
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(app, &|| stop.is_set())))
    },
};

/// The granted codes behind one, in the order of their ids.
const GRANTED: &str = "
    SELECT c.id, c.state AS code_state, c.maker_name, c.maker_region, c.rules_version, c.valid_until, c.suspended_at, c.reminded_on, f.*
    FROM credit_code c
    CROSS JOIN LATERAL credit_code_facts(c.enterprise_id, c.product_kind, $2) f
    WHERE c.state IN ('granted', 'renewing') AND c.id > $1
    ORDER BY c.id
    LIMIT $3";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Granted {
    #[diesel(sql_type = SqlUuid)]
    id: CreditCodeId,
    #[diesel(sql_type = Text)]
    code_state: CodeState,
    #[diesel(sql_type = Text)]
    maker_name: String,
    #[diesel(sql_type = Text)]
    maker_region: String,
    #[diesel(sql_type = Text)]
    rules_version: String,
    #[diesel(sql_type = Nullable<Date>)]
    valid_until: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    suspended_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Date>)]
    reminded_on: Option<NaiveDate>,
    #[diesel(embed)]
    facts: FactsRow,
}

/// Looks at all granted codes, and writes down what has changed. Says that nothing is waiting: it goes through all of them each time.
///
/// # Errors
/// When the database can't be asked. What is wrong with one code is logged, and the others go on.
pub fn sweep(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let (mut after, mut changed) = (CreditCodeId(Uuid::nil()), 0);
    loop {
        let today = shanghai_date(app.clock().now());
        let batch: Vec<Granted> = diesel::sql_query(GRANTED)
            .bind::<SqlUuid, _>(after)
            .bind::<Date, _>(facts::since(app.settings(), today))
            .bind::<BigInt, _>(BATCH)
            .load(&mut *app.conn()?)?;
        let Some(last) = batch.last() else { break };
        after = last.id;
        for granted in batch {
            if stopped() {
                return Ok(false);
            }
            let id = granted.id;
            let done = is_due(app, granted, today).and_then(|due| match due {
                true => app.execute(&Caller::system(), &FollowCode { id }),
                false => Ok(false),
            });
            match done {
                Ok(done) => changed += u32::from(done),
                Err(problem) => tracing::warn!(code = %id, ?problem, "following a quality credit code"),
            }
        }
    }
    if changed > 0 {
        tracing::info!(changed, "quality credit codes changed");
    }
    Ok(false)
}

/// Whether something about a code is to be written down.
fn is_due(app: &App, granted: Granted, today: NaiveDate) -> Result<bool, Problem> {
    let rules = facts::rules_of(app.settings(), &granted.rules_version, today)?;
    let as_whom = GrantedAs { name: &granted.maker_name, region: &granted.maker_region };
    let conditions = facts::law(app.settings(), rules, today)?.judge(&granted.facts.facts()?, Some(as_whom));
    let over = granted.valid_until.is_some_and(|until| until < today);
    let out = over || !lost(&conditions).is_empty();
    let remind = granted.valid_until.is_some_and(|until| renewable_from(until, rules) <= today)
        && granted.code_state == CodeState::Granted
        && granted.reminded_on.is_none();
    Ok(out != granted.suspended_at.is_some()
        || (over && granted.code_state == CodeState::Granted)
        || (remind && !over))
}

/// Writes down what has changed about a code. Done by the platform. Says whether anything was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FollowCode {
    /// The code.
    pub id: CreditCodeId,
}

impl Command for FollowCode {
    type Output = bool;
    const NAME: &'static str = "follow_credit_code";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let row = store::load(tx, self.id)?;
        if !row.state.is_granted() {
            return Ok(false);
        }
        let (settings, today) = (tx.settings.clone(), tx.today());
        if row.is_over(today) && row.state == CodeState::Granted {
            return lapse(tx, &row).map(|()| true);
        }
        let conditions = store::judged(tx, &row)?;
        let lost = lost(&conditions);
        let out = row.is_over(today) || !lost.is_empty();
        if out && row.suspended_at.is_none() {
            suspend(tx, &row, &conditions)?;
            return Ok(true);
        }
        if !out && row.suspended_at.is_some() {
            resume(tx, &row)?;
            return Ok(true);
        }
        let rules = facts::rules_of(&settings, &row.rules_version, today)?;
        let ends_soon = row.valid_until.filter(|until| renewable_from(*until, rules) <= today);
        match ends_soon {
            Some(until) if row.reminded_on.is_none() && row.state == CodeState::Granted => {
                use credit_code as c;
                diesel::update(c::table.find(row.id)).set(c::reminded_on.eq(today)).execute(&mut *tx.conn)?;
                notices::ends_soon(tx, &row, until)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

fn suspend(tx: &mut Tx, row: &Row, conditions: &[Condition]) -> Result<(), Problem> {
    use credit_code as c;
    let to = transition(row.state, CodeStep::Suspend)?;
    let keys: Vec<String> = lost(conditions).iter().map(|condition| condition.key.to_string()).collect();
    let at = lost_at(conditions, tx.now);
    diesel::update(c::table.find(row.id)).set(c::suspended_at.eq(tx.now)).execute(&mut *tx.conn)?;
    let said = Said { conditions: keys.clone(), lost_at: Some(at), ..Said::default() };
    store::write(tx, row, (CodeStep::Suspend, to), said)?;
    notices::suspended(tx, row, conditions)?;
    store::audit(tx, row, "suspend_credit_code", json!({ "conditions": keys }))
}

fn resume(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    use credit_code as c;
    let to = transition(row.state, CodeStep::Resume)?;
    diesel::update(c::table.find(row.id))
        .set(c::suspended_at.eq(None::<DateTime<Utc>>))
        .execute(&mut *tx.conn)?;
    store::write(tx, row, (CodeStep::Resume, to), Said::default())?;
    notices::resumed(tx, row)?;
    store::audit(tx, row, "resume_credit_code", json!({}))
}

fn lapse(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    let to = transition(row.state, CodeStep::Lapse)?;
    end(tx, row, to)?;
    store::write(tx, row, (CodeStep::Lapse, to), Said::default())?;
    store::audit(tx, row, "lapse_credit_code", json!({}))
}
