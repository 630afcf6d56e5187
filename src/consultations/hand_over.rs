//! An expert's account ends: what is offered to or held by the expert, and the seats on panels, pass to another expert or are matched anew.

use crate::consultations::assign::{give_to, mail_enterprise};
use crate::consultations::changes::{Change, Round, StepNote};
use crate::consultations::consultation::Consultation;
use crate::consultations::needs::need;
use crate::consultations::offers::{offer_or_wait, offer_to};
use crate::consultations::panel::{invite, rule_against, withdraw};
use crate::consultations::panel_store::{invited_to, is_invited, is_seated};
use crate::consultations::policy::visible_to;
use crate::consultations::status::{Status, Step};
use crate::consultations::store::{audit, load, save};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::db::Tx;
use crate::db::schema::{consultation, consultation_panel};
use crate::matching::choice::choose_this;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;

crate::word_enum! {
    /// The part that an expert has in an open consultation.
    pub enum ExpertPart {
        /// It is offered to the expert.
        Offered = "offered",
        /// The expert holds it.
        Lead = "lead",
        /// The expert has a seat on its panel.
        Panel = "panel",
    }
}

/// An open consultation in which an expert has a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HeldConsultation {
    /// The consultation.
    pub id: ConsultationId,
    /// Its subject, where the caller sees the consultation.
    pub subject: Option<String>,
    /// The part that the expert has in it.
    pub part: ExpertPart,
}

/// What became of a consultation that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HandedOver {
    /// The consultation.
    pub id: ConsultationId,
    /// The part that the former expert had.
    pub part: ExpertPart,
    /// Who has it or is asked now; none where it waits for an expert, and for a seat that nobody took.
    pub expert: Option<ExpertId>,
    /// The state of the consultation now.
    pub status: Status,
}

/// The open consultations in which an expert has a part, by their ids.
fn parts(
    conn: &mut PgConnection,
    expert: ExpertId,
) -> Result<Vec<(ConsultationId, ExpertPart, String)>, Problem> {
    use consultation_panel as p;
    let held: Vec<(ConsultationId, Status, String)> = consultation::table
        .filter(consultation::expert_id.eq(expert))
        .filter(consultation::status.eq_any([Status::Offered, Status::Active]))
        .select((consultation::id, consultation::status, consultation::subject))
        .load(conn)?;
    let seats: Vec<(ConsultationId, String)> = p::table
        .inner_join(consultation::table)
        .filter(p::expert_id.eq(expert))
        .filter(p::seated)
        .select((consultation::id, consultation::subject))
        .load(conn)?;
    let part = |status| if status == Status::Offered { ExpertPart::Offered } else { ExpertPart::Lead };
    let held = held.into_iter().map(|(id, status, subject)| (id, part(status), subject));
    let seats = seats.into_iter().map(|(id, subject)| (id, ExpertPart::Panel, subject));
    let mut all: Vec<_> = held.chain(seats).collect();
    all.sort_unstable();
    Ok(all)
}

/// The open consultations in which an expert has a part; their subjects for those who see them.
///
/// # Errors
/// When the database can't be asked.
pub fn held_by(
    conn: &mut PgConnection,
    actor: &Actor,
    expert: ExpertId,
) -> Result<Vec<HeldConsultation>, Problem> {
    let all = parts(conn, expert)?;
    let ids: Vec<_> = all.iter().map(|(id, ..)| *id).collect();
    let seen: Vec<ConsultationId> =
        visible_to(actor).filter(consultation::id.eq_any(&ids)).select(consultation::id).load(conn)?;
    let view = |(id, part, subject)| HeldConsultation {
        id,
        subject: Some(subject).filter(|_| seen.contains(&id)),
        part,
    };
    Ok(all.into_iter().map(view).collect())
}

/// Passes everything that an expert holds, is offered or sits on to `to`, where that is named and the hard rules allow it; the rest is
/// matched anew. The expert's account is inactive by now, so that nothing comes back.
///
/// # Errors
/// When the database refuses.
pub fn hand_over(
    tx: &mut Tx,
    from: ExpertId,
    to: Option<ExpertId>,
    reason: &str,
) -> Result<Vec<HandedOver>, Problem> {
    pass_parts(tx, from, to, reason, |_| true)
}

/// Withdraws what is offered to an expert, and invitations to panels, and asks others. What the expert holds or sits on stays. The expert is
/// suspended by now, so that nothing comes back.
///
/// # Errors
/// When the database refuses.
pub fn withdraw_offers(tx: &mut Tx, from: ExpertId, reason: &str) -> Result<Vec<HandedOver>, Problem> {
    pass_parts(tx, from, None, reason, |part| part == ExpertPart::Offered)
}

