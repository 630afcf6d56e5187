//! Proposing enterprises for the names of a list.

use crate::core::Problem;
use crate::db::Tx;
use crate::db::schema::sampling_list_proposal as proposals;
use crate::inspections::ids::InspectionId;
use crate::inspections::words::InspectedRole;
use crate::sampling_lists::ids::{ProposalId, SamplingListId};
use crate::sampling_lists::list::row::Named;
use crate::sampling_lists::list::samples::Sample;
use crate::sampling_lists::proposal_state::{NamedAs, ProposalState};
use crate::sampling_lists::proposals::find::{Sought, find};
use diesel::prelude::*;
use std::sync::Arc;

/// Rows that are inserted at a time.
const BATCH: usize = 1_000;

/// Looks for the enterprises that new samples of a list name without their codes, and keeps what is found to be decided by officers of the
/// region of the import. Gives how many.
///
/// # Errors
/// When the database refuses.
pub fn propose(
    tx: &mut Tx,
    (list, scope): (SamplingListId, &str),
    samples: &[Sample],
    ids: &[InspectionId],
) -> Result<u64, Problem> {
    let (mut sought, mut of) = (Vec::new(), Vec::new());
    for (sample, id) in samples.iter().zip(ids) {
        for (named, party) in named(sample) {
            let region = named
                .region
                .clone()
                .or_else(|| (party == NamedAs::Operator).then(|| sample.row.place_region.clone()));
            sought.push(Sought { name: named.name.clone(), region, party });
            of.push((sample.rows.first().copied().unwrap_or(0), *id));
        }
    }
    let catalogue = Arc::clone(&tx.catalogue);
    let found = find(&mut tx.conn, &catalogue.regions, &sought, scope)?;
    let now = tx.now;
    let rows: Vec<_> = found
        .into_iter()
        .filter_map(|(at, (enterprise, likeness))| {
            let (row_no, inspection) = *of.get(at)?;
            let sought = sought.get(at)?;
            Some((
                proposals::id.eq(ProposalId::new()),
                proposals::import_id.eq(list),
                proposals::row_no.eq(row_no),
                proposals::inspection_id.eq(inspection),
                proposals::party.eq(sought.party),
                proposals::name.eq(sought.name.clone()),
                proposals::region.eq(sought.region.clone()),
                proposals::scope.eq(scope.to_owned()),
                proposals::enterprise_id.eq(enterprise),
                proposals::likeness.eq(likeness),
                proposals::state.eq(ProposalState::Open),
                proposals::created_at.eq(now),
            ))
        })
        .collect();
    let count = rows.len();
    for part in rows.chunks(BATCH) {
        diesel::insert_into(proposals::table).values(part.to_vec()).execute(&mut *tx.conn)?;
    }
    u64::try_from(count).map_err(Problem::internal)
}

/// The parties that a sample names without their codes. A producer that was sampled at home is the operator itself; one abroad is in no register.
fn named(sample: &Sample) -> Vec<(&Named, NamedAs)> {
    let row = &sample.row;
    let mut named = Vec::new();
    let own = row.role == InspectedRole::Producer
        && row.producer.as_ref().is_none_or(|producer| producer.name == row.operator.name);
    let coded = row.operator.uscc.is_some()
        || (own && row.producer.as_ref().is_some_and(|producer| producer.uscc.is_some()));
    if !coded {
        named.push((&row.operator, NamedAs::Operator));
    }
    if let Some(producer) = row.producer.as_ref().filter(|producer| !own && producer.uscc.is_none())
        && !row.producer_abroad
    {
        named.push((producer, NamedAs::Producer));
    }
    named
}
