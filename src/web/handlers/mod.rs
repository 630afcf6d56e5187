//! The handlers, by what they are about. Each extracts, executes and views.

pub mod alerts;
pub mod attachments;
pub mod audit;
pub mod auth;
pub mod chat;
pub mod consultations;
pub mod dossier;
pub mod experts;
pub mod machine;
pub mod plans;
pub mod reference;
pub mod registrations;
pub mod remediation;
pub mod reports;
pub mod transcript;
pub mod zero_out;

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::core::Problem;
use crate::core::page::Slice;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
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

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// In the officer's words; the other side reads it.
    pub reason: String,
}
