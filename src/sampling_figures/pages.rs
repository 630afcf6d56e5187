//! The page of the figures of inspections: cards, charts and tables, as of any day.

use askama::Template;
use chrono::{Datelike, NaiveDate};

use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::inspections::words::Method;
use crate::programmes::coverage::CoverageReading;
use crate::programmes::settings::ProgrammeSettings;
use crate::reports::pages::charts::{Line, line};
use crate::reports::rate::RateRow;
use crate::sampling_figures::days::SpanDays;
use crate::sampling_figures::lines::{SamplingBy, SamplingRow};
use crate::sampling_figures::report::{Question, SamplingReport, report};
use crate::web::choices::{Choice, regions};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A line of the table, with its place among the others.
struct Ranked {
    /// From 1, the highest rate first; those with the same rate share a place. None where nothing was tested, and for months.
    place: Option<usize>,
    /// The rate in percent, which is the bar's length as well.
    percent: String,
    row: SamplingRow,
    /// Address of the list behind the bar.
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "sampling_figures/sampling.html")]
struct SamplingPage {
    f: Frame,
    asked: QueryParams,
    report: SamplingReport,
    rows: Vec<Ranked>,
    line: Option<Line>,
    regions: Vec<Choice>,
    today: NaiveDate,
}

/// The lines with the highest rate first; those of which nothing was tested last. Lines with the same rate share a place: rates are compared as
/// fractions.
fn ranked(rows: &[SamplingRow], href: impl Fn(&SamplingRow) -> Option<String>) -> Vec<Ranked> {
    let above = |a: &SamplingRow, b: &SamplingRow| {
        let cross = |x: &SamplingRow, y: &SamplingRow| i128::from(x.nonconforming) * i128::from(y.tested);
        a.tested > 0 && (b.tested == 0 || cross(a, b) > cross(b, a))
    };
    let mut sorted: Vec<&SamplingRow> = rows.iter().collect();
    sorted.sort_by(|a, b| above(b, a).cmp(&above(a, b)).then_with(|| a.key.cmp(&b.key)));
    let mut places: Vec<Option<usize>> = Vec::new();
    for (at, row) in sorted.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|last| Some((*sorted.get(last)?, *places.get(last)?)));
        places.push(match before {
            _ if row.tested == 0 => None,
            Some((last, place)) if !above(last, row) => place,
            _ => Some(at + 1),
        });
    }
    sorted
        .into_iter()
        .zip(places)
        .map(|(row, place)| Ranked {
            place,
            percent: format!("{:.2}", row.percent.unwrap_or(0.0)),
            href: href(row),
            row: row.clone(),
        })
        .collect()
}

/// The months as a chart takes them.
#[expect(clippy::cast_precision_loss, reason = "counts of inspections are far below 2^53")]
fn months(f: &Frame, rows: &[SamplingRow]) -> Line {
    let month = |row: &SamplingRow| RateRow {
        key: row.key.clone(),
        name: row.name.clone(),
        listed: row.drawn,
        operating: row.tested,
        cleared: row.nonconforming,
        rate: if row.tested == 0 { 0.0 } else { row.nonconforming as f64 / row.tested as f64 },
        percent: row.percent.unwrap_or(0.0),
    };
    let months: Vec<RateRow> = rows.iter().map(month).collect();
    line(f, &months)
}

