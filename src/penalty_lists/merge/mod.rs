//! Bringing the penalties of a list in: what is new is kept and entered as conduct where nothing is to be decided, what stands already is left as
//! it is or annulled, and what contradicts it is rejected. A check does the same up to the writing.

pub(crate) mod inspections;
pub(crate) mod known;
mod parties;
mod work;
pub(crate) mod write;

use crate::conduct::scope::require_in_scope;
use crate::conduct::settings::ConductSettings;
use crate::core::{Problem, Text};
use crate::db::Tx;
use crate::list_files::rejection_code::RejectionCode;
use crate::penalty_lists::list::acts::Counted;
use crate::penalty_lists::list::column::Column;
use crate::penalty_lists::list::row::{CellFault, Penalty, PenaltyKey};
use crate::penalty_lists::list::standing::{Standing, contradiction};
use crate::penalty_lists::settings::PenaltyListSettings;
use crate::penalty_lists::settle::rules_on;
use parties::Party;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use work::{Fresh, Told, Work};

pub use work::Merge;

/// What became of the rows of a list.
#[derive(Debug, Default)]
pub struct Merged {
    /// Rows of penalties that are new.
    pub inserted: u64,
    /// Rows that annulled a penalty that stood.
    pub updated: u64,
    /// Rows that said nothing new.
    pub unchanged: u64,
    /// Penalties that are entered as conduct; none of a check.
    pub entered: u64,
    /// Penalties of which an officer has something to decide.
    pub open: u64,
    /// Rows that what stands forbids.
    pub rejected: BTreeMap<i32, CellFault>,
}

impl Merge<'_> {
    /// Brings penalties in.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn take_in(self, tx: &mut Tx, rows: Vec<(i32, Penalty)>) -> Result<Merged, Problem> {
        // Two lists at once wait for each other here, so that each sees what the other brought.
        known::lock(&mut tx.conn)?;
        let mut merged = Merged::default();
        let settings = Arc::clone(&tx.settings);
        let told = together(rows, &mut merged);
        let known = known::known(&mut tx.conn, told.iter().map(|one| &one.key))?;
        let (mut work, mut new) = (Work::default(), Vec::new());
        for one in told {
            match known.get(&one.key) {
                Some(known) => match contradiction(&known.standing, &one.penalty) {
                    Some((column, reason)) => {
                        let value = one.penalty.document_no.clone();
                        let fault = CellFault {
                            column: Some(column),
                            value,
                            code: RejectionCode::PenaltyDiffers,
                            reason,
                        };
                        merged.rejected.extend(one.rows.iter().map(|row| (*row, fault.clone())));
                    }
                    None if one.penalty.annulled.is_some() && known.may_be_annulled() => {
                        merged.updated += 1;
                        merged.unchanged += further(&one);
                        work.annulled.push((known.id, one));
                    }
                    None => {
                        merged.unchanged += further(&one).saturating_add(1);
                        work.same.push((known.id, known.version, one));
                    }
                },
                None => match outside(&settings, &one.penalty) {
                    Some(reason) => {
                        let fault = CellFault {
                            column: Some(Column::Law),
                            value: one.penalty.law.clone().unwrap_or_default(),
                            code: RejectionCode::OutOfScope,
                            reason,
                        };
                        merged.rejected.extend(one.rows.iter().map(|row| (*row, fault.clone())));
                    }
                    None => {
                        merged.inserted += 1;
                        merged.unchanged += further(&one);
                        new.push(one);
                    }
                },
            }
        }
        work.fresh = self.look_up(tx, new)?;
        let asks = |fresh: &&Fresh| {
            fresh.told.penalty.annulled.is_none()
                && (matches!(fresh.party, Party::Asked { .. }) || fresh.behaviour.is_none())
        };
        merged.open = work.fresh.iter().filter(asks).count().try_into().map_err(Problem::internal)?;
        if self.write {
            let written = write::write(tx, self, work)?;
            merged.entered = written.entered;
            merged.open = merged.open.saturating_add(written.refused);
        }
        Ok(merged)
    }

    /// Finds the enterprises, the behaviours and the inspections of new penalties.
    fn look_up(self, tx: &mut Tx, new: Vec<Told>) -> Result<Vec<Fresh>, Problem> {
        let catalogue = Arc::clone(&tx.catalogue);
        let parties = parties::parties(
            &mut tx.conn,
            &catalogue.regions,
            new.iter().map(|one| &one.penalty),
            self.scope,
        )?;
        let forms = inspections::named(&mut tx.conn, new.iter().map(|one| &one.penalty))?;
        let settings = Arc::clone(&tx.settings);
        let mut fresh = Vec::with_capacity(new.len());
        for (told, party) in new.into_iter().zip(parties) {
            let behaviour = behaviour(&settings, &told.penalty)?;
            let form = told.penalty.form_no.as_deref();
            let inspection = match (&party, form) {
                (Party::Known(enterprise), Some(form)) => forms.of(form, *enterprise),
                _ => None,
            };
            fresh.push(Fresh { told, party, behaviour, inspection });
        }
        Ok(fresh)
    }
}

