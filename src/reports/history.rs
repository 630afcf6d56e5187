//! What stood at the end of a day.

use crate::core::clock::shanghai_date;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};

/// The moment at which a day ends: 24:00 in Asia/Shanghai.
pub fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN);
    FixedOffset::east_opt(8 * 3600)
        .and_then(|shanghai| shanghai.from_local_datetime(&next).earliest())
        .map_or_else(|| next.and_utc(), |at| at.with_timezone(&Utc))
}

/// The day of which a report is: the one asked for, which must not lie ahead, else today.
///
/// # Errors
/// 422 for a day ahead.
pub fn day(asked: Option<NaiveDate>, now: DateTime<Utc>) -> Result<NaiveDate, Problem> {
    let today = shanghai_date(now);
    match asked {
        Some(day) if day > today => {
            let text = Text::new("不能晚于今天", "must not be in the future");
            Err(Problem::invalid(vec![FieldError::query("as_of", text)]))
        }
        Some(day) => Ok(day),
        None => Ok(today),
    }
}

/// The enterprises of region `$1` and their nonconformities as they stood at moment `$2`: tables `scoped`
/// (id, region, operating) and `point` (enterprise_id, class, settled). Settled is a nonconformity whose case
/// was cleared, or whose result was overturned by a re-test.
pub const AS_OF: &str = "
    WITH scoped AS MATERIALIZED (
        SELECT e.id, coalesce(p.region, e.region) AS region,
               coalesce(p.operating_status, e.operating_status) = 'operating' AS operating
        FROM enterprise e
        LEFT JOIN LATERAL (
            SELECT p.region, p.operating_status FROM enterprise_past p
            WHERE p.enterprise_id = e.id AND p.until >= $2 ORDER BY p.until LIMIT 1
        ) p ON true
        JOIN region_scope s ON s.scope = $1 AND s.region = coalesce(p.region, e.region)
        WHERE e.created_at < $2
    ), point AS MATERIALIZED (
        SELECT n.enterprise_id, k.class, coalesce(v.to_state IN ('cleared', 'overturned'), false) AS settled
        FROM nonconformity n
        JOIN scoped s ON s.id = n.enterprise_id
        JOIN product_kind k ON k.code = n.product_kind
        LEFT JOIN remediation_case c ON c.nonconformity_id = n.id
        LEFT JOIN LATERAL (
            SELECT v.to_state FROM case_event v
            WHERE v.case_id = c.id AND v.recorded_at < $2 ORDER BY v.seq DESC LIMIT 1
        ) v ON true
        WHERE n.created_at < $2
    )";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_shanghai() {
        assert_eq!(end_of("2021-10-08".parse().unwrap()).to_rfc3339(), "2021-10-08T16:00:00+00:00");
        let now = "2021-10-08T15:59:59Z".parse().unwrap();
        assert_eq!(day(None, now).unwrap(), "2021-10-08".parse().unwrap());
        assert_eq!(day(Some("2021-10-09".parse().unwrap()), now).unwrap_err().errors[0].pointer, "?as_of");
        let now = "2021-10-08T16:00:00Z".parse().unwrap();
        assert!(day(Some("2021-10-09".parse().unwrap()), now).is_ok());
    }
}
