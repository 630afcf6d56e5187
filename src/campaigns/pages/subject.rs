//! One entry of a register: who it is, what was checked, and what can be done with it.

use askama::Template;

use crate::campaigns::ids::SubjectId;
use crate::campaigns::queries::{self, CampaignView};
use crate::campaigns::state::CheckOutcome;
use crate::campaigns::subject_queries::{self, CampaignSubjectDetail};
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::programmes::ids::ProgrammeId;
use crate::web::Id;
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "campaigns/subject.html")]
struct SubjectPage {
    f: Frame,
    c: CampaignView,
    d: CampaignSubjectDetail,
    place: String,
    product: Option<String>,
    today: String,
}

/// The page.
pub async fn one(state: State, member: Member, id: Id<SubjectId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let today = shanghai_date(app.clock().now());
        let d = subject_queries::detail(conn, &actor, id)?;
        let c = queries::get(conn, &actor, ProgrammeId(d.view.subject.programme_id))?;
        let rules = queries::rules_of(app.settings(), &c.rules_version, today)?;
        let named = d.view.subject.product.as_deref();
        let product = named.map(|word| {
            rules.product(word).map_or(word, |product| product.name.get(frame.language)).to_owned()
        });
        Ok(SubjectPage {
            place: choices::region(frame.language, app.catalogue(), &d.view.subject.region),
            product,
            today: today.to_string(),
            f: frame,
            c,
            d,
        })
    });
    show(&f, &page.await?)
}

impl SubjectPage {
    /// Whether something can be entered for it.
    fn open(&self) -> bool {
        self.c.state.is_under_way() && self.d.view.subject.removed_at.is_none()
    }

    fn under_way(&self) -> bool {
        self.c.state.is_under_way()
    }

    fn outcomes(&self) -> &'static [CheckOutcome] {
        CheckOutcome::ALL
    }

    fn outcome(&self, outcome: &CheckOutcome) -> &'static str {
        let (zh, en) = outcome.words();
        self.f.t(zh, en)
    }
}
