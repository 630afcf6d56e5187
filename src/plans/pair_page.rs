//! One enterprise of a computed plan: whom it could be given to by hand, at what cost.

use askama::Template;

use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::plans::ids::PlanId;
use crate::plans::lines::AssignmentView;
use crate::plans::pages::{change_word, difference, score};
use crate::plans::pair_api::{PairOptions, read_options};
use crate::plans::pair_costs::PairOption;
use crate::plans::view::PlanView;
use crate::web::Id;
use crate::web::choices;
use crate::web::extract::Part;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

/// Options that the page shows; the API gives more.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "plans/pair.html")]
struct PairPage {
    f: Frame,
    p: PlanView,
    l: AssignmentView,
    place: String,
    options: Vec<PairOption>,
    /// How many options are not shown.
    more: usize,
}

/// What can be made of one enterprise of a computed plan by hand.
pub async fn pair(state: State, member: Member, id: Id<PlanId>, enterprise: Part<EnterpriseId>) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (p, PairOptions { line, mut options }) = read_options(app, &actor, id.0, enterprise.0)?;
        let more = options.len().saturating_sub(SHOWN);
        options.truncate(SHOWN);
        let place = choices::region(frame.language, app.catalogue(), &line.enterprise.region);
        Ok(PairPage { f: frame, p, l: line, place, options, more })
    });
    show(&f, &page.await?)
}

impl PairPage {
    fn change(&self) -> &'static str {
        change_word(&self.f, self.l.change)
    }

    fn score(&self, value: &Option<f64>) -> String {
        value.map_or_else(|| "—".to_owned(), score)
    }

    fn difference(&self, value: &Option<f64>) -> String {
        value.map_or_else(|| "—".to_owned(), difference)
    }

    fn refusal<'a>(&self, option: &'a PairOption) -> &'a str {
        let zh = option.refusal_zh.as_deref().unwrap_or_default();
        self.f.t(zh, option.refusal_en.as_deref().unwrap_or_default())
    }

    fn reason(&self) -> &str {
        let zh = self.l.reason_zh.as_deref().unwrap_or_default();
        self.f.t(zh, self.l.reason_en.as_deref().unwrap_or_default())
    }
}
