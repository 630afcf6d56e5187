//! The document as it is printed: on A4, in Chinese, with the number of the document. A draft says that it is one.

use askama::Template;
use chrono::NaiveDate;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::clock::day_in;
use crate::core::{Language, Problem};
use crate::oversight::api::shown;
use crate::oversight::facts::Count;
use crate::oversight::ids::OversightId;
use crate::oversight::view::{OversightDetail, OversightView};
use crate::oversight::words::{OversightKind, ResponsibilityKind};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Id, choices};

#[derive(Template)]
#[template(path = "oversight/letter.html")]
struct LetterPage {
    f: Frame,
    v: OversightView,
    d: OversightDetail,
    /// The name of the authority that issues it.
    authority: String,
    counts: Vec<(String, Count)>,
    kinds: String,
}

/// The page.
pub async fn letter(state: State, member: Member, id: Id<OversightId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, actor, id) = (f.clone(), Actor::Person(person), id.0);
    show(&f, &read(&state, move |app| page(app, frame, &actor, id)).await?)
}

fn page(app: &App, f: Frame, actor: &Actor, id: OversightId) -> Result<LetterPage, Problem> {
    let catalogue = app.catalogue();
    let d = shown(app, actor, id)?;
    let v = d.oversight.clone();
    // The document is Chinese, whatever language its reader has.
    let kind = |code: &str| {
        catalogue
            .products
            .kind(code)
            .map_or_else(|| code.to_owned(), |kind| kind.name(Language::Zh).to_owned())
    };
    let counted = |line: &Count| (line.product_kind.as_deref().map_or_else(String::new, kind), line.clone());
    let region = choices::region(Language::Zh, catalogue, &v.from_region).replace(' ', "");
    Ok(LetterPage {
        authority: format!("{region}市场监督管理局"),
        counts: d.facts.counts.iter().map(counted).collect(),
        kinds: v.product_kinds.iter().map(|code| kind(code)).collect::<Vec<_>>().join("、"),
        v,
        d,
        f,
    })
}

impl LetterPage {
    fn name(&self) -> &'static str {
        match self.v.kind {
            OversightKind::Letter => "产品质量风险提醒函",
            OversightKind::Interview => "约谈通知书",
            OversightKind::Listing => "挂牌督办通知书",
        }
    }

    fn day(&self, day: &NaiveDate) -> String {
        day_in(Language::Zh, *day)
    }

    fn duty(&self, kind: &ResponsibilityKind) -> String {
        kind.text().zh.into_owned()
    }

    fn is_letter(&self) -> bool {
        self.v.kind == OversightKind::Letter
    }
}
