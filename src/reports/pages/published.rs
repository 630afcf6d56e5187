//! The figures that a regulator published: by year, with their sources, and the form that enters them.

use askama::Template;
use chrono::{Datelike, NaiveDate};

use crate::core::actor::{Actor, Scope};
use crate::reports::published::{self, Figure, Published, PublishedReport, Share};
use crate::web::choices::{Choice, regions};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "reports/published.html")]
struct PublishedPage {
    f: Frame,
    asked: QueryParams,
    report: PublishedReport,
    regions: Vec<Choice>,
    today: NaiveDate,
    /// Whether the reader may enter figures.
    enters: bool,
}

/// The page.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let enters = matches!(person.scope, Scope::Admin(_));
        let actor = Actor::Person(person);
        let (catalogue, now, conn) = (app.catalogue(), app.clock().now(), &mut *app.conn()?);
        let report = published::report(
            conn,
            &actor,
            catalogue,
            asked.get("region"),
            asked.read("as_of")?,
            now,
            frame.language,
        )?;
        Ok(PublishedPage {
            report,
            regions: regions(frame.language, &actor, catalogue),
            today: crate::core::clock::shanghai_date(now),
            enters,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl PublishedPage {
    /// The figures by year, the latest first, each year with its shares.
    fn years(&self) -> Vec<(i32, Vec<&Published>, Vec<&Share>)> {
        self.report
            .rows
            .chunk_by(|one, next| one.year == next.year)
            .filter_map(|rows| {
                let year = rows.first()?.year;
                let shares = self.report.shares.iter().filter(|share| share.year == year).collect();
                Some((year, rows.iter().collect(), shares))
            })
            .collect()
    }

    fn figure(&self, figure: &Figure) -> String {
        figure.text().get(self.f.language).to_owned()
    }

    /// The name of a share, and its percentage.
    fn share(&self, share: &Share) -> String {
        let name = match share.share.as_str() {
            "sampling_nonconforming" => self.f.t("监督抽查不合格率", "Nonconforming in supervision sampling"),
            _ => self.f.t("标识检查不合格率", "Not conforming in label inspection"),
        };
        format!("{name}{}{:.1}%", self.f.t("：", ": "), share.percent)
    }

    fn figures(&self) -> &'static [Figure] {
        Figure::ALL
    }

    fn this_year(&self) -> i32 {
        self.today.year()
    }
}
