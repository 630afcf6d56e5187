//! Reading issues.

use crate::accounts::store::names;
use crate::core::actor::{Actor, Scope};
use crate::core::clock::shanghai_date;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::page::{Page, Slice, Total};
use crate::core::{Problem, as_of};
use crate::db::officer_steps::is_second;
use crate::db::order::in_order;
use crate::db::regional;
use crate::db::schema::{
    region_scope, voucher_application, voucher_issue, voucher_issue_event, voucher_tier,
};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::programmes::draw::frame::hex;
use crate::vouchers::account::{VoucherAccount, account};
use crate::vouchers::apply::reason;
use crate::vouchers::eligible::missing;
use crate::vouchers::ids::IssueId;
use crate::vouchers::policy::{permit, visible_to};
use crate::vouchers::state::{VoucherIssueState, VoucherIssueStep, allowed, is_for_day, takes_applications};
use crate::vouchers::store;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An issue of vouchers. All amounts are in fen.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = voucher_issue, check_for_backend(Pg))]
pub struct VoucherIssueView {
    /// Id of the issue.
    pub id: IssueId,
    /// Its name.
    pub name: String,
    /// Code of the region whose enterprises apply.
    pub region: String,
    /// The programme that it belongs to.
    pub programme_id: Option<Uuid>,
    /// What may be spent.
    pub budget_fen: i64,
    /// The most that one enterprise may hold.
    pub limit_fen: i64,
    /// Codes of the product kinds; any where none is named.
    pub product_kinds: Vec<String>,
    /// Codes of the product hospitals; all where none is named.
    pub hospitals: Vec<String>,
    /// The first day of applications, in Asia/Shanghai.
    pub apply_from: NaiveDate,
    /// Their last day.
    pub apply_until: NaiveDate,
    /// The last day on which vouchers are redeemed.
    pub valid_until: NaiveDate,
    /// The public event that gives the seed.
    pub seed_event: Option<String>,
    /// The state.
    #[schema(inline)]
    pub state: VoucherIssueState,
    /// How many rows the frame has, once it is fixed.
    pub frame_rows: Option<i32>,
    /// When the frame was fixed.
    pub framed_at: Option<DateTime<Utc>>,
    /// When the winners were drawn.
    pub drawn_at: Option<DateTime<Utc>>,
    /// Why it was given up.
    pub withdrawn_reason: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// So many vouchers of so much.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = voucher_tier, check_for_backend(Pg))]
pub struct VoucherTier {
    /// The amount of one, in fen.
    pub amount_fen: i64,
    /// How many there are.
    pub count: i32,
}

/// A step of an issue.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct VoucherIssueEvent {
    /// The step.
    #[schema(inline)]
    pub step: VoucherIssueStep,
    /// The reason that was given.
    pub reason: Option<String>,
    /// Who took it; for officers.
    pub by: Option<String>,
    /// When the step was taken.
    pub at: DateTime<Utc>,
}

/// The own part of an enterprise in an issue.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnApplication {
    /// When it applied; none where it has not, or took it back.
    pub applied_at: Option<DateTime<Utc>>,
    /// The id of its row in the frame, by which it finds itself among the winners.
    pub row_id: Option<String>,
    /// Why it is not in the frame: `withdrawn`, `not_eligible` or `limit`.
    pub left_out: Option<String>,
    /// Whether it can apply now.
    pub may_apply: bool,
    /// Why it can't have a voucher, in Chinese.
    pub missing_zh: Option<String>,
    /// The same in English.
    pub missing_en: Option<String>,
}

/// An issue with all that its reader may know.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct VoucherIssueDetail {
    /// The issue.
    #[serde(flatten)]
    pub issue: VoucherIssueView,
    /// The tiers, the greatest amount first.
    pub tiers: Vec<VoucherTier>,
    /// The steps that its state allows, for the officers who keep it.
    #[schema(inline)]
    pub allowed: Vec<VoucherIssueStep>,
    /// How many have applied and not taken it back; for officers.
    pub applications: Option<i64>,
    /// The account of today, or of the day that was asked for; for officers.
    pub account: Option<VoucherAccount>,
    /// SHA-256 of the frame, once it is fixed.
    pub frame_sha256: Option<String>,
    /// The seed, once it is drawn.
    pub seed: Option<String>,
    /// The own part of an enterprise.
    pub own: Option<OwnApplication>,
    /// The steps, the first one first.
    pub history: Vec<VoucherIssueEvent>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct IssueFilter {
    /// Only those of this state.
    pub state: Option<VoucherIssueState>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those in whose name these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// Where issues are searched: the name.
const TEXTS: Columns = Columns {
    texts: &["(search_name(voucher_issue.name) || E'\\n')"],
    readings: &["search_readings(search_name(voucher_issue.name))"],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &IssueFilter,
    found: Option<Condition>,
) -> voucher_issue::BoxedQuery<'static, Pg> {
    let mut query = visible_to(actor);
    if let Some(state) = filter.state {
        query = query.filter(voucher_issue::state.eq(state));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(voucher_issue::region.eq_any(under));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A page of issues, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but officers and enterprises.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &IssueFilter,
    slice: Slice,
) -> Result<Page<VoucherIssueView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<VoucherIssueView>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(voucher_issue::id.lt(IssueId(after)));
        }
        query
            .order(in_order(slice, voucher_issue::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(VoucherIssueView::as_select())
            .load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?)
}

/// How many issues a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &IssueFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(voucher_issue::id))?)
}

