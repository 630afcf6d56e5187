//! What the search over everything finds of signals.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::signals::queries::{SignalFilter, list};
use crate::web::global_search::{Findings, Hit, pieces};

/// Looks for signals.
///
/// # Errors
/// When the database can't be asked.
pub fn find(
    _: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    language: Language,
) -> Result<Findings, Problem> {
    let filter = SignalFilter { q: Some(typed.text().to_owned()), ..SignalFilter::default() };
    Ok(Findings::of(list(conn, actor, &filter, slice)?, |view| {
        let (source, reliability) = (view.source.text(), view.reliability.text());
        let about = [source.get(language), reliability.get(language), view.external_id.as_str()].join(" · ");
        Hit {
            id: view.id.to_string(),
            link: format!("/signals/{}", view.id),
            title: pieces(if view.title.is_empty() { &view.external_id } else { &view.title }, typed),
            excerpt: pieces(&about, typed),
            at: None,
            reply_to: None,
        }
    }))
}
