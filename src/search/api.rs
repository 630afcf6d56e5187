//! The search over everything, and within a conversation, for programs and for the box of the pages.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::chat::kernel::Stream;
use crate::core::ids::ConsultationId;
use crate::search::conversation;
use crate::search::gather::{Asked, Group, sources};
use crate::web::extract::Lang;
use crate::web::global_search::Hit;
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Query};

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words, all of which must stand in what is found, or what a name is read like; 1 to 400 characters.
    #[param(required = true)]
    q: Option<String>,
    /// One kind of things alone: `consultations`, `messages`, `enterprises`, `people`, `cases` or `knowledge`, as far as the caller's role looks for it.
    kind: Option<String>,
    /// At most so many of each kind, 1 to 200; 5 by default, 30 of one kind.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the group; with `kind`.
    cursor: Option<String>,
}

/// What was found, by kinds.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResults {
    /// The kinds that the caller's role looks for, also those of which nothing was found.
    groups: Vec<Group>,
}

/// What fits the words, of everything that the caller may see: consultations, messages, enterprises, people, cases, inspections, articles of the knowledge base. Width, case and traditional
/// forms of characters make no difference. A message is found about a second after it was stored.
#[utoipa::path(get, path = "/api/v1/search", tag = "search", params(SearchQuery),
    responses((status = 200, body = SearchResults)))]
pub async fn search(state: State, auth: Auth, language: Lang, query: Query<SearchQuery>) -> Answer {
    let SearchQuery { q, kind, limit, cursor } = query.0;
    let actor = auth.actor();
    let kinds = sources(state.rooms, &actor);
    let asked = Asked::parse(q.as_deref(), kind.as_deref(), limit.as_deref(), cursor.as_deref(), &kinds)?;
    let groups =
        read(&state, move |app| asked.find(app, &mut *app.snapshot()?, &actor, language.0, &kinds)).await?;
    ok(SearchResults { groups })
}

/// What is looked for in a conversation.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConversationQuery {
    /// Words, all of which must stand in the message; 1 to 400 characters.
    #[param(required = true)]
    q: Option<String>,
    /// `talk` (the default) or `notes`.
    #[param(inline)]
    stream: Option<Stream>,
    /// At most so many, 1 to 200; 30 by default.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What was found in a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationResults {
    /// The messages, what fits best first and what is newer before what is older.
    items: Vec<Hit>,
    /// `cursor` for the next ones; absent where these are the last.
    next_cursor: Option<String>,
    /// Whether only the newest were looked through, because very many had to be.
    partial: bool,
}

/// The messages of one stream of a consultation that fit the words. A message is found as soon as it is stored.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/messages/search", tag = "search", params(ConversationQuery),
    responses((status = 200, body = ConversationResults)))]
pub async fn within(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    query: Query<ConversationQuery>,
) -> Answer {
    let ConversationQuery { q, stream, limit, cursor } = query.0;
    let limit = limit.as_deref().unwrap_or("30");
    let Asked { typed, .. } = Asked::parse(q.as_deref(), None, None, None, &[])?;
    let slice = crate::core::page::Slice::parse(Some(limit), cursor.as_deref())?;
    let stream = stream.unwrap_or(Stream::Talk);
    let found = read(&state, move |app| {
        conversation::find(&mut *app.snapshot()?, &auth.actor(), id.0, stream, &typed, slice)
    });
    let found = found.await?;
    ok(ConversationResults { items: found.items, next_cursor: found.next_cursor, partial: found.partial })
}
