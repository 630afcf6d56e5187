//! The register of licensed producers, with the forms that enter a licence and its end.

use askama::Template;
use chrono::NaiveDate;

use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::programmes::licences::queries::{self, LicenceFilter, LicenceView};
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A licence with codes in words.
struct Listed {
    view: LicenceView,
    place: String,
    product: String,
    /// Whether it holds today.
    holds: bool,
}

#[derive(Template)]
#[template(path = "programmes/licences.html")]
struct LicencesPage {
    f: Frame,
    asked: QueryParams,
    licences: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    today: NaiveDate,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let filter = LicenceFilter {
            product_kind: asked.get("product_kind").map(str::to_owned),
            q: asked.get("q").map(str::to_owned),
        };
        let (conn, today) = (&mut *app.snapshot()?, shanghai_date(app.clock().now()));
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let listed = |view: LicenceView| Listed {
            place: choices::region(frame.language, catalogue, &view.region),
            product: choices::kind(&frame, catalogue, &view.product_kind),
            holds: view.holds_on(today),
            view,
        };
        Ok(LicencesPage {
            licences: page.items.into_iter().map(listed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            products: choices::kinds(&frame, catalogue),
            today,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}
