//! Reading the regimes: every product kind with its regime as of a day and the state of its review, and what the regimes mean.

use crate::app::App;
use crate::catalogue::{Catalogue, SupervisionClass};
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::{Page, Slice, Total};
use crate::core::search::SearchTerms;
use crate::core::{Problem, Text};
use crate::db::schema::{kind_regime, kind_review};
use crate::programmes::policy::permit;
use crate::programmes::regimes::history::{Change, next_due, regime_on};
use crate::programmes::settings::{ProgrammeSettings, Regime, RegimeTable};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text as SqlText};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// A product kind with its regime as of a day.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KindRegimeView {
    /// Code of the kind.
    pub product_kind: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Code of its class.
    pub product_class: String,
    /// Its regime on that day.
    #[schema(inline)]
    pub regime: SupervisionClass,
    /// Since when it is in it; absent where it is so since the catalogue began.
    pub since: Option<NaiveDate>,
    /// What the regime means.
    pub means: Regime,
    /// When its risk was last reviewed by that day.
    pub reviewed_on: Option<NaiveDate>,
    /// The last day on which the next review is in time.
    pub review_due: Option<NaiveDate>,
    /// Whether the review is late on that day.
    pub late: bool,
    /// The next change that is decided and has not begun on that day.
    pub next: Option<NextRegime>,
}

/// A change that is decided and has not begun.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NextRegime {
    /// The regime.
    #[schema(inline)]
    pub regime: SupervisionClass,
    /// The first day.
    pub in_force_from: NaiveDate,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct RegimeFilter {
    /// As of this day; today where none is named.
    pub as_of: Option<NaiveDate>,
    /// Only kinds in this regime.
    pub regime: Option<SupervisionClass>,
    /// Only kinds whose review is late, or only those whose is not.
    pub late: Option<bool>,
    /// Only kinds in whose name or code these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// The changes of all kinds, by kind.
///
/// # Errors
/// When the database can't be asked.
pub fn changes(conn: &mut PgConnection) -> Result<HashMap<String, Vec<Change>>, Problem> {
    use kind_regime as r;
    let rows: Vec<(String, NaiveDate, SupervisionClass)> = r::table
        .order((r::product_kind, r::in_force_from))
        .select((r::product_kind, r::in_force_from, r::regime))
        .load(conn)?;
    let mut found: HashMap<String, Vec<Change>> = HashMap::new();
    for (kind, from, regime) in rows {
        found.entry(kind).or_default().push(Change { from, regime });
    }
    Ok(found)
}

/// The day of the last review of each kind by a day.
fn reviews(conn: &mut PgConnection, day: NaiveDate) -> Result<HashMap<String, NaiveDate>, Problem> {
    use kind_review as r;
    let rows: Vec<(String, Option<NaiveDate>)> = r::table
        .filter(r::reviewed_on.le(day))
        .group_by(r::product_kind)
        .select((r::product_kind, max(r::reviewed_on)))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(kind, day)| Some((kind, day?))).collect())
}

/// The table of regimes in force on a day.
fn table_on(app: &App, day: NaiveDate) -> Result<&RegimeTable, Problem> {
    let settings = app.settings().section::<ProgrammeSettings>();
    settings.regimes_on(day).ok_or_else(|| Problem::internal("there are no regimes"))
}

/// Every kind that a filter finds, in the order of the catalogue, or by how well it fits a search.
fn found(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RegimeFilter,
) -> Result<Vec<KindRegimeView>, Problem> {
    permit(actor)?;
    let day = filter.as_of.unwrap_or_else(|| shanghai_date(app.clock().now()));
    let (table, changes, reviews) = (table_on(app, day)?, changes(conn)?, reviews(conn, day)?);
    let typed = SearchTerms::of(filter.q.as_deref());
    let mut rows: Vec<(usize, KindRegimeView)> = Vec::new();
    for kind in app.catalogue().products.kinds() {
        let of_kind = changes.get(&kind.code).map(Vec::as_slice).unwrap_or_default();
        let regime = regime_on(kind, of_kind, day);
        let means = table.of(regime);
        let reviewed_on = reviews.get(&kind.code).copied();
        let due = next_due(reviewed_on, table.in_force_from, means.review_months);
        let late = due.is_some_and(|due| due < day);
        let rank =
            typed.as_ref().map_or(Some(0), |typed| typed.rank(&[&kind.name_zh, &kind.code, &kind.name_en]));
        let fits = filter.regime.is_none_or(|wanted| wanted == regime)
            && filter.late.is_none_or(|wanted| wanted == late);
        let Some(rank) = rank.filter(|_| fits) else { continue };
        let next = of_kind.iter().filter(|change| change.from > day).min_by_key(|change| change.from);
        rows.push((
            rank,
            KindRegimeView {
                product_kind: kind.code.clone(),
                name_zh: kind.name_zh.clone(),
                name_en: kind.name_en.clone(),
                product_class: kind.class.clone(),
                regime,
                since: of_kind.iter().map(|change| change.from).filter(|from| *from <= day).max(),
                means,
                reviewed_on,
                review_due: due,
                late,
                next: next.map(|next| NextRegime { regime: next.regime, in_force_from: next.from }),
            },
        ));
    }
    rows.sort_by_key(|(rank, _)| *rank);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// A page of the kinds that a filter finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RegimeFilter,
    slice: Slice,
) -> Result<Page<KindRegimeView>, Problem> {
    // The cursor is the place in the list, from 1, written as an id.
    let rows = (1_u128..).zip(found(app, conn, actor, filter)?);
    let after = slice.after.map_or(0, |after| after.as_u128());
    let limit = usize::try_from(slice.limit).unwrap_or(usize::MAX);
    let rows = rows.filter(|(place, _)| *place > after).take(limit.saturating_add(1)).collect();
    Ok(Page::cut(rows, slice, |(place, _)| Uuid::from_u128(*place)).map(|(_, row)| row))
}

