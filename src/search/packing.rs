//! Packing: what stands one by one in a block of the index that is full becomes one row for each token.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Nullable};

use crate::core::Problem;
use crate::search::postings::{BLOCK, pack};
use crate::search::progress::lock_if_free;

/// Rows that are packed in a round.
const PACKED: i64 = 100_000;

#[derive(QueryableByName)]
struct Posting {
    #[diesel(sql_type = BigInt)]
    token: i64,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Writes the rows of a block, of postings in order.
///
/// # Errors
/// When the database refuses.
pub fn write_packed(conn: &mut PgConnection, block: i64, postings: &[(i64, u16)]) -> QueryResult<()> {
    let of_token = postings.chunk_by(|a, b| a.0 == b.0);
    let rows =
        of_token.filter_map(|part| Some((part.first()?.0, pack(part.iter().map(|(_, place)| *place)))));
    let (tokens, packed): (Vec<i64>, Vec<Vec<u8>>) = rows.unzip();
    diesel::sql_query(
        "INSERT INTO search_posting (token, block, places) SELECT u.token, $3, u.places FROM unnest($1, $2) AS u(token, places)",
    )
    .bind::<Array<BigInt>, _>(tokens)
    .bind::<Array<Binary>, _>(packed)
    .bind::<Integer, _>(i32::try_from(block).unwrap_or(i32::MAX))
    .execute(conn)?;
    Ok(())
}

/// Packs some tokens of the first block that is full and not packed, so that nobody waits long. Says whether there was any.
///
/// # Errors
/// When the database refuses.
pub fn pack_slice(conn: &mut PgConnection) -> Result<bool, Problem> {
    Ok(conn.transaction::<_, diesel::result::Error, _>(|conn| {
        // Where another adds to the index, there is always a next round.
        let Some(progress) = lock_if_free(conn)? else { return Ok(false) };
        let block = i64::from(progress.open);
        let end = (block + 1) * BLOCK;
        if progress.next_n < end {
            return Ok(false);
        }
        let mut rows: Vec<Posting> =
            diesel::sql_query("SELECT token, n FROM search_recent WHERE n < $1 ORDER BY token, n LIMIT $2")
                .bind::<BigInt, _>(end)
                .bind::<BigInt, _>(PACKED)
                .load(conn)?;
        let whole = i64::try_from(rows.len()).unwrap_or(i64::MAX) < PACKED;
        // A block has fewer messages than these rows, so that at least one token is whole.
        let cut = rows.last().map(|row| row.token).filter(|_| !whole);
        rows.retain(|row| Some(row.token) != cut);
        let place = |n: i64| u16::try_from(n % BLOCK).unwrap_or(0);
        let postings: Vec<_> = rows.iter().map(|row| (row.token, place(row.n))).collect();
        write_packed(conn, block, &postings)?;
        diesel::sql_query("DELETE FROM search_recent WHERE n < $1 AND ($2 IS NULL OR token < $2)")
            .bind::<BigInt, _>(end)
            .bind::<Nullable<BigInt>, _>(cut)
            .execute(conn)?;
        if whole {
            diesel::sql_query("UPDATE search_progress SET open = open + 1").execute(conn)?;
        }
        Ok(true)
    })?)
}
