//! The sheet of a visit, to be printed and taken along: who, where, what failed, and room for notes and signatures.

use askama::Template;

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::engagements::detail::{AboutView, EngagementDetail, VisitDetail, detail};
use crate::engagements::ids::EngagementId;
use crate::engagements::pages::{due, span};
use crate::web::Id;
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

/// Empty lines for what is found.
const LINES: usize = 6;

#[derive(Template)]
#[template(path = "engagements/sheet.html")]
struct SheetPage {
    f: Frame,
    d: EngagementDetail,
    v: VisitDetail,
    place: String,
    when: String,
    about: Vec<(AboutView, String)>,
}

/// The sheet of one visit.
pub async fn sheet(state: State, member: Member, id: Id<EngagementId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let mut d = detail(conn, &actor, due(app), id)?;
        let v = d.visit.take().ok_or_else(Problem::not_found)?;
        let catalogue = app.catalogue();
        let kind = |one: &AboutView| choices::kind(&frame, catalogue, &one.product_kind);
        Ok(SheetPage {
            about: v.nonconformities.iter().map(|one| (one.clone(), kind(one))).collect(),
            place: choices::region(frame.language, catalogue, &d.view.row.region),
            when: span(&frame, &d.view),
            f: frame,
            d,
            v,
        })
    });
    show(&f, &page.await?)
}

impl SheetPage {
    fn enterprise(&self) -> &str {
        self.d.view.enterprises.first().map_or("", |one| one.name.as_str())
    }

    fn experts(&self) -> String {
        let names: Vec<&str> = self.d.view.experts.iter().map(|one| one.name.as_str()).collect();
        names.join(self.f.t("、", ", "))
    }

    fn items(&self, about: &AboutView) -> String {
        let items: Vec<&str> = about.failed_items.iter().map(|item| self.f.item(item)).collect();
        items.join(self.f.t("、", ", "))
    }

    fn lines(&self) -> std::ops::Range<usize> {
        0..LINES
    }
}
