//! Operators without a failed sampling for years: for officers as of any day, and for everybody once the method is confirmed.

use askama::Template;
use chrono::NaiveDate;

use crate::app::App;
use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::{Language, Problem};
use crate::credit::honours::{self, HonourFilter, HonourView};
use crate::credit::pages::{Chip, today};
use crate::credit::settings::{CreditMethod, CreditSettings};
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member, Visit};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// An operator in a list.
struct Listed {
    id: EnterpriseId,
    name: String,
    uscc: String,
    place: String,
    years: i32,
    samplings: i32,
    first_on: NaiveDate,
    last_on: NaiveDate,
}

impl Listed {
    fn of(language: Language, catalogue: &Catalogue, view: HonourView) -> Self {
        Self {
            place: choices::region(language, catalogue, &view.region),
            id: view.enterprise_id,
            name: view.enterprise_name,
            uscc: view.uscc,
            years: view.years,
            samplings: view.samplings,
            first_on: view.first_on,
            last_on: view.last_on,
        }
    }
}

#[derive(Template)]
#[template(path = "credit/honours.html")]
struct HonoursPage {
    f: Frame,
    asked: QueryParams,
    /// The method, and whether numbers of it are assumed.
    method: Option<CreditMethod>,
    chips: Vec<Chip>,
    items: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    /// The last day that is over.
    yesterday: String,
    /// The address of the operators that are shown, to be exported.
    export: String,
}

/// The lists, for officers.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let filter = filter(&asked)?;
        let day = kept_day(app, asked.read("as_of")?)?;
        let conn = &mut *app.snapshot()?;
        let page = honours::list(conn, &actor, &filter, day, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || honours::count(conn, &actor, &filter, day))?;
        let catalogue = app.catalogue();
        let method = method(app).cloned();
        Ok(HonoursPage {
            chips: chips(&frame, &asked, "/credit/honours", method.as_ref()),
            method,
            items: page.items.into_iter().map(|view| Listed::of(frame.language, catalogue, view)).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            yesterday: honours::day(None, app.clock().now())?.to_string(),
            export: asked.file("/api/v1/credit/honours"),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

fn method(app: &App) -> Option<&CreditMethod> {
    app.settings().section::<CreditSettings>().method_on(today(app))
}

/// The day of the lists, yesterday where none is named; they are counted where they were not yet.
///
/// # Errors
/// 422 for a day that is not over.
fn kept_day(app: &App, asked: Option<NaiveDate>) -> Result<NaiveDate, Problem> {
    let day = honours::day(asked, app.clock().now())?;
    honours::keep(app, day)?;
    Ok(day)
}

fn filter(asked: &QueryParams) -> Result<HonourFilter, Problem> {
    let text = |name| asked.get(name).map(str::to_owned);
    Ok(HonourFilter { years: asked.read("years")?, region: text("region"), q: text("q") })
}

/// The lists by their years.
fn chips(f: &Frame, asked: &QueryParams, path: &str, method: Option<&CreditMethod>) -> Vec<Chip> {
    let mut chips = vec![(String::new(), path.to_owned(), asked.get("years").is_none())];
    for years in method.map(|method| method.honour_years.as_slice()).unwrap_or_default() {
        let value = years.to_string();
        chips.push((value.clone(), format!("{path}?years={value}"), asked.is("years", &value)));
    }
    let words = |years: String| match years.as_str() {
        "" => f.t("全部", "all").to_owned(),
        years => f.t(&format!("连续 {years} 年"), &format!("{years} years")).to_owned(),
    };
    chips.into_iter().map(|(years, href, current)| (words(years), href, current)).collect()
}

#[derive(Template)]
#[template(path = "credit/public_honours.html")]
struct PublicPage {
    f: Frame,
    asked: QueryParams,
    chips: Vec<Chip>,
    items: Vec<Listed>,
    pager: Option<Pager>,
}

/// The lists, for everybody. While the method is provisional the page says so and shows nobody.
pub async fn public(state: State, visit: Visit, asked: QueryParams) -> Answer {
    let f = visit.frame;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let method = method(app);
        let open = method.is_some_and(|method| !method.provisional);
        if !open {
            return Ok(PublicPage { chips: Vec::new(), items: Vec::new(), pager: None, asked, f: frame });
        }
        let filter = filter(&asked)?;
        let day = kept_day(app, None)?;
        let conn = &mut *app.snapshot()?;
        let page = honours::list(conn, &Actor::System, &filter, day, asked.slice()?)?;
        let pager = asked.pager(&page, || honours::count(conn, &Actor::System, &filter, day))?;
        Ok(PublicPage {
            chips: chips(&frame, &asked, "/honours", method),
            items: page
                .items
                .into_iter()
                .map(|view| Listed::of(frame.language, app.catalogue(), view))
                .collect(),
            pager: Some(pager),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}
