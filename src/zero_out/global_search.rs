//! What the search over everything finds of enterprises: those that an officer or the operator may know of, and those that an expert advises.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::{Actor, Scope};
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::web::global_search::{Findings, Hit, list_by_words, pieces};
use crate::zero_out::queries::{Filter, list};

/// Looks for enterprises.
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
    let is_expert = matches!(actor.scope(), Some(Scope::Expert(_)));
    let filter = Filter { q: Some(typed.text().to_owned()), ..Filter::default() };
    Ok(Findings::of(list(conn, actor, &filter, slice)?, |view| {
        let place =
            app.catalogue().regions.get(&view.region).map(|region| region.name_in(language).to_owned());
        Hit {
            id: view.id.to_string(),
            link: if is_expert {
                list_by_words("/consultations", &view.name)
            } else {
                format!("/enterprises/{}", view.id)
            },
            title: pieces(&view.name, typed),
            excerpt: pieces(&format!("{} · {}", view.uscc, place.unwrap_or_default()), typed),
            at: None,
            reply_to: None,
        }
    }))
}
