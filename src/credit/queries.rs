//! Lists of subjects: of today from the rows that are kept, of a past day from what they were at its end. Each query starts from what the actor may
//! know of.

use crate::catalogue::SupervisionClass;
use crate::conduct::words::Grade;
use crate::core::actor::Actor;
use crate::core::as_of;
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice, Total};
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::credit::grading::row::{LineGrade, SubjectRow};
use crate::credit::policy::{permit, visible_to};
use crate::db::order::in_order;
use crate::db::published::enterprise;
use crate::db::regional::seen_regions;
use crate::db::schema::{credit_change, credit_subject, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::inspections::words::InspectedRole;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The credit of an operator in its worst role, or in the role that is asked for.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CreditView {
    /// The operator.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Code of its region on that day.
    pub region: String,
    /// The role.
    #[schema(inline)]
    pub role: InspectedRole,
    /// Whether it operated.
    pub operating: bool,
    /// The closest supervision class of its products; absent where no product is known.
    #[schema(inline)]
    pub class: Option<SupervisionClass>,
    /// The grade; absent where nothing stands on its file any more.
    #[schema(inline)]
    pub grade: Option<Grade>,
    /// The score that decides, in thousandths of a point.
    pub score: i64,
    /// Whether the grade is on trial.
    pub trial: bool,
    /// Whether an objection waits for its decision now; absent for a past day.
    pub under_objection: Option<bool>,
    /// Whether an application for credit repair waits for its decision now; absent for a past day.
    pub repair_pending: Option<bool>,
    /// The grade that it will have if nothing happens; absent where it stays as it is, and for a past day.
    #[schema(inline)]
    pub next_grade: Option<Grade>,
    /// The first day of the next grade.
    pub next_grade_on: Option<NaiveDate>,
    /// Since which day it has the grade.
    pub since: Option<NaiveDate>,
    /// Its lines of products; empty for a past day.
    pub lines: Vec<LineGrade>,
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct CreditFilter {
    /// Only those of this grade.
    pub grade: Option<Grade>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those of this supervision class.
    pub class: Option<SupervisionClass>,
    /// Those in this role; each operator in its worst role where none is named.
    pub role: Option<InspectedRole>,
    /// Only those under an objection, or only all others. Of today alone, as the two below.
    pub objection: Option<bool>,
    /// Only those with an application for credit repair, or only all others.
    pub repair: Option<bool>,
    /// Only those whose grade changes by itself, or only all others.
    pub coming: Option<bool>,
    /// As of the end of which day; today where none is named.
    pub as_of: Option<NaiveDate>,
    /// Only operators in whose name or code these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// Where subjects of today are searched: name and credit code of the operator.
const TEXTS: Columns = Columns {
    texts: &["(SELECT e.search_text FROM published.enterprise e WHERE e.id = credit_subject.enterprise_id)"],
    readings: &[
        "(SELECT e.search_readings FROM published.enterprise e WHERE e.id = credit_subject.enterprise_id)",
    ],
    code: true,
};

/// The same of a past day.
const PAST_TEXTS: Columns = Columns {
    texts: &["(SELECT e.search_text FROM published.enterprise e WHERE e.id = credit_change.enterprise_id)"],
    readings: &[
        "(SELECT e.search_readings FROM published.enterprise e WHERE e.id = credit_change.enterprise_id)",
    ],
    code: true,
};

/// Narrows a query of subjects by what both tables have.
macro_rules! narrow {
    ($table:ident, $query:expr, $filter:expr, $found:expr) => {{
        let (mut query, filter) = ($query, $filter);
        query = match filter.role {
            Some(role) => query.filter($table::role.eq(role)),
            None => query.filter($table::worst),
        };
        if let Some(grade) = filter.grade {
            query = query.filter($table::grade.assume_not_null().eq(grade));
        }
        if let Some(class) = filter.class {
            query = query.filter($table::class.assume_not_null().eq(class));
        }
        if let Some(region) = filter.region.clone() {
            let under =
                region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
            query = query.filter($table::region.eq_any(under));
        }
        if let Some(found) = $found {
            query = query.filter(found);
        }
        query
    }};
}

fn narrowed(
    actor: &Actor,
    filter: &CreditFilter,
    found: Option<Condition>,
) -> credit_subject::BoxedQuery<'static, Pg> {
    use credit_subject as s;
    let mut query = narrow!(credit_subject, visible_to(actor), filter, found);
    if let Some(objection) = filter.objection {
        query = query.filter(s::under_objection.eq(objection));
    }
    if let Some(repair) = filter.repair {
        query = query.filter(s::repair_pending.eq(repair));
    }
    match filter.coming {
        Some(true) => query.filter(s::next_grade_on.is_not_null()),
        Some(false) => query.filter(s::next_grade_on.is_null()),
        None => query,
    }
}

fn narrowed_past(
    actor: &Actor,
    filter: &CreditFilter,
    day: NaiveDate,
    found: Option<Condition>,
) -> credit_change::BoxedQuery<'static, Pg> {
    let last = sql::<Bool>(
        "credit_change.day = (SELECT max(l.day) FROM credit_change l
            WHERE l.enterprise_id = credit_change.enterprise_id AND l.role = credit_change.role AND l.day <= ",
    )
    .bind::<Date, _>(day)
    .sql(")");
    let own = credit_change::table
        .filter(last)
        .filter(credit_change::region.eq_any(seen_regions(actor)))
        .into_boxed();
    narrow!(credit_change, own, filter, found)
}

/// A row of `credit_change`, as far as lists show it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = credit_change, check_for_backend(Pg))]
struct PastRow {
    enterprise_id: EnterpriseId,
    role: InspectedRole,
    region: String,
    operating: bool,
    class: Option<SupervisionClass>,
    score: i64,
    grade: Option<Grade>,
    trial: bool,
}

/// Today, or the past day that is asked for.
enum On {
    Today(NaiveDate),
    Past(NaiveDate),
}

fn on(filter: &CreditFilter, now: DateTime<Utc>) -> Result<On, Problem> {
    let day = as_of::day(filter.as_of, now)?;
    if day == shanghai_date(now) {
        return Ok(On::Today(day));
    }
    let asked = [("objection", filter.objection), ("repair", filter.repair), ("coming", filter.coming)];
    let of_today = |(name, asked): (&str, Option<bool>)| {
        asked.map(|_| {
            let text = Text::new(
                "只能用于今天的名单，不能与过去的日期同用",
                "is for the list of today alone, not for a past day",
            );
            FieldError::query(name, text)
        })
    };
    Problem::unless_empty(asked.into_iter().filter_map(of_today).collect())?;
    Ok(On::Past(day))
}

/// A page of subjects, by the id of the operator within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer, 422 for a day that can't be asked for.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &CreditFilter,
    now: DateTime<Utc>,
    slice: Slice,
) -> Result<Page<CreditView>, Problem> {
    permit(actor)?;
    match on(filter, now)? {
        On::Today(day) => {
            let search = Search::new(filter.q.as_deref(), TEXTS);
            let load = |slice: Slice| -> QueryResult<Vec<SubjectRow>> {
                let mut query = narrowed(actor, filter, search.of(slice));
                if let Some(after) = slice.after {
                    query = query.filter(credit_subject::enterprise_id.lt(EnterpriseId(after)));
                }
                query
                    .order(in_order(slice, credit_subject::enterprise_id.desc()))
                    .offset(slice.skip)
                    .limit(slice.limit + 1)
                    .select(SubjectRow::as_select())
                    .load(conn)
            };
            let page = Page::by_rank(search.ranks(), slice, load, |row| row.enterprise_id.0)?;
            let Page { items, next_cursor } = page;
            let items = items.into_iter().map(|row| of_today(row, day)).collect();
            Ok(Page { items: named(conn, items)?, next_cursor })
        }
        On::Past(day) => {
            let search = Search::new(filter.q.as_deref(), PAST_TEXTS);
            let load = |slice: Slice| -> QueryResult<Vec<PastRow>> {
                let mut query = narrowed_past(actor, filter, day, search.of(slice));
                if let Some(after) = slice.after {
                    query = query.filter(credit_change::enterprise_id.lt(EnterpriseId(after)));
                }
                query
                    .order(in_order(slice, credit_change::enterprise_id.desc()))
                    .offset(slice.skip)
                    .limit(slice.limit + 1)
                    .select(PastRow::as_select())
                    .load(conn)
            };
            let page = Page::by_rank(search.ranks(), slice, load, |row| row.enterprise_id.0)?;
            let Page { items, next_cursor } = page;
            let items = items.into_iter().map(|row| of_past(row, day)).collect();
            Ok(Page { items: named(conn, items)?, next_cursor })
        }
    }
}

