//! The list of the support programmes.

use askama::Template;

use super::names::{hospital, hospitals, places, products};
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::sampling_figures::intervals::Verdict;
use crate::support_programmes::queries::{self, SupportFilter, SupportView};
use crate::support_programmes::state::{SupportScope, SupportStage};
use crate::support_programmes::words;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A programme with codes in words.
struct Listed {
    view: SupportView,
    place: String,
    kinds: String,
    hospital: String,
    baseline: String,
}

#[derive(Template)]
#[template(path = "support_programmes/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    items: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    hospitals: Vec<Choice>,
    today: String,
}

/// The list, with the form for another one.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let text = |name| asked.get(name).map(str::to_owned);
        let filter = SupportFilter {
            stage: asked.read("stage")?,
            verdict: asked.read("verdict")?,
            scope: asked.read("scope")?,
            region: text("region"),
            kind: text("kind"),
            q: text("q"),
        };
        let page = queries::list(app, conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let listed = |view: SupportView| Listed {
            place: places(&frame, catalogue, &view.regions),
            kinds: products(&frame, catalogue, &view.kinds),
            hospital: hospital(&frame, catalogue, &view.lead_hospital),
            baseline: view.baseline.as_ref().map_or_else(String::new, |rate| words::rate(&frame, rate)),
            view,
        };
        Ok(ListPage {
            items: page.items.into_iter().map(listed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            products: choices::kinds(&frame, catalogue),
            hospitals: hospitals(&frame, catalogue),
            today: shanghai_date(app.clock().now()).to_string(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl ListPage {
    fn stages(&self) -> &'static [SupportStage] {
        SupportStage::ALL
    }

    fn stage(&self, stage: &SupportStage) -> &'static str {
        words::stage_word(&self.f, *stage)
    }

    fn tone(&self, stage: &SupportStage) -> &'static str {
        stage.tone()
    }

    fn scopes(&self) -> &'static [SupportScope] {
        SupportScope::ALL
    }

    fn scope(&self, scope: &SupportScope) -> &'static str {
        words::scope_word(&self.f, *scope)
    }

    fn verdicts(&self) -> &'static [Verdict] {
        Verdict::ALL
    }

    fn verdict(&self, verdict: &Verdict) -> &'static str {
        words::verdict_word(&self.f, *verdict)
    }

    fn verdict_tone(&self, verdict: &Verdict) -> &'static str {
        words::verdict_tone(*verdict)
    }

    fn percent(&self, percent: &f64) -> String {
        words::percent(Some(*percent))
    }
}
