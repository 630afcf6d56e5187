//! Conflicts of interest: an expert's relations to enterprises and to failed reports. Experts say it of themselves, admins
//! record what they learn; only an admin takes it back.

use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::core::{Problem, Text};
use crate::db::schema::{expert, expert_conflict, expert_region, expert_signed_report};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::uscc::Uscc;
use crate::experts::vocabulary::{Relation, Vetting};
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
    /// How it is known.
    #[serde(default)]
    pub note: Option<String>,
}

/// Withdraws a conflict of interest with an enterprise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawConflict {
    /// The expert.
    pub expert: ExpertId,
    /// The enterprise's unified social credit code.
    pub uscc: String,
}

/// The expert's regions, where the actor may record or withdraw conflicts of interest: an admin who holds one of them,
/// or an expert of oneself.
fn regions_for(tx: &mut Tx, id: ExpertId) -> Result<Vec<String>, Problem> {
    let vetting: Vetting = expert::table.find(id).select(expert::vetting).first(&mut *tx.conn)?;
    let regions: Vec<String> = expert_region::table
        .filter(expert_region::expert_id.eq(id))
        .order(expert_region::region)
        .select(expert_region::region)
        .load(&mut *tx.conn)?;
    let allowed = match &tx.actor {
        Actor::System => true,
        Actor::Anonymous => return Err(Problem::unauthenticated()),
        Actor::Person(person) => match &person.scope {
            // An expert of the whole province is everyone's matter: a conflict of interest is safer known.
            Scope::Admin(scope) => regions
                .iter()
                .any(|r| tx.catalogue.regions.contains(scope, r) || tx.catalogue.regions.contains(r, scope)),
            Scope::Expert(me) => *me == id,
            Scope::Enterprise(_) | Scope::Operator => false,
        },
    };
    match (allowed, vetting) {
        (true, _) => Ok(regions),
        (false, Vetting::Approved) => Err(Problem::forbidden()),
        (false, _) => Err(Problem::not_found()),
    }
}

impl Command for RecordConflict {
    type Output = ExpertId;
    const NAME: &'static str = "record_conflict";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let id = match (self.expert, tx.actor.scope()) {
            (Some(id), _) => id,
            (None, Some(Scope::Expert(me))) => *me,
            (None, Some(_)) => return Err(Problem::forbidden()),
            (None, None) => return Err(Problem::unauthenticated()),
        };
        let regions = regions_for(tx, id)?;
        let mut fields = Fields::new();
        let note = fields.optional_text("/note", self.conflict.note.as_deref(), 500);
        match (&self.conflict.uscc, self.conflict.relation, &self.conflict.report_no) {
            (Some(uscc), Some(relation), None) => {
                let uscc = Uscc::parse(uscc).map_err(|fault| {
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
                    "须填写 uscc 与 relation,或只填写 report_no",
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
