//! What everybody reads without an account: the bulletins, a search over their results, and one bulletin.

use askama::Template;
use chrono::NaiveDate;

use crate::bulletins::corrections;
use crate::bulletins::exports::{failed_item, method_text};
use crate::bulletins::public::{self, PublicBulletin, PublicBulletinDetail, PublicResult};
use crate::bulletins::queries::{self, BulletinItem, FailedItem};
use crate::web::Part;
use crate::web::choices;
use crate::web::frame::{Frame, Visit};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "bulletins/public_list.html")]
struct PublicListPage {
    f: Frame,
    asked: QueryParams,
    /// Each with the name of its office; where nothing is searched for.
    bulletins: Vec<(PublicBulletin, String)>,
    /// What a search finds.
    results: Vec<PublicResult>,
    pager: Pager,
}

/// The bulletins; what a search finds in them where one is made.
pub async fn list(state: State, visit: Visit, asked: QueryParams) -> Answer {
    let f = visit.frame;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        let (q, slice) = (asked.get("q"), asked.slice()?);
        let (bulletins, results, pager) = if q.is_some() {
            let page = public::results(conn, q, slice)?;
            let pager = asked.pager(&page, || public::count_results(conn, q))?;
            (Vec::new(), page.items, pager)
        } else {
            let page = public::list(conn, None, slice)?;
            let pager = asked.pager(&page, || public::count(conn, None))?;
            (page.items, Vec::new(), pager)
        };
        let office = |bulletin: PublicBulletin| {
            let office = choices::region(frame.language, app.catalogue(), &bulletin.region);
            (bulletin, office)
        };
        Ok(PublicListPage {
            bulletins: bulletins.into_iter().map(office).collect(),
            results,
            pager,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

fn outcome(f: &Frame, item: &BulletinItem) -> String {
    item.outcome.text().get(f.language).to_owned()
}

fn mark(f: &Frame, item: &BulletinItem) -> String {
    item.mark.map(|mark| mark.text().get(f.language).to_owned()).unwrap_or_default()
}

impl PublicListPage {
    fn outcome(&self, item: &BulletinItem) -> String {
        outcome(&self.f, item)
    }

    fn mark(&self, item: &BulletinItem) -> String {
        mark(&self.f, item)
    }

    fn failed(&self, item: &FailedItem) -> String {
        failed_item(&self.f, item)
    }
}

#[derive(Template)]
#[template(path = "bulletins/public_bulletin.html")]
struct PublicBulletinPage {
    f: Frame,
    asked: QueryParams,
    d: PublicBulletinDetail,
    office: String,
    place: String,
    items: Vec<BulletinItem>,
    pager: Pager,
    /// The address of its results as a file.
    export: String,
}

/// One published bulletin by its number.
pub async fn one(state: State, visit: Visit, key: Part<String>, asked: QueryParams) -> Answer {
    let f = visit.frame;
    let (frame, number) = (f.clone(), key.0);
    let page = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        let (id, d) = public::get(conn, &number)?;
        let page = queries::results(conn, id, asked.get("q"), asked.slice()?)?;
        let pager = asked.pager(&page, || queries::count_results(conn, id, asked.get("q")))?;
        let catalogue = app.catalogue();
        Ok(PublicBulletinPage {
            office: choices::region(frame.language, catalogue, &d.bulletin.region),
            place: choices::region(frame.language, catalogue, &d.bulletin.place_region),
            items: page.items,
            pager,
            export: asked.file(&format!("/api/v1/public/bulletins/{}/items", d.bulletin.number)),
            asked,
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

#[derive(Template)]
#[template(path = "bulletins/corrections.html")]
struct CorrectionsPage {
    f: Frame,
    asked: QueryParams,
    d: PublicBulletinDetail,
    office: String,
    /// The results that no longer stand.
    items: Vec<BulletinItem>,
    pager: Pager,
    /// The day of the last correction.
    last_on: Option<NaiveDate>,
    /// The address of the corrections as a file.
    export: String,
}

/// The letter of corrections of a published bulletin: which of its results no longer stand, since when and why.
pub async fn corrections(state: State, visit: Visit, key: Part<String>, asked: QueryParams) -> Answer {
    let f = visit.frame;
    let (frame, number) = (f.clone(), key.0);
    let page = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        let (id, d) = public::get(conn, &number)?;
        let page = corrections::list(conn, id, asked.get("q"), asked.slice()?)?;
        let pager = asked.pager(&page, || corrections::count(conn, id, asked.get("q")))?;
        Ok(CorrectionsPage {
            office: choices::region(frame.language, app.catalogue(), &d.bulletin.region),
            items: page.items,
            pager,
            last_on: corrections::last_on(conn, id)?,
            export: asked.file(&format!("/api/v1/public/bulletins/{}/corrections", d.bulletin.number)),
            asked,
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl CorrectionsPage {
    fn outcome(&self, item: &BulletinItem) -> String {
        outcome(&self.f, item)
    }

    fn mark(&self, item: &BulletinItem) -> String {
        mark(&self.f, item)
    }

    fn failed(&self, item: &FailedItem) -> String {
        failed_item(&self.f, item)
    }
}

impl PublicBulletinPage {
    fn method(&self) -> String {
        method_text(self.d.bulletin.method).get(self.f.language).to_owned()
    }

    fn percent(&self) -> String {
        self.d.totals.percent.map_or_else(|| "—".to_owned(), |percent| format!("{percent:.2}%"))
    }

    fn outcome(&self, item: &BulletinItem) -> String {
        outcome(&self.f, item)
    }

    fn mark(&self, item: &BulletinItem) -> String {
        mark(&self.f, item)
    }

    fn failed(&self, item: &FailedItem) -> String {
        failed_item(&self.f, item)
    }
}
