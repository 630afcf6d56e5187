//! The schools of a campaign around campuses: entered, told, taken out.

use askama::Template;

use crate::campaigns::queries::{self, CampaignView};
use crate::campaigns::subject_queries::{self, CampaignSchoolView};
use crate::core::actor::Actor;
use crate::programmes::ids::ProgrammeId;
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "campaigns/schools.html")]
struct SchoolsPage {
    f: Frame,
    c: CampaignView,
    schools: Vec<CampaignSchoolView>,
    pager: Pager,
    regions: Vec<Choice>,
}

/// The page.
pub async fn list(state: State, member: Member, id: Id<ProgrammeId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let c = queries::get(conn, &actor, id)?;
        let page = subject_queries::schools(conn, &actor, id.0, asked.slice()?)?;
        let pager = asked.pager(&page, || subject_queries::count_schools(conn, &actor, id.0))?;
        let regions = choices::regions(frame.language, &actor, app.catalogue());
        Ok(SchoolsPage { f: frame, c, schools: page.items, pager, regions })
    });
    show(&f, &page.await?)
}

impl SchoolsPage {
    fn under_way(&self) -> bool {
        self.c.state.is_under_way()
    }

    /// The address of the list as a file.
    fn file(&self) -> String {
        format!("/api/v1/campaigns/{}/schools?", self.c.id)
    }
}
