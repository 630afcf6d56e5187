//! Mentions of colleagues in notes over HTTP.

use crate::consultations::mentions::{self, MentionView, NoteReader};
use crate::core::ids::ConsultationId;
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id};

/// The colleagues who see the notes of a consultation and can be mentioned in one by `@` and the name, 200 at most.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/note-readers", tag = "chat",
    responses((status = 200, body = Vec<NoteReader>)))]
pub async fn note_readers(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    let (id, actor) = (id.0, auth.actor());
    ok(read(&state, move |app| mentions::note_readers(&mut *app.snapshot()?, &actor, id)).await?)
}

/// The latest mentions of the caller in notes, newest first, 200 at most, each with whether it is unread.
#[utoipa::path(get, path = "/api/v1/mentions", tag = "chat", responses((status = 200, body = Vec<MentionView>)))]
pub async fn own(state: State, auth: Auth) -> Answer {
    let actor = auth.actor();
    ok(read(&state, move |app| mentions::own(&mut *app.snapshot()?, &actor)).await?)
}
