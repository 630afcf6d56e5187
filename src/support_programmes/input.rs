//! What officers enter of a support programme, checked.

use crate::core::fields::Fields;
use crate::db::Tx;
use crate::support_programmes::settings::SupportRules;
use crate::support_programmes::state::MeasureKind;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most characters of a name.
pub const MAX_NAME: usize = 200;
/// The most characters of a longer text.
pub const MAX_TEXT: usize = 1_000;
/// The most regions, kinds and partners, each.
const MOST: usize = 50;
/// The most measures of a programme.
pub const MOST_MEASURES: i64 = 100;

/// Regions of a scope, checked: each once, those of the organiser or under it; the organiser's own where none is named.
pub fn regions(fields: &mut Fields, tx: &Tx, organiser: &str, asked: &[String]) -> Vec<String> {
    fields.require(asked.len() <= MOST, "/regions", "最多 50 个地区", "at most 50 regions");
    for (at, region) in asked.iter().enumerate().take(MOST) {
        if !tx.catalogue.regions.contains(organiser, region) {
            let (zh, en) =
                ("须为组织地区或其下级地区的行政区划代码", "must be the organiser's region or one below it");
            fields.fault(format!("/regions/{at}"), zh, en);
        }
    }
    let named: BTreeSet<&String> = asked.iter().collect();
    if named.is_empty() { vec![organiser.to_owned()] } else { named.into_iter().cloned().collect() }
}

/// Product kinds of a scope, checked: each once.
pub fn kinds(fields: &mut Fields, tx: &Tx, asked: &[String]) -> Vec<String> {
    fields.require(asked.len() <= MOST, "/kinds", "最多 50 个产品种类", "at most 50 product kinds");
    let mut found = BTreeSet::new();
    for (at, kind) in asked.iter().enumerate().take(MOST) {
        match tx.catalogue.products.kind(kind) {
            Some(kind) => {
                found.insert(kind.code.clone());
            }
            None => fields.fault(format!("/kinds/{at}"), "未知的产品种类", "is not a known product kind"),
        }
    }
    found.into_iter().collect()
}

/// A product hospital, checked: its code.
pub fn hospital(fields: &mut Fields, tx: &Tx, pointer: &str, asked: &str) -> String {
    let found = tx.catalogue.products.hospital(asked).map(|hospital| hospital.code.clone());
    fields.require(found.is_some(), pointer, "未知的产品医院", "is not a known product hospital");
    found.unwrap_or_default()
}

/// Partners, checked.
pub fn partners(fields: &mut Fields, asked: &[String]) -> Vec<String> {
    fields.require(asked.len() <= MOST, "/partners", "最多 50 个参与单位", "at most 50 partners");
    let names = asked.iter().enumerate().take(MOST);
    names.map(|(at, name)| fields.text(&format!("/partners/{at}"), name, MAX_NAME)).collect()
}

/// A target in percent with at most two decimals, as hundredths.
pub fn target(fields: &mut Fields, asked: Option<f64>) -> Option<i32> {
    let hundredths = asked? * 100.0;
    let rounded = hundredths.round();
    // Written and read again, since a float is no whole number by itself.
    let whole = format!("{rounded:.0}").parse::<i32>().ok().filter(|whole| (0..=10_000).contains(whole));
    fields.require(
        whole.is_some() && (hundredths - rounded).abs() < 1e-6,
        "/target_percent",
        "须为 0 到 100 的百分数，最多两位小数",
        "must be a percentage from 0 to 100 with at most two decimals",
    );
    whole
}

/// By how many results a target is judged at least, checked against what the rules ask for.
pub fn target_samples(fields: &mut Fields, rules: &SupportRules, asked: Option<i32>) -> Option<i32> {
    let samples = asked?;
    if !(rules.least_samples..=1_000_000).contains(&samples) {
        let least = rules.least_samples;
        fields.fault(
            "/target_samples",
            format!("须为不少于 {least} 的整数"),
            format!("must be a whole number of at least {least}"),
        );
    }
    Some(samples)
}

/// How many months a baseline counts, checked.
pub fn baseline_months(fields: &mut Fields, rules: &SupportRules, asked: Option<i32>) -> i32 {
    let months = asked.unwrap_or(rules.baseline_months);
    let fits = (1..=60).contains(&months);
    fields.require(fits, "/baseline_months", "须为 1 到 60 的整数", "must be a whole number from 1 to 60");
    months
}

/// A measure, as it is entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureInput {
    /// The kind of measure.
    #[schema(inline)]
    pub kind: MeasureKind,
    /// In words, at most 1,000 characters.
    pub description: String,
    /// Code of the product hospital that carries it out.
    #[serde(default)]
    pub hospital: Option<String>,
    /// Who carries it out, where no product hospital does; at most 200 characters.
    #[serde(default)]
    pub carried_by: Option<String>,
    /// Its first day, within the period of the programme.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
}

/// A measure, checked.
#[derive(Debug, Clone)]
pub struct CheckedMeasure {
    /// The kind of measure.
    pub kind: MeasureKind,
    /// In words.
    pub description: String,
    /// The product hospital.
    pub hospital: Option<String>,
    /// Name of who carries it out, where it is not a product hospital.
    pub carried_by: Option<String>,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
}

impl MeasureInput {
    /// Checks it against the period of its programme; `at` is where it stands in the body.
    pub fn check(
        &self,
        fields: &mut Fields,
        tx: &Tx,
        at: &str,
        (from, until): (NaiveDate, NaiveDate),
    ) -> CheckedMeasure {
        let description = fields.text(&format!("{at}/description"), &self.description, MAX_TEXT);
        let code = self.hospital.as_deref().filter(|code| !code.trim().is_empty());
        let hospital = code.map(|code| hospital(fields, tx, &format!("{at}/hospital"), code));
        let carried_by =
            fields.optional_text(&format!("{at}/carried_by"), self.carried_by.as_deref(), MAX_NAME);
        fields.require(
            hospital.is_none() || carried_by.is_none(),
            &format!("{at}/carried_by"),
            "已指定产品医院的，不再填写其他实施单位",
            "is for who is no product hospital",
        );
        let within = self.starts_on >= from && self.ends_on <= until;
        fields.require(
            within,
            &format!("{at}/starts_on"),
            "措施的日期须在计划期限内",
            "the measure must lie within the period of the programme",
        );
        fields.require(
            self.ends_on >= self.starts_on,
            &format!("{at}/ends_on"),
            "不能早于开始日期",
            "must not be before starts_on",
        );
        CheckedMeasure {
            kind: self.kind,
            description,
            hospital,
            carried_by,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_kept_in_hundredths() {
        for (asked, kept) in [(12.5, Some(1250)), (0.0, Some(0)), (100.0, Some(10_000)), (19.57, Some(1957))]
        {
            let mut fields = Fields::new();
            assert_eq!(target(&mut fields, Some(asked)), kept);
            fields.done().unwrap();
        }
        for wrong in [-0.01, 100.01, 12.345, 1e300] {
            let mut fields = Fields::new();
            target(&mut fields, Some(wrong));
            assert_eq!(fields.done().unwrap_err().errors[0].pointer, "/target_percent", "{wrong}");
        }
        assert_eq!(target(&mut Fields::new(), None), None);
    }
}
