//! Reading consultations. Each query starts from what the actor may know of.

use crate::chat::Stream;
use crate::consultations::panel::{PanelView, panels};
use crate::consultations::policy::{self, Action, parts, visible_to};
use crate::consultations::status::Status;
use crate::consultations::store::Row;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{ConsultationId, EnterpriseId, ExpertId, NonconformityId};
use crate::core::page::{Page, Slice};
use crate::db::schema::{chat_stream, consultation, consultation_event, enterprise, expert, product_kind};
use crate::db::search::Typed;
use crate::matching::search::SearchStep;
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// A consultation, as far as the caller may see.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConsultationView {
    /// The id.
    pub id: ConsultationId,
    /// Where it stands.
    pub status: Status,
    /// One line.
    pub subject: String,
    /// The question.
    pub question: String,
    /// Who asks.
    pub enterprise: EnterpriseRef,
    /// The nonconformity it is about.
    pub nonconformity: Option<NonconformityId>,
    /// The product kind it is about.
    pub product_kind: ProductRef,
    /// Who holds it. Before the expert has accepted, the enterprise does not see whom it is offered to.
    pub expert: Option<ExpertRef>,
    /// Until when the offer stands, for the expert and the admins.
    pub offer_expires_at: Option<DateTime<Utc>>,
    /// When the expert accepted.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it was concluded.
    pub concluded_at: Option<DateTime<Utc>>,
    /// The expert's conclusion.
    pub conclusion: Option<String>,
    /// The enterprise's rating, 1 to 5.
    pub rating: Option<i32>,
    /// What it said with the rating.
    pub rating_comment: Option<String>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Whether the expert is wanted on site.
    pub on_site: bool,
    /// When to expect an answer, where no one is on duty now.
    pub answer_expected_at: Option<DateTime<Utc>>,
    /// The experts of its panel.
    pub panel: Vec<PanelView>,
    /// What only experts and admins see of the match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchView>,
    /// The last number of each stream that the caller may see.
    pub last_seq: BTreeMap<String, i64>,
}

/// How the search for an expert stands.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SearchView {
    /// How far it was widened.
    pub step: SearchStep,
    /// When the officers were alarmed that nobody was found.
    pub alarmed_at: Option<DateTime<Utc>>,
    /// Whether an admin pinned the consultation to its expert.
    pub pinned: bool,
    /// When the expert's first answer is due; none once it is there.
    pub answer_due_at: Option<DateTime<Utc>>,
}

/// The enterprise of a consultation.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EnterpriseRef {
    /// The id.
    pub id: EnterpriseId,
    /// The name.
    pub name: String,
    /// Code of its region.
    pub region: String,
}

/// The product kind of a consultation.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProductRef {
    /// The code.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
}

/// The expert of a consultation.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ExpertRef {
    /// The id.
    pub id: ExpertId,
    /// The name.
    pub name: String,
    /// Professional title.
    pub title: String,
}

/// A line of a consultation's history.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable)]
pub struct HistoryView {
    /// Its place, from 1.
    pub seq: i32,
    /// What happened.
    pub event: String,
    /// The status before.
    pub from_status: Option<String>,
    /// The status after.
    pub to_status: String,
    /// In what role the actor did it.
    pub actor_role: String,
    /// A reason or a note; not shown to enterprises.
    pub note: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

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
    /// Only those that wait and alarmed the officers, or that did not.
    pub alarm: Option<bool>,
    /// Only those in which others wrote what the actor has not read, or the others.
    pub unread: Option<bool>,
    /// Only those in whose subject, question or enterprise's name this stands.
    pub q: Option<String>,
}

