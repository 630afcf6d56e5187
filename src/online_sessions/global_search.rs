//! What the search over everything finds of online sessions: their topics.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::online_sessions::queries::{SessionFilter, list};
use crate::web::choices;
use crate::web::global_search::{Findings, Hit, pieces};

/// Looks for sessions.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn find(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    language: Language,
) -> Result<Findings, Problem> {
    let filter = SessionFilter { q: Some(typed.text().to_owned()), ..SessionFilter::default() };
    Ok(Findings::of(list(conn, actor, &filter, slice)?, |view| Hit {
        id: view.session.id.to_string(),
        link: format!("/online-sessions/{}", view.session.id),
        title: pieces(&view.session.topic, typed),
        excerpt: pieces(&choices::region(language, app.catalogue(), &view.session.region), typed),
        at: Some(view.session.starts_at),
        reply_to: None,
    }))
}
