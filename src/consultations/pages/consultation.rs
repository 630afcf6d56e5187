//! One consultation: the conversation, the reader's other ones, and what belongs to it.

use actix_web::web::Data;
use askama::Template;
use diesel::PgConnection;
use serde_json::json;

use crate::app::App;
use crate::attachments::settings::AttachmentSettings;
use crate::chat::kernel::Stream;
use crate::chat::reading::read_up_to;
use crate::chat::settings::ChatSettings;
use crate::consultations::affiliations::Affiliations;
use crate::consultations::drafts::drafts;
use crate::consultations::explain::{CandidateView, explain};
use crate::consultations::hold::HoldOffer;
use crate::consultations::pages::case_parts::{Cards, CaseParts};
use crate::consultations::pages::event_sentences::HistoryNames;
use crate::consultations::pages::list::{ListedConversation, conversations};
use crate::consultations::pages::opinion::may_opine;
use crate::consultations::pages::thread::{Line, MessageWithFiles, Thread, thread};
use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::policy::{Action, permit};
use crate::consultations::queries::{self as consultations, EarlierView};
use crate::consultations::readers::{Reader, readers};
use crate::consultations::related::linked;
use crate::consultations::reopen;
use crate::consultations::settings::ConsultationSettings;
use crate::consultations::status::Status;
use crate::consultations::views::{ConsultationRef, ConsultationView, HistoryView};
use crate::core::actor::{Actor, Person, Role, Scope};
use crate::core::ids::ConsultationId;
use crate::core::page::Slice;
use crate::core::{Caller, Language, Problem};
use crate::experts::queries::{self as experts, ExpertFilter, ExpertView};
use crate::experts::vocabulary::Vetting;
use crate::matching::roster::memory::Moment;
use crate::matching::settings::MatchingSettings;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

/// Earlier consultations beside it.
const SOME_EARLIER: i64 = 5;
/// Linked consultations beside it.
const SOME_LINKED: i64 = 3;
/// Colleagues from which to choose before a name is typed.
const SOME_COLLEAGUES: i64 = 8;

#[derive(Template)]
#[template(path = "consultations/consultation.html")]
struct ConsultationPage {
    f: Frame,
    c: ConsultationView,
    conversations: Vec<ListedConversation>,
    threads: Vec<Thread>,
    /// For whom those speak who write.
    affiliations: Affiliations,
    history: Vec<HistoryView>,
    /// Who did what is in it.
    names: HistoryNames,
    reason: String,
    /// Markup of the domain of cases.
    advice: String,
    /// Markup of the domain of cases.
    cards: Cards,
    /// Markup of the domain of cases.
    nonconformities: String,
    earlier: Vec<EarlierView>,
    /// Those to which it was linked by hand.
    linked: Vec<ConsultationRef>,
    /// What the module has to know, as JSON in an attribute.
    data: String,
    /// This moment, for countdowns.
    now: String,
    /// The reader is the expert to whom it is offered.
    answers: bool,
    /// The reader is the expert who leads it.
    leads: bool,
    /// The reader may assign an expert.
    assigns: bool,
    /// Whom, as matching sees them now.
    candidates: Vec<CandidateView>,
    /// To whom an expert may hand on, or whom to invite.
    colleagues: Vec<ExpertView>,
    /// The reader is a member of the panel, which is under way.
    opines: bool,
    /// The reader may take the consultation up again.
    reopens: bool,
    /// The reader may take the consultation back, or close it.
    closes: bool,
    /// The reader may rate.
    rates: bool,
    /// In which streams the reader may write.
    writes: Vec<&'static str>,
    /// What files may be attached, for the dialog of the browser.
    accept: String,
}

/// The page.
pub async fn consultation(
    state: State,
    member: Member,
    id: Id<ConsultationId>,
    parts: Data<CaseParts>,
) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id, parts) = (f.clone(), id.0, **parts);
    let page = read(&state, move |app| page(app, frame, &person, id, parts));
    show(&f, &page.await?)
}

