//! Linking consultations by hand.

use crate::consultations::policy::{Action, load_for};
use crate::consultations::queries::row;
use crate::consultations::related::linked_ids;
use crate::consultations::settings::ConsultationSettings;
use crate::consultations::store::{announce, audit};
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::ConsultationId;
use crate::db::schema::consultation_link;
use crate::db::{Command, Tx};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Links a consultation to another one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LinkConsultation {
    /// The consultation.
    pub id: ConsultationId,
    /// The other one.
    pub other: ConsultationId,
}

/// Takes the link between two consultations away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UnlinkConsultation {
    /// The consultation.
    pub id: ConsultationId,
    /// The other one.
    pub other: ConsultationId,
}

fn pair(one: ConsultationId, other: ConsultationId) -> (ConsultationId, ConsultationId) {
    (one.min(other), one.max(other))
}

impl Command for LinkConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "link_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let c = load_for(tx, self.id, Action::Annotate)?;
        let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
        let mut fields = Fields::new();
        if self.id == self.other {
            fields.fault("/consultation", "不能关联自身", "must be another consultation");
            fields.done()?;
            return Err(Problem::not_found());
        }
        match row(&mut tx.conn, &tx.actor, self.other) {
            Ok(_) => (),
            Err(problem) if problem.status == 404 => {
                fields.fault("/consultation", "没有该问诊", "there is no such consultation");
            }
            Err(problem) => return Err(problem),
        }
        let linked = linked_ids(&mut tx.conn, self.id)?;
        let most = tx.settings.section::<ConsultationSettings>().links;
        if !linked.contains(&self.other) && linked.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
            fields.fault(
                "/consultation",
                format!("最多关联 {most} 件问诊"),
                format!("at most {most} consultations can be linked"),
            );
        }
        fields.done()?;
        use consultation_link as l;
        let (first, second) = pair(self.id, self.other);
        let added = diesel::insert_into(l::table)
            .values((
                l::first_id.eq(first),
                l::second_id.eq(second),
                l::added_by.eq(by),
                l::added_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if added > 0 {
            audit(tx, &c, Self::NAME, json!({ "other": self.other }))?;
            announce(tx, self.id)?;
            announce(tx, self.other)?;
        }
        Ok(self.other)
    }
}

impl Command for UnlinkConsultation {
    type Output = ();
    const NAME: &'static str = "unlink_consultation";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let c = load_for(tx, self.id, Action::Annotate)?;
        row(&mut tx.conn, &tx.actor, self.other)?;
        let removed = diesel::delete(consultation_link::table.find(pair(self.id, self.other)))
            .execute(&mut *tx.conn)?;
        if removed == 0 {
            return Err(Problem::not_found());
        }
        audit(tx, &c, Self::NAME, json!({ "other": self.other }))?;
        announce(tx, self.id)?;
        announce(tx, self.other)
    }
}