/// The page.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (catalogue, now, conn) = (app.catalogue(), app.clock().now(), &mut *app.conn()?);
        let question = Question {
            by: asked.read("by")?,
            and: asked.read("and")?,
            method: asked.read("method")?,
            year: asked.read("year")?,
            region: asked.get("region").map(str::to_owned),
            as_of: asked.read("as_of")?,
        };
        let settings = app.settings().section::<ProgrammeSettings>();
        let report = report(conn, &actor, (catalogue, settings), &question, now, frame.language)?;
        let href = |row: &SamplingRow| match report.by {
            SamplingBy::Region => (row.key != report.region).then(|| asked.with("region", &row.key)),
            SamplingBy::Method => Some(asked.with("method", &row.key)),
            _ => None,
        };
        let is_month = report.by == SamplingBy::Month;
        let rows = if is_month {
            let shown = |row: &SamplingRow| Ranked {
                place: None,
                percent: format!("{:.2}", row.percent.unwrap_or(0.0)),
                row: row.clone(),
                href: None,
            };
            report.rows.iter().map(shown).collect()
        } else {
            ranked(&report.rows, href)
        };
        Ok(SamplingPage {
            line: (is_month && report.rows.len() > 1).then(|| months(&frame, &report.rows)),
            rows,
            regions: regions(frame.language, &actor, catalogue),
            today: shanghai_date(now),
            report,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl SamplingPage {
    fn percent(&self, percent: &Option<f64>) -> String {
        percent.map_or_else(|| "—".to_owned(), |percent| format!("{percent:.2}%"))
    }

    fn growth(&self) -> String {
        let sign = |percent: f64| if percent < 0.0 { "−" } else { "+" };
        self.report
            .growth
            .percent
            .map_or_else(|| "—".to_owned(), |percent| format!("{}{:.1}%", sign(percent), percent.abs()))
    }

    fn each(&self) -> String {
        self.report.breadth.products_per_operator.map_or_else(|| "—".to_owned(), |each| format!("{each:.2}"))
    }

    fn difference(&self, difference: &i64) -> String {
        match *difference {
            0 => "0".to_owned(),
            more if more > 0 => format!("+{more}"),
            less => format!("−{}", less.unsigned_abs()),
        }
    }

    /// The address of the file of what the page shows; it ends so that `format=` fits behind it.
    fn files(&self) -> String {
        let and = self.report.cross.as_ref().map(|cross| cross.columns_by);
        let by = and.map_or_else(|| self.report.by.to_string(), |and| format!("{},{and}", self.report.by));
        self.asked.file_with("/api/v1/reports/sampling", &["and"], &[("by", &by)])
    }

    /// Whether these are the columns of the table.
    fn columns_are(&self, by: &SamplingBy) -> bool {
        self.report.cross.as_ref().is_some_and(|cross| cross.columns_by == *by)
    }

    fn lines(&self) -> &'static [SamplingBy] {
        SamplingBy::ALL
    }

    fn line_word(&self, by: &SamplingBy) -> String {
        by.text().get(self.f.language).to_owned()
    }

    fn methods(&self) -> &'static [Method] {
        Method::ALL
    }

    fn method_word(&self, method: &Method) -> String {
        method.text().get(self.f.language).to_owned()
    }

    fn span(&self, span: &SpanDays) -> String {
        span.span.text().get(self.f.language).to_owned()
    }

    fn reading(&self, reading: &CoverageReading) -> &'static str {
        match reading {
            CoverageReading::Operators => self.f.t(
                "被抽查的经营者 ÷ 登记在册的在营企业",
                "operators tested ÷ operating enterprises in the register",
            ),
            CoverageReading::Kinds => {
                self.f.t("被抽查的产品种类 ÷ 产品目录", "kinds tested ÷ kinds in the catalogue")
            }
            CoverageReading::Licensed => self.f.t(
                "被抽查的获证企业 ÷ 登记在册的获证企业",
                "licensed producers tested ÷ licensed producers in the register",
            ),
        }
    }

    fn this_year(&self) -> i32 {
        self.today.year()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, tested: i64, nonconforming: i64) -> SamplingRow {
        SamplingRow { key: key.to_owned(), tested, nonconforming, ..SamplingRow::default() }
    }

    #[test]
    fn lines_with_the_same_rate_share_a_place() {
        let rows = [row("a", 0, 0), row("b", 10, 1), row("c", 4, 2), row("d", 30, 3), row("e", 10, 0)];
        let places: Vec<(String, Option<usize>)> =
            ranked(&rows, |_| None).into_iter().map(|ranked| (ranked.row.key, ranked.place)).collect();
        let wanted = [("c", Some(1)), ("b", Some(2)), ("d", Some(2)), ("e", Some(4)), ("a", None)];
        assert_eq!(places, wanted.map(|(key, place)| (key.to_owned(), place)));
    }
}
