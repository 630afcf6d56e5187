//! Counts the statutory deadlines again where they are not what the calendar says now: the holidays of a year are announced in
//! the autumn before, and a calendar may be put right. What is stored is what lists and sweeps go by; a page counts by itself.

use crate::core::Problem;
use crate::db::schema::{counted_calendar, remediation_case};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::remediation::clocks::{rectify_by, reinspect_by};
use crate::remediation::deadlines::clock::Clock;
use crate::remediation::deadlines::moved_deadlines::{MovedCase, keep_missed, tell};
use crate::remediation::ids::CaseId;
use crate::remediation::law::law_of;
use crate::remediation::load::load_locked;
use crate::remediation::settings::RemediationSettings;
use crate::remediation::state::CaseState;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

/// Cases that are folded at a time.
const BATCH: usize = 1000;

/// Counts the deadlines of all cases that have not ended again, tells those concerned by mail, and notes the digest of each year of the
/// calendar by which they are counted now. Done by the platform when a server starts; gives how many cases moved.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RecountDeadlines {}

/// The deadlines that cases of one order day have.
type Group = (String, NaiveDate, Option<NaiveDate>, Option<NaiveDate>);

impl Command for RecountDeadlines {
    type Output = usize;
    const NAME: &'static str = "recount_deadlines";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        // A second server that starts waits here, and then finds the deadlines counted.
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('deadline_recount'))")
            .execute(&mut *tx.conn)?;
        note_calendar(tx)?;
        let cases = cases_to_recount(tx)?;
        let (mut moved, mut to_tell) = (0, Vec::new());
        for some in cases.chunks(BATCH) {
            moved += recount(tx, some, &mut to_tell)?;
        }
        for case in &to_tell {
            keep_missed(tx, case)?;
        }
        tell(tx, &to_tell)?;
        Ok(moved)
    }
}

/// Brings the stored digests of the years in line with this server's calendar, and says in the log which years differ.
fn note_calendar(tx: &mut Tx) -> Result<(), Problem> {
    use counted_calendar as k;
    let known: HashMap<i32, String> =
        k::table.select((k::year, k::digest)).load::<(i32, String)>(&mut *tx.conn)?.into_iter().collect();
    let catalogue = Arc::clone(&tx.catalogue);
    let gone: Vec<i32> = known.keys().copied().filter(|year| !catalogue.calendar.covers(*year)).collect();
    diesel::delete(k::table.filter(k::year.eq_any(&gone))).execute(&mut *tx.conn)?;
    for year in catalogue.calendar.years() {
        let digest = year.digest();
        if known.get(&year.year) == Some(&digest) {
            continue;
        }
        let values = (k::digest.eq(&digest), k::source.eq(&year.notice.number), k::counted_at.eq(tx.now));
        diesel::insert_into(k::table)
            .values((k::year.eq(year.year), values))
            .on_conflict(k::year)
            .do_update()
            .set(values)
            .execute(&mut *tx.conn)?;
        if !known.is_empty() {
            tracing::warn!(year = year.year, notice = %year.notice, file = %year.file, "the calendar of a year has changed");
        }
    }
    for year in gone {
        tracing::warn!(year, "the calendar of a year is no longer loaded");
    }
    Ok(())
}

/// The cases whose deadlines are not the plain ones of their order: few, as a re-test alone moves them.
fn cases_to_recount(tx: &mut Tx) -> Result<Vec<CaseId>, Problem> {
    use remediation_case as c;
    let ended: Vec<CaseState> = CaseState::ALL.iter().copied().filter(|state| state.is_final()).collect();
    let open = || c::table.filter(c::state.ne_all(ended.clone())).filter(c::ordered_on.is_not_null());
    let groups: Vec<Group> = open()
        .select((c::rule_version, c::ordered_on.assume_not_null(), c::rectify_by, c::reinspect_by))
        .distinct()
        .load(&mut *tx.conn)?;
    let mut cases = Vec::new();
    for (version, order, rectify, reinspect) in groups {
        let Some(rules) = tx.settings.section::<RemediationSettings>().version(&version) else { continue };
        let calendar = &tx.catalogue.calendar;
        let plain = (rectify_by(order, rules, calendar), reinspect_by(order, rules, calendar));
        if (rectify, reinspect) == (Some(plain.0), Some(plain.1)) {
            continue;
        }
        let ids: Vec<CaseId> = open()
            .filter(c::rule_version.eq(&version))
            .filter(c::ordered_on.eq(order))
            .filter(c::rectify_by.is_not_distinct_from(rectify))
            .filter(c::reinspect_by.is_not_distinct_from(reinspect))
            .order(c::id)
            .select(c::id)
            .load(&mut *tx.conn)?;
        cases.extend(ids);
    }
    cases.sort();
    Ok(cases)
}

fn recount(tx: &mut Tx, ids: &[CaseId], to_tell: &mut Vec<MovedCase>) -> Result<usize, Problem> {
    use remediation_case as c;
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let rules = settings.section::<RemediationSettings>();
    let mut moved = 0;
    for case in load_locked(&mut tx.conn, ids, rules, &catalogue)? {
        let row = &case.row;
        let now = case.course.deadlines(law_of(row, rules, &catalogue)?);
        let (was, is) = ((row.rectify_by, row.reinspect_by), (now.rectify_by, now.reinspect_by));
        if was == is {
            continue;
        }
        diesel::update(c::table.find(row.id))
            .set((c::rectify_by.eq(is.0), c::reinspect_by.eq(is.1), c::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("remediation_case", row.id.0).in_region(&case.course.authority);
        tx.audit(RecountDeadlines::NAME, subject, json!({ "was": was, "is": is }))?;
        moved += 1;
        // Nobody waits for what was done already.
        let open = [
            (Clock::Rectification, was.0.zip(is.0), case.course.corrected_on.or(case.course.reinspected_on)),
            (Clock::Reinspection, was.1.zip(is.1), case.course.reinspected_on),
        ];
        let open = open.into_iter().filter(|(.., done)| done.is_none());
        let days: Vec<_> = open
            .filter_map(|(clock, days, _)| days.map(|(was, is)| (clock, was, is)))
            .filter(|(_, was, is)| was != is)
            .collect();
        if !days.is_empty() {
            to_tell.push(MovedCase {
                case_id: row.id,
                nonconformity_id: row.nonconformity_id,
                enterprise_id: row.enterprise_id,
                region: case.course.authority.clone(),
                moved: days,
            });
        }
    }
    Ok(moved)
}
