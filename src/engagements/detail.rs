//! One engagement, as its reader may see it.

use crate::accounts::people::colleagues;
use crate::accounts::store::names;
use crate::attachments::Attachment;
use crate::attachments::ids::AttachmentId;
use crate::attachments::store::find_all;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::db::published::{enterprise, nonconformity};
use crate::db::schema::{
    engagement_event, engagement_finding, engagement_location, engagement_photo, visit, visit_nonconformity,
    visit_slot,
};
use crate::engagements::dangers::{DangerView, of_visit};
use crate::engagements::ids::{EngagementId, FindingId, SlotId};
use crate::engagements::policy::{Standing, standing};
use crate::engagements::queries::{EngagementView, Today, get};
use crate::engagements::state::{EngagementKind, EngagementState, EngagementStep, Side, allowed};
use crate::enterprises::ids::NonconformityId;
use crate::remediation::ids::ActionId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// The most events of a history that are shown.
const MOST_EVENTS: i64 = 500;

/// An engagement with what its reader may know of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct EngagementDetail {
    /// The engagement.
    #[serde(flatten)]
    pub view: EngagementView,
    /// The steps that its state allows.
    #[schema(inline)]
    pub allowed: Vec<EngagementStep>,
    /// What a visit has besides.
    pub visit: Option<VisitDetail>,
    /// Its history, the first step first.
    pub events: Vec<EventView>,
}

/// What a visit has besides.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct VisitDetail {
    /// What is to be looked at and made ready.
    pub agenda: Option<String>,
    /// The times that are proposed now, the earliest first.
    pub slots: Vec<SlotView>,
    /// The failed reports that it is about.
    pub nonconformities: Vec<AboutView>,
    /// When a time was agreed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The device's clock when it began.
    pub started_device_at: Option<DateTime<Utc>>,
    /// The device's clock when it ended.
    pub held_device_at: Option<DateTime<Utc>>,
    /// Who did not come.
    #[schema(inline)]
    pub no_show_by: Option<Side>,
    /// When the minutes were last written.
    pub minutes_at: Option<DateTime<Utc>>,
    /// The minutes; for the experts and the enterprise.
    pub minutes: Option<String>,
    /// What the enterprise says to them; for the experts and the enterprise.
    pub enterprise_words: Option<String>,
    /// The day on which the experts mean to come again.
    pub next_on: Option<NaiveDate>,
    /// How satisfied the enterprise is, 1 to 5.
    pub satisfaction: Option<i32>,
    /// How many minutes the visit took, by the clock of the device.
    pub minutes_on_site: Option<i64>,
    /// When an expert confirmed them.
    pub expert_confirmed_at: Option<DateTime<Utc>>,
    /// When the enterprise confirmed them.
    pub enterprise_confirmed_at: Option<DateTime<Utc>>,
    /// What was found; for the experts and the enterprise. Officers get none of it.
    pub findings: Vec<FindingView>,
    /// How much was found.
    pub finding_count: i64,
    /// Photos; for the experts and the enterprise.
    pub photos: Vec<Attachment>,
    /// Imminent danger that was reported.
    pub dangers: Vec<DangerView>,
    /// Whether the enterprise has people on the platform. An officer acts for one that has none.
    pub answers_itself: bool,
    /// Whom to ask for; for the experts, while the visit is to be or is under way.
    pub contact: Option<ContactView>,
}

/// The person of the enterprise to ask for.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContactView {
    /// The person's name.
    pub name: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
}

/// A time that is proposed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = visit_slot, check_for_backend(Pg))]
pub struct SlotView {
    /// Id of the time.
    pub id: SlotId,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Whether the enterprise has chosen it.
    pub chosen: bool,
}

/// A failed report that a visit is about.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AboutView {
    /// The record.
    pub id: NonconformityId,
    /// Code of the product kind.
    pub product_kind: String,
    /// Number of the report.
    pub report_no: String,
    /// The items that failed.
    pub failed_items: Vec<String>,
}

