//! Enterprises of cohorts that are given to an expert whose account ends.

use crate::core::Problem;
use crate::core::ids::ExpertId;
use crate::db::Tx;
use crate::web::room::{Holder, OpenMatterKind};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};

/// The declaration: members of programmes that are under way.
pub const MEMBERS: OpenMatterKind = OpenMatterKind {
    name: "circuit_members",
    zh: "负责的巡回对象",
    en: "enterprises of circuit consultation",
    count,
    hand_on,
};

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const COUNT: &str = "
    SELECT count(*) AS count FROM circuit_member m JOIN published.programme p ON p.id = m.programme_id
    WHERE m.expert_id = $1 AND m.state = 'member' AND p.state IN ('approved', 'running')";

fn count(conn: &mut PgConnection, of: Holder) -> Result<i64, Problem> {
    let Some(expert) = of.expert else { return Ok(0) };
    let row: Counted = diesel::sql_query(COUNT).bind::<SqlUuid, _>(expert).get_result(conn)?;
    Ok(row.count)
}

/// The history of each is written under its lock.
const LOCK: &str = "
    SELECT count(*) AS count FROM (
        SELECT m.id FROM circuit_member m JOIN published.programme p ON p.id = m.programme_id
        WHERE m.expert_id = $1 AND m.state = 'member' AND p.state IN ('approved', 'running')
        ORDER BY m.id FOR UPDATE OF m) AS locked";

/// Each goes to the heir, or to nobody where there is none or a conflict of interest speaks against it: then an officer gives it to another one. It is on no
/// route any more.
const HAND_ON: &str = "
    WITH given AS (
        SELECT m.id, m.state, CASE WHEN $2::uuid IS NOT NULL AND NOT EXISTS (
            SELECT FROM published.expert_conflict c JOIN published.enterprise e ON e.uscc = c.uscc
            WHERE c.expert_id = $2::uuid AND e.id = m.enterprise_id) THEN $2::uuid END AS heir
        FROM circuit_member m JOIN published.programme p ON p.id = m.programme_id
        WHERE m.expert_id = $1 AND m.state = 'member' AND p.state IN ('approved', 'running')
    ), off AS (
        DELETE FROM circuit_stop s USING given g WHERE s.member_id = g.id
    ), noted AS (
        INSERT INTO circuit_member_event (member_id, ordinal, step, from_state, to_state, reason, account_id, at)
        SELECT g.id, (SELECT coalesce(max(v.ordinal), 0) + 1 FROM circuit_member_event v WHERE v.member_id = g.id),
               'give_expert', g.state, g.state, $3, $4, $5
        FROM given g
    ), changed AS (
        UPDATE circuit_member m SET expert_id = g.heir, updated_at = $5 FROM given g WHERE m.id = g.id RETURNING m.id
    )
    SELECT count(*) AS count FROM changed";

fn hand_on(tx: &mut Tx, from: Holder, to: Option<Holder>, reason: &str) -> Result<i64, Problem> {
    let Some(expert) = from.expert else { return Ok(0) };
    let locked: Counted = diesel::sql_query(LOCK).bind::<SqlUuid, _>(expert).get_result(&mut *tx.conn)?;
    if locked.count == 0 {
        return Ok(0);
    }
    let heir: Option<ExpertId> = to.and_then(|to| to.expert);
    let by = tx.actor.account().unwrap_or(from.account);
    let row: Counted = diesel::sql_query(HAND_ON)
        .bind::<SqlUuid, _>(expert)
        .bind::<Nullable<SqlUuid>, _>(heir)
        .bind::<Text, _>(reason)
        .bind::<SqlUuid, _>(by)
        .bind::<Timestamptz, _>(tx.now)
        .get_result(&mut *tx.conn)?;
    Ok(row.count)
}
