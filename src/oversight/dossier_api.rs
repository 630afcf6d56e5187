//! The dossier of a letter, an interview or a listing as one file.

use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::audit::particulars::sentence;
use crate::audit::words;
use crate::catalogue::items::english;
use crate::core::text::part_in;
use crate::core::{Language, Problem, Text};
use crate::exports::disposition_in;
use crate::oversight::course::Details;
use crate::oversight::dossier::{OversightDossier, dossier as gather};
use crate::oversight::ids::OversightId;
use crate::oversight::state::OversightState;
use crate::sampling_figures::intervals::Rate;
use crate::web::accept::preferred;
use crate::web::choices;
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Lang, Query};

/// In what form the dossier is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OversightDossierQuery {
    /// `json` for programs; else a page that needs nothing besides itself.
    #[param(inline)]
    format: Option<OversightDossierFormat>,
    /// `zh-CN` or `en`; else by `Accept-Language`.
    lang: Option<String>,
}

/// The forms of a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OversightDossierFormat {
    /// One self-contained file of HTML.
    Html,
    /// The same for programs.
    Json,
}

/// The whole letter, interview or listing as one file, as far as the caller may see it: HTML to keep or print, or by `format=json` or
/// `Accept: application/json` the same for programs.
#[utoipa::path(get, path = "/api/v1/oversight/{id}/dossier", tag = "oversight", params(OversightDossierQuery),
    responses((status = 200, content((String = "text/html"), (OversightDossier = "application/json")))))]
pub async fn dossier(
    state: State,
    auth: Auth,
    id: Id<OversightId>,
    query: Query<OversightDossierQuery>,
    lang: Lang,
    request: actix_web::HttpRequest,
) -> Answer {
    let accepts_json =
        preferred(&request, &[("application/json", true), ("text/html", false)]).unwrap_or(false);
    let language = query.0.lang.as_deref().map_or(lang.0, Language::from_tag);
    let (id, actor) = (id.0, auth.actor());
    let dossier = read(&state, move |app| gather(app, &mut *app.snapshot()?, &actor, id)).await?;
    if query.0.format.map_or(accepts_json, |f| f == OversightDossierFormat::Json) {
        return ok(dossier);
    }
    let page =
        DossierPage { language, d: dossier, served: state.clone() }.render().map_err(Problem::internal)?;
    let names = [format!("督促案卷-{id}"), format!("oversight-{id}")];
    let name = disposition_in(language, names.each_ref().map(String::as_str), "html");
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_LANGUAGE, language.tag()))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(page))
}

#[derive(Template)]
#[template(path = "oversight/dossier.html")]
struct DossierPage {
    language: Language,
    d: OversightDossier,
    /// For the names of regions and the words of the audit.
    served: State,
}

impl DossierPage {
    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.language == Language::Zh { zh } else { en }
    }

    fn say(&self, text: &Text) -> String {
        text.get(self.language).to_owned()
    }

    fn tag(&self) -> &'static str {
        self.language.tag()
    }

    fn time(&self, at: &DateTime<Utc>) -> String {
        at.with_timezone(&Shanghai).format("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn day(&self, day: &Option<NaiveDate>) -> String {
        day.map(|day| day.to_string()).unwrap_or_default()
    }

    fn source(&self) -> &str {
        part_in(self.language, &self.d.source)
    }

    fn region(&self, code: &str) -> String {
        choices::region(self.language, self.served.app.catalogue(), code)
    }

    fn kind(&self, code: &Option<String>) -> String {
        let Some(code) = code else { return String::new() };
        let kind = self.served.app.catalogue().products.kind(code);
        kind.map_or_else(|| code.clone(), |kind| kind.name(self.language).to_owned())
    }

    fn item<'a>(&self, item: &'a str) -> &'a str {
        if self.language == Language::Zh { item } else { english(item).unwrap_or(item) }
    }

    fn state(&self, word: &str) -> String {
        word.parse::<OversightState>().map_or_else(|_| word.to_owned(), |state| self.say(&state.text()))
    }

    /// What an event says.
    fn said(&self, details: &Details) -> String {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(details.responsibility.map(|kind| self.say(&kind.text())));
        for text in [
            &details.holder,
            &details.post,
            &details.text,
            &details.reason,
            &details.document_no,
            &details.place,
        ] {
            parts.extend(text.clone());
        }
        parts.extend(details.meets_on.map(|day| day.to_string()));
        parts.extend(details.due_on.map(|day| format!("{} {day}", self.t("期限", "due"))));
        if details.on_behalf {
            parts.push(self.t("由发出机关代为登记", "entered by the issuing side").to_owned());
        }
        parts.join("\n")
    }

    fn rate(&self, rate: &Rate) -> String {
        match (rate.percent, rate.low, rate.high) {
            (Some(percent), Some(low), Some(high)) => {
                format!("{percent}% · {} / {} · 95% {low}%–{high}%", rate.nonconforming, rate.tested)
            }
            _ => self.t("没有结果", "no results").to_owned(),
        }
    }

    /// An action of the audit.
    fn action(&self, stored: &str) -> String {
        words::action(self.served.rooms, self.language, stored)
    }

    /// The particulars of an entry of the audit.
    fn details(&self, details: &serde_json::Value) -> String {
        sentence(details, self.language, self.served.app.catalogue())
    }

    /// In which role someone acted.
    fn role(&self, word: &str) -> &'static str {
        match word {
            "enterprise" => self.t("企业", "enterprise"),
            "laboratory" => self.t("检验机构", "laboratory"),
            "admin" => self.t("监管人员", "regulator"),
            _ => self.t("系统", "system"),
        }
    }

    /// A size in bytes.
    fn size(&self, bytes: &i64) -> String {
        format!("{bytes} {}", self.t("字节", "bytes"))
    }
}
