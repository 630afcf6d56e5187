//! What the search over everything finds of credit conduct.

use diesel::PgConnection;

use crate::app::App;
use crate::conduct::queries::{ConductFilter, list};
use crate::conduct::settings::ConductSettings;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::web::global_search::{Findings, Hit, pieces};

/// Looks for entries.
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
    let filter = ConductFilter { q: Some(typed.text().to_owned()), ..ConductFilter::default() };
    let context = (app.settings().section::<ConductSettings>(), shanghai_date(app.clock().now()));
    Ok(Findings::of(list(conn, actor, &filter, context, slice)?, |view| Hit {
        id: view.id.to_string(),
        link: format!("/conduct/{}", view.id),
        title: pieces(&format!("{} · {}", view.enterprise_name, view.behaviour_text.get(language)), typed),
        excerpt: pieces(&view.document_no.unwrap_or_default(), typed),
        at: None,
        reply_to: None,
    }))
}
