//! The outbox, for operators: what waits and why, and which addresses are paused.

use askama::Template;

use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::notifications::outbox;
use crate::notifications::pauses::{self, PauseView};
use crate::notifications::queries::{self, MailFilter, MailView};
use crate::notifications::state::MailState;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Most paused addresses that the page shows.
const PAUSES: i64 = 100;

#[derive(Template)]
#[template(path = "notifications/outbox.html")]
struct OutboxPage {
    f: Frame,
    asked: QueryParams,
    /// The state that is shown; none where all are.
    state: Option<MailState>,
    counts: Vec<(MailState, i64)>,
    mails: Vec<MailView>,
    pager: Pager,
    pauses: Vec<PauseView>,
    /// The address of the paused addresses, to be exported.
    pauses_file: String,
    /// The address of the mails that are shown, to be exported.
    export: String,
}

/// The word by which the page asks for mails in every state.
const ALL: &str = "all";

/// The page. Where nothing is asked for, it shows what waits; what is searched is looked for in every state.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let state = match asked.get("state") {
            Some(ALL) => None,
            Some(_) => asked.read("state")?,
            None if asked.get("q").is_some() => None,
            None => Some(MailState::Queued),
        };
        let filter = MailFilter { state, q: asked.get("q").map(str::to_owned) };
        let mails = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let slice = Slice { limit: PAUSES, ..Slice::default() };
        Ok(OutboxPage {
            state,
            counts: outbox::counts(conn)?,
            pager: asked.pager(&mails, || queries::count(conn, &actor, &filter))?,
            mails: mails.items,
            pauses: pauses::list(conn, asked.get("q"), slice)?.items,
            pauses_file: asked.file_with("/api/v1/mail/pauses", &["state"], &[]),
            export: match state {
                Some(state) => asked.file_with("/api/v1/mail", &[], &[("state", state.as_str())]),
                None => asked.file_with("/api/v1/mail", &["state"], &[]),
            },
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The state of a mail, in words.
pub fn state_word(f: &Frame, state: MailState) -> &'static str {
    match state {
        MailState::Queued => f.t("待发送", "queued"),
        MailState::Sent => f.t("已发送", "sent"),
        MailState::Refused => f.t("被拒收", "refused"),
        MailState::GaveUp => f.t("已停止发送", "given up"),
        MailState::Bounced => f.t("被退回", "bounced"),
    }
}

impl OutboxPage {
    fn is_shown(&self, state: &MailState) -> bool {
        self.state == Some(*state)
    }

    fn word(&self, state: &MailState) -> &'static str {
        state_word(&self.f, *state)
    }

    fn tone(&self, state: &MailState) -> &'static str {
        match state {
            MailState::Queued => "warn",
            MailState::Sent => "good",
            MailState::Refused | MailState::GaveUp | MailState::Bounced => "bad",
        }
    }

    fn waits(&self, mail: &MailView) -> bool {
        mail.next_attempt_at.is_some()
    }
}
