//! Where someone applies to become an expert, and confirms it behind the mailed link.

use askama::Template;

use crate::catalogue::{ProductHospital, Region, RegionLevel};
use crate::core::Language;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Visit};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "experts/apply.html")]
struct ApplyPage {
    f: Frame,
    classes: Vec<(Choice, Vec<Choice>)>,
    hospitals: Vec<ProductHospital>,
    regions: Vec<Region>,
}

/// An expert applies.
pub async fn page(state: State, visit: Visit) -> Answer {
    let catalogue = state.app.catalogue();
    let page = ApplyPage {
        classes: choices::kinds(&visit.frame, catalogue),
        f: visit.frame,
        hospitals: catalogue.products.hospitals().cloned().collect(),
        regions: catalogue.regions.iter().filter(|r| r.level != RegionLevel::District).cloned().collect(),
    };
    show(&page.f, &page)
}

#[derive(Template)]
#[template(path = "experts/confirm.html")]
struct ConfirmPage {
    f: Frame,
}

/// The one-time link of the mail leads here; the token stands in the fragment, which no server sees.
pub async fn confirm(visit: Visit) -> Answer {
    let page = ConfirmPage { f: visit.frame };
    show(&page.f, &page)
}

impl ApplyPage {
    fn name<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.f.language == Language::Zh { zh } else { en }
    }
}
