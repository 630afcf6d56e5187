//! Reading a file of announcements, and what can be wrong within a year.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Deserialize;
use toml::Spanned;

use crate::catalogue::error::CalendarProblem;
use crate::core::Language;

/// A file of announcements.
#[derive(Debug, Clone, Copy)]
pub struct CalendarFile<'a> {
    /// By which it is named where something is wrong.
    pub name: &'a str,
    /// Its text, TOML in the form of `config/calendar.toml`.
    pub text: &'a str,
}

/// A notice of the State Council or its General Office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its document number (文号).
    pub number: String,
    /// The day on which it was signed, where the calendar states it.
    pub announced_on: Option<NaiveDate>,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.number)?;
        match self.announced_on {
            Some(day) => write!(f, " ({day})"),
            None => Ok(()),
        }
    }
}

/// A holiday of a year: the days that a notice declares to be rest days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// Its Chinese name.
    pub name: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The notice that declares it: the year's, or a later one.
    pub notice: Notice,
    /// The line of the file.
    pub line: usize,
}

impl Holiday {
    /// Its days in order.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let to = self.to;
        self.from.iter_days().take_while(move |day| *day <= to)
    }

    /// Its name. One that has no English name is given in Chinese.
    #[must_use]
    pub fn name(&self, language: Language) -> Cow<'_, str> {
        match language {
            Language::Zh => Cow::Borrowed(&self.name),
            Language::En => english(&self.name),
        }
    }
}

/// The English name of a holiday, or of several joined by `、`.
fn english(name: &str) -> Cow<'_, str> {
    let one = |name| match name {
        "元旦" => Some("New Year"),
        "春节" => Some("Spring Festival"),
        "春节（延长）" => Some("Spring Festival (extended)"),
        "清明节" => Some("Tomb-sweeping Day"),
        "劳动节" => Some("Labour Day"),
        "端午节" => Some("Dragon Boat Festival"),
        "中秋节" => Some("Mid-autumn Festival"),
        "国庆节" => Some("National Day"),
        "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日" => {
            Some("70th Victory Day")
        }
        _ => None,
    };
    let names: Option<Vec<&str>> = name.split('、').map(one).collect();
    names.map_or(Cow::Borrowed(name), |names| Cow::Owned(names.join(", ")))
}

/// What was announced for a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// The year.
    pub year: i32,
    /// The notice.
    pub notice: Notice,
    /// The holidays, as they stand in the file.
    pub holidays: Vec<Holiday>,
    /// The weekend days that are worked, each with its line of the file.
    pub working_days: Vec<(NaiveDate, usize)>,
    /// The file that it stands in.
    pub file: String,
    /// The line at which it begins there.
    pub line: usize,
}

impl Year {
    /// Days that are declared rest days, weekend days among them.
    #[must_use]
    pub fn rest_days(&self) -> usize {
        self.holidays.iter().map(|holiday| holiday.days().count()).sum()
    }

    /// Something wrong with the year as a whole.
    pub(super) fn problem(&self, problem: impl Into<String>) -> CalendarProblem {
        self.problem_at(self.line, problem)
    }

    /// Something wrong with a line of it.
    pub(super) fn problem_at(&self, line: usize, problem: impl Into<String>) -> CalendarProblem {
        CalendarProblem { file: self.file.clone(), line, year: Some(self.year), problem: problem.into() }
    }
}

