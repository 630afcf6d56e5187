//! Loading a consultation under a lock, and the one way to save it: its row, its history, its offers and its people.

use crate::accounts::store::of_expert;
use crate::chat::events::{ConsultationChanged, MemberRemoved, OfferEnded, QueueChanged};
use crate::chat::streams;
use crate::consultations::changes::{Change, ChangeAudience, Entry, NewOffer};
use crate::consultations::consultation::{Consultation, Row};
use crate::consultations::merged_talks;
use crate::consultations::panel_store::{self, is_seated};
use crate::consultations::status::{Closing, Status};
use crate::core::actor::Actor;
use crate::core::ids::{AccountId, ConsultationId, ExpertId};
use crate::core::{Problem, Wake};
use crate::db::Tx;
use crate::db::published::{enterprise, expert};
use crate::db::schema::{
    consultation, consultation_event, consultation_offer, consultation_panel, consultation_participant,
    consultation_rating_past, consultation_rating_reminder,
};
use crate::db::tx::Subject;
use crate::matching::search::SearchStep;
use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde_json::Value;

/// Wakes who follows the consultations: one was opened or has changed.
pub const CHANGED: Wake = Wake::new("consultation_changed");

/// Loads a consultation and locks its row until the transaction ends. An expert's row is locked after it, never before.
///
/// # Errors
/// 404 where there is none.
pub fn load(tx: &mut Tx, id: ConsultationId) -> Result<Consultation, Problem> {
    let row = consultation::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
    Ok(Consultation::new(row))
}

/// Loads two consultations and locks their rows, the smaller id first whichever is named first, so that two who do so never wait for each
/// other.
///
/// # Errors
/// When the database can't be asked.
pub fn load_both(
    tx: &mut Tx,
    one: ConsultationId,
    other: ConsultationId,
) -> Result<(Option<Consultation>, Option<Consultation>), Problem> {
    let mut rows: Vec<Row> = consultation::table
        .filter(consultation::id.eq_any([one, other]))
        .order(consultation::id)
        .for_update()
        .select(Row::as_select())
        .load(&mut *tx.conn)?;
    let mut take = |id: ConsultationId| {
        let at = rows.iter().position(|row| row.id == id)?;
        Some(Consultation::new(rows.swap_remove(at)))
    };
    Ok((take(one), take(other)))
}

/// The columns that a save changes.
#[derive(AsChangeset)]
#[diesel(table_name = consultation)]
struct Changed<'a> {
    status: Option<Status>,
    expert_id: Option<Option<ExpertId>>,
    offer_expires_at: Option<Option<DateTime<Utc>>>,
    accepted_at: Option<Option<DateTime<Utc>>>,
    concluded_at: Option<Option<DateTime<Utc>>>,
    conclusion: Option<Option<&'a str>>,
    rating: Option<Option<i32>>,
    rating_comment: Option<Option<&'a str>>,
    rated_at: Option<Option<DateTime<Utc>>>,
    search_step: Option<SearchStep>,
    search_since: Option<Option<DateTime<Utc>>>,
    searched_at: Option<Option<DateTime<Utc>>>,
    tried_since: Option<Option<DateTime<Utc>>>,
    alarmed_at: Option<Option<DateTime<Utc>>>,
    pinned: Option<bool>,
    reopened: Option<i32>,
    answer_due_at: Option<Option<DateTime<Utc>>>,
    answer_expected_at: Option<Option<DateTime<Utc>>>,
    information_asked_at: Option<Option<DateTime<Utc>>>,
    closed: Option<Option<Closing>>,
    updated_at: DateTime<Utc>,
}

/// The new value of a column, where it differs.
fn changed<T: PartialEq + Copy>(stored: T, new: T) -> Option<T> {
    (stored != new).then_some(new)
}

