//! What an author writes, checked, and what it comes to by the method.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::risk::assessments::evidence::EvidenceRef;
use crate::risk::method::probability::{MOST_TEXT, Probability};
use crate::risk::method::scenario::{
    Combination, Course, EvidenceStrength, Outcome, RiskContext, Scenario, Step, outcome,
};
use crate::risk::method::table::{SocialImpact, Urgency};
use crate::risk::settings::RiskRules;
use serde::{Deserialize, Serialize};

/// The most scenarios of an assessment, and steps of a scenario.
pub const MOST_SCENARIOS: usize = 10;
/// The most steps of a scenario.
pub const MOST_STEPS: usize = 10;
/// The most things that it names as evidence.
pub const MOST_EVIDENCE: usize = 50;
/// The most units in use that can be named.
const MOST_UNITS: i64 = 1_000_000_000_000;

/// An assessment to be written.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAssessment {
    /// Code of the product kind.
    pub product_kind: String,
    /// Code of the region, the officer's own or one below it; the own one where none is named.
    #[serde(default)]
    pub region: Option<String>,
    /// What the danger is, at most 200 characters.
    pub hazard: String,
    /// The harm scenarios, 1 to 10, each with 1 to 10 steps; or `probability` and `severity` in their place.
    #[serde(default)]
    pub scenarios: Vec<Scenario>,
    /// The probability of harm as a whole, where no scenarios are written: `0.01`, `2%` or `1/250`, taken exactly.
    #[serde(default)]
    pub probability: Option<String>,
    /// Its severity, 1 to 4.
    #[serde(default)]
    pub severity: Option<i32>,
    /// How scenarios of equal severity come together: `combined` where none is given.
    #[serde(default)]
    #[schema(inline)]
    pub combination: Option<Combination>,
    /// The units in use, where known.
    #[serde(default)]
    pub units: Option<i64>,
    /// How urgent it is: `normal` where none is given.
    #[serde(default)]
    #[schema(inline)]
    pub urgency: Option<Urgency>,
    /// How far it moves the public: `limited` where none is given.
    #[serde(default)]
    #[schema(inline)]
    pub social_impact: Option<SocialImpact>,
    /// Further words, at most 4,000 characters.
    #[serde(default)]
    pub summary: Option<String>,
    /// What it rests on: signals, inspections, uploaded files; at most 50.
    #[serde(default)]
    pub evidence: Vec<EvidenceRef>,
}

/// What was written, checked and read.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The hazard, trimmed.
    pub hazard: String,
    /// The summary, trimmed; empty where there is none.
    pub summary: String,
    /// The scenarios, trimmed.
    pub scenarios: Vec<Scenario>,
    /// The same with their probabilities read.
    pub courses: Vec<Course>,
    /// What is around them.
    pub around: RiskContext,
    /// What they come to.
    pub outcome: Outcome,
}

/// Checks what was written but for region and evidence, and judges it.
///
/// # Errors
/// 422 that names every field that is wrong.
pub fn check(
    new: &NewAssessment,
    catalogue: &Catalogue,
    rules: &RiskRules,
    mut fields: Fields,
) -> Result<Checked, Problem> {
    let known = catalogue.products.kind(&new.product_kind).is_some_and(|kind| kind.code == new.product_kind);
    fields.require(known, "/product_kind", "未知的产品种类", "is not a known product kind");
    let hazard = fields.text("/hazard", &new.hazard, 200);
    let summary = fields.optional_text("/summary", new.summary.as_deref(), 4_000).unwrap_or_default();
    let units = new.units.is_none_or(|units| (1..=MOST_UNITS).contains(&units));
    fields.require(
        units,
        "/units",
        "须为 1 到 1,000,000,000,000 的整数",
        "must be a whole number from 1 to 1000000000000",
    );
    fields.require(
        new.evidence.len() <= MOST_EVIDENCE,
        "/evidence",
        "依据最多 50 项",
        "must be at most 50 things",
    );
    let (scenarios, short) = scenarios(new, &mut fields);
    let mut read = Vec::new();
    let mut courses = Vec::new();
    for (at, scenario) in scenarios.iter().enumerate().take(MOST_SCENARIOS) {
        let (scenario, course) = check_scenario(scenario, &format!("/scenarios/{at}"), short, &mut fields);
        read.push(scenario);
        courses.push(course);
    }
    fields.done()?;
    let around = RiskContext {
        combination: new.combination.unwrap_or(Combination::Combined),
        units: new.units,
        urgency: new.urgency.unwrap_or(Urgency::Normal),
        social_impact: new.social_impact.unwrap_or(SocialImpact::Limited),
        raise: rules.raise,
    };
    let outcome =
        outcome(&courses, &around).ok_or_else(|| Problem::internal("an assessment without scenarios"))?;
    Ok(Checked { hazard, summary, scenarios: read, courses, around, outcome })
}

