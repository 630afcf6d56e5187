//! The page on which a phone records a sampling.

use actix_web::http::header::{HeaderName, HeaderValue};
use askama::Template;

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::inspections::ids::InspectionId;
use crate::recordings::inspected;
use crate::recordings::policy;
use crate::recordings::settings::rules_on;
use crate::recordings::shots::{Channel, Shot};
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "recordings/record.html")]
struct RecordPage {
    f: Frame,
    id: InspectionId,
    number: String,
    channel: Channel,
    nonce_minutes: u32,
}

/// For who records the inspection.
pub async fn one(state: State, member: Member, id: Id<InspectionId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        policy::require_recorder(conn, &Actor::Person(person), id)?;
        let of = inspected::load(conn, id)?;
        let rules = rules_on(app.settings(), shanghai_date(app.clock().now()))?;
        Ok(RecordPage {
            id,
            channel: of.channel(),
            number: of.number,
            nonce_minutes: rules.nonce_minutes,
            f: frame,
        })
    });
    let mut response = show(&f, &page.await?)?;
    // The one page that films; all others may not.
    let allowed =
        "camera=(self), display-capture=(), geolocation=(self), microphone=(self), payment=(), usb=()";
    let value = HeaderValue::from_str(allowed).map_err(Problem::internal)?;
    response.headers_mut().insert(HeaderName::from_static("permissions-policy"), value);
    Ok(response)
}

impl RecordPage {
    fn channels(&self) -> &'static [Channel] {
        Channel::ALL
    }

    fn shots(&self) -> &'static [Shot] {
        Shot::ALL
    }
}
