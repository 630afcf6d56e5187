//! Which expert for which need.
//!
//! Scores are pure and candidates are SQL. [`choose`] puts both together inside the caller's
//! transaction and holds the chosen expert's row until its end, so two needs that arrive in the
//! same instant, on one server or on several, can't both take an expert's last place.
//!
//! Neighbours: `experts` and `enterprises` below; `consultations` above, which records the offer.

pub mod candidates;
pub mod model;
pub mod score;

use crate::core::Problem;
use crate::core::ids::{AccountId, ExpertId};
use crate::db::Tx;
use crate::db::schema::expert;
use candidates::{Need, candidates, open_count};
use diesel::prelude::*;
use score::{Candidate, Score, rank};

/// The expert that was chosen, held until the transaction ends.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The expert.
    pub expert: ExpertId,
    /// The expert's account.
    pub account: AccountId,
    /// What spoke for the expert.
    pub score: Score,
}

/// Chooses the best expert for a need and notes that the expert was given something now.
///
/// Locks the rows of the experts it looks at more closely, the best first.
///
/// # Errors
/// When the database can't be asked. No one fitting is not an error.
pub fn choose(tx: &mut Tx, need: &Need) -> Result<Option<Choice>, Problem> {
    let ranked = rank(candidates(&mut tx.conn, need)?);
    for candidate in ranked.eligible {
        if let Some(choice) = take(tx, &candidate)? {
            return Ok(Some(choice));
        }
    }
    Ok(None)
}

/// Takes one named expert for a need, if the hard rules allow it.
///
/// # Errors
/// When the database can't be asked. A rule that forbids it is not an error.
pub fn choose_this(tx: &mut Tx, need: &Need, expert: ExpertId) -> Result<Option<Choice>, Problem> {
    let ranked = rank(candidates(&mut tx.conn, need)?);
    match ranked.eligible.into_iter().find(|c| c.expert == expert) {
        Some(candidate) => take(tx, &candidate),
        None => Ok(None),
    }
}

/// Locks the expert and looks again, now that nobody else can give it anything.
fn take(tx: &mut Tx, candidate: &Candidate) -> Result<Option<Choice>, Problem> {
    let (capacity, available, vetting) = expert::table
        .find(candidate.expert)
        .select((expert::capacity, expert::available, expert::vetting))
        .for_update()
        .first::<(i32, bool, crate::experts::Vetting)>(&mut *tx.conn)?;
    let open = open_count(&mut tx.conn, candidate.expert)?;
    let fits = available && vetting == crate::experts::Vetting::Approved && open < i64::from(capacity);
    if !fits {
        return Ok(None);
    }
    diesel::update(expert::table.find(candidate.expert))
        .set(expert::last_assigned_at.eq(tx.now))
        .execute(&mut *tx.conn)?;
    Ok(Some(Choice { expert: candidate.expert, account: candidate.account, score: candidate.score() }))
}
