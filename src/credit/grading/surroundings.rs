//! What stands around the conduct of enterprises: region, status, the class of their products, and what waits for a decision.

use crate::catalogue::{Catalogue, SupervisionClass};
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::credit::grading::row::GradingContext;
use crate::inspections::words::InspectedRole;
use crate::programmes::regimes::history::regime_on;
use crate::programmes::regimes::queries::changes;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use std::collections::HashMap;
use std::fmt::Write as _;

/// Region, status, and the place of the closest class among the classes. The products of an enterprise are those of its lines and those for which
/// it stands on the zero-out list. `{of …}` narrows it to some enterprises, `$3`.
const PLACES: &str = "
    SELECT e.id, e.region, e.operating_status = 'operating' AND e.withdrawn_at IS NULL AS operating, c.closest
    FROM published.enterprise e
    LEFT JOIN (
        SELECT p.enterprise_id, min(k.place) AS closest
        FROM (SELECT l.enterprise_id, l.product_kind FROM published.conduct_line l WHERE l.product_kind IS NOT NULL{of l.enterprise_id}
              UNION
              SELECT n.enterprise_id, n.product_kind FROM published.nonconformity n WHERE true{of n.enterprise_id}) p
        JOIN unnest($1, $2) AS k (code, place) ON k.code = p.product_kind
        GROUP BY p.enterprise_id) c ON c.enterprise_id = e.id
    WHERE true{of e.id}";

/// What waits for a decision, likewise; `$1` are the enterprises.
const WAITING: &str = "
    SELECT c.enterprise_id AS id, c.role, bool_or(c.state = 'contested') AS objection, bool_or(c.state = 'repair_pending') AS repair
    FROM published.conduct c
    WHERE c.state IN ('contested', 'repair_pending'){of c.enterprise_id}
    GROUP BY 1, 2 ORDER BY 1, 2";

/// The statement for some enterprises, which are the parameter of this number; for all where there is none. Two texts, so that each gets its own
/// plan.
fn narrowed(statement: &str, parameter: Option<u8>) -> String {
    let mut text = String::with_capacity(statement.len());
    let mut rest = statement;
    while let Some((before, behind)) = rest.split_once("{of ") {
        let (column, after) = behind.split_once('}').unwrap_or((behind, ""));
        text.push_str(before);
        if let Some(number) = parameter {
            // Writing into a text does not fail.
            let _ = write!(text, " AND {column} = ANY (${number})");
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Place {
    #[diesel(sql_type = SqlUuid)]
    id: EnterpriseId,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Bool)]
    operating: bool,
    #[diesel(sql_type = Nullable<Integer>)]
    closest: Option<i32>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Waiting {
    #[diesel(sql_type = SqlUuid)]
    id: EnterpriseId,
    #[diesel(sql_type = Text)]
    role: InspectedRole,
    #[diesel(sql_type = Bool)]
    objection: bool,
    #[diesel(sql_type = Bool)]
    repair: bool,
}

/// Of some enterprises, or of all where none are named, on a day.
///
/// # Errors
/// When the database can't be asked.
pub fn load(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    enterprises: Option<&[EnterpriseId]>,
    day: NaiveDate,
) -> Result<HashMap<EnterpriseId, GradingContext>, Problem> {
    let (mut codes, mut places) = (Vec::new(), Vec::new());
    let changes = changes(conn)?;
    for kind in catalogue.products.kinds() {
        let changes = changes.get(&kind.code).map(Vec::as_slice).unwrap_or_default();
        let class = regime_on(kind, changes, day);
        let place = SupervisionClass::ALL.iter().position(|known| *known == class);
        codes.push(kind.code.clone());
        places.push(place.and_then(|place| i32::try_from(place).ok()).unwrap_or(i32::MAX));
    }
    let mut places_of = diesel::sql_query(narrowed(PLACES, enterprises.map(|_| 3)))
        .into_boxed::<Pg>()
        .bind::<Array<Text>, _>(codes)
        .bind::<Array<Integer>, _>(places);
    let mut waiting_of = diesel::sql_query(narrowed(WAITING, enterprises.map(|_| 1))).into_boxed::<Pg>();
    if let Some(some) = enterprises {
        places_of = places_of.bind::<Array<SqlUuid>, _>(some);
        waiting_of = waiting_of.bind::<Array<SqlUuid>, _>(some);
    }
    let class = |place: i32| SupervisionClass::ALL.get(usize::try_from(place).ok()?).copied();
    let mut around: HashMap<EnterpriseId, GradingContext> = places_of
        .load::<Place>(conn)?
        .into_iter()
        .map(|place| {
            let Place { id, region, operating, closest } = place;
            (id, GradingContext { region, operating, class: closest.and_then(class), waiting: Vec::new() })
        })
        .collect();
    for Waiting { id, role, objection, repair } in waiting_of.load::<Waiting>(conn)? {
        if let Some(of) = around.get_mut(&id) {
            of.waiting.push((role, objection, repair));
        }
    }
    Ok(around)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_narrowed_or_not() {
        let text = "SELECT WHERE true{of a.id} AND x{of b.id}";
        assert_eq!(narrowed(text, None), "SELECT WHERE true AND x");
        assert_eq!(
            narrowed(text, Some(2)),
            "SELECT WHERE true AND a.id = ANY ($2) AND x AND b.id = ANY ($2)"
        );
    }
}
