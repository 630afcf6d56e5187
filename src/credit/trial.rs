//! A version of the rules tried on the past before it is enacted: who would stand otherwise on a day, by region and by how much is on file. Nothing is
//! stored.

use crate::catalogue::Catalogue;
use crate::conduct::entries::{each_enterprise, known_for};
use crate::conduct::rules::CreditRules;
use crate::conduct::score::{Entry, RuleBook, standing};
use crate::conduct::settings::ConductSettings;
use crate::conduct::words::Grade;
use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Problem, Text};
use crate::db::published::enterprise;
use crate::settings::candidate::read;
use crate::settings::{Settings, SettingsError};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The most operators that are named.
const EXAMPLES: usize = 200;

/// A version of the rules to be tried: as JSON or as TOML, one of both.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreditTrialRequest)]
pub struct TrialRequest {
    /// The version, as `GET /api/v1/credit/rules` gives one.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub rules: Option<Value>,
    /// The same as a settings file has it: a table `[[conduct.rules]]`, or its keys alone. At most 200,000 characters.
    #[serde(default)]
    pub toml: Option<String>,
    /// The day on which it is tried, in Asia/Shanghai; today where none is named.
    #[serde(default)]
    pub day: Option<NaiveDate>,
}

/// How many operators have which grade.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GradeCounts {
    /// Grade A.
    pub a: u32,
    /// Grade B.
    pub b: u32,
    /// Grade C.
    pub c: u32,
    /// Grade D.
    pub d: u32,
    /// Without a grade.
    pub unscored: u32,
}

impl GradeCounts {
    fn add(&mut self, grade: Option<Grade>) {
        *match grade {
            Some(Grade::A) => &mut self.a,
            Some(Grade::B) => &mut self.b,
            Some(Grade::C) => &mut self.c,
            Some(Grade::D) => &mut self.d,
            None => &mut self.unscored,
        } += 1;
    }
}

/// What the version would change among some operators.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CreditTrialRow)]
pub struct TrialRow {
    /// Code of the region, or the word of the size.
    pub key: String,
    /// Its name; empty for sizes.
    pub name: String,
    /// The operators.
    pub enterprises: u32,
    /// Of them those who would have a better grade.
    pub better: u32,
    /// Those who would have a worse one.
    pub worse: u32,
    /// The counts by the rules in force.
    pub before: GradeCounts,
    /// By the rules that are tried.
    pub after: GradeCounts,
}

impl TrialRow {
    fn add(&mut self, (before, after): (Option<Grade>, Option<Grade>)) {
        self.enterprises += 1;
        self.better += u32::from(after < before);
        self.worse += u32::from(after > before);
        self.before.add(before);
        self.after.add(after);
    }
}

crate::word_enum! {
    /// How much is on the file of an operator: the number of its facts.
    pub enum FileSize {
        /// One fact.
        One = "one",
        /// Two to four.
        Few = "few",
        /// Five to nineteen.
        Some = "some",
        /// Twenty and more.
        Many = "many",
    }
}

impl FileSize {
    fn of(facts: usize) -> Self {
        match facts {
            0 | 1 => Self::One,
            2..=4 => Self::Few,
            5..=19 => Self::Some,
            _ => Self::Many,
        }
    }

    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::One => ("1 项事实", "1 fact"),
            Self::Few => ("2 至 4 项事实", "2 to 4 facts"),
            Self::Some => ("5 至 19 项事实", "5 to 19 facts"),
            Self::Many => ("20 项及以上事实", "20 facts and more"),
        };
        Text::new(zh, en)
    }
}

/// An operator who would have another grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CreditTrialChange)]
pub struct TrialChange {
    /// The operator.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Code of its region.
    pub region: String,
    /// The grade by the rules in force.
    #[schema(inline)]
    pub before: Option<Grade>,
    /// The grade by the rules that are tried.
    #[schema(inline)]
    pub after: Option<Grade>,
}

/// Result of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CreditTrial)]
pub struct Trial {
    /// The day.
    pub day: NaiveDate,
    /// Name of the version that was tried.
    pub version: String,
    /// All operators of the region that have a file.
    pub total: TrialRow,
    /// By the parts of the region.
    pub regions: Vec<TrialRow>,
    /// By how much is on file: whether it strikes those with one sampling as it does those with fifty.
    pub sizes: Vec<TrialRow>,
    /// Operators who would have another grade, the first 200.
    pub examples: Vec<TrialChange>,
}

/// The version that a request hands in, checked as the settings are.
///
/// # Errors
/// What is wrong with it, at `/rules` or `/toml`.
pub fn candidate(settings: &Settings, request: &TrialRequest) -> Result<CreditRules, Problem> {
    let (pointer, rules): (_, CreditRules) =
        read("conduct", request.rules.as_ref(), request.toml.as_deref())?;
    let mut fields = Fields::new();
    let mut tried = settings.clone();
    tried.edit::<ConductSettings>().rules = vec![rules.clone()];
    if let Err(SettingsError::Invalid(problems)) = tried.validate() {
        for problem in problems {
            fields.fault(pointer, format!("规则有误：{}", problem.what), problem.what);
        }
    }
    fields.done()?;
    Ok(rules)
}

