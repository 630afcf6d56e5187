//! The inbox, which is worked by keys.

use askama::Template;

use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::signals::hazard::Hazard;
use crate::signals::pages::words::Shown;
use crate::signals::queries::{self, MOST_COUNTED, SignalFilter};
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::state::SignalState;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Signals on one page, beside long lists of kinds and regions in its forms.
const MOST_ON_PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "signals/inbox.html")]
struct InboxPage {
    f: Frame,
    asked: QueryParams,
    signals: Vec<Shown>,
    pager: Pager,
    counts: Vec<(SignalState, i64)>,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    today: String,
    /// Whether what waits is shown, which is so where nothing else is asked for.
    open: bool,
}

/// The page.
pub async fn inbox(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let state: Option<SignalState> = asked.read("state")?;
        let all = asked.is("open", "false");
        let open = state.is_none() && !all;
        let filter = SignalFilter {
            state,
            open,
            source: asked.read("source")?,
            reliability: asked.read("reliability")?,
            product_kind: asked.get("product_kind").map(str::to_owned),
            region: asked.get("region").map(str::to_owned),
            enterprise: asked.read("enterprise")?,
            merged_into: asked.read("merged_into")?,
            q: asked.get("q").map(str::to_owned),
        };
        let mut slice = frame.slice(&asked)?;
        slice.limit = slice.limit.min(MOST_ON_PAGE);
        let page = queries::list(conn, &actor, &filter, slice)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        Ok(InboxPage {
            signals: page.items.into_iter().map(|view| Shown::of(&frame, catalogue, view)).collect(),
            pager,
            counts: queries::counts(conn, &actor)?,
            regions: choices::regions(frame.language, &actor, catalogue),
            products: choices::kinds(&frame, catalogue),
            today: shanghai_date(app.clock().now()).to_string(),
            open,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl InboxPage {
    fn sources(&self) -> &'static [SignalSource] {
        SignalSource::ALL
    }

    /// Those that are entered by hand.
    fn by_hand(&self) -> Vec<SignalSource> {
        SignalSource::ALL.iter().copied().filter(|source| source.is_entered_by_hand()).collect()
    }

    fn hazards(&self) -> &'static [Hazard] {
        Hazard::ALL
    }

    fn reliabilities(&self) -> &'static [Reliability] {
        Reliability::ALL
    }

    fn source(&self, source: &SignalSource) -> String {
        self.f.say(&source.text()).to_owned()
    }

    fn hazard(&self, hazard: &Hazard) -> String {
        self.f.say(&hazard.text()).to_owned()
    }

    fn reliability(&self, reliability: &Reliability) -> String {
        self.f.say(&reliability.text()).to_owned()
    }

    fn state(&self, state: &SignalState) -> String {
        self.f.say(&state.text()).to_owned()
    }

    /// How many of a state, as people read it.
    fn counted(&self, count: &i64) -> String {
        if *count > MOST_COUNTED { format!("{MOST_COUNTED}+") } else { count.to_string() }
    }

    /// How many wait.
    fn waiting(&self) -> String {
        let waiting: i64 =
            self.counts.iter().filter(|(state, _)| state.waits()).map(|(_, count)| count).sum();
        self.counted(&waiting)
    }

    /// The address of the list as a file: the page shows what waits where nothing is asked for.
    fn file(&self) -> String {
        match self.open {
            true => self.asked.file_with("/api/v1/signals", &["open"], &[("open", "true")]),
            false => self.asked.file_with("/api/v1/signals", &["open"], &[]),
        }
    }
}
