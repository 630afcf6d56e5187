//! The list of cases, narrowed down by what the address asks.

use askama::Template;
use chrono::{Days, NaiveDate};
use serde_json::json;

use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::remediation::case_filter::{CaseFilter, Mine, Turn, Window};
use crate::remediation::case_view::CaseView;
use crate::remediation::deadlines::clock::Clock;
use crate::remediation::pages::charts::{Course, course, course_within};
use crate::remediation::pages::words::CaseWords;
use crate::remediation::queries as remediation;
use crate::remediation::state::{CaseState, CaseStep};
use crate::web::choices::{self, Choice, classes, regions};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A case in the list.
struct Line {
    case: CaseView,
    course: Option<Course>,
    product: String,
    place: String,
    /// What the reader may do about it today.
    next: String,
}

#[derive(Template)]
#[template(path = "remediation/cases.html")]
struct CasesPage {
    f: Frame,
    asked: QueryParams,
    lines: Vec<Line>,
    pager: Pager,
    regions: Vec<Choice>,
    classes: Vec<Choice>,
    /// What the deadlines are narrowed to, in words.
    window: Option<String>,
    /// The address of the cases that are shown, to be exported.
    export: String,
}

/// The days that the filter's word stands for, from today.
fn days(word: &str, today: NaiveDate) -> Option<Window> {
    let ahead = |days| Window { from: Some(today), to: today.checked_add_days(Days::new(days)), clock: None };
    match word {
        "missed" => Some(Window { from: None, to: today.pred_opt(), clock: None }),
        "7" => Some(ahead(7)),
        "15" => Some(ahead(15)),
        "30" => Some(ahead(30)),
        _ => None,
    }
}

/// The page.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (catalogue, today) = (app.catalogue(), shanghai_date(app.clock().now()));
        let clock: Option<Clock> = asked.read("clock")?;
        let given = Window::of(asked.read("deadline_from")?, asked.read("deadline_to")?, clock);
        let deadline = match asked.get("due").and_then(|word| days(word, today)) {
            Some(window) => Some(Window { clock, ..window }),
            None => given,
        };
        let filter = CaseFilter {
            state: asked.read("state")?,
            region: asked.get("region").map(str::to_owned),
            class: asked.get("class").map(str::to_owned),
            turn: asked.read::<Turn>("turn")?,
            mine: asked.is("mine", "true").then(|| Mine::of(&actor, today)),
            q: asked.get("q").map(str::to_owned),
            deadline,
            ..CaseFilter::default()
        };
        let conn = &mut *app.snapshot()?;
        let page = remediation::list(app, conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || remediation::count(conn, &actor, &filter))?;
        let line = |case: CaseView| Line {
            course: match &deadline {
                Some(window) => course_within(&case, window),
                None => course(&case),
            },
            product: choices::kind(&frame, catalogue, &case.product_kind),
            place: choices::region(frame.language, catalogue, &case.region),
            next: case
                .allowed_steps
                .iter()
                .filter(|step| moves(**step))
                .map(|step| frame.case_event(step.as_str()))
                .collect::<Vec<_>>()
                .join(frame.t("、", ", ")),
            case,
        };
        Ok(CasesPage {
            lines: page.items.into_iter().map(line).collect(),
            pager,
            regions: regions(frame.language, &actor, catalogue),
            classes: classes(&frame, catalogue),
            window: given.filter(|w| w.from.is_some() || w.to.is_some()).map(|window| words(&frame, window)),
            export: export(&asked, deadline),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The list as the page narrows it: the API knows days where the page knows words.
fn export(asked: &QueryParams, deadline: Option<Window>) -> String {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let (from, to) = deadline.map(|window| (day(window.from), day(window.to))).unwrap_or_default();
    let days = [("deadline_from", &from), ("deadline_to", &to)];
    let with: Vec<_> = days.iter().filter_map(|(name, day)| Some((*name, day.as_deref()?))).collect();
    asked.file_with("/api/v1/remediation/cases", &["due", "deadline_from", "deadline_to"], &with)
}

/// Steps that lead on; the others can be taken in nearly every state.
fn moves(step: CaseStep) -> bool {
    !matches!(step, CaseStep::StopOrder | CaseStep::Transfer | CaseStep::Close)
}

fn words(f: &Frame, window: Window) -> String {
    match (window.from, window.to) {
        (Some(from), Some(to)) if from == to => f.day(&from),
        (Some(from), Some(to)) => format!("{} – {}", f.day(&from), f.day(&to)),
        (Some(from), None) => format!("{} –", f.day(&from)),
        (None, Some(to)) => format!("– {}", f.day(&to)),
        (None, None) => String::new(),
    }
}

impl CasesPage {
    /// What can be done to several cases at once, for `bulk.js`.
    fn bulk(&self) -> String {
        let f = &self.f;
        json!([{
            "words": f.t("提醒企业", "Remind the enterprises"),
            "path": "/api/v1/remediation/cases/{id}/remind",
            "about": f.t(
                "系统以邮件提醒企业案件的各项期限；每件案件每天最多提醒一次。",
                "The enterprises are reminded of the deadlines of these cases by mail, of each case at most once a day.",
            ),
        }])
        .to_string()
    }

    fn states(&self) -> &'static [CaseState] {
        CaseState::ALL
    }

    /// The choices of how near a deadline is: word, name.
    fn nearness(&self) -> [(&'static str, &'static str); 4] {
        let f = &self.f;
        [
            ("missed", f.t("已逾期", "missed")),
            ("7", f.t("7 天内到期", "due within 7 days")),
            ("15", f.t("15 天内到期", "due within 15 days")),
            ("30", f.t("30 天内到期", "due within 30 days")),
        ]
    }

    fn clocks(&self) -> Vec<(&'static str, String)> {
        Clock::ALL.iter().map(|c| (c.as_str(), c.text().get(self.f.language).to_owned())).collect()
    }
}
