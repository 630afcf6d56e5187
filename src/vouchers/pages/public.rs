//! The draw of an issue as it is published, for everybody.

use askama::Template;

use super::issue_word;
use crate::vouchers::ids::IssueId;
use crate::vouchers::money::yuan;
use crate::vouchers::public::{self, PublicVoucherIssue, PublicWinner};
use crate::web::Id;
use crate::web::choices;
use crate::web::frame::{Frame, Visit};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

/// So many winners are shown on the page; all are in the JSON.
const SHOWN: usize = 500;

#[derive(Template)]
#[template(path = "vouchers/public.html")]
struct PublicPage {
    f: Frame,
    d: PublicVoucherIssue,
    place: String,
}

/// The page of an issue.
pub async fn page(state: State, visit: Visit, id: Id<IssueId>) -> Answer {
    let f = visit.frame;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let d = public::get(&mut *app.snapshot()?, id)?;
        Ok(PublicPage { place: choices::region(frame.language, app.catalogue(), &d.region), f: frame, d })
    });
    show(&f, &page.await?)
}

impl PublicPage {
    fn state(&self) -> &'static str {
        issue_word(&self.f, self.d.state)
    }

    fn yuan(&self, fen: &i64) -> String {
        yuan(*fen)
    }

    fn shown(&self) -> impl Iterator<Item = &PublicWinner> {
        self.d.drawn.iter().take(SHOWN)
    }

    /// How many winners the page does not show.
    fn hidden(&self) -> usize {
        self.d.drawn.len().saturating_sub(SHOWN)
    }
}
