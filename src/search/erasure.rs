//! Messages that were erased leave the index: what they said is not to be found in it either.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Text, Uuid as SqlUuid};

use crate::core::ids::ConsultationId;
use crate::search::postings::{BLOCK, pack, unpack};
use crate::search::progress;
use crate::search::tokens::{folded_whole, of_text};

/// A message with what it said: stream, number, text.
pub type Erased<'a> = (&'a str, i64, &'a str);

#[derive(QueryableByName)]
struct Run {
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = Text)]
    stream: String,
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Integer)]
    messages: i32,
}

#[derive(QueryableByName)]
struct Packed {
    #[diesel(sql_type = BigInt)]
    token: i64,
    #[diesel(sql_type = Integer)]
    block: i32,
    #[diesel(sql_type = Binary)]
    places: Vec<u8>,
}

/// Takes messages of a consultation out of the index. Holds the row by which the index grows until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut PgConnection, id: ConsultationId, erased: &[Erased<'_>]) -> QueryResult<()> {
    progress::lock(conn)?;
    let runs: Vec<Run> =
        diesel::sql_query("SELECT n, stream, seq, messages FROM search_run WHERE consultation_id = $1")
            .bind::<SqlUuid, _>(id)
            .load(conn)?;
    let number = |stream: &str, seq: i64| {
        let within =
            |run: &&Run| run.stream == stream && (run.seq..run.seq + i64::from(run.messages)).contains(&seq);
        // What is not indexed yet has no number.
        runs.iter().find(within).map(|run| run.n + seq - run.seq)
    };
    let mut postings: BTreeMap<(i64, i64), Vec<i64>> = BTreeMap::new();
    for (stream, seq, body) in erased {
        let Some(n) = number(stream, *seq) else { continue };
        for token in of_text(&folded_whole(body)) {
            postings.entry((token, n / BLOCK)).or_default().push(n);
        }
    }
    let one_by_one = postings.iter().flat_map(|((token, _), all)| all.iter().map(|n| (*token, *n)));
    let (tokens, numbers): (Vec<i64>, Vec<i64>) = one_by_one.unzip();
    diesel::sql_query(
        "DELETE FROM search_recent r USING unnest($1, $2) AS u(token, n) WHERE r.token = u.token AND r.n = u.n",
    )
    .bind::<Array<BigInt>, _>(tokens)
    .bind::<Array<BigInt>, _>(numbers)
    .execute(conn)?;
    unpack_without(conn, &postings)
}

/// Rows of `search_posting` by column: tokens, blocks, packed places.
type Columns = (Vec<i64>, Vec<i32>, Vec<Vec<u8>>);

/// The same of the blocks that are packed.
fn unpack_without(conn: &mut PgConnection, postings: &BTreeMap<(i64, i64), Vec<i64>>) -> QueryResult<()> {
    let block = |n: i64| i32::try_from(n).unwrap_or(i32::MAX);
    let (tokens, blocks): (Vec<i64>, Vec<i32>) =
        postings.keys().map(|(token, of)| (*token, block(*of))).unzip();
    let rows: Vec<Packed> = diesel::sql_query(
        "SELECT p.token, p.block, p.places FROM unnest($1, $2) AS u(token, block)
         JOIN search_posting p ON p.token = u.token AND p.block = u.block",
    )
    .bind::<Array<BigInt>, _>(tokens)
    .bind::<Array<Integer>, _>(blocks)
    .load(conn)?;
    // By whether nothing is left of them.
    let mut left: HashMap<bool, Columns> = HashMap::new();
    for Packed { token, block, places } in rows {
        let gone = postings.get(&(token, i64::from(block))).map(Vec::as_slice).unwrap_or_default();
        let stays = |place: &u16| !gone.contains(&(i64::from(block) * BLOCK + i64::from(*place)));
        let places: Vec<u16> = unpack(&places).into_iter().filter(stays).collect();
        let of = left.entry(places.is_empty()).or_default();
        of.0.push(token);
        of.1.push(block);
        of.2.push(pack(places));
    }
    if let Some((tokens, blocks, _)) = left.remove(&true) {
        diesel::sql_query(
            "DELETE FROM search_posting p USING unnest($1, $2) AS u(token, block)
             WHERE p.token = u.token AND p.block = u.block",
        )
        .bind::<Array<BigInt>, _>(tokens)
        .bind::<Array<Integer>, _>(blocks)
        .execute(conn)?;
    }
    if let Some((tokens, blocks, places)) = left.remove(&false) {
        diesel::sql_query(
            "UPDATE search_posting p SET places = u.places FROM unnest($1, $2, $3) AS u(token, block, places)
             WHERE p.token = u.token AND p.block = u.block",
        )
        .bind::<Array<BigInt>, _>(tokens)
        .bind::<Array<Integer>, _>(blocks)
        .bind::<Array<Binary>, _>(places)
        .execute(conn)?;
    }
    Ok(())
}
