//! What every page knows: the reader, the language, the words for states, dates as people write them.

use std::future::{Ready, ready};

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;

use crate::consultations::Status;
use crate::core::actor::{Person, Role};
use crate::core::{Language, Problem, Text};
use crate::remediation::view::BothTexts;
use crate::remediation::{CaseState, CaseStep};
use crate::web::Lang;
use crate::web::identity::identify;
use crate::web::problem::Failure;

const LANGUAGE_COOKIE: &str = "zerodesk_lang";

/// What every page knows.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// The language of the page.
    pub language: Language,
    /// The reader, where one is logged in.
    pub person: Option<Person>,
    /// This page's address in the other language.
    pub other: String,
}

/// The language that the address asks for.
fn asked(request: &HttpRequest) -> Option<Language> {
    let (_, tag) = form_urlencoded::parse(request.query_string().as_bytes()).find(|(k, _)| k == "lang")?;
    match tag.as_ref() {
        "en" => Some(Language::En),
        "zh" | "zh-CN" => Some(Language::Zh),
        _ => None,
    }
}

/// Keeps the language that was asked for.
pub(super) fn language_cookie(request: &HttpRequest) -> Option<Cookie<'static>> {
    let tag = asked(request)?.tag();
    let cookie = Cookie::build(LANGUAGE_COOKIE, tag).path("/").same_site(SameSite::Lax);
    Some(cookie.http_only(true).max_age(Duration::days(365)).finish())
}

impl Frame {
    /// Of a request, with the reader if one was recognised.
    pub fn of(request: &HttpRequest) -> Self {
        let kept = || request.cookie(LANGUAGE_COOKIE).map(|c| Language::from_tag(c.value()));
        let language = asked(request).or_else(kept).unwrap_or_else(|| Lang::of(request.headers()).0);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("lang", if language == Language::Zh { "en" } else { "zh-CN" });
        query.extend_pairs(
            form_urlencoded::parse(request.query_string().as_bytes()).filter(|(k, _)| k != "lang"),
        );
        let other = format!("{}?{}", request.path(), query.finish());
        Self { language, person: request.extensions().get::<Person>().cloned(), other }
    }

