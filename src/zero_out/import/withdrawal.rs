//! What `withdrawals` needs of an import: its row under lock, and whether it can be withdrawn at all.

use crate::core::ids::AccountId;
use crate::core::{Actor, Problem, Text};
use crate::db::Tx;
use crate::db::schema::zero_out_import as imports;
use crate::list_files::imports::withdrawal::{Noun, refuse_state, refused};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::merge;
use crate::zero_out::import::state::{ImportState, ImportStep, transition};
use crate::zero_out::import::withdrawal_run;
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
    inserted: i32,
    updated: i32,
    unchanged: i32,
}

impl Withdrawable {
    /// How many rows it took.
    #[must_use]
    pub fn taken(&self) -> i32 {
        self.inserted + self.updated + self.unchanged
    }

    fn check(&self) -> Result<(), Problem> {
        refuse_state(Noun::IMPORT, self.state, self.dry_run)?;
        if self.merge_no.is_none() {
            return Err(refused(
                "该导入早于逐行留痕，平台不知道每行写入前的内容，不能整批撤回",
                "the import is older than the record of what each row changed, so it cannot be withdrawn as a whole",
            ));
        }
        Ok(())
    }
}

fn load(tx: &mut Tx, id: ImportId) -> Result<Withdrawable, Problem> {
    let found: Withdrawable = imports::table
        .filter(visible_to(&tx.actor))
        .filter(imports::id.eq(id))
        .select(Withdrawable::as_select())
        .for_update()
        .first(&mut *tx.conn)?;
    found.check()?;
    Ok(found)
}

/// Loads and locks an import that the actor may withdraw.
///
/// # Errors
/// 404 where the actor may not know of it; 403 for an operator where an officer had asked for it; 409 `import_not_withdrawable`, also while
/// its withdrawal is under way.
pub fn permitted(tx: &mut Tx, id: ImportId) -> Result<Withdrawable, Problem> {
    permit(&tx.actor)?;
    let region: Option<String> = imports::table
        .filter(visible_to(&tx.actor))
        .filter(imports::id.eq(id))
        .select(imports::region)
        .first(&mut *tx.conn)?;
    if region.is_some() && tx.actor.officer_region().is_none() && tx.actor != Actor::System {
        let mut problem = Problem::forbidden();
        problem.detail =
            Text::new("监管人员的导入只能由监管人员撤回", "an officer's import is withdrawn by officers");
        return Err(problem);
    }
    let found = load(tx, id)?;
    if withdrawal_run::is_open(&mut tx.conn, id)? {
        return Err(refused("该导入正在撤回", "the import is being withdrawn already"));
    }
    Ok(found)
}

/// Locks all merges where none runs: until the transaction ends no list goes in. `false` where one does.
///
/// # Errors
/// When the database can't be asked.
pub fn try_lock_merges(tx: &mut Tx) -> Result<bool, Problem> {
    merge::try_lock(&mut tx.conn)
}

/// Waits until no list goes in, keeps others out until the transaction ends, and loads and locks an import whose withdrawal was asked for.
///
/// # Errors
/// 409 `import_not_withdrawable`; else when the database can't be asked.
pub fn lock(tx: &mut Tx, id: ImportId) -> Result<Withdrawable, Problem> {
    merge::lock(&mut tx.conn)?;
    load(tx, id)
}

/// Writes that an import is withdrawn, and by whom.
///
/// # Errors
/// When the database refuses.
pub fn mark(tx: &mut Tx, import: &Withdrawable, by: Option<AccountId>, reason: &str) -> Result<(), Problem> {
    diesel::update(imports::table.find(import.id))
        .set((
            imports::state.eq(transition(import.state, ImportStep::Withdraw)?),
            imports::withdrawn_at.eq(tx.now),
            imports::withdrawn_by.eq(by),
            imports::withdrawn_reason.eq(reason),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}