/// How many kinds a filter finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn count(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RegimeFilter,
) -> Result<Total, Problem> {
    let rows = found(app, conn, actor, filter)?.len();
    Ok(Total { rows: i64::try_from(rows).unwrap_or(i64::MAX), more: false })
}

/// One kind as of today.
///
/// # Errors
/// 403 for anyone but an officer, 404 where there is no such kind.
pub fn get(app: &App, conn: &mut PgConnection, actor: &Actor, kind: &str) -> Result<KindRegimeView, Problem> {
    let rows = found(app, conn, actor, &RegimeFilter::default())?;
    rows.into_iter().find(|row| row.product_kind == kind).ok_or_else(Problem::not_found)
}

/// The producers of a product kind in a region, and when they are to be in a frame by the frequency of its regime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FrameTurn {
    /// Code of the region.
    pub region: String,
    /// Operating producers of the register that have a record of the kind.
    pub producers: i64,
    /// The day of the last frame of the register that held the producers of the region.
    pub framed_on: Option<NaiveDate>,
    /// The last day on which the next frame is in time; absent where the regime goes by risk only.
    pub due_on: Option<NaiveDate>,
    /// Whether it is late today.
    pub late: bool,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Framed {
    #[diesel(sql_type = SqlText)]
    region: String,
    #[diesel(sql_type = BigInt)]
    producers: i64,
    #[diesel(sql_type = Nullable<Date>)]
    framed_on: Option<NaiveDate>,
}

/// The producers of a kind by region, those of a region and under it, and the last frame of the register that held them: one of the kind or of its class, of
/// that region or of one around it.
const FRAMED: &str = "
    SELECT e.region, count(DISTINCT e.id) AS producers, (
        SELECT max((f.taken_at AT TIME ZONE 'Asia/Shanghai')::date)
        FROM programme_frame f
        JOIN region_scope w ON w.scope = f.query ->> 'region' AND w.region = e.region
        WHERE f.query ->> 'source' = 'register' AND f.query ->> 'role' = 'producer'
          AND coalesce(f.query ->> 'product_kind' = $1, f.query ->> 'product_class' = $2)
    ) AS framed_on
    FROM published.nonconformity n
    JOIN published.enterprise e ON e.id = n.enterprise_id
    JOIN region_scope s ON s.region = e.region AND s.scope = $3
    WHERE n.product_kind = $1 AND e.operating_status = 'operating' AND e.withdrawn_at IS NULL
    GROUP BY e.region
    ORDER BY e.region";

/// When the producers of a kind are to be in a frame, by region: those of the officer's region and under it.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn turns(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    kind: &KindRegimeView,
) -> Result<Vec<FrameTurn>, Problem> {
    permit(actor)?;
    let Some(own) = actor.officer_region() else { return Ok(Vec::new()) };
    let day = shanghai_date(app.clock().now());
    let since = match kind.since {
        Some(since) => since,
        None => table_on(app, day)?.in_force_from,
    };
    let months = kind.means.every_months;
    let rows: Vec<Framed> = diesel::sql_query(FRAMED)
        .bind::<SqlText, _>(&kind.product_kind)
        .bind::<SqlText, _>(&kind.product_class)
        .bind::<SqlText, _>(own)
        .load(conn)?;
    let turn = |row: Framed| {
        let due_on = if months == 0 { None } else { next_due(row.framed_on, since, months) };
        let late = due_on.is_some_and(|due| due < day);
        FrameTurn { region: row.region, producers: row.producers, framed_on: row.framed_on, due_on, late }
    };
    Ok(rows.into_iter().map(turn).collect())
}

