//! The page that everybody opens by the code on a product, without account, script or cookie.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use crate::core::clock::shanghai_date;
use crate::credit_codes::facts;
use crate::credit_codes::public::{PublicCode, PublicRecord, PublicSampling};
use crate::credit_codes::visits::{self, SECONDS};
use crate::sampling_figures::lines::level_text;
use crate::web::frame::Frame;
use crate::web::pages::show_to_all;
use crate::web::problem::Answer;
use crate::web::state::State;
use crate::web::{Part, choices};

#[derive(Template)]
#[template(path = "credit_codes/public.html")]
struct PublicPage {
    f: Frame,
    code: PublicCode,
    kind: String,
}

#[derive(Template)]
#[template(path = "credit_codes/unknown.html")]
struct UnknownPage {
    f: Frame,
    /// How to report a problem.
    report: String,
}

/// The page of a token.
pub async fn page(state: State, request: HttpRequest, frame: Frame, key: Part<String>) -> Answer {
    match visits::visit(&state, &request, key.0).await {
        Ok(code) => {
            let kind =
                code.record.as_ref().map(|r| choices::kind(&frame, state.app.catalogue(), &r.product_kind));
            let page = PublicPage { code, kind: kind.unwrap_or_default(), f: frame };
            show_to_all(&page.f, &page, StatusCode::OK, SECONDS)
        }
        Err(failure) if failure.problem.status == 404 => unknown(&state, frame),
        Err(failure) => Err(failure),
    }
}

/// What is said of a token that nobody was given.
fn unknown(state: &State, frame: Frame) -> Answer {
    let today = shanghai_date(state.app.clock().now());
    let rules = facts::rules_today(state.app.settings(), today)?;
    let page = UnknownPage { report: frame.say(&rules.report).to_owned(), f: frame };
    show_to_all(&page.f, &page, StatusCode::NOT_FOUND, SECONDS)
}

impl PublicPage {
    fn english(&self) -> bool {
        self.f.tag() == "en"
    }

    fn notice(&self) -> &str {
        if self.english() { &self.code.notice_en } else { &self.code.notice_zh }
    }

    fn report(&self) -> &str {
        if self.english() { &self.code.report_en } else { &self.code.report_zh }
    }

    /// A sampling in words: month and level.
    fn sampling(&self, sampling: &PublicSampling) -> String {
        let level = level_text(sampling.level);
        let (year, month) = sampling.month.split_once('-').unwrap_or((sampling.month.as_str(), ""));
        match self.english() {
            true => format!("{}, {} sampling, passed", sampling.month, level.en),
            false => format!("{year}年{}月，{}，合格", month.trim_start_matches('0'), level.zh),
        }
    }

    fn state(&self) -> String {
        let today = self.f.day(&self.code.today);
        match (self.code.not_since.map(|day| self.f.day(&day)), self.english()) {
            (None, false) => format!("截至{today}，本码有效。"),
            (None, true) => format!("This code is in force as of {today}."),
            (Some(day), false) => format!("自{day}起，本码不在有效状态，不显示记录。"),
            (Some(day), true) => format!("This code is not in force since {day}, so no record is shown."),
        }
    }

    /// That nothing failed, for how long.
    fn clean(&self, record: &PublicRecord) -> String {
        let months = record.clean_months;
        match self.english() {
            false => format!("近{months}个月内，该企业没有监督抽查不合格记录。"),
            true => format!("No supervision sampling of this maker failed within {months} months."),
        }
    }

    fn years(&self, record: &PublicRecord) -> Option<String> {
        let years = record.years_without_failure?;
        Some(match self.english() {
            false => format!("该企业接受监督抽查已满{years}年，其间没有不合格记录。"),
            true => format!("This maker has been sampled for {years} years without a failure."),
        })
    }

    fn passed(&self, record: &PublicRecord) -> String {
        let (months, passed) = (record.passed_months, record.passed);
        match self.english() {
            false => format!("近{months}个月内，本类产品监督抽查合格{passed}批次："),
            true => format!("Samplings of this kind of product passed within {months} months: {passed}"),
        }
    }
}
