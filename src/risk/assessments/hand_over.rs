//! Assessments whose author's account ends before they are in force: nobody else could change them, hand them in or take them back.

use crate::core::Problem;
use crate::db::Tx;
use crate::db::schema::assessment;
use crate::risk::assessments::state::AssessmentState;
use crate::web::room::{Holder, OpenMatterKind};
use diesel::prelude::*;

/// The declaration.
pub const ASSESSMENTS: OpenMatterKind = OpenMatterKind {
    name: "assessments",
    zh: "未确认的质量安全研判",
    en: "assessments that are not in force",
    count,
    hand_on,
};

/// The states in which an assessment waits for its author, or comes back to the author.
const OPEN: [AssessmentState; 3] =
    [AssessmentState::Draft, AssessmentState::Submitted, AssessmentState::Returned];

fn count(conn: &mut PgConnection, of: Holder) -> Result<i64, Problem> {
    Ok(assessment::table
        .filter(assessment::author_id.eq(of.account))
        .filter(assessment::state.eq_any(OPEN))
        .count()
        .get_result(conn)?)
}

/// The heir becomes the author, without one the officer who acts; so the heir does not validate them. Their history says who wrote them. An operator
/// who names nobody leaves them as they are.
fn hand_on(tx: &mut Tx, from: Holder, to: Option<Holder>, _: &str) -> Result<i64, Problem> {
    let acting = tx.actor.officer_region().and_then(|_| tx.actor.account());
    let Some(author) = to.map(|heir| heir.account).or(acting) else { return Ok(0) };
    let open = assessment::table
        .filter(assessment::author_id.eq(from.account))
        .filter(assessment::state.eq_any(OPEN));
    let passed = diesel::update(open)
        .set((assessment::author_id.eq(author), assessment::updated_at.eq(tx.now)))
        .execute(&mut *tx.conn)?;
    Ok(i64::try_from(passed).unwrap_or(i64::MAX))
}
