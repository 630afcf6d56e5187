//! Which enterprises of the register have the name that a list gives, or one alike in the same region.

use crate::catalogue::Regions;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::core::search::folded_name;
use crate::sampling_lists::proposal_state::{Likeness, NamedAs};
use crate::sampling_lists::proposals::alike::Parts;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text, Uuid};
use std::collections::BTreeMap;

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

/// An enterprise of the register.
#[derive(QueryableByName)]
struct Registered {
    #[diesel(sql_type = Uuid)]
    id: EnterpriseId,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// For each name the enterprise that it is most likely, by its place; those without one are left out. `scope` is the region of the import: an
/// alike name counts only there. Of several that are alike none is proposed.
///
/// # Errors
/// When the database can't be asked.
pub fn find(
    conn: &mut PgConnection,
    regions: &Regions,
    sought: &[Sought],
    scope: &str,
) -> Result<BTreeMap<usize, (EnterpriseId, Likeness)>, Problem> {
    // A list names most of its enterprises many times.
    let mut places: BTreeMap<(String, Option<&str>), Vec<usize>> = BTreeMap::new();
    for (place, one) in sought.iter().enumerate() {
        places.entry((folded_name(&one.name), one.region.as_deref())).or_default().push(place);
    }
    let names: Vec<(&str, Option<&str>)> =
        places.keys().map(|(name, region)| (name.as_str(), *region)).collect();
    let mut found = same(conn, &names)?;
    let rest: Vec<usize> = (0..names.len()).filter(|at| !found.contains_key(at)).collect();
    found.extend(alike(conn, regions, &names, &rest, scope)?);
    let each = places.values().enumerate().filter_map(|(at, places)| Some((found.get(&at)?, places)));
    Ok(each.flat_map(|(what, places)| places.iter().map(move |place| (*place, *what))).collect())
}

/// The enterprises of the same name: the one in the same region, else the only one.
fn same(
    conn: &mut PgConnection,
    names: &[(&str, Option<&str>)],
) -> Result<BTreeMap<usize, (EnterpriseId, Likeness)>, Problem> {
    let places: Result<Vec<i32>, _> = (0..names.len()).map(i32::try_from).collect();
    let (names, regions): (Vec<&str>, Vec<Option<&str>>) = names.iter().copied().unzip();
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
         -- By groups: an enterprise that another one of its place rules out is not looked for among all.
         SELECT h.place, coalesce((array_agg(h.id ORDER BY h.id) FILTER (WHERE h.near))[1], (array_agg(h.id))[1]) AS enterprise,
                CASE WHEN bool_or(h.near) THEN 'same_name_and_region' ELSE 'same_name' END AS likeness
         FROM hit h
         GROUP BY h.place
         HAVING bool_or(h.near) OR count(*) = 1",
    )
    .bind::<Array<Integer>, _>(places.map_err(Problem::internal)?)
    .bind::<Array<Text>, _>(names)
    .bind::<Array<Nullable<Text>>, _>(regions)
    .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((usize::try_from(row.place).ok()?, (row.enterprise, row.likeness))))
        .collect())
}

/// The only enterprise of the same region whose name holds the one that is sought, but for what all names have.
fn alike(
    conn: &mut PgConnection,
    regions: &Regions,
    names: &[(&str, Option<&str>)],
    of: &[usize],
    scope: &str,
) -> Result<BTreeMap<usize, (EnterpriseId, Likeness)>, Problem> {
    let sought: Vec<(usize, String, &str)> = of
        .iter()
        .filter_map(|at| names.get(*at).map(|(name, region)| (*at, core_of(name), region.unwrap_or(scope))))
        .collect();
    let mut parts = Parts::default();
    for (_, core, region) in &sought {
        parts.seek(core, region);
    }
    if parts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let scopes: Vec<String> = parts.regions().into_iter().map(str::to_owned).collect();
    let register = diesel::sql_query(
        "SELECT e.id, e.region, split_part(e.search_text, E'\\n', 1) AS name
         FROM published.enterprise e
         WHERE e.withdrawn_at IS NULL AND e.region IN (SELECT s.region FROM region_scope s WHERE s.scope = ANY ($1))",
    )
    .bind::<Array<Text>, _>(scopes)
    .load_iter::<Registered, PgRowByRowLoadingMode>(conn)?;
    for row in register {
        let Registered { id, region, name } = row?;
        parts.take(id, &name, |wanted| regions.contains(wanted, &region));
    }
    let only = |(at, core, region): (usize, String, &str)| Some((at, parts.only_holder(&core, region)?));
    Ok(sought.into_iter().filter_map(only).map(|(at, id)| (at, (id, Likeness::Alike))).collect())
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