impl<'a> Changed<'a> {
    fn between(stored: &'a Row, new: &'a Row, now: DateTime<Utc>) -> Self {
        Self {
            status: changed(stored.status, new.status),
            expert_id: changed(stored.expert_id, new.expert_id),
            offer_expires_at: changed(stored.offer_expires_at, new.offer_expires_at),
            accepted_at: changed(stored.accepted_at, new.accepted_at),
            concluded_at: changed(stored.concluded_at, new.concluded_at),
            conclusion: changed(stored.conclusion.as_deref(), new.conclusion.as_deref()),
            rating: changed(stored.rating, new.rating),
            rating_comment: changed(stored.rating_comment.as_deref(), new.rating_comment.as_deref()),
            rated_at: changed(stored.rated_at, new.rated_at),
            search_step: changed(stored.search_step, new.search_step),
            search_since: changed(stored.search_since, new.search_since),
            searched_at: changed(stored.searched_at, new.searched_at),
            tried_since: changed(stored.tried_since, new.tried_since),
            alarmed_at: changed(stored.alarmed_at, new.alarmed_at),
            pinned: changed(stored.pinned, new.pinned),
            reopened: changed(stored.reopened, new.reopened),
            answer_due_at: changed(stored.answer_due_at, new.answer_due_at),
            information_asked_at: changed(stored.information_asked_at, new.information_asked_at),
            closed: changed(stored.closed, new.closed),
            answer_expected_at: changed(stored.answer_expected_at, new.answer_expected_at),
            updated_at: now,
        }
    }
}

/// Saves a consultation: the columns that changed, then the lines of the history, the offers and the people that the changes
/// brought, in their order; and leaves the event for its participants where there is news for them.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx, c: &mut Consultation) -> Result<(), Problem> {
    let (stored, row) = c.rows();
    if stored != row {
        tx.wake(CHANGED);
        let of_queue = |row: &Row| (row.status, row.expert_id, row.alarmed_at, row.pinned);
        if of_queue(stored) != of_queue(row) {
            queue_changed(tx, row.id)?;
        }
        diesel::update(consultation::table.find(row.id))
            .set(Changed::between(stored, row, tx.now))
            .execute(&mut *tx.conn)?;
    }
    write_changes(tx, c)
}

/// Leaves the event that informs the officers of the region that their queue has changed.
///
/// # Errors
/// When the database can't be asked.
pub fn queue_changed(tx: &mut Tx, id: ConsultationId) -> Result<(), Problem> {
    let region = consultation::table.find(id).select(consultation::region).first(&mut *tx.conn)?;
    tx.emit(QueueChanged { region });
    Ok(())
}

