//! How far a region has come: by its parts, by class of product, by month; as of any day.

use askama::Template;
use chrono::NaiveDate;

use crate::core::actor::{Actor, Scope};
use crate::remediation::deadlines::clock::Clock;
use crate::reports::deadlines::{self, DeadlineRow};
use crate::reports::funnel as stages;
use crate::reports::pages::charts::{Line, Ranked, Stage, funnel, line, ranked};
use crate::reports::rate::{self, By, Count, Question, RateReport};
use crate::web::choices::own;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "reports/progress.html")]
struct ProgressPage {
    f: Frame,
    asked: QueryParams,
    report: RateReport,
    /// The regions around it that the reader may see, the widest first: code and name.
    around: Vec<(String, String)>,
    line: Option<Line>,
    ranked: Vec<Ranked>,
    stages: Vec<Stage>,
    deadlines: Vec<DeadlineRow>,
    today: NaiveDate,
    regulates: bool,
}

/// The page.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (catalogue, now, conn) = (app.catalogue(), app.clock().now(), &mut *app.conn()?);
        let question = Question {
            by: asked.read("by")?.unwrap_or(By::Region),
            count: asked.read("count")?.unwrap_or(Count::Enterprise),
            region: asked.get("region").map(str::to_owned),
            as_of: asked.read("as_of")?,
        };
        let region = question.region.as_deref();
        let report = rate::report(conn, &actor, catalogue, &question, now, frame.language)?;
        let stages = stages::report(conn, &actor, catalogue, region, question.as_of, now, frame.language)?;
        let deadlines =
            deadlines::report(conn, &actor, catalogue, region, question.as_of, now, frame.language)?;
        let top = own(&actor, catalogue).map_or("", |region| region.code.as_str());
        let mut around: Vec<(String, String)> = catalogue
            .regions
            .ancestors(&report.region)
            .filter(|region| region.code != report.region && catalogue.regions.contains(top, &region.code))
            .map(|region| (region.code.clone(), region.name_in(frame.language).to_owned()))
            .collect();
        around.reverse();
        let regulates = matches!(actor.scope(), Some(Scope::Admin(_)));
        let href = |row: &rate::RateRow| match question.by {
            By::Region => (row.key != report.region).then(|| asked.with("region", &row.key)),
            By::Class => regulates.then(|| format!("/cases?class={}&region={}", row.key, report.region)),
            By::Month => None,
        };
        Ok(ProgressPage {
            line: (question.by == By::Month).then(|| line(&frame, &report.rows)),
            ranked: if question.by == By::Month { Vec::new() } else { ranked(&report.rows, href) },
            stages: funnel(&frame, &stages),
            deadlines: deadlines.total.into_iter().filter(|row| row.missed + row.ahead > 0).collect(),
            today: crate::core::clock::shanghai_date(now),
            regulates,
            around,
            report,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl ProgressPage {
    fn rate(&self) -> String {
        format!("{:.1}", self.report.total.percent)
    }

    /// The figures lead to the list of cases, which shows them as they are today.
    fn leads(&self) -> bool {
        self.regulates && self.report.as_of == self.today
    }

    fn clock(&self, clock: &Clock) -> String {
        clock.text().get(self.f.language).to_owned()
    }

    /// The choices of what the lines are: word, name.
    fn lines(&self) -> [(&'static str, &'static str); 3] {
        let f = &self.f;
        [
            ("region", f.t("按地区", "By region")),
            ("class", f.t("按产品类别", "By product class")),
            ("month", f.t("按月", "By month")),
        ]
    }

    /// The choices of what is counted: word, name.
    fn counts(&self) -> [(&'static str, &'static str); 2] {
        let f = &self.f;
        [
            ("enterprise", f.t("按企业计", "Enterprises")),
            ("nonconformity", f.t("按不合格记录计", "Nonconformities")),
        ]
    }

    fn what(&self) -> &'static str {
        match self.report.by {
            By::Region => self.f.t("地区", "Region"),
            By::Class => self.f.t("产品类别", "Product class"),
            By::Month => self.f.t("月份", "Month"),
        }
    }
}
