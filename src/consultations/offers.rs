//! Offers: to whom a consultation goes next, and until when.

use crate::accounts::store::{of_expert, recipient};
use crate::chat::events::OfferMade;
use crate::consultations::changes::Round;
use crate::consultations::consultation::{Consultation, Row};
use crate::consultations::contacts::{enterprise_name, link};
use crate::consultations::mails::Mail;
use crate::consultations::needs::need;
use crate::consultations::quota::{self, Place};
use crate::consultations::store::save;
use crate::consultations::waiting::{self, SearchOutcome};
use crate::core::actor::{Actor, Scope};
use crate::core::ids::ExpertId;
use crate::core::{Problem, Text};
use crate::db::Tx;
use crate::matching::choice::{Choice, Outcome, Search, choose, choose_this};
use crate::matching::model::rules::Exclusion;
use crate::matching::settings::MatchingSettings;
use crate::notifications::outbox;
use crate::presence;
use chrono::{DateTime, Duration, Utc};

/// Offers a waiting consultation to the best expert, or leaves it waiting, and saves it. Says whether it was offered. `announce`
/// says whether the enterprise shall learn by mail that it waits.
///
/// # Errors
/// When the database refuses.
pub fn offer_or_wait(tx: &mut Tx, c: &mut Consultation, announce: bool) -> Result<bool, Problem> {
    let since = c.search_since.unwrap_or(c.opened_at);
    let place = quota::place(tx, c.enterprise_id)?;
    if place != Place::Free && !announce {
        // It waits as it did.
        return Ok(false);
    }
    let outcome = if place == Place::Free {
        let need = need(tx, c)?;
        choose(tx, &Search { need, reached: c.search_step, since })?
    } else {
        // The search goes no further meanwhile: it is not for want of experts.
        Outcome { choice: None, reached: c.search_step, on_duty_at: None }
    };
    let alarm = c.searched(outcome.reached, tx.now);
    if let Some(choice) = outcome.choice {
        return offer(tx, c, choice, alarm).map(|()| true);
    }
    let expected = c.expect(outcome.on_duty_at, tx.now);
    if announce {
        c.announce();
    }
    save(tx, c)?;
    let waits = announce && place == Place::Free && c.answer_expected_at.is_none();
    waiting::notify(tx, c, SearchOutcome { alarm, expected, waits }).map(|()| false)
}

/// Offers a waiting consultation to one named expert, and saves it.
///
/// # Errors
/// 422 with the rule that forbids it.
pub fn offer_to(tx: &mut Tx, c: &mut Consultation, expert: ExpertId) -> Result<(), Problem> {
    let need = need(tx, c)?;
    match choose_this(tx, &need, expert, false)? {
        Ok(choice) => offer(tx, c, choice, false),
        Err(rule) => Err(excluded(&tx.actor, rule)),
    }
}

/// Takes a consultation back from its expert and offers it to the next one, if there is one; saves it.
///
/// # Errors
/// When the database refuses.
pub fn pass_on(tx: &mut Tx, c: &mut Consultation, round: Round) -> Result<(), Problem> {
    c.release(round, tx.now)?;
    // The former expert's place must be free before the next one is chosen.
    save(tx, c)?;
    offer_or_wait(tx, c, true).map(drop)
}

/// How soon an expert is to give the first answer.
pub fn first_answer(tx: &Tx) -> Duration {
    Duration::minutes(tx.settings.section::<MatchingSettings>().first_answer_minutes.into())
}

/// The refusal of a named expert. What excludes is said to officers; experts see of each other neither conflicts of interest, nor who
/// refused whom, nor leave and load, so it tells them no more than a colleague's page does.
pub fn excluded(actor: &Actor, rule: Exclusion) -> Problem {
    let hidden = matches!(actor.scope(), Some(Scope::Expert(_)))
        && !matches!(rule, Exclusion::NoSpecialty | Exclusion::Unavailable);
    let mut text = if hidden {
        Text::new("派单规则不允许，请另选专家", "the rules do not allow it; choose another expert")
    } else {
        rule.text()
    };
    text.zh = format!("该专家不能接诊：{}", text.zh).into();
    text.en = format!("this expert can't be given the consultation: {}", text.en).into();
    Problem::field("/expert", text)
}

fn offer(tx: &mut Tx, c: &mut Consultation, choice: Choice, alarm: bool) -> Result<(), Problem> {
    let present = presence::is_present(tx, choice.account)?;
    let settings = tx.settings.section::<MatchingSettings>();
    let seconds = if present { settings.offer_present_seconds } else { settings.offer_mail_seconds };
    let seconds = Duration::seconds(i64::try_from(seconds).unwrap_or(i64::from(u32::MAX)));
    let most = Duration::seconds(settings.offer_hold_most_seconds.into());
    // An expert who is off duty has the time from the beginning of the next shift.
    let expires_at = choice.on_duty_at.unwrap_or(tx.now).max(tx.now) + seconds;
    let (expert, account, on_duty_at) = (choice.expert, choice.account, choice.on_duty_at);
    c.offer(choice, expires_at, expires_at + most)?;
    let expected = c.expect(on_duty_at, tx.now);
    c.announce();
    save(tx, c)?;
    waiting::notify(tx, c, SearchOutcome { alarm, expected, waits: false })?;
    mail_offer(tx, c, expert, expires_at)?;
    tx.emit(OfferMade { account, consultation: c.id, subject: c.subject.clone(), expires_at });
    Ok(())
}

fn mail_offer(tx: &mut Tx, row: &Row, expert: ExpertId, until: DateTime<Utc>) -> Result<(), Problem> {
    let account = of_expert(&mut tx.conn, expert)?;
    let Some((account, to)) = account.and_then(|a| recipient(&a).map(|to| (a, to))) else { return Ok(()) };
    let product = tx.catalogue.products.kind(&row.product_kind);
    let product = product.map_or(row.product_kind.as_str(), |kind| kind.name(to.language)).to_owned();
    let mail = Mail::ConsultationOffered {
        expert: account.name,
        subject: row.subject.clone(),
        enterprise: enterprise_name(tx, row)?,
        product,
        until,
        link: link(tx, row.id),
    };
    outbox::enqueue(tx, &to, &mail).map(drop)
}
