//! Conflicts of interest: an expert's relations to enterprises and to failed reports. Experts say it of themselves, admins
//! record what they learn; only an admin who sees both the expert and the enterprise takes it back.

use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::core::{Problem, Text};
use crate::db::published::enterprise;
use crate::db::schema::{expert_conflict, expert_signed_report};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::admissions;
use crate::experts::policy::{Action, acting_expert, facts, permit, sees_enterprise_of};
use crate::experts::vocabulary::Relation;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Records a conflict of interest of an expert.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordConflict {
    /// Whose; none: the acting expert's own.
    pub expert: Option<ExpertId>,
    /// The conflict of interest.
    pub conflict: NewConflict,
}

/// A conflict of interest: with an enterprise, or with a failed report that the expert signed. One of them is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConflict {
    /// The enterprise's unified social credit code.
    #[serde(default)]
    pub uscc: Option<String>,
    /// The expert's relation to it: `employer`, or `owner` of all or a part of it.
    #[serde(default)]
    pub relation: Option<Relation>,
    /// Instead: number of a report that the expert signed.
    #[serde(default)]
    pub report_no: Option<String>,
    /// How the conflict is known.
    #[serde(default)]
    pub note: Option<String>,
}

/// Withdraws a conflict of interest with an enterprise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawConflict {
    /// The expert whose conflict it is.
    pub expert: ExpertId,
    /// The enterprise's unified social credit code.
    pub uscc: String,
}

/// The expert's regions, where the actor may record or withdraw conflicts of interest.
fn regions_for(tx: &mut Tx, id: ExpertId) -> Result<Vec<String>, Problem> {
    let facts = facts(&mut tx.conn, id)?;
    permit(&tx.actor, Action::JudgeConflicts, &facts, &tx.catalogue)?;
    Ok(facts.regions)
}

impl Command for RecordConflict {
    type Output = ExpertId;
    const NAME: &'static str = "record_conflict";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let id = self.expert.map_or_else(|| acting_expert(&tx.actor), Ok)?;
        let regions = regions_for(tx, id)?;
        let mut fields = Fields::new();
        let note = fields.optional_text("/note", self.conflict.note.as_deref(), 500);
        match (&self.conflict.uscc, self.conflict.relation, &self.conflict.report_no) {
            (Some(uscc), Some(relation), None) => {
                let uscc = admissions::typed(&mut tx.conn, uscc)?.map_err(|fault| {
                    let text = fault.text();
                    Problem::field("/uscc", Text::new(text.zh, text.en))
                })?;
                fields.done()?;
                use expert_conflict as x;
                diesel::insert_into(x::table)
                    .values((
                        x::expert_id.eq(id),
                        x::uscc.eq(uscc.as_str()),
                        x::relation.eq(relation),
                        x::note.eq(&note),
                        x::recorded_by.eq(tx.actor.account()),
                        x::recorded_at.eq(tx.now),
                    ))
                    .on_conflict((x::expert_id, x::uscc))
                    .do_update()
                    .set((x::relation.eq(relation), x::note.eq(&note)))
                    .execute(&mut *tx.conn)?;
            }
            (None, None, Some(number)) => {
                let number = fields.text("/report_no", number, 100);
                fields.done()?;
                sign(tx, id, &[number])?;
            }
            _ => {
                fields.fault(
                    "/uscc",
                    "须填写 uscc 与 relation，或只填写 report_no",
                    "give uscc and relation, or report_no alone",
                );
                fields.done()?;
            }
        }
        let subject = Subject { region: regions.first().map(String::as_str), ..Subject::new("expert", id.0) };
        tx.audit(Self::NAME, subject, json!(self.conflict))?;
        Ok(id)
    }
}

/// Notes that an expert signed these reports.
pub(super) fn sign(tx: &mut Tx, id: ExpertId, numbers: &[String]) -> Result<(), Problem> {
    use expert_signed_report as s;
    let rows: Vec<_> = numbers
        .iter()
        .map(|number| {
            (
                s::expert_id.eq(id),
                s::report_no.eq(number),
                s::recorded_by.eq(tx.actor.account()),
                s::recorded_at.eq(tx.now),
            )
        })
        .collect();
    diesel::insert_into(s::table).values(rows).on_conflict_do_nothing().execute(&mut *tx.conn)?;
    Ok(())
}

impl Command for WithdrawConflict {
    type Output = ExpertId;
    const NAME: &'static str = "withdraw_conflict";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let regions = regions_for(tx, self.expert)?;
        if matches!(tx.actor.scope(), Some(Scope::Expert(_))) {
            return Err(Problem::forbidden());
        }
        let region: Option<String> = enterprise::table
            .filter(enterprise::uscc.eq(&self.uscc))
            .select(enterprise::region)
            .first(&mut *tx.conn)
            .optional()?;
        if !sees_enterprise_of(&tx.actor, region.as_deref(), &tx.catalogue) {
            let mut problem = Problem::forbidden();
            problem.detail = Text::new(
                "该企业不在您的辖区内，只有同时负责该专家和该企业的监管人员可以撤销",
                "the enterprise is outside your region; only an officer who is in charge of both the expert and the enterprise may withdraw this",
            );
            return Err(problem);
        }
        let gone =
            diesel::delete(expert_conflict::table.find((self.expert, &self.uscc))).execute(&mut *tx.conn)?;
        if gone == 0 {
            return Err(Problem::not_found());
        }
        let id = self.expert;
        let subject = Subject { region: regions.first().map(String::as_str), ..Subject::new("expert", id.0) };
        tx.audit(Self::NAME, subject, json!({ "uscc": self.uscc }))?;
        Ok(id)
    }
}
