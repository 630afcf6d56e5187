//! The report on the inspections of a year by one method.

use crate::catalogue::{Catalogue, Region};
use crate::core::actor::Actor;
use crate::core::as_of;
use crate::core::clock::shanghai_date;
use crate::core::problem::FieldError;
use crate::core::{Language, Problem, Text};
use crate::inspections::words::Method;
use crate::programmes::settings::ProgrammeSettings;
use crate::reports::{published, scope};
use crate::sampling_figures::announced::{self, Announced};
use crate::sampling_figures::breadth::{Breadth, ratio};
use crate::sampling_figures::counting::{Asked, Counted, Figures, counted};
use crate::sampling_figures::coverage::{self, CoverageRate};
use crate::sampling_figures::cross::{self, CrossAsked, SamplingCross, Sides};
use crate::sampling_figures::days::{SpanDays, spans};
use crate::sampling_figures::indicators::{Indicator, indicators};
use crate::sampling_figures::lines::{self, SamplingBy, SamplingRow};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::PgConnection;
use serde::Serialize;
use std::collections::BTreeMap;

/// All that the figures are counted by.
const DIMENSIONS: &[&str] = &["all", "class", "kind", "level", "role", "laboratory", "programme", "month"];

/// The first year that can be asked for.
const FIRST_YEAR: i32 = 1949;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// What the lines are; the parts of the region where nothing is named.
    pub by: Option<SamplingBy>,
    /// What the columns are, where the inspections are asked for by two dimensions at a time.
    pub and: Option<SamplingBy>,
    /// The method; sampling where none is named.
    pub method: Option<Method>,
    /// The year of the sampling; that of the day where none is named.
    pub year: Option<i32>,
    /// Code of the region; the caller's own where none is named.
    pub region: Option<String>,
    /// As of the end of which day; today where none is named.
    pub as_of: Option<NaiveDate>,
}

/// How much more was tested than in the year before.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Growth {
    /// Tested in this year.
    pub this_year: i64,
    /// Tested in the year before, the whole of it, as it was known on the same day.
    pub last_year: i64,
    /// `this_year` ÷ `last_year` − 1 in percent, to one decimal; null where nothing was tested in the year before.
    pub percent: Option<f64>,
}

/// The inspections of a region in a year by one method.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SamplingReport {
    /// Code of the region.
    pub region: String,
    /// Its name.
    pub region_name: String,
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// The year of the sampling; where no sample was taken, of the entry.
    pub year: i32,
    /// The method.
    #[schema(inline)]
    pub method: Method,
    /// What the lines are.
    #[schema(inline)]
    pub by: SamplingBy,
    /// The lines.
    pub rows: Vec<SamplingRow>,
    /// The same inspections by two dimensions, where two are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross: Option<SamplingCross>,
    /// All together, each counted once.
    pub total: SamplingRow,
    /// The shares, each with numerator, denominator and formula.
    pub indicators: Vec<Indicator>,
    /// How many different things were tested.
    pub breadth: Breadth,
    /// Against the year before.
    pub growth: Growth,
    /// How long it takes from one step to the next.
    pub days: Vec<SpanDays>,
    /// The coverage rate in its three readings.
    pub coverage: Vec<CoverageRate>,
    /// What was announced of the region and year, beside what is counted.
    pub announced: Vec<Announced>,
}

/// Works the report out.
///
/// # Errors
/// 403 for who gets no reports, 422 for a region, day or year that can't be asked for.
pub fn report(
    conn: &mut PgConnection,
    actor: &Actor,
    (catalogue, settings): (&Catalogue, &ProgrammeSettings),
    question: &Question,
    now: DateTime<Utc>,
    language: Language,
) -> Result<SamplingReport, Problem> {
    let region = scope::region(actor, catalogue, question.region.as_deref())?;
    let day = as_of::day(question.as_of, now)?;
    let year = year(question.year, day)?;
    let (by, method) =
        (question.by.unwrap_or(SamplingBy::Region), question.method.unwrap_or(Method::Sampling));
    let own = [region.code.as_str()];
    let asked = |dimensions| Asked { scopes: &own, dimensions, year, method, day };
    let whole = if day == shanghai_date(now) {
        counted(conn, asked(&["all", "class", "kind"]), now)?
    } else {
        // Of a past day all lines come of one count over the rows.
        let scopes = with_parts(catalogue, region);
        counted(conn, Asked { scopes: &scopes, ..asked(DIMENSIONS) }, now)?
    };
    let figures = whole.all(&region.code);
    let before = counted(conn, Asked { year: year - 1, ..asked(&["all"]) }, now)?.all(&region.code);
    let formal = match method {
        Method::Quick => {
            Some(counted(conn, Asked { method: Method::Sampling, ..asked(&["all"]) }, now)?.all(&region.code))
        }
        _ => None,
    };
    let rows = rows(conn, catalogue, region, by, &whole, asked(&[]), (now, language))?;
    let cross = match question.and {
        Some(columns) if columns == by => {
            let text = Text::new("行和列须为不同的统计方式", "rows and columns must differ");
            return Err(Problem::invalid(vec![FieldError::query("by", text)]));
        }
        Some(columns) => {
            let (asked, sides) = (CrossAsked { region, year, method, day }, Sides { rows: by, columns });
            Some(cross::cross(conn, catalogue, asked, sides, now, language)?)
        }
        None => None,
    };
    let breadth = Breadth::of(&whole, &region.code);
    let announced = published::report(conn, actor, catalogue, Some(&region.code), Some(day), now, language)?;
    let chosen = settings.rules_on(day).map(|rules| rules.coverage);
    let total = Text::new("合计", "Total");
    Ok(SamplingReport {
        rows,
        cross,
        total: SamplingRow::of("total", total.get(language), &figures, Some(breadth.operators)),
        indicators: indicators(method, &figures, formal.as_ref(), language),
        growth: growth(figures.get("tested"), before.get("tested")),
        days: spans(&figures),
        coverage: coverage::readings(
            conn,
            catalogue,
            (&region.code, day),
            (year, method),
            &breadth,
            chosen,
            now,
        )?,
        announced: announced::beside(&announced.rows, (year, method), &figures, &breadth, language),
        breadth,
        region: region.code.clone(),
        region_name: region.name_in(language).to_owned(),
        as_of: day,
        year,
        method,
        by,
    })
}

