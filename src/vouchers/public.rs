//! What everybody may know of an issue: all that is needed to repeat its draw. Enterprises are not named; each finds its own id on its page.

use crate::core::Problem;
use crate::db::schema::{voucher, voucher_issue};
use crate::programmes::draw::algorithm::RECIPE;
use crate::programmes::draw::frame::hex;
use crate::vouchers::ids::IssueId;
use crate::vouchers::queries::{VoucherTier, tiers};
use crate::vouchers::state::VoucherIssueState;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

/// An issue as it is published.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PublicVoucherIssue {
    /// Id of the issue.
    pub id: IssueId,
    /// Its name.
    pub name: String,
    /// Code of its region.
    pub region: String,
    /// The state.
    #[schema(inline)]
    pub state: VoucherIssueState,
    /// The first day of applications, in Asia/Shanghai.
    pub apply_from: NaiveDate,
    /// Their last day.
    pub apply_until: NaiveDate,
    /// The last day on which vouchers are redeemed.
    pub valid_until: NaiveDate,
    /// The tiers, the greatest amount first.
    pub tiers: Vec<VoucherTier>,
    /// The name of the recipe by which the draw is repeated (`docs/draws.md`).
    pub recipe: String,
    /// When the frame was fixed.
    pub frame_taken_at: Option<DateTime<Utc>>,
    /// How many rows it has.
    pub frame_rows: Option<i32>,
    /// SHA-256 of its text, 64 hexadecimal digits.
    pub frame_sha256: Option<String>,
    /// Where its text is downloaded.
    pub frame_url: Option<String>,
    /// The public event that gives the seed; absent where the system draws it after the frame was fixed.
    pub seed_event: Option<String>,
    /// The seed, 64 hexadecimal digits.
    pub seed: Option<String>,
    /// With what the ids of rows are made, as hexadecimal digits; once it is drawn.
    pub salt: Option<String>,
    /// How many vouchers there are: as many rows were wanted.
    pub wanted: i64,
    /// When it was drawn.
    pub drawn_at: Option<DateTime<Utc>>,
    /// The winners, in their order.
    pub drawn: Vec<PublicWinner>,
}

/// A winner as it is published.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = voucher, check_for_backend(Pg))]
pub struct PublicWinner {
    /// Its place, from 1.
    pub ordinal: i32,
    /// The id of its row in the frame.
    pub row_id: String,
    /// The amount, in fen.
    pub amount_fen: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = voucher_issue, check_for_backend(Pg))]
struct Record {
    id: IssueId,
    name: String,
    region: String,
    state: VoucherIssueState,
    apply_from: NaiveDate,
    apply_until: NaiveDate,
    valid_until: NaiveDate,
    seed_event: Option<String>,
    salt: Vec<u8>,
    frame_sha256: Option<Vec<u8>>,
    frame_rows: Option<i32>,
    framed_at: Option<DateTime<Utc>>,
    seed: Option<Vec<u8>>,
    drawn_at: Option<DateTime<Utc>>,
}

/// Issues that are published: approved ones, and those that were given up after their frame was published.
fn published() -> voucher_issue::BoxedQuery<'static, Pg> {
    let hidden = vec![VoucherIssueState::Draft, VoucherIssueState::Withdrawn];
    voucher_issue::table
        .filter(voucher_issue::state.ne_all(hidden).or(voucher_issue::framed_at.is_not_null()))
        .into_boxed()
}

/// An issue as it is published.
///
/// # Errors
/// 404 where there is none, or none that is approved.
pub fn get(conn: &mut PgConnection, id: IssueId) -> Result<PublicVoucherIssue, Problem> {
    let row: Record = published().filter(voucher_issue::id.eq(id)).select(Record::as_select()).first(conn)?;
    let tiers = tiers(conn, id)?;
    let drawn: Vec<PublicWinner> = voucher::table
        .filter(voucher::issue_id.eq(id))
        .order(voucher::ordinal)
        .select(PublicWinner::as_select())
        .load(conn)?;
    Ok(PublicVoucherIssue {
        recipe: RECIPE.to_owned(),
        wanted: tiers.iter().map(|tier| i64::from(tier.count)).sum(),
        frame_url: row.framed_at.map(|_| format!("/api/v1/public/vouchers/{id}/frame")),
        frame_sha256: row.frame_sha256.as_deref().map(hex),
        salt: row.seed.as_ref().map(|_| hex(&row.salt)),
        seed: row.seed.as_deref().map(hex),
        id: row.id,
        name: row.name,
        region: row.region,
        state: row.state,
        apply_from: row.apply_from,
        apply_until: row.apply_until,
        valid_until: row.valid_until,
        tiers,
        frame_taken_at: row.framed_at,
        frame_rows: row.frame_rows,
        seed_event: row.seed_event,
        drawn_at: row.drawn_at,
        drawn,
    })
}

/// The text of the frame of an issue, as it was hashed.
///
/// # Errors
/// 404 where there is no such issue, or its frame is not fixed.
pub fn frame(conn: &mut PgConnection, id: IssueId) -> Result<String, Problem> {
    let text: Option<String> =
        published().filter(voucher_issue::id.eq(id)).select(voucher_issue::frame).first(conn)?;
    text.ok_or_else(Problem::not_found)
}
