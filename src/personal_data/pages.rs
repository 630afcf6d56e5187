//! The own requests, and the list of the officers.

use askama::Template;
use serde::Deserialize;

use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::Slice;
use crate::personal_data::decide::Outcome;
use crate::personal_data::queries::{self, PersonalRequestView, RequestFilter};
use crate::personal_data::rules::{article, source};
use crate::personal_data::settings::PersonalDataSettings;
use crate::personal_data::state::{RequestKind, RequestState};
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// The page of the own requests.
pub const OWN_PAGE: &str = "/account/personal-data";
/// The own requests that the page shows; the API has all.
const SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "personal_data/own.html")]
struct OwnPage {
    f: Frame,
    requests: Vec<PersonalRequestView>,
    days: u32,
    copy_days: u32,
}

/// What one asked for, and the forms to ask.
pub async fn own(state: State, member: Member) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let today = shanghai_date(app.clock().now());
        let slice = Slice { limit: SHOWN, ..Slice::default() };
        let requests = queries::own(&mut *app.snapshot()?, &Actor::Person(person), today, slice)?.items;
        let settings = app.settings().section::<PersonalDataSettings>();
        let (days, copy_days) = (settings.answer_working_days, settings.copy_days);
        Ok(OwnPage { f: frame, requests, days, copy_days })
    });
    show(&f, &page.await?)
}

/// What an erasure came to, as a row keeps it.
fn outcome_of(request: &PersonalRequestView) -> Option<Outcome> {
    request.outcome.as_ref().and_then(|value| Outcome::deserialize(value).ok())
}

/// The colour of a state.
fn tone_of(request: &PersonalRequestView) -> &'static str {
    match request.state {
        _ if request.late => "bad",
        RequestState::Received | RequestState::Preparing => "warn",
        RequestState::Ready | RequestState::Granted => "good",
        RequestState::Failed => "bad",
        RequestState::Expired | RequestState::Refused | RequestState::Withdrawn => "none",
    }
}

impl OwnPage {
    fn source(&self) -> String {
        self.f.say(&source()).to_owned()
    }

    fn tone(&self, request: &PersonalRequestView) -> &'static str {
        tone_of(request)
    }

    fn outcome(&self, request: &PersonalRequestView) -> Option<Outcome> {
        outcome_of(request)
    }

    fn open(&self, request: &PersonalRequestView) -> bool {
        request.state == RequestState::Received
    }

    fn ready(&self, request: &PersonalRequestView) -> bool {
        request.state == RequestState::Ready
    }
}

#[derive(Template)]
#[template(path = "personal_data/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    requests: Vec<(PersonalRequestView, String)>,
    pager: Pager,
    /// The address of the list, to be exported.
    file: String,
    own: Option<crate::core::ids::AccountId>,
}

/// The list of an officer's region.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let own = Some(person.account);
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let today = shanghai_date(app.clock().now());
        let filter = RequestFilter {
            q: asked.get("q").map(str::to_owned),
            kind: asked.read("kind")?,
            state: asked.read("state")?,
            late: asked.read("late")?,
        };
        let found = queries::list(conn, &actor, &filter, today, frame.slice(&asked)?)?;
        let pager = asked.pager(&found, || queries::count(conn, &actor, &filter, today))?;
        let catalogue = app.catalogue();
        let line = |request: PersonalRequestView| {
            let place = choices::region(frame.language, catalogue, &request.region);
            (request, place)
        };
        Ok(ListPage {
            requests: found.items.into_iter().map(line).collect(),
            pager,
            file: asked.file_with("/api/v1/personal-data/requests", &[], &[]),
            asked,
            f: frame,
            own,
        })
    });
    show(&f, &page.await?)
}

impl ListPage {
    fn kinds(&self) -> &'static [RequestKind] {
        RequestKind::ALL
    }

    fn states(&self) -> &'static [RequestState] {
        RequestState::ALL
    }

    fn tone(&self, request: &PersonalRequestView) -> &'static str {
        tone_of(request)
    }

    fn law(&self, request: &PersonalRequestView) -> String {
        self.f.say(&article(request.kind)).to_owned()
    }

    /// Whether the reader decides on it.
    fn decides(&self, request: &PersonalRequestView) -> bool {
        request.state == RequestState::Received
            && request.kind != RequestKind::Copy
            && self.own != Some(request.account_id)
    }

    fn erases(&self, request: &PersonalRequestView) -> bool {
        request.kind == RequestKind::Erasure
    }
}
