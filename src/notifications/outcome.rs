//! How the mails stand that a domain has written: what its lists show beside a claim or an invitation.

use crate::core::{Problem, Text};
use crate::db::schema::outbox_mail;
use crate::notifications::ids::MailId;
use crate::notifications::state::{MailFacts, MailReason, MailState};
use diesel::PgConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How a mail stands that a domain has written, for its lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MailOutcome {
    /// The mail.
    pub id: MailId,
    /// How far it has come.
    pub state: MailState,
    /// Why it ended otherwise than as sent.
    pub reason: Option<MailReason>,
    /// Where it stands and why, in a sentence: `zh` and `en`.
    #[schema(value_type = Object)]
    pub why: Text,
}

impl MailOutcome {
    /// Whether it ended without having arrived.
    pub fn has_failed(&self) -> bool {
        FAILED.contains(&self.state)
    }

    /// Whether it was not sent because its address is paused, or came back.
    pub fn is_paused(&self) -> bool {
        matches!(self.reason, Some(MailReason::Paused | MailReason::Bounced))
    }
}

/// The states in which a mail has not arrived and is not tried again.
const FAILED: [MailState; 3] = [MailState::Refused, MailState::GaveUp, MailState::Bounced];

/// The last mail of something, by its id in the row; [`tell`] looks up how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LastMail(Option<MailOutcome>);

impl LastMail {
    /// How it stands; none where nothing was mailed.
    pub fn outcome(&self) -> Option<&MailOutcome> {
        self.0.as_ref()
    }

    /// How it stands, where it ended without having arrived.
    pub fn failed(&self) -> Option<&MailOutcome> {
        self.outcome().filter(|outcome| outcome.has_failed())
    }
}

impl From<Option<MailId>> for LastMail {
    fn from(id: Option<MailId>) -> Self {
        let unknown = |id| MailOutcome { id, state: MailState::Queued, reason: None, why: Text::new("", "") };
        Self(id.map(unknown))
    }
}

/// Looks up how mails stand. One whose row is gone is left out.
///
/// # Errors
/// When the database can't be asked.
pub fn tell<'a>(
    conn: &mut PgConnection,
    mails: impl Iterator<Item = &'a mut LastMail>,
) -> Result<(), Problem> {
    type Row = (MailId, (MailState, Option<MailReason>, i32, i32, Option<String>));
    let mails: Vec<&mut LastMail> = mails.filter(|mail| mail.0.is_some()).collect();
    let ids: Vec<MailId> = mails.iter().filter_map(|mail| mail.0.as_ref().map(|found| found.id)).collect();
    let rows: Vec<Row> = outbox_mail::table
        .filter(outbox_mail::id.eq_any(ids))
        .select((
            outbox_mail::id,
            (
                outbox_mail::state,
                outbox_mail::reason,
                outbox_mail::attempts,
                outbox_mail::maybe_taken,
                outbox_mail::last_error,
            ),
        ))
        .load(conn)?;
    let rows: HashMap<MailId, _> = rows.into_iter().collect();
    for mail in mails {
        let found = mail.0.as_ref().and_then(|found| Some((found.id, rows.get(&found.id)?)));
        mail.0 = found.map(|(id, (state, reason, attempts, maybe_taken, answer))| {
            let told = MailFacts {
                state: *state,
                reason: *reason,
                attempts: *attempts,
                maybe_taken: *maybe_taken,
                answer: answer.as_deref(),
            };
            MailOutcome { id, state: *state, reason: *reason, why: told.why() }
        });
    }
    Ok(())
}

/// The ids of the mails that ended without having arrived, as a part of a query.
pub fn failed() -> outbox_mail::BoxedQuery<'static, Pg, Nullable<Uuid>> {
    outbox_mail::table
        .filter(outbox_mail::state.eq_any(FAILED))
        .select(outbox_mail::id.nullable())
        .into_boxed()
}

/// Whether a mail ended without having arrived.
///
/// # Errors
/// When the database can't be asked.
pub fn has_failed(conn: &mut PgConnection, id: Option<MailId>) -> Result<bool, Problem> {
    let Some(id) = id else { return Ok(false) };
    let found = outbox_mail::table.filter(outbox_mail::id.eq(id)).filter(outbox_mail::state.eq_any(FAILED));
    Ok(found.count().get_result::<i64>(conn)? > 0)
}
