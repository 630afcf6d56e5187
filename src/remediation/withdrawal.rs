//! What withdrawing an import does to cases: those that it opened end by an event of their own, an order that it entered is annulled.

use crate::core::ids::EnterpriseId;
use crate::core::{Language, Problem};
use crate::db::Tx;
use crate::db::schema::deadline_notice;
use crate::enterprises::ids::NonconformityId;
use crate::notifications::{Recipient, outbox};
use crate::remediation::course::Course;
use crate::remediation::deadlines::case_names::{NAMED, named, product};
use crate::remediation::deadlines::recipients::People;
use crate::remediation::fact::Correction;
use crate::remediation::history::{Author, CORRECT, Line};
use crate::remediation::ids::CaseId;
use crate::remediation::law::law_of;
use crate::remediation::load::load_locked;
use crate::remediation::mails::Mail;
use crate::remediation::settings::RemediationSettings;
use crate::remediation::state::{CaseState, CaseStep};
use crate::remediation::store;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Nullable, Text as SqlText, Timestamptz, Uuid};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Ends cases as [`CaseStep::Withdraw`] leads from the order that opened them, by one statement over all of them.
const WITHDRAW: &str = "WITH gone AS (
        UPDATE remediation_case c
        SET state = 'withdrawn', withdrawn_at = $1, updated_at = $1, version = c.version + 1
        WHERE c.id = ANY($7) AND c.state = 'ordered'
        RETURNING c.id, c.version
    ), entered AS (
        INSERT INTO case_event (case_id, seq, event, from_state, to_state, actor_id, actor_role, actor_region,
            occurred_on, note, details, recorded_at)
        SELECT g.id, g.version, 'withdraw', 'ordered', 'withdrawn', $2, $3, $4, $5, $6, '{}'::jsonb, $1
        FROM gone g
    )
    SELECT count(*) AS withdrawn FROM gone";

/// Ends one case in whatever state it is: what it rests on never was. Its history keeps the state before.
const WITHDRAW_ONE: &str = "WITH before AS (
        SELECT id, state FROM remediation_case WHERE id = $7 AND withdrawn_at IS NULL FOR UPDATE
    ), gone AS (
        UPDATE remediation_case c
        SET state = 'withdrawn', withdrawn_at = $1, updated_at = $1, version = c.version + 1, cleared_at = NULL, cleared_by = NULL
        FROM before b WHERE c.id = b.id
        RETURNING c.id, c.version, b.state
    ), entered AS (
        INSERT INTO case_event (case_id, seq, event, from_state, to_state, actor_id, actor_role, actor_region,
            occurred_on, note, details, recorded_at)
        SELECT g.id, g.version, 'withdraw', g.state, 'withdrawn', $2, $3, $4, $5, $6, '{}'::jsonb, $1
        FROM gone g
    )
    SELECT count(*) AS withdrawn FROM gone";

#[derive(QueryableByName)]
struct Gone {
    #[diesel(sql_type = BigInt)]
    withdrawn: i64,
}

/// Locks cases, in the order of their ids, until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_cases(conn: &mut PgConnection, ids: &[CaseId]) -> Result<(), Problem> {
    diesel::sql_query("SELECT FROM remediation_case WHERE id = ANY($1) ORDER BY id FOR UPDATE")
        .bind::<Array<Uuid>, _>(ids)
        .execute(conn)?;
    Ok(())
}

/// Withdraws cases that stand as a list opened them. The caller holds their locks and knows that nothing stands on them.
///
/// # Errors
/// 500 where one of them stands otherwise; else when the database refuses.
pub fn withdraw_cases(
    conn: &mut PgConnection,
    author: Author<'_>,
    ids: &[CaseId],
    today: NaiveDate,
    reason: &str,
) -> Result<(), Problem> {
    let done: Gone = diesel::sql_query(WITHDRAW)
        .bind::<Timestamptz, _>(author.at)
        .bind::<Nullable<Uuid>, _>(author.account)
        .bind::<SqlText, _>(author.role)
        .bind::<Nullable<SqlText>, _>(author.region)
        .bind::<Date, _>(today)
        .bind::<SqlText, _>(reason)
        .bind::<Array<Uuid>, _>(ids)
        .get_result(conn)?;
    if usize::try_from(done.withdrawn).is_ok_and(|withdrawn| withdrawn == ids.len()) {
        Ok(())
    } else {
        Err(Problem::internal("a case to be withdrawn is not as its import opened it"))
    }
}

/// Withdraws a case whose nonconformity was taken back, such as a result that a re-test overturned, whatever state it is in. The caller holds the
/// lock of the nonconformity. One that is withdrawn already stays so.
///
/// # Errors
/// When the database refuses.
pub fn withdraw_case(
    conn: &mut PgConnection,
    author: Author<'_>,
    id: CaseId,
    today: NaiveDate,
    reason: &str,
) -> Result<(), Problem> {
    diesel::sql_query(WITHDRAW_ONE)
        .bind::<Timestamptz, _>(author.at)
        .bind::<Nullable<Uuid>, _>(author.account)
        .bind::<SqlText, _>(author.role)
        .bind::<Nullable<SqlText>, _>(author.region)
        .bind::<Date, _>(today)
        .bind::<SqlText, _>(reason)
        .bind::<Uuid, _>(id)
        .get_result::<Gone>(conn)?;
    Ok(())
}

