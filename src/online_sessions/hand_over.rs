//! Sessions to come that are held by an expert whose account ends.

use crate::core::Problem;
use crate::core::ids::ExpertId;
use crate::db::Tx;
use crate::db::schema::{online_session, online_session_expert};
use crate::online_sessions::state::OnlineSessionState;
use crate::online_sessions::store::{self, Row};
use crate::web::room::{Holder, OpenMatterKind};
use diesel::prelude::*;
use serde_json::json;

/// The declaration.
pub const SESSIONS: OpenMatterKind = OpenMatterKind {
    name: "online_sessions",
    zh: "待举办的线上问诊会",
    en: "online sessions to be held",
    count,
    hand_on,
};

fn count(conn: &mut PgConnection, of: Holder) -> Result<i64, Problem> {
    use online_session as s;
    let Some(expert) = of.expert else { return Ok(0) };
    let held = online_session_expert::table
        .filter(online_session_expert::expert_id.eq(expert))
        .select(online_session_expert::session_id);
    Ok(s::table
        .filter(s::id.eq_any(held))
        .filter(s::state.eq(OnlineSessionState::Announced))
        .count()
        .get_result(conn)?)
}

/// Locks those that are still to be held.
fn open(tx: &mut Tx, expert: ExpertId) -> QueryResult<Vec<Row>> {
    use online_session as s;
    let held = online_session_expert::table
        .filter(online_session_expert::expert_id.eq(expert))
        .select(online_session_expert::session_id);
    s::table
        .filter(s::id.eq_any(held))
        .filter(s::state.eq(OnlineSessionState::Announced))
        .order(s::id)
        .for_update()
        .select(Row::as_select())
        .load(&mut *tx.conn)
}

/// Each goes to the heir. Without one the other experts hold it, and the officers of its region keep it.
fn hand_on(tx: &mut Tx, from: Holder, to: Option<Holder>, reason: &str) -> Result<i64, Problem> {
    use online_session as s;
    use online_session_expert as x;
    let Some(leaver) = from.expert else { return Ok(0) };
    let heir = to.and_then(|to| to.expert);
    // The command line acts for nobody's account.
    let by = tx.actor.account().unwrap_or(from.account);
    let mut handed = 0;
    for row in open(tx, leaver)? {
        diesel::delete(x::table.find((row.id, leaver))).execute(&mut *tx.conn)?;
        if let Some(heir) = heir {
            diesel::insert_into(x::table)
                .values((x::session_id.eq(row.id), x::expert_id.eq(heir)))
                .on_conflict_do_nothing()
                .execute(&mut *tx.conn)?;
        }
        diesel::update(s::table.find(row.id)).set(s::updated_at.eq(tx.now)).execute(&mut *tx.conn)?;
        store::handed_over(tx, &row, reason, by)?;
        let data = json!({ "from": leaver, "to": heir, "reason": reason });
        store::audit(tx, &row, "hand_over_online_session", data)?;
        handed += 1;
    }
    Ok(handed)
}
