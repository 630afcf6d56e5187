//! A mail server, or a program behind it, reports that a mail came back.

use crate::core::Problem;
use crate::core::fields::{Fields, is_email};
use crate::db::schema::outbox_mail;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::notifications::ids::MailId;
use crate::notifications::outbox::short;
use crate::notifications::pauses;
use crate::notifications::state::{MailReason, MailState, MailStep, transition};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use serde::{Deserialize, Serialize};
use serde_json::json;

fn yes() -> bool {
    true
}

/// Reports a bounce: of a mail by its `Message-ID`, or of the last one to a recipient.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportBounce {
    /// The `Message-ID` of the mail that came back, with or without its angle brackets.
    #[serde(default)]
    #[schema(example = "<019c1f7e-0000-7000-8000-000000000001@zerodesk.example>")]
    pub message_id: Option<String>,
    /// The address to which it went; needed where no `message_id` is known.
    #[serde(default)]
    pub recipient: Option<String>,
    /// Whether the address takes no mail for good, which pauses it; `true` where nothing is said.
    #[serde(default = "yes")]
    pub permanent: bool,
    /// Why, in the words of the mail server; at most 500 characters are kept.
    pub reason: String,
}

/// What became of the report.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BounceNoted {
    /// The mail.
    pub id: MailId,
    /// Its state now.
    pub state: MailState,
    /// Whether its address is paused.
    pub paused: bool,
}

impl ReportBounce {
    /// The mail that is meant, locked: its id, address and state.
    fn find(&self, tx: &mut Tx) -> Result<(MailId, String, MailState), Problem> {
        let mut fields = Fields::new();
        let named = |text: Option<&str>| text.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        let (message, recipient) = (named(self.message_id.as_deref()), named(self.recipient.as_deref()));
        fields.require(
            message.is_some() || recipient.is_some(),
            "/message_id",
            "须填写 message_id 或 recipient",
            "name message_id or recipient",
        );
        if let Some(recipient) = &recipient {
            fields.require(
                is_email(recipient),
                "/recipient",
                "不是有效的电子邮箱地址",
                "is not a valid mail address",
            );
        }
        fields.require(!self.reason.trim().is_empty(), "/reason", "不能为空", "must not be empty");
        fields.done()?;
        let columns = (outbox_mail::id, outbox_mail::recipient, outbox_mail::state);
        let found = match (message, recipient) {
            (Some(message), _) => {
                let bare = message.trim_start_matches('<').trim_end_matches('>').replace('\0', "");
                let row = outbox_mail::table.filter(outbox_mail::message_id.eq(format!("<{bare}>")));
                row.select(columns).for_update().first(&mut *tx.conn)
            }
            (None, recipient) => {
                let address = recipient.unwrap_or_default().to_lowercase().replace('\0', "");
                outbox_mail::table
                    .filter(sql::<Bool>("lower(recipient) = ").bind::<Text, _>(address))
                    .filter(outbox_mail::state.ne(MailState::Refused))
                    .order(outbox_mail::created_at.desc())
                    .select(columns)
                    .for_update()
                    .first(&mut *tx.conn)
            }
        };
        // Of a mail that was never sent from here nobody hears anything.
        found.map_err(Problem::from)
    }
}

impl Command for ReportBounce {
    type Output = BounceNoted;
    const NAME: &'static str = "report_bounce";

    fn run(&self, tx: &mut Tx) -> Result<BounceNoted, Problem> {
        let (id, address, before) = self.find(tx)?;
        let reason = short(&self.reason);
        // What was refused has ended already; its address can be reported all the same.
        let state = match before {
            MailState::Refused => before,
            _ => {
                let state = transition(before, MailStep::Bounce)?;
                diesel::update(outbox_mail::table.find(id))
                    .set((
                        outbox_mail::state.eq(state),
                        outbox_mail::reason.eq(MailReason::Bounced),
                        outbox_mail::claimed_until.eq(None::<DateTime<Utc>>),
                        outbox_mail::body.eq(""),
                        outbox_mail::last_error.eq(&reason),
                    ))
                    .execute(&mut *tx.conn)?;
                state
            }
        };
        if self.permanent {
            pauses::pause(tx, &address, &reason, id)?;
            // What waits to go there does not go.
            let refused = transition(MailState::Queued, MailStep::Refuse)?;
            let waits = outbox_mail::table
                .filter(outbox_mail::state.eq(MailState::Queued))
                .filter(sql::<Bool>("lower(recipient) = ").bind::<Text, _>(address.to_lowercase()));
            diesel::update(waits)
                .set((
                    outbox_mail::state.eq(refused),
                    outbox_mail::reason.eq(MailReason::Paused),
                    outbox_mail::claimed_until.eq(None::<DateTime<Utc>>),
                    outbox_mail::body.eq(""),
                    outbox_mail::last_error.eq(&reason),
                ))
                .execute(&mut *tx.conn)?;
        }
        let paused = pauses::reason(&mut tx.conn, &address)?.is_some();
        tx.audit(Self::NAME, Subject::new("outbox_mail", id.0), json!({ "permanent": self.permanent }))?;
        Ok(BounceNoted { id, state, paused })
    }
}
