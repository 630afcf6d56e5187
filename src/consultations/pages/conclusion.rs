//! The conclusion of a consultation as a page to print: A4, with number and date, as it was given out.

use askama::Template;

use crate::consultations::conclusion::{ConclusionView, latest};
use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::queries;
use crate::consultations::views::{ConsultationView, PanelView};
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::ids::ConsultationId;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "consultations/conclusion.html")]
struct ConclusionPage {
    f: Frame,
    c: ConsultationView,
    d: ConclusionView,
    /// The day in Asia/Shanghai on which it was given out.
    day: String,
    /// Opinions that were given after it.
    late: Vec<PanelView>,
}

/// The page, for whoever sees the consultation; 404 where it has no conclusion with a number.
pub async fn conclusion(state: State, member: Member, id: Id<ConsultationId>) -> Answer {
    let Member { frame: f, person } = member;
    let found = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        let c = queries::get(conn, &Actor::Person(person), id.0)?;
        let d = latest(conn, c.id)?;
        Ok((c, d))
    });
    let (c, d) = found.await?;
    let day = f.day(&shanghai_date(d.concluded_at));
    let late = c.panel.iter().filter(|member| member.after_conclusion).cloned().collect();
    let page = ConclusionPage { f, c, d, day, late };
    show(&page.f, &page)
}
