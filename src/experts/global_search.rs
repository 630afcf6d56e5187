//! What the search over everything finds of people for enterprises and experts: the approved experts. Officers and the operator look for
//! accounts of all kinds (`people`, above).

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::{Actor, Scope};
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::experts::queries::{ExpertFilter, list};
use crate::experts::vocabulary::Vetting;
use crate::web::global_search::{Findings, Hit, list_by_words, pieces};

/// Looks for approved experts by name or title.
///
/// # Errors
/// When the database can't be asked.
pub fn find(
    _: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    _: Language,
) -> Result<Findings, Problem> {
    let filter = ExpertFilter {
        vetting: Some(Vetting::Approved),
        q: Some(typed.text().to_owned()),
        ..ExpertFilter::default()
    };
    let is_enterprise = matches!(actor.scope(), Some(Scope::Enterprise(_)));
    Ok(Findings::of(list(conn, actor, &filter, slice)?, |view| Hit {
        id: view.id.to_string(),
        link: if is_enterprise {
            // Where the enterprise reads of the expert, and can exclude one.
            format!("/exclusions?expert={}", view.id)
        } else {
            // A colleague has no page: the consultations in which both take part.
            list_by_words("/consultations", &view.name)
        },
        title: pieces(&view.name, typed),
        excerpt: pieces(&view.title, typed),
        at: None,
        reply_to: None,
    }))
}
