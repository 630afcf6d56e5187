//! Offers: to whom a consultation goes next, until when, and how one ends.

use crate::accounts::store::of_expert;
use crate::chat::events::OfferMade;
use crate::consultations::status::Step;
use crate::consultations::store::{
    Row, StepNote, announce, enterprise_name, is_seated, link, recipient, remove, step,
};
use crate::consultations::waiting::{expect, waits, widen};
use crate::core::Problem;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::db::Tx;
use crate::db::schema::{consultation, consultation_offer};
use crate::matching::model::Exclusion;
use crate::matching::search::SearchStep;
use crate::matching::{Choice, Search, choose, choose_this};
use crate::notifications::{Mail, outbox};
use crate::presence;
use chrono::{DateTime, Duration, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

/// Offers a waiting consultation to the best expert, or leaves it waiting. Gives whether it was
/// offered. `news` says whether the enterprise shall learn by mail that it waits.
///
/// # Errors
/// When the database refuses.
pub fn offer_or_wait(tx: &mut Tx, mut row: Row, news: bool) -> Result<bool, Problem> {
    let since = row.search_since.unwrap_or(row.opened_at);
    let search = Search { consultation: row.id, reached: row.search_step, since };
    let outcome = choose(tx, search)?;
    widen(tx, &mut row, outcome.reached)?;
    match outcome.choice {
        Some(choice) => make_offer(tx, &mut row, choice).map(|()| true),
        None => waits(tx, &mut row, news, outcome.on_duty_at).map(|()| false),
    }
}

/// Offers a waiting consultation to one named expert.
///
/// # Errors
/// 422 with the rule that forbids it.
pub fn offer_to(tx: &mut Tx, mut row: Row, expert: ExpertId) -> Result<(), Problem> {
    match choose_this(tx, row.id, expert, false)? {
        Ok(choice) => make_offer(tx, &mut row, choice),
        Err(rule) => Err(excluded(rule)),
    }
}

/// The refusal of a named expert.
pub fn excluded(rule: Exclusion) -> Problem {
    let mut text = rule.text();
    text.zh = format!("该专家不能接受本问诊:{}", text.zh).into();
    text.en = format!("this expert can't be given the consultation: {}", text.en).into();
    Problem::field("/expert", text)
}

fn make_offer(tx: &mut Tx, row: &mut Row, choice: Choice) -> Result<(), Problem> {
    let present = presence::is_present(tx, choice.account)?;
    let settings = &tx.settings.matching;
    let seconds = if present { settings.offer_present_seconds } else { settings.offer_mail_seconds };
    let seconds = Duration::seconds(i64::try_from(seconds).unwrap_or(i64::from(u32::MAX)));
    let most = Duration::seconds(settings.offer_hold_most_seconds.into());
    // Who is off duty has the time from the beginning of the next shift.
    let expires_at = choice.on_duty_at.unwrap_or(tx.now).max(tx.now) + seconds;
    row.expert_id = Some(choice.expert);
    row.offer_expires_at = Some(expires_at);
    step(tx, row, Step::Offer, StepNote { expert: Some(choice.expert), note: None })?;
    diesel::update(consultation::table.find(row.id))
        .set((
            consultation::status.eq(row.status),
            consultation::expert_id.eq(row.expert_id),
            consultation::offer_expires_at.eq(row.offer_expires_at),
            consultation::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    note_offer(tx, row.id, &choice, expires_at, Some(expires_at + most), None)?;
    expect(tx, row, choice.on_duty_at)?;
    tell_expert(tx, row, &choice, expires_at)?;
    announce(tx, row)
}

/// Writes an offer down. `answer` is given where an admin's order leaves no choice.
///
/// # Errors
/// When the database refuses.
pub fn note_offer(
    tx: &mut Tx,
    id: ConsultationId,
    choice: &Choice,
    expires_at: DateTime<Utc>,
    holds_until: Option<DateTime<Utc>>,
    answer: Option<&str>,
) -> Result<(), Problem> {
    use consultation_offer as o;
    let last: Option<i32> =
        o::table.filter(o::consultation_id.eq(id)).select(max(o::ordinal)).first(&mut *tx.conn)?;
    diesel::insert_into(o::table)
        .values((
            o::consultation_id.eq(id),
            o::ordinal.eq(last.unwrap_or(0) + 1),
            o::expert_id.eq(choice.expert),
            o::score.eq(serde_json::to_value(&choice.score)?),
            o::offered_at.eq(tx.now),
            o::expires_at.eq(expires_at),
            o::holds_until.eq(holds_until),
            o::answer.eq(answer),
            o::answered_at.eq(answer.map(|_| tx.now)),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

fn tell_expert(tx: &mut Tx, row: &Row, choice: &Choice, until: DateTime<Utc>) -> Result<(), Problem> {
    let account = of_expert(&mut tx.conn, choice.expert)?;
    if let Some((account, to)) = account.and_then(|a| recipient(&a).map(|to| (a, to))) {
        let enterprise = enterprise_name(tx, row)?;
        let product = tx.catalogue.products.kind(&row.product_kind);
        let product = product.map_or(row.product_kind.as_str(), |kind| kind.name(to.language)).to_owned();
        let (expert, subject, link) = (account.name, row.subject.clone(), link(tx, row.id));
        let mail = Mail::ConsultationOffered { expert, subject, enterprise, product, until, link };
        outbox::enqueue(tx, &to, &mail)?;
    }
    tx.emit(OfferMade {
        account: choice.account,
        consultation: row.id,
        subject: row.subject.clone(),
        expires_at: until,
    });
    Ok(())
}

/// Notes how an offer was answered. The offer is the consultation's last.
///
/// # Errors
/// When the database refuses.
pub fn note_answer(
    tx: &mut Tx,
    id: ConsultationId,
    answer: &str,
    reason: Option<&str>,
) -> Result<(), Problem> {
    diesel::update(
        consultation_offer::table
            .filter(consultation_offer::consultation_id.eq(id))
            .filter(consultation_offer::answer.is_null()),
    )
    .set((
        consultation_offer::answer.eq(answer),
        consultation_offer::answered_at.eq(tx.now),
        consultation_offer::reason.eq(reason),
    ))
    .execute(&mut *tx.conn)?;
    Ok(())
}

/// Whether the search for the next expert goes on or begins again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Nobody has taken the consultation yet: the waiting goes on.
    Same,
    /// Someone had it: exact and near come first again.
    New,
}

/// Takes a consultation back from its expert: it waits, whatever step led there.
///
/// # Errors
/// When the database refuses.
pub fn release(tx: &mut Tx, row: &mut Row, round: Round) -> Result<(), Problem> {
    // Whoever looked at an offer hears no more of it once it is someone else's.
    if let Some(expert) = row.expert_id
        && !is_seated(tx, row.id, expert)?
        && let Some(account) = of_expert(&mut tx.conn, expert)?
    {
        remove(tx, row.id, account.id)?;
    }
    row.expert_id = None;
    row.offer_expires_at = None;
    row.accepted_at = None;
    row.answer_due_at = None;
    row.answer_expected_at = None;
    row.pinned = false;
    if round == Round::New {
        row.search_step = SearchStep::Exact;
        row.search_since = Some(tx.now);
        row.alarmed_at = None;
    }
    diesel::update(consultation::table.find(row.id))
        .set((
            consultation::status.eq(crate::consultations::Status::Waiting),
            consultation::expert_id.eq(None::<ExpertId>),
            consultation::offer_expires_at.eq(None::<DateTime<Utc>>),
            consultation::accepted_at.eq(None::<DateTime<Utc>>),
            consultation::answer_due_at.eq(None::<DateTime<Utc>>),
            consultation::answer_expected_at.eq(None::<DateTime<Utc>>),
            consultation::concluded_at.eq(None::<DateTime<Utc>>),
            consultation::pinned.eq(false),
            consultation::search_step.eq(row.search_step),
            consultation::search_since.eq(row.search_since),
            consultation::alarmed_at.eq(row.alarmed_at),
            consultation::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Takes a consultation back from its expert and gives it to the next at once if there is one.
///
/// # Errors
/// When the database refuses.
pub fn pass_on(tx: &mut Tx, mut row: Row, round: Round) -> Result<(), Problem> {
    release(tx, &mut row, round)?;
    offer_or_wait(tx, row, true).map(drop)
}
