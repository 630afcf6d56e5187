//! What is shown of consultations, by who sees them.

use crate::chat::kernel::Stream;
use crate::chat::streams;
use crate::consultations::conclusion::in_short;
use crate::consultations::consultation::Row;
use crate::consultations::panel_views::{invitations, panel_for, panels};
use crate::consultations::policy;
use crate::consultations::status::{Closing, Status};
use crate::consultations::tags::{TagRef, tags};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{ConsultationId, EnterpriseId, ExpertId};
use crate::db::published::{enterprise, expert};
use crate::db::schema::{consultation, consultation_merge, consultation_rating_past, product_kind};
use crate::enterprises::ids::NonconformityId;
use crate::matching::search::SearchStep;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text as SqlText, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

pub use crate::consultations::panel_views::{PanelInvitationView, PanelView};

/// A consultation, as far as the caller may see.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConsultationView {
    /// Id of the consultation.
    pub id: ConsultationId,
    /// The state.
    pub status: Status,
    /// Subject, one line.
    pub subject: String,
    /// The question.
    pub question: String,
    /// The enterprise that asks.
    pub enterprise: EnterpriseRef,
    /// The nonconformity it is about.
    pub nonconformity: Option<NonconformityId>,
    /// The product kind it is about.
    pub product_kind: ProductRef,
    /// Who holds it. Before the expert has accepted, the enterprise does not see whom it is offered to.
    pub expert: Option<ExpertRef>,
    /// When the offer expires, for the expert and the admins.
    pub offer_expires_at: Option<DateTime<Utc>>,
    /// When the expert accepted.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it was concluded, taken back or closed.
    pub concluded_at: Option<DateTime<Utc>>,
    /// How it ended without a conclusion: `taken_back` where the enterprise did so before an expert had taken it, `unanswered` or `answered`
    /// where it closed it before or after the expert's first message, `merged` where it was merged into another one. None where the expert
    /// concluded it.
    pub closed: Option<Closing>,
    /// The consultation into which it was merged, where the caller may see that one.
    pub merged_into: Option<ConsultationRef>,
    /// The tags that it has; for experts and admins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<TagRef>>,
    /// The expert's conclusion.
    pub conclusion: Option<String>,
    /// The number of the latest conclusion, such as `诊〔2026〕000123 号`.
    pub conclusion_number: Option<String>,
    /// What caused the problem, by the latest conclusion.
    pub cause: Option<String>,
    /// The enterprise's rating, 1 to 5.
    pub rating: Option<i32>,
    /// The enterprise's comment with the rating.
    pub rating_comment: Option<String>,
    /// The rating that it had before it was reopened, the latest one.
    pub former_rating: Option<i32>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Whether the expert is wanted on site.
    pub on_site: bool,
    /// When to expect an answer, where no one is on duty now.
    pub answer_expected_at: Option<DateTime<Utc>>,
    /// Since when the enterprise is asked for information; until it answers, the targets are paused.
    pub information_asked_at: Option<DateTime<Utc>>,
    /// How soon the enterprise is to be answered: the first answer, the latest next one and the latest conclusion.
    pub targets: Vec<TargetView>,
    /// The experts of its panel.
    pub panel: Vec<PanelView>,
    /// Who was invited to its panel, and what came of it, the earliest first; for experts and admins.
    pub invitations: Vec<PanelInvitationView>,
    /// What only experts and admins see of the match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchView>,
    /// The last number of each stream that the caller may see.
    pub last_seq: BTreeMap<String, i64>,
}

impl ConsultationView {
    /// Whether its enterprise may rate it: it is over, an expert has answered, and it is not rated yet.
    pub fn may_be_rated(&self) -> bool {
        self.status == Status::Concluded
            && self.rating.is_none()
            && self.closed.is_none_or(Closing::was_answered)
    }

    /// Whether the expert concluded it, and it was not reopened since.
    pub fn is_concluded_by_expert(&self) -> bool {
        self.status == Status::Concluded && self.closed.is_none()
    }

    /// Whether it was merged into another one.
    pub fn is_merged(&self) -> bool {
        self.closed == Some(Closing::Merged)
    }

    /// Whether its enterprise took it back.
    pub fn is_taken_back(&self) -> bool {
        self.closed == Some(Closing::TakenBack)
    }
}

/// The state of the search for an expert.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SearchView {
    /// How far it was widened.
    pub step: SearchStep,
    /// When the officers were alarmed that nobody was found.
    pub alarmed_at: Option<DateTime<Utc>>,
    /// Whether an admin pinned the consultation to its expert.
    pub pinned: bool,
    /// When the platform takes it from its expert, if the expert is silent until then; none once there is an answer.
    pub answer_due_at: Option<DateTime<Utc>>,
}

