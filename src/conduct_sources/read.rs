//! Reading what is known of an inspection or a case, from which conduct may follow.

use crate::conduct::new_conduct::NewLine;
use crate::conduct_sources::judge::{CaseSeen, InspectionSeen, Wanted, of_case, of_inspection};
use crate::conduct_sources::settings::ConductSourceSettings;
use crate::core::Problem;
use crate::db::Tx;
use crate::db::published::{inspection, inspection_finding, inspection_link};
use crate::inspections::ids::InspectionId;
use crate::inspections::settings::InspectionSettings;
use crate::inspections::store::{Loaded, load};
use crate::inspections::words::{InspectedRole, Party};
use crate::remediation::ids::CaseId;
use crate::remediation::law::law_of;
use crate::remediation::load::load_locked;
use crate::remediation::settings::RemediationSettings;
use diesel::prelude::*;
use std::sync::Arc;

/// What follows, and what an entry says of where it comes from.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) wanted: Vec<Wanted>,
    /// Code of the region of the authority.
    pub(super) region: String,
    /// The product line of the producer.
    pub(super) line: Option<NewLine>,
    pub(super) inspection: Option<InspectionId>,
    pub(super) case: Option<CaseId>,
    /// The inspection that this one follows: both are about one fact.
    pub(super) follows: Option<InspectionId>,
    /// The number of the sampling form, where there is one.
    pub(super) number: Option<String>,
}

/// What follows from an inspection. Locks it.
pub(super) fn of_an_inspection(tx: &mut Tx, id: InspectionId) -> Result<Read, Problem> {
    let loaded = load(tx, id)?;
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let conduct = loaded.law(settings.section::<InspectionSettings>(), &catalogue)?.effects.conduct;
    let seen = seen(&loaded, conduct);
    let rules = seen.decided_on().and_then(|day| settings.section::<ConductSourceSettings>().rules_on(day));
    let wanted = rules.map(|rules| of_inspection(&seen, rules)).unwrap_or_default();
    let follows = inspection_link::table
        .filter(inspection_link::inspection_id.eq(id))
        .order(inspection_link::linked_at)
        .select(inspection_link::follows_id)
        .first(&mut *tx.conn)
        .optional()?;
    let subject = &loaded.subject;
    Ok(Read {
        wanted,
        region: loaded.row.organiser_region.clone(),
        line: Some(NewLine {
            product_kind: loaded.row.product_kind.clone(),
            product_name: subject.product_name.clone(),
            standard: subject.standard.clone(),
            trademark: subject.trademark.clone(),
            model: subject.model.clone(),
        }),
        inspection: Some(id),
        case: None,
        follows,
        number: Some(loaded.row.number.clone()),
    })
}

fn seen(loaded: &Loaded, conduct: bool) -> InspectionSeen {
    let (row, course) = (&loaded.row, &loaded.course);
    let result = course.retest_result.as_ref().or(course.result.as_ref());
    InspectionSeen {
        conduct,
        method: row.method,
        purpose: row.purpose,
        state: row.state,
        role: row.role,
        operator: row.operator_id,
        producer: row.producer_id,
        operator_failed: course.operator_failed(),
        producer_failed: course.producer_failed(),
        safety: result.is_some_and(|result| result.items.iter().any(|item| !item.ok && item.safety)),
        corrected: course.corrected_on.is_some(),
        reason: course.reason.clone(),
        sampled_on: course.sampled_on,
        final_on: course.final_on,
        last_on: course.last_on,
    }
}

/// What follows from a case. Locks it.
pub(super) fn of_a_case(tx: &mut Tx, id: CaseId) -> Result<Read, Problem> {
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let remediation = settings.section::<RemediationSettings>();
    let loaded = load_locked(&mut tx.conn, &[id], remediation, &catalogue)?;
    let loaded = loaded.into_iter().next().ok_or_else(Problem::not_found)?;
    let law = law_of(&loaded.row, remediation, &catalogue)?;
    let came_of: Option<(Party, InspectedRole, InspectionId)> = inspection_finding::table
        .inner_join(inspection::table.on(inspection::id.eq(inspection_finding::inspection_id)))
        .filter(inspection_finding::case_id.eq(id))
        .order(inspection_finding::opened_at.desc())
        .select((inspection_finding::party, inspection::role, inspection::id))
        .first(&mut *tx.conn)
        .optional()?;
    let role = match came_of {
        Some((Party::Operator, role, _)) => role,
        _ => InspectedRole::Producer,
    };
    let seen = CaseSeen {
        enterprise: loaded.row.enterprise_id,
        role,
        state: loaded.row.state,
        steps: loaded.facts.iter().map(|fact| (fact.step, fact.on)).collect(),
        rectify_by: loaded.course.deadlines(law).rectify_by,
        today: tx.today(),
    };
    let rules = settings.section::<ConductSourceSettings>();
    let wanted = of_case(&seen, &|day| rules.rules_on(day));
    Ok(Read {
        wanted,
        region: loaded.row.handled_in.clone().unwrap_or(loaded.home),
        line: None,
        inspection: came_of.map(|(_, _, inspection)| inspection),
        case: Some(id),
        follows: None,
        number: None,
    })
}
