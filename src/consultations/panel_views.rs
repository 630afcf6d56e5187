//! What is shown of panels: who sits on one, what they think, and who was invited.

use crate::consultations::agreement::Agreement;
use crate::consultations::invitation_state::PanelInvitationState;
use crate::consultations::status::Status;
use crate::core::Problem;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::db::published::expert;
use crate::db::schema::{consultation_invitation, consultation_panel};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// An expert of a panel.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PanelView {
    /// The expert.
    pub expert: ExpertId,
    /// The name.
    pub name: String,
    /// When the expert was invited.
    pub invited_at: DateTime<Utc>,
    /// The opinion; the enterprise sees it once the consultation is concluded.
    pub opinion: Option<String>,
    /// Whether the expert agrees with the lead; none where it was not said.
    pub agreement: Option<Agreement>,
    /// The reasons of a dissent.
    pub reason: Option<String>,
    /// Whether it was given after the conclusion, and so is not in it.
    pub after_conclusion: bool,
    /// When it was given or last revised.
    pub opinion_at: Option<DateTime<Utc>>,
    /// How often it was given: 2 once it was revised. 0 to who does not see the opinion.
    pub revision: i32,
    /// Whether the expert has a seat now, and not only an opinion.
    #[serde(skip)]
    pub seated: bool,
}

/// An invitation to a panel.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PanelInvitationView {
    /// The expert.
    pub expert: ExpertId,
    /// The expert's name.
    pub name: String,
    /// When the expert was invited.
    pub invited_at: DateTime<Utc>,
    /// What the expert is asked to look at.
    pub note: Option<String>,
    /// Whether it is answered, and how.
    pub state: PanelInvitationState,
    /// When it was answered, taken back, or lapsed.
    pub answered_at: Option<DateTime<Utc>>,
    /// The reason why it was declined or taken back.
    pub reason: Option<String>,
}

/// A panel as its reader may see it: opinions can change until the conclusion, so the enterprise sees
/// them then.
pub(super) fn panel_for(is_enterprise: bool, status: Status, mut panel: Vec<PanelView>) -> Vec<PanelView> {
    if is_enterprise && status != Status::Concluded {
        // Who gave an opinion without a seat would be shown by it.
        panel.retain(|member| member.seated);
        for member in &mut panel {
            (member.opinion, member.opinion_at, member.revision) = (None, None, 0);
            (member.agreement, member.reason) = (None, None);
        }
    }
    panel
}

/// The invitations to the panels of some consultations.
pub(super) fn invitations(
    conn: &mut PgConnection,
    ids: &[ConsultationId],
) -> Result<HashMap<ConsultationId, Vec<PanelInvitationView>>, Problem> {
    use consultation_invitation as i;
    type Found = (ConsultationId, InvitationRow);
    type InvitationRow = (
        ExpertId,
        String,
        DateTime<Utc>,
        Option<String>,
        PanelInvitationState,
        Option<DateTime<Utc>>,
        Option<String>,
    );
    let rows: Vec<Found> = i::table
        .inner_join(expert::table.on(expert::id.eq(i::expert_id)))
        .filter(i::consultation_id.eq_any(ids))
        .order((i::consultation_id, i::ordinal))
        .select((
            i::consultation_id,
            (i::expert_id, expert::name, i::invited_at, i::note, i::state, i::answered_at, i::reason),
        ))
        .load(conn)?;
    let mut invitations: HashMap<ConsultationId, Vec<PanelInvitationView>> = HashMap::new();
    for (id, (expert, name, invited_at, note, state, answered_at, reason)) in rows {
        let view = PanelInvitationView { expert, name, invited_at, note, state, answered_at, reason };
        invitations.entry(id).or_default().push(view);
    }
    Ok(invitations)
}

/// The panels of some consultations.
pub(super) fn panels(
    conn: &mut PgConnection,
    ids: &[ConsultationId],
) -> Result<HashMap<ConsultationId, Vec<PanelView>>, Problem> {
    use consultation_panel as p;
    type Said = (Option<String>, Option<Agreement>, Option<String>, bool, Option<DateTime<Utc>>, i32);
    type PanelRow = (ConsultationId, ExpertId, String, DateTime<Utc>, Said, bool);
    let rows: Vec<PanelRow> = p::table
        .inner_join(expert::table.on(expert::id.eq(p::expert_id)))
        .filter(p::consultation_id.eq_any(ids))
        .order((p::invited_at, p::expert_id))
        .select((
            p::consultation_id,
            p::expert_id,
            expert::name,
            p::invited_at,
            (p::opinion, p::agreement, p::agreement_reason, p::after_conclusion, p::opinion_at, p::revision),
            p::seated,
        ))
        .load(conn)?;
    let mut panels: HashMap<ConsultationId, Vec<PanelView>> = HashMap::new();
    for (id, expert, name, invited_at, said, seated) in rows {
        let (opinion, agreement, reason, after_conclusion, opinion_at, revision) = said;
        let view = PanelView {
            expert,
            name,
            invited_at,
            opinion,
            agreement,
            reason,
            after_conclusion,
            opinion_at,
            revision,
            seated,
        };
        panels.entry(id).or_default().push(view);
    }
    Ok(panels)
}
