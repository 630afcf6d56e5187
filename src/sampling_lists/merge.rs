//! Bringing the samples of a list in: what is new goes to `inspections`, what stands already is left as it is, and what contradicts it is
//! rejected. A check does the same up to the writing.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::inspections::ids::InspectionId;
use crate::inspections::intake::{self, Intake};
use crate::inspections::store::Author;
use crate::list_files::imports::Outcome;
use crate::list_files::rejection_code::RejectionCode;
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::intakes;
use crate::sampling_lists::list::row::CellFault;
use crate::sampling_lists::list::samples::Sample;
use crate::sampling_lists::proposals::propose;
use crate::sampling_lists::standing_inspections::{Standing, standing};
use crate::sampling_lists::store::{TakenRow, copy_rows};
use crate::sampling_lists::view::author;
use std::collections::BTreeMap;

/// How the samples of a list are brought in.
#[derive(Debug, Clone, Copy)]
pub struct Merge<'a> {
    /// The list.
    pub list: SamplingListId,
    /// The region whose authority organises the inspections.
    pub region: &'a str,
    /// Who asked for it.
    pub requested_by: Option<AccountId>,
    /// Whether to write: a check does not.
    pub write: bool,
}

/// What became of the rows of a list.
#[derive(Debug, Default)]
pub struct Merged {
    /// Rows of inspections that are new.
    pub inserted: u64,
    /// Rows that brought the result of an inspection that stood already.
    pub updated: u64,
    /// Rows that said nothing new.
    pub unchanged: u64,
    /// Samples, those that stood already included.
    pub samples: u64,
    /// Proposals which enterprise the list names.
    pub proposals: u64,
    /// Rows that what stands, or the law, forbids.
    pub rejected: BTreeMap<i32, CellFault>,
    /// What became of each row that was taken, and its inspection; empty of a check.
    pub taken: BTreeMap<i32, (Outcome, InspectionId)>,
}

impl Merge<'_> {
    /// Brings samples in.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn take_in(self, tx: &mut Tx, samples: Vec<Sample>) -> Result<Merged, Problem> {
        // Two lists of a region at once wait for each other here, so that each sees what the other brought.
        intakes::lock(tx, self.region)?;
        let mut merged = Merged::default();
        let known = standing(&mut tx.conn, self.region, &samples)?;
        let laboratories = intakes::laboratories(&mut tx.conn, &samples)?;
        let register = intakes::register(&mut tx.conn, &samples)?;
        let (mut new, mut taken): (Vec<(Sample, Intake)>, Vec<TakenRow>) = (Vec::new(), Vec::new());
        for sample in samples {
            match known.judge(&sample) {
                Standing::Same(id, version) => {
                    merged.samples += 1;
                    merged.unchanged += count(&sample);
                    let digest = sample.digest();
                    taken.extend(sample.rows.iter().map(|row_no| TakenRow {
                        import_id: self.list,
                        row_no: *row_no,
                        inspection_id: id,
                        outcome: Outcome::Unchanged,
                        version,
                        digest: digest.clone(),
                    }));
                }
                Standing::Awaited(id) => match intakes::bring_result(tx, id, &sample, self.write)? {
                    Ok(version) => {
                        merged.samples += 1;
                        merged.updated += count(&sample);
                        let digest = sample.digest();
                        taken.extend(sample.rows.iter().map(|row_no| TakenRow {
                            import_id: self.list,
                            row_no: *row_no,
                            inspection_id: id,
                            outcome: Outcome::Updated,
                            version,
                            digest: digest.clone(),
                        }));
                    }
                    Err(reason) => {
                        let (code, value) = (RejectionCode::InspectionNotAllowed, sample.number.clone());
                        reject(&mut merged, &sample, &CellFault { column: None, value, code, reason });
                    }
                },
                Standing::Other(fault) => reject(&mut merged, &sample, &fault),
                Standing::Nothing => {
                    let refused = match intakes::of(&sample, self.region, (&laboratories, &register), tx) {
                        Err(reason) => reason,
                        Ok(made) => match intakes::check(&made, tx)? {
                            Some(reason) => reason,
                            None => {
                                new.push((sample, made));
                                continue;
                            }
                        },
                    };
                    let (code, value) = (RejectionCode::InspectionNotAllowed, sample.number.clone());
                    reject(&mut merged, &sample, &CellFault { column: None, value, code, reason: refused });
                }
            }
        }
        for (sample, _) in &new {
            merged.samples += 1;
            merged.inserted += count(sample);
        }
        if self.write {
            let (samples, intakes): (Vec<Sample>, Vec<Intake>) = new.into_iter().unzip();
            let (role, region) = author(&mut tx.conn, self.requested_by)?;
            let by = Author {
                account: self.requested_by,
                role: &role,
                region: region.as_deref(),
                body: None,
                at: tx.now,
            };
            let ids = intake::take_in_for(tx, &intakes, Some(self.list.0), by)?;
            if ids.len() != samples.len() {
                return Err(Problem::internal("inspections took in another number of samples"));
            }
            for (sample, id) in samples.iter().zip(&ids) {
                let digest = sample.digest();
                taken.extend(sample.rows.iter().map(|row_no| TakenRow {
                    import_id: self.list,
                    row_no: *row_no,
                    inspection_id: *id,
                    outcome: Outcome::Inserted,
                    version: intakes::EVENTS,
                    digest: digest.clone(),
                }));
            }
            merged.proposals = propose::propose(tx, (self.list, self.region), &samples, &ids)?;
            for row in &taken {
                merged.taken.insert(row.row_no, (row.outcome, row.inspection_id));
            }
            copy_rows(&mut tx.conn, taken)?;
        }
        Ok(merged)
    }
}

/// How many rows a sample has.
fn count(sample: &Sample) -> u64 {
    u64::try_from(sample.rows.len()).unwrap_or(0)
}

fn reject(merged: &mut Merged, sample: &Sample, fault: &CellFault) {
    merged.rejected.extend(sample.rows.iter().map(|row| (*row, fault.clone())));
}
