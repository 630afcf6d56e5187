//! A panel (会诊): the lead invites experts, each gives one opinion, revisable until the conclusion.
//!
//! A seat counts as one consultation of the expert's capacity, and the hard rules hold for it.

use crate::accounts::store::of_expert;
use crate::consultations::answer::lock_for;
use crate::consultations::offers::excluded;
use crate::consultations::policy::Action;
use crate::consultations::status::Status;
use crate::consultations::store::{
    Row, StepNote, announce, audit, enterprise_name, history, join, link, recipient,
};
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::schema::{consultation_panel, expert};
use crate::db::{Command, Tx};
use crate::matching::choose_this;
use crate::notifications::{Mail, outbox};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;

/// Invites an expert to the panel of a consultation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InviteExpert {
    /// Which.
    pub id: ConsultationId,
    /// Whom.
    pub expert: ExpertId,
    /// What for.
    pub note: Option<String>,
}

/// Gives one's opinion on a consultation, or revises it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveOpinion {
    /// Which.
    pub id: ConsultationId,
    /// The opinion.
    pub opinion: String,
}

fn under_way(row: &Row) -> Result<(), Problem> {
    if row.status == Status::Active {
        return Ok(());
    }
    let status = row.status.text();
    Err(Problem::new(
        Code::ConsultationStatus,
        Text::new(
            format!("问诊当前状态为“{}”,不能进行此操作", status.zh),
            format!("the consultation is {}; a panel sits while it is under way", status.en),
        ),
    ))
}

impl Command for InviteExpert {
    type Output = ConsultationId;
    const NAME: &'static str = "invite_expert";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        use consultation_panel as p;
        let row = lock_for(tx, self.id, Action::Invite)?;
        let mut fields = Fields::new();
        let note = fields.optional_text("/note", self.note.as_deref(), 1000);
        let leads = row.expert_id == Some(self.expert);
        fields.require(!leads, "/expert", "该专家就是主诊专家", "leads the consultation");
        fields.done()?;
        under_way(&row)?;
        let seat = p::table.find((row.id, self.expert)).select(p::seated).first(&mut *tx.conn).optional()?;
        if seat == Some(true) {
            return Err(Problem::new(
                Code::OnPanelAlready,
                Text::new("该专家已在会诊中", "this expert is on the panel already"),
            ));
        }
        let choice = choose_this(tx, row.id, self.expert, true)?.map_err(excluded)?;
        diesel::insert_into(p::table)
            .values((
                p::consultation_id.eq(row.id),
                p::expert_id.eq(self.expert),
                p::invited_by.eq(tx.actor.account()),
                p::invited_at.eq(tx.now),
                p::seated.eq(true),
            ))
            .on_conflict((p::consultation_id, p::expert_id))
            .do_update()
            .set(p::seated.eq(true))
            .execute(&mut *tx.conn)?;
        join(tx, row.id, choice.account, "expert", false)?;
        if let Some(to) = of_expert(&mut tx.conn, self.expert)?.as_ref().and_then(recipient) {
            let mail = Mail::PanelInvitation {
                subject: row.subject.clone(),
                enterprise: enterprise_name(tx, &row)?,
                note: note.clone().unwrap_or_default().into(),
                link: link(tx, row.id),
            };
            outbox::enqueue(tx, &to, &mail)?;
        }
        history(tx, &row, "invite", Some(row.status), StepNote { expert: Some(self.expert), note })?;
        audit(tx, &row, Self::NAME, json!({ "expert": self.expert }))?;
        announce(tx, &row)?;
        Ok(row.id)
    }
}

impl Command for GiveOpinion {
    type Output = ConsultationId;
    const NAME: &'static str = "give_opinion";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        use consultation_panel as p;
        let row = lock_for(tx, self.id, Action::Opine)?;
        let mut fields = Fields::new();
        let opinion = fields.text("/opinion", &self.opinion, 8000);
        fields.done()?;
        under_way(&row)?;
        let Some(Scope::Expert(me)) = tx.actor.scope().cloned() else { return Err(Problem::forbidden()) };
        if row.expert_id == Some(me) {
            diesel::insert_into(p::table)
                .values((
                    p::consultation_id.eq(row.id),
                    p::expert_id.eq(me),
                    p::invited_at.eq(tx.now),
                    p::seated.eq(false),
                ))
                .on_conflict_do_nothing()
                .execute(&mut *tx.conn)?;
        }
        let given = diesel::update(p::table.find((row.id, me)))
            .set((p::opinion.eq(&opinion), p::opinion_at.eq(tx.now), p::revision.eq(p::revision + 1)))
            .execute(&mut *tx.conn)?;
        if given == 0 {
            return Err(Problem::forbidden());
        }
        history(tx, &row, "opinion", Some(row.status), StepNote { expert: Some(me), note: None })?;
        audit(tx, &row, Self::NAME, json!({ "expert": me }))?;
        announce(tx, &row)?;
        Ok(row.id)
    }
}

/// Ends the panel's seats, when the consultation is concluded.
///
/// # Errors
/// When the database refuses.
pub fn rise(tx: &mut Tx, id: ConsultationId) -> Result<(), Problem> {
    use consultation_panel as p;
    diesel::update(p::table.filter(p::consultation_id.eq(id)).filter(p::seated))
        .set(p::seated.eq(false))
        .execute(&mut *tx.conn)?;
    Ok(())
}

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
    /// When it was given or last revised.
    pub opinion_at: Option<DateTime<Utc>>,
    /// How often it was given: 2 once it was revised.
    pub revision: i32,
}

/// The panels of some consultations.
///
/// # Errors
/// When the database can't be asked.
pub fn panels(
    conn: &mut PgConnection,
    ids: &[ConsultationId],
) -> Result<HashMap<ConsultationId, Vec<PanelView>>, Problem> {
    use consultation_panel as p;
    type PanelRow =
        (ConsultationId, ExpertId, String, DateTime<Utc>, Option<String>, Option<DateTime<Utc>>, i32);
    let rows: Vec<PanelRow> = p::table
        .inner_join(expert::table)
        .filter(p::consultation_id.eq_any(ids))
        .order((p::invited_at, p::expert_id))
        .select((
            p::consultation_id,
            p::expert_id,
            expert::name,
            p::invited_at,
            p::opinion,
            p::opinion_at,
            p::revision,
        ))
        .load(conn)?;
    let mut panels: HashMap<ConsultationId, Vec<PanelView>> = HashMap::new();
    for (id, expert, name, invited_at, opinion, opinion_at, revision) in rows {
        let view = PanelView { expert, name, invited_at, opinion, opinion_at, revision };
        panels.entry(id).or_default().push(view);
    }
    Ok(panels)
}
