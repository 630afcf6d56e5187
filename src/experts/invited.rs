//! Experts whom an officer or the operator invited: approved by the invitation, they name their first specialties themselves, and are matched
//! once they have; later ones are vetted. And the regions that an expert serves, as those in charge set them.

use crate::core::ids::{AccountId, ExpertId};
use crate::core::{Language, Problem};
use crate::db::Tx;
use crate::db::schema::{expert, expert_region};
use crate::experts::policy::{ExpertFacts, locked_facts};
use crate::experts::vocabulary::Vetting;
use crate::experts::wake::MATCHER;
use diesel::prelude::*;

/// How many consultations at once, until the expert says otherwise.
const CAPACITY: i32 = 5;

/// An expert to be made.
#[derive(Debug, Clone, Copy)]
pub struct InvitedExpert<'a> {
    /// The expert's name.
    pub name: &'a str,
    /// Professional title.
    pub title: &'a str,
    /// The mail address, which the invitation has proved.
    pub email: &'a str,
    /// Code of the region served.
    pub region: &'a str,
    /// The language of consultation and mails.
    pub language: Language,
    /// Who sent the invitation, and so vetted the expert.
    pub invited_by: Option<AccountId>,
}

/// Makes an expert who is approved.
///
/// # Errors
/// When the database refuses.
pub fn create(tx: &mut Tx, new: InvitedExpert<'_>) -> Result<ExpertId, Problem> {
    let id = ExpertId::new();
    diesel::insert_into(expert::table)
        .values((
            expert::id.eq(id),
            expert::name.eq(new.name),
            expert::title.eq(new.title),
            expert::email.eq(new.email),
            expert::languages.eq(vec![new.language.tag()]),
            expert::capacity.eq(CAPACITY),
            expert::vetting.eq(Vetting::Approved),
            expert::vetted_at.eq(tx.now),
            expert::vetted_by.eq(new.invited_by),
            expert::applied_at.eq(tx.now),
            expert::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    serve(tx, id, [new.region])?;
    Ok(id)
}

/// The facts on which rights are decided, with the expert's row locked.
///
/// # Errors
/// 404 where there is no such expert.
pub fn lock(tx: &mut Tx, id: ExpertId) -> Result<ExpertFacts, Problem> {
    locked_facts(&mut tx.conn, id)
}

/// Replaces the regions that an expert serves. The caller holds the expert's row.
///
/// # Errors
/// When the database refuses.
pub fn set_regions(tx: &mut Tx, id: ExpertId, regions: &[String]) -> Result<(), Problem> {
    diesel::delete(expert_region::table.filter(expert_region::expert_id.eq(id))).execute(&mut *tx.conn)?;
    serve(tx, id, regions.iter().map(String::as_str))?;
    tx.wake(MATCHER);
    Ok(())
}

fn serve<'a>(tx: &mut Tx, id: ExpertId, regions: impl IntoIterator<Item = &'a str>) -> Result<(), Problem> {
    let row = |code| (expert_region::expert_id.eq(id), expert_region::region.eq(code));
    let rows: Vec<_> = regions.into_iter().map(row).collect();
    diesel::insert_into(expert_region::table).values(rows).on_conflict_do_nothing().execute(&mut *tx.conn)?;
    Ok(())
}
