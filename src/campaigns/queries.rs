//! Reading campaigns.

use crate::campaigns::figures::{CampaignFigures, figures};
use crate::campaigns::policy::{permit_officers, visible_campaigns};
use crate::campaigns::settings::{CampaignRules, CampaignSettings};
use crate::campaigns::state::Theme;
use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::{Page, Slice, Total};
use crate::core::{Problem, as_of};
use crate::db::order::in_order;
use crate::db::published::programme;
use crate::db::schema::{campaign, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::{ProgrammeLevel, ProgrammeState};
use crate::settings::Settings;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// A campaign.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CampaignView {
    /// Id of the campaign, which is that of its programme.
    pub id: ProgrammeId,
    /// The theme.
    #[schema(inline)]
    pub theme: Theme,
    /// Its name.
    pub name: String,
    /// The level that organises it.
    #[schema(inline)]
    pub level: ProgrammeLevel,
    /// Code of the region whose authority organises it.
    pub organiser_region: String,
    /// Its first day.
    pub period_from: NaiveDate,
    /// Its last day.
    pub period_until: NaiveDate,
    /// The number of the document that orders it.
    pub document_no: Option<String>,
    /// The state of its programme.
    #[schema(inline)]
    pub state: ProgrammeState,
    /// The version of the rules.
    pub rules_version: String,
    /// The radius around a school in metres.
    pub radius_m: Option<i32>,
    /// When it was set up.
    pub created_at: DateTime<Utc>,
}

/// A campaign with its figures.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CampaignDetail {
    /// The campaign.
    #[serde(flatten)]
    pub campaign: CampaignView,
    /// The key products.
    pub products: Vec<KeyProductView>,
    /// The figures.
    pub figures: CampaignFigures,
}

/// A key product of a campaign.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KeyProductView {
    /// The word for programs.
    pub key: String,
    /// The name in Chinese.
    pub name_zh: String,
    /// The name in English.
    pub name_en: String,
    /// Codes of the classes and kinds of products that belong to it.
    pub of: Vec<String>,
    /// Whether it is assumed to be one of them.
    pub assumed: bool,
}

/// A row of `campaign`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = campaign, check_for_backend(Pg))]
struct Row {
    programme_id: Uuid,
    theme: Theme,
    rules_version: String,
    radius_m: Option<i32>,
    created_at: DateTime<Utc>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct CampaignFilter {
    /// Only those about this.
    pub theme: Option<Theme>,
    /// Only those whose programme is in this state.
    pub state: Option<ProgrammeState>,
    /// Only those organised by this region or one under it.
    pub region: Option<String>,
    /// Only those in whose name these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// Where campaigns are searched: the name.
const TEXTS: Columns = Columns {
    texts: &[
        "((SELECT search_name(p.name) FROM published.programme p WHERE p.id = campaign.programme_id) || E'\\n')",
    ],
    readings: &[
        "(SELECT search_readings(search_name(p.name)) FROM published.programme p WHERE p.id = campaign.programme_id)",
    ],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &CampaignFilter,
    found: Option<Condition>,
) -> campaign::BoxedQuery<'static, Pg> {
    let mut query = visible_campaigns(actor);
    if let Some(theme) = filter.theme {
        query = query.filter(campaign::theme.eq(theme));
    }
    if let Some(state) = filter.state {
        let of = programme::table.filter(programme::state.eq(state.as_str())).select(programme::id);
        query = query.filter(campaign::programme_id.eq_any(of));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        let of = programme::table.filter(programme::organiser_region.eq_any(under)).select(programme::id);
        query = query.filter(campaign::programme_id.eq_any(of));
    }
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

type Planned = (Uuid, String, String, String, NaiveDate, NaiveDate, Option<String>, String);

fn views(conn: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<CampaignView>, Problem> {
    use programme as p;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.programme_id).collect();
    let planned: Vec<Planned> = p::table
        .filter(p::id.eq_any(ids))
        .select((
            p::id,
            p::name,
            p::level,
            p::organiser_region,
            p::period_from,
            p::period_until,
            p::document_no,
            p::state,
        ))
        .load(conn)?;
    let planned: HashMap<Uuid, Planned> = planned.into_iter().map(|row| (row.0, row)).collect();
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let plan = planned.get(&row.programme_id).cloned();
        let (id, name, level, organiser_region, period_from, period_until, document_no, state) =
            plan.ok_or_else(|| Problem::internal("a campaign without a programme"))?;
        found.push(CampaignView {
            id: ProgrammeId(id),
            theme: row.theme,
            name,
            level: level.parse().map_err(Problem::internal)?,
            organiser_region,
            period_from,
            period_until,
            document_no,
            state: state.parse().map_err(Problem::internal)?,
            rules_version: row.rules_version,
            radius_m: row.radius_m,
            created_at: row.created_at,
        });
    }
    Ok(found)
}

/// A page of campaigns, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but officers.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &CampaignFilter,
    slice: Slice,
) -> Result<Page<CampaignView>, Problem> {
    permit_officers(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(campaign::programme_id.lt(after));
        }
        query
            .order(in_order(slice, campaign::programme_id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(Row::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.programme_id)?;
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// How many campaigns a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &CampaignFilter) -> Result<Total, Problem> {
    permit_officers(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(campaign::programme_id))?)
}

/// One campaign.
///
/// # Errors
/// 403 for anyone but officers, 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: ProgrammeId) -> Result<CampaignView, Problem> {
    permit_officers(actor)?;
    let row: Row = visible_campaigns(actor)
        .filter(campaign::programme_id.eq(id.0))
        .select(Row::as_select())
        .first(conn)?;
    views(conn, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// The rules of a campaign.
///
/// # Errors
/// When the settings have none.
pub fn rules_of(settings: &Settings, version: &str, today: NaiveDate) -> Result<CampaignRules, Problem> {
    let rules = settings.section::<CampaignSettings>().of(version, today).cloned();
    rules.ok_or_else(|| Problem::internal("no rules of campaigns"))
}

/// The region over which an officer counts a campaign: its own, or the officer's where that is narrower.
pub fn counted_region(actor: &Actor, organiser: &str, catalogue: &Catalogue) -> String {
    match actor.officer_region() {
        Some(own) if catalogue.regions.contains(organiser, own) => own.to_owned(),
        _ => organiser.to_owned(),
    }
}

/// One campaign with its figures as of a day, today where none is named.
///
/// # Errors
/// As [`get`]; 422 for a day that lies ahead.
pub fn detail(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ProgrammeId,
    (settings, catalogue): (&Settings, &Catalogue),
    (now, asked): (DateTime<Utc>, Option<NaiveDate>),
) -> Result<CampaignDetail, Problem> {
    let campaign = get(conn, actor, id)?;
    let (today, day) = (shanghai_date(now), as_of::day(asked, now)?);
    let rules = rules_of(settings, &campaign.rules_version, today)?;
    let region = counted_region(actor, &campaign.organiser_region, catalogue);
    let figures = figures(conn, id, &region, day)?;
    let products = rules.products.into_iter().map(|product| KeyProductView {
        key: product.key,
        name_zh: product.name.zh.to_string(),
        name_en: product.name.en.to_string(),
        of: product.of,
        assumed: product.assumed,
    });
    Ok(CampaignDetail { campaign, products: products.collect(), figures })
}
