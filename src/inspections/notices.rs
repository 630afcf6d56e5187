//! Mails about inspections: to the people of the parties that are in the register, of laboratories that test again, and to officers.

use crate::accounts::people::{body_recipients, enterprise_recipients, officers_around};
use crate::accounts::store::recipient;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::inspections::course::Course;
use crate::inspections::days::term_end;
use crate::inspections::fact::Fact;
use crate::inspections::law::Law;
use crate::inspections::mails::Mail;
use crate::inspections::state::InspectionStep as E;
use crate::inspections::store::Loaded;
use crate::inspections::words::{Outcome, Party, Term};
use crate::notifications::outbox;
use chrono::NaiveDate;

/// Notifies the parties of a step that concerns them.
///
/// # Errors
/// When the database refuses.
pub fn notify(tx: &mut Tx, of: &Loaded, fact: &Fact, course: &Course, law: Law<'_>) -> Result<(), Problem> {
    match fact.step {
        E::Deliver => delivered(tx, of, fact.particulars.party, course, law),
        E::AskProducer => asked(tx, of, course, law),
        E::OrderRetest => {
            decided(tx, of, fact.step)?;
            tests_again(tx, of, course)
        }
        E::RefuseRetest | E::Uphold | E::Overturn => decided(tx, of, fact.step),
        _ => Ok(()),
    }
}

fn enterprise(of: &Loaded, party: Party) -> Option<EnterpriseId> {
    match party {
        Party::Producer => of.row.producer_id,
        Party::Operator => of.row.operator_id,
        Party::Laboratory | Party::Organiser => None,
    }
}

fn link(tx: &Tx, of: &Loaded) -> String {
    tx.link(&format!("/inspections/{}", of.row.id))
}

fn delivered(
    tx: &mut Tx,
    of: &Loaded,
    party: Option<Party>,
    course: &Course,
    law: Law<'_>,
) -> Result<(), Problem> {
    let Some((party, id)) = party.and_then(|party| Some((party, enterprise(of, party)?))) else {
        return Ok(());
    };
    let conforming = course.first_outcome() != Some(Outcome::Nonconforming);
    let received = course.delivered.get(&party).copied().filter(|_| !conforming);
    let until = received.map(|day| term_end(day, Term::Challenge, law));
    for to in enterprise_recipients(&mut tx.conn, id)? {
        let mail = Mail::InspectionResult {
            number: of.row.number.clone(),
            product: of.subject.product_name.clone(),
            conforming,
            until,
            link: link(tx, of),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

fn asked(tx: &mut Tx, of: &Loaded, course: &Course, law: Law<'_>) -> Result<(), Problem> {
    let (Some(id), Some(asked_on)) = (of.row.producer_id, course.asked_on) else { return Ok(()) };
    for to in enterprise_recipients(&mut tx.conn, id)? {
        let mail = Mail::ProducerAsked {
            number: of.row.number.clone(),
            product: of.subject.product_name.clone(),
            operator: of.subject.operator_name.clone(),
            until: term_end(asked_on, Term::Confirm, law),
            link: link(tx, of),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

fn decided(tx: &mut Tx, of: &Loaded, step: E) -> Result<(), Problem> {
    let mut parties: Vec<EnterpriseId> =
        of.course.delivered.keys().filter_map(|party| enterprise(of, *party)).collect();
    parties.sort_unstable();
    parties.dedup();
    for id in parties {
        for to in enterprise_recipients(&mut tx.conn, id)? {
            let mail = Mail::RetestDecided {
                number: of.row.number.clone(),
                product: of.subject.product_name.clone(),
                decision: step.text_for(of.row.method).get(to.language).to_owned(),
                link: link(tx, of),
            };
            outbox::enqueue(tx, &to, &mail)?;
        }
    }
    Ok(())
}

fn tests_again(tx: &mut Tx, of: &Loaded, course: &Course) -> Result<(), Problem> {
    let Some(id) = course.retest_laboratory else { return Ok(()) };
    for to in body_recipients(&mut tx.conn, id)? {
        let mail = Mail::RetestAssigned {
            number: of.row.number.clone(),
            product: of.subject.product_name.clone(),
            link: link(tx, of),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// Tells officers of the organiser, or of the smallest region around it that has any, of a suspect quick test whose term has passed.
///
/// # Errors
/// When the database refuses.
pub fn formal_sample_overdue(tx: &mut Tx, of: &Loaded, due_on: NaiveDate) -> Result<(), Problem> {
    for officer in officers_around(tx, &of.row.organiser_region)? {
        let Some(to) = recipient(&officer) else { continue };
        let mail = Mail::FormalSampleOverdue {
            number: of.row.number.clone(),
            product: of.subject.product_name.clone(),
            operator: of.subject.operator_name.clone(),
            due_on,
            link: link(tx, of),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}
