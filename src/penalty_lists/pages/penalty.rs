//! One penalty: what the list says, what came of it, its history, and what an officer can do.

use askama::Template;
use serde_json::Value;

use crate::core::actor::Actor;
use crate::penalty_lists::ids::PenaltyId;
use crate::penalty_lists::list::row::Fault;
use crate::penalty_lists::pages::words::yuan;
use crate::penalty_lists::penalties::{PenaltyDetail, PenaltyEventView, detail};
use crate::penalty_lists::state::{PenaltyState, PenaltyStep, transition};
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "penalty_lists/penalty.html")]
struct PenaltyPage {
    f: Frame,
    d: PenaltyDetail,
}

/// The page.
pub async fn one(state: State, member: Member, id: Id<PenaltyId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let d = detail(&mut *app.snapshot()?, &Actor::Person(person), id)?;
        Ok(PenaltyPage { f: frame, d })
    });
    show(&f, &page.await?)
}

impl PenaltyPage {
    fn word(&self) -> String {
        self.d.penalty.state.text().get(self.f.language).to_owned()
    }

    fn step(&self, event: &PenaltyEventView) -> String {
        event.step.text().get(self.f.language).to_owned()
    }

    fn note(&self, event: &PenaltyEventView) -> String {
        let text = |key: &str| event.details.get(key).and_then(Value::as_str).map(str::to_owned);
        text("note").or_else(|| text("document_no")).or_else(|| text("form_no")).unwrap_or_default()
    }

    fn fine(&self) -> Option<String> {
        self.d.penalty.fine_fen.map(yuan)
    }

    fn fault(&self) -> Option<&'static str> {
        self.d.penalty.fault.map(|fault| match fault {
            Fault::Intentional => self.f.t("故意", "intentional"),
            Fault::Negligent => self.f.t("过失", "negligent"),
        })
    }

    /// Whether an officer has something to decide of it.
    fn is_open(&self) -> bool {
        self.d.penalty.state == PenaltyState::Open
    }

    /// Whether the decision may still be annulled.
    fn may_annul(&self) -> bool {
        transition(self.d.penalty.state, PenaltyStep::Annul).is_ok()
    }

    /// Whether it may be joined to an inspection.
    fn may_join(&self) -> bool {
        matches!(self.d.penalty.state, PenaltyState::Open | PenaltyState::Entered)
            && self.d.penalty.enterprise.is_some()
    }
}
