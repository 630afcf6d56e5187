//! The penalties that stand already.

use crate::core::Problem;
use crate::penalty_lists::ids::PenaltyId;
use crate::penalty_lists::list::row::PenaltyKey;
use crate::penalty_lists::list::standing::Standing;
use crate::penalty_lists::state::{PenaltyState, PenaltyStep, transition};
use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Uuid};
use std::collections::HashMap;

/// A penalty that stands.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) id: PenaltyId,
    pub(super) version: i32,
    pub(super) standing: Standing,
    state: PenaltyState,
}

impl Known {
    /// Whether it is not annulled yet.
    pub(super) fn may_be_annulled(&self) -> bool {
        transition(self.state, PenaltyStep::Annul).is_ok()
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    id: PenaltyId,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Text)]
    state: PenaltyState,
    #[diesel(sql_type = Text)]
    document_key: String,
    #[diesel(sql_type = Text)]
    party_key: String,
    #[diesel(sql_type = Text)]
    act_key: String,
    #[diesel(sql_type = Nullable<Text>)]
    party_uscc: Option<String>,
    #[diesel(sql_type = Date)]
    decided_on: NaiveDate,
    #[diesel(sql_type = Nullable<Date>)]
    happened_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<BigInt>)]
    fine_fen: Option<i64>,
}

/// Takes the lock under which penalties are brought in, for the rest of the transaction.
pub(crate) fn lock(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute("SELECT pg_advisory_xact_lock(hashtextextended('penalty_lists', 0))")
}

/// The penalties that stand under these keys.
pub(super) fn known<'a>(
    conn: &mut PgConnection,
    keys: impl Iterator<Item = &'a PenaltyKey>,
) -> Result<HashMap<PenaltyKey, Known>, Problem> {
    let (mut documents, mut parties, mut acts) = (Vec::new(), Vec::new(), Vec::new());
    for key in keys {
        documents.push(key.document.as_str());
        parties.push(key.party.as_str());
        acts.push(key.act.as_str());
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT p.id, p.version, p.state, p.document_key, p.party_key, p.act_key, p.party_uscc, p.decided_on, p.happened_on,
                p.fine_fen
         FROM unnest($1::text[], $2::text[], $3::text[]) AS w (document, party, act)
         JOIN penalty p ON p.document_key = w.document AND p.party_key = w.party AND p.act_key = w.act
         WHERE p.state <> 'withdrawn'",
    )
    .bind::<Array<Text>, _>(documents)
    .bind::<Array<Text>, _>(parties)
    .bind::<Array<Text>, _>(acts)
    .load(conn)?;
    let known = rows.into_iter().map(|row| {
        let key = PenaltyKey { document: row.document_key, party: row.party_key, act: row.act_key };
        let standing = Standing {
            uscc: row.party_uscc,
            decided_on: row.decided_on,
            happened_on: row.happened_on,
            fine_fen: row.fine_fen,
        };
        (key, Known { id: row.id, version: row.version, standing, state: row.state })
    });
    Ok(known.collect())
}
