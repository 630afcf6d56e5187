//! An officer finds a commitment kept or broken, or releases the enterprise. Kept and broken become credit conduct, once for each
//! commitment.

use crate::attachments::ids::AttachmentId;
use crate::conduct::enter::enter;
use crate::conduct::ids::ConductId;
use crate::conduct::new_conduct::NewConduct;
use crate::conduct::words::{ConductSource, Intent};
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{commitment, commitment_promise};
use crate::db::{Command, Tx};
use crate::engagements::commitments::notices;
use crate::engagements::common::files::attach;
use crate::engagements::common::steps::{MAX_NOTE, audit, load_office, step};
use crate::engagements::common::words::Outcome;
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementState, EngagementStep};
use crate::inspections::words::InspectedRole;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What an officer finds.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Whether it was kept or broken, or the enterprise is released from it.
    #[schema(inline)]
    pub outcome: Outcome,
    /// The evidence or the reason, at most 1,000 characters. The enterprise reads it.
    pub reason: String,
    /// Uploads that belong to it, at most 20.
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
}

/// Finds a commitment kept or broken, or releases the enterprise from it. Done by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SettleCommitment {
    /// The commitment.
    pub id: EngagementId,
    /// The finding to record.
    pub finding: Finding,
}

/// A promise, as far as a finding rests on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Settled {
    /// The last day that counts.
    pub counts_until: NaiveDate,
    /// When it was carried out, as the enterprise reports it.
    pub reported_on: Option<NaiveDate>,
}

/// The day on which what is found happened; nothing where it can't be found yet. Pure.
///
/// A commitment is kept when all of its promises are reported as carried out, and broken when the last day of one of them is over,
/// reported or not: a report may be
/// found untrue. Who is released did nothing.
pub fn happened_on(outcome: Outcome, promises: &[Settled], today: NaiveDate) -> Option<NaiveDate> {
    match outcome {
        Outcome::Kept => {
            let days: Option<Vec<NaiveDate>> = promises.iter().map(|promise| promise.reported_on).collect();
            days?.into_iter().max().map(|day| day.min(today))
        }
        Outcome::Broken => {
            let over = promises.iter().filter(|promise| promise.counts_until < today);
            let missed = over
                .clone()
                .filter(|promise| promise.reported_on.is_none_or(|day| day > promise.counts_until))
                .map(|promise| promise.counts_until)
                .min();
            missed.or_else(|| over.map(|promise| promise.counts_until).min())?.succ_opt()
        }
        Outcome::Released => Some(today),
    }
}

fn undecided(outcome: Outcome) -> Problem {
    let (zh, en) = match outcome {
        Outcome::Kept => (
            "还有承诺事项没有报告完成，不能认定已履行",
            "a promise is not reported as carried out, so the commitment can’t be found kept",
        ),
        Outcome::Broken | Outcome::Released => (
            "没有承诺事项的期限已经届满，不能认定未履行",
            "the term of no promise is over, so the commitment can’t be found broken",
        ),
    };
    Problem::new(Code::CommitmentUndecided, Text::new(zh, en))
}

/// What the commitment is about, for its conduct.
#[derive(Queryable)]
struct About {
    number: String,
    enterprise_id: EnterpriseId,
    matter: String,
}

/// Makes the entry of credit conduct; where the rules of credit do not cover the matter, the reason why there is none.
fn conduct(
    tx: &mut Tx,
    about: &About,
    (outcome, on): (Outcome, NaiveDate),
    description: String,
) -> Result<Result<ConductId, String>, Problem> {
    let behaviour = match outcome {
        Outcome::Kept => "commitment_kept",
        Outcome::Broken => "commitment_broken",
        Outcome::Released => return Ok(Err("已解除承诺".to_owned())),
    };
    let new = NewConduct {
        enterprise_id: about.enterprise_id,
        role: InspectedRole::Producer,
        line: None,
        behaviour: behaviour.to_owned(),
        intent: Intent::NotStated,
        happened_on: on,
        decided_on: tx.today(),
        document_no: Some(about.number.clone()),
        authority: None,
        authority_region: None,
        source: ConductSource::Commitment,
        matter: Some(about.matter.clone()),
        legal_basis: None,
        inspection_id: None,
        case_id: None,
        import_id: None,
        entered_by: None,
        fact_id: None,
        description: Some(description),
    };
    match enter(tx, &new) {
        Ok(entered) => Ok(Ok(entered.id)),
        // The checks come before anything is written.
        Err(problem) if problem.code == Code::ConductOutOfScope => Ok(Err(problem.detail.zh.to_string())),
        Err(problem)
            if problem.errors.iter().all(|error| error.pointer == "/matter")
                && !problem.errors.is_empty() =>
        {
            Ok(Err("信用记分规则中没有该事项".to_owned()))
        }
        Err(problem) => Err(problem),
    }
}

