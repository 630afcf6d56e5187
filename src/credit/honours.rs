//! Honour lists: operators without a failed sampling for so many years, as of the end of a day that is over. `functions.sql` says what counts. A list
//! is counted when it is first asked for and kept for some days; what is said of a day never changes.

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice, Total};
use crate::core::problem::FieldError;
use crate::core::{Caller, Problem, Text};
use crate::credit::policy::permit;
use crate::credit::settings::{CreditMethod, CreditSettings};
use crate::db::order::in_order;
use crate::db::published::enterprise;
use crate::db::regional::seen_regions;
use crate::db::schema::{credit_honour, credit_honour_day, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::db::{Command, Tx};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, Bool, Date, Integer, Nullable, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// How long after its end a list of a day is final: what was entered before midnight has been stored by then.
const SETTLED_AFTER: Duration = Duration::hours(1);
/// How long a list is kept.
const KEPT_FOR: Duration = Duration::days(7);

/// An operator on an honour list.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HonourView {
    /// The operator.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Code of its region on that day.
    pub region: String,
    /// The years of the longest list on which it stands.
    pub years: i32,
    /// Its samplings with a final result within these years.
    pub samplings: i32,
    /// The day of the first sampling of all.
    pub first_on: NaiveDate,
    /// The day of the last one.
    pub last_on: NaiveDate,
    /// The day of the last one that failed; absent where none ever did.
    pub failed_on: Option<NaiveDate>,
    /// As of the end of this day.
    pub as_of: NaiveDate,
}

/// What the lists are narrowed to.
#[derive(Debug, Clone, Default)]
pub struct HonourFilter {
    /// Only those on the list of so many years.
    pub years: Option<i32>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only operators in whose name or code these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// Where the lists are searched: name and credit code of the operator.
const TEXTS: Columns = Columns {
    texts: &["(SELECT e.search_text FROM published.enterprise e WHERE e.id = credit_honour.enterprise_id)"],
    readings: &[
        "(SELECT e.search_readings FROM published.enterprise e WHERE e.id = credit_honour.enterprise_id)",
    ],
    code: true,
};

/// The day of the lists: the one asked for, which must be over; else yesterday.
///
/// # Errors
/// 422 for today and days ahead.
pub fn day(asked: Option<NaiveDate>, now: DateTime<Utc>) -> Result<NaiveDate, Problem> {
    let today = shanghai_date(now);
    let mut fields = Fields::new();
    fields.query_day("as_of", asked);
    fields.done()?;
    match asked {
        Some(day) if day >= today => {
            let text = Text::new("须为已结束的日期（早于今天）", "must be a day that is over, before today");
            Err(Problem::invalid(vec![FieldError::query("as_of", text)]))
        }
        Some(day) => Ok(day),
        None => Ok(today.pred_opt().unwrap_or(today)),
    }
}

/// Has the lists of a day counted, where they are not kept.
///
/// # Errors
/// When the database is unavailable.
pub fn keep(app: &App, day: NaiveDate) -> Result<(), Problem> {
    let now = app.clock().now();
    let method = method(app.settings().section::<CreditSettings>(), day)?;
    if is_kept(&mut *app.conn()?, method, day, now)? {
        return Ok(());
    }
    app.execute(&Caller::system(), &KeepHonours { day })
}

fn method(settings: &CreditSettings, day: NaiveDate) -> Result<&CreditMethod, Problem> {
    settings.method_on(day).ok_or_else(|| Problem::internal("there is no method of credit"))
}

fn is_kept(
    conn: &mut PgConnection,
    method: &CreditMethod,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    let kept: Option<(String, DateTime<Utc>)> = credit_honour_day::table
        .find(day)
        .select((credit_honour_day::method, credit_honour_day::counted_at))
        .first(conn)
        .optional()?;
    let settled = shanghai_day_end(day) + SETTLED_AFTER;
    Ok(kept
        .is_some_and(|(by, counted_at)| by == method.version && (counted_at >= settled || counted_at == now)))
}

/// Counts the lists of a day and keeps them. Done by the platform.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct KeepHonours {
    /// The day.
    pub day: NaiveDate,
}

const COUNT: &str = "
    INSERT INTO credit_honour (day, enterprise_id, region, years, samplings, first_on, last_on, failed_on)
    SELECT $1, h.enterprise_id, h.region, h.years, h.samplings, h.first_on, h.last_on, h.failed_on
    FROM credit_honours($1, $2, $3, $4, $5, NULL) h";

