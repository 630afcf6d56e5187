//! What the search over everything finds of vouchers: issues by their names.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::vouchers::queries::{IssueFilter, list};
use crate::web::choices;
use crate::web::global_search::{Findings, Hit, pieces};

/// Looks for issues.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn find(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    language: Language,
) -> Result<Findings, Problem> {
    let filter = IssueFilter { q: Some(typed.text().to_owned()), ..IssueFilter::default() };
    Ok(Findings::of(list(conn, actor, &filter, slice)?, |issue| Hit {
        id: issue.id.to_string(),
        link: format!("/vouchers/{}", issue.id),
        title: pieces(&issue.name, typed),
        excerpt: pieces(&choices::region(language, app.catalogue(), &issue.region), typed),
        at: Some(issue.created_at),
        reply_to: None,
    }))
}