/// Tries a version on the operators of a region and all under it.
///
/// # Errors
/// What is wrong with the version or the day; when the database can't be asked.
pub fn trial(
    conn: &mut PgConnection,
    (settings, catalogue): (&Settings, &Catalogue),
    region: &str,
    request: &TrialRequest,
    now: DateTime<Utc>,
) -> Result<Trial, Problem> {
    let candidate = candidate(settings, request)?;
    let (today, mut fields) = (shanghai_date(now), Fields::new());
    let day = request.day.unwrap_or(today);
    fields.day("/day", request.day);
    fields.require(day <= today, "/day", "不能晚于今天", "must not be in the future");
    fields.done()?;
    let present = settings.section::<ConductSettings>();
    let (book, tried) = (RuleBook::new(&present.rules), RuleBook::only(&candidate));
    let places: HashMap<EnterpriseId, String> = enterprise::table
        .select((enterprise::id, enterprise::region))
        .load::<(EnterpriseId, String)>(conn)?
        .into_iter()
        .filter(|(_, place)| catalogue.regions.contains(region, place))
        .collect();
    let (mut total, mut sizes) = (TrialRow::default(), BTreeMap::<FileSize, TrialRow>::new());
    let mut regions: BTreeMap<String, TrialRow> = BTreeMap::new();
    let mut examples: Vec<(EnterpriseId, Option<Grade>, Option<Grade>)> = Vec::new();
    each_enterprise(conn, known_for(day, now), &mut |id, entries| {
        let Some(place) = places.get(&id) else { return Ok(()) };
        let both = (standing(entries, &book, day).grade, standing(entries, &tried, day).grade);
        total.add(both);
        let part = part(catalogue, region, place);
        regions.entry(part.to_owned()).or_default().add(both);
        sizes.entry(FileSize::of(facts(entries))).or_default().add(both);
        if both.0 != both.1 && examples.len() < EXAMPLES {
            examples.push((id, both.0, both.1));
        }
        Ok(())
    })?;
    let name = |code: &str| catalogue.regions.get(code).map(|found| found.name.clone()).unwrap_or_default();
    Ok(Trial {
        day,
        version: candidate.version.clone(),
        total: TrialRow { key: region.to_owned(), name: name(region), ..total },
        regions: regions
            .into_iter()
            .map(|(code, row)| TrialRow { name: name(&code), key: code, ..row })
            .collect(),
        sizes: sizes.into_iter().map(|(size, row)| TrialRow { key: size.to_string(), ..row }).collect(),
        examples: named(conn, &places, examples)?,
    })
}

/// How many facts are on file, but for those whose entries are annulled.
fn facts(entries: &[Entry]) -> usize {
    entries.iter().filter(|entry| !entry.annulled).map(|entry| entry.fact).collect::<HashSet<_>>().len()
}

/// The part of a region in which a place lies: the region's child that holds it, or the region itself.
fn part<'a>(catalogue: &'a Catalogue, region: &'a str, place: &str) -> &'a str {
    let up = catalogue.regions.ancestors(place).map(|found| found.code.as_str());
    up.take_while(|code| *code != region).last().unwrap_or(region)
}

fn named(
    conn: &mut PgConnection,
    places: &HashMap<EnterpriseId, String>,
    examples: Vec<(EnterpriseId, Option<Grade>, Option<Grade>)>,
) -> Result<Vec<TrialChange>, Problem> {
    let names: Vec<(EnterpriseId, String)> = enterprise::table
        .filter(enterprise::id.eq_any(examples.iter().map(|(id, ..)| *id)))
        .select((enterprise::id, enterprise::name))
        .load(conn)?;
    let names: HashMap<EnterpriseId, String> = names.into_iter().collect();
    let change = |(id, before, after): (EnterpriseId, Option<Grade>, Option<Grade>)| TrialChange {
        enterprise_id: id,
        enterprise_name: names.get(&id).cloned().unwrap_or_default(),
        region: places.get(&id).cloned().unwrap_or_default(),
        before,
        after,
    };
    Ok(examples.into_iter().map(change).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(rules: Option<Value>, toml: Option<&str>) -> TrialRequest {
        TrialRequest { rules, toml: toml.map(str::to_owned), day: None }
    }

    #[test]
    fn a_version_is_read_as_json_and_as_toml() {
        let settings = Settings::default();
        let built_in = ConductSettings::default().rules[0].clone();
        let json = serde_json::to_value(&built_in).unwrap();
        assert_eq!(candidate(&settings, &request(Some(json), None)).unwrap(), built_in);
        let text = include_str!("../conduct/rules.toml");
        assert_eq!(candidate(&settings, &request(None, Some(text))).unwrap(), built_in);
    }

    #[test]
    fn what_is_no_version_is_refused_by_its_field() {
        let settings = Settings::default();
        let pointer =
            |request: &TrialRequest| candidate(&settings, request).unwrap_err().errors[0].pointer.clone();
        assert_eq!(pointer(&request(None, None)), "/rules");
        assert_eq!(pointer(&request(Some(serde_json::json!({ "version": "x" })), None)), "/rules");
        assert_eq!(pointer(&request(None, Some("= 1"))), "/toml");
        let declared = [crate::settings::DeclaredSection::of::<ConductSettings>()];
        let settings = Settings::load(&declared, crate::settings::LoadOptions::default()).unwrap();
        let mut wrong = serde_json::to_value(&ConductSettings::default().rules[0]).unwrap();
        wrong["line_weight"] = serde_json::json!(5_000);
        let problem = candidate(&settings, &request(Some(wrong), None)).unwrap_err();
        assert_eq!(problem.errors[0].pointer, "/rules");
    }

    #[test]
    fn a_better_grade_is_a_smaller_one() {
        let mut row = TrialRow::default();
        row.add((Some(Grade::C), Some(Grade::A)));
        row.add((Some(Grade::A), Some(Grade::D)));
        row.add((Some(Grade::B), Some(Grade::B)));
        assert_eq!((row.enterprises, row.better, row.worse), (3, 1, 1));
        assert_eq!((row.before.c, row.after.d), (1, 1));
    }
}
