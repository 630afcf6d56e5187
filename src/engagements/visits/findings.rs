//! What was found on a visit: advice for the enterprise. It gives no points, and no inspection, list or measure reads it. When both sides have
//! confirmed the minutes, what is about a running case becomes an action of that case; all else stays advice.

use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, EnterpriseId, ExpertId};
use crate::core::{Problem, Text};
use crate::db::published::nonconformity;
use crate::db::schema::engagement_finding;
use crate::db::{Command, Tx};
use crate::engagements::ids::{EngagementId, FindingId};
use crate::engagements::policy::Standing;
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::engagements::store::{Row, account, audit, enterprise_of, experts, lock_visible};
use crate::engagements::visits::row::{load, minutes_confirmed};
use crate::enterprises::ids::NonconformityId;
use crate::remediation::action::ActionKind;
use crate::remediation::advice::{VisitAdvice, advise_on_visit};
use crate::remediation::enterprise_mails::tell_actions;
use crate::remediation::new_action::CheckedAction;
use crate::remediation::opening::Target;
use chrono::{Months, NaiveDate};
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The most findings of a visit.
const MOST: i64 = 100;
/// How many months after the visit something may be due.
const MOST_MONTHS_AHEAD: u32 = 60;
/// The most characters of an item.
const MAX_ITEM: usize = 200;
/// The most characters of a cause and of advice.
const MAX_TEXT: usize = 1_000;

/// Something that was found in an enterprise, with advice.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFinding {
    /// The failed report of the enterprise that it is about: then it becomes an action of its case, where that is running.
    #[serde(default)]
    pub nonconformity_id: Option<NonconformityId>,
    /// What was found, at most 200 characters.
    pub item: String,
    /// Why it is so, at most 1,000 characters.
    #[serde(default)]
    pub cause: Option<String>,
    /// What is to be done, at most 1,000 characters.
    pub advice: String,
    /// Until when, in Asia/Shanghai.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// Whether it is a hazard.
    #[serde(default)]
    pub hazard: bool,
    /// Whether the hazard is imminent: then it is to be reported as such by an act of its own.
    #[serde(default)]
    pub imminent: bool,
    /// By which the sender knows it: sent again, it is the same finding.
    #[serde(default)]
    pub client_id: Option<Uuid>,
}

/// Notes what was found on a visit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddFinding {
    /// The visit.
    pub id: EngagementId,
    /// The finding to add.
    pub finding: NewFinding,
}

/// The expert's visit, while its findings may change.
fn open(tx: &mut Tx, id: EngagementId) -> Result<(Row, EnterpriseId), Problem> {
    let (row, standing) = lock_visible(tx, id)?;
    if standing != Standing::Expert || row.kind != EngagementKind::Visit {
        return Err(Problem::forbidden());
    }
    let fits = matches!(row.state, EngagementState::Started | EngagementState::Held);
    if !fits {
        return Err(Problem::new(
            crate::core::Code::EngagementState,
            Text::new(
                "到场之后、纪要确认之前方可登记或者删除问题",
                "findings are noted and taken out from the beginning of the visit until the minutes are confirmed",
            ),
        ));
    }
    if load(tx, &row)?.is_confirmed() {
        return Err(minutes_confirmed());
    }
    let enterprise = enterprise_of(&mut tx.conn, id)?;
    Ok((row, enterprise))
}

impl Command for AddFinding {
    type Output = FindingId;
    const NAME: &'static str = "add_finding";

