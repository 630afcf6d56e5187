//! What an inspection causes, and what is taken back of it: the one place where a failed sample becomes a record of the zero-out list with its case.
//! What has to stand follows from the course alone ([`due`]); [`follow`] makes it so, in either direction.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::db::published::{laboratory, remediation_case};
use crate::db::schema::{inspection, inspection_finding};
use crate::enterprises::ids::NonconformityId;
use crate::enterprises::inspected::{self, FailedReport};
use crate::enterprises::queries::region_of;
use crate::inspections::course::Course;
use crate::inspections::ids::{FindingId, InspectionId};
use crate::inspections::law::Law;
use crate::inspections::rows::{FindingRow, InspectionRow, SubjectRow};
use crate::inspections::state::InspectionState;
use crate::inspections::words::{Confirmation, InspectedRole, Outcome, Party, TakenBack};
use crate::remediation::enterprise_mails::tell_step;
use crate::remediation::history::Author as CaseAuthor;
use crate::remediation::ids::CaseId;
use crate::remediation::opening::{FirstDays, Opening, Target, open_case};
use crate::remediation::settings::RemediationSettings;
use crate::remediation::state::CaseStep;
use crate::remediation::withdrawal::withdraw_case;
use crate::zero_out::import::execute::LIST_CHANGED;
use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// For which parties a record has to stand, each with the day on which it got the result. A producer's only once the result is delivered and
/// the product its own; an operator's only where the rules list its role.
pub fn due(course: &Course, law: Law<'_>) -> BTreeMap<Party, NaiveDate> {
    let mut found = BTreeMap::new();
    // What was put right on the spot makes no record.
    if !law.effects.nonconformity || course.corrected_on.is_some() {
        return found;
    }
    let (role, listed) = (course.basics.role, &law.rules.listed_roles);
    let received = |party| course.delivered.get(&party).copied();
    if course.producer_failed() && listed.contains(&InspectedRole::Producer) {
        let by = if role == InspectedRole::Producer { Party::Operator } else { Party::Producer };
        found.extend(received(by).map(|day| (Party::Producer, day)));
    }
    if role != InspectedRole::Producer && course.operator_failed() && listed.contains(&role) {
        found.extend(received(Party::Operator).map(|day| (Party::Operator, day)));
    }
    found
}

/// Why what stood no longer does.
fn taken_back(course: &Course, corrected: bool) -> TakenBack {
    match course.state {
        Some(InspectionState::Withdrawn) => TakenBack::Withdrawn,
        Some(InspectionState::Void) => TakenBack::Void,
        Some(InspectionState::HandedOver) => TakenBack::HandedOver,
        _ if corrected => TakenBack::Corrected,
        _ if course.outcome == Some(Outcome::Conforming) => TakenBack::Overturned,
        _ if course.confirmation == Some(Confirmation::Denied) => TakenBack::Denied,
        _ => TakenBack::Corrected,
    }
}

