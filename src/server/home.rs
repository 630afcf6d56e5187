//! The first page, by role.

use askama::Template;

use crate::consultations::pages::desk;
use crate::core::actor::{Actor, Scope};
use crate::reports::pages::overview;
use crate::web::frame::{Frame, Visit};
use crate::web::pages::{redirect, show, to_log_in};
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;
use crate::zero_out::pages::enterprise;

/// The first page.
pub async fn home(state: State, request: actix_web::HttpRequest, visit: Visit) -> Answer {
    let f = visit.frame;
    let Some(person) = f.person.clone() else {
        if visit.stale {
            return Ok(to_log_in(&request));
        }
        return show(&f, &Welcome { f: f.clone() });
    };
    let actor = Actor::Person(person.clone());
    let frame = f.clone();
    match person.scope {
        Scope::Enterprise(id) => {
            let page = read(&state, move |app| enterprise::desk(app, frame, &actor, id));
            show(&f, &page.await?)
        }
        Scope::Expert(id) => {
            let page = read(&state, move |app| desk::expert_desk(app, frame, &person, id));
            show(&f, &page.await?)
        }
        Scope::Sampler(_) => Ok(redirect("/sampling-tasks")),
        Scope::Laboratory(_) => Ok(redirect("/lab")),
        Scope::Admin(_) | Scope::Operator => {
            let page = read(&state, move |app| overview::desk(app, frame, &mut *app.conn()?, &actor));
            show(&f, &page.await?)
        }
    }
}

#[derive(Template)]
#[template(path = "server/welcome.html")]
struct Welcome {
    f: Frame,
}
