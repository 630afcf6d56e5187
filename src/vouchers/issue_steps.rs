//! The steps of an issue: approved by a second officer, given up, brought to its end.

use crate::core::{Problem, Text};
use crate::db::officer_steps::{officer, reason, require_second};
use crate::db::schema::{voucher, voucher_issue};
use crate::db::{Command, Tx};
use crate::vouchers::ids::IssueId;
use crate::vouchers::notices;
use crate::vouchers::state::{VoucherIssueStep, VoucherState, is_for_day, transition};
use crate::vouchers::store::{self, not_now};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Approves an issue that another officer wrote. Enterprises can apply from its first day on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApproveIssue {
    /// The issue.
    pub id: IssueId,
}

impl Command for ApproveIssue {
    type Output = IssueId;
    const NAME: &'static str = "approve_voucher_issue";

    fn run(&self, tx: &mut Tx) -> Result<IssueId, Problem> {
        use voucher_issue as v;
        let row = store::load_managed(tx, self.id)?;
        let by = officer(tx)?;
        let to = transition(row.state, VoucherIssueStep::Approve)?;
        let text = Text::new(
            "起草检测券批次的人员不能审批，请由另一名监管人员审批",
            "who wrote an issue may not approve it; another officer does",
        );
        require_second(tx, row.created_by, None, text)?;
        if row.apply_until < tx.today() {
            return Err(not_now(
                "申请截止日期已过，请先修改",
                "the last day of applications has passed; change it first",
            ));
        }
        diesel::update(v::table.find(row.id))
            .set((v::state.eq(to), v::approved_by.eq(by), v::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, VoucherIssueStep::Approve, None)?;
        store::audit(tx, &row, Self::NAME, json!({}))?;
        Ok(row.id)
    }
}

/// Withdraws an issue before its frame is fixed, or one that was not drawn before the last day of its vouchers. It stays with its reason, and who has
/// applied is notified.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawIssue {
    /// The issue.
    pub id: IssueId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for WithdrawIssue {
    type Output = IssueId;
    const NAME: &'static str = "withdraw_voucher_issue";

    fn run(&self, tx: &mut Tx) -> Result<IssueId, Problem> {
        use voucher_issue as v;
        let row = store::load_managed(tx, self.id)?;
        let to = transition(row.state, VoucherIssueStep::Withdraw)?;
        if !is_for_day(row.state, VoucherIssueStep::Withdraw, row.valid_until, tx.today()) {
            return Err(not_now(
                "名单已固定并公布，须进行摇号；检测券有效期届满后方可撤销",
                "the frame is fixed and published, so it is drawn; it can be given up after the last day of its vouchers",
            ));
        }
        let reason = reason(&self.reason)?;
        diesel::update(v::table.find(row.id))
            .set((v::state.eq(to), v::withdrawn_reason.eq(&reason), v::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, VoucherIssueStep::Withdraw, Some(&reason))?;
        store::audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        notices::given_up(tx, &row, &reason)?;
        Ok(row.id)
    }
}

/// Closes an issue, once none of its vouchers is open any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloseIssue {
    /// The issue.
    pub id: IssueId,
}

impl Command for CloseIssue {
    type Output = IssueId;
    const NAME: &'static str = "close_voucher_issue";

    fn run(&self, tx: &mut Tx) -> Result<IssueId, Problem> {
        use voucher_issue as v;
        let row = store::load_managed(tx, self.id)?;
        let to = transition(row.state, VoucherIssueStep::Close)?;
        let open: i64 = voucher::table
            .filter(voucher::issue_id.eq(row.id))
            .filter(voucher::state.eq(VoucherState::Open))
            .count()
            .get_result(&mut *tx.conn)?;
        if open > 0 {
            return Err(not_now(
                format!("还有 {open} 张检测券可使用，不能结束"),
                format!(
                    "{open} vouchers are open; it can't be closed before they are spent, expired or revoked"
                ),
            ));
        }
        diesel::update(v::table.find(row.id))
            .set((v::state.eq(to), v::closed_at.eq(tx.now), v::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, VoucherIssueStep::Close, None)?;
        store::audit(tx, &row, Self::NAME, json!({}))?;
        Ok(row.id)
    }
}
