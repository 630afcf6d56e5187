//! Events for the public as officers see them: the list with its sums, and one of them.

use askama::Template;
use chrono::NaiveDate;

use crate::attachments::form::FileLimits;
use crate::attachments::form::ShownFiles;
use crate::attachments::settings::AttachmentSettings;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::engagements::common::words::{PlaceKind, tone};
use crate::engagements::ids::EngagementId;
use crate::engagements::outreach::queries::{
    self, OutreachDetail, OutreachFigures, OutreachFilter, OutreachView,
};
use crate::engagements::outreach::signals::OutreachSignalView;
use crate::engagements::programme_choices::programmes;
use crate::engagements::state::EngagementState;
use crate::web::Id;
use crate::web::charts::percent;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// An event with codes in words.
struct Listed {
    view: OutreachView,
    region: String,
}

#[derive(Template)]
#[template(path = "engagements/outreach/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    items: Vec<Listed>,
    pager: Pager,
    figures: OutreachFigures,
    regions: Vec<Choice>,
    /// The programmes to which one can belong.
    programmes: Vec<Choice>,
    today: NaiveDate,
}

/// The events of the officer's region.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = OutreachFilter {
            state: asked.read("state")?,
            place_kind: asked.read("place_kind")?,
            region: asked.get("region").map(str::to_owned),
            programme: asked.read("programme")?,
            from: asked.read("from")?,
            until: asked.read("until")?,
            q: asked.get("q").map(str::to_owned),
        };
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let listed = |view: OutreachView| Listed {
            region: choices::region(frame.language, catalogue, &view.region),
            view,
        };
        Ok(ListPage {
            items: page.items.into_iter().map(listed).collect(),
            pager,
            figures: queries::figures(conn, &actor, &filter)?,
            regions: choices::regions(frame.language, &actor, catalogue),
            programmes: match actor.officer_region() {
                Some(region) => programmes(conn, catalogue, region, true)?,
                None => Vec::new(),
            },
            today: shanghai_date(app.clock().now()),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl ListPage {
    fn kinds(&self) -> &'static [PlaceKind] {
        PlaceKind::ALL
    }

    fn kind(&self, kind: &PlaceKind) -> String {
        kind.text().get(self.f.language).to_owned()
    }

    fn state(&self, state: &EngagementState) -> String {
        state.text().get(self.f.language).to_owned()
    }

    fn tone(&self, state: &EngagementState) -> &'static str {
        tone(*state)
    }

    /// Per cent of those asked who were satisfied.
    fn satisfied(&self) -> f64 {
        percent(self.figures.satisfied, self.figures.asked)
    }
}

#[derive(Template)]
#[template(path = "engagements/outreach/one.html")]
struct OnePage {
    f: Frame,
    d: OutreachDetail,
    region: String,
    /// The signals with their product kinds in words.
    signals: Vec<(OutreachSignalView, Option<String>)>,
    products: Vec<(Choice, Vec<Choice>)>,
    limits: FileLimits,
    /// Whether the day has come.
    began: bool,
}

/// One event.
pub async fn one(state: State, member: Member, id: Id<EngagementId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let d = queries::get(conn, &actor, id)?;
        let catalogue = app.catalogue();
        let named = |signal: &OutreachSignalView| {
            let kind = signal.product_kind.as_deref().map(|kind| choices::kind(&frame, catalogue, kind));
            (signal.clone(), kind)
        };
        Ok(OnePage {
            region: choices::region(frame.language, catalogue, &d.view.region),
            signals: d.collected.iter().map(named).collect(),
            products: choices::kinds(&frame, catalogue),
            limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
            began: d.view.on_day <= shanghai_date(app.clock().now()),
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl OnePage {
    fn kind(&self) -> String {
        self.d.view.place_kind.text().get(self.f.language).to_owned()
    }

    fn state(&self) -> String {
        self.d.view.state.text().get(self.f.language).to_owned()
    }

    fn tone(&self) -> &'static str {
        tone(self.d.view.state)
    }

    fn is_planned(&self) -> bool {
        self.d.view.state == EngagementState::Planned
    }

    fn is_held(&self) -> bool {
        self.d.view.state == EngagementState::Held
    }

    fn may_correct(&self) -> bool {
        matches!(self.d.view.state, EngagementState::Held | EngagementState::Closed)
    }

    fn takes_signals(&self) -> bool {
        self.began && self.d.view.state != EngagementState::Cancelled
    }
}
