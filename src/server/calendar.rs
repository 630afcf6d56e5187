//! The calendar of working days, year by year: for programs, and as a page that warns where a year is missing.

use askama::Template;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::catalogue::{Calendar, Holiday, missing_year};
use crate::core::clock::shanghai_date;
use crate::core::problem::FieldError;
use crate::core::{Language, Problem, Text};
use crate::server::calendar_files::is_built_in;
use crate::web::Query;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::ok;
use crate::web::state::State;

/// The years that can be asked for.
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2100;

/// Which year of the calendar.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CalendarQuery {
    /// The year, 1950 to 2100; the present one in Asia/Shanghai where none is given.
    #[param(example = 2026)]
    year: Option<i32>,
}

/// A year of the calendar of working days. All dates are civil dates in Asia/Shanghai.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarYear {
    /// The year.
    pub year: i32,
    /// Whether its holidays are announced. Of a year that is not, only the weekends are known.
    pub announced: bool,
    /// Number of the notice of the State Council's General Office.
    pub source: Option<String>,
    /// The day on which the notice was signed.
    pub announced_on: Option<NaiveDate>,
    /// The holidays in the order of the notice.
    pub holidays: Vec<CalendarHoliday>,
    /// The weekend days that are worked (调休).
    pub working_days: Vec<NaiveDate>,
    /// The years whose holidays are announced.
    pub announced_years: Vec<i32>,
    /// The year whose notice is wanted by now and was not loaded: the present one, or from 1 December on the next.
    pub missing_year: Option<i32>,
}

/// A holiday: days that a notice declares rest days, weekend days among them.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarHoliday {
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name; the Chinese one where there is none.
    pub name_en: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Number of the notice that declares it: the year's, or a later one.
    pub source: String,
    /// The day on which that notice was signed.
    pub announced_on: Option<NaiveDate>,
}

/// A year that can be asked for.
///
/// # Errors
/// 422 naming `year`.
fn asked_year(year: Option<i32>, today: NaiveDate) -> Result<i32, Problem> {
    let year = year.unwrap_or_else(|| today.year());
    if YEARS.contains(&year) {
        return Ok(year);
    }
    let detail = Text::new("年份须在 1950 至 2100 之间", "must be a year from 1950 to 2100");
    Err(Problem::invalid(vec![FieldError::query("year", detail)]))
}

/// A year of the calendar of working days: the holidays and make-up days of the State Council's notices.
#[utoipa::path(get, path = "/api/v1/calendar", tag = "reference", params(CalendarQuery),
    responses((status = 200, body = CalendarYear)))]
pub async fn calendar(state: State, query: Query<CalendarQuery>) -> Answer {
    let today = shanghai_date(state.app.clock().now());
    let year = asked_year(query.0.year, today)?;
    ok(view(&state.app.catalogue().calendar, year, today))
}

fn view(calendar: &Calendar, year: i32, today: NaiveDate) -> CalendarYear {
    let known = calendar.year(year);
    let holiday = |holiday: &Holiday| CalendarHoliday {
        name_zh: holiday.name.clone(),
        name_en: holiday.name(Language::En).into_owned(),
        from: holiday.from,
        to: holiday.to,
        source: holiday.notice.number.clone(),
        announced_on: holiday.notice.announced_on,
    };
    CalendarYear {
        year,
        announced: known.is_some(),
        source: known.map(|known| known.notice.number.clone()),
        announced_on: known.and_then(|known| known.notice.announced_on),
        holidays: known.map(|known| known.holidays.iter().map(holiday).collect()).unwrap_or_default(),
        working_days: known
            .map(|known| known.working_days.iter().map(|(day, _)| *day).collect())
            .unwrap_or_default(),
        announced_years: calendar.years().map(|year| year.year).collect(),
        missing_year: calendar.missing_on(today),
    }
}

/// A day of a month, as it is drawn.
struct Square {
    day: u32,
    /// The name of its style: a rest day, a make-up day, a weekend, or none of these.
    kind: &'static str,
    /// The mark beside the number: a rest day or a worked one.
    mark: &'static str,
    /// Said besides: the holiday.
    spoken: String,
    today: bool,
}

struct Month {
    name: String,
    /// Weeks from Monday; a place outside of the month is none.
    weeks: Vec<Vec<Option<Square>>>,
}

/// A holiday in the list.
struct Line {
    name: String,
    from: NaiveDate,
    to: NaiveDate,
    days: usize,
    source: String,
    announced_on: Option<NaiveDate>,
}

