//! The index of a day as a ranked table and a heat grid of kinds by regions, with the parts in words.

use askama::Template;

use crate::app::App;
use crate::catalogue::{Catalogue, RegionLevel};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::risk::digest;
use crate::risk::index::keep::{asked as asked_day, keep};
use crate::risk::index::queries::{self, RiskFilter, RiskView};
use crate::risk::pages::{Bar, bars, heat};
use crate::risk::rules_view::of_day;
use crate::risk::settings::RiskRules;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use diesel::PgConnection;
use std::collections::{BTreeMap, HashMap};

/// The most kinds of the grid.
const KINDS: usize = 8;
/// The most cells that are read for it.
const MOST_CELLS: i64 = 4_000;

/// A row of the table.
struct Listed {
    view: RiskView,
    kind: String,
    place: String,
    value: String,
    bars: Vec<Bar>,
}

/// A cell of the grid.
struct GridCell {
    heat: usize,
    value: String,
    /// The region and the index, as it is shown where it is pointed at; the row names the kind.
    words: String,
    href: String,
}

/// A row of the grid.
struct GridRow {
    kind: String,
    cells: Vec<Option<GridCell>>,
}

/// Kinds by regions.
struct Grid {
    regions: Vec<String>,
    rows: Vec<GridRow>,
}

#[derive(Template)]
#[template(path = "risk/index.html")]
struct IndexPage {
    f: Frame,
    asked: QueryParams,
    day: String,
    today: String,
    window: i32,
    windows: Vec<i32>,
    rules: RiskRules,
    rows: Vec<Listed>,
    grid: Option<Grid>,
    pager: Pager,
    regions: Vec<Choice>,
    classes: Vec<Choice>,
    export: String,
    /// Whether the reader gets the weekly digest.
    digest: bool,
}

/// The page.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| page(app, &Actor::Person(person), frame, asked));
    show(&f, &page.await?)
}

fn page(app: &App, actor: &Actor, f: Frame, asked: QueryParams) -> Result<IndexPage, Problem> {
    let (catalogue, now) = (app.catalogue(), app.clock().now());
    let of = asked_day(app.settings(), asked.read("as_of")?, asked.read("window")?, now)?;
    keep(app, of.0)?;
    let text = |name: &str| asked.get(name).map(str::to_owned);
    let filter = RiskFilter {
        kind: text("product_kind"),
        class: text("class"),
        region: text("region"),
        level: asked.read::<RegionLevel>("level")?.map(|level| level.to_string()),
        q: text("q"),
    };
    let conn = &mut *app.snapshot()?;
    let rules = of_day(app.settings(), conn, of)?;
    let page = queries::list(conn, actor, &filter, of, f.slice(&asked)?)?;
    let pager = asked.pager(&page, || queries::count(conn, actor, &filter, of))?;
    let listed = |row| {
        let view = RiskView::of(row, &rules);
        Listed {
            kind: choices::kind(&f, catalogue, &view.product_kind),
            place: choices::region(f.language, catalogue, &view.region),
            value: format!("{:.1}", view.index),
            bars: bars(&f, &view),
            view,
        }
    };
    Ok(IndexPage {
        rows: page.items.into_iter().map(listed).collect(),
        pager,
        grid: grid(conn, actor, (&f, catalogue), &filter, of)?,
        regions: choices::regions(f.language, actor, catalogue),
        classes: choices::classes(&f, catalogue),
        digest: digest::wanted(conn, actor)?.wanted,
        day: f.day(&of.0),
        today: shanghai_date(now).to_string(),
        window: of.1,
        windows: rules.windows.clone(),
        rules,
        export: asked.file("/api/v1/risk"),
        asked,
        f,
    })
}

/// The grid: the kinds of the highest index by the parts of the region that is shown; none where it has no parts or nothing is known.
fn grid(
    conn: &mut PgConnection,
    actor: &Actor,
    (f, catalogue): (&Frame, &Catalogue),
    filter: &RiskFilter,
    of: (chrono::NaiveDate, i32),
) -> Result<Option<Grid>, Problem> {
    let own = actor.officer_region().unwrap_or_default();
    let around = filter.region.as_deref().filter(|code| catalogue.regions.contains(own, code)).unwrap_or(own);
    let columns: Vec<(&str, &str)> = catalogue
        .regions
        .iter()
        .filter(|region| region.parent.as_deref() == Some(around))
        .map(|region| (region.code.as_str(), region.name_in(f.language)))
        .collect();
    let level = match catalogue.regions.get(around).map(|region| region.level) {
        Some(RegionLevel::Province) => RegionLevel::City,
        _ => RegionLevel::District,
    };
    let wider = RiskFilter { region: None, level: Some(level.to_string()), ..filter.clone() };
    let cells = queries::highest(conn, actor, &wider, of, MOST_CELLS)?;
    let mut order: Vec<String> = Vec::new();
    let mut values: HashMap<String, BTreeMap<String, i32>> = HashMap::new();
    for (kind, region, index) in cells {
        if !columns.iter().any(|(code, _)| *code == region) {
            continue;
        }
        if !values.contains_key(&kind) {
            if order.len() == KINDS {
                continue;
            }
            order.push(kind.clone());
        }
        values.entry(kind).or_default().insert(region, index);
    }
    if order.is_empty() {
        return Ok(None);
    }
    let row = |kind: &String| {
        let name = choices::kind(f, catalogue, kind);
        let of_kind = values.get(kind);
        let cell = |(code, place): &(&str, &str)| {
            let index = f64::from(*of_kind?.get(*code)?) / 100.0;
            Some(GridCell {
                heat: heat(index),
                value: format!("{index:.0}"),
                words: f.t(&format!("{place}：{index:.1}"), &format!("{place}: {index:.1}")).to_owned(),
                href: format!("/risk/{kind}?region={code}"),
            })
        };
        GridRow { cells: columns.iter().map(cell).collect(), kind: name }
    };
    Ok(Some(Grid {
        rows: order.iter().map(row).collect(),
        regions: columns.iter().map(|(_, name)| (*name).to_owned()).collect(),
    }))
}

impl IndexPage {
    fn weight(&self, thousandths: &i32) -> String {
        format!("{}%", f64::from(*thousandths) / 10.0)
    }

    fn levels(&self) -> [(&'static str, &'static str); 3] {
        [
            ("province", self.f.t("省", "province")),
            ("city", self.f.t("市", "cities")),
            ("district", self.f.t("区县", "districts")),
        ]
    }

    fn percent(&self, rate: &f64) -> String {
        format!("{:.1}%", rate * 100.0)
    }
}
