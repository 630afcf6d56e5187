//! What the search over everything finds of letters, interviews and listings.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::oversight::queries::{OversightFilter, list};
use crate::web::global_search::{Findings, Hit, pieces};

/// Looks for them.
///
/// # Errors
/// When the database can't be asked.
pub fn find(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    language: Language,
) -> Result<Findings, Problem> {
    let filter = OversightFilter { q: Some(typed.text().to_owned()), ..OversightFilter::default() };
    let context = (app.catalogue().as_ref(), shanghai_date(app.clock().now()));
    Ok(Findings::of(list(conn, actor, &filter, context, slice)?, |view| Hit {
        id: view.id.to_string(),
        link: format!("/oversight/{}", view.id),
        title: pieces(&view.title, typed),
        excerpt: pieces(
            &[Some(view.kind.text().get(language)), view.document_no.as_deref(), Some(&view.to_name)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · "),
            typed,
        ),
        at: None,
        reply_to: None,
    }))
}
