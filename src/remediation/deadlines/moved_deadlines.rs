//! Mails about deadlines that a changed calendar has moved: everyone whom the deadline concerns gets the day that was and the day that is.

use crate::core::clock::day_in;
use crate::core::ids::EnterpriseId;
use crate::core::{Language, Problem, Text};
use crate::db::Tx;
use crate::enterprises::ids::NonconformityId;
use crate::notifications::outbox;
use crate::remediation::deadlines::case_names::{NAMED, Named, named, product};
use crate::remediation::deadlines::clock::Clock;
use crate::remediation::deadlines::recipients::{People, Person};
use crate::remediation::ids::CaseId;
use crate::remediation::mails::Mail;
use crate::remediation::settings::DeadlineSettings;
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{Date, Text as SqlText, Timestamptz, Uuid as SqlUuid};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A case of which a deadline that still waits for something has moved.
#[derive(Debug, Clone)]
pub struct MovedCase {
    /// The case.
    pub case_id: CaseId,
    /// Its nonconformity.
    pub nonconformity_id: NonconformityId,
    /// Its enterprise.
    pub enterprise_id: EnterpriseId,
    /// Code of the region whose authority handles it.
    pub region: String,
    /// The deadlines with the last day that was and the one that is.
    pub moved: Vec<(Clock, NaiveDate, NaiveDate)>,
}

/// Writes the mails: to the enterprise, its experts, and the officers of the case's region, one for each case; to an officer with many
/// cases one for all. Gives how many.
///
/// # Errors
/// When the database can't be asked.
pub fn tell(tx: &mut Tx, cases: &[MovedCase]) -> Result<usize, Problem> {
    if cases.is_empty() {
        return Ok(0);
    }
    let people = People::load(
        &mut tx.conn,
        &cases.iter().map(|case| case.enterprise_id).collect(),
        &cases.iter().map(|case| case.nonconformity_id).collect(),
    )?;
    let catalogue = std::sync::Arc::clone(&tx.catalogue);
    let mut to_tell: BTreeMap<&str, (&Person, Vec<&MovedCase>)> = BTreeMap::new();
    for case in cases {
        for person in people.of(case.enterprise_id, case.nonconformity_id, &case.region, &catalogue) {
            to_tell.entry(&person.key).or_insert_with(|| (person, Vec::new())).1.push(case);
        }
    }
    let named = named(&mut tx.conn, &cases.iter().map(|case| case.nonconformity_id).collect())?;
    let most = usize::try_from(tx.settings.section::<DeadlineSettings>().digest_over).unwrap_or(usize::MAX);
    let mut mails = 0;
    for (person, cases) in to_tell.into_values() {
        let language = person.to.language;
        if person.officer && cases.len() > most {
            outbox::enqueue(tx, &person.to, &digest(tx, &cases, &named, language))?;
            mails += 1;
            continue;
        }
        for case in cases {
            if let Some(mail) = mail(tx, case, &named, language) {
                outbox::enqueue(tx, &person.to, &mail)?;
                mails += 1;
            }
        }
    }
    Ok(mails)
}

/// Whoever was told that the deadline was missed is not told so again where it had been missed by the new day as well.
///
/// # Errors
/// When the database can't be asked.
pub fn keep_missed(tx: &mut Tx, case: &MovedCase) -> Result<(), Problem> {
    let today = tx.today();
    for (clock, was, is) in case.moved.iter().filter(|(_, was, is)| *was < today && *is < today) {
        diesel::sql_query(
            "INSERT INTO deadline_notice (case_id, clock, due_on, kind, recipient, told_at)
             SELECT case_id, clock, $4, kind, recipient, $5 FROM deadline_notice
             WHERE case_id = $1 AND clock = $2 AND due_on = $3 AND kind = 'missed'
             ON CONFLICT DO NOTHING",
        )
        .bind::<SqlUuid, _>(case.case_id.0)
        .bind::<SqlText, _>(clock.as_str())
        .bind::<Date, _>(was)
        .bind::<Date, _>(is)
        .bind::<Timestamptz, _>(tx.now)
        .execute(&mut *tx.conn)?;
    }
    Ok(())
}

fn mail(
    tx: &Tx,
    case: &MovedCase,
    named: &HashMap<NonconformityId, Named>,
    language: Language,
) -> Option<Mail> {
    let name = named.get(&case.nonconformity_id)?;
    let lines: Vec<String> =
        case.moved.iter().map(|moved| format!("- {}", words(moved).get(language))).collect();
    Some(Mail::DeadlineMoved {
        enterprise: name.enterprise.clone(),
        product: product(tx, &name.kind, language),
        report_no: name.report_no.clone(),
        what: lines.join("\n").into(),
        notices: notices(tx, &[case]),
        link: tx.link(&format!("/cases/{}", case.case_id)),
    })
}

fn digest(
    tx: &Tx,
    cases: &[&MovedCase],
    named: &HashMap<NonconformityId, Named>,
    language: Language,
) -> Mail {
    let line = |case: &&MovedCase| {
        let name = named.get(&case.nonconformity_id)?;
        let moved: Vec<String> =
            case.moved.iter().map(|moved| words(moved).get(language).to_owned()).collect();
        Some(match language {
            Language::Zh => format!("- {}（{}）：{}", name.enterprise, name.report_no, moved.join("；")),
            Language::En => format!("- {} ({}): {}", name.enterprise, name.report_no, moved.join("; ")),
        })
    };
    let lines: Vec<String> = cases.iter().take(NAMED).filter_map(line).collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Mail::DeadlinesMoved {
        count: count(cases.len()),
        unnamed: count(cases.len().saturating_sub(NAMED)),
        cases: lines.join("\n").into(),
        notices: notices(tx, cases),
        link: tx.link("/cases"),
    }
}

/// Numbers of the notices that set the new days; nothing where none is announced.
fn notices(tx: &Tx, cases: &[&MovedCase]) -> String {
    let years: BTreeSet<i32> = cases
        .iter()
        .flat_map(|case| case.moved.iter().flat_map(|(_, was, is)| [was.year(), is.year()]))
        .collect();
    let numbers: Vec<&str> = years.iter().filter_map(|year| tx.catalogue.calendar.source(*year)).collect();
    numbers.join("、")
}

fn words((clock, was, is): &(Clock, NaiveDate, NaiveDate)) -> Text {
    let Text { zh, en } = clock.text();
    let day = |language| (day_in(language, *was), day_in(language, *is));
    let ((was_zh, is_zh), (was_en, is_en)) = (day(Language::Zh), day(Language::En));
    Text::new(format!("{zh}由{was_zh}调整为{is_zh}"), format!("{en}: {is_en}, before {was_en}"))
}
