//! The figures of credit: grades by region, class and role, changes by month, how long operators stay, and whether grades foretell failures.

use askama::Template;

use crate::conduct::words::Grade;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::credit::pages::shown::GradeShown;
use crate::credit::pages::words::{change, grade_shown};
use crate::credit_figures::counts::{CreditBy, CreditRow, Transition};
use crate::credit_figures::days::GradeDays;
use crate::credit_figures::recidivism::Recidivism;
use crate::credit_figures::report::{CreditReport, Question, report};
use crate::web::charts::percent;
use crate::web::choices::{Choice, regions};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A part of a bar.
struct Part {
    /// Where it begins, 0 to 100.
    x: String,
    /// How long it is.
    width: String,
    /// Style class of the part.
    tone: &'static str,
}

/// A line of the table of grades.
struct Line {
    row: CreditRow,
    parts: Vec<Part>,
    /// Address of the list behind the line.
    href: Option<String>,
}

/// The share of a grade that failed its next sampling, with the interval drawn.
struct Failing {
    grade: GradeShown,
    row: Recidivism,
    /// The interval, 0 to 100: where it begins, how long it is; none where nothing was sampled.
    span: Option<(String, String)>,
    /// The share, 0 to 100.
    middle: Option<String>,
}

#[derive(Template)]
#[template(path = "credit_figures/figures.html")]
struct FiguresPage {
    f: Frame,
    asked: QueryParams,
    report: CreditReport,
    rows: Vec<Line>,
    failing: Vec<Failing>,
    /// What the shares of failures say of the grades.
    verdict: String,
    regions: Vec<Choice>,
    today: String,
}

/// The grades of a line as parts of a bar.
fn parts(row: &CreditRow) -> Vec<Part> {
    let all = row.a + row.b + row.c + row.d;
    let mut begins = 0;
    let mut parts = Vec::new();
    for (count, tone) in [(row.a, "good"), (row.b, "plain"), (row.c, "warn"), (row.d, "bad")] {
        if count > 0 {
            parts.push(Part {
                x: format!("{:.1}", percent(begins, all)),
                width: format!("{:.1}", percent(count, all)),
                tone,
            });
        }
        begins += count;
    }
    parts
}

/// What the shares say: whether D fails more often than A, as far as the intervals tell them apart.
fn verdict(f: &Frame, rows: &[Recidivism]) -> String {
    let of = |grade: Grade| rows.iter().find(|row| row.grade == grade);
    let bounds = |row: &Recidivism| row.low.zip(row.high);
    let found = of(Grade::A).and_then(bounds).zip(of(Grade::D).and_then(bounds));
    let Some(((_, best_high), (worst_low, worst_high))) = found else {
        return f
            .t(
                "A 级或 D 级还没有其后的抽查结果，尚不能判断等级是否有效。",
                "Of A or D there are no later samplings yet: whether the grades say something can’t be told.",
            )
            .to_owned();
    };
    let best_low = of(Grade::A).and_then(|row| row.low).unwrap_or(0.0);
    if worst_low > best_high {
        return f
            .t(
                "D 级其后抽查的不合格率明显高于 A 级：等级与风险一致。",
                "D fails its next sampling clearly more often than A: grades and risk agree.",
            )
            .to_owned();
    }
    if worst_high < best_low {
        return f
            .t(
                "D 级其后抽查的不合格率低于 A 级：规则需要重新评估。",
                "D fails its next sampling less often than A: the rules need a second look.",
            )
            .to_owned();
    }
    f.t("两个等级的区间重叠，差异尚不明显。", "The intervals of the two overlap: no clear difference yet.")
        .to_owned()
}

fn failing(row: Recidivism) -> Failing {
    let place = |percent: f64| format!("{:.1}", percent.clamp(0.0, 100.0));
    Failing {
        grade: grade_shown(Some(row.grade)),
        span: row.low.zip(row.high).map(|(low, high)| (place(low), place((high - low).max(0.5)))),
        middle: row.percent.map(place),
        row,
    }
}

/// The page.
pub async fn figures(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let now = app.clock().now();
        let question = Question {
            as_of: asked.read("as_of")?,
            by: asked.read("by")?,
            region: asked.get("region").map(str::to_owned),
        };
        let conn = &mut *app.snapshot()?;
        let known = (app.catalogue(), app.settings());
        let report = report(conn, &actor, (known.0, known.1), &question, now, frame.language)?;
        let line = |row: &CreditRow| Line {
            parts: parts(row),
            href: (report.by == CreditBy::Region && row.key != report.region)
                .then(|| asked.with("region", &row.key)),
            row: row.clone(),
        };
        Ok(FiguresPage {
            rows: report.rows.iter().map(line).collect(),
            verdict: verdict(&frame, &report.recidivism),
            failing: report.recidivism.iter().cloned().map(failing).collect(),
            regions: regions(frame.language, &actor, app.catalogue()),
            today: shanghai_date(now).to_string(),
            report,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl FiguresPage {
    fn lines(&self) -> &'static [CreditBy] {
        CreditBy::ALL
    }

    fn line_word(&self, by: &CreditBy) -> String {
        by.text().get(self.f.language).to_owned()
    }

    fn percent(&self, percent: &Option<f64>) -> String {
        percent.map_or_else(|| "—".to_owned(), |percent| format!("{percent:.1}%"))
    }

    /// The share of operators in a grade.
    fn share(&self, count: &i64) -> String {
        let (count, all) = (i128::from(*count), i128::from(self.report.total.scored));
        if all == 0 {
            return "—".to_owned();
        }
        // Hundredths of a percent, rounded half up: one in a thousand must show.
        let share = (count * 20_000 + all) / (all * 2);
        format!("{}.{:02}%", share / 100, share % 100)
    }

    fn change(&self, transition: &Transition) -> String {
        change(&self.f, transition.from, transition.to)
    }

    fn median(&self, days: &GradeDays) -> String {
        days.median.map_or_else(|| "—".to_owned(), |median| median.to_string())
    }

    fn letter(&self, grade: &Grade) -> &'static str {
        grade_shown(Some(*grade)).letter
    }

    fn interval(&self, row: &Recidivism) -> String {
        match row.low.zip(row.high) {
            Some((low, high)) => format!("{low:.1}% – {high:.1}%"),
            None => "—".to_owned(),
        }
    }
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;
