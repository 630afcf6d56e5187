//! The rows of panels: invitations with their answers, seats, opinions.

use crate::accounts::store::of_expert;
use crate::chat::events::InvitationChanged;
use crate::consultations::agreement::NewOpinion;
use crate::consultations::invitation_state::PanelInvitationState;
use crate::core::Problem;
use crate::core::ids::{AccountId, ConsultationId, ExpertId};
use crate::db::Tx;
use crate::db::schema::{consultation, consultation_invitation as i, consultation_panel as p};
use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

/// Whether an expert is a member of the panel; none for one who never was.
///
/// # Errors
/// When the database can't be asked.
pub fn is_seated(tx: &mut Tx, id: ConsultationId, expert: ExpertId) -> Result<Option<bool>, Problem> {
    Ok(p::table.find((id, expert)).select(p::seated).first(&mut *tx.conn).optional()?)
}

/// Whether an expert is invited to the panel and has not answered yet.
///
/// # Errors
/// When the database can't be asked.
pub fn is_invited(tx: &mut Tx, id: ConsultationId, expert: ExpertId) -> Result<bool, Problem> {
    let open = i::table
        .filter(i::consultation_id.eq(id))
        .filter(i::expert_id.eq(expert))
        .filter(i::state.eq(PanelInvitationState::Invited));
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(&mut *tx.conn)?)
}

/// How many places of a panel are taken: seats and open invitations together.
///
/// # Errors
/// When the database can't be asked.
pub fn places_taken(tx: &mut Tx, id: ConsultationId) -> Result<i64, Problem> {
    let seats = p::table.filter(p::consultation_id.eq(id)).filter(p::seated).count();
    let seats: i64 = seats.get_result(&mut *tx.conn)?;
    let open = i::table.filter(i::consultation_id.eq(id)).filter(i::state.eq(PanelInvitationState::Invited));
    let open: i64 = open.count().get_result(&mut *tx.conn)?;
    Ok(seats + open)
}

/// The consultations to whose panels an expert is invited and has not answered, by their ids.
///
/// # Errors
/// When the database can't be asked.
pub fn invited_to(conn: &mut PgConnection, expert: ExpertId) -> Result<Vec<ConsultationId>, Problem> {
    Ok(i::table
        .filter(i::expert_id.eq(expert))
        .filter(i::state.eq(PanelInvitationState::Invited))
        .order(i::consultation_id)
        .select(i::consultation_id)
        .load(conn)?)
}

/// Notes an invitation, and informs the expert's sockets of it.
pub(super) fn invite(
    tx: &mut Tx,
    id: ConsultationId,
    expert: ExpertId,
    note: Option<&str>,
) -> Result<(), Problem> {
    let last: Option<i32> =
        i::table.filter(i::consultation_id.eq(id)).select(max(i::ordinal)).first(&mut *tx.conn)?;
    diesel::insert_into(i::table)
        .values((
            i::consultation_id.eq(id),
            i::ordinal.eq(last.unwrap_or(0) + 1),
            i::expert_id.eq(expert),
            i::invited_by.eq(tx.actor.account()),
            i::invited_at.eq(tx.now),
            i::note.eq(note),
            i::state.eq(PanelInvitationState::Invited),
        ))
        .execute(&mut *tx.conn)?;
    inform(tx, id, expert, PanelInvitationState::Invited)
}

/// Notes what became of the open invitation of an expert. Does nothing where there is none.
pub(super) fn answer(
    tx: &mut Tx,
    id: ConsultationId,
    expert: ExpertId,
    state: PanelInvitationState,
    reason: Option<&str>,
) -> Result<(), Problem> {
    let open = i::table
        .filter(i::consultation_id.eq(id))
        .filter(i::expert_id.eq(expert))
        .filter(i::state.eq(PanelInvitationState::Invited));
    let answered = diesel::update(open)
        .set((i::state.eq(state), i::answered_at.eq(tx.now), i::reason.eq(reason)))
        .execute(&mut *tx.conn)?;
    if answered > 0 { inform(tx, id, expert, state) } else { Ok(()) }
}

