//! Whether a list says of a penalty that stands something else than what stands. Pure.

use crate::core::Text;
use crate::list_files::ListColumn;
use crate::penalty_lists::list::column::Column;
use crate::penalty_lists::list::row::Penalty;
use chrono::NaiveDate;

/// The first thing in which two tellings of one penalty contradict each other; what one of them does not tell contradicts nothing.
#[must_use]
pub fn contradiction(known: &Standing, told: &Penalty) -> Option<(Column, Text)> {
    let differs = |column: Column, known: String, told: String| {
        let text = Text::new(
            format!("该文号对该当事人的处罚已登记，{}为“{known}”，名单为“{told}”", column.name_zh()),
            format!(
                "the penalty stands already with another {}: {known}, the list says {told}",
                column.word()
            ),
        );
        Some((column, text))
    };
    let code = told.uscc.as_ref().map(ToString::to_string);
    if known.decided_on != told.decided_on {
        return differs(Column::DecidedOn, known.decided_on.to_string(), told.decided_on.to_string());
    }
    if let (Some(known), Some(told)) = (&known.uscc, &code)
        && known != told
    {
        return differs(Column::Uscc, known.clone(), told.clone());
    }
    if let (Some(known), Some(told)) = (known.happened_on, told.happened_on)
        && known != told
    {
        return differs(Column::HappenedOn, known.to_string(), told.to_string());
    }
    if let (Some(known), Some(told)) = (known.fine_fen, told.fine_fen)
        && known != told
    {
        let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
        return differs(Column::Fine, yuan(known), yuan(told));
    }
    None
}

/// What stands of a penalty, as far as a list may contradict it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The credit code of the party as it was told.
    pub uscc: Option<String>,
    /// The day of the decision.
    pub decided_on: NaiveDate,
    /// The day of the act.
    pub happened_on: Option<NaiveDate>,
    /// The fine in fen.
    pub fine_fen: Option<i64>,
}