/// Stores a consultation that is new, with the rows that belong to it.
///
/// # Errors
/// When the database refuses. `false` where its nonconformity has an open consultation already; then nothing is stored.
pub fn insert(tx: &mut Tx, c: &mut Consultation) -> Result<bool, Problem> {
    let inserted = diesel::insert_into(consultation::table)
        .values((
            consultation::id.eq(c.id),
            consultation::enterprise_id.eq(c.enterprise_id),
            consultation::nonconformity_id.eq(c.nonconformity_id),
            consultation::product_kind.eq(&c.product_kind),
            consultation::subject.eq(&c.subject),
            consultation::question.eq(&c.question),
            consultation::status.eq(c.status),
            consultation::opened_by.eq(c.opened_by),
            consultation::opened_at.eq(c.opened_at),
            consultation::on_site.eq(c.on_site),
            consultation::search_since.eq(c.search_since),
            consultation::updated_at.eq(tx.now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    if inserted == 0 {
        return Ok(false);
    }
    streams::create(tx, c.id)?;
    tx.wake(CHANGED);
    queue_changed(tx, c.id)?;
    write_changes(tx, c).map(|()| true)
}

fn write_changes(tx: &mut Tx, c: &mut Consultation) -> Result<(), Problem> {
    let (changes, announced) = c.saved();
    for change in changes {
        match change {
            Change::Event(entry) => write_entry(tx, c.id, entry)?,
            Change::Offer(offer) => write_offer(tx, c.id, &offer)?,
            Change::Answer(answer, reason) => answer_offer(tx, c.id, answer, reason.as_deref())?,
            Change::OfferUntil(until) => extend_offer(tx, c.id, until)?,
            Change::Joins(account, role, lead) => join(tx, c.id, account, role, lead)?,
            Change::Leaves(expert) => leave(tx, c.id, expert)?,
            Change::Invite(expert, note) => panel_store::invite(tx, c.id, expert, note.as_deref())?,
            Change::Invitation(expert, state, reason) => {
                panel_store::answer(tx, c.id, expert, state, reason.as_deref())?;
            }
            Change::InvitationsLapse => panel_store::lapse(tx, c.id)?,
            Change::Seat(expert) => panel_store::seat(tx, c.id, expert)?,
            Change::Unseat(expert) => panel_store::unseat(tx, c.id, Some(expert))?,
            Change::UnseatAll => panel_store::unseat(tx, c.id, None)?,
            Change::Opinion(expert, opinion) => panel_store::write_opinion(tx, c.id, expert, &opinion)?,
            Change::RatingTakenBack(rated_at, rating) => keep_rating(tx, c.id, rated_at, rating)?,
        }
    }
    announced.map_or(Ok(()), |news| tell_participants(tx, c, news))
}

fn write_entry(tx: &mut Tx, id: ConsultationId, entry: Entry) -> Result<(), Problem> {
    use consultation_event as e;
    let (account, role) = if entry.by_platform {
        (None, Actor::System.role_word())
    } else {
        (tx.actor.account(), tx.actor.role_word())
    };
    let last: Option<i32> =
        e::table.filter(e::consultation_id.eq(id)).select(max(e::seq)).first(&mut *tx.conn)?;
    diesel::insert_into(e::table)
        .values((
            e::consultation_id.eq(id),
            e::seq.eq(last.unwrap_or(0) + 1),
            e::event.eq(entry.event),
            e::from_status.eq(entry.from),
            e::to_status.eq(entry.to),
            e::actor_id.eq(account),
            e::actor_role.eq(role),
            e::expert_id.eq(entry.note.expert),
            e::note.eq(entry.note.note),
            e::at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

fn write_offer(tx: &mut Tx, id: ConsultationId, offer: &NewOffer) -> Result<(), Problem> {
    use consultation_offer as o;
    let last: Option<i32> =
        o::table.filter(o::consultation_id.eq(id)).select(max(o::ordinal)).first(&mut *tx.conn)?;
    diesel::insert_into(o::table)
        .values((
            o::consultation_id.eq(id),
            o::ordinal.eq(last.unwrap_or(0) + 1),
            o::expert_id.eq(offer.choice.expert),
            o::score.eq(serde_json::to_value(&offer.choice.score)?),
            o::offered_at.eq(tx.now),
            o::expires_at.eq(offer.expires_at),
            o::holds_until.eq(offer.holds_until),
            o::answer.eq(offer.answer),
            o::answered_at.eq(offer.answer.map(|_| tx.now)),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// The offer that nobody has answered yet is the last one. Whoever does not hold the consultation by it is told that it is over.
fn answer_offer(tx: &mut Tx, id: ConsultationId, answer: &str, reason: Option<&str>) -> Result<(), Problem> {
    use consultation_offer as o;
    let open = o::table.filter(o::consultation_id.eq(id)).filter(o::answer.is_null());
    let asked: Vec<ExpertId> = diesel::update(open)
        .set((o::answer.eq(answer), o::answered_at.eq(tx.now), o::reason.eq(reason)))
        .returning(o::expert_id)
        .get_results(&mut *tx.conn)?;
    for expert in asked.into_iter().filter(|_| answer != "accepted") {
        if let Some(account) = of_expert(&mut tx.conn, expert)? {
            tx.emit(OfferEnded { account: account.id, consultation: id, answer: answer.to_owned() });
        }
    }
    Ok(())
}

fn extend_offer(tx: &mut Tx, id: ConsultationId, until: DateTime<Utc>) -> Result<(), Problem> {
    use consultation_offer as o;
    diesel::update(o::table.filter(o::consultation_id.eq(id)).filter(o::answer.is_null()))
        .set(o::expires_at.eq(until))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Until when the open offer can be held at most.
///
/// # Errors
/// 404 where there is no open offer.
pub fn holds_until(tx: &mut Tx, id: ConsultationId) -> Result<Option<DateTime<Utc>>, Problem> {
    use consultation_offer as o;
    let open = o::table.filter(o::consultation_id.eq(id)).filter(o::answer.is_null());
    Ok(open.select(o::holds_until).first(&mut *tx.conn)?)
}

fn join(tx: &mut Tx, id: ConsultationId, who: AccountId, role: &str, lead: bool) -> Result<(), Problem> {
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
    if lead { merged_talks::join(tx, id, who) } else { Ok(()) }
}

/// Ends an expert's part unless the expert is a member of the panel; the expert's sockets receive no more of it.
fn leave(tx: &mut Tx, id: ConsultationId, expert: ExpertId) -> Result<(), Problem> {
    use consultation_participant as p;
    if is_seated(tx, id, expert)? == Some(true) {
        return Ok(());
    }
    let Some(account) = of_expert(&mut tx.conn, expert)? else { return Ok(()) };
    diesel::update(p::table.find((id, account.id))).set(p::removed_at.eq(tx.now)).execute(&mut *tx.conn)?;
    tx.emit(MemberRemoved { consultation: id, account: account.id });
    merged_talks::leave(tx, id, expert, account.id)
}

fn keep_rating(tx: &mut Tx, id: ConsultationId, rated_at: DateTime<Utc>, rating: i32) -> Result<(), Problem> {
    use consultation_rating_past as past;
    diesel::insert_into(past::table)
        .values((
            past::consultation_id.eq(id),
            past::until.eq(tx.now),
            past::rating.eq(rating),
            past::rated_at.eq(rated_at),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Notes that the enterprise of a consultation that is over is reminded to rate it. `false` where it was reminded before, of this end of it.
///
/// # Errors
/// When the database refuses.
pub fn note_rating_reminder(tx: &mut Tx, row: &Row) -> Result<bool, Problem> {
    use consultation_rating_reminder as r;
    let Some(ended_at) = row.concluded_at else { return Ok(false) };
    let noted = diesel::insert_into(r::table)
        .values((r::consultation_id.eq(row.id), r::ended_at.eq(ended_at), r::reminded_at.eq(tx.now)))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    Ok(noted > 0)
}

/// Leaves the event that informs all participants that what belongs to a consultation has changed, though not the consultation itself.
/// Takes no lock.
///
/// # Errors
/// When the database can't be asked.
pub fn announce(tx: &mut Tx, id: ConsultationId) -> Result<(), Problem> {
    let row: Row = consultation::table.find(id).select(Row::as_select()).first(&mut *tx.conn)?;
    tell_participants(tx, &row, ChangeAudience::ForAll)
}

/// The same for those participants who see the notes, and for the officers whose queue shows it.
///
/// # Errors
/// When the database can't be asked.
pub fn announce_inside(tx: &mut Tx, id: ConsultationId) -> Result<(), Problem> {
    let row: Row = consultation::table.find(id).select(Row::as_select()).first(&mut *tx.conn)?;
    queue_changed(tx, id)?;
    tell_participants(tx, &row, ChangeAudience::Inside)
}

/// Leaves the event that informs the participants of the present state of the consultation.
fn tell_participants(tx: &mut Tx, row: &Row, news: ChangeAudience) -> Result<(), Problem> {
    let held = matches!(row.status, Status::Active | Status::Concluded);
    let expert = match row.expert_id.filter(|_| held) {
        Some(id) => Some(expert::table.find(id).select(expert::name).first::<String>(&mut *tx.conn)?),
        None => None,
    };
    let panel: Vec<String> = consultation_panel::table
        .inner_join(expert::table.on(expert::id.eq(consultation_panel::expert_id)))
        .filter(consultation_panel::consultation_id.eq(row.id))
        // Who gave an opinion without a seat is shown with the opinions: at the end.
        .filter(consultation_panel::seated.or((row.status == Status::Concluded).into_sql::<Bool>()))
        .order((consultation_panel::invited_at, expert::id))
        .select(expert::name)
        .load(&mut *tx.conn)?;
    tx.emit(ConsultationChanged {
        consultation: row.id,
        status: row.status.as_str().to_owned(),
        expert,
        panel,
        inside: news == ChangeAudience::Inside,
    });
    Ok(())
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
