//! The conditions of a code: each met or not, with the reason. The same judgement serves the application, the officer who grants, every scan and the job that
//! reports a change by mail, so they can't differ. Pure.
//!
//! What is no condition: that the enterprise objects to an entry of its credit record, challenges a result or asks an expert. Who uses a right loses nothing by it.

use crate::core::Text;
use crate::core::clock::day_text;
use crate::credit_codes::settings::CodeRules;
use crate::inspections::effects::EffectTable;
use crate::inspections::words::{Method, Purpose};
use crate::programmes::state::ProgrammeLevel;
use chrono::{DateTime, Months, NaiveDate, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// A condition of a code.
    pub enum ConditionKey {
        /// The maker operates.
        Operating = "operating",
        /// The maker has the name under which the code was granted.
        SameName = "same_name",
        /// It is in the region in which the code was granted.
        SamePlace = "same_place",
        /// Its credit grade.
        Grade = "grade",
        /// Enough samplings of the product kind were passed.
        Passed = "passed",
        /// No sampling failed lately.
        NoFailure = "no_failure",
        /// No case is open.
        NoOpenCase = "no_open_case",
        /// It is not under a listing for supervision.
        NotListed = "not_listed",
        /// No product of it was recalled.
        NoRecall = "no_recall",
    }
}

impl ConditionKey {
    /// For people, in few words.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Operating => ("正常经营", "operates"),
            Self::SameName => ("企业名称未变更", "name unchanged"),
            Self::SamePlace => ("所在地区未变更", "region unchanged"),
            Self::Grade => ("信用等级", "credit grade"),
            Self::Passed => ("抽查合格记录", "samplings passed"),
            Self::NoFailure => ("无抽查不合格", "no sampling failed"),
            Self::NoOpenCase => ("无未办结案件", "no open case"),
            Self::NotListed => ("未被挂牌督办", "not under a listing"),
            Self::NoRecall => ("无产品召回", "no recall"),
        };
        Text::new(zh, en)
    }
}

/// A sampling of a product of the maker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampled {
    /// The day on which the sample was taken.
    pub day: NaiveDate,
    /// The level that organised it.
    pub level: ProgrammeLevel,
    /// The method.
    pub method: Method,
    /// The purpose.
    pub purpose: Purpose,
    /// Whether the product is of the kind of the code.
    pub of_kind: Option<bool>,
    /// When the result was last changed.
    pub at: DateTime<Utc>,
}

/// What is known of a maker and its products of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The name.
    pub name: String,
    /// The unified social credit code.
    pub uscc: String,
    /// Code of the region.
    pub region: String,
    /// Whether it operates.
    pub operating: bool,
    /// When its row in the register was last changed.
    pub changed_at: DateTime<Utc>,
    /// Cases whose course has not ended.
    pub open_cases: i64,
    /// When the first of them was opened.
    pub case_since: Option<DateTime<Utc>>,
    /// The day of the last failed report on the zero-out list that stands.
    pub listed_on: Option<NaiveDate>,
    /// When such a report was last entered.
    pub listed_since: Option<DateTime<Utc>>,
    /// Samplings whose final result is conforming, those of the kind first; at most 200 with the failures.
    pub passed: Vec<Sampled>,
    /// Failed samplings of which the parties know, the newest first.
    pub failed: Vec<Sampled>,
    /// The credit grade that is shown; none where the maker has none.
    pub grade: Option<String>,
    /// Whether that is a trial grade, since the rules of credit are provisional.
    pub trial: bool,
    /// Since when it has that grade.
    pub grade_since: Option<DateTime<Utc>>,
    /// Listings for supervision that it is under.
    pub listings: i64,
    /// Since when it is under the first of them.
    pub listing_since: Option<DateTime<Utc>>,
    /// The day of the last recall of a product of it.
    pub recalled_on: Option<NaiveDate>,
    /// When that was entered.
    pub recall_since: Option<DateTime<Utc>>,
}

/// As whom the code was granted: name and region.
#[derive(Debug, Clone, Copy)]
pub struct GrantedAs<'a> {
    /// The name.
    pub name: &'a str,
    /// Code of the region.
    pub region: &'a str,
}

/// A condition, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Which condition it is.
    pub key: ConditionKey,
    /// Whether it is met.
    pub met: bool,
    /// What is wanted and what was found.
    pub says: Text,
    /// Since when it is not met, as far as that is known.
    pub since: Option<DateTime<Utc>>,
}