/// Code of the behaviour as which a penalty counts, where the rules of conduct have it.
fn behaviour(settings: &crate::settings::Settings, penalty: &Penalty) -> Result<Option<String>, Problem> {
    let code = match &penalty.counted {
        Counted::As(code) => code.clone(),
        Counted::Waived => {
            rules_on(settings.section::<PenaltyListSettings>(), penalty.decided_on)?.waived_behaviour.clone()
        }
        Counted::Unknown => return Ok(None),
    };
    let rules = settings.section::<ConductSettings>().rules_on(penalty.decided_on);
    let known = rules.is_some_and(|rules| rules.behaviours.iter().any(|behaviour| behaviour.code == code));
    Ok(known.then_some(code))
}

/// Why the rules of conduct do not cover a penalty, by the law that it cites, where they do not.
fn outside(settings: &crate::settings::Settings, penalty: &Penalty) -> Option<Text> {
    let law = penalty.law.as_deref()?;
    let rules = settings.section::<ConductSettings>().rules_on(penalty.decided_on)?;
    let problem = require_in_scope(rules, None, &[law]).err()?;
    let detail = problem.detail.clone();
    Some(match &problem.article {
        Some(article) => {
            Text::new(format!("{}（{}）", detail.zh, article.zh), format!("{} ({})", detail.en, article.en))
        }
        None => detail,
    })
}

/// How many rows tell a penalty again.
fn further(told: &Told) -> u64 {
    u64::try_from(told.rows.len().saturating_sub(1)).unwrap_or(0)
}

/// Puts the rows of one penalty together. A row that contradicts an earlier one is rejected; one that says that the decision was annulled says it
/// for all of them.
fn together(rows: Vec<(i32, Penalty)>, merged: &mut Merged) -> Vec<Told> {
    let (mut places, mut told): (HashMap<PenaltyKey, usize>, Vec<Told>) = (HashMap::new(), Vec::new());
    for (row, penalty) in rows {
        let key = penalty.key();
        let Some(first) = places.get(&key).and_then(|at| told.get_mut(*at)) else {
            places.insert(key.clone(), told.len());
            told.push(Told { penalty, key, rows: vec![row] });
            continue;
        };
        let standing = Standing {
            uscc: first.penalty.uscc.as_ref().map(ToString::to_string),
            decided_on: first.penalty.decided_on,
            happened_on: first.penalty.happened_on,
            fine_fen: first.penalty.fine_fen,
        };
        match contradiction(&standing, &penalty) {
            Some((column, reason)) => {
                let value = penalty.document_no.clone();
                let fault =
                    CellFault { column: Some(column), value, code: RejectionCode::PenaltyDiffers, reason };
                merged.rejected.insert(row, fault);
            }
            None => {
                first.rows.push(row);
                first.penalty.annulled = first.penalty.annulled.take().or(penalty.annulled);
            }
        }
    }
    told
}
