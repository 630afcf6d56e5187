//! What the caller is writing and has not sent.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::chat::kernel::Stream;
use crate::consultations::drafts::{DraftsView, SaveDraft, drafts};
use crate::core::ids::ConsultationId;
use crate::web::problem::Answer;
use crate::web::reply::{execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json};

/// A draft to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftBody {
    /// `talk` (the default) or `notes`.
    #[serde(default = "talk")]
    stream: Stream,
    /// The text so far; an empty one ends the draft.
    body: String,
    /// The number of the message that it quotes.
    #[serde(default)]
    #[schema(minimum = 1)]
    reply_to: Option<i64>,
}

fn talk() -> Stream {
    Stream::Talk
}

/// The caller's own drafts in a consultation. Nobody else sees them.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/draft", tag = "chat", responses((status = 200, body = DraftsView)))]
pub async fn own(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    let (id, actor) = (id.0, auth.actor());
    ok(read(&state, move |app| drafts(&mut *app.snapshot()?, &actor, id)).await?)
}

/// Keeps what the caller is writing, for another device of the same person.
#[utoipa::path(put, path = "/api/v1/consultations/{id}/draft", tag = "chat", request_body = DraftBody,
    responses((status = 204)))]
pub async fn keep(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<DraftBody>) -> Answer {
    let DraftBody { stream, body, reply_to } = body.0;
    execute(&state, auth.caller(), SaveDraft { id: id.0, stream, body, reply_to }).await?;
    no_content()
}
