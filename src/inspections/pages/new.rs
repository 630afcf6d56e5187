//! The form by which an officer registers an inspection.

use askama::Template;

use crate::core::actor::Actor;
use crate::inspections::pages::today;
use crate::inspections::words::{InspectedRole, Method, Purpose};
use crate::programmes::laboratories::queries as laboratories;
use crate::programmes::queries::{self as programmes, ProgrammeFilter};
use crate::programmes::state::ProgrammeLevel;
use crate::programmes::words::level_word;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "inspections/new.html")]
struct NewPage {
    f: Frame,
    asked: QueryParams,
    /// The level that the reader's authority organises.
    level: &'static str,
    /// Programmes that are under way: id and name.
    programmes: Vec<(String, String)>,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    /// Who tests: id and name.
    laboratories: Vec<(String, String)>,
    /// Who takes samples: id and name.
    samplers: Vec<(String, String)>,
}

/// The form. The address may fill fields of it in.
pub async fn new(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (catalogue, day) = (app.catalogue(), today(app));
        let conn = &mut *app.snapshot()?;
        let plans = programmes::list(conn, &actor, &ProgrammeFilter::default(), day, largest_page())?;
        let bodies = laboratories::choices(conn, &actor)?;
        let named = |takes_samples: bool| {
            let of = bodies.iter().filter(move |body| {
                if takes_samples { body.takes_samples } else { !body.products.is_empty() }
            });
            of.map(|body| (body.id.to_string(), body.name.clone())).collect()
        };
        let own = choices::own(&actor, catalogue);
        let level = own.and_then(|own| ProgrammeLevel::ALL.iter().rev().find(|l| l.organised_by(own.level)));
        Ok(NewPage {
            level: level.map_or("", |level| level.as_str()),
            programmes: plans
                .items
                .into_iter()
                .map(|view| view.programme)
                .filter(|programme| programme.state.is_under_way())
                .map(|programme| (programme.id.to_string(), programme.name))
                .collect(),
            regions: choices::regions(frame.language, &actor, catalogue),
            products: choices::kinds(&frame, catalogue),
            laboratories: named(false),
            samplers: named(true),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl NewPage {
    fn methods(&self) -> &'static [Method] {
        Method::ALL
    }

    fn purposes(&self) -> &'static [Purpose] {
        Purpose::ALL
    }

    fn levels(&self) -> &'static [ProgrammeLevel] {
        ProgrammeLevel::ALL
    }

    fn level(&self, level: &ProgrammeLevel) -> &'static str {
        level_word(&self.f, *level)
    }

    fn roles(&self) -> &'static [InspectedRole] {
        InspectedRole::ALL
    }
}
