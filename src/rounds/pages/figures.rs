//! The figures of circuit consultation, to be read and printed.

use askama::Template;

use crate::core::actor::Actor;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::queries::{self as programmes, ProgrammeFilter, ProgrammeRow};
use crate::rounds::figures::{CircuitFigures, Question, Rate, report};
use crate::rounds::pages::today;
use crate::rounds::stage::CircuitStage;
use crate::rounds::words;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "rounds/figures.html")]
struct FiguresPage {
    f: Frame,
    asked: QueryParams,
    x: CircuitFigures,
    place: String,
    programmes: Vec<ProgrammeRow>,
    regions: Vec<Choice>,
    today: String,
}

/// The page.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (conn, catalogue, day) = (&mut *app.snapshot()?, app.catalogue(), today(app));
        let question = Question {
            programme: asked.read("programme")?,
            region: asked.get("region").map(str::to_owned),
            as_of: asked.read("as_of")?,
        };
        let context = (catalogue.as_ref(), app.settings().as_ref());
        let x = report(conn, &actor, context, &question, app.clock().now())?;
        let programmes = if actor.officer_region().is_some() {
            let kind = ProgrammeFilter { kind: Some(ProgrammeKind::Circuit), ..ProgrammeFilter::default() };
            programmes::list(conn, &actor, &kind, day, largest_page())?.items
        } else {
            Vec::new()
        };
        Ok(FiguresPage {
            place: choices::region(frame.language, catalogue, &x.region),
            programmes: programmes.into_iter().map(|view| view.programme).collect(),
            regions: choices::regions(frame.language, &actor, catalogue),
            today: day.to_string(),
            asked,
            f: frame,
            x,
        })
    });
    show(&f, &page.await?)
}

impl FiguresPage {
    /// What is counted, in words.
    fn counts(&self) -> Vec<(&'static str, u64)> {
        let t = |zh: &'static str, en: &'static str| self.f.t(zh, en);
        vec![
            (t("列入", "listed"), self.x.listed),
            (t("已清零", "cleared"), self.x.cleared.count),
            (t("约谈", "interviewed"), self.x.interviewed),
            (t("培训", "trained"), self.x.trained),
            (t("跟踪抽查", "sampled again"), self.x.sampled),
            (t("上门帮扶", "helped on site"), self.x.helped),
            (t("承诺并整改", "committed and corrected"), self.x.committed),
            (t("尚未联系", "not reached yet"), self.x.unreached),
        ]
    }

    fn percent(&self, share: &Option<f64>) -> String {
        share.map_or_else(|| "—".to_owned(), |share| format!("{:.1}%", share * 100.0))
    }

    fn decimal(&self, number: &Option<f64>) -> String {
        number.map_or_else(|| "—".to_owned(), |number| format!("{number:.2}"))
    }

    /// From where to where the interval of a rate is drawn: its beginning and its width, 0 to 100.
    fn interval(&self, rate: &Rate) -> (String, String) {
        let (low, high) = (rate.low.unwrap_or(0.0), rate.high.unwrap_or(0.0));
        (format!("{:.1}", low * 100.0), format!("{:.1}", (high - low).max(0.0) * 100.0))
    }

    fn stage(&self, stage: &CircuitStage) -> &'static str {
        words::stage_word(&self.f, *stage)
    }
}
