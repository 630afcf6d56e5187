//! The page of one's account's security.

use actix_web::web;
use askama::Template;

use crate::accounts::factors::api::{TotpState, state_of};
use crate::accounts::oidc::identities::{LinkedProvider, of_account};
use crate::accounts::pages::NextPage;
use crate::web::frame::{Frame, Member};
use crate::web::pages::{inside, show};
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

/// The page, at which a second factor is set up as well.
pub const SECURITY_PAGE: &str = "/account/security";

#[derive(Template)]
#[template(path = "accounts/security.html")]
struct SecurityPage {
    f: Frame,
    totp: TotpState,
    providers: Vec<LinkedProvider>,
    /// Nothing else can be done before the second factor is set up.
    only: bool,
    /// The path of the page to go on to once a second factor is set up.
    next: String,
}

/// The second factor, recovery codes.
pub async fn security(state: State, member: Member, way: web::Query<NextPage>) -> Answer {
    let Member { frame, person } = member;
    let (next, only) = (inside(way.next.as_deref()), person.proof.sets_up_only);
    let (totp, mut providers) = read(&state, move |app| {
        let totp = state_of(app, &person)?;
        Ok((totp, of_account(&mut *app.snapshot()?, app.settings(), person.account)?))
    })
    .await?;
    if only {
        providers.clear();
    }
    let page = SecurityPage { f: frame, totp, providers, only, next };
    show(&page.f, &page)
}