/// Something that an enterprise waits for, or waited for. It is computed a moment after what it follows from.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct TargetView {
    /// `first_answer`, `next_answer` or `conclusion`.
    #[diesel(sql_type = SqlText)]
    pub kind: String,
    /// The how many-th of its kind, from 1.
    #[diesel(sql_type = Integer)]
    pub cycle: i32,
    /// `running`, `paused`, `met`, `breached`, or `ended` where the consultation ended without it.
    #[diesel(sql_type = SqlText)]
    pub state: String,
    /// `urgent` or `normal`.
    #[diesel(sql_type = SqlText)]
    pub urgency: String,
    /// Since when it is waited for.
    #[diesel(sql_type = Timestamptz)]
    pub started_at: DateTime<Utc>,
    /// When the time is or was over; none while it is paused.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub due_at: Option<DateTime<Utc>>,
    /// `working` where only working hours count, or `round_the_clock`.
    #[diesel(sql_type = SqlText)]
    pub hours: String,
    /// How long it may take, in minutes.
    #[diesel(sql_type = BigInt)]
    pub allowed_minutes: i64,
    /// Minutes that were counted when it was last paused or over.
    #[diesel(sql_type = BigInt)]
    pub counted_minutes: i64,
    /// When most of the time was over.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub warned_at: Option<DateTime<Utc>>,
    /// When the time was over without it.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub breached_at: Option<DateTime<Utc>>,
    /// When the answer came, in time or not.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub met_at: Option<DateTime<Utc>>,
}

/// A target with its consultation.
#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct TargetRow {
    #[diesel(sql_type = SqlUuid)]
    consultation_id: ConsultationId,
    #[diesel(embed)]
    target: TargetView,
}

impl TargetView {
    /// Whether it is still waited for.
    pub fn is_open(&self) -> bool {
        self.met_at.is_none() && self.state != "ended"
    }
}

/// The enterprise of a consultation.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EnterpriseRef {
    /// Id of the enterprise.
    pub id: EnterpriseId,
    /// The name.
    pub name: String,
    /// Code of its region.
    pub region: String,
}

/// Another consultation.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConsultationRef {
    /// Id of the consultation.
    pub id: ConsultationId,
    /// Its subject.
    pub subject: String,
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
    /// Id of the expert.
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
    /// Word of the event.
    pub event: String,
    /// The status before.
    pub from_status: Option<String>,
    /// The status after.
    pub to_status: String,
    /// In what role the actor did it.
    pub actor_role: String,
    /// A reason or a note; an enterprise sees those that are meant for it.
    pub note: Option<String>,
    /// When it happened.
    pub at: DateTime<Utc>,
}

/// The views of some rows that the actor may see, in their order.
///
/// # Errors
/// When the database can't be asked.
pub fn views(
    conn: &mut PgConnection,
    actor: &Actor,
    rows: Vec<Row>,
) -> Result<Vec<ConsultationView>, Problem> {
    let mut related = RelatedData::of(conn, actor, &rows)?;
    Ok(rows.into_iter().map(|row| related.view(actor, row)).collect())
}

/// What is shown of some consultations besides their rows.
struct RelatedData {
    /// Name and region.
    enterprises: HashMap<EnterpriseId, (String, String)>,
    /// Name and title.
    experts: HashMap<ExpertId, (String, String)>,
    /// Chinese and English name.
    kinds: HashMap<String, (String, String)>,
    last: HashMap<ConsultationId, BTreeMap<String, i64>>,
    panels: HashMap<ConsultationId, Vec<PanelView>>,
    invitations: HashMap<ConsultationId, Vec<PanelInvitationView>>,
    targets: HashMap<ConsultationId, Vec<TargetView>>,
    /// Number and cause.
    conclusions: HashMap<ConsultationId, (String, Option<String>)>,
    former_ratings: HashMap<ConsultationId, i32>,
    merged: HashMap<ConsultationId, ConsultationRef>,
    tags: HashMap<ConsultationId, Vec<TagRef>>,
}

impl RelatedData {
    fn of(conn: &mut PgConnection, actor: &Actor, rows: &[Row]) -> Result<Self, Problem> {
        let ids: Vec<_> = rows.iter().map(|r| r.id).collect();
        let concluded: Vec<_> = rows.iter().filter(|r| r.conclusion.is_some()).map(|r| r.id).collect();
        let enterprises = enterprise::table
            .filter(enterprise::id.eq_any(rows.iter().map(|r| r.enterprise_id)))
            .select((enterprise::id, (enterprise::name, enterprise::region)))
            .load(conn)?;
        let experts = expert::table
            .filter(expert::id.eq_any(rows.iter().filter_map(|r| r.expert_id)))
            .select((expert::id, (expert::name, expert::title)))
            .load(conn)?;
        let kinds = product_kind::table
            .filter(product_kind::code.eq_any(rows.iter().map(|r| &r.product_kind)))
            .select((product_kind::code, (product_kind::name_zh, product_kind::name_en)))
            .load(conn)?;
        Ok(Self {
            enterprises: enterprises.into_iter().collect(),
            experts: experts.into_iter().collect(),
            kinds: kinds.into_iter().collect(),
            last: streams::last_numbers(conn, &ids)?,
            panels: panels(conn, &ids)?,
            invitations: invitations(conn, &ids)?,
            targets: targets(conn, &ids)?,
            conclusions: in_short(conn, &concluded)?,
            former_ratings: former_ratings(conn, &ids)?,
            merged: merged_into(conn, actor, rows)?,
            tags: if policy::reads_notes(actor) { tags(conn, &ids)? } else { HashMap::new() },
        })
    }

