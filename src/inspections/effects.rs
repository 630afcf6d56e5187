//! What a result may cause, by method and purpose: one table of the settings, so that nothing is decided elsewhere. Pure.

use crate::inspections::words::{Method, Purpose};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// Whether a result becomes a signal of risk.
    pub enum Signal {
        /// Each by itself.
        Single = "single",
        /// In sums only.
        Sum = "sum",
        /// With the consent of who was visited.
        Consent = "consent",
        /// A failure has no consequence.
        None = "none",
    }
}

/// One version of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectTable {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether it is assumed in part.
    pub provisional: bool,
    /// The first day from which it holds, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// Its rows: every method and purpose stands in exactly one.
    pub rows: Vec<EffectRow>,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectRow {
    /// The method.
    pub method: Method,
    /// The purposes.
    pub purposes: Vec<Purpose>,
    /// Whether a record on the zero-out list may come of it.
    pub nonconformity: bool,
    /// Whether a fact of conduct may come of it.
    pub conduct: bool,
    /// Whether the final result may be made public.
    pub publication: bool,
    /// Whether it becomes a signal of risk.
    pub signal: Signal,
}

impl EffectRow {
    /// Whether the row says what such a result may cause.
    pub fn is_for(&self, method: Method, purpose: Purpose) -> bool {
        self.method == method && self.purposes.contains(&purpose)
    }
}

/// What the result of an inspection may cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Effects {
    /// A record on the zero-out list, with its case.
    pub nonconformity: bool,
    /// A fact of conduct.
    pub conduct: bool,
    /// The publication of the final result.
    pub publication: bool,
    /// A signal of risk.
    #[schema(inline)]
    pub signal: Signal,
}

impl Effects {
    /// Nothing at all.
    pub const NONE: Self =
        Self { nonconformity: false, conduct: false, publication: false, signal: Signal::None };
}

impl EffectTable {
    /// What such a result may cause; nothing where no row says so.
    pub fn of(&self, method: Method, purpose: Purpose) -> Effects {
        let row = self.rows.iter().find(|row| row.is_for(method, purpose));
        row.map_or(Effects::NONE, |row| Effects {
            nonconformity: row.nonconformity,
            conduct: row.conduct,
            publication: row.publication,
            signal: row.signal,
        })
    }
}
