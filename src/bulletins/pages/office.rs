//! The bulletins of an office, and one with what will be or is public, its history and its steps.

use askama::Template;
use diesel::PgConnection;

use crate::app::App;
use crate::bulletins::exports::{failed_item, method_text};
use crate::bulletins::ids::BulletinId;
use crate::bulletins::queries::{
    self, BulletinDetail, BulletinFilter, BulletinItem, BulletinView, FailedItem,
};
use crate::bulletins::state::{BulletinMethod, BulletinState, BulletinStep};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::programmes::queries::{self as programmes, ProgrammeFilter, ProgrammeView};
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "bulletins/bulletins.html")]
struct BulletinsPage {
    f: Frame,
    asked: QueryParams,
    /// Each with its place in words.
    bulletins: Vec<(BulletinView, String)>,
    pager: Pager,
    regions: Vec<Choice>,
    /// Programmes to choose from: id and name.
    programmes: Vec<(String, String)>,
    today: String,
}

/// The list, with the form for another one.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let filter = BulletinFilter { state: asked.read("state")?, q: asked.get("q").map(str::to_owned) };
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let (catalogue, today) = (app.catalogue(), shanghai_date(app.clock().now()));
        let all = programmes::list(conn, &actor, &ProgrammeFilter::default(), today, largest_page())?;
        let place = |view: BulletinView| {
            let place = choices::region(frame.language, catalogue, &view.place_region);
            (view, place)
        };
        Ok(BulletinsPage {
            bulletins: page.items.into_iter().map(place).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            programmes: all
                .items
                .into_iter()
                .map(|p| (p.programme.id.to_string(), p.programme.name))
                .collect(),
            today: today.to_string(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

fn tone(state: BulletinState) -> &'static str {
    match state {
        BulletinState::Published => "good",
        BulletinState::Submitted => "warn",
        BulletinState::Returned => "bad",
        BulletinState::Draft | BulletinState::Withdrawn => "none",
    }
}

impl BulletinsPage {
    fn states(&self) -> &'static [BulletinState] {
        BulletinState::ALL
    }

    fn state(&self, state: &BulletinState) -> String {
        state.text().get(self.f.language).to_owned()
    }

    fn tone(&self, state: &BulletinState) -> &'static str {
        tone(*state)
    }

    fn methods(&self) -> &'static [BulletinMethod] {
        BulletinMethod::ALL
    }

    fn method(&self, method: &BulletinMethod) -> String {
        method_text(*method).get(self.f.language).to_owned()
    }
}

#[derive(Template)]
#[template(path = "bulletins/bulletin.html")]
struct BulletinPage {
    f: Frame,
    asked: QueryParams,
    d: BulletinDetail,
    place: String,
    office: String,
    items: Vec<BulletinItem>,
    pager: Pager,
    /// The address of the results that are shown, to be exported.
    export: String,
    /// What there is to choose from, where the state allows a change.
    change: Option<ChangeChoices>,
}

/// What the form has to choose from that changes a bulletin.
struct ChangeChoices {
    /// The region of the office and those under it.
    regions: Vec<Choice>,
    /// Programmes: id, name, whether it is that of the bulletin.
    programmes: Vec<(String, String, bool)>,
}

fn change_choices(
    app: &App,
    conn: &mut PgConnection,
    (f, actor): (&Frame, &Actor),
    view: &BulletinView,
) -> Result<ChangeChoices, Problem> {
    let (catalogue, today) = (app.catalogue(), shanghai_date(app.clock().now()));
    let mut all = programmes::list(conn, actor, &ProgrammeFilter::default(), today, largest_page())?.items;
    if let Some(id) = view.programme_id
        && all.iter().all(|listed| listed.programme.id != id)
    {
        all.push(programmes::get(conn, actor, id, today)?);
    }
    let mut regions = choices::regions(f.language, actor, catalogue);
    regions.retain(|choice| catalogue.regions.contains(&view.region, &choice.code));
    let programme = |listed: ProgrammeView| {
        let programme = listed.programme;
        (programme.id.to_string(), programme.name, view.programme_id == Some(programme.id))
    };
    Ok(ChangeChoices { regions, programmes: all.into_iter().map(programme).collect() })
}

/// One bulletin.
pub async fn one(state: State, member: Member, id: Id<BulletinId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let d = queries::detail(conn, &actor, id)?;
        let page = queries::results(conn, id, asked.get("q"), asked.slice()?)?;
        let pager = asked.pager(&page, || queries::count_results(conn, id, asked.get("q")))?;
        let catalogue = app.catalogue();
        let change = match d.allowed.contains(&BulletinStep::Change) {
            true => Some(change_choices(app, conn, (&frame, &actor), &d.view)?),
            false => None,
        };
        Ok(BulletinPage {
            change,
            place: choices::region(frame.language, catalogue, &d.view.place_region),
            office: choices::region(frame.language, catalogue, &d.view.region),
            items: page.items,
            pager,
            export: asked.file(&format!("/api/v1/bulletins/{id}/items")),
            asked,
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl BulletinPage {
    fn state(&self) -> String {
        self.d.view.state.text().get(self.f.language).to_owned()
    }

    fn tone(&self) -> &'static str {
        tone(self.d.view.state)
    }

    fn method(&self) -> String {
        method_text(self.d.view.method).get(self.f.language).to_owned()
    }

    fn methods(&self) -> &'static [BulletinMethod] {
        BulletinMethod::ALL
    }

    fn method_word(&self, method: &BulletinMethod) -> String {
        method_text(*method).get(self.f.language).to_owned()
    }

    fn step(&self, step: &BulletinStep) -> String {
        step.text().get(self.f.language).to_owned()
    }

    fn may(&self, step: &str) -> bool {
        self.d.allowed.iter().any(|allowed| allowed.as_str() == step)
    }

    fn percent(&self) -> String {
        self.d.totals.percent.map_or_else(|| "—".to_owned(), |percent| format!("{percent:.2}%"))
    }

    fn outcome(&self, item: &BulletinItem) -> String {
        item.outcome.text().get(self.f.language).to_owned()
    }

    fn mark(&self, item: &BulletinItem) -> String {
        item.mark.map(|mark| mark.text().get(self.f.language).to_owned()).unwrap_or_default()
    }

    fn failed(&self, item: &FailedItem) -> String {
        failed_item(&self.f, item)
    }
}
