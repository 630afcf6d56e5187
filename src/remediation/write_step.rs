//! Taking one step of a case: the one way by which a step enters the history, be it entered by someone or brought by a list.

use crate::core::Problem;
use crate::remediation::course::{Breach, Law};
use crate::remediation::fact::Fact;
use crate::remediation::history::{Author, Line};
use crate::remediation::load::LoadedCase;
use crate::remediation::store;
use diesel::PgConnection;

/// What is entered with a step besides its day and terms.
#[derive(Debug, Clone, Copy, Default)]
pub struct Particulars<'a> {
    /// In the author's words.
    pub note: Option<&'a str>,
    /// Number or reference of the document.
    pub document: Option<&'a str>,
}

/// Takes a step where the law allows it, and writes it. The case's course is then the one after the step. Gives whether the step
/// came late.
///
/// # Errors
/// The inner one: what the law has against the step, and nothing is written. The outer one: the database refuses.
pub fn write_step(
    conn: &mut PgConnection,
    author: Author<'_>,
    case: &mut LoadedCase,
    fact: &Fact,
    particulars: Particulars<'_>,
    law: Law<'_>,
) -> Result<Result<bool, Breach>, Problem> {
    let from = case.course.state;
    let late = match case.course.take(fact, law) {
        Ok(late) => late,
        Err(breach) => return Ok(Err(breach)),
    };
    let line = Line {
        event: fact.step.as_str(),
        from,
        occurred_on: fact.on,
        note: particulars.note,
        document: particulars.document,
        details: serde_json::to_value(&fact.terms)?,
        corrects: None,
        late,
    };
    store::write(conn, author, &case.row, line, &case.course, law)?;
    Ok(Ok(late))
}
