//! The page on which the expert who leads asks the enterprise for information, or withdraws the question.

use askama::Template;

use crate::consultations::queries;
use crate::consultations::status::Status;
use crate::consultations::views::ConsultationView;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::ConsultationId;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "consultations/information.html")]
struct InformationPage {
    f: Frame,
    c: ConsultationView,
}

/// The page. There is none but for the expert who leads, while it is under way.
pub async fn information(state: State, member: Member, id: Id<ConsultationId>) -> Answer {
    let Member { frame: f, person } = member;
    let found = read(&state, move |app| {
        let me = match &person.scope {
            Scope::Expert(me) => Some(*me),
            _ => None,
        };
        let c = queries::get(&mut *app.snapshot()?, &Actor::Person(person), id.0)?;
        let leads = me.is_some() && c.expert.as_ref().map(|e| e.id) == me && c.status == Status::Active;
        if leads { Ok(c) } else { Err(Problem::not_found()) }
    });
    let c = found.await?;
    let page = InformationPage { f, c };
    show(&page.f, &page)
}
