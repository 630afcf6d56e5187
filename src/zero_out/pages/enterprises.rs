//! The enterprises of the region, and one of them: its records, cases, consultations, and its quality record over the years.

use askama::Template;
use chrono::NaiveDate;

use crate::accounts::store::{Reachable, people_of_enterprise};
use crate::consultations::Closing;
use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::queries::{self as consultations, ConsultationFilter, ConsultationView};
use crate::core::actor::{Actor, Scope};
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::page::{MAX_LIMIT, Slice};
use crate::enterprises::OperatingStatus;
use crate::remediation::case_filter::CaseFilter;
use crate::remediation::case_view::CaseView;
use crate::remediation::enterprises::{self, Departed, EnterpriseDetail, EnterpriseView, NonconformityView};
use crate::remediation::pages::charts::{Course, course};
use crate::remediation::pages::words::CaseWords;
use crate::remediation::queries as remediation;
use crate::web::Id;
use crate::web::choices::{self, Choice, regions};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::zero_out::queries::{self, Filter};
use crate::zero_out::summaries::{EnterpriseSummary, summaries};

/// Records of one enterprise that its page shows.
const SHOWN: usize = 40;

#[derive(Template)]
#[template(path = "zero_out/enterprises.html")]
struct EnterprisesPage {
    f: Frame,
    asked: QueryParams,
    lines: Vec<(EnterpriseView, String, Option<EnterpriseSummary>)>,
    pager: Pager,
    regions: Vec<Choice>,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let catalogue = app.catalogue();
        let filter = Filter {
            q: asked.get("q").map(str::to_owned),
            region: asked.get("region").map(str::to_owned),
            operating_status: asked.read("operating_status")?,
            cleared: asked.read("cleared")?,
            import: asked.read("import")?,
            outcome: None,
        };
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let ids: Vec<_> = page.items.iter().map(|e| e.id).collect();
        let mut found = summaries(conn, &actor, &ids)?;
        let line = |e: EnterpriseView| {
            let place = choices::region(frame.language, catalogue, &e.region);
            let summary = found.remove(&e.id);
            (e, place, summary)
        };
        Ok(EnterprisesPage {
            lines: page.items.into_iter().map(line).collect(),
            pager,
            regions: regions(frame.language, &actor, catalogue),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// A status in the register, in words.
pub fn status_word(f: &Frame, status: OperatingStatus) -> &'static str {
    match status {
        OperatingStatus::Operating => f.t("在营", "operating"),
        OperatingStatus::Suspended => f.t("停业", "suspended"),
        OperatingStatus::Deregistered => f.t("注销", "deregistered"),
        OperatingStatus::Revoked => f.t("吊销", "revoked"),
        OperatingStatus::MovedOut => f.t("迁出", "moved out"),
    }
}

impl EnterprisesPage {
    fn statuses(&self) -> &'static [OperatingStatus] {
        OperatingStatus::ALL
    }

    fn status(&self, status: &OperatingStatus) -> &'static str {
        status_word(&self.f, *status)
    }
}

/// A record with its case.
struct Record {
    record: NonconformityView,
    case: Option<(CaseView, Option<Course>)>,
}

/// A line of the quality record.
struct Entry {
    day: NaiveDate,
    what: String,
    about: String,
    href: Option<String>,
    /// `good`, `bad` or nothing.
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "zero_out/enterprise_detail.html")]
struct EnterprisePage {
    f: Frame,
    d: EnterpriseDetail,
    place: String,
    records: Vec<Record>,
    /// Records that are left out.
    more: usize,
    consultations: Vec<ConsultationView>,
    entries: Vec<Entry>,
    today: String,
    regulates: bool,
    /// Those who have an account of it, for officers.
    people: Vec<Reachable>,
}

/// People of an enterprise that its page names.
const PEOPLE: i64 = 20;

/// An enterprise that left the list with an import that was withdrawn; cases, plans and the audit still lead to it.
#[derive(Template)]
#[template(path = "zero_out/departed.html")]
struct DepartedPage {
    f: Frame,
    d: Departed,
    place: String,
}

enum Shown {
    Listed(Box<EnterprisePage>),
    Departed(Box<DepartedPage>),
}

