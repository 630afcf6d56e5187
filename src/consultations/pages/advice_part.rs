//! The pieces of advice of a consultation as cards, alone: for a page whose talk shows one that did not come with it, or that was away.

use actix_web::web::Data;
use askama::Template;

use crate::consultations::pages::case_parts::CaseParts;
use crate::consultations::queries as consultations;
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::web::Id;
use crate::web::frame::Member;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "consultations/advice_cards.html")]
struct AdviceCards {
    /// The numbers of the messages, with the markup of the domain of cases.
    cards: Vec<(i64, String)>,
}

/// The cards as they are now.
pub async fn part(state: State, member: Member, id: Id<ConsultationId>, parts: Data<CaseParts>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id, parts) = (f.clone(), id.0, **parts);
    let found = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let c = consultations::get(conn, &actor, id)?;
        let mut cards: Vec<_> = (parts.cards)(app, conn, &frame, &actor, &c)?.into_iter().collect();
        cards.sort_unstable();
        Ok(AdviceCards { cards })
    });
    show(&f, &found.await?)
}