fn page(
    app: &App,
    f: Frame,
    person: &Person,
    id: ConsultationId,
    parts: CaseParts,
) -> Result<ConsultationPage, Problem> {
    let actor = Actor::Person(person.clone());
    if matches!(person.scope, Scope::Expert(_)) {
        app.execute(&Caller::of(actor.clone()), &HoldOffer { id })?;
    }
    let conn = &mut *app.snapshot()?;
    let c = consultations::get(conn, &actor, id)?;
    let history = consultations::history(conn, &actor, id)?;
    let threads = threads(conn, &f, &actor, &c, &history)?;
    let affiliations = Affiliations::of(conn, id, f.language)?;
    let names = HistoryNames::of(conn, &actor, id)?;
    let now = app.clock().now();
    let moment = Moment { now, catalogue: app.catalogue(), cache: app.cache() };
    let explained = explain(conn, &actor, id, moment, app.settings())?;
    let reason = if f.language == Language::Zh { &explained.reason_zh } else { &explained.reason_en }.clone();
    let nonconformities = (parts.nonconformities)(app, conn, &f, &actor, &c)?;
    let me = match &person.scope {
        Scope::Expert(me) => Some(*me),
        _ => None,
    };
    let role = person.scope.role();
    let holds = me.is_some() && c.expert.as_ref().map(|e| e.id) == me;
    let leads = holds && c.status == Status::Active;
    let class = app.catalogue().products.kind(&c.product_kind.code).map(|k| k.class.clone());
    let class = class.unwrap_or_default();
    let colleagues = if leads { colleagues(conn, &actor, &class)? } else { Vec::new() };
    let advice = if leads { (parts.advice)(app, conn, &f, &actor, &c)? } else { String::new() };
    let advised = |line: &Line| matches!(line, Line::Message(said) if said.m.kind == "advice");
    let cards = match threads.iter().any(|thread| thread.lines.iter().any(advised)) {
        true => (parts.cards)(app, conn, &f, &actor, &c)?,
        false => Cards::new(),
    };
    let sits = c.panel.iter().any(|p| Some(p.expert) == me);
    let settings = app.settings();
    let (row, days) =
        (consultations::row(conn, &actor, id)?, settings.section::<MatchingSettings>().reopen_days);
    Ok(ConsultationPage {
        data: data(app, conn, person, &c, (&threads, &affiliations))?,
        now: now.to_rfc3339(),
        conversations: conversations(conn, person, Some(id))?,
        earlier: consultations::earlier(conn, &actor, id, SOME_EARLIER)?,
        linked: linked(conn, &actor, id, SOME_LINKED)?,
        answers: holds && c.status == Status::Offered,
        opines: may_opine(&c, me),
        reopens: permit(&actor, Action::Reopen, &row).is_ok()
            && reopen::require(&actor, &row, days, now).is_ok(),
        assigns: role == Role::Admin && c.status != Status::Concluded,
        candidates: explained.candidates.unwrap_or_default(),
        closes: role == Role::Enterprise && c.status != Status::Concluded,
        rates: role == Role::Enterprise && c.may_be_rated(),
        writes: writes(role, &c, holds, sits),
        accept: accept(settings.section::<AttachmentSettings>().kinds()),
        f,
        c,
        threads,
        affiliations,
        names,
        history,
        reason,
        advice,
        cards,
        nonconformities,
        leads,
        colleagues,
    })
}

/// The streams that the reader may see.
fn threads(
    conn: &mut PgConnection,
    f: &Frame,
    actor: &Actor,
    c: &ConsultationView,
    history: &[HistoryView],
) -> Result<Vec<Thread>, Problem> {
    let mut threads = Vec::new();
    for stream in [Stream::Talk, Stream::Notes] {
        if c.last_seq.contains_key(stream.as_str()) {
            let read = read_up_to(conn, actor, c.id, stream)?;
            threads.push(thread(conn, f, actor, c.id, stream, (read, history))?);
        }
    }
    Ok(threads)
}

