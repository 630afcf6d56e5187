//! What a domain declares of the personal data that it keeps: how a person's are read for a copy, and what becomes of them when the person has
//! them erased.

use diesel::QueryResult;

use crate::core::ids::AccountId;
use crate::db::Tx;

/// A part of what a domain keeps of a person.
pub struct PersonalPart {
    /// Its name in the copy: `name.json`.
    pub name: &'static str,
    /// Description, in Chinese.
    pub zh: &'static str,
    /// Description, in English.
    pub en: &'static str,
    /// The fields of a row that people read, in their order: as the row names it, in Chinese, in English.
    pub fields: &'static [(&'static str, &'static str, &'static str)],
    /// The rows, over the domain's own tables and what lower ones publish, without names of other people: `key text` and `data jsonb`, in the
    /// order of the key. `$1` is the account, `$2` the key behind which it goes on (text; NULL at the beginning), `$3` the most rows, `$4` the
    /// account's mail address (text; empty where it has none). The key is NULL where all rows come at once.
    pub rows: &'static str,
    /// What becomes of it.
    pub on_erasure: OnErasure,
}

/// What happens to personal data when the person has them erased.
pub enum OnErasure {
    /// They go, by this; gives the number of rows.
    Erased(fn(&mut Tx, AccountId) -> QueryResult<usize>),
    /// They go with the account.
    WithAccount,
    /// The law has them kept: why, in Chinese and in English, each with its article.
    Kept(&'static str, &'static str),
}