/// Makes what stands of an inspection what follows from its course: opens records and cases, and takes back those that no longer follow, or are
/// of another enterprise or product kind than the inspection is now. A party
/// that is not in the register, or a product without a kind, has nothing to be opened yet. The caller holds the lock of the inspection.
///
/// # Errors
/// When the database refuses, or the law of cases the day.
pub fn follow(
    tx: &mut Tx,
    row: &InspectionRow,
    subject: &SubjectRow,
    course: &Course,
    law: Law<'_>,
    corrected: bool,
) -> Result<(), Problem> {
    use inspection_finding as f;
    let due = due(course, law);
    let standing: Vec<FindingRow> = f::table
        .filter(f::inspection_id.eq(row.id))
        .filter(f::taken_back_at.is_null())
        .order(f::party)
        .select(FindingRow::as_select())
        .load(&mut *tx.conn)?;
    let (mut changed, mut kept) = (false, BTreeSet::new());
    for finding in &standing {
        let enterprise = enterprise_of(row, finding.party);
        let same = due.contains_key(&finding.party)
            && enterprise == Some(finding.enterprise_id)
            && row.product_kind == Some(inspected::kind_of(&mut tx.conn, finding.nonconformity_id)?);
        if same {
            kept.insert(finding.party);
        } else {
            take_back(tx, row, finding, taken_back(course, corrected))?;
            changed = true;
        }
    }
    for (&party, &received_on) in &due {
        if !kept.contains(&party) && open(tx, row, subject, course, (party, received_on))? {
            changed = true;
        }
    }
    if changed {
        let stands: Option<NonconformityId> = f::table
            .filter(f::inspection_id.eq(row.id))
            .filter(f::taken_back_at.is_null())
            .order(f::party.desc())
            .select(f::nonconformity_id)
            .first(&mut *tx.conn)
            .optional()?;
        diesel::update(inspection::table.find(row.id))
            .set((inspection::nonconformity_id.eq(stands), inspection::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        tx.wake(LIST_CHANGED);
    }
    Ok(())
}

/// The enterprise of a party, where it is in the register.
fn enterprise_of(row: &InspectionRow, party: Party) -> Option<EnterpriseId> {
    match party {
        Party::Producer => row.producer_id,
        Party::Operator => row.operator_id,
        Party::Laboratory | Party::Organiser => None,
    }
}

/// Opens the record and its case for a party; gives whether it could.
fn open(
    tx: &mut Tx,
    row: &InspectionRow,
    subject: &SubjectRow,
    course: &Course,
    (party, received_on): (Party, NaiveDate),
) -> Result<bool, Problem> {
    let (Some(enterprise), Some(kind)) = (enterprise_of(row, party), row.product_kind.as_ref()) else {
        return Ok(false);
    };
    let Some(result) = &course.result else { return Ok(false) };
    let tests: Option<String> = match course.laboratory {
        Some(id) => laboratory::table.find(id.0).select(laboratory::name).first(&mut *tx.conn).optional()?,
        None => subject.contractor.clone(),
    };
    let failed: Vec<String> =
        result.items.iter().filter(|item| !item.ok).map(|item| item.item.clone()).collect();
    let report = FailedReport {
        enterprise,
        product_kind: kind,
        // A list may name no report: the form then stands for it.
        report_no: result.report_no.as_deref().unwrap_or(&row.number),
        inspected_on: course.sampled_on.or(course.reported_on).unwrap_or(received_on),
        level: row.level.as_str(),
        failed_items: &failed,
        laboratory: tests.as_deref(),
        signed_by: result.signed_by.as_deref(),
    };
    let nonconformity = inspected::list(&mut tx.conn, &report, tx.now)?;
    let case = match case_of(&mut tx.conn, nonconformity)? {
        Some(case) => case,
        None => begin_case(tx, nonconformity, enterprise, received_on)?,
    };
    let finding = FindingRow {
        id: FindingId::new(),
        inspection_id: row.id,
        party,
        enterprise_id: enterprise,
        nonconformity_id: nonconformity,
        case_id: Some(case),
        opened_at: tx.now,
        taken_back_at: None,
        reason: None,
    };
    diesel::insert_into(inspection_finding::table).values(&finding).execute(&mut *tx.conn)?;
    Ok(true)
}

fn case_of(conn: &mut PgConnection, id: NonconformityId) -> Result<Option<CaseId>, Problem> {
    Ok(remediation_case::table
        .filter(remediation_case::nonconformity_id.eq(id))
        .select(remediation_case::id)
        .first(conn)
        .optional()?)
}

/// Begins the case: production and sale stop with the result (art. 45), whose receipt starts the term for a re-test.
fn begin_case(
    tx: &mut Tx,
    nonconformity: NonconformityId,
    enterprise: EnterpriseId,
    received_on: NaiveDate,
) -> Result<CaseId, Problem> {
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let days = FirstDays { stopped_on: Some(received_on), received_on: Some(received_on), ordered_on: None };
    let home = region_of(&mut tx.conn, enterprise)?;
    let author = CaseAuthor::of(&tx.actor, tx.now);
    let by = (author.account, author.region);
    let opening = Opening::judge(days, &home, by, settings.section::<RemediationSettings>(), &catalogue)?;
    let target = Target { case: CaseId::new(), nonconformity, enterprise };
    open_case(&mut tx.conn, author, target, &opening, None)?;
    tell_step(tx, target, CaseStep::StopOrder, received_on)?;
    Ok(target.case)
}

fn take_back(
    tx: &mut Tx,
    row: &InspectionRow,
    finding: &FindingRow,
    reason: TakenBack,
) -> Result<(), Problem> {
    use inspection_finding as f;
    // Two inspections may rest on one report of a list: it stays while another one stands on it.
    let others: i64 = f::table
        .filter(f::nonconformity_id.eq(finding.nonconformity_id))
        .filter(f::id.ne(finding.id))
        .filter(f::taken_back_at.is_null())
        .count()
        .get_result(&mut *tx.conn)?;
    // What a list had brought before stays with that list where the inspection alone never should have been registered.
    let stays = reason == TakenBack::Withdrawn && was_listed_before(&mut tx.conn, finding.nonconformity_id)?;
    if others == 0 && !stays {
        inspected::lock(&mut tx.conn, finding.nonconformity_id)?;
        let words = format!("抽样单 {}：{}", row.number, reason.text().zh);
        if let Some(case) = case_of(&mut tx.conn, finding.nonconformity_id)? {
            let (today, now) = (tx.today(), tx.now);
            let actor = tx.actor.clone();
            withdraw_case(&mut tx.conn, CaseAuthor::of(&actor, now), case, today, &words)?;
        }
        inspected::take_off(&mut tx.conn, finding.nonconformity_id, tx.now)?;
    }
    diesel::update(f::table.find(finding.id))
        .set((f::taken_back_at.eq(tx.now), f::reason.eq(reason)))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Whether a record was on the list before an inspection found it.
fn was_listed_before(conn: &mut PgConnection, id: NonconformityId) -> Result<bool, Problem> {
    use inspection_finding as f;
    let listed_at = inspected::listed_at(conn, id)?;
    let made_it = f::table.filter(f::nonconformity_id.eq(id)).filter(f::opened_at.le(listed_at));
    Ok(!diesel::select(exists(made_it)).get_result::<bool>(conn)?)
}

/// The findings of an inspection, the first one first.
///
/// # Errors
/// When the database can't be asked.
pub fn findings(conn: &mut PgConnection, id: InspectionId) -> Result<Vec<FindingRow>, Problem> {
    Ok(inspection_finding::table
        .filter(inspection_finding::inspection_id.eq(id))
        .order(inspection_finding::opened_at)
        .select(FindingRow::as_select())
        .load(conn)?)
}
