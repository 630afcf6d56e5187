//! The credit codes that were let in against the rule, and the form to let one in.

use askama::Template;

use crate::core::actor::{Actor, Role};
use crate::enterprises::admissions::{self, AdmissionFilter, AdmissionState, AdmissionView, Admissions};
use crate::enterprises::uscc::{Uscc, fault_word};
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "enterprises/admissions.html")]
struct AdmissionsPage {
    f: Frame,
    asked: QueryParams,
    lines: Vec<(AdmissionView, String)>,
    in_force: i64,
    pager: Pager,
    regions: Vec<Choice>,
    officer: bool,
    /// The code for the form, as the page of an import hands it on.
    uscc: String,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let officer = person.scope.role() == Role::Admin;
        let actor = Actor::Person(person);
        let filter = AdmissionFilter { q: asked.get("q").map(str::to_owned), state: asked.read("state")? };
        let conn = &mut *app.snapshot()?;
        let Admissions { page, in_force } = admissions::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || admissions::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let line = |view: AdmissionView| {
            let place = choices::region(frame.language, catalogue, &view.region);
            (view, place)
        };
        Ok(AdmissionsPage {
            lines: page.items.into_iter().map(line).collect(),
            in_force,
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            officer,
            uscc: asked
                .get("uscc")
                .and_then(|text| Uscc::shaped(text).ok())
                .map(|uscc| uscc.to_string())
                .unwrap_or_default(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The state of an admission, in words.
pub fn state_word(f: &Frame, state: AdmissionState) -> &'static str {
    match state {
        AdmissionState::InForce => f.t("已放行", "admitted"),
        AdmissionState::Withdrawn => f.t("已撤销", "withdrawn"),
    }
}

impl AdmissionsPage {
    fn states(&self) -> &'static [AdmissionState] {
        AdmissionState::ALL
    }

    fn state(&self, state: &AdmissionState) -> &'static str {
        state_word(&self.f, *state)
    }

    fn fault(&self, rule: &str) -> &'static str {
        let (zh, en) = fault_word(rule);
        self.f.t(zh, en)
    }
}
