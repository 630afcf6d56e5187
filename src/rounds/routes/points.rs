//! Where an enterprise is, as officers enter it: for the order of routes alone.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::db::officer_steps::officer;
use crate::db::published::enterprise;
use crate::db::regional::sees;
use crate::db::schema::circuit_point;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of the source.
const MAX_SOURCE: usize = 200;

/// Enters where an enterprise is, in place of what was entered before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetPoint {
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// From where that is known.
    pub source: String,
}

impl Command for SetPoint {
    type Output = ();
    const NAME: &'static str = "set_circuit_point";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use circuit_point as p;
        let by = officer(tx)?;
        let region: String =
            enterprise::table.find(self.enterprise).select(enterprise::region).first(&mut *tx.conn)?;
        if !sees(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        let mut fields = Fields::new();
        // Within China, so that latitude and longitude that were exchanged are found.
        let (zh, en) = ("须为 3 到 54 之间的北纬度数", "must be 3 to 54 degrees north");
        fields.require((3.0..=54.0).contains(&self.latitude), "/latitude", zh, en);
        let (zh, en) = ("须为 73 到 136 之间的东经度数", "must be 73 to 136 degrees east");
        fields.require((73.0..=136.0).contains(&self.longitude), "/longitude", zh, en);
        let source = fields.text("/source", &self.source, MAX_SOURCE);
        fields.done()?;
        let values = (
            p::latitude.eq(self.latitude),
            p::longitude.eq(self.longitude),
            p::source.eq(&source),
            p::entered_by.eq(by),
            p::entered_at.eq(tx.now),
        );
        diesel::insert_into(p::table)
            .values((p::enterprise_id.eq(self.enterprise), values))
            .on_conflict(p::enterprise_id)
            .do_update()
            .set(values)
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("enterprise", self.enterprise.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "source": source }))
    }
}
