//! Who may know of issues and vouchers.
//!
//! - An issue is managed by the officers of its region and of those above it. Once it is approved the officers of the regions under it know of it, and the
//!   enterprises of its region that can apply.
//! - A voucher is known to its enterprise and to the officers of its issue's region and of those above it.
//! - A redemption is known to them, to the experts of the product hospital and to the laboratory where it was made.
//! - Everybody may repeat a draw from what is public.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::EnterpriseId;
use crate::db::published::enterprise;
use crate::db::regional;
use crate::db::schema::{region_scope, voucher, voucher_entry, voucher_issue};
use crate::vouchers::ids::{EntryId, IssueId, VoucherId};
use crate::vouchers::state::VoucherIssueState;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// The states in which others than those who keep an issue know of it.
const KNOWN: [VoucherIssueState; 4] =
    [VoucherIssueState::Open, VoucherIssueState::Framed, VoucherIssueState::Drawn, VoucherIssueState::Closed];

/// Whether the actor has any part in issues.
///
/// # Errors
/// 401 without a log-in; 403 for anyone but officers and enterprises.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) | (_, Some(Scope::Admin(_) | Scope::Enterprise(_))) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// The issues that the actor may know of. [`sees`] decides the same for one.
pub fn visible_to(actor: &Actor) -> voucher_issue::BoxedQuery<'static, Pg> {
    use voucher_issue as v;
    let query = v::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) => query,
        (_, Some(Scope::Admin(own))) => {
            let around =
                region_scope::table.filter(region_scope::region.eq(own.clone())).select(region_scope::scope);
            query.filter(
                v::region
                    .eq_any(regional::seen_regions(actor))
                    .or(v::state.eq_any(KNOWN.to_vec()).and(v::region.eq_any(around))),
            )
        }
        (_, Some(Scope::Enterprise(id))) => {
            let around = region_scope::table
                .inner_join(enterprise::table.on(enterprise::region.eq(region_scope::region)))
                .filter(enterprise::id.eq(*id))
                .select(region_scope::scope);
            query.filter(v::state.eq_any(KNOWN.to_vec())).filter(v::region.eq_any(around))
        }
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}

/// Whether the actor may know of an issue of this region in this state. For an enterprise with the region in which it is.
pub fn sees(
    actor: &Actor,
    (region, state): (&str, VoucherIssueState),
    own_region: Option<&str>,
    catalogue: &Catalogue,
) -> bool {
    let known = KNOWN.contains(&state);
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(own))) => {
            regional::sees(actor, region, catalogue) || (known && catalogue.regions.contains(region, own))
        }
        (_, Some(Scope::Enterprise(_))) => {
            known && own_region.is_some_and(|own| catalogue.regions.contains(region, own))
        }
        _ => false,
    }
}

/// Whether the actor may know of the issue of this id, for the routes that have it in their path.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let own = visible_to(actor).filter(voucher_issue::id.eq(IssueId(id)));
    Ok(diesel::select(exists(own)).get_result(conn)?)
}

/// The vouchers that the actor may know of. [`sees_voucher`] decides the same for one.
pub fn visible_vouchers(actor: &Actor) -> voucher::BoxedQuery<'static, Pg> {
    let query = voucher::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) => query,
        (_, Some(Scope::Admin(_))) => {
            let kept = voucher_issue::table
                .filter(voucher_issue::region.eq_any(regional::seen_regions(actor)))
                .select(voucher_issue::id);
            query.filter(voucher::issue_id.eq_any(kept))
        }
        (_, Some(Scope::Enterprise(id))) => query.filter(voucher::enterprise_id.eq(*id)),
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}

/// Whether the actor may know of a voucher of an issue of this region, of this enterprise.
pub fn sees_voucher(actor: &Actor, region: &str, enterprise: EnterpriseId, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(_))) => regional::sees(actor, region, catalogue),
        (_, Some(Scope::Enterprise(id))) => *id == enterprise,
        _ => false,
    }
}

/// Whether the actor may know of the voucher of this id, for the routes that have it in their path.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_voucher(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let own = visible_vouchers(actor).filter(voucher::id.eq(VoucherId(id)));
    Ok(diesel::select(exists(own)).get_result(conn)?)
}

/// Whether the actor may know of the voucher on which the redemption of this id was made, for the routes that have it in their path.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_redemption(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let own = voucher_entry::table
        .find(EntryId(id))
        .filter(voucher_entry::voucher_id.eq_any(visible_vouchers(actor).select(voucher::id)));
    Ok(diesel::select(exists(own)).get_result(conn)?)
}
