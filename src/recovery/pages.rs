//! What officers see of the recoveries of their region, and an enterprise of its own.

use askama::Template;

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::clock::shanghai_date;
use crate::core::page::Total;
use crate::recovery::figures::{RecoveryFigures, RecoveryLine, RelapseRate, figures};
use crate::recovery::queries::{self, RecoveryFilter, RecoveryView};
use crate::recovery::state::RecoveryState;
use crate::recovery::words;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A recovery with codes in words.
struct Listed {
    view: RecoveryView,
    place: String,
    kind: String,
}

impl Listed {
    fn of(f: &Frame, catalogue: &Catalogue, view: RecoveryView) -> Self {
        Self {
            place: choices::region(f.language, catalogue, &view.region),
            kind: choices::kind(f, catalogue, &view.product_kind),
            view,
        }
    }
}

/// A part of a bar.
struct Part {
    state: RecoveryState,
    count: i64,
    x: String,
    width: String,
    href: String,
}

/// A line of the chart: a relapse rate within its interval, on a field of 100.
struct Shown {
    name: String,
    href: String,
    line: RecoveryLine,
    rate: String,
    low: String,
    span: String,
    point: String,
}

#[derive(Template)]
#[template(path = "recovery/recovery.html")]
struct RecoveryPage {
    f: Frame,
    asked: QueryParams,
    items: Vec<Listed>,
    pager: Pager,
    figures: RecoveryFigures,
    parts: Vec<Part>,
    places: Vec<Shown>,
    kinds: Vec<Shown>,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    place: String,
    today: String,
}

#[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^53")]
fn share(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

fn parts(line: &RecoveryLine, href: impl Fn(RecoveryState) -> String) -> Vec<Part> {
    let counts = [
        (RecoveryState::Recovered, line.recovered),
        (RecoveryState::UnderCare, line.under_care),
        (RecoveryState::Cleared, line.cleared),
        (RecoveryState::Relapsed, line.relapsed),
    ];
    let mut from = 0;
    counts
        .into_iter()
        .map(|(state, count)| {
            let part = Part {
                state,
                count,
                x: format!("{:.2}", share(from, line.items)),
                width: format!("{:.2}", share(count, line.items)),
                href: href(state),
            };
            from += count;
            part
        })
        .collect()
}

/// A rate in words, with n and interval.
fn rate_words(f: &Frame, rate: &RelapseRate) -> String {
    let (Some(percent), Some(low), Some(high)) = (rate.percent, rate.low, rate.high) else {
        return f.t("期内没有清零的项目，不计算复发率", "nothing was cleared in the period").to_owned();
    };
    let RelapseRate { relapsed, cleared, .. } = rate;
    f.t(
        &format!("{percent:.2}%（{relapsed} / {cleared}，95% 置信区间 {low:.2}%—{high:.2}%）"),
        &format!("{percent:.2}% ({relapsed} of {cleared}, 95% interval {low:.2}% to {high:.2}%)"),
    )
    .to_owned()
}

fn shown(f: &Frame, name: String, href: String, line: &RecoveryLine) -> Shown {
    let rate = &line.relapse;
    let (low, high) = (rate.low.unwrap_or(0.0), rate.high.unwrap_or(0.0));
    Shown {
        name,
        href,
        rate: rate_words(f, rate),
        low: format!("{low:.2}"),
        span: format!("{:.2}", (high - low).max(0.5)),
        point: format!("{:.2}", rate.percent.unwrap_or(0.0)),
        line: line.clone(),
    }
}

/// The recoveries of a region, as of any day.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let text = |name| asked.get(name).map(str::to_owned);
        let filter = RecoveryFilter {
            state: asked.read("state")?,
            region: text("region"),
            kind: text("kind"),
            enterprise: asked.read("enterprise")?,
            as_of: asked.read("as_of")?,
            q: text("q"),
        };
        let page = queries::list(app, conn, &actor, &filter, frame.slice(&asked)?)?;
        let catalogue = app.catalogue();
        let figures = figures(app, conn, &actor, &filter)?;
        let pager = asked.pager(&page, || match filter.q {
            Some(_) => queries::count(app, conn, &actor, &filter),
            // What the figures have counted need not be counted again.
            None => Ok(Total { rows: figures.total.count(filter.state), more: false }),
        })?;
        let parts = parts(&figures.total, |state| asked.with("state", state.as_str()));
        let place = |line: &RecoveryLine| {
            let name = choices::region(frame.language, catalogue, &line.key);
            shown(&frame, name, asked.with("region", &line.key), line)
        };
        let kind = |line: &RecoveryLine| {
            let name = choices::kind(&frame, catalogue, &line.key);
            shown(&frame, name, asked.with("kind", &line.key), line)
        };
        Ok(RecoveryPage {
            items: page.items.into_iter().map(|view| Listed::of(&frame, catalogue, view)).collect(),
            pager,
            parts,
            places: figures.by_region.iter().map(place).collect(),
            kinds: figures.by_kind.iter().take(10).map(kind).collect(),
            regions: choices::regions(frame.language, &actor, catalogue),
            products: choices::kinds(&frame, catalogue),
            place: choices::region(frame.language, catalogue, &figures.region),
            today: shanghai_date(app.clock().now()).to_string(),
            figures,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl RecoveryPage {
    fn states(&self) -> &'static [RecoveryState] {
        RecoveryState::ALL
    }

    fn state(&self, state: &RecoveryState) -> &'static str {
        words::state_word(&self.f, *state)
    }

    fn tone(&self, state: &RecoveryState) -> &'static str {
        state.tone()
    }

    fn item<'a>(&'a self, item: &'a str) -> &'a str {
        words::item_word(&self.f, item)
    }

    fn result<'a>(&self, result: &'a str) -> &'a str {
        words::result_word(&self.f, result)
    }

    fn total(&self) -> String {
        rate_words(&self.f, &self.figures.total.relapse)
    }
}

#[derive(Template)]
#[template(path = "recovery/mine.html")]
struct MinePage {
    f: Frame,
    asked: QueryParams,
    items: Vec<Listed>,
    pager: Pager,
    /// Months after a clearance after which an item counts as recovered.
    months: i32,
    /// Whether the rules are assumed.
    provisional: bool,
}

/// The recoveries of the reader's enterprise; for others there is no such page.
pub async fn mine(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let Scope::Enterprise(_) = person.scope else { return Err(Problem::not_found()) };
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = RecoveryFilter { state: asked.read("state")?, ..RecoveryFilter::default() };
        let page = queries::list(app, conn, &actor, &filter, asked.slice()?)?;
        let pager = asked.pager(&page, || queries::count(app, conn, &actor, &filter))?;
        let today = shanghai_date(app.clock().now());
        let rules =
            app.settings().section::<crate::recovery::settings::RecoverySettings>().rules_on(today)?;
        let catalogue = app.catalogue();
        Ok(MinePage {
            items: page.items.into_iter().map(|view| Listed::of(&frame, catalogue, view)).collect(),
            pager,
            months: rules.window_months,
            provisional: rules.provisional,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl MinePage {
    fn state(&self, state: &RecoveryState) -> &'static str {
        words::state_word(&self.f, *state)
    }

    fn tone(&self, state: &RecoveryState) -> &'static str {
        state.tone()
    }

    fn item<'a>(&'a self, item: &'a str) -> &'a str {
        words::item_word(&self.f, item)
    }

    fn result<'a>(&self, result: &'a str) -> &'a str {
        words::result_word(&self.f, result)
    }
}
