//! Mails about response targets: a warning goes to the expert who leads or is asked, and to the officers in charge of the region where
//! there is none; an overdue answer to that expert and to the officers. What comes within some minutes is gathered into one mail for each.
//! What was answered meanwhile is left out, and what the person has no part in any more.

use crate::accounts::people::officers_around;
use crate::accounts::store::{AccountRow, find, of_expert, recipient_for};
use crate::accounts::topics::Topic;
use crate::app::App;
use crate::core::actor::Role;
use crate::core::clock::{moment_en, moment_zh};
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::{Caller, Language, Problem};
use crate::db::published::{consultation, enterprise};
use crate::db::schema::{response_mail, response_notice, response_target};
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::response_targets::events::{Seen, TargetEvent};
use crate::response_targets::mails::Mail;
use crate::response_targets::rules::Kind;
use crate::response_targets::settings::ResponseTargetSettings;
use crate::response_targets::targets::Target;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};

/// People who are written to in one round.
const ROUND: i64 = 200;
/// Consultations that one mail names; it counts all.
const NAMED: i64 = 50;
/// What happened longer ago is no news: a server that stood still does not write about all of it.
const NEWS_HOURS: i64 = 24;

/// The kind of mails, by who gets them.
fn topic(row: &AccountRow) -> Topic {
    if row.role == Role::Admin { Topic::Queue } else { Topic::Consultations }
}

