//! Who did what, to what, when.

use askama::Template;
use uuid::Uuid;

use crate::audit::particulars::{Particular, particulars};
use crate::audit::words;
use crate::audit::{self, AuditEntry, AuditFilter, names};
use crate::core::actor::{Actor, Role};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::room::{AuditGroup, AuditSubject, Room};
use crate::web::state::State;

#[derive(Template)]
#[template(path = "audit/audit.html")]
struct AuditPage {
    f: Frame,
    rooms: &'static [&'static Room],
    asked: QueryParams,
    entries: Vec<Entry>,
    pager: Pager,
}

/// A row, with its particulars in words.
struct Entry {
    row: AuditEntry,
    data: Vec<Particular>,
    href: Option<String>,
}

/// The page.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, rooms, role) = (f.clone(), state.rooms, person.scope.role());
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let filter = AuditFilter {
            action: asked.get("action").map(str::to_owned),
            actor: asked.read::<Uuid>("actor")?,
            subject: asked.read::<Uuid>("subject")?,
            subject_type: asked.get("subject_type").map(str::to_owned),
            by: asked.get("by").map(str::to_owned),
            from: asked.read("from")?,
            to: asked.read("to")?,
        };
        let conn = &mut *app.snapshot()?;
        let page = audit::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let page = names::add(app, conn, &actor, page)?;
        let pager = asked.pager(&page, || audit::count(conn, &actor, &filter))?;
        Ok(AuditPage {
            entries: page
                .items
                .into_iter()
                .map(|row| Entry {
                    href: page_of(rooms, role, &row),
                    data: particulars(&row.data, frame.language, app.catalogue()),
                    row,
                })
                .collect(),
            pager,
            asked,
            f: frame,
            rooms,
        })
    });
    show(&f, &page.await?)
}

/// The page of what a row is about, where there is one that the reader may open.
fn page_of(rooms: &[&'static Room], role: Role, row: &AuditEntry) -> Option<String> {
    let page = subjects(rooms).find(|s| s.kind == row.subject_type)?.page;
    let declared = rooms.iter().flat_map(|room| room.pages).find(|declared| declared.path == page)?;
    declared.access.check(role).ok()?;
    Some(page.replace("{id}", &row.subject_id?.to_string()))
}

fn subjects<'a>(rooms: &'a [&'static Room]) -> impl Iterator<Item = &'static AuditSubject> + 'a {
    rooms.iter().flat_map(|room| room.subjects)
}

/// Actions under a heading, each with its word.
struct Group {
    heading: String,
    actions: Vec<(&'static str, String)>,
}

impl AuditPage {
    /// The actions that are in no group.
    fn actions(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let words = self.rooms.iter().flat_map(|room| room.audit);
        words.map(|word| (word.action, self.f.t(word.zh, word.en)))
    }

    /// The actions that are under a heading.
    fn groups(&self) -> Vec<Group> {
        let groups = self.rooms.iter().flat_map(|room| room.audit_groups);
        let group = |group: &AuditGroup| Group {
            heading: self.f.t(group.zh, group.en).to_owned(),
            actions: (group.words)()
                .iter()
                .map(|(word, text)| (*word, self.f.say(text).to_owned()))
                .collect(),
        };
        groups.map(group).collect()
    }

    /// An action in words.
    fn action(&self, stored: &str) -> String {
        words::action(self.rooms, self.f.language, stored)
    }

    /// The kinds of things.
    fn subjects(&self) -> impl Iterator<Item = (&'static str, &str)> {
        subjects(self.rooms).map(|subject| (subject.kind, self.f.t(subject.zh, subject.en)))
    }

    fn subject<'a>(&'a self, stored: &'a str) -> &'a str {
        self.subjects().find(|(kind, _)| *kind == stored).map_or(stored, |(_, words)| words)
    }
}
