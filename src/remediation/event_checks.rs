//! Checks of an event as it was sent that steps and corrections share.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::Tx;
use crate::db::published::nonconformity_ever as nonconformity;
use crate::enterprises::ids::NonconformityId;
use crate::remediation::event::NewEvent;
use crate::remediation::evidence;
use chrono::NaiveDate;
use diesel::prelude::*;

/// The note, the document and the day of an event, checked.
///
/// # Errors
/// 422 with all that is wrong.
pub fn checked_text(
    event: &NewEvent,
    tx: &Tx,
) -> Result<(Option<String>, Option<String>, NaiveDate), Problem> {
    let (today, mut fields) = (tx.today(), Fields::new());
    let note = fields.optional_text("/note", event.note.as_deref(), 4000);
    let document = fields.optional_text("/document", event.document.as_deref(), 200);
    evidence::check_files(&mut fields, &event.attachments, evidence::MOST_FILES_OF_EVENT);
    let day = event.occurred_on.unwrap_or(today);
    fields.require(day <= today, "/occurred_on", "不能晚于今天", "must not be in the future");
    let received = event.received_on.is_none_or(|received| received <= day);
    fields.require(received, "/received_on", "不能晚于该步骤", "must not be after the step");
    fields.done()?;
    Ok((note, document, day))
}

/// Refuses days before the sampling: nothing of a case came before it.
///
/// # Errors
/// 422 that names the days.
pub fn not_before_sampling(
    tx: &mut Tx,
    nonconformity: NonconformityId,
    days: [(&str, Option<NaiveDate>); 2],
) -> Result<(), Problem> {
    let of = nonconformity::table.find(nonconformity);
    let sampled: NaiveDate = of.select(nonconformity::inspected_on).first(&mut *tx.conn)?;
    let mut fields = Fields::new();
    for (pointer, day) in days {
        let fits = day.is_none_or(|day| day >= sampled);
        fields.require(fits, pointer, "不能早于抽样日期", "must not be before the sampling");
    }
    fields.done()
}
