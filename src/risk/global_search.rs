//! What the search over everything finds of alerts and assessments.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::risk::alerts::queries::{self as alerts, AlertFilter};
use crate::risk::assessments::queries::{self as assessments, AssessmentFilter};
use crate::web::global_search::{Findings, Hit, pieces};

/// The name of a product kind.
fn kind(app: &App, code: &str, language: Language) -> String {
    app.catalogue().products.kind(code).map_or(code, |kind| kind.name(language)).to_owned()
}

/// The name of a region.
fn region(app: &App, code: &str, language: Language) -> String {
    app.catalogue().regions.get(code).map_or(code, |region| region.name_in(language)).to_owned()
}

/// Looks for alerts.
///
/// # Errors
/// When the database can't be asked.
pub fn find_alerts(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    language: Language,
) -> Result<Findings, Problem> {
    let filter = AlertFilter { q: Some(typed.text().to_owned()), ..AlertFilter::default() };
    Ok(Findings::of(alerts::list(conn, actor, &filter, slice)?, |view| {
        let alert = view.alert;
        let cause = alert.cause.text();
        let about = alert.item.unwrap_or_else(|| cause.get(language).to_owned());
        Hit {
            id: alert.id.to_string(),
            link: format!("/alerts/{}", alert.id),
            title: pieces(&format!("{} · {about}", kind(app, &alert.product_kind, language)), typed),
            excerpt: pieces(&region(app, &alert.region, language), typed),
            at: Some(alert.opened_at),
            reply_to: None,
        }
    }))
}

/// Looks for assessments.
///
/// # Errors
/// When the database can't be asked.
pub fn find_assessments(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    language: Language,
) -> Result<Findings, Problem> {
    let filter = AssessmentFilter { q: Some(typed.text().to_owned()), ..AssessmentFilter::default() };
    Ok(Findings::of(assessments::list(conn, actor, &filter, slice)?, |view| Hit {
        id: view.id.to_string(),
        link: format!("/assessments/{}", view.id),
        title: pieces(&format!("{} · {}", kind(app, &view.product_kind, language), view.hazard), typed),
        excerpt: pieces(&region(app, &view.region, language), typed),
        at: Some(view.updated_at),
        reply_to: None,
    }))
}
