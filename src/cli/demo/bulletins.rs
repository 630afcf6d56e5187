//! A bulletin of the final results so far, published by a second officer, and another one that is being written.

use super::past::Past;
use super::tables::caller;
use crate::bulletins::commands::{BulletinScope, CreateBulletin};
use crate::bulletins::queries;
use crate::bulletins::state::BulletinMethod;
use crate::bulletins::steps::{PublishBulletin, SubmitBulletin};
use crate::core::Problem;

/// The day on which it is written.
pub(super) const WRITTEN: i64 = -1;
/// The samplings of so many days are in it.
const DAYS: i64 = 90;

fn scope(past: &Past, title: &str, from: i64) -> BulletinScope {
    BulletinScope {
        title: title.to_owned(),
        programme_id: None,
        place_region: None,
        method: BulletinMethod::Sampling,
        period_from: past.day(from),
        period_until: past.day(WRITTEN),
    }
}

/// Writes both. The first one is published where there are final results.
pub(super) fn published(past: &Past) -> Result<(), Problem> {
    let officer = caller(&past.app, "admin-guangdong")?;
    let second = caller(&past.app, "admin-review")?;
    let scope_of = |title, from| CreateBulletin { scope: scope(past, title, from) };
    let id = past.app.execute(&officer, &scope_of("产品质量省级监督抽查情况通报", WRITTEN - DAYS))?;
    let found = queries::detail(&mut *past.app.conn()?, &officer.actor, id)?;
    if found.totals.results > 0 {
        past.app.execute(&officer, &SubmitBulletin { id })?;
        past.app.execute(&second, &PublishBulletin { id })?;
    }
    past.app.execute(&officer, &scope_of("监督抽查情况通报（起草中）", WRITTEN - DAYS))?;
    Ok(())
}
