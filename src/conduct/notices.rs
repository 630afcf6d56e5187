//! Mails about entries: to the people of the enterprise, and to the officers who decide what it asks for.

use crate::accounts::people::{enterprise_recipients, officers_around};
use crate::accounts::store::recipient;
use crate::conduct::course::{Course, Fact};
use crate::conduct::judge::Law;
use crate::conduct::mails::Mail;
use crate::conduct::state::ConductStep as S;
use crate::conduct::store::Loaded;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::core::text::{Language, Text};
use crate::db::Tx;
use crate::db::published::enterprise;
use crate::notifications::outbox;
use diesel::prelude::*;

/// Whether somebody of the enterprise has an account to which the platform can send a notice.
///
/// # Errors
/// When the database can't be asked.
pub fn can_be_notified(tx: &mut Tx, enterprise: EnterpriseId) -> Result<bool, Problem> {
    Ok(!enterprise_recipients(&mut tx.conn, enterprise)?.is_empty())
}

/// The behaviour of an entry and where it stands, in words; its code where the rules no longer know it.
pub fn behaviour_words(course: &Course, law: Law<'_>) -> (Text, Text) {
    let known = law.rules_of(course).and_then(|rules| rules.behaviour(&course.matter.behaviour));
    match known {
        Some(behaviour) => (behaviour.text.clone(), behaviour.article.clone()),
        None => {
            let code = course.matter.behaviour.clone();
            (Text::new(code.clone(), code), Text::new("", ""))
        }
    }
}

/// Notifies the officers of what the enterprise asks for, and the enterprise of any other step that concerns it; `decides` says whether the step
/// decides its objection.
///
/// # Errors
/// When the database refuses.
pub fn notify(tx: &mut Tx, of: &Loaded, (fact, decides): (&Fact, bool), law: Law<'_>) -> Result<(), Problem> {
    match fact.step {
        S::Enter => return Ok(()),
        S::Object | S::ApplyRepair => return ask_officers(tx, of, fact.step, law),
        _ => {}
    }
    let (behaviour, article) = behaviour_words(&of.course, law);
    let link = tx.link(&format!("/conduct/{}", of.row.id));
    for to in enterprise_recipients(&mut tx.conn, of.row.enterprise_id)? {
        let words = (behaviour.get(to.language).to_owned(), article.get(to.language).to_owned());
        let mail = mail(of, (fact, decides), words, (to.language, link.clone()));
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// Notifies the officers of the region, or of the next one above that has any, that an enterprise waits for their decision.
fn ask_officers(tx: &mut Tx, of: &Loaded, step: S, law: Law<'_>) -> Result<(), Problem> {
    let (behaviour, _) = behaviour_words(&of.course, law);
    let name: String =
        enterprise::table.find(of.row.enterprise_id.0).select(enterprise::name).first(&mut *tx.conn)?;
    let link = tx.link(&format!("/conduct/{}", of.row.id));
    for to in officers_around(tx, &of.row.authority_region)?.iter().filter_map(recipient) {
        let mail = Mail::ConductDecisionAsked {
            enterprise: name.clone(),
            behaviour: behaviour.get(to.language).to_owned(),
            objection: step == S::Object,
            suspended: of.row.counts_from.is_none(),
            due_on: of.row.due_on,
            link: link.clone(),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

fn mail(
    of: &Loaded,
    (fact, decides): (&Fact, bool),
    (behaviour, article): (String, String),
    (language, link): (Language, String),
) -> Mail {
    let details = &fact.details;
    let reason = details.reason.clone().unwrap_or_default();
    let said = fact.step.text().get(language).to_owned();
    let (counts_from, counts_until) =
        (of.row.counts_from.filter(|_| fact.step != S::Annul), of.row.counts_until);
    match fact.step {
        S::Notify => Mail::ConductNotice {
            behaviour,
            article,
            happened_on: of.row.happened_on,
            document: of.row.document_no.clone().unwrap_or_default(),
            counts_from,
            counts_until,
            link,
        },
        S::GrantRepair | S::RefuseRepair => {
            Mail::ConductRepairDecided { behaviour, granted: fact.step == S::GrantRepair, reason, link }
        }
        S::Uphold | S::Correct | S::Annul if decides => Mail::ConductObjectionDecided {
            behaviour,
            decision: said,
            reason,
            article: details.article.clone().unwrap_or_default(),
            counts_from,
            counts_until,
            link,
        },
        S::Enter | S::Object | S::Uphold | S::Correct | S::Annul | S::ApplyRepair => {
            Mail::ConductChanged { behaviour, change: said, reason, counts_from, counts_until, link }
        }
    }
}
