//! Naming the enterprise of the register that a party of an inspection is, where it was registered by its name alone.

use crate::core::ids::EnterpriseId;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::db::Tx;
use crate::db::published::enterprise;
use crate::db::schema::{inspection, inspection_subject};
use crate::inspections::consequences::follow;
use crate::inspections::ids::InspectionId;
use crate::inspections::registration::line_of;
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::InspectionState;
use crate::inspections::store::load;
use crate::inspections::words::{InspectedRole, Party};
use diesel::prelude::*;
use std::sync::Arc;

/// The enterprise that a party of an inspection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The inspection.
    pub inspection: InspectionId,
    /// Operator or producer.
    pub party: Party,
    /// The enterprise.
    pub enterprise: EnterpriseId,
}

/// Says which enterprise a party is that has none yet, and opens what follows from the result for it. The name on the form stays as it was
/// entered. A producer that was inspected at home is both parties.
///
/// # Errors
/// 404 where the actor may not know of the inspection; 422 where the party has its enterprise, or the inspection is withdrawn.
pub fn name_party(tx: &mut Tx, named: Named) -> Result<(), Problem> {
    let mut loaded = load(tx, named.inspection)?;
    let (code, region): (String, String) = enterprise::table
        .filter(enterprise::id.eq(named.enterprise))
        .filter(enterprise::withdrawn_at.is_null())
        .select((enterprise::uscc, enterprise::region))
        .first(&mut *tx.conn)?;
    let (row, subject) = (&mut loaded.row, &mut loaded.subject);
    let before = match named.party {
        Party::Producer => row.producer_id,
        _ => row.operator_id,
    };
    if before.is_some() || row.state == InspectionState::Withdrawn {
        let text = Text::new(
            "该检查的这一方已确定企业，或检查已撤回",
            "the party has its enterprise already, or the inspection is withdrawn",
        );
        return Err(Problem::invalid(vec![FieldError::body("/decision", text)]));
    }
    let both = row.role == InspectedRole::Producer
        && row.producer_id.is_none()
        && subject.producer_name.as_ref().is_none_or(|name| *name == subject.operator_name);
    if named.party == Party::Operator {
        row.operator_id = Some(named.enterprise);
        subject.operator_uscc = Some(code.clone());
    }
    if named.party == Party::Producer || both {
        row.producer_id = Some(named.enterprise);
        row.producer_region = Some(region);
        subject.producer_uscc = Some(code);
    }
    subject.line = line_of(subject).key();
    diesel::update(inspection::table.find(row.id))
        .set((
            inspection::operator_id.eq(row.operator_id),
            inspection::producer_id.eq(row.producer_id),
            inspection::producer_region.eq(&row.producer_region),
            inspection::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    diesel::update(inspection_subject::table.find(row.id))
        .set((
            inspection_subject::operator_uscc.eq(&subject.operator_uscc),
            inspection_subject::producer_uscc.eq(&subject.producer_uscc),
            inspection_subject::line.eq(&subject.line),
        ))
        .execute(&mut *tx.conn)?;
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let law = loaded.law(settings.section::<InspectionSettings>(), &catalogue)?;
    follow(tx, &loaded.row, &loaded.subject, &loaded.course, law, false)
}

/// Locks inspections in the order of their ids, as whoever takes a step locks one.
///
/// # Errors
/// When the database refuses.
pub fn lock(conn: &mut PgConnection, ids: &[InspectionId]) -> Result<(), Problem> {
    let locked: Vec<InspectionId> = inspection::table
        .filter(inspection::id.eq_any(ids))
        .order(inspection::id)
        .select(inspection::id)
        .for_update()
        .load(conn)?;
    if locked.len() == ids.len() {
        return Ok(());
    }
    Err(Problem::internal("an inspection of a list is missing"))
}
