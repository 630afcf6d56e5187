//! One consultation: the chat, with what belongs to it beside it. For all roles.

use askama::Template;
use serde_json::json;

use super::chart::{Course, course};
use super::frame::{Frame, Member};
use super::{PageRow, pages, show};
use crate::chat::protocol::Stream;
use crate::chat::store as log;
use crate::consultations::explain::{CandidateView, explain};
use crate::consultations::queries::{self as consultations, ConsultationView, HistoryView};
use crate::consultations::{HoldOffer, Status};
use crate::core::actor::{Actor, Scope};
use crate::core::event::StoredMessage;
use crate::core::ids::ConsultationId;
use crate::core::page::Slice;
use crate::core::{Caller, Language};
use crate::matching::roster::Moment;
use crate::remediation::advice::ActionKind;
use crate::remediation::queries::{self as remediation, CaseFilter, CaseView};
use crate::web::Id;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::server::State;

pages! {
    GET "/consultations/{id}" => consultation;
}

/// The messages that come with the page; earlier ones are loaded on demand.
const SHOWN: i64 = 60;

/// One stream as it is shown.
struct Thread {
    name: &'static str,
    messages: Vec<StoredMessage>,
    /// The number before the first shown.
    before: i64,
    /// The last number there is.
    last: i64,
}

#[derive(Template)]
#[template(path = "web/consultation.html")]
struct ConsultationPage {
    f: Frame,
    c: ConsultationView,
    threads: Vec<Thread>,
    history: Vec<HistoryView>,
    reason: String,
    case: Option<(CaseView, Option<Course>)>,
    failed_items: Vec<String>,
    /// What the module has to know, as JSON in an attribute.
    data: String,
    /// The reader is the expert to whom it is offered.
    answers: bool,
    /// The reader is the expert who leads it.
    leads: bool,
    /// The reader may assign an expert.
    assigns: bool,
    /// Whom, as matching sees them now.
    candidates: Vec<CandidateView>,
    /// The reader sits on the panel, which is under way.
    opines: bool,
    /// The reader may take the consultation up again.
    reopens: bool,
    /// The reader may rate.
    rates: bool,
    /// The reader may write.
    writes: bool,
}

/// The chat, with what belongs to it beside it.
async fn consultation(state: State, member: Member, id: Id<ConsultationId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person.clone());
        if matches!(person.scope, Scope::Expert(_)) {
            app.execute(&Caller::of(actor.clone()), &HoldOffer { id })?;
        }
        let conn = &mut *app.conn()?;
        let c = consultations::get(conn, &actor, id)?;
        let mut threads = Vec::new();
        for stream in [Stream::Talk, Stream::Notes] {
            let Some(&last) = c.last_seq.get(stream.as_str()) else { continue };
            let before = (last - SHOWN).max(0);
            let messages = log::read_after(conn, &actor, id, stream, before, SHOWN, 512 * 1024)?.messages;
            let last = messages.last().map_or(before, |m| m.seq);
            threads.push(Thread { name: stream.as_str(), messages, before, last });
        }
        let history = consultations::history(conn, &actor, id)?;
        let moment = Moment { now: app.clock().now(), catalogue: app.catalogue(), memory: app.memory() };
        let explained = explain(conn, &actor, id, moment, &app.settings().matching)?;
        let reason =
            if frame.language == Language::Zh { &explained.reason_zh } else { &explained.reason_en }.clone();
        let case = match c.nonconformity {
            None => None,
            Some(nonconformity) => {
                let filter = CaseFilter { nonconformity: Some(nonconformity), ..CaseFilter::default() };
                remediation::list(app, conn, &actor, &filter, Slice::default())?.items.into_iter().next()
            }
        };
        let failed_items = match &case {
            None => Vec::new(),
            Some(case) => remediation::get(app, conn, &actor, case.id)?.failed_items,
        };
        let holds =
            matches!(&person.scope, Scope::Expert(me) if c.expert.as_ref().is_some_and(|e| e.id == *me));
        let enterprise = matches!(person.scope, Scope::Enterprise(_));
        let officer = matches!(person.scope, Scope::Admin(_));
        let me = match &person.scope {
            Scope::Expert(me) => Some(*me),
            _ => None,
        };
        let after: serde_json::Map<_, _> =
            threads.iter().map(|t| (t.name.to_owned(), t.last.into())).collect();
        Ok(ConsultationPage {
            data: json!({
                "consultation": id, "account": person.account, "after": after, "status": c.status,
                "most": app.settings().chat.max_body_chars,
            })
            .to_string(),
            answers: holds && c.status == Status::Offered,
            leads: holds && c.status == Status::Active,
            opines: c.status == Status::Active && me.is_some_and(|me| c.panel.iter().any(|p| p.expert == me)),
            reopens: c.status == Status::Concluded && (enterprise || officer),
            assigns: officer && c.status != Status::Concluded,
            candidates: explained.candidates.unwrap_or_default(),
            rates: enterprise && c.status == Status::Concluded && c.rating.is_none(),
            writes: c.status != Status::Concluded,
            case: case.map(|case| (case.clone(), course(&case))),
            f: frame,
            c,
            threads,
            history,
            reason,
            failed_items,
        })
    });
    show(&f, &page.await?)
}

impl ConsultationPage {
    fn product(&self) -> &str {
        let kind = &self.c.product_kind;
        if self.f.language == Language::Zh { &kind.name_zh } else { &kind.name_en }
    }

    /// The rule that excludes a candidate.
    fn rule(&self, candidate: &CandidateView) -> String {
        let text = candidate.excluded_by.map(|rule| rule.text());
        text.map_or_else(String::new, |text| self.f.say(&text).to_owned())
    }

    fn mine(&self, message: &StoredMessage) -> bool {
        self.f.person.as_ref().is_some_and(|p| p.account == message.sender.id)
    }

    fn kinds(&self) -> &'static [ActionKind] {
        ActionKind::ALL
    }

    fn kind(&self, kind: &ActionKind) -> String {
        self.f.action_kind(*kind)
    }
}
