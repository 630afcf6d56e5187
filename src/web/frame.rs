//! What every page knows: the reader, the language, the words for states, dates as people write them.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use chrono_tz::Asia::Shanghai;

use crate::catalogue::items::english;
use crate::core::actor::Person;
use crate::core::page::{ListOrder, Slice};
use crate::core::problem::FieldError;
use crate::core::{Language, Problem, Role, Text};
use crate::web::extract::state;
use crate::web::identity::{cookie, identify, new_cookie};
use crate::web::pager::Pager;
use crate::web::problem::Failure;
use crate::web::query_params::{QueryParams, SORT};
use crate::web::room::{Place, Room};
use crate::web::{Lang, assets};

const LANGUAGE_COOKIE: &str = "zerodesk_lang";

/// What every page knows.
#[derive(Clone)]
pub struct Frame {
    /// The language of the page.
    pub language: Language,
    /// The reader, where one is logged in.
    pub person: Option<Person>,
    /// This page's path.
    pub path: String,
    /// This page's address in the other language.
    pub other: String,
    /// The places of the navigation, in their order.
    pub places: Arc<[(&'static str, &'static Place)]>,
    /// The domains that are served.
    pub rooms: &'static [&'static Room],
    /// The address of the page to log in at.
    pub log_in: &'static str,
}

/// Whether a path is of a page, whose row may have names in braces for parts of it.
fn is_path_of(path: &str, page: &str) -> bool {
    let (mut given, mut row) = (path.split('/'), page.split('/'));
    loop {
        match (given.next(), row.next()) {
            (None, None) => return true,
            (Some(part), Some(name)) if part == name || name.starts_with('{') => {}
            _ => return false,
        }
    }
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

/// The cookie that keeps the language that was asked for, for a year.
pub fn language_cookie(request: &HttpRequest) -> Option<Cookie<'static>> {
    let tag = asked(request)?.tag().to_owned();
    Some(new_cookie(state(request).ok()?, LANGUAGE_COOKIE, "/", tag, Duration::days(365)))
}

impl Frame {
    /// Of a request, with the reader if one was recognised.
    pub fn of(request: &HttpRequest) -> Self {
        let kept = || cookie(request, LANGUAGE_COOKIE).map(|c| Language::from_tag(c.value()));
        let language = asked(request).or_else(kept).unwrap_or_else(|| Lang::of(request).0);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("lang", if language == Language::Zh { "en" } else { "zh-CN" });
        query.extend_pairs(
            form_urlencoded::parse(request.query_string().as_bytes()).filter(|(k, _)| k != "lang"),
        );
        let other = format!("{}?{}", request.path(), query.finish());
        let person = request.extensions().get::<Person>().cloned();
        let (places, rooms, log_in) = match state(request) {
            Ok(state) => (Arc::clone(&state.places), state.rooms, state.log_in.page),
            Err(_) => (Arc::default(), Default::default(), ""),
        };
        Self { language, person, path: request.path().to_owned(), other, places, rooms, log_in }
    }

