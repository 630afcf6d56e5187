//! A consultation's row, its history and its people.

use crate::accounts::store::AccountRow;
use crate::chat::events::{ConsultationChanged, MemberRemoved};
use crate::consultations::status::{NotAllowed, Status, Step, transition};
use crate::core::ids::{AccountId, ConsultationId, EnterpriseId, ExpertId, NonconformityId};
use crate::core::{Actor, Language, Problem};
use crate::db::Tx;
use crate::db::schema::{
    account, consultation, consultation_event, consultation_panel, consultation_participant, enterprise,
    expert,
};
use crate::db::tx::Subject;
use crate::matching::search::SearchStep;
use crate::notifications::Recipient;
use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;

/// A row of `consultation`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = consultation, check_for_backend(Pg))]
pub struct Row {
    /// The id.
    pub id: ConsultationId,
    /// Who asks.
    pub enterprise_id: EnterpriseId,
    /// What about, where it is one of the enterprise's nonconformities.
    pub nonconformity_id: Option<NonconformityId>,
    /// Code of the product kind.
    pub product_kind: String,
    /// One line.
    pub subject: String,
    /// The question.
    pub question: String,
    /// Where it stands.
    pub status: Status,
    /// The expert to whom it is offered or who holds it.
    pub expert_id: Option<ExpertId>,
    /// When the offer lapses.
    pub offer_expires_at: Option<DateTime<Utc>>,
    /// When the expert took it.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it was concluded.
    pub concluded_at: Option<DateTime<Utc>>,
    /// With what words.
    pub conclusion: Option<String>,
    /// 1 to 5.
    pub rating: Option<i32>,
    /// Said with the rating.
    pub rating_comment: Option<String>,
    /// When it was rated.
    pub rated_at: Option<DateTime<Utc>>,
    /// Whose account opened it.
    pub opened_by: AccountId,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// Whether the expert is wanted on site.
    pub on_site: bool,
    /// How far the search for an expert was widened.
    pub search_step: SearchStep,
    /// Since when the search goes on; none: since the opening.
    pub search_since: Option<DateTime<Utc>>,
    /// When the officers were alarmed that nobody was found.
    pub alarmed_at: Option<DateTime<Utc>>,
    /// Whether an admin pinned it to its expert.
    pub pinned: bool,
    /// When the first answer of the expert who holds it is due; none once it is there.
    pub answer_due_at: Option<DateTime<Utc>>,
    /// When the enterprise was told to expect an answer, where no one is on duty.
    pub answer_expected_at: Option<DateTime<Utc>>,
}

/// Loads a row and locks it until the transaction ends.
///
/// # Errors
/// 404 where there is none.
pub fn lock(tx: &mut Tx, id: ConsultationId) -> Result<Row, Problem> {
    Ok(consultation::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?)
}

/// What a step changes besides the status.
#[derive(Debug, Default, Clone)]
pub struct StepNote {
    /// The expert whom the step concerns.
    pub expert: Option<ExpertId>,
    /// Why, in the actor's words.
    pub note: Option<String>,
}

/// Takes a step on a locked row: checks that it is allowed, moves the row (in memory), writes the
/// history. The caller writes the columns that go with the step.
///
/// # Errors
/// 409 where the status does not allow the step.
pub fn step(tx: &mut Tx, row: &mut Row, step: Step, note: StepNote) -> Result<(), Problem> {
    let from = row.status;
    let to: Result<Status, NotAllowed> = transition(from, step);
    row.status = to?;
    history(tx, row, step.as_str(), Some(from), note)
}

/// Writes a line of the consultation's history.
///
/// # Errors
/// When the database refuses.
pub fn history(
    tx: &mut Tx,
    row: &Row,
    event: &str,
    from: Option<Status>,
    note: StepNote,
) -> Result<(), Problem> {
    let who = (tx.actor.account(), tx.actor.role_word());
    line(tx, row, event, (from, who), note)
}

/// The same for what the platform does by itself, in whoever's command.
///
/// # Errors
/// When the database refuses.
pub fn platform_history(tx: &mut Tx, row: &Row, event: &str) -> Result<(), Problem> {
    line(tx, row, event, (Some(row.status), (None, Actor::System.role_word())), StepNote::default())
}

