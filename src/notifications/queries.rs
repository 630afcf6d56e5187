//! The outbox as operators see it. No query here reads a body.

use crate::core::actor::Actor;
use crate::core::page::{Page, Slice, Total};
use crate::core::{Problem, Text};
use crate::db::order::in_order;
use crate::db::schema::outbox_mail;
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::notifications::ids::MailId;
use crate::notifications::policy::permit;
use crate::notifications::state::{MailFacts, MailReason, MailState};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A mail of the outbox, without its text.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MailView {
    /// The mail.
    pub id: MailId,
    /// The kind of mail.
    #[schema(example = "registration_link")]
    pub template: String,
    /// The address it goes to.
    pub recipient: String,
    /// The subject.
    pub subject: String,
    /// How far it has come.
    pub state: MailState,
    /// Attempts so far, the present one included.
    pub attempts: i32,
    /// How often the mail server may have taken it; three times at most.
    pub maybe_taken: i32,
    /// When it was written, UTC.
    pub created_at: DateTime<Utc>,
    /// When it is tried next, UTC; only while it is queued and not in hand.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When the mail server took it, UTC.
    pub sent_at: Option<DateTime<Utc>>,
    /// Why it ended otherwise than as sent.
    pub reason: Option<MailReason>,
    /// What the mail server said last.
    pub answer: Option<String>,
    /// Where it stands and why, in a sentence: `zh` and `en`.
    #[schema(value_type = Object)]
    pub why: Text,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox_mail, check_for_backend(Pg))]
struct Row {
    id: MailId,
    template: String,
    recipient: String,
    subject: String,
    state: MailState,
    attempts: i32,
    maybe_taken: i32,
    created_at: DateTime<Utc>,
    next_attempt_at: DateTime<Utc>,
    claimed_until: Option<DateTime<Utc>>,
    sent_at: Option<DateTime<Utc>>,
    reason: Option<MailReason>,
    last_error: Option<String>,
}

impl From<Row> for MailView {
    fn from(row: Row) -> Self {
        let told = MailFacts {
            state: row.state,
            reason: row.reason,
            attempts: row.attempts,
            maybe_taken: row.maybe_taken,
            answer: row.last_error.as_deref(),
        };
        let waits = row.state == MailState::Queued && row.claimed_until.is_none();
        Self {
            why: told.why(),
            id: row.id,
            template: row.template,
            recipient: row.recipient,
            subject: row.subject,
            state: row.state,
            attempts: row.attempts,
            maybe_taken: row.maybe_taken,
            created_at: row.created_at,
            next_attempt_at: waits.then_some(row.next_attempt_at),
            sent_at: row.sent_at,
            reason: row.reason,
            answer: row.last_error,
        }
    }
}

/// Which mails are wanted; all where nothing is said.
#[derive(Debug, Clone, Default)]
pub struct MailFilter {
    /// Only those in this state.
    pub state: Option<MailState>,
    /// Only those to an address in which these words stand.
    pub q: Option<String>,
}

/// Where mails are searched: the address.
const ADDRESS: Columns =
    Columns { texts: &["(search_fold(outbox_mail.recipient) || E'\\n')"], readings: &[], code: false };

fn narrowed(state: Option<MailState>, found: Option<Condition>) -> outbox_mail::BoxedQuery<'static, Pg> {
    let mut query = outbox_mail::table.into_boxed();
    if let Some(state) = state {
        query = query.filter(outbox_mail::state.eq(state));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// How many mails a filter finds.
///
/// # Errors
/// 403 for all but operators.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &MailFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), ADDRESS);
    Ok(total(conn, narrowed(filter.state, search.any()).select(outbox_mail::id))?)
}

/// A page of mails: those that are queued with the oldest first where only they are asked for, else the newest first.
///
/// # Errors
/// 403 for all but operators.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &MailFilter,
    slice: Slice,
) -> Result<Page<MailView>, Problem> {
    permit(actor)?;
    let oldest_first = filter.state == Some(MailState::Queued);
    let search = Search::new(filter.q.as_deref(), ADDRESS);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = narrowed(filter.state, search.of(slice));
        if let Some(after) = slice.after.map(MailId) {
            query = match oldest_first {
                true => query.filter(outbox_mail::id.gt(after)),
                false => query.filter(outbox_mail::id.lt(after)),
            };
        }
        query = match oldest_first {
            true => query.order(in_order(slice, outbox_mail::id.asc())),
            false => query.order(in_order(slice, outbox_mail::id.desc())),
        };
        query.offset(slice.skip).limit(slice.limit.saturating_add(1)).select(Row::as_select()).load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?.map(MailView::from))
}

/// One mail.
///
/// # Errors
/// 403 for all but operators, 404 where there is none.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: MailId) -> Result<MailView, Problem> {
    permit(actor)?;
    let row: Row = outbox_mail::table.find(id).select(Row::as_select()).first(conn)?;
    Ok(row.into())
}
