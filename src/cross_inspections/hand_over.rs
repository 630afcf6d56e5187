//! Rounds that are led by somebody whose account ends.

use crate::core::Problem;
use crate::db::Tx;
use crate::web::room::{Holder, OpenMatterKind};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};

/// The declaration.
pub const ROUNDS: OpenMatterKind = OpenMatterKind {
    name: "cross_rounds",
    zh: "组织的互检轮次",
    en: "rounds of cross-inspection that the person leads",
    count,
    hand_on,
};

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const COUNT: &str =
    "SELECT count(*) AS count FROM cross_round WHERE led_by = $1 AND state IN ('gathering', 'assigned')";

fn count(conn: &mut PgConnection, of: Holder) -> Result<i64, Problem> {
    let row: Counted = diesel::sql_query(COUNT).bind::<SqlUuid, _>(of.account).get_result(conn)?;
    Ok(row.count)
}

/// A round of the authority goes to the heir. One of a product hospital does not, since its leader sees what nobody else may: an officer of its region takes
/// it over, as any that is left without a leader.
const HAND_ON: &str = "
    WITH given AS (
        SELECT r.id, r.state FROM cross_round r
        WHERE r.led_by = $1 AND r.state IN ('gathering', 'assigned') AND r.hospital IS NULL ORDER BY r.id FOR UPDATE
    ), noted AS (
        INSERT INTO cross_event (round_id, ordinal, step, from_state, to_state, reason, account_id, at)
        SELECT g.id, (SELECT coalesce(max(v.ordinal), 0) + 1 FROM cross_event v WHERE v.round_id = g.id),
               'take_over', g.state, g.state, $3, $2, $4
        FROM given g
    ), changed AS (
        UPDATE cross_round r SET led_by = $2, updated_at = $4 FROM given g WHERE r.id = g.id RETURNING r.id
    )
    SELECT count(*) AS count FROM changed";

fn hand_on(tx: &mut Tx, from: Holder, to: Option<Holder>, reason: &str) -> Result<i64, Problem> {
    let Some(heir) = to else { return Ok(0) };
    let row: Counted = diesel::sql_query(HAND_ON)
        .bind::<SqlUuid, _>(from.account)
        .bind::<SqlUuid, _>(heir.account)
        .bind::<Text, _>(reason)
        .bind::<Timestamptz, _>(tx.now)
        .get_result(&mut *tx.conn)?;
    Ok(row.count)
}
