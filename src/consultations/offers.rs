//! Offers: to whom a consultation goes next, until when, and what happens when nobody answers.

use crate::accounts::connections;
use crate::accounts::store::of_expert;
use crate::app::App;
use crate::consultations::status::{Status, Step};
use crate::consultations::store::{Row, StepNote, announce, audit, lock, opener, recipient, remove, step};
use crate::core::event::Offer;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Caller, Event, Problem};
use crate::db::schema::{consultation, consultation_offer, enterprise, product_kind};
use crate::db::{Command, Tx};
use crate::matching::candidates::Need;
use crate::matching::{Choice, choose, choose_this};
use crate::notifications::{Mail, outbox};
use chrono::{DateTime, Duration, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What matching must know of a consultation.
///
/// # Errors
/// When the database can't be asked.
pub fn need(conn: &mut PgConnection, row: &Row) -> Result<Need, Problem> {
    let (region, uscc) = enterprise::table
        .find(row.enterprise_id)
        .select((enterprise::region, enterprise::uscc))
        .first(conn)?;
    let class = product_kind::table.find(&row.product_kind).select(product_kind::class).first(conn)?;
    Ok(Need { consultation: row.id, kind: row.product_kind.clone(), class, region, uscc })
}

/// Offers a waiting consultation to the best expert, or leaves it waiting. Gives whether it was
/// offered. `news` says whether the enterprise shall learn by mail that it waits.
///
/// # Errors
/// When the database refuses.
pub fn offer_or_wait(tx: &mut Tx, mut row: Row, news: bool) -> Result<bool, Problem> {
    let need = need(&mut tx.conn, &row)?;
    if let Some(choice) = choose(tx, &need)? {
        make_offer(tx, &mut row, choice)?;
        return Ok(true);
    }
    if news {
        if let Some(to) = recipient(&opener(tx, &row)?) {
            let mail = Mail::ConsultationWaiting { subject: row.subject.clone() };
            outbox::enqueue(tx, &to, &mail)?;
        }
        announce(tx, &row)?;
    }
    Ok(false)
}

/// Offers a waiting consultation to one named expert.
///
/// # Errors
/// Gives `false` where a hard rule forbids it; fails when the database refuses.
pub fn offer_to(tx: &mut Tx, mut row: Row, expert: ExpertId) -> Result<bool, Problem> {
    let need = need(&mut tx.conn, &row)?;
    match choose_this(tx, &need, expert)? {
        Some(choice) => make_offer(tx, &mut row, choice).map(|()| true),
        None => Ok(false),
    }
}

fn make_offer(tx: &mut Tx, row: &mut Row, choice: Choice) -> Result<(), Problem> {
    let present =
        tx.presence.is_present(choice.account) || connections::is_connected(&mut tx.conn, choice.account)?;
    let seconds = if present {
        tx.settings.matching.offer_present_seconds
    } else {
        tx.settings.matching.offer_mail_seconds
    };
    let expires_at = tx.now + Duration::seconds(i64::try_from(seconds).unwrap_or(i64::from(u32::MAX)));
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
    let last: Option<i32> = consultation_offer::table
        .filter(consultation_offer::consultation_id.eq(row.id))
        .select(max(consultation_offer::ordinal))
        .first(&mut *tx.conn)?;
    diesel::insert_into(consultation_offer::table)
        .values((
            consultation_offer::consultation_id.eq(row.id),
            consultation_offer::ordinal.eq(last.unwrap_or(0) + 1),
            consultation_offer::expert_id.eq(choice.expert),
            consultation_offer::score.eq(serde_json::to_value(&choice.score)?),
            consultation_offer::offered_at.eq(tx.now),
            consultation_offer::expires_at.eq(expires_at),
        ))
        .execute(&mut *tx.conn)?;
    tell_expert(tx, row, &choice, expires_at)?;
    announce(tx, row)
}

fn tell_expert(tx: &mut Tx, row: &Row, choice: &Choice, until: DateTime<Utc>) -> Result<(), Problem> {
    let account = of_expert(&mut tx.conn, choice.expert)?;
    if let Some((account, to)) = account.and_then(|a| recipient(&a).map(|to| (a, to))) {
        let enterprise: String =
            enterprise::table.find(row.enterprise_id).select(enterprise::name).first(&mut *tx.conn)?;
        let product = tx.catalogue.products.kind(&row.product_kind).map_or_else(
            || row.product_kind.clone(),
            |kind| match to.language {
                crate::core::Language::Zh => kind.name_zh.clone(),
                crate::core::Language::En => kind.name_en.clone(),
            },
        );
        let mail = Mail::ConsultationOffered {
            expert: account.name,
            subject: row.subject.clone(),
            enterprise,
            product,
            until,
            link: tx.link(&format!("/consultations/{}", row.id)),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    tx.emit(Event::Offer(Offer {
        account: choice.account,
        consultation: row.id,
        subject: row.subject.clone(),
        expires_at: until,
    }));
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

/// Takes a consultation back from its expert: it waits again, and goes to the next at once if
/// there is one.
///
/// # Errors
/// When the database refuses.
pub fn pass_on(tx: &mut Tx, mut row: Row) -> Result<(), Problem> {
    // Whoever looked at an offer hears no more of it once it is someone else's.
    if let Some(account) = row.expert_id.map(|id| of_expert(&mut tx.conn, id)).transpose()?.flatten() {
        remove(tx, row.id, account.id)?;
    }
    row.expert_id = None;
    row.offer_expires_at = None;
    row.accepted_at = None;
    diesel::update(consultation::table.find(row.id))
        .set((
            consultation::status.eq(row.status),
            consultation::expert_id.eq(None::<ExpertId>),
            consultation::offer_expires_at.eq(None::<DateTime<Utc>>),
            consultation::accepted_at.eq(None::<DateTime<Utc>>),
            consultation::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    offer_or_wait(tx, row, true).map(drop)
}

/// Lets an offer lapse whose time is over. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LapseOffer {
    /// The consultation.
    pub id: ConsultationId,
}

impl Command for LapseOffer {
    type Output = bool;
    const NAME: &'static str = "lapse_offer";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let mut row = lock(tx, self.id)?;
        // Whoever answered in the meantime was in time.
        let due = row.status == Status::Offered && row.offer_expires_at.is_some_and(|end| end <= tx.now);
        if !due {
            return Ok(false);
        }
        let expert = row.expert_id;
        step(tx, &mut row, Step::Lapse, StepNote { expert, note: None })?;
        note_answer(tx, row.id, "expired", None)?;
        audit(tx, &row, Self::NAME, json!({ "expert": expert }))?;
        pass_on(tx, row)?;
        Ok(true)
    }
}

/// Offers a waiting consultation, if someone fits by now. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MatchWaiting {
    /// The consultation.
    pub id: ConsultationId,
}

impl Command for MatchWaiting {
    type Output = bool;
    const NAME: &'static str = "match_waiting";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let row = lock(tx, self.id)?;
        if row.status != Status::Waiting {
            return Ok(false);
        }
        offer_or_wait(tx, row, false)
    }
}

/// How many waiting consultations one round of the worker looks at.
const ROUND: i64 = 500;

/// One round of the matcher: lapsed offers are passed on, waiting consultations are tried again,
/// the oldest first. Two servers may run it at once; the row locks keep them apart.
///
/// # Errors
/// When the database is away; the next round tries again.
pub fn worker(app: &App) -> Result<bool, Problem> {
    let caller = Caller::system();
    let (due, waiting): (Vec<ConsultationId>, Vec<ConsultationId>) = {
        let mut conn = app.conn()?;
        let due = consultation::table
            .filter(consultation::status.eq(Status::Offered))
            .filter(consultation::offer_expires_at.le(app.clock().now()))
            .order(consultation::offer_expires_at)
            .limit(ROUND)
            .select(consultation::id)
            .load(&mut conn)?;
        let waiting = consultation::table
            .filter(consultation::status.eq(Status::Waiting))
            .order(consultation::id)
            .limit(ROUND)
            .select(consultation::id)
            .load(&mut conn)?;
        (due, waiting)
    };
    for id in due {
        app.execute(&caller, &LapseOffer { id })?;
    }
    for id in waiting {
        app.execute(&caller, &MatchWaiting { id })?;
    }
    Ok(false)
}
