//! The rules of credit: behaviours, points, grades, terms and measures. Pure.

use crate::catalogue::SupervisionClass;
use crate::conduct::words::{EntriesOfAFact, Grade, Intent, RepairCheck};
use crate::core::Text;
use crate::inspections::words::InspectedRole;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// One version of the rules of credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether numbers of it are assumed.
    pub provisional: bool,
    /// The first day on which decisions are weighed by it, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// How several entries about one fact count.
    pub entries_of_a_fact: EntriesOfAFact,
    /// The score of a line against the thresholds of the operator, in thousandths.
    pub line_weight: u32,
    /// What can be entered.
    pub behaviours: Vec<Behaviour>,
    /// From which score on who is B, C, D, by role.
    pub thresholds: Vec<Thresholds>,
    /// What grades have for a consequence.
    pub measures: Vec<MeasureRule>,
    /// What the rules do not cover.
    pub out_of_scope: Vec<OutOfScope>,
    /// What never counts.
    pub never: Vec<NeverConduct>,
    /// What intent weighs.
    pub intent: IntentFactors,
    /// What doing it again weighs.
    pub repeat: RepeatRule,
    /// How long before it counts the enterprise is notified.
    pub notice: NoticeRule,
    /// How objections are decided.
    pub objection: ObjectionRule,
    /// How credit is repaired.
    pub repair: RepairRule,
}

/// A behaviour that can be entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// By which entries name it.
    pub code: String,
    /// Wording of the behaviour.
    pub text: Text,
    /// The article that lists it.
    pub article: Text,
    /// Points; 0 where it is on the file without any.
    pub points: u32,
    /// Days from the decision on which it counts.
    pub validity_days: u32,
    /// Whether it can be repaired.
    pub repairable: bool,
    /// Days from the decision before an application.
    #[serde(default)]
    pub repair_after_days: u32,
    /// The best grade while it counts.
    #[serde(default)]
    pub floor: Option<Grade>,
    /// In which roles it can be done; in all where none is named.
    #[serde(default)]
    pub roles: Vec<InspectedRole>,
    /// With what it counts as done again.
    pub group: String,
    /// Whether the number of a document is needed.
    #[serde(default)]
    pub document: bool,
    /// Whether it counts at once instead of after the notice.
    #[serde(default)]
    pub immediate: bool,
}

impl Behaviour {
    /// Whether it can be done in a role.
    pub fn is_for(&self, role: InspectedRole) -> bool {
        self.roles.is_empty() || self.roles.contains(&role)
    }

    /// The last day on which it counts, of a decision of this day.
    pub fn counts_until(&self, decided_on: NaiveDate) -> NaiveDate {
        decided_on.checked_add_days(Days::new(u64::from(self.validity_days))).unwrap_or(NaiveDate::MAX)
    }
}

/// What intent weighs, in thousandths of the points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntentFactors {
    /// The decision says nothing of it.
    pub not_stated: u32,
    /// The factor for negligence, in thousandths.
    pub negligent: u32,
    /// On purpose.
    pub intentional: u32,
}

impl IntentFactors {
    /// The factor of an intent.
    pub fn of(self, intent: Intent) -> u32 {
        match intent {
            Intent::NotStated => self.not_stated,
            Intent::Negligent => self.negligent,
            Intent::Intentional => self.intentional,
        }
    }
}

/// What doing it again weighs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepeatRule {
    /// How many months before a fact others of its group are counted.
    pub window_months: u32,
    /// Thousandths the first time, the second time and so on; the last for all further times.
    pub factors: Vec<u32>,
}

impl RepeatRule {
    /// The factor of the n-th time, from 1.
    pub fn of(&self, nth: u32) -> u32 {
        let at = usize::try_from(nth.saturating_sub(1)).unwrap_or(usize::MAX);
        self.factors.get(at).or_else(|| self.factors.last()).copied().unwrap_or(1000)
    }
}

/// From which score on who is B, C, D, in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Of which role.
    #[schema(inline)]
    pub role: InspectedRole,
    /// Of grade B.
    pub b: u32,
    /// Of grade C.
    pub c: u32,
    /// Of grade D.
    pub d: u32,
}

impl Thresholds {
    /// The grade of a score in thousandths of a point.
    pub fn grade(self, score: i64) -> Grade {
        let from = |points: u32| score >= i64::from(points) * 1000;
        match () {
            () if from(self.d) => Grade::D,
            () if from(self.c) => Grade::C,
            () if from(self.b) => Grade::B,
            () => Grade::A,
        }
    }
}

