//! What everybody reads of commitments: the enterprise, what was signed and promised, how it stands. No person is named; whoever signed
//! is known by the post.

use crate::conduct::words::ConductState;
use crate::core::Problem;
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice, Total};
use crate::db::published::conduct;
use crate::db::schema::{commitment, commitment_promise, region_scope};
use crate::db::search::{Condition, Search};
use crate::db::total::total;
use crate::engagements::commitments::promises::state_on;
use crate::engagements::commitments::queries::TEXTS;
use crate::engagements::common::enterprises::{Named, names};
use crate::engagements::common::words::{PromiseState, PublicState};
use crate::engagements::ids::EngagementId;
use crate::engagements::state::EngagementState;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// A promise, as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicPromise {
    /// What is promised.
    pub text: String,
    /// Until when, in Asia/Shanghai.
    pub due_on: NaiveDate,
    /// Its state today.
    #[schema(inline)]
    pub state: PromiseState,
}

/// A commitment, as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicCommitment {
    /// Its number.
    pub number: String,
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// Code of the region.
    pub region: String,
    /// The topic.
    pub topic: String,
    /// The version of the text.
    pub text_version: String,
    /// The text that was signed.
    pub text: String,
    /// The day of the signature, in Asia/Shanghai.
    pub signed_on: NaiveDate,
    /// The post of who signed.
    pub signer_post: String,
    /// What is promised.
    pub promises: Vec<PublicPromise>,
    /// The last day of the last promise.
    pub due_on: NaiveDate,
    /// State of the commitment, as everybody reads it.
    #[schema(inline)]
    pub state: PublicState,
    /// The day on which it was found kept or broken, or released; absent while that is contested or once it was taken back.
    pub settled_on: Option<NaiveDate>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct PublicFilter {
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those in whose enterprise, credit code, number or topic these words stand.
    pub q: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = commitment, check_for_backend(Pg))]
struct Row {
    id: EngagementId,
    number: String,
    enterprise_id: EnterpriseId,
    region: String,
    topic: String,
    state: EngagementState,
    text_version: Option<String>,
    text: Option<String>,
    signed_on: Option<NaiveDate>,
    signer_post: Option<String>,
    due_on: Option<NaiveDate>,
    settled_on: Option<NaiveDate>,
    conduct_id: Option<Uuid>,
}

fn narrowed(filter: &PublicFilter, found: Option<Condition>) -> commitment::BoxedQuery<'static, Pg> {
    use EngagementState as S;
    let shown = vec![S::Signed, S::Kept, S::Broken, S::Released];
    let mut query = commitment::table.filter(commitment::state.eq_any(shown)).into_boxed();
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(commitment::region.eq_any(under));
    }
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

/// How a commitment stands for everybody; `entry` is the state of its entry of credit conduct. Pure.
pub fn public_state(state: EngagementState, entry: Option<ConductState>) -> PublicState {
    match (state, entry) {
        (EngagementState::Kept | EngagementState::Broken, Some(ConductState::Annulled)) => {
            PublicState::TakenBack
        }
        (EngagementState::Kept | EngagementState::Broken, Some(ConductState::Contested)) => {
            PublicState::Contested
        }
        (EngagementState::Kept, _) => PublicState::Kept,
        (EngagementState::Broken, _) => PublicState::Broken,
        (EngagementState::Released, _) => PublicState::Released,
        _ => PublicState::Running,
    }
}

type Entries = HashMap<Uuid, ConductState>;
type Promises = HashMap<EngagementId, Vec<PublicPromise>>;

fn entries(conn: &mut PgConnection, rows: &[Row]) -> QueryResult<Entries> {
    let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.conduct_id).collect();
    let found: Vec<(Uuid, ConductState)> =
        conduct::table.filter(conduct::id.eq_any(ids)).select((conduct::id, conduct::state)).load(conn)?;
    Ok(found.into_iter().collect())
}

fn promises(conn: &mut PgConnection, rows: &[Row], today: NaiveDate) -> QueryResult<Promises> {
    use commitment_promise as p;
    let ids: Vec<EngagementId> = rows.iter().map(|row| row.id).collect();
    let found: Vec<(EngagementId, String, NaiveDate, NaiveDate, Option<NaiveDate>)> = p::table
        .filter(p::commitment_id.eq_any(ids))
        .order((p::commitment_id, p::ordinal))
        .select((p::commitment_id, p::text, p::due_on, p::counts_until, p::reported_on))
        .load(conn)?;
    let mut all = Promises::new();
    for (of, text, due_on, counts_until, reported_on) in found {
        let state = state_on(counts_until, reported_on, today);
        all.entry(of).or_default().push(PublicPromise { text, due_on, state });
    }
    Ok(all)
}

fn view(row: Row, named: &Named, entries: &Entries, promises: &mut Promises) -> Option<PublicCommitment> {
    let state = public_state(row.state, row.conduct_id.and_then(|id| entries.get(&id).copied()));
    let open = matches!(state, PublicState::Contested | PublicState::TakenBack);
    Some(PublicCommitment {
        number: row.number,
        enterprise_name: named.get(&row.enterprise_id)?.0.clone(),
        region: row.region,
        topic: row.topic,
        text_version: row.text_version?,
        text: row.text?,
        signed_on: row.signed_on?,
        signer_post: row.signer_post?,
        promises: promises.remove(&row.id).unwrap_or_default(),
        due_on: row.due_on?,
        settled_on: row.settled_on.filter(|_| !open),
        state,
    })
}

/// A page of the commitments that were signed, the newest first within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    filter: &PublicFilter,
    slice: Slice,
    now: DateTime<Utc>,
) -> Result<Page<PublicCommitment>, Problem> {
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = narrowed(filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(commitment::id.lt(EngagementId(after)));
        }
        query
            .order(commitment::id.desc())
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(Row::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    let ids: Vec<EnterpriseId> = items.iter().map(|row| row.enterprise_id).collect();
    let (named, entries) = (names(conn, &ids)?, entries(conn, &items)?);
    let mut promises = promises(conn, &items, shanghai_date(now))?;
    let views = items.into_iter().filter_map(|row| view(row, &named, &entries, &mut promises));
    Ok(Page { items: views.collect(), next_cursor })
}

/// How many commitments a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, filter: &PublicFilter) -> Result<Total, Problem> {
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(filter, found).select(commitment::id))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_not_said_while_it_is_contested_nor_once_it_was_annulled() {
        use EngagementState as S;
        for (state, entry, wanted) in [
            (S::Signed, None, PublicState::Running),
            (S::Broken, None, PublicState::Broken),
            (S::Broken, Some(ConductState::Notified), PublicState::Broken),
            (S::Broken, Some(ConductState::Contested), PublicState::Contested),
            (S::Broken, Some(ConductState::Annulled), PublicState::TakenBack),
            (S::Kept, Some(ConductState::Entered), PublicState::Kept),
            (S::Released, None, PublicState::Released),
        ] {
            assert_eq!(public_state(state, entry), wanted, "{state} {entry:?}");
        }
    }
}
