//! The enterprise's console: its records with what to do next, a question to an expert, its file.

mod matters;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::attachments::form::FileLimits;
use crate::attachments::settings::AttachmentSettings;
use crate::chat::settings::ChatSettings;
use crate::consultations::Status;
use crate::consultations::pages::list::{ListedConversation, conversations};
use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::queries::{self as consultations, ConsultationFilter, ConsultationView};
use crate::core::actor::{Actor, Person, Scope};
use crate::core::ids::EnterpriseId;
use crate::core::page::Slice;
use crate::core::{Language, Problem};
use crate::enterprises::ids::NonconformityId;
use crate::remediation::action::ActionState;
use crate::remediation::case_view::CaseDetail;
use crate::remediation::enterprises::{self, EnterpriseView, RoundExpert};
use crate::remediation::pages::words::CaseWords;
use crate::remediation::queries as remediation;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::read;
use crate::web::state::State;
use matters::{Matter, Shown, records};

/// Records on a page of the list.
const RECORDS: usize = 20;
/// Records on a page of the archive, each with its whole case.
const FILED: usize = 8;
/// Records on the first page.
const URGENT: usize = 3;
/// Consultations on the first page and in the archive.
const CONSULTATIONS: i64 = 30;

/// The enterprise whose member reads; for others there is no such page.
fn enterprise_of(person: &Person) -> Result<EnterpriseId, Failure> {
    match person.scope {
        Scope::Enterprise(id) => Ok(id),
        _ => Err(Problem::not_found().into()),
    }
}

/// Something that waits for the enterprise.
struct Todo {
    words: String,
    href: String,
    /// `bad`, `warn` or `info`.
    tone: &'static str,
}

/// The first page.
#[derive(Template)]
#[template(path = "zero_out/enterprise.html")]
pub struct Desk {
    f: Frame,
    enterprise: EnterpriseView,
    matters: Vec<Matter>,
    total: usize,
    cleared: usize,
    holds: usize,
    todos: Vec<Todo>,
    conversations: Vec<ListedConversation>,
    consultations: Vec<ConsultationView>,
    round_expert: Option<RoundExpert>,
}

/// The first page: what there is to do.
pub fn desk(app: &App, f: Frame, actor: &Actor, id: EnterpriseId) -> Result<Desk, Problem> {
    let conn = &mut *app.snapshot()?;
    let detail = enterprises::get(conn, actor, id)?;
    let slice = Slice { limit: CONSULTATIONS, ..Slice::default() };
    let recent = consultations::list(conn, actor, &ConsultationFilter::default(), slice)?.items;
    let (total, cleared) =
        (detail.nonconformities.len(), detail.nonconformities.iter().filter(|n| n.cleared).count());
    let mut matters = records(app, conn, actor, &f, detail.nonconformities)?;
    let holds = matters.iter().filter(|m| m.case.as_ref().is_some_and(|c| c.on_hold)).count();
    let todos = todos(&f, &matters, &recent);
    let conversations =
        f.person.as_ref().map_or_else(|| Ok(Vec::new()), |person| conversations(conn, person, None))?;
    matters.truncate(URGENT);
    Ok(Desk {
        enterprise: detail.enterprise,
        total,
        cleared,
        holds,
        todos,
        conversations,
        consultations: recent,
        round_expert: detail.round_expert,
        matters,
        f,
    })
}

fn todos(f: &Frame, matters: &[Matter], recent: &[ConsultationView]) -> Vec<Todo> {
    let mut todos = Vec::new();
    for m in matters {
        let Some(case) = &m.case else { continue };
        let href = format!("/cases/{}", case.id);
        let product = m.product(f);
        if let Some(course) =
            m.course.as_ref().filter(|c| c.tone == "over" && matches!(c.which, "rectify" | "reinspect"))
            && let Some((_, left)) = course.due
        {
            let words = format!("{product} · {}", f.left(&left));
            todos.push(Todo { words, href: href.clone(), tone: "bad" });
        }
        if m.open.to_answer > 0 {
            let n = m.open.to_answer;
            let words = match f.language {
                Language::Zh => format!("{product}：{n} 项整改措施待答复"),
                Language::En => format!("{product}: {n} action(s) to accept or decline"),
            };
            todos.push(Todo { words, href: format!("{href}#actions"), tone: "warn" });
        }
        if m.open.to_do > 0 {
            let n = m.open.to_do;
            let words = match f.language {
                Language::Zh => format!("{product}：{n} 项整改措施待完成"),
                Language::En => format!("{product}: {n} action(s) to carry out"),
            };
            todos.push(Todo { words, href: format!("{href}#actions"), tone: "info" });
        }
    }
    for c in recent.iter().filter(|c| c.may_be_rated()) {
        let words = match f.language {
            Language::Zh => format!("请评价：{}", c.subject),
            Language::En => format!("Rate: {}", c.subject),
        };
        todos.push(Todo { words, href: format!("/consultations/{}", c.id), tone: "info" });
    }
    todos
}

