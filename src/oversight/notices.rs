//! Mails about a letter, an interview or a listing: to who was addressed, and to the officers of the issuing region.

use crate::accounts::people::{body_recipients, enterprise_recipients, officers_around};
use crate::accounts::store::{officers_of, recipient};
use crate::core::Problem;
use crate::core::text::Language;
use crate::db::Tx;
use crate::db::schema::oversight;
use crate::notifications::{Recipient, outbox};
use crate::oversight::course::Fact;
use crate::oversight::mails::Mail;
use crate::oversight::policy::is_of_recipient;
use crate::oversight::rows::OversightRow;
use crate::oversight::state::OversightStep;
use crate::oversight::store::Loaded;
use crate::oversight::words::{OversightKind, RecipientKind};
use diesel::prelude::*;

/// The people who answer for who is addressed.
///
/// # Errors
/// When the database can't be asked.
pub fn addressed(tx: &mut Tx, row: &OversightRow) -> Result<Vec<Recipient>, Problem> {
    let of = &row.written;
    match (of.to_kind, of.enterprise_id, of.laboratory_id) {
        (RecipientKind::Enterprise, Some(id), _) => enterprise_recipients(&mut tx.conn, id),
        (RecipientKind::Laboratory, _, Some(id)) => body_recipients(&mut tx.conn, id),
        _ => Ok(officers_of(&mut tx.conn, &of.to_region)?.iter().filter_map(recipient).collect()),
    }
}

/// The officers of the issuing region, or of the nearest region around it that has any.
///
/// # Errors
/// When the database can't be asked.
pub fn issuing(tx: &mut Tx, row: &OversightRow) -> Result<Vec<Recipient>, Problem> {
    Ok(officers_around(tx, &row.written.from_region)?.iter().filter_map(recipient).collect())
}

/// The address of one.
pub fn link(tx: &Tx, row: &OversightRow) -> String {
    tx.link(&format!("/oversight/{}", row.written.id))
}

/// Sends a mail to some.
///
/// # Errors
/// When the database refuses.
pub fn send(tx: &mut Tx, people: &[Recipient], mail: impl Fn(Language) -> Mail) -> Result<(), Problem> {
    for to in people {
        outbox::enqueue(tx, to, &mail(to.language))?;
    }
    Ok(())
}

/// Notifies the other side of a step.
///
/// # Errors
/// When the database refuses.
pub fn notify(tx: &mut Tx, of: &Loaded, fact: &Fact) -> Result<(), Problem> {
    use OversightStep as S;
    if matches!(fact.step, S::Create | S::Change | S::Receive | S::MarkOverdue) {
        return Ok(());
    }
    if matches!(fact.step, S::Approve | S::Decline) {
        return decided(tx, of, fact);
    }
    if is_of_recipient(fact.step) && !fact.details.on_behalf {
        return answered(tx, of, fact);
    }
    if of.course.issued_on.is_none() {
        return Ok(());
    }
    let people = addressed(tx, &of.row)?;
    let link = link(tx, &of.row);
    send(tx, &people, |language| mail(of, fact, language, link.clone()))
}

/// Notifies the officers of the issuing region of what was decided of a proposed listing; where it came of a listing of the level below whose term had passed
/// and was not approved, the officers of that one as well, since nobody else goes on with it.
fn decided(tx: &mut Tx, of: &Loaded, fact: &Fact) -> Result<(), Problem> {
    progress(tx, &of.row, fact)?;
    let from = of.matter.escalates_id.filter(|_| fact.step == OversightStep::Decline);
    let Some(id) = from else { return Ok(()) };
    let below: OversightRow =
        oversight::table.find(id).select(OversightRow::as_select()).first(&mut *tx.conn)?;
    progress(tx, &below, fact)
}

/// Notifies the officers who issue it that a step was taken.
fn progress(tx: &mut Tx, row: &OversightRow, fact: &Fact) -> Result<(), Problem> {
    let (people, link) = (issuing(tx, row)?, link(tx, row));
    send(tx, &people, |language| Mail::OversightProgress {
        title: row.written.title.clone(),
        step: fact.step.text().get(language).to_owned(),
        due_on: None,
        link: link.clone(),
    })
}

fn answered(tx: &mut Tx, of: &Loaded, fact: &Fact) -> Result<(), Problem> {
    let (people, link) = (issuing(tx, &of.row)?, link(tx, &of.row));
    let written = &of.row.written;
    send(tx, &people, |language| Mail::OversightAnswered {
        title: written.title.clone(),
        addressed: written.to_name.clone(),
        step: fact.step.text().get(language).to_owned(),
        link: link.clone(),
    })
}

fn mail(of: &Loaded, fact: &Fact, language: Language, link: String) -> Mail {
    use OversightStep as S;
    let (course, title) = (&of.course, of.row.written.title.clone());
    let document = course.document_no.clone().unwrap_or_default();
    match fact.step {
        S::Issue => Mail::OversightIssued { title, document, due_on: course.due_on, link },
        S::Notify => {
            let (name, post) = (of.matter.invitee.as_deref(), of.matter.invitee_post.as_deref());
            let invitee = format!("{} {}", name.unwrap_or_default(), post.unwrap_or_default());
            let place = course.place.clone().unwrap_or_default();
            Mail::OversightInterview { title, document, meets_on: course.meets_on, place, invitee, link }
        }
        S::Minute => Mail::OversightMinutes { title, due_on: course.due_on, link },
        S::List => {
            let report_on = course.report_due_on;
            Mail::OversightListed { title, document, due_on: course.term_on, report_on, link }
        }
        S::Return => {
            let reason = fact.details.reason.clone().unwrap_or_default().into();
            Mail::OversightReturned { title, reason, due_on: course.due_on, link }
        }
        _ => {
            let step = fact.step.text().get(language).to_owned();
            Mail::OversightProgress { title, step, due_on: course.due_on, link }
        }
    }
}

/// Notifies the officers of the issuing region that a listing waits for one of them.
///
/// # Errors
/// When the database refuses.
pub fn proposed(tx: &mut Tx, row: &OversightRow) -> Result<(), Problem> {
    if row.written.kind != OversightKind::Listing {
        return Ok(());
    }
    let (people, link) = (issuing(tx, row)?, link(tx, row));
    send(tx, &people, |_| Mail::OversightProposed {
        title: row.written.title.clone(),
        addressed: row.written.to_name.clone(),
        link: link.clone(),
    })
}
