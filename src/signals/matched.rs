//! Asking the register what a signal is about, and writing it down.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::core::search::folded_name;
use crate::enterprises::Uscc;
use crate::signals::recognise::firms::{codes_in, names_in};
use crate::signals::recognise::{Clues, Firm, Known, Recognised, recognise};
use crate::signals::source::SignalSource;
use crate::signals::store::Named;
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Uuid};

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Uuid)]
    id: EnterpriseId,
    #[diesel(sql_type = Text)]
    region: String,
}

impl From<Found> for Firm {
    fn from(Found { id, region }: Found) -> Self {
        Self { id, region }
    }
}

#[derive(QueryableByName)]
struct OfBarcode {
    #[diesel(sql_type = Nullable<Text>)]
    product_kind: Option<String>,
    #[diesel(sql_type = Nullable<Uuid>)]
    enterprise_id: Option<EnterpriseId>,
}

/// The enterprises of credit codes, at most 20.
fn of_codes(conn: &mut PgConnection, codes: &[String]) -> QueryResult<Vec<Firm>> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT id, region FROM published.enterprise WHERE uscc = ANY ($1) AND withdrawn_at IS NULL ORDER BY id LIMIT 20";
    let found: Vec<Found> = diesel::sql_query(sql).bind::<Array<Text>, _>(codes).load(conn)?;
    Ok(found.into_iter().map(Firm::from).collect())
}

/// The enterprises that have one of these whole names, at most 20. A name is the first line of what is searched, so the index of that serves.
fn of_names(conn: &mut PgConnection, names: &[String]) -> QueryResult<Vec<Firm>> {
    let mut folded: Vec<String> =
        names.iter().map(|name| folded_name(name)).filter(|name| !name.is_empty()).collect();
    folded.sort();
    folded.dedup();
    if folded.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT DISTINCT e.id, e.region FROM unnest($1::text[]) AS n (name) \
        JOIN published.enterprise e ON e.search_text ~>=~ (n.name || E'\\n') AND e.search_text ~<~ (n.name || E'\\x0b') \
        WHERE e.withdrawn_at IS NULL ORDER BY e.id LIMIT 20";
    let found: Vec<Found> = diesel::sql_query(sql).bind::<Array<Text>, _>(folded).load(conn)?;
    Ok(found.into_iter().map(Firm::from).collect())
}

fn of_barcode(conn: &mut PgConnection, barcode: &str) -> QueryResult<Option<OfBarcode>> {
    let sql = "SELECT product_kind, enterprise_id FROM signal \
        WHERE barcode = $1 AND matched_by = 'person' AND state <> 'withdrawn' ORDER BY id DESC LIMIT 1";
    diesel::sql_query(sql).bind::<Text, _>(barcode).get_result(conn).optional()
}

/// Code of the region of an enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn region_of(conn: &mut PgConnection, id: EnterpriseId) -> QueryResult<Option<String>> {
    let sql = "SELECT id, region FROM published.enterprise WHERE id = $1";
    let found: Option<Found> = diesel::sql_query(sql).bind::<Uuid, _>(id).get_result(conn).optional()?;
    Ok(found.map(|found| found.region))
}

/// What is to be recognised.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Where it comes from.
    pub source: SignalSource,
    /// The title.
    pub title: &'a str,
    /// The text.
    pub text: &'a str,
    /// The product, the enterprise and the place that the signal names.
    pub named: &'a Named,
    /// The barcode.
    pub barcode: Option<&'a str>,
    /// From which confidence on a match is taken.
    pub least: i32,
}

/// What a signal is about by rule.
///
/// # Errors
/// When the database can't be asked.
pub fn look(conn: &mut PgConnection, catalogue: &Catalogue, asked: Asked<'_>) -> Result<Recognised, Problem> {
    let Asked { source, title, text, named, barcode, least } = asked;
    let clues = Clues {
        source,
        product: named.product.as_deref(),
        category: named.category.as_deref(),
        title,
        text,
        maker: named.maker.as_deref(),
        place: named.place.as_deref(),
        brand: named.brand.as_deref(),
    };
    let code =
        named.uscc.as_deref().and_then(|code| Uscc::typed(code).ok()).map(|code| code.as_str().to_owned());
    let whole = format!("{title}\n{text}");
    let by_code = match code {
        Some(code) => of_codes(conn, &[code])?.into_iter().next(),
        None => None,
    };
    let maker: Vec<String> = named.maker.iter().cloned().collect();
    let barcode = match barcode {
        Some(barcode) => of_barcode(conn, barcode)?.map(|found| (found.product_kind, found.enterprise_id)),
        None => None,
    };
    let known = Known {
        by_code,
        by_code_in_text: of_codes(conn, &codes_in(&whole))?,
        by_name: of_names(conn, &maker)?,
        in_text: of_names(conn, &names_in(&whole))?,
        by_barcode: barcode,
    };
    Ok(recognise(clues, &known, catalogue, least))
}
