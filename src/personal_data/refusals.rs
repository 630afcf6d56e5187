//! What keeps an account from being closed and its data from being erased, and what to do first. A legal hold is told of as such, without its
//! reason.

use crate::accounts::people::colleagues;
use crate::accounts::store::AccountRow;
use crate::consultations::hand_over;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::people::deactivate::lock_all_but_last_officer;
use crate::retention::holds::lock_holds;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date, Uuid as SqlUuid};

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

fn blocked(zh: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem::new(Code::ErasureBlocked, Text::new(zh.into(), en.into()))
}

/// Refuses the erasure of what keeps an account. No hold is set until the transaction ends, and the account stays locked.
///
/// # Errors
/// 409 `last_officer` for the last officer of the province, `erasure_blocked` for all else, each with what to do first.
pub(super) fn require_erasable(tx: &mut Tx, row: &AccountRow) -> Result<(), Problem> {
    lock_all_but_last_officer(tx, row.id, |_| false)?;
    lock_holds(&mut tx.conn)?;
    let today = tx.today();
    let Held { held } = diesel::sql_query("SELECT retention_holds_account($1, $2) AS held")
        .bind::<SqlUuid, _>(row.id)
        .bind::<Date, _>(today)
        .get_result(&mut *tx.conn)?;
    if held {
        return Err(blocked(
            "有关数据已被设置留存措施，留存期间不能删除。请在留存措施解除后再提出，或联系主管部门",
            "a legal hold keeps data of yours; ask again once it is released, or ask the regulator",
        ));
    }
    if let Some(enterprise) = row.enterprise_id {
        require_not_alone(tx, enterprise)?;
    }
    if let Some(expert) = row.expert_id {
        let open = hand_over::held_by(&mut tx.conn, &Actor::System, expert)?.len();
        if open > 0 {
            return Err(blocked(
                format!("您还有 {open} 件未办结的问诊。请先办结或转诊，再提出删除"),
                format!("{open} consultations of yours are open; conclude them or hand them on first"),
            ));
        }
    }
    Ok(())
}

/// The only person of an enterprise stays while a case of it runs: nobody else could answer.
fn require_not_alone(tx: &mut Tx, enterprise: EnterpriseId) -> Result<(), Problem> {
    if colleagues(&mut tx.conn, enterprise)?.len() > 1 {
        return Ok(());
    }
    let running: Held = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM published.running_case c WHERE c.enterprise_id = $1) AS held",
    )
    .bind::<SqlUuid, _>(enterprise)
    .get_result(&mut *tx.conn)?;
    if running.held {
        return Err(blocked(
            "您是本企业唯一的联系人，且企业有案件尚未办结。请先邀请一名同事开通账号，或待案件办结后再提出",
            "you are the only person of your enterprise, and a case of it runs; invite a colleague first, or wait until the case has ended",
        ));
    }
    Ok(())
}
