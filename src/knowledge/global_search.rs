//! What the search over everything finds of articles: those that are published.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::knowledge::queries::{ArticleFilter, list};
use crate::web::global_search::{Findings, Hit, excerpt, pieces};

/// Looks for published articles.
///
/// # Errors
/// When the database can't be asked.
pub fn find(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    _: Language,
) -> Result<Findings, Problem> {
    let filter = ArticleFilter { q: Some(typed.text().to_owned()), ..ArticleFilter::default() };
    Ok(Findings::of(list(conn, actor, app.catalogue(), &filter, slice)?, |view| {
        let standards = view.standards.into_iter().map(|one| one.standard);
        let about: Vec<String> = view
            .failed_items
            .into_iter()
            .chain(standards)
            .chain([view.question, view.cause, view.actions, view.result])
            .filter(|text| !text.is_empty())
            .collect();
        Hit {
            id: view.id.to_string(),
            link: format!("/knowledge/{}", view.id),
            title: pieces(&view.title, typed),
            excerpt: excerpt(&about.join(" · "), typed),
            at: view.published_at,
            reply_to: None,
        }
    }))
}