    /// The tag of the language.
    pub fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// One of two texts.
    pub fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.language == Language::Zh { zh } else { en }
    }

    /// A sentence of the application.
    pub fn say<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.language)
    }

    /// What the search box of this page looks through; nothing where the page has none.
    pub fn search_words(&self) -> &'static str {
        let sources = self.rooms.iter().flat_map(|room| room.search);
        let found = sources.into_iter().find(|source| is_path_of(&self.path, source.page));
        found.map_or("", |source| self.t(source.by_zh, source.by_en))
    }

    /// The orders in which the reader may have the list of this page, besides its own.
    pub fn orders(&self) -> Vec<&'static ListOrder> {
        let officer = self.person.as_ref().is_some_and(|person| person.scope.role() == Role::Admin);
        let lists = self.rooms.iter().flat_map(|room| room.orders);
        let here = lists.filter(|list| is_path_of(&self.path, list.page));
        here.flat_map(|list| list.orders).filter(|order| officer || !order.officers).collect()
    }

    /// Which part of the list of this page is asked for, in which order.
    ///
    /// # Errors
    /// 422 for a cursor that the list did not give out and for an order that it is not had in.
    pub fn slice(&self, asked: &QueryParams) -> Result<Slice, Problem> {
        let Some(word) = asked.get(SORT) else { return asked.slice() };
        let Some(order) = self.orders().into_iter().find(|order| order.word == word) else {
            let text = Text::new("不是本列表可用的排序方式", "is not an order of this list");
            return Err(Problem::invalid(vec![FieldError::query(SORT, text)]));
        };
        Ok(Slice { order: Some(order), ..asked.sorted_slice()? })
    }

    /// Which rows are shown and how many there are, as a sentence.
    pub fn rows_shown(&self, pager: &Pager) -> String {
        let (total, more) = (pager.total.rows, pager.total.more);
        let all = match more {
            true => self.t(&format!("共 {total} 条以上"), &format!("more than {total} in all")).to_owned(),
            false => self.t(&format!("共 {total} 条"), &format!("{total} in all")).to_owned(),
        };
        if pager.next.is_none() && pager.before == 0 {
            return all;
        }
        let (from, to) = (pager.before + 1, pager.before + pager.rows);
        self.t(&format!("第 {from}—{to} 条，{all}"), &format!("{from} to {to}, {all}")).to_owned()
    }

    /// An item that failed, in the reader's language where it is known in that.
    pub fn item<'a>(&self, item: &'a str) -> &'a str {
        match self.language {
            Language::Zh => item,
            Language::En => english(item).unwrap_or(item),
        }
    }

    /// The reader's role, for the modules.
    pub fn role(&self) -> &'static str {
        self.person.as_ref().map_or("guest", |p| p.scope.role().as_str())
    }

    /// The reader's account, for the modules.
    pub fn account(&self) -> String {
        self.person.as_ref().map(|p| p.account.to_string()).unwrap_or_default()
    }

    /// The address of an asset.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// A style, as it is in the page.
    pub fn style(&self, name: &str) -> &'static str {
        assets::style(name)
    }

    /// A moment as people in China read their clocks.
    pub fn time(&self, at: &DateTime<Utc>) -> String {
        let at = at.with_timezone(&Shanghai);
        let form = self.t("%Y年%-m月%-d日 %H:%M", "%-d %b %Y, %H:%M");
        at.format(form).to_string()
    }

    /// A moment for programs, in UTC to the second, as `datetime` attributes hold it.
    pub fn datetime(&self, at: &DateTime<Utc>) -> String {
        at.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// The time of day of a moment.
    pub fn clock(&self, at: &DateTime<Utc>) -> String {
        at.with_timezone(&Shanghai).format("%H:%M").to_string()
    }

    /// A day as people write it.
    pub fn day(&self, day: &NaiveDate) -> String {
        day.format(self.t("%Y年%-m月%-d日", "%-d %b %Y")).to_string()
    }

    /// The size of a file.
    pub fn size(&self, bytes: &i64) -> String {
        let kib = (bytes + 1023) / 1024;
        if kib < 1024 { format!("{kib} KB") } else { format!("{}.{} MB", kib / 1024, kib % 1024 * 10 / 1024) }
    }

    /// The days to a deadline.
    pub fn left(&self, days: &i64) -> String {
        match (*days, self.language) {
            (0, _) => self.t("今日到期", "due today").to_owned(),
            (n, Language::Zh) if n > 0 => format!("剩余 {n} 天"),
            (n, Language::Zh) => format!("已逾期 {} 天", -n),
            (1, Language::En) => "1 day left".to_owned(),
            (n, Language::En) if n > 0 => format!("{n} days left"),
            (-1, Language::En) => "1 day overdue".to_owned(),
            (n, Language::En) => format!("{} days overdue", -n),
        }
    }
}

/// A visit of someone who may be logged in or not. A session that has ended is no failure here but an unknown reader.
pub struct Visit {
    /// What the page knows of its reader.
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
pub struct Member {
    /// What the page knows of its reader.
    pub frame: Frame,
    /// The person who is logged in.
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
