//! The list of codes.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice, Total};
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::policy::{permit, visible_to};
use crate::credit_codes::state::CodeState;
use crate::db::order::in_order;
use crate::db::schema::{credit_code, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A code, or the application for one.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = credit_code, check_for_backend(Pg))]
pub struct CodeView {
    /// Id of the code.
    pub id: CreditCodeId,
    /// The maker.
    pub enterprise_id: EnterpriseId,
    /// The maker's name when the code was last granted; before that, when it was applied for.
    pub maker_name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Code of the region whose officers decide.
    pub region: String,
    /// Code of the product kind.
    pub product_kind: String,
    /// The product.
    pub product_name: String,
    /// The trademark.
    pub trademark: Option<String>,
    /// The model.
    pub model: String,
    /// The standard.
    pub standard: Option<String>,
    /// The state.
    #[schema(inline)]
    pub state: CodeState,
    /// The version of the rules by which it is judged.
    pub rules_version: String,
    /// When it was applied for.
    pub applied_at: DateTime<Utc>,
    /// The day on which it was last granted.
    pub granted_on: Option<NaiveDate>,
    /// The last day on which it can be in force.
    pub valid_until: Option<NaiveDate>,
    /// Since when it is known not to be in force, while it is granted.
    pub suspended_at: Option<DateTime<Utc>>,
    /// The day on which it was revoked, given up or lapsed.
    pub ended_on: Option<NaiveDate>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

crate::word_enum! {
    /// How granted codes stand.
    pub enum Standing {
        /// Granted and in force, as far as is written down.
        InForce = "in_force",
        /// Granted and not in force.
        Suspended = "suspended",
        /// An application or a renewal waits for an officer.
        Waiting = "waiting",
    }
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct CodeFilter {
    /// Only those of this state.
    pub state: Option<CodeState>,
    /// Only those that stand so.
    pub standing: Option<Standing>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those of this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only those in whose product, maker, credit code, trademark or model these words stand.
    pub q: Option<String>,
}

/// Where codes are searched.
const TEXTS: Columns =
    Columns { texts: &["credit_code.search_text"], readings: &["credit_code.search_readings"], code: true };

fn narrowed(
    actor: &Actor,
    filter: &CodeFilter,
    found: Option<Condition>,
) -> credit_code::BoxedQuery<'static, Pg> {
    use credit_code as c;
    let mut query = visible_to(actor);
    if let Some(state) = filter.state {
        query = query.filter(c::state.eq(state));
    }
    let granted = vec![CodeState::Granted, CodeState::Renewing];
    match filter.standing {
        Some(Standing::InForce) => {
            query = query.filter(c::state.eq_any(granted)).filter(c::suspended_at.is_null())
        }
        Some(Standing::Suspended) => {
            query = query.filter(c::state.eq_any(granted)).filter(c::suspended_at.is_not_null());
        }
        Some(Standing::Waiting) => {
            query = query.filter(c::state.eq_any(vec![CodeState::Applied, CodeState::Renewing]));
        }
        None => {}
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(c::region.eq_any(under));
    }
    if let Some(enterprise) = filter.enterprise {
        query = query.filter(c::enterprise_id.eq(enterprise));
    }
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

/// A page of codes, the newest application first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but officers and enterprises.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &CodeFilter,
    slice: Slice,
) -> Result<Page<CodeView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<CodeView>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(credit_code::id.lt(CreditCodeId(after)));
        }
        query
            .order(in_order(slice, credit_code::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(CodeView::as_select())
            .load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?)
}

/// How many codes a filter finds.
///
/// # Errors
/// 403 for anyone but officers and enterprises.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &CodeFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(credit_code::id))?)
}

/// One code that the actor may know of.
///
/// # Errors
/// 403 for anyone but officers and enterprises, 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: CreditCodeId) -> Result<CodeView, Problem> {
    permit(actor)?;
    Ok(visible_to(actor).filter(credit_code::id.eq(id)).select(CodeView::as_select()).first(conn)?)
}