/// One issue that the actor may know of.
///
/// # Errors
/// 403 for anyone but officers and enterprises, 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: IssueId) -> Result<VoucherIssueView, Problem> {
    permit(actor)?;
    Ok(visible_to(actor)
        .filter(voucher_issue::id.eq(id))
        .select(VoucherIssueView::as_select())
        .first(conn)?)
}

/// The tiers of an issue, the greatest amount first.
///
/// # Errors
/// When the database can't be asked.
pub fn tiers(conn: &mut PgConnection, id: IssueId) -> QueryResult<Vec<VoucherTier>> {
    voucher_tier::table
        .filter(voucher_tier::issue_id.eq(id))
        .order(voucher_tier::ordinal)
        .select(VoucherTier::as_select())
        .load(conn)
}

/// The steps that an issue allows on a day.
fn steps(issue: &VoucherIssueView, today: NaiveDate) -> Vec<VoucherIssueStep> {
    let mut steps = allowed(issue.state);
    steps.retain(|step| is_for_day(issue.state, *step, issue.valid_until, today));
    steps
}

type Step = (VoucherIssueStep, Option<String>, AccountId, DateTime<Utc>);

fn history(conn: &mut PgConnection, id: IssueId, named: bool) -> Result<Vec<VoucherIssueEvent>, Problem> {
    use voucher_issue_event as e;
    let steps: Vec<Step> = e::table
        .filter(e::issue_id.eq(id))
        .order(e::ordinal)
        .limit(200)
        .select((e::step, e::reason, e::account_id, e::at))
        .load(conn)?;
    let people: Vec<AccountId> = steps.iter().map(|step| step.2).collect();
    let names = if named { names(conn, &people)? } else { std::collections::HashMap::new() };
    let event =
        |(step, reason, by, at): Step| VoucherIssueEvent { step, reason, by: names.get(&by).cloned(), at };
    Ok(steps.into_iter().map(event).collect())
}

type Own = (DateTime<Utc>, Option<DateTime<Utc>>, Option<String>, Option<String>);

fn own(
    conn: &mut PgConnection,
    issue: &VoucherIssueView,
    enterprise: EnterpriseId,
    today: NaiveDate,
) -> Result<OwnApplication, Problem> {
    use voucher_application as a;
    let found: Option<Own> = a::table
        .find((issue.id, enterprise))
        .select((a::applied_at, a::withdrawn_at, a::row_id, a::left_out))
        .first(conn)
        .optional()?;
    let row: store::Row = voucher_issue::table.find(issue.id).select(store::Row::as_select()).first(conn)?;
    let taking = takes_applications(issue.state, (issue.apply_from, issue.apply_until), today);
    let missing = match taking {
        true => missing(conn, &row, enterprise)?.map(reason),
        false => None,
    };
    let (applied_at, row_id, left_out) = match found {
        Some((at, None, row_id, left_out)) => (Some(at), row_id, left_out),
        Some((_, Some(_), _, left_out)) => (None, None, left_out),
        None => (None, None, None),
    };
    Ok(OwnApplication {
        may_apply: taking && applied_at.is_none() && missing.is_none(),
        applied_at,
        row_id,
        left_out,
        missing_zh: missing.as_ref().map(|text| text.zh.to_string()),
        missing_en: missing.as_ref().map(|text| text.en.to_string()),
    })
}

/// One issue with all that its reader may know, with the account as of a day.
///
/// # Errors
/// As [`get`].
pub fn detail(
    conn: &mut PgConnection,
    actor: &Actor,
    id: IssueId,
    (now, asked): (DateTime<Utc>, Option<NaiveDate>),
) -> Result<VoucherIssueDetail, Problem> {
    use voucher_application as a;
    let issue = get(conn, actor, id)?;
    let (today, day) = (shanghai_date(now), as_of::day(asked, now)?);
    let officer = actor.officer_region().is_some();
    let (sha256, seed, author): (Option<Vec<u8>>, Option<Vec<u8>>, AccountId) = voucher_issue::table
        .find(id)
        .select((voucher_issue::frame_sha256, voucher_issue::seed, voucher_issue::created_by))
        .first(conn)?;
    let applications = match officer {
        true => {
            let all = a::table.filter(a::issue_id.eq(id)).filter(a::withdrawn_at.is_null());
            Some(all.count().get_result(conn)?)
        }
        false => None,
    };
    let account = match officer {
        true => Some(account(conn, id, issue.budget_fen, day)?),
        false => None,
    };
    let own = match actor.scope() {
        Some(Scope::Enterprise(enterprise)) => Some(own(conn, &issue, *enterprise, today)?),
        _ => None,
    };
    let kept = officer && keeps(conn, actor, id)?;
    let second = actor.account().is_none_or(|own| is_second(own, author, None));
    let may = |step: &VoucherIssueStep| kept && (second || *step != VoucherIssueStep::Approve);
    Ok(VoucherIssueDetail {
        tiers: tiers(conn, id)?,
        allowed: steps(&issue, today).into_iter().filter(may).collect(),
        applications,
        account,
        frame_sha256: sha256.as_deref().map(hex),
        seed: seed.as_deref().map(hex),
        own,
        history: history(conn, id, officer)?,
        issue,
    })
}

/// Whether the officer manages an issue.
fn keeps(conn: &mut PgConnection, actor: &Actor, id: IssueId) -> QueryResult<bool> {
    let kept = voucher_issue::table
        .filter(voucher_issue::id.eq(id))
        .filter(voucher_issue::region.eq_any(regional::seen_regions(actor)));
    diesel::select(diesel::dsl::exists(kept)).get_result(conn)
}
