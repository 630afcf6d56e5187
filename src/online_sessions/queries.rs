//! Reading sessions and their members.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::enterprise;
use crate::db::schema::{online_session, online_session_member, online_session_question, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::online_sessions::ids::OnlineSessionId;
use crate::online_sessions::policy::{permit, visible_to};
use crate::online_sessions::state::{OnlineQuestionState, OnlineSessionState};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// An online session.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OnlineSessionView {
    /// The session.
    #[serde(flatten)]
    pub session: OnlineSessionRow,
    /// How many enterprises were invited; for those who manage it.
    pub invited: Option<i64>,
    /// How many enterprises have signed up.
    pub signed_up: i64,
    /// How many enterprises have attended: each counts once.
    pub attended: i64,
    /// How many questions wait; for those who manage it.
    pub waiting: Option<i64>,
    /// When the own enterprise signed up.
    pub own_signed_up_at: Option<DateTime<Utc>>,
    /// When the own enterprise first joined.
    pub own_joined_at: Option<DateTime<Utc>>,
}

/// A row of `online_session`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = online_session, check_for_backend(Pg))]
pub struct OnlineSessionRow {
    /// Id of the session.
    pub id: OnlineSessionId,
    /// The topic.
    pub topic: String,
    /// Description of the session.
    pub about: Option<String>,
    /// Code of its region.
    pub region: String,
    /// Codes of the product kinds.
    pub product_kinds: Vec<String>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// For how many enterprises there are places.
    pub capacity: i32,
    /// The state.
    #[schema(inline)]
    pub state: OnlineSessionState,
    /// Why it was cancelled.
    pub cancelled_reason: Option<String>,
    /// When it was announced.
    pub created_at: DateTime<Utc>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct SessionFilter {
    /// Only those of this state.
    pub state: Option<OnlineSessionState>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those about the product kind of this code.
    pub product_kind: Option<String>,
    /// Only those in whose topic these words stand, or whose topic is read so.
    pub q: Option<String>,
}

/// Where sessions are searched: the topic.
const TEXTS: Columns = Columns {
    texts: &["(search_name(online_session.topic) || E'\\n')"],
    readings: &["search_readings(search_name(online_session.topic))"],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &SessionFilter,
    found: Option<Condition>,
) -> online_session::BoxedQuery<'static, Pg> {
    use online_session as s;
    let mut query = visible_to(actor);
    if let Some(state) = filter.state {
        query = query.filter(s::state.eq(state));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(s::region.eq_any(under));
    }
    if let Some(kind) = filter.product_kind.clone() {
        query = query.filter(s::product_kinds.contains(vec![kind]));
    }
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

type Member = (OnlineSessionId, EnterpriseId, bool, bool);
type OwnTimes = (OnlineSessionId, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

pub(super) fn views(
    conn: &mut PgConnection,
    actor: &Actor,
    rows: Vec<OnlineSessionRow>,
) -> Result<Vec<OnlineSessionView>, Problem> {
    use online_session_member as m;
    use online_session_question as q;
    let ids: Vec<OnlineSessionId> = rows.iter().map(|row| row.id).collect();
    let members: Vec<Member> = m::table
        .filter(m::session_id.eq_any(&ids))
        .select((m::session_id, m::enterprise_id, m::signed_up_at.is_not_null(), m::joined_at.is_not_null()))
        .load(conn)?;
    let waiting: Vec<OnlineSessionId> = q::table
        .filter(q::session_id.eq_any(&ids))
        .filter(q::state.eq(OnlineQuestionState::Waiting))
        .select(q::session_id)
        .load(conn)?;
    let own: Vec<OwnTimes> = match actor.scope() {
        Some(Scope::Enterprise(id)) => m::table
            .filter(m::session_id.eq_any(&ids))
            .filter(m::enterprise_id.eq(*id))
            .select((m::session_id, m::signed_up_at, m::joined_at))
            .load(conn)?,
        _ => Vec::new(),
    };
    let keeps = !matches!(actor.scope(), Some(Scope::Enterprise(_)));
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let view = |session: OnlineSessionRow| {
        let of = || members.iter().filter(|member| member.0 == session.id);
        let own = own.iter().find(|own| own.0 == session.id);
        OnlineSessionView {
            invited: keeps.then(|| count(of().count())),
            signed_up: count(of().filter(|member| member.2).count()),
            attended: count(of().filter(|member| member.3).count()),
            waiting: keeps.then(|| count(waiting.iter().filter(|id| **id == session.id).count())),
            own_signed_up_at: own.and_then(|own| own.1),
            own_joined_at: own.and_then(|own| own.2),
            session,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A page of sessions, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but officers, experts and enterprises.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &SessionFilter,
    slice: Slice,
) -> Result<Page<OnlineSessionView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<OnlineSessionRow>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(online_session::id.lt(OnlineSessionId(after)));
        }
        query
            .order(in_order(slice, online_session::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(OnlineSessionRow::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, actor, items)?, next_cursor })
}

/// How many sessions a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &SessionFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(online_session::id))?)
}

/// An enterprise that was invited.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SessionMemberView {
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Code of its region.
    pub region: String,
    /// When it was invited.
    pub invited_at: DateTime<Utc>,
    /// When it signed up.
    pub signed_up_at: Option<DateTime<Utc>>,
    /// When it first joined: it attended.
    pub joined_at: Option<DateTime<Utc>>,
}

