//! The lines of a report on inspections: by place, class, kind, level, role, laboratory, programme, method, month.

use crate::catalogue::{Catalogue, Region};
use crate::core::{Language, Problem, Text};
use crate::inspections::words::{InspectedRole, Method};
use crate::programmes::state::ProgrammeLevel;
use crate::sampling_figures::counting::{Counted, Figures};
use crate::sampling_figures::indicators::percent;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text as SqlText};
use serde::Serialize;
use std::collections::BTreeMap;

crate::word_enum! {
    /// What the lines of the report are.
    pub enum SamplingBy {
        /// The parts of the region: of a province its cities, of a city its districts.
        Region = "region",
        /// Product classes.
        Class = "class",
        /// Product kinds.
        Kind = "kind",
        /// Levels of the inspection.
        Level = "level",
        /// As what the operators were inspected.
        Role = "role",
        /// Laboratories.
        Laboratory = "laboratory",
        /// Programmes.
        Programme = "programme",
        /// Methods; each line is all of one method.
        Method = "method",
        /// Months of the year.
        Month = "month",
    }
}

impl SamplingBy {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Region => ("地区", "Region"),
            Self::Class => ("产品类别", "Product class"),
            Self::Kind => ("产品种类", "Product kind"),
            Self::Level => ("抽查级别", "Level"),
            Self::Role => ("环节", "Role"),
            Self::Laboratory => ("检验机构", "Laboratory"),
            Self::Programme => ("计划", "Programme"),
            Self::Method => ("检查方式", "Method"),
            Self::Month => ("月份", "Month"),
        };
        Text::new(zh, en)
    }
}

impl SamplingBy {
    /// What `by` of the report asks for: one dimension, or two of them with a comma between, such as `region,kind`. None where it says anything else.
    pub fn one_or_two(text: &str) -> Option<(Self, Option<Self>)> {
        let mut parts = text.split(',').map(|part| part.trim().parse::<Self>().ok());
        let (first, second) = (parts.next()??, parts.next());
        let second = match second {
            None => None,
            Some(second) => Some(second.filter(|second| *second != first)?),
        };
        parts.next().is_none().then_some((first, second))
    }
}

/// A line of the report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SamplingRow {
    /// Code, word or id of what the line is, or the month as `YYYY-MM`; empty where that is not known, `total` for all together.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Drawn or registered.
    pub drawn: i64,
    /// A sample was taken.
    pub sampled: i64,
    /// The operator refused; leaves the denominator, as the four below do.
    pub refused: i64,
    /// There was nothing to sample.
    pub not_found: i64,
    /// The product may not be sampled.
    pub barred: i64,
    /// The sample can't be used.
    pub void: i64,
    /// Handed to another procedure.
    pub handed_over: i64,
    /// With a result that stands: the denominator of the rate.
    pub tested: i64,
    /// Of these, nonconforming.
    pub nonconforming: i64,
    /// Of the tested those whose result is final.
    pub final_results: i64,
    /// Distinct operators whose products were tested; null where the lines are no places.
    pub operators: Option<i64>,
    /// `nonconforming` ÷ `tested` in percent, to two decimals; null where nothing was tested.
    pub percent: Option<f64>,
}

impl SamplingRow {
    /// A line of these figures. The operators are counted only of places.
    pub fn of(key: &str, name: &str, figures: &Figures, operators: Option<i64>) -> Self {
        let get = |name| figures.get(name);
        Self {
            key: key.to_owned(),
            name: name.to_owned(),
            drawn: get("drawn"),
            sampled: get("sampled"),
            refused: get("refused"),
            not_found: get("not_found"),
            barred: get("barred"),
            void: get("void"),
            handed_over: get("handed_over"),
            tested: get("tested"),
            nonconforming: get("nonconforming"),
            final_results: get("final"),
            operators,
            percent: percent(get("nonconforming"), get("tested")),
        }
    }
}

fn not_known(language: Language) -> &'static str {
    match language {
        Language::Zh => "未登记",
        Language::En => "not known",
    }
}

