//! An enterprise applies for a voucher, or takes its application back.

use crate::core::actor::Scope;
use crate::core::clock::day_text;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::{Code, Problem, Text};
use crate::db::schema::voucher_application;
use crate::db::{Command, Tx};
use crate::vouchers::eligible::{Missing, missing};
use crate::vouchers::ids::IssueId;
use crate::vouchers::state::takes_applications;
use crate::vouchers::store::{self, Row, not_now};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The enterprise that acts, and its person.
fn applicant(tx: &Tx) -> Result<(EnterpriseId, AccountId), Problem> {
    match (tx.actor.scope(), tx.actor.account()) {
        (Some(Scope::Enterprise(id)), Some(account)) => Ok((*id, account)),
        _ => Err(Problem::forbidden()),
    }
}

/// The issue, while it takes applications.
fn taking(tx: &mut Tx, id: IssueId) -> Result<Row, Problem> {
    let row = store::hold(tx, id)?;
    if !takes_applications(row.state, (row.apply_from, row.apply_until), tx.today()) {
        let (from, until) = (day_text(row.apply_from), day_text(row.apply_until));
        return Err(not_now(
            format!("申请期为{}至{}，目前不受理申请", from.zh, until.zh),
            format!("applications are taken from {} to {}, and not now", from.en, until.en),
        ));
    }
    Ok(row)
}

/// Why an enterprise can't apply, for people.
pub(super) fn reason(missing: Missing) -> Text {
    match missing {
        Missing::NotOpen => Text::new(
            "企业不在本批地区内正常经营，或者在清零名单上没有本批产品种类的未清零记录",
            "the enterprise does not operate in the region of the issue, or has no open record of its kinds on the zero-out list",
        ),
        Missing::Limit => Text::new(
            "加上本批最高面额，将超过单家企业限额",
            "with the greatest voucher of this issue it would hold more than the limit for one enterprise",
        ),
    }
}

/// Applies for a voucher. Applying twice changes nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplyForVoucher {
    /// The issue.
    pub issue: IssueId,
}

impl Command for ApplyForVoucher {
    type Output = IssueId;
    const NAME: &'static str = "apply_for_voucher";

    fn run(&self, tx: &mut Tx) -> Result<IssueId, Problem> {
        use voucher_application as a;
        let (enterprise, account) = applicant(tx)?;
        let row = taking(tx, self.issue)?;
        if let Some(missing) = missing(&mut tx.conn, &row, enterprise)? {
            return Err(Problem::new(Code::VoucherNotEligible, reason(missing)));
        }
        let written = diesel::insert_into(a::table)
            .values((
                a::issue_id.eq(row.id),
                a::enterprise_id.eq(enterprise),
                a::applied_by.eq(account),
                a::applied_at.eq(tx.now),
            ))
            .on_conflict((a::issue_id, a::enterprise_id))
            .do_nothing()
            .execute(&mut *tx.conn)?;
        let again = diesel::update(a::table.find((row.id, enterprise)))
            .filter(a::withdrawn_at.is_not_null())
            .set((
                a::withdrawn_at.eq(None::<DateTime<Utc>>),
                a::applied_by.eq(account),
                a::applied_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        if written + again > 0 {
            store::audit(tx, &row, Self::NAME, json!({ "enterprise": enterprise }))?;
        }
        Ok(row.id)
    }
}

/// Takes an application back, while applications are taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawApplication {
    /// The issue.
    pub issue: IssueId,
}

impl Command for WithdrawApplication {
    type Output = IssueId;
    const NAME: &'static str = "withdraw_voucher_application";

    fn run(&self, tx: &mut Tx) -> Result<IssueId, Problem> {
        use voucher_application as a;
        let (enterprise, _) = applicant(tx)?;
        let row = taking(tx, self.issue)?;
        let withdrawn = diesel::update(a::table.find((row.id, enterprise)))
            .filter(a::withdrawn_at.is_null())
            .set(a::withdrawn_at.eq(tx.now))
            .execute(&mut *tx.conn)?;
        if withdrawn > 0 {
            store::audit(tx, &row, Self::NAME, json!({ "enterprise": enterprise }))?;
        }
        Ok(row.id)
    }
}
