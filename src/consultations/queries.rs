//! Reading consultations. Each query starts from what the actor may know of.

use crate::consultations::policy::{self, Action, visible_to};
use crate::consultations::status::Status;
use crate::consultations::store::Row;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{ConsultationId, EnterpriseId, ExpertId, NonconformityId};
use crate::core::page::{Page, Slice};
use crate::core::{Problem, Text};
use crate::db::schema::{
    chat_stream, consultation, consultation_event, consultation_offer, enterprise, expert, product_kind,
};
use crate::matching::candidates::candidates;
use crate::matching::score::{Exclusion, Score, rank};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
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
    /// The last number of each stream that the caller may see.
    pub last_seq: BTreeMap<String, i64>,
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
    let mut query = visible_to(actor);
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
    if let Some(after) = slice.after {
        query = query.filter(consultation::id.lt(ConsultationId(after)));
    }
    let rows =
        query.order(consultation::id.desc()).limit(slice.limit + 1).select(Row::as_select()).load(conn)?;
    let page = Page::cut(rows, slice, |row| row.id.0);
    let next_cursor = page.next_cursor;
    Ok(Page { items: views(conn, actor, page.items)?, next_cursor })
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

/// The streams of a consultation that the actor, who sees it, may see.
pub fn streams(actor: &Actor, row: &Row) -> &'static [&'static str] {
    if policy::permit(actor, Action::ReadNotes, row).is_ok() { &["talk", "notes"] } else { &["talk"] }
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
    let is_enterprise = matches!(actor.scope(), Some(Scope::Enterprise(_)));
    Ok(rows
        .into_iter()
        .map(|row| {
            let (name, region) = enterprises.get(&row.enterprise_id).cloned().unwrap_or_default();
            let (name_zh, name_en) = kinds.get(&row.product_kind).cloned().unwrap_or_default();
            let shows_offer = !is_enterprise;
            let shows_expert = shows_offer || matches!(row.status, Status::Active | Status::Concluded);
            let mut last_seq = last.remove(&row.id).unwrap_or_default();
            let seen = streams(actor, &row);
            last_seq.retain(|stream, _| seen.contains(&stream.as_str()));
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
                id: row.id,
                status: row.status,
                subject: row.subject,
                question: row.question,
                last_seq,
            }
        })
        .collect())
}

/// Why this expert.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MatchView {
    /// The reason in a sentence, for everyone on the consultation, in Chinese.
    pub reason_zh: String,
    /// The same in English.
    pub reason_en: String,
    /// Who would be chosen now and who is excluded by which rule; for admins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<CandidateView>>,
    /// Every offer made; for admins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offers: Option<Vec<OfferView>>,
}

/// A candidate as matching sees it now.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CandidateView {
    /// The expert.
    pub expert: ExpertId,
    /// The name.
    pub name: String,
    /// What speaks for the expert, by part.
    pub score: Score,
    /// The rule that excludes the expert, if one does.
    pub excluded_by: Option<Exclusion>,
}

/// An offer that was made.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OfferView {
    /// The expert.
    pub expert: ExpertId,
    /// The name.
    pub name: String,
    /// What spoke for the expert at that moment.
    pub score: Score,
    /// When it was made.
    pub offered_at: DateTime<Utc>,
    /// Until when it stood.
    pub expires_at: DateTime<Utc>,
    /// `accepted`, `declined`, `expired` or nothing yet.
    pub answer: Option<String>,
    /// Why it was declined.
    pub reason: Option<String>,
}

/// Explains the match of a consultation.
///
/// # Errors
/// 404 where the actor may not know of the consultation.
pub fn explain(conn: &mut PgConnection, actor: &Actor, id: ConsultationId) -> Result<MatchView, Problem> {
    let row = row(conn, actor, id)?;
    let need = crate::consultations::offers::need(conn, &row)?;
    use consultation_offer as o;
    type OfferRow =
        (ExpertId, String, serde_json::Value, DateTime<Utc>, DateTime<Utc>, Option<String>, Option<String>);
    let made: Vec<OfferRow> = o::table
        .inner_join(expert::table)
        .filter(o::consultation_id.eq(id))
        .order(o::ordinal)
        .select((o::expert_id, expert::name, o::score, o::offered_at, o::expires_at, o::answer, o::reason))
        .load(conn)?;
    let offers = made
        .into_iter()
        .map(|(expert, name, score, offered_at, expires_at, answer, reason)| {
            let score = serde_json::from_value(score)?;
            Ok(OfferView { expert, name, score, offered_at, expires_at, answer, reason })
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    let accepted = offers.iter().rev().find(|o| o.answer.as_deref() == Some("accepted"));
    let reason = sentence(row.status, accepted);
    let all = policy::permit(actor, Action::Explain, &row).is_ok();
    let candidates = if all {
        let ranked = rank(candidates(conn, &need)?);
        let view = |c: crate::matching::score::Candidate, excluded_by| CandidateView {
            expert: c.expert,
            score: c.score(),
            name: c.name,
            excluded_by,
        };
        let eligible = ranked.eligible.into_iter().map(|c| view(c, None));
        let excluded = ranked.excluded.into_iter().map(|(c, rule)| view(c, Some(rule)));
        Some(eligible.chain(excluded).collect())
    } else {
        None
    };
    Ok(MatchView {
        reason_zh: reason.zh.into_owned(),
        reason_en: reason.en.into_owned(),
        candidates,
        offers: all.then_some(offers),
    })
}

fn sentence(status: Status, accepted: Option<&OfferView>) -> Text {
    use crate::matching::score::Coverage;
    match (status, accepted) {
        (Status::Active | Status::Concluded, Some(offer)) => {
            let (zh, en) = match offer.score.coverage {
                Coverage::Kind => ("专长正是该产品种类", "whose specialty is this very product kind"),
                Coverage::Class => ("专长涵盖该产品所属类别", "whose specialty covers this product's class"),
            };
            Text::new(format!("由{}专家承接,其{zh}。", offer.name), format!("Taken by {}, {en}.", offer.name))
        }
        (Status::Waiting, _) => Text::new(
            "暂无符合条件的专家,已进入监管人员的待派队列,一有合适专家即派单。",
            "No expert fits yet; it stands in the admins' queue and is offered as soon as one does.",
        ),
        _ => Text::new(
            "已派给最合适的专家,等待其接受。",
            "Offered to the expert who fits best; the answer is awaited.",
        ),
    }
}
