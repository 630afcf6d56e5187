//! Consultations as a list: the page with its filters, and the list beside a conversation.

use actix_web::web;
use askama::Template;
use diesel::PgConnection;
use serde::Deserialize;
use std::collections::HashSet;

use crate::chat::reading::{UnreadSummary, unread_summaries};
use crate::consultations::mentions::unread_in;
use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::queries::{self as consultations, ConsultationFilter};
use crate::consultations::status::Status;
use crate::consultations::tags::{KnownTag, known};
use crate::consultations::views::ConsultationView;
use crate::core::Problem;
use crate::core::actor::{Actor, Person, Scope};
use crate::core::ids::ConsultationId;
use crate::core::page::Slice;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Open consultations beside a conversation, at most.
const MOST_OPEN: i64 = 40;
/// Concluded ones beside a conversation.
const SOME_CONCLUDED: i64 = 8;

/// A consultation as a line of a list.
pub struct ListedConversation {
    /// The consultation.
    pub c: ConsultationView,
    /// What is unread, and what was said last.
    pub summary: UnreadSummary,
    /// The reader is mentioned in a note that is unread.
    pub mentioned: bool,
    /// It is the one shown.
    pub here: bool,
    /// It stands beside a conversation, where there is room for little.
    pub brief: bool,
    /// It is the first of its status.
    pub heads: bool,
    /// Its group is shown: what is finished folds away, unless it is the one shown.
    pub unfolded: bool,
}

impl ListedConversation {
    /// The number of a stream's last message.
    pub fn last(&self, stream: &str) -> i64 {
        self.c.last_seq.get(stream).copied().unwrap_or(0)
    }

    /// Unread messages, in words that fit.
    pub fn count(&self) -> String {
        match self.summary.all_unread() {
            n if n > 99 => "99+".to_owned(),
            n => n.to_string(),
        }
    }

    /// The product's name.
    pub fn product(&self, f: &Frame) -> &str {
        let kind = &self.c.product_kind;
        f.t(&kind.name_zh, &kind.name_en)
    }
}

/// The lines of what is listed.
fn lines_of(
    conn: &mut PgConnection,
    actor: &Actor,
    listed: Vec<ConsultationView>,
    here: Option<ConsultationId>,
) -> Result<Vec<ListedConversation>, Problem> {
    let ids: Vec<_> = listed.iter().map(|c| c.id).collect();
    let mut found = unread_summaries(conn, actor, &ids)?;
    let mentioned = match (actor.account(), actor.scope()) {
        (Some(me), Some(Scope::Expert(_) | Scope::Admin(_))) => unread_in(conn, me, &ids)?,
        _ => HashSet::new(),
    };
    let line = |c: ConsultationView| ListedConversation {
        summary: found.remove(&c.id).unwrap_or_default(),
        mentioned: mentioned.contains(&c.id),
        here: here == Some(c.id),
        brief: here.is_some(),
        heads: false,
        unfolded: true,
        c,
    };
    Ok(listed.into_iter().map(line).collect())
}

/// The list beside a conversation: what the reader has to do with now, and what was concluded last. Officers and the
/// operator have no conversations of their own.
pub fn conversations(
    conn: &mut PgConnection,
    person: &Person,
    here: Option<ConsultationId>,
) -> Result<Vec<ListedConversation>, Problem> {
    if matches!(person.scope, Scope::Admin(_) | Scope::Operator) {
        return Ok(Vec::new());
    }
    let actor = Actor::Person(person.clone());
    let mut all = Vec::new();
    for (status, limit) in [
        (Status::Offered, MOST_OPEN),
        (Status::Waiting, MOST_OPEN),
        (Status::Active, MOST_OPEN),
        (Status::Concluded, SOME_CONCLUDED),
    ] {
        let filter = ConsultationFilter { status: Some(status), ..ConsultationFilter::default() };
        let slice = Slice { limit, ..Slice::default() };
        let listed = consultations::list(conn, &actor, &filter, slice)?.items;
        let mut part = lines_of(conn, &actor, listed, here)?;
        let at =
            |line: &ListedConversation| line.summary.latest.as_ref().map_or(line.c.opened_at, |l| l.sent_at);
        part.sort_by_key(|line| std::cmp::Reverse(at(line)));
        all.extend(part);
    }
    if let Some(id) = here.filter(|id| all.iter().all(|line| line.c.id != *id)) {
        let this = consultations::get(conn, &actor, id)?;
        all.extend(lines_of(conn, &actor, vec![this], here)?);
    }
    let ended = |line: &ListedConversation| line.c.status == Status::Concluded;
    let shows_ended = all.iter().any(|line| line.here && ended(line)) || all.iter().all(ended);
    let mut group = None;
    for line in &mut all {
        line.unfolded = shows_ended || !ended(line);
        line.heads = group.replace(line.c.status) != Some(line.c.status);
    }
    Ok(all)
}

/// The list beside a conversation, alone.
#[derive(Template)]
#[template(path = "consultations/list_items.html")]
struct ListPart {
    f: Frame,
    conversations: Vec<ListedConversation>,
}

/// The conversation that is open.
#[derive(Deserialize)]
pub struct OpenConversation {
    here: Option<ConsultationId>,
}

/// The list beside a conversation as it is now.
pub async fn part(state: State, member: Member, beside: web::Query<OpenConversation>) -> Answer {
    let Member { frame: f, person } = member;
    let here = beside.here;
    let found = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        match conversations(conn, &person, here) {
            // The one that was open is no longer the reader's.
            Err(problem) if problem.status == 404 => conversations(conn, &person, None),
            found => found,
        }
    });
    let part = ListPart { conversations: found.await?, f };
    show(&part.f, &part)
}

#[derive(Template)]
#[template(path = "consultations/consultations.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    conversations: Vec<ListedConversation>,
    status: Option<Status>,
    pager: Pager,
    opens: bool,
    /// The tags to choose from; none for enterprises.
    tags: Vec<KnownTag>,
}

/// The consultations that the reader may see, with filters.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        let opens = matches!(person.scope, Scope::Enterprise(_));
        let actor = Actor::Person(person);
        let status = asked.read("status")?;
        let filter = ConsultationFilter {
            status,
            unread: asked.get("unread").map(|_| true),
            tag: asked.read("tag")?,
            q: asked.get("q").map(str::to_owned),
            ..ConsultationFilter::default()
        };
        let page = consultations::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || consultations::count(conn, &actor, &filter))?;
        let conversations = lines_of(conn, &actor, page.items, None)?;
        let tags = known(conn, &actor)?;
        Ok(ListPage { f: frame, asked, conversations, status, pager, opens, tags })
    });
    show(&f, &page.await?)
}

impl ListPage {
    fn statuses(&self) -> &'static [Status] {
        Status::ALL
    }

    fn is_of(&self, status: &Status) -> bool {
        self.status == Some(*status)
    }

    /// The address of the list as it is narrowed, to be exported.
    fn export(&self) -> String {
        let unread = self.asked.get("unread").map(|_| ("unread", "true"));
        self.asked.file_with("/api/v1/consultations", &[], unread.as_slice())
    }
}