    /// The tag of the language.
    pub fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// One of two texts.
    pub fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.language == Language::Zh { zh } else { en }
    }

    /// A sentence of the house.
    pub fn say<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.language)
    }

    /// The reader's role, for the modules.
    pub fn role(&self) -> &'static str {
        self.person.as_ref().map_or("guest", |p| p.scope.role().as_str())
    }

    /// The reader's account, for the modules.
    pub fn account(&self) -> String {
        self.person.as_ref().map(|p| p.account.to_string()).unwrap_or_default()
    }

    /// A moment as people in China read their clocks.
    pub fn time(&self, at: &DateTime<Utc>) -> String {
        let at = at.with_timezone(&Shanghai);
        let form = self.t("%Y年%-m月%-d日 %H:%M", "%-d %b %Y, %H:%M");
        at.format(form).to_string()
    }

    /// The time of day of a moment.
    pub fn clock(&self, at: &DateTime<Utc>) -> String {
        at.with_timezone(&Shanghai).format("%H:%M").to_string()
    }

    /// A day.
    pub fn day(&self, day: &NaiveDate) -> String {
        day.format(self.t("%Y年%-m月%-d日", "%-d %b %Y")).to_string()
    }

    /// A share of one as a percentage.
    pub fn percent(&self, share: &f64) -> String {
        format!("{:.1}%", share * 100.0)
    }

    /// The days to a deadline.
    pub fn left(&self, days: &i64) -> String {
        match (*days, self.language) {
            (0, _) => self.t("今日到期", "due today").to_owned(),
            (n, Language::Zh) if n > 0 => format!("剩 {n} 天"),
            (n, Language::Zh) => format!("已逾期 {} 天", -n),
            (1, Language::En) => "1 day left".to_owned(),
            (n, Language::En) if n > 0 => format!("{n} days left"),
            (-1, Language::En) => "1 day overdue".to_owned(),
            (n, Language::En) => format!("{} days overdue", -n),
        }
    }

    /// A consultation's status.
    pub fn status(&self, status: &Status) -> &'static str {
        match status {
            Status::Waiting => self.t("等待专家", "waiting for an expert"),
            Status::Offered => self.t("已派单，待接受", "offered to an expert"),
            Status::Active => self.t("问诊中", "under way"),
            Status::Concluded => self.t("已办结", "concluded"),
        }
    }

    /// A case's state.
    pub fn state(&self, state: &CaseState) -> String {
        state.text().get(self.language).to_owned()
    }

    /// A text that comes in both languages.
    pub fn both<'a>(&self, text: &'a BothTexts) -> &'a str {
        if self.language == Language::Zh { &text.zh } else { &text.en }
    }

    /// A line of a history.
    pub fn event(&self, word: &str) -> String {
        let (zh, en) = match word {
            "open" => ("发起", "opened"),
            "offer" => ("派单", "offered"),
            "accept" => ("接受", "accepted"),
            "decline" => ("谢绝", "declined"),
            "lapse" => ("派单超时", "offer lapsed"),
            "transfer" => ("转诊", "handed on"),
            "conclude" => ("办结", "concluded"),
            "advise" => ("给出整改意见", "advice given"),
            "rate" => ("评价", "rated"),
            "rating_withdrawn" => ("评价因重新打开而撤回", "rating taken back by reopening"),
            "widen_class" => ("扩大到同类产品的专家", "search widened to the class"),
            "widen_province" => ("扩大到全省及相近类别的专家", "search widened to the province"),
            "queue" => ("无专家可派,已告警监管人员", "nobody found; the officers were alarmed"),
            "hold" => ("专家正在查看,派单延时", "opened by the expert; the offer is held"),
            "silence" => ("专家未按时答复,改派", "the expert stayed silent; reassigned"),
            "assign" => ("指派专家", "assigned"),
            "withdraw" => ("收回", "withdrawn"),
            "pin" => ("固定专家", "pinned"),
            "unpin" => ("取消固定", "unpinned"),
            "reopen" => ("重新打开", "reopened"),
            "invite" => ("邀请会诊", "invited to the panel"),
            "opinion" => ("会诊意见", "opinion given"),
            "correct" => ("更正", "corrected"),
            word => match word.parse::<CaseStep>() {
                Ok(step) => return step.text().get(self.language).to_owned(),
                Err(_) => return word.to_owned(),
            },
        };
        self.t(zh, en).to_owned()
    }

    /// The name of a role, by its word.
    pub fn role_word(&self, word: &str) -> &str {
        match word {
            "enterprise" => self.t("企业", "enterprise"),
            "expert" => self.t("专家", "expert"),
            "admin" => self.t("监管人员", "regulator"),
            "operator" => self.t("平台", "operator"),
            _ => self.t("系统", "system"),
        }
    }

    /// The name of a role.
    pub fn role_name(&self, role: &Role) -> &str {
        self.role_word(role.as_str())
    }
}

/// A visit of someone who may be logged in or not. A session that has ended is no failure here but an unknown reader.
pub(super) struct Visit {
    /// For the page.
    pub frame: Frame,
    /// A token was sent that is no longer good: renewing may help.
    pub stale: bool,
}

impl FromRequest for Visit {
    type Error = Failure;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let stale = match identify(&request).await {
                Ok(_) => false,
                Err(failure) if failure.problem.status == 401 => true,
                Err(failure) => return Err(failure),
            };
            Ok(Self { frame: Frame::of(&request), stale })
        })
    }
}

/// A visit of someone who is logged in; else the log-in is shown.
pub(super) struct Member {
    /// For the page.
    pub frame: Frame,
    /// The reader.
    pub person: Person,
}

impl FromRequest for Member {
    type Error = Failure;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let person = identify(&request).await?.ok_or_else(Problem::unauthenticated)?;
            Ok(Self { frame: Frame::of(&request), person })
        })
    }
}

/// The page alone, whoever reads it and whether or not the session is good.
impl FromRequest for Frame {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}
