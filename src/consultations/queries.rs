//! Reading consultations. Each query starts from what the actor may know of.

use crate::catalogue::within as in_region;
use crate::chat::streams;
use crate::consultations::consultation::Row;
use crate::consultations::policy::{indexed_subqueries, visible_to};
use crate::consultations::status::Status;
use crate::consultations::views::views;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{ConsultationId, EnterpriseId, ExpertId, TagId};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::{consultation, consultation_event};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::enterprises::ids::NonconformityId;
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text as SqlText, Uuid};

pub use crate::consultations::views::{
    ConsultationView, EnterpriseRef, ExpertRef, HistoryView, PanelView, ProductRef, SearchView,
};

/// What a list can be narrowed to.
#[derive(Debug, Default, Clone)]
pub struct ConsultationFilter {
    /// Only those of this status.
    pub status: Option<Status>,
    /// Only those of this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only those of this expert.
    pub expert: Option<ExpertId>,
    /// Only those about this nonconformity.
    pub nonconformity: Option<NonconformityId>,
    /// Only those of enterprises of this region and all under it.
    pub region: Option<String>,
    /// Only those that wait and alarmed the officers, or that did not.
    pub alarm: Option<bool>,
    /// Only those under way of which an answer or the conclusion is overdue, or the others.
    pub overdue: Option<bool>,
    /// Only those in which others wrote what the actor has not read, or the others.
    pub unread: Option<bool>,
    /// Only those that have this tag.
    pub tag: Option<TagId>,
    /// Only those in whose subject, question, report number, enterprise's or expert's name these words stand, or where a name is read so.
    pub q: Option<String>,
}

const ENTERPRISE: &str =
    "(SELECT e.search_text FROM published.enterprise e WHERE e.id = consultation.enterprise_id)";
/// How the name of the enterprise is read.
pub(super) const ENTERPRISE_READ: &str =
    "(SELECT e.search_readings FROM published.enterprise e WHERE e.id = consultation.enterprise_id)";
// A text that is missing is empty, and not unknown: what it does not have in it is found by other texts.
const REPORT: &str = "coalesce((SELECT n.report_key FROM published.nonconformity_ever n \
    WHERE n.id = consultation.nonconformity_id), '')";

/// Where consultations are searched.
const TEXTS: Columns = Columns {
    texts: &[
        "consultation.search_text",
        ENTERPRISE,
        REPORT,
        "coalesce((SELECT x.search_text FROM published.expert x WHERE x.id = consultation.expert_id), '')",
    ],
    readings: &[
        ENTERPRISE_READ,
        "coalesce((SELECT x.search_readings FROM published.expert x WHERE x.id = consultation.expert_id), '')",
    ],
    code: false,
};

/// The same for an enterprise: it finds by the expert's name only where it sees the name, see [`Status::shows_expert`].
const TEXTS_OF_ENTERPRISE: Columns = Columns {
    texts: &[
        "consultation.search_text",
        ENTERPRISE,
        REPORT,
        "coalesce((SELECT x.search_text FROM published.expert x WHERE x.id = consultation.expert_id \
         AND consultation.status IN ('active', 'concluded')), '')",
    ],
    readings: &[
        ENTERPRISE_READ,
        "coalesce((SELECT x.search_readings FROM published.expert x WHERE x.id = consultation.expert_id \
         AND consultation.status IN ('active', 'concluded')), '')",
    ],
    code: false,
};