/// One enterprise.
pub async fn one(state: State, member: Member, id: Id<EnterpriseId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        if let Some(d) = enterprises::departed(conn, &actor, id)? {
            let place = choices::region(frame.language, app.catalogue(), &d.region);
            return Ok(Shown::Departed(Box::new(DepartedPage { f: frame, d, place })));
        }
        let mut d = enterprises::get(conn, &actor, id)?;
        let slice = Slice { limit: MAX_LIMIT, ..Slice::default() };
        let filter = CaseFilter { enterprise: Some(id), ..CaseFilter::default() };
        let cases = remediation::list(app, conn, &actor, &filter, slice)?.items;
        let filter = ConsultationFilter { enterprise: Some(id), ..ConsultationFilter::default() };
        let consultations = consultations::list(conn, &actor, &filter, Slice { limit: 40, ..slice })?.items;
        let entries = entries(&frame, &d.nonconformities, &cases, &consultations);
        let all = std::mem::take(&mut d.nonconformities);
        let more = all.len().saturating_sub(SHOWN);
        let mut cases = cases;
        let record = |record: NonconformityView| {
            let place = cases.iter().position(|case| case.nonconformity_id == record.id);
            let case = place.map(|at| cases.swap_remove(at)).map(|case| (case.clone(), course(&case)));
            Record { record, case }
        };
        let regulates = matches!(actor.scope(), Some(Scope::Admin(_)));
        let people = if regulates { people_of_enterprise(conn, id, PEOPLE)? } else { Vec::new() };
        Ok(Shown::Listed(Box::new(EnterprisePage {
            people,
            place: choices::region(frame.language, app.catalogue(), &d.enterprise.region),
            records: all.into_iter().take(SHOWN).map(record).collect(),
            more,
            consultations,
            entries,
            today: shanghai_date(app.clock().now()).to_string(),
            regulates,
            d,
            f: frame,
        })))
    });
    match page.await? {
        Shown::Listed(page) => show(&f, &*page),
        Shown::Departed(page) => show(&f, &*page),
    }
}

/// The enterprise's quality record: what happened to its products, the newest first.
fn entries(
    f: &Frame,
    records: &[NonconformityView],
    cases: &[CaseView],
    talks: &[ConsultationView],
) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut add = |day: Option<NaiveDate>, zh: &str, en: &str, about: &str, href: Option<String>, tone| {
        if let Some(day) = day {
            entries.push(Entry { day, what: f.t(zh, en).to_owned(), about: about.to_owned(), href, tone });
        }
    };
    for r in records {
        let product = f.t(&r.product_kind_zh, &r.product_kind_en);
        let items = r.failed_items.iter().map(|item| f.item(item)).collect::<Vec<_>>().join(f.t("、", ", "));
        let about = format!("{product} · {items} · {}", r.report_no);
        add(Some(r.inspected_on), "抽查不合格", "failed a sampling", &about, None, "bad");
    }
    for c in cases {
        let href = || Some(format!("/cases/{}", c.id));
        let mut step = |day, zh, en, tone| add(day, zh, en, &c.report_no, href(), tone);
        step(c.stopped_on, "责令停止生产、销售", "production and sale stopped", "");
        step(c.ordered_on, "责令改正", "ordered to correct", "");
        step(c.reinspected_on, "复查", "re-inspected", "");
        step(c.announced_on, "省级公告", "announced by the province", "bad");
        step(c.cleared_at.map(shanghai_date), "准予清零", "cleared", "good");
    }
    for t in talks {
        let href = || Some(format!("/queue/{}", t.id));
        add(Some(shanghai_date(t.opened_at)), "发起问诊", "asked an expert", &t.subject, href(), "");
        let concluded = t.concluded_at.map(shanghai_date);
        let (zh, en, tone) = match t.closed {
            None => ("问诊办结", "consultation concluded", "good"),
            Some(Closing::TakenBack) => ("撤回问诊", "took a question back", ""),
            Some(Closing::Merged) => ("合并重复问诊", "a consultation merged into another one", ""),
            Some(_) => ("企业结束问诊", "closed a consultation", ""),
        };
        add(concluded, zh, en, &t.subject, href(), tone);
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.day));
    entries.truncate(SHOWN * 2);
    entries
}

impl EnterprisePage {
    fn status(&self) -> &'static str {
        status_word(&self.f, self.d.enterprise.operating_status)
    }

    fn product<'a>(&self, record: &'a NonconformityView) -> &'a str {
        self.f.t(&record.product_kind_zh, &record.product_kind_en)
    }

    fn cleared(&self) -> usize {
        self.records.iter().filter(|r| r.record.cleared).count()
    }
}
