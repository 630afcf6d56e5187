//! The minutes and the recording of a session that was held.

use crate::attachments::ids::AttachmentId;
use crate::attachments::store::use_for;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::db::schema::{online_session, online_session_member};
use crate::db::{Command, Tx};
use crate::online_sessions::ids::OnlineSessionId;
use crate::online_sessions::links;
use crate::online_sessions::policy::visible_to;
use crate::online_sessions::state::{OnlineSessionState, OnlineSessionStep, transition};
use crate::online_sessions::store::{self, not_now};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The most characters of minutes.
const MAX: usize = 20_000;

/// What is written; what is absent stays.
#[derive(AsChangeset)]
#[diesel(table_name = online_session)]
struct Written<'a> {
    state: OnlineSessionState,
    minutes: &'a str,
    recording_url: Option<&'a str>,
    recording_file: Option<AttachmentId>,
    updated_at: DateTime<Utc>,
}

/// Records that a session was held, with its minutes and the recording where there is one; or mends them later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HoldSession {
    /// The session.
    pub id: OnlineSessionId,
    /// The minutes, at most 20,000 characters.
    pub minutes: String,
    /// The address of a recording, `https` and public.
    pub recording_url: Option<String>,
    /// An uploaded file with the recording.
    pub recording_file: Option<AttachmentId>,
}

impl Command for HoldSession {
    type Output = OnlineSessionId;
    const NAME: &'static str = "hold_online_session";

    fn run(&self, tx: &mut Tx) -> Result<OnlineSessionId, Problem> {
        use online_session as s;
        let row = store::load_managed(tx, self.id)?;
        let step = if row.state == OnlineSessionState::Held {
            OnlineSessionStep::Record
        } else {
            OnlineSessionStep::Hold
        };
        let to = transition(row.state, step)?;
        if tx.now < row.starts_at {
            return Err(not_now("线上问诊会尚未开始", "the session has not begun"));
        }
        let mut fields = Fields::new();
        let minutes = fields.text("/minutes", &self.minutes, MAX);
        let url = links::checked(&mut fields, "/recording_url", self.recording_url.as_deref());
        if let Some(file) = self.recording_file {
            let own = use_for(tx, row.id.0, file)?;
            let (zh, en) = (
                "不是您上传的、可用于本场的附件",
                "is not an upload of yours that can be used for this session",
            );
            fields.require(own, "/recording_file", zh, en);
        }
        fields.done()?;
        diesel::update(s::table.find(row.id))
            .set(Written {
                state: to,
                minutes: &minutes,
                recording_url: url.as_deref(),
                recording_file: self.recording_file,
                updated_at: tx.now,
            })
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, step, None)?;
        let recorded = url.is_some() || self.recording_file.is_some();
        store::audit(tx, &row, Self::NAME, json!({ "recorded": recorded }))?;
        Ok(row.id)
    }
}

/// Whether the actor sees a session of which a file is the recording: those who keep it, and the enterprises that signed up.
///
/// # Errors
/// When the database can't be asked.
pub fn sees_file(conn: &mut PgConnection, actor: &Actor, file: Uuid) -> Result<bool, Problem> {
    use crate::core::actor::Scope;
    use online_session_member as m;
    let query = visible_to(actor).filter(online_session::recording_file.eq(AttachmentId(file)));
    let found: Option<OnlineSessionId> = match actor.scope() {
        Some(Scope::Enterprise(own)) => {
            let signed = m::table
                .filter(m::enterprise_id.eq(*own))
                .filter(m::signed_up_at.is_not_null())
                .select(m::session_id);
            query
                .filter(online_session::id.eq_any(signed))
                .select(online_session::id)
                .first(conn)
                .optional()?
        }
        _ => query.select(online_session::id).first(conn).optional()?,
    };
    Ok(found.is_some())
}
