//! The page of the search over everything, which works without scripts; the box that any page opens links to it.

use askama::Template;

use crate::core::actor::Actor;
use crate::search::gather::{Asked, Group, sources};
use crate::web::frame::{Frame, Member};
use crate::web::global_search::GlobalSearchSource;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "search/search.html")]
struct SearchPage {
    f: Frame,
    asked: QueryParams,
    kinds: Vec<&'static GlobalSearchSource>,
    groups: Vec<Group>,
    /// The next page of the one kind that is shown.
    next: Option<String>,
}

/// What fits the words in the address; a field to type them where there are none.
pub async fn search(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let actor = Actor::Person(person);
    let kinds = sources(state.rooms, &actor);
    let page = read(&state, move |app| {
        let groups =
            match asked.get("q") {
                None => Vec::new(),
                Some(q) => Asked::parse(Some(q), asked.get("kind"), None, asked.get("cursor"), &kinds)?
                    .find(app, &mut *app.snapshot()?, &actor, frame.language, &kinds)?,
            };
        let next = match groups.as_slice() {
            [only] if asked.get("kind").is_some() => {
                only.next_cursor.as_deref().map(|cursor| asked.with("cursor", cursor))
            }
            _ => None,
        };
        Ok(SearchPage { f: frame, asked, kinds, groups, next })
    });
    show(&f, &page.await?)
}

impl SearchPage {
    /// Whether nothing was found of any kind.
    fn nothing(&self) -> bool {
        self.groups.iter().all(|group| group.items.is_empty())
    }
}