impl Command for KeepHonours {
    type Output = ();
    const NAME: &'static str = "keep_credit_honours";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use credit_honour_day as d;
        let settings = Arc::clone(&tx.settings);
        let method = method(settings.section::<CreditSettings>(), self.day)?;
        // Whoever counts the same day waits here, and finds it counted.
        diesel::insert_into(d::table)
            .values((d::day.eq(self.day), d::method.eq(""), d::counted_at.eq(DateTime::UNIX_EPOCH)))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        let row = d::table.find(self.day).select(d::day).for_update();
        row.first::<NaiveDate>(&mut *tx.conn)?;
        if is_kept(&mut tx.conn, method, self.day, tx.now)? {
            return Ok(());
        }
        diesel::delete(credit_honour::table.filter(credit_honour::day.eq(self.day)))
            .execute(&mut *tx.conn)?;
        bind(COUNT, method, self.day).execute(&mut *tx.conn)?;
        diesel::update(d::table.find(self.day))
            .set((d::method.eq(&method.version), d::counted_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        let old = d::table.filter(d::counted_at.lt(tx.now - KEPT_FOR)).filter(d::day.ne(self.day));
        diesel::delete(old).execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// Binds the day, its end and the method.
fn bind<'a>(query: &str, method: &CreditMethod, day: NaiveDate) -> BoxedSqlQuery<'a, Pg, SqlQuery> {
    diesel::sql_query(query)
        .into_boxed::<Pg>()
        .bind::<Date, _>(day)
        .bind::<Timestamptz, _>(shanghai_day_end(day))
        .bind::<Array<Integer>, _>(method.honour_years.clone())
        .bind::<Integer, _>(method.honour_samplings)
        .bind::<Bool, _>(method.honour_record_as_long)
}

fn narrowed(
    actor: &Actor,
    filter: &HonourFilter,
    day: NaiveDate,
    found: Option<Condition>,
) -> credit_honour::BoxedQuery<'static, Pg> {
    use credit_honour as h;
    let mut query =
        h::table.filter(h::day.eq(day)).filter(h::region.eq_any(seen_regions(actor))).into_boxed();
    if let Some(years) = filter.years {
        query = query.filter(h::years.eq(years));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(h::region.eq_any(under));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A row of `credit_honour`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = credit_honour, check_for_backend(Pg))]
struct Row {
    enterprise_id: EnterpriseId,
    region: String,
    years: i32,
    samplings: i32,
    first_on: NaiveDate,
    last_on: NaiveDate,
    failed_on: Option<NaiveDate>,
}

/// A page of the lists of a day that are kept, by the id of the operator within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &HonourFilter,
    day: NaiveDate,
    slice: Slice,
) -> Result<Page<HonourView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = narrowed(actor, filter, day, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(credit_honour::enterprise_id.lt(EnterpriseId(after)));
        }
        query
            .order(in_order(slice, credit_honour::enterprise_id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(Row::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.enterprise_id.0)?;
    let names: Vec<(EnterpriseId, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(items.iter().map(|row| row.enterprise_id)))
        .select((enterprise::id, enterprise::name, enterprise::uscc))
        .load(conn)?;
    let mut names: HashMap<EnterpriseId, (String, String)> =
        names.into_iter().map(|(id, name, uscc)| (id, (name, uscc))).collect();
    let view = |row: Row| {
        let (enterprise_name, uscc) = names.remove(&row.enterprise_id).unwrap_or_default();
        HonourView {
            enterprise_id: row.enterprise_id,
            enterprise_name,
            uscc,
            region: row.region,
            years: row.years,
            samplings: row.samplings,
            first_on: row.first_on,
            last_on: row.last_on,
            failed_on: row.failed_on,
            as_of: day,
        }
    };
    Ok(Page { items: items.into_iter().map(view).collect(), next_cursor })
}

/// How many operators a filter finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &HonourFilter,
    day: NaiveDate,
) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, day, found).select(credit_honour::enterprise_id))?)
}

/// The list on which one operator stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema, QueryableByName)]
#[diesel(check_for_backend(Pg))]
pub struct Honour {
    /// The years of the longest list.
    #[diesel(sql_type = Integer)]
    pub years: i32,
    /// Its samplings with a final result within these years.
    #[diesel(sql_type = Integer)]
    pub samplings: i32,
    /// The day of the first sampling of all.
    #[diesel(sql_type = Date)]
    pub first_on: NaiveDate,
    /// The day of the last one.
    #[diesel(sql_type = Date)]
    pub last_on: NaiveDate,
    /// The day of the last one that failed.
    #[diesel(sql_type = Nullable<Date>)]
    pub failed_on: Option<NaiveDate>,
}

const OF_ONE: &str =
    "SELECT years, samplings, first_on, last_on, failed_on FROM credit_honours($1, $2, $3, $4, $5, $6)";

/// The honour list on which one operator stands as of the end of a day, as far as is known now.
///
/// # Errors
/// When the database can't be asked.
pub fn of_enterprise(
    conn: &mut PgConnection,
    method: &CreditMethod,
    id: EnterpriseId,
    day: NaiveDate,
) -> Result<Option<Honour>, Problem> {
    Ok(bind(OF_ONE, method, day).bind::<SqlUuid, _>(id).get_result(conn).optional()?)
}

/// The words of the honour list of so many years.
pub fn list_text(years: i32) -> Text {
    Text::new(format!("连续 {years} 年抽查无不合格"), format!("no failed sampling for {years} years"))
}
