//! Reading accounts. Each query starts from what the actor may know of.

use crate::accounts::factors;
use crate::accounts::state::AccountState;
use crate::catalogue::Catalogue;
use crate::core::actor::{Actor, Role};
use crate::core::ids::{AccountId, EnterpriseId, ExpertId, LaboratoryId};
use crate::core::page::{Page, Slice, Total};
use crate::core::{Language, Problem};
use crate::db::order::in_order;
use crate::db::published::{account, enterprise, expert, expert_region, laboratory};
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use crate::experts::Vetting;
use crate::experts::policy::ExpertFacts;
use crate::people::open_matters::OpenMatters;
use crate::people::policy::{AccountFacts, manages, permit, visible_to};
use crate::web::room::Room;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// An account, as those in charge see it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AccountView {
    /// Id of the account.
    pub id: AccountId,
    /// The name to log in with.
    pub username: String,
    /// The name shown to others.
    pub name: String,
    /// The role of the account, which decides what it may do.
    pub role: Role,
    /// Whether it is open.
    pub state: AccountState,
    /// Where mails go, for those who may change the account.
    pub email: Option<String>,
    /// The language of mails.
    pub language: Language,
    /// An officer's region.
    pub region: Option<String>,
    /// The enterprise whose person it is.
    pub enterprise: Option<AccountEnterprise>,
    /// The expert whose account it is.
    pub expert: Option<AccountExpert>,
    /// The body of a sampler or of somebody of a laboratory.
    pub laboratory: Option<AccountBody>,
    /// When the account was made, UTC.
    pub created_at: DateTime<Utc>,
    /// When the account was deactivated, UTC; none where it was not.
    pub deactivated_at: Option<DateTime<Utc>>,
    /// Why it was deactivated.
    pub deactivation_reason: Option<String>,
    /// Whether the caller may change it.
    pub may_change: bool,
}

/// The enterprise of an account.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AccountEnterprise {
    /// Id of the enterprise.
    pub id: EnterpriseId,
    /// The name of the enterprise.
    pub name: String,
    /// Code of the region of the enterprise.
    pub region: String,
}

/// The body of an account.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AccountBody {
    /// Id of the laboratory, or of the body that takes samples.
    pub id: LaboratoryId,
    /// Its name.
    pub name: String,
    /// Code of the region of its seat.
    pub region: String,
}

/// The expert of an account.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AccountExpert {
    /// Id of the expert.
    pub id: ExpertId,
    /// Professional title.
    pub title: String,
    /// Codes of the regions served.
    pub regions: Vec<String>,
}

/// An account with what is its person's.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AccountDetail {
    /// The account, as it is listed.
    #[serde(flatten)]
    pub account: AccountView,
    /// What is the person's: what a deactivation hands on.
    pub open_matters: OpenMatters,
    /// Whether a second factor is on; absent for who may not change the account.
    pub second_factor: Option<bool>,
}

/// What a list of accounts can be narrowed to.
#[derive(Debug, Default, Clone)]
pub struct AccountFilter {
    /// Only those of this role.
    pub role: Option<Role>,
    /// Only those in this state.
    pub state: Option<AccountState>,
    /// Only officers of exactly this region.
    pub region: Option<String>,
    /// Only the people of this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only those in whose name, or the name to log in with, these words stand, or whose name is read so.
    pub q: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = account, check_for_backend(Pg))]
struct Row {
    id: AccountId,
    username: String,
    name: String,
    role: Role,
    email: Option<String>,
    language: String,
    region: Option<String>,
    enterprise_id: Option<EnterpriseId>,
    expert_id: Option<ExpertId>,
    laboratory_id: Option<LaboratoryId>,
    active: bool,
    created_at: DateTime<Utc>,
    deactivated_at: Option<DateTime<Utc>>,
    deactivation_reason: Option<String>,
}

fn narrowed<'a>(actor: &Actor, filter: &AccountFilter) -> account::BoxedQuery<'a, Pg> {
    let mut query = account::table.filter(visible_to(actor)).into_boxed::<Pg>();
    if let Some(role) = filter.role {
        query = query.filter(account::role.eq(role));
    }
    query = match filter.state {
        Some(AccountState::Active) => query.filter(account::active),
        Some(AccountState::Deactivated) => query.filter(account::deactivated_at.is_not_null()),
        Some(AccountState::Pending) => {
            query.filter(diesel::dsl::not(account::active)).filter(account::deactivated_at.is_null())
        }
        None => query,
    };
    if let Some(region) = &filter.region {
        query = query.filter(account::region.assume_not_null().eq(region.clone()));
    }
    if let Some(enterprise) = filter.enterprise {
        query = query.filter(account::enterprise_id.assume_not_null().eq(enterprise));
    }
    query
}

fn search(filter: &AccountFilter) -> Search {
    const NAMES: Columns =
        Columns { texts: &["account.search_text"], readings: &["account.search_readings"], code: false };
    Search::new(filter.q.as_deref(), NAMES)
}