/// A page of consultations, newest first.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &ConsultationFilter,
    slice: Slice,
) -> Result<Page<ConsultationView>, Problem> {
    let mut found: Vec<ConsultationId> = Vec::new();
    for part in parts(actor) {
        let mut query = narrow(part, actor, filter);
        if let Some(after) = slice.after {
            query = query.filter(consultation::id.lt(ConsultationId(after)));
        }
        let ids = query.order(consultation::id.desc()).limit(slice.limit + 1).select(consultation::id);
        found.extend(ids.load::<ConsultationId>(conn)?);
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.dedup();
    let page = Page::cut(found, slice, |id| id.0);
    let rows = visible_to(actor)
        .filter(consultation::id.eq_any(&page.items))
        .order(consultation::id.desc())
        .select(Row::as_select())
        .load(conn)?;
    Ok(Page { items: views(conn, actor, rows)?, next_cursor: page.next_cursor })
}

fn narrow(
    mut query: consultation::BoxedQuery<'static, Pg>,
    actor: &Actor,
    filter: &ConsultationFilter,
) -> consultation::BoxedQuery<'static, Pg> {
    if let Some(status) = filter.status {
        query = query.filter(consultation::status.eq(status));
    }
    if let Some(id) = filter.enterprise {
        query = query.filter(consultation::enterprise_id.eq(id));
    }
    if let Some(id) = filter.expert {
        query = query.filter(consultation::expert_id.eq(id));
    }
    if let Some(id) = filter.nonconformity {
        query = query.filter(consultation::nonconformity_id.eq(id));
    }
    if let Some(alarm) = filter.alarm {
        let alarmed = consultation::status.eq(Status::Waiting).and(consultation::alarmed_at.is_not_null());
        query = if alarm { query.filter(alarmed) } else { query.filter(diesel::dsl::not(alarmed)) };
    }
    if let (Some(wanted), Some(me)) = (filter.unread, actor.account()) {
        let notes = !matches!(actor.scope(), Some(Scope::Enterprise(_)));
        let unread = sql::<Bool>(
            "EXISTS (SELECT 1 FROM chat_stream s JOIN chat_message m \
             ON m.consultation_id = s.consultation_id AND m.stream = s.stream \
             WHERE s.consultation_id = consultation.id AND (s.stream = 'talk' OR ",
        )
        .bind::<Bool, _>(notes)
        .sql(") AND m.sender_id <> ")
        .bind::<SqlUuid, _>(me)
        .sql(
            " AND m.seq > coalesce((SELECT r.seq FROM chat_read r WHERE r.consultation_id = s.consultation_id \
             AND r.stream = s.stream AND r.account_id = ",
        )
        .bind::<SqlUuid, _>(me)
        .sql("), 0))");
        query = if wanted { query.filter(unread) } else { query.filter(diesel::dsl::not(unread)) };
    }
    if let Some(q) = Typed::of(filter.q.as_deref()) {
        let named = enterprise::table
            .filter(enterprise::id.eq(consultation::enterprise_id))
            .filter(q.within("enterprise.name"));
        let said = q.within("consultation.subject").or(q.within("consultation.question"));
        query = query.filter(said.or(exists(named)));
    }
    query
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
    row(conn, actor, id)?;
    use consultation_event as e;
    let mut lines: Vec<HistoryView> = e::table
        .filter(e::consultation_id.eq(id))
        .order(e::seq)
        .select((e::seq, e::event, e::from_status, e::to_status, e::actor_role, e::note, e::at))
        .load(conn)?;
    if matches!(actor.scope(), Some(Scope::Enterprise(_))) {
        // Why an expert declined or handed on is between the experts and the regulator.
        lines.iter_mut().for_each(|line| line.note = None);
    }
    Ok(lines)
}

/// Whether the actor, who sees a consultation, may see its notes, too.
pub fn sees_notes(actor: &Actor, row: &Row) -> bool {
    policy::permit(actor, Action::ReadNotes, row).is_ok()
}

/// An earlier consultation of an enterprise, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierView {
    /// The id.
    pub id: ConsultationId,
    /// One line.
    pub subject: String,
    /// The product kind: Chinese and English name.
    pub product: (String, String),
    /// Who held it.
    pub expert: Option<String>,
    /// When it was concluded.
    pub concluded_at: Option<DateTime<Utc>>,
    /// What came of it.
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

