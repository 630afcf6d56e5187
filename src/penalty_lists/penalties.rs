//! The penalties as officers see them.

use crate::conduct::ids::ConductId;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::db::order::in_order;
use crate::db::published::{account, enterprise, inspection};
use crate::db::schema::{penalty, penalty_event};
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use crate::inspections::ids::InspectionId;
use crate::penalty_lists::ids::{PenaltyId, PenaltyListId};
use crate::penalty_lists::list::row::Fault;
use crate::penalty_lists::policy::{penalties_visible_to, permit};
use crate::penalty_lists::state::{PenaltyState, PenaltyStep};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A penalty against one party for one act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PenaltyView {
    /// Its id.
    pub id: PenaltyId,
    /// The state: open, entered, dismissed, annulled or withdrawn.
    #[schema(inline)]
    pub state: PenaltyState,
    /// The list that brought it.
    pub list: PenaltyListId,
    /// Number of the penalty decision (行政处罚决定书文号).
    pub document_no: String,
    /// Party (当事人), as the list names it.
    pub party_name: String,
    /// Its credit code, as the list tells it.
    pub party_uscc: Option<String>,
    /// The enterprise of the register, once it is known.
    pub enterprise: Option<EnterpriseId>,
    /// Its name in the register.
    pub enterprise_name: Option<String>,
    /// Kind of violation (违法行为类型).
    pub act: String,
    /// Code of the behaviour as which it counts, once that is known.
    pub behaviour: Option<String>,
    /// Facts of the violation (违法事实).
    pub facts: Option<String>,
    /// Product concerned (涉案产品).
    pub product: Option<String>,
    /// Legal basis of the penalty (处罚依据).
    pub law: Option<String>,
    /// Kinds of penalty (处罚种类).
    pub penalty_kind: Option<String>,
    /// Penalty imposed (处罚内容).
    pub content: Option<String>,
    /// Amount of the fine (罚款金额), in fen.
    pub fine_fen: Option<i64>,
    /// Authority that imposed the penalty (处罚机关).
    pub authority: String,
    /// Date of the decision (处罚决定日期).
    pub decided_on: NaiveDate,
    /// Date of the violation (违法行为发生日期).
    pub happened_on: Option<NaiveDate>,
    /// What the decision found of the party's fault: intentional or negligent.
    #[schema(inline)]
    pub fault: Option<Fault>,
    /// The inspection on which it rests: both are one fact.
    pub inspection: Option<InspectionId>,
    /// The number of its form.
    pub form_no: Option<String>,
    /// The entry of conduct that came of it.
    pub conduct: Option<ConductId>,
    /// Of an annulled one: the day, the document and the list that said so.
    #[schema(value_type = Option<Object>)]
    pub annulment: Option<Value>,
    /// When it was listed.
    pub created_at: DateTime<Utc>,
}

/// A penalty with its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PenaltyDetail {
    /// The penalty.
    #[serde(flatten)]
    pub penalty: PenaltyView,
    /// Its steps, the first first.
    pub events: Vec<PenaltyEventView>,
}

/// A step of a penalty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PenaltyEventView {
    /// Its place in the history.
    pub ordinal: i32,
    /// The step: list, enter, dismiss, annul, reinstate or withdraw.
    #[schema(inline)]
    pub step: PenaltyStep,
    /// The state it led to.
    #[schema(inline)]
    pub to_state: PenaltyState,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The name of who took it; none where the platform did.
    pub by: Option<String>,
    /// The particulars of the step.
    #[schema(value_type = Object)]
    pub details: Value,
}

/// Filter of the list of penalties.
#[derive(Debug, Clone, Default)]
pub struct PenaltyFilter {
    /// Of this state.
    pub state: Option<PenaltyState>,
    /// That this list brought.
    pub list: Option<PenaltyListId>,
    /// Against this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// A text in the number, the party, the act or the authority.
    pub q: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = penalty)]
struct Row {
    id: PenaltyId,
    state: PenaltyState,
    import_id: PenaltyListId,
    document_no: String,
    party_name: String,
    party_uscc: Option<String>,
    enterprise_id: Option<EnterpriseId>,
    act: String,
    behaviour: Option<String>,
    facts: Option<String>,
    product: Option<String>,
    law: Option<String>,
    penalty_kind: Option<String>,
    content: Option<String>,
    fine_fen: Option<i64>,
    authority: String,
    decided_on: NaiveDate,
    happened_on: Option<NaiveDate>,
    fault: Option<Fault>,
    inspection_id: Option<InspectionId>,
    conduct_id: Option<ConductId>,
    annulment: Option<Value>,
    created_at: DateTime<Utc>,
}

