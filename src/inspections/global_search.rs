//! What the search over everything finds of inspections.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::inspections::queries::{InspectionFilter, list};
use crate::web::global_search::{Findings, Hit, pieces};

/// Looks for inspections.
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
    let filter = InspectionFilter { q: Some(typed.text().to_owned()), ..InspectionFilter::default() };
    let today = shanghai_date(app.clock().now());
    Ok(Findings::of(list(conn, actor, &filter, today, slice)?, |view| Hit {
        id: view.id.to_string(),
        link: format!("/inspections/{}", view.id),
        title: pieces(&view.product_name, typed),
        excerpt: pieces(&format!("{} · {}", view.number, view.operator_name), typed),
        at: None,
        reply_to: None,
    }))
}