impl Command for SettleCommitment {
    type Output = EngagementId;
    const NAME: &'static str = "settle_commitment";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let mut row = load_office(tx, self.id, EngagementKind::Commitment)?;
        let Finding { outcome, reason, attachments } = &self.finding;
        let (outcome, today) = (*outcome, tx.today());
        let mut fields = Fields::new();
        let reason = fields.text("/reason", reason, MAX_NOTE);
        fields.done()?;
        let (to, taken) = match outcome {
            Outcome::Kept => (EngagementState::Kept, EngagementStep::Keep),
            Outcome::Broken => (EngagementState::Broken, EngagementStep::Break),
            Outcome::Released => (EngagementState::Released, EngagementStep::Release),
        };
        // First the step, which refuses one that was settled before.
        step(tx, &mut row, taken, json!({ "reason": reason }))?;
        let promises: Vec<Settled> = commitment_promise::table
            .filter(commitment_promise::commitment_id.eq(self.id))
            .order(commitment_promise::ordinal)
            .select((commitment_promise::counts_until, commitment_promise::reported_on))
            .load(&mut *tx.conn)?;
        let on = happened_on(outcome, &promises, today).ok_or_else(|| undecided(outcome))?;
        let about: About = commitment::table
            .find(self.id)
            .select((commitment::number, commitment::enterprise_id, commitment::matter))
            .first(&mut *tx.conn)?;
        let description = format!("{}：{reason}", row.topic);
        let entered = conduct(tx, &about, (outcome, on), description)?;
        diesel::update(commitment::table.find(self.id))
            .set((
                commitment::state.eq(to),
                commitment::settled_on.eq(today),
                commitment::settled_by.eq(tx.actor.account()),
                commitment::settled_reason.eq(&reason),
                commitment::conduct_id.eq(entered.as_ref().ok().copied()),
                commitment::conduct_note.eq(entered.as_ref().err()),
                commitment::overdue.eq(false),
                commitment::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        attach(tx, self.id, ("decision", None), attachments)?;
        notices::settled(tx, about.enterprise_id, (self.id, &row.topic), (outcome, &reason))?;
        let data = json!({ "outcome": outcome, "conduct": entered.ok(), "reason": reason });
        audit(tx, &row, Self::NAME, data)?;
        Ok(self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promise(until: &str, reported: Option<&str>) -> Settled {
        Settled {
            counts_until: until.parse().unwrap(),
            reported_on: reported.map(|day| day.parse().unwrap()),
        }
    }

    #[test]
    fn kept_needs_all_reports_and_broken_a_term_that_is_over() {
        let on = |outcome, promises: &[Settled]| {
            happened_on(outcome, promises, "2026-12-10".parse().unwrap()).map(|day| day.to_string())
        };
        let (open, over) = (promise("2026-12-10", None), promise("2026-12-07", None));
        let (done, late) =
            (promise("2026-12-07", Some("2026-12-05")), promise("2026-12-07", Some("2026-12-09")));
        assert_eq!(on(Outcome::Kept, &[done, late]).as_deref(), Some("2026-12-09"));
        assert_eq!(on(Outcome::Kept, &[done, open]), None);
        assert_eq!(on(Outcome::Broken, &[open]), None, "its day is not over");
        assert_eq!(on(Outcome::Broken, &[open, over]).as_deref(), Some("2026-12-08"));
        assert_eq!(on(Outcome::Broken, &[done, late]).as_deref(), Some("2026-12-08"));
        assert_eq!(on(Outcome::Broken, &[done]).as_deref(), Some("2026-12-08"), "the report is found untrue");
        assert_eq!(on(Outcome::Released, &[open]).as_deref(), Some("2026-12-10"));
    }
}
