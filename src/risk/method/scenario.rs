//! Harm scenarios (伤害情景): each a severity and the steps that lead to it. What they come to together, and how far the level hangs on each step.

use crate::core::Text;
use crate::risk::method::probability::Probability;
use crate::risk::method::table::{Level, SocialImpact, Urgency, level, row, with_units};
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// What a probability rests on.
    pub enum EvidenceStrength {
        /// A judgement.
        Judgement = "judgement",
        /// Some facts.
        Limited = "limited",
        /// Facts that leave little doubt.
        Strong = "strong",
    }
}

impl EvidenceStrength {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Judgement => ("专家判断", "judgement"),
            Self::Limited => ("部分证据", "limited evidence"),
            Self::Strong => ("充分证据", "strong evidence"),
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// How courses of equal severity come together.
    pub enum Combination {
        /// Their probabilities are added, at most to 1.
        Combined = "combined",
        /// The most probable one is taken.
        Highest = "highest",
    }
}

impl Combination {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Combined => ("同一严重程度的情景概率相加", "scenarios of equal severity are added"),
            Self::Highest => ("取概率最高的情景", "the most probable scenario is taken"),
        };
        Text::new(zh, en)
    }
}

/// A step of a course, as it is written and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HarmStep)]
pub struct Step {
    /// What has to happen.
    pub text: String,
    /// How probable it is, given the steps before it: `0.01`, `2%` or `1/250`. More than 0, at most 1; taken exactly.
    pub probability: String,
    /// What that rests on.
    #[schema(inline)]
    pub evidence: EvidenceStrength,
}

/// A harm scenario, as it is written and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HarmScenario)]
pub struct Scenario {
    /// Who is harmed how.
    pub title: String,
    /// How bad that is, 1 to 4.
    pub severity: i32,
    /// The steps that lead there, one after the other.
    pub steps: Vec<Step>,
}

/// A course with its probabilities read.
#[derive(Debug, Clone)]
pub struct Course {
    /// The severity, 1 to 4.
    pub severity: i32,
    /// The probabilities of the steps.
    pub steps: Vec<Probability>,
}

impl Course {
    /// The probability of the whole.
    pub fn probability(&self) -> Probability {
        self.steps.iter().fold(Probability::one(), |all, step| all.and(step))
    }
}

/// What the level of a risk depends on besides its courses of events.
#[derive(Debug, Clone, Copy)]
pub struct RiskContext {
    /// How courses of equal severity come together.
    pub combination: Combination,
    /// The units in use, where known.
    pub units: Option<i64>,
    /// How urgent it is.
    pub urgency: Urgency,
    /// How far it moves the public.
    pub social_impact: SocialImpact,
    /// How many levels urgency and social impact add: by the rules.
    pub raise: Raise,
}

/// How many levels urgency and social impact add. The greater of the two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RiskRaise)]
pub struct Raise {
    /// Where it is urgent.
    pub urgent: u32,
    /// In an emergency.
    pub emergency: u32,
    /// Where the social impact is considerable.
    pub considerable: u32,
    /// Where it is wide.
    pub wide: u32,
}

impl Raise {
    /// The levels that are added.
    pub fn by(self, urgency: Urgency, impact: SocialImpact) -> u32 {
        let of_urgency = match urgency {
            Urgency::Normal => 0,
            Urgency::Urgent => self.urgent,
            Urgency::Emergency => self.emergency,
        };
        let of_impact = match impact {
            SocialImpact::Limited => 0,
            SocialImpact::Considerable => self.considerable,
            SocialImpact::Wide => self.wide,
        };
        of_urgency.max(of_impact)
    }
}

/// What the courses come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The severity that decides.
    pub severity: i32,
    /// Its probability.
    pub probability: Probability,
    /// The row of the table.
    pub row: usize,
    /// The level by the table.
    pub table: Level,
    /// With the units in use.
    pub units: Level,
    /// In the end.
    pub level: Level,
}

/// What the courses come to; none where there are none. Among severities of equal level the more severe one decides.
pub fn outcome(courses: &[Course], around: &RiskContext) -> Option<Outcome> {
    let mut found: Option<(Level, i32, Probability)> = None;
    for severity in 1..=4 {
        let of_severity =
            courses.iter().filter(|course| course.severity == severity).map(Course::probability);
        let together = match around.combination {
            Combination::Combined => of_severity.reduce(|sum, next| sum.or(&next)),
            Combination::Highest => of_severity.max(),
        };
        if let Some(probability) = together {
            let level = level(&probability, severity);
            if found.as_ref().is_none_or(|(highest, ..)| level >= *highest) {
                found = Some((level, severity, probability));
            }
        }
    }
    found.map(|(table, severity, probability)| {
        let units = with_units(table, around.units);
        let level = units.raised(around.raise.by(around.urgency, around.social_impact));
        Outcome { severity, row: row(&probability), probability, table, units, level }
    })
}

/// The factors by which each step is tried, as fractions.
pub const FACTORS: [(u64, u64); 3] = [(1, 2), (2, 1), (10, 1)];

