//! Where an enterprise claims its account.

use askama::Template;

use crate::web::frame::{Frame, Visit};
use crate::web::pages::show;
use crate::web::problem::Answer;

#[derive(Template)]
#[template(path = "enterprises/register.html")]
struct RegisterPage {
    f: Frame,
}

/// An enterprise claims its account.
pub async fn register(visit: Visit) -> Answer {
    let page = RegisterPage { f: visit.frame };
    show(&page.f, &page)
}

#[derive(Template)]
#[template(path = "enterprises/claim.html")]
struct ClaimPage {
    f: Frame,
}

/// The one-time link of the mail leads here; the token stands in the fragment, which no server sees.
pub async fn claim(visit: Visit) -> Answer {
    let page = ClaimPage { f: visit.frame };
    show(&page.f, &page)
}
