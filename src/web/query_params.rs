//! What the address of a page asks for. An empty field of a form asks for nothing.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::core::page::{Page, Slice, Total};
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::web::pager::{Pager, Way};
use crate::web::problem::Failure;

/// Rows of a list on a page.
const ROWS: u32 = 30;
/// The parameters that say which part of a list is shown: none of them narrows it.
pub const PARTS: [&str; 2] = ["cursor", BACK];
/// The parameter with the order of a list, which narrows nothing: files are in the order of the list as it stands.
pub(super) const SORT: &str = "sort";
/// The parameter with the way back: how many pages stand before this one, and the cursors of the last of them.
const BACK: &str = "back";

/// The parameters of a page, without those that are empty.
#[derive(Debug, Clone, Default)]
pub struct QueryParams {
    path: String,
    words: BTreeMap<String, String>,
}

impl FromRequest for QueryParams {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let given = form_urlencoded::parse(request.query_string().as_bytes());
        let words = given
            .filter(|(name, value)| name != "lang" && !value.trim().is_empty())
            .map(|(name, value)| (name.into_owned(), value.trim().replace('\0', "")));
        ready(Ok(Self { path: request.path().to_owned(), words: words.collect() }))
    }
}

impl QueryParams {
    /// What a parameter says.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.words.get(name).map(String::as_str)
    }

    /// The same, for a form to be filled with.
    pub fn value(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The address of the page without its parameters.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The parameters that a form for this one carries along: all others, but for the part of the list and its order, which
    /// the form asks for itself.
    pub fn others(&self, name: &str) -> Vec<(&str, &str)> {
        let own = |key: &str| key == name || key == SORT || PARTS.contains(&key);
        let all = self.words.iter().filter(|(key, _)| !own(key));
        all.map(|(key, value)| (key.as_str(), value.as_str())).collect()
    }

    /// A text with marks where what was typed into the search box stands; the template marks it `safe`.
    pub fn marked(&self, text: impl AsRef<str>) -> String {
        crate::web::escaper::marked(text, self.get("q").or_else(|| self.get("by")).unwrap_or_default())
    }

    /// Whether a parameter says this.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    /// Whether anything is narrowed down.
    pub fn narrows(&self) -> bool {
        self.words.keys().any(|name| name != SORT && !PARTS.contains(&name.as_str()))
    }

    /// What a parameter says, in its type.
    ///
    /// # Errors
    /// 422 naming the parameter.
    pub fn read<T: FromStr>(&self, name: &str) -> Result<Option<T>, Problem> {
        let Some(word) = self.get(name) else { return Ok(None) };
        word.parse().map(Some).map_err(|_| {
            let text = Text::new("不是可用的值", "is not a value that can be asked for");
            Problem::invalid(vec![FieldError::query(name, text)])
        })
    }

    /// Which part of the list.
    ///
    /// # Errors
    /// 422 for a cursor that no list gave out.
    pub fn slice(&self) -> Result<Slice, Problem> {
        Slice::parse(Some(&ROWS.to_string()), self.get("cursor"))
    }

    /// Which part of a list that is sorted by something else than time.
    ///
    /// # Errors
    /// 422 for a cursor that no such list gave out.
    pub fn sorted_slice(&self) -> Result<Slice, Problem> {
        Slice::sorted(ROWS.into(), self.get("cursor"))
    }

    /// The parameters without one, and with another value for it where one is given.
    fn query(&self, name: &str, value: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let part = |key: &str| PARTS.contains(&key);
        query.extend_pairs(self.words.iter().filter(|(key, _)| *key != name && !part(key)));
        if let Some(value) = value {
            query.append_pair(name, value);
        }
        query.finish()
    }

    /// This page with another value of a parameter, from its first row.
    pub fn with(&self, name: &str, value: &str) -> String {
        format!("{}?{}", self.path, self.query(name, Some(value)))
    }

    /// This page without a parameter.
    pub fn without(&self, name: &str) -> String {
        format!("{}?{}", self.path, self.query(name, None))
    }

    /// The address of the list at a path of the API as this page narrows it. It ends so that `format=` fits behind it.
    pub fn file(&self, path: &str) -> String {
        self.file_with(path, &[], &[])
    }

    /// The address of the list at a path of the API as this page narrows it, but for its part and some parameters that only the page
    /// knows, with others in their place. It ends so that `format=` fits behind it.
    pub fn file_with(&self, path: &str, without: &[&str], with: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let own = |name: &str| {
            name == SORT
                || PARTS.contains(&name)
                || without.contains(&name)
                || with.iter().any(|w| w.0 == name)
        };
        query.extend_pairs(self.words.iter().filter(|(name, _)| !own(name)));
        query.extend_pairs(with);
        let query = query.finish();
        if query.is_empty() { format!("{path}?") } else { format!("{path}?{query}&") }
    }

    /// The same parameters at another address.
    pub fn moved(&self, path: &str) -> Self {
        Self { path: path.to_owned(), words: self.words.clone() }
    }

    /// Where a page of a list stands in it, with the ways to the pages beside it. The rows are counted only where this page does not
    /// say how many there are.
    ///
    /// # Errors
    /// Those of `total`.
    pub fn pager<T>(
        &self,
        page: &Page<T>,
        total: impl FnOnce() -> Result<Total, Problem>,
    ) -> Result<Pager, Problem> {
        let way = Way::of(self.get("cursor"), self.get(BACK));
        let rows = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
        let total = match (&page.next_cursor, way.before) {
            (None, 0) => Total { rows, more: false },
            _ => total()?,
        };
        let (previous, first) = match way.previous() {
            Some((cursor, back)) => (Some(self.part(cursor, back)), way.before > 1),
            None => (None, way.before > 0),
        };
        Ok(Pager {
            first: first.then(|| self.part(None, None)),
            previous,
            next: page.next_cursor.as_deref().map(|cursor| self.part(Some(cursor), Some(way.next()))),
            before: i64::from(way.before) * i64::from(ROWS),
            rows,
            total,
        })
    }

    /// The address of another part of the list.
    fn part(&self, cursor: Option<&str>, back: Option<String>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.words.iter().filter(|(key, _)| !PARTS.contains(&key.as_str())));
        query.extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
        query.extend_pairs(back.map(|back| (BACK, back)));
        format!("{}?{}", self.path, query.finish())
    }

    /// The same parameters at another address, with one more.
    pub fn at(&self, path: &str, name: &str, value: &str) -> String {
        format!("{path}?{}", self.query(name, Some(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn asked(uri: &str) -> QueryParams {
        let request = TestRequest::with_uri(uri).to_http_request();
        QueryParams::from_request(&request, &mut Payload::None).into_inner().unwrap()
    }

    #[test]
    fn an_empty_field_filters_nothing() {
        let asked = asked("/cases?state=&q=%20a%26b%20&lang=en&cursor=x");
        assert_eq!((asked.get("state"), asked.get("q"), asked.get("lang")), (None, Some("a&b"), None));
        assert!(asked.narrows() && asked.is("q", "a&b"));
        assert!(!super::tests::asked("/cases?cursor=x&back=1").narrows());
        assert_eq!(asked.with("state", "ordered"), "/cases?q=a%26b&state=ordered");
        assert_eq!(asked.without("q"), "/cases?");
        assert_eq!(asked.at("/api", "format", "csv"), "/api?q=a%26b&format=csv");
        assert_eq!(asked.file("/api"), "/api?q=a%26b&");
        assert_eq!(asked.file_with("/api", &["q"], &[("vetting", "approved")]), "/api?vetting=approved&");
        assert_eq!(asked.file_with("/api", &["q"], &[]), "/api?");
        assert!(asked.slice().is_err());
        assert_eq!(asked.read::<i64>("q").unwrap_err().errors[0].pointer, "?q");
    }

    /// Goes forth through a list of so many pages and back again, and gives how many pages it saw.
    fn forth_and_back(pages: u32) -> (u32, u32) {
        let page =
            |n: u32| Page { items: vec![(); 30], next_cursor: (n + 1 < pages).then(|| format!("c{n}")) };
        let total = || Ok(Total { rows: i64::from(pages) * 30, more: false });
        let (mut at, mut seen) = (asked("/cases?q=a"), 0);
        let mut first = None;
        loop {
            let pager = at.pager(&page(seen), total).unwrap();
            assert_eq!((pager.before, pager.total.rows), (i64::from(seen) * 30, i64::from(pages) * 30));
            let Some(next) = pager.next else { break };
            first = first.or_else(|| Some(at.part(None, None)));
            at = asked(&next);
            assert_eq!(at.get("cursor"), Some(format!("c{seen}").as_str()));
            seen += 1;
        }
        let (mut n, mut back) = (seen, 0);
        while let Some(previous) = at.pager(&page(n), total).unwrap().previous {
            at = asked(&previous);
            n -= 1;
            back += 1;
            assert_eq!(at.get("cursor").map(str::to_owned), n.checked_sub(1).map(|n| format!("c{n}")));
        }
        if n > 0 {
            assert_eq!(at.pager(&page(n), total).unwrap().first, first);
        } else {
            assert_eq!(at.pager(&page(n), total).unwrap().first, None);
        }
        (seen, back)
    }

    #[test]
    fn a_list_is_gone_through_forth_and_back() {
        assert_eq!(forth_and_back(1), (0, 0));
        assert_eq!(forth_and_back(2), (1, 1));
        assert_eq!(forth_and_back(12), (11, 11));
        // The way back of a long list is cut, and its first page named.
        assert_eq!(forth_and_back(60), (59, 20));
    }

    #[test]
    fn a_way_back_that_no_page_gave_out_leads_nowhere() {
        for back in ["x", "-1", "9999999999999", "", "3.", "1.a.b.c"] {
            let asked = asked(&format!("/cases?cursor=c&back={back}"));
            let page = Page { items: vec![()], next_cursor: None };
            let pager = asked.pager(&page, || Ok(Total { rows: 1, more: false })).unwrap();
            assert!(pager.before >= 30 && pager.previous.is_none() == pager.first.is_some(), "{back}");
        }
    }
}