/// The same for the parts that are chosen, and for all invitations.
fn pass_parts(
    tx: &mut Tx,
    from: ExpertId,
    to: Option<ExpertId>,
    reason: &str,
    chosen: impl Fn(ExpertPart) -> bool,
) -> Result<Vec<HandedOver>, Problem> {
    // All are locked before any expert is.
    let mut loaded: HashMap<ConsultationId, Consultation> = HashMap::new();
    let held = parts(&mut tx.conn, from)?.into_iter().filter(|(_, part, _)| chosen(*part));
    let mut ids: Vec<ConsultationId> = held.map(|(id, ..)| id).collect();
    ids.extend(invited_to(&mut tx.conn, from)?);
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let c = load(tx, id)?;
        loaded.insert(id, c);
    }
    // Who leads may invite someone else.
    for id in invited_to(&mut tx.conn, from)? {
        let Some(c) = loaded.get_mut(&id) else { continue };
        withdraw(tx, c, from, Some(reason.to_owned()))?;
    }
    // Who answered in the meantime has it no more.
    let mut done = Vec::new();
    for (id, part, _) in parts(&mut tx.conn, from)?.into_iter().filter(|(_, part, _)| chosen(*part)) {
        let Some(c) = loaded.get_mut(&id) else { continue };
        let expert = match part {
            ExpertPart::Panel => pass_seat(tx, c, from, to, reason)?,
            ExpertPart::Lead | ExpertPart::Offered => pass(tx, c, from, to, reason)?,
        };
        audit(
            tx,
            c,
            "hand_over_consultation",
            json!({ "from": from, "to": expert, "part": part, "reason": reason }),
        )?;
        done.push(HandedOver { id, part, expert, status: c.status });
    }
    Ok(done)
}

/// Takes a consultation back and gives it on. Gives who has it or is asked now.
fn pass(
    tx: &mut Tx,
    c: &mut Consultation,
    from: ExpertId,
    to: Option<ExpertId>,
    reason: &str,
) -> Result<Option<ExpertId>, Problem> {
    let held = c.status == Status::Active;
    c.step(Step::Withdraw, StepNote { expert: Some(from), note: Some(reason.to_owned()) })?;
    c.change(Change::Answer("withdrawn", Some(reason.to_owned())));
    c.release(if held { Round::New } else { Round::Same }, tx.now)?;
    // The former expert's place must be free before the next one is chosen.
    save(tx, c)?;
    let given = match to {
        Some(to) if held => give(tx, c, from, to, reason)?,
        Some(to) => offer_to(tx, c, to).map(|()| true).or_else(refused_by_a_rule)?,
        None => false,
    };
    if !given {
        offer_or_wait(tx, c, true)?;
    }
    Ok(c.expert_id)
}

/// A rule that excludes the named expert is no failure: somebody else is asked.
fn refused_by_a_rule(problem: Problem) -> Result<bool, Problem> {
    if problem.status == 422 { Ok(false) } else { Err(problem) }
}

/// Gives a waiting consultation to an expert, who holds it at once. Says whether the hard rules allow it.
fn give(
    tx: &mut Tx,
    c: &mut Consultation,
    from: ExpertId,
    to: ExpertId,
    reason: &str,
) -> Result<bool, Problem> {
    let need = need(tx, c)?;
    let Ok(choice) = choose_this(tx, &need, to, true)? else { return Ok(false) };
    c.step(Step::Assign, StepNote { expert: Some(to), note: Some(reason.to_owned()) })?;
    give_to(tx, c, choice, reason)?;
    mail_enterprise(tx, c, to, Some(from))?;
    Ok(true)
}

/// Ends a seat on a panel, and invites the expert who is named to it, where the hard rules allow it.
fn pass_seat(
    tx: &mut Tx,
    c: &mut Consultation,
    from: ExpertId,
    to: Option<ExpertId>,
    reason: &str,
) -> Result<Option<ExpertId>, Problem> {
    c.change(Change::Unseat(from));
    c.change(Change::Leaves(from));
    c.announce();
    save(tx, c)?;
    let Some(to) = to.filter(|to| c.expert_id != Some(*to)) else { return Ok(None) };
    if is_seated(tx, c.id, to)? == Some(true) || is_invited(tx, c.id, to)? {
        return Ok(None);
    }
    if rule_against(tx, c, to)?.is_some() {
        return Ok(None);
    }
    invite(tx, c, to, Some(reason.to_owned()))?;
    Ok(Some(to))
}
