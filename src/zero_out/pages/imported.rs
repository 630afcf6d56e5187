//! What one import brought or named: its records, with the enterprise and the case of each.

use askama::Template;

use crate::core::actor::Actor;
use crate::core::page::Total;
use crate::web::Id;
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::{ImportView, Outcome, import_status};
use crate::zero_out::queries::{Filter, ZeroOutItem, zero_out_list};

#[derive(Template)]
#[template(path = "zero_out/imported.html")]
struct ImportedPage {
    f: Frame,
    i: ImportView,
    /// Each record with the name of its region.
    lines: Vec<(ZeroOutItem, String)>,
    outcome: Option<Outcome>,
    pager: Pager,
    /// Whether the reader may open cases.
    regulates: bool,
}

/// The records of one import.
pub async fn list(state: State, member: Member, id: Id<ImportId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let i = import_status(conn, &actor, id)?;
        let outcome = asked.read("outcome")?;
        let filter = Filter { import: Some(id), outcome, ..Filter::default() };
        let page = zero_out_list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let rows = match outcome {
            Some(Outcome::Inserted) => i.inserted,
            Some(Outcome::Updated) => i.updated,
            Some(Outcome::Unchanged) => i.unchanged,
            None => i.inserted + i.updated + i.unchanged,
        };
        let pager = asked.pager(&page, || Ok(Total { rows: rows.into(), more: false }))?;
        let line = |item: ZeroOutItem| {
            let place = choices::region(frame.language, app.catalogue(), &item.region);
            (item, place)
        };
        let lines = page.items.into_iter().map(line).collect();
        let regulates = actor.officer_region().is_some();
        Ok(ImportedPage { f: frame, i, lines, outcome, pager, regulates })
    });
    show(&f, &page.await?)
}

impl ImportedPage {
    /// The ways to narrow the list: where each leads, its words, how many there are, whether it is chosen.
    fn choices(&self) -> Vec<(String, &'static str, i32, bool)> {
        let (f, i) = (&self.f, &self.i);
        let all = [
            (None, f.t("全部", "All"), i.inserted + i.updated + i.unchanged),
            (Some(Outcome::Inserted), f.t("新增", "New"), i.inserted),
            (Some(Outcome::Updated), f.t("更新", "Changed"), i.updated),
            (Some(Outcome::Unchanged), f.t("未变", "Same"), i.unchanged),
        ];
        let way = |(outcome, word, count): (Option<Outcome>, _, _)| {
            let query = outcome.map(|outcome| format!("?outcome={outcome}")).unwrap_or_default();
            (format!("/imports/{}/records{query}", i.id), word, count, outcome == self.outcome)
        };
        all.into_iter().map(way).collect()
    }
}
