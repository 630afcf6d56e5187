//! The dossier of a case as one file.

use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::core::{Language, Problem};
use crate::remediation::action::{ActionKind, ActionState};
use crate::remediation::dossier::{Dossier, dossier as gather};
use crate::remediation::ids::{CaseId, EvidenceId};
use crate::remediation::state::{CaseState, CaseStep};
use crate::remediation::view::{BothTexts, ClockView};
use crate::web::accept::preferred;
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Lang, Query};

/// In what form the dossier is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DossierQuery {
    /// `json` for programs; else a page that needs nothing besides itself.
    #[param(inline)]
    format: Option<DossierFormat>,
    /// `zh-CN` or `en`; else by `Accept-Language`.
    lang: Option<String>,
}

/// The forms of a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DossierFormat {
    /// One self-contained file of HTML.
    Html,
    /// The same for programs.
    Json,
}

/// The whole case as one file, as far as the caller may see it: HTML to keep or print, or by `format=json` or
/// `Accept: application/json` the same for programs. Experts' notes are never in an enterprise's.
#[utoipa::path(get, path = "/api/v1/remediation/cases/{id}/dossier", tag = "remediation", params(DossierQuery),
    responses((status = 200, content((String = "text/html"), (Dossier = "application/json")))))]
pub async fn dossier(
    state: State,
    auth: Auth,
    id: Id<CaseId>,
    query: Query<DossierQuery>,
    lang: Lang,
    request: actix_web::HttpRequest,
) -> Answer {
    let accepts_json =
        preferred(&request, &[("application/json", true), ("text/html", false)]).unwrap_or(false);
    let language = query.0.lang.as_deref().map_or(lang.0, Language::from_tag);
    let (id, actor) = (id.0, auth.actor());
    let dossier = read(&state, move |app| gather(app, &mut *app.conn()?, &actor, id)).await?;
    if query.0.format.map_or(accepts_json, |f| f == DossierFormat::Json) {
        return ok(dossier);
    }
    let page = DossierPage { language, d: dossier }.render().map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_LANGUAGE, language.tag()))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"dossier-{id}.html\"")))
        .body(page))
}

#[derive(Template)]
#[template(path = "remediation/dossier.html")]
struct DossierPage {
    language: Language,
    d: Dossier,
}

impl DossierPage {
    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.language == Language::Zh { zh } else { en }
    }

    fn both<'a>(&self, text: &'a BothTexts) -> &'a str {
        self.t(&text.zh, &text.en)
    }

    fn tag(&self) -> &'static str {
        self.language.tag()
    }

    fn time(&self, at: &DateTime<Utc>) -> String {
        at.with_timezone(&Shanghai).format("%Y-%m-%d %H:%M:%S +08:00").to_string()
    }

    fn day(&self, day: &Option<NaiveDate>) -> String {
        day.map(|day| day.to_string()).unwrap_or_default()
    }

    fn state(&self, word: &str) -> String {
        word.parse::<CaseState>().map_or_else(|_| word.to_owned(), |s| s.text().get(self.language).to_owned())
    }

    fn event(&self, word: &str) -> String {
        match word.parse::<CaseStep>() {
            Ok(step) => step.text().get(self.language).to_owned(),
            Err(_) if word == "correct" => self.t("更正", "correction").to_owned(),
            Err(_) => word.to_owned(),
        }
    }

    fn kind(&self, kind: &ActionKind) -> String {
        kind.text().get(self.language).to_owned()
    }

    fn action_state(&self, state: &ActionState) -> &'static str {
        match state {
            ActionState::Proposed => self.t("待企业答复", "to be answered"),
            ActionState::Accepted => self.t("已接受", "accepted"),
            ActionState::Declined => self.t("未接受", "declined"),
            ActionState::Done => self.t("已完成", "done"),
        }
    }

    /// What an event says besides; nothing where that is nothing.
    fn details(&self, details: &serde_json::Value) -> String {
        match details.as_object() {
            Some(fields) if fields.is_empty() => String::new(),
            _ => details.to_string(),
        }
    }

    /// Pieces of evidence by their numbers in the list of them.
    fn pieces(&self, ids: &[EvidenceId]) -> String {
        let all = &self.d.case.evidence;
        let place = |id: &EvidenceId| all.iter().position(|piece| piece.id == *id);
        let named = ids.iter().filter_map(place).map(|at| format!("E{}", at.saturating_add(1)));
        named.collect::<Vec<_>>().join(", ")
    }

    /// A size as people read it, and in bytes.
    fn size(&self, bytes: &i64) -> String {
        let words = self.t("字节", "bytes");
        match bytes {
            0..=1023 => format!("{bytes} {words}"),
            1024..=1_048_575 => format!("{} KiB ({bytes} {words})", bytes / 1024),
            _ => format!("{} MiB ({bytes} {words})", bytes / 1_048_576),
        }
    }

    fn clocks(&self) -> Vec<(&'static str, &ClockView)> {
        let c = &self.d.case.case.clocks;
        [
            (self.t("申请复检", "ask for a re-test"), &c.retest_request),
            (self.t("整改", "rectification"), &c.rectification),
            (self.t("复查", "re-inspection"), &c.reinspection),
            (self.t("再次复查", "second re-inspection"), &c.second_reinspection),
            (self.t("停业整顿", "suspension"), &c.suspension),
        ]
        .into_iter()
        .filter_map(|(name, clock)| Some((name, clock.as_ref()?)))
        .collect()
    }
}
