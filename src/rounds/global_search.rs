//! What the search over everything finds of rounds.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::rounds::round_queries::{RoundFilter, list};
use crate::web::choices;
use crate::web::global_search::{Findings, Hit, pieces};

/// Looks for rounds.
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
    let filter = RoundFilter { q: Some(typed.text().to_owned()), ..RoundFilter::default() };
    Ok(Findings::of(list(conn, actor, &filter, slice)?, |view| {
        let place = choices::region(language, app.catalogue(), &view.round.region);
        let days = format!("{place} · {} – {}", view.round.starts_on, view.round.ends_on);
        Hit {
            id: view.round.id.to_string(),
            link: format!("/rounds/{}", view.round.id),
            title: pieces(&format!("{} · {}", view.programme_name, view.round.no), typed),
            excerpt: pieces(&days, typed),
            at: None,
            reply_to: None,
        }
    }))
}
