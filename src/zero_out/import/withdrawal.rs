//! What `withdrawals` needs of an import: its row under lock, and whether it can be withdrawn at all.

use crate::core::{Actor, Code, Problem, Text};
use crate::db::Tx;
use crate::db::schema::zero_out_import as imports;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::merge;
use crate::zero_out::import::state::{ImportState, ImportStep, transition};
use crate::zero_out::policy::{permit, visible_to};
use diesel::prelude::*;

/// An import that is about to be withdrawn.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = imports)]
pub struct Withdrawable {
    /// Its id.
    pub id: ImportId,
    /// The region of the officer who asked for it; none for an operator's.
    pub region: Option<String>,
    /// The name of the file.
    pub file_name: String,
    state: ImportState,
    dry_run: bool,
    merge_no: Option<i64>,
}

fn refused(zh: &'static str, en: &'static str) -> Problem {
    Problem::new(Code::ImportNotWithdrawable, Text::new(zh, en))
}

impl Withdrawable {
    fn check(&self) -> Result<(), Problem> {
        match self.state {
            ImportState::Queued | ImportState::Running => Err(refused(
                "导入正在进行，请待完成后再撤回",
                "the import is under way; withdraw it when it is done",
            )),
            ImportState::Failed => Err(refused(
                "文件未被接受，没有写入数据，无需撤回",
                "the file was refused: nothing was written, so there is nothing to withdraw",
            )),
            ImportState::Withdrawn => Err(refused("该导入已撤回", "the import was withdrawn already")),
            ImportState::Done if self.dry_run => Err(refused(
                "该次仅为检查，没有写入数据，无需撤回",
                "it was a check only: nothing was written, so there is nothing to withdraw",
            )),
            ImportState::Done if self.merge_no.is_none() => Err(refused(
                "该导入早于逐行留痕，平台不知道每行写入前的内容，不能整批撤回",
                "the import is older than the record of what each row changed, so it cannot be withdrawn as a whole",
            )),
            ImportState::Done => Ok(()),
        }
    }
}

/// Loads an import that the actor may withdraw, and locks it together with all merges: until the transaction ends no list goes in.
/// An import under way is refused at once.
///
/// # Errors
/// 404 where the actor may not know of it; 403 for an operator where an officer had asked for it; 409 `import_not_withdrawable`.
pub fn lock(tx: &mut Tx, id: ImportId) -> Result<Withdrawable, Problem> {
    permit(&tx.actor)?;
    let load = |tx: &mut Tx| -> Result<Withdrawable, Problem> {
        let query = imports::table.filter(visible_to(&tx.actor)).filter(imports::id.eq(id));
        Ok(query.select(Withdrawable::as_select()).first(&mut *tx.conn)?)
    };
    let found = load(tx)?;
    if found.region.is_some() && tx.actor.officer_region().is_none() && !matches!(tx.actor, Actor::System) {
        let mut problem = Problem::forbidden();
        problem.detail =
            Text::new("监管人员的导入只能由监管人员撤回", "an officer's import is withdrawn by officers");
        return Err(problem);
    }
    found.check()?;
    merge::lock(&mut tx.conn)?;
    imports::table.find(id).select(imports::id).for_update().first::<ImportId>(&mut *tx.conn)?;
    let found = load(tx)?;
    found.check()?;
    Ok(found)
}

/// Writes that an import is withdrawn.
///
/// # Errors
/// When the database refuses.
pub fn mark(tx: &mut Tx, import: &Withdrawable, reason: &str) -> Result<(), Problem> {
    diesel::update(imports::table.find(import.id))
        .set((
            imports::state.eq(transition(import.state, ImportStep::Withdraw)?),
            imports::withdrawn_at.eq(tx.now),
            imports::withdrawn_by.eq(tx.actor.account()),
            imports::withdrawn_reason.eq(reason),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}