/// A page of accounts, newest first, within the ranks of a search.
///
/// # Errors
/// 403 for enterprises and experts.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    filter: &AccountFilter,
    slice: Slice,
) -> Result<Page<AccountView>, Problem> {
    permit(actor)?;
    let search = search(filter);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = narrowed(actor, filter);
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(account::id.lt(AccountId(after)));
        }
        query
            .order(in_order(slice, account::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(Row::as_select())
            .load(conn)
    };
    let page = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    let next_cursor = page.next_cursor;
    Ok(Page { items: views(conn, actor, catalogue, page.items)?, next_cursor })
}

/// How many accounts there are.
///
/// # Errors
/// 403 for enterprises and experts.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &AccountFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let mut query = narrowed(actor, filter).select(account::id);
    if let Some(found) = search(filter).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query)?)
}

/// One account with what is its person's.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    rooms: &[&'static Room],
    id: AccountId,
) -> Result<AccountDetail, Problem> {
    permit(actor)?;
    let row: Row = account::table
        .filter(visible_to(actor))
        .filter(account::id.eq(id))
        .select(Row::as_select())
        .first(conn)?;
    let expert = row.expert_id;
    let found = views(conn, actor, catalogue, vec![row])?.into_iter().next();
    let account = found.ok_or_else(Problem::not_found)?;
    let open_matters = if account.may_change {
        OpenMatters::of(conn, actor, rooms, (id, expert))?
    } else {
        OpenMatters::default()
    };
    let second_factor = account.may_change.then(|| factors::store::is_on(conn, id)).transpose()?;
    Ok(AccountDetail { account, open_matters, second_factor })
}

fn views(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    rows: Vec<Row>,
) -> Result<Vec<AccountView>, Problem> {
    let enterprises: Vec<EnterpriseId> = rows.iter().filter_map(|row| row.enterprise_id).collect();
    let enterprises: HashMap<EnterpriseId, (String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(&enterprises))
        .select((enterprise::id, enterprise::name, enterprise::region))
        .load::<(EnterpriseId, String, String)>(conn)?
        .into_iter()
        .map(|(id, name, region)| (id, (name, region)))
        .collect();
    let bodies: Vec<uuid::Uuid> = rows.iter().filter_map(|row| row.laboratory_id.map(|id| id.0)).collect();
    let bodies: HashMap<uuid::Uuid, (String, String)> = laboratory::table
        .filter(laboratory::id.eq_any(&bodies))
        .select((laboratory::id, laboratory::name, laboratory::region))
        .load::<(uuid::Uuid, String, String)>(conn)?
        .into_iter()
        .map(|(id, name, region)| (id, (name, region)))
        .collect();
    let experts: Vec<ExpertId> = rows.iter().filter_map(|row| row.expert_id).collect();
    let known: HashMap<ExpertId, (String, Vetting)> = expert::table
        .filter(expert::id.eq_any(&experts))
        .select((expert::id, expert::title, expert::vetting))
        .load::<(ExpertId, String, Vetting)>(conn)?
        .into_iter()
        .map(|(id, title, vetting)| (id, (title, vetting)))
        .collect();
    let mut served: HashMap<ExpertId, Vec<String>> = HashMap::new();
    let pairs = expert_region::table
        .filter(expert_region::expert_id.eq_any(&experts))
        .order(expert_region::region)
        .select((expert_region::expert_id, expert_region::region));
    for (id, region) in pairs.load::<(ExpertId, String)>(conn)? {
        served.entry(id).or_default().push(region);
    }
    let view = |row: Row| {
        let enterprise = row.enterprise_id.and_then(|id| {
            let (name, region) = enterprises.get(&id)?.clone();
            Some(AccountEnterprise { id, name, region })
        });
        let expert = row.expert_id.and_then(|id| {
            let (title, vetting) = known.get(&id)?.clone();
            let regions = served.get(&id).cloned().unwrap_or_default();
            Some((
                AccountExpert { id, title, regions: regions.clone() },
                ExpertFacts { id, vetting, regions },
            ))
        });
        let (expert, expert_facts) = expert.unzip();
        let laboratory = row.laboratory_id.and_then(|id| {
            let (name, region) = bodies.get(&id.0)?.clone();
            Some(AccountBody { id, name, region })
        });
        let of_body = laboratory.as_ref().map(|body| body.region.clone());
        let region = enterprise.as_ref().map(|e| e.region.clone()).or(of_body).or_else(|| row.region.clone());
        let facts = AccountFacts { id: row.id, role: row.role, region, expert: expert_facts };
        let may_change = manages(actor, &facts, catalogue);
        AccountView {
            id: row.id,
            username: row.username,
            name: row.name,
            role: row.role,
            state: AccountState::of(row.active, row.deactivated_at.is_some()),
            email: row.email.filter(|_| may_change),
            language: Language::from_tag(&row.language),
            region: row.region,
            enterprise,
            expert,
            laboratory,
            created_at: row.created_at,
            deactivated_at: row.deactivated_at,
            deactivation_reason: row.deactivation_reason.filter(|_| may_change),
            may_change,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}