/// A finding of a visit.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = engagement_finding, check_for_backend(Pg))]
pub struct FindingView {
    /// Id of the finding.
    pub id: FindingId,
    /// The failed report that it is about.
    pub nonconformity_id: Option<NonconformityId>,
    /// Description of what was found.
    pub item: String,
    /// Why it is so.
    pub cause: Option<String>,
    /// What is to be done.
    pub advice: String,
    /// Until when.
    pub due_on: Option<NaiveDate>,
    /// Whether it is a hazard.
    pub hazard: bool,
    /// Whether it is imminent.
    pub imminent: bool,
    /// The action of the case that it became; none where it stays advice.
    pub action_id: Option<ActionId>,
    /// When it was noted.
    pub created_at: DateTime<Utc>,
}

/// A step of the history.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EventView {
    /// Its number.
    pub ordinal: i32,
    /// The step.
    #[schema(inline)]
    pub step: EngagementStep,
    /// The state after it.
    #[schema(inline)]
    pub to_state: EngagementState,
    /// Who took it; nobody where a job did.
    pub by: Option<String>,
    /// The role of whoever took it.
    pub role: String,
    /// The server's moment.
    pub at: DateTime<Utc>,
    /// The moment of the device's clock.
    pub device_at: Option<DateTime<Utc>>,
    /// Where the device was, while the visit is open.
    pub latitude: Option<f64>,
    /// See `latitude`.
    pub longitude: Option<f64>,
    /// The reason that was given.
    pub reason: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = visit, check_for_backend(Pg))]
struct VisitRecord {
    agenda: Option<String>,
    proposal: i32,
    confirmed_at: Option<DateTime<Utc>>,
    started_device_at: Option<DateTime<Utc>>,
    held_device_at: Option<DateTime<Utc>>,
    minutes: Option<String>,
    minutes_at: Option<DateTime<Utc>>,
    expert_confirmed_at: Option<DateTime<Utc>>,
    enterprise_confirmed_at: Option<DateTime<Utc>>,
    enterprise_words: Option<String>,
    next_on: Option<NaiveDate>,
    satisfaction: Option<i32>,
    no_show_by: Option<Side>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = engagement_event, check_for_backend(Pg))]
struct EventRecord {
    ordinal: i32,
    step: EngagementStep,
    to_state: EngagementState,
    actor: Option<AccountId>,
    role: String,
    at: DateTime<Utc>,
    device_at: Option<DateTime<Utc>>,
    detail: Value,
}

