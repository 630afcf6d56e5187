//! The page on which canned replies are kept.

use askama::Template;

use crate::canned_replies::policy::Writer;
use crate::canned_replies::queries::{self, CannedReplyView, ReplyFilter};
use crate::canned_replies::scope::ReplyScope;
use crate::canned_replies::settings::CannedReplySettings;
use crate::canned_replies::template::Placeholder;
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Replies on a page: each stands there in full, in the form that changes it.
const SHOWN: i64 = 10;

#[derive(Template)]
#[template(path = "canned_replies/list.html")]
struct RepliesPage {
    f: Frame,
    asked: QueryParams,
    replies: Vec<CannedReplyView>,
    pager: Pager,
    /// The scopes of which the reader keeps replies.
    kept: Vec<ReplyScope>,
    /// Most characters of a text.
    most: u32,
}

/// The canned replies that the reader sees.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let filter = ReplyFilter { scope: asked.read("scope")?, q: asked.get("q").map(str::to_owned) };
        let slice = Slice { limit: SHOWN, ..frame.slice(&asked)? };
        let page = queries::list(conn, &actor, &filter, None, slice)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let writer = Writer::of(conn, &actor)?;
        Ok(RepliesPage {
            kept: ReplyScope::ALL.iter().copied().filter(|scope| writer.keeps(*scope)).collect(),
            most: app.settings().section::<CannedReplySettings>().max_chars,
            replies: page.items,
            pager,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl RepliesPage {
    fn scopes(&self) -> &'static [ReplyScope] {
        ReplyScope::ALL
    }

    fn scope(&self, scope: &ReplyScope) -> String {
        scope.text().get(self.f.language).to_owned()
    }

    /// The placeholders with what they stand for.
    fn placeholders(&self) -> Vec<(String, String)> {
        let words =
            |known: &Placeholder| (format!("{{{known}}}"), known.text().get(self.f.language).to_owned());
        Placeholder::ALL.iter().map(words).collect()
    }
}