/// How many subjects a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &CreditFilter,
    now: DateTime<Utc>,
) -> Result<Total, Problem> {
    permit(actor)?;
    Ok(match on(filter, now)? {
        On::Today(_) => {
            let found = Search::new(filter.q.as_deref(), TEXTS).any();
            total(conn, narrowed(actor, filter, found).select(credit_subject::enterprise_id))?
        }
        On::Past(day) => {
            let found = Search::new(filter.q.as_deref(), PAST_TEXTS).any();
            total(conn, narrowed_past(actor, filter, day, found).select(credit_change::enterprise_id))?
        }
    })
}

fn of_today(row: SubjectRow, day: NaiveDate) -> CreditView {
    CreditView {
        enterprise_id: row.enterprise_id,
        enterprise_name: String::new(),
        uscc: String::new(),
        region: row.region,
        role: row.role,
        operating: row.operating,
        class: row.class,
        grade: row.grade,
        score: row.score,
        trial: row.trial,
        under_objection: Some(row.under_objection),
        repair_pending: Some(row.repair_pending),
        next_grade: row.next_grade,
        next_grade_on: row.next_grade_on,
        since: None,
        lines: serde_json::from_value(row.lines).unwrap_or_default(),
        as_of: day,
    }
}

fn of_past(row: PastRow, day: NaiveDate) -> CreditView {
    CreditView {
        enterprise_id: row.enterprise_id,
        enterprise_name: String::new(),
        uscc: String::new(),
        region: row.region,
        role: row.role,
        operating: row.operating,
        class: row.class,
        grade: row.grade,
        score: row.score,
        trial: row.trial,
        under_objection: None,
        repair_pending: None,
        next_grade: None,
        next_grade_on: None,
        since: None,
        lines: Vec::new(),
        as_of: day,
    }
}