/// A page of consultations, newest first, within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &ConsultationFilter,
    slice: Slice,
) -> Result<Page<ConsultationView>, Problem> {
    if slice.order.is_some() {
        return list_sorted(conn, actor, filter, slice);
    }
    let search = search(actor, filter);
    let load = |slice: Slice| -> QueryResult<Vec<ConsultationId>> {
        let mut found: Vec<ConsultationId> = Vec::new();
        for subquery in indexed_subqueries(actor) {
            let mut query = narrow(subquery, actor, filter, search.rank(slice.rank));
            if let Some(after) = slice.after {
                query = query.filter(consultation::id.lt(ConsultationId(after)));
            }
            let ids = query.order(consultation::id.desc()).limit(slice.limit + 1).select(consultation::id);
            found.extend(ids.load::<ConsultationId>(conn)?);
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup();
        found.truncate(usize::try_from(slice.limit + 1).unwrap_or(usize::MAX));
        Ok(found)
    };
    let page = Page::by_rank(search.ranks(), slice, load, |id| id.0)?;
    let rows =
        visible_to(actor).filter(consultation::id.eq_any(&page.items)).select(Row::as_select()).load(conn)?;
    let mut items = views(conn, actor, rows)?;
    items.sort_by_key(|view| page.items.iter().position(|id| *id == view.id));
    Ok(Page { items, next_cursor: page.next_cursor })
}

fn search(actor: &Actor, filter: &ConsultationFilter) -> Search {
    let texts = match actor.scope() {
        Some(Scope::Enterprise(_)) => TEXTS_OF_ENTERPRISE,
        _ => TEXTS,
    };
    Search::new(filter.q.as_deref(), texts)
}

/// A page of consultations in an order that the reader chose.
fn list_sorted(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &ConsultationFilter,
    slice: Slice,
) -> Result<Page<ConsultationView>, Problem> {
    let rows = narrow(visible_to(actor), actor, filter, search(actor, filter).any())
        .select(Row::as_select())
        .order(in_order(slice, consultation::id.asc()))
        .offset(slice.skip)
        .limit(slice.limit.saturating_add(1))
        .load(conn)?;
    let Page { items, next_cursor } = Page::cut_sorted(rows, slice);
    Ok(Page { items: views(conn, actor, items)?, next_cursor })
}

/// How many consultations a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &ConsultationFilter) -> Result<Total, Problem> {
    let query = narrow(visible_to(actor), actor, filter, search(actor, filter).any());
    Ok(total(conn, query.select(consultation::id))?)
}

/// A query of consultations with the conditions of a filter, and of a search.
pub(super) fn narrow(
    mut query: consultation::BoxedQuery<'static, Pg>,
    actor: &Actor,
    filter: &ConsultationFilter,
    found: Option<Condition>,
) -> consultation::BoxedQuery<'static, Pg> {
    // A filter finds by what the list shows, see `views`.
    let of_enterprise = matches!(actor.scope(), Some(Scope::Enterprise(_)));
    if let Some(status) = filter.status {
        query = query.filter(consultation::status.eq(status));
    }
    if let Some(id) = filter.enterprise {
        query = query.filter(consultation::enterprise_id.eq(id));
    }
    if let Some(id) = filter.expert {
        query = query.filter(consultation::expert_id.eq(id));
        if of_enterprise {
            query =
                query.filter(consultation::status.eq_any(Status::ALL.iter().filter(|s| s.shows_expert())));
        }
    }
    if let Some(id) = filter.nonconformity {
        query = query.filter(consultation::nonconformity_id.eq(id));
    }
    if let Some(region) = &filter.region {
        let (within, value) = in_region("consultation.region", region);
        query = query.filter(sql::<Bool>(&within).bind::<SqlText, _>(value.to_owned()));
    }
    if let Some(alarm) = filter.alarm {
        // An enterprise does not see the alarm: for it there is none.
        let seen = (!of_enterprise).into_sql::<Bool>();
        let alarmed =
            seen.and(consultation::status.eq(Status::Waiting).and(consultation::alarmed_at.is_not_null()));
        query = if alarm { query.filter(alarmed) } else { query.filter(diesel::dsl::not(alarmed)) };
    }
    if let Some(overdue) = filter.overdue {
        let late = sql::<Bool>(IS_OVERDUE);
        query = if overdue { query.filter(late) } else { query.filter(diesel::dsl::not(late)) };
    }
    if let (Some(wanted), Some(me)) = (filter.unread, actor.account()) {
        let unread = streams::has_unread("consultation.id", me, !of_enterprise);
        query = if wanted { query.filter(unread) } else { query.filter(diesel::dsl::not(unread)) };
    }
    if let Some(tag) = filter.tag {
        // An enterprise sees no tags: for it there are none.
        let seen = (!of_enterprise).into_sql::<Bool>();
        query = query.filter(seen.and(sql::<Bool>(TAGGED).bind::<Uuid, _>(tag).sql(") t)")));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// Those that have a tag: the beginning of the condition, before the tag's id.
const TAGGED: &str = "consultation.id IN (SELECT t.consultation_id FROM consultations_tagged(";

/// The condition that an answer or the conclusion of a consultation that is not over is overdue. Those that are not over are few, so they
/// are looked at once for a whole list.
const IS_OVERDUE: &str = "(consultation.status <> 'concluded' AND consultation.id IN (
    SELECT t.consultation_id FROM consultation_targets(ARRAY(SELECT o.id FROM consultation o WHERE o.status <> 'concluded')) t
    WHERE t.state = 'breached' AND t.met_at IS NULL))";

