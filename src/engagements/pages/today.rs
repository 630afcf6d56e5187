//! The expert's page of the day: the visits in the order of their times and addresses, with forms that work without a connection and are sent later.

use actix_web::http::header::{HeaderName, HeaderValue};
use askama::Template;
use chrono::NaiveDate;

use crate::core::actor::Actor;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::engagements::detail::{AboutView, ContactView, detail};
use crate::engagements::feeds::{self, FeedView};
use crate::engagements::pages::{Listed, day, due, listed};
use crate::engagements::queries;
use crate::engagements::state::EngagementState;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A visit of the day.
struct Stop {
    number: usize,
    of: Listed,
    agenda: Option<String>,
    contact: Option<ContactView>,
    about: Vec<AboutView>,
    /// Whether a side has confirmed the minutes, so that nothing is noted any more.
    confirmed: bool,
}

#[derive(Template)]
#[template(path = "engagements/today.html")]
struct TodayPage {
    f: Frame,
    day: NaiveDate,
    before: String,
    after: String,
    stops: Vec<Stop>,
    feeds: Vec<FeedView>,
}

/// The day of the address, today where it names none.
fn asked_day(asked: &QueryParams, today: NaiveDate) -> Result<NaiveDate, Problem> {
    let Some(word) = asked.get("day") else { return Ok(today) };
    word.parse().map_err(|_| {
        let text = Text::new("须为日期，如 2026-03-05", "must be a day such as 2026-03-05");
        Problem::invalid(vec![FieldError::query("day", text)])
    })
}

/// The page of a day.
pub async fn today(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let (day, overdue) = (asked_day(&asked, day(app))?, due(app));
        let mut stops = Vec::new();
        for view in queries::of_day(conn, &actor, day, overdue)? {
            let detail = detail(conn, &actor, overdue, view.row.id)?;
            let Some(visit) = detail.visit else { continue };
            stops.push(Stop {
                number: stops.len() + 1,
                of: listed(&frame, app, view),
                confirmed: visit.expert_confirmed_at.is_some() || visit.enterprise_confirmed_at.is_some(),
                agenda: visit.agenda,
                contact: visit.contact,
                about: visit.nonconformities,
            });
        }
        Ok(TodayPage {
            before: day.pred_opt().unwrap_or(day).to_string(),
            after: day.succ_opt().unwrap_or(day).to_string(),
            feeds: feeds::own(conn, &actor)?,
            day,
            stops,
            f: frame,
        })
    });
    let mut response = show(&f, &page.await?)?;
    // The expert may note where the visit began: no other page of visits asks for the place.
    let allowed = "camera=(), display-capture=(), geolocation=(self), microphone=(), payment=(), usb=()";
    let value = HeaderValue::from_str(allowed).map_err(Problem::internal)?;
    response.headers_mut().insert(HeaderName::from_static("permissions-policy"), value);
    Ok(response)
}

impl TodayPage {
    fn open(&self, stop: &Stop) -> bool {
        use EngagementState as S;
        matches!(stop.of.view.row.state, S::Confirmed | S::Started | S::Held) && !stop.confirmed
    }

    fn waits(&self, stop: &Stop) -> bool {
        stop.of.view.row.state == EngagementState::Confirmed
    }

    fn under_way(&self, stop: &Stop) -> bool {
        stop.of.view.row.state == EngagementState::Started
    }

    fn items(&self, about: &AboutView) -> String {
        let items: Vec<&str> = about.failed_items.iter().map(|item| self.f.item(item)).collect();
        items.join(self.f.t("、", ", "))
    }
}