type Times = (EnterpriseId, DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// A page of the enterprises that were invited, for those who manage the session.
///
/// # Errors
/// 403 for an enterprise, 404 where the actor may not know of the session.
pub fn members(
    conn: &mut PgConnection,
    actor: &Actor,
    id: OnlineSessionId,
    slice: Slice,
) -> Result<Page<SessionMemberView>, Problem> {
    use online_session_member as m;
    keeper(conn, actor, id)?;
    let mut query = m::table.filter(m::session_id.eq(id)).into_boxed();
    if let Some(after) = slice.after {
        query = query.filter(m::enterprise_id.lt(EnterpriseId(after)));
    }
    let rows: Vec<Times> = query
        .order(m::enterprise_id.desc())
        .limit(slice.limit + 1)
        .select((m::enterprise_id, m::invited_at, m::signed_up_at, m::joined_at))
        .load(conn)?;
    let page = Page::cut(rows, slice, |row| row.0.0);
    let ids: Vec<EnterpriseId> = page.items.iter().map(|row| row.0).collect();
    let named: Vec<(EnterpriseId, String, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(ids))
        .select((enterprise::id, enterprise::name, enterprise::uscc, enterprise::region))
        .load(conn)?;
    let named: HashMap<EnterpriseId, (String, String, String)> =
        named.into_iter().map(|(id, name, uscc, region)| (id, (name, uscc, region))).collect();
    Ok(page.map(|(enterprise_id, invited_at, signed_up_at, joined_at)| {
        let (enterprise, uscc, region) = named.get(&enterprise_id).cloned().unwrap_or_default();
        SessionMemberView { enterprise_id, enterprise, uscc, region, invited_at, signed_up_at, joined_at }
    }))
}

/// How many enterprises were invited.
///
/// # Errors
/// As [`members`].
pub fn count_members(conn: &mut PgConnection, actor: &Actor, id: OnlineSessionId) -> Result<Total, Problem> {
    use online_session_member as m;
    keeper(conn, actor, id)?;
    Ok(total(conn, m::table.filter(m::session_id.eq(id)).select(m::enterprise_id).into_boxed())?)
}

fn keeper(conn: &mut PgConnection, actor: &Actor, id: OnlineSessionId) -> Result<(), Problem> {
    permit(actor)?;
    let known: OnlineSessionId =
        visible_to(actor).filter(online_session::id.eq(id)).select(online_session::id).first(conn)?;
    match actor.scope() {
        Some(Scope::Enterprise(_)) => Err(Problem::forbidden()),
        _ => {
            debug_assert_eq!(known, id);
            Ok(())
        }
    }
}