/// What a grade has for a consequence: a task of the region's officers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureRule {
    /// The stable word by which tasks refer to it.
    pub key: String,
    /// The grades to which it applies.
    #[serde(default)]
    pub grades: Vec<Grade>,
    /// For which classes of supervision.
    #[serde(default)]
    pub classes: Vec<SupervisionClass>,
    /// The roles to which it applies.
    #[serde(default)]
    pub roles: Vec<InspectedRole>,
    /// Wording of the measure.
    pub text: Text,
    /// Every how many days it falls due again; 0: once.
    pub period_days: u32,
    /// Within how many days of the grade's beginning it is first due.
    pub due_days: u32,
}

impl MeasureRule {
    /// Whether it is for a grade, a class and a role. No class is known of an operator whose products are not: it has what is for all classes.
    pub fn is_for(&self, grade: Grade, class: Option<SupervisionClass>, role: InspectedRole) -> bool {
        let class = self.classes.is_empty() || class.is_some_and(|class| self.classes.contains(&class));
        (self.grades.is_empty() || self.grades.contains(&grade))
            && class
            && (self.roles.is_empty() || self.roles.contains(&role))
    }
}

/// What the rules do not cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutOfScope {
    /// By which the API names it.
    pub key: String,
    /// Description of what is out of scope.
    pub text: Text,
    /// The article that excludes it.
    pub article: Text,
    /// Words by which a cited law shows it.
    pub laws: Vec<String>,
}

/// What never counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeverConduct {
    /// The stable word by which pages and the API name it.
    pub key: String,
    /// Description of what is never conduct.
    pub text: Text,
    /// The article that excludes it.
    pub article: Text,
}

/// How long before it counts the enterprise is notified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeRule {
    /// Working days from the notice until it counts.
    pub working_days: u32,
    /// Calendar days from the entry until it counts where nobody could be notified.
    pub unreached_days: u32,
    /// The article that requires the notice.
    pub article: Text,
}

/// How objections are decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionRule {
    /// Working days to decide one.
    pub working_days: u32,
    /// Whether an entry that does not count yet waits for the decision.
    pub suspends: bool,
    /// The article that grants the objection.
    pub article: Text,
}

/// How credit is repaired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepairRule {
    /// Working days to decide an application.
    pub working_days: u32,
    /// The article that allows the repair.
    pub article: Text,
    /// What must hold.
    pub conditions: Vec<RepairCondition>,
}

/// A condition of credit repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepairCondition {
    /// By which the API names it.
    pub key: String,
    /// How the condition is checked.
    pub check: RepairCheck,
    /// Wording of the condition.
    pub text: Text,
}

impl CreditRules {
    /// A behaviour by its code.
    pub fn behaviour(&self, code: &str) -> Option<&Behaviour> {
        self.behaviours.iter().find(|behaviour| behaviour.code == code)
    }

    /// The thresholds of a role; each role has them, as the settings are checked.
    pub fn thresholds_of(&self, role: InspectedRole) -> Option<Thresholds> {
        self.thresholds.iter().copied().find(|row| row.role == role)
    }
}

/// The latest of some versions that had begun by a day, or the earliest for a day before all of them.
pub fn rules_on(versions: &[CreditRules], day: NaiveDate) -> Option<&CreditRules> {
    let begun = versions.iter().filter(|rules| rules.in_force_from <= day);
    begun
        .max_by_key(|rules| rules.in_force_from)
        .or_else(|| versions.iter().min_by_key(|rules| rules.in_force_from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grade_begins_at_its_threshold() {
        let of = Thresholds { role: InspectedRole::Producer, b: 4, c: 12, d: 24 };
        let grades: Vec<Grade> =
            [0, 3_999, 4_000, 11_999, 12_000, 23_999, 24_000].iter().map(|score| of.grade(*score)).collect();
        assert_eq!(grades, [Grade::A, Grade::A, Grade::B, Grade::B, Grade::C, Grade::C, Grade::D]);
    }

    #[test]
    fn the_last_factor_is_for_all_further_times() {
        let rule = RepeatRule { window_months: 24, factors: vec![1000, 1500, 2000] };
        assert_eq!([1, 2, 3, 4, 9].map(|nth| rule.of(nth)), [1000, 1500, 2000, 2000, 2000]);
    }
}
