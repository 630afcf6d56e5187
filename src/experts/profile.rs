//! What experts say of themselves once they are approved.

use crate::core::actor::Scope;
use crate::core::event::Work;
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::core::{Event, Problem};
use crate::db::schema::{expert, expert_specialty};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::application::{Specialty, check_specialties, store_specialties};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Says whether the expert takes new consultations. Those under way go on.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAvailability {
    /// Whether new consultations may be offered.
    pub available: bool,
}

/// Replaces the expert's specialties.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSpecialties {
    /// All of them, at least one.
    pub specialties: Vec<Specialty>,
}

fn me(tx: &Tx) -> Result<ExpertId, Problem> {
    match tx.actor.scope() {
        Some(Scope::Expert(id)) => Ok(*id),
        Some(_) => Err(Problem::forbidden()),
        None => Err(Problem::unauthenticated()),
    }
}

impl Command for SetAvailability {
    type Output = ExpertId;
    const NAME: &'static str = "set_availability";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let id = me(tx)?;
        diesel::update(expert::table.find(id))
            .set((expert::available.eq(self.available), expert::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, Subject::new("expert", id.0), json!({ "available": self.available }))?;
        if self.available {
            tx.emit(Event::Work(Work::Match));
        }
        Ok(id)
    }
}

impl Command for SetSpecialties {
    type Output = ExpertId;
    const NAME: &'static str = "set_specialties";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let id = me(tx)?;
        let mut fields = Fields::new();
        let known = check_specialties(&mut fields, tx, &self.specialties);
        fields.done()?;
        diesel::delete(expert_specialty::table.filter(expert_specialty::expert_id.eq(id)))
            .execute(&mut *tx.conn)?;
        store_specialties(tx, id, &known)?;
        diesel::update(expert::table.find(id)).set(expert::updated_at.eq(tx.now)).execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, Subject::new("expert", id.0), json!({ "specialties": self.specialties }))?;
        tx.emit(Event::Work(Work::Match));
        Ok(id)
    }
}
