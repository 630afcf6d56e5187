//! Naming the product kind of an inspection that was registered without one: a record of the zero-out list needs it, and waits for it.

use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::{Problem, Text};
use crate::db::schema::inspection;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::inspections::consequences::follow;
use crate::inspections::ids::InspectionId;
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::InspectionState;
use crate::inspections::store::load;
use crate::inspections::view::InspectionView;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Whether the actor may name the product kind of an inspection, which has none: an officer of the organiser.
pub fn names_kind(actor: &Actor, view: &InspectionView, catalogue: &Catalogue) -> bool {
    view.product_kind.is_none()
        && view.state != InspectionState::Withdrawn
        && organises(actor, &view.organiser_region, catalogue)
}

fn organises(actor: &Actor, organiser: &str, catalogue: &Catalogue) -> bool {
    actor.officer_region().is_some_and(|own| catalogue.regions.contains(own, organiser))
}

/// Names the product kind of an inspection that has none, and opens what follows from its result.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NameProductKind {
    /// The inspection.
    pub inspection: InspectionId,
    /// Code of the product kind.
    pub product_kind: String,
}

impl Command for NameProductKind {
    type Output = InspectionId;
    const NAME: &'static str = "name_product_kind";

    fn run(&self, tx: &mut Tx) -> Result<InspectionId, Problem> {
        let mut loaded = load(tx, self.inspection)?;
        if !organises(&tx.actor, &loaded.row.organiser_region, &tx.catalogue) {
            return Err(Problem::forbidden());
        }
        let field = |zh: &'static str, en: &'static str| Problem::field("/product_kind", Text::new(zh, en));
        if tx.catalogue.products.coded(&self.product_kind).is_none() {
            return Err(field("未知的产品种类代码", "is not a known product kind"));
        }
        match loaded.row.product_kind.as_deref() {
            // Said twice changes nothing.
            Some(named) if named == self.product_kind => return Ok(self.inspection),
            Some(_) => {
                return Err(field("该检查已注明产品种类", "the inspection has a product kind already"));
            }
            None => {}
        }
        if loaded.row.state == InspectionState::Withdrawn {
            return Err(field("检查已撤回", "the inspection is withdrawn"));
        }
        loaded.row.product_kind = Some(self.product_kind.clone());
        diesel::update(inspection::table.find(self.inspection))
            .set((inspection::product_kind.eq(&self.product_kind), inspection::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("inspection", self.inspection.0).in_region(&loaded.row.organiser_region);
        let data = json!({ "number": loaded.row.number, "product_kind": self.product_kind });
        tx.audit(Self::NAME, subject, data)?;
        let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
        let law = loaded.law(settings.section::<InspectionSettings>(), &catalogue)?;
        follow(tx, &loaded.row, &loaded.subject, &loaded.course, law, false)?;
        Ok(self.inspection)
    }
}
