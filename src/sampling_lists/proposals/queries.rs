//! The proposals as officers see them.

use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::db::order::in_order;
use crate::db::published::{enterprise, inspection, inspection_subject};
use crate::db::schema::sampling_list_proposal as proposals;
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use crate::inspections::ids::InspectionId;
use crate::sampling_lists::ids::{ProposalId, SamplingListId};
use crate::sampling_lists::policy::{permit, proposals_visible_to};
use crate::sampling_lists::proposal_state::{Likeness, NamedAs, ProposalState};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Which enterprise of the register a list may name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProposalView {
    /// Its id.
    pub id: ProposalId,
    /// The state: open, accepted, other, refused or void.
    #[schema(inline)]
    pub state: ProposalState,
    /// The list.
    pub list: SamplingListId,
    /// The inspection.
    pub inspection: InspectionId,
    /// Number of its form.
    pub number: String,
    /// The product.
    pub product_name: String,
    /// As what the list names the enterprise: operator or producer.
    #[schema(inline)]
    pub party: NamedAs,
    /// The name in the list.
    pub name: String,
    /// Code of its region as far as the list tells it.
    pub region: Option<String>,
    /// The enterprise that is proposed.
    pub enterprise: EnterpriseId,
    /// Its name in the register.
    pub enterprise_name: String,
    /// Its credit code.
    pub uscc: String,
    /// Code of its region.
    pub enterprise_region: String,
    /// Why it is proposed.
    #[schema(inline)]
    pub likeness: Likeness,
    /// The enterprise that the officer named.
    pub chosen: Option<EnterpriseId>,
    /// Who decided.
    pub decided_by: Option<AccountId>,
    /// The moment of the decision.
    pub decided_at: Option<DateTime<Utc>>,
    /// The reason of the decision.
    pub reason: Option<String>,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
}

/// Filter of the list of proposals.
#[derive(Debug, Clone, Default)]
pub struct ProposalFilter {
    /// Of this state.
    pub state: Option<ProposalState>,
    /// Of this list.
    pub list: Option<SamplingListId>,
    /// A text in the name, the proposed enterprise or the number.
    pub q: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = proposals)]
struct Row {
    id: ProposalId,
    state: ProposalState,
    import_id: SamplingListId,
    inspection_id: InspectionId,
    party: NamedAs,
    name: String,
    region: Option<String>,
    enterprise_id: EnterpriseId,
    likeness: Likeness,
    chosen_id: Option<EnterpriseId>,
    decided_by: Option<AccountId>,
    decided_at: Option<DateTime<Utc>>,
    reason: Option<String>,
    created_at: DateTime<Utc>,
}

const TEXTS: Columns = Columns {
    texts: &[
        "(search_fold(sampling_list_proposal.name) || E'\\n')",
        "coalesce((SELECT e.search_text FROM published.enterprise e WHERE e.id = sampling_list_proposal.enterprise_id), '')",
        "coalesce((SELECT search_fold(i.number) || E'\\n' FROM published.inspection i WHERE i.id = sampling_list_proposal.inspection_id), '')",
    ],
    readings: &["search_readings(search_fold(sampling_list_proposal.name))"],
    code: true,
};

type Boxed<'a> = proposals::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered<'a>(actor: &Actor, filter: &ProposalFilter) -> Boxed<'a> {
    let mut query = proposals::table.filter(proposals_visible_to(actor)).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(proposals::state.eq(state));
    }
    if let Some(list) = filter.list {
        query = query.filter(proposals::import_id.eq(list));
    }
    query
}

/// The proposals that an actor may know of, the newest first within the ranks of a search.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &ProposalFilter,
    slice: Slice,
) -> Result<Page<ProposalView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = filtered(actor, filter);
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(proposals::id.lt(after));
        }
        query
            .order(in_order(slice, proposals::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1))
            .select(Row::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: complete(conn, items)?, next_cursor })
}

/// How many proposals that finds.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &ProposalFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let mut query = filtered(actor, filter);
    if let Some(found) = Search::new(filter.q.as_deref(), TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query.select(proposals::id))?)
}

/// One proposal.
///
/// # Errors
/// 404 where there is none that the actor may know of; 401 and 403 as [`permit`].
pub fn get(conn: &mut PgConnection, actor: &Actor, id: ProposalId) -> Result<ProposalView, Problem> {
    permit(actor)?;
    let row: Row = proposals::table
        .filter(proposals_visible_to(actor))
        .filter(proposals::id.eq(id))
        .select(Row::as_select())
        .first(conn)?;
    complete(conn, vec![row])?.pop().ok_or_else(Problem::not_found)
}

/// Says what other rooms know of the rows of a page.
fn complete(conn: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<ProposalView>, Problem> {
    let enterprises: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise_id).collect();
    let inspections: Vec<InspectionId> = rows.iter().map(|row| row.inspection_id).collect();
    let named: Vec<(EnterpriseId, String, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(enterprises))
        .select((enterprise::id, enterprise::name, enterprise::uscc, enterprise::region))
        .load(conn)?;
    let numbers: Vec<(InspectionId, String)> = inspection::table
        .filter(inspection::id.eq_any(&inspections))
        .select((inspection::id, inspection::number))
        .load(conn)?;
    let products: Vec<(InspectionId, String)> = inspection_subject::table
        .filter(inspection_subject::inspection_id.eq_any(&inspections))
        .select((inspection_subject::inspection_id, inspection_subject::product_name))
        .load(conn)?;
    let text = |of: &[(InspectionId, String)], id: InspectionId| {
        of.iter().find(|(known, _)| *known == id).map(|(_, text)| text.clone()).unwrap_or_default()
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let (_, name, uscc, region) = named
                .iter()
                .find(|(id, ..)| *id == row.enterprise_id)
                .cloned()
                .unwrap_or_else(|| (row.enterprise_id, String::new(), String::new(), String::new()));
            ProposalView {
                id: row.id,
                state: row.state,
                list: row.import_id,
                inspection: row.inspection_id,
                number: text(&numbers, row.inspection_id),
                product_name: text(&products, row.inspection_id),
                party: row.party,
                name: row.name,
                region: row.region,
                enterprise: row.enterprise_id,
                enterprise_name: name,
                uscc,
                enterprise_region: region,
                likeness: row.likeness,
                chosen: row.chosen_id,
                decided_by: row.decided_by,
                decided_at: row.decided_at,
                reason: row.reason,
                created_at: row.created_at,
            }
        })
        .collect())
}
