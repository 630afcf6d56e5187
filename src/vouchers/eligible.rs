//! Who can have a voucher of an issue: open on the zero-out list in its region with one of its kinds, and below its limit.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::schema::{voucher, voucher_application, voucher_entry, voucher_issue, voucher_tier};
use crate::vouchers::ids::IssueId;
use crate::vouchers::state::{VoucherEntryKind, VoucherIssueState, counted};
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

/// The other issues that count towards the same limit: those of the programme; those of the region in the same year where there is none.
fn others(conn: &mut PgConnection, row: &Row) -> QueryResult<Vec<IssueId>> {
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
    other.select(i::id).load(conn)
}

/// What an enterprise has won in these issues, without what was taken back of it.
fn won(conn: &mut PgConnection, of: &[IssueId], enterprise: EnterpriseId) -> QueryResult<i64> {
    let vouchers = voucher::table
        .filter(voucher::enterprise_id.eq(enterprise))
        .filter(voucher::issue_id.eq_any(of))
        .select(voucher::id);
    let movements: Vec<(VoucherEntryKind, i64)> = voucher_entry::table
        .filter(voucher_entry::voucher_id.eq_any(vouchers))
        .select((voucher_entry::kind, voucher_entry::amount_fen))
        .load(conn)?;
    Ok(counted(movements))
}

/// The greatest voucher of an issue.
fn greatest(conn: &mut PgConnection, id: IssueId) -> QueryResult<i64> {
    let greatest: Option<i64> = voucher_tier::table
        .filter(voucher_tier::issue_id.eq(id))
        .select(max(voucher_tier::amount_fen))
        .first(conn)?;
    Ok(greatest.unwrap_or(0))
}

/// What an enterprise could win at most in those of these issues whose frame it is in and which were not drawn yet.
fn could_win(conn: &mut PgConnection, of: &[IssueId], enterprise: EnterpriseId) -> QueryResult<i64> {
    use voucher_application as a;
    let framed = voucher_issue::table
        .filter(voucher_issue::id.eq_any(of))
        .filter(voucher_issue::state.eq(VoucherIssueState::Framed))
        .select(voucher_issue::id);
    let framed: Vec<IssueId> = a::table
        .filter(a::enterprise_id.eq(enterprise))
        .filter(a::row_id.is_not_null())
        .filter(a::issue_id.eq_any(framed))
        .select(a::issue_id)
        .load(conn)?;
    let mut sum = 0_i64;
    for id in framed {
        sum = sum.saturating_add(greatest(conn, id)?);
    }
    Ok(sum)
}

/// Frames are fixed one after the other, so that each knows of those before it.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn one_after_the_other(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('voucher_frames'))").execute(conn)?;
    Ok(())
}

fn is_eligible(conn: &mut PgConnection, row: &Row, enterprise: EnterpriseId) -> QueryResult<bool> {
    let Answer { eligible } = diesel::sql_query("SELECT voucher_eligible($1, $2, $3) AS eligible")
        .bind::<SqlUuid, _>(enterprise)
        .bind::<Text, _>(&row.region)
        .bind::<Array<Text>, _>(&row.product_kinds)
        .get_result(conn)?;
    Ok(eligible)
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
    if !is_eligible(conn, row, enterprise)? {
        return Ok(Some(Missing::NotOpen));
    }
    let others = others(conn, row)?;
    let with_this = won(conn, &others, enterprise)?.saturating_add(greatest(conn, row.id)?);
    Ok((with_this > row.limit_fen).then_some(Missing::Limit))
}

/// The same when the frame is fixed: what it could win in other frames counts as well, so that two draws do not give it more than the limit.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn missing_at_frame(
    conn: &mut PgConnection,
    row: &Row,
    enterprise: EnterpriseId,
) -> Result<Option<Missing>, Problem> {
    let found = missing(conn, row, enterprise)?;
    if found.is_some() {
        return Ok(found);
    }
    let others = others(conn, row)?;
    // A frame that is drawn meanwhile counts twice rather than not at all.
    let pending = could_win(conn, &others, enterprise)?;
    let sum = won(conn, &others, enterprise)?.saturating_add(pending).saturating_add(greatest(conn, row.id)?);
    Ok((sum > row.limit_fen).then_some(Missing::Limit))
}
