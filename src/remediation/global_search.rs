//! What the search over everything finds of cases.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::remediation::case_filter::CaseFilter;
use crate::remediation::queries::list;
use crate::web::global_search::{Findings, Hit, pieces};

/// Looks for cases.
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
    let filter = CaseFilter { q: Some(typed.text().to_owned()), ..CaseFilter::default() };
    Ok(Findings::of(list(app, conn, actor, &filter, slice)?, |view| Hit {
        id: view.id.to_string(),
        link: format!("/cases/{}", view.id),
        title: pieces(&view.enterprise_name, typed),
        excerpt: pieces(&format!("{} · {}", view.report_no, view.uscc), typed),
        at: None,
        reply_to: None,
    }))
}
