//! Mails about a session to the people of those who were invited.

use crate::accounts::people::enterprise_recipients;
use crate::core::clock::{day_in, shanghai_time};
use crate::core::ids::EnterpriseId;
use crate::core::{Language, Problem};
use crate::db::Tx;
use crate::db::schema::online_session_member;
use crate::notifications::outbox;
use crate::online_sessions::mails::Mail;
use crate::online_sessions::store::Row;
use diesel::prelude::*;

/// The time of a session: `2026年12月1日 14:00–16:00（北京时间）`, `1 December 2026, 14:00–16:00 (China Standard Time, UTC+8)`.
fn time(row: &Row, language: Language) -> String {
    let (from, until) = (shanghai_time(row.starts_at), shanghai_time(row.ends_at));
    let day = day_in(language, from.date());
    let hours = format!("{}–{}", from.format("%H:%M"), until.format("%H:%M"));
    match language {
        Language::Zh => format!("{day} {hours}（北京时间）"),
        Language::En => format!("{day}, {hours} (China Standard Time, UTC+8)"),
    }
}

fn link(tx: &Tx, row: &Row) -> String {
    tx.link(&format!("/online-sessions/{}", row.id))
}

fn send(tx: &mut Tx, to: &[EnterpriseId], mail: impl Fn(Language) -> Mail) -> Result<(), Problem> {
    for enterprise in to {
        for person in enterprise_recipients(&mut tx.conn, *enterprise)? {
            outbox::enqueue(tx, &person, &mail(person.language))?;
        }
    }
    Ok(())
}

/// Those who were invited.
fn invited_to(tx: &mut Tx, row: &Row) -> Result<Vec<EnterpriseId>, Problem> {
    use online_session_member as m;
    Ok(m::table
        .filter(m::session_id.eq(row.id))
        .order(m::enterprise_id)
        .limit(10_000)
        .select(m::enterprise_id)
        .load(&mut *tx.conn)?)
}

/// Tells those who are newly invited.
///
/// # Errors
/// When the database refuses.
pub(super) fn invited(tx: &mut Tx, row: &Row, to: &[EnterpriseId]) -> Result<(), Problem> {
    let link = link(tx, row);
    send(tx, to, |language| Mail::OnlineSessionInvited {
        topic: row.topic.clone(),
        at: time(row, language),
        link: link.clone(),
    })
}

/// Tells those who were invited that the time has changed.
///
/// # Errors
/// When the database refuses.
pub(super) fn changed(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    let to = invited_to(tx, row)?;
    let link = link(tx, row);
    send(tx, &to, |language| Mail::OnlineSessionChanged {
        topic: row.topic.clone(),
        at: time(row, language),
        link: link.clone(),
    })
}

/// Tells those who were invited that it is cancelled.
///
/// # Errors
/// When the database refuses.
pub(super) fn cancelled(tx: &mut Tx, row: &Row, reason: &str) -> Result<(), Problem> {
    let to = invited_to(tx, row)?;
    let link = link(tx, row);
    send(tx, &to, |_| Mail::OnlineSessionCancelled {
        topic: row.topic.clone(),
        reason: reason.to_owned(),
        link: link.clone(),
    })
}

/// Notifies the enterprise that asked that its question was dealt with.
///
/// # Errors
/// When the database refuses.
pub(super) fn decided(tx: &mut Tx, row: &Row, to: EnterpriseId) -> Result<(), Problem> {
    let link = link(tx, row);
    send(tx, &[to], |_| Mail::OnlineQuestionDecided { topic: row.topic.clone(), link: link.clone() })
}