// No announced holiday has been longer than ten days; a longer one is a slip of the pen.
const LONGEST_HOLIDAY: i64 = 12;
/// Years that a notice can be about. A year beyond is a slip of the pen as well.
const YEARS: Range<i32> = 1950..2101;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    year: Vec<Spanned<RawYear>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawYear {
    year: i32,
    source: Option<String>,
    announced_on: Option<Spanned<String>>,
    holidays: Vec<Spanned<RawHoliday>>,
    working_days: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHoliday {
    name: String,
    from: String,
    to: String,
    source: Option<String>,
    announced_on: Option<String>,
}

/// The years of a file, without what is wrong in them, which is added to the problems.
pub(super) fn read(file: &CalendarFile<'_>, problems: &mut Vec<CalendarProblem>) -> Vec<Year> {
    let line = |span: Range<usize>| {
        let before = file.text.as_bytes().get(..span.start).unwrap_or_default();
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    };
    match toml::from_str::<RawFile>(file.text) {
        Ok(raw) => raw.year.into_iter().map(|year| one_year(file, year, &line, problems)).collect(),
        Err(error) => {
            problems.push(CalendarProblem {
                file: file.name.to_owned(),
                line: error.span().map_or(1, line),
                year: None,
                problem: error.message().trim().replace('\n', ", "),
            });
            Vec::new()
        }
    }
}

fn one_year(
    file: &CalendarFile<'_>,
    raw: Spanned<RawYear>,
    line: &dyn Fn(Range<usize>) -> usize,
    problems: &mut Vec<CalendarProblem>,
) -> Year {
    let first_line = line(raw.span());
    let raw = raw.into_inner();
    let number = raw.year;
    let mut problem = |line, problem: String| {
        problems.push(CalendarProblem { file: file.name.to_owned(), line, year: Some(number), problem });
    };
    let in_year = |day: NaiveDate| {
        day.year() == number || (day.year().saturating_add(1) == number && day.month() == 12)
    };
    if !YEARS.contains(&number) {
        problem(first_line, format!("a year from {} to {} is wanted", YEARS.start, YEARS.end - 1));
    }
    let announced_on = raw.announced_on.and_then(|text| {
        let line = line(text.span());
        date("announced_on", text.get_ref()).map_err(|wrong| problem(line, wrong)).ok()
    });
    let given = |source: &Option<String>| {
        source.as_deref().map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned)
    };
    let number_of_notice = given(&raw.source);
    if raw.holidays.is_empty() {
        problem(first_line, "it has no holiday".to_owned());
    }
    let mut holidays = Vec::new();
    for holiday in raw.holidays {
        let line = line(holiday.span());
        let RawHoliday { name, from, to, source, announced_on: own_day } = holiday.into_inner();
        let own = given(&source);
        let notice = match (&own, &number_of_notice) {
            (Some(own), _) => {
                let day = own_day.as_deref().map(|text| date("announced_on", text)).transpose();
                let announced_on = day.unwrap_or_else(|wrong| {
                    problem(line, wrong);
                    None
                });
                Notice { number: own.clone(), announced_on }
            }
            (None, Some(of_year)) => Notice { number: of_year.clone(), announced_on },
            (None, None) => {
                problem(line, format!("{name} has no source: the number of its notice is wanted"));
                Notice { number: String::new(), announced_on: None }
            }
        };
        let (from, to) = match (date("from", &from), date("to", &to)) {
            (Ok(from), Ok(to)) => (from, to),
            (from, to) => {
                from.err()
                    .into_iter()
                    .chain(to.err())
                    .for_each(|wrong| problem(line, format!("{name}: {wrong}")));
                continue;
            }
        };
        let days = (to - from).num_days() + 1;
        if name.trim().is_empty() {
            problem(line, "a holiday has no name".to_owned());
        } else if !in_year(from) || to.year() != number {
            problem(line, format!("{name} is not in it"));
        } else if !(1..=LONGEST_HOLIDAY).contains(&days) {
            problem(line, format!("{name} lasts {days} days"));
        } else {
            holidays.push(Holiday { name, from, to, notice, line });
        }
    }
    let mut working_days = Vec::new();
    for text in raw.working_days {
        let line = line(text.span());
        match date("working_days", text.get_ref()) {
            Ok(day) if in_year(day) && matches!(day.weekday(), Weekday::Sat | Weekday::Sun) => {
                working_days.push((day, line));
            }
            Ok(day) => problem(line, format!("make-up day {day} is not a weekend day in it")),
            Err(wrong) => problem(line, wrong),
        }
    }
    let notice = match number_of_notice {
        Some(number) => Notice { number, announced_on },
        None => holidays
            .first()
            .map_or(Notice { number: String::new(), announced_on }, |first: &Holiday| first.notice.clone()),
    };
    Year { year: number, notice, holidays, working_days, file: file.name.to_owned(), line: first_line }
}

fn date(key: &str, text: &str) -> Result<NaiveDate, String> {
    text.trim().parse().map_err(|_| format!("{key}: {text:?} is no date, as 2027-01-01 is"))
}
