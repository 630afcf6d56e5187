//! The gate before a clearance.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::core::problem::FieldError;
use crate::core::text::Text;
use crate::db::Tx;
use crate::db::schema::account;
use crate::remediation::course::Course;
use crate::remediation::store::{Row, advisers};
use diesel::prelude::*;

/// Refuses a clearance that would not stand up, and says everything that is missing.
///
/// # Errors
/// 409 `adviser_may_not_clear`, `inspector_may_not_clear` or `criteria_unmet`, by the first that is missing, with all in
/// `errors`.
pub fn require(tx: &mut Tx, row: &Row, course: &Course) -> Result<(), Problem> {
    let Some(reviewer) = course.cleared.and_then(|(by, _)| by).or(tx.actor.account()) else {
        return Err(Problem::forbidden());
    };
    let mut missing: Vec<(&'static str, FieldError)> = Vec::new();
    if is_adviser(tx, row, reviewer)? {
        let text =
            Text::new("曾为该企业提供意见的专家不得审核清零", "whoever advised on the case may not clear it");
        missing.push(("adviser_may_not_clear", FieldError::body("/reviewer", text)));
    }
    if course.result_by.contains(&reviewer) {
        let text = Text::new(
            "登记复查结果的人员不得审核清零，须由另一名监管人员审核",
            "whoever entered the re-inspection's result may not clear the case; another officer does",
        );
        missing.push(("inspector_may_not_clear", FieldError::body("/reviewer", text)));
    }
    refusal(missing)
}

fn refusal(missing: Vec<(&'static str, FieldError)>) -> Result<(), Problem> {
    let Some((code, first)) = missing.first() else { return Ok(()) };
    let mut problem = Problem::conflict(code, first.detail.clone());
    problem.errors = missing.into_iter().map(|(_, error)| error).collect();
    Err(problem)
}

/// Whether the reviewer advised the enterprise: by the same account or, under another, by the same mail address.
fn is_adviser(tx: &mut Tx, row: &Row, reviewer: AccountId) -> Result<bool, Problem> {
    let address: Option<String> =
        account::table.find(reviewer).select(account::email).first(&mut *tx.conn)?;
    Ok(advisers(&mut tx.conn, row)?.into_iter().any(|(id, email)| {
        let same_address = match (&address, &email) {
            (Some(mine), Some(theirs)) => mine.eq_ignore_ascii_case(theirs),
            _ => false,
        };
        id == reviewer || same_address
    }))
}