/// Annuls the order that is the last event of each of these cases, as a correction would: the case waits for an order again.
///
/// # Errors
/// 500 where the last event is no order; else when the database refuses.
pub fn annul_orders(tx: &mut Tx, author: Author<'_>, ids: &[CaseId], reason: &str) -> Result<(), Problem> {
    let (settings, catalogue, today) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue), tx.today());
    let rules = settings.section::<RemediationSettings>();
    for case in load_locked(&mut tx.conn, ids, rules, &catalogue)? {
        let law = law_of(&case.row, rules, &catalogue)?;
        let order = case.facts.split_last();
        let Some((order, earlier)) = order.filter(|(last, _)| last.step == CaseStep::Order) else {
            return Err(Problem::internal(format!("the last event of case {} is no order", case.row.id)));
        };
        let (course, _) = Course::replay(&case.home, earlier, law).map_err(Problem::internal)?;
        let line = Line {
            event: CORRECT,
            from: case.course.state,
            occurred_on: today,
            note: Some(reason),
            details: serde_json::to_value(Correction { annulled: true, ..Correction::default() })?,
            corrects: Some(order.seq),
            ..Line::default()
        };
        store::write(&mut tx.conn, author, &case.row, line, &course, law)?;
    }
    Ok(())
}

/// A case of which someone had a reminder.
struct Reminded {
    case: CaseId,
    enterprise: EnterpriseId,
    nonconformity: NonconformityId,
    region: String,
    /// Who was reminded, by the keys of [`People`].
    keys: HashSet<String>,
}

/// Tells those who were reminded of deadlines of these cases that the cases were withdrawn: each one mail. Gives how many mails.
///
/// # Errors
/// When the database refuses.
pub fn tell_withdrawn(tx: &mut Tx, ids: &[CaseId], reason: &str) -> Result<usize, Problem> {
    let cases = reminded(&mut tx.conn, ids)?;
    if cases.is_empty() {
        return Ok(0);
    }
    let nonconformities: HashSet<NonconformityId> = cases.iter().map(|case| case.nonconformity).collect();
    let people =
        People::load(&mut tx.conn, &cases.iter().map(|case| case.enterprise).collect(), &nonconformities)?;
    let named = named(&mut tx.conn, &nonconformities)?;
    let catalogue = Arc::clone(&tx.catalogue);
    let mut told: BTreeMap<String, (Recipient, Vec<&Reminded>)> = BTreeMap::new();
    for case in &cases {
        let near = people.of(case.enterprise, case.nonconformity, &case.region, &catalogue);
        let above = people.above(&case.region, &catalogue);
        for person in near.into_iter().chain(above).filter(|person| case.keys.contains(&person.key)) {
            let (_, of) = told.entry(person.key.clone()).or_insert_with(|| (person.to.clone(), Vec::new()));
            if of.last().is_none_or(|last| last.case != case.case) {
                of.push(case);
            }
        }
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    for (to, of) in told.values() {
        let lines: Vec<String> = of
            .iter()
            .take(NAMED)
            .filter_map(|case| {
                let name = named.get(&case.nonconformity)?;
                let product = product(tx, &name.kind, to.language);
                Some(match to.language {
                    Language::Zh => {
                        format!("- {}：{product}（检验报告编号：{}）", name.enterprise, name.report_no)
                    }
                    Language::En => {
                        format!("- {}: {product} (test report {})", name.enterprise, name.report_no)
                    }
                })
            })
            .collect();
        let mail = Mail::CasesWithdrawn {
            count: count(of.len()),
            unnamed: count(of.len().saturating_sub(NAMED)),
            cases: lines.join("\n").into(),
            reason: reason.to_owned(),
        };
        outbox::enqueue(tx, to, &mail)?;
    }
    Ok(told.len())
}

/// The cases among these of which someone was reminded.
fn reminded(conn: &mut PgConnection, ids: &[CaseId]) -> Result<Vec<Reminded>, Problem> {
    use crate::db::schema::remediation_case as c;
    use deadline_notice as n;
    let rows: Vec<(CaseId, String)> = n::table
        .filter(n::case_id.eq_any(ids))
        .order((n::case_id, n::recipient))
        .select((n::case_id, n::recipient))
        .distinct()
        .load(conn)?;
    let mut keys: HashMap<CaseId, HashSet<String>> = HashMap::new();
    for (case, recipient) in rows {
        keys.entry(case).or_default().insert(recipient);
    }
    let known: Vec<CaseId> = keys.keys().copied().collect();
    let cases: Vec<(CaseId, EnterpriseId, NonconformityId, String)> = c::table
        .filter(c::id.eq_any(&known))
        .filter(c::state.eq(CaseState::Withdrawn))
        .order(c::id)
        .select((c::id, c::enterprise_id, c::nonconformity_id, c::region))
        .load(conn)?;
    let with_keys = cases.into_iter().map(|(case, enterprise, nonconformity, region)| {
        let keys = keys.remove(&case).unwrap_or_default();
        Reminded { case, enterprise, nonconformity, region, keys }
    });
    Ok(with_keys.collect())
}
