//! The samples that a list brought in or named.

use askama::Template;

use crate::core::actor::Actor;
use crate::list_files::imports::Outcome;
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::pages::words::outcome_word;
use crate::sampling_lists::taken::{TakenSample, count, taken};
use crate::sampling_lists::view::{SamplingListView, list_status};
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "sampling_lists/samples.html")]
struct SamplesPage {
    f: Frame,
    i: SamplingListView,
    samples: Vec<TakenSample>,
    outcome: Option<Outcome>,
    pager: Pager,
}

/// The page.
pub async fn list(state: State, member: Member, id: Id<SamplingListId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let i = list_status(conn, &actor, id)?;
        let outcome: Option<Outcome> = asked.read("outcome")?;
        let page = taken(conn, &actor, id, outcome, asked.slice()?)?;
        let pager = asked.pager(&page, || count(conn, &actor, id, outcome))?;
        Ok(SamplesPage { f: frame, i, samples: page.items, outcome, pager })
    });
    show(&f, &page.await?)
}

impl SamplesPage {
    /// The ways to narrow the list: where each leads, its words, how many there are, whether it is chosen.
    fn choices(&self) -> Vec<(String, &'static str, i32, bool)> {
        let (f, i) = (&self.f, &self.i);
        let all = [
            (None, f.t("全部", "All"), i.taken()),
            (Some(Outcome::Inserted), f.t("新增", "New"), i.inserted),
            (Some(Outcome::Updated), f.t("更新", "Changed"), i.updated),
            (Some(Outcome::Unchanged), f.t("未变", "Same"), i.unchanged),
        ];
        let way = |(outcome, word, count): (Option<Outcome>, _, _)| {
            let query = outcome.map(|outcome| format!("?outcome={outcome}")).unwrap_or_default();
            (format!("/sampling-lists/{}/samples{query}", i.id), word, count, outcome == self.outcome)
        };
        all.into_iter().map(way).collect()
    }

    fn outcome_word(&self, sample: &TakenSample) -> &'static str {
        outcome_word(&self.f, sample.outcome)
    }

    fn state_word(&self, sample: &TakenSample) -> String {
        sample.state.text().get(self.f.language).to_owned()
    }

    fn found_word(&self, sample: &TakenSample) -> String {
        sample.found.map(|found| found.text().get(self.f.language).to_owned()).unwrap_or_default()
    }

    /// The address of the rows, to be exported.
    fn file(&self) -> String {
        let query = self.outcome.map(|outcome| format!("outcome={outcome}&")).unwrap_or_default();
        format!("/api/v1/inspections/imports/{}/samples?{query}", self.i.id)
    }
}
