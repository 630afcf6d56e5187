//! What handlers of several domains take: the page of a list, a reason.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::core::Problem;
use crate::core::page::Slice;

/// As much of a list as one answer may hold.
pub fn largest_page() -> Slice {
    Slice { limit: crate::core::page::MAX_LIMIT, ..Slice::default() }
}

/// The page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    pub limit: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// The part of the list that is asked for.
    ///
    /// # Errors
    /// 422 naming `limit` or `cursor`.
    pub fn slice(&self) -> Result<Slice, Problem> {
        Slice::parse(self.limit.as_deref(), self.cursor.as_deref())
    }
}

/// A body that gives the reason for a decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// In the officer's words; the other side reads it.
    pub reason: String,
}
