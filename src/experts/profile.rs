//! What experts say of themselves once they are approved.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::db::schema::{expert, expert_specialty};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::application::{Specialty, check_specialties, store_specialties};
use crate::experts::policy::acting_expert;
use crate::experts::wake::MATCHER;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

/// Says whether the expert takes new consultations. Those under way go on.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAvailability {
    /// Whether new consultations may be offered.
    pub available: bool,
    /// Days of leave on which none are; null ends the leave, absent leaves it as it is.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Leave>)]
    pub leave: Option<Option<Leave>>,
}

/// Days of leave in Asia/Shanghai, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// The first day of the leave, Asia/Shanghai.
    pub from: NaiveDate,
    /// The last day of the leave, Asia/Shanghai.
    pub to: NaiveDate,
}

/// Distinguishes null from absent.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<Leave>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// Replaces the expert's specialties.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSpecialties {
    /// All of them, at least one.
    pub specialties: Vec<Specialty>,
}

impl Command for SetAvailability {
    type Output = ExpertId;
    const NAME: &'static str = "set_availability";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let id = acting_expert(&tx.actor)?;
        if let Some(leave) = self.leave {
            let mut fields = Fields::new();
            let orderly = leave.is_none_or(|l| l.from <= l.to && l.to >= tx.today());
            fields.require(
                orderly,
                "/leave/to",
                "不能早于开始日期或今天",
                "must not be before its beginning or today",
            );
            fields.done()?;
            diesel::update(expert::table.find(id))
                .set((expert::leave_from.eq(leave.map(|l| l.from)), expert::leave_to.eq(leave.map(|l| l.to))))
                .execute(&mut *tx.conn)?;
        }
        diesel::update(expert::table.find(id))
            .set((expert::available.eq(self.available), expert::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, Subject::new("expert", id.0), json!(self))?;
        if self.available {
            tx.wake(MATCHER);
        }
        Ok(id)
    }
}

impl Command for SetSpecialties {
    type Output = ExpertId;
    const NAME: &'static str = "set_specialties";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let id = acting_expert(&tx.actor)?;
        let mut fields = Fields::new();
        let known = check_specialties(&mut fields, tx, &self.specialties);
        fields.done()?;
        diesel::delete(expert_specialty::table.filter(expert_specialty::expert_id.eq(id)))
            .execute(&mut *tx.conn)?;
        store_specialties(tx, id, &known)?;
        diesel::update(expert::table.find(id)).set(expert::updated_at.eq(tx.now)).execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, Subject::new("expert", id.0), json!({ "specialties": self.specialties }))?;
        tx.wake(MATCHER);
        Ok(id)
    }
}
