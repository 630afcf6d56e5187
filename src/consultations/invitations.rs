//! Invitations to panels as the invited expert sees them.

use crate::consultations::invitation_state::PanelInvitationState;
use crate::consultations::policy::may_know;
use crate::consultations::views::{EnterpriseRef, ProductRef};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{ConsultationId, EnterpriseId, ExpertId};
use crate::core::page::MAX_LIMIT;
use crate::db::published::{account, enterprise, expert};
use crate::db::schema::{consultation, consultation_invitation as i, product_kind};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An invitation to the panel of a consultation that the caller has not answered yet: all that an expert sees of the consultation before
/// accepting it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnPanelInvitation {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Its subject, one line.
    pub subject: String,
    /// The question of the enterprise.
    pub question: String,
    /// The enterprise that asks.
    pub enterprise: EnterpriseRef,
    /// The product kind that it is about.
    pub product_kind: ProductRef,
    /// Whether an expert is wanted on site.
    pub on_site: bool,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// The expert who leads it.
    pub lead: Option<String>,
    /// Who invited the caller.
    pub invited_by: Option<String>,
    /// When the caller was invited.
    pub invited_at: DateTime<Utc>,
    /// What the expert is asked to look at.
    pub note: Option<String>,
}

/// The invitations that wait for the answer of the acting expert, the earliest first, 200 at most; none for anyone else.
///
/// # Errors
/// When the database can't be asked.
pub fn own_invitations(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<OwnPanelInvitation>, Problem> {
    let Some(Scope::Expert(me)) = actor.scope() else { return Ok(Vec::new()) };
    type Found = (
        (ConsultationId, String, String, bool, DateTime<Utc>, Option<ExpertId>),
        (EnterpriseId, String, String),
        (String, String, String),
        (Option<String>, DateTime<Utc>, Option<String>),
    );
    let rows: Vec<Found> = i::table
        .inner_join(consultation::table)
        .inner_join(enterprise::table.on(enterprise::id.eq(consultation::enterprise_id)))
        .inner_join(product_kind::table.on(product_kind::code.eq(consultation::product_kind)))
        .filter(i::expert_id.eq(*me))
        .filter(i::state.eq(PanelInvitationState::Invited))
        .order((i::invited_at, i::consultation_id))
        .limit(MAX_LIMIT)
        .select((
            (
                consultation::id,
                consultation::subject,
                consultation::question,
                consultation::on_site,
                consultation::opened_at,
                consultation::expert_id,
            ),
            (enterprise::id, enterprise::name, enterprise::region),
            (product_kind::code, product_kind::name_zh, product_kind::name_en),
            (
                account::table
                    .filter(account::id.nullable().eq(i::invited_by))
                    .select(account::name)
                    .single_value(),
                i::invited_at,
                i::note,
            ),
        ))
        .load(conn)?;
    let leads: Vec<ExpertId> = rows.iter().filter_map(|row| row.0.5).collect();
    let leads: Vec<(ExpertId, String)> =
        expert::table.filter(expert::id.eq_any(leads)).select((expert::id, expert::name)).load(conn)?;
    let view =
        |(about, (id, name, region), (code, name_zh, name_en), (invited_by, invited_at, note)): Found| {
            let (consultation, subject, question, on_site, opened_at, lead) = about;
            let lead = lead.and_then(|lead| leads.iter().find(|(id, _)| *id == lead));
            OwnPanelInvitation {
                consultation,
                subject,
                question,
                enterprise: EnterpriseRef { id, name, region },
                product_kind: ProductRef { code, name_zh, name_en },
                on_site,
                opened_at,
                lead: lead.map(|(_, name)| name.clone()),
                invited_by,
                invited_at,
                note,
            }
        };
    Ok(rows.into_iter().map(view).collect())
}

/// Whether the actor may know of an invitation to the panel of this consultation: who may know of the consultation, and the expert who
/// was invited; asked before the body of an answer is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_answer(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    if let Some(Scope::Expert(me)) = actor.scope() {
        let own = i::table.filter(i::consultation_id.eq(ConsultationId(id))).filter(i::expert_id.eq(*me));
        if diesel::select(diesel::dsl::exists(own)).get_result(conn)? {
            return Ok(true);
        }
    }
    may_know(conn, actor, id)
}
