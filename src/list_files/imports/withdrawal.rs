//! Taking an import back as a whole, as far as it is the same whatever the list is about: which states forbid it, and what is written of it.

use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::list_files::imports::state::{ImportStep, transition};
use crate::list_files::imports::{ImportState, Tables};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use uuid::Uuid;

/// The word of a room for its imports, in Chinese and English.
#[derive(Debug, Clone, Copy)]
pub struct Noun {
    zh: &'static str,
    en: &'static str,
}

impl Noun {
    /// A list of an office.
    pub const LIST: Self = Self { zh: "名单", en: "list" };
    /// A file, whatever it holds.
    pub const FILE: Self = Self { zh: "文件", en: "file" };
    /// An import.
    pub const IMPORT: Self = Self { zh: "导入", en: "import" };
}

/// That a list was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ListWithdrawal {
    /// The moment of the withdrawal.
    pub at: DateTime<Utc>,
    /// The account of who withdrew it.
    pub by: Option<AccountId>,
    /// Why, in the officer's words.
    pub reason: String,
}

/// 409 `import_not_withdrawable`, with the reason.
#[must_use]
pub fn refused(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Problem {
    Problem::new(Code::ImportNotWithdrawable, Text::new(zh, en))
}

/// Refuses where there is nothing to withdraw: while the import is under way, and where nothing of it is in.
///
/// # Errors
/// 409 `import_not_withdrawable`.
pub fn refuse_state(noun: Noun, state: ImportState, dry_run: bool) -> Result<(), Problem> {
    let Noun { zh, en } = noun;
    match state {
        ImportState::Queued | ImportState::Running => Err(refused(
            "导入正在进行，请待完成后再撤回",
            "the import is under way; withdraw it when it is done",
        )),
        ImportState::Failed => Err(refused(
            "文件未被接受，没有写入数据，无需撤回",
            "the file was refused: nothing was written, so there is nothing to withdraw",
        )),
        ImportState::Withdrawn => {
            Err(refused(format!("该{zh}已撤回"), format!("the {en} was withdrawn already")))
        }
        ImportState::Done if dry_run => Err(refused(
            "该次仅为检查，没有写入数据，无需撤回",
            "it was a check only: nothing was written, so there is nothing to withdraw",
        )),
        ImportState::Done => Ok(()),
    }
}

/// Writes that an import is withdrawn at this moment by whoever acts, as a [`ListWithdrawal`].
///
/// # Errors
/// When its state does not allow it, or the database refuses.
pub fn mark(tx: &mut Tx, tables: Tables, id: Uuid, state: ImportState, reason: &str) -> Result<(), Problem> {
    let state = transition(state, ImportStep::Withdraw)?;
    let withdrawal = ListWithdrawal { at: tx.now, by: tx.actor.account(), reason: reason.to_owned() };
    diesel::sql_query(format!("UPDATE {} SET state = $2, withdrawal = $3 WHERE id = $1", tables.imports))
        .bind::<SqlUuid, _>(id)
        .bind::<SqlText, _>(state.as_str())
        .bind::<Jsonb, _>(serde_json::to_value(&withdrawal)?)
        .execute(&mut *tx.conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_is_withdrawn() {
        let said = |state, dry_run| {
            let refused = refuse_state(Noun::LIST, state, dry_run).err()?;
            assert_eq!(refused.code, Code::ImportNotWithdrawable);
            Some((refused.detail.zh.to_string(), refused.detail.en.to_string()))
        };
        for state in ImportState::ALL {
            let allowed = transition(*state, ImportStep::Withdraw).is_ok();
            assert_eq!(said(*state, false).is_none(), allowed, "{state}");
            assert!(said(*state, true).is_some(), "{state}");
        }
        let words = ("该名单已撤回".to_owned(), "the list was withdrawn already".to_owned());
        assert_eq!(said(ImportState::Withdrawn, false), Some(words));
    }
}
