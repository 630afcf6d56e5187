//! The dossier: a whole letter, interview or listing in one piece, as far as the reader may see it.

use crate::app::App;
use crate::audit::{self, AuditEntry};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::clock::shanghai_date;
use crate::oversight::detail::{Context, detail};
use crate::oversight::effect::{OversightEffect, effect};
use crate::oversight::ids::OversightId;
use crate::oversight::settings::OversightSettings;
use crate::oversight::view::OversightDetail;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Serialize;

/// A whole letter, interview or listing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OversightDossier {
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Where the terms are published.
    pub source: String,
    /// What it is: facts, requirements, responsibilities, history with files and their SHA-256.
    pub oversight: OversightDetail,
    /// What came of it; null before it goes out and where it names no product kind. For regulators only.
    pub effect: Option<OversightEffect>,
    /// The audit of it with its hashes, oldest first. Who did it by which request is for regulators only.
    pub audit: Vec<AuditEntry>,
}

/// Gathers the dossier of one. The connection reads one state of the database, so that the parts fit each other.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn dossier(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    id: OversightId,
) -> Result<OversightDossier, Problem> {
    let (now, catalogue) = (app.clock().now(), app.catalogue());
    let (today, settings) = (shanghai_date(now), app.settings().section::<OversightSettings>());
    let oversight = detail(conn, actor, id, Context { settings, catalogue, today })?;
    let officer = matches!(actor, Actor::System) || matches!(actor.scope(), Some(Scope::Admin(_)));
    let effect = if officer { effect(conn, actor, id, (catalogue, settings), (today, now))? } else { None };
    let mut audit = audit::of_subject(conn, "oversight", id.0)?;
    if !officer {
        for row in &mut audit {
            (row.actor_id, row.request_id, row.actor_name) = (None, None, None);
        }
    }
    let rules = settings.rules_of(&oversight.rules_version, today);
    Ok(OversightDossier {
        made_at: now,
        source: rules.map(|rules| rules.source.clone()).unwrap_or_default(),
        oversight,
        effect,
        audit,
    })
}