/// The levels if a step were half, twice and ten times as probable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskSensitivity)]
pub struct Sensitivity {
    /// The place of the scenario, from 0.
    pub scenario: usize,
    /// The place of the step in it, from 0.
    pub step: usize,
    /// Half as probable.
    #[schema(inline)]
    pub halved: Level,
    /// Twice as probable, at most certain.
    #[schema(inline)]
    pub doubled: Level,
    /// Ten times as probable, at most certain.
    #[schema(inline)]
    pub tenfold: Level,
}

/// How far the level hangs on each step.
pub fn sensitivity(courses: &[Course], around: &RiskContext) -> Vec<Sensitivity> {
    let mut all = Vec::new();
    for (scenario, course) in courses.iter().enumerate() {
        for step in 0..course.steps.len() {
            let tried = |factor: (u64, u64)| {
                let mut changed = courses.to_vec();
                if let Some(place) = changed.get_mut(scenario).and_then(|course| course.steps.get_mut(step)) {
                    *place = place.scaled(factor);
                }
                outcome(&changed, around).map_or(Level::Low, |outcome| outcome.level)
            };
            let [halved, doubled, tenfold] = FACTORS.map(tried);
            all.push(Sensitivity { scenario, step, halved, doubled, tenfold });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RAISE: Raise = Raise { urgent: 0, emergency: 1, considerable: 0, wide: 1 };

    fn around(combination: Combination) -> RiskContext {
        RiskContext {
            combination,
            units: None,
            urgency: Urgency::Normal,
            social_impact: SocialImpact::Limited,
            raise: RAISE,
        }
    }

    fn course(severity: i32, steps: &[&str]) -> Course {
        Course { severity, steps: steps.iter().map(|text| Probability::parse(text).unwrap()).collect() }
    }

    #[test]
    fn steps_multiply_and_equal_severities_are_added_or_the_highest_is_taken() {
        let courses = [course(2, &["0.1", "0.06"]), course(2, &["1/250"])];
        let combined = outcome(&courses, &around(Combination::Combined)).unwrap();
        // 0.006 + 0.004 is exactly 1/100, which is not more than 1/100.
        assert_eq!((combined.row, combined.table), (3, Level::High));
        assert_eq!(combined.probability, Probability::parse("0.01").unwrap());
        let highest = outcome(&courses, &around(Combination::Highest)).unwrap();
        assert_eq!(highest.probability, Probability::parse("0.006").unwrap());
        let certain =
            outcome(&[course(1, &["0.7"]), course(1, &["0.7"])], &around(Combination::Combined)).unwrap();
        assert_eq!((certain.probability.to_string().as_str(), certain.level), ("1", Level::High));
    }

    #[test]
    fn the_worst_severity_decides_and_what_is_around_raises() {
        let courses = [course(1, &["0.6"]), course(4, &["1/2000000"])];
        let found = outcome(&courses, &around(Combination::Combined)).unwrap();
        assert_eq!((found.severity, found.level), (1, Level::High));
        let raised = RiskContext { urgency: Urgency::Emergency, ..around(Combination::Combined) };
        assert_eq!(outcome(&courses, &raised).unwrap().level, Level::Serious);
        let wide = RiskContext { social_impact: SocialImpact::Wide, urgency: Urgency::Emergency, ..raised };
        assert_eq!(outcome(&[course(1, &["0.001"])], &wide).unwrap().level, Level::Medium);
        let units = RiskContext { units: Some(1_000_001), ..around(Combination::Combined) };
        let found = outcome(&[course(1, &["0.001"])], &units).unwrap();
        assert_eq!((found.table, found.units, found.level), (Level::Low, Level::High, Level::High));
        assert!(outcome(&[], &units).is_none());
    }

    #[test]
    fn each_step_is_tried() {
        let courses = [course(3, &["0.02", "0.02"])];
        let tried = sensitivity(&courses, &around(Combination::Combined));
        assert_eq!(tried.len(), 2);
        // 0.0004: high. Halved 0.0002: high; doubled 0.0008: high; tenfold 0.004: serious.
        assert_eq!(
            (tried[0].halved, tried[0].doubled, tried[0].tenfold),
            (Level::High, Level::High, Level::Serious)
        );
    }

    proptest! {
        #[test]
        fn no_level_falls_when_something_grows(a in 1_u64..1_000, b in 1_u64..1_000_000, severity in 1_i32..4, units in 1_i64..2_000_000) {
            let text = format!("{}/{}", a.min(b), a.max(b));
            let one = [course(severity, &[&text])];
            let level = |courses: &[Course], around: &RiskContext| outcome(courses, around).unwrap().level;
            let plain = around(Combination::Combined);
            let found = level(&one, &plain);
            let used = RiskContext { units: Some(units), ..plain };
            prop_assert!(level(&one, &used) >= found);
            prop_assert!(level(&[course(severity + 1, &[&text])], &plain) >= found);
            let tried = &sensitivity(&one, &plain)[0];
            prop_assert!(tried.halved <= found && found <= tried.doubled && tried.doubled <= tried.tenfold);
        }
    }
}