/// How many kinds are in which regime as of a day, and what the regimes mean.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RegimeSummary {
    /// As of this day.
    pub as_of: NaiveDate,
    /// Kinds under strict supervision.
    pub strict: usize,
    /// Kinds under special supervision.
    pub special: usize,
    /// All other kinds.
    pub general: usize,
    /// The share of kinds under strict supervision, 0 to 1: the lists of key supervision are to be kept short (Guangdong Market
    /// Regulation Ordinance, art. 27).
    pub share_strict: f64,
    /// Kinds whose review is late.
    pub late: usize,
    /// What the regimes mean on that day.
    pub in_force: RegimeTable,
}

/// The summary as of a day.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn summary(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    as_of: Option<NaiveDate>,
) -> Result<RegimeSummary, Problem> {
    let as_of = as_of.unwrap_or_else(|| shanghai_date(app.clock().now()));
    let rows = found(app, conn, actor, &RegimeFilter { as_of: Some(as_of), ..RegimeFilter::default() })?;
    let of = |regime| rows.iter().filter(|row| row.regime == regime).count();
    let strict = of(SupervisionClass::Strict);
    #[expect(clippy::cast_precision_loss, reason = "there are some hundred kinds")]
    let share_strict = if rows.is_empty() { 0.0 } else { strict as f64 / rows.len() as f64 };
    Ok(RegimeSummary {
        as_of,
        strict,
        special: of(SupervisionClass::Special),
        general: of(SupervisionClass::General),
        share_strict,
        late: rows.iter().filter(|row| row.late).count(),
        in_force: table_on(app, as_of)?.clone(),
    })
}

/// What happened to a kind: put into a regime, or reviewed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KindEvent {
    /// From which day the regime holds, or on which the review was.
    pub on: NaiveDate,
    /// The regime; absent for a review.
    #[schema(inline)]
    pub regime: Option<SupervisionClass>,
    /// The reason, or what the review found.
    pub text: String,
    /// The number of the document.
    pub document_no: Option<String>,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
}

/// A change: the first day, the regime, the reason, the document, when it was decided.
type ChangeRow = (NaiveDate, SupervisionClass, String, Option<String>, DateTime<Utc>);

/// The most events that are given of a kind.
const MOST_EVENTS: i64 = 100;

/// The changes and reviews of a kind, the last first; at most 100 of each.
///
/// # Errors
/// 403 for anyone but an officer, 404 where there is no such kind.
pub fn history(
    catalogue: &Catalogue,
    conn: &mut PgConnection,
    actor: &Actor,
    kind: &str,
) -> Result<Vec<KindEvent>, Problem> {
    permit(actor)?;
    let known = catalogue.products.kind(kind).filter(|found| found.code == kind);
    let code = known.ok_or_else(Problem::not_found)?.code.clone();
    let changes: Vec<ChangeRow> = kind_regime::table
        .filter(kind_regime::product_kind.eq(&code))
        .order(kind_regime::in_force_from.desc())
        .limit(MOST_EVENTS)
        .select((
            kind_regime::in_force_from,
            kind_regime::regime,
            kind_regime::reason,
            kind_regime::document_no,
            kind_regime::decided_at,
        ))
        .load(conn)?;
    let reviews: Vec<(NaiveDate, String, DateTime<Utc>)> = kind_review::table
        .filter(kind_review::product_kind.eq(&code))
        .order((kind_review::reviewed_on.desc(), kind_review::id.desc()))
        .limit(MOST_EVENTS)
        .select((kind_review::reviewed_on, kind_review::conclusion, kind_review::recorded_at))
        .load(conn)?;
    let changed = changes.into_iter().map(|(on, regime, text, document_no, recorded_at)| KindEvent {
        on,
        regime: Some(regime),
        text,
        document_no,
        recorded_at,
    });
    let reviewed = reviews.into_iter().map(|(on, text, recorded_at)| KindEvent {
        on,
        regime: None,
        text,
        document_no: None,
        recorded_at,
    });
    let mut events: Vec<KindEvent> = changed.chain(reviewed).collect();
    events.sort_by_key(|event| std::cmp::Reverse((event.on, event.recorded_at)));
    Ok(events)
}

/// A regime in words.
pub fn regime_text(regime: SupervisionClass) -> Text {
    match regime {
        SupervisionClass::Strict => Text::new("严管", "strict"),
        SupervisionClass::Special => Text::new("专管", "special"),
        SupervisionClass::General => Text::new("普通", "general"),
    }
}