fn year(asked: Option<i32>, day: NaiveDate) -> Result<i32, Problem> {
    let last = day.year();
    match asked {
        Some(year) if !(FIRST_YEAR..=last).contains(&year) => {
            let text = Text::new(
                format!("须为 {FIRST_YEAR} 到 {last} 的年份"),
                format!("must be a year from {FIRST_YEAR} to {last}"),
            );
            Err(Problem::invalid(vec![FieldError::query("year", text)]))
        }
        asked => Ok(asked.unwrap_or(last)),
    }
}

/// A region, and the parts of it.
fn with_parts<'a>(catalogue: &'a Catalogue, region: &'a Region) -> Vec<&'a str> {
    let parts = catalogue.regions.iter().filter(|r| r.parent.as_deref() == Some(&region.code));
    std::iter::once(region.code.as_str()).chain(parts.map(|part| part.code.as_str())).collect()
}

/// The lines; of a past day `whole` has all of them but those by method.
fn rows(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    region: &Region,
    by: SamplingBy,
    whole: &Counted,
    asked: Asked<'_>,
    (now, language): (DateTime<Utc>, Language),
) -> Result<Vec<SamplingRow>, Problem> {
    let past = asked.day != shanghai_date(now);
    let dimension = match by {
        SamplingBy::Region if past => return Ok(lines::by_region(catalogue, region, whole, language)),
        SamplingBy::Region => {
            let scopes = with_parts(catalogue, region);
            let places = counted(conn, Asked { scopes: &scopes, dimensions: &["all"], ..asked }, now)?;
            return Ok(lines::by_region(catalogue, region, &places, language));
        }
        SamplingBy::Method => {
            let mut methods: BTreeMap<String, Figures> = BTreeMap::new();
            for method in Method::ALL {
                let of_method = Asked { method: *method, dimensions: &["all"], ..asked };
                methods.insert(method.to_string(), counted(conn, of_method, now)?.all(&region.code));
            }
            return lines::by_dimension(conn, catalogue, by, &methods, language);
        }
        SamplingBy::Class | SamplingBy::Kind => {
            let lines = whole.lines(&region.code, by.as_str());
            return lines::by_dimension(conn, catalogue, by, &lines, language);
        }
        SamplingBy::Level => "level",
        SamplingBy::Role => "role",
        SamplingBy::Laboratory => "laboratory",
        SamplingBy::Programme => "programme",
        SamplingBy::Month => "month",
    };
    let lines = if past {
        whole.lines(&region.code, dimension)
    } else {
        counted(conn, Asked { dimensions: &[dimension], ..asked }, now)?.lines(&region.code, dimension)
    };
    lines::by_dimension(conn, catalogue, by, &lines, language)
}

fn growth(this_year: i64, last_year: i64) -> Growth {
    let change = ratio(this_year - last_year, last_year, 1_000.0);
    Growth { this_year, last_year, percent: change.map(|change| (change * 1_000.0).round() / 10.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_growth_that_was_announced() {
        assert_eq!(growth(28_682, 24_919).percent, Some(15.1));
        assert_eq!(growth(90, 100).percent, Some(-10.0));
        assert_eq!(growth(5, 0).percent, None);
    }

    #[test]
    fn years_ahead_are_refused() {
        let day = "2021-12-31".parse().unwrap();
        assert_eq!(year(None, day).unwrap(), 2021);
        assert_eq!(year(Some(2019), day).unwrap(), 2019);
        assert_eq!(year(Some(2022), day).unwrap_err().errors[0].pointer, "?year");
    }
}
