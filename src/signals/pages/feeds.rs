//! The feeds of the province, the form for another one, and the page of one.

use askama::Template;

use crate::core::actor::Actor;
use crate::signals::ids::SignalFeedId;
use crate::signals::policy::province;
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::subscriptions::queries::{self, SignalFeedView};
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "signals/feeds.html")]
struct FeedsPage {
    f: Frame,
    asked: QueryParams,
    feeds: Vec<SignalFeedView>,
    pager: Pager,
    /// Whether the reader is an officer of the province.
    keeps: bool,
}

/// The page.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let page = queries::list(conn, &actor, asked.get("q"), frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, asked.get("q")))?;
        let keeps = province(&actor, app.catalogue()).is_ok();
        Ok(FeedsPage { f: frame, asked, feeds: page.items, pager, keeps })
    });
    show(&f, &page.await?)
}

#[derive(Template)]
#[template(path = "signals/feed.html")]
struct FeedPage {
    f: Frame,
    x: SignalFeedView,
    /// Whether the reader is an officer of the province.
    keeps: bool,
}

/// The page of one feed, on which it is corrected.
pub async fn one(state: State, member: Member, id: Id<SignalFeedId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let x = queries::get(conn, &actor, id)?;
        let keeps = province(&actor, app.catalogue()).is_ok();
        Ok(FeedPage { f: frame, x, keeps })
    });
    show(&f, &page.await?)
}

impl FeedPage {
    fn source(&self, source: &SignalSource) -> String {
        self.f.say(&source.text()).to_owned()
    }

    fn reliability(&self, reliability: &Reliability) -> String {
        self.f.say(&reliability.text()).to_owned()
    }

    fn is_reliability(&self, reliability: &Reliability) -> bool {
        self.x.reliability == *reliability
    }

    fn reliabilities(&self) -> &'static [Reliability] {
        Reliability::ALL
    }

    fn is_source(&self, source: &SignalSource) -> bool {
        self.x.source == *source
    }

    fn sources(&self) -> [SignalSource; 2] {
        [SignalSource::Opinion, SignalSource::Media]
    }
}

impl FeedsPage {
    fn source(&self, source: &SignalSource) -> String {
        self.f.say(&source.text()).to_owned()
    }

    fn reliability(&self, reliability: &Reliability) -> String {
        self.f.say(&reliability.text()).to_owned()
    }

    fn reliabilities(&self) -> &'static [Reliability] {
        Reliability::ALL
    }

    fn sources(&self) -> [SignalSource; 2] {
        [SignalSource::Opinion, SignalSource::Media]
    }
}
