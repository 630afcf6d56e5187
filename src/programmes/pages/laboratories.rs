//! The laboratories, with the forms for another one and for their records.

use askama::Template;

use crate::catalogue::{Catalogue, ProductHospital};
use crate::core::actor::Actor;
use crate::programmes::laboratories::queries::{self, LaboratoryFilter, LaboratoryView};
use crate::programmes::policy::keeps;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A laboratory with codes in words.
struct Listed {
    view: LaboratoryView,
    place: String,
    products: String,
    serves: String,
    /// The product hospital to which it belongs.
    hospital: Option<String>,
    /// Whether the reader keeps its record.
    keeps: bool,
}

#[derive(Template)]
#[template(path = "programmes/laboratories.html")]
struct LaboratoriesPage {
    f: Frame,
    asked: QueryParams,
    laboratories: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    hospitals: Vec<Choice>,
}

/// The product hospitals, for the forms.
fn hospitals(f: &Frame, catalogue: &Catalogue) -> Vec<Choice> {
    let choice = |found: &ProductHospital| Choice {
        code: found.code.clone(),
        name: f.t(&found.name_zh, &found.name_en).to_owned(),
        indent: "",
    };
    catalogue.products.hospitals().map(choice).collect()
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let filter = LaboratoryFilter { active: asked.read("active")?, q: asked.get("q").map(str::to_owned) };
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let listed = |view: LaboratoryView| {
            let product = |code: &String| match catalogue.products.class(code) {
                Some(_) => choices::class(&frame, catalogue, code),
                None => choices::kind(&frame, catalogue, code),
            };
            let comma = frame.t("、", ", ");
            let products: Vec<String> = view.products.iter().map(product).collect();
            let serves: Vec<String> =
                view.serves.iter().map(|code| choices::region(frame.language, catalogue, code)).collect();
            Listed {
                place: choices::region(frame.language, catalogue, &view.region),
                products: products.join(comma),
                serves: serves.join(comma),
                hospital: view.hospital.as_ref().and_then(|code| {
                    let found = catalogue.products.hospital(code)?;
                    Some(frame.t(&found.name_zh, &found.name_en).to_owned())
                }),
                keeps: keeps(&actor, &view.region, catalogue),
                view,
            }
        };
        Ok(LaboratoriesPage {
            laboratories: page.items.into_iter().map(listed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            hospitals: hospitals(&frame, catalogue),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}
