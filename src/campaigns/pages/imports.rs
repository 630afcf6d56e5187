//! The files with entries of the register of a campaign, and the form for the next.

use askama::Template;

use crate::campaigns::imports::view::{self, CampaignImportView};
use crate::campaigns::queries::{self, CampaignView};
use crate::campaigns::register_list::RegisterColumn;
use crate::core::actor::Actor;
use crate::list_files::ListColumn;
use crate::programmes::ids::ProgrammeId;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::zero_out::pages::imports::state_word;

/// A column as the page explains it.
struct Explained {
    heading: &'static str,
    word: &'static str,
    required: bool,
    rule: String,
    example: &'static str,
}

#[derive(Template)]
#[template(path = "campaigns/imports.html")]
struct ImportsPage {
    f: Frame,
    asked: QueryParams,
    c: CampaignView,
    imports: Vec<CampaignImportView>,
    pager: Pager,
}

/// The page.
pub async fn list(state: State, member: Member, id: Id<ProgrammeId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let c = queries::get(conn, &actor, id)?;
        let page = view::all(conn, &actor, (Some(id.0), asked.get("q")), frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || view::count(conn, &actor, (Some(id.0), asked.get("q"))))?;
        Ok(ImportsPage { f: frame, asked, c, imports: page.items, pager })
    });
    show(&f, &page.await?)
}

impl ImportsPage {
    fn under_way(&self) -> bool {
        self.c.state.is_under_way()
    }

    fn tag(&self, import: &CampaignImportView) -> &'static str {
        state_word(&self.f, import.state)
    }

    /// The address of the list as a file.
    fn file(&self) -> String {
        format!("/api/v1/campaign-imports?campaign={}&", self.c.id)
    }

    fn columns(&self) -> Vec<Explained> {
        let language = self.f.language;
        let explain = |column: &RegisterColumn| Explained {
            heading: column.heading(language),
            word: column.word(),
            required: column.is_required(),
            rule: column.rule().get(language).to_owned(),
            example: column.example(language),
        };
        RegisterColumn::ALL.iter().map(explain).collect()
    }
}