/// All open invitations lapse.
pub(super) fn lapse(tx: &mut Tx, id: ConsultationId) -> Result<(), Problem> {
    let open = i::table.filter(i::consultation_id.eq(id)).filter(i::state.eq(PanelInvitationState::Invited));
    let experts: Vec<ExpertId> = diesel::update(open)
        .set((i::state.eq(PanelInvitationState::Lapsed), i::answered_at.eq(tx.now)))
        .returning(i::expert_id)
        .get_results(&mut *tx.conn)?;
    for expert in experts {
        inform(tx, id, expert, PanelInvitationState::Lapsed)?;
    }
    Ok(())
}

/// Leaves the event that informs an expert's sockets of an invitation.
fn inform(
    tx: &mut Tx,
    id: ConsultationId,
    expert: ExpertId,
    state: PanelInvitationState,
) -> Result<(), Problem> {
    let Some(account) = of_expert(&mut tx.conn, expert)? else { return Ok(()) };
    let subject = consultation::table.find(id).select(consultation::subject).first(&mut *tx.conn)?;
    let state = state.as_str().to_owned();
    tx.emit(InvitationChanged { account: account.id, consultation: id, subject, state });
    Ok(())
}

/// Gives an expert a seat; whoever is invited has been invited by whom the latest invitation names.
pub(super) fn seat(tx: &mut Tx, id: ConsultationId, expert: ExpertId) -> Result<(), Problem> {
    let invited: Option<(Option<AccountId>, DateTime<Utc>)> = i::table
        .filter(i::consultation_id.eq(id))
        .filter(i::expert_id.eq(expert))
        .order(i::ordinal.desc())
        .select((i::invited_by, i::invited_at))
        .first(&mut *tx.conn)
        .optional()?;
    let (by, at) = invited.unwrap_or((tx.actor.account(), tx.now));
    diesel::insert_into(p::table)
        .values((
            p::consultation_id.eq(id),
            p::expert_id.eq(expert),
            p::invited_by.eq(by),
            p::invited_at.eq(at),
            p::seated.eq(true),
        ))
        .on_conflict((p::consultation_id, p::expert_id))
        .do_update()
        .set(p::seated.eq(true))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Ends the seat of an expert, or all seats.
pub(super) fn unseat(tx: &mut Tx, id: ConsultationId, expert: Option<ExpertId>) -> Result<(), Problem> {
    let mut seats = diesel::update(p::table)
        .filter(p::consultation_id.eq(id))
        .filter(p::seated)
        .set(p::seated.eq(false))
        .into_boxed();
    if let Some(expert) = expert {
        seats = seats.filter(p::expert_id.eq(expert));
    }
    seats.execute(&mut *tx.conn)?;
    Ok(())
}

/// The expert who leads may have no place on the panel; for the opinion one without a seat is made.
pub(super) fn write_opinion(
    tx: &mut Tx,
    id: ConsultationId,
    expert: ExpertId,
    opinion: &NewOpinion,
) -> Result<(), Problem> {
    diesel::insert_into(p::table)
        .values((
            p::consultation_id.eq(id),
            p::expert_id.eq(expert),
            p::invited_at.eq(tx.now),
            p::seated.eq(false),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    diesel::update(p::table.find((id, expert)))
        .set((
            p::opinion.eq(&opinion.opinion),
            p::agreement.eq(opinion.agreement),
            p::agreement_reason.eq(&opinion.reason),
            p::after_conclusion.eq(opinion.after_conclusion),
            p::opinion_at.eq(tx.now),
            p::revision.eq(p::revision + 1),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// A conclusion takes in all opinions that there are.
pub(super) fn opinions_concluded(tx: &mut Tx, id: ConsultationId) -> Result<(), Problem> {
    diesel::update(p::table.filter(p::consultation_id.eq(id)).filter(p::after_conclusion))
        .set(p::after_conclusion.eq(false))
        .execute(&mut *tx.conn)?;
    Ok(())
}