impl Desk {
    /// The last conclusions.
    fn concluded(&self) -> Vec<&ConsultationView> {
        self.consultations.iter().filter(|c| c.is_concluded_by_expert()).take(3).collect()
    }
}

/// Which part of a list.
#[derive(Deserialize)]
pub struct PageParams {
    show: Option<Shown>,
    page: Option<usize>,
    record: Option<NonconformityId>,
}

/// A list cut into pages.
struct Cut {
    page: usize,
    pages: usize,
}

/// The page of a list that is shown, from 1.
fn cut<T>(mut all: Vec<T>, page: Option<usize>, most: usize) -> (Vec<T>, Cut) {
    let pages = all.len().div_ceil(most).max(1);
    let page = page.unwrap_or(1).clamp(1, pages);
    let rest = all.split_off(all.len().min((page - 1) * most));
    (rest.into_iter().take(most).collect(), Cut { page, pages })
}

#[derive(Template)]
#[template(path = "zero_out/records.html")]
struct RecordsPage {
    f: Frame,
    matters: Vec<Matter>,
    shown: Shown,
    counts: [usize; 3],
    cut: Cut,
}

impl RecordsPage {
    /// The address of a page of this list, but for its number.
    fn path(&self) -> String {
        format!("/records?show={}&", self.shown.word())
    }

    /// The address of the records that are shown, to be exported.
    fn file(&self) -> &'static str {
        match self.shown {
            Shown::All => "/api/v1/zero-out?",
            Shown::Open => "/api/v1/zero-out?cleared=false&",
            Shown::Cleared => "/api/v1/zero-out?cleared=true&",
        }
    }

    /// The enterprise has no record at all.
    fn nothing(&self) -> bool {
        self.counts.iter().all(|n| *n == 0)
    }
}

/// Every record, with its state.
pub async fn all_records(state: State, member: Member, asked: web::Query<PageParams>) -> Answer {
    let Member { frame: f, person } = member;
    let (id, frame, asked) = (enterprise_of(&person)?, f.clone(), asked.into_inner());
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let all = enterprises::get(conn, &actor, id)?.nonconformities;
        let settled = all.iter().filter(|n| n.cleared).count();
        let counts = [all.len(), all.len() - settled, settled];
        let shown = asked.show.unwrap_or(Shown::All);
        let matters = records(app, conn, &actor, &frame, all)?;
        let matters = matters.into_iter().filter(|m| shown.holds(m.record.cleared)).collect();
        let (matters, cut) = cut(matters, asked.page, RECORDS);
        Ok(RecordsPage { f: frame, matters, shown, counts, cut })
    });
    show(&f, &page.await?)
}

#[derive(Template)]
#[template(path = "zero_out/ask.html")]
struct AskPage {
    f: Frame,
    matters: Vec<Matter>,
    products: Vec<(Choice, Vec<Choice>)>,
    record: Option<NonconformityId>,
    limits: FileLimits,
    /// The most files that go with a question.
    most: usize,
    round_expert: Option<RoundExpert>,
}

