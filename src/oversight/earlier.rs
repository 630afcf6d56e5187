//! What was tried before about the same, and what the ladder proposes next.

use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::Slice;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::db::published::nonconformity;
use crate::oversight::ladder::{EarlierMeasure, Outcome, outcome, propose};
use crate::oversight::queries::{self, OversightFilter};
use crate::oversight::settings::OversightRules;
use crate::oversight::state::OversightState;
use crate::oversight::view::{OversightView, Words};
use crate::oversight::words::OversightKind;
use crate::risk::alerts::queries as alerts;
use crate::risk::alerts::state::AlertState;
use crate::risk::ids::AlertId;
use chrono::{Months, NaiveDate};
use diesel::dsl::max;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// About what.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// A quality alert: its region and product kind.
    pub alert: Option<Uuid>,
    /// Code of a region.
    pub region: Option<String>,
    /// Code of a product kind.
    pub product_kind: Option<String>,
    /// An enterprise.
    pub enterprise: Option<EnterpriseId>,
}

/// What was tried before, and what is proposed. Nothing is issued by itself.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Ladder {
    /// What was tried within the months of the rules, the newest first; at most 200.
    pub tried: Vec<OversightView>,
    /// What is proposed; null where a step is under way.
    #[schema(inline)]
    pub next: Option<OversightKind>,
    /// Whether a listing whose term has passed can go to the level above.
    pub escalate: bool,
    /// Reasons for the proposal.
    pub reasons: Vec<Words>,
    /// How many listings went out within those months.
    pub listings: usize,
    /// The months that are looked at.
    pub months: u32,
}

/// What was tried before about something, and what the ladder proposes.
///
/// Where neither an alert, a region nor an enterprise is named, the officer's own region is meant.
///
/// # Errors
/// 403 for anyone but an officer; 404 for an alert or an enterprise that the officer may not know of; 422 for a region that is not the officer's own or
/// under it, and for an unknown product kind.
pub fn ladder(
    conn: &mut PgConnection,
    actor: &Actor,
    about: &About,
    (catalogue, rules, today): (&Catalogue, &OversightRules, NaiveDate),
) -> Result<Ladder, Problem> {
    crate::db::regional::permit(actor)?;
    let mut about = about.clone();
    checked(conn, actor, &about, catalogue)?;
    let mut open = false;
    if let Some(id) = about.alert {
        let alert = alerts::get(conn, actor, AlertId(id))?.alert;
        open = alert.state == AlertState::Open;
        about.region = about.region.or(Some(alert.region));
        about.product_kind = about.product_kind.or(Some(alert.product_kind));
    }
    if about.enterprise.is_none() {
        about.region = about.region.or_else(|| actor.officer_region().map(str::to_owned));
    }
    let since = today.checked_sub_months(Months::new(rules.ladder_months)).unwrap_or(NaiveDate::MIN);
    let filter = OversightFilter {
        region: about.region.clone(),
        product_kind: about.product_kind.clone(),
        enterprise: about.enterprise,
        ..OversightFilter::default()
    };
    let slice = Slice { limit: crate::core::page::MAX_LIMIT, ..Slice::default() };
    let mut found = queries::list(conn, actor, &filter, (catalogue, today), slice)?.items;
    found.retain(|view| view.issued_on.is_some_and(|day| day >= since));
    let tried: Vec<EarlierMeasure> = found.iter().map(tried).collect();
    let ended =
        tried.iter().filter(|one| one.outcome == Outcome::Settled).filter_map(|one| one.ended_on).max();
    let failed = last_failure(conn, &about)?;
    let still = open || failed.is_some_and(|day| ended.is_none_or(|ended| day > ended));
    let listings = found.iter().filter(|view| view.kind == OversightKind::Listing);
    let above = listings
        .map(|view| catalogue.regions.ancestors(&view.from_region).nth(1))
        .any(|above| above.is_some());
    let proposal = propose(&tried, still, above);
    let listed =
        |one: &&EarlierMeasure| one.kind == OversightKind::Listing && one.state != OversightState::Withdrawn;
    Ok(Ladder {
        listings: tried.iter().filter(listed).count(),
        tried: found,
        next: proposal.next,
        escalate: proposal.escalate,
        reasons: proposal.reasons.into_iter().map(Words::from).collect(),
        months: rules.ladder_months,
    })
}

/// Checks about what is asked: nothing is proposed for what is not the officer's.
fn checked(
    conn: &mut PgConnection,
    actor: &Actor,
    about: &About,
    catalogue: &Catalogue,
) -> Result<(), Problem> {
    use crate::db::published::enterprise;
    let own = actor.officer_region().unwrap_or_default();
    let mut faults = Vec::new();
    if about.region.as_deref().is_some_and(|code| !catalogue.regions.contains(own, code)) {
        let text = Text::new("须为本人辖区或其下级地区", "must be your region or one below it");
        faults.push(FieldError::query("region", text));
    }
    if about.product_kind.as_deref().is_some_and(|code| catalogue.products.kind(code).is_none()) {
        let text = Text::new("未知的产品种类", "is not a known product kind");
        faults.push(FieldError::query("product_kind", text));
    }
    Problem::unless_empty(faults)?;
    let Some(id) = about.enterprise else { return Ok(()) };
    let region: Option<String> =
        enterprise::table.find(id.0).select(enterprise::region).first(conn).optional()?;
    let here = region.is_some_and(|code| catalogue.regions.contains(own, &code));
    if here { Ok(()) } else { Err(Problem::not_found()) }
}

fn tried(view: &OversightView) -> EarlierMeasure {
    EarlierMeasure {
        kind: view.kind,
        state: view.state,
        outcome: outcome(view.state, view.overdue),
        issued_on: view.issued_on,
        ended_on: view.ended_on.or(view.accepted_on),
    }
}

/// The day of the last failed sample about the same.
fn last_failure(conn: &mut PgConnection, about: &About) -> Result<Option<NaiveDate>, Problem> {
    use crate::db::published::enterprise;
    use crate::db::schema::region_scope;
    if about.region.is_none() && about.enterprise.is_none() {
        return Ok(None);
    }
    let mut query = nonconformity::table.select(max(nonconformity::inspected_on)).into_boxed();
    if let Some(id) = about.enterprise {
        query = query.filter(nonconformity::enterprise_id.eq(id));
    }
    if let Some(kind) = about.product_kind.clone() {
        query = query.filter(nonconformity::product_kind.eq(kind));
    }
    if let Some(region) = about.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        let there = enterprise::table.filter(enterprise::region.eq_any(under)).select(enterprise::id);
        query = query.filter(nonconformity::enterprise_id.eq_any(there));
    }
    Ok(query.first(conn)?)
}