/// The day so many months before; the earliest there is where that is before all days.
pub fn months_before(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

/// The beginning of a day in Asia/Shanghai.
fn beginning(day: NaiveDate) -> Option<DateTime<Utc>> {
    let local = Shanghai.from_local_datetime(&day.and_hms_opt(0, 0, 0)?).earliest()?;
    Some(local.with_timezone(&Utc))
}

/// What the judgement goes by.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    /// The rules of the code.
    pub rules: &'a CodeRules,
    /// What results of inspections may cause.
    pub effects: &'a EffectTable,
    /// Today in Asia/Shanghai.
    pub today: NaiveDate,
}

impl Law<'_> {
    /// Whether it is a sampling whose result may be made public: only these stand on the page and count as passed. Who was looked at in another way,
    /// such as by its labels, was not sampled.
    fn is_public(&self, sampled: &Sampled) -> bool {
        sampled.method == Method::Sampling && self.effects.of(sampled.method, sampled.purpose).publication
    }

    /// Whether such a failure counts against the maker.
    fn counts(&self, sampled: &Sampled) -> bool {
        let effects = self.effects.of(sampled.method, sampled.purpose);
        effects.nonconformity || effects.conduct
    }

    /// The samplings of the kind that were passed within the months of the rules, the last one first.
    pub fn passed_lately<'f>(&self, facts: &'f Facts) -> Vec<&'f Sampled> {
        let from = months_before(self.today, self.rules.passed_months);
        let fits = |s: &&Sampled| {
            s.of_kind == Some(true) && s.day > from && s.day <= self.today && self.is_public(s)
        };
        let mut found: Vec<&Sampled> = facts.passed.iter().filter(fits).collect();
        found.sort_by_key(|sampled| std::cmp::Reverse((sampled.day, sampled.at)));
        found
    }

    /// The day of the last failure, of a sampling or on the list.
    fn last_failure(&self, facts: &Facts) -> Option<NaiveDate> {
        let sampled = facts.failed.iter().filter(|s| self.counts(s)).map(|s| s.day).max();
        sampled.max(facts.listed_on)
    }

    /// The longest of the years of the rules in which the maker was sampled and nothing failed.
    pub fn honour_years(&self, facts: &Facts) -> Option<u32> {
        let last_failure = self.last_failure(facts);
        let sampled = facts.passed.iter().chain(&facts.failed);
        let first_sampled = sampled.filter(|s| self.is_public(s)).map(|s| s.day).min();
        let holds = |years: &&u32| {
            let from = months_before(self.today, years.saturating_mul(12));
            // Sampled for the first time later, it has no record of so many years.
            last_failure.is_none_or(|day| day <= from) && first_sampled.is_some_and(|day| day <= from)
        };
        self.rules.honour_years.iter().filter(holds).max().copied()
    }

    /// All conditions, in the order in which they are shown. Without `granted`, as for an application, name and region are none.
    pub fn judge(&self, facts: &Facts, granted: Option<GrantedAs<'_>>) -> Vec<Condition> {
        let mut all = vec![plain(
            ConditionKey::Operating,
            facts.operating,
            Text::new("登记为正常经营", "the register says that it operates"),
            Some(facts.changed_at),
        )];
        if let Some(granted) = granted {
            let (name, place) = (facts.name == granted.name, facts.region == granted.region);
            let says = Text::new("企业名称与授码时一致", "it has the name under which the code was granted");
            all.push(plain(ConditionKey::SameName, name, says, Some(facts.changed_at)));
            let says = Text::new("所在地区与授码时一致", "it is in the region in which the code was granted");
            all.push(plain(ConditionKey::SamePlace, place, says, Some(facts.changed_at)));
        }
        all.push(self.grade(facts));
        all.push(self.passed(facts));
        all.push(self.no_failure(facts));
        let says = match facts.open_cases {
            0 => Text::new("没有未办结的不合格案件", "no case is open"),
            n => Text::new(format!("有 {n} 件不合格案件未办结"), format!("open cases: {n}")),
        };
        all.push(plain(ConditionKey::NoOpenCase, facts.open_cases == 0, says, facts.case_since));
        all.extend(self.not_listed(facts));
        all.extend(self.no_recall(facts));
        all
    }

    fn not_listed(&self, facts: &Facts) -> Option<Condition> {
        let says = match facts.listings {
            0 => Text::new("没有被挂牌督办", "it is under no listing"),
            n => Text::new(format!("有 {n} 项挂牌督办未解除"), format!("listings: {n}")),
        };
        let condition = plain(ConditionKey::NotListed, facts.listings == 0, says, facts.listing_since);
        self.rules.no_listing.then_some(condition)
    }

    fn no_recall(&self, facts: &Facts) -> Option<Condition> {
        let months = self.rules.recall_months;
        let from = months_before(self.today, months);
        let last = facts.recalled_on.filter(|day| *day > from);
        let says = match last.map(day_text) {
            None => Text::new(
                format!("{months} 个月内没有产品召回"),
                format!("no product was recalled within {months} months"),
            ),
            Some(day) => Text::new(
                format!("{months} 个月内有产品召回（{}）", day.zh),
                format!("a product was recalled within {months} months ({})", day.en),
            ),
        };
        let condition = plain(ConditionKey::NoRecall, last.is_none(), says, facts.recall_since);
        (months > 0).then_some(condition)
    }

    fn grade(&self, facts: &Facts) -> Condition {
        let rules = self.rules;
        let wanted = rules.grades.join("/").to_uppercase();
        let (met, says) = match &facts.grade {
            Some(_) if facts.trial && !rules.trial_grades => (
                true,
                Text::new(
                    "信用分级规则尚在试行，暂不以等级为条件",
                    "no condition while the rules of credit are provisional",
                ),
            ),
            Some(grade) => {
                let met = rules.grades.iter().any(|good| good.eq_ignore_ascii_case(grade));
                let grade = grade.to_uppercase();
                let en = format!("grade {grade}, wanted {wanted}");
                (met, Text::new(format!("要求 {wanted} 级，现为 {grade} 级"), en))
            }
            None if rules.accept_unscored => {
                (true, Text::new("没有信用行为记录", "no conduct was ever entered"))
            }
            None => (
                false,
                Text::new(format!("要求 {wanted} 级，尚未评级"), format!("not graded, wanted {wanted}")),
            ),
        };
        plain(ConditionKey::Grade, met, says, facts.grade_since)
    }

    fn passed(&self, facts: &Facts) -> Condition {
        let (rules, found) = (self.rules, self.passed_lately(facts));
        let (wanted, months) = (rules.passed_samplings, rules.passed_months);
        let met = usize::try_from(wanted).is_ok_and(|wanted| found.len() >= wanted);
        let zh =
            format!("{months} 个月内本类产品监督抽查合格不少于 {wanted} 批次，现有 {} 批次", found.len());
        let en =
            format!("{wanted} samplings of the kind passed within {months} months, found {}", found.len());
        plain(ConditionKey::Passed, met, Text::new(zh, en), self.left_window(facts))
    }

    /// When the last sampling that was needed left the window.
    fn left_window(&self, facts: &Facts) -> Option<DateTime<Utc>> {
        let fits = |s: &&Sampled| s.of_kind == Some(true) && self.is_public(s);
        let mut days: Vec<NaiveDate> = facts.passed.iter().filter(fits).map(|s| s.day).collect();
        days.sort_unstable();
        let needed = usize::try_from(self.rules.passed_samplings).ok()?;
        let day = days.iter().rev().nth(needed.checked_sub(1)?)?;
        beginning(day.checked_add_months(Months::new(self.rules.passed_months))?)
    }

    fn no_failure(&self, facts: &Facts) -> Condition {
        let months = self.rules.clean_months;
        let from = months_before(self.today, months);
        let last = self.last_failure(facts).filter(|day| *day > from);
        let since = facts.failed.iter().filter(|s| self.counts(s) && s.day > from).map(|s| s.at).max();
        let says = match last.map(day_text) {
            None => Text::new(
                format!("{months} 个月内没有抽查不合格记录"),
                format!("no sampling failed within {months} months"),
            ),
            Some(day) => Text::new(
                format!("{months} 个月内有抽查不合格记录（{}）", day.zh),
                format!("a sampling failed within {months} months ({})", day.en),
            ),
        };
        plain(ConditionKey::NoFailure, last.is_none(), says, since.max(facts.listed_since))
    }
}

fn plain(key: ConditionKey, met: bool, says: Text, since: Option<DateTime<Utc>>) -> Condition {
    Condition { key, met, says, since: since.filter(|_| !met) }
}

/// The conditions that are not met.
pub fn lost(conditions: &[Condition]) -> Vec<&Condition> {
    conditions.iter().filter(|condition| !condition.met).collect()
}

/// Since when a code is not in force by these conditions: when the first of them was lost, and never later than now.
pub fn lost_at(conditions: &[Condition], now: DateTime<Utc>) -> DateTime<Utc> {
    lost(conditions).iter().filter_map(|condition| condition.since).min().unwrap_or(now).min(now)
}

#[cfg(test)]
mod tests;
