//! One application: what it says, its certificates, and the decision on each of its specialties.

use askama::Template;

use crate::attachments::Attachment;
use crate::attachments::form::ShownFiles;
use crate::core::actor::Actor;
use crate::core::ids::ExpertId;
use crate::core::page::Slice;
use crate::experts::pages::changes::{ChangeLine, lines};
use crate::experts::pages::profile::{Profile, profile};
use crate::experts::queries as experts;
use crate::experts::specialty_queries::{self as changes, ChangeFilter};
use crate::experts::vocabulary::Vetting;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

/// Decisions that are shown.
const SOME: i64 = 50;

#[derive(Template)]
#[template(path = "experts/application.html")]
struct ApplicationPage {
    f: Frame,
    p: Profile,
    certificates: Vec<Attachment>,
    /// Decisions on specialties so far.
    decided: Vec<ChangeLine>,
    /// Nobody has decided yet.
    waiting: bool,
}

/// The page, for those who decide on the expert.
pub async fn page(state: State, member: Member, id: Id<ExpertId>) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let mut expert = experts::application(conn, &actor, id.0)?;
        let certificates = expert
            .private
            .as_mut()
            .map(|private| std::mem::take(&mut private.certificates))
            .unwrap_or_default();
        let filter = ChangeFilter { expert: Some(id.0), ..ChangeFilter::default() };
        let slice = Slice { limit: SOME, ..Slice::default() };
        let decided = changes::list(conn, &actor, &filter, slice)?.items;
        Ok(ApplicationPage {
            waiting: expert.vetting == Vetting::Applied,
            decided: lines(&frame, app.catalogue(), decided),
            p: profile(&frame, app.catalogue(), expert),
            certificates,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl ApplicationPage {
    /// A size for people.
    fn size(&self, bytes: &i64) -> String {
        format!("{} KB", (bytes / 1024).max(1))
    }
}
