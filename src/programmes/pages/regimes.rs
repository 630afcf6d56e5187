//! The product kinds with their regimes, and one with its changes and reviews.

use askama::Template;

use crate::catalogue::SupervisionClass;
use crate::core::actor::Actor;
use crate::core::text::part_in;
use crate::programmes::pages::today;
use crate::programmes::policy::permit_regimes;
use crate::programmes::regimes::queries::{
    self, FrameTurn, KindEvent, KindRegimeView, RegimeFilter, RegimeSummary, regime_text,
};
use crate::web::Part;
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "programmes/regimes.html")]
struct RegimesPage {
    f: Frame,
    asked: QueryParams,
    summary: RegimeSummary,
    /// Each with its name and that of its class.
    kinds: Vec<(KindRegimeView, String, String)>,
    pager: Pager,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let filter = RegimeFilter {
            as_of: asked.read("as_of")?,
            regime: asked.read("regime")?,
            late: asked.read("late")?,
            q: asked.get("q").map(str::to_owned),
        };
        let conn = &mut *app.snapshot()?;
        let page = queries::list(app, conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(app, conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let named = |kind: KindRegimeView| {
            let name = choices::kind(&frame, catalogue, &kind.product_kind);
            let class = choices::class(&frame, catalogue, &kind.product_class);
            (kind, name, class)
        };
        Ok(RegimesPage {
            summary: queries::summary(app, conn, &actor, filter.as_of)?,
            kinds: page.items.into_iter().map(named).collect(),
            pager,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

fn tone(regime: SupervisionClass) -> &'static str {
    match regime {
        SupervisionClass::Strict => "bad",
        SupervisionClass::Special => "warn",
        SupervisionClass::General => "none",
    }
}

impl RegimesPage {
    /// Where the regimes are from, in the reader's language.
    fn source(&self) -> &str {
        part_in(self.f.language, &self.summary.in_force.source)
    }

    fn regimes(&self) -> &'static [SupervisionClass] {
        SupervisionClass::ALL
    }

    fn regime(&self, regime: &SupervisionClass) -> String {
        regime_text(*regime).get(self.f.language).to_owned()
    }

    fn tone(&self, regime: &SupervisionClass) -> &'static str {
        tone(*regime)
    }

    /// The share of kinds under strict supervision, in percent.
    fn share(&self) -> String {
        format!("{:.1}%", self.summary.share_strict * 100.0)
    }

    /// A weight in thousandths as a factor.
    fn weight(&self, thousandths: &u32) -> String {
        let factor = f64::from(*thousandths) / 1000.0;
        format!("×{factor}")
    }

    /// What each regime means.
    fn meanings(&self) -> Vec<(SupervisionClass, crate::programmes::settings::Regime)> {
        SupervisionClass::ALL.iter().map(|class| (*class, self.summary.in_force.of(*class))).collect()
    }
}

#[derive(Template)]
#[template(path = "programmes/kind.html")]
struct KindPage {
    f: Frame,
    k: KindRegimeView,
    name: String,
    class: String,
    history: Vec<KindEvent>,
    /// When its producers are to be in a frame, each with the region in words.
    turns: Vec<(FrameTurn, String)>,
    /// Whether the reader may change the regime and record reviews.
    may_change: bool,
    today: String,
}

/// One product kind.
pub async fn one(state: State, member: Member, key: Part<String>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, kind) = (f.clone(), key.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let catalogue = app.catalogue();
        let k = queries::get(app, conn, &actor, &kind)?;
        let named = |turn: FrameTurn| {
            let place = choices::region(frame.language, catalogue, &turn.region);
            (turn, place)
        };
        let turns = queries::turns(app, conn, &actor, &k)?;
        Ok(KindPage {
            turns: turns.into_iter().map(named).collect(),
            name: choices::kind(&frame, catalogue, &k.product_kind),
            class: choices::class(&frame, catalogue, &k.product_class),
            history: queries::history(catalogue, conn, &actor, &kind)?,
            may_change: permit_regimes(&actor, catalogue).is_ok(),
            today: today(app).to_string(),
            f: frame,
            k,
        })
    });
    show(&f, &page.await?)
}

impl KindPage {
    fn regimes(&self) -> &'static [SupervisionClass] {
        SupervisionClass::ALL
    }

    fn regime(&self, regime: &SupervisionClass) -> String {
        regime_text(*regime).get(self.f.language).to_owned()
    }

    fn tone(&self) -> &'static str {
        tone(self.k.regime)
    }
}