/// Since which day subjects have the grade that they had on a day.
const SINCE: &str = "
    SELECT DISTINCT ON (c.enterprise_id, c.role) c.enterprise_id, c.role, c.day
    FROM credit_change c
    JOIN unnest($1, $2) AS u (id, role) ON u.id = c.enterprise_id AND u.role = c.role
    WHERE c.day <= $3 AND c.grade IS DISTINCT FROM c.grade_before
    ORDER BY c.enterprise_id, c.role, c.day DESC";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Since {
    #[diesel(sql_type = SqlUuid)]
    enterprise_id: EnterpriseId,
    #[diesel(sql_type = SqlText)]
    role: InspectedRole,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
}

/// Puts names, and since when the grades are so, beside the rows.
fn named(conn: &mut PgConnection, mut rows: Vec<CreditView>) -> Result<Vec<CreditView>, Problem> {
    let ids: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise_id).collect();
    let names: Vec<(EnterpriseId, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(&ids))
        .select((enterprise::id, enterprise::name, enterprise::uscc))
        .load(conn)?;
    let names: HashMap<EnterpriseId, (String, String)> =
        names.into_iter().map(|(id, name, uscc)| (id, (name, uscc))).collect();
    let Some(day) = rows.first().map(|row| row.as_of) else { return Ok(rows) };
    let roles: Vec<&str> = rows.iter().map(|row| row.role.as_str()).collect();
    let since: Vec<Since> = diesel::sql_query(SINCE)
        .bind::<Array<SqlUuid>, _>(&ids)
        .bind::<Array<SqlText>, _>(roles)
        .bind::<Date, _>(day)
        .load(conn)?;
    let since: HashMap<(EnterpriseId, InspectedRole), NaiveDate> =
        since.into_iter().map(|row| ((row.enterprise_id, row.role), row.day)).collect();
    for row in &mut rows {
        (row.enterprise_name, row.uscc) = names.get(&row.enterprise_id).cloned().unwrap_or_default();
        row.since = since.get(&(row.enterprise_id, row.role)).copied();
    }
    Ok(rows)
}
