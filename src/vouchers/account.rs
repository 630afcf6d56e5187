//! The account of an issue as of a day: issued = redeemed + open + expired + revoked, to the cent.

use crate::core::Problem;
use crate::vouchers::ids::IssueId;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Uuid as SqlUuid};
use serde::Serialize;

/// The account of an issue. All amounts are in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct VoucherAccount {
    /// The day, that included, in Asia/Shanghai. What was on a past day never changes.
    pub as_of: NaiveDate,
    /// How many vouchers were issued.
    pub vouchers: i64,
    /// The budget.
    pub budget_fen: i64,
    /// What was issued.
    pub issued_fen: i64,
    /// What was redeemed and not given back.
    pub redeemed_fen: i64,
    /// What can still be redeemed.
    pub open_fen: i64,
    /// What has expired.
    pub expired_fen: i64,
    /// What was revoked.
    pub revoked_fen: i64,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Sums {
    #[diesel(sql_type = BigInt)]
    vouchers: i64,
    #[diesel(sql_type = BigInt)]
    issued: i64,
    #[diesel(sql_type = BigInt)]
    redeemed: i64,
    #[diesel(sql_type = BigInt)]
    expired: i64,
    #[diesel(sql_type = BigInt)]
    revoked: i64,
}

/// The account of an issue as of a day.
///
/// # Errors
/// When the database can't be asked.
pub fn account(
    conn: &mut PgConnection,
    issue: IssueId,
    budget_fen: i64,
    as_of: NaiveDate,
) -> Result<VoucherAccount, Problem> {
    let sums: Sums = diesel::sql_query("SELECT * FROM voucher_account($1, $2)")
        .bind::<SqlUuid, _>(issue)
        .bind::<Date, _>(as_of)
        .get_result(conn)?;
    let Sums { vouchers, issued, redeemed, expired, revoked } = sums;
    Ok(VoucherAccount {
        as_of,
        vouchers,
        budget_fen,
        issued_fen: issued,
        redeemed_fen: redeemed,
        open_fen: issued - redeemed - expired - revoked,
        expired_fen: expired,
        revoked_fen: revoked,
    })
}
