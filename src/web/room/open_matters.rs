//! What a domain declares of the open matters of people: what names a person and goes on when the account ends. It is listed with the account, and
//! handed on in the step that ends it.

use diesel::PgConnection;

use crate::core::Problem;
use crate::core::ids::{AccountId, ExpertId};
use crate::db::Tx;

/// Whose open matters they are, or who takes them over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The account.
    pub account: AccountId,
    /// The expert whose account it is.
    pub expert: Option<ExpertId>,
}

/// How many there are.
pub type CountOpenMatters = fn(&mut PgConnection, Holder) -> Result<i64, Problem>;

/// Hands them on from the first, whose account is inactive by now, to the second; without one the first's part in them ends. Gives how many there were.
/// The text is the reason.
pub type HandOnOpenMatters = fn(&mut Tx, Holder, Option<Holder>, &str) -> Result<i64, Problem>;

/// A kind of open matters.
pub struct OpenMatterKind {
    /// The word for programs.
    pub name: &'static str,
    /// What they are, in Chinese.
    pub zh: &'static str,
    /// What they are, in English.
    pub en: &'static str,
    /// Counts them.
    pub count: CountOpenMatters,
    /// Hands them on.
    pub hand_on: HandOnOpenMatters,
}
