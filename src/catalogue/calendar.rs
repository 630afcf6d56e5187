//! Working days: weekends and public holidays are rest days, make-up days (调休) are worked.
//!
//! The State Council's General Office announces each year's holidays in the autumn before.

mod announcement;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate, Weekday};

use super::error::{CalendarProblem, CatalogueError};
use crate::core::Text;
use crate::core::secret::sha256;
pub use announcement::{CalendarFile, Holiday, Notice, Year};

/// The first month of which a missing next year is worth a warning: the notice usually comes in November.
const WARN_FROM_MONTH: u32 = 12;

/// The announced holidays and make-up working days. Dates are civil dates in Asia/Shanghai.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    years: BTreeMap<i32, Year>,
    holidays: BTreeMap<NaiveDate, String>,
    made_up: BTreeSet<NaiveDate>,
}

impl Calendar {
    /// Reads the announcements from TOML; `config/calendar.toml` shows the form.
    ///
    /// # Errors
    /// As [`Calendar::layered`], for one file.
    pub fn parse(toml: &str) -> Result<Self, CatalogueError> {
        Self::layered(&[CalendarFile { name: "calendar.toml", text: toml }])
    }

    /// Reads the announcements of several files: a year of a later file takes the place of the same year in the first.
    ///
    /// # Errors
    /// All that [`Calendar::read`] finds wrong.
    pub fn layered(files: &[CalendarFile<'_>]) -> Result<Self, CatalogueError> {
        match Self::read(files) {
            (calendar, problems) if problems.is_empty() => Ok(calendar),
            (_, problems) => Err(CatalogueError::Calendar(problems)),
        }
    }

    /// Reads what can be read of the announcements, and says with file and line what is wrong with the rest: a syntax error or
    /// unknown key; a year or day announced twice, or by two of the later files; a holiday without the number of its notice, one
    /// that ends before it begins or lasts longer than any ever has; a day out of its year (December before excepted); a make-up
    /// day that is worked anyway, or is a holiday.
    #[must_use]
    pub fn read(files: &[CalendarFile<'_>]) -> (Self, Vec<CalendarProblem>) {
        let mut problems = Vec::new();
        let mut years: BTreeMap<i32, (usize, Year)> = BTreeMap::new();
        for (layer, file) in files.iter().enumerate() {
            for year in announcement::read(file, &mut problems) {
                match years.get(&year.year) {
                    Some((known, _)) if *known == layer => problems.push(year.problem("duplicate year")),
                    // Which of two later files should count nobody has said.
                    Some((known, other)) if *known > 0 => {
                        problems.push(year.problem(format!("it is in {} as well", other.file)));
                    }
                    _ => {
                        years.insert(year.year, (layer, year));
                    }
                }
            }
        }
        let mut calendar = Self::default();
        for (_, year) in years.into_values() {
            calendar.add(year, &mut problems);
        }
        calendar.find_contradictions(&mut problems);
        (calendar, problems)
    }

    /// Whether this is a working day. Outside the announced years only weekends are known to be rest days.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.made_up.contains(&day) || !(is_weekend(day) || self.holidays.contains_key(&day))
    }

    /// Whether the day is a weekend day that is worked in place of another (调休).
    #[must_use]
    pub fn is_make_up_day(&self, day: NaiveDate) -> bool {
        self.made_up.contains(&day)
    }

    /// Whether the holidays of this year were announced to us. Deadlines in a year not covered may move when they are.
    #[must_use]
    pub fn covers(&self, year: i32) -> bool {
        self.years.contains_key(&year)
    }

    /// Document number of the notice that announced this year's holidays.
    #[must_use]
    pub fn source(&self, year: i32) -> Option<&str> {
        self.years.get(&year).map(|year| year.notice.number.as_str())
    }

    /// What was announced for a year.
    #[must_use]
    pub fn year(&self, year: i32) -> Option<&Year> {
        self.years.get(&year)
    }

    /// The announced years, in order.
    pub fn years(&self) -> impl Iterator<Item = &Year> {
        self.years.values()
    }

    /// The year whose announcement is wanted on a day in Asia/Shanghai and is not here: this one, or from December on the next.
    #[must_use]
    pub fn missing_on(&self, today: NaiveDate) -> Option<i32> {
        let this = today.year();
        let next = this.saturating_add(1);
        match (self.covers(this), self.covers(next)) {
            (false, _) => Some(this),
            (true, false) if today.month() >= WARN_FROM_MONTH => Some(next),
            _ => None,
        }
    }

    /// The years between the first and the last announced one that are not here.
    #[must_use]
    pub fn gaps(&self) -> Vec<i32> {
        let (first, last) = (self.years.first_key_value(), self.years.last_key_value());
        let all = first.zip(last).map(|((first, _), (last, _))| *first..=*last);
        all.into_iter().flatten().filter(|year| !self.covers(*year)).collect()
    }

    /// The day itself if it is a working day, else the first working day after it.
    #[must_use]
    pub fn next_working_day_on_or_after(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().find(|day| self.is_working_day(*day)).unwrap_or(day)
    }

    /// Chinese name of the holiday this day belongs to; none for an ordinary weekend.
    #[must_use]
    pub fn holiday_name(&self, day: NaiveDate) -> Option<&str> {
        self.holidays.get(&day).map(String::as_str)
    }

    fn add(&mut self, year: Year, problems: &mut Vec<CalendarProblem>) {
        for holiday in &year.holidays {
            for day in holiday.days() {
                if self.holidays.insert(day, holiday.name.clone()).is_some() {
                    problems.push(year.problem_at(holiday.line, format!("{day} is in two holidays")));
                }
            }
        }
        for (day, line) in &year.working_days {
            if !self.made_up.insert(*day) {
                problems.push(year.problem_at(*line, format!("duplicate make-up day {day}")));
            }
        }
        self.years.insert(year.year, year);
    }

    /// Days that are said to be both.
    fn find_contradictions(&self, problems: &mut Vec<CalendarProblem>) {
        for year in self.years.values() {
            for (day, line) in year.working_days.iter().filter(|(day, _)| self.holidays.contains_key(day)) {
                problems.push(year.problem_at(*line, format!("{day} is both a holiday and a make-up day")));
            }
        }
    }
}

impl Year {
    /// A digest of all that was announced for the year, in hexadecimal. It differs where a day, a name or a notice does, and not by
    /// the file that it stands in.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut text = format!("{} {:?}", self.year, self.notice);
        for Holiday { name, from, to, notice, .. } in &self.holidays {
            let _ = write!(text, "\n{name} {from} {to} {notice:?}");
        }
        for (day, _) in &self.working_days {
            let _ = write!(text, "\n{day}");
        }
        sha256(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The warning that the notice of a year was not loaded, for pages.
#[must_use]
pub fn missing_year(year: i32) -> Text {
    Text::new(
        format!(
            "{year}年节假日安排尚未载入，该年内的法定期限暂按周末推算，载入后可能调整。国务院办公厅通知公布后，请平台运营人员载入。"
        ),
        format!(
            "The holidays of {year} are not loaded: deadlines in that year are counted by weekends alone and may move. Once the State \
             Council's notice is out, whoever runs the platform should load it."
        ),
    )
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests;
