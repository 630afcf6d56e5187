//! Mails about programmes: to the officers of the regions that are charged with tasks, and to who handed in what was sent back.

use crate::accounts::people::officers_around;
use crate::accounts::store::{find, recipient};
use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::programme_target;
use crate::notifications::outbox;
use crate::programmes::mails::Mail;
use crate::programmes::store::Row;
use chrono::NaiveDate;
use diesel::dsl::{count_star, max, sum};
use diesel::prelude::*;

/// What a region is charged with: its code, how many tasks, how many samples, and the last day.
type Charge = (String, i64, Option<i64>, Option<NaiveDate>);

fn whole(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Notifies the officers of the regions that are charged with the tasks of a programme, but for the one who acts; where a region has none, those of the
/// smallest region around it that has. Gives how many mails were written.
///
/// # Errors
/// When the database refuses.
pub(super) fn charged(tx: &mut Tx, row: &Row, by: AccountId) -> Result<usize, Problem> {
    use programme_target as t;
    let charges: Vec<Charge> = t::table
        .filter(t::programme_id.eq(row.id))
        .group_by(t::region)
        .order(t::region)
        .select((t::region, count_star(), sum(t::samples), max(t::due_on)))
        .load(&mut *tx.conn)?;
    let link = tx.link(&format!("/programmes/{}", row.id));
    let mut told = 0;
    for (region, tasks, samples, due_on) in charges {
        for officer in officers_around(tx, &region)?.iter().filter(|officer| officer.id != by) {
            let Some(to) = recipient(officer) else { continue };
            let place = tx.catalogue.regions.get(&region);
            let place = place.map_or(region.as_str(), |found| found.name_in(to.language)).to_owned();
            let mail = Mail::ProgrammeCharged {
                programme: row.name.clone(),
                region: place,
                tasks: whole(tasks),
                samples: whole(samples.unwrap_or_default()),
                due_on: due_on.unwrap_or(row.period_until),
                link: link.clone(),
            };
            outbox::enqueue(tx, &to, &mail)?;
            told += 1;
        }
    }
    Ok(told)
}

/// Tells who handed a programme in that it was sent back.
///
/// # Errors
/// When the database refuses.
pub(super) fn returned(tx: &mut Tx, row: &Row, reason: &str) -> Result<(), Problem> {
    let Some(account) = row.submitted_by else { return Ok(()) };
    let officer = find(&mut tx.conn, account)?;
    let Some(to) = recipient(&officer).filter(|_| officer.active) else { return Ok(()) };
    let mail = Mail::ProgrammeReturned {
        programme: row.name.clone(),
        reason: reason.to_owned(),
        link: tx.link(&format!("/programmes/{}", row.id)),
    };
    outbox::enqueue(tx, &to, &mail)?;
    Ok(())
}
