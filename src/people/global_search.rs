//! What the search over everything finds of people.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::people::queries::{AccountFilter, list};
use crate::web::global_search::{Findings, Hit, pieces};

/// Looks for accounts.
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
    let filter = AccountFilter { q: Some(typed.text().to_owned()), ..AccountFilter::default() };
    Ok(Findings::of(list(conn, actor, app.catalogue(), &filter, slice)?, |view| {
        let of = view.enterprise.map(|of| of.name).or(view.expert.map(|expert| expert.title));
        let about: Vec<String> = [Some(view.username), of].into_iter().flatten().collect();
        Hit {
            id: view.id.to_string(),
            link: format!("/people/{}", view.id),
            title: pieces(&view.name, typed),
            excerpt: pieces(&about.join(" · "), typed),
            at: None,
            reply_to: None,
        }
    }))
}
