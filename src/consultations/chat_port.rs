//! What the chat, below, asks of consultations: see [`crate::chat::port`].

use crate::accounts::people::is_active;
use crate::app::App;
use crate::chat::{ChatLog, ConsultationInfo, ConsultationPort};
use crate::consultations::hold::HoldOffer;
use crate::consultations::policy::sees_notes;
use crate::consultations::queries::row;
use crate::consultations::status::Status;
use crate::core::Problem;
use crate::core::actor::{Actor, Caller, Scope};
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::schema::{consultation, consultation_participant as p};
use diesel::dsl::exists;
use diesel::prelude::*;

/// The answers of consultations to the chat.
#[derive(Debug, Clone, Copy)]
pub struct ChatPort;

/// The log of the chat as an actor may read it.
pub fn chat_log(reader: &Actor) -> ChatLog<'_> {
    ChatLog::new(&ChatPort, reader)
}

impl ConsultationPort for ChatPort {
    fn find(
        &self,
        conn: &mut PgConnection,
        reader: &Actor,
        id: ConsultationId,
    ) -> Result<ConsultationInfo, Problem> {
        // A socket may be open for a moment longer than its account.
        if let Some(account) = reader.account()
            && !is_active(conn, account)?
        {
            return Err(Problem::not_found());
        }
        let row = row(conn, reader, id)?;
        Ok(ConsultationInfo {
            status: row.status.as_str().to_owned(),
            is_offered: row.status == Status::Offered,
            sees_notes: sees_notes(reader, &row),
        })
    }

    fn experts(&self, conn: &mut PgConnection, id: ConsultationId) -> QueryResult<Vec<AccountId>> {
        p::table
            .filter(p::consultation_id.eq(id))
            .filter(p::role.eq("expert"))
            .filter(p::removed_at.is_null())
            .select(p::account_id)
            .load(conn)
    }

    fn is_shown(&self, conn: &mut PgConnection, reader: &Actor, id: ConsultationId) -> QueryResult<bool> {
        match (reader.scope(), reader.account()) {
            (Some(Scope::Enterprise(_)), _) => Ok(true),
            (Some(Scope::Expert(_)), Some(account)) => diesel::select(exists(
                p::table
                    .filter(p::consultation_id.eq(id))
                    .filter(p::account_id.eq(account))
                    .filter(p::removed_at.is_null()),
            ))
            .get_result(conn),
            _ => Ok(false),
        }
    }

    fn open_consultations(
        &self,
        conn: &mut PgConnection,
        accounts: &[AccountId],
    ) -> QueryResult<Vec<(AccountId, ConsultationId)>> {
        p::table
            .inner_join(consultation::table.on(consultation::id.eq(p::consultation_id)))
            .filter(p::account_id.eq_any(accounts))
            .filter(p::removed_at.is_null())
            .filter(consultation::status.ne(Status::Concluded))
            .select((p::account_id, consultation::id))
            .load(conn)
    }

    fn hold_offer(&self, app: &App, expert: &Caller, id: ConsultationId) -> Result<bool, Problem> {
        Ok(app.execute(expert, &HoldOffer { id })?.is_some())
    }
}
