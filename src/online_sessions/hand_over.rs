//! Sessions to come that are held by an expert whose account ends.

use crate::core::Problem;
use crate::core::ids::ExpertId;
use crate::db::Tx;
use crate::web::room::{Holder, OpenMatterKind};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};

/// The declaration.
pub const SESSIONS: OpenMatterKind = OpenMatterKind {
    name: "online_sessions",
    zh: "待举办的线上问诊会",
    en: "online sessions to be held",
    count,
    hand_on,
};

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const COUNT: &str = "
    SELECT count(*) AS count FROM online_session_expert x JOIN online_session s ON s.id = x.session_id
    WHERE x.expert_id = $1 AND s.state = 'announced'";

fn count(conn: &mut PgConnection, of: Holder) -> Result<i64, Problem> {
    let Some(expert) = of.expert else { return Ok(0) };
    let row: Counted = diesel::sql_query(COUNT).bind::<SqlUuid, _>(expert).get_result(conn)?;
    Ok(row.count)
}

/// The history of each is written under its lock.
const LOCK: &str = "
    SELECT count(*) AS count FROM (
        SELECT s.id FROM online_session s JOIN online_session_expert x ON x.session_id = s.id
        WHERE x.expert_id = $1 AND s.state = 'announced' ORDER BY s.id FOR UPDATE OF s) AS locked";

/// Without an heir the officers of its region keep the session.
const HAND_ON: &str = "
    WITH gone AS (
        DELETE FROM online_session_expert x USING online_session s
        WHERE s.id = x.session_id AND x.expert_id = $1 AND s.state = 'announced' RETURNING x.session_id
    ), taken AS (
        INSERT INTO online_session_expert (session_id, expert_id)
        SELECT g.session_id, $2::uuid FROM gone g WHERE $2::uuid IS NOT NULL ON CONFLICT DO NOTHING
    ), noted AS (
        INSERT INTO online_session_event (session_id, ordinal, step, from_state, to_state, reason, account_id, at)
        SELECT g.session_id, (SELECT coalesce(max(v.ordinal), 0) + 1 FROM online_session_event v WHERE v.session_id = g.session_id),
               'change', 'announced', 'announced', $3, $4, $5
        FROM gone g
    )
    SELECT count(*) AS count FROM gone";

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
