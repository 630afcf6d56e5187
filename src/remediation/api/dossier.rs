//! The dossier of a case as one file.

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
use crate::chat::erasure::ERASED;
use crate::chat::events::StoredMessage;
use crate::consultations::Status;
use crate::consultations::views::ConsultationView;
use crate::core::text::part_in;
use crate::core::{Language, Problem};
use crate::enterprises::{InspectionLevel, OperatingStatus};
use crate::exports::disposition_in;
use crate::remediation::action::{ActionKind, ActionState};
use crate::remediation::case_view::ActionView;
use crate::remediation::clearance::CriterionView;
use crate::remediation::dossier::{Dossier, dossier as gather};
use crate::remediation::ids::{CaseId, EvidenceId};
use crate::remediation::settings::Proof;
use crate::remediation::state::{CaseState, CaseStep};
use crate::remediation::view::{BothTexts, ClockView};
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
    let dossier = read(&state, move |app| gather(app, &mut *app.snapshot()?, &actor, id)).await?;
    if query.0.format.map_or(accepts_json, |f| f == DossierFormat::Json) {
        return ok(dossier);
    }
    let page =
        DossierPage { language, d: dossier, served: state.clone() }.render().map_err(Problem::internal)?;
    let names = [format!("整改案卷-{id}"), format!("dossier-{id}")];
    let name = disposition_in(language, names.each_ref().map(String::as_str), "html");
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_LANGUAGE, language.tag()))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(page))
}

#[derive(Template)]
#[template(path = "remediation/dossier.html")]
struct DossierPage {
    language: Language,
    d: Dossier,
    /// For the names of regions and the words of the audit.
    served: State,
}

impl DossierPage {
    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.language == Language::Zh { zh } else { en }
    }

    fn both<'a>(&self, text: &'a BothTexts) -> &'a str {
        self.t(&text.zh, &text.en)
    }

    /// The level of an inspection, in words.
    fn level(&self, word: &str) -> String {
        word.parse::<InspectionLevel>()
            .map_or_else(|_| word.to_owned(), |level| self.t(level.name_zh(), level.as_str()).to_owned())
    }

    /// An item that failed, in the reader's language where it is known in that.
    fn item<'a>(&self, item: &'a str) -> &'a str {
        if self.language == Language::Zh { item } else { english(item).unwrap_or(item) }
    }

    /// The law in the reader's language.
    fn law(&self) -> &str {
        part_in(self.language, &self.d.law.source)
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

    /// What an event says besides, or the particulars of an entry of the audit.
    fn details(&self, details: &serde_json::Value) -> String {
        sentence(details, self.language, self.served.app.catalogue())
    }

    /// An action of the audit.
    fn action(&self, stored: &str) -> String {
        words::action(self.served.rooms, self.language, stored)
    }

    /// A region by its name.
    fn region(&self, code: &str) -> String {
        choices::region(self.language, self.served.app.catalogue(), code)
    }

    /// In which role someone acted.
    fn role(&self, word: &str) -> &'static str {
        match word {
            "enterprise" => self.t("企业", "enterprise"),
            "expert" => self.t("专家", "expert"),
            "admin" => self.t("监管人员", "regulator"),
            "operator" => self.t("平台运营", "operator"),
            _ => self.t("系统", "system"),
        }
    }

    /// The status in the register.
    fn operating(&self, word: &str) -> String {
        match word.parse::<OperatingStatus>() {
            Ok(OperatingStatus::Operating) => self.t("在营", "operating"),
            Ok(OperatingStatus::Suspended) => self.t("停业", "suspended"),
            Ok(OperatingStatus::Deregistered) => self.t("注销", "deregistered"),
            Ok(OperatingStatus::Revoked) => self.t("吊销", "revoked"),
            Ok(OperatingStatus::MovedOut) => self.t("迁出", "moved out"),
            Err(_) => word,
        }
        .to_owned()
    }

    /// What a message says, and which one it quotes.
    fn said(&self, m: &StoredMessage) -> String {
        let text = if m.retracted_at.is_some() {
            self.t("（消息已撤回）", "(taken back)")
        } else if m.kind == ERASED {
            self.t("（已按保存期限清除）", "(erased when its retention period had passed)")
        } else {
            m.body.as_str()
        };
        match (m.reply_to, self.language) {
            (None, _) => text.to_owned(),
            (Some(seq), Language::Zh) => format!("（引用第 {seq} 条）{text}"),
            (Some(seq), Language::En) => format!("(quotes {seq}) {text}"),
        }
    }

    /// A consultation's status.
    fn talk_status(&self, c: &ConsultationView) -> &'static str {
        match c.status {
            Status::Concluded if c.is_taken_back() => self.t("已撤回", "taken back"),
            Status::Concluded if c.is_merged() => self.t("已合并到另一件问诊", "merged into another one"),
            Status::Concluded if c.closed.is_some() => self.t("企业已结束", "closed by the enterprise"),
            Status::Waiting => self.t("等待专家", "waiting for an expert"),
            Status::Offered => self.t("已派单，待接诊", "offered to an expert"),
            Status::Active => self.t("问诊中", "under way"),
            Status::Concluded => self.t("已办结", "concluded"),
        }
    }

    /// How a deadline stands.
    fn standing(&self, word: &str) -> &'static str {
        match word {
            "met" => self.t("按期完成", "done in time"),
            "late" => self.t("逾期完成", "done late"),
            "missed" => self.t("已逾期", "missed"),
            "suspended" => self.t("复检期间中止", "suspended during the re-test"),
            "ended" => self.t("案件已结束", "the case has ended"),
            "lapsed" => self.t("期限已过，未申请", "lapsed: not asked for"),
            _ => self.t("进行中", "running"),
        }
    }

    /// What proves a criterion where no officer has decided.
    fn proof(&self, proof: &Proof) -> &'static str {
        match proof {
            Proof::Evidence => self.t("由整改证据证明", "by evidence"),
            Proof::Reinspection => self.t("由复查结果证明", "by the re-inspection"),
            Proof::Actions => self.t("由已接受的措施全部完成证明", "by the accepted actions, all done"),
            Proof::Officer => self.t("由监管人员认定", "by an officer’s decision"),
        }
    }

    /// Whether a criterion is about accepted actions where there are none.
    fn is_without_actions(&self, criterion: &CriterionView) -> bool {
        let counts = |a: &ActionView| matches!(a.state, ActionState::Accepted | ActionState::Done);
        matches!(criterion.proof, Proof::Actions)
            && criterion.decision.is_none()
            && !self.d.case.actions.iter().any(counts)
    }

    /// Pieces of evidence by their numbers in the list of them.
    fn pieces(&self, ids: &[EvidenceId]) -> String {
        let all = &self.d.case.evidence;
        let place = |id: &EvidenceId| all.iter().position(|piece| piece.id == *id);
        let named = ids.iter().filter_map(place).map(|at| format!("E{}", at.saturating_add(1)));
        named.collect::<Vec<_>>().join(self.t("、", ", "))
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
