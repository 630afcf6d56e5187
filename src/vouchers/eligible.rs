//! Who can have a voucher of an issue: open on the zero-out list in its region with one of its kinds, and below its limit.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::schema::{voucher, voucher_issue, voucher_tier};
use crate::vouchers::ids::IssueId;
use crate::vouchers::store::Row;
use chrono::{Datelike, NaiveDate};
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text, Uuid as SqlUuid};

/// Why an enterprise can't have a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// It is not open on the list, not in the region, or does not operate.
    NotOpen,
    /// With this one it would hold more than the limit.
    Limit,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Answer {
    #[diesel(sql_type = Bool)]
    eligible: bool,
}

/// What an enterprise has won in other issues that count towards the same limit: those of the programme; those of the region in the same year where
/// there is none. Revoked vouchers do not count.
fn won_before(conn: &mut PgConnection, row: &Row, enterprise: EnterpriseId) -> QueryResult<i64> {
    use voucher_issue as i;
    let other = i::table.filter(i::id.ne(row.id)).into_boxed();
    let other = match row.programme_id {
        Some(programme) => other.filter(i::programme_id.eq(programme)),
        None => {
            let year = row.apply_from.year();
            let (first, last) = (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31));
            other
                .filter(i::programme_id.is_null())
                .filter(i::region.eq(row.region.clone()))
                .filter(i::apply_from.ge(first.unwrap_or(row.apply_from)))
                .filter(i::apply_from.le(last.unwrap_or(row.apply_from)))
        }
    };
    let of: Vec<IssueId> = other.select(i::id).load(conn)?;
    let amounts: Vec<i64> = voucher::table
        .filter(voucher::enterprise_id.eq(enterprise))
        .filter(voucher::issue_id.eq_any(of))
        .filter(voucher::state.ne(crate::vouchers::state::VoucherState::Revoked))
        .select(voucher::amount_fen)
        .load(conn)?;
    Ok(amounts.into_iter().fold(0_i64, i64::saturating_add))
}

/// What keeps an enterprise from a voucher of an issue; nothing where it can have one.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn missing(
    conn: &mut PgConnection,
    row: &Row,
    enterprise: EnterpriseId,
) -> Result<Option<Missing>, Problem> {
    let Answer { eligible } = diesel::sql_query("SELECT voucher_eligible($1, $2, $3) AS eligible")
        .bind::<SqlUuid, _>(enterprise)
        .bind::<Text, _>(&row.region)
        .bind::<Array<Text>, _>(&row.product_kinds)
        .get_result(conn)?;
    if !eligible {
        return Ok(Some(Missing::NotOpen));
    }
    let greatest: Option<i64> = voucher_tier::table
        .filter(voucher_tier::issue_id.eq(row.id))
        .select(max(voucher_tier::amount_fen))
        .first(conn)?;
    let with_this = won_before(conn, row, enterprise)?.saturating_add(greatest.unwrap_or(0));
    Ok((with_this > row.limit_fen).then_some(Missing::Limit))
}
