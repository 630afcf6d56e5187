//! Which enterprises of the register have the name that a list gives, or one alike in the same region.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::core::search::folded_name;
use crate::sampling_lists::proposal_state::{Likeness, NamedAs};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text, Uuid};
use std::collections::BTreeMap;

/// Of so many names at most alike ones are looked for, too.
const MOST_ALIKE: usize = 1_000;
/// A name without what all names have is looked for as a part only if it is so long, in characters.
const SHORTEST: usize = 4;

/// A name that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// The name.
    pub name: String,
    /// Code of its region as far as it is known.
    pub region: Option<String>,
    /// As what the list names it.
    pub party: NamedAs,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Integer)]
    place: i32,
    #[diesel(sql_type = Uuid)]
    enterprise: EnterpriseId,
    #[diesel(sql_type = Text)]
    likeness: Likeness,
}

/// For each name the enterprise that it is most likely, by its place; those without one are left out. `scope` is the region of the import: an
/// alike name counts only there. Of several that are alike none is proposed.
///
/// # Errors
/// When the database can't be asked.
pub fn find(
    conn: &mut PgConnection,
    sought: &[Sought],
    scope: &str,
) -> Result<BTreeMap<usize, (EnterpriseId, Likeness)>, Problem> {
    let mut found = same(conn, sought)?;
    let rest: Vec<usize> = (0..sought.len()).filter(|at| !found.contains_key(at)).take(MOST_ALIKE).collect();
    found.extend(alike(conn, sought, &rest, scope)?);
    Ok(found)
}

/// The places and regions of names, for PostgreSQL.
fn arrays(
    sought: &[Sought],
    of: &[usize],
    text: impl Fn(&str) -> String,
) -> (Vec<i32>, Vec<String>, Vec<Option<String>>) {
    let mut arrays = (Vec::new(), Vec::new(), Vec::new());
    for at in of {
        if let (Some(one), Ok(place)) = (sought.get(*at), i32::try_from(*at)) {
            arrays.0.push(place);
            arrays.1.push(text(&one.name));
            arrays.2.push(one.region.clone());
        }
    }
    arrays
}

/// The enterprises of the same name: the one in the same region, else the only one.
fn same(
    conn: &mut PgConnection,
    sought: &[Sought],
) -> Result<BTreeMap<usize, (EnterpriseId, Likeness)>, Problem> {
    let all: Vec<usize> = (0..sought.len()).collect();
    let (places, names, regions) = arrays(sought, &all, folded_name);
    let rows: Vec<Found> = diesel::sql_query(
        "WITH wanted AS MATERIALIZED (
             SELECT w.place, w.name, w.region FROM unnest($1::int4[], $2::text[], $3::text[]) AS w (place, name, region)
         ), hit AS MATERIALIZED (
             SELECT w.place, e.id,
                    EXISTS (SELECT FROM region_scope s WHERE s.scope = w.region AND s.region = e.region)
                    OR EXISTS (SELECT FROM region_scope s WHERE s.scope = e.region AND s.region = w.region) AS near
             FROM wanted w
             JOIN published.enterprise e ON split_part(e.search_text, E'\\n', 1) = w.name AND e.withdrawn_at IS NULL
             WHERE w.name <> ''
         )
         SELECT h.place, h.id AS enterprise,
                CASE WHEN h.near THEN 'same_name_and_region' ELSE 'same_name' END AS likeness
         FROM hit h
         WHERE (h.near AND NOT EXISTS (SELECT FROM hit o WHERE o.place = h.place AND o.near AND o.id < h.id))
            OR (NOT EXISTS (SELECT FROM hit o WHERE o.place = h.place AND o.id <> h.id) AND NOT h.near)",
    )
    .bind::<Array<Integer>, _>(places)
    .bind::<Array<Text>, _>(names)
    .bind::<Array<Nullable<Text>>, _>(regions)
    .load(conn)?;
    Ok(by_place(rows))
}

/// The only enterprise of the same region whose name holds the one that is sought, or is held by it, but for what all names have.
fn alike(
    conn: &mut PgConnection,
    sought: &[Sought],
    of: &[usize],
    scope: &str,
) -> Result<BTreeMap<usize, (EnterpriseId, Likeness)>, Problem> {
    let long: Vec<usize> = of
        .iter()
        .copied()
        .filter(|at| sought.get(*at).is_some_and(|one| core_of(&one.name).chars().count() >= SHORTEST))
        .collect();
    if long.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (places, cores, regions) = arrays(sought, &long, core_of);
    let rows: Vec<Found> = diesel::sql_query(
        "WITH wanted AS MATERIALIZED (
             SELECT w.place, w.core, coalesce(w.region, $4) AS region
             FROM unnest($1::int4[], $2::text[], $3::text[]) AS w (place, core, region)
         ), near AS MATERIALIZED (
             SELECT e.id, e.region, split_part(e.search_text, E'\\n', 1) AS name
             FROM published.enterprise e
             WHERE e.withdrawn_at IS NULL
               AND e.region IN (SELECT s.region FROM region_scope s WHERE s.scope IN (SELECT w.region FROM wanted w))
         ), hit AS MATERIALIZED (
             SELECT w.place, n.id
             FROM wanted w
             JOIN near n ON position(w.core IN n.name) > 0
             JOIN region_scope s ON s.scope = w.region AND s.region = n.region
         )
         SELECT h.place, h.id AS enterprise, 'alike' AS likeness
         FROM hit h
         WHERE NOT EXISTS (SELECT FROM hit o WHERE o.place = h.place AND o.id <> h.id)",
    )
    .bind::<Array<Integer>, _>(places)
    .bind::<Array<Text>, _>(cores)
    .bind::<Array<Nullable<Text>>, _>(regions)
    .bind::<Text, _>(scope)
    .load(conn)?;
    Ok(by_place(rows))
}

fn by_place(rows: Vec<Found>) -> BTreeMap<usize, (EnterpriseId, Likeness)> {
    rows.into_iter()
        .filter_map(|row| Some((usize::try_from(row.place).ok()?, (row.enterprise, row.likeness))))
        .collect()
}

/// A folded name without what all names have: the form of the firm, and the place before it.
#[must_use]
pub fn core_of(name: &str) -> String {
    let folded = folded_name(name);
    let mut core = folded.as_str();
    for end in ["有限责任公司", "股份有限公司", "有限公司", "公司", "厂", "(有限合伙)", "(普通合伙)"]
    {
        if let Some(rest) = core.strip_suffix(end) {
            core = rest;
            break;
        }
    }
    for mark in ["省", "市"] {
        if let Some((place, rest)) = core.split_once(mark)
            && place.chars().count() <= 4
        {
            core = rest;
        }
    }
    core.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_names_have_is_left_out() {
        assert_eq!(core_of("广东省广州市恒通线缆有限公司"), core_of("恒通线缆公司"));
        assert_eq!(core_of("恒通线缆有限责任公司"), "恒通线缆");
    }
}