    fn view(&mut self, actor: &Actor, row: Row) -> ConsultationView {
        let is_enterprise = matches!(actor.scope(), Some(Scope::Enterprise(_)));
        let (name, region) = self.enterprises.get(&row.enterprise_id).cloned().unwrap_or_default();
        let (name_zh, name_en) = self.kinds.get(&row.product_kind).cloned().unwrap_or_default();
        let shows_offer = !is_enterprise;
        let shows_expert = shows_offer || row.status.shows_expert();
        let mut last_seq = self.last.remove(&row.id).unwrap_or_default();
        let notes = policy::sees_notes(actor, &row);
        last_seq.retain(|stream, _| notes || stream == Stream::Talk.as_str());
        let panel = self.panels.remove(&row.id).unwrap_or_default();
        let (number, cause) = self.conclusions.remove(&row.id).unzip();
        ConsultationView {
            enterprise: EnterpriseRef { id: row.enterprise_id, name, region },
            nonconformity: row.nonconformity_id,
            product_kind: ProductRef { code: row.product_kind, name_zh, name_en },
            expert: row.expert_id.filter(|_| shows_expert).and_then(|id| {
                let (name, title) = self.experts.get(&id).cloned()?;
                Some(ExpertRef { id, name, title })
            }),
            offer_expires_at: row.offer_expires_at.filter(|_| shows_offer),
            accepted_at: row.accepted_at,
            concluded_at: row.concluded_at,
            closed: row.closed,
            merged_into: self.merged.remove(&row.id),
            tags: notes.then(|| self.tags.remove(&row.id).unwrap_or_default()),
            conclusion: row.conclusion,
            conclusion_number: number,
            cause: cause.flatten(),
            rating: row.rating,
            rating_comment: row.rating_comment,
            former_rating: self.former_ratings.remove(&row.id),
            opened_at: row.opened_at,
            on_site: row.on_site,
            answer_expected_at: row.answer_expected_at,
            information_asked_at: row.information_asked_at,
            targets: self.targets.remove(&row.id).unwrap_or_default(),
            panel: panel_for(is_enterprise, row.status, panel),
            invitations: self.invitations.remove(&row.id).filter(|_| !is_enterprise).unwrap_or_default(),
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
    }
}

/// The ratings that some consultations had before they were reopened, of each the latest one.
fn former_ratings(
    conn: &mut PgConnection,
    ids: &[ConsultationId],
) -> Result<HashMap<ConsultationId, i32>, Problem> {
    use consultation_rating_past as past;
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(ConsultationId, i32)> = past::table
        .filter(past::consultation_id.eq_any(ids))
        .order(past::until)
        .select((past::consultation_id, past::rating))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Into which ones some were merged, as far as the actor may know of those.
fn merged_into(
    conn: &mut PgConnection,
    actor: &Actor,
    rows: &[Row],
) -> Result<HashMap<ConsultationId, ConsultationRef>, Problem> {
    let merged: Vec<_> = rows.iter().filter(|r| r.closed == Some(Closing::Merged)).map(|r| r.id).collect();
    if merged.is_empty() {
        return Ok(HashMap::new());
    }
    let pairs: Vec<(ConsultationId, ConsultationId)> = consultation_merge::table
        .filter(consultation_merge::consultation_id.eq_any(merged))
        .select((consultation_merge::consultation_id, consultation_merge::into_id))
        .load(conn)?;
    let seen: HashMap<ConsultationId, String> = policy::visible_to(actor)
        .filter(consultation::id.eq_any(pairs.iter().map(|(_, into)| *into)))
        .select((consultation::id, consultation::subject))
        .load(conn)?
        .into_iter()
        .collect();
    let named = |(id, into): (ConsultationId, ConsultationId)| {
        let subject = seen.get(&into)?.clone();
        Some((id, ConsultationRef { id: into, subject }))
    };
    Ok(pairs.into_iter().filter_map(named).collect())
}

/// What the enterprises of some consultations wait for.
fn targets(
    conn: &mut PgConnection,
    ids: &[ConsultationId],
) -> Result<HashMap<ConsultationId, Vec<TargetView>>, Problem> {
    let rows: Vec<TargetRow> = diesel::sql_query("SELECT * FROM consultation_targets($1)")
        .bind::<Array<SqlUuid>, _>(ids)
        .load(conn)?;
    let mut targets: HashMap<ConsultationId, Vec<TargetView>> = HashMap::new();
    for row in rows {
        targets.entry(row.consultation_id).or_default().push(row.target);
    }
    Ok(targets)
}