fn views(conn: &mut PgConnection, actor: &Actor, rows: Vec<Row>) -> Result<Vec<ConsultationView>, Problem> {
    let ids: Vec<_> = rows.iter().map(|r| r.id).collect();
    let enterprises: HashMap<EnterpriseId, (String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(rows.iter().map(|r| r.enterprise_id)))
        .select((enterprise::id, (enterprise::name, enterprise::region)))
        .load(conn)?
        .into_iter()
        .collect();
    let experts: HashMap<ExpertId, (String, String)> = expert::table
        .filter(expert::id.eq_any(rows.iter().filter_map(|r| r.expert_id)))
        .select((expert::id, (expert::name, expert::title)))
        .load(conn)?
        .into_iter()
        .collect();
    let kinds: HashMap<String, (String, String)> = product_kind::table
        .filter(product_kind::code.eq_any(rows.iter().map(|r| &r.product_kind)))
        .select((product_kind::code, (product_kind::name_zh, product_kind::name_en)))
        .load(conn)?
        .into_iter()
        .collect();
    let mut last: HashMap<ConsultationId, BTreeMap<String, i64>> = HashMap::new();
    for (id, stream, seq) in chat_stream::table
        .filter(chat_stream::consultation_id.eq_any(&ids))
        .select((chat_stream::consultation_id, chat_stream::stream, chat_stream::last_seq))
        .load::<(ConsultationId, String, i64)>(conn)?
    {
        last.entry(id).or_default().insert(stream, seq);
    }
    let mut panels = panels(conn, &ids)?;
    let is_enterprise = matches!(actor.scope(), Some(Scope::Enterprise(_)));
    Ok(rows
        .into_iter()
        .map(|row| {
            let (name, region) = enterprises.get(&row.enterprise_id).cloned().unwrap_or_default();
            let (name_zh, name_en) = kinds.get(&row.product_kind).cloned().unwrap_or_default();
            let shows_offer = !is_enterprise;
            let shows_expert = shows_offer || matches!(row.status, Status::Active | Status::Concluded);
            let mut last_seq = last.remove(&row.id).unwrap_or_default();
            let notes = sees_notes(actor, &row);
            last_seq.retain(|stream, _| notes || stream == Stream::Talk.as_str());
            ConsultationView {
                enterprise: EnterpriseRef { id: row.enterprise_id, name, region },
                nonconformity: row.nonconformity_id,
                product_kind: ProductRef { code: row.product_kind, name_zh, name_en },
                expert: row.expert_id.filter(|_| shows_expert).and_then(|id| {
                    let (name, title) = experts.get(&id).cloned()?;
                    Some(ExpertRef { id, name, title })
                }),
                offer_expires_at: row.offer_expires_at.filter(|_| shows_offer),
                accepted_at: row.accepted_at,
                concluded_at: row.concluded_at,
                conclusion: row.conclusion,
                rating: row.rating,
                rating_comment: row.rating_comment,
                opened_at: row.opened_at,
                on_site: row.on_site,
                answer_expected_at: row.answer_expected_at,
                panel: panel_for(is_enterprise, row.status, panels.remove(&row.id).unwrap_or_default()),
                search: (!is_enterprise).then_some(SearchView {
                    step: row.search_step,
                    alarmed_at: row.alarmed_at,
                    pinned: row.pinned,
                    answer_due_at: row.answer_due_at,
                }),
                id: row.id,
                status: row.status,
                subject: row.subject,
                question: row.question,
                last_seq,
            }
        })
        .collect())
}

/// A panel as its reader may see it: opinions can change until the conclusion, so the enterprise sees
/// them then.
fn panel_for(is_enterprise: bool, status: Status, mut panel: Vec<PanelView>) -> Vec<PanelView> {
    if is_enterprise && status != Status::Concluded {
        for member in &mut panel {
            (member.opinion, member.opinion_at) = (None, None);
        }
    }
    panel
}
