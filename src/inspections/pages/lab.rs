//! What a laboratory has to do: samples on their way, to be tested, late.

use askama::Template;

use crate::core::actor::Actor;
use crate::core::ids::LaboratoryId;
use crate::inspections::pages::list::Chip;
use crate::inspections::pages::listed::{Listed, filter};
use crate::inspections::pages::today;
use crate::inspections::queries;
use crate::inspections::state::InspectionState;
use crate::programmes::laboratories::queries as laboratories;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "inspections/lab.html")]
struct LabPage {
    f: Frame,
    asked: QueryParams,
    /// The name of the laboratory.
    body: String,
    /// The laboratory.
    own: Option<LaboratoryId>,
    chips: Vec<Chip>,
    items: Vec<Listed>,
    pager: Pager,
    export: String,
    today: String,
}

/// The page.
pub async fn lab(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let own = actor.body();
        let filter = filter(&asked)?;
        let (catalogue, day) = (app.catalogue(), today(app));
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, &filter, day, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter, day))?;
        Ok(LabPage {
            body: laboratories::own_name(conn, &actor)?,
            own,
            chips: chips(&frame, &asked),
            items: page
                .items
                .into_iter()
                .map(|view| Listed::of(frame.language, catalogue, view, day))
                .collect(),
            pager,
            export: asked.file("/api/v1/inspections"),
            today: day.to_string(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl LabPage {
    /// Whether the laboratory tests the reserve sample of this one again.
    fn tests_again(&self, listed: &Listed) -> bool {
        self.own.is_some() && listed.retest_laboratory_id == self.own
    }
}

fn chips(f: &Frame, asked: &QueryParams) -> Vec<Chip> {
    let state = |words, state: InspectionState| {
        (words, format!("/lab?state={state}"), asked.is("state", state.as_str()))
    };
    vec![
        (f.t("全部", "all"), "/lab".to_owned(), !asked.narrows()),
        state(f.t("待收样", "on their way"), InspectionState::Sealed),
        state(f.t("待检验", "to be tested"), InspectionState::Received),
        state(f.t("待出报告", "to be reported"), InspectionState::Tested),
        state(f.t("复检", "re-tests"), InspectionState::Retesting),
        (f.t("逾期", "late"), "/lab?late=true".to_owned(), asked.is("late", "true")),
    ]
}