/// How many consultations need officers: as many as the lists have that are narrowed by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueCounts {
    /// Those that wait for an expert.
    pub waiting: i64,
    /// Of these, those for which nobody was found.
    pub alarms: i64,
    /// Those of which an answer or the conclusion is overdue.
    pub overdue: i64,
}

/// Those of the consultations given by their ids of which an answer or the conclusion is overdue.
const OVERDUE: &str = "
    SELECT count(DISTINCT t.consultation_id) AS count FROM consultation_targets($1) t
    WHERE t.state = 'breached' AND t.met_at IS NULL";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many consultations that the actor may see need officers.
///
/// # Errors
/// When the database can't be asked.
pub fn queue_counts(conn: &mut PgConnection, actor: &Actor) -> Result<QueueCounts, Problem> {
    let open: Vec<(ConsultationId, Status, bool)> = visible_to(actor)
        .filter(consultation::status.ne(Status::Concluded))
        .select((consultation::id, consultation::status, consultation::alarmed_at.is_not_null()))
        .load(conn)?;
    let alarmed = |(_, status, alarmed): &&(_, Status, bool)| *status == Status::Waiting && *alarmed;
    let ids: Vec<ConsultationId> = open.iter().map(|(id, ..)| *id).collect();
    let overdue: Count = diesel::sql_query(OVERDUE).bind::<Array<Uuid>, _>(ids).get_result(conn)?;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Ok(QueueCounts {
        waiting: count(open.iter().filter(|(_, status, _)| *status == Status::Waiting).count()),
        alarms: count(open.iter().filter(alarmed).count()),
        overdue: overdue.count,
    })
}

/// One consultation.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: ConsultationId) -> Result<ConsultationView, Problem> {
    let row = row(conn, actor, id)?;
    views(conn, actor, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// One row that the actor may know of.
///
/// # Errors
/// 404 where it may not.
pub fn row(conn: &mut PgConnection, actor: &Actor, id: ConsultationId) -> Result<Row, Problem> {
    Ok(visible_to(actor).filter(consultation::id.eq(id)).select(Row::as_select()).first(conn)?)
}

/// The history of one consultation, oldest first.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn history(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
) -> Result<Vec<HistoryView>, Problem> {
    let status = row(conn, actor, id)?.status;
    use consultation_event as e;
    let lines: Vec<HistoryView> = e::table
        .filter(e::consultation_id.eq(id))
        .order(e::seq)
        .select((e::seq, e::event, e::from_status, e::to_status, e::actor_role, e::note, e::at))
        .load(conn)?;
    Ok(match actor.scope() {
        Some(Scope::Enterprise(_)) => history_for_enterprise(lines, status),
        _ => lines,
    })
}