fn events(conn: &mut PgConnection, id: EngagementId) -> Result<Vec<EventView>, Problem> {
    let rows: Vec<EventRecord> = engagement_event::table
        .filter(engagement_event::engagement_id.eq(id))
        .order(engagement_event::ordinal)
        .limit(MOST_EVENTS)
        .select(EventRecord::as_select())
        .load(conn)?;
    let people: Vec<AccountId> = rows.iter().filter_map(|row| row.actor).collect();
    let people = names(conn, &people)?;
    let places: HashMap<i32, (f64, f64)> = engagement_location::table
        .filter(engagement_location::engagement_id.eq(id))
        .select((
            engagement_location::ordinal,
            (engagement_location::latitude, engagement_location::longitude),
        ))
        .load::<(i32, (f64, f64))>(conn)?
        .into_iter()
        .collect();
    let view = |row: EventRecord| {
        let place = places.get(&row.ordinal);
        EventView {
            ordinal: row.ordinal,
            step: row.step,
            to_state: row.to_state,
            by: row.actor.and_then(|by| people.get(&by).cloned()),
            role: row.role,
            at: row.at,
            device_at: row.device_at,
            latitude: place.map(|place| place.0),
            longitude: place.map(|place| place.1),
            reason: row.detail.get("reason").and_then(Value::as_str).map(str::to_owned),
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The failed reports that a visit is about.
fn about(conn: &mut PgConnection, id: EngagementId) -> QueryResult<Vec<AboutView>> {
    let of = visit_nonconformity::table
        .filter(visit_nonconformity::engagement_id.eq(id))
        .select(visit_nonconformity::nonconformity_id);
    let rows: Vec<(NonconformityId, String, String, Vec<String>)> = nonconformity::table
        .filter(nonconformity::id.eq_any(of))
        .order(nonconformity::id)
        .select((
            nonconformity::id,
            nonconformity::product_kind,
            nonconformity::report_no,
            nonconformity::failed_items,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, product_kind, report_no, failed_items)| AboutView {
            id,
            product_kind,
            report_no,
            failed_items,
        })
        .collect())
}

fn photos(conn: &mut PgConnection, id: EngagementId) -> Result<Vec<Attachment>, Problem> {
    let ids: Vec<AttachmentId> = engagement_photo::table
        .filter(engagement_photo::engagement_id.eq(id))
        .order(engagement_photo::attachment_id)
        .select(engagement_photo::attachment_id)
        .load(conn)?;
    Ok(find_all(conn, &ids)?.into_iter().map(Attachment::from).collect())
}

fn of_a_visit(
    conn: &mut PgConnection,
    reader: Standing,
    view: &EngagementView,
) -> Result<VisitDetail, Problem> {
    let id = view.row.id;
    let row: VisitRecord = visit::table.find(id).select(VisitRecord::as_select()).first(conn)?;
    let slots: Vec<SlotView> = visit_slot::table
        .filter(visit_slot::engagement_id.eq(id))
        .filter(visit_slot::proposal.eq(row.proposal))
        .order((visit_slot::starts_at, visit_slot::id))
        .select(SlotView::as_select())
        .load(conn)?;
    let all: Vec<FindingView> = engagement_finding::table
        .filter(engagement_finding::engagement_id.eq(id))
        .order(engagement_finding::id)
        .select(FindingView::as_select())
        .load(conn)?;
    let reads = reader.reads_findings();
    let finding_count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let of = view.enterprises.first().map(|one| one.id);
    let answers_itself = match of {
        Some(of) => !colleagues(conn, of)?.is_empty(),
        None => false,
    };
    let expected = matches!(view.row.state, EngagementState::Confirmed | EngagementState::Started);
    let contact = match of {
        Some(of) if reader == Standing::Expert && expected => {
            let (name, phone): (Option<String>, Option<String>) = enterprise::table
                .filter(enterprise::id.eq(of))
                .select((enterprise::contact_name, enterprise::contact_phone))
                .first(conn)?;
            Some(ContactView { name, phone })
        }
        _ => None,
    };
    Ok(VisitDetail {
        agenda: row.agenda,
        slots,
        nonconformities: about(conn, id)?,
        confirmed_at: row.confirmed_at,
        started_device_at: row.started_device_at,
        held_device_at: row.held_device_at,
        no_show_by: row.no_show_by,
        minutes_at: row.minutes_at,
        minutes: row.minutes.filter(|_| reads),
        enterprise_words: row.enterprise_words.filter(|_| reads),
        next_on: row.next_on,
        satisfaction: row.satisfaction,
        minutes_on_site: row
            .started_device_at
            .zip(row.held_device_at)
            .map(|(began, ended)| ended.signed_duration_since(began).num_minutes().max(0)),
        expert_confirmed_at: row.expert_confirmed_at,
        enterprise_confirmed_at: row.enterprise_confirmed_at,
        findings: if reads { all } else { Vec::new() },
        finding_count,
        photos: if reads { photos(conn, id)? } else { Vec::new() },
        dangers: of_visit(conn, id)?,
        answers_itself,
        contact,
    })
}

/// One engagement, as its reader may see it.
///
/// # Errors
/// 403 for who has no part in engagements, 404 where the actor may not know of it.
pub fn detail(
    conn: &mut PgConnection,
    actor: &Actor,
    today: Today,
    id: EngagementId,
) -> Result<EngagementDetail, Problem> {
    let view = get(conn, actor, today, id)?;
    let visit = match view.row.kind {
        EngagementKind::Visit => Some(of_a_visit(conn, standing(actor), &view)?),
        _ => None,
    };
    Ok(EngagementDetail {
        allowed: allowed(view.row.kind, view.row.state),
        visit,
        events: events(conn, id)?,
        view,
    })
}
