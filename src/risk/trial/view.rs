//! What is asked of a trial, and its answer.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A version of the rules to be tried: as JSON or as TOML, one of both.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RiskTrialRequest)]
pub struct TrialRequest {
    /// The version, as `GET /api/v1/risk/rules` gives one.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub rules: Option<Value>,
    /// The same as a settings file has it: a table `[[risk.rules]]`, or its keys alone. At most 200,000 characters.
    #[serde(default)]
    pub toml: Option<String>,
    /// The first day, in Asia/Shanghai; 26 weeks before the last where none is named. At most 53 weeks before it.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// The last day; yesterday where none is named.
    #[serde(default)]
    pub to: Option<NaiveDate>,
}

/// What one version would have done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskTrialSide)]
pub struct TrialSide {
    /// Name of the version.
    pub version: String,
    /// Alerts that it would have raised.
    pub alerts: i64,
    /// Of them those of whose kind and region there was an alert by the index that officers decided. Alerts of other causes do not count.
    pub decided: i64,
    /// Of these those that led to a meeting or a measure.
    pub led: i64,
    /// `led` ÷ `decided`; absent where nothing was decided.
    pub precision: Option<f64>,
    /// The lower end of its interval, with 95 percent confidence.
    pub precision_low: Option<f64>,
    /// The upper end.
    pub precision_high: Option<f64>,
    /// Alerts after which an official failure was sampled within the days of the rules.
    pub followed: i64,
    /// The median of the days from the alert to that failure.
    pub lead_days_median: Option<i64>,
    /// First places of the ranking that were looked at: 20 of each day whose following 90 days are over.
    pub top: i64,
    /// Of them those of whose kind and region an official failure was sampled within the following 90 days.
    pub top_failed: i64,
}

/// An alert that a version would have raised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskTrialAlert)]
pub struct TrialAlert {
    /// The day.
    pub day: NaiveDate,
    /// Code of the product kind.
    pub product_kind: String,
    /// Code of the region.
    pub region: String,
}

/// Result of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskTrial)]
pub struct Trial {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The days that were looked at, a week apart.
    pub days: usize,
    /// The result by the rules in force.
    pub before: TrialSide,
    /// By the rules that are tried.
    pub after: TrialSide,
    /// Alerts by the rules in force alone, the first 200.
    pub only_before: Vec<TrialAlert>,
    /// Alerts by the rules that are tried alone, the first 200.
    pub only_after: Vec<TrialAlert>,
}
