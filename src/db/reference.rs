//! The reference data of `config/`, and how searches fold characters, mirrored into tables so that rows can refer to it and SQL can
//! join it. What the files no longer name stays in the tables: old rows may refer to it.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::search::characters;
use crate::db::schema::{
    product_class, product_hospital, product_kind, region, region_scope, search_character, search_table,
};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text};
use diesel::upsert::excluded;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Brings the tables in line with the catalogue, in one transaction.
///
/// # Errors
/// When the database refuses.
pub fn mirror(conn: &mut PgConnection, catalogue: &Catalogue) -> Result<(), Problem> {
    conn.transaction(|conn| {
        regions(conn, catalogue)?;
        products(conn, catalogue)?;
        search_characters(conn)
    })
}

/// What the table of characters is made into; to be raised where that changes, so that all rows are folded anew.
const FOLDING: u8 = 1;

/// Which table of characters this program folds by.
static SHA256: LazyLock<Vec<u8>> = LazyLock::new(|| {
    Sha256::new().chain_update([FOLDING]).chain_update(characters::TABLE).finalize().to_vec()
});

/// Whether this program folds texts as the database does. While servers are replaced one by one, an old one may not.
///
/// # Errors
/// When the database refuses.
pub fn folds_alike(conn: &mut PgConnection) -> Result<bool, Problem> {
    let present: Option<Vec<u8>> = search_table::table.select(search_table::sha256).first(conn).optional()?;
    Ok(present.as_ref() == Some(&*SHA256))
}

/// How searches fold and read each character. Where the table was another one, all rows that are searched are folded anew, by triggers.
fn search_characters(conn: &mut PgConnection) -> Result<(), Problem> {
    // Two programs that start at once take turns.
    conn.batch_execute("LOCK TABLE search_table IN SHARE ROW EXCLUSIVE MODE")?;
    if folds_alike(conn)? {
        return Ok(());
    }
    let sha256 = &*SHA256;
    let (mut chars, mut folded, mut firsts, mut readings) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // No text in PostgreSQL has a zero.
    for (c, character) in characters::all().into_iter().filter(|(c, _)| *c != '\0') {
        let c = c.to_string();
        folded.push(character.folded.map_or_else(|| c.clone(), str::to_owned));
        chars.push(c);
        let mut letters = String::new();
        for first in character.readings.iter().filter_map(|reading| reading.chars().next()) {
            if !letters.contains(first) {
                letters.push(first);
            }
        }
        firsts.push(letters);
        readings.push(character.readings.join("/"));
    }
    diesel::delete(search_character::table).execute(conn)?;
    diesel::sql_query(
        "INSERT INTO search_character (ch, folded, firsts, readings) SELECT * FROM unnest($1, $2, $3, $4)",
    )
    .bind::<Array<Text>, _>(chars)
    .bind::<Array<Text>, _>(folded)
    .bind::<Array<Text>, _>(firsts)
    .bind::<Array<Text>, _>(readings)
    .execute(conn)?;
    conn.batch_execute("ANALYZE search_character")?;
    diesel::insert_into(search_table::table)
        .values(search_table::sha256.eq(sha256))
        .on_conflict(search_table::single)
        .do_update()
        .set(search_table::sha256.eq(sha256))
        .execute(conn)?;
    Ok(())
}

fn regions(conn: &mut PgConnection, catalogue: &Catalogue) -> Result<(), Problem> {
    // A parent is before its children: ancestors are fewer the higher one is.
    let mut all: Vec<_> = catalogue.regions.iter().collect();
    all.sort_by_key(|r| catalogue.regions.ancestors(&r.code).count());
    let rows: Vec<_> = all
        .iter()
        .map(|r| {
            (
                region::code.eq(&r.code),
                region::name.eq(&r.name),
                region::level.eq(r.level.as_str()),
                region::parent.eq(r.parent.as_deref()),
            )
        })
        .collect();
    diesel::insert_into(region::table)
        .values(&rows)
        .on_conflict(region::code)
        .do_update()
        .set((
            region::name.eq(excluded(region::name)),
            region::level.eq(excluded(region::level)),
            region::parent.eq(excluded(region::parent)),
        ))
        .execute(conn)?;
    let pairs: Vec<_> = all
        .iter()
        .flat_map(|r| catalogue.regions.ancestors(&r.code).map(move |scope| (&scope.code, &r.code)))
        .map(|(scope, code)| (region_scope::scope.eq(scope), region_scope::region.eq(code)))
        .collect();
    diesel::delete(region_scope::table).execute(conn)?;
    diesel::insert_into(region_scope::table).values(&pairs).execute(conn)?;
    Ok(())
}

fn products(conn: &mut PgConnection, catalogue: &Catalogue) -> Result<(), Problem> {
    let classes: Vec<_> = catalogue
        .products
        .classes()
        .map(|c| {
            (
                product_class::code.eq(&c.code),
                product_class::name_zh.eq(&c.name_zh),
                product_class::name_en.eq(&c.name_en),
            )
        })
        .collect();
    diesel::insert_into(product_class::table)
        .values(&classes)
        .on_conflict(product_class::code)
        .do_update()
        .set((
            product_class::name_zh.eq(excluded(product_class::name_zh)),
            product_class::name_en.eq(excluded(product_class::name_en)),
        ))
        .execute(conn)?;
    let kinds: Vec<_> = catalogue
        .products
        .kinds()
        .map(|k| {
            (
                product_kind::code.eq(&k.code),
                product_kind::class.eq(&k.class),
                product_kind::name_zh.eq(&k.name_zh),
                product_kind::name_en.eq(&k.name_en),
                product_kind::supervision.eq(k.supervision.as_str()),
            )
        })
        .collect();
    diesel::insert_into(product_kind::table)
        .values(&kinds)
        .on_conflict(product_kind::code)
        .do_update()
        .set((
            product_kind::class.eq(excluded(product_kind::class)),
            product_kind::name_zh.eq(excluded(product_kind::name_zh)),
            product_kind::name_en.eq(excluded(product_kind::name_en)),
            product_kind::supervision.eq(excluded(product_kind::supervision)),
        ))
        .execute(conn)?;
    let hospitals: Vec<_> = catalogue
        .products
        .hospitals()
        .map(|h| {
            (
                product_hospital::code.eq(&h.code),
                product_hospital::name_zh.eq(&h.name_zh),
                product_hospital::name_en.eq(&h.name_en),
                product_hospital::region.eq(&h.region),
            )
        })
        .collect();
    diesel::insert_into(product_hospital::table)
        .values(&hospitals)
        .on_conflict(product_hospital::code)
        .do_update()
        .set((
            product_hospital::name_zh.eq(excluded(product_hospital::name_zh)),
            product_hospital::name_en.eq(excluded(product_hospital::name_en)),
            product_hospital::region.eq(excluded(product_hospital::region)),
        ))
        .execute(conn)?;
    Ok(())
}