/// The form that asks an expert: about a record, or about a kind of product.
pub async fn ask(state: State, member: Member, asked: web::Query<PageParams>) -> Answer {
    let Member { frame: f, person } = member;
    let (id, frame, asked) = (enterprise_of(&person)?, f.clone(), asked.into_inner());
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let detail = enterprises::get(conn, &actor, id)?;
        let mut matters = records(app, conn, &actor, &frame, detail.nonconformities)?;
        matters.retain(|m| !m.record.cleared);
        let products = choices::kinds(&frame, app.catalogue());
        Ok(AskPage {
            f: frame,
            matters,
            products,
            record: asked.record,
            limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
            most: app.settings().section::<ChatSettings>().attachments_per_message,
            round_expert: detail.round_expert,
        })
    });
    show(&f, &page.await?)
}

impl AskPage {
    fn chosen(&self, matter: &Matter) -> bool {
        self.record == Some(matter.record.id)
    }
}

/// A record with all that was done about it.
struct Filed {
    matter: Matter,
    case: Option<CaseDetail>,
}

#[derive(Template)]
#[template(path = "zero_out/archive.html")]
struct ArchivePage {
    f: Frame,
    enterprise: EnterpriseView,
    place: String,
    filed: Vec<Filed>,
    consultations: Vec<ConsultationView>,
    counts: [usize; 3],
    cut: Cut,
    today: chrono::NaiveDate,
}

/// The digital quality record: the enterprise, its failures and what became of them, what experts concluded.
pub async fn archive(state: State, member: Member, asked: web::Query<PageParams>) -> Answer {
    let Member { frame: f, person } = member;
    let (id, frame, asked) = (enterprise_of(&person)?, f.clone(), asked.into_inner());
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let detail = enterprises::get(conn, &actor, id)?;
        let all = detail.nonconformities;
        let settled = all.iter().filter(|n| n.cleared).count();
        let counts = [all.len(), all.len() - settled, settled];
        let (matters, cut) = cut(records(app, conn, &actor, &frame, all)?, asked.page, FILED);
        let mut filed = Vec::new();
        for matter in matters {
            let id = matter.case.as_ref().map(|c| c.id);
            let case = id.map(|id| remediation::get(app, conn, &actor, id)).transpose()?;
            filed.push(Filed { matter, case });
        }
        let concluded =
            ConsultationFilter { status: Some(Status::Concluded), ..ConsultationFilter::default() };
        let mut over = consultations::list(conn, &actor, &concluded, largest_page())?.items;
        // What was taken back before anyone had taken it has nothing to keep.
        over.retain(|c| !c.is_taken_back());
        let place = choices::region(frame.language, app.catalogue(), &detail.enterprise.region);
        Ok(ArchivePage {
            place,
            f: frame,
            enterprise: detail.enterprise,
            filed,
            consultations: over,
            counts,
            cut,
            today: crate::core::clock::shanghai_date(app.clock().now()),
        })
    });
    show(&f, &page.await?)
}

impl Filed {
    /// Of how many recovery criteria how many hold.
    fn criteria(&self) -> (usize, usize) {
        let all = self.case.as_ref().map_or(&[] as &[_], |c| c.criteria.as_slice());
        (all.iter().filter(|c| c.met).count(), all.len())
    }

    /// Of how many actions how many were carried out.
    fn actions(&self) -> (usize, usize) {
        let all = self.case.as_ref().map_or(&[] as &[_], |c| c.actions.as_slice());
        (all.iter().filter(|a| a.state == ActionState::Done).count(), all.len())
    }

    /// Pieces of evidence, and their files.
    fn evidence(&self) -> (usize, usize) {
        let all = self.case.as_ref().map_or(&[] as &[_], |c| c.evidence.as_slice());
        (all.len(), all.iter().map(|e| e.attachments.len()).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_list_is_split_into_pages_and_page_numbers_are_clamped() {
        let pages = |page| {
            let (part, cut) = cut((0..5).collect(), page, 2);
            (part, cut.page, cut.pages)
        };
        assert_eq!(pages(None), (vec![0, 1], 1, 3));
        assert_eq!(pages(Some(3)), (vec![4], 3, 3));
        assert_eq!(pages(Some(0)).1, 1);
        assert_eq!(pages(Some(usize::MAX)), (vec![4], 3, 3));
        let (none, empty) = cut(Vec::<u8>::new(), Some(9), 2);
        assert!(none.is_empty() && (empty.page, empty.pages) == (1, 1));
    }
}