    fn run(&self, tx: &mut Tx) -> Result<FindingId, Problem> {
        use engagement_finding as f;
        let new = &self.finding;
        lock_visible(tx, self.id)?;
        if let Some(client_id) = new.client_id {
            let known: Option<FindingId> = f::table
                .filter(f::engagement_id.eq(self.id))
                .filter(f::client_id.eq(client_id))
                .select(f::id)
                .first(&mut *tx.conn)
                .optional()?;
            if let Some(known) = known {
                return Ok(known);
            }
        }
        let (row, enterprise) = open(tx, self.id)?;
        let mut fields = Fields::new();
        let item = fields.text("/item", &new.item, MAX_ITEM);
        let cause = fields.optional_text("/cause", new.cause.as_deref(), MAX_TEXT);
        let advice = fields.text("/advice", &new.advice, MAX_TEXT);
        let begun = row.on_day.unwrap_or_else(|| shanghai_date(tx.now));
        let (zh, en) = (
            "不能早于上门日期，且不超过五年",
            "must not be before the visit, nor more than five years after it",
        );
        let last = begun.checked_add_months(Months::new(MOST_MONTHS_AHEAD)).unwrap_or(begun);
        let fits = new.due_on.is_none_or(|day| (begun..=last).contains(&day));
        fields.require(fits, "/due_on", zh, en);
        let (zh, en) = ("紧急危险须同时标为隐患", "what is imminent is a hazard");
        fields.require(new.hazard || !new.imminent, "/hazard", zh, en);
        if let Some(id) = new.nonconformity_id {
            let of_enterprise = nonconformity::table
                .filter(nonconformity::id.eq(id))
                .filter(nonconformity::enterprise_id.eq(enterprise));
            let known: bool = select(exists(of_enterprise)).get_result(&mut *tx.conn)?;
            let (zh, en) = ("不是该企业的不合格记录", "is not a record of the enterprise");
            fields.require(known, "/nonconformity_id", zh, en);
        }
        let there: i64 = f::table.filter(f::engagement_id.eq(self.id)).count().get_result(&mut *tx.conn)?;
        let (zh, en) = ("一次上门最多登记 100 项", "a visit has at most 100 findings");
        fields.require(there < MOST, "/item", zh, en);
        fields.done()?;
        let id = FindingId::new();
        diesel::insert_into(f::table)
            .values((
                f::id.eq(id),
                f::engagement_id.eq(self.id),
                f::enterprise_id.eq(enterprise),
                f::nonconformity_id.eq(new.nonconformity_id),
                f::item.eq(item),
                f::cause.eq(cause),
                f::advice.eq(advice),
                f::due_on.eq(new.due_on),
                f::hazard.eq(new.hazard),
                f::imminent.eq(new.imminent),
                f::client_id.eq(new.client_id),
                f::created_by.eq(account(tx)?),
                f::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        audit(tx, &row, Self::NAME, json!({ "finding": id }))?;
        Ok(id)
    }
}

/// Takes a finding out again, before anybody has confirmed the minutes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveFinding {
    /// The visit.
    pub id: EngagementId,
    /// The finding.
    pub finding: FindingId,
}

impl Command for RemoveFinding {
    type Output = ();
    const NAME: &'static str = "remove_finding";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use engagement_finding as f;
        let (row, _) = open(tx, self.id)?;
        let found = f::table.find(self.finding).filter(f::engagement_id.eq(self.id));
        let reported = crate::db::schema::engagement_danger::table
            .filter(crate::db::schema::engagement_danger::finding_id.eq(self.finding));
        if select(exists(reported)).get_result(&mut *tx.conn)? {
            return Err(Problem::new(
                crate::core::Code::EngagementState,
                Text::new(
                    "该问题已作为紧急危险报告，不能删除",
                    "it was reported as imminent danger, so it stays",
                ),
            ));
        }
        if diesel::delete(found).execute(&mut *tx.conn)? == 0 {
            return Err(Problem::not_found());
        }
        audit(tx, &row, Self::NAME, json!({ "finding": self.finding }))
    }
}

/// A finding that is to become an action.
type Waiting = (FindingId, NonconformityId, String, String, Option<NaiveDate>, AccountId);

/// Turns the findings that are about a running case into actions of that case, which the enterprise answers there. Called when both sides have
/// confirmed the minutes.
pub(super) fn become_actions(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    use engagement_finding as f;
    let Some(lead): Option<ExpertId> = experts(&mut tx.conn, row.id)?.first().copied() else {
        return Ok(());
    };
    let waiting: Vec<Waiting> = f::table
        .filter(f::engagement_id.eq(row.id))
        .filter(f::nonconformity_id.is_not_null())
        .filter(f::action_id.is_null())
        .order((f::nonconformity_id, f::id))
        .select((f::id, f::nonconformity_id.assume_not_null(), f::item, f::advice, f::due_on, f::created_by))
        .load(&mut *tx.conn)?;
    let mut told: Vec<(Target, Vec<CheckedAction>)> = Vec::new();
    for (id, nonconformity, item, advice, due_on, by) in waiting {
        let action = CheckedAction {
            kind: ActionKind::Correction,
            description: format!("{item}：{advice}"),
            standard: None,
            clause: None,
            due_on,
            owner: None,
        };
        let given = VisitAdvice { nonconformity, expert: lead, account: by, action };
        let Some((action, of)) = advise_on_visit(tx, &given)? else { continue };
        diesel::update(f::table.find(id)).set(f::action_id.eq(action)).execute(&mut *tx.conn)?;
        match told.last_mut() {
            Some((last, actions)) if last.case == of.case => actions.push(given.action),
            _ => told.push((of, vec![given.action])),
        }
    }
    for (of, actions) in &told {
        tell_actions(tx, *of, actions)?;
    }
    Ok(())
}
