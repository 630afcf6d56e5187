//! What the search over everything finds of visits and other engagements.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::engagements::queries::{EngagementFilter, Today, list};
use crate::engagements::settings::EngagementSettings;
use crate::engagements::state::EngagementKind;
use crate::web::global_search::{Findings, Hit, pieces};

/// Looks for visits.
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
    let filter = EngagementFilter {
        kind: Some(EngagementKind::Visit),
        q: Some(typed.text().to_owned()),
        ..EngagementFilter::default()
    };
    let today = shanghai_date(app.clock().now());
    let today = Today::of(app.settings().section::<EngagementSettings>(), today);
    Ok(Findings::of(list(conn, actor, &filter, today, slice)?, |view| {
        let names: Vec<&str> = view.enterprises.iter().map(|one| one.name.as_str()).collect();
        let state = view.row.state.text();
        Hit {
            id: view.row.id.to_string(),
            link: format!("/visits/{}", view.row.id),
            title: pieces(&view.row.topic, typed),
            excerpt: pieces(&format!("{} · {}", names.join("、"), state.get(language)), typed),
            at: Some(view.row.created_at),
            reply_to: None,
        }
    }))
}
