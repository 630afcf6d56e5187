//! What the search over everything finds of campaigns and hazards.

use diesel::PgConnection;

use crate::app::App;
use crate::campaigns::hazard_queries::{self, HazardFilter};
use crate::campaigns::queries::{CampaignFilter, list};
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::web::choices;
use crate::web::global_search::{Findings, Hit, pieces};

/// Looks for campaigns.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn campaigns(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    language: Language,
) -> Result<Findings, Problem> {
    let filter = CampaignFilter { q: Some(typed.text().to_owned()), ..CampaignFilter::default() };
    Ok(Findings::of(list(conn, actor, &filter, slice)?, |campaign| Hit {
        id: campaign.id.to_string(),
        link: format!("/campaigns/{}", campaign.id),
        title: pieces(&campaign.name, typed),
        excerpt: pieces(&choices::region(language, app.catalogue(), &campaign.organiser_region), typed),
        at: Some(campaign.created_at),
        reply_to: None,
    }))
}

/// Looks for hazards.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn hazards(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    _: Language,
) -> Result<Findings, Problem> {
    let filter = HazardFilter { q: Some(typed.text().to_owned()), ..HazardFilter::default() };
    let today = shanghai_date(app.clock().now());
    Ok(Findings::of(hazard_queries::list(conn, actor, &filter, today, slice)?, |view| Hit {
        id: view.hazard.id.to_string(),
        link: format!("/hazards/{}", view.hazard.id),
        title: pieces(&view.hazard.item, typed),
        excerpt: pieces(&view.enterprise, typed),
        at: Some(view.hazard.created_at),
        reply_to: None,
    }))
}
