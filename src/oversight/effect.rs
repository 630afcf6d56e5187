//! What came of it: the nonconforming rate of its kinds in its region before and after, beside the rest of the province, and how often the same was
//! listed.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::db::schema::oversight;
use crate::oversight::ids::OversightId;
use crate::oversight::queries;
use crate::oversight::settings::OversightSettings;
use crate::oversight::state::OversightState;
use crate::oversight::words::OversightKind;
use crate::sampling_figures::effect::{Effect, EffectOf, Scope, of, province_of};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::Serialize;

/// The effect of a letter, an interview or a listing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OversightEffect {
    /// The rates before the day on which it went out and from that day on, each with its n and interval, beside the rest of the province.
    pub rates: Effect,
    /// Codes of the product kinds that are counted.
    pub product_kinds: Vec<String>,
    /// Code of the region that is counted.
    pub region: String,
    /// Listings of the same recipient about one of these kinds that went out up to the day of the answer, this one among them.
    pub listings: i64,
}

/// The effect of one, as of a day. None before it has gone out, or where it names no product kind.
///
/// # Errors
/// 403 for who has no part in any; 404 where the actor may not know of it.
pub fn effect(
    conn: &mut PgConnection,
    actor: &Actor,
    id: OversightId,
    (catalogue, settings): (&Catalogue, &OversightSettings),
    (as_of, now): (NaiveDate, DateTime<Utc>),
) -> Result<Option<OversightEffect>, Problem> {
    let row = queries::row(conn, actor, id)?;
    let (written, course) = (row.written, row.course);
    let gone_out = course.issued_on.filter(|day| *day <= as_of && !written.product_kinds.is_empty());
    let Some(day) = gone_out else { return Ok(None) };
    let months = settings.rules_of(&written.rules_version, as_of).map_or(12, |rules| rules.effect_months);
    let province = province_of(catalogue, &written.to_region).unwrap_or(&written.to_region).to_owned();
    let kinds: Vec<&str> = written.product_kinds.iter().map(String::as_str).collect();
    let asked = EffectOf {
        scope: Scope {
            kinds: &kinds,
            regions: &[written.to_region.as_str()],
            province: &province,
            without: &[],
        },
        day,
        months_before: months,
        months_after: months,
        as_of,
    };
    let rates = of(conn, &asked, now)?;
    let listings: i64 = oversight::table
        .filter(oversight::kind.eq(OversightKind::Listing))
        .filter(
            oversight::state
                .ne(OversightState::Withdrawn)
                .or(oversight::ended_on.assume_not_null().gt(as_of)),
        )
        .filter(oversight::issued_on.is_not_null().and(oversight::issued_on.assume_not_null().le(as_of)))
        .filter(oversight::to_kind.eq(written.to_kind))
        .filter(oversight::to_name.eq(&written.to_name))
        .filter(oversight::to_region.eq(&written.to_region))
        .filter(oversight::product_kinds.overlaps_with(written.product_kinds.clone()))
        .count()
        .get_result(conn)?;
    Ok(Some(OversightEffect {
        rates,
        listings,
        product_kinds: written.product_kinds,
        region: written.to_region,
    }))
}