/// In which streams one may write. The server decides when a message is stored; the page shows no field in vain.
fn writes(role: Role, c: &ConsultationView, holds: bool, sits: bool) -> Vec<&'static str> {
    let open = c.status != Status::Concluded;
    match role {
        Role::Enterprise if open => vec!["talk"],
        Role::Expert if open && c.status == Status::Active && (holds || sits) => vec!["talk", "notes"],
        Role::Admin if open => vec!["notes"],
        _ => Vec::new(),
    }
}

/// The kinds of files as `accept` of a field.
fn accept<'a>(kinds: impl Iterator<Item = &'a str>) -> String {
    let ending = |word: &str| match word {
        "jpeg" => ".jpg,.jpeg".to_owned(),
        "heic" => ".heic,.heif".to_owned(),
        word => format!(".{word}"),
    };
    kinds.map(ending).collect::<Vec<_>>().join(",")
}

fn data(
    app: &App,
    conn: &mut PgConnection,
    person: &Person,
    c: &ConsultationView,
    (threads, affiliations): (&[Thread], &Affiliations),
) -> Result<String, Problem> {
    let after: serde_json::Map<_, _> = threads.iter().map(|t| (t.name.to_owned(), t.last.into())).collect();
    let officers = |r: &Reader| matches!(r.role, Role::Enterprise | Role::Expert);
    let readers: Vec<Reader> = readers(conn, c.id)?.into_iter().filter(officers).collect();
    let settings = app.settings();
    Ok(json!({
        "consultation": c.id, "account": person.account, "role": person.scope.role(), "after": after,
        "affiliations": affiliations.all(), "enterprise": c.enterprise.name, "status": c.status, "expert": c.expert.as_ref().map(|e| &e.name), "readers": readers,
        "most": settings.section::<ChatSettings>().max_body_chars, "mostFiles": settings.section::<ChatSettings>().attachments_per_message,
        "mostBytes": settings.section::<AttachmentSettings>().max_bytes,
        "drafts": drafts(conn, &Actor::Person(person.clone()), c.id)?.streams(),
        "retract": settings.section::<ConsultationSettings>().retract_seconds,
    })
    .to_string())
}

/// Approved colleagues who know the class, without the reader.
fn colleagues(conn: &mut PgConnection, actor: &Actor, class: &str) -> Result<Vec<ExpertView>, Problem> {
    let filter = ExpertFilter {
        vetting: Some(Vetting::Approved),
        available: Some(true),
        product_class: Some(class.to_owned()),
        ..ExpertFilter::default()
    };
    let slice = Slice { limit: SOME_COLLEAGUES, ..Slice::default() };
    let mut found = experts::list(conn, actor, &filter, slice)?.items;
    found.retain(|e| !matches!(actor.scope(), Some(Scope::Expert(me)) if *me == e.id));
    Ok(found)
}

impl ConsultationPage {
    fn product(&self) -> &str {
        let kind = &self.c.product_kind;
        self.f.t(&kind.name_zh, &kind.name_en)
    }

    /// The rule that excludes a candidate.
    fn rule(&self, candidate: &CandidateView) -> String {
        let text = candidate.excluded_by.map(|rule| rule.text());
        text.map_or_else(String::new, |text| self.f.say(&text).to_owned())
    }

    /// For whom another sender speaks, where that says more than the name.
    fn side(&self, message: &MessageWithFiles) -> Option<&str> {
        if message.mine {
            return None;
        }
        self.affiliations.beside(message.m.sender.id, &message.m.sender.name)
    }

    /// The card of a piece of advice; none for what is no advice.
    fn card(&self, message: &MessageWithFiles) -> Option<&String> {
        self.cards.get(&message.m.seq).filter(|_| message.m.kind == "advice")
    }

    fn may_write(&self, stream: &str) -> bool {
        self.writes.contains(&stream)
    }

    /// The reader works for the enterprise.
    fn is_enterprise(&self) -> bool {
        self.f.role() == "enterprise"
    }

    /// The reader is an expert to whom something is offered now; what comes later calls by itself.
    fn is_called(&self) -> bool {
        self.is_expert() && self.conversations.iter().any(|line| line.c.status == Status::Offered)
    }

    /// The reader is an expert.
    fn is_expert(&self) -> bool {
        self.f.role() == "expert"
    }
}
