//! A concluded consultation is taken up again: by the same expert if there is room, else by whom
//! matching finds.

use crate::accounts::store::of_expert;
use crate::consultations::answer::{hold, lock_for};
use crate::consultations::offers::{Round, note_offer, offer_or_wait, release};
use crate::consultations::policy::Action;
use crate::consultations::status::{Status, Step};
use crate::consultations::store::{
    Row, StepNote, announce, audit, enterprise_name, history, link, opener, recipient, remove, step,
};
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::schema::{consultation, consultation_panel, consultation_rating_past, expert};
use crate::db::{Command, Tx};
use crate::matching::choose_this;
use crate::notifications::{Mail, outbox};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Takes a concluded consultation up again, within the days that the settings allow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReopenConsultation {
    /// Which.
    pub id: ConsultationId,
    /// Why.
    pub reason: String,
}

impl Command for ReopenConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "reopen_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut row = lock_for(tx, self.id, Action::Reopen)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        let former = row.expert_id;
        let concluded_at = row.concluded_at;
        step(tx, &mut row, Step::Reopen, StepNote { expert: former, note: Some(reason.clone()) })?;
        let days = i64::from(tx.settings.matching.reopen_days);
        if concluded_at.is_none_or(|at| tx.now - at > Duration::days(days)) {
            return Err(Problem::new(
                Code::ReopenTooLate,
                Text::new(
                    format!("办结已超过 {days} 天,请另行发起问诊"),
                    format!("it was concluded more than {days} days ago; open another consultation"),
                ),
            ));
        }
        no_other_is_open(tx, &row)?;
        take_rating_back(tx, &mut row)?;
        audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        diesel::update(consultation::table.find(row.id))
            .set((
                consultation::status.eq(Status::Waiting),
                consultation::expert_id.eq(None::<ExpertId>),
                consultation::concluded_at.eq(None::<DateTime<Utc>>),
                consultation::reopened.eq(consultation::reopened + 1),
                consultation::tried_since.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        reseat(tx, &row)?;
        let choice = match former {
            Some(former) => choose_this(tx, row.id, former, true)?.ok(),
            None => None,
        };
        let Some(choice) = choice else {
            release(tx, &mut row, Round::New)?;
            offer_or_wait(tx, row, true)?;
            return Ok(self.id);
        };
        step(tx, &mut row, Step::Assign, StepNote { expert: Some(choice.expert), note: None })?;
        row.pinned = false;
        hold(tx, &mut row, choice.expert, choice.account)?;
        note_offer(tx, row.id, &choice, tx.now, None, Some("accepted"))?;
        tell(tx, &row, choice.expert, &reason)?;
        announce(tx, &row)?;
        Ok(self.id)
    }
}

/// A nonconformity is talked about in one open consultation at a time.
fn no_other_is_open(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    let Some(about) = row.nonconformity_id else { return Ok(()) };
    let others = consultation::table
        .filter(consultation::nonconformity_id.eq(about))
        .filter(consultation::status.ne(Status::Concluded))
        .count();
    if others.get_result::<i64>(&mut *tx.conn)? > 0 {
        return Err(Problem::new(
            Code::ConsultationOpenAlready,
            Text::new(
                "该不合格记录已有进行中的问诊",
                "there is an open consultation about this nonconformity already",
            ),
        ));
    }
    Ok(())
}

/// What is not over can't be rated: the rating goes into the history and out of the expert's figures of today.
fn take_rating_back(tx: &mut Tx, row: &mut Row) -> Result<(), Problem> {
    let Some(rating) = row.rating.take() else { return Ok(()) };
    let comment = row.rating_comment.take();
    if let Some(rated_at) = row.rated_at.take() {
        use consultation_rating_past as past;
        diesel::insert_into(past::table)
            .values((
                past::consultation_id.eq(row.id),
                past::until.eq(tx.now),
                past::rating.eq(rating),
                past::rated_at.eq(rated_at),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
    }
    diesel::update(consultation::table.find(row.id))
        .set((
            consultation::rating.eq(None::<i32>),
            consultation::rating_comment.eq(None::<String>),
            consultation::rated_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(&mut *tx.conn)?;
    if let Some(id) = row.expert_id {
        diesel::update(expert::table.find(id))
            .set((
                expert::rating_count.eq(expert::rating_count - 1),
                expert::rating_sum.eq(expert::rating_sum - rating),
            ))
            .execute(&mut *tx.conn)?;
    }
    let note = format!("{rating}/5 {}", comment.unwrap_or_default());
    let note = StepNote { expert: row.expert_id, note: Some(note.trim().to_owned()) };
    history(tx, row, "rating_withdrawn", Some(row.status), note)
}

/// Experts of the panel whom the rules still allow keep their seats; the others leave it.
fn reseat(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    use consultation_panel as p;
    let members: Vec<ExpertId> = p::table
        .filter(p::consultation_id.eq(row.id))
        .filter(p::expert_id.ne_all(row.expert_id))
        .order(p::expert_id)
        .select(p::expert_id)
        .load(&mut *tx.conn)?;
    for member in members {
        if choose_this(tx, row.id, member, true)?.is_ok() {
            diesel::update(p::table.find((row.id, member))).set(p::seated.eq(true)).execute(&mut *tx.conn)?;
        } else if let Some(account) = of_expert(&mut tx.conn, member)? {
            remove(tx, row.id, account.id)?;
        }
    }
    Ok(())
}

fn tell(tx: &mut Tx, row: &Row, expert: ExpertId, reason: &str) -> Result<(), Problem> {
    let enterprise = enterprise_name(tx, row)?;
    let people = [of_expert(&mut tx.conn, expert)?, Some(opener(tx, row)?)];
    for to in people.iter().flatten().filter_map(recipient) {
        let mail = Mail::ConsultationReopened {
            subject: row.subject.clone(),
            enterprise: enterprise.clone(),
            reason: reason.into(),
            link: link(tx, row.id),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}
