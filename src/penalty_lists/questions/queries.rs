//! What is to be decided, as officers see it.

use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::db::order::in_order;
use crate::db::published::enterprise;
use crate::db::schema::{penalty, penalty_question as questions};
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use crate::penalty_lists::ids::{PenaltyId, PenaltyListId, QuestionId};
use crate::penalty_lists::policy::{permit, questions_visible_to};
use crate::penalty_lists::state::{QuestionKind, QuestionReason, QuestionState};
use crate::sampling_lists::proposal_state::Likeness;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// What an officer has to decide of a penalty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuestionView {
    /// Its id.
    pub id: QuestionId,
    /// The state: open, accepted, other, refused or void.
    #[schema(inline)]
    pub state: QuestionState,
    /// What is to be decided: party or behaviour.
    #[schema(inline)]
    pub kind: QuestionKind,
    /// Why: no_code, two_codes, not_in_register or unknown_act.
    #[schema(inline)]
    pub reason: QuestionReason,
    /// The penalty.
    pub penalty: PenaltyId,
    /// The list that brought it.
    pub list: PenaltyListId,
    /// The number of the decision.
    pub document_no: String,
    /// The day of the decision.
    pub decided_on: NaiveDate,
    /// The authority that decided.
    pub authority: String,
    /// The name of the party in the list.
    pub party_name: String,
    /// Its credit code in the list.
    pub party_uscc: Option<String>,
    /// The act.
    pub act: String,
    /// What was imposed.
    pub content: Option<String>,
    /// The enterprise that is proposed.
    pub enterprise: Option<EnterpriseId>,
    /// Its name in the register.
    pub enterprise_name: Option<String>,
    /// Its credit code.
    pub uscc: Option<String>,
    /// Code of its region.
    pub enterprise_region: Option<String>,
    /// By what it was found; none where it is the one of the credit code.
    #[schema(inline)]
    pub likeness: Option<Likeness>,
    /// The enterprise that the officer named.
    pub chosen: Option<EnterpriseId>,
    /// The behaviour that the officer named.
    pub behaviour: Option<String>,
    /// Who decided.
    pub decided_by: Option<AccountId>,
    /// The moment of the decision.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why the rules of conduct did not take it, or what the officer noted.
    pub note: Option<String>,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
}

/// Filter of the list of questions.
#[derive(Debug, Clone, Default)]
pub struct QuestionFilter {
    /// Of this state.
    pub state: Option<QuestionState>,
    /// Of this kind.
    pub kind: Option<QuestionKind>,
    /// Of the penalties of this list.
    pub list: Option<PenaltyListId>,
    /// A text in the party, the number, the act or the proposed enterprise.
    pub q: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = questions)]
struct Row {
    id: QuestionId,
    state: QuestionState,
    kind: QuestionKind,
    reason: QuestionReason,
    penalty_id: PenaltyId,
    enterprise_id: Option<EnterpriseId>,
    likeness: Option<Likeness>,
    chosen_id: Option<EnterpriseId>,
    behaviour: Option<String>,
    decided_by: Option<AccountId>,
    decided_at: Option<DateTime<Utc>>,
    note: Option<String>,
    created_at: DateTime<Utc>,
}

const TEXTS: Columns = Columns {
    texts: &[
        "(SELECT search_fold(p.party_name) || E'\\n' || search_fold(p.document_no) || E'\\n' || search_fold(p.act) || E'\\n' FROM penalty p WHERE p.id = penalty_question.penalty_id)",
        "coalesce((SELECT e.search_text FROM published.enterprise e WHERE e.id = penalty_question.enterprise_id), '')",
    ],
    readings: &[
        "(SELECT search_readings(search_fold(p.party_name)) FROM penalty p WHERE p.id = penalty_question.penalty_id)",
    ],
    code: true,
};

type Boxed<'a> = questions::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered<'a>(actor: &Actor, filter: &QuestionFilter) -> Boxed<'a> {
    let mut query = questions::table.filter(questions_visible_to(actor)).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(questions::state.eq(state));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(questions::kind.eq(kind));
    }
    if let Some(list) = filter.list {
        let of_list = penalty::table.filter(penalty::import_id.eq(list)).select(penalty::id);
        query = query.filter(questions::penalty_id.eq_any(of_list));
    }
    query
}

/// What is to be decided of which an actor may know, the newest first within the ranks of a search.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &QuestionFilter,
    slice: Slice,
) -> Result<Page<QuestionView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = filtered(actor, filter);
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(questions::id.lt(after));
        }
        query
            .order(in_order(slice, questions::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1))
            .select(Row::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: complete(conn, items)?, next_cursor })
}

/// How many that finds.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &QuestionFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let mut query = filtered(actor, filter);
    if let Some(found) = Search::new(filter.q.as_deref(), TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query.select(questions::id))?)
}

/// One of them.
///
/// # Errors
/// 404 where there is none that the actor may know of; 401 and 403 as [`permit`].
pub fn get(conn: &mut PgConnection, actor: &Actor, id: QuestionId) -> Result<QuestionView, Problem> {
    permit(actor)?;
    let row: Row = questions::table
        .filter(questions_visible_to(actor))
        .filter(questions::id.eq(id))
        .select(Row::as_select())
        .first(conn)?;
    complete(conn, vec![row])?.pop().ok_or_else(Problem::not_found)
}

/// What a question says of its penalty.
#[derive(Queryable, Selectable)]
#[diesel(table_name = penalty)]
struct Asked {
    id: PenaltyId,
    import_id: PenaltyListId,
    document_no: String,
    decided_on: NaiveDate,
    authority: String,
    party_name: String,
    party_uscc: Option<String>,
    act: String,
    content: Option<String>,
}

/// Says what the penalties and the register know of the rows of a page.
fn complete(conn: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<QuestionView>, Problem> {
    let ids: Vec<PenaltyId> = rows.iter().map(|row| row.penalty_id).collect();
    let enterprises: Vec<EnterpriseId> = rows.iter().filter_map(|row| row.enterprise_id).collect();
    let asked: Vec<Asked> =
        penalty::table.filter(penalty::id.eq_any(&ids)).select(Asked::as_select()).load(conn)?;
    let named: Vec<(EnterpriseId, String, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(enterprises))
        .select((enterprise::id, enterprise::name, enterprise::uscc, enterprise::region))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let of = asked.iter().find(|asked| asked.id == row.penalty_id)?;
            let known = row.enterprise_id.and_then(|id| named.iter().find(|(known, ..)| *known == id));
            Some(QuestionView {
                id: row.id,
                state: row.state,
                kind: row.kind,
                reason: row.reason,
                penalty: row.penalty_id,
                list: of.import_id,
                document_no: of.document_no.clone(),
                decided_on: of.decided_on,
                authority: of.authority.clone(),
                party_name: of.party_name.clone(),
                party_uscc: of.party_uscc.clone(),
                act: of.act.clone(),
                content: of.content.clone(),
                enterprise: row.enterprise_id,
                enterprise_name: known.map(|(_, name, ..)| name.clone()),
                uscc: known.map(|(_, _, uscc, _)| uscc.clone()),
                enterprise_region: known.map(|(.., region)| region.clone()),
                likeness: row.likeness,
                chosen: row.chosen_id,
                behaviour: row.behaviour,
                decided_by: row.decided_by,
                decided_at: row.decided_at,
                note: row.note,
                created_at: row.created_at,
            })
        })
        .collect())
}