fn line(
    tx: &mut Tx,
    row: &Row,
    event: &str,
    (from, (account, role)): (Option<Status>, (Option<AccountId>, &str)),
    note: StepNote,
) -> Result<(), Problem> {
    let last: Option<i32> = consultation_event::table
        .filter(consultation_event::consultation_id.eq(row.id))
        .select(max(consultation_event::seq))
        .first(&mut *tx.conn)?;
    diesel::insert_into(consultation_event::table)
        .values((
            consultation_event::consultation_id.eq(row.id),
            consultation_event::seq.eq(last.unwrap_or(0) + 1),
            consultation_event::event.eq(event),
            consultation_event::from_status.eq(from),
            consultation_event::to_status.eq(row.status),
            consultation_event::actor_id.eq(account),
            consultation_event::actor_role.eq(role),
            consultation_event::expert_id.eq(note.expert),
            consultation_event::note.eq(note.note),
            consultation_event::at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Makes an account a participant, again if it was one before.
///
/// # Errors
/// When the database refuses.
pub fn join(tx: &mut Tx, id: ConsultationId, who: AccountId, role: &str, lead: bool) -> Result<(), Problem> {
    use consultation_participant as p;
    diesel::insert_into(p::table)
        .values((
            p::consultation_id.eq(id),
            p::account_id.eq(who),
            p::role.eq(role),
            p::lead.eq(lead),
            p::joined_at.eq(tx.now),
        ))
        .on_conflict((p::consultation_id, p::account_id))
        .do_update()
        .set((p::removed_at.eq(None::<DateTime<Utc>>), p::lead.eq(lead)))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Ends an account's part in a consultation; its sockets hear no more of it.
///
/// # Errors
/// When the database refuses.
pub fn remove(tx: &mut Tx, id: ConsultationId, who: AccountId) -> Result<(), Problem> {
    use consultation_participant as p;
    diesel::update(p::table.find((id, who))).set(p::removed_at.eq(tx.now)).execute(&mut *tx.conn)?;
    tx.emit(MemberRemoved { consultation: id, account: who });
    Ok(())
}

/// Leaves the event that tells the participants where the consultation stands now.
///
/// # Errors
/// When the database can't be asked.
pub fn announce(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    let held = matches!(row.status, Status::Active | Status::Concluded);
    let expert = match row.expert_id.filter(|_| held) {
        Some(id) => Some(expert::table.find(id).select(expert::name).first::<String>(&mut *tx.conn)?),
        None => None,
    };
    let panel: Vec<String> = consultation_panel::table
        .inner_join(expert::table)
        .filter(consultation_panel::consultation_id.eq(row.id))
        .order((consultation_panel::invited_at, expert::id))
        .select(expert::name)
        .load(&mut *tx.conn)?;
    tx.emit(ConsultationChanged {
        consultation: row.id,
        status: row.status.as_str().to_owned(),
        expert,
        panel,
    });
    Ok(())
}

/// Where to write to an account, if it has a mail address.
pub fn recipient(row: &AccountRow) -> Option<Recipient> {
    Some(Recipient {
        address: row.email.clone()?,
        name: row.name.clone(),
        language: Language::from_tag(&row.language),
    })
}

/// Writes a row of the audit about a consultation, for the regulators of its enterprise's region.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &Row, action: &str, data: Value) -> Result<(), Problem> {
    let region: String =
        enterprise::table.find(row.enterprise_id).select(enterprise::region).first(&mut *tx.conn)?;
    tx.audit(action, Subject::new("consultation", row.id.0).in_region(&region), data)
}

/// Whether the account sits on the consultation's panel, so that losing the lead does not end its part.
///
/// # Errors
/// When the database can't be asked.
pub fn is_seated(tx: &mut Tx, id: ConsultationId, expert: ExpertId) -> Result<bool, Problem> {
    use consultation_panel as p;
    let seat = p::table.find((id, expert)).select(p::seated).first(&mut *tx.conn).optional()?;
    Ok(seat.unwrap_or(false))
}

/// The address of the consultation's page, for mails.
pub fn link(tx: &Tx, id: ConsultationId) -> String {
    tx.link(&format!("/consultations/{id}"))
}

/// The name of an expert.
///
/// # Errors
/// 404 where there is none.
pub fn expert_name(tx: &mut Tx, id: ExpertId) -> Result<String, Problem> {
    Ok(expert::table.find(id).select(expert::name).first(&mut *tx.conn)?)
}

/// The name of the enterprise that asks.
///
/// # Errors
/// When the database can't be asked.
pub fn enterprise_name(tx: &mut Tx, row: &Row) -> Result<String, Problem> {
    Ok(enterprise::table.find(row.enterprise_id).select(enterprise::name).first(&mut *tx.conn)?)
}

/// The account that opened the consultation.
///
/// # Errors
/// When the database can't be asked.
pub fn opener(tx: &mut Tx, row: &Row) -> Result<AccountRow, Problem> {
    Ok(account::table.find(row.opened_by).select(AccountRow::as_select()).first(&mut *tx.conn)?)
}