/// Notes who is to be told of an event.
///
/// # Errors
/// When the database refuses.
pub(super) fn note(
    tx: &mut Tx,
    id: ConsultationId,
    seen: &Seen,
    target: &Target,
    (event, at): (TargetEvent, DateTime<Utc>),
    due_at: Option<DateTime<Utc>>,
) -> Result<(), Problem> {
    use response_notice as n;
    if at < tx.now - Duration::hours(NEWS_HOURS) {
        return Ok(());
    }
    if event == TargetEvent::Met {
        return Ok(());
    }
    let mut people: Vec<AccountRow> = match seen.expert_id {
        Some(expert) => of_expert(&mut tx.conn, expert)?.into_iter().collect(),
        None => Vec::new(),
    };
    // Where nobody leads or is asked, the officers alone can see to an answer in time.
    if event == TargetEvent::Breached || people.is_empty() {
        people.extend(officers_around(tx, &seen.region)?);
    }
    for person in people.iter().filter(|row| recipient_for(row, topic(row)).is_some()) {
        diesel::insert_into(n::table)
            .values((
                n::account_id.eq(person.id),
                n::consultation_id.eq(id),
                n::kind.eq(target.kind),
                n::cycle.eq(target.cycle),
                n::event.eq(event),
                n::due_at.eq(due_at),
                n::created_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// Those to whom a mail is due: they are to be told of something, and the last one was long enough ago.
const DUE: &str = "
    SELECT DISTINCT n.account_id AS id FROM response_notice n LEFT JOIN response_mail m ON m.account_id = n.account_id
    WHERE m.sent_at IS NULL OR m.sent_at <= $1
    ORDER BY 1 LIMIT $2";

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    id: AccountId,
}

/// Writes the mails that are due.
///
/// # Errors
/// When the database is unavailable.
pub fn send(app: &App) -> Result<(), Problem> {
    let gather = app.settings().section::<ResponseTargetSettings>().mail_gather_minutes;
    let before = app.clock().now() - Duration::minutes(gather.into());
    let due: Vec<Due> = diesel::sql_query(DUE)
        .bind::<Timestamptz, _>(before)
        .bind::<diesel::sql_types::BigInt, _>(ROUND)
        .load(&mut *app.conn()?)?;
    for Due { id } in due {
        app.execute(&Caller::system(), &SendNotices { account: id, before })?;
    }
    Ok(())
}

/// Writes to one person about all that is gathered. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendNotices {
    /// To whom.
    pub account: AccountId,
    /// Nothing is sent where a mail was sent after this moment.
    pub before: DateTime<Utc>,
}

/// What was gathered for somebody who does not lead the consultation any more, is not asked, or whose region its enterprise has left.
const FORGET: &str = "
    DELETE FROM response_notice n USING published.account a, published.consultation c
    WHERE n.account_id = $1 AND a.id = n.account_id AND c.id = n.consultation_id
      AND NOT CASE a.role
          WHEN 'expert' THEN coalesce(c.expert_id = a.expert_id, false)
          ELSE EXISTS (SELECT FROM region_scope s WHERE s.scope = a.region AND s.region = c.region) END";

/// What is gathered: what happened, and to which consultation.
type Gathered = (Kind, TargetEvent, Option<DateTime<Utc>>, String, String);

impl Command for SendNotices {
    type Output = ();
    const NAME: &'static str = "send_response_notices";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use response_mail as m;
        use response_notice as n;
        use response_target as t;
        // The row is locked, so that two servers do not send the same.
        diesel::insert_into(m::table)
            .values((m::account_id.eq(self.account), m::sent_at.eq(DateTime::UNIX_EPOCH)))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        let sent: DateTime<Utc> =
            m::table.find(self.account).for_update().select(m::sent_at).first(&mut *tx.conn)?;
        if sent > self.before {
            return Ok(());
        }
        diesel::sql_query(FORGET).bind::<SqlUuid, _>(self.account).execute(&mut *tx.conn)?;
        let of_person = n::account_id.eq(self.account);
        let waits = t::table
            .filter(t::consultation_id.eq(n::consultation_id))
            .filter(t::kind.eq(n::kind))
            .filter(t::cycle.eq(n::cycle))
            .filter(t::ended_at.is_null());
        let gathered = n::table
            .inner_join(consultation::table.on(consultation::id.eq(n::consultation_id)))
            .inner_join(enterprise::table.on(enterprise::id.eq(consultation::enterprise_id)))
            .filter(of_person)
            .filter(diesel::dsl::exists(waits));
        let count: i64 = gathered.count().get_result(&mut *tx.conn)?;
        let lines: Vec<Gathered> = gathered
            .order((n::due_at, n::consultation_id))
            .limit(NAMED)
            .select((n::kind, n::event, n::due_at, consultation::subject, enterprise::name))
            .load(&mut *tx.conn)?;
        diesel::delete(n::table.filter(of_person)).execute(&mut *tx.conn)?;
        let row = find(&mut tx.conn, self.account)?;
        let Some(to) = recipient_for(&row, topic(&row)).filter(|_| count > 0 && row.active) else {
            return Ok(());
        };
        let number = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        let words: Vec<String> = lines.iter().map(|line| line_of(line, to.language)).collect();
        let mail = Mail::ResponseTargets {
            count: number(count),
            unnamed: number((count - NAMED).max(0)),
            lines: words.join("\n").into(),
            link: tx.link(if row.role == Role::Admin { "/queue" } else { "/consultations" }),
        };
        outbox::enqueue(tx, &to, &mail)?;
        diesel::update(m::table.find(self.account)).set(m::sent_at.eq(tx.now)).execute(&mut *tx.conn)?;
        Ok(())
    }
}

fn line_of((kind, event, due, subject, enterprise): &Gathered, language: Language) -> String {
    let overdue = *event == TargetEvent::Breached;
    match language {
        Language::Zh => {
            let until = due.as_ref().map(|at| format!("（时限：{}）", moment_zh(at))).unwrap_or_default();
            let what = if overdue { "已超过时限" } else { "即将到期" };
            format!("- {subject}（{enterprise}）：{}{what}{until}", kind.words().zh)
        }
        Language::En => {
            let until = due.as_ref().map(|at| format!(", due {}", moment_en(at))).unwrap_or_default();
            let what = if overdue { "is overdue" } else { "is due soon" };
            format!("- {subject} ({enterprise}): the {} {what}{until}", kind.words().en)
        }
    }
}