/// What the enterprise sees of a history, numbered anew. Not how the search goes, whether an expert looks at the offer or is
/// pinned, nor who answers it: one offer that follows another at once is the same to it. Opinions belong to the
/// conclusion. Why an expert declined or handed on is between the experts and the regulator.
fn history_for_enterprise(lines: Vec<HistoryView>, status: Status) -> Vec<HistoryView> {
    let hidden = |event: &str| match event {
        "widen_class" | "widen_province" | "queue" | "hold" | "pin" | "unpin" => true,
        // Who sits on the panel is told by "join_panel".
        "invite" | "decline_invitation" | "withdraw_invitation" => true,
        "opinion" | "late_opinion" => status != Status::Concluded,
        _ => false,
    };
    let (offered, waiting) = (Status::Offered.as_str(), Status::Waiting.as_str());
    let mut shown: Vec<HistoryView> = Vec::with_capacity(lines.len());
    for line in lines.into_iter().filter(|line| !hidden(&line.event)) {
        let goes_on = line.to_status == offered
            && shown.last().is_some_and(|before| {
                before.from_status.as_deref() == Some(offered)
                    && before.to_status == waiting
                    && before.at == line.at
            });
        if goes_on {
            shown.pop();
        } else {
            shown.push(line);
        }
    }
    for (seq, line) in (1..).zip(&mut shown) {
        line.seq = seq;
        // What the enterprise is asked for is said to it, what it said itself, why it goes on, and the number of a conclusion.
        line.note.take_if(|_| {
            !matches!(
                line.event.as_str(),
                "opened_by_system"
                    | "ask_information"
                    | "take_back"
                    | "close"
                    | "conclude"
                    | "reopen"
                    | "merge"
                    | "merged_in"
            )
        });
    }
    shown
}

/// An earlier consultation of an enterprise, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierView {
    /// Id of the consultation.
    pub id: ConsultationId,
    /// Subject, one line.
    pub subject: String,
    /// The product kind: Chinese and English name.
    pub product: (String, String),
    /// Name of the expert who held it.
    pub expert: Option<String>,
    /// When it was concluded.
    pub concluded_at: Option<DateTime<Utc>>,
    /// The conclusion.
    pub conclusion: Option<String>,
    /// Whether the actor may see the whole of it.
    pub may_open: bool,
}

/// The enterprise's concluded consultations besides this one, the latest first. Whoever takes part in a
/// consultation under way learns in short what colleagues concluded before: a second expert should not ask the
/// same again. The talk stays with those who had it.
///
/// # Errors
/// 404 where the actor may not know of the consultation.
pub fn earlier(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    most: i64,
) -> Result<Vec<EarlierView>, Problem> {
    let this = row(conn, actor, id)?;
    if !matches!(this.status, Status::Active | Status::Concluded) {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = consultation::table
        .filter(consultation::enterprise_id.eq(this.enterprise_id))
        .filter(consultation::id.ne(id))
        .filter(consultation::status.eq(Status::Concluded))
        .filter(consultation::expert_id.is_not_null())
        .order(consultation::concluded_at.desc())
        .limit(most)
        .select(Row::as_select())
        .load(conn)?;
    let ids: Vec<_> = rows.iter().map(|r| r.id).collect();
    let open: Vec<ConsultationId> =
        visible_to(actor).filter(consultation::id.eq_any(&ids)).select(consultation::id).load(conn)?;
    let all = views(conn, &Actor::System, rows)?;
    let earlier = |c: ConsultationView| EarlierView {
        may_open: open.contains(&c.id),
        id: c.id,
        subject: c.subject,
        product: (c.product_kind.name_zh, c.product_kind.name_en),
        expert: c.expert.map(|e| e.name),
        concluded_at: c.concluded_at,
        conclusion: c.conclusion,
    };
    Ok(all.into_iter().map(earlier).collect())
}
