//! A rectification order opens a case.

use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{CaseId, EnterpriseId, NonconformityId};
use crate::core::text::Text;
use crate::db::schema::{nonconformity, remediation_case};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::remediation::clocks::{Rules, rectify_by, reinspect_by};
use crate::remediation::state::CaseState;
use crate::remediation::store::{Line, history, region};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Enters a rectification order, which opens the case of a nonconformity.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCase {
    /// The nonconformity.
    pub nonconformity: NonconformityId,
    /// The day of the order, in Asia/Shanghai.
    pub ordered_on: NaiveDate,
}

impl Command for OpenCase {
    type Output = CaseId;
    const NAME: &'static str = "open_case";

    fn run(&self, tx: &mut Tx) -> Result<CaseId, Problem> {
        let Some(Scope::Admin(scope)) = tx.actor.scope().cloned() else { return Err(Problem::forbidden()) };
        let found = nonconformity::table
            .find(self.nonconformity)
            .select((nonconformity::enterprise_id, nonconformity::inspected_on))
            .for_update()
            .first::<(EnterpriseId, NaiveDate)>(&mut *tx.conn)
            .optional()?;
        let mut fields = Fields::new();
        let Some((enterprise, inspected_on)) = found else {
            return Err(unknown_nonconformity());
        };
        let region = region(&mut tx.conn, enterprise)?;
        if !tx.catalogue.regions.contains(&scope, &region) {
            return Err(unknown_nonconformity());
        }
        fields.require(
            self.ordered_on <= tx.today(),
            "/ordered_on",
            "不能晚于今天",
            "must not be in the future",
        );
        fields.require(
            self.ordered_on >= inspected_on,
            "/ordered_on",
            "不能早于抽样日期",
            "must not be before the sampling",
        );
        fields.done()?;
        let id = CaseId::new();
        let (rules, calendar) = (Rules::samr_18(), &tx.catalogue.calendar);
        let inserted = diesel::insert_into(remediation_case::table)
            .values((
                remediation_case::id.eq(id),
                remediation_case::nonconformity_id.eq(self.nonconformity),
                remediation_case::enterprise_id.eq(enterprise),
                remediation_case::state.eq(CaseState::Ordered),
                remediation_case::rule_version.eq(&rules.version),
                remediation_case::ordered_on.eq(self.ordered_on),
                remediation_case::rectify_by.eq(rectify_by(self.ordered_on, &rules, calendar)),
                remediation_case::reinspect_by.eq(reinspect_by(self.ordered_on, &rules, calendar)),
                remediation_case::created_at.eq(tx.now),
                remediation_case::updated_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if inserted == 0 {
            return Err(Problem::conflict(
                "case_exists",
                Text::new("该不合格记录已有整改案件", "this nonconformity has a case already"),
            ));
        }
        diesel::update(nonconformity::table.find(self.nonconformity))
            .set((nonconformity::order_issued_on.eq(self.ordered_on), nonconformity::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        history(
            tx,
            id,
            &Line {
                event: "order_issued",
                from: None,
                to: CaseState::Ordered,
                occurred_on: self.ordered_on,
                note: None,
            },
        )?;
        let subject = Subject::new("remediation_case", id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "ordered_on": self.ordered_on }))?;
        Ok(id)
    }
}

fn unknown_nonconformity() -> Problem {
    Problem::field(
        "/nonconformity",
        Text::new("不是您辖区内的不合格记录", "is not a nonconformity of your region"),
    )
}