#[derive(Template)]
#[template(path = "server/calendar.html")]
struct CalendarPage {
    f: Frame,
    year: CalendarYear,
    months: Vec<Month>,
    lines: Vec<Line>,
    /// The years of the navigation: the announced ones, the shown one, the one after the last.
    years: Vec<i32>,
    /// Rest days that the notices declare.
    rest_days: usize,
    /// The file that the year was read from, where it is not built in.
    file: Option<String>,
    work_days: usize,
    /// The warning that a year is missing.
    missing: Option<Text>,
}

/// The page.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let f = member.frame;
    let today = shanghai_date(state.app.clock().now());
    let year = asked_year(asked.read("year")?, today)?;
    let calendar = &state.app.catalogue().calendar;
    let known = calendar.year(year);
    let mut years: Vec<i32> = calendar.years().map(|year| year.year).collect();
    years.extend(years.last().map(|last| last.saturating_add(1)));
    years.push(year);
    years.sort_unstable();
    years.dedup();
    let line = |holiday: &Holiday| Line {
        name: holiday.name(f.language).into_owned(),
        from: holiday.from,
        to: holiday.to,
        days: holiday.days().count(),
        source: holiday.notice.number.clone(),
        announced_on: holiday.notice.announced_on,
    };
    let page = CalendarPage {
        months: (1..=12).map(|month| draw(&f, calendar, year, month, today)).collect(),
        lines: known.map(|known| known.holidays.iter().map(line).collect()).unwrap_or_default(),
        years,
        rest_days: known.map_or(0, |known| known.rest_days()),
        file: known.filter(|known| !is_built_in(&known.file)).map(|known| known.file.clone()),
        work_days: days_of(year, None).filter(|day| calendar.is_working_day(*day)).count(),
        missing: calendar.missing_on(today).map(missing_year),
        year: view(calendar, year, today),
        f: f.clone(),
    };
    show(&f, &page)
}

/// The days of a year, or of one of its months.
fn days_of(year: i32, month: Option<u32>) -> impl Iterator<Item = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, month.unwrap_or(1), 1).unwrap_or_default();
    first
        .iter_days()
        .take_while(move |day| day.year() == first.year() && month.is_none_or(|month| day.month() == month))
}

fn draw(f: &Frame, calendar: &Calendar, year: i32, month: u32, today: NaiveDate) -> Month {
    let days: Vec<NaiveDate> = days_of(year, Some(month)).collect();
    let first = days.first().copied().unwrap_or_default();
    let mut places: Vec<Option<Square>> = Vec::new();
    places.resize_with(first.weekday().num_days_from_monday() as usize, || None);
    places.extend(days.iter().map(|day| Some(square(f, calendar, *day, today))));
    places.resize_with(places.len().next_multiple_of(7), || None);
    let mut weeks = Vec::new();
    while !places.is_empty() {
        let rest = places.split_off(7.min(places.len()));
        weeks.push(std::mem::replace(&mut places, rest));
    }
    Month { name: first.format(f.t("%-m月", "%B")).to_string(), weeks }
}

fn square(f: &Frame, calendar: &Calendar, day: NaiveDate, today: NaiveDate) -> Square {
    let holiday = calendar.years().flat_map(|year| &year.holidays).find(|h| h.from <= day && day <= h.to);
    let (kind, mark, spoken) = if let Some(holiday) = holiday {
        ("off", f.t("休", "off"), holiday.name(f.language).into_owned())
    } else if calendar.is_make_up_day(day) {
        ("work", f.t("班", "work"), f.t("调休上班", "make-up day").to_owned())
    } else if calendar.is_working_day(day) {
        ("", "", String::new())
    } else {
        ("weekend", "", String::new())
    };
    Square { day: day.day(), kind, mark, spoken, today: day == today }
}

impl CalendarPage {
    /// The headings of the week.
    fn weekdays(&self) -> [(&'static str, &'static str); 7] {
        match self.f.language {
            Language::Zh => [
                ("一", "星期一"),
                ("二", "星期二"),
                ("三", "星期三"),
                ("四", "星期四"),
                ("五", "星期五"),
                ("六", "星期六"),
                ("日", "星期日"),
            ],
            Language::En => [
                ("Mo", "Monday"),
                ("Tu", "Tuesday"),
                ("We", "Wednesday"),
                ("Th", "Thursday"),
                ("Fr", "Friday"),
                ("Sa", "Saturday"),
                ("Su", "Sunday"),
            ],
        }
    }
}