const TEXTS: Columns = Columns {
    texts: &[
        "(search_fold(penalty.party_name) || E'\\n')",
        "(search_fold(penalty.document_no) || E'\\n')",
        "(search_fold(penalty.act) || E'\\n')",
        "(search_fold(penalty.authority) || E'\\n')",
        "(coalesce(lower(penalty.party_uscc), '') || E'\\n')",
    ],
    readings: &["search_readings(search_fold(penalty.party_name))"],
    code: true,
};

type Boxed<'a> = penalty::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered<'a>(actor: &Actor, filter: &PenaltyFilter) -> Boxed<'a> {
    let mut query = penalty::table.filter(penalties_visible_to(actor)).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(penalty::state.eq(state));
    }
    if let Some(list) = filter.list {
        query = query.filter(penalty::import_id.eq(list));
    }
    if let Some(enterprise) = filter.enterprise {
        query = query.filter(penalty::enterprise_id.eq(enterprise));
    }
    query
}

/// The penalties that an actor may know of, the newest first within the ranks of a search.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &PenaltyFilter,
    slice: Slice,
) -> Result<Page<PenaltyView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = filtered(actor, filter);
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(penalty::id.lt(after));
        }
        query
            .order(in_order(slice, penalty::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1))
            .select(Row::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: complete(conn, items)?, next_cursor })
}

/// How many penalties that finds.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &PenaltyFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let mut query = filtered(actor, filter);
    if let Some(found) = Search::new(filter.q.as_deref(), TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query.select(penalty::id))?)
}

/// A step of a penalty: its number, what it was and led to, when, by whom, and its particulars.
type Step = (i32, PenaltyStep, PenaltyState, DateTime<Utc>, Option<crate::core::ids::AccountId>, Value);

/// One penalty with its history.
///
/// # Errors
/// 404 where there is none that the actor may know of; 401 and 403 as [`permit`].
pub fn detail(conn: &mut PgConnection, actor: &Actor, id: PenaltyId) -> Result<PenaltyDetail, Problem> {
    permit(actor)?;
    let row: Row = penalty::table
        .filter(penalties_visible_to(actor))
        .filter(penalty::id.eq(id))
        .select(Row::as_select())
        .first(conn)?;
    let penalty = complete(conn, vec![row])?.pop().ok_or_else(Problem::not_found)?;
    let events: Vec<Step> = penalty_event::table
        .filter(penalty_event::penalty_id.eq(id))
        .order(penalty_event::ordinal)
        .select((
            penalty_event::ordinal,
            penalty_event::step,
            penalty_event::to_state,
            penalty_event::recorded_at,
            penalty_event::actor_id,
            penalty_event::details,
        ))
        .load(conn)?;
    let ids: Vec<crate::core::ids::AccountId> = events.iter().filter_map(|event| event.4).collect();
    let names: Vec<(crate::core::ids::AccountId, String)> =
        account::table.filter(account::id.eq_any(ids)).select((account::id, account::name)).load(conn)?;
    let events = events.into_iter().map(|(ordinal, step, to_state, recorded_at, by, details)| {
        let by = by.and_then(|by| names.iter().find(|(id, _)| *id == by)).map(|(_, name)| name.clone());
        PenaltyEventView { ordinal, step, to_state, recorded_at, by, details }
    });
    Ok(PenaltyDetail { penalty, events: events.collect() })
}

/// Says what other rooms know of the rows of a page.
fn complete(conn: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<PenaltyView>, Problem> {
    let enterprises: Vec<EnterpriseId> = rows.iter().filter_map(|row| row.enterprise_id).collect();
    let inspections: Vec<InspectionId> = rows.iter().filter_map(|row| row.inspection_id).collect();
    let named: Vec<(EnterpriseId, String)> = enterprise::table
        .filter(enterprise::id.eq_any(enterprises))
        .select((enterprise::id, enterprise::name))
        .load(conn)?;
    let numbers: Vec<(InspectionId, String)> = inspection::table
        .filter(inspection::id.eq_any(inspections))
        .select((inspection::id, inspection::number))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let name = row.enterprise_id.and_then(|id| named.iter().find(|(known, _)| *known == id));
            let form = row.inspection_id.and_then(|id| numbers.iter().find(|(known, _)| *known == id));
            PenaltyView {
                id: row.id,
                state: row.state,
                list: row.import_id,
                document_no: row.document_no,
                party_name: row.party_name,
                party_uscc: row.party_uscc,
                enterprise: row.enterprise_id,
                enterprise_name: name.map(|(_, name)| name.clone()),
                act: row.act,
                behaviour: row.behaviour,
                facts: row.facts,
                product: row.product,
                law: row.law,
                penalty_kind: row.penalty_kind,
                content: row.content,
                fine_fen: row.fine_fen,
                authority: row.authority,
                decided_on: row.decided_on,
                happened_on: row.happened_on,
                fault: row.fault,
                inspection: row.inspection_id,
                form_no: form.map(|(_, number)| number.clone()),
                conduct: row.conduct_id,
                annulment: row.annulment,
                created_at: row.created_at,
            }
        })
        .collect())
}