/// The scenarios that were written, or the one that probability and severity stand for; and whether it is that one.
fn scenarios(new: &NewAssessment, fields: &mut Fields) -> (Vec<Scenario>, bool) {
    match (&new.probability, new.severity) {
        (None, None) => {
            let some = (1..=MOST_SCENARIOS).contains(&new.scenarios.len());
            fields.require(some, "/scenarios", "须有 1 到 10 个伤害情景", "must be 1 to 10 scenarios");
            (new.scenarios.clone(), false)
        }
        (Some(probability), Some(severity)) => {
            fields.require(
                new.scenarios.is_empty(),
                "/scenarios",
                "已写伤害情景的，不另填概率和严重程度",
                "must not stand beside `probability` and `severity`",
            );
            let step = Step {
                text: "造成伤害".to_owned(),
                probability: probability.clone(),
                evidence: EvidenceStrength::Judgement,
            };
            (vec![Scenario { title: "造成伤害".to_owned(), severity, steps: vec![step] }], true)
        }
        (None, Some(_)) => {
            fields.fault("/probability", "须与严重程度同时填写", "must stand beside `severity`");
            (Vec::new(), true)
        }
        (Some(_), None) => {
            fields.fault("/severity", "须与概率同时填写", "must stand beside `probability`");
            (Vec::new(), true)
        }
    }
}

fn check_scenario(scenario: &Scenario, at: &str, short: bool, fields: &mut Fields) -> (Scenario, Course) {
    let title = fields.text(&format!("{at}/title"), &scenario.title, 200);
    let severity = if short { "/severity".to_owned() } else { format!("{at}/severity") };
    fields.require((1..=4).contains(&scenario.severity), &severity, "须为 1 到 4", "must be 1 to 4");
    let some = (1..=MOST_STEPS).contains(&scenario.steps.len());
    fields.require(some, &format!("{at}/steps"), "须有 1 到 10 个步骤", "must be 1 to 10 steps");
    let (mut steps, mut read) = (Vec::new(), Vec::new());
    for (place, step) in scenario.steps.iter().enumerate().take(MOST_STEPS) {
        let text = fields.text(&format!("{at}/steps/{place}/text"), &step.text, 300);
        let pointer =
            if short { "/probability".to_owned() } else { format!("{at}/steps/{place}/probability") };
        match Probability::parse(&step.probability) {
            Ok(probability) => read.push(probability),
            Err(why) => {
                let why = why.text();
                fields.fault(pointer, why.zh.into_owned(), why.en.into_owned());
            }
        }
        let probability: String = step.probability.trim().chars().take(MOST_TEXT).collect();
        steps.push(Step { text, probability, evidence: step.evidence });
    }
    (
        Scenario { title, severity: scenario.severity, steps },
        Course { severity: scenario.severity, steps: read },
    )
}

/// Reads scenarios that are kept.
///
/// # Errors
/// When the stored text is damaged.
pub fn courses(scenarios: &[Scenario]) -> Result<Vec<Course>, Problem> {
    let read = |scenario: &Scenario| {
        let steps: Result<Vec<Probability>, _> =
            scenario.steps.iter().map(|step| Probability::parse(&step.probability)).collect();
        steps
            .map(|steps| Course { severity: scenario.severity, steps })
            .map_err(|why| Problem::internal(format!("a probability that is kept: {why:?}")))
    };
    scenarios.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::method::table::Level;
    use crate::risk::settings::RiskSettings;
    use serde_json::json;

    fn checked(body: serde_json::Value) -> Result<Checked, Problem> {
        let new: NewAssessment = serde_json::from_value(body).unwrap();
        let rules = RiskSettings::default().rules[0].clone();
        check(&new, &Catalogue::builtin().unwrap(), &rules, Fields::new())
    }

    #[test]
    fn the_short_form_is_one_scenario() {
        let found = checked(
            json!({ "product_kind": "K0101", "hazard": "触电", "probability": "0.6", "severity": 1 }),
        )
        .unwrap();
        assert_eq!((found.outcome.level, found.scenarios.len()), (Level::High, 1));
        let half = checked(
            json!({ "product_kind": "K0101", "hazard": "触电", "probability": "50%", "severity": 1 }),
        )
        .unwrap();
        assert_eq!(half.outcome.level, Level::Medium);
    }

    #[test]
    fn every_fault_is_named() {
        let pointers = |body| -> Vec<String> {
            checked(body).unwrap_err().errors.iter().map(|error| error.pointer.clone()).collect()
        };
        assert_eq!(
            pointers(json!({ "product_kind": "x", "hazard": " ", "units": 0, "scenarios": [] })),
            ["/product_kind", "/hazard", "/units", "/scenarios"]
        );
        assert_eq!(
            pointers(json!({ "product_kind": "K0101", "hazard": "x", "probability": "0", "severity": 5 })),
            ["/severity", "/probability"]
        );
        assert_eq!(
            pointers(json!({ "product_kind": "K0101", "hazard": "x", "scenarios": [
                { "title": "x", "severity": 2, "steps": [{ "text": "x", "probability": "2", "evidence": "strong" }] },
                { "title": "x", "severity": 0, "steps": [] }] })),
            ["/scenarios/0/steps/0/probability", "/scenarios/1/severity", "/scenarios/1/steps"]
        );
        assert_eq!(
            pointers(json!({ "product_kind": "K0101", "hazard": "x", "severity": 2 })),
            ["/probability"]
        );
    }
}