/// One line for each part of a region, and one for what lies in none of them.
pub fn by_region(
    catalogue: &Catalogue,
    region: &Region,
    counted: &Counted,
    language: Language,
) -> Vec<SamplingRow> {
    let parts: Vec<(&Region, Figures)> = catalogue
        .regions
        .iter()
        .filter(|part| part.parent.as_deref() == Some(&region.code))
        .map(|part| (part, counted.all(&part.code)))
        .collect();
    let rest = counted.all(&region.code).without(parts.iter().map(|(_, figures)| figures));
    let mut rows: Vec<SamplingRow> = parts
        .iter()
        .map(|(part, figures)| {
            SamplingRow::of(
                &part.code,
                part.name_in(language),
                figures,
                Some(figures.get("operators_tested")),
            )
        })
        .collect();
    if rest.get("drawn") > 0 {
        let operators = parts.is_empty().then(|| rest.get("operators_tested"));
        rows.push(SamplingRow::of(&region.code, region.name_in(language), &rest, operators));
    }
    rows
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Named {
    #[diesel(sql_type = SqlText)]
    key: String,
    #[diesel(sql_type = SqlText)]
    name: String,
}

const LABORATORIES: &str =
    "SELECT l.id::text AS key, l.name FROM published.laboratory l WHERE l.id::text = ANY ($1)";
const PROGRAMMES: &str =
    "SELECT p.id::text AS key, p.name FROM published.programme p WHERE p.id::text = ANY ($1)";

fn names(conn: &mut PgConnection, by: SamplingBy, keys: &[&String]) -> QueryResult<BTreeMap<String, String>> {
    let sql = match by {
        SamplingBy::Laboratory => LABORATORIES,
        SamplingBy::Programme => PROGRAMMES,
        _ => return Ok(BTreeMap::new()),
    };
    let rows: Vec<Named> = diesel::sql_query(sql).bind::<Array<SqlText>, _>(keys).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.key, row.name)).collect())
}

/// The lines of a dimension, with their names, in the order of their keys.
///
/// # Errors
/// When the database can't be asked.
pub fn by_dimension(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    by: SamplingBy,
    lines: &BTreeMap<String, Figures>,
    language: Language,
) -> Result<Vec<SamplingRow>, Problem> {
    let named = names_of(conn, catalogue, by, lines.keys(), language)?;
    let row = |(key, figures): (&String, &Figures)| {
        SamplingRow::of(key, named.get(key).unwrap_or(key), figures, None)
    };
    Ok(lines.iter().map(row).filter(|row| row.drawn != 0).collect())
}

/// The names of the keys of a dimension; one that has none is shown as it is, and is not among them.
///
/// # Errors
/// When the database can't be asked.
pub fn names_of<'k>(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    by: SamplingBy,
    keys: impl IntoIterator<Item = &'k String>,
    language: Language,
) -> Result<BTreeMap<String, String>, Problem> {
    let keys: Vec<&String> = keys.into_iter().collect();
    let known: Vec<&String> = keys.iter().copied().filter(|key| !key.is_empty()).collect();
    let named = names(conn, by, &known)?;
    let products = &catalogue.products;
    let name = |key: &str| -> Option<String> {
        match by {
            _ if key.is_empty() => Some(not_known(language).to_owned()),
            SamplingBy::Region => {
                catalogue.regions.get(key).map(|region| region.name_in(language).to_owned())
            }
            SamplingBy::Class => products.class(key).map(|class| class.name(language).to_owned()),
            SamplingBy::Kind => products.kind(key).map(|kind| kind.name(language).to_owned()),
            SamplingBy::Level => {
                key.parse::<ProgrammeLevel>().ok().map(|level| level_text(level).get(language).to_owned())
            }
            SamplingBy::Role => {
                key.parse::<InspectedRole>().ok().map(|role| role.text().get(language).to_owned())
            }
            SamplingBy::Method => {
                key.parse::<Method>().ok().map(|method| method.text().get(language).to_owned())
            }
            SamplingBy::Laboratory | SamplingBy::Programme => named.get(key).cloned(),
            SamplingBy::Month => None,
        }
    };
    Ok(keys.into_iter().filter_map(|key| Some((key.clone(), name(key)?))).collect())
}

/// The level of an inspection, for people.
pub fn level_text(level: ProgrammeLevel) -> Text {
    let (zh, en) = match level {
        ProgrammeLevel::National => ("国家监督抽查", "national"),
        ProgrammeLevel::Provincial => ("省级监督抽查", "provincial"),
        ProgrammeLevel::Municipal => ("市级监督抽查", "municipal"),
        ProgrammeLevel::County => ("县级监督抽查", "county"),
    };
    Text::new(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_two_dimensions_are_asked_for() {
        let two = |text| SamplingBy::one_or_two(text);
        assert_eq!(two("kind"), Some((SamplingBy::Kind, None)));
        assert_eq!(two("region,kind"), Some((SamplingBy::Region, Some(SamplingBy::Kind))));
        assert_eq!(two("region, month"), Some((SamplingBy::Region, Some(SamplingBy::Month))));
        for wrong in ["", "kind,", ",kind", "kind,kind", "region,kind,month", "world"] {
            assert_eq!(two(wrong), None, "{wrong}");
        }
    }
}
